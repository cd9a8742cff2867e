"""What holds for all tests: Ctrl-C is heard by the programs they start, and the longest file is begun first."""

import signal

import pytest

LONGEST = "test_pipeline.py"  # begun last, it would keep the others waiting

# A shell lets its background jobs ignore it, and what they start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest file first; the order of all others stays."""
    items.sort(key=lambda item: item.path.name != LONGEST)
