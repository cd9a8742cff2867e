"""A kind and a level to hidden journeys, with data drawn for this app alone. What must be seen is worked out by `entries`."""

import json
from collections.abc import Callable, Sequence
from random import Random

from burnish.benchmarks.lovable.entries import Entry, act, draw_entries, shown_texts, summarise
from burnish.benchmarks.lovable.kinds import SERVED_LEVEL, Field, Kind
from burnish.benchmarks.lovable.language import (
    Journey,
    Step,
    asks,
    chooses,
    clicks,
    counts,
    holds,
    misses,
    opens,
    presses,
    reloads,
    restarts,
    sees,
    stored,
    ticked,
    types,
    visits,
)

Steps = list[Step]
Plan = Callable[[Kind, int, Random], Steps]
WRONG = {"email": "nobody at example", "address": "example slash page", "from_one": "-3"}
API = "/api/entries"


def make_journeys(kind: Kind, *, level: int, rng_of: Callable[[str], Random]) -> tuple[Journey, ...]:
    """Return the journeys of a level; each draws its own data from `rng_of` its name."""
    return tuple(
        Journey(name, tuple(plan(kind, level, rng_of(name))))
        for name, (levels, plan) in _PLANS.items()
        if level in levels
    )


def add_button(kind: Kind) -> str:
    """Return the name of the button that adds an entry."""
    return f"Add {kind.noun}"


def fill(kind: Kind, entry: Entry) -> Steps:
    """Return the steps that enter an entry's fields."""
    return [
        chooses(field.label, text=entry[field.key])
        if field.control == "choice"
        else types(field.label, text=entry[field.key])
        for field in kind.fields
    ]


def add(kind: Kind, *entries: Entry) -> Steps:
    """Return the steps that add entries, each awaited."""
    steps: Steps = []
    for entry in entries:
        steps += [*fill(kind, entry), clicks(add_button(kind)), sees("listitem", text=entry["name"])]
    return steps


def show(kind: Kind, *entries: Entry) -> Steps:
    """Return what must be seen of entries: their number, their texts and the summary."""
    steps = [sees("listitem", text=text, of=entry["name"]) for entry in entries for text in shown_texts(kind, entry)]
    return [counts("listitem", number=len(entries)), *steps, sees("status", text=summarise(kind, entries))]


def _add(kind: Kind, level: int, random: Random) -> Steps:
    one, two = draw_entries(kind, random, count=2)
    by_key = [types(kind.fields[0].label, text=two["name"]), presses("Enter")]
    rest = [step for step in fill(kind, two) if step.name != kind.fields[0].label]
    return [
        opens(), *add(kind, one), holds(kind.fields[0].label, text=""), *rest, *by_key,
        sees("listitem", text=two["name"]), *show(kind, one, two),
    ]  # fmt: skip


def _refuse(kind: Kind, level: int, random: Random) -> Steps:
    (one,) = draw_entries(kind, random, count=1)
    blank = fill(kind, {**one, "name": ""})
    return [
        opens(), *blank, clicks(add_button(kind)), sees("alert"), counts("listitem", number=0), *add(kind, one),
        *show(kind, one),
    ]  # fmt: skip


def _sum_up(kind: Kind, level: int, random: Random) -> Steps:
    entries = draw_entries(kind, random, count=3)
    steps = [opens()]
    for number in range(1, 4):
        steps += [*add(kind, entries[number - 1]), sees("status", text=summarise(kind, entries[:number]))]
    return [*steps, *show(kind, *entries)]


def _delete(kind: Kind, level: int, random: Random) -> Steps:
    one, two, three = draw_entries(kind, random, count=3)
    return [
        opens(), *add(kind, one, two, three), clicks(f"Delete {two['name']}"), misses("listitem", text=two["name"]),
        *show(kind, one, three),
    ]  # fmt: skip


def do_action(kind: Kind, entry: Entry) -> Steps:
    """Return the steps of an entry's action, and what must be seen at once."""
    action, name = kind.action, entry["name"]
    if action.do == "tick":
        return [clicks(f"{action.label} {name}", role="checkbox"), ticked(f"{action.label} {name}", on=True)]
    if action.do == "reveal":
        answer = entry[action.field]
        button = clicks(f"{action.label} {name}")
        return [misses("listitem", text=answer), button, sees("listitem", text=answer, of=name)]
    after = act(kind, entry)
    changed = after["stage"] if action.do == "move" else after[action.field]
    return [clicks(f"{action.label} {name}"), sees("listitem", text=changed, of=name)]


def _act(kind: Kind, level: int, random: Random) -> Steps:
    one, two = draw_entries(kind, random, count=2)
    steps = [opens(), *add(kind, one, two), *do_action(kind, two)]
    after = act(kind, two)
    if kind.action.do in ("bump", "move"):
        steps += do_action(kind, after)
        after = act(kind, after)
    if kind.action.do == "tick":
        steps.append(ticked(f"{kind.action.label} {one['name']}", on=False))
    if kind.action.down:
        steps += [clicks(f"{kind.action.down} {one['name']}")]
        one = {**one, kind.action.field: str(int(one[kind.action.field]) - 1)}
    return [*steps, *show(kind, one, after)]


def _keep(kind: Kind, level: int, random: Random) -> Steps:
    one, two = draw_entries(kind, random, count=2)
    after, name = act(kind, one), f"{kind.action.label} {one['name']}"
    kept = [] if level == SERVED_LEVEL else [stored(one["name"])]
    still = [ticked(name, on=True)] if kind.action.do == "tick" else []
    return [
        opens(), *add(kind, one, two), *do_action(kind, one), *kept, reloads(), *show(kind, after, two), *still,
    ]  # fmt: skip


def _find(kind: Kind, level: int, random: Random) -> Steps:
    entries = draw_entries(kind, random, count=3)
    wanted, others = entries[1], (entries[0], entries[2])
    value = wanted[kind.find_field]
    if kind.find == "filter":
        narrow, widen = chooses("Show", text=value), chooses("Show", text="All")
    else:
        narrow, widen = types("Search", text=value.upper()), types("Search", text="")
    return [
        opens(), *add(kind, *entries), narrow, counts("listitem", number=1), sees("listitem", text=wanted["name"]),
        *(misses("listitem", text=other["name"]) for other in others), sees("status", text=summarise(kind, entries)),
        widen, *show(kind, *entries),
    ]  # fmt: skip


def _guard(kind: Kind, level: int, random: Random) -> Steps:
    """Enter what must be refused besides an empty name, each beside something right."""
    one, two = draw_entries(kind, random, count=2)
    steps = [opens(), *add(kind, one)]
    unique = kind.field(kind.unique)
    again = {**two, unique.key: one[unique.key]}
    wrong = [again, *({**two, field.key: WRONG[field.rule]} for field in kind.fields if field.rule in WRONG)]
    for entry in wrong:
        steps += [*fill(kind, entry), clicks(add_button(kind)), sees("alert"), counts("listitem", number=1)]
    return [*steps, *add(kind, two), *show(kind, one, two)]


def _correct(kind: Kind, level: int, random: Random) -> Steps:
    one, two, new = draw_entries(kind, random, count=3)
    changed = {**two, "name": new["name"]}
    return [
        opens(), *add(kind, one, two), clicks(f"Edit {two['name']}"), *_held(kind, two),
        types(kind.fields[0].label, text=changed["name"]), clicks("Save"), sees("listitem", text=changed["name"]),
        misses("listitem", text=two["name"]), *show(kind, one, changed), sees("button", text=add_button(kind)),
    ]  # fmt: skip


def _held(kind: Kind, entry: Entry) -> Sequence[Step]:
    return [holds(field.label, text=entry[field.key]) for field in kind.fields]


def _mark_up(kind: Kind, level: int, random: Random) -> Steps:
    (one,) = draw_entries(kind, random, count=1)
    marked = {**one, "name": f"<b>{one['name']}</b>"}
    return [opens(), *add(kind, marked), *show(kind, marked), sees("button", text=f"Delete {marked['name']}")]


def _share(kind: Kind, level: int, random: Random) -> Steps:
    one, two = draw_entries(kind, random, count=2)
    return [opens(), *add(kind, one), visits(), *show(kind, one), *add(kind, two), *show(kind, one, two)]


def _restart(kind: Kind, level: int, random: Random) -> Steps:
    one, two = draw_entries(kind, random, count=2)
    return [
        opens(), *add(kind, one, two), *do_action(kind, two), restarts(), reloads(), *show(kind, one, act(kind, two)),
    ]  # fmt: skip


def _ask(kind: Kind, level: int, random: Random) -> Steps:
    """Send entries past the page: the server itself must take the right and refuse the wrong."""
    one, two = draw_entries(kind, random, count=2)
    good, bad = (_write_body(kind, entry) for entry in (one, {**two, "name": "  "}))
    twice = _write_body(kind, {**two, kind.unique: one[kind.unique]})
    return [
        asks(f"POST {API}", body=good, status=201), asks(f"POST {API}", body=bad, status=400),
        asks(f"POST {API}", body=twice, status=400), asks(f"POST {API}", body="[", status=400),
        asks(f"GET {API}", body="", status=200), opens(), *show(kind, one),
    ]  # fmt: skip


def _write_body(kind: Kind, entry: Entry) -> str:
    return json.dumps({field.key: _as_json(field, entry[field.key]) for field in kind.fields})


def _as_json(field: Field, value: str) -> str | int:
    return int(value) if field.control == "number" else value


_PLANS: dict[str, tuple[tuple[int, ...], Plan]] = {
    "add": ((1, 2, 3, 4), _add), "refuse": ((1, 2, 3, 4), _refuse), "sum up": ((1, 2, 3), _sum_up),
    "delete": ((2, 3, 4), _delete), "act": ((2, 3, 4), _act), "keep": ((2, 3, 4), _keep), "find": ((3, 4), _find),
    "guard": ((3, 4), _guard), "correct": ((3,), _correct), "mark-up": ((3, 4), _mark_up), "share": ((4,), _share),
    "restart": ((4,), _restart), "past the page": ((4,), _ask),
}  # fmt: skip
