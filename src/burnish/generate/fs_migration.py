"""Category `fs_migration`: changes of a schema that holds data already, and the function that applies such changes in order."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from burnish.generate.checks import sql_insert, sql_script_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.migration_runners import RUNNER
from burnish.generate.wording import CITIES, COLORS, FIRST_NAMES, NUMBER_FIELDS, STATUSES, TEXT_FIELDS, draw_noun

REFUSED, MISSING = {"raises": "IntegrityError"}, {"raises": "OperationalError"}
TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"


def draw_alter(rng: Random) -> dict[str, Any]:
    """Draw a table of two columns and one change of it, with a slip of the same kind."""
    noun, kind = draw_noun(rng), rng.choice(("add_text", "add_number", "rename", "rename", "drop", "table"))
    table, text, label = noun.many, rng.choice(TEXT_FIELDS[:-3]), rng.choice(("note", "kind", "origin", "summary"))
    number, new = rng.sample(NUMBER_FIELDS, 2)
    start, word = rng.choice((0, 1, 5, 10, 100)), rng.choice(STATUSES)
    later = rng.choice((f"old_{table}", f"{noun.one}_records", f"{table}_v2", f"{noun.one}_entries"))
    text_later = rng.choice((f"{text}_text", f"{text}_value", f"display_{text}", f"{noun.one}_{text}"))
    columns = ["id INTEGER PRIMARY KEY", f"{text} TEXT NOT NULL", f"{number} INTEGER"]
    facts = {
        "kind": kind,
        "table": table,
        "text": text,
        "number": number,
        "old": ", ".join(columns),
        "final": table,
        "select": f"id, {text}, {number}",
    }
    if kind == "table":
        return facts | {
            "task": f"rename the table to `{later}`", "short": f"the table must be called `{later}` from now on",
            "final": later, "gone": table, "copy": later,
            "action": f"RENAME TO {later}", "bare": f'RENAME TO "{later}"', "slip": f"RENAME {text} TO {later}",
            "new": facts["old"], "moved": facts["select"], "taken": facts["select"],
        }  # fmt: skip
    if kind == "rename":
        return facts | {
            "task": f"rename the column `{text}` to `{text_later}`",
            "short": f"`{text}` must be called `{text_later}` from now on", "copy": f"new_{table}", "gone": text,
            "action": f"RENAME COLUMN {text} TO {text_later}", "bare": f"RENAME {text} TO {text_later}",
            "slip": f"RENAME COLUMN {number} TO {text_later}",
            "new": facts["old"].replace(f"{text} TEXT", f"{text_later} TEXT"), "moved": f"id, {text_later}, {number}",
            "taken": facts["select"], "select": f"id, {text_later}, {number}",
        }  # fmt: skip
    if kind == "drop":
        return facts | {
            "task": f"drop the column `{number}`", "short": f"nobody needs `{number}` any more, so that column must go",
            "copy": f"new_{table}", "gone": number,
            "action": f"DROP COLUMN {number}", "bare": f"DROP {number}", "slip": f"DROP COLUMN {text}",
            "new": ", ".join(columns[:2]), "moved": f"id, {text}", "taken": f"id, {text}", "select": f"id, {text}",
        }  # fmt: skip
    name, form, value = (label, "TEXT", f"'{word}'") if kind == "add_text" else (new, "INTEGER", str(start))
    added = f"{name} {form} NOT NULL DEFAULT {value}"
    wrong = added.replace(" NOT NULL", "")
    words = "a text" if kind == "add_text" else "an integer"
    return facts | {
        "task": f"add a column `{name}`, {words} that is never NULL and is {value} in existing rows and by default", "gone": "",
        "short": f"it must get {words} column `{name}`, NOT NULL, with the default {value}, which old rows take too",
        "copy": f"new_{table}", "added": name, "value": word if kind == "add_text" else start,
        "action": f"ADD COLUMN {added}", "bare": f"ADD {added}", "slip": f"ADD COLUMN {wrong}",
        "new": ", ".join([*columns, added]), "moved": facts["select"], "taken": facts["select"],
    }  # fmt: skip


def check_alter(facts: Facts, rng: Random) -> dict[str, Any]:
    """Look at the old rows, at what is left of the old name, and at what a new row may hold."""
    setups, expect = [], []
    final, text, gone = facts["final"], facts["select"].split(", ")[1], facts["gone"]
    steps = [f"SELECT {facts['select']} FROM {final}", TABLES, f"INSERT INTO {final} ({text}) VALUES (NULL)",
             f"INSERT INTO {final} (id, {text}) VALUES (1, 'again')",
             f"INSERT INTO {final} ({text}) VALUES ('late')", f"SELECT MAX(id) FROM {final}"]  # fmt: skip
    if gone:
        steps.append(f"SELECT id FROM {gone}" if facts["kind"] == "table" else f"SELECT {gone} FROM {final}")
    if "added" in facts:
        steps += [
            f"SELECT {facts['added']} FROM {final}",
            f"INSERT INTO {final} ({text}, {facts['added']}) VALUES ('none', NULL)",
        ]
    for count in (3, 5):
        rows = [
            [number, name, rng.randrange(100)] for number, name in enumerate(rng.sample(FIRST_NAMES, count), start=1)
        ]
        setups.append(f"CREATE TABLE {facts['table']} ({facts['old']});\n" + sql_insert(facts["table"], rows))
        results: list[Any] = [
            [row[:2] if facts["kind"] == "drop" else row for row in rows],
            [[final]],
            REFUSED,
            REFUSED,
            [],
            [[count + 1]],
        ]
        if gone:
            results.append(MISSING)
        if "added" in facts:
            results += [[[facts["value"]] for _ in range(count + 1)], REFUSED]
        expect.append(results)
    return sql_script_check(setups, steps, expect)


ALTER = Template(
    id="alter_table",
    ask=(
        "Write a SQLite migration for the table below: «task». The rows stay as they are.",
        "Our SQLite table `«table»`, shown below, is in use and full of data. Now «short». Please write the SQL that changes it without losing a row.",
        "I have this table in SQLite and want to «task». Which SQL does it? All data must survive.",
        "Migration needed (SQLite): «short». This is how `«table»` was created; its rows and its other columns must be kept.",
    ),
    draw=draw_alter,
    starter="CREATE TABLE «table» («old»);",
    shapes=(
        Shape(name="alter", code="""
            ALTER TABLE «table» «action»;
            """, mutants=(("«action»", "«slip»"), ("ALTER TABLE «table» «action»", "DROP TABLE «table»"),
                          ("ALTER TABLE «table» «action»;", "CREATE TABLE «table»_copy («new»);"))),
        Shape(name="alter_short", code="""
            ALTER TABLE «table» «bare»;
            """, mutants=(("«bare»", "«slip»"),
                          ("ALTER TABLE «table» «bare»;", "DROP TABLE «table»;\nCREATE TABLE «final» («new»);"),
                          ("«bare»", "«bare», «slip»"))),
        Shape(name="rebuild", code=lambda facts: "\n".join(filter(None, (
            f"CREATE TABLE {facts['copy']} ({facts['new']});",
            f"INSERT INTO {facts['copy']} ({facts['moved']}) SELECT {facts['taken']} FROM {facts['table']};",
            f"DROP TABLE {facts['table']};",
            f"ALTER TABLE {facts['copy']} RENAME TO {facts['table']};" if facts["copy"] != facts["final"] else "",
        ))), mutants=(("DROP TABLE «table»;", ""),
                      ("SELECT «taken» FROM «table»;", "SELECT «taken» FROM «table» WHERE id > 1;"),
                      ("SELECT id, ", "SELECT id + 1, "))),
    ),
    verifier=check_alter,
)  # fmt: skip


CLEANINGS: Sequence[tuple[str, str, Callable[[str], str]]] = (
    ("", "«»", str), ("", "«»", str),
    (" Compare the texts without spaces at both ends, and store them without.", "TRIM(«»)", lambda text: text.strip(" ")),
    (" Upper and lower case count as the same; store the lower case.", "LOWER(«»)", lambda text: text.lower()),
    (" Texts that differ only in case are one value, stored in capitals.", "UPPER(«»)", lambda text: text.upper()),
)  # fmt: skip


def draw_lookup(rng: Random) -> dict[str, Any]:
    """Draw a table with a text that repeats, how texts are cleaned, and whether the old column stays."""
    noun = draw_noun(rng)
    one, many = rng.choice([pair for pair in (("category", "categories"), ("city", "cities"), ("brand", "brands"),
                                              ("color", "colors"), ("region", "regions"), ("team", "teams"),
                                              ("source", "sources"), ("genre", "genres"), ("origin", "origins"),
                                              ("owner", "owners"), ("kind", "kinds")) if pair[0] != noun.one])  # fmt: skip
    cleaning, drop, name = rng.randrange(len(CLEANINGS)), rng.random() < 0.6, pick(rng, "name|label|title")
    words, text, _ = CLEANINGS[cleaning]
    column = rng.choice([name for name in ("code", "note", "email", "amount", "subject") if name != one])
    number, indexed = rng.choice([name for name in NUMBER_FIELDS if name != column]), rng.random() < 0.5
    return {
        "number": number, "indexed": indexed,
        "index_words": pick(rng, f" Also add an index on `{one}_id` of `{noun.many}`.| The new foreign key gets an index, too.") if indexed else "",
        "index_line": f"\nCREATE INDEX {noun.many}_{one} ON {noun.many} ({one}_id);" if indexed else "",
        "table": noun.many, "an": noun.one, "one": one, "many": many, "cleaning": cleaning, "clean_words": words,
        "name": name, "drop": drop, "column": column,
        "clean": text.replace("«»", one), "t_clean": text.replace("«»", f"t.{one}"),
        "table_clean": text.replace("«»", f"{noun.many}.{one}"),
        "fate": f"drop `{one}`" if drop else f"keep `{one}` as it is",
        "fate_words": f"The column `{one}` goes away." if drop else f"The column `{one}` stays.",
        "drop_line": f"\nALTER TABLE {noun.many} DROP COLUMN {one};" if drop else "",
        "kept_column": "" if drop else f",\n  {one} TEXT", "kept": "" if drop else f", {one}",
        "t_kept": "" if drop else f", t.{one}",
    }  # fmt: skip


def check_lookup(facts: Facts, rng: Random) -> dict[str, Any]:
    """Follow the reference of each row back to its text; repeat a name; point at nothing."""
    table, one, many, name, column = (facts[key] for key in ("table", "one", "many", "name", "column"))
    clean, setups, expect = CLEANINGS[facts["cleaning"]][2], [], []
    steps = [
        f"SELECT t.id, t.{column}, t.{facts['number']}, o.{name} FROM {table} AS t LEFT JOIN {many} AS o ON o.id = t.{one}_id",
        f"SELECT {name} FROM {many}", f"SELECT {one} FROM {table}", TABLES,
        f"INSERT INTO {table} ({column}, {one}_id) VALUES ('x', 9999)",
        f"INSERT INTO {many} ({name}) SELECT {name} FROM {many} LIMIT 1", f"INSERT INTO {many} ({name}) VALUES (NULL)",
        f"INSERT INTO {table} ({column}, {one}_id) SELECT 'y', id FROM {many} LIMIT 1",
        f"SELECT COUNT(*) FROM {many} WHERE id IS NULL",
    ]  # fmt: skip
    if facts["indexed"]:
        steps.append(
            f"SELECT COUNT(*) > 0 FROM pragma_index_list('{table}') AS l JOIN pragma_index_info(l.name) AS c WHERE c.name = '{one}_id' AND c.seqno = 0"
        )
    for words in (rng.sample(COLORS, 3), rng.sample(CITIES, 4), [name.lower() for name in rng.sample(CITIES, 2)]):
        texts = [
            *words,
            *words[:2],
            None,
            words[0].upper(),
            words[1].title(),
            f" {words[0]}",
            f"{words[1]} ",
            words[0],
            None,
        ]
        rows = [
            [number, f"c{number % 5}", rng.randrange(50), text]
            for number, text in zip(rng.sample(range(1, 90), len(texts)), texts, strict=True)
        ]
        setups.append(
            f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {column} TEXT NOT NULL, {facts['number']} INTEGER, {one} TEXT);\n"
            + sql_insert(table, rows)
        )
        values = [None if text is None else clean(text) for text in texts]
        expect.append([
            [[*row[:3], value] for row, value in zip(rows, values, strict=True)],
            [[value] for value in dict.fromkeys(values) if value is not None],
            MISSING if facts["drop"] else [[text] for text in texts], [[table], [many]], REFUSED, REFUSED, REFUSED, [], [[0]],
            *([[[1]]] if facts["indexed"] else []),
        ])  # fmt: skip
    return sql_script_check(setups, steps, expect)


LOOKUP = Template(
    id="column_to_lookup_table",
    ask=(
        "Write a SQLite migration that moves `«one»` of the table below into a table of its own: `«many»`(id INTEGER PRIMARY KEY, «name», required and unique) with every value once. Give `«table»` a foreign key `«one»_id` to it, filled for each row (NULL where `«one»` is NULL), and «fate».«clean_words»«index_words»",
        "The text `«one»` is repeated in many rows of `«table»`. Please normalise this in SQLite: create `«many»` with an integer primary key `id` and a unique `«name»` that is not NULL, insert each different value, and let `«table»`.`«one»_id` reference the right row.«clean_words» Where `«one»` is NULL, `«one»_id` is too. «fate_words»«index_words»",
        "I need SQL statements for SQLite: 1. table `«many»`: `id` (integer primary key) and `«name»` (text, not null, unique); 2. one row in it per value of `«one»`; 3. a column `«one»_id` in `«table»`, referencing `«many»` and set according to the old text, NULL for NULL; 4. «fate».«clean_words»«index_words»",
        "«fate_words» Instead, `«table»` should point with `«one»_id` (a foreign key) at a new table `«many»`, whose columns are `id` (integer primary key) and `«name»` (unique, not null). Fill both from the existing rows; no `«one»` means no `«one»_id`.«clean_words»«index_words» SQLite, all statements please.",
    ),
    draw=draw_lookup,
    starter="CREATE TABLE «table» (id INTEGER PRIMARY KEY, «column» TEXT NOT NULL, «number» INTEGER, «one» TEXT);",
    shapes=(
        Shape(name="subquery", code="""
            CREATE TABLE «many» (id INTEGER PRIMARY KEY, «name» TEXT NOT NULL UNIQUE);
            INSERT INTO «many» («name») SELECT DISTINCT «clean» FROM «table» WHERE «one» IS NOT NULL;
            ALTER TABLE «table» ADD COLUMN «one»_id INTEGER REFERENCES «many»(id);
            UPDATE «table» SET «one»_id = (SELECT id FROM «many» WHERE «name» = «table_clean»);«drop_line»«index_line»
            """, mutants=((" UNIQUE", ""), (" REFERENCES «many»(id)", ""), (" WHERE «name» = «table_clean»", ""),
                          ("TEXT NOT NULL", "TEXT"), ("WHERE «one» IS NOT NULL", "WHERE «one» > 'm'"))),
        Shape(name="update_from", code="""
            CREATE TABLE «many» (
              id INTEGER PRIMARY KEY,
              «name» TEXT NOT NULL UNIQUE
            );
            INSERT OR IGNORE INTO «many» («name») SELECT «clean» FROM «table» WHERE «one» IS NOT NULL;
            ALTER TABLE «table» ADD COLUMN «one»_id INTEGER REFERENCES «many» (id);
            UPDATE «table» SET «one»_id = «many».id FROM «many» WHERE «many».«name» = «table_clean»;«drop_line»«index_line»
            """, mutants=((" WHERE «many».«name» = «table_clean»", ""), (" OR IGNORE", ""),
                          ("SET «one»_id = «many».id", "SET «one»_id = «table».id"), (" NOT NULL UNIQUE", " UNIQUE"))),
        Shape(name="rebuild", code="""
            CREATE TABLE «many» (id INTEGER PRIMARY KEY, «name» TEXT NOT NULL UNIQUE);
            INSERT INTO «many» («name») SELECT «clean» FROM «table» WHERE «one» IS NOT NULL GROUP BY 1;
            CREATE TABLE new_«table» (
              id INTEGER PRIMARY KEY,
              «column» TEXT NOT NULL,
              «number» INTEGER«kept_column»,
              «one»_id INTEGER REFERENCES «many» (id)
            );
            INSERT INTO new_«table» (id, «column», «number»«kept», «one»_id)
            SELECT t.id, t.«column», t.«number»«t_kept», o.id FROM «table» AS t LEFT JOIN «many» AS o ON o.«name» = «t_clean»;
            DROP TABLE «table»;
            ALTER TABLE new_«table» RENAME TO «table»;«index_line»
            """, mutants=(("LEFT JOIN", "JOIN"), (" REFERENCES «many» (id)", ""), (" GROUP BY 1", ""),
                          ("ALTER TABLE new_«table» RENAME TO «table»;", ""), ("t.id, t.", "t.id + 1, t."))),
    ),
    verifier=check_lookup,
)  # fmt: skip

CATEGORY = Category(name="fs_migration", family="database", templates=(ALTER, LOOKUP, RUNNER))
