"""Category `fs_sql_join`: questions that only two or more tables together can answer."""

from random import Random
from typing import Any

from burnish.generate.checks import sql_check, sql_insert
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.sql_join_basics import COMPARED, FILTERED, OPTIONAL
from burnish.generate.wording import CITIES, FIRST_NAMES, NUMBER_FIELDS, STATUSES, draw_nouns

DATABASES = 3


def draw_parent_child(rng: Random) -> dict[str, Any]:
    """Draw two tables, the second pointing at the first."""
    parent, child = draw_nouns(rng, 2)
    return {
        "parent": parent.one, "parents": parent.many, "child": child.one, "children": child.many, "key": f"{parent.one}_id",
        "label": rng.choice(("name", "title", "code", "email", "label")), "number": rng.choice(NUMBER_FIELDS),
        "status": rng.choice(STATUSES), "least": rng.randrange(2, 60),
    }  # fmt: skip


SCHEMA = """
    CREATE TABLE «parents» (id INTEGER PRIMARY KEY, «label» TEXT NOT NULL);
    CREATE TABLE «children» (id INTEGER PRIMARY KEY, «key» INTEGER REFERENCES «parents»(id), «number» INTEGER, status TEXT);
    """


class Data:
    """Random rows: one parent has no child, one a small child, one a child just at the limit, both of another status."""

    def __init__(self, facts: Facts, rng: Random) -> None:
        """Deal children to parents."""
        labels = rng.sample(FIRST_NAMES, 6)
        self.parents = [(number, label) for number, label in enumerate(labels, start=rng.randrange(1, 30))]
        owners = [parent[0] for parent in self.parents[:3]]
        numbers = [rng.randrange(1, 80) for _ in range(7)] + [facts["least"], facts["least"] - 1, None]
        dealt = [(rng.choice([*owners, None]), number, rng.choice((facts["status"], "other"))) for number in numbers]
        dealt += [(owners[0], 5, facts["status"]), (None, 7, facts["status"]), (self.parents[3][0], 1, "other")]
        dealt.append((self.parents[4][0], facts["least"], "other"))
        rng.shuffle(dealt)
        self.children = [(identity, *child) for identity, child in enumerate(dealt, start=100)]
        self.facts = facts

    def setup(self) -> str:
        """Return the DDL and the INSERTs."""
        facts = self.facts
        return (
            f"CREATE TABLE {facts['parents']} (id INTEGER PRIMARY KEY, {facts['label']} TEXT NOT NULL);\n"
            f"CREATE TABLE {facts['children']} (id INTEGER PRIMARY KEY, {facts['key']} INTEGER REFERENCES {facts['parents']}(id), "
            f"{facts['number']} INTEGER, status TEXT);\n"
            + sql_insert(facts["parents"], self.parents)
            + sql_insert(facts["children"], self.children)
        )

    def children_of(self, parent: int) -> list[tuple[int, int | None, int | None, str]]:
        """Return the children dealt to one parent."""
        return [child for child in self.children if child[1] == parent]


def make_databases(facts: Facts, rng: Random) -> list[Data]:
    """Return the hidden databases of one case."""
    return [Data(facts, rng) for _ in range(DATABASES)]


def check_inner(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect each owned child with its owner's label, in the order of child ids."""
    databases = make_databases(facts, rng)
    expect = []
    for data in databases:
        labels = dict(data.parents)
        rows = [
            [child[0], labels[child[1]]]
            for child in sorted(data.children)
            if child[1] in labels and child[3] == facts["status"]
        ]
        expect.append(rows)
    return sql_check([data.setup() for data in databases], expect, ordered=True)


INNER = Template(
    id="child_with_parent",
    ask=(
        "Given the tables below, write a SQLite query that lists the `id` of every «child» whose status is '«status»' together with the "
        "`«label»` of its «parent». Leave out «children» without a «parent» and order by the id of the «child».",
        "I need one SQL query (SQLite): for all «children» with status '«status»' show two columns, the «child»'s id and its "
        "«parent»'s `«label»`. A «child» that has no «parent» shouldn't appear. Sort by «child» id, ascending.",
        "Our admin page shows '«status»' «children» next to the «parent» they belong to. Write the query: columns are «children».id and "
        "«parents».«label», sorted by «children».id; only «children» that have a «parent».",
    ),
    draw=draw_parent_child,
    starter=SCHEMA,
    shapes=(
        Shape(name="join", code="""
            SELECT c.id, p.«label»
            FROM «children» AS c
            JOIN «parents» AS p ON p.id = c.«key»
            WHERE c.status = '«status»'
            ORDER BY c.id;
            """, mutants=(("JOIN", "LEFT JOIN"), ("p.id = c.«key»", "p.id = c.id"),
                          ("c.status = '«status»'", "c.status <> '«status»'"))),
        Shape(name="where_join", code="""
            SELECT «children».id, «parents».«label»
            FROM «children», «parents»
            WHERE «children».«key» = «parents».id AND «children».status = '«status»'
            ORDER BY «children».id;
            """, mutants=(("«children».«key» = «parents».id AND ", ""), (" AND ", " OR "), ("«children».id,", "«parents».id,"))),
        Shape(name="subquery", code="""
            SELECT id, (SELECT «label» FROM «parents» WHERE «parents».id = «children».«key») AS «label»
            FROM «children»
            WHERE status = '«status»' AND «key» IS NOT NULL
            ORDER BY id;
            """, mutants=((" AND «key» IS NOT NULL", ""), ("= «children».«key»", "= «children».id"),
                          ("status = '«status»' AND ", ""))),
    ),
    mutants=((" = '«status»'", " = 'other'"), ("«label»", "id")),
    verifier=check_inner,
)  # fmt: skip


def check_counts(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect a tally for every parent, zeros included."""
    databases = make_databases(facts, rng)
    expect = []
    for data in databases:
        tally = {parent: 0 for parent, _ in data.parents}
        for child in data.children:
            if child[1] is not None:
                tally[child[1]] += 1
        expect.append([[label, tally[parent]] for parent, label in sorted(data.parents, key=lambda row: row[1])])
    return sql_check([data.setup() for data in databases], expect, ordered=True)


COUNTS = Template(
    id="count_with_zero",
    ask=(
        "Write a SQLite query over these tables that returns each «parent»'s `«label»` and how many «children» it has. «parents» without "
        "any must show 0. Order by `«label»`.",
        "How many «children» belong to each «parent»? Please write the SQL (SQLite): two columns, `«label»` and the count, one row for "
        "every «parent», also for those with no «children» (count 0), sorted by `«label»`.",
        "For a report I want one row per «parent»: its `«label»` and its number of «children», zero if there are none. Sort the rows by "
        "`«label»`. Give me a single query for the schema below.",
    ),
    draw=draw_parent_child,
    starter=SCHEMA,
    shapes=(
        Shape(name="left_join", code="""
            SELECT p.«label», COUNT(c.id)
            FROM «parents» AS p
            LEFT JOIN «children» AS c ON c.«key» = p.id
            GROUP BY p.id
            ORDER BY p.«label»;
            """, mutants=(("LEFT JOIN", "JOIN"), ("COUNT(c.id)", "COUNT(*)"), ("GROUP BY p.id", "GROUP BY c.id"),
                          ("COUNT(c.id)", "SUM(c.«number»)"))),
        Shape(name="subquery", code="""
            SELECT «label», (SELECT COUNT(*) FROM «children» WHERE «children».«key» = «parents».id)
            FROM «parents»
            ORDER BY «label»;
            """, mutants=((" WHERE «children».«key» = «parents».id", ""), ("«children».«key» =", "«children».id ="),
                          ("COUNT(*)", "MAX(«number»)"))),
        Shape(name="joined_counts", code="""
            SELECT p.«label», COALESCE(n.total, 0)
            FROM «parents» AS p
            LEFT JOIN (SELECT «key», COUNT(*) AS total FROM «children» GROUP BY «key») AS n ON n.«key» = p.id
            ORDER BY p.«label»;
            """, mutants=(("COALESCE(n.total, 0)", "n.total"), ("LEFT JOIN", "JOIN"), ("COUNT(*)", "COUNT(«number») + 1"))),
    ),
    mutants=(("ORDER BY p.«label»", "ORDER BY p.«label» DESC"), ("ORDER BY «label»", "ORDER BY id DESC LIMIT 3")),
    verifier=check_counts,
)  # fmt: skip


def check_anti(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the labels left after striking out every owner."""
    databases = make_databases(facts, rng)
    expect = []
    for data in databases:
        left = {label for _, label in data.parents}
        for child in data.children:
            if child[3] == facts["status"]:
                left -= {label for parent, label in data.parents if parent == child[1]}
        expect.append([[label] for label in sorted(left)])
    return sql_check([data.setup() for data in databases], expect, ordered=False)


ANTI = Template(
    id="without_child",
    ask=(
        "Write a SQLite query that returns the `«label»` of every «parent» that has no «child» with status '«status»'. «parents» that have "
        "no «children» at all count too. The order doesn't matter.",
        "Which «parents» don't have a single '«status»' «child»? I need a SQL query (SQLite) with the one column `«label»`, in any order; "
        "«parents» with no «children» belong to the answer. Note that `«key»` can be NULL.",
        "Find the «parents» we should remind: those with not one «child» whose status is '«status»', including those without any "
        "«children». Write a single SQLite query that selects their `«label»`; sort as you like.",
    ),
    draw=draw_parent_child,
    starter=SCHEMA,
    shapes=(
        Shape(name="not_exists", code="""
            SELECT «label»
            FROM «parents» AS p
            WHERE NOT EXISTS (
                SELECT 1 FROM «children» AS c WHERE c.«key» = p.id AND c.status = '«status»'
            );
            """, mutants=(("NOT EXISTS", "EXISTS"), (" AND c.status = '«status»'", ""), ("c.«key» = p.id AND ", ""),
                          ("c.«key» = p.id", "c.id = p.id"))),
        Shape(name="left_join_null", code="""
            SELECT p.«label»
            FROM «parents» AS p
            LEFT JOIN «children» AS c ON c.«key» = p.id AND c.status = '«status»'
            WHERE c.id IS NULL;
            """, mutants=(("IS NULL", "IS NOT NULL"), ("LEFT JOIN", "JOIN"), (" AND c.status = '«status»'", ""),
                          (" AND c.status = '«status»'\nWHERE", "\nWHERE c.status <> '«status»' OR"))),
        Shape(name="not_in", code="""
            SELECT «label»
            FROM «parents»
            WHERE id NOT IN (
                SELECT «key» FROM «children» WHERE status = '«status»' AND «key» IS NOT NULL
            );
            """, mutants=(("NOT IN", "IN"), (" AND «key» IS NOT NULL", " AND «key» IS NULL"), ("SELECT «key»", "SELECT id"),
                          ("status = '«status»' AND ", ""))),
    ),
    mutants=(("= '«status»'", "<> '«status»'"),),
    verifier=check_anti,
)  # fmt: skip


def check_totals(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect sums kept in a purse for each parent, then those that reach the limit, the largest first."""
    databases = make_databases(facts, rng)
    expect = []
    for data in databases:
        purses = [(sum(child[2] or 0 for child in data.children_of(parent)), label) for parent, label in data.parents]
        rows = [
            [label, total]
            for total, label in sorted(purses, key=lambda purse: (-purse[0], purse[1]))
            if total >= facts["least"]
        ]
        expect.append(rows)
    return sql_check([data.setup() for data in databases], expect, ordered=True)


TOTALS = Template(
    id="totals_over_limit",
    ask=(
        "Using the tables below, write a SQLite query for the total `«number»` of each «parent»'s «children». Return `«label»` and the "
        "total, only where the total is at least «least», the largest total first and ties by `«label»`.",
        "Which «parents» reach a total `«number»` of «least» or more? One SQLite query, please: `«label»` and the sum of `«number»` over "
        "the «children» of that «parent», ordered by the sum descending, then by `«label»`.",
        "Write SQL (SQLite) that sums `«number»` of the «children» by «parent», keeps sums >= «least» and returns the columns `«label»` and "
        "sum. Biggest sum on top; equal sums in order of `«label»`.",
    ),
    draw=draw_parent_child,
    starter=SCHEMA,
    shapes=(
        Shape(name="having", code="""
            SELECT p.«label», SUM(c.«number») AS total
            FROM «parents» AS p
            JOIN «children» AS c ON c.«key» = p.id
            GROUP BY p.id
            HAVING SUM(c.«number») >= «least»
            ORDER BY total DESC, p.«label»;
            """, mutants=(("HAVING SUM(c.«number») >= «least»\n", ""), ("total DESC", "total"), ("SUM(", "MAX("),
                          ("GROUP BY p.id\n", ""))),
        Shape(name="subquery", code="""
            SELECT «label», total
            FROM (
                SELECT p.«label» AS «label», SUM(c.«number») AS total
                FROM «children» AS c JOIN «parents» AS p ON p.id = c.«key»
                GROUP BY p.id, p.«label»
            )
            WHERE total >= «least»
            ORDER BY total DESC, «label»;
            """, mutants=(("WHERE total >= «least»\n", ""), ("total DESC", "total"), ("SUM(", "COUNT("),
                          ("p.id = c.«key»", "p.id = c.id - 99"))),
        Shape(name="cte", code="""
            WITH totals AS (
                SELECT «key», SUM(«number») AS total FROM «children» GROUP BY «key»
            )
            SELECT p.«label», t.total
            FROM totals AS t JOIN «parents» AS p ON p.id = t.«key»
            WHERE t.total >= «least»
            ORDER BY t.total DESC, p.«label»;
            """, mutants=(("WHERE t.total >= «least»\n", ""), ("t.total DESC", "t.total"), ("SUM(", "AVG("),
                          ("total >=", "total <="))),
    ),
    verifier=check_totals,
)  # fmt: skip


def draw_bridge(rng: Random) -> dict[str, Any]:
    """Draw two things that are linked many to many."""
    left, right = draw_nouns(rng, 2)
    return {
        "left": left.one, "lefts": left.many, "right": right.one, "rights": right.many, "link": f"{left.one}_{right.many}",
        "left_key": f"{left.one}_id", "right_key": f"{right.one}_id", "wanted": rng.choice(CITIES),
        "name": rng.choice(("name", "title", "label")), "place": rng.choice(("city", "region", "origin", "branch_office")),
    }  # fmt: skip


def check_bridge(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the names collected link by link, each once."""
    setups, expect = [], []
    for _ in range(DATABASES):
        lefts = [(number, name) for number, name in enumerate(rng.sample(FIRST_NAMES, 6), start=1)]
        rights = [(10 + i, rng.choice((facts["wanted"], "Elsewhere", "Nowhere"))) for i in range(5)] + [
            (15, facts["wanted"]),
            (16, facts["wanted"]),
        ]
        links = sorted({(rng.choice(lefts)[0], rng.choice(rights)[0]) for _ in range(7)} | {(1, 15), (1, 16)})
        places = dict(rights)
        found = {
            name
            for number, name in lefts
            for left, right in links
            if left == number and places[right] == facts["wanted"]
        }
        setups.append(
            f"CREATE TABLE {facts['lefts']} (id INTEGER PRIMARY KEY, {facts['name']} TEXT);\n"
            f"CREATE TABLE {facts['rights']} (id INTEGER PRIMARY KEY, {facts['place']} TEXT);\n"
            f"CREATE TABLE {facts['link']} ({facts['left_key']} INTEGER, {facts['right_key']} INTEGER);\n"
            + sql_insert(facts["lefts"], lefts) + sql_insert(facts["rights"], rights) + sql_insert(facts["link"], links)
        )  # fmt: skip
        expect.append([[name] for name in sorted(found)])
    return sql_check(setups, expect, ordered=True)


BRIDGE = Template(
    id="many_to_many",
    ask=(
        "With the tables below, write a SQLite query for the `«name»` of every «left» that is linked to at least one «right» whose "
        "`«place»` is '«wanted»'. List each once, sorted by `«name»`.",
        "«lefts» and «rights» are linked through `«link»`. Which «lefts» have a «right» with `«place»` = '«wanted»'? Write one query that "
        "returns their `«name»` in alphabetical order, without repeats.",
        "I'm filtering «lefts» by the `«place»` of their «rights». Please give me the SQL: distinct «lefts».«name», ordered by that name, for "
        "«lefts» connected to any «right» in '«wanted»'.",
    ),
    draw=draw_bridge,
    starter="""
        CREATE TABLE «lefts» (id INTEGER PRIMARY KEY, «name» TEXT);
        CREATE TABLE «rights» (id INTEGER PRIMARY KEY, «place» TEXT);
        CREATE TABLE «link» («left_key» INTEGER, «right_key» INTEGER);
        """,
    shapes=(
        Shape(name="two_joins", code="""
            SELECT DISTINCT l.«name»
            FROM «lefts» AS l
            JOIN «link» AS x ON x.«left_key» = l.id
            JOIN «rights» AS r ON r.id = x.«right_key»
            WHERE r.«place» = '«wanted»'
            ORDER BY l.«name»;
            """, mutants=(("DISTINCT ", ""), ("r.id = x.«right_key»", "r.id = x.«left_key» + 9"),
                          ("ORDER BY l.«name»", "ORDER BY l.«name» DESC"))),
        Shape(name="in_subquery", code="""
            SELECT «name»
            FROM «lefts»
            WHERE id IN (
                SELECT x.«left_key» FROM «link» AS x
                JOIN «rights» AS r ON r.id = x.«right_key»
                WHERE r.«place» = '«wanted»'
            )
            ORDER BY «name»;
            """, mutants=(("id IN", "id NOT IN"), ("SELECT x.«left_key»", "SELECT x.«right_key»"),
                          ("ORDER BY «name»", "ORDER BY id DESC"))),
        Shape(name="exists", code="""
            SELECT l.«name»
            FROM «lefts» AS l
            WHERE EXISTS (
                SELECT 1 FROM «link» AS x, «rights» AS r
                WHERE x.«left_key» = l.id AND r.id = x.«right_key» AND r.«place» = '«wanted»'
            )
            ORDER BY l.«name»;
            """, mutants=(("WHERE EXISTS", "WHERE NOT EXISTS"), ("x.«left_key» = l.id AND ", ""),
                          (" AND r.id = x.«right_key»", ""))),
    ),
    mutants=(("= '«wanted»'", "<> '«wanted»'"), ("= '«wanted»'", "= 'Elsewhere'")),
    verifier=check_bridge,
)  # fmt: skip

CATEGORY = Category(
    name="fs_sql_join", family="database", templates=(INNER, COUNTS, ANTI, TOTALS, BRIDGE, FILTERED, OPTIONAL, COMPARED)
)
