"""Words for the tests of templates: what the tester says to a command, a server or a database, and what must come."""

from typing import Any

from burnish.benchmarks.fullstack.tasks import Step


def calls(*pairs: tuple[list[Any], Any]) -> tuple[Step, ...]:
    """Return calls of a function: arguments, and what it returns, or {"raises": class}."""
    return tuple(Step(arguments, expect) for arguments, expect in pairs)


def runs(*arguments: str, stdin: str = "", output: Any, status: int = 0, look: str = "json") -> Step:
    """Return one run of a command; its output is JSON, or with `look="text"` text without the spaces around it."""
    return Step({"args": list(arguments), "stdin": stdin, "look": look}, {"status": status, "output": output})


def asks(
    request: str, status: int, *, gives: Any = None, look: str = "json", keep: dict[str, str] | None = None, **more: Any
) -> Step:
    """Return one request, such as `asks("POST /notes", 201, json={...}, gives={...})`.

    `look` is what is compared besides the status: "json", "status", "location", or a selector whose elements' texts
    are. `keep` remembers a field of the JSON, which is left out of what is compared, for `{name}` in later steps.
    """
    shown = {"json": {"json": gives}, "status": {}, "location": {"location": gives}}.get(look, {"texts": gives})
    return Step(
        {"request": request, "look": look, **({"keep": keep} if keep else {}), **more}, {"status": status, **shown}
    )


def restarts() -> Step:
    """Return a restart of the server."""
    return Step({"restart": True}, True)


def reads(*queries: tuple[str, list[list[Any]]]) -> Step:
    """Return the tester's own queries on the database file that the program leaves, with their rows."""
    return Step({"queries": [query for query, _ in queries]}, [rows for _, rows in queries])


def selects(*pairs: tuple[str, list[list[Any]]]) -> tuple[Step, ...]:
    """Return databases on which one statement is run, and the rows that it gives."""
    return tuple(Step({"setup": setup}, rows) for setup, rows in pairs)


def leaves(setup: str, *checks: tuple[str, Any]) -> tuple[Step, ...]:
    """Return one database on which the statements are run, then the tester's; each gives rows or {"raises": class}."""
    return (Step({"setup": setup, "queries": [query for query, _ in checks]}, [rows for _, rows in checks]),)
