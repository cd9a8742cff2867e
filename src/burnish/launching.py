"""Starts a stage once for each device, by `accelerate launch` and a configuration file of its kind (`launch/*.yaml`).

`launch` of `params.yaml` is no dependency of a stage: it says where sums are taken, as `executor` does. The process that DVC
started waits; the others run the same command and meet in `torch.distributed`. Computes nothing.
"""

import contextlib
import json
import logging
import os
import signal
import socket
import time
import warnings
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import PositiveFloat

from burnish.errors import BurnishError
from burnish.params import Section, read_yaml

RANK, LAUNCHED = "RANK", "BURNISH_LAUNCHED"
KINDS = ("MULTI_GPU", "FSDP", "DEEPSPEED")
ERROR_FILE = "TORCHELASTIC_ERROR_FILE"
SHOWN_CHARS = 600


class LaunchParams(Section):
    """`launch` of `params.yaml`.

    Attributes:
        config: a file for `accelerate launch`; null: this process alone.
        timeout_seconds: the longest wait of a process for the others.
    """

    config: Path | None
    timeout_seconds: PositiveFloat


class Shape(NamedTuple):
    """What a configuration starts: `processes` over all `machines`; `port` is where they meet (0: a free one)."""

    kind: str
    processes: int
    machines: int
    port: int


def is_launched() -> bool:
    """Return whether this process is one of several."""
    return LAUNCHED in os.environ


def is_first() -> bool:
    """Return whether this process writes what all of them made."""
    return not is_launched() or os.environ[RANK] == "0"


def launch(params: LaunchParams, *, module: str, arguments: list[str]) -> None:
    """Run `module` with `arguments` in all processes of this machine and wait for their end.

    Raises:
        BurnishError: the configuration can't be used here, or a process failed; then none is left.
        KeyboardInterrupt: they were stopped.
    """
    assert params.config is not None
    shape = read_shape(params.config)
    command = ["--config_file", str(params.config), *_place(params.config, shape), "--module", module, *arguments]
    os.environ[LAUNCHED] = "1"
    with _only_ours(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from accelerate.commands.launch import launch_command, launch_command_parser
        from torch.distributed.elastic.multiprocessing.api import SignalException
        from torch.distributed.elastic.multiprocessing.errors import ChildFailedError

        try:
            launch_command(launch_command_parser().parse_args(command))
        except ChildFailedError as error:
            raise BurnishError(_describe(error.failures)) from None
        except SignalException as error:
            raise KeyboardInterrupt from error
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise BurnishError(f"{params.config}: accelerate can't launch it: {error}") from None


def read_shape(config: Path) -> Shape:
    """Return what a configuration starts, if it can be used here."""
    if not config.is_file():
        known = ", ".join(sorted(map(str, config.parent.glob("*.yaml")))) or "none beside it"
        raise BurnishError(f"params.yaml: launch.config = {config} is missing; there are: {known}")
    content = read_yaml(config)
    kind, processes = content.get("distributed_type"), content.get("num_processes")
    if kind not in KINDS:
        raise BurnishError(f"{config}: distributed_type = {kind!r} can't train here; use one of: {', '.join(KINDS)}")
    machines = content.get("num_machines", 1)
    if not isinstance(processes, int) or processes < 2 or processes % machines:
        raise BurnishError(
            f"{config}: num_processes = {processes!r} must be 2 or more, in equal parts on num_machines = {machines}; for "
            "one process set params.yaml: launch.config to null"
        )
    if kind == "DEEPSPEED":
        raise BurnishError(
            f"{config} needs the package deepspeed, which Burnish doesn't come with and whose engine its training loop doesn't "
            "drive yet; launch/fsdp.yaml does what ZeRO 3 does, with fsdp_reshard_after_forward: false what ZeRO 2 does"
        )
    if kind == "FSDP" and content.get("fsdp_config", {}).get("fsdp_version") != 2:
        raise BurnishError(f"{config}: fsdp_config.fsdp_version must be 2: parameters are sharded one by one")
    port = content.get("main_process_port")
    return Shape(kind, processes, machines, int(os.environ.get("MASTER_PORT", 29500 if port is None else port)))


def join(timeout_seconds: float) -> None:
    """Meet the other processes; every later wait for them ends after `timeout_seconds`."""
    import torch
    import torch.distributed as dist

    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    try:
        dist.init_process_group(timeout=timedelta(seconds=timeout_seconds))
    except (RuntimeError, ValueError) as error:
        raise BurnishError(
            f"process {os.environ[RANK]} didn't meet the others at {os.environ['MASTER_ADDR']}:"
            f"{os.environ['MASTER_PORT']} ({_first_line(error)}); is the port free, and was every machine started?"
        ) from None


def report(message: str) -> None:
    """Leave what went wrong here for the process that waits; it says so once for all."""
    file = os.environ.get(ERROR_FILE)
    if file:
        content = {"message": {"message": message, "extraInfo": {"timestamp": str(int(time.time()))}}}
        Path(file).write_text(json.dumps(content))


def _place(config: Path, shape: Shape) -> list[str]:
    """Return this machine's part of several, from the environment: it is no setting of the pipeline."""
    own = int(os.environ.get("NODE_RANK", 0))
    if shape.machines > 1:
        missing = [name for name in ("NODE_RANK", "MASTER_ADDR") if name not in os.environ]
        if missing or not 0 <= own < shape.machines:
            raise BurnishError(
                f"{config} is for {shape.machines} machines; set NODE_RANK (0 to {shape.machines - 1}, here "
                f"{os.environ.get('NODE_RANK')!r}) and MASTER_ADDR (the address of number 0) on each"
            )
    if own == 0 and shape.port:
        _check_free(config, shape.port)
    if shape.machines == 1:
        return ["--main_process_port", str(shape.port)]
    return ["--machine_rank", str(own), "--main_process_ip", os.environ["MASTER_ADDR"], "--main_process_port",
            str(shape.port)]  # fmt: skip


def _check_free(config: Path, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            raise BurnishError(
                f"{config}: port {port} is taken, by another run perhaps; wait for it, set another main_process_port "
                "(0 on one machine: a free one), or say MASTER_PORT=... on every machine"
            ) from None


@contextlib.contextmanager
def _only_ours() -> Iterator[None]:
    """Keep what torch and accelerate log of a failure out of the message about it."""
    names = ("torch.distributed.elastic", "torch.distributed.run", "accelerate")
    levels = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def _describe(failures: Mapping[int, Any]) -> str:
    """Return what the processes said, each thing once; one that said nothing is named by its status."""
    said: dict[str, list[int]] = {}
    for rank, failure in sorted(failures.items()):
        said.setdefault(_cause(failure), []).append(rank)
    # a process that was killed is the cause of what the others say of it
    ordered = sorted(said.items(), key=lambda item: not item[0].startswith("ended"))
    if len(ordered) == 1 and not ordered[0][0].startswith("ended"):
        return ordered[0][0]
    return "\n".join(f"process {', '.join(map(str, ranks))}: {cause}" for cause, ranks in ordered)


def _cause(failure: Any) -> str:
    if failure.exitcode < 0:
        name = signal.Signals(-failure.exitcode).name
        return f"ended by {name}; all others were ended too, and the same command goes on from the last checkpoint"
    told = failure.error_file_data.get("message") if failure.error_file_data else None
    if isinstance(told, Mapping):
        return str(told["message"])
    return f"ended with status {failure.exitcode}; what it wrote stands above"[:SHOWN_CHARS]


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
