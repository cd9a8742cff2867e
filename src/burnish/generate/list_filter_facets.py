"""The facets of `fs_list_filter`: how many items there are of each value, for the choices beside a list."""

from random import Random
from typing import Any

from burnish.generate.checks import node_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import FLAG_FIELDS, NUMBER_FIELDS, TEXT_FIELDS, draw_noun

# Which items are counted: sentences and the condition; {0} is a field, {1} a number.
COUNTED = {
    "all": (("",), ""),
    "flag": ((" Only those whose `{0}` is true count.", " Leave out those whose `{0}` is false."), "item.{0}"),
    "unset": ((" Those whose `{0}` is true don't count.", " Count only those whose `{0}` is false."), "!item.{0}"),
    "number": ((" Only those with a `{0}` above {1} count.", " Those with a `{0}` of {1} or less don't count."),
               "item.{0} > {1}"),
    "query": ((" Only those whose `{0}` contains `query` count; case matters.",
               " It counts just those whose `{0}` includes the text `query`."),
              "item.{0}.includes(query)"),
}  # fmt: skip
# The order of the values: sentences, and the code on pairs.
ORDERS = {
    "seen": (("Values come in the order in which they first appear.", "The order is that of the first appearance."), ""),
    "name": (("Sort by value, A to Z.", "The values are in alphabetical order."), ".sort(([a], [b]) => (a < b ? -1 : 1))"),
    "count": (("The most frequent comes first; equal counts keep the order of first appearance.",
               "Sort by count, highest first, and by first appearance where counts are equal."),
              ".sort((a, b) => b[1] - a[1])"),
}  # fmt: skip
FORMS = (
    ("an array of objects `{{ {0}, {1} }}`", ".map(([{0}, {1}]) => ({{ {0}, {1} }}))"),
    ("an array of pairs, value first and count second,", ""),
    ("an array of texts like `red (3)`", ".map(([value, count]) => `${{value}} (${{count}})`)"),
)  # fmt: skip
TOPS = ("", " No more than {0} are returned.", " Return just the first {0} of them.")


def draw_facets(rng: Random) -> dict[str, Any]:
    """Draw what is counted by which field, in which order, and the form of the result."""
    noun, (field, other) = draw_noun(rng), rng.sample(TEXT_FIELDS, 2)
    counted, order, form, top = rng.choice(list(COUNTED)), rng.choice(list(ORDERS)), rng.randrange(3), rng.choice(TOPS)
    by = {"flag": rng.choice(FLAG_FIELDS), "unset": rng.choice(FLAG_FIELDS), "number": rng.choice(NUMBER_FIELDS)}.get(
        counted, other
    )
    limit, most, leads = rng.choice((0, 5, 10, 20)), rng.choice((2, 3)), rng.random() < 0.35
    (value, count), word = (
        rng.choice((("value", "count"), ("name", "total"), ("label", "count"), ("option", "hits"), ("key", "size"))),
        pick(rng, "all|any|total|every"),
    )
    condition = COUNTED[counted][1].format(by, limit)
    leave = condition[1:] if condition.startswith("!") else f"!({condition})" if " " in condition else f"!{condition}"
    cut = f".slice(0, {most})" if top else ""
    items = pick(rng, f"{noun.many}|items|list")
    source = f"{items}.filter((item) => {condition})" if condition else items
    shown, tail = (text.format(value, count) for text in FORMS[form])
    said_lead = (
        pick(
            rng,
            " Before them comes one more, `{0}`, with the number of all that count.| It begins with an extra value `{0}`, whose count is that of all.",
        ).format(word)
        if leads
        else ""
    )
    return {
        "name": f"{pick(rng, 'count|tally|facets|summarize')}{pick(rng, '{0}By{1}|{1}Counts|{1}Of{0}').format(noun.many.title().replace('_', ''), field.title())}",
        "many": noun.many.replace("_", " "),
        "items": items, "args": f"{items}, query" if counted == "query" else items, "field": field, "by": by,
        "limit": limit, "most": most if top else 0, "counted": counted, "order": order,
        "form": form, "value": value, "count": count, "leads": leads, "word": word, "shown": shown,
        "source": source, "skip": f"    if ({leave}) continue;\n" if condition else "", "condition": condition,
        "pairs": ORDERS[order][1], "cut": cut, "tail": tail,
        "whole": f'[["{word}", {source}.length], ...pairs]' if leads else "pairs",
        "whole_map": f'[["{word}", [...counts.values()].reduce((a, b) => a + b, 0)], ...pairs]' if leads else "pairs",
        "whole_shown": f'[["{word}", shown.length], ...pairs]' if leads else "pairs",
        "said_counted": rng.choice(COUNTED[counted][0]).format(by, limit), "said_order": rng.choice(ORDERS[order][0]),
        "said_top": top.format(f"{most}"), "said_lead": said_lead,
    }  # fmt: skip


def check_facets(facts: Facts, rng: Random) -> dict[str, Any]:
    """Write the items of each value down first, then mix them with some that don't count."""
    cases = []
    for sizes in ((3, 1, 2, 2), (1, 4), (), (1, 2, 3, 4, 5), (2,)):
        names = rng.sample(("red", "blue", "pink", "amber", "lime", "teal"), len(sizes))
        items: list[dict[str, Any]] = [
            make_item(facts, name, rng, is_counted=True)
            for name, size in zip(names, sizes, strict=True)
            for _ in range(size)
        ]
        if len(sizes) < 5:
            rng.shuffle(items)
        seen = list(dict.fromkeys(item[facts["field"]] for item in items))
        counts = dict(zip(names, sizes, strict=True))
        if facts["counted"] != "all":
            extra = [make_item(facts, name, rng, is_counted=False) for name in [*names, "gold"]]
            items = (
                [one for pair in zip(extra, items, strict=False) for one in pair]
                + items[len(extra) :]
                + extra[len(items) :]
            )
        ranked = {"seen": seen, "name": sorted(seen), "count": sorted(seen, key=lambda name: -counts[name])}[
            facts["order"]
        ]
        shown = ranked[: facts["most"]] if facts["most"] else ranked
        pairs = ([(facts["word"], sum(sizes))] if facts["leads"] else []) + [(name, counts[name]) for name in shown]
        answer: list[Any] = [
            [{facts["value"]: name, facts["count"]: count}, [name, count], f"{name} ({count})"][facts["form"]]
            for name, count in pairs
        ]
        cases.append(([items, "Ab"] if facts["counted"] == "query" else [items], answer))
    return node_check(facts["name"], cases)


def make_item(facts: Facts, name: str, rng: Random, *, is_counted: bool) -> dict[str, Any]:
    """Return an item with the value `name` that counts, or doesn't."""
    values = {
        "all": "x", "flag": is_counted, "unset": not is_counted,
        "number": facts["limit"] + (rng.choice((1, 9)) if is_counted else rng.choice((0, 0, -2))),
        "query": rng.choice(("Ab", "xAby")) if is_counted else rng.choice(("ab", "A", "B a")),
    }  # fmt: skip
    return {"id": rng.randrange(900), facts["field"]: name, facts["by"]: values[facts["counted"]]}


FACETS = Template(
    id="facet_counts",
    ask=(
        "Write a JavaScript function `«name»(«args»)` that counts how many «many» there are of each `«field»`. It returns «shown».«said_counted» «said_order»«said_top»«said_lead»",
        "Beside our list of «many» we show each `«field»` with its number. I need `«name»(«args»)` in JavaScript for an array of objects.«said_counted» The result is «shown». "
        "«said_order»«said_lead»«said_top»",
        "How often does each `«field»` occur in an array of «many»? `«name»(«args»)`, in JavaScript, should say so with «shown». «said_order»«said_counted»«said_top»«said_lead»",
        "In JavaScript I'd like to get «shown» from `«name»(«args»)`: the different values of `«field»` among the «many» and how many have each. «said_order»«said_top»«said_lead»«said_counted»",
    ),
    draw=draw_facets,
    shapes=(
        Shape(name="map", code="""
            function «name»(«args») {
              const counts = new Map();
              for (const item of «items») {
            «skip»    counts.set(item.«field», (counts.get(item.«field») ?? 0) + 1);
              }
              const pairs = [...counts]«pairs»«cut»;
              return «whole_map»«tail»;
            }
            """, mutants=(("?? 0) + 1", "?? 1) + 1"), ("counts.set(item.«field»,", "counts.set(item.id,"),
                          ("return «whole_map»", "return counts"), ("[...counts]", "[...counts.keys()]"))),
        Shape(name="values", code="""
            const «name» = («args») => {
              const shown = «source»;
              const values = [...new Set(shown.map((item) => item.«field»))];
              const pairs = values
                .map((value) => [value, shown.filter((item) => item.«field» === value).length])«pairs»«cut»;
              return «whole_shown»«tail»;
            };
            """, mutants=(("[...new Set(shown.map((item) => item.«field»))]", "shown.map((item) => item.«field»)"),
                          ("=== value", "!== value"), (".length])", "])"), ("return «whole_shown»", "return values"))),
        Shape(name="object", code="""
            export function «name»(«args») {
              const counts = {};
              «source».forEach((item) => {
                counts[item.«field»] = (counts[item.«field»] ?? 0) + 1;
              });
              const pairs = Object.entries(counts)«pairs»«cut»;
              return «whole»«tail»;
            }
            """, mutants=(("?? 0) + 1", "?? 0) + 2"), ("(counts[item.«field»] ?? 0)", "0"),
                          ("return «whole»", "return counts"), ("counts[item.«field»]", "counts.«field»"))),
    ),
    mutants=(
        ("!(«condition»)", "false"), ("(!«condition»)", "(false)"), ("(item) => «condition»", "(item) => true"),
        (" > «limit»", " >= «limit»"), ("!item", "item"), ("«cut»", ""), ("b[1] - a[1]", "a[1] - b[1]"),
        ("«pairs»", ""), ("a < b ? -1 : 1", "a < b ? 1 : -1"), ("slice(0, «most»)", "slice(0, «most» + 1)"),
        ('["«word»", ', '["", '),
    ),
    verifier=check_facets,
)  # fmt: skip
