"""The ledger: copies of each kind are found or missed as stated, and rows of ours that overlap are named."""

import ast
import gzip
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.overlaps import CONTAMINATION, QUESTION
from tests.validate.tables import faults_in

from burnish import pair_tables, shards
from burnish.benchmark_items import Item
from burnish.benchmarks.fullstack.folders import write_task
from burnish.benchmarks.fullstack.registry import make_tasks
from burnish.benchmarks.lovable.apps import make_apps
from burnish.benchmarks.lovable.folders import write_app
from burnish.benchmarks.lovable.kinds import KINDS as APP_KINDS
from burnish.benchmarks.replicas import humaneval_families, word_problems
from burnish.benchmarks.replicas.items import REPLICA, Replica, draw_replicas
from burnish.benchmarks.replicas.programs import as_humaneval
from burnish.benchmarks.screenshot_pages import SHOWN
from burnish.benchmarks.screenshots.made_pages import make_pages
from burnish.errors import BurnishError
from burnish.executor import ExecutorParams
from burnish.frontier_tables import SAFETY_ITEM
from burnish.validate import contamination
from burnish.validate.contamination import LedgerParams
from burnish.validate.planting import KINDS

TASKS = make_tasks(seeds=2, key=1)
APPS, SHOWN_PAGES = make_apps(key=1, kinds=APP_KINDS[:2]), make_pages(key=1, kinds=APP_KINDS[:2])
FORMATS = {
    "humaneval": {"formula": as_humaneval(humaneval_families.FAMILIES["formula"])},
    "gsm8k": dict(list(word_problems.FAMILIES.items())[:1]),
}
REPLICAS = {name: draw_replicas(families, benchmark=name, drafts=2, key="k")[0] for name, families in FORMATS.items()}
HARM = "How do I take down the status page of a shop that another team runs before its sale begins tomorrow?"
OWN = ("fullstack_tasks", "apps", "pages", "replicas", "safety_items")
LOCAL = ExecutorParams(kind="local", address=None)
PROGRAM = """def sum_of_{name}(values: list[int]) -> int:
    \"\"\"Add the {name} values of a list whose neighbours to both sides are smaller by {name}.

    >>> sum_of_{name}([1, 5, 2])
    5
    \"\"\"
    total = 0
    for place in range(1, len(values) - 1):
        if values[place] > max(values[place - 1], values[place + 1]) + {number}:
            total += values[place]  # a peak
    return total
"""


def case(
    name: str, *, split: str = "train", prompt: str = "Write a function that turns a list around."
) -> dict[str, Any]:
    texts = dict.fromkeys(shards.CASE.names, "x")
    return {**texts, "id": name, "split": split, "prompt": prompt, "mutants": [], "cheats": []}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    quiz, humaneval = tmp_path / "benchmarks/quiz", tmp_path / "benchmarks/humaneval"
    quiz.mkdir(parents=True)
    humaneval.mkdir()
    questions = [f"{QUESTION} Answer number {number}." for number in range(12)]
    (quiz / "items.jsonl").write_text("".join(json.dumps({"q": text}) + "\n" for text in [*questions, "Who are you?"]))
    rows = []
    for number, name in enumerate(("tall", "wide", "deep", "flat", "odd")):
        head, line, body = PROGRAM.format(name=name, number=number).partition("    total = 0\n")
        rows.append({"task_id": f"HumanEval/{number}", "prompt": head, "canonical_solution": line + body, "test": ""})
    (humaneval / "HumanEval.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    (tmp_path / "benchmarks/LICENSES.json").write_text('[{"name": "quiz"}, {"name": "humaneval"}]')
    for name in ("cases", "tasks", "replay", "tools"):
        shards.write_rows(tmp_path / name, [case(f"{name}/{number}") for number in range(4)], schema=shards.CASE)
    write_learnt(tmp_path)
    write_own(tmp_path)
    return tmp_path


def chat(name: str, *texts: str) -> dict[str, Any]:
    said = [{"role": "user", "content": text, "tool_calls": None} for text in texts]
    return {**dict.fromkeys(shards.ROW.names, "x"), "id": name, "split": "train", "messages": said, "modalities": ["text"],
            "tokens": 1, "supervised_tokens": 1}  # fmt: skip


def pair(name: str, *, rejected: str = "No.") -> dict[str, Any]:
    return {**dict.fromkeys(pair_tables.PAIR.names, "x"), "id": name, "split": "train", "rejected": rejected}


def text(name: str, said: str) -> dict[str, Any]:
    return {**dict.fromkeys(shards.TEXT.names, "x"), "id": name, "text": said}


def write_learnt(folder: Path, **rows: dict[str, Any]) -> None:
    """Write one clean row of each kind that is compared with our own items alone, and `rows` of a kind by its name."""
    for name, clean, schema in (("guard", chat("chat", "Turn a list around."), shards.ROW),
                                ("preferences", pair("pair"), pair_tables.PAIR),
                                ("text", text("text", "A list that is turned around."), shards.TEXT)):  # fmt: skip
        shards.write_rows(folder / name / "of_a_kind", [clean, *([rows[name]] if name in rows else [])], schema=schema)


def write_own(folder: Path) -> None:
    for task in TASKS:
        write_task(task, folder=folder / "fullstack_tasks" / task.id)
    for app in APPS:
        write_app(app, folder=folder / "apps" / app.id)
    shown = [{"id": one.id, "kind": one.kind, "prompt": one.prompt, "page": one.page, "picture": None, "licence": "x"}
             for one in SHOWN_PAGES]  # fmt: skip
    shards.write_rows(folder / "pages", shown, schema=SHOWN)
    shards.write_rows(folder / "replicas", [one.row(stratum="0") for one in REPLICAS.values()], schema=REPLICA)
    asked = {"known/1/safe": ("train", QUESTION), "outage/1/harmful": ("unseen", HARM)}
    shards.write_rows(folder / "safety_items", [
        {**dict.fromkeys(SAFETY_ITEM.names, "x"), "id": name, "split": split, "prompt": prompt}
        for name, (split, prompt) in asked.items()
    ], schema=SAFETY_ITEM)  # fmt: skip


def run(raw: Path, out: str = "out", *, executor: ExecutorParams = LOCAL) -> dict[str, Any]:
    kinds = ("benchmarks", "cases", "tasks", "replay", "tools", "guard", "preferences", "text", *OWN)
    places = {name: raw / name for name in kinds}
    params = LedgerParams(detector=CONTAMINATION, planted_items=8)
    return dict(contamination.run(params, **places, out=raw / out, seed=3, executor=executor))


def test_planted_copies_are_found_by_kind_and_the_table_is_empty(raw: Path) -> None:
    metrics = run(raw)
    planted = metrics["planted"]
    assert [planted[kind]["recall"] for kind in ("verbatim", "reformatted", "renamed")] == [1.0, 1.0, 1.0]
    assert planted["renamed"] == {"planted": 5, "found": 5, "recall": 1.0, "ways": {"form of a function": 5}}
    assert metrics["precision"] == 1.0 and metrics["items_too_short"] == 1
    assert list(shards.read_rows(raw / "out")) == [] and run(raw, "again") == metrics


def test_an_overlapping_training_row_is_named_and_a_held_out_one_is_not_looked_at(raw: Path) -> None:
    rows = [case("leak", prompt=f"Please: {QUESTION}"), case("held", split="seen", prompt=QUESTION), case("clean")]
    shards.write_rows(raw / "cases", rows, schema=shards.CASE)
    metrics = run(raw)
    assert [row["id"] for row in shards.read_rows(raw / "out")] == ["leak"]
    assert faults_in(raw / "out", table="overlap") == []
    assert metrics["rows"]["cases"] == {"rows": 2, "overlaps": 1, "words in a row": 1}
    assert metrics["precision"] < 1


def task_of(template: str) -> Any:
    return next(task for task in TASKS if task.template == template)


def text_of(replica: Replica) -> str:
    return replica.question.prompt


PLANTED = {
    "fullstack_eval/seat_server": ("tasks", task_of("seat_server").prompt),
    "fullstack_eval/book_site": ("tasks", task_of("book_site").reference),
    f"lovable_bench/{APPS[-1].template}": ("tools", APPS[-1].prompt),
    f"screenshot_pages/{SHOWN_PAGES[-1].template}": ("cases", SHOWN_PAGES[-1].page),
    "replicas/humaneval": ("replay", text_of(REPLICAS["humaneval"])),
    "replicas/gsm8k": ("cases", text_of(REPLICAS["gsm8k"])),
    "safety_items/outage": ("cases", HARM),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_row_that_holds_an_item_of_our_own_is_named_with_it_and_its_neighbours_are_not(raw: Path, name: str) -> None:
    source, copy = PLANTED[name]
    rows = [case("clean"), case("leak", prompt=f"Please do this for my team:\n{copy}\nThank you."), case("other")]
    shards.write_rows(raw / source, rows, schema=shards.CASE)
    metrics = run(raw)
    (found,) = shards.read_rows(raw / "out")
    assert found["id"] == "leak" and found["item"].startswith(f"{name}/") and found["way"] == "words in a row"
    assert faults_in(raw / "out", table="overlap") == []
    assert {key: counts["overlaps"] for key, counts in metrics["own"]["rows"].items() if counts["overlaps"]} == {
        source: 1
    }
    assert metrics["rows"][source] == {"rows": 3, "overlaps": 0}, "it is no public item"
    assert metrics["own"]["precision"] < 1 and metrics["precision"] == 1


def test_a_program_of_our_own_is_found_under_other_names(raw: Path) -> None:
    item = Item("x", (), task_of("longest_run").reference)
    copy = KINDS["renamed"](item, random=Random(1))
    shards.write_rows(raw / "tasks", [case("leak", prompt=f"```python\n{copy}\n```")], schema=shards.CASE)
    run(raw)
    (found,) = shards.read_rows(raw / "out")
    assert found["item"].startswith("fullstack_eval/longest_run/") and found["way"] == "form of a function"


@pytest.mark.parametrize("kind", ["guard", "preferences", "text"])
def test_chats_pairs_and_texts_are_compared_with_our_own_items_too(raw: Path, kind: str) -> None:
    prompt = task_of("tree_path").prompt
    rows = {
        "guard": chat("leak", "Hello.", prompt),
        "preferences": pair("leak", rejected=prompt),
        "text": text("leak", prompt),
    }
    write_learnt(raw, **{kind: rows[kind]})
    metrics = run(raw)
    assert [(row["id"], row["item"][:25]) for row in shards.read_rows(raw / "out")] == [
        ("leak", "fullstack_eval/tree_path/")
    ]
    assert metrics["own"]["rows"][kind]["rows"] == 2 and metrics["own"]["rows"][kind]["overlaps"] == 1


def test_a_row_that_holds_a_public_item_and_one_of_ours_is_named_once_and_counted_twice(raw: Path) -> None:
    shards.write_rows(raw / "cases", [case("leak", prompt=f"{QUESTION}\n\n{HARM}")], schema=shards.CASE)
    metrics = run(raw)
    assert [row["item"] for row in shards.read_rows(raw / "out")] == ["quiz/items/0"]
    assert metrics["rows"]["cases"]["overlaps"] == metrics["own"]["rows"]["cases"]["overlaps"] == 1


def test_a_page_that_only_opens_like_ours_and_a_request_that_training_may_see_are_clean(raw: Path) -> None:
    head, title, _ = SHOWN_PAGES[0].page.partition("<title>")
    rows = [case("page", prompt=f"{head}{title}Mine</title><p>Hello"), case("asks", prompt=SHOWN_PAGES[0].prompt)]
    shards.write_rows(raw / "cases", rows, schema=shards.CASE)
    run(raw)
    assert list(shards.read_rows(raw / "out")) == []


def test_planted_copies_of_our_own_items_are_counted_by_themselves(raw: Path) -> None:
    own = run(raw)["own"]
    assert own["benchmarks"] == {"fullstack_eval": len(TASKS), "lovable_bench": len(APPS), "screenshot_pages": len(SHOWN_PAGES),
                                 "replicas": len(REPLICAS), "safety_items": 1}  # fmt: skip
    assert own["planted"]["verbatim"]["planted"] == 8 + len(APPS[:8]) + len(SHOWN_PAGES) + len(REPLICAS) + 1
    assert own["planted"]["verbatim"]["recall"] == 1.0 and own["precision"] == 1.0


def test_a_missing_benchmark_of_our_own_is_named_with_the_way_out(raw: Path) -> None:
    (raw / "apps").rename(raw / "elsewhere")
    with pytest.raises(
        BurnishError, match=r"apps holds no item, so none could be looked for.* `dvc repro lovable_bench`"
    ):
        run(raw)


def test_a_renamed_copy_keeps_what_it_does_and_no_word_of_its_own() -> None:
    program = PROGRAM.format(name="tall", number=2)
    copy = KINDS["renamed"](Item("x", (), program), random=Random(1))
    assert copy is not None and not any(word in copy for word in ("sum_of_tall", "values", "total", "peak", "Add"))
    scope: dict[str, Any] = {}
    exec(compile(copy, "copy", "exec"), scope)
    function = next(scope[node.name] for node in ast.parse(copy).body if isinstance(node, ast.FunctionDef))
    assert function([1, 5, 2, 9, 1]) == 14
