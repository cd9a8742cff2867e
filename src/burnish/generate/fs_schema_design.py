"""Category `fs_schema_design`: tables with their constraints, judged by what they take, refuse and fill in."""

from collections.abc import Sequence
from random import Random
from typing import Any

from burnish.generate.checks import sql_script_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.schema_design_basics import TIME, TYPED, VIEW
from burnish.generate.wording import NUMBER_FIELDS, STATUSES, TEXT_FIELDS, a, draw_noun, draw_nouns

REFUSED = {"raises": "IntegrityError"}
TAKEN: list[Any] = []


def script(setup: Sequence[str], *steps: tuple[str, Any]) -> dict[str, Any]:
    """Return the verifier that runs `steps`, pairs of a statement and its outcome, in each fresh database."""
    return sql_script_check(setup, [query for query, _ in steps], [[outcome for _, outcome in steps] for _ in setup])


def insert(table: str, **values: Any) -> str:
    """Return an INSERT of one row with the columns that are named."""
    texts = ["NULL" if value is None else repr(value) for value in values.values()]
    return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(texts)})"


def draw_table(rng: Random) -> dict[str, Any]:
    """Draw a table with a text, a number and a status."""
    noun = draw_noun(rng)
    return {"one": noun.one, "an_one": a(noun.one), "many": noun.many, "text": rng.choice(TEXT_FIELDS[:-3]), "number": rng.choice(NUMBER_FIELDS),
            "state": pick(rng, "state|phase|stage|status"), "first": rng.choice(STATUSES), "start": rng.choice((0, 1, 3, 5, 10, 100))}  # fmt: skip


def check_defaults(facts: Facts, rng: Random) -> dict[str, Any]:
    """Leave columns out, give them, and give NULL."""
    many, text, number, state = (facts[name] for name in ("many", "text", "number", "state"))
    return script(
        [""], (insert(many, **{text: "Ada"}), TAKEN), (insert(many, **{text: "Ben", number: 42, state: "other"}), TAKEN),
        (insert(many, **{number: 3}), REFUSED), (insert(many, **{text: None}), REFUSED), (insert(many, **{text: "x", number: None}), REFUSED),
        (insert(many, **{text: "x", state: None}), REFUSED),
        (insert(many, id=1, **{text: "again"}), REFUSED),
        (f"SELECT id, {text}, {number}, {state} FROM {many}", [[1, "Ada", facts["start"], facts["first"]], [2, "Ben", 42, "other"]]),
    )  # fmt: skip


DEFAULTS = Template(
    id="required_and_defaults",
    ask=(
        "Write a SQLite `CREATE TABLE` for `«many»`: `id` is an integer primary key that fills itself in, `«text»` is a required text, `«number»` an integer with default «start» and `«state»` a text with default '«first»'. None of them may be NULL.",
        "I need a table `«many»` in SQLite. Columns: `id` (INTEGER PRIMARY KEY), `«text»` (text, not null), `«number»` (integer, not null, «start» unless given), `«state»` (text, not null, '«first»' unless given).",
        "Please design the SQLite table `«many»`. Inserting only a `«text»` must be enough: the integer `id` is assigned by SQLite as the primary key, `«number»` becomes «start» and `«state»` becomes '«first»'. `«text»` itself must be given, and no column accepts NULL.",
    ),
    draw=draw_table,
    shapes=(
        Shape(name="plain", code="""
            CREATE TABLE «many» (
              id INTEGER PRIMARY KEY,
              «text» TEXT NOT NULL,
              «number» INTEGER NOT NULL DEFAULT «start»,
              «state» TEXT NOT NULL DEFAULT '«first»'
            );
            """, mutants=(("«text» TEXT NOT NULL", "«text» TEXT"), (" DEFAULT «start»", ""), ("«number» INTEGER NOT NULL", "«number» INTEGER"),
                          ("DEFAULT '«first»'", "DEFAULT ''"), (" PRIMARY KEY", ""))),
        Shape(name="autoincrement", code="""
            CREATE TABLE IF NOT EXISTS «many» (
              id INTEGER PRIMARY KEY AUTOINCREMENT,
              «text» TEXT NOT NULL,
              «number» INTEGER DEFAULT «start» NOT NULL,
              «state» TEXT DEFAULT '«first»' NOT NULL
            );
            """, mutants=((" AUTOINCREMENT", " AUTO_INCREMENT"), ("DEFAULT '«first»' NOT NULL", "DEFAULT '«first»'"),
                          ("DEFAULT «start» NOT NULL", "NOT NULL"), ("«text» TEXT NOT NULL", "«text» TEXT NOT NULL DEFAULT ''"))),
        Shape(name="table_key", code="""
            CREATE TABLE «many» (
              id INTEGER,
              «text» TEXT NOT NULL,
              «number» INTEGER NOT NULL DEFAULT («start»),
              «state» TEXT NOT NULL DEFAULT ('«first»'),
              PRIMARY KEY (id)
            );
            """, mutants=(("PRIMARY KEY (id)", "PRIMARY KEY («text»)"), ("DEFAULT («start»)", "DEFAULT («start» + 1)"),
                          ("«state» TEXT NOT NULL", "«state» TEXT"), (" DEFAULT ('«first»')", ""))),
    ),
    verifier=check_defaults,
)  # fmt: skip


def draw_unique(rng: Random) -> dict[str, Any]:
    """Draw a table with a unique text and a number with a lower limit."""
    noun = draw_noun(rng)
    return {"one": noun.one, "an_one": a(noun.one), "many": noun.many,
            "text": rng.choice(("code", "email", "slug", "sku", "name", "label", "title", "phone", "barcode", "serial", "handle", "domain",
                                "nickname")),
            "number": rng.choice(NUMBER_FIELDS), "least": rng.choice((0, 1, 2, 3, 5, 10, 12, 18, 20, 50, 100))}  # fmt: skip


def check_unique(facts: Facts, rng: Random) -> dict[str, Any]:
    """Repeat a text, and go to the limit and below it."""
    many, text, number, least = (facts[name] for name in ("many", "text", "number", "least"))
    return script(
        [""], (insert(many, **{text: "a1", number: least}), TAKEN), (insert(many, **{text: "a2", number: least + 7}), TAKEN),
        (insert(many, **{text: "a3", number: least}), TAKEN),
        (insert(many, **{text: "a1", number: least + 1}), REFUSED), (insert(many, **{text: "b", number: least - 1}), REFUSED),
        (insert(many, **{text: "b", number: None}), REFUSED),
        (insert(many, **{text: None, number: least}), REFUSED), (f"UPDATE {many} SET {number} = {least - 2}", REFUSED),
        (f"UPDATE {many} SET {text} = 'a1'", REFUSED),
        (f"SELECT id, {text}, {number} FROM {many}", [[1, "a1", least], [2, "a2", least + 7], [3, "a3", least]]),
    )  # fmt: skip


UNIQUE = Template(
    id="unique_and_check",
    ask=(
        "Write the SQLite DDL of a table `«many»` with an integer primary key `id`, a text `«text»` that must be unique, and an integer `«number»` that must be at least «least». Neither `«text»` nor `«number»` may be NULL.",
        "In SQLite, create `«many»`: `id` INTEGER PRIMARY KEY, `«text»` (text, required, no two rows share one) and `«number»` (integer, required). The database itself should refuse a `«number»` below «least».",
        "Please write a `CREATE TABLE` for SQLite. The table `«many»` stores «an_one» per row: `id` (integer primary key), a required text `«text»` which occurs only once in the table, and a required integer `«number»`, «least» or more.",
        "No two rows of `«many»` may have the same `«text»`, and none may have a `«number»` under «least». Make SQLite enforce that: which CREATE TABLE statement does it? `«text»` is text and `«number»` an integer, both NOT NULL, next to the integer primary key `id`.",
        "Our table of «many» got rows it shouldn't have: the same `«text»` twice, or a `«number»` of less than «least». Write it anew for SQLite, as `«many»`, so that neither can happen, and no NULL in these two columns either. `id` is the integer primary key, `«text»` text, `«number»` an integer.",
    ),
    draw=draw_unique,
    shapes=(
        Shape(name="columns", code="""
            CREATE TABLE «many» (
              id INTEGER PRIMARY KEY,
              «text» TEXT NOT NULL UNIQUE,
              «number» INTEGER NOT NULL CHECK («number» >= «least»)
            );
            """, mutants=((" UNIQUE", ""), (">=", ">"), (">=", "<="), ("«text» TEXT NOT NULL", "«text» TEXT"),
                          ("INTEGER NOT NULL CHECK", "INTEGER CHECK"))),
        Shape(name="constraints", code="""
            CREATE TABLE «many» (
              id INTEGER PRIMARY KEY,
              «text» TEXT NOT NULL,
              «number» INTEGER NOT NULL,
              CONSTRAINT «many»_«text»_unique UNIQUE («text»),
              CONSTRAINT «many»_«number»_least CHECK («number» >= «least»)
            );
            """, mutants=(("UNIQUE («text»)", "UNIQUE («text», «number»)"), (">= «least»", "> «least»"),
                          ("«number» INTEGER NOT NULL", "«number» INTEGER"), ("UNIQUE («text»)", "UNIQUE («number»)"),
                          ("«text» TEXT NOT NULL", "«text» TEXT"))),
        Shape(name="index", code="""
            CREATE TABLE «many» (
              id INTEGER PRIMARY KEY,
              «text» TEXT NOT NULL,
              «number» INTEGER NOT NULL CHECK (NOT «number» < «least»)
            );

            CREATE UNIQUE INDEX «many»_«text» ON «many» («text»);
            """, mutants=((" UNIQUE", ""), ("NOT «number» <", "«number» <"), ("NOT «number» <", "NOT «number» <="),
                          ("«many» («text»)", "«many» («number»)"))),
    ),
    verifier=check_unique,
)  # fmt: skip


def draw_child(rng: Random) -> dict[str, Any]:
    """Draw a table that points at another, and what happens to its rows when that one's go."""
    parent, child = draw_nouns(rng, 2)
    action = rng.choice(("CASCADE", "SET NULL"))
    gone = action == "CASCADE"
    return {
        "parent": parent.one, "a_parent": a(parent.one), "parents": parent.many, "child": child.one, "a_child": a(child.one), "children": child.many,
        "key": f"{parent.one}_id",
        "text": rng.choice(TEXT_FIELDS), "action": action, "null": " NOT NULL" if gone else "",
        "other": "SET NULL" if gone else "CASCADE", "null_words": "is required" if gone else "may be NULL",
        "null_type": " NOT NULL" if gone else " NULL", "wrong_null": "" if gone else " NOT NULL",
        "fate": f"all its {child.many} are deleted too" if gone else f"its {child.many} stay, with `{parent.one}_id` NULL",
        "short": f"takes its {child.many} with it" if gone else f"sets `{parent.one}_id` of its {child.many} to NULL",
    }  # fmt: skip


def check_child(facts: Facts, rng: Random) -> dict[str, Any]:
    """Insert under known and unknown parents, then delete a parent."""
    parents, children, key, text = (facts[name] for name in ("parents", "children", "key", "text"))
    one, two = rng.sample(range(2, 60), 2)
    setup = f"CREATE TABLE {parents} (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\nINSERT INTO {parents} VALUES ({one}, 'x'), ({two}, 'y');"
    gone = facts["action"] == "CASCADE"
    left = [[3, two, "c"]] if gone else [[1, None, "a"], [2, None, "b"], [3, two, "c"], [4, None, "d"]]
    return script(
        [setup], *((insert(children, **{key: owner, text: letter}), TAKEN) for owner, letter in ((one, "a"), (one, "b"), (two, "c"))),
        (insert(children, **{key: 99, text: "z"}), REFUSED), (insert(children, **{key: one, text: None}), REFUSED),
        (insert(children, **{key: None, text: "d"}), REFUSED if gone else TAKEN),
        (f"UPDATE {children} SET {key} = 77", REFUSED), (f"DELETE FROM {parents} WHERE id = {one}", []),
        (f"SELECT id, {key}, {text} FROM {children}", left), (f"SELECT id FROM {parents}", [[two]]),
    )  # fmt: skip


CHILD = Template(
    id="foreign_key_action",
    ask=(
        "Write the SQLite table `«children»` that belongs to the table below: `id` INTEGER PRIMARY KEY, `«key»` (a foreign key to `«parents»`; it «null_words») and `«text»` (required text). When «a_parent» is deleted, «fate».",
        "Given the table `«parents»`, I need a second SQLite table, `«children»`, with an integer primary key `id`, an integer `«key»` that references `«parents»` and «null_words», and a text `«text»` that is not null. Deleting «a_parent» «short».",
        "Every «child» has «a_parent» (table below). Please create `«children»` in SQLite with `id` (integer primary key), `«key»` and `«text»` (text, never NULL). `«key»` must be the id of an existing «parent» and «null_words»; if the «parent» is deleted, «fate».",
    ),
    draw=draw_child,
    starter="CREATE TABLE «parents» (id INTEGER PRIMARY KEY, name TEXT NOT NULL);",
    shapes=(
        Shape(name="column", code="""
            CREATE TABLE «children» (
              id INTEGER PRIMARY KEY,
              «key» INTEGER«null» REFERENCES «parents» (id) ON DELETE «action»,
              «text» TEXT NOT NULL
            );
            """, mutants=((" ON DELETE «action»", ""), ("ON DELETE «action»", "ON DELETE RESTRICT"), ("«text» TEXT NOT NULL", "«text» TEXT"),
                          (" REFERENCES «parents» (id) ON DELETE «action»", ""), ("INTEGER«null» REFERENCES", "INTEGER«wrong_null» REFERENCES"))),
        Shape(name="table_constraint", code="""
            CREATE TABLE «children» (
              id INTEGER PRIMARY KEY,
              «key» INTEGER«null»,
              «text» TEXT NOT NULL,
              FOREIGN KEY («key») REFERENCES «parents» (id) ON DELETE «action»
            );
            """, mutants=(("ON DELETE «action»", "ON UPDATE «action»"), ("FOREIGN KEY («key»)", "FOREIGN KEY (id)"),
                          ("«key» INTEGER«null»", "«key» INTEGER«wrong_null»"), ("ON DELETE «action»", "ON DELETE «other»"),
                          ("«text» TEXT NOT NULL", "«text» TEXT"))),
        Shape(name="named", code="""
            CREATE TABLE IF NOT EXISTS «children» (
              id INTEGER PRIMARY KEY AUTOINCREMENT,
              «text» TEXT NOT NULL,
              «key» INTEGER«null»,
              CONSTRAINT «children»_«parent» FOREIGN KEY («key») REFERENCES «parents» ON DELETE «action»
            );
            """, mutants=(("ON DELETE «action»", "ON DELETE NO ACTION"),
                          ("FOREIGN KEY («key») REFERENCES «parents» ON DELETE «action»", "UNIQUE («key»)"),
                          ("«key» INTEGER«null»", "«key» INTEGER«wrong_null»"), ("«text» TEXT NOT NULL", "«text» TEXT"))),
    ),
    verifier=check_child,
)  # fmt: skip


def draw_link(rng: Random) -> dict[str, Any]:
    """Draw two tables and the one that links them."""
    left, right = draw_nouns(rng, 2)
    return {"left": left.one, "lefts": left.many, "right": right.one, "rights": right.many, "a_left": a(left.one), "a_right": a(right.one),
            "link": rng.choice((f"{left.one}_{right.many}", f"{left.many}_{right.many}", f"{left.one}_{right.one}_links"))}  # fmt: skip


LINK_SETUP = "CREATE TABLE «lefts» (id INTEGER PRIMARY KEY, name TEXT);\nCREATE TABLE «rights» (id INTEGER PRIMARY KEY, name TEXT);"


def check_link(facts: Facts, rng: Random) -> dict[str, Any]:
    """Link in both directions, repeat a pair, point at nothing, delete on either side."""
    lefts, rights, link, left, right = (facts[name] for name in ("lefts", "rights", "link", "left", "right"))
    one, two, three, four = rng.sample(range(2, 60), 4)
    setup = f"CREATE TABLE {lefts} (id INTEGER PRIMARY KEY, name TEXT);\nCREATE TABLE {rights} (id INTEGER PRIMARY KEY, name TEXT);\n"
    setup += f"INSERT INTO {lefts} VALUES ({one}, 'a'), ({two}, 'b');\nINSERT INTO {rights} VALUES ({three}, 'c'), ({four}, 'd');"
    pairs = [(one, three), (one, four), (two, three), (two, four)]

    def add(first: Any, second: Any) -> str:
        return insert(link, **{f"{left}_id": first, f"{right}_id": second})

    return script(
        [setup], *((add(*pair), TAKEN) for pair in pairs), (add(one, three), REFUSED), (add(99, three), REFUSED), (add(one, 99), REFUSED),
        (add(None, three), REFUSED), (add(one, None), REFUSED),
        (f"SELECT {left}_id, {right}_id FROM {link}", [list(pair) for pair in pairs]), (f"DELETE FROM {lefts} WHERE id = {one}", []),
        (f"SELECT {left}_id, {right}_id FROM {link}", [[two, three], [two, four]]), (f"DELETE FROM {rights} WHERE id = {four}", []),
        (f"SELECT {left}_id, {right}_id FROM {link}", [[two, three]]),
    )  # fmt: skip


LINK = Template(
    id="many_to_many",
    ask=(
        "Write the SQLite table `«link»` that connects the two tables below many-to-many. Its columns `«left»_id` and `«right»_id` reference them and aren't NULL, each pair may occur once, and a link disappears when its «left» or its «right» is deleted.",
        "«a_left» can have many «rights» and «a_right» many «lefts». Please create the join table `«link»` (SQLite) with `«left»_id` and `«right»_id`: both required, both foreign keys with cascading deletes, and no pair twice.",
        "I need a many-to-many relation between `«lefts»` and `«rights»` in SQLite. Design `«link»` with two required foreign keys, `«left»_id` and `«right»_id`; refuse a repeated pair, and delete the rows together with the «left» or «right» that they name.",
    ),
    draw=draw_link,
    starter=LINK_SETUP,
    shapes=(
        Shape(name="primary_key", code="""
            CREATE TABLE «link» (
              «left»_id INTEGER NOT NULL REFERENCES «lefts» (id) ON DELETE CASCADE,
              «right»_id INTEGER NOT NULL REFERENCES «rights» (id) ON DELETE CASCADE,
              PRIMARY KEY («left»_id, «right»_id)
            );
            """, mutants=(("(«left»_id, «right»_id)", "(«left»_id)"), (" ON DELETE CASCADE", ""),
                          ("«right»_id INTEGER NOT NULL", "«right»_id INTEGER"), ("«rights» (id) ON DELETE CASCADE", "«rights» (id)"),
                          (",\n  PRIMARY KEY («left»_id, «right»_id)", ""))),
        Shape(name="foreign_keys", code="""
            CREATE TABLE «link» (
              «left»_id INTEGER NOT NULL,
              «right»_id INTEGER NOT NULL,
              PRIMARY KEY («left»_id, «right»_id),
              FOREIGN KEY («left»_id) REFERENCES «lefts» (id) ON DELETE CASCADE,
              FOREIGN KEY («right»_id) REFERENCES «rights» (id) ON DELETE CASCADE
            ) WITHOUT ROWID;
            """, mutants=(("REFERENCES «lefts» (id) ON DELETE CASCADE", "REFERENCES «lefts» (id)"),
                          ("PRIMARY KEY («left»_id, «right»_id)", "PRIMARY KEY («right»_id)"),
                          ("FOREIGN KEY («right»_id)", "FOREIGN KEY («left»_id)"), (" ON DELETE CASCADE", " ON DELETE RESTRICT"))),
        Shape(name="unique", code="""
            CREATE TABLE «link» (
              id INTEGER PRIMARY KEY,
              «left»_id INTEGER NOT NULL REFERENCES «lefts» (id) ON DELETE CASCADE,
              «right»_id INTEGER NOT NULL REFERENCES «rights» (id) ON DELETE CASCADE,
              UNIQUE («left»_id, «right»_id)
            );
            """, mutants=((",\n  UNIQUE («left»_id, «right»_id)", ""), ("UNIQUE («left»_id, «right»_id)", "UNIQUE («left»_id)"),
                          ("«left»_id INTEGER NOT NULL", "«left»_id INTEGER"), (" ON DELETE CASCADE", " ON DELETE SET NULL"),
                          ("REFERENCES «rights» (id) ON DELETE CASCADE", ""))),
    ),
    verifier=check_link,
)  # fmt: skip


def draw_states(rng: Random) -> dict[str, Any]:
    """Draw a status list and two columns of which one isn't below the other."""
    noun = draw_noun(rng)
    values = rng.sample(STATUSES, rng.choice((2, 3, 4)))
    low, high = rng.choice((("starts_on", "ends_on"), ("opened_on", "closed_on"), ("first_day", "last_day"), ("valid_from", "valid_until"),
                            ("check_in", "check_out"), ("begins_on", "finishes_on")))  # fmt: skip
    return {"one": noun.one, "many": noun.many, "state": pick(rng, "status|state|phase|stage"), "values": values, "low": low, "high": high,
            "strict": (strict := rng.random() < 0.4), "fits": ">" if strict else ">=", "slip": ">=" if strict else ">",
            "below": "<" if strict else "<=", "under": "<=" if strict else "<", "slip_below": "<=" if strict else "<",
            "slip_under": "<" if strict else "<=",
            "equal": "must be later than" if strict else "isn't before", "wrong": "isn't later than" if strict else "lies before",
            "same": "Equal dates are refused, too." if strict else "Equal dates are fine.", "list": ", ".join(f"'{value}'" for value in values),
            "fewer": ", ".join(f"'{value}'" for value in values[:-1]), "last": values[-1]}  # fmt: skip


def check_states(facts: Facts, rng: Random) -> dict[str, Any]:
    """Give every status and others, and dates in order, equal and out of order; the second may be missing."""
    many, state, low, high = (facts[name] for name in ("many", "state", "low", "high"))
    last = facts["last"]
    good: list[tuple[str | None, str | None, str | None]] = [
        *((value, "2025-03-01", "2025-04-01") for value in facts["values"]),
        (last, "2025-06-01", None),
    ]
    bad: list[tuple[str | None, str | None, str | None]] = [
        ("other", "2025-03-01", "2025-04-01"),
        (last.upper(), "2025-03-01", "2025-04-01"),
        (None, "2025-03-01", "2025-04-01"),
        (last, "2025-03-02", "2025-03-01"),
        (last, None, "2025-03-01"),
    ]
    (bad if facts["strict"] else good).append((last, "2025-05-02", "2025-05-02"))

    def add(row: tuple[str | None, str | None, str | None]) -> str:
        return insert(many, **{state: row[0], low: row[1], high: row[2]})

    return script(
        [""], *((add(row), TAKEN) for row in good), *((add(row), REFUSED) for row in bad), (f"UPDATE {many} SET {state} = ''", REFUSED),
        (f"SELECT id, {state}, {low}, {high} FROM {many}", [[number, *row] for number, row in enumerate(good, start=1)]),
    )  # fmt: skip


STATES = Template(
    id="status_and_dates",
    ask=(
        "Write a SQLite `CREATE TABLE` for `«many»`: `id` INTEGER PRIMARY KEY, `«state»` a required text that is one of «list», `«low»` a required date (text), `«high»` a date that may be NULL but otherwise «equal» `«low»`. Use CHECK constraints.",
        "I need the table `«many»` in SQLite, with an integer primary key `id`. `«state»` (text, not null) allows only «list». `«low»` (text such as '2025-03-01', not null) and `«high»` (the same, nullable) are dates; the database must refuse a `«high»` earlier than `«low»`. «same»",
        "Please create `«many»` for SQLite. Columns: `id` (integer primary key), `«state»` (required; allowed: «list»), `«low»` and `«high»` (ISO dates as text). `«low»` is required, `«high»` is optional. A row whose `«high»` «wrong» its `«low»`, or with any other `«state»`, must violate a CHECK.",
        "Each «one» runs from `«low»` to `«high»`, both ISO dates in text columns; `«low»` is always known, `«high»` maybe not yet (NULL). Write the SQLite statement that creates `«many»` so that a `«high»` which «wrong» `«low»` is rejected. More columns: `id`, the integer primary key, and `«state»`, never NULL and one of «list», guarded by a CHECK.",
        "CREATE TABLE `«many»` for SQLite, please; bad rows have to fail. `«state»`: text, NOT NULL, out of «list». `id`: INTEGER PRIMARY KEY. `«low»`: a day as text, NOT NULL. `«high»`: a day as text, optional, but when it's there it «equal» `«low»`.",
    ),
    draw=draw_states,
    shapes=(
        Shape(name="columns", code="""
            CREATE TABLE «many» (
              id INTEGER PRIMARY KEY,
              «state» TEXT NOT NULL CHECK («state» IN («list»)),
              «low» TEXT NOT NULL,
              «high» TEXT CHECK («high» «fits» «low»)
            );
            """, mutants=((" CHECK («high» «fits» «low»)", ""), ("«fits»", "«slip»"), ("IN («list»)", "IN («fewer»)"),
                          ("«state» TEXT NOT NULL", "«state» TEXT"), ("«low» TEXT NOT NULL", "«low» TEXT"))),
        Shape(name="constraints", code="""
            CREATE TABLE «many» (
              id INTEGER PRIMARY KEY,
              «state» TEXT NOT NULL,
              «low» DATE NOT NULL,
              «high» DATE,
              CONSTRAINT known_«state» CHECK («state» IN («list»)),
              CONSTRAINT date_order CHECK («high» IS NULL OR «low» «below» «high»)
            );
            """, mutants=(("«low» «below» «high»", "«low» «slip_below» «high»"), ("IS NULL OR", "IS NOT NULL AND"),
                          ("«low» «below» «high»", "«high» «below» «low»"), ("IN («list»)", "NOT IN («list»)"),
                          ("«low» DATE NOT NULL", "«low» DATE"))),
        Shape(name="not_less", code="""
            CREATE TABLE «many» (
              id INTEGER PRIMARY KEY,
              «state» TEXT NOT NULL,
              «low» TEXT NOT NULL,
              «high» TEXT,
              CHECK («state» IN («list»)),
              CHECK (NOT («high» «under» «low»))
            );
            """, mutants=(("NOT («high» «under» «low»)", "«high» «under» «low»"), ("  CHECK («state» IN («list»)),\n", ""),
                          ("«high» TEXT", "«high» TEXT NOT NULL"), ("(«high» «under» «low»)", "(«high» «slip_under» «low»)"),
                          ("«state» TEXT NOT NULL", "«state» TEXT"))),
    ),
    verifier=check_states,
)  # fmt: skip

CATEGORY = Category(
    name="fs_schema_design", family="database", templates=(DEFAULTS, UNIQUE, CHILD, LINK, STATES, TYPED, TIME, VIEW)
)  # fmt: skip
