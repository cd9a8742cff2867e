"""HumanEval's questions by lm-evaluation-harness's HF backend, for bench/eval.py: answers and seconds of each setting.

    PYTHON bench/peers/eval.py FOLDER MODEL MAX_TOKENS SETTINGS

FOLDER holds `rows.jsonl` with id and prompt; SETTINGS is like bfloat16:8,float32:16. Loading the model isn't counted, nor is
judging, which bench/eval.py does. The last line is JSON.
"""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

TASK = """\
task: bench_humaneval
custom_dataset: !function utils.load_rows
test_split: test
output_type: generate_until
doc_to_text: prompt
doc_to_target: ""
process_results: !function utils.count
generation_kwargs: {{do_sample: false, max_gen_toks: {tokens}, until: []}}
metric_list:
  - {{metric: characters, aggregation: mean, higher_is_better: true}}
"""
FUNCTIONS = """\
import json
from pathlib import Path

import datasets


def load_rows(**_):
    lines = (Path(__file__).parent / "rows.jsonl").read_text().splitlines()
    return {"test": datasets.Dataset.from_list([json.loads(line) for line in lines])}


def count(doc, results):
    return {"characters": len(results[0])}
"""


def answer(folder: Path, *, model: str, dtype: str, batch: int) -> dict[str, Any]:
    import lm_eval
    from lm_eval.models.huggingface import HFLM
    from lm_eval.tasks import TaskManager

    backend = HFLM(pretrained=model, dtype=dtype, batch_size=batch, device="cpu")
    began = time.perf_counter()
    found = lm_eval.simple_evaluate(
        model=backend, tasks=["bench_humaneval"], task_manager=TaskManager(include_path=str(folder), include_defaults=False),
        apply_chat_template=True, bootstrap_iters=0,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    rows = found["samples"]["bench_humaneval"]
    return {
        "dtype": dtype, "batch": batch, "seconds": round(seconds, 2),
        "answers": {row["doc"]["id"]: row["resps"][0][0] for row in rows},
    }  # fmt: skip


def main() -> None:
    folder, model, tokens, settings = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
    (folder / "bench_humaneval.yaml").write_text(TASK.format(tokens=tokens))
    (folder / "utils.py").write_text(FUNCTIONS)
    runs = []
    for setting in settings.split(","):
        dtype, _, batch = setting.partition(":")
        runs.append(answer(folder, model=model, dtype=dtype, batch=int(batch)))
    versions = {name: version(name) for name in ("lm-eval", "torch", "transformers")}
    print(json.dumps({"runs": runs, "versions": versions}))


if __name__ == "__main__":
    main()
