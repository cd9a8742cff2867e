"""`burnish eval`: every question is asked once, every answer kept, and graded as `burnish grade` grades it."""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from burnish.benchmarks.asking import FOLDER, evaluate, name_file
from burnish.benchmarks.benchmark import choose_tasks
from burnish.benchmarks.fullstack.folders import write_task
from burnish.benchmarks.grading import grade_file
from burnish.benchmarks.humaneval_tasks import QUESTION, grade_answers, read_problems
from burnish.chat_client import Server
from burnish.errors import BurnishError
from burnish.evaluate import items
from burnish.fences import fence
from tests.benchmarks.tasks import FIRST, TASKS
from tests.chat_servers import Exchange, chatting
from tests.workspaces import ROOT, run

EASY, SQL = FIRST["size_class"], FIRST["stock_label"]
RIGHT = {task.prompt: fence(task.reference, language=task.language) for task in (EASY, SQL)}


@pytest.fixture
def tasks(tmp_path: Path) -> Path:
    for task in (EASY, SQL):
        write_task(task, folder=tmp_path / "tasks" / task.id)
    return tmp_path / "tasks"


def speak(answers: Mapping[str, Any]) -> Callable[[Exchange], None]:
    return lambda exchange: exchange.say(answers[exchange.question])


@contextmanager
def asking(
    respond: Callable[[Exchange], None], tasks: Path, out: Path
) -> Iterator[tuple[Callable[..., dict[str, Any]], list[str]]]:
    """Give a function that evaluates and returns the last line, and the questions that came."""
    with chatting(respond) as (address, asked):

        def ask(*, limit: int | None = None, **changes: Any) -> dict[str, Any]:
            server = Server(address, "tiny", 64, 2, 5.0, None, (0.0,))._replace(**changes)
            lines = list(evaluate("fullstack-eval", server=server, tasks=tasks, limit=limit, out=out))
            return dict(json.loads(lines[-1]))

        yield ask, asked


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_answers_are_asked_once_kept_and_graded_as_stored_ones_are(tasks: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "answers.jsonl"
    with asking(speak({**RIGHT, SQL.prompt: "no idea"}), tasks, out) as (ask, asked):
        first = ask()
        assert sorted(asked) == sorted([EASY.prompt, SQL.prompt])
        again = ask()
        assert len(asked) == 2, "the second call asks nothing"
    assert (first["solved"], first["total"], first["asked"], first["failed"]) == (1, 2, 2, 0)
    assert {**again, "asked": 2} == first and again["asked"] == 0
    assert first["finish"] == {"stop": 2} and first["costs"]["tokens"] == 3
    assert [row["id"] for row in read(out)] == [EASY.id, SQL.id] and set(read(out)[0]) == {
        "id", "answer", "finish", "tokens", "seconds", "key",
    }  # fmt: skip
    assert [path.name for path in out.parent.iterdir()] == [out.name], "no journal is left"
    *_, stored = grade_file("fullstack-eval", answers=out, tasks=tasks, against=None, as_json=True)
    assert {name: first[name] for name in json.loads(stored)} == json.loads(stored)


def test_what_was_answered_before_an_end_is_not_asked_again(tasks: Path, tmp_path: Path) -> None:
    out = tmp_path / "answers.jsonl"
    journal = tmp_path / ".answers.jsonl.partial-answers"

    def give_up(exchange: Exchange) -> None:
        if exchange.question == EASY.prompt:
            exchange.say(RIGHT[EASY.prompt])
        else:
            exchange.send(b"who?", status=404)

    with asking(give_up, tasks, out) as (ask, _), pytest.raises(BurnishError, match="404: who"):
        ask(parallel=1)
    assert not out.exists() and [row["id"] for row in read(journal)] == [EASY.id]
    with journal.open("ab") as file:
        file.write(b'{"id": "stock_la')
    with asking(speak(RIGHT), tasks, out) as (ask, asked):
        assert (ask()["solved"], asked) == (2, [SQL.prompt])


@pytest.mark.parametrize("text", ["thesis", '{"a": 1}\n{"precious": 2', "\x00\xff\n\x00"])
def test_a_file_that_is_none_of_answers_is_refused_and_left_as_it_is(tasks: Path, tmp_path: Path, text: str) -> None:
    out = tmp_path / "notes.txt"
    out.write_text(text)
    with asking(speak(RIGHT), tasks, out) as (ask, asked), pytest.raises(BurnishError, match="isn't an answer that"):
        ask()
    assert (out.read_text(), asked) == (text, [])


def test_failures_count_as_unsolved_and_are_asked_again_alone(tasks: Path, tmp_path: Path) -> None:
    out = tmp_path / "answers.jsonl"
    with asking(speak({**RIGHT, SQL.prompt: [1, 2]}), tasks, out) as (ask, _):
        figures = ask()
    assert (figures["solved"], figures["total"], figures["failed"], figures["answered"]) == (1, 2, 1, 1)
    assert read(out)[1]["failure"] == "its answer isn't a text: [1, 2]" and read(out)[1]["answer"] == ""
    with asking(speak(RIGHT), tasks, out) as (ask, asked):
        figures = ask()
        assert (figures["solved"], figures["failed"], asked) == (2, 0, [SQL.prompt])


def test_no_answer_at_all_is_an_error_and_no_score(tasks: Path, tmp_path: Path) -> None:
    with (
        asking(lambda exchange: exchange.send(b"<html>"), tasks, tmp_path / "answers.jsonl") as (ask, _),
        pytest.raises(BurnishError, match="no question got an answer: its response isn't JSON: '<html>'"),
    ):
        ask()


@pytest.mark.parametrize(
    ("answer", "solved", "reason"),
    [
        ("x" * 1_000_000, False, "longer than 200000 characters"),
        ("I'd rather talk about the weather.", False, ""),
        ("", False, "empty answer"),
        ("\x00\x01\ud800\udfff binary \x7f", False, ""),
        (fence("console.log(1)", language="javascript"), False, ""),
        (f"```python\nraise SystemExit\n```\nor\n```bash\nls\n```\nso\n{RIGHT[EASY.prompt]}", True, ""),
        (f"{RIGHT[EASY.prompt]}\n```bash\npython x.py\n```\n```\noutput\n```", True, ""),
        ("```python\n" + "again = 1\n" * 4_000, False, ""),
    ],
    ids=[
        "1 MB",
        "no code",
        "empty",
        "binary",
        "wrong language",
        "three blocks",
        "three blocks, first counts",
        "a loop",
    ],
)
def test_odd_answers_are_verdicts(tasks: Path, tmp_path: Path, answer: str, solved: bool, reason: str) -> None:
    out = tmp_path / "answers.jsonl"
    with asking(speak({EASY.prompt: answer}), tasks, out) as (ask, _):
        figures = ask(limit=1)
    assert (figures["solved"], figures["total"], figures["failed"]) == (int(solved), 1, 0)
    first, _ = grade_file("fullstack-eval", answers=out, tasks=tasks, against=None, as_json=True)
    said = json.loads(first)["reason"]
    assert (said == "") is solved and reason in said


def test_answers_of_another_model_or_setting_are_not_mixed(tasks: Path, tmp_path: Path) -> None:
    out = tmp_path / "answers.jsonl"
    with asking(speak(RIGHT), tasks, out) as (ask, asked):
        ask(limit=1)
        before = out.read_bytes()
        for change in ({"model": "other"}, {"max_tokens": 65}):
            with pytest.raises(BurnishError, match="is another model's"):
                ask(**change)
        assert out.read_bytes() == before and len(asked) == 1
        ask()
        assert len(asked) == 2, "a larger limit asks the rest"
        assert ask(limit=1)["total"] == 1 and len(read(out)) == 2, "a smaller one loses nothing"
    out.write_text('{"id": "size_class/0", "answer": "by hand"}\n')
    with asking(speak(RIGHT), tasks, out) as (ask, _), pytest.raises(BurnishError, match="line 1 isn't an answer that"):
        ask()


def test_two_processes_do_not_write_one_file(tasks: Path, tmp_path: Path) -> None:
    out = tmp_path / "answers.jsonl"
    complaints: list[str] = []

    def ask_inside(exchange: Exchange) -> None:
        try:
            ask()
        except BurnishError as error:
            complaints.append(str(error))
        exchange.say("done")

    with asking(ask_inside, tasks, out) as (ask, _):
        ask(limit=1)
    assert complaints == [f"{out} is being written by another process; wait for it, or give --out"]


def test_a_limit_takes_templates_in_turn() -> None:
    chosen = choose_tasks(TASKS, limit=len(FIRST) + 1)
    assert {task.template for task in chosen[:-1]} == set(FIRST) and {task.seed for task in chosen[:-1]} == {0}
    assert chosen[-1].seed == 1 and choose_tasks(TASKS, limit=None) == TASKS
    with pytest.raises(BurnishError, match="--limit 0 asks nothing"):
        choose_tasks(TASKS, limit=0)


def test_other_settings_have_another_file() -> None:
    server = Server("http://127.0.0.1:9/v1", "owner/Model 7B", 64, 2, 5.0, None, ())
    path = name_file("human-eval", server=server)
    assert path.parent == FOLDER and path.name.startswith("human-eval-owner-Model-7B-")
    assert path == name_file("human-eval", server=server._replace(address="http://127.0.0.1:10/v1", parallel=1))
    assert path != name_file("human-eval", server=server._replace(max_tokens=65))
    assert path != name_file("human-eval", server=server._replace(model="owner/Model-7B"))


PROBLEM = {
    "task_id": "HumanEval/0", "entry_point": "double",
    "prompt": 'def double(x):\n    """Return twice x."""\n', "canonical_solution": "    return 2 * x\n",
    "test": "def check(candidate):\n    assert candidate(4) == 8\n    assert candidate(-1) == -2\n",
}  # fmt: skip


def write_problems(folder: Path, *rows: Any) -> Path:
    folder.mkdir()
    (folder / "HumanEval.jsonl.gz").write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    return folder


@pytest.mark.parametrize(
    ("answer", "solved", "runs", "extracted", "reason"),
    [
        ("```python\ndef double(x):\n    return x + x\n```", True, True, True, ""),
        ("    return 2 * x", True, True, False, ""),
        ("```python\ndef double(x):\n    return 3 * x\n```", False, True, True, "a test failed"),
        ("```python\ndef double(x:\n```", False, False, True, "SyntaxError"),
        ("", False, False, False, "empty answer"),
        ("x" * 300_000, False, False, False, "longer than 200000 characters"),
        ("\x00\ud800", False, False, False, "Error"),
    ],
)
def test_humaneval_answers_are_judged_by_the_published_test(
    tmp_path: Path, answer: str, solved: bool, runs: bool, extracted: bool, reason: str
) -> None:
    (problem,) = read_problems(write_problems(tmp_path / "data", PROBLEM))
    (grade,) = grade_answers([(problem, answer)], workers=1)
    assert (grade.solved, grade.points, grade.runs, grade.extracted) == (solved, float(solved), runs, extracted)
    assert reason in grade.reason and (grade.reason == "") is solved


def test_humaneval_is_asked_as_the_pipeline_asks_it(tmp_path: Path) -> None:
    assert QUESTION == items.QUESTION
    folder = write_problems(tmp_path / "data", PROBLEM, {**PROBLEM, "task_id": "HumanEval/1"})
    assert [problem.id for problem in read_problems(folder)] == ["HumanEval/0", "HumanEval/1"]
    with pytest.raises(BurnishError, match="holds no HumanEval"):
        read_problems(tmp_path / "nothing")
    with pytest.raises(BurnishError, match="row 1 isn't a problem with the texts task_id"):
        read_problems(write_problems(tmp_path / "broken", {"task_id": 3}))


def test_the_command_prints_a_table_and_a_last_line_of_json(tmp_path: Path) -> None:
    folder = write_problems(tmp_path / "data", PROBLEM)
    answers = {read_problems(folder)[0].prompt: "```python\ndef double(x):\n    return x + x\n```"}
    with chatting(speak(answers)) as (address, _):
        command = [
            str(ROOT / "bin" / "python"),
            "-m",
            "burnish.cli",
            "eval",
            "--model",
            "tiny",
            "--benchmark",
            "human-eval",
        ]
        command += ["--tasks", str(folder), "--out", str(tmp_path / "answers.jsonl"), "--url"]
        said = run([*command, address], cwd=ROOT, check=False, COLUMNS="200")
        refused = run([*command, "ftp://x"], cwd=ROOT, check=False, COLUMNS="200")
    assert said.returncode == 0 and said.stdout.startswith("1 of 1 answers solved; 1 of 1 tasks answered")
    last = json.loads(said.stdout.splitlines()[-1])
    assert (last["solved"], last["total"], last["model"], last["benchmark"]) == (1, 1, "tiny", "human-eval")
    assert refused.returncode == 1 and refused.stderr.startswith("burnish: --url 'ftp://x' isn't an http address")
