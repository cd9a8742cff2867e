"""The template of `fs_query_filters` that turns parameters into a SELECT with bound values."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check, sql_insert
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import CITIES, COLORS, NUMBER_FIELDS, TEXT_FIELDS, draw_noun

# The ids that the statement finds, and whether it keeps the values of the query out of its own text.
RUN = """
import sqlite3

def drive(ns, call):
    database = sqlite3.connect(":memory:")
    database.executescript(call["setup"])
    sql, values = ns[call["entry"]](call["query"])
    ids = [row[0] for row in database.execute(sql, values)]
    return {"ids": ids if call["sorted"] else sorted(ids), "bound": not any(text in sql for text in call["query"].values())}
"""
FIXED = ("archived = 0", "deleted = 0", "hidden = 0", "active = 1", "public = 1", "verified = 1")
TESTS = {"equal": "{0} = ?", "least": "{0} >= ?", "most": "{0} <= ?", "like": "{0} LIKE '%' || ? || '%'"}
WORDS = {
    "equal": "`{1}` (`{0}` equals it)", "least": "`{1}` (`{0}` is at least that)", "most": "`{1}` (`{0}` is at most that)",
    "like": "`{1}` (`{0}` contains it, in any case)",
}  # fmt: skip


def draw_filters(rng: Random) -> list[tuple[str, str, str]]:
    """Return kind, column and parameter of two or three filters."""
    texts, numbers = rng.sample(TEXT_FIELDS, 2), rng.sample(NUMBER_FIELDS, 2)
    filters = [
        ("equal", texts[0], texts[0]), ("like", texts[1], pick(rng, "q|search|term")),
        ("least", numbers[0], pick(rng, "min_{0}|{0}_from|{0}_gte").format(numbers[0])),
        ("most", numbers[1], pick(rng, "max_{0}|{0}_to|{0}_lte").format(numbers[1])),
    ]  # fmt: skip
    return rng.sample(filters, rng.choice((2, 2, 3)))


def draw_where(rng: Random) -> dict[str, Any]:
    """Draw the table, its filters, a condition that always holds, and the order."""
    noun, filters, query = draw_noun(rng), draw_filters(rng), pick(rng, "query|params|args|filters")
    fixed, order = rng.choice(FIXED) if rng.random() < 0.5 else "", pick(rng, "| ORDER BY id| ORDER BY id DESC")
    tests, keys = [TESTS[kind].format(column) for kind, column, _ in filters], [key for _, _, key in filters]
    pairs = list(zip(keys, tests, strict=True))
    steps = [
        f'if "{key}" in {query}:\n        clauses.append("{test}")\n        values.append({query}["{key}"])\n    '
        for key, test in pairs
    ]
    named = [f"(:{key} IS NULL OR {test.replace('?', ':' + key)})" for key, test in pairs]
    words = [WORDS[kind].format(column, key) for kind, column, key in filters]
    strict = tests[0].split()[1]
    return {
        "name": pick(rng, "build_{0}_query|{0}_query|{0}_sql|select_{1}|find_{1}_sql").format(*noun), "table": noun.many,
        "query": query, "filters": [list(one) for one in filters], "fixed": fixed, "order": order,
        "disorder": " ORDER BY id % 7" if order else "",
        "steps": "".join(steps), "start": f'["{fixed}"]' if fixed else "[]", "skip": steps[1],
        "rules": ",\n    ".join(f'"{key}": "{test}"' for key, test in pairs), "fixed_test": f'"{fixed}"',
        "always": f'"{fixed}"' if fixed else '"1"', "static": "\n    AND ".join([fixed] * bool(fixed) + named),
        "values": ", ".join(f'"{key}": {query}.get("{key}")' for key in keys), "last": named[-1],
        "strict": strict, "loose": {"=": "LIKE", ">=": ">", "<=": "<", "LIKE": "="}[strict],
        "words": f"{', '.join(words[:-1])} and {words[-1]}",
        "fixed_words": f" Only rows with `{fixed}` are ever found." if fixed else "",
        "order_words": {"": "", " ORDER BY id": " Sort by `id`.", " ORDER BY id DESC": " Highest `id` first."}[order],
    }  # fmt: skip


def check_where(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the rows that were made to pass every filter that is asked for, or to break one of them."""
    filters, (flag, _, wanted) = facts["filters"], (facts["fixed"] or "spare = 1").partition(" = ")
    every, cases = 2 ** len(filters), []
    plans = [("good", ""), ("more", ""), ("flag", ""), *(("bad", kind) for kind, _, _ in filters)] * 2
    types = {"equal": "TEXT", "like": "TEXT", "least": "INTEGER", "most": "INTEGER"}
    shape = ", ".join(f"{column} {types[kind]}" for kind, column, _ in filters)
    for number in range(every):
        asked = {kind: key for place, (kind, _, key) in enumerate(filters) if number >> place & 1}
        word, part, bound = f"{rng.choice(CITIES)}'s", f"zq{rng.choice(COLORS)}", rng.randrange(201, 299)
        good: dict[str, Any] = {"equal": word, "like": f"a{part.upper()}z", "least": bound, "most": bound}
        bad = {"equal": f"{word}x", "like": part[1:], "least": bound - 1, "most": bound + 1}
        more = {"equal": word, "like": part, "least": bound + 900, "most": 30}
        rows, found = [], []
        for ident, (plan, broken) in zip(rng.sample(range(1, 99), len(plans)), plans, strict=True):
            values = {**(more if plan == "more" else good), **({broken: bad[broken]} if broken else {})}
            state = 1 - int(wanted) if plan == "flag" else int(wanted)
            rows.append([ident, *(values[kind] for kind, _, _ in filters), state])
            found += [ident] if broken not in asked and not (plan == "flag" and facts["fixed"]) else []
        sent = {"equal": word, "like": part, "least": str(bound), "most": str(bound)}
        query = {"zzz": "unknown", **{key: sent[kind] for kind, key in asked.items()}}
        setup = (
            f"CREATE TABLE {facts['table']} (id INTEGER, {shape}, {flag} INTEGER);\n{sql_insert(facts['table'], rows)}"
        )
        call = {"entry": facts["name"], "setup": setup, "query": query, "sorted": bool(facts["order"])}
        cases.append((call, {"ids": sorted(found, reverse="DESC" in facts["order"]), "bound": True}))
    return python_check(facts["name"], cases, harness=RUN)


WHERE = Template(
    id="where_clause",
    ask=(
        "Write a Python function `«name»(«query»)` that returns `(sql, values)` for sqlite3's `execute(sql, values)`. The "
        "statement selects `id` from `«table»`. `«query»` is a dict of text; its parameters are «words». Each is "
        "optional, and other keys are ignored.«fixed_words»«order_words» Values are bound with placeholders and never "
        "stand in the SQL.",
        "Filters for `GET /«table»`: «words»; a parameter that isn't there doesn't filter. I need `«name»(«query»)` in "
        "Python, from the dict of parameters (ignore unknown ones) to the pair of an SQLite SELECT of the column `id` of "
        "`«table»` and its bound values.«order_words»«fixed_words» No text of the client may get into the SQL.",
        "Build the query safely: `«name»(«query»)` in Python gives the SQL text and the values to bind, ready for "
        "`cursor.execute(*«name»(«query»))` in sqlite3. It finds the `id` of every row of `«table»` that passes all "
        "filters in the dict `«query»`: «words», any of which may be missing.«fixed_words»«order_words» Skip keys you "
        "don't know; don't paste values into the SQL.",
        "A client searches the table `«table»` with a dict `«query»` that may have «words».«fixed_words» Implement "
        "`«name»(«query»)` in Python: return a SELECT for the `id`s with `?` or `:name` placeholders, and the values for "
        "them (SQLite). Don't put values into the text, and ignore any other key.«order_words»",
    ),
    draw=draw_where,
    shapes=(
        Shape(name="steps", code="""
            def «name»(«query»):
                clauses, values = «start», []
                «steps»where = " WHERE " + " AND ".join(clauses) if clauses else ""
                return f"SELECT id FROM «table»{where}«order»", values
            """, mutants=(("«skip»", ""), ('" AND "', '" OR "'), ("if clauses else", "if not clauses else"))),
        Shape(name="table", code="""
            FILTERS = {
                «rules»,
            }

            def «name»(«query»):
                given = [key for key in FILTERS if key in «query»]
                where = " AND ".join([«always», *(FILTERS[key] for key in given)])
                return f"SELECT id FROM «table» WHERE {where}«order»", [«query»[key] for key in given]
            """, mutants=(('" AND "', '" OR "'), ("[«query»[key] for key in given]", "list(«query».values())"),
                          ("FILTERS if key in «query»", "«query»"))),
        Shape(name="static", code='''
            SQL = """SELECT id FROM «table» WHERE «static»«order»"""

            def «name»(«query»):
                return SQL, {«values»}
            ''', mutants=(("IS NULL OR", "IS NULL AND"), ("AND «last»", ""), ("IS NULL OR", "IS NOT NULL OR"))),
    ),
    mutants=((" «strict» ", " «loose» "), ("«fixed_test»", '"1"'), ("«order»", "«disorder»")),
    verifier=check_where,
)  # fmt: skip
