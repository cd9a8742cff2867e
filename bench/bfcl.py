"""Our match of calls beside the leaderboard's checker: `bin/python bench/bfcl.py [FOLDER]`.

Each answerable item of FOLDER (data/raw/benchmarks/bfcl-v4) is answered by its reference and by changed ones; both judge
the same calls. BURNISH_PEERS names the interpreter of an environment with `pip install --no-deps bfcl-eval==2026.3.23`.
Without it ours judge alone. Every disagreement is printed; the last line is JSON.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from common.line import print_line

from burnish.benchmark_items import read_json_rows
from burnish.call_matching import match_calls, reference_calls
from burnish.calls import Call
from burnish.evaluate.call_items import FILES, GRADERS, read_bfcl
from burnish.seeds import rng

PEER = Path(__file__).parent / "peers" / "bfcl.py"
FOLDER = Path("data/raw/benchmarks/bfcl-v4")
SHOWN = 40
Calls = list[dict[str, Any]]


def change(calls: Calls, *, key: str) -> Iterator[tuple[str, Calls]]:
    """Yield the calls themselves and changed ones, each with the name of the change."""
    random = rng("bench", key)
    yield "reference", calls
    yield "reversed", calls[::-1]
    yield "one less", calls[:-1]
    yield "one twice", [*calls, calls[0]]
    yield "other name", [{**calls[0], "name": calls[0]["name"] + "x"}, *calls[1:]]
    arguments = calls[0]["arguments"]
    yield "unknown argument", [{**calls[0], "arguments": {**arguments, "surplus": 1}}, *calls[1:]]
    if not arguments:
        return
    name = random.choice(sorted(arguments))
    value = arguments[name]
    yield (
        "argument left out",
        [{**calls[0], "arguments": {k: v for k, v in arguments.items() if k != name}}, *calls[1:]],
    )
    for what, other in changed_values(value):
        yield what, [{**calls[0], "arguments": {**arguments, name: other}}, *calls[1:]]


def changed_values(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield other values: of another type, of another case, a little off."""
    yield "as text", json.dumps(value) if not isinstance(value, str) else 7
    yield "in a list", [value]
    if isinstance(value, str):
        yield "upper case", value.upper()
        yield "spaces and dots", f" {value}. "
        yield "longer text", f"{value}x"
    elif isinstance(value, bool):
        yield "negated", not value
    elif isinstance(value, int | float):
        yield "as a fraction", float(value)
        yield "one more", value + 1
    elif isinstance(value, list):
        yield "backwards", value[::-1]
        yield "shorter", value[:-1]


def ask_peer(rows: str) -> tuple[list[Any], float]:
    """Return the leaderboard's verdicts and the seconds of processor time they took; nothing where it isn't installed."""
    interpreter = os.environ.get("BURNISH_PEERS")
    if not interpreter:
        return [], 0.0
    before = os.times().children_user
    said = subprocess.run([interpreter, str(PEER)], input=rows, text=True, capture_output=True, check=False)
    if said.returncode:
        sys.exit(f"bench/bfcl.py: the peer failed: {said.stderr[-2000:]}")
    return [json.loads(line) for line in said.stdout.splitlines()], os.times().children_user - before


def main() -> None:
    """Judge and compare."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    functions = {row["id"]: row["function"] for category in FILES for path in folder.rglob(f"BFCL_v4_{category}.json")
                 if path.parent.name != "possible_answer" for row in read_json_rows(path)}  # fmt: skip
    rows = [
        (item, what, calls)
        for item in read_bfcl(folder) if item.group not in GRADERS
        for what, calls in change(reference_calls(item.check["expected"], functions=item.check["functions"]), key=item.id)
    ]  # fmt: skip
    started = time.process_time()
    ours = [match_calls([Call(**call) for call in calls], functions=item.check["functions"], expected=item.check["expected"])
            for item, _, calls in rows]  # fmt: skip
    spent = time.process_time() - started
    sent = "".join(json.dumps({"functions": functions[item.id], "calls": calls, "expected": item.check["expected"],
                               "category": item.category}) + "\n" for item, _, calls in rows)  # fmt: skip
    theirs, peer = ask_peer(sent)
    kinds: Counter[str] = Counter()
    for (item, what, calls), own, other in zip(rows, ours, theirs, strict=True) if theirs else ():
        if own.passed is not other:
            kinds[f"{what}: ours {own.passed}, theirs {other if isinstance(other, bool) else 'an error'}"] += 1
            if kinds.total() <= SHOWN:
                print(item.id, what, json.dumps(calls)[:300], "| ours:", own.reason or "passed", "| theirs:", other)
    print_line(
        "bfcl", ours=round(len(rows) / spent, 1), peer=round(len(theirs) / peer, 1) if peer else None,
        ratio=round(peer / spent, 2) if peer else None, unit="verdicts/s of processor time; the peer's with its start",
        sizes={"judged": len(rows), "items": len({item.id for item, _, _ in rows}), "disagreements": dict(kinds)},
    )  # fmt: skip


if __name__ == "__main__":
    main()
