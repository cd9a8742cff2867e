"""The template of `fs_query_filters` that sorts rows as the parameter `sort` of a request says."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, in_words, pick
from burnish.generate.wording import NUMBER_FIELDS, TEXT_FIELDS, draw_noun


def draw_sort(rng: Random) -> dict[str, Any]:
    """Draw the fields to sort by, how descending is written, and what an unknown field does."""
    noun, strict, suffix = draw_noun(rng), rng.random() < 0.5, rng.random() < 0.5
    fields = rng.sample(TEXT_FIELDS, rng.choice((1, 2))) + rng.sample(NUMBER_FIELDS, rng.choice((1, 2)))
    fields = rng.sample(fields, len(fields))
    facts = draw_arguments(rng, rows=f"rows|items|records|{noun.many}", sort="sort|order|sort_by|order_by")
    sort, mark = facts["sort"], pick(rng, ":desc| desc|.desc|:down" if suffix else "-|-|!|~")
    down, comma = f'part.{"ends" if suffix else "starts"}with("{mark}")', pick(rng, ",|,|;")
    field, names = f'part.remove{"suf" if suffix else "pre"}fix("{mark}")', ", ".join(f'"{name}"' for name in fields)
    turned = f"{fields[0]}{mark}" if suffix else f"{mark}{fields[0]}"
    return {
        **facts, "name": pick(rng, "sort_{0}|order_{0}|sorted_{0}|{1}_order|arrange_{0}").format(noun.many, noun.one),
        "many": noun.many, "fields": fields, "names": names, "words": in_words(fields), "strict": strict,
        "suffix": suffix,
        "mark": mark, "down": down, "field": field, "comma": comma, "example": f"{turned}{comma}{fields[1]}",
        "first": fields[0], "second": fields[1], "short": ", ".join(f'"{name}"' for name in fields[1:]),
        "unknown": "raise ValueError(field)" if strict else "continue",
        "slip": "continue" if strict else "raise ValueError(field)",
        "pairs": f'[({field}, {down}) for part in {sort}.split("{comma}")]',
        "refuse": f"\n    if any(field not in FIELDS for field, _ in keys):\n        raise ValueError({sort})"
        if strict else "",
        "known": "" if strict else "\n    keys = [key for key in keys if key[0] in FIELDS]",
        "marked": f"`{mark}` {'behind' if suffix else 'in front of'} a field",
        "parting": "commas" if comma == "," else "semicolons",
        "unknown_words": "raises ValueError" if strict else "is skipped",
        "or_else": "any other field is a ValueError" if strict else "other fields have no effect",
    }  # fmt: skip


def deal_ordered(keys: list[tuple[str, bool]], rest: list[str], rng: Random) -> tuple[list[Any], list[Any]]:
    """Return rows in a drawn order and in the order of `keys`: values are dealt level by level, downwards where asked."""
    groups: list[dict[str, Any]] = [{}]
    for field, down in keys:
        letters = rng.choice((["a", "ab", "b"], ["X", "Y", "Z"]))
        values = sorted(rng.sample(range(1, 30), 3)) if field in NUMBER_FIELDS else letters
        groups = [group | {field: value} for group in groups for value in (values[::-1] if down else values)]
    # Every group has two rows; they tie, so the one that comes first stays first.
    places = rng.sample([*range(len(groups)), *range(len(groups))], 2 * len(groups))
    idents = rng.sample(range(100), len(places))
    rows = [
        {"id": ident, **groups[place], **{field: rng.randrange(9) for field in rest}}
        for ident, place in zip(idents, places, strict=True)
    ]
    ordered = [row for number in range(len(groups)) for row, place in zip(rows, places, strict=True) if place == number]
    return rows, ordered


def check_sort(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the order in which the values were dealt."""
    fields, mark, cases = facts["fields"], facts["mark"], []
    for number in range(7):
        turn = number % len(fields)
        chosen = (fields[turn:] + fields[:turn])[: 1 + number % 2]
        keys = [(field, place == number % 3) for place, field in enumerate(chosen)]
        rows, ordered = deal_ordered(keys, [field for field in fields if field not in chosen], rng)
        turned = [
            (f"{field}{mark}" if facts["suffix"] else f"{mark}{field}") if down else field for field, down in keys
        ]
        if strange := number in (4, 5):
            turned.insert(rng.randrange(2), "id" if number == 5 else f"{mark * (not facts['suffix'])}id")
        result: Any = {"raises": "ValueError"} if strange and facts["strict"] else ordered
        cases.append((arrange(facts, rows=rows, sort=facts["comma"].join(turned)), result))
    cases.append((arrange(facts, rows=[], sort=fields[-1]), []))
    return python_check(facts["name"], cases)


SORT = Template(
    id="sort_parameter",
    ask=(
        "Write a Python function `«name»(«args»)` that returns `«rows»` (a list of dicts) sorted as the text `«sort»` says. "
        "It has field names separated by «parting», the most important first, as in `«example»`; «marked» means "
        "descending. Only «words» are allowed; any other field «unknown_words». Rows that tie keep their order.",
        "`GET /«many»?«sort»=«example»` sorts by `«first»` downwards and then by `«second»`. Implement `«name»(«args»)` in "
        "Python, where `«rows»` are dicts and `«sort»` is such a text; return the sorted list. Ties stay in the order they "
        "had. Clients can sort by «words», and «or_else».",
        "Let clients choose the order of our «many»: `«name»(«args»)` in Python gives the list of dicts in the order of "
        "`«sort»`. That is one or more of «words», joined by `«comma»`, each ascending unless marked with «marked» "
        "(`«example»`). An unknown field «unknown_words». The sort must be stable.",
        "I need a stable sort by several keys in Python, `«name»(«args»)`, for a list of dicts. The text `«sort»` lists the "
        "keys with `«comma»` between them; later ones break ties. A key with the sign `«mark»` (see `«example»`) is "
        "descending. Allowed keys: «words»; «or_else».",
    ),
    draw=draw_sort,
    shapes=(
        Shape(name="passes", code="""
            FIELDS = («names»)

            def «name»(«args»):
                result = list(«rows»)
                for part in reversed(«sort».split("«comma»")):
                    field = «field»
                    if field not in FIELDS:
                        «unknown»
                    result.sort(key=lambda row: row[field], reverse=«down»)
                return result
            """, mutants=(("reversed(«sort».split(\"«comma»\"))", "«sort».split(\"«comma»\")"), ("«unknown»", "«slip»"),
                          ("        if field not in FIELDS:\n            «unknown»\n", ""),
                          ("reverse=«down»", "reverse=not «down»"))),
        Shape(name="compare", code="""
            from functools import cmp_to_key

            FIELDS = («names»)

            def «name»(«args»):
                keys = «pairs»«known»«refuse»

                def compare(a, b):
                    for field, down in keys:
                        if a[field] != b[field]:
                            return -1 if (a[field] < b[field]) != down else 1
                    return 0

                return sorted(«rows», key=cmp_to_key(compare))
            """, mutants=((" != down", " == down"), ("in keys:\n            if", "in keys[:1]:\n            if"),
                          ("in keys:\n            if", "in keys[::-1]:\n            if"))),
        Shape(name="pairs", code="""
            FIELDS = («names»)

            def «name»(«args»):
                keys = «pairs»«known»«refuse»
                for field, down in keys[::-1]:
                    «rows» = sorted(«rows», key=lambda row: row[field], reverse=down)
                return «rows»
            """, mutants=(("keys[::-1]", "keys"), (", reverse=down", ""), ("reverse=down", "reverse=not down"),
                          ("«rows» = sorted(«rows», key=lambda row: row[field], reverse=down)",
                           "«rows» = sorted(«rows», key=lambda row: row[field])[:: -1 if down else 1]"))),
    ),
    mutants=(("FIELDS = («names»)", "FIELDS = («short»,)"), ("«refuse»", ""), ("«known»", "")),
    verifier=check_sort,
)  # fmt: skip
