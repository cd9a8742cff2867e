"""Entries of a kind, as a model of what a right app holds and shows: drawn values, changes, summaries. Plain values only."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from burnish.benchmarks.lovable.kinds import Kind

Entry = dict[str, Any]
MOST_NUMBER = 40


def draw_entries(kind: Kind, random: Random, *, count: int) -> list[Entry]:
    """Return entries that differ in every text and in the field that must be unique."""
    columns: dict[str, Sequence[str]] = {}
    for field in kind.fields:
        if field.control == "number":
            columns[field.key] = [str(number) for number in random.sample(range(2, MOST_NUMBER), count)]
        elif field.control == "choice":
            columns[field.key] = random.sample(field.values, count) if len(field.values) >= count else field.values
        else:
            columns[field.key] = random.sample(field.values, count)
    texts = kind.fields[0].key
    entries = [{key: values[index % len(values)] for key, values in columns.items()} for index in range(count)]
    for entry in entries:
        # no dictionary of sample data holds these names
        entry[texts] = f"{entry[texts]} {random.randrange(100, 999)}"
    return [{**entry, **start_state(kind)} for entry in entries]


def start_state(kind: Kind) -> Entry:
    """Return what a new entry holds besides its fields."""
    action = kind.action
    if action.do == "tick":
        return {"ticked": False}
    if action.do == "move":
        return {"stage": action.stages[0]}
    own = {field.key for field in kind.fields}
    return {action.field: "0"} if action.do == "bump" and action.field not in own else {}


def act(kind: Kind, entry: Entry) -> Entry:
    """Return the entry after its action."""
    action = kind.action
    if action.do == "tick":
        return {**entry, "ticked": not entry["ticked"]}
    if action.do == "bump":
        return {**entry, action.field: str(int(entry[action.field]) + 1)}
    if action.do == "move":
        stages = action.stages
        return {**entry, "stage": stages[min(stages.index(entry["stage"]) + 1, len(stages) - 1)]}
    return entry


def summarise(kind: Kind, entries: Sequence[Mapping[str, Any]]) -> str:
    """Return the text of the status line."""
    summary = kind.summary
    if summary.do == "count":
        value: Any = len(entries)
    elif summary.do == "left":
        value = sum(not entry["ticked"] for entry in entries)
    else:
        numbers = [int(entry[summary.field]) for entry in entries]
        if summary.do == "total":
            value = sum(numbers)
        elif summary.do == "mean":
            # tenths, halves up, as a person rounds: floating point would differ between languages
            value = f"{_tenths(sum(numbers), len(numbers)) // 10}.{_tenths(sum(numbers), len(numbers)) % 10}"
        else:
            value = entries[numbers.index(max(numbers))][kind.fields[0].key] if max(numbers, default=0) else "none"
    return f"{summary.label}: {value}"


def _tenths(total: int, count: int) -> int:
    return (20 * total + count) // (2 * count) if count else 0


def shown_texts(kind: Kind, entry: Mapping[str, Any]) -> list[str]:
    """Return what an entry's line shows from the start."""
    texts = [entry[field.key] for field in kind.fields if not field.hidden]
    own = {field.key for field in kind.fields}
    if kind.action.do == "move":
        texts.append(entry["stage"])
    if kind.action.do == "bump" and kind.action.field not in own:
        texts.append(entry[kind.action.field])
    return texts
