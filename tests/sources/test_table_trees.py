"""A tree of messages gives the one talk that its ranks choose, and a bad tree the reason why it gives none."""

from typing import Any

import pytest

from burnish.sources.table_maps import TreeMap
from burnish.sources.table_trees import follow_best
from burnish.table_files import Fault

TABLE = TreeMap(form="tree", root="prompt", replies="replies", rank="rank",
                keep_messages={"lang": ("en",), "deleted": (False, None)})  # fmt: skip


def asks(text: Any, *replies: Any, **fields: Any) -> dict[str, Any]:
    return {"text": text, "role": "prompter", "lang": "en", "replies": list(replies)} | fields


def says(text: Any, *replies: Any, **fields: Any) -> dict[str, Any]:
    return {**asks(text, *replies, **fields), "role": "assistant"}


def texts(root: Any) -> list[str]:
    turns = follow_best(root, table=TABLE)
    assert [turn.role for turn in turns] == ["user", "assistant"] * (len(turns) // 2) + ["user"] * (len(turns) % 2)
    return [turn.content for turn in turns]


TREES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "the lowest rank": (asks("q", says("b", rank=1), says("a", rank=0), says("c", rank=2)), ["q", "a"]),
    "ranked before unranked": (asks("q", says("b"), says("a", rank=3)), ["q", "a"]),
    "the first of unranked": (asks("q", says("a", rank=None), says("b")), ["q", "a"]),
    "on to further turns": (asks("q", says("a", asks("r", says("c", rank=1), says("b", rank=0)), rank=0), says("x", rank=1)),
                            ["q", "a", "r", "b"]),
    "up to the last answer": (asks("q", says("a", asks("nobody answered"))), ["q", "a"]),
    "an answered question before an open one": (asks("q", says("a", asks("open"), asks("r", says("b")))), ["q", "a", "r", "b"]),
    "no deleted message": (asks("q", says("gone", rank=0, deleted=True), says("a", rank=1)), ["q", "a"]),
    "no other language": (asks("q", says("a", asks("r", says("oui", lang="fr")))), ["q", "a"]),
    "a question alone": (asks("q"), ["q"]),
}  # fmt: skip


@pytest.mark.parametrize("name", TREES)
def test_the_talk_follows_the_best_replies(name: str) -> None:
    root, wanted = TREES[name]
    assert texts(root) == wanted


@pytest.mark.parametrize(("root", "message"), [
    (asks("q", lang="de"), "prompt: lang is 'de', which the entry doesn't keep"),
    ("q", "prompt: is str, not a message"),
    (asks("q", "a"), "prompt: replies of a message isn't a list of messages"),
    ({**asks("q"), "replies": {"a": 1}}, "prompt: replies of a message isn't a list of messages"),
    (asks("q", says("a", rank="best"), says("b")), "prompt: rank of a message is 'best', not a number"),
    (asks("q", says("a", rank=True), says("b")), "prompt: rank of a message is 'True', not a number"),
    (asks("q", says(5)), "prompt[1]: holds int, not a text"),
])  # fmt: skip
def test_a_bad_tree_says_where_and_why(root: Any, message: str) -> None:
    with pytest.raises(Fault) as caught:
        follow_best(root, table=TABLE)
    assert str(caught.value) == message
