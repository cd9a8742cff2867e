"""Packages of npm that programs in the sandbox are lent: where they lie, and those that load faster as one file."""

import functools
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from burnish import sandbox
from burnish.drivers import bundling
from burnish.errors import BurnishError
from burnish.files import atomic_write

SECONDS, OUTPUT_BYTES = 120, 64_000_000


def find_package(name: str) -> Path:
    """Return the folder of a package, installed by npm in this checkout or in one around it."""
    for folder in Path(__file__).resolve().parents:
        package = folder / "node_modules" / name
        if (package / "package.json").is_file():
            return package
    raise BurnishError(f"node_modules/{name} is missing; get it with: make setup (or: npm ci)")


@functools.cache
def find_bundle(name: str, *, needed: tuple[str, ...], warm: str, memory_mb: int) -> Path | None:
    """Return the one file with all modules of the package `name`, made when it isn't there (`drivers/bundling.py`).

    It takes seconds to make and lies in `node_modules/.cache`. Where that can't be written there is none: the package
    itself does the same, more slowly.

    Args:
        name: a package of ES modules.
        needed: the packages that it imports.
        warm: JavaScript that does with its `exports` what programs begin with.
        memory_mb: what the programs may have: V8 takes its code from a process with other bounds for another V8's.
    """
    packages = {one: find_package(one) for one in (name, *needed, "typescript")}
    versions = [(package / "package.json").read_text() for package in packages.values()]
    node = Path(sandbox.node_argv()[0]).resolve()
    found = node.stat()
    made_of = [versions, bundling.SOURCE, warm, memory_mb, str(node), found.st_size, found.st_mtime_ns]
    key = hashlib.sha256(json.dumps(made_of).encode()).hexdigest()
    path = packages[name].parent / ".cache" / "burnish" / f"{name}-{key[:16]}.bundle"
    if path.is_file():
        return path
    result = _bundle(name, packages, warm=warm, memory_mb=memory_mb)
    if result.status or result.truncated:
        return None
    try:
        atomic_write(path, result.stdout)
    except BurnishError:
        return None
    return path


def _bundle(name: str, packages: Mapping[str, Path], *, warm: str, memory_mb: int) -> sandbox.Result:
    limits = sandbox.Limits(
        cpu_seconds=SECONDS, wall_seconds=5 * SECONDS, memory_mb=memory_mb, output_bytes=OUTPUT_BYTES, processes=64
    )
    binds = {f"packages/node_modules/{one}": package for one, package in packages.items()}
    return sandbox.run(
        [*sandbox.node_argv(), "bundling.js"], files={"bundling.js": bundling.SOURCE}, binds=binds,
        stdin=json.dumps({"name": name, "warm": warm}).encode(), limits=limits,
    )  # fmt: skip
