"""A package of many modules as one file: the same exports, taken from V8's code, and no harm where it can't be kept."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from burnish import driving, npm_packages, sandbox
from burnish.driving import DOM_NEEDS, DOM_PACKAGE, DOM_WARM, MEMORY_MB, Task
from burnish.errors import BurnishError
from burnish.npm_packages import find_bundle, find_package

READ = """
const fs = require("fs"), vm = require("vm");
const bytes = fs.readFileSync("one.bundle");
const start = bytes.indexOf(10) + 1, end = start + Number(bytes.toString("latin1", 0, start));
const script = new vm.Script(bytes.toString("latin1", start, end), { filename: "x", cachedData: bytes.subarray(end) });
const names = Object.keys(script.runInThisContext()(require)).sort();
import(`${process.cwd()}/packages/node_modules/happy-dom/lib/index.js`).then((whole) => {
  console.log(JSON.stringify([script.cachedDataRejected, names, Object.keys(whole).sort()]));
});
"""
PAGE = """
const { Window } = require("happy-dom");
function read() {
  const { document } = new Window({ url: "http://localhost/" });
  document.body.innerHTML = "<ul><li>a</li><li>b\\u00e9</li></ul>";
  return [document.querySelectorAll("li").length, document.body.textContent];
}
module.exports = { read };
"""


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    forget()
    yield
    forget()


def forget() -> None:
    find_bundle.cache_clear()
    driving._command.cache_clear()


def read_page() -> object:
    task: dict[str, Any] = {
        "program": PAGE, "entry": "read", "calls": [[]], "harness": None, "modules": {}, "imports": [DOM_PACKAGE],
    }  # fmt: skip
    [report] = driving.run_apart([Task("dom", task)], workers=1)
    return report["outcomes"]


def test_a_bundle_has_what_the_package_has_and_comes_from_kept_code() -> None:
    bundle = driving.find_dom()
    assert bundle is not None
    assert driving.find_dom() == bundle
    binds = {f"packages/node_modules/{name}": find_package(name) for name in (DOM_PACKAGE, *DOM_NEEDS)}
    limits = sandbox.Limits(
        cpu_seconds=20, wall_seconds=60, memory_mb=MEMORY_MB["dom"], output_bytes=100_000, processes=64
    )
    result = sandbox.run(
        [*sandbox.node_argv(), "read.js"], files={"read.js": READ}, binds={**binds, "one.bundle": bundle}, limits=limits
    )
    rejected, names, whole = json.loads(result.stdout)
    assert rejected is False
    assert names == whole
    assert "Window" in names


def test_a_page_reads_alike_with_a_bundle_and_without(monkeypatch: pytest.MonkeyPatch) -> None:
    bundled = read_page()
    assert bundled == [{"value": [2, "abé"]}]

    def refuse(path: Path, content: bytes) -> None:
        raise BurnishError(f"{path} can't be written: read-only file system")

    monkeypatch.setattr(npm_packages, "atomic_write", refuse)
    monkeypatch.setattr(driving, "DOM_WARM", DOM_WARM + "// another one, so not made yet\n")
    forget()
    assert driving.find_dom() is None
    assert read_page() == bundled
