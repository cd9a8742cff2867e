"""The template of `fs_scheduled_task` about repeated tasks: each has its interval, and a loop asks which have to run."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.timelines import CLOCK, TIMELINE, write_timeline
from burnish.generate.wording import draw_noun, draw_nouns


def draw_intervals(rng: Random) -> dict[str, Any]:
    """Draw the methods of a scheduler, when a task runs first, and from when its interval counts."""
    facts = draw_arguments(rng, task="name|task|job|label", seconds="seconds|interval|period|gap|pause")
    at_once, fixed, by_name = (rng.random() < share for share in (0.4, 0.5, 0.35))
    task, seconds, clock = facts["task"], facts["seconds"], pick(rng, "clock|now|timer|get_time")
    cancel = pick(rng, "||cancel|remove|stop|drop|forget")
    names = "sorted(names)" if by_name else "names"

    soon, later, before = f"self.{clock}()", f"self.{clock}() + {seconds}", f"self.{clock}() - {seconds}"

    def more(line: str) -> str:
        return f"\n\n    def {cancel}(self, {task}):\n        {line}" if cancel else ""

    return {
        **facts, "name": pick(rng, "Scheduler|Timetable|TaskTimer|Ticker|JobClock|Intervals|Cron|Repeater"), "clock": clock,
        "add": pick(rng, "add|register|schedule|plan|repeat|start"),
        "due": pick(rng, "due|due_tasks|pending|collect|tick|take_due"),
        "cancel": cancel, "at_once": at_once, "fixed": fixed, "by_name": by_name, "noun": draw_noun(rng).one,
        "first": soon if at_once else later, "other_first": later if at_once else soon,
        "last": before if at_once else soon, "other_last": soon if at_once else before,
        "advance": "while times[1] <= now:\n                    times[1] += times[0]" if fixed else "times[1] = now + times[0]",
        "other_advance": "times[1] = now + times[0]" if fixed else "times[1] += times[0]",
        "mark": f"self.last[{task}] += passed // every * every" if fixed else f"self.last[{task}] = now",
        "other_mark": f"self.last[{task}] = now" if fixed else f"self.last[{task}] += every",
        "result": names, "other_result": "names" if by_name else "sorted(names)",
        "more_times": more(f"del self.times[{task}]"), "more_last": more(f"self.every.pop({task})"),
        "first_words": "at once" if at_once else f"after `{seconds}`",
        "rule": f"and after that every `{seconds}` at fixed times (several missed ones count as one)" if fixed
        else f"and again `{seconds}` after each call that returned it",
        "sorting": "in alphabetical order" if by_name else "in the order in which they were added",
        "cancel_words": f" `{cancel}({task})` takes a task out." if cancel else "",
    }  # fmt: skip


def check_intervals(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what the times of earlier questions say of each task."""
    add, due, cancel = facts["add"], facts["due"], facts["cancel"]
    cases: list[tuple[Any, Any]] = []
    for turn in range(4):
        names = [noun.many for noun in draw_nouns(rng, 3)]
        names.sort(reverse=turn % 2 == 0)
        every = rng.sample(range(4, 40), 3)
        start, second, third = (
            [add, *arrange(facts, task=name, seconds=gap)] for name, gap in zip(names, every, strict=True)
        )
        gap, other = every[0], every[1]
        stop: list[list[Any]] = [[0, cancel, names[1]]] if cancel else []
        waits = [rng.choice((0, 1, 2, gap, other, gap + other, 3 * gap + 1)) for _ in range(9)]
        plans: list[list[list[Any]]] = [
            [[0, due], [0, *start], [0, due], [gap - 1, due], [1, due], [1, due], [gap - 1, due], [1, due], [3 * gap + 2, due],
             [gap - 3, due], [1, due], [1, due], [1, due], [1, due]],
            [[0, *start], [2, *second], [0, due], [max(gap, other), due], [0, due], [other, due], [2 * gap + 1, due]],
            [[3, *start], [1, *second], [1, *third], [1, due], [50, due], *stop, [60, due], [gap, due], [other, due]],
            [[0, *second], [0, *third], [0, *start], *([wait, due] for wait in waits), *stop, [99, due]],
        ]  # fmt: skip
        call = write_timeline(facts, new=[CLOCK], steps=plans[turn], shown=[due])
        cases.append((call, answer_questions(facts, plans[turn])))
    return python_check(facts["name"], cases, harness=TIMELINE)


def answer_questions(facts: Facts, steps: list[list[Any]]) -> list[list[str]]:
    """Return the tasks that each question among `steps` gives."""
    answers: list[list[str]] = []
    asked: list[tuple[int, int, list[str]]] = []  # place, time and answer of the questions so far
    for number, step in enumerate(steps):
        if step[1] != facts["due"]:
            continue
        now, names = sum(one[0] for one in steps[: number + 1]), []
        for place, (_, method, *values) in enumerate(steps[:number]):
            given = dict(zip(facts["order"], values, strict=False))
            if method != facts["add"] or [facts["cancel"], given["task"]] in [one[1:] for one in steps[:number]]:
                continue
            gap, task = int(given["seconds"]), str(given["task"])
            start = sum(one[0] for one in steps[: place + 1]) + (0 if facts["at_once"] else gap)
            times = range(start, now + 1, gap) if facts["fixed"] else range(start, now + 1)
            since = [when for where, when, told in asked if where > place and (facts["fixed"] or task in told)]
            if (
                any(time > since[-1] if facts["fixed"] else time - since[-1] >= gap for time in times)
                if since
                else len(times)
            ):
                names.append(task)
        answers.append(sorted(names) if facts["by_name"] else names)
        asked.append((number, now, names))
    return answers


INTERVALS = Template(
    id="repeated_tasks",
    ask=(
        "Write a Python class `«name»(«clock»)`; `«clock»()` returns the time in seconds. `«add»(«args»)` adds a task "
        "that is due «first_words», «rule». `«due»()` returns a list of the names of the tasks that are due now, "
        "«sorting».«cancel_words»",
        "For our «noun» worker I need the class `«name»` in Python, made with a function `«clock»` that gives seconds. "
        "Each task, added by `«add»(«args»)`, is first due «first_words», «rule». The worker calls `«due»()` now and "
        "then for the list of due names, «sorting».«cancel_words»",
        "Please implement a scheduler without threads in Python. `«name»(«clock»)` gets a clock to call; "
        "`«due»()` lists what has to run at this moment, by name, «sorting». A task comes from `«add»(«args»)`: it "
        "has to run «first_words», «rule».«cancel_words»",
        "Several tasks, each with its own interval in seconds: write `«name»` in Python. `«add»(«args»)` "
        "starts a task, due «first_words», «rule». `«due»()` gives the names of due tasks «sorting» as a list. The "
        "constructor takes `«clock»`, a function returning the present time.«cancel_words»",
    ),
    draw=draw_intervals,
    shapes=(
        Shape(name="next_times", code="""
            class «name»:
                def __init__(self, «clock»):
                    self.«clock» = «clock»
                    self.times = {}

                def «add»(self, «args»):
                    self.times[«task»] = [«seconds», «first»]

                def «due»(self):
                    now, names = self.«clock»(), []
                    for «task», times in self.times.items():
                        if times[1] <= now:
                            names.append(«task»)
                            «advance»
                    return «result»«more_times»
            """, mutants=(("times[1] <= now:\n                names", "times[1] < now:\n                names"),
                          ("«seconds», «first»]", "«seconds», «other_first»]"), ("«advance»", "«other_advance»"),
                          ("times[1] <= now:\n                names", "times[1] == now:\n                names"))),
        Shape(name="last_times", code="""
            class «name»:
                def __init__(self, «clock»):
                    self.«clock» = «clock»
                    self.every, self.last = {}, {}

                def «add»(self, «args»):
                    self.every[«task»] = «seconds»
                    self.last[«task»] = «last»

                def «due»(self):
                    now, names = self.«clock»(), []
                    for «task», every in self.every.items():
                        passed = now - self.last[«task»]
                        if passed >= every:
                            names.append(«task»)
                            «mark»
                    return «result»«more_last»
            """, mutants=(("passed >= every", "passed > every"), ("= «last»", "= «other_last»"), ("«mark»", "«other_mark»"),
                          ("                «mark»\n", ""))),
    ),
    mutants=(("return «result»", "return «other_result»"), ("«more_times»", ""), ("«more_last»", "")),
    verifier=check_intervals,
)  # fmt: skip
