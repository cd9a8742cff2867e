"""The small tasks of `fs_sql_aggregate`: one figure of the rows that match, a count of different values, a rounded average."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from burnish.generate.checks import sql_check, sql_insert
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.wording import CITIES, NUMBER_FIELDS, STATUSES, draw_noun

DATABASES = 3
VALUES = [name for name in NUMBER_FIELDS if name not in ("count", "total", "rank")]
LABELS = "city country color brand region owner plan source team category".split()
Row = list[Any]


def make_check(
    facts: Facts, columns: str, tables: Sequence[Sequence[Row]], expect: Sequence[Sequence[Row]]
) -> dict[str, Any]:
    """Return the check over tables with an id and `columns`; rows come in any order."""
    create = f"CREATE TABLE {facts['table']} (id INTEGER PRIMARY KEY, {columns});\n"
    setups = [
        create + sql_insert(facts["table"], [[n, *row] for n, row in enumerate(rows, start=4)]) for rows in tables
    ]
    return sql_check(setups, expect, ordered=False)


# What each figure is called, and how it's worked out of sorted numbers.
FIGURES: dict[str, tuple[str, Callable[[list[int]], float]]] = {
    "MAX": ("highest", lambda numbers: numbers[-1]),
    "MIN": ("lowest", lambda numbers: numbers[0]),
    "AVG": ("average", lambda numbers: float(Fraction(sum(numbers), len(numbers)))),
    "SUM": ("total", lambda numbers: sum(numbers)),
}


def draw_figure(rng: Random) -> dict[str, Any]:
    """Draw a table, a figure and the status that counts."""
    noun, name = draw_noun(rng), rng.choice(list(FIGURES))
    return {
        "table": noun.many, "one": noun.one, "value": rng.choice(VALUES), "status": rng.choice(STATUSES),
        "function": name, "figure": FIGURES[name][0], "other": rng.choice([one for one in FIGURES if one != name]),
    }  # fmt: skip


def check_figure(facts: Facts, rng: Random) -> dict[str, Any]:
    """Put numbers around those that count, and expect the figure of the sorted ones that do."""
    tables, expect = [], []
    for size in (3, 4, 6):
        counted = sorted(rng.sample(range(20, 90), size))
        rows = [[facts["status"], number] for number in counted] + [["other", number] for number in (3, 150, 170, 200)]
        tables.append(rng.sample(rows, len(rows)))
        expect.append([[FIGURES[facts["function"]][1](counted)]])
    return make_check(facts, f"status TEXT, {facts['value']} INTEGER", tables, expect)


FIGURE = Template(
    id="figure_of_matching_rows",
    ask=(
        "Write a SQL query that returns the «figure» `«value»` of all «table» with status '«status»'. The table is "
        "`«table»`(id, status, «value»).",
        "Table `«table»` has the columns id, status and «value». I need one number from it in SQL: the «figure» "
        "«value», counting only rows whose `status` is '«status»'.",
        "What is the «figure» `«value»` of the '«status»' «table»? Please give me the SQL for `«table»`(id, "
        "status, «value»), where '«status»' is a value of `status`.",
    ),
    draw=draw_figure,
    shapes=(
        Shape(name="where", code="""
            SELECT «function»(«value»)
            FROM «table»
            WHERE status = '«status»';
            """, mutants=(("\nWHERE status = '«status»'", ""), ("= '«status»'", "<> '«status»'"),
                          ("(«value»)", "(id)"))),
        Shape(name="filter", code="""
            SELECT «function»(«value») FILTER (WHERE status = '«status»')
            FROM «table»;
            """, mutants=((" FILTER (WHERE status = '«status»')", ""), ("= '«status»'", "= 'other'"),
                          ("(«value»)", "(DISTINCT id)"))),
        Shape(name="case", code="""
            SELECT «function»(CASE WHEN status = '«status»' THEN «value» END) AS «figure»
            FROM «table»;
            """, mutants=(("CASE WHEN status = '«status»' THEN «value» END", "«value»"),
                          ("= '«status»'", "<> '«status»'"),
                          ("THEN «value»", "THEN id"))),
    ),
    mutants=(("«function»(", "COUNT("), ("«function»(", "«other»(")),
    verifier=check_figure,
)  # fmt: skip

# A comparison in words, its sign, the slip next to it, and which differences to the limit fit.
COMPARISONS = (
    ("greater than", ">", ">=", (1, 9)), ("less than", "<", "<=", (-9, -1)), ("at least", ">=", ">", (0, 1, 9)),
    ("at most", "<=", "<", (-9, -1, 0)),
)  # fmt: skip


def draw_different(rng: Random) -> dict[str, Any]:
    """Draw a table, a label to count and a limit that its rows are on one side of."""
    noun, (words, sign, slip, _) = draw_noun(rng), rng.choice(COMPARISONS)
    return {
        "table": noun.many, "one": noun.one, "value": rng.choice(VALUES), "label": rng.choice(LABELS), "words": words,
        "sign": sign, "slip": slip, "wrong": "<" if ">" in sign else ">",
        "limit": rng.choice((10, 20, 25, 40, 50, 75, 100)),
    }  # fmt: skip


def check_different(facts: Facts, rng: Random) -> dict[str, Any]:
    """Give labels a row at each side of the limit and on it, some of them twice, and collect those that fit in a set."""
    fitting = next(gaps for words, _, _, gaps in COMPARISONS if words == facts["words"])
    tables, expect = [], []
    for number in range(DATABASES):
        names = rng.sample(CITIES, 14)
        gaps = [-9, -1, -1, 0, 1, 1, 9, 9, 0, -9, -9, *((1,), (9, 9), (-1, -9, -9))[number]]
        rows = [[name, facts["limit"] + gap] for name, gap in zip(names, gaps, strict=False)]
        rows += [[names[2], facts["limit"] + gap] for gap in (-1, 1, 9)] + [[names[3], facts["limit"]]]
        found = {name for name, value in rows if value - facts["limit"] in fitting}
        tables.append(rng.sample(rows, len(rows)))
        expect.append([[len(found)]])
    return make_check(facts, f"{facts['label']} TEXT, {facts['value']} INTEGER", tables, expect)


DIFFERENT = Template(
    id="count_of_different_values",
    ask=(
        "Write a SQL query on `«table»`(id, «label», «value») that counts how many different values of `«label»` "
        "occur in rows whose `«value»` is «words» «limit».",
        "How many distinct `«label»` values do the «table» have, if only those with «value» «sign» «limit» are looked "
        "at? One SQL query, please; the table is `«table»`(id, «label», «value»).",
        "From the table `«table»` (columns id, «label», «value») I want a single number: the count of distinct "
        "`«label»` where `«value»` is «words» «limit». SQL, please.",
    ),
    draw=draw_different,
    shapes=(
        Shape(name="count_distinct", code="""
            SELECT COUNT(DISTINCT «label»)
            FROM «table»
            WHERE «value» «sign» «limit»;
            """, mutants=(("DISTINCT «label»", "«label»"), ("DISTINCT «label»", "DISTINCT id"),
                          ("\nWHERE «value» «sign» «limit»", ""))),
        Shape(name="select_distinct", code="""
            SELECT COUNT(*)
            FROM (SELECT DISTINCT «label» FROM «table» WHERE «value» «sign» «limit»);
            """, mutants=(("SELECT DISTINCT «label»", "SELECT «label»"), ("COUNT(*)", "MAX(«label»)"),
                          (" WHERE «value» «sign» «limit»", ""))),
        Shape(name="group_by", code="""
            SELECT COUNT(*)
            FROM (
                SELECT «label» FROM «table» WHERE «value» «sign» «limit» GROUP BY «label»
            ) AS kept;
            """, mutants=((" GROUP BY «label»", ""), ("GROUP BY «label»", "GROUP BY id"),
                          (" WHERE «value» «sign» «limit»", ""))),
    ),
    mutants=((" «sign» ", " «slip» "), (" «sign» ", " «wrong» ")),
    verifier=check_different,
)  # fmt: skip


def draw_rounded(rng: Random) -> dict[str, Any]:
    """Draw a table, its groups and how many decimals the averages have."""
    noun, digits = draw_noun(rng), rng.choice((1, 2, 3))
    return {
        "table": noun.many, "one": noun.one, "value": rng.choice(VALUES), "label": rng.choice(LABELS), "digits": digits,
        "places": "1 decimal" if digits == 1 else f"{digits} decimals", "more": digits + 1,
    }  # fmt: skip


def check_rounded(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the exact fractions of each group, rounded; no average lies half-way between two results."""
    tables, expect = [], []
    for sizes in ((3, 7, 1), (6, 3, 7, 9), (7, 9)):
        rows, expected = [], []
        for name, size in zip(rng.sample(CITIES, len(sizes)), sizes, strict=True):
            numbers = [rng.randrange(10, 90) for _ in range(size)]
            numbers[0] += 1 if size > 1 and sum(numbers) % size == 0 else 0
            rows += [[name, number] for number in numbers]
            expected.append([name, float(round(Fraction(sum(numbers), size), facts["digits"]))])
        tables.append(rng.sample(rows, len(rows)))
        expect.append(expected)
    return make_check(facts, f"{facts['label']} TEXT, {facts['value']} INTEGER", tables, expect)


ROUNDED = Template(
    id="rounded_average_per_group",
    ask=(
        "Write a SQL query that returns each `«label»` in `«table»`(id, «label», «value») with its average `«value»`, "
        "rounded to «places».",
        "Table `«table»` has the columns id, «label» and «value». Please write the SQL for the average «value» per "
        "`«label»`: two columns, `«label»` and the average, rounded to «places».",
        "What is the average `«value»` of the «table» of each `«label»`? Show `«label»` and that average, rounded to "
        "«places». The SQL table is `«table»`(id, «label», «value»).",
    ),
    draw=draw_rounded,
    shapes=(
        Shape(name="avg", code="""
            SELECT «label», ROUND(AVG(«value»), «digits»)
            FROM «table»
            GROUP BY «label»;
            """, mutants=(("ROUND(AVG(«value»), «digits»)", "AVG(«value»)"), ("AVG(", "SUM("),
                          ("\nGROUP BY «label»", ""),
                          ("«digits»)", "«more»)"),
                          ("«label», ROUND(AVG(«value»), «digits»)", "ROUND(AVG(«value»), «digits»)"))),
        Shape(name="sum_by_count", code="""
            SELECT «label», ROUND(SUM(«value») * 1.0 / COUNT(*), «digits») AS average
            FROM «table»
            GROUP BY «label»;
            """, mutants=((" * 1.0", ""), ("COUNT(*)", "COUNT(DISTINCT «label»)"), ("«digits») AS", "0) AS"),
                          ("GROUP BY «label»", "GROUP BY id"))),
        Shape(name="subquery", code="""
            SELECT «label», ROUND(average, «digits»)
            FROM (SELECT «label», AVG(«value») AS average FROM «table» GROUP BY «label»);
            """, mutants=(("ROUND(average, «digits»)", "average"), ("AVG(", "MAX("), (" GROUP BY «label»", ""),
                          ("«digits»)", "«more»)"))),
    ),
    verifier=check_rounded,
)  # fmt: skip
