"""Verdicts come from another process; one that doesn't come fails its answer and no other."""

from typing import Any

from burnish.judges import judge_apart
from burnish.verdicts import PASSED

PATIENCE = 600  # seconds; a busy machine is no failure
ADDS: dict[str, Any] = {
    "kind": "python",
    "entry": "add",
    "calls": [[1, 2]],
    "expect": [3],
    "harness": None,
    "modules": {},
}
PAGE: dict[str, Any] = {"kind": "html", "checks": [{"select": "b"}]}
RIGHT = "```python\ndef add(a, b):\n    return a + b\n```"
SLEEPS = "```python\nimport time\n\ndef add(a, b):\n    time.sleep(900)\n```"


def test_verdicts_are_in_the_order_of_the_answers() -> None:
    pairs = [
        (ADDS, RIGHT),
        (PAGE, "<b>x</b>"),
        (ADDS, "```python\ndef add(a, b):\n    return a\n```"),
        (PAGE, "<i>x</i>"),
    ]
    found = judge_apart([*pairs, pairs[0]], seconds=PATIENCE, label="test")
    assert [one.verdict.passed for one in found] == [True, True, False, False, True]
    assert found[2].verdict.reason.startswith("call 1")
    assert not any(one.hung for one in found)


def test_a_verifier_that_hangs_fails_its_answer_and_the_next_call_works() -> None:
    (hung,) = judge_apart([(ADDS, SLEEPS)], seconds=1.0, label="test")
    assert hung.hung and not hung.verdict.passed
    assert hung.verdict.reason == "the verifier gave no reply for 1 s"
    (fine,) = judge_apart([(ADDS, RIGHT)], seconds=PATIENCE, label="test")
    assert fine.verdict == PASSED
