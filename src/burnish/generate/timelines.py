"""A harness for classes that are told the time: steps at drawn moments, and those results that the task speaks of."""

from collections.abc import Mapping, Sequence
from typing import Any

CLOCK = "@clock"
# A call is {"class", "new": constructor arguments with CLOCK in the clock's place, "steps": [[seconds to wait, method,
# argument, ...], ...], "shown": methods whose results count}. An exception counts wherever it happens.
TIMELINE = """
class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now

def drive(ns, call):
    clock, outcomes = Clock(), []
    made = ns[call["class"]](*[clock if value == "@clock" else value for value in call["new"]])
    for seconds, name, *arguments in call["steps"]:
        clock.now += seconds
        try:
            value = getattr(made, name)(*arguments)
            if name in call["shown"]:
                outcomes.append(value)
        except Exception as error:
            outcomes.append({"raises": type(error).__name__})
    return outcomes
"""


def write_timeline(
    facts: Mapping[str, Any], *, new: Sequence[Any], steps: Sequence[Sequence[Any]], shown: Sequence[str]
) -> dict[str, Any]:
    """Return a call of `TIMELINE` on the class that `facts["name"]` names."""
    return {"class": facts["name"], "new": list(new), "steps": [list(step) for step in steps], "shown": list(shown)}
