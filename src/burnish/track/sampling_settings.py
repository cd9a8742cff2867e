"""By which settings the answers of two states were drawn, and the word on it where they differ.

Reads parameters, and from metrics what `auto` stood for where the answers were drawn. What changes no answer (how many are
written at a time) may differ.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from burnish.errors import BurnishError
from burnish.precision import AUTO

STEP = "step/"  # before the names of steps in the table of scores
SCREEN = "screen.sampling"
SECTIONS: Mapping[str, str] = {
    **dict.fromkeys(("seen", "unseen", "real", "humaneval"), "answers.held_out.sampling"),
    **dict.fromkeys(("fullstack_solved", "fullstack_points"), "answers.fullstack.sampling"),
    **dict.fromkeys(("lovable_shipped", "lovable_points"), "answers.lovable.sampling"),
    **dict.fromkeys(("harm_refused", "safe_answered"), "answers.safety.sampling"),
}
PUBLIC = "answers.public.sampling"  # of all others whose answers are drawn
NOT_DRAWN = "preference_"  # likelihoods of given answers
# The metrics that hold the settings of the answers they count, as these have them.
STATED_IN: Mapping[str, str] = {
    "metrics/evaluate.json": "answers.held_out.sampling", "metrics/fullstack_scores.json": "answers.fullstack.sampling",
    "metrics/lovable_scores.json": "answers.lovable.sampling",
    "metrics/safety.json": "answers.safety.sampling", "metrics/public.json": PUBLIC,
}  # fmt: skip
DTYPE = "dtype"
WITHOUT_EFFECT = "parallel"
ABSENT = "nothing"


def check_same_sampling(
    names: tuple[str, str],
    *,
    params: tuple[Mapping[str, str], Mapping[str, str]],
    model: str,
    benchmarks: Sequence[str],
) -> None:
    """Raise where answers to a benchmark were drawn by other settings in one of two states than in the other.

    Args:
        names: of the states.
        params: the parameters of each, as text, under dotted names.
        model: whose answers.
        benchmarks: that both were asked.
    """
    other: dict[str, str] = {}
    for benchmark in benchmarks:
        section = find_section(benchmark, model=model)
        if section and (found := next(_differences(section, params=params), None)):
            other[benchmark] = found
    if not other:
        return
    same = [f"--benchmark {name}" for name in benchmarks if name not in other]
    way = f"compare what is equal: {' '.join(same)}; or " if same else ""
    asked = {change: [name for name in other if other[name] == change] for change in other.values()}
    says = "; ".join(f"{', '.join(own)}: {change}" for change, own in asked.items())
    raise BurnishError(
        f"answers drawn by other settings can't be compared: {says}; {way}evaluate {names[1]} again with those of "
        f"{names[0]} (dvc exp run -S NAME=VALUE comprehensive)"
    )


def read_dtypes(metrics: Mapping[str, Mapping[str, Any]], *, params: Mapping[str, str]) -> dict[str, str]:
    """Return `params` with the type that answers were drawn in where it is `auto` and the metrics of a state name it."""
    found = {section: _stated_dtype(metrics.get(path, {})) for path, section in STATED_IN.items()}

    def resolve(name: str, value: str) -> str:
        own = next((dtype for section, dtype in found.items() if dtype and name.startswith(f"{section}.")), AUTO)
        return own if value == AUTO and name.endswith(f".{DTYPE}") else value

    return {name: resolve(name, value) for name, value in params.items()}


def _stated_dtype(metrics: Mapping[str, Any]) -> str:
    stated = metrics.get("settings") or metrics.get("asked", {}).get("settings") or []
    dtypes = {json.loads(one).get(DTYPE, "") for one in ([stated] if isinstance(stated, str) else stated)}
    return dtypes.pop() if len(dtypes) == 1 else ""


def find_section(benchmark: str, *, model: str) -> str | None:
    """Return the parameters by which `model` was asked `benchmark`; None where nothing was drawn."""
    if benchmark.startswith(NOT_DRAWN):
        return None
    return SCREEN if model.startswith(STEP) else SECTIONS.get(benchmark, PUBLIC)


def _differences(section: str, *, params: tuple[Mapping[str, str], Mapping[str, str]]) -> Iterator[str]:
    names = sorted({name for one in params for name in one if name.startswith(f"{section}.")})
    for name in names:
        first, second = (one.get(name, ABSENT) for one in params)
        unknown = name.endswith(f".{DTYPE}") and AUTO in (first, second)
        if first != second and not unknown and not name.endswith(f".{WITHOUT_EFFECT}"):
            yield f"{name} = {first} and {second}"
