"""What holds for all tests: Ctrl-C is heard by the programs they start, and long files don't keep the others waiting."""

import signal

import pytest

LONGEST = "test_pipeline.py"  # begun last, it would keep the others waiting
NEEDS_ITS_TWIN = "test_pipeline_stops.py"  # begun at once, it would wait for it

# A shell lets its background jobs ignore it, and what they start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest file first, and the one that needs its twin behind half of the others; their order stays."""
    others = [name for name in dict.fromkeys(item.path.name for item in items) if name not in (LONGEST, NEEDS_ITS_TWIN)]
    half = len(others) // 2
    order = [LONGEST, *others[:half], NEEDS_ITS_TWIN, *others[half:]]
    items.sort(key=lambda item: order.index(item.path.name))
