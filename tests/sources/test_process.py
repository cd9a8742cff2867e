"""The process stage end to end on a small fetched group: three tables, equal bytes on every run."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from tests.overlaps import CONTAMINATION, DUPLICATES, write_benchmark
from tests.sources.toy import PARAMS, TEXTS, write_package, write_scripts

from burnish.errors import BurnishError
from burnish.executor import ExecutorParams
from burnish.shards import CASE, TEXT, read_rows
from burnish.sources import process
from burnish.sources.drafts import TaskParams
from burnish.sources.origins import Reject
from burnish.sources.process import ProcessParams, count_reasons, drop_repeated, drop_unsafe

T = TypeVar("T")
LOCAL = ExecutorParams(kind="local", address=None)


def write_group(folder: Path, names: dict[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for name, write in names.items():
        write(folder / name)
        rows.append(
            {"name": name, "version": "1", "licence": "MIT", "url": f"pypi:{name}==1/{name}.tar.gz", "sha256": ""}
        )
    (folder / "LICENSES.json").write_text(json.dumps(rows))
    return folder


def run(tmp_path: Path, out: str, tasks: TaskParams = PARAMS) -> dict[str, Any]:
    params = ProcessParams(workers=2, tasks=tasks, texts=TEXTS, duplicates=DUPLICATES, contamination=CONTAMINATION)
    raw = {name: tmp_path / "raw" / name for name in ("python", "npm", "benchmarks")}
    return dict(process.run(params, seed=7, executor=LOCAL, **raw, out=tmp_path / out))


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    write_group(tmp_path / "raw/python", {"toy": write_package, "copy": write_package})
    write_group(tmp_path / "raw/npm", {"sums": write_scripts})
    write_group(tmp_path / "raw/benchmarks", {"quiz": write_benchmark})
    return tmp_path


def test_the_tables_come_out_with_equal_bytes_each_time(raw: Path) -> None:
    metrics = run(raw, "first")
    assert run(raw, "second") == metrics
    first = {path.relative_to(raw / "first"): path.read_bytes() for path in sorted((raw / "first").rglob("*.parquet"))}
    assert first == {
        path.relative_to(raw / "second"): path.read_bytes() for path in sorted((raw / "second").rglob("*.parquet"))
    }
    assert metrics["tasks_by_category"] == {"real_toy": 2, "real_sums": 1}
    assert metrics["mutants_killed"] >= 0.8 * metrics["mutants"]
    cases = list(read_rows(raw / "first/tasks"))
    texts = list(read_rows(raw / "first/text"))
    assert [set(cases[0]), set(texts[0])] == [set(CASE.names), set(TEXT.names)]
    assert len(texts) == metrics["texts"] == 7
    assert cases[0]["source"] == "pypi:toy==1/toy.tar.gz#src/toy/strings.py"


def test_rejects_say_what_was_dropped_and_why(raw: Path) -> None:
    metrics = run(raw, "out")
    rejects = list(read_rows(raw / "out/rejects"))
    assert len(rejects) == sum(sum(reasons.values()) for reasons in metrics["rejects"].values())
    assert metrics["rejects"]["task"]["repeats another"] == 2
    assert metrics["rejects"]["text"]["repeats another"] == 5
    assert {"kind": "task", "source": "toy", "path": "src/toy/strings.py", "name": "weak",
            "reason": "its checks miss too many broken versions"} in rejects  # fmt: skip


def test_a_withheld_package_is_no_text(raw: Path) -> None:
    metrics = run(raw, "out", PARAMS.model_copy(update={"withheld_share": 1.0}))
    assert metrics["tasks_by_split"] == {"unseen": 3}
    assert {row["source"] for row in read_rows(raw / "out/text")} == {"pypi:copy==1/copy.tar.gz"}


STAGE = """
import sys
from pathlib import Path
from burnish.sources import process
from tests.overlaps import CONTAMINATION, DUPLICATES
from tests.sources.test_process import LOCAL
from tests.sources.toy import PARAMS, TEXTS
params = process.ProcessParams(workers=2, tasks=PARAMS, texts=TEXTS, duplicates=DUPLICATES, contamination=CONTAMINATION)
here = Path(sys.argv[1])
if __name__ == "__main__":
    raw = {name: here / "raw" / name for name in ("python", "npm", "benchmarks")}
    process.run(params, seed=7, executor=LOCAL, **raw, out=here / "out")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupt_leaves_no_output_and_no_worker(raw: Path, number: int) -> None:
    script = raw / "stage.py"
    script.write_text(STAGE)
    environment = {**os.environ, "PYTHONPATH": f"src{os.pathsep}."}
    with subprocess.Popen([sys.executable, str(script), str(raw)], env=environment, start_new_session=True) as started:
        workers = wait_until(lambda: workers_of(started.pid))
        os.kill(started.pid, number)
        assert started.wait(30) != 0
    wait_until(lambda: not [pid for pid in workers if Path(f"/proc/{pid}").exists()])
    assert not (raw / "out").exists()


def workers_of(pid: int) -> list[int]:
    """Return the processes that read packages, once they run: the resource tracker is none."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    lines = {int(child): Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    found = [child for child, line in lines.items() if b"spawn_main" in line]
    return found if len(found) == 2 else []


def wait_until(condition: Callable[[], T]) -> T:
    for _ in range(600):
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def test_a_group_without_its_list_or_with_another_licence_is_an_error(raw: Path) -> None:
    listed = raw / "raw/npm/LICENSES.json"
    rows = json.loads(listed.read_text())
    listed.write_text(json.dumps([{**rows[0], "licence": "SSPL-1.0"}]))
    with pytest.raises(BurnishError, match=r"LICENSES.json: sums: licence 'SSPL-1.0' isn't taken here"):
        run(raw, "out")
    listed.unlink()
    with pytest.raises(BurnishError, match=r"npm/LICENSES.json is missing or broken; `dvc repro fetch`"):
        run(raw, "out")
    assert not (raw / "out").exists()


def test_reasons_are_counted_without_the_names_in_them() -> None:
    rejects = [
        Reject("task", "", "", "", reason)
        for reason in ("needs a, that", "needs b, that", "needs too much", "repeats x/y", "overlaps q/1:a: words")
    ]
    assert count_reasons(rejects) == {"task": {"needs another that": 2, "needs too much": 1, "repeats another": 1,
                                               "overlaps another: words": 1}}  # fmt: skip


def test_masks_stand_beside_the_rows_that_stay(raw: Path) -> None:
    page = raw / "raw/python/toy/docs.md"
    page.write_text("Whoever finds a mistake in this page may write to the author: ann.lee@writers.net\n")
    metrics = run(raw, "out")
    assert metrics["masked"] == {"e-mail address": 1}
    text = next(row for row in read_rows(raw / "out/text") if row["path"] == "docs.md")
    assert text["text"].endswith("author: person1@example.com\n")
    change = {"text_id": text["id"], "source": "toy", "path": "docs.md", "what": "e-mail address", "number": 1}
    assert list(read_rows(raw / "out/changes")) == [change]


@pytest.mark.parametrize(
    ("prompt", "reason"),
    [
        ("Write to ann.lee@writers.net", "holds personal data: e-mail address"),
        ("Use ghp_" + "a1B2" * 9, "holds what looks like a secret: GitHub token"),
    ],
)
def test_tasks_with_secrets_or_personal_data_go(prompt: str, reason: str) -> None:
    case = {
        "id": "a",
        "prompt": "Write to ann@example.com",
        "starter": "",
        "reference": "def f(): ...",
        "source": "s#p",
    }
    rejects: list[Reject] = []
    assert drop_unsafe([case, {**case, "id": "b", "prompt": prompt}], rejects=rejects) == [case]
    assert rejects == [Reject("task", "s", "p", "b", reason)]


def test_copies_are_kept_once() -> None:
    cases = [{"id": str(i), "reference": text, "source": "s#p"} for i, text in enumerate(("a  b", "a b", "c"))]
    rejects: list[Reject] = []
    assert [case["id"] for case in drop_repeated(cases, rejects=rejects)] == ["0", "2"]
    assert rejects == [Reject("task", "s", "p", "1", "repeats 0")]
