"""Programs apart: a process each inside a shared sandbox, with the verdicts that a sandbox each would give."""

import json

import pytest

from burnish import driving
from burnish.cases import Verifier, render_answer, verify, verify_apart, verify_many
from burnish.cheats import write_cheats
from burnish.driving import Task
from burnish.generate.checks import node_check, python_check, spec_check
from burnish.generate.checks import test_check as suite_check

DOUBLE = python_check("double", [([2], 4), ([5], 10)])
TWICE = node_check("twice", [([2], 4), ([5], 10)])
NAMED = spec_check("compose", {"at": ["services", "web", "image"], "equals": "nginx"})
RIGHT = {
    "python": "def double(n):\n    return 2 * n", "node": "function twice(n) { return 2 * n; }",
    "spec": "services:\n  web:\n    image: nginx\n",
}  # fmt: skip


@pytest.mark.parametrize("verifier", [DOUBLE, TWICE, NAMED], ids=lambda one: str(one["kind"]))
def test_no_cheat_passes_apart_and_none_spoils_its_neighbours(verifier: Verifier) -> None:
    right = render_answer(RIGHT[verifier["kind"]], verifier=verifier)
    cheats = [cheat.answer for cheat in write_cheats(verifier, prompt="Do it.")]
    answers = [answer for cheat in cheats for answer in (cheat, right)]
    verdicts = verify_apart([(verifier, answer) for answer in answers], workers=2)
    assert [verdict.passed for verdict in verdicts] == [False, True] * len(cheats)


def test_a_forked_program_cannot_write_the_report_of_another() -> None:
    forged = json.dumps({"outcomes": [{"value": 4}, {"value": 10}]}) + "\n"
    tries = f"    try:\n        os.write(fd, {2 * forged!r}.encode())\n    except OSError:\n        pass\n"
    forger = f"import os\nfor fd in range(1, 40):\n{tries}os._exit(0)"
    wrong = "def double(n):\n    return n"
    pairs = [(DOUBLE, render_answer(code, verifier=DOUBLE)) for code in (forger, wrong, wrong)]
    assert [verdict.passed for verdict in verify_apart(pairs, workers=1)][1:] == [False, False]


def test_a_program_that_leaves_a_process_behind_holds_nobody_up() -> None:
    child = "import os, time\nif not os.fork():\n    time.sleep(60)\ndef double(n):\n    return 2 * n"
    pairs = [(DOUBLE, render_answer(code, verifier=DOUBLE)) for code in (child, RIGHT["python"])]
    assert [verdict.passed for verdict in verify_apart(pairs, workers=1)] == [True, True]


def test_a_test_file_that_counts_its_runs_finds_no_file_of_another_run() -> None:
    suite = suite_check("cart", "def total(xs):\n    return sum(xs)", 2 * ["def total(xs):\n    return 0"])
    cheats = [cheat.answer for cheat in write_cheats(suite, prompt="") if cheat.name == "counts_runs"]
    verdicts = verify_apart([(suite, answer) for answer in 3 * cheats], workers=1)
    assert [verdict.reason for verdict in verdicts] == ["passes on mutant 1 of 2"] * 3


def test_a_suite_is_run_on_mutants_only_when_it_passes_on_the_good_program(monkeypatch: pytest.MonkeyPatch) -> None:
    suite = suite_check("cart", "def total(xs):\n    return sum(xs)", ["def total(xs):\n    return 0"] * 3)
    run, counts = driving.run_alone, []

    def count(tasks: list[Task], *, workers: int) -> list[driving.Report]:
        counts.append(len(tasks))
        return run(tasks, workers=workers)

    monkeypatch.setattr(driving, "run_alone", count)
    for code, wanted in (("assert False", [1]), ("assert True", [1, 1]), ("assert total([1]) == 1", [1, 1, 1, 1])):
        counts.clear()
        verdict = verify(suite, render_answer(f"def test_total():\n    {code}", verifier=suite))
        assert (counts, verdict.passed) == (wanted, len(wanted) == 4)


def test_a_document_that_takes_for_ever_is_a_timeout_and_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(driving.EXTRA_SECONDS, "spec", 0.0)
    own = {"format": "json_schema", "skeleton": None, "place": [], "instances": ["a" * 40 + "!"]}
    tasks = [Task("spec", {**own, "program": f'{{"pattern": "{pattern}"}}'}) for pattern in ("^(a+)+$", "^a+$")]
    slow, quick = driving.run_alone(tasks, workers=1)
    assert slow == {"failed": "timeout"}
    assert quick["outcomes"][0]["value"]["accepted"] == [False]


def test_a_manifest_without_its_kind_is_refused_with_the_reason() -> None:
    verifier = spec_check("kubernetes", {"at": ["Service/a", "kind"], "equals": "Service"})
    texts = [
        "metadata: {name: a}",
        "{apiVersion: v1, kind: Nothing}",
        "{apiVersion: v1, kind: Service, metadata: {name: 3}}",
    ]
    pairs = [(verifier, render_answer(text, verifier=verifier)) for text in texts]
    reasons = [verdict.reason for verdict in verify_many(pairs, workers=1, batch=True)]
    for reason, wanted in zip(
        reasons, ("apiVersion is missing", "no schema for kind Nothing of v1", "3 is not"), strict=True
    ):
        assert wanted in reason
