"""Gathers what the report is about from the workspace: results that `dvc.lock` vouches for, records, the graph.

A metrics file that isn't the lock's, or whose stage reads something newer, doesn't count: its stage hasn't run.
"""

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from burnish import params
from burnish.files import read_json
from burnish.track.snapshots import Declared, Workspace, read_workspace

SOURCES = Path("sources.yaml")
NOISE = Path("metrics/noise")  # measured by hand: of the weights that it names, whatever the lock says


class Evidence(NamedTuple):
    """Everything that the report says anything about."""

    params: Mapping[str, Any]
    sources: Mapping[str, Any]
    metrics: Mapping[str, Any]
    records: Mapping[str, Any]
    histories: Mapping[str, list[dict[str, float]]]
    stages: tuple[Declared, ...]
    noise: Mapping[str, Any] = MappingProxyType({})

    def group(self, name: str) -> dict[str, Any]:
        """Return the metrics of a group of stages by key: `cases` gives those of metrics/cases/*.json."""
        return {
            path.removeprefix(f"{name}/"): content
            for path, content in self.metrics.items()
            if path.startswith(f"{name}/")
        }

    def not_run(self, group: str) -> list[str]:
        """Return the stages of a group that have no metrics."""
        names = [stage.name for stage in self.stages if stage.name.partition("@")[0] == group]
        return [name for name in names if name.replace("@", "/") not in self.metrics]


def read_evidence(root: Path) -> Evidence:
    """Read the workspace at `root`."""
    workspace = read_workspace(root)
    metrics = {
        path.removeprefix("metrics/").removesuffix(".json"): content for path, content in workspace.snapshot.metrics()
    }
    sources = params.read_yaml(root / SOURCES) if (root / SOURCES).is_file() else {}
    histories = {}
    for stage in workspace.snapshot.stages.values():
        for out in stage.outputs:
            if out.path.endswith(".history.csv") and (content := workspace.snapshot.read(out.path)):
                histories[stage.name] = read_history_table(content.decode())
    return Evidence(
        params.read_yaml(root / params.PARAMS), sources, metrics, _records(workspace), histories, workspace.declared,
        {path.stem: read_json(path, remedy=f"run: burnish noise {path.stem}")
         for path in sorted((root / NOISE).glob("*.json"))},
    )  # fmt: skip


def read_history_table(content: str) -> list[dict[str, float]]:
    """Read a table of numbers with a header."""
    return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(io.StringIO(content))]


def _records(workspace: Workspace) -> dict[str, Any]:
    """Return the records at hand by stage, in the order of dvc.yaml."""
    found = {}
    for declared in workspace.declared:
        stage = workspace.snapshot.stages.get(declared.name)
        if (
            stage
            and stage.record
            and (content := workspace.cache.read(stage.record.md5) or workspace.snapshot.read(stage.record.path))
        ):
            found[stage.name] = json.loads(content)
    return found
