"""What `fs_transaction` works with: the harness of its tasks, and batches whose items are saved whole or not at all."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts
from burnish.generate.drawing import pick
from burnish.generate.wording import draw_nouns

# Calls the answer on a fresh database. What isn't committed after a success is lost; what isn't rolled back after an
# error is kept and seen.
HARNESS = """
import sqlite3

def drive(ns, call):
    db = sqlite3.connect(":memory:")
    db.executescript("PRAGMA foreign_keys = ON;" + call["setup"])
    outcomes = []
    for args in call["calls"]:
        try:
            outcomes.append(ns[call["entry"]](*[db if one == "@db" else one for one in args]))
        except Exception as error:
            outcomes.append({"raises": type(error).__name__})
            db.commit()
        else:
            db.rollback()
    return {"outcomes": outcomes, "tables": [db.execute(query).fetchall() for query in call["queries"]]}
"""
FAULT = "CREATE TRIGGER fault_{0} BEFORE {1} ON {0} WHEN {2} BEGIN SELECT RAISE(ABORT, 'fault'); END;\n"
ABORTED = {"raises": "IntegrityError"}


# What the function gives back: its words, the first value, and how a saved or a refused item changes it.
RESULTS = (
    ("the list of the names that were refused", "[]", "", "RESULT.append(NAME)"),
    ("the list of the names that were saved", "[]", "RESULT.append(NAME)", ""),
    ("how many ITEMS were saved", "0", "RESULT += 1", ""),
    ("how many ITEMS were refused", "0", "", "RESULT += 1"),
)  # fmt: skip


def draw_import(rng: Random) -> dict[str, Any]:
    """Draw parents with their children, the form of an item, and what is given back."""
    parent, child = draw_nouns(rng, 2)
    field = pick(rng, "amount|quantity|position|size|price|hours|points")
    result, name = pick(rng, "result|outcome|answer"), pick(rng, "name|title|code|label")
    returned, start, saved, refused = rng.choice(RESULTS)
    pairs, db = rng.random() < 0.5, pick(rng, "db|conn|connection")
    items, values = pick(rng, f"{parent.many}|items|batch|entries"), pick(rng, f"{child.many}|values|numbers")
    values = values if values != items else "numbers"
    form = (
        f"a pair ({name}, list of `{field}` values)"
        if pairs
        else f"a dict with `{name}` and `{values}` (a list of `{field}` values)"
    )

    def spell(text: str) -> str:
        return text.replace("RESULT", result).replace("NAME", "{}").replace("ITEMS", parent.many)

    def lines(text: str) -> str:
        return spell(text).format(name if pairs else f'item["{name}"]')

    good, bad = lines(saved), lines(refused)
    return {
        "parents": parent.many, "parent": parent.one, "children": child.many, "child": child.one,
        "key": f"{parent.one}_id", "field": field, "db": db,
        "label": name, "items": items, "values": values, "pairs": pairs, "form": form,
        "returned": spell(returned).format(name), "start": start, "result": result,
        "kind": RESULTS.index((returned, start, saved, refused)), "name": pick(rng,
        "import_{0}|save_{0}|load_{0}|store_{0}|insert_{0}").format(parent.many),
        "loop": f"for {name}, {values} in {items}:" if pairs else f"for item in {items}:",
        "given_name": name if pairs else f'item["{name}"]', "given_values": values if pairs else f'item["{values}"]',
        "refused": bad or "pass", "swallow": bad or "continue",
        "saved_else": f"\n        else:\n            {good}" if good else "",
        "saved_after": f"\n            {good}" if good else "",
    }  # fmt: skip


def check_import(facts: Facts, rng: Random) -> dict[str, Any]:
    """Save some items whole; others repeat a name or have a value, first or last, that is refused."""
    parents, children, key, field, label = (facts[name] for name in ("parents", "children", "key", "field", "label"))
    setup = f"CREATE TABLE {parents} (id INTEGER PRIMARY KEY, {label} TEXT UNIQUE);\n"
    setup += f"CREATE TABLE {children} ({key} INTEGER REFERENCES {parents}(id), {field} INTEGER CHECK ({field} > 0));\n"
    setup += f"INSERT INTO {parents} ({label}) VALUES ('old');\n"
    low, high = rng.randrange(1, 20), rng.randrange(20, 60)
    plans = [
        [("b", [low, high, 0], False), ("a", [high], True), ("old", [low], False), ("c", [], True), ("d", [low, 3, high], True),
         ("a", [7], False)],
        [("x", [low], True), ("y", [0, high], False), ("z", [high, high], True)], [("bad", [-low], False)], [],
    ]  # fmt: skip
    cases = []
    for plan in plans:
        kept = [(name, values) for name, values, good in plan if good]
        gone = [name for name, _, good in plan if not good]
        result = [gone, [name for name, _ in kept], len(kept), len(gone)][facts["kind"]]
        given = [
            [name, values] if facts["pairs"] else {label: name, facts["values"]: values} for name, values, _ in plan
        ]
        rows = sorted([name, value] for name, values in kept for value in values)
        names = [[name] for name in sorted(["old", *(name for name, _ in kept)])]
        queries = [
            f"SELECT {label} FROM {parents} ORDER BY 1",
            f"SELECT p.{label}, c.{field} FROM {children} c LEFT JOIN {parents} p ON p.id = c.{key} ORDER BY 1, 2",
        ]
        call = {"entry": facts["name"], "setup": setup, "calls": [["@db", given]], "queries": queries}
        cases.append((call, {"outcomes": [result], "tables": [names, rows]}))
    return python_check(facts["name"], cases, harness=HARNESS)
