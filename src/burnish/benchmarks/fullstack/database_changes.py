"""Templates of FullstackEval: database, statements that change it, read by the tester's own queries (levels 2 and 4)."""

from random import Random
from typing import Any

from burnish.benchmarks.fullstack.database_queries import NAMES
from burnish.benchmarks.fullstack.frontend_functions import FIRST
from burnish.benchmarks.fullstack.steps import leaves
from burnish.benchmarks.fullstack.tasks import Check, Facts, Template


def _draw_double(rng: Random) -> dict[str, Any]:
    table, who, what = rng.choice([
        ("signup", "person", "course"), ("vote", "member", "motion"), ("follow", "reader", "blog"), ("loan", "reader", "book"),
        ("badge", "player", "award"),
    ])  # fmt: skip
    keep, pick, unpick, beats = rng.choice([("oldest", "MIN", "MAX", "<"), ("newest", "MAX", "MIN", ">")])
    return {"table": table, "who": who, "what": what, "keep": keep, "pick": pick, "unpick": unpick, "beats": beats}


def _test_double(facts: Facts, rng: Random) -> list[Check]:
    table = facts["table"]

    def case(pairs: list[tuple[int, int]]) -> Any:
        people, things = rng.sample(FIRST, 6), rng.sample(NAMES, 6)
        ids = sorted(rng.sample(range(10, 99), len(pairs)))
        rows = [(one, people[who], things[what]) for one, (who, what) in zip(ids, pairs, strict=True)]
        shuffled = rng.sample(rows, len(rows))
        values = ", ".join(f"({one}, '{who}', '{what}')" for one, who, what in shuffled)
        setup = f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {facts['who']} TEXT, {facts['what']} TEXT);"
        ordered = rows if facts["keep"] == "newest" else rows[::-1]
        kept = sorted({(who, what): one for one, who, what in ordered}.values())
        return leaves(
            f"{setup} INSERT INTO {table} VALUES {values};",
            (f"SELECT id FROM {table} ORDER BY id", [[one] for one in kept]),
        )

    return [
        Check("pairs", case([(0, 0), (1, 0), (0, 0), (1, 1)]) ),
        Check("three alike", case([(2, 2), (2, 2), (0, 1), (2, 2), (1, 2)])),
        Check("half alike stays", case([(0, 0), (0, 1), (1, 0), (1, 1), (0, 0)])),
        Check("many", case([(rng.randrange(3), rng.randrange(3)) for _ in range(20)])),
    ]  # fmt: skip


REMOVE_DOUBLES = Template(
    id="remove_doubles", kind="database", level=2, surface="sql", draw=_draw_double,
    prompt="""
        A SQLite database has the table `§table (id INTEGER PRIMARY KEY, §who TEXT, §what TEXT)`. By mistake some rows have the
        same §who and the same §what. Write SQL that deletes all but the §keep of each such group; a newer row has a higher id.
        Other rows stay as they are.
    """,
    reference="""
        DELETE FROM §table
        WHERE id NOT IN (SELECT §pick(id) FROM §table GROUP BY §who, §what);
    """,
    second="""
        DELETE FROM §table
        WHERE EXISTS (
            SELECT 1 FROM §table AS other
            WHERE other.§who = §table.§who AND other.§what = §table.§what AND other.id §beats §table.id
        );
    """,
    mutants=(
        ("§pick(id)", "§unpick(id)"), ("GROUP BY §who, §what", "GROUP BY §who"), ("GROUP BY §who, §what", "GROUP BY §what"),
        ("NOT IN", "IN"), ("WHERE id NOT IN", "WHERE 1 OR id NOT IN"),
    ),
    tests=_test_double,
)  # fmt: skip


def _draw_ledger(rng: Random) -> dict[str, Any]:
    account, move, amount = rng.choice([
        ("account", "booking", "cents"), ("tank", "flow", "litres"), ("wallet", "payment", "coins"),
        ("depot", "movement", "pieces"),
    ])  # fmt: skip
    return {"account": account, "move": move, "amount": amount, "balance": rng.choice(["balance", "level", "total"]),
            "message": rng.choice(["too low", "not enough", "overdrawn"])}  # fmt: skip


def _test_ledger(facts: Facts, rng: Random) -> list[Check]:
    account, move, amount, balance = (facts[name] for name in ("account", "move", "amount", "balance"))
    start, second = rng.randrange(20, 60), rng.randrange(20, 60)
    setup = f"""
        CREATE TABLE {account} (id INTEGER PRIMARY KEY, {balance} INTEGER NOT NULL);
        CREATE TABLE {move} (id INTEGER PRIMARY KEY, {account}_id INTEGER NOT NULL REFERENCES {account}, {amount} INTEGER NOT NULL);
        INSERT INTO {account} VALUES (1, {start}), (2, {second});
    """
    state = f"SELECT id, {balance} FROM {account} ORDER BY id"
    booked = f"SELECT {account}_id, {amount} FROM {move} ORDER BY id"
    refused = {"raises": "IntegrityError"}

    def book(which: int, change: int) -> str:
        return f"INSERT INTO {move} ({account}_id, {amount}) VALUES ({which}, {change})"

    up, down = rng.randrange(3, 20), rng.randrange(3, 20)
    return [
        Check("adds and takes", leaves(setup, (book(1, up), []), (state, [[1, start + up], [2, second]]), (book(2, -down), []),
                                      (state, [[1, start + up], [2, second - down]]))),
        Check("down to nothing", leaves(setup, (book(1, -start), []), (state, [[1, 0], [2, second]]), (book(1, -1), refused),
                                       (state, [[1, 0], [2, second]]), (booked, [[1, -start]]))),
        Check("refuses too much", leaves(setup, (book(2, -second - 1), refused), (booked, []), (book(2, up), []),
                                        (book(2, -second - 1), []), (state, [[1, start], [2, up - 1]]))),
        Check("taking back", leaves(setup, (book(1, up), []), (book(1, down), []),
                                    (f"DELETE FROM {move} WHERE {amount} = {up}", []),
                                   (state, [[1, start + (down if up != down else 0)], [2, second]]))),
        Check("no changes", leaves(setup, (book(1, up), []), (f"UPDATE {move} SET {amount} = 1", refused), (booked, [[1, up]]),
                                  (state, [[1, start + up], [2, second]]))),
    ]  # fmt: skip


GUARDED_LEDGER = Template(
    id="guarded_ledger", kind="database", level=4, surface="sql", draw=_draw_ledger,
    prompt="""
        A SQLite database has the tables `§account (id INTEGER PRIMARY KEY, §balance INTEGER NOT NULL)` and
        `§move (id INTEGER PRIMARY KEY, §{account}_id INTEGER NOT NULL REFERENCES §account, §amount INTEGER NOT NULL)`. Write SQL
        that creates triggers, so that from then on:
        - a new §move adds its §amount, which may be negative, to the §balance of its §account;
        - a new §move that would make the §balance negative is refused with the message '§message' and nothing changes;
        - a §move that is deleted takes its §amount off the §balance again;
        - no §move can be updated: that is refused, too.
    """,
    reference="""
        CREATE TRIGGER guard_new BEFORE INSERT ON §move
        WHEN (SELECT §balance FROM §account WHERE id = NEW.§{account}_id) + NEW.§amount < 0
        BEGIN
            SELECT RAISE(ABORT, '§message');
        END;
        CREATE TRIGGER add_new AFTER INSERT ON §move
        BEGIN
            UPDATE §account SET §balance = §balance + NEW.§amount WHERE id = NEW.§{account}_id;
        END;
        CREATE TRIGGER take_back AFTER DELETE ON §move
        BEGIN
            UPDATE §account SET §balance = §balance - OLD.§amount WHERE id = OLD.§{account}_id;
        END;
        CREATE TRIGGER no_update BEFORE UPDATE ON §move
        BEGIN
            SELECT RAISE(ABORT, 'fixed');
        END;
    """,
    second="""
        CREATE TRIGGER t1 AFTER INSERT ON §move BEGIN
            UPDATE §account SET §balance = §balance + NEW.§amount WHERE id = NEW.§{account}_id;
            SELECT CASE WHEN §balance < 0 THEN RAISE(ROLLBACK, '§message') END FROM §account WHERE id = NEW.§{account}_id;
        END;
        CREATE TRIGGER t2 BEFORE DELETE ON §move BEGIN
            UPDATE §account SET §balance = §balance + -OLD.§amount WHERE id IS OLD.§{account}_id;
        END;
        CREATE TRIGGER t3 AFTER UPDATE ON §move BEGIN SELECT RAISE(FAIL, 'no changes') WHERE 0; SELECT RAISE(ABORT, 'no'); END;
    """,
    mutants=(
        ("< 0", "<= 0"), ("BEFORE INSERT ON §move\nWHEN", "BEFORE INSERT ON §move\nWHEN 0 AND"),
        ("- OLD.§amount", "+ OLD.§amount"),
        ("§balance + NEW.§amount WHERE", "NEW.§amount WHERE"), (" WHERE id = NEW.§{account}_id;\nEND", ";\nEND"),
        ("CREATE TRIGGER no_update BEFORE UPDATE", "CREATE TRIGGER no_update BEFORE DELETE"),
        ("§balance = §balance - OLD", "§balance = 0 - OLD"),
    ),
    tests=_test_ledger,
)  # fmt: skip

TEMPLATES = (REMOVE_DOUBLES, GUARDED_LEDGER)
