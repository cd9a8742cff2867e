"""The task of `fs_api_test` with reading: a list behind a token, with filter, order and limit, and single records."""

from collections.abc import Collection
from random import Random
from typing import Any

from burnish.generate.api_answers import check_app, write_app
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.fixture_values import quote
from burnish.generate.wording import STATUSES, draw_noun

OPTIONS = ("token", "filter", "limit", "newest", "record")


def write_reading(facts: Facts, options: Collection[str]) -> str:
    """Return the application with these options."""
    rows, key = facts["rows_name"], facts["param"]
    guard = [f'if request.headers.get("{facts["header"]}") != "{facts["token"]}":',
             '    return JSONResponse({"error": "not allowed"}, status_code=401)'] if "token" in options else []  # fmt: skip
    lines = [f"async def list_{facts['many']}(request):", *guard, f"found = {rows}"]
    if "filter" in options:
        lines += [f'if "{key}" in request.query_params:',
                  f'    found = [row for row in found if row["{key}"] == request.query_params["{key}"]]']  # fmt: skip
    if "newest" in options:
        lines.append('found = sorted(found, key=lambda row: row["id"], reverse=True)')
    if "limit" in options:
        lines.append(f'found = found[: int(request.query_params.get("{facts["size"]}", {len(facts["rows"])}))]')
    views, routes = (
        ["\n    ".join((*lines, "return JSONResponse(found)"))],
        [(facts["path"], f"list_{facts['many']}", "GET")],
    )
    if "record" in options:
        views.append(
            f"async def show_{facts['one']}(request):\n    for row in {rows}:\n"
            '        if row["id"] == request.path_params["id"]:\n            return JSONResponse(row)\n'
            '    return JSONResponse({"error": "not found"}, status_code=404)'
        )
        routes.append((facts["path"] + "/{id:int}", f"show_{facts['one']}", "GET"))
    table = "".join(f"\n    {quote(row)}," for row in facts["rows"])
    return write_app(views, routes, above=f"{rows} = [{table}\n]")


def draw_reading(rng: Random) -> dict[str, Any]:
    """Draw rows, a route that lists them and what it can do."""
    noun = draw_noun(rng)
    options = rng.sample(OPTIONS, rng.choice((2, 3)))
    param, values = rng.choice(
        (("status", STATUSES), ("color", ["red", "blue", "green"]), ("size", ["small", "large", "medium"]))
    )
    first, second = rng.sample(list(values), 2)
    ids = sorted(rng.sample(range(1, 60), 3))
    rows = [{"id": ids[0], param: first}, {"id": ids[1], param: second}, {"id": ids[2], param: first}]
    facts: dict[str, Any] = {
        "one": noun.one, "many": noun.many, "options": options, "param": param, "chosen": second, "rows": rows,
        "rows_name": noun.many.upper(), "path": pick(rng, f"/{noun.many}|/api/{noun.many}|/v2/{noun.many}"),
        "header": pick(rng, "x-token|x-api-key|authorization|x-secret"), "token": pick(rng, "s3cret|letmein|abc123|k-77|open"),
        "size": pick(rng, "limit|count|per_page|first"), "module": pick(rng, f"main|app|api|web|{noun.one}_api"),
    }  # fmt: skip
    program = write_reading(facts, options)
    shown = ids[::-1] if "newest" in options else ids
    words = {
        "token": f"without the header `{facts['header']}: {facts['token']}` the list answers 401",
        "filter": f"`?{param}={second}` gives only {noun.one} {ids[1]}",
        "limit": f"`?{facts['size']}=2` gives only the first two",
        "newest": f"the ids come as {shown[0]}, {shown[1]}, {shown[2]}",
        "record": f"`{facts['path']}/{ids[0]}` answers with that {noun.one} as it is, an unknown id with 404",
    }  # fmt: skip
    listed = [words[one] for one in OPTIONS if one in options]
    return facts | {
        "program": program, "points": "\n".join(f"- {text}" for text in listed), "listed": "; ".join(listed),
        "broken": [*(write_reading(facts, [other for other in options if other != one]) for one in options),
                   program.replace("return JSONResponse(found)", "return JSONResponse([])"),
                   *_break_further(program, options, ids)],
        "tests": _write_tests(facts, shown), "shown": quote(shown), "known": ids[0],
    }  # fmt: skip


def _break_further(program: str, options: Collection[str], ids: list[int]) -> list[str]:
    edits = {
        "token": ("status_code=401", "status_code=403"), "filter": ("] == request.query_params", "] != request.query_params"),
        "limit": ("found[: int(", "found[: 1 + int("), "newest": (", reverse=True", ""),
        "record": ("status_code=404", "status_code=200"),
    }  # fmt: skip
    return [program.replace(*edits[one]) for one in options]


def _write_tests(facts: Facts, shown: list[int]) -> list[list[str]]:
    """Return for each point the name of its test and its assertions."""
    options, path, rows = facts["options"], facts["path"], facts["rows"]
    found = {
        "token": ["token", f'assert TestClient(app).get("{path}").status_code == 401'],
        "filter": ["filter", f'assert ids("{path}?{facts["param"]}={facts["chosen"]}") == {[rows[1]["id"]]}'],
        "limit": ["limit", f'assert ids("{path}?{facts["size"]}=2") == {shown[:2]}'],
        "newest": ["order", f'assert ids("{path}") == {shown}'],
        "record": ["record", f'assert client.get("{path}/{rows[0]["id"]}").json() == {quote(rows[0])}',
                   f'assert client.get("{path}/{max(shown) + 1}").status_code == 404'],
    }  # fmt: skip
    tests = [found[one] for one in OPTIONS if one in options]
    needs_list = not {"filter", "limit", "newest"} & {*options}
    return [*tests, ["list", f'assert ids("{path}") == {shown}']] if needs_list else tests


def write_head(facts: Facts) -> str:
    """Return the imports, the client and the helper that reads ids."""
    headers = f', headers={{"{facts["header"]}": "{facts["token"]}"}}' if "token" in facts["options"] else ""
    return (
        f"from starlette.testclient import TestClient\n\nfrom {facts['module']} import app\n\n"
        f"client = TestClient(app{headers})\n\n\n"
        'def ids(url):\n    return [row["id"] for row in client.get(url).json()]'
    )


def write_apart(facts: Facts) -> str:
    """Return one test for each point."""
    tests = ["\n    ".join((f"def test_{name}():", *lines)) for name, *lines in facts["tests"]]
    return "\n\n\n".join((write_head(facts), *tests))


def write_together(facts: Facts) -> str:
    """Return one test for all."""
    lines = [line for _, *own in facts["tests"] for line in own]
    return "\n\n\n".join((write_head(facts), "\n    ".join((f"def test_{facts['many']}():", *lines))))


READING = Template(
    id="list_and_show",
    ask=(
        "Write pytest tests of the application below (`app` in the module `«module»`) with Starlette's `TestClient`. What "
        "must hold for `GET «path»`:\n«points»",
        "Test the «one» API in `«module».py` with pytest and `starlette.testclient.TestClient`: «listed». The tests must "
        "also fail when `«path»` suddenly lists nothing.",
        "Here is a small Starlette app, importable as `app` from `«module»`. Please cover `«path»` with tests through "
        "`TestClient`, so that nobody breaks one of these by accident: «listed».",
        "These are the rules for reading «many»:\n«points»\nI need a test file for pytest that requests `«path»` from `app` "
        "(module `«module»`, `TestClient`) and checks each of them.",
    ),
    starter="«program»",
    draw=draw_reading,
    shapes=(
        Shape(name="one_each", code=write_apart,
              mutants=(("def test_", "def check_"), ("def test_", "def test_one(missing):\n    pass\n\n\ndef _"))),
        Shape(name="one_story", code=write_together, mutants=(("def test_", "def check_"), ("    assert", "    print"))),
    ),
    mutants=(("== 401", ">= 400"), ("== 404", "!= 500"), ("?«param»=", "?x«param»="), ("?«size»=2", ""),
             ("assert ids(", "assert not ids("),
             ('row["id"]', "row")),
    verifier=check_app,
)  # fmt: skip
