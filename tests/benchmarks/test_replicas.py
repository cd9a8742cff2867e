"""Replicas: enough families, the formats as published, drawn by key, proved by a second route, matched in difficulty."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from burnish import params, sandbox, shards
from burnish.benchmarks.replica_items import ReplicaItemsParams, run, write_canaries
from burnish.benchmarks.replicas.items import Replica, draw_replicas
from burnish.benchmarks.replicas.matching import match, share_out, standardised_differences
from burnish.benchmarks.replicas.proofs import prove
from burnish.benchmarks.replicas.registry import FAMILIES, draw_pools
from burnish.contamination import ContaminationParams
from burnish.errors import BurnishError
from burnish.files import digest_of
from burnish.questions import Question
from tests.evaluate.held_out import write_humaneval

FIELDS = {
    "humaneval": {"entry_point", "prompt", "canonical_solution", "test"},
    "mbpp": {"prompt", "code", "test_list", "challenge_test_list"},
    "gsm8k": {"question", "answer"},
    "ifeval": {"prompt", "instruction_id_list", "kwargs"},
    "bfcl": {"question", "function", "ground_truth"},
    "xstest": {"prompt", "type", "label"},
    "mmlu": {"question", "subject", "choices", "answer"},
}
DETECTOR = params.load(ContaminationParams, "contamination.detector", path=Path(__file__).parents[2] / "params.yaml")
POOLS = draw_pools(drafts=3, key="test")
DRAFTS = [(benchmark, family) for benchmark, own in FAMILIES.items() for family in own]


@pytest.mark.parametrize("benchmark", FIELDS)
def test_every_format_has_a_dozen_families_and_the_published_fields(benchmark: str) -> None:
    assert len(FAMILIES[benchmark]) >= 12
    assert {tuple(sorted(replica.check)) for replica in POOLS[benchmark]} == {tuple(sorted(FIELDS[benchmark]))}


@pytest.mark.parametrize(("benchmark", "family"), DRAFTS, ids=lambda name: name)
def test_a_family_gives_other_items_each_time_and_the_same_by_the_same_draws(benchmark: str, family: str) -> None:
    make = FAMILIES[benchmark][family]
    assert make(Random("one")) == make(Random("one"))
    assert len({make(Random(f"draw {number}")).prompt for number in range(40)}) >= 12


@pytest.mark.parametrize("benchmark", FIELDS)
def test_another_key_gives_other_items(benchmark: str) -> None:
    others = draw_replicas(FAMILIES[benchmark], benchmark=benchmark, drafts=3, key="other")
    equal = {replica.question.prompt for replica in others} & {replica.question.prompt for replica in POOLS[benchmark]}
    assert len(equal) <= len(others) / 5


@pytest.mark.parametrize("benchmark", FIELDS)
def test_every_item_is_proved(benchmark: str) -> None:
    if benchmark in ("humaneval", "mbpp"):
        sandbox.require()
    prove(POOLS[benchmark], benchmark=benchmark, workers=2)


def spoil(replica: Replica, **changes: Any) -> Replica:
    return replica._replace(check={**replica.check, **changes})


@pytest.mark.parametrize(
    ("benchmark", "changes", "complaint"),
    [
        ("gsm8k", {"answer": "There are 2 * 3 = <<2 * 3=7>>7.\n#### 7"}, "isn't 7"),
        ("gsm8k", {"answer": "#### 123456"}, "the oracle's"),
        ("mmlu", {"choices": ["1", "1", "2", "3"]}, "equal choices"),
        ("mmlu", {"choices": ["a", "b", "c", "d"]}, "the oracle's"),
        ("bfcl", {"function": []}, "isn't offered"),
        ("ifeval", {"instruction_id_list": ["startend:quotation"], "kwargs": [{}]}, "its constructed answer breaks"),
        ("humaneval", {"canonical_solution": "    return 12345\n"}, "its reference fails"),
        ("humaneval", {"test": "def check(candidate):\n    pass\n"}, "returns nothing passes"),
    ],
)
def test_an_item_that_is_wrong_is_refused(benchmark: str, changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(BurnishError, match=complaint):
        prove([spoil(POOLS[benchmark][0], **changes)], benchmark=benchmark, workers=1)


def test_a_call_must_say_what_the_question_says() -> None:
    replica = POOLS["bfcl"][0]
    silent = replica._replace(question=replica.question._replace(prompt="What is the weather like?"))
    with pytest.raises(BurnishError, match="the question doesn't say"):
        prove([silent], benchmark="bfcl", workers=1)


def question(number: int, *, words: int, steps: int, family: str = "f") -> Question:
    return Question("humaneval", f"q{number}", family, " ".join(["w"] * words), "r " * words, steps)


def test_matching_brings_the_features_to_the_public_ones() -> None:
    random = Random("match")
    pool = [
        Replica(question(n, words=random.randint(5, 60), steps=random.randint(0, 9), family=f"f{n % 12}"), {}, "")
        for n in range(900)
    ]
    public = [question(n, words=random.randint(5, 25), steps=random.randint(3, 9)) for n in range(150)]
    matched = match(pool, public=public, items=100, key="k")
    before, after = matched.figures["difference_before"], matched.figures["difference_after"]
    assert matched.figures["replicas"] == 100 and matched.figures["public_covered"] == 150
    assert before["prompt_words"] > 1
    assert abs(after["prompt_words"]) < 0.5 and abs(after["steps"]) < 0.25
    assert len({replica.question.family for replica, _ in matched.chosen}) == 12
    assert "100 replicas in" in matched.figures["says"]


def test_public_items_that_no_replica_resembles_are_counted_and_what_was_not_fetched_is_said() -> None:
    pool = [Replica(question(n, words=5, steps=1, family=f"f{n % 3}"), {}, "") for n in range(30)]
    public = [question(n, words=5 if n < 20 else 200, steps=1) for n in range(30)]
    figures = match(pool, public=public, items=12, key="k").figures
    assert (figures["public"], figures["public_covered"]) == (30, 20)
    assert figures["short_of"] == 4, "a third of twelve had no draft"
    alone = match(pool, public=[], items=12, key="k")
    assert alone.figures["matched"] is False and "aren't fetched" in alone.figures["says"]
    assert len(alone.chosen) == 12


def test_shares_are_whole_numbers_that_sum_up() -> None:
    assert share_out(10, sizes={"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}
    assert share_out(7, sizes={"a": 3, "b": 1}) == {"a": 5, "b": 2}


def test_a_difference_is_in_public_standard_deviations() -> None:
    public = [question(n, words=words, steps=0) for n, words in enumerate((10, 20))]
    found = standardised_differences([question(9, words=25, steps=4)], public=public)
    assert found == {"prompt_words": 2.0, "reference_words": 2.0, "steps": None}


def test_stage_writes_the_same_bytes_twice_and_says_how_each_benchmark_was_matched(tmp_path: Path) -> None:
    write_humaneval(tmp_path / "raw" / "humaneval")
    settings = ReplicaItemsParams(key="test", drafts=4, items=12, canaries=7, detector=DETECTOR)
    outcomes = [run(settings, public=tmp_path / "raw", out=tmp_path / name) for name in ("one", "two")]
    assert outcomes[0] == outcomes[1]
    assert digest_of(tmp_path / "one") == digest_of(tmp_path / "two")
    rows = list(shards.read_rows(tmp_path / "one"))
    assert {row["benchmark"] for row in rows} == set(FIELDS)
    assert outcomes[0]["benchmarks"]["humaneval"]["matched"] is True
    assert outcomes[0]["benchmarks"]["gsm8k"]["says"].startswith("not matched")
    assert all(json.loads(row["check"]) for row in rows)


def test_canaries_differ_in_their_digits_alone() -> None:
    canaries = write_canaries(key="k", count=31)
    assert len(set(canaries)) == 32
    assert len({"".join(letter for letter in text if not letter.isdigit()) for text in canaries}) == 1
    assert write_canaries(key="other", count=31)[0] != canaries[0]
