"""The peers' signatures of the documents in a JSON list, for bench/dedup.py: one process, their own functions, no disk."""

import json
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

BANDS, ROWS, RUN_WORDS = 20, 6, 3


def time_each(sign: Callable[[str], Any], *, texts: list[str], name: str) -> dict[str, Any]:
    for text in texts[:20]:
        sign(text)
    start = time.process_time()
    for text in texts:
        sign(text)
    spent = time.process_time() - start
    return {"cpu_seconds": round(spent, 2), "documents_per_cpu_second": round(len(texts) / spent, 1),
            "version": version(name)}  # fmt: skip


def make_datatrove(folder: str) -> Callable[[str], Any]:
    from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupSignature

    step = MinhashDedupSignature(folder, MinhashConfig(n_grams=RUN_WORDS, num_buckets=BANDS, hashes_per_bucket=ROWS))
    return lambda text: step.get_signature(step.get_shingles(text))


def make_text_dedup() -> Callable[[str], Any]:
    from text_dedup.minhash import RNG, embed_func, xxh3_32hash

    count, largest = BANDS * ROWS, np.uint32((1 << 32) - 1)
    prime = np.uint32((1 << 32) - 5)
    permutations = (RNG.randint(1, prime, size=(count,), dtype=np.uint32),
                    RNG.randint(0, prime, size=(count,), dtype=np.uint32))  # fmt: skip
    ranges = [(start, start + ROWS) for start in range(0, count, ROWS)]
    return lambda text: embed_func(
        text, 0, num_perm=count, ngram_size=RUN_WORDS, min_length=0, hashranges=ranges, permutations=permutations,
        hash_func=xxh3_32hash, dtype=np.uint32, max_hash=largest, modulo_prime=prime,
    )  # fmt: skip


def main() -> None:
    texts = json.loads(Path(sys.argv[1]).read_text())
    with TemporaryDirectory() as folder:
        found = {
            "datatrove": time_each(make_datatrove(folder), texts=texts, name="datatrove"),
            "text-dedup": time_each(make_text_dedup(), texts=texts, name="text-dedup"),
        }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
