"""Public items beside replicas as hard as they are, and what the first gained beyond the second, in figures and words."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from burnish.evaluate.excess import CLEAN, LEAK, UNDECIDED, Excess, Side, compare_sides, judge, weigh_strata
from burnish.intervals import minimum_detectable
from burnish.questions import Question, cut_features, stratum_of
from burnish.seeds import fingerprint

NATS, POINTS = "nats a token", "of all items passed"
SAYS = {
    LEAK: "looks leaked: the whole interval lies above the margin",
    CLEAN: "no sign of a leak: an excess as large as the margin is excluded",
    UNDECIDED: "undecided: the interval holds the margin",
}
ABSENT = "its public items aren't fetched"
UNLIKE = "fewer than two families of replicas are as hard as its items"
Placed = tuple[Question, str]


class Pair(NamedTuple):
    """The public items and the replicas of one benchmark that are compared, each with its stratum."""

    public: list[Placed]
    replicas: list[Placed]


def pair_items(replicas: Sequence[Placed], *, public: Sequence[Question], most: int, most_replicas: int
               ) -> tuple[dict[str, Pair], dict[str, str]]:  # fmt: skip
    """Return what is compared by benchmark, and why the others aren't.

    Strata are those of all public items; of the ones that hold a replica, `most` are chosen by hash. Of the replicas in
    their strata, `most_replicas` are chosen, families in turn: an interval is as wide as the families let it be.
    """
    pairs, unmatched = {}, {}
    for name in dict.fromkeys([*(question.benchmark for question, _ in replicas), *(one.benchmark for one in public)]):
        own = [one for one in replicas if one[0].benchmark == name]
        theirs = [question for question in public if question.benchmark == name]
        if not theirs:
            unmatched[name] = ABSENT
            continue
        cuts, held = cut_features(theirs), {stratum for _, stratum in own}
        shared = [(question, cell) for question in theirs if (cell := stratum_of(question, cuts=cuts)) in held]
        chosen = sorted(shared, key=lambda one: fingerprint("public", one[0].id))[:most]
        present = {stratum for _, stratum in chosen}
        pair = _in_shared_strata(chosen, _in_turn([one for one in own if one[1] in present], most=most_replicas))
        if has_interval(pair):
            pairs[name] = pair
        else:
            unmatched[name] = UNLIKE
    return pairs, unmatched


def _in_turn(placed: Sequence[Placed], *, most: int) -> list[Placed]:
    """Return at most `most` items: families take turns, the order inside goes by hash."""
    families: dict[str, list[Placed]] = {}
    for one in sorted(placed, key=lambda one: fingerprint("replica", one[0].id)):
        families.setdefault(one[0].family, []).append(one)
    turns = sorted((turn, name) for name, own in families.items() for turn in range(len(own)))
    return [families[name][turn] for turn, name in turns[:most]]


def keep(pair: Pair, *, ids: Sequence[str], most: int) -> Pair:
    """Return the first `most` items of each side among `ids`, in strata that both sides still have."""
    known = set(ids)
    return _in_shared_strata(*([one for one in side if one[0].id in known][:most] for side in pair))


def split_replicas(pair: Pair) -> Pair:
    """Return a control: every other family of the replicas, by hash, in the place of the public items.

    Neither half can have leaked, so a judge that finds a leak here is wrong.
    """
    families = sorted({question.family for question, _ in pair.replicas}, key=lambda name: fingerprint("half", name))
    half = set(families[::2])
    return _in_shared_strata(
        [one for one in pair.replicas if one[0].family in half],
        [one for one in pair.replicas if one[0].family not in half],
    )


def has_interval(pair: Pair) -> bool:
    """Say whether both sides have the two families that an interval needs."""
    return all(len({question.family for question, _ in side}) > 1 for side in pair)


def _in_shared_strata(public: list[Placed], replicas: list[Placed]) -> Pair:
    shared = {cell for _, cell in public} & {cell for _, cell in replicas}
    return Pair(*([one for one in side if one[1] in shared] for side in (public, replicas)))


def find_excess(pair: Pair, *, gain: Callable[[Question], float], shares: bool) -> Excess:
    """Return the difference of differences; strata weigh among the replicas what they weigh among the public items."""
    public, replica = ([stratum for _, stratum in side] for side in pair)
    weights = ([1.0] * len(public), weigh_strata(replica, shares=public))
    return compare_sides(*(
        Side([gain(question) for question, _ in side], [question.family for question, _ in side], own)
        for side, own in zip(pair, weights, strict=True)
    ), shares=shares)  # fmt: skip


def judge_pair(pair: Pair, *, gain: Callable[[Question], float], margin: float, name: str, shares: bool
               ) -> dict[str, Any]:  # fmt: skip
    """Return the excess of one benchmark with its verdict; gains are of items passed (`shares`) or nats a token."""
    excess, unit = find_excess(pair, gain=gain, shares=shares), POINTS if shares else NATS
    verdict = judge(excess, margin=margin)
    says = (
        f"{name}: public items gained {excess.public:+.3f} {unit}, replicas {excess.replica:+.3f}; the excess is "
        f"{excess.mean:+.3f} (95 % interval {excess.low:+.3f} to {excess.high:+.3f}, margin {margin:.3f}); {SAYS[verdict]}"
    )
    return {
        **excess._asdict(), "margin": margin, "minimum_detectable": minimum_detectable(excess.error),
        "verdict": verdict, "says": says, "public_items": len(pair.public), "replicas": len(pair.replicas),
        "families": len({question.family for question, _ in pair.replicas}),
    }  # fmt: skip
