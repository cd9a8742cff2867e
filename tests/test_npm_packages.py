"""A package of many modules as one file: the same exports, taken from V8's code, and no harm where it can't be kept."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from burnish import driving, npm_packages, sandbox
from burnish.driving import LENT, MEMORY_MB, Task
from burnish.errors import BurnishError
from burnish.npm_packages import find_bundle, find_package

READ = """
const fs = require("fs"), vm = require("vm"), { createRequire } = require("module");
process.env.NODE_ENV = "production";
const content = fs.readFileSync("one.bundle");
const start = content.indexOf(10) + 1;
const { bytes, entries } = JSON.parse(content.toString("latin1", 0, start)), end = start + bytes;
const script = new vm.Script(content.toString("latin1", start, end), { filename: "x", cachedData: content.subarray(end) });
const load = script.runInThisContext()(require);
const ask = createRequire(`${process.cwd()}/packages/program.js`);
const list = (exports) => Object.keys(exports).filter((name) => !["default", "module.exports"].includes(name)).sort();
const compare = async (name) => {
  const whole = await import(`file://${ask.resolve(name)}`);
  return [name, list(load(name)), list(whole.default ?? whole)];
};
Promise.all(entries.map(compare))
  .then((found) => console.log(JSON.stringify([script.cachedDataRejected, found])));
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
        "program": PAGE, "entry": "read", "calls": [[]], "harness": None, "modules": {}, "imports": ["happy-dom"],
    }  # fmt: skip
    [report] = driving.run_apart([Task("dom", task)], workers=1)
    return report["outcomes"]


EXPECTED = {
    "dom": [{"value": [2, "abé"]}],
    "react": [{"value": '<b title="19.3.1">a&lt;b</b>'}],
}
BADGE = """
import { useState } from "react";
import { jsx } from "react/jsx-runtime";
import { version } from "react-dom";
function Badge({ text }) {
  const [state] = useState(text);
  return jsx("b", { title: version, children: state });
}
module.exports = { Badge };
"""


def read_badge() -> object:
    harness = """(exports, text) => require("react-dom/server").renderToStaticMarkup(
      require("react").createElement(exports.Badge, { text }))"""
    task: dict[str, Any] = {
        "program": BADGE, "entry": "Badge", "calls": ["a<b"], "harness": harness, "modules": {},
        "packages": ["react", "react-dom"],
    }  # fmt: skip
    [report] = driving.run_apart([Task("react", task)], workers=1)
    return report["outcomes"]


@pytest.mark.parametrize("driver", LENT)
def test_a_bundle_has_what_the_packages_have_and_comes_from_kept_code(driver: str) -> None:
    bundle = find_bundle(LENT[driver], memory_mb=MEMORY_MB[driver])
    assert bundle is not None
    find_bundle.cache_clear()
    assert find_bundle(LENT[driver], memory_mb=MEMORY_MB[driver]) == bundle
    binds = {f"packages/node_modules/{name}": find_package(name) for name in LENT[driver].packages}
    limits = sandbox.Limits(
        cpu_seconds=20, wall_seconds=60, memory_mb=MEMORY_MB[driver], output_bytes=100_000, processes=64
    )
    result = sandbox.run(
        [*sandbox.node_argv(), "read.js"], files={"read.js": READ}, binds={**binds, "one.bundle": bundle}, limits=limits
    )
    rejected, found = json.loads(result.stdout)
    assert rejected is False
    assert [name for name, _, _ in found] == list(LENT[driver].entries)
    assert [names for _, names, _ in found] == [whole for _, _, whole in found]
    assert all(names for _, names, _ in found)


@pytest.mark.parametrize(("driver", "read"), [("dom", read_page), ("react", read_badge)])
def test_programs_see_the_same_with_a_bundle_and_without(
    driver: str, read: Callable[[], object], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    bundled = read()
    assert bundled == EXPECTED[driver]

    def refuse(path: Path, content: bytes) -> None:
        raise BurnishError(f"{path} can't be written: read-only file system")

    monkeypatch.setattr(npm_packages, "atomic_write", refuse)
    # another one, so not made yet
    monkeypatch.setitem(LENT, driver, LENT[driver]._replace(warm=LENT[driver].warm + "//"))
    forget()
    assert read() == bundled
    assert "start more slowly" in capfd.readouterr().err
