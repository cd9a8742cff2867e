"""Near-duplicates side by side with peers: `bin/python bench/dedup.py [COUNT [FOLDER]]`.

COUNT (20,000) real documents are cut out of the texts in FOLDER (data/processed/text) at 2,000 characters; further ones
are edited copies. Recall is against the exact resemblance of all pairs. Ours is signatures, bands, exact check and
clusters; the peers' is signatures alone. Peers run in an environment of their own, made from
bench/requirements.txt, whose interpreter BURNISH_PEERS names; without it only Burnish is measured. The last line is JSON.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from burnish.duplicates import NearParams, cluster
from burnish.minhash import sign
from burnish.shards import read_rows
from burnish.shingles import NEAR, jaccard, shingle

PARAMS = NearParams(permutations=120, bands=20, min_resemblance=NEAR, max_compared=64)
CHARS, PEER_DOCUMENTS = 2_000, 1_000
PEERS = Path(__file__).parent / "peers" / "dedup.py"


def cut_documents(folder: Path, *, count: int) -> list[str]:
    texts = [row["text"] for row in read_rows(folder)]
    pieces = [text[at : at + CHARS] for text in texts for at in range(0, len(text), CHARS)]
    found = [piece for piece in pieces if len(piece) >= CHARS // 4]
    random = Random("bench/dedup")
    random.shuffle(found)
    originals = found[:count]
    while len(originals) < count:  # more than there are: pieces with a share of their words replaced
        words = random.choice(found).split()
        for place in random.sample(range(len(words)), int(len(words) * random.random() / 2)):
            words[place] = random.choice(words)
        originals.append(" ".join(words))
    return originals


def find_exact_pairs(texts: list[str]) -> set[tuple[int, int]]:
    """Return all pairs of at least NEAR, by prefix filtering (Chaudhuri et al. 2006): exact, without all comparisons."""
    sets = [shingle(text) for text in texts]
    often: dict[tuple[str, ...], int] = {}
    for own in sets:
        for run in own:
            often[run] = often.get(run, 0) + 1
    places: dict[tuple[str, ...], list[int]] = {}
    pairs = set()
    for row, own in enumerate(sets):
        prefix = sorted(own, key=lambda run: (often[run], run))[: len(own) - int(np.ceil(NEAR * len(own))) + 1]
        met = {other for run in prefix for other in places.get(run, ())}
        pairs |= {(other, row) for other in met if jaccard(sets[other], own) >= NEAR}
        for run in prefix:
            places.setdefault(run, []).append(row)
    return pairs


def measure(texts: list[str]) -> tuple[dict[str, Any], list[list[int]]]:
    start = time.process_time()
    signatures = sign(texts, permutations=PARAMS.permutations)
    signed = time.process_time() - start
    groups = cluster(signatures, text_of=texts.__getitem__, params=PARAMS)
    spent = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "documents": len(texts), "cpu_seconds": round(spent, 2), "documents_per_cpu_second": round(len(texts) / spent, 1),
        "signing_cpu_seconds": round(signed, 2), "duplicates": sum(map(len, groups)) - len(groups),
        "peak_memory_mb": round(peak, 1),
    }, groups  # fmt: skip


def recall(texts: list[str], groups: list[list[int]]) -> dict[str, Any]:
    root = {row: group[0] for group in groups for row in group}
    pairs = find_exact_pairs(texts)
    found = sum(root.get(one, -1) == root.get(other, -2) for one, other in pairs)
    return {"exact_pairs": len(pairs), "found": found, "recall": round(found / len(pairs), 4) if pairs else None}


def ask_peers(texts: list[str]) -> dict[str, Any]:
    interpreter = os.environ.get("BURNISH_PEERS")
    if not interpreter:
        return {}
    with TemporaryDirectory() as folder:
        documents = Path(folder) / "documents.json"
        documents.write_text(json.dumps(texts))
        asked = [interpreter, str(PEERS), str(documents)]
        said = subprocess.run(asked, capture_output=True, text=True, check=False)
    if said.returncode:
        sys.exit(f"bench/dedup.py: the peers failed: {said.stderr[-800:]}")
    found: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    return found


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path("data/processed/text")
    texts = cut_documents(folder, count=count)
    ours, groups = measure(texts)
    print(f"burnish: {ours}")
    checked = recall(texts, groups) if count <= 50_000 else {}
    print(f"against exact resemblance: {checked}")
    peers = ask_peers(texts[:PEER_DOCUMENTS])
    for name, found in peers.items():
        print(f"{name}: {found}")
    rates = {name: found["documents_per_cpu_second"] for name, found in peers.items()}
    line = {
        "name": "dedup", "unit": "documents/CPU s", "ours": ours["documents_per_cpu_second"], "peer": rates,
        "ratio": {name: round(ours["documents_per_cpu_second"] / rate, 2) for name, rate in rates.items()},
        "sizes": {"characters": sum(map(len, texts)), **ours, **checked, "peer_documents": min(count, PEER_DOCUMENTS)},
        "versions": {"python": platform.python_version(), "rensa": version("rensa"),
                     **{name: found["version"] for name, found in peers.items()}},
    }  # fmt: skip
    print(json.dumps(line))


if __name__ == "__main__":
    main()
