"""The tester of FullstackEval: right programs pass, wrong ones and cheats don't, whatever an answer looks like."""

import threading
from collections.abc import Sequence

import pytest

from burnish.benchmarks.fullstack import judging
from burnish.benchmarks.fullstack.cheating import cheat_programs
from burnish.benchmarks.fullstack.judging import grade, grade_answers, grade_programs
from burnish.benchmarks.fullstack.surfaces import TIMEOUT, Seen, observe
from burnish.benchmarks.fullstack.tasks import Check, Task
from burnish.fences import fence
from tests.benchmarks.tasks import FIRST, TASKS

EASY = FIRST["size_class"]


def test_verdicts_are_the_same_with_one_and_two_workers() -> None:
    pairs = [
        (FIRST[name], code) for name in ("initials", "seat_server", "stock_label") for code in FIRST[name].mutants[:2]
    ]
    pairs += [(FIRST[name], FIRST[name].reference) for name in ("stock_command", "converter_page")]
    grades = grade_programs(pairs, workers=2)
    assert [one.solved for one in grades] == [False] * 6 + [True] * 2
    assert grade_programs(pairs, workers=1) == grades


@pytest.mark.parametrize("template", ["size_class", "initials", "stock_label", "stock_command", "seat_server", "top_rows",
                                      "count_repair", "list_from_table", "remove_doubles"])  # fmt: skip
def test_cheats_get_no_point(template: str) -> None:
    task = FIRST[template]
    cheats = cheat_programs(task)
    grades = grade_programs([(task, code) for code in cheats.values()], workers=2)
    assert len(cheats) >= 11
    assert {name: one.passed for name, one in zip(cheats, grades, strict=True) if one.points} == {}


@pytest.mark.parametrize("template", ["next_number", "tree_path", "month_grid", "store_form", "longest_run", "redirect_target",
                                      "seat_server", "owned_server"])  # fmt: skip
def test_mutants_fail_a_test(template: str) -> None:
    task = FIRST[template]
    grades = grade_programs([(task, mutant) for mutant in task.mutants], workers=2)
    assert sum(not one.solved for one in grades) >= 0.8 * len(grades)


def test_some_right_tests_are_some_points() -> None:
    edit = f"<= {EASY.reference.split('<= ')[1].split(':')[0]}"
    broken = grade(EASY, EASY.reference.replace(edit, edit.replace("<=", "<")))
    assert (
        not broken.solved and broken.passed == ("each class", "the upper limit", "the ends") and broken.points == 0.75
    )
    assert broken.reason.startswith("the lower limit, step 1: result is ")


@pytest.mark.parametrize(("template", "useless"), [("mask_end", "def {entry}(text):\n    return '*' * len(text)"),
                                                   ("redirect_target", "def {entry}(target):\n    return '/'")])  # fmt: skip
def test_refusing_everything_is_no_security(template: str, useless: str) -> None:
    for task in TASKS:
        if task.template == template:
            assert grade(task, useless.format(entry=task.entry)).points == 0.0


def test_insecure_but_working_programs_get_the_points_of_the_function_alone() -> None:
    task = FIRST["redirect_target"]
    code = task.reference.replace("if parts.scheme", "if parts.scheme").replace('"\\\\" in target', "False")
    found = grade(task, code)
    assert not found.solved and "pages of the site" in found.passed and "backslashes and tabs" not in found.passed


def _answers(task: Task) -> dict[str, tuple[str, bool]]:
    """Return answers by what is odd about them, with whether a code block in the language is found."""
    right, wrong = fence(task.reference, language="python"), fence("x = 1", language="python")
    return {
        "no code": ("I would use a dictionary.", False), "nothing": ("", False),
        "the wrong language": (fence("function f() { return 1; }", language="javascript"), False),
        "binary": ("\x00\x01\ud800\xff" * 50, False), "binary in a block": (fence("\x00\ud800", language="python"), True),
        "1 MB": (f"```python\n{'x = 1  # no' * 100_000}\n```", True), "1 MB of fences": ("```\n" * 250_000, True),
        "the wrong one last of three": (f"{right}\n\nor\n\n{right}\n\nThat is:\n{wrong}", True),
    }  # fmt: skip


def test_odd_answers_are_graded_and_solve_nothing() -> None:
    answers = _answers(EASY)
    grades = grade_answers([(EASY, text) for text, _ in answers.values()], workers=2)
    assert {name: one.solved for name, one in zip(answers, grades, strict=True)} == dict.fromkeys(answers, False)
    assert [one.extracted for one in grades] == [found for _, found in answers.values()]


def test_the_last_block_in_the_language_is_the_answer() -> None:
    wrong, shown = fence("x = 1", language="python"), fence("f(1)", language="javascript")
    text = f"First:\n{wrong}\nthen\n{fence(EASY.reference, language='py')}\nused as\n{shown}"
    unfenced = EASY.reference
    grades = grade_answers([(EASY, text), (EASY, unfenced)], workers=2)
    assert [one.solved for one in grades] == [True, True] and [one.extracted for one in grades] == [True, False]


def test_a_program_that_never_ends_is_out_of_time() -> None:
    found = grade(EASY, f"def {EASY.entry}(x):\n    while True: pass")
    assert found.timed_out and not found.points


def test_what_ran_out_of_time_is_run_again_alone_before_it_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of four programs gets no time while the second one runs beside it, as on a busy machine."""
    slow, others = FIRST["stock_label"], (FIRST["initials"], FIRST["size_class"], FIRST["top_rows"])
    both, lock, running, begun = threading.Barrier(2, timeout=60), threading.Lock(), set[str](), list[tuple[str, int]]()

    def run_out_once(task: Task, code: str, *, tests: Sequence[Check]) -> list[Seen]:
        with lock:
            begun.append((task.id, len(running)))
            running.add(task.id)
            number = [name for name, _ in begun].count(task.id)
        try:
            if number == 1 and task in (slow, others[0]):
                both.wait()
            return (
                [Seen((), TIMEOUT, runs=False)] * len(tests)
                if (task, number) == (slow, 1)
                else observe(task, code, tests=tests)
            )
        finally:
            with lock:
                running.remove(task.id)

    monkeypatch.setattr(judging, "observe", run_out_once)
    grades = grade_programs([(task, task.reference) for task in (slow, *others)], workers=2)
    assert [one.solved for one in grades] == [True] * 4
    assert sorted(name for name, _ in begun) == sorted([slow.id, slow.id, *(task.id for task in others)])
    assert begun[-1] == (slow.id, 0), "again, when all others have ended"


def test_what_a_server_keeps_in_memory_is_gone_after_a_restart() -> None:
    task = FIRST["readings_server"]
    found = grade(task, task.reference.replace('os.environ["DATABASE"]', '":memory:"'))
    assert (
        found.reason.startswith("stores rows: there is no database file") and "outlives the server" not in found.passed
    )
    assert "lists by place" in found.passed
