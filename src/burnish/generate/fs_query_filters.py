"""Category `fs_query_filters`: one filter of a list, a WHERE clause with bound values, and a sort parameter."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.query_clauses import WHERE
from burnish.generate.query_sorting import SORT
from burnish.generate.wording import CITIES, FLAG_FIELDS, NUMBER_FIELDS, STATUSES, TEXT_FIELDS, draw_noun

KINDS = "equal|least|most|search|flag|among"


def write_test(kind: str, field: str) -> tuple[str, str, str]:
    """Return the test of one row, two slips of it; `value` is the text of the query, or what it was made into."""
    row = f'row["{field}"]'
    return {
        "equal": (f"{row} == value", f"{row} != value", f"value in {row}"),
        "least": (f"{row} >= int(value)", f"{row} > int(value)", f"str({row}) >= value"),
        "most": (f"{row} <= int(value)", f"{row} < int(value)", f"str({row}) <= value"),
        "search": (f"value.lower() in {row}.lower()", f"value in {row}", f"{row}.lower() == value.lower()"),
        "flag": (f'{row} == (value == "true")', f"{row} == bool(value)", f'{row} != (value == "true")'),
        "among": (f'{row} in value.split(",")', f"{row} == value", f"value in {row}"),
    }[kind]


def draw_filter(rng: Random) -> dict[str, Any]:
    """Draw what one parameter of a query compares."""
    noun, kind = draw_noun(rng), pick(rng, KINDS)
    fields = {
        "least": NUMBER_FIELDS,
        "most": NUMBER_FIELDS,
        "flag": FLAG_FIELDS,
        "search": ["title", "name", "label", "city", "author"],
    }
    field = rng.choice([name for name in fields.get(kind, TEXT_FIELDS) if name != noun.one])
    key = {"equal": field, "least": pick(rng, f"min_{field}|{field}_from|{field}_gte"),
           "most": pick(rng, f"max_{field}|{field}_to|{field}_lte"),
           "search": pick(rng, "q|search|query|term"), "flag": field,
           "among": pick(rng, f"{field}|{field}_in|{field}s")}[kind]  # fmt: skip
    facts = draw_arguments(rng, rows=f"rows|items|records|{noun.many}", query="query|params|args|filters")
    test, slip, other = write_test(kind, field)
    words = {
        "equal": f"`{field}` equals the value of `{key}`",
        "least": f"`{field}` (an int) is at least the value of `{key}`, a text such as `12`",
        "most": f"`{field}` (an int) is at most the value of `{key}`, a text such as `12`",
        "search": f"`{field}` contains the value of `{key}`, ignoring case",
        "flag": f"`{field}` (a bool) is True for `{key}=true` and False for `{key}=false`",
        "among": f"`{field}` is one of the values in `{key}`, which are separated by commas",
    }[kind]
    rows, query = facts["rows"], facts["query"]
    return {
        **facts, "name": pick(rng, "filter_{0}|list_{0}|find_{0}|select_{0}|search_{0}|{0}_matching").format(noun.many),
        "many": noun.many, "one": noun.one, "kind": kind, "field": field, "key": key, "test": test, "slip": slip, "other": other,
        "inline": test.replace("value", f'{query}["{key}"]'), "words": words,
        "url": f"/{noun.many}?{key}=" + {"equal": "x", "least": "12", "most": "12", "search": "x", "flag": "true",
                                         "among": "x,y"}[kind],
        "list": rows,
    }  # fmt: skip


def deal_rows(facts: Facts, rng: Random) -> tuple[str, list[tuple[Any, bool]]]:
    """Return the text of a query, and values of the field with whether each matches."""
    kind, bound = facts["kind"], rng.randrange(8, 13)
    words = rng.sample([*CITIES, *STATUSES], 5)
    if kind in ("least", "most"):
        ages = (-bound, -1, 0, 1, 90, 100 - bound)
        return str(bound), [(bound + age, age == 0 or (age > 0) == (kind == "least")) for age in ages]
    if kind == "flag":
        wanted = rng.random() < 0.5
        return ("true" if wanted else "false"), [(value, value == wanted) for value in (True, False, False, True)]
    if kind == "search":
        part = pick(rng, "Ber|oVe|Zin")
        return part, [
            (f"x{part.lower()}y", True),
            (part.upper(), True),
            (part[:2], False),
            (f"old {part}s", True),
            ("-", False),
        ]
    if kind == "among":
        texts = [(words[0], True), (words[1], True), (words[2], False), (words[0][:2], False), (words[1], True)]
        return f"{words[0]},{words[1]}", texts
    return words[0], [
        (words[0], True),
        (words[1], False),
        (f"{words[0]}s", False),
        (words[0], True),
        (words[0][:2], False),
    ]


def check_filter(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the rows whose values were dealt as matches."""
    cases = []
    for number in range(6):
        text, dealt = deal_rows(facts, rng)
        dealt = rng.sample(dealt, len(dealt))
        rows = [{"id": place, facts["field"]: value} for place, (value, _) in enumerate(dealt, 1)]
        query = {} if number == 2 else {facts["key"]: text}
        query |= {"page": "2"} if number % 2 == 0 else {}
        kept = [row for row, (_, matches) in zip(rows, dealt, strict=True) if matches or number == 2]
        cases.append((arrange(facts, rows=rows if number != 5 else [], query=query), kept if number != 5 else []))
    return python_check(facts["name"], cases)


FILTER = Template(
    id="one_filter",
    ask=(
        "Write a Python function `«name»(«args»)` that returns the list of those dicts in `«rows»` whose «words». `«query»` is "
        "a dict of text from the URL; without `«key»` in it, return all rows.",
        "`GET «url»` should work. Implement `«name»(«args»)` in Python: `«query»` holds the URL parameters as text, `«rows»` "
        "the «many» as dicts. Keep each «one» whose «words»; if the parameter is absent, keep every one. The result is a list.",
        "The parameter `«key»` filters our «many». I need `«name»(«args»)` in Python, which gives back a list: all of `«rows»` "
        "(dicts) if `«query»`, a dict of text, doesn't have the parameter, else only those whose «words».",
        "A client may narrow the list of «many» by `«key»`, which is optional; `«query»` is the dict of its parameters, all "
        "strings. `«name»(«args»)` in Python returns, as a list, each dict from `«rows»` whose «words».",
    ),
    draw=draw_filter,
    shapes=(
        Shape(name="early_return", code="""
            def «name»(«args»):
                value = «query».get("«key»")
                if value is None:
                    return «rows»
                return [row for row in «rows» if «test»]
            """, mutants=(("return «rows»\n", "return []\n"), ("if «test»", "if not («test»)"))),
        Shape(name="one_expression", code="""
            def «name»(«args»):
                return [row for row in «rows» if "«key»" not in «query» or «inline»]
            """, mutants=((' or ', ' and '), ('"«key»" not in «query» or ', ""), (" not in «query»", " in «query»"))),
        Shape(name="filter", code="""
            def «name»(«args»):
                if "«key»" in «query»:
                    value = «query»["«key»"]
                    return list(filter(lambda row: «test», «rows»))
                return list(«rows»)
            """, mutants=(("return list(«rows»)", "return None"), ('"«key»" in', '"«key»" not in'))),
    ),
    mutants=(("«test»", "«slip»"), ("«test»", "«other»"), ('"«key»"', '"value"')),
    verifier=check_filter,
)  # fmt: skip

CATEGORY = Category(name="fs_query_filters", family="http_backend", templates=(FILTER, WHERE, SORT))
