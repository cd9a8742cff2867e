"""Tasks in worlds to talks whose results are what the sandboxed tools said; an answer that a result denies is an error."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from burnish.calls import Call
from burnish.errors import BurnishError
from burnish.generate.tool_talk import Talk, ask, make, say, shuffled
from burnish.generate.tool_tasks import TASKS, Task
from burnish.generate.tool_worlds import World
from burnish.seeds import rng
from burnish.toolbox import Outcome, Toolbox


def run_tasks(world: World, *, toolbox: Toolbox, count: int, key: Sequence[object]) -> Iterator[Talk]:
    """Yield `count` talks of each family of tasks in one world; equal calls are made once."""
    known: dict[str, Outcome] = {}

    def call(one: Call) -> Outcome:
        name = repr(one)
        if name not in known:
            known[name] = toolbox.call(one)
        return known[name]

    for family, (make_task, needed) in TASKS.items():
        for number in range(count):
            random = rng(*key, family, number)
            task = make_task(world, random=random)
            messages = [*ask(_about(task, random=random), random=random)]
            for calls, expected in zip(task.turns, task.expected, strict=True):
                outcomes = [call(one) for one in calls]
                check_results(outcomes, expected=expected, family=family)
                messages += [make(calls), *({"role": "tool", "content": one.text} for one in outcomes)]
            messages.append(say(task.answer))
            kind = "declined" if not task.turns else "turns" if len(task.turns) > 1 else "result"
            yield Talk(family, kind, choose_tools(toolbox, needed=needed.split(), random=random), messages,
                       executed=bool(task.turns))  # fmt: skip


def check_results(outcomes: Sequence[Outcome], *, expected: Sequence[str], family: str) -> None:
    """Raise unless the results hold what the answer is made of."""
    said = "\n".join(outcome.text for outcome in outcomes)
    lacking = [text for text in expected if text not in said]
    broken = [outcome.text for outcome in outcomes if outcome.status in ("refused", "timeout")]
    if lacking or broken:
        reason = broken[0] if broken else f"holds no {lacking[0]!r}: {said[:200]!r}"
        raise BurnishError(f"tools: the result of {family} {reason}; mend the tool or the task")


def choose_tools(toolbox: Toolbox, *, needed: Sequence[str], random: Random) -> list[dict[str, Any]]:
    """Return the definitions of the needed tools and of up to two others, in a drawn order."""
    known = {tool["name"]: tool for tool in toolbox.definitions}
    others = [name for name in known if name not in needed]
    more = random.sample(others, min(len(others), random.choice((0, 0, 1, 2))))
    return [known[name] for name in shuffled([*needed, *more], random=random)]


def _about(task: Task, *, random: Random) -> str:
    """Return the question; the columns of the table stand before one that needs a query."""
    uses_sql = any(call.name == "run_query" for calls in task.turns for call in calls)
    return f"The table is orders(number, customer, state, total). {task.question}" if uses_sql else task.question
