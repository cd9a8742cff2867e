"""Which prompts are asked, what answers are worth, and which groups teach; a stored round is read back exactly."""

from pathlib import Path
from statistics import fmean, pstdev

import pytest
from tests.train.rolling import rate, write_attempts

from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.train.grpo_groups import (
    RewardSettings,
    Round,
    Sample,
    Task,
    find_advantages,
    plan_round,
    read_round,
    read_tasks,
    tasks_of_round,
    write_round,
)

REWARDS = RewardSettings(passed=1.0, fenced=0.25, finished=0.0)
TASKS = [Task(f"case-{number}", "family", "text", tuple(range(10)), {}) for number in range(3)]


def answer(task: int, *, passed: bool, tokens: int = 5, text: str = "x") -> Sample:
    return Sample(task, list(range(tokens)), [-1.0] * tokens, text, "stop", passed, "", hung=False)


def test_advantages_are_centred_and_scaled_only_where_asked() -> None:
    rewards = [1.0, 0.0, 0.0, 0.25]
    scaled, plain = (find_advantages(rewards, with_deviation=asked) for asked in (True, False))
    assert fmean(scaled) == pytest.approx(0, abs=1e-12)
    assert pstdev(scaled) == pytest.approx(1)
    assert plain == pytest.approx([0.6875, -0.3125, -0.3125, -0.0625])
    assert find_advantages([0.1, 0.1, 0.1], with_deviation=True) == [0.0, 0.0, 0.0]


def test_a_reward_is_the_sum_of_what_was_done() -> None:
    fenced = answer(0, passed=True, text="Here:\n```css\na {}\n```")
    assert fenced.reward(REWARDS) == 1.25
    assert fenced._replace(passed=False).reward(REWARDS) == 0.25
    assert answer(0, passed=False).reward(REWARDS) == 0.0


def test_groups_of_equal_rewards_are_left_out_and_the_others_trained_on_once() -> None:
    verdicts = [(0, [1, 0, 0, 1]), (1, [1, 1, 1, 1]), (2, [0, 0, 0, 1])]
    samples = [answer(task, passed=bool(one)) for task, ones in verdicts for one in ones]
    planned = plan_round(samples, tasks=TASKS, rewards=REWARDS, with_deviation=False, steps=2, sequence_tokens=26)
    sequences = [sequence for step in planned.steps for sequence in step.sequences]
    assert sorted(number for sequence in sequences for number in sequence) == [0, 1, 2, 3, 8, 9, 10, 11]
    assert all(len({samples[number].task for number in sequence}) == 1 for sequence in sequences)
    assert planned.skipped == 1
    assert [step.supervised for step in planned.steps] == [20, 20]
    assert [step.tokens for step in planned.steps] == [40, 40], "the prompt is read once a sequence"
    assert max(len(sequence) for sequence in sequences) == 3, "10 + 3 x 5 fit into 26"


def test_a_round_without_differences_has_no_steps() -> None:
    samples = [answer(0, passed=True)] * 4
    planned = plan_round(samples, tasks=TASKS[:1], rewards=REWARDS, with_deviation=True, steps=2, sequence_tokens=64)
    assert planned.steps == []
    assert planned.skipped == 1


def test_prompts_are_those_that_are_sometimes_solved(base: Path, tmp_path: Path) -> None:
    rates = [rate(number, pass_rate=passed) for number, passed in enumerate((0.0, 0.25, 1.0, 0.75, 0.5, 0.5))]
    rates.append(rate(9, prompt="x" * 900))
    chat, bounds = Chat.load(base), {"above": 0.0, "below": 1.0}
    tasks = read_tasks(write_attempts(tmp_path / "data", rates), chat=chat, tokens=200, seed=1, **bounds)
    assert {task.id for task in tasks} == {"case-1", "case-3", "case-4", "case-5"}
    assert len({task.family for task in tasks[:3]}) == 3, "families take turns"
    assert tasks[0].text.endswith("<|im_start|>assistant\n")


def test_held_out_cases_and_none_at_all_are_refused(base: Path, tmp_path: Path) -> None:
    chat, bounds = Chat.load(base), {"above": 0.0, "below": 1.0}
    held_out = write_attempts(tmp_path / "held", [rate(0), rate(1, split="unseen")])
    with pytest.raises(BurnishError, match="case-1, which is held out"):
        read_tasks(held_out, chat=chat, tokens=200, seed=1, **bounds)
    solved = write_attempts(tmp_path / "solved", [rate(0, pass_rate=1.0)])
    with pytest.raises(BurnishError, match="none of 1 cases has a pass rate between 0 and 1"):
        read_tasks(solved, chat=chat, tokens=200, seed=1, **bounds)


def test_rounds_go_through_all_prompts_and_ask_none_twice_at_a_time() -> None:
    asked = [[task.id for task in tasks_of_round(TASKS, number=number, size=2)] for number in range(3)]
    assert asked == [["case-0", "case-1"], ["case-2", "case-0"], ["case-1", "case-2"]]
    assert len(tasks_of_round(TASKS, number=5, size=8)) == 3


def test_a_stored_round_is_read_back_exactly(tmp_path: Path) -> None:
    stored = Round([answer(0, passed=True)], {0: [-0.1, -1e-7, -3.3333333]}, {0: [-0.2, -2.5, -1e-30]})
    write_round(tmp_path / "round.json", stored)
    assert read_round(tmp_path / "round.json") == stored
