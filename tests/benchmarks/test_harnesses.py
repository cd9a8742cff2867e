"""What is written for other harnesses is whole and judges; `bench/harnesses.py` runs it in the real ones."""

import ast
import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest
from ruamel.yaml import YAML

from burnish.benchmarks import harnesses
from burnish.benchmarks.fullstack.folders import digest_tasks, read_tasks, write_task
from burnish.benchmarks.harnesses.exporting import export_tasks
from burnish.errors import BurnishError
from burnish.fences import fence
from tests.benchmarks.tasks import FIRST
from tests.test_cli import burnish
from tests.workspaces import ROOT

CHOSEN = [FIRST["size_class"], FIRST["stock_label"]]


@pytest.fixture
def tasks(tmp_path: Path) -> Path:
    for task in CHOSEN:
        write_task(task, folder=tmp_path / "tasks" / task.id)
    return tmp_path / "tasks"


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("exported_utils", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_lm_eval_gets_a_task_whose_functions_judge(tasks: Path, tmp_path: Path) -> None:
    said = list(export_tasks("lm-eval", out=tmp_path / "out", tasks=tasks))
    assert said[0].endswith("2 tasks") and "--include_path" in said[1]
    loader = YAML()
    loader.constructor.add_constructor("!function", lambda _, node: node.value)
    config = loader.load(tmp_path / "out" / "fullstack_eval.yaml")
    utils = load(tmp_path / "out" / "utils.py")
    for named in (config["custom_dataset"], config["process_results"]):
        assert callable(getattr(utils, named.removeprefix("utils.")))
    assert (config["doc_to_text"], config["metadata"]["data"]) == ("prompt", digest_tasks(CHOSEN))
    rows = [json.loads(line) for line in (tmp_path / "out" / "rows.jsonl").read_text().splitlines()]
    by_id = {row["id"]: row for row in rows}
    for task in CHOSEN:
        assert by_id[task.id]["prompt"] == task.prompt
        right = utils.grade(by_id[task.id], [fence(task.reference, language=task.language)])
        wrong = utils.grade(by_id[task.id], ["no idea"])
        assert right["solved"] == right["points"] == 1.0
        assert wrong["solved"] == wrong["extracted"] == 0.0
        assert set(right) == {metric["metric"] for metric in config["metric_list"]}


def test_lm_eval_gets_its_rows_as_a_split(tasks: Path, tmp_path: Path) -> None:
    list(export_tasks("lm-eval", out=tmp_path / "out", tasks=tasks))
    split = load(tmp_path / "out" / "utils.py").load_rows(version=1.0)["test"]
    assert split["prompt"][:] == [task.prompt for task in sorted(CHOSEN, key=lambda task: task.id)]


def test_an_export_is_replaced_but_not_with_what_others_put_into_it(tasks: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for _ in range(2):
        list(export_tasks("inspect", out=out, tasks=tasks))
    (out / "logs").mkdir()
    (out / "logs" / "one.eval").write_text("weeks of work")
    with pytest.raises(BurnishError, match="holds logs, which this command didn't write"):
        list(export_tasks("inspect", out=out, tasks=tasks))
    assert (out / "logs" / "one.eval").read_text() == "weeks of work"


def test_inspect_gets_a_task_that_names_its_sandbox(tasks: Path, tmp_path: Path) -> None:
    list(export_tasks("inspect", out=tmp_path / "out", tasks=tasks))
    text = (tmp_path / "out" / "fullstack_eval.py").read_text()
    assert text == (Path(harnesses.__file__).parent / "inspect_task.py").read_text()
    names = {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)}
    assert "fullstack_eval" in names and "sandbox=SANDBOX" in text
    assert 'burnish = "burnish.benchmarks.harnesses.inspect_sandbox"' in (ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize("harness", ["lm-eval", "inspect"])
def test_a_folder_is_whole_portable_and_the_same_each_time(tasks: Path, tmp_path: Path, harness: str) -> None:
    for name in ("one", "other", "one"):
        list(export_tasks(harness, out=tmp_path / name, tasks=tasks))
    files = {path.relative_to(tmp_path / "one"): path for path in (tmp_path / "one").rglob("*") if path.is_file()}
    for relative, path in files.items():
        assert path.read_bytes() == (tmp_path / "other" / relative).read_bytes()
        assert str(tmp_path) not in path.read_text() and str(ROOT) not in path.read_text()
    assert {task.id: task for task in read_tasks(tmp_path / "one" / "tasks")} == {task.id: task for task in CHOSEN}


def test_a_folder_of_somebody_else_is_not_replaced(tasks: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(BurnishError, match="wasn't written by this command"):
        list(export_tasks("lm-eval", out=tmp_path / "mine", tasks=tasks))
    with pytest.raises(BurnishError, match="no export for 'helm'; there are: lm-eval, inspect"):
        list(export_tasks("helm", out=tmp_path / "out", tasks=tasks))
    assert (tmp_path / "mine" / "thesis.txt").exists()


def test_the_command_says_how_to_go_on(tasks: Path, tmp_path: Path) -> None:
    status, said, _ = burnish("export-tasks", "inspect", "--out", str(tmp_path / "out"), "--tasks", str(tasks))
    assert status == 0 and f"cd {tmp_path}/out && inspect eval fullstack_eval.py --model MODEL" in said
