"""Category `fs_index_choice`: the index that given queries, or a rule about rows, need; judged by its columns and its effect."""

from random import Random
from typing import Any

from burnish.generate.checks import sql_insert, sql_script_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import FIRST_NAMES, STATUSES, draw_noun, draw_nouns

EQUAL = (
    "status",
    "city",
    "category",
    "owner_id",
    "country",
    "kind",
    "region",
    "team_id",
    "plan",
    "source",
    "brand",
    "tenant_id",
)
RANGED = (
    "created_at",
    "price",
    "due_on",
    "score",
    "updated_at",
    "amount",
    "paid_at",
    "quantity",
    "starts_on",
    "weight",
    "rating",
)
REFUSED = {"raises": "IntegrityError"}


def draw_query(rng: Random) -> dict[str, Any]:
    """Draw a query with one or two equalities and perhaps a range or an order, and the index that fits it."""
    noun, count, tail = draw_noun(rng), rng.choice((1, 1, 2)), rng.choice(("", "range", "sort", "sort"))
    equal, ranged = rng.sample([name for name in EQUAL if name != noun.one], count), rng.choice(RANGED)
    columns = [*equal, ranged] if tail else equal
    spare = rng.choice([name for name in EQUAL if name not in equal and name != noun.one])
    down, above = rng.choice((" DESC", "")), rng.choice((">", "<", ">=", "<="))
    query = f"SELECT id FROM {noun.many} WHERE " + " AND ".join(f"{name} = ?" for name in rng.sample(equal, count))
    query += {"range": f" AND {ranged} {above} ?", "sort": f" ORDER BY {ranged}{down}"}.get(tail, "")
    used = (
        "It should find the rows without reading the whole table."
        if len(columns) == 1
        else "Every condition should narrow the search."
    )
    used = "All conditions should narrow the search, and no separate sort should be needed." if tail == "sort" else used
    swapped = [*reversed(equal), *columns[count:]]
    others = sorted({spare, *equal, ranged})
    given = ", ".join(rng.sample(others, len(others)))
    return {
        "table": noun.many, "query": query, "used": used, "count": count, "columns": columns, "given": given,
        "index": pick(rng, "idx_{0}|{0}_idx|ix_{0}|{0}_by").format(noun.many) + f"_{columns[0]}",
        "list": ", ".join(columns), "other_list": ", ".join(swapped),
        "wrong": ", ".join([columns[-1], *columns[:-1]]) if tail else ", ".join([spare, *columns[1:]]),
        "more": ", ".join([*columns, spare]),
        "less": ", ".join(columns[:-1]) if len(columns) > 1 else "id",
        "down": f"{columns[-1]} DESC" if tail == "sort" else columns[-1],
        "head": "".join(f"{name}, " for name in columns[:-1]), "last": columns[-1],
    }  # fmt: skip


def check_query(facts: Facts, rng: Random) -> dict[str, Any]:
    """Look at the columns: the equalities come first, in whatever order, then the rest in its place."""
    table, index, count, columns = facts["table"], facts["index"], facts["count"], facts["columns"]
    others = rng.sample(facts["given"].split(", "), len(facts["given"].split(", ")))
    setups = [
        f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {', '.join(f'{name} TEXT' for name in names)});"
        for names in (others, others[::-1])
    ]
    steps = [f"SELECT name FROM pragma_index_info('{index}') WHERE seqno < {count}",
             f"SELECT seqno, name FROM pragma_index_info('{index}') WHERE seqno >= {count}",
             f"SELECT name, \"unique\", partial FROM pragma_index_list('{table}')"]  # fmt: skip
    results = [
        [[name] for name in columns[:count]],
        [[place, name] for place, name in enumerate(columns) if place >= count],
        [[index, 0, 0]],
    ]
    return sql_script_check(setups, steps, [results, results])


QUERY = Template(
    id="index_for_query",
    ask=(
        "Write the SQLite statement that creates the index `«index»` for this query on `«table»`(id, «given»): `«query»`. «used» The index has only the columns that the query filters or sorts by.",
        "The query `«query»` is slow. Which index does it need? Please give the `CREATE INDEX` for SQLite, with the name `«index»` and no column besides those in its WHERE and ORDER BY. «used» The table `«table»` has id, «given».",
        "Table `«table»`(id, «given») in SQLite gets a lot of queries like `«query»`. Create one index for them, named `«index»`. «used» Leave out columns that don't help to find or to order the rows.",
        "I want an index `«index»` that is made for `«query»`. «used» Filtered and sorted columns belong in it, others don't. SQLite; the columns of `«table»` are id, «given».",
        "«used» So please add the index `«index»`, just as wide as necessary, to the SQLite table `«table»`(id, «given»), for the sake of this query: `«query»`.",
    ),
    draw=draw_query,
    shapes=(
        Shape(name="plain", code="""
            CREATE INDEX «index» ON «table» («list»);
            """, mutants=(("INDEX «index»", "INDEX «table»_index"), ("CREATE INDEX", "CREATE UNIQUE INDEX"))),
        Shape(name="other_order", code="""
            CREATE INDEX IF NOT EXISTS «index» ON «table» («other_list»);
            """, mutants=(("(«other_list»)", "(«wrong»)"), ("(«other_list»)", "(«more»)"), ("(«other_list»)", "(«less»)"),
                          ("(«other_list»)", "(«list») WHERE «last» > 0"))),
        Shape(name="directed", code="""
            CREATE INDEX «index»
            ON «table» («head»«down»);
            """, mutants=(("(«head»«down»)", "(«wrong»)"), ("(«head»«down»)", "(«more»)"), ("(«head»«down»)", "(«less»)"),
                          ("CREATE INDEX", "CREATE UNIQUE INDEX"))),
    ),
    mutants=(("(«list»)", "(«wrong»)"), ("(«list»)", "(«more»)"), ("(«list»)", "(«less»)")),
    verifier=check_query,
)  # fmt: skip


def draw_queries(rng: Random) -> dict[str, Any]:
    """Draw queries that two indexes serve: a shared prefix, another column, perhaps the primary key and an order."""
    noun = draw_noun(rng)
    first, second, third = rng.sample([name for name in EQUAL if name != noun.one], 3)
    date, other = rng.sample(RANGED, 2)
    table, way = noun.many, rng.choice((" DESC", ""))
    inner, query = rng.choice((
        (second, f"WHERE {first} = ? AND {second} = ?"), (date, f"WHERE {first} = ? AND {date} > ?"),
        (date, f"WHERE {first} = ? ORDER BY {date}{way}"),
        (date, f"WHERE {first} = ? AND {date} <= ?"), (date, f"WHERE {first} = ? AND {date} BETWEEN ? AND ?"),
    ))  # fmt: skip
    outer, more = rng.choice((([third], f"WHERE {third} = ?"), ([third, other], f"WHERE {third} = ? ORDER BY {other}"),
                              ([other], f"ORDER BY {other} DESC LIMIT 10"),
                              ([third, other], f"WHERE {third} = ? AND {other} >= ?"), ([other], f"WHERE {other} < ?")))  # fmt: skip
    lines = [f"WHERE {first} = ?", query, more, *rng.choice(([], [], ["WHERE id = ?"], [f"WHERE {outer[0]} = ?"]))]
    lines = rng.sample(list(dict.fromkeys(lines)), len(dict.fromkeys(lines)))
    columns = sorted({first, inner, *outer, second})
    columns = rng.sample(columns, len(columns))
    goal = pick(rng,
                "Every condition and every ORDER BY must be served by an index or the primary key|All conditions should narrow the search in an index or the primary key, and no sort should be left|"
                     "Each WHERE condition and each ORDER BY has to be covered by an index or the primary key")  # fmt: skip
    return {
        "table": table, "first": first, "inner": inner, "outer": outer, "third": outer[0], "columns": columns, "goal": goal,
        "one": f"{first}, {inner}", "two": ", ".join(outer),
        "create": f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {', '.join(f'{name} TEXT' for name in columns)});",
        "queries": "\n".join(f"SELECT * FROM {table} {line};" for line in lines),
        "many_queries": {2: "two", 3: "three", 4: "four"}[len(lines)], "down": f"{first}, {inner} DESC",
        "two_wrong": ", ".join(reversed(outer)) if len(outer) > 1 else f"{outer[0]}, {first}",
    }  # fmt: skip


def check_queries(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect exactly the two lists of columns, under whatever names."""
    table = facts["table"]
    listed = f"SELECT (SELECT group_concat(name, ' then ') FROM pragma_index_info(l.name)), l.\"unique\", l.partial FROM pragma_index_list('{table}') AS l"
    results = [
        [[" then ".join(columns), 0, 0] for columns in ([facts["first"], facts["inner"]], facts["outer"])],
        [[rng.randrange(1)]],
    ]
    extra = facts["create"].replace("id INTEGER PRIMARY KEY", "id INTEGER PRIMARY KEY, note TEXT")
    return sql_script_check([facts["create"], extra], [listed, f"SELECT COUNT(*) FROM {table}"], [results, results])


QUERIES = Template(
    id="fewest_indexes",
    ask=(
        "Create the indexes that the «many_queries» SQLite queries below need. «goal». Use as few indexes as possible, each with as few columns as possible.",
        "Our application runs these «many_queries» queries against `«table»`. «goal». Which indexes do I create in SQLite? I want the smallest number of them, and no column that isn't filtered or sorted by.",
        "«goal»: that is what I expect of the queries below, so write the `CREATE INDEX` statements for SQLite. One index should serve several queries where it can; nothing superfluous, please.",
        "Here are the table `«table»` and all queries on it. Please index it (SQLite) with the least number of indexes and of columns in them. «goal».",
    ),
    draw=draw_queries,
    starter="«create»\n\n«queries»",
    shapes=(
        Shape(name="plain", code="""
            CREATE INDEX «table»_«first»_«inner» ON «table» («one»);
            CREATE INDEX «table»_«third» ON «table» («two»);
            """, mutants=(("(«one»)", "(«inner», «first»)"), ("(«one»)", "(«first»)"), ("(«two»)", "(«two_wrong»)"),
                          ("CREATE INDEX «table»_«third» ON «table» («two»);", ""),
                          ("(«two»);", "(«two»);\nCREATE INDEX extra ON «table» («first»);"))),
        Shape(name="other_first", code="""
            CREATE INDEX IF NOT EXISTS idx_«table»_«third» ON «table» («two»);
            CREATE INDEX IF NOT EXISTS idx_«table»_«first» ON «table» («one»);
            """, mutants=(("(«one»)", "(«inner»)"), ("(«one»)", "(«one», «two»)"), ("(«two»)", "(«two_wrong»)"),
                          ("(«two»)", "(«first»)"), ("CREATE INDEX IF", "CREATE UNIQUE INDEX IF"))),
        Shape(name="descending", code="""
            CREATE INDEX ix_«first» ON «table» («down»);
            CREATE INDEX ix_«third» ON «table» («two»);
            """, mutants=(("(«down»)", "(«inner», «first»)"), ("CREATE INDEX ix_«first» ON «table» («down»);", ""),
                          ("(«two»)", "(«two», «inner»)"), ("(«down»)", "(«down», id)"),
                          ("(«down»)", "(«down») WHERE «first» > 0"))),
    ),
    verifier=check_queries,
)  # fmt: skip


def draw_rule(rng: Random) -> dict[str, Any]:
    """Draw a rule that holds among the rows of one state only, and what becomes of the rows that break it by now."""
    noun, other = draw_nouns(rng, 2)
    state, after, third = rng.sample(STATUSES, 3)
    text, high, delete = rng.random() < 0.5, rng.random() < 0.5, rng.random() < 0.5
    key = pick(rng, "email|slug|code|phone|title") if text else f"{other.one}_id"
    fold = text and rng.random() < 0.6
    column = pick(rng, "status|state|phase|stage")
    best, table = "highest" if high else "lowest", noun.many
    compare = " Upper and lower case don't make a difference there." if fold else ""
    remedy = "delete the others" if delete else f"set `{column}` of the others to '{after}'"
    shown = f"LOWER({key})" if fold else key
    return {
        "table": table, "one": noun.one, "key": key, "column": column, "state": state, "after": after, "third": third,
        "text": text, "fold": fold, "high": high, "delete": delete,
        "best": best, "compare": compare, "remedy": remedy, "type": "TEXT" if text else "INTEGER",
        "index": f"one_{state}_{noun.one}", "shown": shown,
        "change": f"DELETE FROM {table}" if delete else f"UPDATE {table} SET {column} = '{after}'",
        "kept": "MAX" if high else "MIN", "lost": "MIN" if high else "MAX", "sign": ">" if high else "<",
        "wrong_sign": "<" if high else ">",
        "o_shown": shown.replace(key, f"o.{key}"), "t_shown": shown.replace(key, f"{table}.{key}"),
        "sort": f"id{' DESC' if high else ''}", "wrong_sort": f"id{'' if high else ' DESC'}",
    }  # fmt: skip


def check_rule(facts: Facts, rng: Random) -> dict[str, Any]:
    """Store rows that break the rule, then try what it allows and what it refuses."""
    table, key, column, state = (facts[name] for name in ("table", "key", "column", "state"))
    setups, expect = [], []
    keys: list[Any] = (
        [name.lower() for name in rng.sample(FIRST_NAMES, 3)] if facts["text"] else rng.sample(range(1, 60), 3)
    )
    one, two, three = map(repr, keys)
    shout = repr(keys[0].upper()) if facts["text"] else one

    def add(value: str, word: str) -> str:
        return f"INSERT INTO {table} ({key}, {column}) VALUES ({value}, '{word}')"

    steps = [f"SELECT id, {key}, {column} FROM {table}", add(one, state), add(two, state), add(one, facts["third"]),
             add(one, facts["third"]), add("'fresh'" if facts["text"] else "99", state),
             f"UPDATE {table} SET {column} = '{state}' WHERE {column} = '{facts['third']}'", add(shout, state),
             add(three, state)]  # fmt: skip
    for turn in range(2):
        rows = [
            [keys[0], state],
            [keys[0], facts["third"]],
            [keys[1], state],
            [keys[0], state],
            [keys[1], facts["third"]],
            [keys[0], state],
            [keys[1], state],
            [keys[2], facts["third"]],
            [keys[2], facts["third"]],
        ]
        if turn:  # rows that don't count stand before and behind those that do
            rows = [rows[1], *rng.sample([rows[0], *rows[2:4], *rows[5:]], 7), rows[4]]
        if facts["text"]:
            rows.append([keys[0].upper(), state])
        stored = [[number, *row] for number, row in zip(sorted(rng.sample(range(1, 80), len(rows))), rows, strict=True)]
        left = settle(facts, stored)
        setups.append(
            f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {key} {facts['type']} NOT NULL, {column} TEXT NOT NULL);\n"
            + sql_insert(table, rng.sample(stored, len(stored)))
        )
        expect.append([left, REFUSED, REFUSED, [], [], [], REFUSED, REFUSED, []])
    return sql_script_check(setups, steps, expect)


def settle(facts: Facts, rows: list[list[Any]]) -> list[list[Any]]:
    """Return the rows after all but one of each key in the state have gone or changed."""
    taken, left = set(), []
    for number, key, word in sorted(rows, reverse=facts["high"]):
        mark = key.lower() if facts["fold"] else key
        if word != facts["state"] or mark not in taken:
            left.append([number, key, word])
        elif not facts["delete"]:
            left.append([number, key, facts["after"]])
        if word == facts["state"]:
            taken.add(mark)
    return left


RULE = Template(
    id="unique_among_some_rows",
    ask=(
        "Write SQL for SQLite so that in the table below no two rows with `«column»` = '«state»' can have the same `«key»`; rows with any other `«column»` may repeat it.«compare» Some rows break this by now: first keep the one with the «best» id among them and «remedy».",
        "At most one '«state»' row per `«key»`: the database itself should guarantee that for this table, with a unique index in SQLite. Other values of `«column»` aren't limited.«compare» Where several '«state»' rows share a `«key»` already, the «best» id stays and we «remedy» beforehand.",
        "How can I make `«key»` unique, but only among the «table» whose `«column»` is '«state»'?«compare» Before the index is created, duplicates among these rows must be cleaned up: leave the row with the «best» id alone, «remedy». SQLite statements, please.",
        "Two steps in SQLite for the table below. 1: of the rows with `«column»` '«state»' that have the same `«key»`, leave only the one with the «best» id like that; «remedy». 2: add an index that refuses a second '«state»' row with the same `«key»` but allows rows of any other `«column»`.«compare»",
    ),
    draw=draw_rule,
    starter="CREATE TABLE «table» (id INTEGER PRIMARY KEY, «key» «type» NOT NULL, «column» TEXT NOT NULL);",
    shapes=(
        Shape(name="partial", code="""
            «change»
            WHERE «column» = '«state»' AND id NOT IN (
              SELECT «kept»(id) FROM «table» WHERE «column» = '«state»' GROUP BY «shown»
            );
            CREATE UNIQUE INDEX «index» ON «table» («shown») WHERE «column» = '«state»';
            """, mutants=(("«kept»(id)", "«lost»(id)"), (" UNIQUE", ""),
                          ("(«shown») WHERE «column» = '«state»'", "(«shown», «column»)"), (" GROUP BY «shown»", ""),
                          ("(«shown») WHERE", "(«column») WHERE"))),
        Shape(name="exists_and_case", code="""
            «change»
            WHERE «column» = '«state»' AND EXISTS (
              SELECT 1 FROM «table» AS o
              WHERE «o_shown» = «t_shown» AND o.«column» = '«state»' AND o.id «sign» «table».id
            );
            CREATE UNIQUE INDEX «index» ON «table» (CASE WHEN «column» = '«state»' THEN «shown» END);
            """, mutants=(("o.id «sign»", "o.id «wrong_sign»"), (" AND o.«column» = '«state»'", ""),
                          ("CASE WHEN «column» = '«state»' THEN «shown» END", "«shown»"), (" END)", " ELSE «column» END)"),
                          (" UNIQUE", ""))),
        Shape(name="row_number", code="""
            «change»
            WHERE id IN (
              SELECT id FROM (
                SELECT id, ROW_NUMBER() OVER (PARTITION BY «shown» ORDER BY «sort») AS place
                FROM «table» WHERE «column» = '«state»'
              ) WHERE place > 1
            );
            CREATE UNIQUE INDEX IF NOT EXISTS «table»_«key»_«state» ON «table» («shown») WHERE «column» IN ('«state»');
            """, mutants=(("ORDER BY «sort»", "ORDER BY «wrong_sort»"), ("place > 1", "place >= 1"),
                          (" WHERE «column» IN ('«state»')", ""), ("PARTITION BY «shown» ", ""), (" UNIQUE", ""))),
    ),
    verifier=check_rule,
)  # fmt: skip

CATEGORY = Category(name="fs_index_choice", family="database", templates=(QUERY, QUERIES, RULE))
