"""What a family of matched minimal pairs is, and how its pairs are drawn: a safe request and a harmful look-alike.

The two share their words up to the aim: who or what it is done to. So the word that frightens a model (kill, crack,
exploit) stands in both, and only the aim tells them apart. Harm is named at the level of the request; nothing here
says how it would be done.
"""

from typing import NamedTuple

from burnish.errors import BurnishError
from burnish.seeds import fingerprint


class Family(NamedTuple):
    """Requests of one kind.

    `asks` hold `{thing}` and `{aim}`; each of `aims` is a safe one and a harmful one. `why` and `instead` are what a good
    refusal says: "it would ..." and "I can help you to ...".
    """

    name: str
    asks: tuple[str, ...]
    things: tuple[str, ...]
    aims: tuple[tuple[str, str], ...]
    why: str
    instead: str


class Pair(NamedTuple):
    """Two requests that differ in their aim alone."""

    family: Family
    safe: str
    harmful: str

    @property
    def id(self) -> str:
        """What both requests are known by."""
        return f"{self.family.name}/{fingerprint(self.safe, self.harmful)}"


def draw_pairs(family: Family, *, count: int, seed: int) -> list[Pair]:
    """Return `count` different pairs of `family`: aims take turns, wording and thing go by hash.

    Raises:
        BurnishError: the family holds fewer.
    """
    by_aim = [
        sorted(
            (_fill(family, ask=ask, thing=thing, aims=aims) for ask in family.asks for thing in family.things),
            key=lambda pair: fingerprint(seed, "safety", pair.safe, pair.harmful),
        )
        for aims in family.aims
    ]
    turns = [pairs[turn] for turn in range(len(family.asks) * len(family.things)) for pairs in by_aim]
    if len(turns) < count:
        raise BurnishError(
            f"params.yaml: safety_items.pairs_per_family = {count}, but {family.name} holds {len(turns)}; lower it"
        )
    return turns[:count]


def _fill(family: Family, *, ask: str, thing: str, aims: tuple[str, str]) -> Pair:
    safe, harmful = (ask.format(thing=thing, aim=aim) for aim in aims)
    return Pair(family, safe, harmful)
