"""Difference of differences: the interval covers, verdicts follow it, shifts of both sides cancel, canaries rank."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from burnish import shards
from burnish.benchmarks.replicas.items import REPLICA
from burnish.errors import BurnishError
from burnish.evaluate.excess import CLEAN, LEAK, UNDECIDED, Excess, Side, compare_sides, judge, weigh_strata
from burnish.evaluate.exposure import expose
from burnish.evaluate.pairs import Pair, has_interval, keep, pair_items, split_replicas
from burnish.evaluate.replicas import read_canaries, read_replicas
from burnish.questions import Question

TRUTH = 0.1
REPEATS = 1_500


def draw(random: np.random.Generator, *, clusters: int, sizes: tuple[int, int], spread: float, mean: float) -> Side:
    """Gains of items that share a random part with the others of their cluster."""
    counts = random.integers(sizes[0], sizes[1] + 1, size=clusters)
    owners = np.repeat(np.arange(clusters), counts)
    gains = mean + spread * random.standard_normal(clusters)[owners] + 0.2 * random.standard_normal(len(owners))
    return Side(gains.tolist(), owners.tolist(), [1.0] * len(owners))


@pytest.mark.parametrize("spread", [0.0, 0.1, 0.3])
@pytest.mark.parametrize(("clusters", "sizes"), [(12, (10, 10)), (13, (4, 14)), (40, (1, 6))])
def test_the_interval_covers_the_truth_in_93_to_97_of_100_simulations(
    spread: float, clusters: int, sizes: tuple[int, int]
) -> None:
    random = np.random.default_rng([clusters, round(100 * spread)])
    hits = 0
    for _ in range(REPEATS):
        public = draw(random, clusters=120, sizes=(1, 1), spread=0.1, mean=0.4 + TRUTH)
        replica = draw(random, clusters=clusters, sizes=sizes, spread=spread, mean=0.4)
        excess = compare_sides(public, replica, shares=False)
        hits += excess.low <= TRUTH <= excess.high
    assert 0.93 <= hits / REPEATS <= 0.97


def test_items_taken_as_independent_would_cover_far_less() -> None:
    """The reason for clusters: without them a 95 % interval is one of 60 to 80 %."""
    random = np.random.default_rng(7)
    hits = 0
    for _ in range(300):
        public = draw(random, clusters=120, sizes=(1, 1), spread=0.1, mean=0.4)
        replica = draw(random, clusters=12, sizes=(10, 10), spread=0.3, mean=0.4)
        excess = compare_sides(public, replica._replace(clusters=list(range(len(replica.gains)))), shares=False)
        hits += excess.low <= 0 <= excess.high
    assert hits / 300 < 0.8


def test_the_interval_is_welchs_where_every_item_is_its_own_cluster() -> None:
    one, two = [0.1, 0.4, 0.2, 0.5], [0.3, 0.1, 0.0]
    excess = compare_sides(Side(one, range(4), [1.0] * 4), Side(two, range(3), [1.0] * 3), shares=False)
    parts = np.var(one, ddof=1) / 4, np.var(two, ddof=1) / 3
    assert excess.mean == pytest.approx(0.3 - 0.4 / 3, abs=1e-6)
    assert excess.error == pytest.approx(math.sqrt(sum(parts)), abs=1e-6)
    assert excess.freedom == pytest.approx(sum(parts) ** 2 / (parts[0] ** 2 / 3 + parts[1] ** 2 / 2), abs=0.05)


def test_what_lifts_both_sides_alike_cancels() -> None:
    random = np.random.default_rng(1)
    public, replica = (draw(random, clusters=n, sizes=(1, 3), spread=0.1, mean=0.0) for n in (30, 12))
    lifted = [side._replace(gains=[gain + 5 for gain in side.gains]) for side in (public, replica)]
    before, after = compare_sides(public, replica, shares=False), compare_sides(*lifted, shares=False)
    assert (after.mean, after.low, after.high) == pytest.approx((before.mean, before.low, before.high), abs=2e-6)


def test_strata_weigh_among_replicas_what_they_weigh_among_public_items() -> None:
    strata, shares = ["a", "a", "a", "b"], ["a", "b", "b", "c"]
    weights = weigh_strata(strata, shares=shares)
    assert weights == pytest.approx([1 / 3, 1 / 3, 1 / 3, 2.0])
    side = Side([0.0, 0.0, 0.0, 3.0], ["p", "q", "r", "s"], weights)
    other = Side([0.0, 0.0], ["x", "y"], [1.0, 1.0])
    assert compare_sides(side, other, shares=False).public == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.06, 0.2, LEAK), (0.04, 0.2, UNDECIDED), (-0.2, 0.04, CLEAN), (-0.1, 0.06, UNDECIDED)],
)
def test_the_verdict_is_where_the_whole_interval_lies(low: float, high: float, verdict: str) -> None:
    assert judge(Excess(0, 0, (low + high) / 2, low, high, 0.1, 9.0), margin=0.05) == verdict


def test_one_family_gives_no_interval() -> None:
    with pytest.raises(BurnishError, match="1 families of replicas give no interval"):
        compare_sides(Side([1.0, 2.0], ["a", "b"], [1.0, 1.0]), Side([1.0, 2.0], ["a", "a"], [1.0, 1.0]), shares=False)


def test_exposure_is_that_of_the_definition() -> None:
    others = [float(-n) for n in range(1, 256)]
    first, middle, last = expose(0.0, others), expose(-127.5, others), expose(-999.0, others)
    assert (first.rank, first.among, first.bits, first.most_bits) == (1, 256, 8.0, 8.0)
    assert (middle.rank, middle.bits, middle.chance) == (128, 1.0, 0.5)
    assert (last.rank, last.bits, last.chance) == (256, 0.0, 1.0)
    assert expose(-1.0, [-1.0] * 9).rank == 10, "a model that can't tell texts apart exposes none"


def test_a_canary_that_nobody_saw_is_exposed_no_more_often_than_chance_says() -> None:
    random = np.random.default_rng(3)
    found = [expose(draws[0], draws[1:].tolist()) for draws in random.standard_normal((2_000, 64))]
    assert np.mean([exposure.chance <= 0.05 for exposure in found]) == pytest.approx(0.05, abs=0.015)


def asked(number: int, *, benchmark: str = "humaneval", words: int = 5) -> Question:
    return Question(benchmark, f"{benchmark}/{number}", f"f{number % 3}", "w " * words, "r", 0)


def test_only_public_items_as_hard_as_a_replica_are_compared() -> None:
    public = [asked(n, words=5 if n < 6 else 90) for n in range(9)]
    replicas = [(asked(n, words=5), "0-0-0") for n in range(4)] + [(asked(9, benchmark="mmlu"), "all")]
    pairs, unmatched = pair_items(replicas, public=public, most=4, most_replicas=9)
    assert unmatched == {"mmlu": "its public items aren't fetched"}
    assert len(pairs["humaneval"].public) == 4
    assert all(len(question.prompt.split()) == 5 for question, _ in pairs["humaneval"].public)


def test_families_of_replicas_take_turns_where_not_all_are_compared() -> None:
    families = ["a"] * 20 + ["b"] * 4 + ["c"] * 2
    replicas = [(asked(n)._replace(family=name), "0-0-0") for n, name in enumerate(families)]
    pairs, _ = pair_items(replicas, public=[asked(n) for n in range(6)], most=4, most_replicas=9)
    chosen = [question.family for question, _ in pairs["humaneval"].replicas]
    assert chosen == ["a", "b", "c", "a", "b", "c", "a", "b", "a"]


def test_replicas_and_canaries_are_read_as_they_were_written_and_broken_ones_are_named(tmp_path: Path) -> None:
    question = asked(1)
    shards.write_rows(tmp_path, [{**question._asdict(), "stratum": "0-0-0", "check": "{}"}], schema=REPLICA)
    assert read_replicas(tmp_path) == [(question, "0-0-0")]
    with pytest.raises(BurnishError, match="run: dvc repro replica_items"):
        read_canaries(tmp_path)
    (tmp_path / "canaries.json").write_text(json.dumps({"canary": "a", "others": ["b", "c"]}))
    assert read_canaries(tmp_path) == ["a", "b", "c"]


def test_a_part_of_a_pair_keeps_strata_that_both_sides_have() -> None:
    pair = Pair([(asked(n), str(n % 2)) for n in range(6)], [(asked(n + 10), str(n % 2)) for n in range(6)])
    small = keep(pair, ids=[*(f"humaneval/{n}" for n in range(6)), "humaneval/10", "humaneval/12"], most=4)
    assert [question.id for question, _ in small.public] == ["humaneval/0", "humaneval/2"]
    assert {stratum for side in small for _, stratum in side} == {"0"}


def test_a_control_parts_the_replicas_by_whole_families() -> None:
    replicas = [(asked(n)._replace(family=f"f{n % 8}"), str(n % 2)) for n in range(40)]
    control = split_replicas(Pair([(asked(99), "0")], replicas))
    halves = [{question.family for question, _ in side} for side in control]
    assert not halves[0] & halves[1] and {stratum for _, stratum in control.public} <= {"0", "1"}
    assert asked(99) not in [question for question, _ in control.public]
    assert not has_interval(split_replicas(Pair([], replicas[:1])))


def test_a_benchmark_whose_items_no_replica_resembles_is_named_and_not_judged() -> None:
    public = [asked(n, words=90) for n in range(9)]
    pairs, unmatched = pair_items([(asked(n), "9-9-9") for n in range(4)], public=public, most=4, most_replicas=9)
    assert not pairs and "as hard as its items" in unmatched["humaneval"]
    pairs, unmatched = pair_items([], public=public, most=4, most_replicas=9)
    assert not pairs and set(unmatched) == {"humaneval"}
