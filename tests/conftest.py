"""What holds for all tests: Ctrl-C is heard by the programs they start, and the longest files don't keep the others waiting."""

import os
import signal

import pytest

LONGEST = ("test_pipeline.py", "test_pipeline_stops.py")  # the second waits for the first one's twin
GIVING_WAY = 10

# A shell lets its background jobs ignore it, and what they start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first: begun last, they would keep the others waiting. The order of the others stays."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let a worker give way to those of the longest files as soon as it runs another one."""
    behind = GIVING_WAY - os.getpriority(os.PRIO_PROCESS, 0)
    if "PYTEST_XDIST_WORKER" in os.environ and item.path.name not in LONGEST and behind > 0:
        os.nice(behind)
