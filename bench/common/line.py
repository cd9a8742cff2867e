"""The line that a benchmark ends with, for those that need no more than this."""

import json
import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any


def print_line(
    name: str, *, ours: float, peer: float | None, ratio: float | None, unit: str, sizes: Mapping[str, Any],
    packages: tuple[str, ...] = (),
) -> None:  # fmt: skip
    """Print what is compared and kept, as JSON; `peer` and `ratio` are null where nothing else does the same."""
    print(json.dumps({
        "name": name, "ours": ours, "peer": peer, "ratio": ratio, "unit": unit,
        "sizes": {**sizes, "load": round(os.getloadavg()[0], 1), "processors": len(os.sched_getaffinity(0))},
        "versions": {"python": platform.python_version()} | {package: version(package) for package in packages},
    }))  # fmt: skip
