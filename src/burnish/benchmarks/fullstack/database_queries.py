"""Templates of FullstackEval: database, questions (levels 1 and 3)."""

from random import Random
from typing import Any

from burnish.benchmarks.fullstack.steps import selects
from burnish.benchmarks.fullstack.tasks import Check, Facts, Template

NAMES = (
    "anchor apron barrel basket bolt broom bucket candle chisel crate drill fence filter gauge glove hammer hinge hook "
    "jug kettle ladder lamp lever mallet mirror nail paddle pliers pulley rake rope saw scale shovel sieve spade spool "
    "tarp torch trowel vase vice wedge wheel wrench"
).split()


def _draw_label(rng: Random) -> dict[str, Any]:
    table, column, words = rng.choice([
        ("product", "stock", ("gone", "scarce", "plenty")), ("room", "seats_left", ("full", "filling", "open")),
        ("tank", "litres", ("empty", "low", "filled")), ("course", "places", ("closed", "last places", "free")),
        ("battery", "charge", ("dead", "weak", "good")), ("shelf", "space", ("full", "tight", "roomy")),
    ])  # fmt: skip
    return {"table": table, "column": column, "limit": rng.randrange(3, 20), "label": rng.choice(["state", "label", "level"]),
            "none": words[0], "few": words[1], "many": words[2]}  # fmt: skip


def _test_label(facts: Facts, rng: Random) -> list[Check]:
    limit = facts["limit"]

    def database(amounts: list[int]) -> tuple[str, list[list[Any]]]:
        names = rng.sample(NAMES, len(amounts))
        rows = ", ".join(f"('{name}', {amount})" for name, amount in zip(names, amounts, strict=True))
        table = f"CREATE TABLE {facts['table']} (name TEXT, {facts['column']} INTEGER);"
        labels = [facts["none"] if n == 0 else facts["few"] if n < limit else facts["many"] for n in amounts]
        return f"{table} INSERT INTO {facts['table']} VALUES {rows};", [
            list(p) for p in sorted(zip(names, labels, strict=True))
        ]

    some = [0, *(rng.randrange(1, limit) for _ in range(3)), *(rng.randrange(limit, 90) for _ in range(3))]
    return [
        Check("every label", selects(database(rng.sample(some, len(some))), database([0, 1, 99]))),
        Check("the limit", selects(database([limit, limit - 1, limit + 1]), database([limit - 1, limit]))),
        Check("many rows", selects(database([rng.choice([0, limit, limit - 1, 50]) for _ in range(14)]), database([1]))),
    ]  # fmt: skip


STOCK_LABEL = Template(
    id="stock_label", kind="database", level=1, surface="sql", draw=_draw_label,
    prompt="""
        A SQLite database has the table `§table (name TEXT, §column INTEGER)`. Write one SQL query that gives two columns for
        every row: `name`, and a text named `§label` that is '§none' where `§column` is 0, '§few' where it is below §limit,
        and '§many' otherwise. Sort by name.
    """,
    reference="""
        SELECT name,
               CASE WHEN §column = 0 THEN '§none' WHEN §column < §limit THEN '§few' ELSE '§many' END AS §label
        FROM §table
        ORDER BY name;
    """,
    second="""
        SELECT name, iif(§column = 0, '§none', iif(§column >= §limit, '§many', '§few')) AS §label FROM §table ORDER BY 1;
    """,
    mutants=(
        ("< §limit", "<= §limit"), ("§column = 0", "§column = 1"), ("ORDER BY name", "ORDER BY §label"),
        ("ELSE '§many' ", ""), ("'§few'", "'§many'"), ("ORDER BY name", "ORDER BY name DESC"),
    ),
    tests=_test_label,
)  # fmt: skip


def _draw_path(rng: Random) -> dict[str, Any]:
    table = rng.choice(["category", "folder", "department", "chapter", "region"])
    return {
        "table": table,
        "mark": rng.choice([" > ", " / ", " : "]),
        "parent": rng.choice(["parent_id", "inside", "above"]),
    }


def _test_path(facts: Facts, rng: Random) -> list[Check]:
    def database(parents: list[int | None]) -> tuple[str, list[list[Any]]]:
        names, ids = rng.sample(NAMES, len(parents)), rng.sample(range(10, 99), len(parents))
        own = [None if parent is None else ids[parent] for parent in parents]
        rows = ", ".join(
            f"({one}, '{name}', {'NULL' if above is None else above})"
            for one, name, above in zip(ids, names, own, strict=True)
        )
        table = f"CREATE TABLE {facts['table']} (id INTEGER PRIMARY KEY, name TEXT, {facts['parent']} INTEGER);"
        paths: list[tuple[str, int]] = []
        for parent, name in zip(parents, names, strict=True):
            above, depth = ("", 0) if parent is None else (paths[parent][0] + facts["mark"], paths[parent][1])
            paths.append((above + name, depth + 1))
        return f"{table} INSERT INTO {facts['table']} VALUES {rows};", [list(path) for path in sorted(paths)]

    deep: list[int | None] = [None, 0, 1, 2, 3, 4]
    broad: list[int | None] = [None, None, 0, 0, 1, 1, 1]
    mixed: list[int | None] = [None, 0, 0, 1, 1, 2, None, 6, 7, 3]
    return [
        Check("one chain", selects(database(deep), database([None, 0]))),
        Check("several beginnings", selects(database(broad), database([None, None, None]))),
        Check("a tree", selects(database(mixed), database([*mixed, 9, 10, 0]))),
    ]


TREE_PATH = Template(
    id="tree_path", kind="database", level=3, surface="sql", draw=_draw_path,
    prompt="""
        A SQLite database has the table `§table (id INTEGER PRIMARY KEY, name TEXT, §parent INTEGER)`. `§parent` is the id
        of the §table that holds this one, or NULL at the top; the tree may be of any depth. Write one SQL query that gives for
        every §table its `path`, the names from the top down to it joined by '§mark', and its `depth`, which is 1 at the
        top. Sort by path.
    """,
    reference="""
        WITH RECURSIVE tree (id, path, depth) AS (
            SELECT id, name, 1 FROM §table WHERE §parent IS NULL
            UNION ALL
            SELECT child.id, tree.path || '§mark' || child.name, tree.depth + 1
            FROM §table AS child JOIN tree ON child.§parent = tree.id
        )
        SELECT path, depth FROM tree ORDER BY path;
    """,
    second="""
        WITH RECURSIVE up (path, next, depth) AS (
            SELECT name, §parent, 1 FROM §table
            UNION ALL
            SELECT one.name || '§mark' || up.path, one.§parent, up.depth + 1 FROM up JOIN §table AS one ON one.id = up.next
        )
        SELECT path, depth FROM up WHERE next IS NULL ORDER BY path;
    """,
    mutants=(
        ("tree.depth + 1", "2"), (" WHERE §parent IS NULL", ""), ("name, 1 FROM", "name, 0 FROM"),
        ("tree.path || '§mark' || child.name", "child.name || '§mark' || tree.path"), ("ORDER BY path", "ORDER BY depth"),
        ("RECURSIVE tree (id, path, depth) AS (\n    SELECT id, name, 1 FROM §table WHERE §parent IS NULL\n    UNION ALL",
         "RECURSIVE tree (id, path, depth) AS (\n    SELECT id, name, 1 FROM §table WHERE §parent IS NOT NULL\n    UNION ALL"),
    ),
    tests=_test_path,
)  # fmt: skip

TEMPLATES = (STOCK_LABEL, TREE_PATH)
