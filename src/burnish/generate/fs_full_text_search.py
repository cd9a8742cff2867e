"""Category `fs_full_text_search`: SQLite's FTS5: what a search finds, an index that follows its table, words of a user."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check, sql_check, sql_insert, sql_script_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.transaction_basics import HARNESS
from burnish.generate.wording import NUMBER_FIELDS, draw_noun

WORDS = """
apple bread canal delta eagle forest garden harbor island jungle kettle lemon market needle ocean pepper quartz river
silver timber urban valley window yellow zebra anchor basket candle dragon engine falcon ginger hammer ivory jacket
""".split()
TITLES, BODIES = ("title", "name", "heading", "subject"), ("body", "content", "summary", "notes", "text")
Row = list[Any]


def draw_match(rng: Random) -> dict[str, Any]:
    """Draw an FTS5 table, two words and how a row must have them, and perhaps the column that they stand in."""
    noun, (one, two), kind = (
        draw_noun(rng),
        rng.sample(WORDS, 2),
        rng.choice(("and", "or", "not", "phrase", "prefix", "column")),
    )
    title, body = rng.choice(TITLES), rng.choice(BODIES)
    stem = one[:3]
    need, match, wrong = {
        "and": (f"contain both '{one}' and '{two}'", f"{one} AND {two}", f"{one} OR {two}"),
        "or": (f"contain '{one}' or '{two}' (or both)", f"{one} OR {two}", f"{one} AND {two}"),
        "not": (f"contain '{one}' but not '{two}'", f"{one} NOT {two}", f"{one} AND {two}"),
        "phrase": (f"contain the phrase '{one} {two}', the words next to each other", f'"{one} {two}"', f"{one} {two}"),
        "prefix": (f"contain a word that starts with '{stem}'", f"{stem}*", stem),
        "column": (f"have '{one}' in the `{title}`", f"{title}:{one}", one),
    }[kind]  # fmt: skip
    return {
        "table": f"{noun.many}{rng.choice(('_fts', '_search', '_index'))}", "many": noun.many, "one": one, "two": two,
        "stem": stem, "kind": kind, "title": title, "body": body, "need": need, "match": match, "wrong": wrong,
        "spare": rng.choice([word for word in WORDS if word[:3] != stem and word not in (one, two)]),
        "left": f"{one}%" if kind != "prefix" else f"{stem}%",
        "grouped": match if kind == "phrase" else f"({match})", "shown": rng.choice(("rowid", title)),
    }  # fmt: skip


def check_match(facts: Facts, rng: Random) -> dict[str, Any]:
    """Look at the words of each row one by one."""
    one, two, title, body = (facts[name] for name in ("one", "two", "title", "body"))
    setups, expect = [], []
    for turn in range(3):
        texts = [(one, two), (f"{one} {two}", "x"), (f"{two} {one}", "y"), (one.upper(), "z"), ("a", f"b {one}"),
                 ("c", f"{one} and {two}"), (f"d {two}", "e"), (f"{one}s", "f"), ("g", f"{facts['stem']}urn"),
                 ("h", f"un{one}"), ("i", f"big {one} {two}!"), ("j", facts["spare"]), (f"x{facts['stem']}", "k"),
                 (facts["stem"], "l")]  # fmt: skip
        texts = rng.sample(texts, len(texts) - turn)
        rows = [
            [number, f"{first} n{rng.randrange(100, 999)}", second]
            for number, (first, second) in zip(rng.sample(range(1, 90), len(texts)), texts, strict=True)
        ]
        setups.append(
            f"CREATE VIRTUAL TABLE {facts['table']} USING fts5({title}, {body});\n"
            + sql_insert(f"{facts['table']}(rowid, {title}, {body})", rows)
        )
        expect.append([[row[0] if facts["shown"] == "rowid" else row[1]] for row in rows if is_found(facts, row)])
    return sql_check(setups, expect, ordered=False)


def is_found(facts: Facts, row: Row) -> bool:
    """Return whether one row has what is asked for."""
    one, two = facts["one"], facts["two"]
    columns = [text.lower().replace("!", "").split() for text in row[1:]]
    words = {word for column in columns for word in column}
    if facts["kind"] == "phrase":
        return any(column[place : place + 2] == [one, two] for column in columns for place in range(len(column)))
    if facts["kind"] == "column":
        return one in columns[0]
    if facts["kind"] == "prefix":
        return any(word.startswith(facts["stem"]) for word in words)
    return bool(
        {"and": {one, two} <= words, "or": {one, two} & words, "not": one in words and two not in words}[facts["kind"]]
    )


MATCH = Template(
    id="match_words",
    ask=(
        "Write a SQLite query that returns the `«shown»` of all rows of the FTS5 table `«table»`(«title», «body») that «need». The order doesn't matter.",
        "`«table»` is a virtual table made with `fts5(«title», «body»)`. Which full-text query selects `«shown»` of the rows that «need»? One SQL statement, rows in any order.",
        "We search «many» with SQLite's FTS5; the table is `«table»` with the columns «title» and «body». Select `«shown»` where the rows «need». A plain SQL query with MATCH is enough.",
        "Please find the «many» that «need»: a SQLite query on the full-text table `«table»`(«title», «body»), made by FTS5, that gives one column, `«shown»`.",
    ),
    draw=draw_match,
    shapes=(
        Shape(name="match", code="""
            SELECT «shown» FROM «table» WHERE «table» MATCH '«match»';
            """, mutants=(("WHERE «table» MATCH", "WHERE «title» LIKE"), ("MATCH '«match»'", "MATCH '«spare»'"),
                          ("WHERE «table» MATCH", "WHERE «body» MATCH"))),
        Shape(name="equals", code="""
            SELECT «shown»
            FROM «table»
            WHERE «table» = '«match»';
            """, mutants=(("WHERE «table» = ", "WHERE «title» = "), ("«table» = '«match»'", "«title» LIKE '%«one»%'"),
                          ("= '«match»'", "= '«spare»'"))),
        Shape(name="table_function", code="""
            SELECT «shown» FROM «table»('«grouped»') ORDER BY rank;
            """, mutants=(("('«grouped»')", "('«wrong»')"), ("('«grouped»')", ""), ("('«grouped»')", "('«spare»')"))),
    ),
    mutants=(("'«match»'", "'«wrong»'"),),
    verifier=check_match,
)  # fmt: skip


def draw_index(rng: Random) -> dict[str, Any]:
    """Draw a table with texts, which of them are searched, and what happens to its rows later."""
    noun, title, body = draw_noun(rng), rng.choice(TITLES), rng.choice(BODIES)
    both, changes = rng.random() < 0.6, rng.choice(("delete", "update"))
    columns = [title, body] if both else [body]
    porter = rng.random() < 0.4
    table, fts = noun.many, f"{noun.many}_{rng.choice(('fts', 'search', 'text'))}"
    new, old = ", ".join(f"NEW.{name}" for name in columns), ", ".join(f"OLD.{name}" for name in columns)
    event = (
        "new rows and deleted rows"
        if changes == "delete"
        else f"new rows and changes of {' or '.join(f'`{name}`' for name in columns)}"
    )
    remove = f"INSERT INTO {fts}({fts}, rowid, {', '.join(columns)}) VALUES ('delete', OLD.id, {old});"
    sets = ", ".join(f"{name} = NEW.{name}" for name in columns)
    kind = changes.upper()
    return {
        "table": table, "one": noun.one, "title": title, "number": rng.choice(NUMBER_FIELDS), "body": body,
        "columns": columns, "list": ", ".join(columns), "fts": fts, "changes": changes, "event": event, "porter": porter,
        "new": new,
        "words": "columns are " + " and ".join(f"`{name}`" for name in columns) if both else f"only column is `{body}`",
        "tokens": ", tokenize = 'porter'" if porter else "", "kind": kind,
        "stemming": " Use the porter tokenizer, so that forms of a word are found together." if porter else "",
        "second": remove if changes == "delete" else f"{remove}\n  INSERT INTO {fts}(rowid, {', '.join(columns)}) VALUES (NEW.id, {new});",
        "remove": remove,
        "plain": f"DELETE FROM {fts} WHERE rowid = OLD.id;" if changes == "delete" else f"UPDATE {fts} SET {sets} WHERE rowid = OLD.id;",
        "replace": f"DELETE FROM {fts} WHERE rowid = OLD.id;" + ("" if changes == "delete" else f"\n  INSERT INTO {fts}(rowid, {', '.join(columns)}) SELECT id, {', '.join(columns)} FROM {table} WHERE id = NEW.id;"),
    }  # fmt: skip


def check_index(facts: Facts, rng: Random) -> dict[str, Any]:
    """Search for old rows, new rows, and those that have changed or gone."""
    table, fts, title, body = (facts[name] for name in ("table", "fts", "title", "body"))
    both, deleted = len(facts["columns"]) == 2, facts["changes"] == "delete"
    setups, expect, words = [], [], rng.sample(WORDS, 8)
    steps = [
        f"SELECT rowid FROM {fts} WHERE {fts} MATCH '{word}'" for word in (words[0], words[1], words[2], f"{words[3]}s")
    ]
    steps += [f"INSERT INTO {table} (id, {title}, {body}) VALUES (70, '{words[4]}', 'so {words[5]}')"]
    steps += [
        f"SELECT rowid, {facts['list']} FROM {fts} WHERE {fts} MATCH '{words[5]}'",
        f"SELECT rowid FROM {fts} WHERE {fts} MATCH '{words[4]}'",
    ]
    steps += [
        f"DELETE FROM {table} WHERE id = 70"
        if deleted
        else f"UPDATE {table} SET {title} = '{words[6]}', {body} = '{words[7]} two' WHERE id = 70"
    ]
    steps += [f"SELECT rowid FROM {fts} WHERE {fts} MATCH '{word}'" for word in words[4:]]
    steps.append(f"SELECT name FROM pragma_table_info('{fts}')")
    for count in (4, 3):
        ids = rng.sample(range(1, 60), count)
        texts = [
            (words[0], words[1]),
            (words[2], f"{words[0]} here"),
            ("none", f"{words[1]} {words[3]}"),
            (words[2], words[3]),
        ][:count]
        setups.append(
            f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {title} TEXT, {facts['number']} INTEGER, {body} TEXT);\n"
            + sql_insert(
                f"{table}(id, {title}, {body})", [[number, *pair] for number, pair in zip(ids, texts, strict=True)]
            )
        )
        at = [
            [
                [number]
                for number, pair in zip(ids, texts, strict=True)
                if word in (" ".join(pair) if both else pair[1]).split()
            ]
            for word in words[:4]
        ]
        there: list[Row] = [] if deleted else [[70]]
        row = [70, words[4], f"so {words[5]}"] if both else [70, f"so {words[5]}"]
        expect.append(
            [
                *at[:3],
                at[3] if facts["porter"] else [],
                [],
                [row],
                [[70]] if both else [],
                [],
                [],
                [],
                there if both else [],
                there,
                [[name] for name in facts["columns"]],
            ]
        )
    return sql_script_check(setups, steps, expect)


INDEX = Template(
    id="index_that_follows_a_table",
    ask=(
        "Make the SQLite table below searchable: create an FTS5 table `«fts»` whose «words» and whose rowid is the `id` of the row. Fill it from the rows that exist and keep it up to date with triggers for «event».«stemming»",
        "I need a full-text index for `«table»` in SQLite. It should be an FTS5 virtual table `«fts»`; its «words», its rowid equals `«table»`.`id`. The rows that are there already must be found too, and triggers must take over «event».«stemming»",
        "Write the SQL (SQLite, FTS5) that adds a search to this table.«stemming» The search table is called `«fts»`, its «words», and `rowid` stands for the `id`. Index the present rows; let triggers handle «event».",
        "`«fts»`, an FTS5 table, is to mirror `«table»` for searching: rowid = `id`, and its «words». Please write the statements for SQLite: the table, its first filling, and the triggers for «event».«stemming»",
    ),
    draw=draw_index,
    starter="CREATE TABLE «table» (id INTEGER PRIMARY KEY, «title» TEXT, «number» INTEGER, «body» TEXT);",
    shapes=(
        Shape(name="external_content", code="""
            CREATE VIRTUAL TABLE «fts» USING fts5(«list», content = '«table»', content_rowid = 'id'«tokens»);
            INSERT INTO «fts»(«fts») VALUES ('rebuild');
            CREATE TRIGGER «fts»_insert AFTER INSERT ON «table» BEGIN
              INSERT INTO «fts»(rowid, «list») VALUES (NEW.id, «new»);
            END;
            CREATE TRIGGER «fts»_«changes» AFTER «kind» ON «table» BEGIN
              «second»
            END;
            """, mutants=(("INSERT INTO «fts»(«fts») VALUES ('rebuild');\n", ""), ("AFTER «kind» ON", "AFTER INSERT ON"),
                          ("VALUES (NEW.id, «new»);\nEND", "VALUES (NEW.id + 1, «new»);\nEND"),
                          ("OLD.id, ", "OLD.id + 1, "))),
        Shape(name="own_copy", code="""
            CREATE VIRTUAL TABLE «fts» USING fts5(«list»«tokens»);
            INSERT INTO «fts»(rowid, «list») SELECT id, «list» FROM «table»;
            CREATE TRIGGER «table»_added AFTER INSERT ON «table» BEGIN
              INSERT INTO «fts»(rowid, «list») VALUES (NEW.id, «new»);
            END;
            CREATE TRIGGER «table»_changed AFTER «kind» ON «table» BEGIN
              «plain»
            END;
            """, mutants=(("INSERT INTO «fts»(rowid, «list») SELECT id, «list» FROM «table»;\n", ""),
                          (" WHERE rowid = OLD.id", " WHERE rowid < OLD.id"),
                          ("«table»_added AFTER INSERT", "«table»_added AFTER DELETE"),
                          ("INSERT INTO «fts»(rowid, «list») SELECT id,",
                           "INSERT INTO «fts»(rowid, «list») SELECT id + 1,"))),
        Shape(name="delete_and_insert", code="""
            CREATE VIRTUAL TABLE IF NOT EXISTS «fts» USING fts5(«list»«tokens»);
            INSERT INTO «fts»(rowid, «list») SELECT id, «list» FROM «table»;
            CREATE TRIGGER after_«one»_insert AFTER INSERT ON «table» BEGIN
              INSERT INTO «fts»(rowid, «list») SELECT id, «list» FROM «table» WHERE id = NEW.id;
            END;
            CREATE TRIGGER after_«one»_«changes» AFTER «kind» ON «table» BEGIN
              «replace»
            END;
            """, mutants=(("DELETE FROM «fts» WHERE rowid = OLD.id;", "DELETE FROM «fts» WHERE rowid > OLD.id;"),
                          ("SELECT id, «list» FROM «table»;\n", "SELECT id, «list» FROM «table» LIMIT 1;\n"),
                          ("WHERE id = NEW.id;\nEND;\nCREATE", "WHERE id < NEW.id;\nEND;\nCREATE"),
                          ("fts5(«list»«tokens»)", "fts5(«list», extra«tokens»)"))),
    ),
    mutants=(("(«list»«tokens»)", "(«title»_x«tokens»)"),),
    verifier=check_index,
)  # fmt: skip


def draw_search(rng: Random) -> dict[str, Any]:
    """Draw which words must be there, whether the last one may be unfinished, what is given back, in which order, how many."""
    noun, every, prefix = draw_noun(rng), rng.random() < 0.5, rng.random() < 0.5
    title, body, limit = rng.choice(TITLES), rng.choice(BODIES), rng.choice((2, 3, 4))
    shown, order = rng.choice(("rowid", title)), rng.choice(("rowid", title))
    down, text = rng.random() < 0.4, pick(rng, "text|query|typed|terms")
    fts = f"{noun.many}{rng.choice(('_fts', '_search', '_index'))}"
    return {
        "name": pick(rng, "search_{0}|find_{0}|{0}_matching|look_up_{0}|query_{0}").format(noun.many),
        "db": pick(rng, "db|conn|connection"), "text": text,
        "fts": fts, "one": noun.one, "many": noun.many, "title": title, "body": body, "every": every, "prefix": prefix,
        "limit": limit, "more": limit + 1, "shown": shown, "order": order, "down": down,
        "join": " " if every else " OR ", "wrong_join": " OR " if every else " ",
        "need": f"all words of `{text}`" if every else f"at least one word of `{text}`",
        "sort": f"{order}{' DESC' if down else ''}", "wrong_sort": f"{order}{'' if down else ' DESC'}",
        "way": "descending" if down else "ascending", "star": ' + "*"' if prefix else "",
        "wrong_star": "" if prefix else ' + "*"',
        "typing": " The last word may be unfinished: there, the beginning of a word is enough." if prefix else " Only whole words count.",
    }  # fmt: skip


def check_search(facts: Facts, rng: Random) -> dict[str, Any]:
    """Search for plain words, unfinished ones, signs and operators; look at the words of each row for what is found."""
    one, two, three = rng.sample(WORDS, 3)
    bodies = [
        one,
        two,
        f"{one} {two}",
        f"{one} and {two}",
        f"{three} or {one}",
        f"not {three}",
        f"{one}side {three}",
        f"{two} near {three}",
        "and so on",
        f"{one} {three}",
        f"{two} {three} {one}",
    ]
    rows: list[Row] = [
        [number, f"{rng.choice(WORDS)} {letter}", text]
        for number, letter, text in zip(
            rng.sample(range(1, 90), 11), rng.sample("abcdefghijk", 11), bodies, strict=True
        )
    ]
    rows = [[number, f"t{rng.randrange(10, 99)} {title[-1]}", text] for number, title, text in rows]
    setup = f"CREATE VIRTUAL TABLE {facts['fts']} USING fts5({facts['title']}, {facts['body']});\n" + sql_insert(
        f"{facts['fts']}(rowid, {facts['title']}, {facts['body']})", rows
    )
    texts = [
        one,
        f"{one} {two}",
        f"{two}  {three} ",
        f'{one} "{three}',
        "AND",
        f"{one} AND {three}",
        f"{one}*",
        f"{three} OR",
        "NOT",
        f"({two}",
        f"{one[:4]}",
        "",
        "  ",
        "missing",
        f"{two} {three[:3]}",
        f'"{one}" and',
    ]
    expected = [found_in(facts, rows, text) for text in texts]
    calls = [["@db", text] for text in texts]
    call = {"entry": facts["name"], "setup": setup, "calls": calls, "queries": []}
    return python_check(facts["name"], [(call, {"outcomes": expected, "tables": []})], harness=HARNESS)


def found_in(facts: Facts, rows: list[Row], text: str) -> list[Any]:
    """Return what a search for `text` gives."""
    wanted = "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()
    kept = []
    for row in rows:
        there = f"{row[1]} {row[2]}".lower().split()
        hits = [
            word in there or (facts["prefix"] and place == len(wanted) and any(one.startswith(word) for one in there))
            for place, word in enumerate(wanted, start=1)
        ]
        if hits and (all(hits) if facts["every"] else any(hits)):
            kept.append(row)
    kept.sort(key=lambda row: row[0] if facts["order"] == "rowid" else row[1], reverse=facts["down"])
    return [row[0] if facts["shown"] == "rowid" else row[1] for row in kept[: facts["limit"]]]


SEARCH = Template(
    id="words_of_a_user",
    ask=(
        "Write a Python function `«name»(«db», «text»)` that searches the SQLite FTS5 table `«fts»`(«title», «body») over the sqlite3 connection `«db»`. It returns the `«shown»` of the rows with «need», as a list of at most «limit», sorted by `«order»` («way»).«typing» Signs like `\"` or `*` and words like AND come from users and must not act as FTS5 syntax. Without words the list is empty.",
        "Users type `«text»` into the search field for our «many». Implement `«name»(«db», «text»)` in Python: from the FTS5 table `«fts»`(«title», «body») take the rows with «need» and return their `«shown»`, no more than «limit», in «way» order of `«order»`.«typing» Whatever they type (quotes, stars, brackets, OR, NOT) is only text, never syntax; nothing typed gives an empty list. `«db»` is a sqlite3 connection.",
        "I need `«name»(«db», «text»)` for sqlite3 and FTS5. Split `«text»` at spaces and treat each word as a plain word, even NOT or `riv*` or one with a quotation mark.«typing» Result: a list with `«shown»` of the first «limit» rows by `«order»`, «way», of `«fts»`(«title», «body») that have «need»; an empty list if there is no word.",
        "Our search breaks when somebody types a quotation mark or AND. Please write it anew in Python as `«name»(«db», «text»)`: it lists the `«shown»` of every row of the FTS5 table `«fts»`(«title», «body») with «need», up to «limit» of them by `«order»` («way»). Each word is searched as it is, without any FTS5 operators.«typing» No words, empty list. `«db»` comes from sqlite3.",
    ),
    draw=draw_search,
    shapes=(
        Shape(name="quoted_words", code="""
            def «name»(«db», «text»):
                parts = ['"' + word.replace('"', '""') + '"' for word in «text».split()]
                if not parts:
                    return []
                sql = "SELECT «shown» FROM «fts» WHERE «fts» MATCH ? ORDER BY «sort» LIMIT «limit»"
                return [row[0] for row in «db».execute(sql, ("«join»".join(parts)«star»,))]
            """, mutants=(("'\"' + word.replace('\"', '\"\"') + '\"'", "word"), (".replace('\"', '\"\"')", ""),
                          ("\"«join»\".join", "\"«wrong_join»\".join"), ("(parts)«star»,", "(parts)«wrong_star»,"))),
        Shape(name="findall", code="""
            import re

            def «name»(«db», «text»):
                parts = [f'"{word}"' for word in re.findall(r"\\w+", «text»)]
                if not parts:
                    return []
                found = «db».execute(
                    "SELECT «shown» FROM «fts»(?) ORDER BY «sort» LIMIT «limit»", ("«join»".join(parts)«star»,)
                )
                return [row[0] for row in found]
            """, mutants=(("f'\"{word}\"'", "word"), ("\"«join»\".join", "\"«wrong_join»\".join"),
                          ("(parts)«star»,", "(parts)«wrong_star»,"), ("re.findall(r\"\\w+\", «text»)", "«text».split()"))),
        Shape(name="without_quotes", code="""
            def «name»(«db», «text»):
                words = «text».replace('"', " ").split()
                if words:
                    match = '"' + '"«join»"'.join(words) + '"'«star»
                    rows = «db».execute("SELECT «shown» FROM «fts» WHERE «fts» MATCH ? ORDER BY «sort»", (match,))
                    return [value for (value,) in rows.fetchmany(«limit»)]
                return []
            """, mutants=((".replace('\"', \" \")", ""), ("'\"«join»\"'", "'\"«wrong_join»\"'"),
                          ("+ '\"'«star»", "+ '\"'«wrong_star»"), ("fetchmany(«limit»)", "fetchmany(«more»)"))),
    ),
    mutants=(("LIMIT «limit»", "LIMIT «more»"), ("ORDER BY «sort»", "ORDER BY «wrong_sort»")),
    verifier=check_search,
)  # fmt: skip

CATEGORY = Category(name="fs_full_text_search", family="database", templates=(MATCH, INDEX, SEARCH))
