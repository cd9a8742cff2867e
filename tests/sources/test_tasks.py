"""Functions of packages become tasks: what is carried along, what the examples say, what the prompt shows."""

import ast
import json
from pathlib import Path
from random import Random

import pytest
from tests.sources.toy import ORIGIN, PARAMS, write_package, write_scripts

from burnish.cases import render_answer, verify, verify_many
from burnish.sources.assertions import read_tests
from burnish.sources.drafts import Draft
from burnish.sources.examples import read_docstring
from burnish.sources.functions import Module, Unresolved, stand_alone
from burnish.sources.mutants import break_program
from burnish.sources.prompts import clean_docstring, quote_docstring
from burnish.sources.script_examples import read_comment_examples, read_value
from burnish.sources.script_mutants import break_script
from burnish.sources.script_tasks import read_scripts
from burnish.sources.tasks import read_package
from burnish.sources.trials import Kept, build_case, keep_verified, split_of


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Draft]:
    folder = write_package(tmp_path_factory.mktemp("toy"))
    return {draft.function.name: draft for draft in read_package(folder, origin=ORIGIN, params=PARAMS)[0]}


@pytest.fixture(scope="module")
def kept(drafts: dict[str, Draft]) -> Kept:
    return keep_verified(list(drafts.values()), params=PARAMS, seed=1, workers=2)


def alone(source: str, name: str) -> str:
    module = Module(source, name="m")
    node = next(node for node in module.functions() if node.name == name)
    return stand_alone({"m": module}, module, node, max_context_chars=1_000).program


def test_a_function_brings_its_imports_constants_and_siblings(drafts: dict[str, Draft]) -> None:
    function = drafts["join_words"].function
    assert function.header == 'SEPARATOR = "-"\n\n\n'
    assert function.context == 'def clean(word):\n    """Strip white space."""\n    return word.strip()\n\n\n'
    assert function.program.endswith(
        "    # the cleaning is shared\n    return separator.join(clean(word) for word in words)\n"
    )
    assert drafts["count_up"].function.header == "from itertools import islice\n\n\n"


def test_what_needs_a_third_package_is_refused_with_its_name(tmp_path: Path) -> None:
    rejects = read_package(write_package(tmp_path), origin=ORIGIN, params=PARAMS)[1]
    assert [(reject.name, reject.reason.partition(",")[0]) for reject in rejects] == [("fetch", "needs requests")]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import random\ndef f():\n    'd'\n    return random.random()\n", "needs random"),
        ("def f(p):\n    'd'\n    return open(p).read()\n", "uses open"),
        ("x = 1\nx = 2\ndef f():\n    'd'\n    return x\n", "bound in several ways"),
        (
            "try:\n    import simplejson as j\nexcept ImportError:\n    j = None\ndef f():\n    'd'\n    return j\n",
            "several ways",
        ),
        ("def g():\n    return f()\ndef f():\n    'd'\n    return g()\n", "is called back"),
        ("T = '" + "x" * 1_000 + "'\ndef f():\n    'd'\n    return T\n", "too much"),
    ],
)
def test_what_cannot_be_carried_along_is_refused(source: str, reason: str) -> None:
    with pytest.raises(Unresolved, match=reason):
        alone(source, "f")


def test_annotations_that_are_never_evaluated_are_not_needed() -> None:
    source = (
        "from __future__ import annotations\nfrom other import Thing\ndef f(x: Thing) -> int:\n    'd'\n    return 1\n"
    )
    assert alone(source, "f").startswith("from __future__ import annotations\n\n\ndef f(x: Thing) -> int:\n")
    with pytest.raises(Unresolved, match="needs Thing"):
        alone(source.partition("\n")[2], "f")


def test_recursion_and_class_scopes_are_no_needs() -> None:
    source = (
        "def f(n):\n    'd'\n    class A:\n        size = n\n        other = size\n"
        "    return n and f(n - 1) + A.other\n"
    )
    assert alone(source, "f").startswith("def f(n):")


def test_examples_give_calls_and_the_author_s_values() -> None:
    text = (
        "Do it.\n\n>>> x = [1, 2]\n>>> m.f(x)\n{1: 2}\n>>> f(3)\n"
        "Traceback (most recent call last):\n  ...\nm.BadError: no\n"
        ">>> print(f(4))\na\n<BLANKLINE>\nb\n>>> f(5)\n<object at 0x...>\n>>> f({2})\nFraction(1, 2)\n"
    )
    examples = read_docstring(text, entry="f")
    checks = [example.check for example in examples if example.check]
    assert [check.expect for check in checks] == [
        {"items": [[1, 2]]},
        {"raises": "BadError"},
        "a\n\nb",
        "Fraction(1, 2)",
    ]
    assert [check.call["code"] for check in checks] == ["f(x)", "f(3)", "print(f(4))", "f({2})"]
    assert [check.call["shown"] for check in checks] == [False, False, True, True]
    assert checks[0].call["setup"] == ["x = [1, 2]"]
    assert len(examples) == 6


def test_steps_that_only_look_are_left_out_of_the_setup() -> None:
    text = ">>> f(1)\n1\n>>> it = iter([1, 2])\n>>> next(it)\n1\n>>> f(next(it))\n2\n"
    last = read_docstring(text, entry="f")[-1].check
    assert last is not None
    assert last.call["setup"] == ["it = iter([1, 2])", "next(it)"]


def test_assertions_of_tests_give_checks(drafts: dict[str, Draft]) -> None:
    found = [(check.call["code"], check.expect) for check in drafts["count_up"].checks]
    assert found == [
        ("list(count_up(3))", [1, 2, 3]), ("list(count_up(0))", []), ("list(count_up(n))", [1, 2]),
        ("list(count_up(1))", [1]), ("list(count_up(-1))", {"raises": "ValueError"}), ("unknown(count_up(1))", 5),
        ("list(count_up(n))", [1, 2, 3, 4]), ("list(count_up(n))", [1, 2, 3, 4, 5]),
    ]  # fmt: skip


def test_unittest_and_truth_forms_are_understood() -> None:
    source = (
        "class TestF(TestCase):\n    def test_f(self):\n"
        "        self.assertEqual(f(1), 2)\n        self.assertTrue(f(2))\n"
        "        assert not f(3)\n        assert f(4) is None\n        assert f(5) > 1\n        assert f(6) in (1, 2)\n"
    )
    found = read_tests(source, entries={"f": ["m"]}, packages=frozenset({"m"}))["m", "f"]
    assert [(check.call["code"], check.expect) for check in found] == [
        ("f(1)", 2), ("bool(f(2))", True), ("bool(f(3))", False), ("f(4)", None),
    ]  # fmt: skip


def test_the_import_decides_between_functions_of_one_name() -> None:
    source = "from p.b import f\ndef test_f():\n    assert f(1) == 1\n"
    found = read_tests(source, entries={"f": ["p.a", "p.b"]}, packages=frozenset({"p"}))
    assert list(found) == [("p.b", "f")]
    assert (
        read_tests("import p\n" + source.partition("\n")[2], entries={"f": ["p.a", "p.b"]}, packages=frozenset({"p"}))
        == {}
    )


def test_only_functions_that_pass_and_can_be_missed_are_kept(kept: Kept) -> None:
    assert [case["id"] for case in kept.cases] == ["real_toy/toy.strings.join_words", "real_toy/toy.strings.count_up"]
    reasons = {reject.name: reject.reason for reject in kept.rejects}
    assert reasons == {
        "clean": "has too few examples with a result that can be compared",
        "weak": "its checks miss too many broken versions",
        "constant": "has the same result in every example",
        "wrong": "its original fails its own examples without the rest of its package",
    }
    assert kept.killed >= 0.8 * kept.mutants > 0


def test_a_check_that_needs_the_rest_of_its_package_is_dropped(kept: Kept) -> None:
    verifier = json.loads(kept.cases[1]["verifier"])
    assert len(verifier["calls"]) == 7
    assert not [call for call in verifier["calls"] if "unknown" in call["code"]]


def test_rows_verify_one_by_one_and_refuse_what_is_no_answer(kept: Kept) -> None:
    for case in kept.cases:
        verifier = json.loads(case["verifier"])
        assert verify(verifier, render_answer(case["reference"], verifier=verifier)).passed
        name = case["id"].rpartition(".")[2]
        cheats = [
            "", case["prompt"], "import os\nos._exit(0)", f"def {name}(*a, **k):\n    raise ValueError",
            "class Yes(list):\n    def __eq__(self, other):\n        return True\n"
            f"def {name}(*a, **k):\n    return Yes()",
        ]  # fmt: skip
        texts = [*cheats, *case["mutants"]]
        verdicts = verify_many([(verifier, text) for text in texts], workers=2, batch=False)
        assert [text for text, verdict in zip(texts, verdicts, strict=True) if verdict.passed] == []


def test_expected_values_never_enter_the_sandbox(kept: Kept) -> None:
    verifier = json.loads(kept.cases[0]["verifier"])
    sent = json.dumps([verifier["calls"], verifier["harness"]])
    assert "p::q::r" in verifier["expect"]
    assert "p::q::r" not in sent


def test_the_prompt_hides_half_of_the_examples(kept: Kept) -> None:
    prompt = kept.cases[0]["prompt"]
    assert "'a-b'" in prompt
    assert "p::q::r" not in prompt
    assert "versionadded" not in prompt
    assert "def clean(word):" in prompt
    assert "separator.join" not in prompt


def test_docstrings_lose_what_leads_to_nothing() -> None:
    text = (
        "Do it:\n\n    >>> f(1)\n    1\n\nThen so::\n\n    >>> f(2)\n    2\n\n"
        "Examples\n--------\n>>> f(3)\n3\n\nSee also:\n    g\n"
    )
    examples = read_docstring(text, entry="f")
    assert clean_docstring(text, examples=examples, shown=1) == "Do it:\n\n    >>> f(1)\n    1\n\nThen so."
    assert clean_docstring(text, examples=examples, shown=0) == "Do it.\n\nThen so."


def test_quoted_docstrings_say_what_they_said() -> None:
    for text in ["One line.", 'Says "hi".\n\nMore.', "A \\n stays.", 'Has """ inside.\n\nYes.']:
        code = f"def f():\n{quote_docstring(text)}\n"
        function = ast.parse(code).body[0]
        assert isinstance(function, ast.FunctionDef)
        assert (ast.get_docstring(function) or "").strip() == text


PROGRAM = """def f(items, n=0):
    # a < b stays in comments
    if items and n <= 3:
        return [item + 1 for item in items if item != "a"]
    while n < 10:
        n += 1
        if n == 5:
            return n
    return None
"""


def test_mutants_are_small_different_and_valid() -> None:
    found = break_program(PROGRAM, entry="f", count=50, rng=Random(1))
    assert found[0] == "def f(items, n=0):\n    # a < b stays in comments\n    return None\n"
    assert len(found) == len(set(found)) > 8
    for text in found[1:]:
        ast.parse(text)
        assert "# a < b stays" in text
        assert "while n < 10:\n        n += 1\n        if n == 5:" in text
        assert sum(a != b for a, b in zip(text.split("\n"), PROGRAM.split("\n"), strict=True)) == 1
    assert break_program(PROGRAM, entry="f", count=5, rng=Random(1)) == found[:5]


def test_whole_packages_are_withheld_and_names_decide(drafts: dict[str, Draft]) -> None:
    draft = drafts["join_words"]
    assert split_of(draft, params=PARAMS.model_copy(update={"withheld_share": 1.0})) == "unseen"
    assert split_of(draft, params=PARAMS.model_copy(update={"seen_share": 1.0})) == "seen"
    assert split_of(draft, params=PARAMS) == "train"


def test_rows_depend_on_the_seed_alone(drafts: dict[str, Draft]) -> None:
    draft = drafts["join_words"]
    rows = [build_case(draft, mutants=[], params=PARAMS, seed=seed) for seed in (1, 1, 2, 3, 4, 5)]
    assert rows[0] == rows[1]
    assert len({row["prompt"] for row in rows}) > 1
    assert len({row["reference"] for row in rows}) == 1


def test_javascript_functions_become_tasks_too(tmp_path: Path) -> None:
    drafts, rejects = read_scripts(write_scripts(tmp_path), origin=ORIGIN, params=PARAMS)
    kept = keep_verified(drafts, params=PARAMS, seed=1, workers=2)
    [case] = kept.cases
    assert not rejects
    assert case["id"] == "real_toy/math.sumOdd"
    verifier = json.loads(case["verifier"])
    assert verifier["expect"] == [4, 10, 0]
    assert "// Returns: 4" in case["prompt"]
    assert "=> 0" not in case["prompt"]
    assert "function isOdd(n) {" in case["starter"]
    assert verify(verifier, render_answer(case["reference"], verifier=verifier)).passed
    assert verify(
        verifier, "```js\nexport const sumOdd = (n) => n.filter((x) => x % 2).reduce((a, b) => a + b, 0);\n```"
    ).passed
    cheats = ["process.exit(0)", "function sumOdd() { return 4; }"]
    verdicts = verify_many([(verifier, text) for text in cheats], workers=2, batch=False)
    assert not any(verdict.passed for verdict in verdicts)
    assert len(case["mutants"]) >= 4


@pytest.mark.parametrize(
    ("remark", "value"),
    [
        ("=> [1, 'a', null,]", [1, "a", None]), ("Returns: { a: 1, 'b-c': [true] }", {"a": 1, "b-c": [True]}),
        ("result will be: -2.5", -2.5), ("returns 'it\\'s'", "it's"), ("undefined", None), ("'x'.", "x"),
    ],
)  # fmt: skip
def test_literals_in_remarks_are_read(remark: str, value: object) -> None:
    assert read_value(remark) == value


@pytest.mark.parametrize("remark", ["adds the numbers", "new Set([1])", "[1, 2", "1 2", "true because it is", "NaN"])
def test_other_remarks_state_nothing(remark: str) -> None:
    assert type(read_value(remark)) is object


def test_comment_examples_keep_their_steps() -> None:
    text = (
        "Sum.\n\n@example\nconst a = [1,\n  2];\nsum(a); // 3\n"
        "const b = sum([4]);\n// b will be 4\n// => 4\n\n@returns x\n"
    )
    checks = [example.check for example in read_comment_examples(text, entry="sum") if example.check]
    assert [(check.call["code"], check.expect) for check in checks] == [("sum(a)", 3), ("b", 4)]
    assert checks[0].call["setup"] == ["var a = [1,\n  2];"]


def test_script_mutants_leave_strings_and_loops_alone() -> None:
    program = (
        'function f(n) {\n  while (n < 3) n++;\n  if (n === "a < b") return n + 1;\n  return /a < b/.test(n);\n}\n'
    )
    found = break_script(program, count=40, rng=Random(1))
    assert found[0] == "function f(n) {\n  return undefined;\n}\n"
    assert all("while (n < 3) n++;" in text for text in found[1:])
    assert not [text for text in found if "a <= b" in text]
    assert any("!==" in text for text in found)
    assert any("n - 1" in text for text in found)
