"""Near-duplicates: what exact resemblance says is found, nothing else, wherever the rows stand."""

from itertools import combinations
from random import Random

import numpy as np
import pytest
from pydantic import ValidationError

from burnish.duplicates import MinHashParams, find_near
from burnish.minhash import find_buckets, sign
from burnish.shingles import NEAR, jaccard, shingle
from tests.overlaps import DUPLICATES

WORDS = [f"word{number}" for number in range(400)]


def document(random: Random, length: int = 120) -> list[str]:
    return [random.choice(WORDS) for _ in range(length)]


def edited(words: list[str], changes: int, random: Random) -> str:
    copy = list(words)
    for place in random.sample(range(len(copy)), changes):
        copy[place] = random.choice(WORDS)
    return " ".join(copy)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    random = Random("duplicates")
    originals = [document(random) for _ in range(150)]
    copies = [edited(words, changes, random) for words in originals[:100] for changes in (1, 4, 9)]
    found = [" ".join(words) for words in originals] + copies
    random.shuffle(found)
    return found


def test_signatures_agree_as_often_as_the_texts_resemble(texts: list[str]) -> None:
    signatures = sign(texts, permutations=512)
    sets = [shingle(text) for text in texts]
    pairs = [pair for pair in combinations(range(120), 2) if jaccard(sets[pair[0]], sets[pair[1]]) > 0.2]
    misses = [np.mean(signatures[a] == signatures[b]) - jaccard(sets[a], sets[b]) for a, b in pairs]
    assert len(pairs) > 20 and abs(np.mean(misses)) < 0.01 and max(map(abs, misses)) < 0.1


def test_clusters_hold_the_pairs_of_exact_resemblance_and_no_stranger(texts: list[str]) -> None:
    sets = [shingle(text) for text in texts]
    near = {(a, b) for a, b in combinations(range(len(texts)), 2) if jaccard(sets[a], sets[b]) >= NEAR}
    groups = find_near(texts, params=DUPLICATES)
    together = {pair for group in groups for pair in combinations(group, 2)}
    assert len(near & together) >= 0.99 * len(near)
    for group in groups:
        assert all(any(jaccard(sets[row], sets[other]) >= NEAR for other in group if other != row) for row in group)


def test_a_text_has_the_same_signature_in_any_company(texts: list[str]) -> None:
    odd = ["", "one", "two words", "a longer text with seven words", *texts[:5]]
    together, alone = sign(odd, permutations=120), [sign([text], permutations=120)[0] for text in odd]
    assert all((one == other).all() for one, other in zip(together, alone, strict=True))


def test_equal_texts_share_every_band_and_are_one_cluster_each() -> None:
    texts = ["tiny", "other", "tiny", "x y z w v", "x y z w v", ""]
    buckets = [tuple(bucket) for bucket in find_buckets(sign(texts, permutations=120), bands=20)]
    assert sorted(buckets) == [(0, 2)] * 20 + [(3, 4)] * 20
    assert find_near(texts, params=DUPLICATES) == [[0, 2], [3, 4]]
    assert find_near([], params=DUPLICATES) == []


def test_bands_that_do_not_divide_the_permutations_are_an_error() -> None:
    with pytest.raises(ValidationError, match="permutations = 100 isn't a multiple of bands = 30"):
        MinHashParams(permutations=100, bands=30, min_resemblance=0.8)
