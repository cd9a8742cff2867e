"""A data card for each validated dataset: what it holds, under which licences and rules, with its spreads drawn.

Written from `metrics/validate/<group>.json` alone: the schema and the figures are those that the check saw.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from burnish.track.blocks import Block, Cell, Figure, Headline, Paragraph, Report, Section, table
from burnish.track.charts import Bar, draw_bars
from burnish.track.evidence import Evidence

COUNTED = ("split", "licence", "modalities", "skill", "kind", "language", "group", "finish", "category", "source")
DRAWN_VALUES = 12
UNITS = {"bytes": "bytes of text", "value": "value"}
ABOUT = {
    "case": "Tasks with a reference, hidden inputs in a verifier, and mutants that the verifier must refuse.",
    "task": "Tasks made of functions of published packages, with executed verifiers.",
    "row": "Chats to learn from.",
    "text": "Files of code and documentation of published packages.",
    "reject": "What was dropped on the way, each with its reason. Nothing learns from it.",
    "change": "What was masked in the texts of packages: personal data, replaced by what is reserved for examples.",
    "answer": "What a model said to held-out tasks, sampled once.",
    "result": "The verdict on each answer.",
    "pair": "A better and a worse answer to one prompt, with the check that told them apart.",
    "stated_pair": "Two answers to one prompt, of which people or a model stated the better one.",
    "preference": "A right and a wrong answer to one question, as DPO and reward models learn them.",
    "unpaired": "One answer to a question and whether it is right, as KTO learns them.",
    "rate": "How often a step solved each training case that it was asked.",
    "public_answer": "What a model said to items of public benchmarks, sampled once, and how it was asked.",
    "public_result": "The verdict on each answer to an item of a public benchmark.",
    "fullstack_result": "The verdict on each answer to FullstackEval.",
    "lovable_result": "The verdict on each app that LovableBench asked for.",
    "outcome": "Every score of every model on every item, in one form.",
    "shown_page": "Pages that a model is to write from their pictures.",
    "overlap": "Training rows that hold an item of a benchmark. No mixture takes them.",
    "tool_talk": "Talks with functions, before they become rows.",
    "replica": "New items in the formats of public benchmarks, as hard as theirs.",
    "safety_item": "Matched requests, a safe one and a harmful one, that differ in their aim alone.",
    "reading": "How each answer to a safety item was read, and by which rule.",
    "margin": "Log-probabilities that a model gives the right and the wrong answer of a preference pair.",
}


def build_cards(evidence: Evidence) -> dict[str, Report]:
    """Return the card of each dataset by its name; a dataset that wasn't validated has none."""
    groups = evidence.group("validate").values()
    return {name: build_card(name, figures=own) for group in groups for name, own in group.items()}


def build_card(name: str, *, figures: Mapping[str, Any]) -> Report:
    """Return one card."""
    columns: Sequence[Mapping[str, Any]] = figures["columns"]
    by_name = {column["name"]: column for column in columns}
    about = ABOUT.get(figures["table"], "")
    splits = ", ".join(f"{count:,} {split}" for split, count in figures["splits"].items())
    headlines = [Headline("Rows", f"{figures['rows']:,}", splits)]
    if figures["families"]:
        headlines.append(Headline("Template families", f"{figures['families']:,}", ""))
    if ranked := by_name.get("licence", {}).get("commonest"):
        headlines.append(Headline("Licences", f"{len(ranked)}", ", ".join(f"{value} {n:,}" for value, n in ranked)))
    every = "Every row was checked by the rules below, ids, prompts and families across all rows."
    sections = (
        Section("Schema", (Paragraph(every), _schema(columns))),
        Section("Values", tuple(_counts(name, columns=by_name))),
        Section("Spreads", tuple(_spreads(name, columns=columns))),
    )
    kept = tuple(section for section in sections if section.blocks)
    return Report(f"Data card: {name}", f"Table `{figures['table']}`. {about}".strip(), tuple(headlines), kept)


def _schema(columns: Sequence[Mapping[str, Any]]) -> Block:
    rows = []
    for column in columns:
        distinct = column.get("distinct")
        spread = next((column[unit] for unit in UNITS if unit in column), None)
        span = f"{spread['least']:,} to {spread['most']:,}, mean {spread['mean']:,}" if spread else ""
        unit = next((words for unit, words in UNITS.items() if unit in column), "")
        rules = "; ".join(f"`{rule}`" for rule in column["rules"])
        rows.append((f"`{column['name']}`", f"`{_plain(column['type'])}`", rules,
                     Cell(f"{distinct:,}" if distinct is not None else ""), Cell(span), Cell(unit)))  # fmt: skip
    return table("lllrrl", ("Column", "Type", "Rules", "Distinct", "Span", "of"), rows)


def _plain(kind: str) -> str:
    return "messages" if "Struct" in kind else kind


def _counts(name: str, *, columns: Mapping[str, Mapping[str, Any]]) -> Iterator[Block]:
    for column in COUNTED:
        ranked = columns.get(column, {}).get("commonest") or []
        if len(ranked) > 1:
            bars = [Bar(_short(value), (count,), f"{count:,}") for value, count in ranked[:DRAWN_VALUES]]
            title = f"Rows of {name} by {column}"
            yield Figure(draw_bars(bars, title=title, unit="rows"), f"{name}-{column}", title)


def _spreads(name: str, *, columns: Sequence[Mapping[str, Any]]) -> Iterator[Block]:
    for column in columns:
        for unit, words in UNITS.items():
            counts = column.get(unit, {}).get("counts_from", {})
            if len(counts) > 3 and column.get("distinct") is None:
                lows = sorted(map(int, counts))
                bars = [Bar(f"from {low:,}", (counts[str(low)],), f"{counts[str(low)]:,}") for low in lows]
                title = f"Rows of {name} by {words} of {column['name']}"
                yield Figure(draw_bars(bars, title=title, unit="rows"), f"{name}-{column['name']}", title)


def _short(value: str) -> str:
    return value if len(value) <= 28 else f"{value[:12]}…{value[-15:]}"
