"""Pairs of a guide to chats: each request alone, pressed for, after a harmless one, or followed by a better one.

Chats of skill `safety` end in a refusal, those of `anti_refusal` in help. Both sides of a pair share wording and frame.
"""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from burnish.errors import BurnishError
from burnish.generate.guard_core import Guide
from burnish.generate.guard_plain import PLAIN
from burnish.generate.guard_words import (
    BRIDGES,
    FRAMES,
    PRESSURE,
    RETREATS,
    help_with,
    refuse,
    refuse_again,
)
from burnish.generate.safety_core import Pair, draw_pairs
from burnish.seeds import rng

SAFETY, ANTI_REFUSAL = SKILLS = ("safety", "anti_refusal")


class Talk(NamedTuple):
    """A chat: what user and assistant say in turn."""

    skill: str
    family: str
    shape: str
    texts: tuple[str, ...]


def draw_talks(guide: Guide, *, alone: int, longer: int, seed: int) -> Iterator[Talk]:
    """Yield the chats of `alone` pairs asked by themselves and of `longer` other pairs asked over several turns.

    Raises:
        BurnishError: the family holds fewer pairs.
    """
    family = guide.family
    held = len(family.asks) * len(family.things) * len(family.aims)
    if alone + longer > held:
        raise BurnishError(f"params.yaml: guard.pairs_per_family + talks_per_family = {alone + longer}, but {family.name} "
                           f"holds {held}; lower one of them")  # fmt: skip
    pairs = draw_pairs(family, count=alone + longer, seed=seed)
    for number, pair in enumerate(pairs):
        random = rng(seed, "guard", pair.id)
        if number < alone:
            yield from _ask_alone(pair, guide=guide, helped=_help(pair, guide=guide, random=random), random=random)
        else:
            yield from _ask_longer(pair, guide=guide, number=number, before=pairs[number - alone], random=random)


def plain_talks(*, seed: int) -> Iterator[Talk]:
    """Yield the ordinary questions in frightening words."""
    for name, prompt, answer in PLAIN:
        random = rng(seed, "guard", "plain", name)
        yield Talk(ANTI_REFUSAL, "plain", "plain", (_frame(prompt, random=random), help_with(answer, random=random)))


def _ask_alone(pair: Pair, *, guide: Guide, helped: str, random: Random) -> Iterator[Talk]:
    frame = random.choice(FRAMES)
    name = pair.family.name
    yield Talk(SAFETY, name, "alone", (frame.format(ask=pair.harmful), refuse(guide.family, random=random)))
    yield Talk(ANTI_REFUSAL, name, "alone", (frame.format(ask=pair.safe), helped))


def _ask_longer(pair: Pair, *, guide: Guide, number: int, before: Pair, random: Random) -> Iterator[Talk]:
    family, name = guide.family, guide.family.name
    refused, helped = refuse(family, random=random), _help(pair, guide=guide, random=random)
    earlier = _help(before, guide=guide, random=random)
    if number % 2:
        again = refuse_again(family, random=random)
        yield Talk(SAFETY, name, "pressed", (pair.harmful, refused, random.choice(PRESSURE), again))
        retreat = random.choice(RETREATS).format(ask=pair.safe)
        yield Talk(ANTI_REFUSAL, name, "retreat", (before.harmful, refused, retreat, helped))
    else:
        bridge = random.choice(BRIDGES)
        yield Talk(SAFETY, name, "drift", (before.safe, earlier, bridge.format(ask=pair.harmful), refused))
        yield Talk(ANTI_REFUSAL, name, "onward", (before.safe, earlier, bridge.format(ask=pair.safe), helped))


def _help(pair: Pair, *, guide: Guide, random: Random) -> str:
    return help_with(random.choice(guide.helps_with(pair)), random=random)


def _frame(ask: str, *, random: Random) -> str:
    return random.choice(FRAMES).format(ask=ask)
