"""The small tasks of `fs_schema_design`: three typed columns, a column that fills in the time, a view of some rows."""

from collections.abc import Sequence
from random import Random
from typing import Any

from burnish.generate.checks import sql_script_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import NUMBER_FIELDS, STATUSES, TEXT_FIELDS, a, draw_noun

REFUSED = {"raises": "IntegrityError"}
TAKEN: list[Any] = []


def script(setup: str, steps: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return the verifier that runs `steps`, pairs of a statement and its outcome, after the answer."""
    return sql_script_check([setup], [query for query, _ in steps], [[outcome for _, outcome in steps]])


def draw_typed(rng: Random) -> dict[str, Any]:
    """Draw a table with a text and a number, of which one or both are required."""
    noun, kind = draw_noun(rng), rng.choice(("INTEGER", "REAL"))
    text_required, number_required = rng.choice(((True, False), (False, True), (True, True)))
    facts: dict[str, Any] = {
        "one": noun.one, "many": noun.many, "text": rng.choice(TEXT_FIELDS), "number": rng.choice(NUMBER_FIELDS),
        "kind": kind, "other": "REAL" if kind == "INTEGER" else "INTEGER",
    }  # fmt: skip
    for name, required in (("text", text_required), ("number", number_required)):
        facts |= {
            f"{name}_required": required, f"{name}_null": " NOT NULL" if required else "",
            f"{name}_slip": "" if required else " NOT NULL", f"{name}_word": "a required" if required else "an optional",
            f"{name}_short": "required" if required else "optional",
            f"{name}_may": "must not be NULL" if required else "may be NULL",
        }  # fmt: skip
    return facts


def check_typed(facts: Facts, rng: Random) -> dict[str, Any]:
    """Leave out each column, repeat an id, and see what becomes of a number in each column."""
    many, text, number = facts["many"], facts["text"], facts["number"]
    identity, value = rng.randrange(5, 90), rng.randrange(2, 80)
    kept: Any = value if facts["kind"] == "INTEGER" else float(value)
    into = f"INSERT INTO {many} ({text}, {number}) VALUES"
    return script("", [
        (f"INSERT INTO {many} (id, {text}, {number}) VALUES ({identity}, 'first', 1)", TAKEN),
        (f"{into} (34, '{value}')", TAKEN),
        (f"INSERT INTO {many} (id, {text}, {number}) VALUES ({identity}, 'x', 2)", REFUSED),
        (f"SELECT id, {text}, {number} FROM {many} WHERE {text} = '34'", [[identity + 1, "34", kept]]),
        (f"SELECT typeof({text}), typeof({number}) FROM {many} WHERE id > {identity}", [["text", facts["kind"].lower()]]),
        (f"{into} (NULL, 5)", REFUSED if facts["text_required"] else TAKEN),
        (f"{into} ('y', NULL)", REFUSED if facts["number_required"] else TAKEN),
        (f"{into} ('34', {value})", TAKEN),
    ])  # fmt: skip


TYPED = Template(
    id="typed_columns",
    ask=(
        "Write a SQLite `CREATE TABLE` statement for `«many»` with an integer primary key `id`, «text_word» TEXT column "
        "`«text»` and «number_word» «kind» column `«number»`.",
        "Create the table `«many»` in SQLite. Columns: `id` (INTEGER, primary key), `«text»` (TEXT, «text_short»), "
        "`«number»` («kind», «number_short»).",
        "I need a SQLite table `«many»`: the key is an integer `id`, each «one» has the text `«text»`, which «text_may», "
        "and the number `«number»` of type «kind», which «number_may».",
    ),
    draw=draw_typed,
    shapes=(
        Shape(name="plain", code="""
            CREATE TABLE «many» (
              id INTEGER PRIMARY KEY,
              «text» TEXT«text_null»,
              «number» «kind»«number_null»
            );
            """, mutants=((" PRIMARY KEY", ""), ("id INTEGER PRIMARY KEY,\n  ", ""), ("«text» TEXT", "«text» «kind»"))),
        Shape(name="table_key", code="""
            CREATE TABLE «many» (
              id INTEGER,
              «text» TEXT«text_null»,
              «number» «kind»«number_null»,
              PRIMARY KEY (id)
            );
            """, mutants=(("PRIMARY KEY (id)", "PRIMARY KEY («text»)"), (",\n  PRIMARY KEY (id)", ""),
                          ("«text» TEXT", "«text» INTEGER"))),
        Shape(name="autoincrement", code="""
            CREATE TABLE IF NOT EXISTS «many» (
              id INTEGER PRIMARY KEY AUTOINCREMENT,
              «text» TEXT«text_null»,
              «number» «kind»«number_null»
            );
            """, mutants=(("AUTOINCREMENT", "AUTO_INCREMENT"),
                          ("CREATE TABLE IF NOT EXISTS «many»", "CREATE TABLE «one»"),
                          ("«number» «kind»", "«number» TEXT"))),
    ),
    mutants=(
        ("«text» TEXT«text_null»", "«text» TEXT«text_slip»"),
        ("«number» «kind»«number_null»", "«number» «kind»«number_slip»"),
        ("«number» «kind»", "«number» «other»"),
    ),
    verifier=check_typed,
)  # fmt: skip


def draw_time(rng: Random) -> dict[str, Any]:
    """Draw a table and the column that says when a row was inserted: the day, or the day and the time."""
    noun, day = draw_noun(rng), rng.random() < 0.5
    number = rng.choice(NUMBER_FIELDS) if rng.random() < 0.6 else ""
    names = (
        "created_on|added_on|sent_on|logged_on|opened_on|stored_on|noted_on"
        if day
        else "created_at|added_at|sent_at|logged_at|opened_at|stored_at|noted_at"
    )
    return {
        "one": noun.one, "many": noun.many, "text": rng.choice([*TEXT_FIELDS, "note", "message", "body"]), "day": day,
        "number": number, "line": f"\n  {number} INTEGER NOT NULL," if number else "",
        "loose": f"\n  {number} INTEGER," if number else "", "also": f", a required integer `{number}`" if number else "",
        "listed": f", `{number}` (integer, not null)" if number else "",
        "moment": pick(rng, names), "word": "CURRENT_DATE" if day else "CURRENT_TIMESTAMP",
        "other": "CURRENT_TIMESTAMP" if day else "CURRENT_DATE", "call": "date" if day else "datetime",
        "wrong_call": "datetime" if day else "date", "an_one": a(noun.one),
        "what": "the current date" if day else "the current date and time",
        "pattern": "%Y-%m-%d" if day else "%Y-%m-%d %H:%M:%S",
    }  # fmt: skip


def check_time(facts: Facts, rng: Random) -> dict[str, Any]:
    """Insert without the time and with one; the time that's filled in looks like one and is later than this program."""
    many, text, moment, number = facts["many"], facts["text"], facts["moment"], facts["number"]
    more, value = (f", {number}", ", 5") if number else ("", "")
    given = f"{rng.randrange(2001, 2020)}-0{rng.randrange(1, 9)}-17"
    digits = "[0-9][0-9]"
    form = f"{digits}{digits}-{digits}-{digits}" + ("" if facts["day"] else f" {digits}:{digits}:{digits}")
    looks = f"{moment} GLOB '{form}' AND {moment} > '2024'"
    return script("", [
        (f"INSERT INTO {many} ({text}{more}) VALUES ('a'{value})", TAKEN),
        (f"INSERT INTO {many} ({text}, {moment}{more}) VALUES ('b', '{given}'{value})", TAKEN),
        (f"INSERT INTO {many} ({moment}{more}) VALUES ('{given}'{value})", REFUSED),
        (f"INSERT INTO {many} (id, {text}{more}) VALUES (1, 'c'{value})", REFUSED),
        *([(f"INSERT INTO {many} ({text}) VALUES ('d')", REFUSED)] if number else []),
        (f"SELECT id, {text} FROM {many} WHERE {looks}", [[1, "a"]]),
        (f"SELECT id, {text}, {moment} FROM {many} WHERE {moment} < '2024'", [[2, "b", given]]),
    ])  # fmt: skip


TIME = Template(
    id="time_of_insert",
    ask=(
        "Write the SQLite table `«many»` with an integer primary key `id`, a required text `«text»`«also», and "
        "`«moment»`, which defaults to «what».",
        "Please create `«many»` in SQLite: `id` INTEGER PRIMARY KEY, `«text»` (text, not null)«listed» and `«moment»`. "
        "When a row is inserted without `«moment»`, it is set to «what».",
        "Each «one» in our SQLite database should know when it was added. Write `CREATE TABLE «many»` with `id` "
        "(integer primary key), `«text»` (text, NOT NULL)«listed» and `«moment»`, by default «what».",
        "`«moment»` of «an_one» is «what» when nothing else is given on insert. In SQLite, create the table `«many»` that "
        "does so by itself; it also has the integer primary key `id`, `«text»` (text, not null)«listed».",
        "Nothing else is inserted into `«many»` than this: `«text»` (text, not null)«listed». SQLite fills the rest: `id`, an "
        "INTEGER PRIMARY KEY, and `«moment»`, for which it takes «what». What is the CREATE TABLE statement?",
    ),
    draw=draw_time,
    shapes=(
        Shape(name="keyword", code="""
            CREATE TABLE «many» (
              id INTEGER PRIMARY KEY,
              «text» TEXT NOT NULL,«line»
              «moment» TEXT DEFAULT «word»
            );
            """, mutants=((" DEFAULT «word»", ""), ("DEFAULT «word»", "DEFAULT '«word»'"),
                          ("DEFAULT «word»", "DEFAULT «other»"),
                          (" NOT NULL", ""), ("DEFAULT «word»", "DEFAULT CURRENT_TIME"))),
        Shape(name="function", code="""
            CREATE TABLE «many» (
              id INTEGER PRIMARY KEY,
              «text» TEXT NOT NULL,«line»
              «moment» TEXT NOT NULL DEFAULT («call»('now'))
            );
            """, mutants=(("«call»(", "«wrong_call»("), ("(«call»('now'))", "'now'"), (" DEFAULT («call»('now'))", ""),
                          ("«text» TEXT NOT NULL", "«text» TEXT"))),
        Shape(name="format", code="""
            CREATE TABLE «many» (
              id INTEGER PRIMARY KEY AUTOINCREMENT,
              «text» TEXT NOT NULL,«line»
              «moment» TEXT DEFAULT (strftime('«pattern»', 'now'))
            );
            """, mutants=(("«pattern»", "%d.%m.%Y"), ("'now'", "'2020-01-01'"),
                          ("(strftime('«pattern»', 'now'))", "NULL"),
                          ("«text» TEXT NOT NULL", "«text» TEXT NOT NULL DEFAULT ''"))),
    ),
    mutants=(("«line»", "«loose»"),),
    verifier=check_time,
)  # fmt: skip


def draw_view(rng: Random) -> dict[str, Any]:
    """Draw a table with a state and a number, and the view of the rows in one state."""
    noun, (state, other) = draw_noun(rng), rng.sample(STATUSES, 2)
    return {
        "one": noun.one, "many": noun.many, "state": pick(rng, "status|state|phase|stage"), "value": state,
        "other": other,
        "number": rng.choice(NUMBER_FIELDS), "view": f"{state}_{noun.many}",
    }  # fmt: skip


def check_view(facts: Facts, rng: Random) -> dict[str, Any]:
    """Look at the view, then change the table and look again."""
    many, view, value, other = facts["many"], facts["view"], facts["value"], facts["other"]
    columns = f"id INTEGER PRIMARY KEY, {facts['state']} TEXT, {facts['number']} INTEGER"
    one, two, three, four, five = rng.sample(range(10, 99), 5)
    rows = f"(1, '{value}', {one}), (2, '{other}', {two}), (4, '{value}', {three}), (5, NULL, {four})"
    setup = f"CREATE TABLE {many} ({columns});\nINSERT INTO {many} VALUES {rows};"
    return script(setup, [
        (f"SELECT * FROM {view}", [[1, one], [4, three]]),
        (f"SELECT {facts['number']}, id FROM {view} WHERE id > 1", [[three, 4]]),
        (f"INSERT INTO {many} VALUES (6, '{value}', {five}), (7, '{other}', {one})", TAKEN),
        (f"DELETE FROM {many} WHERE id = 1", TAKEN),
        (f"SELECT * FROM {view}", [[4, three], [6, five]]), (f"SELECT id FROM {many}", [[2], [4], [5], [6], [7]]),
    ])  # fmt: skip


VIEW = Template(
    id="view_of_rows",
    ask=(
        "Write SQL that creates a view `«view»` on the table `«many»`(id, «state», «number»). It shows the columns "
        "`id` and `«number»` of the rows whose `«state»` is '«value»'.",
        "Create a SQLite view called `«view»`. It selects `id` and `«number»` from `«many»`(id, «state», «number»), "
        "only where `«state»` is '«value»'.",
        "Our reports read `«many»`(id, «state», «number») but need only rows with «state» '«value»'. Please define "
        "the view `«view»` in SQL, with two columns: `id` and `«number»`.",
    ),
    draw=draw_view,
    shapes=(
        Shape(name="plain", code="""
            CREATE VIEW «view» AS
            SELECT id, «number»
            FROM «many»
            WHERE «state» = '«value»';
            """, mutants=(("CREATE VIEW", "CREATE TABLE"), ("CREATE VIEW «view» AS\n", ""), ("id, «number»", "*"),
                          ("\nWHERE «state» = '«value»'", ""))),
        Shape(name="named_columns", code="""
            CREATE VIEW «view» (id, «number») AS
            SELECT «many».id, «many».«number»
            FROM «many»
            WHERE «many».«state» IN ('«value»');
            """, mutants=((" IN ", " NOT IN "),
                          ("SELECT «many».id, «many».«number»", "SELECT «many».«number», «many».id"),
                          ("CREATE VIEW «view»", "CREATE VIEW «other»_«many»"), ("IN ('«value»')", "IS NOT NULL"))),
        Shape(name="if_not_exists", code="""
            CREATE VIEW IF NOT EXISTS «view» AS
            SELECT t.id, t.«number» FROM «many» AS t WHERE t.«state» = '«value»';
            """, mutants=(("CREATE VIEW", "CREATE TABLE"), ("t.id, t.«number»", "t.id"),
                          (" WHERE t.«state» = '«value»'", ""))),
    ),
    mutants=(("= '«value»'", "<> '«value»'"), ("= '«value»'", "= '«other»'")),
    verifier=check_view,
)  # fmt: skip
