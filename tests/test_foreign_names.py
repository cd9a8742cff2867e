"""A training section with names of TRL or PEFT is refused with our names, and no name of ours is among them."""

import ast
import importlib.util
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from burnish.errors import BurnishError
from burnish.foreign_names import FIXED, RENAMED, refuse_foreign_names
from burnish.params import read_yaml

ROOT = Path(__file__).parents[1]
OWN = {"method", "step_tokens", "lora", "objective", "sampling"}
OLDER = {"max_seq_length", "max_prompt_length", "model_name_or_path", "dataset_name", "warmup_ratio"}
CONFIGS = ("trl/trainer/*_config.py", "trl/experimental/*/*_config.py", "trl/scripts/utils.py",
           "transformers/training_args.py", "peft/tuners/lora/config.py")  # fmt: skip


def library_names() -> set[str]:
    """Return the fields of the libraries' configurations, read from their source: importing them takes seconds."""
    found: set[str] = set()
    for pattern in CONFIGS:
        package, _, rest = pattern.partition("/")
        spec = importlib.util.find_spec(package)
        assert spec is not None and spec.submodule_search_locations
        for path in Path(spec.submodule_search_locations[0]).glob(rest):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                    found.add(node.target.id)
    return found


def refusal(**section: Any) -> str:
    with pytest.raises(BurnishError) as caught:
        refuse_foreign_names(section, known=OWN, place="train.sft")
    return str(caught.value)


def test_each_name_of_another_library_gets_its_name_here() -> None:
    said = refusal(per_device_train_batch_size=4, lora={"r": 16, "lora_alpha": 32}, packing=True, step_tokens=9)
    assert said.splitlines() == [
        "params.yaml: train.sft.per_device_train_batch_size = 4 is a setting of other libraries; "
        "here it is train.sft.step_tokens",
        "params.yaml: train.sft.lora.lora_alpha = 32 is a setting of other libraries; here it is train.sft.lora.alpha",
        "params.yaml: train.sft.packing = True is a setting of other libraries; there is no such setting: "
        "rows are always packed, and never see each other",
    ]


def test_the_names_are_those_of_the_installed_libraries() -> None:
    assert (set(RENAMED) | set(FIXED)) - library_names() <= OLDER


def sections() -> Mapping[str, Any]:
    """Return all steps that params.yaml and its profiles have."""
    files = [ROOT / "params.yaml", *(ROOT / "profiles").glob("*.yaml")]
    return {f"{path.stem}.{name}": item for path in files for name, item in read_yaml(path).get("train", {}).items()}


def test_no_step_has_such_a_name_and_ours_are_names_of_steps() -> None:
    known = {name for item in sections().values() for name in flat(item)}
    assert {re.sub(r"\.kto_weights$", "", own) for own in RENAMED.values()} <= known
    for place, item in sections().items():
        refuse_foreign_names(item, known=set(item), place=place)


def flat(item: Mapping[str, Any], prefix: str = "") -> set[str]:
    inner = [flat(value, f"{prefix}{key}.") for key, value in item.items() if isinstance(value, Mapping)]
    return {f"{prefix}{key}" for key in item}.union(*inner)
