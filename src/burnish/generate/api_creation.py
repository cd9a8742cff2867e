"""The task of `fs_api_test` with a POST: what is accepted, what is refused, and the limit between both."""

from collections.abc import Collection
from random import Random
from typing import Any

from burnish.generate.api_answers import check_app, write_app
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.fixture_values import quote
from burnish.generate.wording import CITIES, NUMBER_FIELDS, STATUSES, TEXT_FIELDS, draw_noun

RULES = ("missing", "above", "below", "choice", "location")


def write_creation(facts: Facts, rules: Collection[str], *, status: int, refused: int, top: int, least: int) -> str:
    """Return the application with these rules."""
    text, number, choice = facts["text"], facts["number"], facts["choice"]
    tests = {
        "missing": f'if not data.get("{text}"):', "above": f'if data["{number}"] > {top}:',
        "below": f'if data["{number}"] < {least}:', "choice": f'if data["{choice}"] not in {quote(tuple(facts["allowed"]))}:',
    }  # fmt: skip
    why = {"missing": f"{text} is missing", "above": f"{number} is too large", "below": f"{number} is too small",
           "choice": f"unknown {choice}"}  # fmt: skip
    lines = ["data = await request.json()"]
    for rule, test in tests.items():
        if rule in rules:
            lines += [test, f'    return JSONResponse({{"error": "{why[rule]}"}}, status_code={refused})']
    headers = f', headers={{"location": "{facts["path"]}/{facts["id"]}"}}' if "location" in rules else ""
    lines.append(f'return JSONResponse({{"id": {facts["id"]}, **data}}, status_code={status}{headers})')
    view = "\n    ".join((f"async def {facts['view']}(request):", *lines))
    return write_app([view], [(facts["path"], facts["view"], "POST")])


def draw_creation(rng: Random) -> dict[str, Any]:
    """Draw a route that creates, and its rules."""
    noun = draw_noun(rng)
    rules = rng.sample(RULES, rng.choice((2, 2, 3)))
    if not {"missing", "above", "below"} & {*rules}:
        rules[0] = "above"
    text, choice = rng.choice([one for one in TEXT_FIELDS if one != "status"]), "status"
    number, allowed = rng.choice(NUMBER_FIELDS), rng.sample(STATUSES, 2)
    top, least, refused = rng.randrange(20, 90), rng.randrange(2, 9), rng.choice((400, 422))
    facts: dict[str, Any] = {
        "text": text, "number": number, "choice": choice, "allowed": allowed, "id": rng.randrange(1, 99),
        "path": pick(rng, f"/{noun.many}|/api/{noun.many}|/v1/{noun.many}|/{noun.many}/new"),
        "view": pick(rng, f"create_{noun.one}|add_{noun.one}|post_{noun.one}|new_{noun.one}"),
        "module": pick(rng, f"main|app|api|web|{noun.one}_api"), "one": noun.one, "rules": rules, "refused": refused,
    }  # fmt: skip
    good: dict[str, Any] = {text: rng.choice(CITIES)} if "missing" in rules else {}
    good |= {number: top if "above" in rules else least} if {"above", "below"} & {*rules} else {}
    good |= {choice: allowed[0]} if "choice" in rules else {}
    settings = {"status": 201, "refused": refused, "top": top, "least": least}

    def write(without: str = "", **change: int) -> str:
        return write_creation(facts, [rule for rule in rules if rule != without], **{**settings, **change})

    broken = [*map(write, rules), write(status=200), write(refused=500)]
    broken += [write(top=top - 1), write(top=top + 1)] if "above" in rules else []
    broken += [write(least=least + 1)] if "below" in rules and "above" not in rules else []
    program = write()
    broken.append(program.replace(f'{{"id": {facts["id"]}, **data}}', "data"))
    bad = {"missing": {key: value for key, value in good.items() if key != text}, "above": {**good, number: top + 1},
           "below": {**good, number: least - 1}, "choice": {**good, choice: "unknown"}}  # fmt: skip
    words = {"missing": f"no `{text}` ({refused})", "above": f"`{number}` {top + 1}, one above the limit ({refused})",
             "below": f"`{number}` {least - 1}, one below the limit ({refused})",
             "choice": f"an unknown `{choice}` ({refused})"}  # fmt: skip
    refusals = [rule for rule in RULES if rule in rules and rule in bad]
    where = f"; the header `location` is `{facts['path']}/{facts['id']}`" if "location" in rules else ""
    valid = f"`{quote(good)}` (201, and the JSON is the same with `id` {facts['id']}{where})"
    points = [valid, *(words[rule] for rule in refusals)]
    return facts | {
        "program": program, "broken": broken, "good": quote(good), "bad": [quote(bad[rule]) for rule in refusals],
        "names": refusals, "created": quote({"id": facts["id"], **good}), "has_location": "location" in rules,
        "where": f"{facts['path']}/{facts['id']}", "valid": valid, "last_bad": quote(bad[refusals[-1]]),
        "points": "\n".join(f"- {part}" for part in points), "listed": "; ".join(points),
    }  # fmt: skip


HEAD = "from starlette.testclient import TestClient\n\nfrom {module} import app\n\nclient = TestClient(app)"


def write_success(facts: Facts) -> str:
    """Return the test of what is accepted."""
    lines = [
        f"def test_created():\n    response = client.post(\"{facts['path']}\", json={facts['good']})",
        "assert response.status_code == 201", f"assert response.json() == {facts['created']}",
        *([f'assert response.headers["location"] == "{facts["where"]}"'] if facts["has_location"] else []),
    ]  # fmt: skip
    return "\n    ".join(lines)


def write_apart(facts: Facts) -> str:
    """Return one test for each refusal."""
    tests = [
        f'def test_{name}():\n    response = client.post("{facts["path"]}", json={bad})\n'
        f"    assert response.status_code == {facts['refused']}"
        for name, bad in zip(facts["names"], facts["bad"], strict=True)
    ]
    return "\n\n\n".join((HEAD.format(**facts), write_success(facts), *tests))


def write_table(facts: Facts) -> str:
    """Return one parametrized test for the refusals."""
    rows = "".join(f"\n    {bad}," for bad in facts["bad"])
    test = (
        f'@pytest.mark.parametrize("data", [{rows}\n])\ndef test_refused(data):\n'
        f'    assert client.post("{facts["path"]}", json=data).status_code == {facts["refused"]}'
    )
    return "\n\n\n".join(("import pytest\n" + HEAD.format(**facts), write_success(facts), test))


CREATION = Template(
    id="create_or_refuse",
    ask=(
        "Write pytest tests for `POST «path»` of the application below, which is in the module `«module»`. Use "
        "`starlette.testclient.TestClient` and send these bodies:\n«points»",
        "Here is `app` from `«module».py`. I want tests (pytest, Starlette's `TestClient`) of how it creates «one» records: "
        "«listed». A mistake in any of these must make a test fail.",
        "Please test `«path»` with Starlette's `TestClient` and pytest; `app` is in `«module»`. Requests are POST with JSON. "
        "Check the statuses and what is said here: «listed».",
        "What our «one» API accepts and refuses (POST to `«path»`, status in brackets):\n«points»\nWrite it down as pytest "
        "tests with `TestClient`; import `app` from `«module»`.",
    ),
    starter="«program»",
    draw=draw_creation,
    shapes=(
        Shape(name="one_each", code=write_apart, mutants=(("    assert response.status_code == 201\n", ""),)),
        Shape(name="parametrized", code=write_table,
              mutants=(("    assert response.status_code == 201\n", ""), ("\n    «last_bad»,", ""))),
    ),
    mutants=(("response.json() == «created»", "response.json()"), ("== «refused»", ">= 400"), ("json=«last_bad»", "json=«good»"),
             ('    assert response.headers["location"] == "«where»"', "")),
    verifier=check_app,
)  # fmt: skip
