"""What a stage's run looked like: time, host, versions, memory, histories. Nothing that is hashed depends on it.

A record is a leaf output of its stage. `burnish track` turns it into an MLflow run, `burnish report` into timing tables.
"""

import contextlib
import os
import platform
import resource
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from burnish.files import write_json

SHOWN_PACKAGES = ("torch", "transformers", "peft", "trl", "pyarrow", "polars", "pandera", "numpy", "openvino-genai",
                  "xllamacpp", "gguf", "dvc")  # fmt: skip


class Record:
    """Collects a run's history while it lasts; `write` closes it."""

    def __init__(self, stage: str, *, params: Mapping[str, Any]) -> None:
        """Start the clock."""
        self.stage, self.params = stage, params
        self.started, self._clock = time.time(), time.monotonic()
        self.history: list[dict[str, float]] = []
        self.notes: dict[str, Any] = {}

    def log(self, step: int, **values: float) -> None:
        """Add metric values at `step`; the seconds since the start are added."""
        self.history.append({"step": step, "seconds": round(time.monotonic() - self._clock, 3), **values})

    def note(self, key: str, value: Any) -> None:
        """Keep a fact about this run that isn't reproducible: a rate, an engine's version, a path of a device."""
        self.notes[key] = value

    def write(self, path: Path, *, metrics: Mapping[str, Any], inputs: Mapping[str, str]) -> None:
        """Write the record of a finished run."""
        usage = resource.getrusage(resource.RUSAGE_SELF)
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        write_json(path, {
            "stage": self.stage, "status": "FINISHED", "params": dict(self.params), "metrics": dict(metrics),
            "history": self.history, "notes": self.notes, "inputs": dict(inputs),
            "start": datetime.fromtimestamp(self.started, UTC).isoformat(),
            "seconds": round(time.monotonic() - self._clock, 3),
            "cpu_seconds": round(sum(u.ru_utime + u.ru_stime for u in (usage, children)), 3),
            "peak_memory_mb": round(max(usage.ru_maxrss, children.ru_maxrss) / 1024, 1),
            "host": {"machine": platform.machine(), "system": platform.platform(), "processors": _processors()},
            "versions": _versions(),
        })  # fmt: skip


def _processors() -> int:

    return len(os.sched_getaffinity(0))


def _versions() -> dict[str, str]:
    # by name: reading the metadata of all that is installed takes a quarter of a second of each stage
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for name in SHOWN_PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found
