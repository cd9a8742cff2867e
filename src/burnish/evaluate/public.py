"""Stage `public` (18): stored answers to public benchmarks to verdicts and figures; a row for every sample.

A benchmark that isn't run is listed with the reason and has no figure. HumanEval is scored by the stage `evaluate`. Judges
no release: the verdicts that do are given elsewhere.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from burnish import sandbox, shards, stage
from burnish.errors import BurnishError
from burnish.evaluate.graders import PROGRAM, grade_answers, reader_digests
from burnish.evaluate.public_figures import NAMES, Scored, describe_groups, describe_injection, describe_relevance
from burnish.evaluate.public_items import PublicItem
from burnish.evaluate.public_sources import list_not_run, list_run, read_items
from burnish.evaluate.public_tables import RESULT

Rows = list[dict[str, Any]]


def run(*, base: Path, release: Path, bfcl: Path, hub: Path, out: Path) -> stage.Metrics:
    """Judge all answers; write a row for each and return the figures."""
    tables = {name: list(shards.read_rows(folder)) for name, folder in zip(NAMES, (base, release), strict=True)}
    check_asked_alike(tables)
    items = {item.id: item for item in read_items(bfcl=bfcl, hub=hub)}
    scored = {name: score(rows, items=items) for name, rows in tables.items()}
    digests = reader_digests()
    shards.write_rows(out, _result_rows(tables, scored=scored, digests=digests), schema=RESULT)
    groups = describe_groups(scored)
    return {
        "run": list_run(hub=hub), "not_run": list_not_run(hub=hub),
        "models": {name: rows[0]["model"] for name, rows in tables.items()},
        "asked": {column: sorted({str(row[column]) for row in tables[NAMES[0]]})
                  for column in ("chat_template", "tool_form", "stop", "settings")},
        "extractors": digests,
        "groups": groups,
        "relevance_j": describe_relevance(groups, calls="bfcl_relevance", declines="bfcl_irrelevance"),
        "obeyed_injection": describe_injection(scored, group="injection"),
    }  # fmt: skip


def score(rows: Rows, *, items: Mapping[str, PublicItem]) -> list[Scored]:
    """Judge the rows of one table of answers, in their order."""
    if unknown := sorted({row["id"] for row in rows} - items.keys()):
        raise BurnishError(f"no public item {unknown[0]!r}: the answers are of other data; run: dvc repro answers")
    pairs = [(items[row["id"]], row["text"]) for row in rows]
    grades = grade_answers(pairs, workers=len(os.sched_getaffinity(0)))
    return [
        Scored(item, row["index"], grade, row["finish"], row["tokens"], find_tier(item))
        for row, (item, _), grade in zip(rows, pairs, grades, strict=True)
    ]


def find_tier(item: PublicItem) -> str:
    """Return the sandbox's tier where the grader runs the answer as a program."""
    return sandbox.require().tier if item.check["grader"] == PROGRAM else ""


def check_asked_alike(tables: Mapping[str, Rows]) -> None:
    """Raise unless both models were asked the same prompts in the same way."""
    if empty := [name for name, rows in tables.items() if not rows]:
        raise BurnishError(f"{empty[0]} has no answers; raise max_items in params.yaml: answers.public")
    columns = ("prompt_hash", "settings", "chat_template", "tool_form", "stop")
    before, after = (
        {(row["id"], row["index"]): [row[name] for name in columns] for row in tables[one]} for one in NAMES
    )
    if odd := sorted(before.keys() ^ after.keys()):
        raise BurnishError(f"only one of the two models was asked {odd[0][0]!r}; run: dvc repro answers")
    for key in sorted(before):
        if before[key] != after[key]:
            column = next(name for name, *own in zip(columns, before[key], after[key], strict=True) if own[0] != own[1])
            raise BurnishError(
                f"{key[0]}: the two models were asked in different ways ({column}); run: dvc repro answers"
            )


def _result_rows(tables: Mapping[str, Rows], *, scored: Mapping[str, list[Scored]],
                 digests: Mapping[str, str]) -> Iterator[dict[str, Any]]:  # fmt: skip
    for name, rows in tables.items():
        for row, (item, _, grade, _, _, tier) in zip(rows, scored[name], strict=True):
            yield {
                **row, "model": name, "model_sha256": row["model"], "benchmark": item.benchmark, "group": item.group,
                "category": item.category, "family": item.family, "passed": grade.verdict.passed,
                "reason": grade.verdict.reason, "extracted": grade.extracted, "action": grade.action,
                "extractor": digests[item.check["grader"]], "tier": tier,
            }  # fmt: skip


if __name__ == "__main__":
    stage.main(run)
