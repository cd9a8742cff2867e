"""Processes that train together without a launcher, for tests: forked from one that has imported everything already."""

import os
import sys
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tests.train import test_dpo
from tests.train.test_sft import train_here
from tests.train.whole_runs import train_step

from burnish import launching
from burnish.errors import BurnishError

FSDP = {"ACCELERATE_USE_FSDP": "true", "FSDP_VERSION": "2", "FSDP_AUTO_WRAP_POLICY": "TRANSFORMER_BASED_WRAP",
        "FSDP_TRANSFORMER_CLS_TO_WRAP": "Layer", "FSDP_RESHARD_AFTER_FORWARD": "true"}  # fmt: skip


def run_joined(
    call: Callable[..., None], count: int, *arguments: Any, port: int, environment: Mapping[str, str]
) -> list[int]:
    """Run `call` in `count` processes that meet at `port`; return their exit statuses."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.train.joined", "accelerate.utils", "torch.distributed.fsdp"])
    processes = [
        context.Process(target=_join, args=(rank, count, port, dict(environment), call, arguments))
        for rank in range(count)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(300)
    return [process.exitcode if process.exitcode is not None else -1 for process in processes]


def _join(rank: int, count: int, port: int, environment: Mapping[str, str], call: Callable[..., None],
          arguments: tuple[Any, ...]) -> None:  # fmt: skip
    os.environ |= {**environment, "RANK": str(rank), "WORLD_SIZE": str(count), "LOCAL_RANK": str(rank),
                   "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), launching.LAUNCHED: "1"}  # fmt: skip
    try:
        launching.join(60.0)
        call(*arguments)
    except BurnishError as error:
        launching.report(str(error))
        sys.exit(3)


def train_joined(base: Path, mix: Path, folder: Path, changes: Mapping[str, Any]) -> None:
    """Run SFT's stage function as one of several processes."""
    train_here(base, mix, folder, **changes)


def train_unlike_others(base: Path, mix: Path, folder: Path) -> None:
    """Run it with another budget in each process."""
    train_here(base, mix, folder, tokens=300 + 200 * int(os.environ[launching.RANK]))


def prefer_joined(base: Path, pairs: Path, folder: Path, variant: str) -> None:
    """Run DPO's stage function as one of several processes."""
    test_dpo.train_here(base, pairs, folder, variant)


def learn_joined(name: str, inputs: Path, folder: Path) -> None:
    """Run a method's stage function as one of several processes, each with one thread."""
    train_step(name, inputs=inputs, folder=folder, threads=1)
