"""A tiny model that a sampler reads, and training cases that its random answers solve now and then."""

import json
from pathlib import Path
from typing import Any

from tests.train.tiny import TARGETS

from burnish import shards
from burnish.attempt_tables import RATE, RATES

HAS_A_TAG = {"kind": "html", "checks": []}  # passes whatever holds a "<"
SETTINGS: dict[str, Any] = {
    "method": "grpo", "parent": "base", "data": "attempts",
    "lora": {"r": 4, "alpha": 8, "dropout": 0.0, "targets": TARGETS}, "learning_rate": 1e-2, "schedule": "constant",
    "warmup_share": 0.0, "weight_decay": 0.0, "clip": 1.0, "sequence_tokens": 256, "checkpoint_steps": 1,
    "dtype": "float32", "adapter_dtype": "float32", "interpolation": 1.0, "device": "cpu", "threads": 2, "rounds": 2,
    "refresh_steps": 2,
    "prompts_per_step": 2, "pass_rates": {"above": 0.0, "below": 1.0}, "divide_by_deviation": True,
    "objective": {"clip_low": 0.2, "clip_high": 0.3, "parent_kl": 0.05},
    "rewards": {"passed": 1.0, "fenced": 0.25, "finished": 0.0}, "max_drift": 0.02, "measure_again": False,
    "verifier_seconds": 600, "sampler_seconds": 600,
    "sampling": {"engine": "openvino", "max_new_tokens": 24, "temperature": 1.0, "top_p": 1.0, "samples": 6,
                 "parallel": 24, "dtype": "f32"},
}  # fmt: skip


def rate(number: int, **changes: Any) -> dict[str, Any]:
    """Return the pass rate of one case."""
    return {
        "id": f"case-{number}", "model": "m", "family": "style", "category": "fs_page", "template": f"tag_{number % 3}",
        "split": "train", "prompt": f"Write tag {number}", "verifier": json.dumps(HAS_A_TAG), "samples": 4, "passed": 2,
        "different": 2, "cut": 0, "hung": 0, "pass_rate": 0.5, **changes,
    }  # fmt: skip


def write_attempts(folder: Path, rates: list[dict[str, Any]]) -> Path:
    """Write pass rates as the stage `attempts` does."""
    shards.write_rows(folder / RATES, rates, schema=RATE)
    return folder
