"""The task of `fs_test_fixture` with files: a fixture that writes one into `tmp_path`, and tests of what reads it."""

import json
from collections.abc import Collection
from random import Random
from typing import Any

from burnish.generate.checks import test_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import CITIES, COLORS, NUMBER_FIELDS, draw_noun

RULES = ("comment", "blank", "spaces", "lower", "number", "first", "more", "missing")


def write_reader(facts: Facts, options: Collection[str]) -> str:
    """Return the function that reads a file, with the rules in `options`."""
    key = f"{facts['key']}.lower()" if "lower" in options else facts["key"]
    value = f"int({facts['value']})" if "number" in options else facts["value"]
    found, line = facts["found"], facts["line"]
    cut = "split" if "more" in options else "rsplit"
    lines = [
        *([f"if not {facts['path']}.exists():", "    return {}"] if "missing" in options else []),
        f"{found} = {{}}", f"for {line} in {facts['path']}.read_text().splitlines():",
        *([f'    if {line}.startswith("{facts["mark"]}"):', "        continue"] if "comment" in options else []),
        *([f"    if not {line}:", "        continue"] if "blank" in options else []),
        f'    {facts["key"]}, {facts["value"]} = {line}.{cut}("{facts["sep"]}", 1)',
        *([f"    {facts['key']}, {facts['value']} = {facts['key']}.strip(), {facts['value']}.strip()"]
          if "spaces" in options else []),
        f"    {found}.setdefault({key}, {value})" if "first" in options else f"    {found}[{key}] = {value}",
        f"return {found}",
    ]  # fmt: skip
    return "\n    ".join((f"def {facts['name']}({facts['path']}):", *lines))


def write_content(facts: Facts, options: Collection[str]) -> str:
    """Return a file that shows each rule in `options`, as a Python literal."""
    sep, (first, second), (one, two) = facts["sep"], facts["keys"], facts["values"]
    around = f" {sep} " if "spaces" in options else sep
    lines = [
        *([f"{facts['mark']} {second}{sep}{facts['other']}"] if "comment" in options else []), f"{first}{around}{one}",
        *([""] if "blank" in options else []),
        f"{second.title() if 'lower' in options else second}{sep}{two}{sep + 'x' if 'more' in options else ''}",
        *([f"{first}{sep}{facts['other']}"] if "first" in options else []),
    ]  # fmt: skip
    return json.dumps("\n".join(lines) + "\n")


def draw_reader(rng: Random) -> dict[str, Any]:
    """Draw a file format and the rules of its reader."""
    noun = draw_noun(rng)
    options = rng.sample(RULES, 4)
    if {"number", "more"} <= {*options}:
        options.remove(rng.choice(("number", "more")))
    keys, numbers = rng.sample(NUMBER_FIELDS, 2), rng.sample(range(2, 90), 3)
    texts = [text.lower() for text in rng.sample([*CITIES, *COLORS], 3)]
    *values, other = numbers if "number" in options else texts
    file = f"{noun.one}_{pick(rng, 'settings|limits|rules|defaults|options|labels|names')}"
    facts: dict[str, Any] = {
        "name": f"{pick(rng, 'load|read|parse')}_{file}", "module": pick(rng, f"{file}_file|config|loading|{noun.many}|files"),
        "path": pick(rng, "path|file|source"), "line": pick(rng, "line|row|text"),
        "found": pick(rng, "found|result|entries|loaded"),
        "key": pick(rng, "key|name|left"), "value": pick(rng, "value|right|content"), "sep": pick(rng, "=|:|;|->"),
        "mark": pick(rng, "#|//|--|%"), "keys": keys, "values": values, "other": other, "options": options,
        "fixture": pick(rng, f"{file}_file|{noun.one}_file|sample_file|written_file"),
        "file": file + pick(rng, ".txt|.cfg|.conf|.ini"),
    }  # fmt: skip
    words = {
        "comment": f"lines that start with `{facts['mark']}` are skipped", "blank": "empty lines are skipped",
        "spaces": "spaces around the two parts are removed", "lower": "keys are put in small letters",
        "number": "values become whole numbers", "first": "the first of two lines with the same key counts",
        "more": f"only the first `{facts['sep']}` of a line cuts it", "missing": "a file that doesn't exist gives `{}`",
    }  # fmt: skip
    shown = [one for one in options if one != "missing"]
    two = f"{values[1]}{facts['sep']}x" if "more" in options else values[1]
    expected = json.dumps({keys[0]: values[0], keys[1]: two})
    return facts | {
        "program": write_reader(facts, options), "rules": "; ".join(words[one] for one in options),
        "points": "\n".join(f"- {words[one]}" for one in options), "content": write_content(facts, options),
        "thin": write_content(facts, shown[1:]), "poor": write_content(facts, shown[:-1]), "expected": expected,
        "wrong": json.dumps({keys[0]: values[0]}), "first": json.dumps(values[0]), "second": json.dumps(two),
        "one": keys[0], "two": keys[1], "missing": "missing" in options,
    }  # fmt: skip


def check_reader(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the tests to notice each rule that is left out, and a reader that finds nothing."""
    del rng
    options = facts["options"]
    broken = [write_reader(facts, [other for other in options if other != one]) + "\n" for one in options]
    empty = f"def {facts['name']}({facts['path']}):\n    return {{}}\n"
    return test_check(facts["module"], facts["program"] + "\n", [*broken, empty], fixtures=[facts["fixture"]])


def write_tests(facts: Facts, *, gives: str, body: str) -> str:
    """Return the fixture and its tests; `body` is the text of the first one."""
    parts = [
        f"import pytest\n\nfrom {facts['module']} import {facts['name']}",
        f"@pytest.fixture\ndef {facts['fixture']}(tmp_path):\n    {gives}",
        f"def test_{facts['name']}({facts['fixture']}):\n    {body}",
    ]
    if facts["missing"]:
        parts.append(f'def test_no_file(tmp_path):\n    assert {facts["name"]}(tmp_path / "none") == {{}}')
    return "\n\n\n".join(parts)


def write_whole(facts: Facts) -> str:
    """Return a test that compares everything."""
    gives = f'path = tmp_path / "{facts["file"]}"\n    path.write_text({facts["content"]})\n    return path'
    return write_tests(facts, gives=gives, body=f"assert {facts['name']}({facts['fixture']}) == {facts['expected']}")


def write_parts(facts: Facts) -> str:
    """Return a test that looks at each entry."""
    gives = f'path = tmp_path / "{facts["file"]}"\n    path.write_text({facts["content"]})\n    yield path'
    lines = [f"loaded = {facts['name']}({facts['fixture']})", "assert len(loaded) == 2",
             f'assert loaded["{facts["one"]}"] == {facts["first"]}',
             f'assert loaded["{facts["two"]}"] == {facts["second"]}']  # fmt: skip
    return write_tests(facts, gives=gives, body="\n    ".join(lines))


FILE = Template(
    id="file_in_tmp_path",
    ask=(
        "Write a pytest fixture `«fixture»` that writes a small `«file»` into `tmp_path` and returns its path, and tests "
        "for `«name»` (module `«module»`, below) that use it. They must notice when one of these rules is broken: «rules».",
        "Test `«name»` from `«module».py` with pytest. The file to read comes from a fixture of yours, `«fixture»`, which "
        "writes `«file»` below `tmp_path`. What to cover:\n«points»",
        "This function reads files like `«file»`: «rules». I need pytest tests of it that read a real file. "
        "Let a fixture `«fixture»`, based on `tmp_path`, write that file. Import `«name»` from `«module»`.",
        "Rules of our `«file»` files:\n«points»\nPlease write the fixture `«fixture»` (pytest, `tmp_path`), which gives the "
        "path of a file that shows them, and test `«name»` of the module `«module»` with it, rule by rule or at once.",
    ),
    starter="«program»",
    draw=draw_reader,
    shapes=(
        Shape(name="whole", code=write_whole, mutants=(("== «expected»", "is not None"), ("return path", "return tmp_path"))),
        Shape(name="parts", code=write_parts, mutants=(('== «first»', '!= «first»'), ("== 2", "== 3"),
                                                       ("yield path", "yield str(path)"))),
    ),
    mutants=(("«content»", "«thin»"), ("«content»", "«poor»"), ("@pytest.fixture\n", ""), ("def test_no_file", "def no_file"),
             ("«expected»", "«wrong»")),
    verifier=check_reader,
)  # fmt: skip
