"""The function of `fs_migration` that applies changes in order, each once, and keeps a record of them."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.transaction_basics import HARNESS

# Where versions are kept: the words for it, how it is read and written, and which steps are skipped and taken.
STORES = {
    "pragma": ("the current version is `PRAGMA user_version`|`PRAGMA user_version` holds the version",
               "PRAGMA user_version", 'f"PRAGMA user_version = {{{key}}}"'),
    "row": ("the current version is the only value in `{table}`({column})|the table `{table}` has one row, whose `{column}` is the version",
            "SELECT {column} FROM {table}", '"UPDATE {table} SET {column} = ?", ({key},)'),
    "rows": ("`{table}`({column}) has a row for each step applied so far|each applied step has left its number in `{table}`({column})",
             "SELECT {column} FROM {table}", '"INSERT INTO {table} VALUES (?)", ({key},)'),
}  # fmt: skip


def draw_runner(rng: Random) -> dict[str, Any]:
    """Draw where versions are kept, the form of a step, an upper limit or none, what is given back; and the order of the rules."""
    store, pairs, limited = rng.choice(list(STORES)), rng.random() < 0.5, rng.random() < 0.4
    names = {
        "table": pick(rng, "schema_version|db_version|applied_steps|schema_info"),
        "column": pick(rng, "version|number|step_no"),
        "key": pick(rng, "version|number|level"),
    }
    key, db, done = names["key"], pick(rng, "db|conn|connection"), pick(rng, "done|applied|finished")
    steps, body, item, target = (
        pick(rng, "steps|migrations|changes|updates"),
        pick(rng, "statements|sql|commands"),
        pick(rng, "step|migration|change"),
        pick(rng, "target|up_to|last"),
    )
    where, read, write = (text.format(**names) for text in STORES[store])
    back = rng.choice(("applied", "count") if store == "rows" else ("applied", "count", "version"))
    rows = store == "rows"
    rules = [
        pick(rng, where),
        f"`{steps}` is an unsorted list in which each element is " + (f"a pair ({key}, list of SQL statements)" if pairs else f"a dict with `{key}` (an integer) and `{body}` (a list of SQL statements)"),
        pick(rng,
             "steps not applied yet run in ascending order|what hasn't been applied yet is run, the lowest number first" if rows else "steps above the current version run in ascending order|what is newer than that is run, the lowest number first"),
        pick(rng,
             "a step and its number are committed together; if one fails, it is rolled back as a whole and the error let out|every step is a transaction that records its number too, and a failing one is undone and its exception raised again"),
        {"applied": "return the list of the numbers applied by this call|the result is a list of the numbers it has applied",
         "count": "return how many steps were applied by this call|the result is the number of steps it has applied",
         "version": "return the version that the database has then|the result is the version at the end"}[back],
    ]  # fmt: skip
    rules[4] = pick(rng, rules[4])
    rules += (
        [pick(rng, f"numbers above `{target}` are left for later|nothing higher than `{target}` is applied")]
        if limited
        else []
    )
    skip, take = (f"{key} in known", f"{key} not in known") if rows else (f"{key} <= current", f"{key} > current")
    wrong_skip, wrong_take = (take, skip) if rows else (f"{key} < current", f"{key} >= current")
    return names | {
        "store": store, "pairs": pairs, "limited": limited, "back": back, "steps": steps, "body": body, "db": db,
        "read": read, "write": write, "done": done, "args": ", ".join([db, steps, *([target] if limited else [])]),
        "name": pick(rng, "migrate|upgrade|apply_migrations|run_migrations|update_schema|bring_up_to_date|apply_pending|upgrade_database"),
        "rules": ". ".join(text if text[0] == "`" else text[0].upper() + text[1:] for text in rng.sample(rules, len(rules))),
        "load": f'known = [row[0] for row in {db}.execute("{read}")]' if rows else f'current = {db}.execute("{read}").fetchone()[0]',
        "unpack": "" if pairs else f'\n        {key}, {body} = {item}["{key}"], {item}["{body}"]',
        "loop": f"for {key}, {body} in sorted({steps}):" if pairs else f'for {item} in sorted({steps}, key=lambda {item}: {item}["{key}"]):',
        "unsorted": f"for {key}, {body} in {steps}:" if pairs else f"for {item} in {steps}:", "skip": skip, "take": take,
        "wrong_skip": wrong_skip, "wrong_take": wrong_take,
        "or_later": f" or {key} > {target}" if limited else "", "and_now": f" and {key} <= {target}" if limited else "",
        "wrong_now": f" and {key} < {target}" if limited else " and False",
        "wrong_later": f" or {key} >= {target}" if limited else f" or {key} > 2",
        "result": {"applied": done, "count": f"len({done})", "version": f"{done}[-1] if {done} else current"}[back],
        "wrong_result": {"applied": f"len({done})", "count": done, "version": f"{done}[0] if {done} else current"}[back],
    }  # fmt: skip


def check_runner(facts: Facts, rng: Random) -> dict[str, Any]:
    """Start from several states, give the steps out of order, run twice, and let a later statement fail; a log shows the order."""
    good = {n: [f"CREATE TABLE t{n} (a)", f"INSERT INTO log VALUES ({n})"] for n in (1, 2, 3, 10)}
    bad = {**good, 10: ["CREATE TABLE t10 (a)", "INSERT INTO log VALUES (10)", "INSERT INTO nowhere VALUES (1)"]}
    store, cases = facts["store"], []
    for start, steps, top in (
        (0, good, 10),
        (1, good, 3),
        (3, good, 99),
        (10, good, 10),
        (0, bad, 10),
        (2, bad, 11),
        (1, {}, 5),
        (0, {2: good[2]}, 2),
        (2, bad, 3),
        (0, good, 2),
    ):
        known = (
            {n for n in good if n <= start}
            if store != "rows" or not start
            else set(rng.sample([1, 2, 3], min(start, 2)))
        )
        given = [
            [n, steps[n]] if facts["pairs"] else {facts["key"]: n, facts["body"]: steps[n]}
            for n in ([10, *rng.sample([1, 2, 3], 3)] if len(steps) > 1 else steps)
        ]
        setup = {"pragma": f"PRAGMA user_version = {start};\n",
                 "row": f"CREATE TABLE {facts['table']} ({facts['column']} INTEGER);\nINSERT INTO {facts['table']} VALUES ({start});\n"}.get(
            store,
            f"CREATE TABLE {facts['table']} ({facts['column']} INTEGER);\n" + "".join(f"INSERT INTO {facts['table']} VALUES ({n});\n" for n in sorted(known)))  # fmt: skip
        pending = [n for n in sorted(steps) if n not in known and (not facts["limited"] or n <= top)]
        fails = steps is bad and 10 in pending
        applied = [n for n in pending if not (fails and n == 10)]
        level = max([start, *applied])
        first, second = {"applied": (applied, []), "count": (len(applied), 0), "version": (level, level)}[facts["back"]]
        outcomes = [{"raises": "OperationalError"}] * 2 if fails else [first, second]
        queries = [
            f"{facts['read']} {'ORDER BY 1' if store == 'rows' else ''}",
            "SELECT * FROM log ORDER BY rowid",
            "SELECT name FROM sqlite_master WHERE name LIKE 't_' OR name LIKE 't__' ORDER BY name",
        ]
        call = {
            "entry": facts["name"],
            "setup": "CREATE TABLE log (n);\n" + setup,
            "calls": [["@db", given, *([top] if facts["limited"] else [])]] * 2,
            "queries": queries,
        }
        versions = [[n] for n in sorted({*known, *applied})] if store == "rows" else [[level]]
        cases.append(
            (
                call,
                {
                    "outcomes": outcomes,
                    "tables": [versions, [[n] for n in applied], sorted([f"t{n}"] for n in applied)],
                },
            )
        )
    return python_check(facts["name"], cases, harness=HARNESS)


RUNNER = Template(
    id="apply_pending_steps",
    ask=(
        "Write a Python function `«name»(«args»)` that brings a SQLite database up to date; `«db»` is a sqlite3 connection. «rules».",
        "I need a small migration runner: `«name»(«args»)` in Python, with the sqlite3 connection `«db»`. «rules».",
        "Our schema changes are applied by `«name»(«args»)`, which is still missing. «rules». Please implement it with Python's sqlite3, `«db»` being an open connection.",
        "«rules». How does `«name»(«args»)` look in Python, if `«db»` is a sqlite3 connection?",
    ),
    draw=draw_runner,
    shapes=(
        Shape(name="try_except", code="""
            def «name»(«args»):
                «load»
                «done» = []
                «loop»«unpack»
                    if «skip»«or_later»:
                        continue
                    «db».execute("BEGIN")
                    try:
                        for statement in «body»:
                            «db».execute(statement)
                        «db».execute(«write»)
                        «db».commit()
                    except Exception:
                        «db».rollback()
                        raise
                    «done».append(«key»)
                return «result»
            """, mutants=(("«loop»", "«unsorted»"), ("if «skip»", "if «wrong_skip»"),
                          ("        «db».execute(\"BEGIN\")\n", ""), ("            «db».rollback()\n", ""),
                          ("            raise\n", "            break\n"),
                          ("            «db».execute(«write»)\n", ""), ("return «result»", "return «wrong_result»"),
                          ("«skip»«or_later»:", "«skip»«wrong_later»:"))),
        Shape(name="with_begin", code="""
            def «name»(«args»):
                «load»
                «done» = []
                «loop»«unpack»
                    if «take»«and_now»:
                        with «db»:
                            «db».execute("BEGIN")
                            for statement in «body»:
                                «db».execute(statement)
                            «db».execute(«write»)
                        «done».append(«key»)
                return «result»
            """, mutants=(("«loop»", "«unsorted»"), ("if «take»", "if «wrong_take»"),
                          ("                «db».execute(\"BEGIN\")\n", ""),
                          ("            with «db»:", "            if «db»:"), ("«take»«and_now»", "«take»«wrong_now»"),
                          ("                «db».execute(«write»)\n", ""), ("return «result»", "return «wrong_result»"))),
    ),
    verifier=check_runner,
)  # fmt: skip
