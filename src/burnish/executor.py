"""Spreads one function over many items: on this machine's processes, or on a Ray cluster. Same results, same order.

The function sees one item and nothing else, so where it runs can't change what it returns; `executor` of `params.yaml`
is therefore no dependency of any stage. On a cluster every node has this checkout and its environment at the same path.
"""

import logging
import os
import signal
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, Literal, TypeVar

from burnish.errors import BurnishError
from burnish.params import Section

T = TypeVar("T")
R = TypeVar("R")
WAITING_PER_PROCESSOR = 2
RETRIES = 3
KNOCK_SECONDS = 10.0


class ExecutorParams(Section):
    """`executor` of `params.yaml`; `address` is a Ray head's `HOST:PORT`, or null for a cluster of this machine alone."""

    kind: Literal["local", "ray"]
    address: str | None


@contextmanager
def spread(
    function: Callable[[T], R], items: Sequence[T], *, executor: ExecutorParams, processes: int
) -> Iterator[Iterator[R]]:
    """Give the results of `function(item)`, in the order of `items`, as they come.

    Here, `processes` run at once, and 1 runs all in this process; a cluster runs as many as it has processors. Both
    sides load `function` by its name: it must be of a module, or a `partial` of one.

    Raises:
        BurnishError: `function` raised it, or the cluster can't be reached or lost one item again and again.
    """
    if executor.kind == "ray":
        with _cluster(executor.address):
            yield _on_ray(function, items)
    elif processes == 1:
        yield map(function, items)
    else:
        context = get_context("spawn")
        with ProcessPoolExecutor(processes, mp_context=context, initializer=_follow_parent) as pool:
            yield pool.map(function, items)


def _follow_parent() -> None:
    """Let a worker end with this process, however that ends, and leave Ctrl-C to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    assert parent is not None

    def wait_for_end() -> None:
        wait([parent.sentinel])
        os._exit(143)

    threading.Thread(target=wait_for_end, daemon=True).start()


@contextmanager
def _cluster(address: str | None) -> Iterator[None]:
    # Ray counts its users over the network and watches a directory of logs unless told not to
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    import ray

    source = Path(__file__).resolve().parent.parent
    try:
        if address:
            _knock(address)
        ray.init(
            address=address, include_dashboard=None if address else False, log_to_driver=False, logging_level=logging.WARNING,
            runtime_env={"env_vars": {"PYTHONPATH": str(source)}},
        )  # fmt: skip
    except (OSError, ValueError, RuntimeError) as error:
        raise BurnishError(
            f"params.yaml: executor.address = {address!r}: no Ray cluster answers there ({_first_line(error)}); start "
            "one with: ray start --head, or set executor.kind to local"
        ) from None
    try:
        yield
    finally:
        ray.shutdown()


def _knock(address: str) -> None:
    """Open a connection and close it: Ray itself tries an address that nobody answers for minutes."""
    host, _, port = address.rpartition(":")
    socket.create_connection((host, int(port)), timeout=KNOCK_SECONDS).close()


def _on_ray(function: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
    import ray

    remote: Any = ray.remote(max_retries=RETRIES)(_call)
    stored = ray.put(function)
    processors = ray.cluster_resources()["CPU"]  # type: ignore[no-untyped-call]
    most, running = WAITING_PER_PROCESSOR * int(processors), deque[Any]()
    for item in items:
        if len(running) == most:
            yield _result(running.popleft())
        running.append(remote.remote(stored, item))
    while running:
        yield _result(running.popleft())


def _call(function: Callable[[T], R], item: T) -> R:
    return function(item)


def _result(reference: Any) -> Any:
    import ray

    try:
        return ray.get(reference)
    except ray.exceptions.RayTaskError as error:
        if isinstance(error.cause, BurnishError):
            raise error.cause from None
        raise
    except ray.exceptions.RayError as error:
        raise BurnishError(
            f"Ray lost one item {RETRIES + 1} times ({_first_line(error)}); look for memory that ran out in its logs, "
            "or set executor.kind to local"
        ) from None


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
