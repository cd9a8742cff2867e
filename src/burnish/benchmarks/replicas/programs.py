"""Programs to items of HumanEval and of MBPP: a description, a reference that is run, values by another route."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, NamedTuple

from burnish.benchmarks.replicas.items import Draft
from burnish.questions import count_branches

CHECKS = 6
NOTES = ("The result is returned; nothing is printed.", "The arguments always have the stated types and needn't be checked.",
         "Only the standard library may be used.", "The arguments must stay as they are.",
         "The same arguments give the same result each time.", "It should be fast for long inputs too.")  # fmt: skip
TRIES = 200


class Program(NamedTuple):
    """A function to be written; `expected` are the values of `calls` by an oracle that works another way than `body`."""

    entry: str
    arguments: str
    returns: str
    told: str
    body: str
    calls: tuple[tuple[Any, ...], ...]
    expected: tuple[Any, ...]

    @property
    def code(self) -> str:
        """The whole function, without its description."""
        return f"def {self.entry}({self.arguments}) -> {self.returns}:\n{self.body}"


def call_with(oracle: Callable[..., Any], *, draw: Callable[[], tuple[Any, ...]]) -> dict[str, Any]:
    """Return CHECKS different calls with the oracle's values, at least two of them different where draws allow it."""
    calls: list[tuple[Any, ...]] = []
    for _ in range(TRIES):
        drawn = draw()
        fresh = drawn not in calls
        says_more = len(calls) < CHECKS - 1 or len({repr(oracle(*call)) for call in (*calls, drawn)}) > 1
        if fresh and says_more:
            calls.append(drawn)
        if len(calls) == CHECKS:
            break
    return {"calls": tuple(calls), "expected": tuple(oracle(*call) for call in calls)}


def as_humaneval(make: Callable[[Random], Program]) -> Callable[[Random], Draft]:
    """Return a family of HumanEval's format (Chen et al. 2021): signature and docstring asked, body the reference."""

    def draft(random: Random) -> Draft:
        program = make(random)
        shown = "\n".join(_examples(program, count=random.randint(1, 4)))
        notes = random.sample(NOTES, random.choice((0, 0, 1, 2, 3, 4)))
        told = "\n".join([program.told, *notes]).replace("\n", "\n    ")
        head = "from typing import List, Tuple\n\n\n" if "List" in program.arguments + program.returns else "\n\n"
        signature = f"def {program.entry}({program.arguments}) -> {program.returns}:"
        prompt = f'{head}{signature}\n    """ {told}\n{shown}\n    """\n'
        checks = "\n".join(f"    assert {check}" for check in _assertions(program, name="candidate"))
        check = {"entry_point": program.entry, "prompt": prompt, "canonical_solution": program.body,
                 "test": f"\n\ndef check(candidate):\n{checks}\n"}  # fmt: skip
        return Draft(prompt, program.body, count_branches(prompt + program.body), check)

    return draft


def as_mbpp(make: Callable[[Random], Program]) -> Callable[[Random], Draft]:
    """Return a family of MBPP's format (Austin et al. 2021): a sentence and three assertions asked, code the reference."""

    def draft(random: Random) -> Draft:
        program = make(random)
        tests = [f"assert {check}" for check in _assertions(program, name=program.entry)]
        told = f"Write a python function {program.told}"
        check = {"prompt": told, "code": program.code, "test_list": tests[:3], "challenge_test_list": tests[3:]}
        return Draft("\n".join([told, *tests[:3]]), program.code, count_branches(program.code), check)

    return draft


def as_problem(check: dict[str, Any]) -> dict[str, Any]:
    """Return an item of either format as a problem of HumanEval, for its grader."""
    if "entry_point" in check:
        return check
    signature = check["code"].partition("\n")[0]
    entry = signature.removeprefix("def ").partition("(")[0]
    prompt = f'{signature}\n    """{check["prompt"]}"""\n'
    lines = [f"    {test}" for test in (*check["test_list"], *check["challenge_test_list"])]
    test = "\n".join(["def check(candidate):", *lines]).replace(f"assert {entry}(", "assert candidate(")
    return {"entry_point": entry, "prompt": prompt, "canonical_solution": check["code"], "test": f"{test}\n"}


def _examples(program: Program, *, count: int) -> list[str]:
    pairs = zip(program.calls[:count], program.expected, strict=False)
    return [f"    >>> {program.entry}({_written(call)})\n    {value!r}" for call, value in pairs]


def _assertions(program: Program, *, name: str) -> list[str]:
    pairs = zip(program.calls, program.expected, strict=True)
    return [f"{name}({_written(call)}) == {value!r}" for call, value in pairs]


def _written(call: Sequence[Any]) -> str:
    return ", ".join(map(repr, call))
