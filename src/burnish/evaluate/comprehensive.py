"""Stage `comprehensive` (17): every score of base, recipe's steps, release and exported files in one table.

Nothing is sampled or judged here: other stages have. Rates come with intervals, differences with a paired test clustered by
family and false-discovery control over the whole table. Writes a row for each score, from which revisions are compared.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from burnish import stage
from burnish.evaluate.items import BASE, RELEASE
from burnish.evaluate.scored import (
    read_fullstack,
    read_ledger,
    read_lovable,
    read_preference,
    read_public,
    read_results,
    read_safety,
)
from burnish.evaluate.scores import SAME_FORMAT
from burnish.files import read_json
from burnish.outcome_tables import tabulate
from burnish.outcomes import write_outcomes
from burnish.params import Section

ENGINE, STEP = "llama.cpp/", "step/"


class ComprehensiveParams(Section):
    """`comprehensive`: the share of false ones allowed among the differences that are called one."""

    false_discovery_rate: float


def run(params: ComprehensiveParams, *, scored: Path, screen: Path, cases: Path, tasks: Path, humaneval: Path, bfcl: Path,
        hub: Path, fullstack_tasks: Path, apps: Path, safety_items: Path, pairs: Path, contamination: Path,
        out: Path) -> stage.Metrics:  # fmt: skip
    """Write all scores to `out` and return the table."""
    ledger = read_ledger(contamination)
    results, steps = (
        read_results(scored / name, cases=cases, tasks=tasks, humaneval=humaneval, ledger=ledger)
        for name in ("results", "screen")
    )
    outcomes = list(chain(
        results, (one._replace(model=f"{STEP}{one.model}") for one in steps),
        read_fullstack(scored / "fullstack", tasks=fullstack_tasks, ledger=ledger),
        read_lovable(scored / "lovable", apps=apps, ledger=ledger),
        read_public(scored / "public", bfcl=bfcl, hub=hub, ledger=ledger),
        read_safety(scored / "safety_readings", items=safety_items, ledger=ledger),
        read_preference(scored / "margins", pairs=pairs),
    ))  # fmt: skip
    write_outcomes(outcomes, folder=out)
    parents = {name: step["parent"] for name, step in read_json(screen)["steps"].items()}
    against = choose_references(sorted({one.model for one in outcomes}), parents=parents)
    return tabulate(outcomes, against=against, false_discovery_rate=params.false_discovery_rate)


def choose_references(models: Sequence[str], *, parents: Mapping[str, str]) -> dict[str, str | None]:
    """Return the models in the table's order, each with what it is held against.

    A step is held against its parent, on the smaller sample that all steps were asked; the release against the base; the f16
    file by llama.cpp against the release by the bulk sampler, which asks about the engine; each other format against the f16
    file by llama.cpp, which asks about the format.
    """
    same = f"{ENGINE}{SAME_FORMAT}"
    held: dict[str, str | None] = {BASE: None, **dict(_pair_steps(parents)), RELEASE: BASE}
    formats = sorted((name for name in models if name.startswith(ENGINE)), key=lambda name: (name != same, name))
    return held | {name: same if same in formats and name != same else RELEASE for name in formats}


def _pair_steps(parents: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """Yield the steps behind their parents; the base, as the first parent, was asked the steps' sample too."""
    placed = [BASE]
    yield f"{STEP}{BASE}", None
    while left := sorted(name for name, parent in parents.items() if name not in placed and parent in placed):
        placed.append(left[0])
        yield f"{STEP}{left[0]}", f"{STEP}{parents[left[0]]}"


if __name__ == "__main__":
    stage.main(run)
