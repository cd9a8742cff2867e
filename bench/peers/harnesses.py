"""The exports of FullstackEval in the real harnesses, for bench/harnesses.py: one call a harness, the last line is JSON.

Its arguments: what to run (lm-eval, inspect or provider), the exported folder, the server's address, the model's name.
"""

import asyncio
import json
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

PARALLEL = 2


def run_lm_eval(folder: Path, *, address: str, model: str) -> dict[str, Any]:
    import lm_eval
    from lm_eval.tasks import TaskManager

    place = f"{address}/chat/completions"
    manager = TaskManager(include_path=str(folder), include_defaults=False)
    found = lm_eval.simple_evaluate(
        model="local-chat-completions", model_args=f"model={model},base_url={place},num_concurrent={PARALLEL}",
        tasks=["fullstack_eval"], task_manager=manager, apply_chat_template=True,
        bootstrap_iters=0,
    )  # fmt: skip
    samples = found["samples"]["fullstack_eval"]
    return {
        "version": version("lm-eval"), "solved": {row["doc"]["id"]: row["solved"] == 1.0 for row in samples},
        "metrics": {name: value for name, value in found["results"]["fullstack_eval"].items() if isinstance(value, float)},
    }  # fmt: skip


def run_inspect(folder: Path, *, address: str, model: str) -> dict[str, Any]:
    from inspect_ai import eval as evaluate

    # Inspect takes no absolute path
    os.chdir(folder)
    os.environ |= {"LOCAL_BASE_URL": address, "LOCAL_API_KEY": "none"}
    logs = evaluate(
        "fullstack_eval.py", model=f"openai-api/local/{model}", max_connections=PARALLEL, display="plain",
        log_dir=str(folder / "logs"), max_sandboxes=PARALLEL,
    )  # fmt: skip
    log = logs[0]
    if log.status != "success" or not log.samples or not log.results:
        sys.exit(f"inspect: {log.status}: {log.error}")
    return {
        "version": version("inspect-ai"),
        "solved": {str(sample.id): sample.scores["judged"].value["solved"] == 1.0 for sample in log.samples},
        "metrics": {
            f"{score.name}/{name}": metric.value for score in log.results.scores for name, metric in score.metrics.items()
        },
    }  # fmt: skip


def check_provider(folder: Path, *, address: str, model: str) -> dict[str, Any]:
    """Put Inspect's own checks of sandbox providers to ours."""
    from inspect_ai.util._sandbox import self_check

    from burnish.benchmarks.harnesses.inspect_sandbox import BubblewrapSandbox

    async def check() -> dict[str, str]:
        made = await BubblewrapSandbox.sample_init("check", None, {})
        found = {}
        try:
            for name in [name for name in vars(self_check) if name.startswith("test_")]:
                try:
                    await getattr(self_check, name)(made["default"])
                    found[name] = ""
                except Exception as error:
                    found[name] = f"{type(error).__name__}: {error}"[:300]
        finally:
            await BubblewrapSandbox.sample_cleanup("check", None, made, False)
        return found

    return {"version": version("inspect-ai"), "checks": asyncio.run(check())}


def main() -> None:
    what, folder, address, model = sys.argv[1:]
    run = {"lm-eval": run_lm_eval, "inspect": run_inspect, "provider": check_provider}[what]
    print(json.dumps(run(Path(folder), address=address, model=model)))


if __name__ == "__main__":
    main()
