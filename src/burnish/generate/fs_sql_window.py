"""Category `fs_sql_window`: queries that put a figure of neighbouring rows beside each row: ranks, running figures, changes."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random
from textwrap import indent
from typing import Any

from burnish.generate.checks import sql_check, sql_insert
from burnish.generate.core import Category, Facts, Shape, Template, fill
from burnish.generate.drawing import pick
from burnish.generate.wording import NUMBER_FIELDS, STATUSES, a, draw_noun

VALUES = [name for name in NUMBER_FIELDS if name not in ("count", "total", "rank")]
GROUPS = "branch city color country department owner plan region source team tier warehouse".split()
LETTERS = "north south alpha beta gold green web shop".split()
Row = list[Any]


def make_check(
    facts: Facts, columns: str, tables: Sequence[Sequence[Row]], expect: Sequence[Sequence[Row]], rng: Random, *,
    ordered: bool, names: Sequence[str],
) -> dict[str, Any]:  # fmt: skip
    """Return the check over tables with an id and `columns`; ids are in no order and every table is stored shuffled."""
    setups = []
    for rows in tables:
        ids = rng.sample(range(1, 90), len(rows))
        stored = [[number, *row] for number, row in zip(ids, rows, strict=True)]
        create = f"CREATE TABLE {facts['table']} (id INTEGER PRIMARY KEY, {columns});\n"
        setups.append(create + sql_insert(facts["table"], rng.sample(stored, len(stored))))
    return sql_check(setups, expect, ordered=ordered, columns=names)


# The function, how the prompt explains it, and the words that name its result.
RANKS = (
    ("ROW_NUMBER", "equal values are numbered by `id`, so no number occurs twice", "place|position|number_in_{0}"),
    ("RANK", "equal values share a rank and the ranks after them are skipped (1, 1, 3)", "rank_in_{0}|standing|placing"),
    ("DENSE_RANK", "equal values share a rank and no rank is skipped (1, 1, 2)", "level_in_{0}|dense_place|step"),
)  # fmt: skip


def draw_ranked(rng: Random) -> dict[str, Any]:
    """Draw a way of ranking, what is ranked and inside which groups, and which rows count."""
    noun, (function, ties, aliases), down = draw_noun(rng), rng.choice(RANKS), rng.random() < 0.6
    group = rng.choice([name for name in GROUPS if name != noun.one])
    value, status, only = rng.choice(VALUES), rng.choice(STATUSES), rng.random() < 0.4
    by_id, dense = function == "ROW_NUMBER", function == "DENSE_RANK"
    ahead = f"o.{value} {'>' if down else '<'} t.{value}"
    return {
        "table": noun.many, "one": noun.one, "group": group, "value": value, "function": function, "ties": ties,
        "alias": pick(rng, aliases).format(group), "down": down, "best": "highest" if down else "lowest",
        "way": "descending" if down else "ascending", "only": only, "status": status, "kept": f"'{status}' " if only else "",
        "where": f"\nWHERE status = '{status}'" if only else "", "t_where": f"\nWHERE t.status = '{status}'" if only else "",
        "filter": f"Only rows with status '{status}' appear and count." if only else "All rows appear.",
        "sort": f"{value}{' DESC' if down else ''}{', id' if by_id else ''}",
        "wrong_sort": f"{value}{'' if down else ' DESC'}{', id' if by_id else ''}",
        "other": {"ROW_NUMBER": "RANK", "RANK": "DENSE_RANK", "DENSE_RANK": "ROW_NUMBER"}[function],
        "bare_sort": f"{value}{' DESC' if down else ''}",
        "counted": f"DISTINCT o.{value}" if dense else "*", "miscounted": "*" if dense else f"DISTINCT o.{value}",
        "and_status": f" AND o.status = '{status}'" if only else "",
        "ahead": f"({ahead} OR o.{value} = t.{value} AND o.id < t.id)" if by_id else ahead,
        "behind": f"o.{value} {'<' if down else '>'} t.{value}",
    }  # fmt: skip


def check_ranked(facts: Facts, rng: Random) -> dict[str, Any]:
    """Call the rows of each group up one by one, the best first, and hand out numbers; many values are equal."""
    setups, expect = [], []
    for size in (5, 7, 9):
        rows: list[Row] = []
        for group in rng.sample(LETTERS, 3):
            values = [10, 20, 20, 30, 30, 40, 40, 10, 50][:size]
            statuses = [facts["status"]] * (size - 2) + ["other"] * 2
            rows += [
                [group, rng.choice((0, 100)) + v if size == 9 else v, s] for v, s in zip(values, statuses, strict=True)
            ]
        ids = rng.sample(range(1, 99), len(rows))
        stored = [[number, *row] for number, row in zip(ids, rows, strict=True)]
        columns = f"id INTEGER PRIMARY KEY, {facts['group']} TEXT, {facts['value']} INTEGER, status TEXT"
        setups.append(
            f"CREATE TABLE {facts['table']} ({columns});\n"
            + sql_insert(facts["table"], rng.sample(stored, len(stored)))
        )
        expect.append(hand_out(facts, [row for row in stored if not facts["only"] or row[3] == facts["status"]]))
    return sql_check(setups, expect, ordered=False, columns=["id", facts["alias"]])


def hand_out(facts: Facts, rows: list[Row]) -> list[Row]:
    """Return each id with the number that its row gets."""
    given: list[Row] = []
    for group in dict.fromkeys(row[1] for row in rows):
        last, number = None, 0
        best_first = sorted(
            (row for row in rows if row[1] == group), key=lambda row: (-row[2] if facts["down"] else row[2], row[0])
        )
        for place, row in enumerate(best_first, start=1):
            if facts["function"] == "ROW_NUMBER" or row[2] != last:
                number = number + 1 if facts["function"] == "DENSE_RANK" else place
            last = row[2]
            given.append([row[0], number])
    return given


RANKED = Template(
    id="rank_in_group",
    ask=(
        "Table `«table»`(id, «group», «value», status). Write a SQLite query that ranks the rows inside each `«group»` by `«value»`, the «best» first, and returns `id` and the rank as `«alias»`; «ties». «filter»",
        "Number the «kept»«table» of every `«group»` from 1 on in «way» order of `«value»`: «ties». Give me one SQL query on `«table»`(id, «group», «value», status) with the columns `id` and `«alias»`. «filter»",
        "Where does each «one» stand within its `«group»`? The «best» `«value»` gets 1; «ties». I need SQL with two columns, `id` and `«alias»`. «filter» The table is `«table»`(id, «group», «value», status).",
        "«filter» For `«table»`(id, «group», «value», status), select `id` with a column `«alias»` that holds the position of the row among those of the same `«group»`, the «best» `«value»` coming first. Note that «ties».",
        "I want a column `«alias»` beside `id`: 1 for the «best» `«value»` of a `«group»`, then counting on per `«group»`, where «ties». SQLite, one query; `«table»` has id, «group», «value» and status. «filter»",
    ),
    draw=draw_ranked,
    shapes=(
        Shape(name="over", code="""
            SELECT id, «function»() OVER (PARTITION BY «group» ORDER BY «sort») AS «alias»
            FROM «table»«where»;
            """, mutants=(("PARTITION BY «group» ", ""),
                          ("«function»() OVER (PARTITION BY «group» ORDER BY «sort»)",
                           "«other»() OVER (PARTITION BY «group» ORDER BY «bare_sort»)"),
                          ("BY «sort»", "BY «wrong_sort»"), ("PARTITION BY «group»", "PARTITION BY status"))),
        Shape(name="named_window", code="""
            SELECT id, «function»() OVER per_«group» AS «alias»
            FROM «table»«where»
            WINDOW per_«group» AS (PARTITION BY «group» ORDER BY «sort»);
            """, mutants=(("PARTITION BY «group» ", ""), ("ORDER BY «sort»", "ORDER BY «wrong_sort»"),
                          ("«function»()", "NTILE(2)"), ("PARTITION BY «group» ORDER", "PARTITION BY «value» ORDER"))),
        Shape(name="count_ahead", code="""
            SELECT t.id, (
                SELECT COUNT(«counted») + 1 FROM «table» AS o
                WHERE o.«group» = t.«group»«and_status» AND «ahead»
            ) AS «alias»
            FROM «table» AS t«t_where»;
            """, mutants=((" + 1", ""), ("o.«group» = t.«group»«and_status» AND ", ""),
                          ("COUNT(«counted»)", "COUNT(«miscounted»)"), ("«ahead»", "«behind»"))),
    ),
    mutants=((" AS «alias»", ""),),
    verifier=check_ranked,
)  # fmt: skip


DATES = "day|recorded_on|created_on|posted_on|logged_on|booked_on"
# What a figure is called, its function, a slip, and how it is worked out.
FIGURES = (
    ("total", "SUM", "MAX", sum), ("average", "AVG", "SUM", lambda values: sum(values) / len(values)),
    ("highest", "MAX", "MIN", max), ("lowest", "MIN", "MAX", min),
)  # fmt: skip


def draw_dated(rng: Random) -> dict[str, Any]:
    """Draw a table whose rows have a group, a date and a value, and whether the groups are kept apart."""
    noun, apart = draw_noun(rng), rng.random() < 0.7
    group = rng.choice([name for name in GROUPS if name != noun.one])
    return {
        "table": noun.many, "one": noun.one, "a_one": a(noun.one), "group": group, "value": rng.choice(VALUES),
        "date": pick(rng, DATES), "apart": apart,
        "part": f"PARTITION BY {group} " if apart else "", "part_wrong": "" if apart else f"PARTITION BY {group} ",
        "same": f"o.{group} = t.{group} AND " if apart else "", "same_wrong": "" if apart else f"o.{group} = t.{group} AND ",
    }  # fmt: skip


DATED = """
    CREATE TABLE «table» (id INTEGER PRIMARY KEY, «group» TEXT, «date» TEXT UNIQUE, «value» INTEGER);
    """


def draw_days(rng: Random, count: int) -> list[Row]:
    """Return rows of a group, a date and a value, by date; dates have gaps and the groups alternate at random."""
    groups = rng.sample(LETTERS, 3)
    days = sorted(rng.sample(range(84), count))
    dates = [f"2031-{1 + day // 28:02}-{1 + day % 28:02}" for day in days]
    return [
        [groups[0] if place == 0 else rng.choice(groups), date, rng.randrange(1, 90)]
        for place, date in enumerate(dates)
    ]


def dated_check(facts: Facts, tables: list[list[Row]], expect: list[list[Row]], rng: Random) -> dict[str, Any]:
    """Return the check over tables of dated rows, stored out of order."""
    columns = f"{facts['group']} TEXT, {facts['date']} TEXT UNIQUE, {facts['value']} INTEGER"
    return make_check(facts, columns, tables, expect, rng, ordered=True, names=[facts["date"], facts["alias"]])


def draw_running(rng: Random) -> dict[str, Any]:
    """Draw a figure of the rows so far or of the last few."""
    facts = draw_dated(rng)
    figure, function, slip, _ = rng.choice(FIGURES)
    last = rng.choice((0, 0, 2, 3, 4, 5))
    of_group = f"of the same `{facts['group']}`" if facts["apart"] else f"of all {facts['table']}"
    return facts | {
        "figure": figure, "function": function, "slip": slip, "last": last, "of_group": of_group,
        "alias": pick(rng, f"running_{figure}|{figure}_so_far|rolling_{facts['value']}|{figure}_{facts['value']}|result"),
        "frame": f"{last - 1} PRECEDING" if last else "UNBOUNDED PRECEDING", "frame_wrong": f"{last or 2} PRECEDING",
        "span": f"that row and the {last - 1} before it" if last > 2 else "that row and the one before it" if last else "that row and every earlier one",
        "limit": f" ORDER BY o.{facts['date']} DESC LIMIT {last}" if last else "",
        "limit_wrong": f" ORDER BY o.{facts['date']} DESC LIMIT {last + 1 if last else 3}",
        "few": " (fewer at the start)" if last else "", "rolling": f"{last}-row {figure}" if last else f"running {figure}",
        "lines": " Each `{}` counts by itself.".format(facts["group"]) if facts["apart"] else " All rows count, whatever their `{}`.".format(facts["group"]),
    }  # fmt: skip


def check_running(facts: Facts, rng: Random) -> dict[str, Any]:
    """Push each value on the pile of its group and expect the figure of the pile's end."""
    work = next(work for figure, _, _, work in FIGURES if figure == facts["figure"])
    tables, expect = [], []
    for count in (14, 18, 1, 22):
        rows, expected = draw_days(rng, count), list[Row]()
        piles: dict[str, list[int]] = {}
        for group, date, value in rows:
            pile = piles.setdefault(group if facts["apart"] else "", [])
            pile.append(value)
            expected.append([date, work(pile[-facts["last"] :] if facts["last"] else pile)])
        tables.append(rows)
        expect.append(expected)
    return dated_check(facts, tables, expect, rng)


RUNNING = Template(
    id="running_figure",
    ask=(
        "Write a SQLite query that returns `«date»` and, as `«alias»`, the «figure» `«value»` of «span»«few», in the order of `«date»` and among the rows «of_group». Sort the result by `«date»`.",
        "For a chart I need one line per row of the table below: `«date»` and the «rolling» of `«value»`, named `«alias»`.«lines» It covers «span»«few», going by `«date»`; the lines come in that order too.",
        "Two columns, `«date»` and `«alias»`, sorted by `«date»`: `«alias»` is the «figure» of `«value»` over «span»«few».«lines» One SQL query for SQLite, please; time goes by `«date»`.",
        "How does the «figure» «value» of our «table» develop? Select `«date»` with the «figure» of `«value»` among the rows «of_group», taking «span»«few» by `«date»`. Call it `«alias»` and order by `«date»`.",
        "Given this table, show beside every `«date»` (ascending) a column `«alias»`.«lines» It holds the «rolling» of `«value»`, which means «span»«few» in order of `«date»`. Please answer with a single SQLite statement.",
    ),
    draw=draw_running,
    starter=DATED,
    shapes=(
        Shape(name="over", code="""
            SELECT «date», «function»(«value») OVER («part»ORDER BY «date» ROWS BETWEEN «frame» AND CURRENT ROW) AS «alias»
            FROM «table»
            ORDER BY «date»;
            """, mutants=(("«part»ORDER BY «date» ROWS", "«part_wrong»ORDER BY «date» ROWS"), ("«frame»", "«frame_wrong»"),
                          ("CURRENT ROW", "1 FOLLOWING"),
                          ("BY «date» ROWS", "BY «date» DESC ROWS"))),
        Shape(name="named_window", code="""
            SELECT «date», «function»(«value») OVER recent AS «alias»
            FROM «table»
            WINDOW recent AS («part»ORDER BY «date» ROWS «frame»)
            ORDER BY «date»;
            """, mutants=(("(«part»ORDER", "(«part_wrong»ORDER"),
                          ("ROWS «frame»", "ROWS BETWEEN «frame» AND UNBOUNDED FOLLOWING"),
                          ("ROWS «frame»", "ROWS «frame_wrong»"),
                          ("BY «date» ROWS", "BY id ROWS"))),
        Shape(name="correlated", code="""
            SELECT t.«date», (
                SELECT «function»(«value»)
                FROM (SELECT o.«value» FROM «table» AS o WHERE «same»o.«date» <= t.«date»«limit»)
            ) AS «alias»
            FROM «table» AS t
            ORDER BY t.«date»;
            """, mutants=(("WHERE «same»", "WHERE «same_wrong»"), ("<= t.", "< t."),
                          ("t.«date»«limit»)", "t.«date»«limit_wrong»)"), ("<= t.", ">= t."))),
    ),
    mutants=(("«function»(", "«slip»("), (" AS «alias»", "")),
    verifier=check_running,
)  # fmt: skip


def draw_change(rng: Random) -> dict[str, Any]:
    """Draw a comparison with the row before or after, and what becomes of the row that has none."""
    facts, back = draw_dated(rng), rng.random() < 0.6
    value, end, limit = facts["value"], "first" if back else "last", rng.choice((5, 10, 15, 20, 30))
    mode = rng.choice(("null", "zero", "omit", "large"))
    alias = pick(rng, f"change|difference|delta|{value}_change|{value}_difference|gap")
    near, beside = ("previous", "before") if back else ("next", "after")
    whose = f" of the same `{facts['group']}`" if facts["apart"] else ""
    per = f"every `{facts['group']}`" if facts["apart"] else "the whole table"
    last_row = f"For the {end} row of {per}, " if mode in ("null", "zero") else ""
    return facts | {
        "back": back, "mode": mode, "limit": limit, "alias": alias, "near": near, "beside": beside, "whose": whose,
        "function": "LAG" if back else "LEAD", "other": "LEAD" if back else "LAG", "sign": "<" if back else ">",
        "sort": " DESC" if back else "",
        "wrong_sign": ">" if back else "<", "wrong_sort": "" if back else " DESC",
        "open": "COALESCE(" if mode == "zero" else "", "close": ", 0)" if mode == "zero" else "",
        "keep": {"omit": f"\nWHERE {alias} IS NOT NULL", "large": f"\nWHERE ABS({alias}) >= {limit}"}.get(mode, ""),
        "rule": last_row + {"null": "it is NULL.", "zero": "it is 0.", "omit": f"Leave out rows that have no {near} one.",
                            "large": f"Keep only rows where it is at least {limit} up or down."}[mode],
        "formula": f"`{value}` minus the `{value}` of the {near} row{whose}" if back else f"the `{value}` of the {near} row{whose} minus its own",
        "left": f"{value} - " if back else "", "right": "" if back else f" - {value}",
    }  # fmt: skip


def check_change(facts: Facts, rng: Random) -> dict[str, Any]:
    """Walk along each group's list and expect the steps; some are as large as the limit, some nearly."""
    tables, expect = [], []
    for count in (14, 20, 1, 17):
        rows = draw_days(rng, count)
        lists: dict[str, list[Row]] = {}
        for row in rows:
            own = lists.setdefault(row[0] if facts["apart"] else "", [])
            if own and rng.random() < 0.6:
                row[2] = own[-1][2] + rng.choice((-1, 1)) * rng.choice(
                    (facts["limit"], facts["limit"] - 1, facts["limit"] + 1)
                )
            own.append(row)
        steps: dict[str, int | None] = {row[1]: None for row in rows}
        for own in lists.values():
            for earlier, later in pairwise(own):
                steps[(later if facts["back"] else earlier)[1]] = later[2] - earlier[2]
        tables.append(rows)
        expect.append([line for date, step in steps.items() if (line := change_line(facts, date, step))])
    return dated_check(facts, tables, expect, rng)


def change_line(facts: Facts, date: str, step: int | None) -> Row | None:
    """Return the expected line of one date, or None for a row that is left out."""
    if facts["mode"] in ("null", "zero"):
        return [date, 0 if step is None and facts["mode"] == "zero" else step]
    if step is None or (facts["mode"] == "large" and -facts["limit"] < step < facts["limit"]):
        return None
    return [date, step]


def wrap(inner: str) -> Callable[[Facts], str]:
    """Return the query that sorts what `inner` gives, after it has left out some of it where that is asked."""

    def write(facts: Facts) -> str:
        text = fill(inner, facts)
        if not facts["keep"]:
            return fill(f"{text}\nORDER BY «date»;", facts)
        return fill(
            f"WITH changes AS (\n{indent(text, '    ')}\n)\nSELECT * FROM changes«keep»\nORDER BY «date»;", facts
        )

    return write


CHANGE = Template(
    id="change_to_neighbour",
    ask=(
        "Write a SQLite query that returns `«date»` and `«alias»`, sorted by `«date»`. `«alias»` is «formula»; the order of rows is that of `«date»`. «rule»",
        "By how much does `«value»` change from row to row? For the table below I need `«date»` and a column `«alias»`: «formula», going by `«date»`. «rule» The oldest `«date»` comes first.",
        "Compare «a_one» with the one «beside» it (by `«date»`) in a single SQL query. Columns: `«date»`, and as `«alias»` «formula». «rule» Order by `«date»`.",
        "Our report lists «table» by `«date»` and shows «formula». «rule» Please write the SQLite query; its columns are called `«date»` and `«alias»`, and \"«near»\" means «near» by `«date»`.",
        "I have the table below. Select `«date»` together with «formula», named `«alias»`. «rule» Rows follow each other by `«date»`, which also sorts the result.",
    ),
    draw=draw_change,
    starter=DATED,
    shapes=(
        Shape(name="over", code=wrap("""
            SELECT «date», «open»«left»«function»(«value») OVER («part»ORDER BY «date»)«right»«close» AS «alias»
            FROM «table»
            """), mutants=(("«function»", "«other»"), ("«part»ORDER", "«part_wrong»ORDER"),
                           ("(«part»ORDER BY «date»)", "(«part»ORDER BY id)"),
                           ("«function»(«value»)", "FIRST_VALUE(«value»)"))),
        Shape(name="with_beside", code=wrap("""
            SELECT «date», «open»«left»«near»«right»«close» AS «alias»
            FROM (
                SELECT «date», «value», «function»(«value») OVER w AS «near»
                FROM «table»
                WINDOW w AS («part»ORDER BY «date»)
            )
            """), mutants=(("«function»", "«other»"), ("(«part»ORDER", "(«part_wrong»ORDER"),
                           ("«left»«near»«right»", "«near»"), ("BY «date»)", "BY «date» DESC)"))),
        Shape(name="correlated", code=wrap("""
            SELECT «date», «open»«left»(
                SELECT o.«value» FROM «table» AS o
                WHERE «same»o.«date» «sign» t.«date» ORDER BY o.«date»«sort» LIMIT 1
            )«right»«close» AS «alias»
            FROM «table» AS t
            """), mutants=((" «sign» ", " «wrong_sign» "), ("WHERE «same»", "WHERE «same_wrong»"),
                           ("o.«date»«sort» LIMIT 1", "o.«date»«wrong_sort» LIMIT 1"), ("LIMIT 1", "LIMIT 1 OFFSET 1"))),
    ),
    verifier=check_change,
)  # fmt: skip

CATEGORY = Category(name="fs_sql_window", family="database", templates=(RANKED, RUNNING, CHANGE))
