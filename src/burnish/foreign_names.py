"""Names of settings in TRL, PEFT and transformers, refused where our own are expected, with what they are called here.

Translates no value: a batch counted in rows is no number of tokens.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from burnish.errors import BurnishError

RENAMED: Mapping[str, str] = {
    "per_device_train_batch_size": "step_tokens", "gradient_accumulation_steps": "step_tokens",
    "max_length": "sequence_tokens", "max_seq_length": "sequence_tokens", "max_prompt_length": "sequence_tokens",
    "num_train_epochs": "epochs", "max_steps": "tokens", "lr_scheduler_type": "schedule",
    "warmup_ratio": "warmup_share", "warmup_steps": "warmup_share", "max_grad_norm": "clip",
    "save_steps": "checkpoint_steps", "bf16": "dtype", "fp16": "dtype", "use_cpu": "device", "dataset_name": "data",
    "model_name_or_path": "parent", "r": "lora.r", "lora_alpha": "lora.alpha", "lora_dropout": "lora.dropout",
    "target_modules": "lora.targets", "loss_type": "objective.variant", "simpo_gamma": "objective.gamma",
    "label_smoothing": "objective.label_smoothing", "desirable_weight": "objective.kto_weights",
    "undesirable_weight": "objective.kto_weights", "epsilon": "objective.clip_low",
    "epsilon_high": "objective.clip_high", "num_generations": "sampling.samples",
    "max_completion_length": "sampling.max_new_tokens", "temperature": "sampling.temperature",
    "top_p": "sampling.top_p", "steps_per_generation": "refresh_steps", "scale_rewards": "divide_by_deviation",
    "reward_weights": "rewards",
}  # fmt: skip
FIXED: Mapping[str, str] = {
    "packing": "rows are always packed, and never see each other", "optim": "it is always AdamW on fp32 masters",
    "assistant_only_loss": "answers alone are always learnt", "completion_only_loss": "answers alone are always learnt",
    "gradient_checkpointing": "a step is computed sequence by sequence",
    "report_to": "`burnish track` imports every finished step into MLflow",
    "logging_steps": "every step is in the history", "remove_unused_columns": "a row's columns are fixed",
}  # fmt: skip


def refuse_foreign_names(section: Any, *, known: Collection[str], place: str) -> None:
    """Raise at the settings of `section` that other libraries name so and we don't; `known` are its own names.

    Raises:
        BurnishError: names each of them, and what it is called here.
    """
    if lines := list(_find(section, known=known, place=place)):
        raise BurnishError("\n".join(lines))


def _find(section: Any, *, known: Collection[str], place: str) -> Iterator[str]:
    if not isinstance(section, Mapping):
        return
    for key, value in section.items():
        if key not in known and (key in RENAMED or key in FIXED):
            yield _explain(key, value, here=place, place=place)
        elif isinstance(value, Mapping):
            inside = [name for name, own in RENAMED.items() if own.startswith(f"{key}.") and own != f"{key}.{name}"]
            yield from (_explain(name, value[name], here=f"{place}.{key}", place=place)
                        for name in inside if name in value)  # fmt: skip


def _explain(key: str, value: Any, *, here: str, place: str) -> str:
    way = f"here it is {place}.{RENAMED[key]}" if key in RENAMED else f"there is no such setting: {FIXED[key]}"
    return f"params.yaml: {here}.{key} = {value!r} is a setting of other libraries; {way}"
