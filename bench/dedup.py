"""Near-duplicates side by side with peers: `bin/python bench/dedup.py [COUNT [FOLDER]]`.

COUNT (20,000) real documents are cut out of the texts in FOLDER (data/processed/text) at 1,000 characters; more are the
same in marked words. They lie on disk. Up to 20,000, recall is against the exact resemblance of all pairs. Ours is
signatures, bands, exact check and clusters; the peers' is signatures alone. Peers run in an environment of their own, made
from bench/requirements.txt, whose interpreter BURNISH_PEERS names; without it only Burnish is measured. The last line is
JSON.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from burnish.duplicates import NearParams, cluster
from burnish.minhash import sign
from burnish.shards import read_rows
from burnish.shingles import NEAR, jaccard, shingle

PARAMS = NearParams(permutations=120, bands=20, min_resemblance=NEAR, max_compared=64)
CHARS, PEER_DOCUMENTS, CHECKED = 1_000, 1_000, 20_000
PEERS = Path(__file__).parent / "peers" / "dedup.py"


class Documents(NamedTuple):
    """Texts in one file, found by their places."""

    file: Path
    places: npt.NDArray[np.int64]

    def read(self, row: int) -> str:
        """Return one text."""
        with self.file.open("rb") as file:
            file.seek(self.places[row])
            return file.read(self.places[row + 1] - self.places[row]).decode()

    def stream(self) -> Iterator[str]:
        """Yield all texts in order."""
        with self.file.open("rb") as file:
            for length in np.diff(self.places):
                yield file.read(length).decode()


def cut_pieces(folder: Path) -> list[str]:
    texts = [row["text"] for row in read_rows(folder)]
    pieces = [text[at : at + CHARS] for text in texts for at in range(0, len(text), CHARS)]
    found = [piece for piece in pieces if len(piece) >= CHARS // 4]
    Random("bench/dedup").shuffle(found)
    return found


def write_documents(pieces: list[str], *, count: int, file: Path) -> Documents:
    """Write `count` documents; further rounds of pieces have their vowels marked: other words, as alike to each other."""
    places = np.zeros(count + 1, dtype=np.int64)
    with file.open("wb") as out:
        for row in range(count):
            round_, piece = divmod(row, len(pieces))
            mark = {ord(vowel): f"{vowel}{chr(0x4E00 + round_)}" for vowel in "aeiou"} if round_ else {}
            places[row + 1] = places[row] + out.write(pieces[piece].translate(mark).encode())
    return Documents(file, places)


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


def measure(documents: Documents) -> tuple[dict[str, Any], list[list[int]]]:
    start = time.process_time()
    signatures = sign(documents.stream(), permutations=PARAMS.permutations)
    signed = time.process_time() - start
    groups = cluster(signatures, text_of=documents.read, params=PARAMS)
    spent = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "documents": len(signatures), "characters": int(documents.places[-1]), "cpu_seconds": round(spent, 2),
        "documents_per_cpu_second": round(len(signatures) / spent, 1), "signing_cpu_seconds": round(signed, 2),
        "duplicates": sum(map(len, groups)) - len(groups), "peak_memory_mb": round(peak, 1),
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
    with TemporaryDirectory() as place:
        documents = write_documents(cut_pieces(folder), count=count, file=Path(place) / "documents")
        ours, groups = measure(documents)
        print(f"burnish: {ours}", flush=True)
        checked = recall(list(documents.stream()), groups) if count <= CHECKED else {}
        texts = list(islice(documents.stream(), PEER_DOCUMENTS))
    print(f"against exact resemblance: {checked}")
    peers = ask_peers(texts)
    for name, found in peers.items():
        print(f"{name}: {found}")
    rates = {name: found["documents_per_cpu_second"] for name, found in peers.items()}
    line = {
        "name": "dedup", "unit": "documents/CPU s", "ours": ours["documents_per_cpu_second"], "peer": rates,
        "ratio": {name: round(ours["documents_per_cpu_second"] / rate, 2) for name, rate in rates.items()},
        "sizes": {**ours, **checked, "peer_documents": min(count, PEER_DOCUMENTS)},
        "versions": {"python": platform.python_version(), "rensa": version("rensa"),
                     **{name: found["version"] for name, found in peers.items()}},
    }  # fmt: skip
    print(json.dumps(line))


if __name__ == "__main__":
    main()
