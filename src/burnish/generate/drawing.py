"""Draws the wording of small programming tasks: one of several words, arguments in any order, lists as text."""

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from burnish.errors import BurnishError


def pick(rng: Random, options: str) -> str:
    """Return one of the alternatives that bars separate: `pick(rng, "check|verify")`."""
    return rng.choice(options.split("|"))


def pick_some(rng: Random, options: str, count: int) -> list[str]:
    """Return `count` different alternatives."""
    return rng.sample(options.split("|"), count)


def rename(text: str, **names: str) -> str:
    """Return `text` with whole words replaced: `rename("for item in items", item="order", items="orders")`."""
    return re.sub(r"\b\w+\b", lambda word: names.get(word[0], word[0]), text)


def draw_arguments(rng: Random, **roles: str) -> dict[str, Any]:
    """Return facts about a function's arguments: a name for each role, all different, in a drawn order.

    `order` lists the roles and `args` is the text of the signature; each role is a fact that holds its name.

    Raises:
        BurnishError: a role has the name of one of these two facts.
    """
    if taken := {"order", "args"} & roles.keys():
        raise BurnishError(f"draw_arguments: the role {min(taken)!r} is a fact of its own; give the role another name")
    names = {role: pick(rng, options) for role, options in roles.items()}
    while len(set(names.values())) < len(names):
        names = {role: pick(rng, options) for role, options in roles.items()}
    order = rng.sample(list(roles), len(roles))
    return {**names, "order": order, "args": ", ".join(names[role] for role in order)}


def arrange(facts: Mapping[str, Any], **values: Any) -> list[Any]:
    """Return one value for each role in the order that `draw_arguments` drew: the arguments of a hidden call.

    Raises:
        BurnishError: the fact `order` isn't the drawn one any more, or a role has no value.
    """
    if not isinstance(facts["order"], list) or not set(facts["order"]) <= values.keys():
        raise BurnishError(
            f"arrange: the fact `order` is {facts['order']!r}, not roles among {', '.join(values)}; draw() must keep what "
            "draw_arguments gave: call a fact of its own something else"
        )
    return [values[role] for role in facts["order"]]


def in_words(items: Sequence[str], *, last: str = "and") -> str:
    """Return names as a developer lists them: `` `a`, `b` and `c` ``."""
    quoted = [f"`{item}`" for item in items]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {last} {quoted[-1]}"
