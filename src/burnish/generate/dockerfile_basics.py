"""What the tasks of `fs_dockerfile` share: instructions that any image may have, and checks of steps."""

from random import Random
from typing import Any, NamedTuple

from burnish.generate.core import Facts
from burnish.generate.drawing import pick
from burnish.generate.wording import draw_noun

VARIABLES = (
    ("APP_ENV", "production|staging"), ("LOG_LEVEL", "debug|info|warning"), ("TZ", "UTC|Europe/Rome"),
    ("NODE_ENV", "production|test"), ("WORKERS", "2|3|4|6|8"), ("REGION", "eu-west|us-east"), ("CACHE_TTL", "30|60|300|900"),
)  # fmt: skip


class Extra(NamedTuple):
    """An instruction whose place doesn't matter: in words, as a line, spoilt, and as the step that is expected."""

    words: str
    line: str
    slip: str
    step: dict[str, Any]


def draw_extra(rng: Random, kind: str) -> Extra:
    """Draw one instruction of a kind."""
    if kind == "ENV":
        name, values = rng.choice(VARIABLES)
        value = pick(rng, values)
        words = rng.choice(
            (f"set the environment variable `{name}` to `{value}`", f"have `{name}={value}` in its environment")
        )
        return Extra(words, f"ENV {name}={value}", f"ARG {name}={value}", {"do": "ENV", "args": [f"{name}={value}"]})
    if kind == "EXPOSE":
        port = rng.choice((3000, 4000, 5000, 8000, 8080, 8443, 9000, 9090))
        words = rng.choice((f"expose port {port}", f"document with EXPOSE that it listens on {port}"))
        return Extra(words, f"EXPOSE {port}", f"EXPOSE {port + 1}", {"do": "EXPOSE", "args": [str(port)]})
    if kind == "USER":
        user = pick(rng, "nobody|1000|1001|10001|www-data")
        words = rng.choice((f"run as the user `{user}`", f"switch to the user `{user}`"))
        return Extra(words, f"USER {user}", "USER root", {"do": "USER", "args": [user]})
    noun = draw_noun(rng)
    key = pick(rng, "team|service|tier|version")
    value = pick(
        rng, {"tier": "web|backend|jobs", "version": "1.0|1.4|2.1|3.0|5.2"}.get(key, f"{noun.one}|{noun.many}")
    )
    words = rng.choice((f"carry the label `{key}` with the value `{value}`", f"be labelled `{key}={value}`"))
    return Extra(words, f"LABEL {key}={value}", f"ENV {key}={value}", {"do": "LABEL", "args": [f"{key}={value}"]})


def draw_extras(rng: Random, *, most: int) -> dict[str, Any]:
    """Draw one to `most` instructions as facts: in words, as lines, spoilt lines, and steps."""
    kinds = rng.sample(("ENV", "EXPOSE", "USER", "LABEL"), rng.randrange(1, most + 1))
    extras = [draw_extra(rng, kind) for kind in kinds]
    return {
        "extra": " and ".join(one.words for one in extras), "lines": "\n".join(one.line for one in extras),
        "spoilt": "\n".join([extras[0].slip, *(one.line for one in extras[1:])]), "steps": [one.step for one in extras],
        "first_line": extras[0].line,
    }  # fmt: skip


def expect_extras(facts: Facts, *, stage: int) -> list[dict[str, Any]]:
    """Return the checks of what `draw_extras` drew."""
    return [{"at": ["stages", stage, "steps", "*"], "covers": step} for step in facts["steps"]]


def step(do: str, *forms: list[str], **more: Any) -> dict[str, Any]:
    """Return the check of one step: an instruction with one of several lists of arguments."""
    return {"at": [], "any": [{"at": [], "covers": {"do": do, "args": args, **more}} for args in forms]}


def in_directory(directory: str, *steps: dict[str, Any], stage: int = 0) -> dict[str, Any]:
    """Return the check that `steps` stand in this order below a WORKDIR."""
    return {
        "at": ["stages", stage, "steps"],
        "order": [step("WORKDIR", [directory], [f"{directory}/"]), *steps],
    }
