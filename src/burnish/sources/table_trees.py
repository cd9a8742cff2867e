"""A tree of messages to the one talk that its ranks choose: from each message on to the best reply, up to the last answer.

The best is the one of the lowest rank; unranked ones come behind, in the order of the file. A question that nobody
answered is no reply to go on to.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from burnish.sources.conversations import ROLES, Turn, read_turn
from burnish.sources.table_maps import TreeMap, find_unkept
from burnish.table_files import Fault

Node = Mapping[str, Any]


def follow_best(root: Any, *, table: TreeMap) -> list[Turn]:
    """Return the turns of the talk that starts at the message `root`."""
    if not isinstance(root, Mapping):
        raise Fault(table.root, f"is {type(root).__name__}, not a message")
    if unkept := find_unkept(root, keep=table.keep_messages):
        raise Fault(table.root, f"{unkept} is {str(root.get(unkept))[:40]!r}, which the entry doesn't keep")
    path = [root]
    while options := list(_go_on(path[-1], table=table)):
        path.append(min(options, key=lambda node: _rank(node, table=table)))
    return [read_turn(node, column=f"{table.root}[{number}]") for number, node in enumerate(path)]


def _go_on(node: Node, *, table: TreeMap) -> Iterator[Node]:
    """Yield the replies to go on to: answers, and questions that have a reply themselves."""
    for reply in _replies(node, table=table):
        if ROLES.get(str(reply.get("role")).lower()) != "user" or _replies(reply, table=table):
            yield reply


def _replies(node: Node, *, table: TreeMap) -> list[Node]:
    found = node.get(table.replies) or []
    if not isinstance(found, list) or not all(isinstance(reply, Mapping) for reply in found):
        raise Fault(table.root, f"{table.replies} of a message isn't a list of messages")
    return [reply for reply in found if not find_unkept(reply, keep=table.keep_messages)]


def _rank(node: Node, *, table: TreeMap) -> tuple[bool, float]:
    rank = node.get(table.rank)
    if rank is None:
        return True, 0.0
    if isinstance(rank, bool) or not isinstance(rank, int | float) or rank != rank:
        raise Fault(table.root, f"{table.rank} of a message is {str(rank)[:40]!r}, not a number")
    return False, float(rank)
