"""Category `fs_transaction`: writes that belong together in Python's sqlite3, judged by what is left after a fault."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.transaction_basics import ABORTED, FAULT, HARNESS, check_import, draw_import
from burnish.generate.wording import draw_nouns


def draw_pair(rng: Random) -> dict[str, Any]:
    """Draw what the two writes do."""
    kind = rng.choice(("archive", "parent", "entry", "number"))
    noun, other = draw_nouns(rng, 2)
    facts = {
        "kind": kind,
        "many": noun.many,
        "one": noun.one,
        "db": pick(rng, "db|conn|connection"),
        "key": f"{noun.one}_id",
    }
    key, many = facts["key"], noun.many
    if kind == "archive":
        copy = pick(rng, "archived_{0}|old_{0}|{0}_archive|{0}_history").format(many)
        return facts | {
            "name": pick(rng, "archive_{0}|retire_{0}|put_away_{0}").format(noun.one), "args": key,
            "columns": f"`{many}`(id, label) and `{copy}`(id, label)",
            "task": f"copies the row with that id from `{many}` to `{copy}` and deletes it from `{many}`", "second_table": copy,
            "first": f'"INSERT INTO {copy} SELECT id, label FROM {many} WHERE id = ?", ({key},)',
            "second": f'"DELETE FROM {many} WHERE id = ?", ({key},)',
        }  # fmt: skip
    if kind == "parent":
        return facts | {
            "name": pick(rng, "delete_{0}|remove_{0}|drop_{0}").format(noun.one), "args": key,
            "columns": f"`{many}`(id, label) and `{other.many}`(id, {key})",
            "task": f"deletes the `{other.many}` whose `{key}` is that id and the row of `{many}` with that id",
            "second_table": other.many,
            "first": f'"DELETE FROM {other.many} WHERE {key} = ?", ({key},)',
            "second": f'"DELETE FROM {many} WHERE id = ?", ({key},)',
        }  # fmt: skip
    if kind == "entry":
        log = pick(rng, "{0}_log|{0}_changes|audit_log").format(noun.one)
        return facts | {
            "name": pick(rng, "rename_{0}|relabel_{0}|set_{0}_label").format(noun.one), "args": f"{key}, label",
            "columns": f"`{many}`(id, label) and `{log}`({key}, label)",
            "task": f"sets `label` of the row in `{many}` with that id and inserts the id and the new label into `{log}`",
            "second_table": log,
            "first": f'"UPDATE {many} SET label = ? WHERE id = ?", (label, {key})',
            "second": f'"INSERT INTO {log} VALUES (?, ?)", ({key}, label)',
        }  # fmt: skip
    return facts | {
        "name": pick(rng, "add_{1}|book_{1}|create_{1}").format(noun.one, other.one), "args": f"{key}, label",
        "columns": f"`{many}`(id, uses) and `{other.many}`({key}, label)",
        "task": f"inserts the id and the label into `{other.many}` and adds 1 to `uses` of the row in `{many}` with that id",
        "second_table": other.many,
        "first": f'"INSERT INTO {other.many} VALUES (?, ?)", ({key}, label)',
        "second": f'"UPDATE {many} SET uses = uses + 1 WHERE id = ?", ({key},)',
    }  # fmt: skip


def check_pair(facts: Facts, rng: Random) -> dict[str, Any]:
    """Write for one row without a fault, for one with a fault in the first table, for one with a fault in the second."""
    many, second, kind = facts["many"], facts["second_table"], facts["kind"]
    good, first_bad, second_bad, idle = rng.sample(range(1, 80), 4)
    ids = (good, first_bad, second_bad, idle)
    counted = kind == "number"
    setup = f"CREATE TABLE {many} (id INTEGER PRIMARY KEY, {'uses INTEGER' if counted else 'label TEXT'});\n"
    setup += {"archive": f"CREATE TABLE {second} (id INTEGER, label TEXT);\n",
              "parent": f"CREATE TABLE {second} (id INTEGER PRIMARY KEY, {facts['key']} INTEGER);\n"}.get(
        kind, f"CREATE TABLE {second} ({facts['key']} INTEGER, label TEXT);\n")  # fmt: skip
    setup += "".join(
        f"INSERT INTO {many} VALUES ({number}, {7 if counted else repr(f'l{number}')});\n" for number in ids
    )
    if kind == "parent":
        setup += "".join(f"INSERT INTO {second} ({facts['key']}) VALUES ({number}), ({number});\n" for number in ids)
    row, event = ("OLD", "DELETE") if kind in ("archive", "parent") else ("OLD", "UPDATE")
    setup += FAULT.format(many, event, f"{row}.id = {first_bad}")
    row, event = ("OLD", "DELETE") if kind == "parent" else ("NEW", "INSERT")
    setup += FAULT.format(second, event, f"{row}.{'id' if kind == 'archive' else facts['key']} = {second_bad}")
    extra = [] if facts["args"] == facts["key"] else ["new"]
    calls = [["@db", number, *extra] for number in (first_bad, good, second_bad)]
    main, side = expect_pair(kind, ids)
    side_columns = {"archive": "id, label", "parent": facts["key"]}.get(kind, f"{facts['key']}, label")
    call = {"entry": facts["name"], "setup": setup, "calls": calls,
            "queries": [f"SELECT * FROM {many} ORDER BY id", f"SELECT {side_columns} FROM {second} ORDER BY 1"]}  # fmt: skip
    alone = {**call, "calls": calls[1:2]}
    return python_check(facts["name"], [
        (call, {"outcomes": [ABORTED, None, ABORTED], "tables": [main, side]}),
        (alone, {"outcomes": [None], "tables": [main, side]}),
    ], harness=HARNESS)  # fmt: skip


def expect_pair(kind: str, ids: tuple[int, ...]) -> tuple[list[Any], list[Any]]:
    """Return the rows of both tables after the first of `ids` was written and the others weren't."""
    good, *others = ids
    if kind == "number":
        return sorted([[good, 8], *([number, 7] for number in others)]), [[good, "new"]]
    kept = [[number, f"l{number}"] for number in sorted(others)]
    if kind == "archive":
        return kept, [[good, f"l{good}"]]
    if kind == "parent":
        return kept, [[number] for number in sorted(others) for _ in range(2)]
    return sorted([*kept, [good, "new"]]), [[good, "new"]]


PAIR = Template(
    id="two_writes",
    ask=(
        "Write a Python function `«name»(«db», «args»)` for a sqlite3 connection `«db»` that «task», both in one transaction: commit when both worked; if one fails, roll back and let the error out. The tables are «columns».",
        "SQLite has the tables «columns». I need `«name»(«db», «args»)` in Python, which «task». Either both writes are committed or, when an exception comes up (it must reach the caller), neither stays. `«db»` is a `sqlite3.Connection`.",
        "Using Python's sqlite3, implement `«name»(«db», «args»)`. It «task»; after an error in one of the two statements nothing may have changed, and the error is passed on. The work is committed at the end. Tables: «columns».",
        "Our code sometimes does only half of its work. Please write `«name»(«db», «args»)` so that it «task» atomically and commits. A failure undoes everything and is raised again. `«db»` is an open sqlite3 connection to a database with «columns».",
    ),
    draw=draw_pair,
    shapes=(
        Shape(name="with", code="""
            def «name»(«db», «args»):
                with «db»:
                    «db».execute(«first»)
                    «db».execute(«second»)
            """, mutants=(("with «db»:", "if «db»:"), ("(«first»)\n", "(«first»)\n        «db».commit()\n"),
                          ("        «db».execute(«second»)", "    «db».execute(«second»)"),
                          ("    with «db»:\n        «db».execute(«first»)\n        «db».execute(«second»)",
                           "    «db».execute(«first»)\n    «db».execute(«second»)\n    «db».commit()"))),
        Shape(name="try_except", code="""
            def «name»(«db», «args»):
                try:
                    «db».execute(«first»)
                    «db».execute(«second»)
                except Exception:
                    «db».rollback()
                    raise
                «db».commit()
            """, mutants=(("        «db».rollback()\n", ""), ("    «db».commit()", "    return None"),
                          ("        raise\n", "        return None\n"),
                          ("(«first»)\n", "(«first»)\n        «db».commit()\n"))),
        Shape(name="begin_commit", code="""
            def «name»(«db», «args»):
                «db».execute("BEGIN")
                try:
                    «db».execute(«first»)
                    «db».execute(«second»)
                    «db».execute("COMMIT")
                except Exception:
                    «db».execute("ROLLBACK")
                    raise
            """, mutants=(("\"ROLLBACK\"", "\"COMMIT\""), ("        «db».execute(\"COMMIT\")\n", ""),
                          ("        raise", "        return None"))),
    ),
    mutants=(("        «db».execute(«first»)\n", ""), ("        «db».execute(«second»)\n", "")),
    verifier=check_pair,
)  # fmt: skip


HOLDERS = (
    ("accounts", "balance", "amount"), ("wallets", "credits", "amount"), ("warehouses", "stock", "quantity"),
    ("shelves", "items", "count"),
    ("budgets", "money", "amount"), ("players", "coins", "coins_moved"), ("teams", "points", "points_moved"),
    ("tanks", "liters", "volume"),
    ("cards", "balance", "sum_moved"), ("depots", "bikes", "number"), ("members", "vouchers", "number"),
    ("projects", "hours", "hours_moved"),
)  # fmt: skip


def draw_transfer(rng: Random) -> dict[str, Any]:
    """Draw what is moved between which rows, how much must be left, the errors, and what is noted or returned."""
    table, field, amount = rng.choice(HOLDERS)
    facts = draw_arguments(
        rng, source="source|sender|giver|from_id", target="target|receiver|taker|to_id", amount=amount
    )
    floor, log = rng.choice((0, 0, 5, 10, 20)), pick(rng, "||transfers|moves|bookings")
    short, unknown = rng.sample(("ValueError", "LookupError", "RuntimeError"), 2)
    source, target, amount = facts["source"], facts["target"], facts["amount"]
    db = pick(rng, "db|conn|connection")
    rules = [f"when fewer than {floor} would be left, it raises {short}" if floor else f"when `{field}` would become negative, it raises {short}",
             f"when no row has the id `{target}`, it raises {unknown}"]  # fmt: skip
    first, second = rng.sample(rules, 2)
    return facts | {
        "table": table, "field": field, "floor": floor, "log": log, "short": short, "unknown": unknown,
        "rules": f"{first}; {second}",
        "name": pick(rng, f"transfer|move_{field}|transfer_{field}|shift_{field}|pass_on_{field}|give_{field}"), "db": db,
        "below": floor - 1,
        "noted": f" It also inserts the row ({source}, {target}, {amount}) into `{log}`." if log else "",
        "tables": f"`{table}`(id, {field})" + (f" and `{log}`({source}, {target}, {amount})" if log else ""),
        "note": f'\n        {db}.execute("INSERT INTO {log} VALUES (?, ?, ?)", ({source}, {target}, {amount}))' if log else "",
    }  # fmt: skip


def check_transfer(facts: Facts, rng: Random) -> dict[str, Any]:
    """Move up to the limit and past it, to nobody, and to a row that refuses."""
    table, field, log, floor = facts["table"], facts["field"], facts["log"], facts["floor"]
    one, two, refusing, missing = rng.sample(range(1, 60), 4)
    purse = {one: floor + rng.randrange(30, 60), two: floor + rng.randrange(5, 20), refusing: floor + 9}
    setup = f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {field} INTEGER NOT NULL);\n" + (
        f"CREATE TABLE {log} ({facts['source']}, {facts['target']}, {facts['amount']});\n" if log else ""
    )
    setup += "".join(f"INSERT INTO {table} VALUES ({key}, {held});\n" for key, held in purse.items())
    setup += FAULT.format(table, "UPDATE", f"OLD.id = {refusing}")
    spare, part = purse[one] - floor, rng.randrange(4, 12)
    plans: list[list[tuple[int, int, int, str | None]]] = [
        [(one, two, part, None), (one, missing, 3, "unknown"), (one, two, spare - part + 1, "short"),
         (one, two, spare - part, None)],
        [(one, refusing, 4, "fault"), (two, one, purse[two] - floor, None), (two, one, 1, "short")],
        [(one, missing, 1, "unknown")], [(two, one, purse[two] - floor + 1, "short"), (one, two, 1, None)],
        [(refusing, one, 2, "fault")],
    ]  # fmt: skip
    cases = []
    for plan in plans:
        held, noted, outcomes = dict(purse), list[Any](), list[Any]()
        for source, target, amount, fate in plan:
            if fate is None:
                held[source], held[target] = held[source] - amount, held[target] + amount
                noted.append([source, target, amount])
            outcomes.append(ABORTED if fate == "fault" else None if fate is None else {"raises": facts[fate]})
        queries = [f"SELECT id, {field} FROM {table} ORDER BY id"] + (
            [f"SELECT * FROM {log} ORDER BY rowid"] if log else []
        )
        calls = [["@db", *arrange(facts, source=s, target=t, amount=n)] for s, t, n, _ in plan]
        tables = [[list(pair) for pair in sorted(held.items())]] + ([noted] if log else [])
        cases.append(
            (
                {"entry": facts["name"], "setup": setup, "calls": calls, "queries": queries},
                {"outcomes": outcomes, "tables": tables},
            )
        )
    return python_check(facts["name"], cases, harness=HARNESS)


TRANSFER = Template(
    id="move_between_rows",
    ask=(
        "Write a Python function `«name»(«db», «args»)` on a sqlite3 connection: in one transaction it takes `«amount»` off `«field»` of the row `«source»` and adds it to the row `«target»`.«noted» The row `«source»` always exists. Errors: «rules». After any error nothing has changed. Tables: «tables».",
        "Given «tables» in SQLite, implement `«name»(«db», «args»)` in Python. It moves `«amount»` of `«field»` from the id `«source»` (which exists) to the id `«target»` and commits.«noted» Mind the failures: «rules». Then, and after any database error, all is as before.",
        "I want to move `«field»` between two rows of `«table»` without ever losing any. Please write `«name»(«db», «args»)` with Python's sqlite3, where `«source»` and `«target»` are ids, the first one always known. «rules». Any exception leaves the database unchanged; otherwise commit.«noted» Tables: «tables».",
        "`«name»(«db», «args»)` should lower `«field»` of `«source»` by `«amount»`, raise that of `«target»` by as much and commit, or else change nothing at all: «rules». `«source»` and `«target»` are ids, and `«source»` exists; `«db»` is a sqlite3 connection to «tables».«noted» Python, please.",
    ),
    draw=draw_transfer,
    shapes=(
        Shape(name="look_first", code="""
            def «name»(«db», «args»):
                with «db»:
                    (held,) = «db».execute("SELECT «field» FROM «table» WHERE id = ?", («source»,)).fetchone()
                    if held - «amount» < «floor»:
                        raise «short»(«source»)
                    «db».execute("UPDATE «table» SET «field» = «field» - ? WHERE id = ?", («amount», «source»))
                    given = «db».execute("UPDATE «table» SET «field» = «field» + ? WHERE id = ?", («amount», «target»))
                    if given.rowcount == 0:
                        raise «unknown»(«target»)«note»
            """, mutants=(("with «db»:", "if «db»:"), ("held - «amount» <", "held - «amount» <="),
                          ("        if given.rowcount == 0:\n            raise «unknown»(«target»)",
                           "        assert given"),
                          ("        given =", "        «db».commit()\n        given ="), ("raise «short»", "raise «unknown»"))),
        Shape(name="guarded_update", code="""
            def «name»(«db», «args»):
                with «db»:
                    taken = «db».execute(
                        "UPDATE «table» SET «field» = «field» - ? WHERE id = ? AND «field» - ? >= «floor»",
                        («amount», «source», «amount»),
                    )
                    if taken.rowcount == 0:
                        raise «short»(«source»)
                    given = «db».execute("UPDATE «table» SET «field» = «field» + ? WHERE id = ?", («amount», «target»))
                    if not given.rowcount:
                        raise «unknown»(«target»)«note»
            """, mutants=((">= «floor»", "> «floor»"),
                          ("        if taken.rowcount == 0:\n            raise «short»(«source»)\n", ""),
                          ("with «db»:", "for _ in [0]:"), ("if not given.rowcount", "if given.rowcount"),
                          (">= «floor»", ">= «below»"))),
        Shape(name="check_after", code="""
            def «name»(«db», «args»):
                try:
                    changed = «db».executemany(
                        "UPDATE «table» SET «field» = «field» + ? WHERE id = ?", [(-«amount», «source»), («amount», «target»)]
                    )
                    if changed.rowcount < 2:
                        raise «unknown»(«target»)
                    left = «db».execute("SELECT «field» FROM «table» WHERE id = ?", («source»,)).fetchone()[0]
                    if left < «floor»:
                        raise «short»(«source»)«note»
                except Exception:
                    «db».rollback()
                    raise
                «db».commit()
            """, mutants=(("        «db».rollback()\n", ""), ("    «db».commit()", "    return None"),
                          ("left < «floor»", "left <= «floor»"), ("        raise\n", "        return None\n"),
                          ("rowcount < 2", "rowcount < 1"))),
    ),
    verifier=check_transfer,
)  # fmt: skip


IMPORT = Template(
    id="each_item_whole_or_not",
    ask=(
        "Write a Python function `«name»(«db», «items»)` for sqlite3. Each item is «form»: insert it into `«parents»`(id, «label») and its values into `«children»`(«key», «field»). An item that breaks a constraint (`sqlite3.IntegrityError`) leaves nothing behind, the other items stay. Commit, and return «returned».",
        "We import «parents» with their «children» into SQLite: tables `«parents»`(id, «label») and `«children»`(«key», «field»). Implement `«name»(«db», «items»)` in Python, where an item is «form». When one of its inserts raises `sqlite3.IntegrityError`, undo that whole item only and go on. At the end all the rest is committed; return «returned».",
        "`«db»` is a sqlite3 connection, `«items»` a list whose elements are each «form». I need `«name»(«db», «items»)`: save every element completely (one row in `«parents»`(id, «label»), one per value in `«children»`(«key», «field»)) or, on `sqlite3.IntegrityError`, not at all, and keep the others. The saved ones are committed. It returns «returned».",
        "How do I save a list of «parents» so that a bad one doesn't spoil the rest? In `«name»(«db», «items»)` (Python, sqlite3) each item, «form», should be stored in `«parents»`(id, «label») and `«children»`(«key», «field»), committed by itself or rolled back by itself if it raises `sqlite3.IntegrityError`. Return «returned».",
    ),
    draw=draw_import,
    shapes=(
        Shape(name="with_each", code="""
            import sqlite3

            def «name»(«db», «items»):
                «result» = «start»
                «loop»
                    try:
                        with «db»:
                            cursor = «db».execute("INSERT INTO «parents» («label») VALUES (?)", («given_name»,))
                            for value in «given_values»:
                                «db».execute("INSERT INTO «children» VALUES (?, ?)", (cursor.lastrowid, value))
                    except sqlite3.IntegrityError:
                        «refused»«saved_else»
                return «result»
            """, mutants=(("            with «db»:", "            if «db»:"),
                          ("(«given_name»,))\n", "(«given_name»,))\n                «db».commit()\n"),
                          ("return «result»", "return «start»"), ("cursor.lastrowid", "1"),
                          ("            «refused»", "            return «result»"))),
        Shape(name="savepoint", code="""
            import sqlite3

            def «name»(«db», «items»):
                «result» = «start»
                «loop»
                    «db».execute("SAVEPOINT item")
                    try:
                        new = «db».execute("INSERT INTO «parents» («label») VALUES (?)", («given_name»,)).lastrowid
                        «db».executemany("INSERT INTO «children» VALUES (?, ?)", [(new, value) for value in «given_values»])«saved_after»
                    except sqlite3.IntegrityError:
                        «db».execute("ROLLBACK TO item")
                        «swallow»
                «db».commit()
                return «result»
            """, mutants=(("            «db».execute(\"ROLLBACK TO item\")\n", ""), ("    «db».commit()\n", ""),
                          ("ROLLBACK TO item", "ROLLBACK"), ("\"ROLLBACK TO item\"", "\"RELEASE item\""),
                          ("(new, value)", "(value, new)"))),
        Shape(name="commit_each", code="""
            import sqlite3

            def «name»(«db», «items»):
                «result» = «start»
                «loop»
                    try:
                        cursor = «db».execute("INSERT INTO «parents» («label») VALUES (?)", («given_name»,))
                        rows = [(cursor.lastrowid, value) for value in «given_values»]
                        «db».executemany("INSERT INTO «children» VALUES (?, ?)", rows)
                        «db».commit()«saved_after»
                    except sqlite3.IntegrityError:
                        «db».rollback()
                        «swallow»
                return «result»
            """, mutants=(("            «db».rollback()\n", ""),
                          ("            «db».commit()", "            «db».rollback()"), ("rows)\n", "rows[:1])\n"),
                          ("            «swallow»", "            return «result»"))),
    ),
    mutants=(("IntegrityError", "OperationalError"),),
    verifier=check_import,
)  # fmt: skip

CATEGORY = Category(name="fs_transaction", family="database", templates=(PAIR, TRANSFER, IMPORT))
