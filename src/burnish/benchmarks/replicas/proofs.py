"""Proves replicas: programs are run, calculations done again, choices, calls and answers checked by another route.

The label of a question in XSTest's format has no other route; there, only that the question holds an alarming word is
checked. Nothing is repaired: the first item that fails is an error, since a generator is wrong then.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator

from burnish.benchmarks.replicas.items import Replica
from burnish.benchmarks.replicas.programs import as_problem
from burnish.benchmarks.replicas.refusals import ALARMING
from burnish.call_matching import match_calls
from burnish.calls import read_calls
from burnish.errors import BurnishError
from burnish.fences import fence
from burnish.function_schemas import as_json_schema
from burnish.humaneval import grade_many
from burnish.instructions import find_unfollowed

EMPTY = "def {entry}(*arguments):\n    return None\n"
_CALCULATION = re.compile(r"<<([^=<>]+)=(-?\d+)>>(-?\d+)")


def prove(replicas: Sequence[Replica], *, benchmark: str, workers: int) -> str:
    """Check all replicas of one benchmark and return by which route.

    Raises:
        BurnishError: an item's own answer is wrong, or an empty one right.
    """
    if benchmark in ("humaneval", "mbpp"):
        _prove_programs(replicas, workers=workers)
    else:
        for replica in replicas:
            if problem := FINDERS[benchmark](replica):
                raise _broken(replica, problem)
    return ROUTES[benchmark]


def _broken(replica: Replica, problem: str) -> BurnishError:
    return BurnishError(f"replica {replica.question.id}: {problem}; mend its family in burnish/benchmarks/replicas")


def _prove_programs(replicas: Sequence[Replica], *, workers: int) -> None:
    """Run each reference, and a function that returns nothing, against values of the oracle."""
    problems = [as_problem(dict(replica.check)) for replica in replicas]
    right = [(p, fence(_solution(p), language="python")) for p in problems]
    empty = [(p, fence(EMPTY.format(entry=p["entry_point"]), language="python")) for p in problems]
    verdicts = grade_many([*right, *empty], workers=workers)
    for replica, verdict, idle in zip(replicas, verdicts, verdicts[len(replicas) :], strict=False):
        if not verdict.passed:
            raise _broken(replica, f"its reference fails: {verdict.reason}")
        if idle.passed:
            raise _broken(replica, "a function that returns nothing passes")


def _solution(problem: Mapping[str, Any]) -> str:
    body = str(problem["canonical_solution"])
    return body if body.startswith("def ") else f"{problem['prompt']}{body}"


def find_miscalculation(replica: Replica) -> str | None:
    """Do the calculations of a solution in GSM8K's format again, and compare its answer with the oracle's."""
    answer = str(replica.check["answer"])
    for formula, value, shown in _CALCULATION.findall(answer):
        left, sign, right = formula.split()
        a, b = int(left), int(right)
        right_value = {"+": a + b, "-": a - b, "*": a * b, "/": a / b if b else None}[sign]
        if right_value != int(value) or value != shown:
            return f"{formula} isn't {value}"
    final = answer.rpartition("#### ")[2]
    if int(final) <= 0:
        return f"its answer {final} isn't a positive number"
    return None if final == replica.oracle else f"its answer is {final}, the oracle's {replica.oracle}"


def find_wrong_choice(replica: Replica) -> str | None:
    """Compare the marked choice with the oracle's answer, which no other choice may equal."""
    choices, answer = replica.check["choices"], replica.check["answer"]
    if len(set(choices)) != len(choices):
        return f"equal choices: {choices}"
    return (
        None if choices[answer] == replica.oracle else f"its answer is {choices[answer]}, the oracle's {replica.oracle}"
    )


def find_wrong_call(replica: Replica) -> str | None:
    """Read the reference as an answer, judge it as one, and hold its calls against schemas and question."""
    functions = {function["name"]: function["parameters"] for function in replica.check["function"]}
    if unknown := sorted({name for call in replica.check["ground_truth"] for name in call} - functions.keys()):
        return f"it calls {unknown[0]}, which isn't offered"
    calls = read_calls(replica.question.reference).calls
    verdict = match_calls(calls, functions=functions, expected=replica.check["ground_truth"])
    if not verdict.passed:
        return f"its reference fails: {verdict.reason}"
    for call in calls:
        schema = {**as_json_schema(functions[call.name]), "additionalProperties": False}
        if errors := list(Draft202012Validator(schema).iter_errors(call.arguments)):
            return f"{call.name}: {errors[0].message}"
        said = (str(value).removesuffix(".0") for value in _leaves(call.arguments))
        if unsaid := next((value for value in said if value not in replica.question.prompt), None):
            return f"{call.name}: the question doesn't say {unsaid!r}"
    return None


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [leaf for part in value.values() for leaf in _leaves(part)]
    return [leaf for part in value for leaf in _leaves(part)] if isinstance(value, list) else [value]


def find_disobedience(replica: Replica) -> str | None:
    """Check the constructed answer against each instruction; one that refuses must not follow all of them."""
    check = replica.check
    asked = {"instructions": check["instruction_id_list"], "given": check["kwargs"], "prompt": check["prompt"]}
    if broken := find_unfollowed(replica.oracle, **asked):
        return f"its constructed answer breaks {broken[0]}"
    refused = find_unfollowed("No, I won't, sorry", **asked)
    return None if refused else "an answer that refuses follows its instructions"


def find_harmless(replica: Replica) -> str | None:
    """Say where a question in XSTest's format has no word that could alarm anybody."""
    asked = replica.question.prompt.lower()
    return None if any(word in asked for word in ALARMING) else f"nothing in {asked!r} sounds unsafe"


FINDERS: Mapping[str, Callable[[Replica], str | None]] = {
    "gsm8k": find_miscalculation, "mmlu": find_wrong_choice, "bfcl": find_wrong_call, "ifeval": find_disobedience,
    "xstest": find_harmless,
}  # fmt: skip
ROUTES: Mapping[str, str] = {
    "humaneval": "reference executed against values of a second algorithm; a function that returns nothing fails",
    "mbpp": "reference executed against values of a second algorithm; a function that returns nothing fails",
    "gsm8k": "each calculation done again; the answer by a second formula or by counting",
    "mmlu": "the marked choice by a second route; no two choices equal",
    "bfcl": "calls read back from code, held against the functions' schemas, every value said in the question",
    "ifeval": "a constructed answer against checkers that read it back; a refusal breaks an instruction",
    "xstest": "an alarming word in each question; the label itself has no second route",
}
