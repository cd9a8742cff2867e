"""Every part of the evaluation that any server can be asked, by name: `burnish eval` and `burnish grade`.

    name -> where its items are, how they are put, who judges: a `Benchmark`

It stands above the phases, for it lays the project's benchmarks beside the public ones. Where a part's data aren't there, one
error says which stage makes them.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from burnish import params
from burnish.benchmarks.benchmark import Benchmark, choose_tasks, name_template
from burnish.benchmarks.grading import BENCHMARKS
from burnish.errors import BurnishError
from burnish.evaluate.call_items import read_bfcl
from burnish.evaluate.hub_items import HUB
from burnish.evaluate.injections import read_injections
from burnish.evaluate.public_items import names_on
from burnish.evaluate.served_chats import (
    ChatTask,
    as_tasks,
    describe_chats,
    digest_chats,
    grade_chats,
    name_chat,
    put_chats,
)
from burnish.evaluate.served_safety import (
    choose_pairs,
    describe_requests,
    digest_requests,
    grade_requests,
    read_requests,
)
from burnish.evaluate.tau2_items import TAU2
from burnish.served_replicas import read_replicas

BFCL_FOLDER = Path("data/raw/benchmarks/bfcl-v4")
TAU2_FIRST = "tau2-first"
Load = Callable[[Path | None], Sequence[ChatTask]]


def choose_chats(tasks: Sequence[Any], *, limit: int | None) -> Sequence[Any]:
    """Return the first `limit` items: groups take turns, inside of these categories, inside of these families."""
    return choose_tasks(tasks, limit=limit, turns=(name_template, _category_of, _group_of))


def _category_of(task: ChatTask) -> tuple[str, str]:
    return task.kind, task.category


def _group_of(task: ChatTask) -> str:
    return task.kind


def _load_bfcl(folder: Path | None) -> list[ChatTask]:
    return as_tasks(read_bfcl(BFCL_FOLDER if folder is None else folder))


def _load_injections(folder: Path | None) -> list[ChatTask]:
    if folder is not None:
        raise BurnishError(f"--tasks {folder}: the injections stand in the code; leave it out")
    return as_tasks(read_injections())


def _load_replicas(folder: Path | None) -> list[ChatTask]:
    return as_tasks(read_replicas(folder))


def _load_hub(folder: Path | None, *, name: str) -> list[ChatTask]:
    """Return the items of a Hub's benchmark, from its own folder, which is named after it, or from the fetched one."""
    if folder is not None:
        if folder.name != name:
            raise BurnishError(f"--tasks {folder}: name the fetched folder of this benchmark, which ends in {name}")
        return as_tasks(HUB[name].read(folder))
    place = Path(params.lookup(params.read_yaml(params.PARAMS), "benchmark_folders.hub"))
    if name not in names_on(place):
        raise BurnishError(f"{place} holds no {name}: {HUB[name].off}; then `dvc repro fetch` gets it")
    return as_tasks(HUB[name].read(place / name))


def _chats(load: Load, *, functions: bool) -> Benchmark:
    return Benchmark(load, grade_chats, digest_chats, put=put_chats, stands=name_chat, choose=choose_chats,
                     describe=describe_chats, functions=functions, sought="answer")  # fmt: skip


PARTS: Mapping[str, Benchmark] = {
    **BENCHMARKS,
    "safety": Benchmark(read_requests, grade_requests, digest_requests, choose=choose_pairs, describe=describe_requests,
                        sought="answer"),
    "replicas": _chats(_load_replicas, functions=True),
    "bfcl": _chats(_load_bfcl, functions=True),
    "injection": _chats(_load_injections, functions=True),
    **{
        TAU2_FIRST if name == TAU2 else name: _chats(partial(_load_hub, name=name), functions=name == TAU2)
        for name in HUB
    },
}  # fmt: skip
