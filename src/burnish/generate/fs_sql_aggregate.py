"""Category `fs_sql_aggregate`: one query that counts, sums, averages or ranks groups of rows, NULLs included."""

from collections import defaultdict
from random import Random
from typing import Any

from burnish.generate.checks import sql_check, sql_insert
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.sql_aggregate_basics import DIFFERENT, FIGURE, ROUNDED
from burnish.generate.wording import NUMBER_FIELDS, STATUSES, draw_noun

GROUPS = ("branch brand category channel city color country department kind owner plan region source team tier "
          "warehouse").split()  # fmt: skip
Rows = list[list[Any]]


def draw_table(rng: Random) -> dict[str, Any]:
    """Draw a table: what it keeps, what its rows are grouped by and what is measured."""
    noun = draw_noun(rng)
    group = rng.choice([name for name in GROUPS if name != noun.one])
    return {
        "table": noun.many, "one": noun.one, "group": group, "value": rng.choice([n for n in NUMBER_FIELDS if n != "count"]),
        "least": rng.choice((2, 3, 4)), "limit": rng.choice((50, 80, 100, 120, 150)), "top": rng.choice((1, 2, 3)),
        "status": rng.choice(STATUSES), "other": rng.choice(("void", "test", "spam", "lost")),
        "result": rng.choice(("total", "result", "n", "amount_of", "figure")),
    }  # fmt: skip


def create(facts: Facts) -> str:
    """Return the table's definition."""
    columns = f"id INTEGER PRIMARY KEY, {facts['group']} TEXT, status TEXT, {facts['value']} INTEGER"
    return f"CREATE TABLE {facts['table']} ({columns});\n"


def draw_rows(facts: Facts, rng: Random, *, sizes: list[int]) -> dict[str, Rows]:
    """Return the rows of each group (`sizes` rows each): [id, group, status, value], some values NULL, all sums different."""
    names = rng.sample(("north", "south", "alpha", "beta", "gold", "green", "one", "two", "web", "shop"), len(sizes))
    groups: dict[str, Rows] = {}
    number = 0
    for place, (name, size) in enumerate(zip(names, sizes, strict=True)):
        groups[name] = []
        for turn in range(size):
            number += 1
            value = None if turn == 1 and size > 2 else rng.randrange(10, 70) + 7 * place
            status = facts["status"] if turn % 3 != 2 else facts["other"]
            groups[name].append([number, name, status, value])
    return groups


def database(facts: Facts, groups: dict[str, Rows], rng: Random) -> str:
    """Return the text of a database with the rows of all groups in a random order."""
    rows = [row for rows in groups.values() for row in rows]
    rng.shuffle(rows)
    return create(facts) + sql_insert(facts["table"], rows)


def values(rows: Rows) -> list[int]:
    """Return the values that aren't NULL."""
    return [row[3] for row in rows if row[3] is not None]


def make_check(facts: Facts, rng: Random, answer: Any, *, ordered: bool) -> dict[str, Any]:
    """Expect what `answer` works out for each group, over five databases with uneven groups and an empty one."""
    texts, expected = [], []
    for sizes in (
        [1, 4, 3, 6, 2],
        [6, 4, 7, 5, 8],
        [facts["least"], facts["least"] - 1, 5, facts["least"] + 1],
        [1, 2, 1],
        [],
    ):
        groups = draw_rows(facts, rng, sizes=sizes)
        texts.append(database(facts, groups, rng))
        expected.append(answer(groups))
    return sql_check(texts, expected, ordered=ordered)


TABLE = "Table `«table»(id, «group», status, «value»)`."


def check_count(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect each group's rows counted one by one."""

    def answer(groups: dict[str, Rows]) -> Rows:
        counts: dict[str, int] = defaultdict(int)
        for rows in groups.values():
            for row in rows:
                counts[row[1]] += 1
        return [[name, counts[name]] for name in sorted(counts)]

    return make_check(facts, rng, answer, ordered=True)


COUNT = Template(
    id="count_per_group",
    ask=(
        f"{TABLE} Write one SQL query that lists every `«group»` with its number of «table», sorted by `«group»`. Two columns: the "
        "`«group»` and the count.",
        f"How many «table» does each `«group»` have? {TABLE} Answer with one SQLite query giving `«group»` and the count, in "
        "alphabetical order of `«group»`.",
        "I need a SQL query for our dashboard: one line per `«group»` with how many rows of `«table»` belong to it, ordered by "
        "`«group»`. The table has the columns id, «group», status and «value».",
    ),
    draw=draw_table,
    shapes=(
        Shape(name="count_star", code="""
            SELECT «group», COUNT(*)
            FROM «table»
            GROUP BY «group»
            ORDER BY «group»;
            """, mutants=(("COUNT(*)", "COUNT(«value»)"), ("ORDER BY «group»", "ORDER BY «group» DESC"),
                          ("COUNT(*)", "SUM(«value»)"),
                          ("GROUP BY «group»", "GROUP BY status"))),
        Shape(name="count_id", code="""
            SELECT «group», COUNT(id) AS «result»
            FROM «table»
            GROUP BY «group»
            ORDER BY «group» ASC;
            """, mutants=(("COUNT(id)", "MAX(id)"), ("ASC", "DESC"), ("GROUP BY «group»", "GROUP BY «group», status"),
                          ("SELECT «group»,", "SELECT status,"))),
        Shape(name="scalar_subquery", code="""
            SELECT g.«group», (SELECT COUNT(*) FROM «table» WHERE «group» = g.«group»)
            FROM (SELECT DISTINCT «group» FROM «table») AS g
            ORDER BY g.«group»;
            """, mutants=(("DISTINCT ", ""), ("COUNT(*)", "COUNT(«value»)"), (" WHERE «group» = g.«group»", ""))),
    ),
    verifier=check_count,
)  # fmt: skip


def check_having(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the groups that have a row at the place of the least size."""

    def answer(groups: dict[str, Rows]) -> Rows:
        return [[name] for name in sorted(groups) if groups[name][facts["least"] - 1 :]]

    return make_check(facts, rng, answer, ordered=True)


HAVING = Template(
    id="groups_of_size",
    ask=(
        f"{TABLE} Write a SQL query that returns each `«group»` with at least «least» «table», one column, sorted alphabetically.",
        f"Which values of `«group»` occur in «least» or more rows? {TABLE} Give one SQLite query that returns only the `«group»` "
        "column, in ascending order.",
        "Please write a query on `«table»` (columns id, «group», status, «value») for every `«group»` that has no fewer than «least» "
        "«table». Only the `«group»` is wanted, ordered by name.",
    ),
    draw=draw_table,
    shapes=(
        Shape(name="having", code="""
            SELECT «group»
            FROM «table»
            GROUP BY «group»
            HAVING COUNT(*) >= «least»
            ORDER BY «group»;
            """, mutants=((">=", ">"), (">=", "<="), ("COUNT(*)", "COUNT(DISTINCT «group»)"),
                          ("ORDER BY «group»", "ORDER BY «group» DESC"))),
        Shape(name="subquery", code="""
            SELECT «group»
            FROM (SELECT «group», COUNT(*) AS «result» FROM «table» GROUP BY «group»)
            WHERE «result» >= «least»
            ORDER BY «group»;
            """, mutants=((">=", ">"), (">=", "="), ("COUNT(*)", "COUNT(DISTINCT status)"),
                          ("ORDER BY «group»", "ORDER BY «result», «group»"))),
        Shape(name="cte", code="""
            WITH sizes AS (
                SELECT «group», COUNT(id) AS «result» FROM «table» GROUP BY «group»
            )
            SELECT «group» FROM sizes WHERE «result» > «least» - 1 ORDER BY «group»;
            """, mutants=(("> «least» - 1", "> «least»"), ("> «least»", "< «least»"), ("COUNT(id)", "MAX(id)"))),
    ),
    verifier=check_having,
)  # fmt: skip


def check_sum(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the values of the rows in one status added one by one, groups with none left out."""

    def answer(groups: dict[str, Rows]) -> Rows:
        totals: dict[str, int] = {}
        for name, rows in groups.items():
            for row in rows:
                if row[2] == facts["status"]:
                    totals[name] = totals.get(name, 0) + (row[3] or 0)
        return sorted(([name, total] for name, total in totals.items()), key=lambda line: (-line[1], line[0]))

    return make_check(facts, rng, answer, ordered=True)


SUM = Template(
    id="sum_of_status",
    ask=(
        f"{TABLE} Write a SQL query for the sum of `«value»` per `«group»`, counting only rows whose status is '«status»'. Columns: "
        "`«group»`, sum. Largest sum first; equal sums by `«group»`.",
        f"{TABLE} We want to see what the '«status»' «table» add up to: for each `«group»` that has any, the total of `«value»`, from the "
        "highest total to the lowest, ties in order of `«group»`. One SQLite query with two columns, please.",
        "Give me one SQL query over `«table»` (id, «group», status, «value»): keep the rows with status '«status»', group them by "
        "`«group»`, and show `«group»` and the total `«value»`, biggest total first and then by `«group»`.",
    ),
    draw=draw_table,
    shapes=(
        Shape(name="where", code="""
            SELECT «group», SUM(«value») AS «result»
            FROM «table»
            WHERE status = '«status»'
            GROUP BY «group»
            ORDER BY «result» DESC, «group»;
            """, mutants=(("WHERE status = '«status»'", "WHERE status <> '«status»'"), (" DESC", ""), ("SUM(", "AVG("),
                          ("SUM(", "COUNT("),
                          ("WHERE status = '«status»'\n", ""))),
        Shape(name="order_by_position", code="""
            SELECT «group», SUM(«value»)
            FROM «table»
            WHERE status = '«status»'
            GROUP BY «group»
            ORDER BY 2 DESC, 1;
            """, mutants=(("ORDER BY 2 DESC, 1", "ORDER BY 1"), ("SUM(", "MAX("), (" = '«status»'", " = '«other»'"),
                          ("SUM(«value»)", "COUNT(*)"))),
        Shape(name="cte", code="""
            WITH kept AS (SELECT * FROM «table» WHERE status = '«status»')
            SELECT «group», SUM(«value») AS «result»
            FROM kept
            GROUP BY «group»
            ORDER BY «result» DESC, «group» ASC;
            """, mutants=((" WHERE status = '«status»'", ""), ("«result» DESC", "«result»"), ("SUM(", "MIN("),
                          ("FROM kept", "FROM «table»"))),
    ),
    verifier=check_sum,
)  # fmt: skip


def draw_range(rng: Random) -> dict[str, Any]:
    """Draw a table, which end of the values comes first, and which way the groups are sorted."""
    facts, down = draw_table(rng), rng.random() < 0.4
    ends = [("MAX", "largest", "maximum", "highest"), ("MIN", "smallest", "minimum", "lowest")]
    (first, one, top, high), (second, two, low, deep) = rng.sample(ends, 2)
    return {
        **facts, "down": down, "first": first, "second": second, "one": one, "two": two, "top": top, "low": low,
        "high": high, "deep": deep,
        "direction": " DESC" if down else "", "turned": "" if down else " DESC", "way": " in descending order" if down else "",
    }  # fmt: skip


def check_range(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the ends of the sorted values that are there."""

    def answer(groups: dict[str, Rows]) -> Rows:
        ends = [[name, *sorted(values(rows))] for name, rows in sorted(groups.items(), reverse=facts["down"])]
        return [[name, own[0], own[-1]] if facts["first"] == "MIN" else [name, own[-1], own[0]] for name, *own in ends]

    return make_check(facts, rng, answer, ordered=True)


RANGE = Template(
    id="largest_and_smallest",
    ask=(
        f"{TABLE} For each `«group»`, return the «one» and the «two» `«value»` in one SQL query with the columns `«group»`, «one», "
        "«two», ordered by `«group»`«way». Missing values don't count.",
        f"Write a SQLite query that shows the range of `«value»` per `«group»`. {TABLE} Three columns: `«group»`, the «top», then the "
        "«low»; rows sorted by `«group»`«way»; NULL values are ignored.",
        "For a report on «table» I need one line per `«group»`: its name, the «high» `«value»` and the «deep» `«value»`, sorted by "
        "name«way». The table `«table»` has id, «group», status, «value» (NULL when unknown, which shouldn't matter). SQL, please.",
        f"Between which ends does `«value»` lie within each `«group»`? {TABLE} Answer in SQL, unknown values aside: `«group»`, the "
        "«high» `«value»`, the «deep» `«value»`, one row for each `«group»`, by `«group»`«way».",
    ),
    draw=draw_range,
    shapes=(
        Shape(name="aggregates", code="""
            SELECT «group», «first»(«value»), «second»(«value»)
            FROM «table»
            GROUP BY «group»
            ORDER BY «group»«direction»;
            """, mutants=(("«first»(«value»), «second»(«value»)", "«second»(«value»), «first»(«value»)"),
                          ("«second»(«value»)", "AVG(«value»)"),
                          ("ORDER BY «group»«direction»", "ORDER BY «group»«turned»"),
                          ("MIN(«value»)", "MIN(COALESCE(«value», 0))"))),
        Shape(name="named_columns", code="""
            SELECT «group», «first»(«value») AS «one», «second»(«value») AS «two»
            FROM «table»
            WHERE «value» IS NOT NULL
            GROUP BY «group»
            ORDER BY 1«direction»;
            """, mutants=(("IS NOT NULL", "IS NULL"), ("MAX(", "SUM("), ("ORDER BY 1«direction»", "ORDER BY 1«turned»"),
                          ("MIN(«value»)", "MIN(id)"))),
    ),
    verifier=check_range,
)  # fmt: skip


def check_top(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the groups in order of their sums, worked out row by row, cut after the asked number."""

    def answer(groups: dict[str, Rows]) -> Rows:
        ranked = sorted(groups, key=lambda name: (-sum(values(groups[name])), name))
        return [[name] for name in ranked if sum(values(groups[name])) > facts["limit"]][: facts["top"]]

    return make_check(facts, rng, answer, ordered=True)


TOP = Template(
    id="top_groups_above",
    ask=(
        f"{TABLE} Find the top «top» by total `«value»`: among the values of `«group»` whose total `«value»` is above «limit», return the "
        "«top» with the largest totals, largest first (equal totals by `«group»`). Only the `«group»` column. One SQL query.",
        f"{TABLE} Write a SQLite query with a single column `«group»`: at most «top» rows, the groups with the highest sum of `«value»`, "
        "highest first and ties by `«group»`, but only those whose sum is more than «limit».",
        "I want a leaderboard over `«table»` (id, «group», status, «value»). Sum `«value»` for every `«group»`, drop sums of «limit» or less, "
        "and list the names of the best «top» in descending order of the sum; if sums are equal, by `«group»`. Please answer in SQL.",
    ),
    draw=draw_table,
    shapes=(
        Shape(name="having_limit", code="""
            SELECT «group»
            FROM «table»
            GROUP BY «group»
            HAVING SUM(«value») > «limit»
            ORDER BY SUM(«value») DESC, «group»
            LIMIT «top»;
            """, mutants=(("> «limit»", "< «limit»"), (" DESC", ""), ("LIMIT «top»", "LIMIT «top» + 1"),
                          ("LIMIT «top»", "LIMIT «top» OFFSET 1"))),
        Shape(name="subquery", code="""
            SELECT «group»
            FROM (SELECT «group», SUM(«value») AS «result» FROM «table» GROUP BY «group»)
            WHERE «result» > «limit»
            ORDER BY «result» DESC, «group»
            LIMIT «top»;
            """, mutants=(("«result» > «limit»", "«result» <= «limit»"), ("«result» DESC", "«group» DESC"),
                          ("LIMIT «top»", "LIMIT 10"),
                          ("SUM(", "COUNT("))),
        Shape(name="cte", code="""
            WITH totals AS (
                SELECT «group», SUM(«value») AS «result» FROM «table» GROUP BY «group»
            )
            SELECT «group» FROM totals WHERE «result» > «limit»
            ORDER BY «result» DESC, «group» LIMIT «top»;
            """, mutants=(("«result» DESC", "«result»"), ("SUM(", "MAX("), ("LIMIT «top»", "LIMIT «top» - 1"),
                          ("> «limit»", "< «limit»"))),
    ),
    verifier=check_top,
)  # fmt: skip

CATEGORY = Category(
    name="fs_sql_aggregate", family="database", templates=(COUNT, HAVING, SUM, RANGE, TOP, FIGURE, DIFFERENT, ROUNDED)
)
