"""The small tasks of `fs_sql_join`: two tables named in the sentence, one join that filters, fills up or compares."""

from random import Random
from typing import Any

from burnish.generate.checks import sql_check, sql_insert
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.wording import CITIES, COLORS, NUMBER_FIELDS, STATUSES, TEXT_FIELDS, a, draw_noun, draw_nouns

DATABASES = 3
PLACES = (("city", CITIES), ("status", STATUSES), ("color", COLORS), ("hometown", CITIES), ("phase", STATUSES))
# Two tables that share a key, with the number that each keeps.
PAIRS = (
    ("stock", "quantity", "limits", "minimum"), ("sales", "sold", "targets", "goal"),
    ("costs", "cost", "prices", "price"), ("budgets", "budget", "expenses", "spent"),
    ("usage", "used", "quotas", "quota"), ("estimates", "planned", "work", "hours"),
    ("results", "points", "thresholds", "threshold"), ("readings", "temperature", "bounds", "bound"),
    ("deposits", "deposit", "fees", "fee"), ("capacities", "seats", "demand", "guests"),
)  # fmt: skip
Row = list[Any]


def draw_filtered(rng: Random) -> dict[str, Any]:
    """Draw two tables, what is shown of the second and which rows of the first count."""
    parent, child = draw_nouns(rng, 2)
    place, values = rng.choice([one for one in PLACES if one[0] != parent.one])
    return {
        "parent": parent.one, "parents": parent.many, "child": child.one, "children": child.many,
        "key": f"{parent.one}_id", "shown": rng.choice(("title", "code", "label", "price", "amount", "note")), "place": place,
        "value": rng.choice(values),
    }  # fmt: skip


def check_filtered(facts: Facts, rng: Random) -> dict[str, Any]:
    """Deal children to parents, two of which are in the wanted place, and expect what was dealt to those."""
    setups, expect = [], []
    for _ in range(DATABASES):
        parents: list[Row] = [[number, "elsewhere"] for number in rng.sample(range(1, 9), 5)]
        chosen = rng.sample(parents, 2)
        for parent in chosen:
            parent[1] = facts["value"]
        children: list[Row] = []
        expected: list[Row] = []
        owners = [parent for parent in parents for _ in range(rng.choice((1, 2)))]
        for number, owner in enumerate(rng.sample(owners, len(owners)), start=2):
            children.append([number, owner[0], f"x{number * 7 + owner[0]}"])
            if owner in chosen:
                expected.append([children[-1][2]])
        children.append([40, None, "x0"])
        setups.append(
            f"CREATE TABLE {facts['parents']} (id INTEGER PRIMARY KEY, {facts['place']} TEXT);\n"
            f"CREATE TABLE {facts['children']} (id INTEGER PRIMARY KEY, "
            f"{facts['key']} INTEGER, {facts['shown']} TEXT);\n"
            + sql_insert(facts["parents"], parents) + sql_insert(facts["children"], children)
        )  # fmt: skip
        expect.append(expected)
    return sql_check(setups, expect, ordered=False)


FILTERED = Template(
    id="rows_of_chosen_parent",
    ask=(
        "Given the tables `«parents»`(id, «place») and `«children»`(id, «key», «shown»), write a SQL query that "
        "returns the `«shown»` of every «child» whose «parent» has the `«place»` '«value»'.",
        "I have `«children»`(id, «key», «shown») and `«parents»`(id, «place»). Select `«shown»` from the «children» "
        "that belong to any «parent» with «place» = '«value»'. One SQL query.",
        "I want the `«shown»` of all «children» of «parents» with the «place» '«value»'. Write the SQL for the tables "
        "`«parents»`(id, «place») and `«children»`(id, «key», «shown»).",
    ),
    draw=draw_filtered,
    shapes=(
        Shape(name="join", code="""
            SELECT c.«shown»
            FROM «children» AS c
            JOIN «parents» AS p ON p.id = c.«key»
            WHERE p.«place» = '«value»';
            """, mutants=(("p.id = c.«key»", "p.id = c.id"), ("SELECT c.«shown»", "SELECT c.id"),
                          ("\nWHERE p.«place» = '«value»'", ""))),
        Shape(name="in_subquery", code="""
            SELECT «shown»
            FROM «children»
            WHERE «key» IN (SELECT id FROM «parents» WHERE «place» = '«value»');
            """, mutants=((" IN ", " NOT IN "), ("WHERE «key»", "WHERE id"), (" WHERE «place» = '«value»'", ""))),
        Shape(name="where_join", code="""
            SELECT «children».«shown»
            FROM «children», «parents»
            WHERE «children».«key» = «parents».id AND «parents».«place» = '«value»';
            """, mutants=(("«children».«key» = «parents».id AND ", ""), (" AND «parents».«place» = '«value»'", ""),
                          (" AND ", " OR "))),
    ),
    mutants=(("= '«value»'", "<> '«value»'"), ("= '«value»'", "= 'elsewhere'")),
    verifier=check_filtered,
)  # fmt: skip


def draw_optional(rng: Random) -> dict[str, Any]:
    """Draw two tables, the second with at most one row for each of the first."""
    parent, child = draw_nouns(rng, 2)
    label, detail = rng.choice(TEXT_FIELDS), rng.choice(NUMBER_FIELDS)
    return {
        "parent": parent.one, "parents": parent.many, "child": child.one, "children": child.many,
        "key": f"{parent.one}_id", "a_child": a(child.one), "label": label, "detail": detail,
    }  # fmt: skip


def check_optional(facts: Facts, rng: Random) -> dict[str, Any]:
    """Give some parents a child, and expect one line a parent."""
    setups, expect = [], []
    for _ in range(DATABASES):
        parents, children, expected = [], [], []
        with_child = rng.sample(range(5), 3)
        for place, number in enumerate(rng.sample(range(3, 20), 5)):
            line: Row = [f"name {number}", None]
            parents.append([number, line[0]])
            if place in with_child:
                line[1] = rng.randrange(20, 500)
                children.append([number, line[1]])
            expected.append(line)
        rng.shuffle(children)
        setups.append(
            f"CREATE TABLE {facts['parents']} (id INTEGER PRIMARY KEY, {facts['label']} TEXT);\n"
            f"CREATE TABLE {facts['children']} ({facts['key']} INTEGER UNIQUE, {facts['detail']} INTEGER);\n"
            + sql_insert(facts["parents"], parents) + sql_insert(facts["children"], children)
        )  # fmt: skip
        expect.append(expected)
    return sql_check(setups, expect, ordered=False)


OPTIONAL = Template(
    id="optional_detail",
    ask=(
        "Each row of `«parents»`(id, «label») has at most one in `«children»`(«key», «detail»). Write a SQL query that "
        "lists every «parent»'s `«label»` and the `«detail»` of its «child», NULL without one.",
        "Write one SQL query over `«parents»`(id, «label») and `«children»`(«key», «detail»): the columns `«label»` and "
        "`«detail»` for all «parents», with NULL as the `«detail»` of those without «a_child».",
        "Some «parents» have one «child», the others none. From `«parents»`(id, «label») and `«children»`(«key», "
        "«detail») select each `«label»` with its `«detail»`, and keep the «parents» without «a_child». SQL, please.",
    ),
    draw=draw_optional,
    shapes=(
        Shape(name="left_join", code="""
            SELECT p.«label», c.«detail»
            FROM «parents» AS p
            LEFT JOIN «children» AS c ON c.«key» = p.id;
            """, mutants=(("LEFT JOIN", "JOIN"), ("p.«label», c.«detail»", "c.«detail», p.«label»"),
                          ("LEFT JOIN «children» AS c ON c.«key» = p.id", "CROSS JOIN «children» AS c"),
                          ("c.«key» = p.id", "c.«detail» = p.id"))),
        Shape(name="subquery", code="""
            SELECT «label», (SELECT «detail» FROM «children» WHERE «key» = «parents».id)
            FROM «parents»;
            """, mutants=((" WHERE «key» = «parents».id", ""), ("SELECT «detail»", "SELECT «key»"),
                          ("«key» = «parents».id", "«key» <> «parents».id"))),
        Shape(name="full_names", code="""
            SELECT «parents».«label», «children».«detail»
            FROM «parents»
            LEFT OUTER JOIN «children» ON «parents».id = «children».«key»;
            """, mutants=(("LEFT OUTER JOIN", "INNER JOIN"), ("«children».«detail»\n", "«children».«key»\n"),
                          ("SELECT «parents».«label»", "SELECT «parents».id"))),
    ),
    verifier=check_optional,
)  # fmt: skip


def draw_compared(rng: Random) -> dict[str, Any]:
    """Draw two tables with a shared key, and which number has to be the smaller one."""
    noun, pair, below = draw_noun(rng), rng.choice(PAIRS), rng.random() < 0.5
    left, first, right, second = pair
    return {
        "key": f"{noun.one}_id", "one": noun.one, "left": left, "first": first, "right": right, "second": second,
        "below": below, "words": "less than" if below else "greater than", "short": "below" if below else "above",
        "sign": "<" if below else ">", "wrong": ">" if below else "<",
    }  # fmt: skip


def check_compared(facts: Facts, rng: Random) -> dict[str, Any]:
    """Give each key a gap between its numbers, and leave some keys out of one table."""
    setups, expect = [], []
    for _ in range(DATABASES):
        left, right, expected = [], [], []
        gaps = [-30, -1, 0, 1, 25, 0, -8, 9]
        for key, gap in zip(rng.sample(range(1, 99), len(gaps)), rng.sample(gaps, len(gaps)), strict=True):
            base = rng.randrange(100, 300)
            left.append([key, base + gap])
            right.append([key, base])
            if gap < 0 if facts["below"] else gap > 0:
                expected.append([key])
        left += [[201, 5], [202, 900]]
        right += [[301, 5], [302, 900]]
        setups.append(
            f"CREATE TABLE {facts['left']} ({facts['key']} INTEGER, {facts['first']} INTEGER);\n"
            f"CREATE TABLE {facts['right']} ({facts['key']} INTEGER, {facts['second']} INTEGER);\n"
            + sql_insert(facts["left"], rng.sample(left, len(left))) + sql_insert(facts["right"], right)
        )  # fmt: skip
        expect.append(expected)
    return sql_check(setups, expect, ordered=False)


COMPARED = Template(
    id="compare_by_shared_key",
    ask=(
        "The tables `«left»`(«key», «first») and `«right»`(«key», «second») have at most one row per «one». Write a "
        "SQL query that returns each `«key»` whose `«first»` is «words» its `«second»`.",
        "For which «one» is `«first»` «short» `«second»`? Write a SQL query for the `«key»` column. The numbers are "
        "in `«left»`(«key», «first») and `«right»`(«key», «second»), matched by `«key»`.",
        "Join `«left»`(«key», «first») with `«right»`(«key», «second») in SQL and list the `«key»` of all rows where "
        "`«first»` is «words» `«second»`.",
        "Each `«key»` occurs once at most in `«left»`(«key», «first») and in `«right»`(«key», «second»). Which ones are in "
        "both, with a `«first»` that is «words» the `«second»`? One SQL query with the single column `«key»`, please.",
    ),
    draw=draw_compared,
    shapes=(
        Shape(name="on", code="""
            SELECT a.«key»
            FROM «left» AS a
            JOIN «right» AS b ON b.«key» = a.«key»
            WHERE a.«first» «sign» b.«second»;
            """, mutants=((" ON b.«key» = a.«key»", ""),
                          ("a.«first» «sign» b.«second»", "a.«first» «sign»= b.«second»"),
                          ("SELECT a.«key»", "SELECT a.«first»"))),
        Shape(name="using", code="""
            SELECT «key»
            FROM «left»
            JOIN «right» USING («key»)
            WHERE «first» «sign» «second»;
            """, mutants=(("«first» «sign» «second»", "«first» «sign»= «second»"), ("SELECT «key»", "SELECT «first»"),
                          ("JOIN «right» USING («key»)\nWHERE",
                          "LEFT JOIN «right» USING («key»)\nWHERE «second» IS NULL OR"))),
        Shape(name="subquery", code="""
            SELECT «key»
            FROM «left»
            WHERE «first» «sign» (SELECT «second» FROM «right» WHERE «right».«key» = «left».«key»);
            """, mutants=((" WHERE «right».«key» = «left».«key»", ""), ("SELECT «second»", "SELECT MAX(«second») + 5"),
                          ("WHERE «first» «sign»", "WHERE «first» <>"))),
    ),
    mutants=((" «sign» ", " «wrong» "), (" «sign» ", " = ")),
    verifier=check_compared,
)  # fmt: skip
