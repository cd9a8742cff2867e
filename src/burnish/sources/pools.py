"""Processes that share work and end with the one that started them, however that ends."""

import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait


def open_pool(workers: int) -> ProcessPoolExecutor:
    """Return `workers` fresh processes; use it in a `with`."""
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_follow_parent)


def _follow_parent() -> None:
    """Let a worker end with this process, however that ends, and leave Ctrl-C to it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    assert parent is not None

    def wait_for_end() -> None:
        wait([parent.sentinel])
        os._exit(143)

    threading.Thread(target=wait_for_end, daemon=True).start()
