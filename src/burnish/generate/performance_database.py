"""Performance pairs on SQLite: how many queries a function sends, how many steps the database takes for one."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check, sql_insert
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import DATE_FIELDS, FIRST_NAMES, TEXT_FIELDS, draw_noun, draw_nouns

# With "most", a call gives whether so many statements were enough; else what the function returns.
QUERIES = """
import sqlite3

def drive(ns, call):
    db = sqlite3.connect(":memory:")
    db.executescript(call["setup"])
    sent = []
    db.set_trace_callback(sent.append)
    result = ns[call["entry"]](db)
    db.set_trace_callback(None)
    return len(sent) <= call["most"] if "most" in call else sorted(map(list, result))
"""


def draw_join(rng: Random) -> dict[str, Any]:
    """Draw two tables, of which the first refers to the second."""
    inner, outer = draw_nouns(rng, 2)
    shown, label = rng.sample([name for name in TEXT_FIELDS if name not in (inner.one, outer.one)], 2)
    return {
        "name": pick(rng,
                     f"{inner.many}_with_{outer.many}|list_{inner.many}|{inner.one}_rows|report_{inner.many}|all_{inner.many}"),
        "inner": inner.many, "one": inner.one, "outer": outer.many, "other": outer.one, "key": f"{outer.one}_id",
        "shown": shown, "label": label,
        "db": pick(rng, "db|connection|conn"),
    }  # fmt: skip


def check_join(facts: Facts, rng: Random) -> dict[str, Any]:
    """Compare the rows of small tables, and the number of statements on one with many rows."""

    def setup(count: int, outer: int) -> tuple[str, list[list[str]]]:
        labels = [f"{rng.choice(FIRST_NAMES)} {number}" for number in range(outer)]
        rows = [(number, f"{rng.choice(FIRST_NAMES)}{number}", rng.randrange(outer)) for number in range(count)]
        text = (
            f"CREATE TABLE {facts['outer']} (id INTEGER PRIMARY KEY, {facts['label']} TEXT);"
            f"CREATE TABLE {facts['inner']} (id INTEGER PRIMARY KEY, {facts['shown']} TEXT, {facts['key']} INTEGER NOT NULL);"
            + sql_insert(facts["outer"], list(enumerate(labels))) + sql_insert(facts["inner"], rows)
        )  # fmt: skip
        return text, sorted([name, labels[key]] for _, name, key in rows)

    known = [({"entry": facts["name"], "setup": text}, rows) for text, rows in (setup(5, 3), setup(1, 1), setup(0, 1))]
    counted = [({"entry": facts["name"], "setup": setup(40, 9)[0], "most": 3}, True)]
    return {
        "works": python_check(facts["name"], known, harness=QUERIES),
        "query_count": python_check(facts["name"], counted, harness=QUERIES),
    }


JOIN = Template(
    id="n_plus_one",
    ask=(
        "Write a Python function `«name»(«db»)` for a sqlite3 connection. Table `«inner»` has id, «shown» and «key», which refers to the id of `«outer»`(id, «label»). It returns one pair (`«shown»`, `«label»`) for each row of `«inner»`.",
        "For a page I need every «one» with the `«label»` of its «other»: please write `«name»(«db»)` in Python (sqlite3). `«inner»`(id, «shown», «key») points by `«key»` to `«outer»`(id, «label»). Result: a list of (`«shown»`, `«label»`).",
        "Python and sqlite3: `«name»(«db»)` gives a list of tuples, the `«shown»` of each row in `«inner»` and the `«label»` of the row in `«outer»` whose id is its `«key»`. No «one» lacks a «other».",
    ),
    draw=draw_join,
    shapes=(
        Shape(name="join", code="""
            def «name»(«db»):
                query = "SELECT i.«shown», o.«label» FROM «inner» AS i JOIN «outer» AS o ON o.id = i.«key»"
                return «db».execute(query).fetchall()
            """),
        Shape(name="two_queries", code="""
            def «name»(«db»):
                labels = {}
                for number, «label» in «db».execute("SELECT id, «label» FROM «outer»"):
                    labels[number] = «label»
                result = []
                for «shown», number in «db».execute("SELECT «shown», «key» FROM «inner»"):
                    result.append((«shown», labels[number]))
                return result
            """),
        Shape(name="subquery", code="""
            def «name»(«db»):
                «label» = "(SELECT «label» FROM «outer» WHERE id = «key»)"
                return list(«db».execute(f"SELECT «shown», {«label»} FROM «inner»"))
            """),
    ),
    wrong=("""
        def «name»(«db»):
            result = []
            for «shown», number in «db».execute("SELECT «shown», «key» FROM «inner»").fetchall():
                row = «db».execute("SELECT «label» FROM «outer» WHERE id = ?", (number,)).fetchone()
                result.append((«shown», row[0]))
            return result
        """, """
        def «name»(«db»):
            def find(key):
                return «db».execute("SELECT «label» FROM «outer» WHERE id = ?", (key,)).fetchone()[0]

            return [(one, find(key)) for one, key in «db».execute("SELECT «shown», «key» FROM «inner»")]
        """, """
        def load_«other»(«db», number):
            cursor = «db».cursor()
            cursor.execute("SELECT id, «label» FROM «outer» WHERE id = ?", (number,))
            return cursor.fetchone()


        def «name»(«db»):
            cursor = «db».cursor()
            cursor.execute("SELECT id, «shown», «key» FROM «inner»")
            result = []
            for _, «shown», number in cursor.fetchall():
                result.append((«shown», load_«other»(«db», number)[1]))
            return result
        """),
    verifier=check_join,
)  # fmt: skip

# With "most", a call gives whether the database needed at most that many thousand steps of its virtual machine.
STEPS = """
import sqlite3

def drive(ns, call):
    db = sqlite3.connect(":memory:")
    db.executescript(call["setup"])
    steps = []
    db.set_progress_handler(lambda: steps.append(1), 100)
    result = ns[call["entry"]](db, *call["args"])
    result = sorted(result)
    db.set_progress_handler(None, 0)
    return len(steps) <= call["most"] if "most" in call else result
"""


def draw_index(rng: Random) -> dict[str, Any]:
    """Draw a table with an indexed date, and what a period is called."""
    noun, date = draw_noun(rng), rng.choice(DATE_FIELDS)
    return {
        "name": pick(rng, f"{noun.many}_of_year|{noun.many}_in|{noun.one}_ids|yearly_{noun.many}|find_{noun.many}"),
        "many": noun.many, "one": noun.one,
        "date": date, "index": f"{noun.many}_{date}", "db": pick(rng, "db|connection|conn"),
        "key": pick(rng, f"id|code|number|{noun.one}_no"),
    }  # fmt: skip


def check_index(facts: Facts, rng: Random) -> dict[str, Any]:
    """Find the rows of one year among few, and among many with few steps."""
    table, date = facts["many"], facts["date"]

    def setup(count: int, years: list[int]) -> tuple[str, list[tuple[int, str]]]:
        days = [f"{rng.choice(years)}-{pick(rng, '01-01|02-14|06-30|09-09|12-31')}" for _ in range(count)]
        rows = list(enumerate(days, start=rng.randrange(1, 50)))
        text = f"CREATE TABLE {table} ({facts['key']} INTEGER, {date} TEXT); CREATE INDEX {facts['index']} ON {table} ({date});"
        return text + sql_insert(table, rows), rows

    known = []
    for _ in range(2):
        text, rows = setup(12, [2023, 2024, 2025])
        known.append(
            (
                {"entry": facts["name"], "setup": text, "args": [2024]},
                sorted(key for key, day in rows if day.startswith("2024")),
            )
        )
    big = setup(400, list(range(1990, 2030)))[0]
    return {
        "works": python_check(facts["name"], known, harness=STEPS),
        "database_steps": python_check(
            facts["name"], [({"entry": facts["name"], "setup": big, "args": [2030], "most": 4}, True)], harness=STEPS
        ),
    }


INDEX = Template(
    id="index_use",
    ask=(
        "Write a Python function `«name»(«db», year)` for a sqlite3 connection: it returns the list of `«key»` of all `«many»` whose `«date»` lies in that year. `«date»` is text like 2024-05-31; an index `«index»` on it exists.",
        "Table `«many»`(«key», «date») in SQLite, `«date»` as ISO text (2024-05-31), indexed by `«index»`. Please give me `«name»(«db», year)` in Python; `year` is an int, the result a list: each `«key»` with a `«date»` in it.",
        "I want every `«key»` of the year in question from `«many»`: `«name»(«db», year)`, Python with sqlite3. The column `«date»` holds dates such as '2024-05-31' and has the index `«index»`.",
    ),
    draw=draw_index,
    shapes=(
        Shape(name="range", code="""
            def «name»(«db», year):
                query = "SELECT «key» FROM «many» WHERE «date» >= ? AND «date» < ?"
                rows = «db».execute(query, (f"{year}-01-01", f"{year + 1}-01-01"))
                return [row[0] for row in rows]
            """),
        Shape(name="between", code="""
            def «name»(«db», year):
                days = (f"{year}-01-01", f"{year}-12-31")
                rows = «db».execute("SELECT «key» FROM «many» WHERE «date» BETWEEN ? AND ?", days)
                return [row[0] for row in rows]
            """),
        Shape(name="steps", code="""
            def «name»(«db», year):
                first_day = f"{year:04}-01-01"
                day_after = f"{year + 1:04}-01-01"
                cursor = «db».cursor()
                cursor.execute(
                    "SELECT «key» FROM «many» WHERE «date» >= :first_day AND «date» < :day_after",
                    {"first_day": first_day, "day_after": day_after},
                )
                return [«key» for («key»,) in cursor.fetchall()]
            """),
    ),
    wrong=("""
        def «name»(«db», year):
            query = "SELECT «key» FROM «many» WHERE substr(«date», 1, 4) = ?"
            return [row[0] for row in «db».execute(query, (str(year),))]
        """, """
        def «name»(«db», year):
            query = "SELECT «key» FROM «many» WHERE CAST(strftime('%Y', «date») AS INTEGER) = ?"
            cursor = «db».cursor()
            cursor.execute(query, (year,))
            found = cursor.fetchall()
            return [«key» for («key»,) in found]
        """, """
        def «name»(«db», year):
            rows = «db».execute("SELECT «key», «date» FROM «many»")
            return [key for key, day in rows if day.startswith(str(year))]
        """, """
        def «name»(«db», year):
            result = []
            cursor = «db».cursor()
            cursor.execute("SELECT «key», «date» FROM «many» ORDER BY «date»")
            for «key», «date» in cursor.fetchall():
                year_of_row = int(«date».split("-")[0])
                if year_of_row == year:
                    result.append(«key»)
            return result
        """),
    verifier=check_index,
)  # fmt: skip
