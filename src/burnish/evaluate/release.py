"""Stage `release`, the last one: enforces the verdicts of all others, and only then says which files are the release.

A verdict that doesn't hold ends the stage with the reasons; evidence, report and records of the other stages stay.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from burnish import stage
from burnish.errors import BurnishError
from burnish.evaluate.summary import read_metrics
from burnish.files import digest_of, write_json
from burnish.params import Section


class ReleaseParams(Section):
    """`release`: the step that is released, and the names of the verdicts that must hold."""

    step: str
    required: list[str]


def run(params: ReleaseParams, *, summary: Path, gguf: Path, out: Path) -> stage.Metrics:
    """Write the manifest of the released files to `out`."""
    verdicts = read_metrics(summary)["verdicts"]
    if complaints := find_complaints(verdicts, required=params.required):
        raise BurnishError("no release:\n" + "\n".join(f"  {complaint}" for complaint in complaints))
    paths = sorted(gguf.glob("*.gguf"))
    files = {path.name: {"sha256": digest_of(path), "bytes": path.stat().st_size} for path in paths}
    manifest = {"step": params.step, "files": files, "summary": digest_of(summary), "verdicts": sorted(params.required)}
    write_json(out, manifest)
    return {"files": len(files), "verdicts": len(params.required)}


def find_complaints(verdicts: Mapping[str, Any], *, required: Sequence[str]) -> list[str]:
    """Return in words which required verdicts don't hold; one that nobody gave doesn't."""
    complaints = []
    for name in required:
        if name not in verdicts:
            complaints.append(f"{name}: no stage gave this verdict; there are: {', '.join(sorted(verdicts))}")
        elif not verdicts[name]["passed"]:
            complaints.append(f"{name}: {verdicts[name]['says']}")
    return complaints


if __name__ == "__main__":
    stage.main(run)
