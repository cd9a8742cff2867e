"""Settings and a small benchmark for tests of near-duplicates and overlaps."""

import json
from pathlib import Path

from burnish.contamination import ContaminationParams
from burnish.duplicates import MinHashParams, NearParams

DUPLICATES = NearParams(permutations=120, bands=20, min_resemblance=0.8, max_compared=64)
NEAR = MinHashParams(permutations=120, bands=40, min_resemblance=0.6)
CONTAMINATION = ContaminationParams(run_words=13, min_words=8, min_equal_words=6, min_nodes=10, near=NEAR)
QUESTION = (
    "A gardener plants eleven rows of tulips, digs up every third row and sells nine bulbs of each row that is left. "
    "How many bulbs are sold when a row holds forty of them?"
)


def write_benchmark(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "items.jsonl").write_text(json.dumps({"question": QUESTION, "answer": "72"}) + "\n")
