"""The combined filters of `fs_list_filter`: several conditions that each may be missing, and an order."""

import re
from random import Random
from typing import Any

from burnish.generate.checks import node_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import FLAG_FIELDS, NUMBER_FIELDS, TEXT_FIELDS, draw_noun

# A filter: its names, sentences about it, when it doesn't count, and what an item must be. {0} is the filter's name,
# {1} the item's field; `item` and `filters` are the names in the code.
FILTERS = {
    "text": ("query|q|search|text",
             ("`{0}`: the `{1}` contains it, in any case",
              "with `{0}`, the `{1}` must contain that text, whatever its case"),
             "!filters.{0}", "item.{1}.toLowerCase().includes(filters.{0}.toLowerCase())"),
    "least": ("min|atLeast|from|lowest", ("`{0}`: the `{1}` is that much or more", "`{0}` is the least `{1}` allowed"),
              "filters.{0} === undefined", "item.{1} >= filters.{0}"),
    "most": ("max|atMost|upTo|highest", ("`{0}`: the `{1}` isn't above it", "`{0}` is the greatest `{1}` allowed"),
             "filters.{0} === undefined", "item.{1} <= filters.{0}"),
    "any": ("anyOf|among|allowed|oneOf", ("`{0}`: an array that has the `{1}`", "with `{0}`, the `{1}` must be in that array"),
            "!filters.{0}", "filters.{0}.includes(item.{1})"),
    "flag": ("only|strict|marked|onlySet",
             ("`{0}`: if true, `{1}` must be true as well", "`{0}: true` leaves those whose `{1}` is true"),
             "!filters.{0}", "item.{1}"),
    "none": ("without|except|not|butNot", ("`{0}`: the `{1}` is something else", "with `{0}`, the `{1}` must differ from it"),
             "filters.{0} === undefined", "item.{1} !== filters.{0}"),
}  # fmt: skip
# The order of the result: sentences, and the code; {0} is a field.
ORDERS = (
    (("", " The order stays."), ""),
    ((" Sort them by `{0}`, lowest first.", " The result is sorted by `{0}`, ascending."),
     ".sort((a, b) => a.{0} - b.{0})"),
    ((" Sort them by `{0}`, highest first.", " The result is sorted by `{0}`, descending."), ".sort((a, b) => b.{0} - a.{0})"),
    ((" Return only the first {1}.", " No more than {1} are returned, the first ones."), ".slice(0, {1})"),
)  # fmt: skip


def draw_many(rng: Random) -> dict[str, Any]:
    """Draw two or three filters with their fields, and the order of the result."""
    noun, kinds = draw_noun(rng), sorted(rng.sample(list(FILTERS), rng.choice((2, 2, 3))))
    numbers, texts, flags = (rng.sample(fields, 3) for fields in (NUMBER_FIELDS, TEXT_FIELDS, FLAG_FIELDS))
    fields = {
        kind: {
            "least": numbers[0],
            "most": numbers[rng.randrange(2)],
            "flag": flags[0],
            "text": texts[0],
            "any": texts[1],
            "none": texts[2],
        }[kind]
        for kind in kinds
    }
    names = {kind: pick(rng, FILTERS[kind][0]) for kind in kinds}
    said_order, order = rng.choice(ORDERS)
    sort_by, most = numbers[2], rng.choice((2, 3, 4))
    tests = [
        f"{FILTERS[kind][2].format(names[kind], fields[kind])} || {FILTERS[kind][3].format(names[kind], fields[kind])}"
        for kind in kinds
    ]
    parts = [f"({test})" for test in tests]
    said = [rng.choice(FILTERS[kind][1]).format(names[kind], fields[kind]) for kind in kinds]
    skips = [f"{negate(FILTERS[kind][2])} && !({FILTERS[kind][3]})".format(names[kind], fields[kind]) for kind in kinds]
    skips = [re.sub(r"!\((item\.\w+)\)", r"!\1", skip) for skip in skips]
    steps = [
        f"  if ({negate(FILTERS[kind][2])}) {{{{\n    shown = shown.filter((item) => {FILTERS[kind][3]});\n  }}}}".format(
            names[kind], fields[kind]
        )
        for kind in kinds
    ]
    return {
        "name": f"{pick(rng, 'filter|search|narrow|apply')}{pick(rng, '{0}|{0}List|All{0}').format(noun.many.title().replace('_', ''))}",
        "many": noun.many.replace("_", " "),
        "items": pick(rng, f"{noun.many}|items|list"), "kinds": kinds, "names": names, "fields": fields, "sort_by": sort_by,
        "most": most,
        "order": order.format(sort_by, most), "tests": " &&\n      ".join(parts),
        "skips": "\n".join(f"    if ({skip}) continue;" for skip in skips),
        "steps": "\n".join(steps), "keys": ", ".join(names.values()), "said": "; ".join(said) + ".", "first": parts[0],
        "first_skip": f"    if ({skips[0]}) continue;\n",
        "first_step": steps[0] + "\n", "said_order": rng.choice(said_order).format(sort_by, most),
        "said_missing": pick(rng,
                             "A filter that is missing doesn't count.|Each may be missing and is then ignored.|Filters that aren't there let everything through."),
    }  # fmt: skip


def negate(test: str) -> str:
    """Return when a filter counts, of when it doesn't."""
    return test.replace("!filters", "filters") if test.startswith("!") else test.replace("===", "!==")


def is_kept(kind: str, value: Any, wanted: Any) -> bool:
    """Return whether one value passes one filter."""
    if kind == "text":
        return str(wanted).casefold() in str(value).casefold()
    if kind in ("least", "most"):
        return bool(value - wanted >= 0) if kind == "least" else bool(wanted - value >= 0)
    if kind == "any":
        return any(value == one for one in wanted)
    return value is True if kind == "flag" else bool(value != wanted)


def check_many(facts: Facts, rng: Random) -> dict[str, Any]:
    """Judge every item by every filter that is there, with values at the limits."""
    cases, kinds, fields, names = [], facts["kinds"], facts["fields"], facts["names"]
    wanted = {"text": "os", "least": 4, "most": 7, "any": ["red", "blue"], "flag": True, "none": "red"}
    words = ("Oslo", "red", "ROSE", "blue", "pink", "Redo")
    for turn in range(12):
        items = []
        for place in range((9, 6, 12)[turn % 3]):
            item: dict[str, Any] = {"id": place, facts["sort_by"]: (place * 37 + turn * 11) % 100}
            for kind in kinds:
                values = (
                    (3, 4, 5, 6, 7, 8, 0) if kind in ("least", "most") else (True, False) if kind == "flag" else words
                )
                item.setdefault(fields[kind], rng.choice(values))
            items.append(item)
        used = (
            kinds
            if turn % 4 == 0
            else [kinds[turn % len(kinds)]]
            if turn % 4 == 1
            else []
            if turn == 2
            else [kind for kind in kinds if rng.random() < 0.7]
        )
        filters = {names[kind]: wanted[kind] for kind in used}
        if turn == 5 and (zero := [kind for kind in kinds if kind == "most"]):
            filters = {names[zero[0]]: 0}
            used = zero
        if turn == 7 and "flag" in kinds:
            filters[names["flag"]], used = False, [kind for kind in used if kind != "flag"]
        limits = {**wanted, **({"most": 0} if filters.get(names.get("most")) == 0 else {})}
        kept = [item for item in items if all(is_kept(kind, item[fields[kind]], limits[kind]) for kind in used)]
        cases.append(([items, filters], arrange_items(facts, kept)))
    return node_check(facts["name"], [*cases, *check_each(facts, wanted), ([[], {}], [])])


def check_each(facts: Facts, wanted: dict[str, Any]) -> list[tuple[Any, Any]]:
    """Return one case a filter, with an item on each side of it and one just at its limit."""
    cases = []
    for kind in facts["kinds"]:
        values = {"text": ("cosy", "OSLO", "o s"), "least": (4, 3, 5), "most": (7, 8, 6), "flag": (True, False)}
        items = [
            {**dict.fromkeys(facts["fields"].values(), 0), facts["sort_by"]: 9 - place, facts["fields"][kind]: value}
            for place, value in enumerate(values.get(kind, ("pink", "red", "reds")))
        ]
        kept = [item for item in items if is_kept(kind, item[facts["fields"][kind]], wanted[kind])]
        cases.append(([items, {facts["names"][kind]: wanted[kind]}], arrange_items(facts, kept)))
    return cases


def arrange_items(facts: Facts, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the items in the order, or the number, that is asked for."""
    if "sort" in facts["order"]:
        return sorted(items, key=lambda item: item[facts["sort_by"]] * (-1 if "(a, b) => b" in facts["order"] else 1))
    return items[: facts["most"]] if facts["order"] else items


MANY = Template(
    id="optional_filters",
    ask=(
        "Write a JavaScript function `«name»(«items», filters)` that returns the «many» which pass all filters: «said» «said_missing»«said_order»",
        "Above our list of «many» stand filters, kept in an object with the keys `«keys»`. «said_missing» In JavaScript, write `«name»(«items», filters)`, which "
        "returns an array of the objects that fit.«said_order» The rules: «said»",
        "«said_missing» That holds for the object `filters` of `«name»(«items», filters)`, which I need in JavaScript to narrow down an array of «many». «said»«said_order»",
        "How would you write `«name»` in JavaScript? It gets an array of «many» and an object of filters (`«keys»`) and returns a new array.«said_order» What they mean: «said» "
        "«said_missing»",
    ),
    draw=draw_many,
    shapes=(
        Shape(name="one_filter", code="""
            function «name»(«items», filters) {
              return «items».filter(
                (item) =>
                  «tests»,
              )«order»;
            }
            """, mutants=(("«first»", "true"), (".filter(", ".map("), ("return ", ""), (" || ", " && "),
                          ("«first»", "!«first»"))),
        Shape(name="loop", code="""
            function «name»(«items», filters) {
              const found = [];
              for (const item of «items») {
            «skips»
                found.push(item);
              }
              return found«order»;
            }
            """, mutants=(("«first_skip»", ""), (" continue;", " break;"), ("found.push(item)", "found.unshift(item.id)"),
                          (" && !", " && "), ("return found", "return «items»"))),
        Shape(name="steps", code="""
            const «name» = («items», filters) => {
              let shown = [...«items»];
            «steps»
              return shown«order»;
            };
            """, mutants=(("«first_step»", ""), ("=> item", "=> !item"), ("return shown", "return «items»"),
                          ("if (filters", "if (!filters"), ("shown = shown", "shown = «items»"))),
    ),
    mutants=((" !== undefined && ", " === undefined && "), (">=", ">"), ("<=", "<"), (".toLowerCase()", ""),
             ("!== filters", "=== filters"), ("a.«sort_by» - b", "b.«sort_by» - a"),
             ("slice(0, «most»)", "slice(0, «most» - 1)"), ("slice(0,", "slice(1,"),
             (".sort((a, b) => ", ".toSorted((b, a) => ")),
    verifier=check_many,
)  # fmt: skip
