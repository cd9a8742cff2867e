"""Packages of npm that programs in the sandbox are lent: where they lie, and those that load faster as one file."""

import functools
import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from burnish import sandbox
from burnish.drivers import bundling
from burnish.drivers.lent_packages import Lent
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
def find_bundle(lent: Lent, *, memory_mb: int) -> Path | None:
    """Return the one file with all modules of some packages, made when it isn't there (`drivers/bundling.py`).

    It takes seconds to make and lies in `node_modules/.cache`. Where that can't be written there is none, which is said
    once: the packages themselves do the same, more slowly.

    Args:
        lent: the packages.
        memory_mb: what the programs may have: V8 takes its code from a process with other bounds for another V8's.
    """
    packages = {name: find_package(name) for name in (*lent.packages, "typescript")}
    versions = [(package / "package.json").read_text() for package in packages.values()]
    found = Path(sandbox.node_argv()[0]).stat()
    made_of = [versions, bundling.SOURCE, lent, memory_mb, sandbox.node_argv(), found.st_size, found.st_mtime_ns]
    key = hashlib.sha256(json.dumps(made_of).encode()).hexdigest()
    name = lent.packages[0]
    path = packages[name].parent / ".cache" / "burnish" / f"{name}-{key[:16]}.bundle"
    if path.is_file():
        return path
    result = _bundle(lent, packages, memory_mb=memory_mb)
    try:
        if result.status or result.truncated:
            raise BurnishError(f"node's bundling ended with status {result.status}")
        atomic_write(path, result.stdout)
    except BurnishError as error:
        print(
            f"burnish: {name} isn't kept as one file, programs that use it start more slowly: {error}", file=sys.stderr
        )
        return None
    return path


def _bundle(lent: Lent, packages: Mapping[str, Path], *, memory_mb: int) -> sandbox.Result:
    limits = sandbox.Limits(
        cpu_seconds=SECONDS, wall_seconds=5 * SECONDS, memory_mb=memory_mb, output_bytes=OUTPUT_BYTES, processes=64
    )
    binds = {f"packages/node_modules/{name}": package for name, package in packages.items()}
    return sandbox.run(
        [*sandbox.node_argv(), "bundling.js"], files={"bundling.js": bundling.SOURCE}, binds=binds,
        stdin=json.dumps({"entries": lent.entries, "warm": lent.warm}).encode(), limits=limits,
    )  # fmt: skip
