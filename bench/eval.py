"""HumanEval beside lm-evaluation-harness's HF backend: `bin/python bench/eval.py [--items 32] [--settings DTYPE:BATCH,...]`.

Both answer the same questions greedily, as many tokens as `params.yaml: answers` allows; ours the f16 GGUF by the pipeline's
sampler, the peer the safetensors that it was made from, at each setting, of which the best counts. Loading is in neither time,
judging (by Burnish's grader, for both) is in ours alone. The peer runs in an environment of its own, made from
bench/requirements.txt, whose interpreter BURNISH_PEERS names; without it only Burnish is measured. The last line is JSON.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from burnish import params, sandbox
from burnish.benchmarks.humaneval_tasks import Problem, grade_answers, read_problems
from burnish.chat import Chat
from burnish.decoding import Request, Sampling
from burnish.evaluate.held_out_answers import HeldOutParams
from burnish.intervals import wilson
from burnish.precision import has_bfloat16
from burnish.sampling import open_engine

SEED = 1
PEER = Path(__file__).parent / "peers" / "eval.py"
# Without instructions for it bfloat16 is several times slower, and never the peer's best.
DTYPES = ("bfloat16", "float32") if has_bfloat16() else ("float32",)
SETTINGS = ",".join(f"{dtype}:{batch}" for dtype in DTYPES for batch in (8, 16, 32))


def measure_ours(problems: Sequence[Problem], *, gguf: Path, model: Path, settings: Sampling) -> dict[str, Any]:
    chat, engine = Chat.load(model), open_engine(gguf, settings)
    sandbox.require()
    texts = [
        chat.render([{"role": "user", "content": problem.prompt}], add_generation_prompt=True) for problem in problems
    ]
    requests = [Request(number, text, SEED) for number, text in enumerate(texts)]
    began = time.perf_counter()
    written = dict(engine.complete(requests))
    sampled = time.perf_counter() - began
    solved, graded = judge(problems, [written[number].text for number in range(len(problems))])
    return {
        "solved": solved, "tokens": sum(completion.tokens for completion in written.values()),
        "sampling_seconds": round(sampled, 2), "grading_seconds": round(graded, 2),
        "items_per_second": round(len(problems) / (sampled + graded), 3),
        "grading_share": round(graded / (sampled + graded), 4),
    }  # fmt: skip


def judge(problems: Sequence[Problem], answers: Sequence[str]) -> tuple[int, float]:
    """Return how many are solved, and the seconds that it took."""
    began = time.perf_counter()
    pairs = list(zip(problems, answers, strict=True))
    grades = grade_answers(pairs, workers=len(os.sched_getaffinity(0)))
    return sum(grade.solved for grade in grades), time.perf_counter() - began


def ask_peer(problems: Sequence[Problem], *, model: Path, tokens: int, settings: str) -> dict[str, Any]:
    interpreter = os.environ.get("BURNISH_PEERS")
    if not interpreter:
        return {}
    with TemporaryDirectory() as folder:
        rows = [{"id": problem.id, "prompt": problem.prompt} for problem in problems]
        (Path(folder) / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        asked = [interpreter, str(PEER), folder, str(model.resolve()), str(tokens), settings]
        said = subprocess.run(
            asked, capture_output=True, text=True, check=False, env={**os.environ, "HF_HUB_OFFLINE": "1"}
        )
    if said.returncode:
        sys.exit(f"bench/eval.py: the peer failed: {said.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    for run in found["runs"]:
        run["solved"], _ = judge(problems, [run["answers"][problem.id] for problem in problems])
        run["items_per_second"] = round(len(problems) / run["seconds"], 3)
        del run["answers"]
        print(f"lm-eval: {run}", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--gguf", type=Path, default=Path("models/gguf/base/f16.gguf"))
    parser.add_argument("--model", type=Path, default=Path("models/base"))
    parser.add_argument("--problems", type=Path, default=None)
    parser.add_argument("--items", type=int, default=32)
    parser.add_argument("--settings", default=SETTINGS)
    options = parser.parse_args()
    settings = params.load(HeldOutParams, "answers.held_out").sampling
    problems = read_problems(options.problems)[: options.items]
    ours = measure_ours(problems, gguf=options.gguf, model=options.model, settings=settings)
    print(f"burnish: {ours}", flush=True)
    peer = ask_peer(problems, model=options.model, tokens=settings.max_new_tokens, settings=options.settings)
    best = max(peer["runs"], key=lambda run: run["items_per_second"]) if peer else None
    line = {
        "name": "eval", "unit": "items/s", "ours": ours["items_per_second"],
        "peer": best["items_per_second"] if best else None,
        "ratio": round(ours["items_per_second"] / best["items_per_second"], 2) if best else None,
        "grading_share": ours["grading_share"], "solved": {"burnish": ours["solved"], "lm-eval": best and best["solved"]},
        "interval": {"burnish": wilson(ours["solved"], len(problems))[1:3]},
        "sizes": {"items": len(problems), "max_new_tokens": settings.max_new_tokens, "best": best,
                  "load": round(os.getloadavg()[0], 1)},
        "versions": {"openvino-genai": version("openvino-genai"), **(peer.get("versions", {}))},
    }  # fmt: skip
    print(json.dumps(line))


if __name__ == "__main__":
    main()
