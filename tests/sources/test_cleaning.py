"""Near-duplicates and overlaps leave the tables with a reason; which row stays follows the stated rule."""

import json
from typing import Any

from tests.overlaps import CONTAMINATION, DUPLICATES, QUESTION

from burnish.benchmark_items import Item
from burnish.contamination import Detector
from burnish.minhash import sign
from burnish.sources.cleaning import TASK, TEXT, Kind, cut, drop_near, drop_overlaps, find_overlaps
from burnish.sources.origins import Reject

BODY = "\n".join(f"    step_{number} = start + {number} * scale" for number in range(30))


def task(name: str, *, split: str, checks: int, extra: str = "") -> dict[str, Any]:
    return {"id": name, "split": split, "reference": f"def f():\n{BODY}\n{extra}", "prompt": "Write it.",
            "verifier": json.dumps({"calls": list(range(checks))}), "source": f"pypi:{name}#a.py"}  # fmt: skip


def text(name: str, content: str) -> dict[str, Any]:
    return {"text": content, "source": name, "path": "a.py"}


def near(rows: list[dict[str, Any]], *, kind: Kind, rejects: list[Reject]) -> list[dict[str, Any]]:
    signatures = sign([kind.text(row) for row in rows], permutations=DUPLICATES.permutations)
    return drop_near(rows, kind=kind, signatures=signatures, params=DUPLICATES, rejects=rejects)


def test_a_held_out_task_stays_before_one_with_more_checks_and_that_before_the_first() -> None:
    rows = [task("a", split="train", checks=3), task("b", split="train", checks=9), task("c", split="seen", checks=2)]
    rejects: list[Reject] = []
    assert [row["id"] for row in near(rows, kind=TASK, rejects=rejects)] == ["c"]
    assert [reject.reason for reject in rejects] == ["nearly repeats c", "nearly repeats c"]
    assert [row["id"] for row in near(rows[:2], kind=TASK, rejects=rejects)] == ["b"]


def test_the_longest_text_stays_and_order_is_kept() -> None:
    rows = [text("x", BODY), text("y", "Something else that is long enough"), text("z", BODY + "\n    return step_1")]
    rejects: list[Reject] = []
    assert [row["source"] for row in near(rows, kind=TEXT, rejects=rejects)] == ["y", "z"]
    assert rejects == [Reject("text", "x", "a.py", "", "nearly repeats z#a.py")]


def test_what_overlaps_a_benchmark_goes_and_names_the_item() -> None:
    detector = Detector([Item("quiz/7", (QUESTION,), "")], params=CONTAMINATION)
    rows = [text("x", f"A puzzle. {QUESTION} Go."), text("y", BODY)]
    rejects: list[Reject] = []
    found = [find_overlaps(chunk, detector=detector) for chunk in cut([TEXT.parts(row) for row in rows])]
    kept = drop_overlaps(rows, kind=TEXT, found=found, rejects=rejects)
    assert kept == rows[1:]
    assert rejects == [Reject("text", "x", "a.py", "", "overlaps quiz/7: words in a row")]
