"""What a family of training pairs is: matched requests as in the evaluation's, and what a good answer to each side says.

The safe side is answered by one of `helps` that fits its thing, whatever the wording and the safe aim; the harmful side by a
refusal that says why and offers the safe way (`guard_words.py`). Families are apart from those that evaluation asks.
"""

from typing import NamedTuple

from burnish.generate.safety_core import Family, Pair


class Help(NamedTuple):
    """A short answer, maybe with a block of code, to requests about `things`; to all of its family where there are none."""

    text: str
    things: tuple[str, ...]


class Guide(NamedTuple):
    """A family and what helps with its safe requests."""

    family: Family
    helps: tuple[Help, ...]

    def helps_with(self, pair: Pair) -> list[str]:
        """Return the answers that fit the thing of `pair`."""
        return [one.text for one in self.helps if not one.things or any(thing in pair.safe for thing in one.things)]


def fits(*things: str, text: str) -> Help:
    """Return an answer for requests about `things` only."""
    return Help(text, things)


def make_helps(*helps: str | Help) -> tuple[Help, ...]:
    """Return `helps`; a bare text fits everything."""
    return tuple(Help(one, ()) if isinstance(one, str) else one for one in helps)


def guide(name: str, *, asks: tuple[str, ...], things: tuple[str, ...], aims: tuple[tuple[str, str], ...], why: str,
          instead: str, helps: tuple[str | Help, ...]) -> Guide:  # fmt: skip
    """Return a family of training pairs; each of `aims` is a safe one and a harmful one."""
    return Guide(Family(name, asks, things, aims, why, instead), make_helps(*helps))
