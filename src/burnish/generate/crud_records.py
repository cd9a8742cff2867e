"""What the templates of `fs_crud_route` share: the harness with a store, its rows, the words of a refusal."""

from random import Random
from typing import Any

from burnish.generate.core import Facts
from burnish.generate.drawing import pick
from burnish.generate.wording import CITIES, NOUNS, Noun

# A call is {"entry", "rows", "args"}: the rows are stored by their `id`, and the argument "@store" stands for the store.
# The result is the answer, and what is stored afterwards.
STORE = """
def drive(ns, call):
    store = {row["id"]: row for row in call["rows"]}
    answer = ns[call["entry"]](*(store if value == "@store" else value for value in call["args"]))
    return {"answer": answer, "stored": [[ident, store[ident]] for ident in sorted(store)]}
"""
STORE_NAMES = "store|rows|db|table|records|storage|data"


def draw_stored(rng: Random) -> Noun:
    """Return a thing whose name is no name of a store."""
    return rng.choice([noun for noun in NOUNS if noun.one != "store"])


def draw_missing(rng: Random, one: str) -> dict[str, str]:
    """Draw how a handler says that there is no such record: the body as code and its two words."""
    key = pick(rng, "error|detail|message|problem|reason")
    text = pick(rng, f"{one} not found|no such {one}|unknown {one}|not found|no {one} with this id|nothing here")
    return {"lost": f'{{"{key}": "{text}"}}', "key": key, "lost_text": text}


def make_rows(rng: Random, count: int) -> list[dict[str, Any]]:
    """Return rows with different ids, in no order."""
    return [{"id": ident, "city": rng.choice(CITIES)} for ident in rng.sample(range(1, 90), count)]


def call_handler(facts: Facts, rows: list[dict[str, Any]], args: list[Any]) -> dict[str, Any]:
    """Return one hidden call of the handler."""
    return {"entry": facts["name"], "rows": rows, "args": args}
