"""Small tables of preferences, and the settings that train on them in a second."""

from pathlib import Path
from typing import Any

from tests.train.tiny import SETTINGS

from burnish import shards
from burnish.pair_tables import PAIR, UNPAIRED

OBJECTIVE: dict[str, Any] = {
    "variant": "dpo", "beta": 0.1, "label_smoothing": 0.0, "gamma": None, "kto_weights": None, "sft_weight": 0.0,
}  # fmt: skip
VARIANTS: dict[str, dict[str, Any]] = {
    "dpo": {}, "robust": {"label_smoothing": 0.1}, "rpo": {"sft_weight": 0.7}, "ipo": {"variant": "ipo"},
    "simpo": {"variant": "simpo", "beta": 2.0, "gamma": 0.5},
    "kto": {"variant": "kto", "kto_weights": {"desirable": 1.0, "undesirable": 1.5}},
}  # fmt: skip


def objective(name: str) -> dict[str, Any]:
    return {**OBJECTIVE, **VARIANTS[name]}


def settings(name: str, **changes: Any) -> dict[str, Any]:
    """Return a step's settings; two small questions make a step."""
    own = {key: value for key, value in SETTINGS.items() if key != "distil_skills"}
    return {**own, "method": "dpo", "data": "preference", "objective": objective(name), "max_length_bias": None,
            "held_out_pairs": 3, **changes}  # fmt: skip


def pair(number: int, *, split: str = "train", **changes: str) -> dict[str, Any]:
    """Return a pair: yes is right, no is wrong; the longer answer is right in every second one."""
    answers = {"chosen": f"yes, {number}", "rejected": f"no, {number}" + " and on"[: 7 * (number % 2)]}
    return {
        "id": f"k/t{number % 3}/{number}", "category": "k", "template": f"t{number % 3}", "split": split,
        "prompt": f"Is it {number}" + "!" * (number % 5), **answers, "check": "works", "reason": "r", "checks": "{}",
        "licence": "MIT", "source": "s", **changes,
    }  # fmt: skip


def write_preferences(folder: Path, rows: list[dict[str, Any]]) -> Path:
    """Write pairs, and those of split `train` as single answers, as the stage `preferences` does."""
    shards.write_rows(folder / "pairs", rows, schema=PAIR)
    shards.write_rows(folder / "kto", [
        {"prompt": [{"role": "user", "content": row["prompt"]}],
         "completion": [{"role": "assistant", "content": row[side]}], "label": side == "chosen",
         "licence": row["licence"], "source": row["source"]}
        for row in rows if row["split"] == "train" for side in ("chosen", "rejected")
    ], schema=UNPAIRED)  # fmt: skip
    return folder


def rows() -> list[dict[str, Any]]:
    """Return ten pairs to train on and some of each held-out split."""
    held_out = [pair(number, split="seen" if number % 2 else "unseen") for number in range(20, 30)]
    return [*(pair(number) for number in range(10)), *held_out]
