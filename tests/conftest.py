"""What holds for all tests: Ctrl-C is heard by the programs they start, and long files don't keep the others waiting."""

import signal
from pathlib import Path

import pytest

LONGEST = "test_pipeline.py"  # begun last, it would keep the others waiting
NEEDS_ITS_TWIN = "test_pipeline_stops.py"  # begun at once, it would wait for it

# A shell lets its background jobs ignore it, and what they start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest file first, and the one that needs its twin behind half of the others; their order stays."""
    others = [path for path in dict.fromkeys(item.path for item in items) if path.name not in (LONGEST, NEEDS_ITS_TWIN)]
    places: dict[Path, float] = {path: place for place, path in enumerate(others)}
    moved = {LONGEST: -1.0, NEEDS_ITS_TWIN: len(others) // 2 - 0.5}
    items.sort(key=lambda item: moved[item.path.name] if item.path.name in moved else places[item.path])
