"""The rows that other stages have scored to outcomes of one form, each with what stands for its item. Judges nothing."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from burnish import shards
from burnish.errors import BurnishError
from burnish.evaluate.frontier import HARMFUL, SAFE
from burnish.evaluate.items import BASE, HUMANEVAL, RELEASE, read_items
from burnish.evaluate.own_questions import FULLSTACK as FULLSTACK_FOLDERS
from burnish.evaluate.own_questions import LOVABLE as LOVABLE_FOLDERS
from burnish.evaluate.own_questions import read_questions
from burnish.evaluate.public_items import BFCL
from burnish.evaluate.public_sources import read_items as read_public_items
from burnish.outcomes import Outcome
from burnish.own_items import FULLSTACK, LOVABLE, SAFETY
from burnish.seeds import fingerprint

# How the ledger of contamination names a benchmark's items: the source's name and the item's id.
LEDGER_NAMES: Mapping[str, str] = {HUMANEVAL: "humaneval", BFCL: "bfcl-v4"}
RIGHT_LABELS: Mapping[str, tuple[str, str]] = {
    HARMFUL: ("harm_refused", "refused"),
    SAFE: ("safe_answered", "complied"),
}


class Ledger(NamedTuple):
    """The items of benchmarks that a training row overlapped; no mixture takes those rows.

    Of the project's own, whose items differ from others of their family in facts alone, it is families: `benchmark/family`.
    """

    suspects: frozenset[str]
    families: frozenset[str]

    def look(self, name: str, *, benchmark: str) -> bool | None:
        """Say whether an item is suspect; None where the ledger doesn't know its benchmark."""
        source = LEDGER_NAMES.get(benchmark)
        return None if source is None else f"{source}/{name}" in self.suspects

    def look_family(self, family: str, *, source: str) -> bool:
        """Say whether a family of an own benchmark is suspect."""
        return f"{source}/{family}" in self.families


def read_ledger(folder: Path) -> Ledger:
    """Read the ledger."""
    items = [row["item"] for row in shards.read_rows(folder)]
    return Ledger(frozenset(items), frozenset("/".join(item.split("/")[:2]) for item in items))


def read_results(scored: Path, *, cases: Path, tasks: Path, humaneval: Path, ledger: Ledger) -> Iterator[Outcome]:
    """Yield the held-out cases, real tasks and HumanEval, of every model in the table."""
    known = {item.id: _digest(item.question, item.check)
             for item in read_items(cases=cases, tasks=tasks, humaneval=humaneval)}  # fmt: skip
    for row in shards.read_rows(scored):
        yield Outcome(row["group"], row["id"], row["index"], row["family"], row["model"], float(row["passed"]),
                      ledger.look(row["id"], benchmark=row["group"]), _find(row, known), row["tier"])  # fmt: skip


def read_public(scored: Path, *, bfcl: Path, hub: Path, ledger: Ledger) -> Iterator[Outcome]:
    """Yield the public benchmarks of base and release."""
    known = {
        item.id: _digest(list(item.messages), list(item.tools), item.check)
        for item in read_public_items(bfcl=bfcl, hub=hub)
    }
    for row in shards.read_rows(scored):
        yield Outcome(row["group"], row["id"], row["index"], row["family"], row["model"], float(row["passed"]),
                      ledger.look(row["id"], benchmark=row["benchmark"]), _find(row, known), row["tier"])  # fmt: skip


def read_fullstack(scored: Path, *, tasks: Path, ledger: Ledger) -> Iterator[Outcome]:
    """Yield FullstackEval twice: whether a task is solved, and the share of its points."""
    known = {question.id: question.data for question in read_questions(tasks, layout=FULLSTACK_FOLDERS)}
    for row in shards.read_rows(scored):
        for benchmark, score in (("fullstack_solved", float(row["solved"])), ("fullstack_points", row["points"])):
            yield Outcome(benchmark, row["id"], row["index"], row["template"], row["model"], score,
                          ledger.look_family(row["template"], source=FULLSTACK), _find(row, known),
                          row["tier"])  # fmt: skip


def read_lovable(scored: Path, *, apps: Path, ledger: Ledger) -> Iterator[Outcome]:
    """Yield LovableBench twice: whether an app shipped, and the share of its points."""
    known = {question.id: question.data for question in read_questions(apps, layout=LOVABLE_FOLDERS)}
    for row in shards.read_rows(scored):
        for benchmark, score in (("lovable_shipped", float(row["solved"])), ("lovable_points", row["points"])):
            yield Outcome(benchmark, row["id"], row["index"], row["kind"], row["model"], score,
                          ledger.look_family(row["kind"], source=LOVABLE), _find(row, known), row["tier"])  # fmt: skip


def read_safety(scored: Path, *, items: Path, ledger: Ledger) -> Iterator[Outcome]:
    """Yield harm that is refused and safe look-alikes that are answered."""
    known = {row["id"]: _digest(row["prompt"]) for row in shards.read_rows(items)}
    for row in shards.read_rows(scored):
        benchmark, right = RIGHT_LABELS[row["kind"]]
        yield Outcome(benchmark, row["id"], row["index"], row["family"], row["model"], float(row["label"] == right),
                      ledger.look_family(row["family"], source=SAFETY), _find(row, known), "")  # fmt: skip


def read_preference(scored: Path, *, pairs: Path) -> Iterator[Outcome]:
    """Yield how often the right answer of a held-out pair is likelier as a whole, by base and release."""
    known = {row["id"]: _digest(row["prompt"], row["chosen"], row["rejected"]) for row in shards.read_rows(pairs)}
    for model in (BASE, RELEASE):
        for row in shards.read_rows(scored / model):
            likelier = row["chosen_log_probability"] > row["rejected_log_probability"]
            yield Outcome(f"preference_{row['split']}", row["id"], 0, f"{row['category']}/{row['template']}", model,
                          float(likelier), None, _find(row, known), "")  # fmt: skip


def _digest(*parts: Any) -> str:
    return fingerprint(json.dumps(parts, sort_keys=True, default=str))


def _find(row: Mapping[str, Any], known: Mapping[str, str]) -> str:
    if row["id"] not in known:
        raise BurnishError(f"no item {row['id']!r} any more: it was scored on other data; run: dvc repro")
    return known[row["id"]]
