"""Stage `comprehensive` (17): every score of base, recipe's steps, release and exported files in one table.

Nothing is sampled or judged here: other stages have. Rates come with intervals, differences with a paired test clustered by
family and false-discovery control over the whole table. Writes a row for each score, from which revisions are compared.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from burnish import stage
from burnish.evaluate.items import BASE, RELEASE
from burnish.evaluate.scored import read_fullstack, read_ledger, read_preference, read_public, read_results, read_safety
from burnish.evaluate.scores import SAME_FORMAT
from burnish.outcome_tables import tabulate
from burnish.outcomes import write_outcomes
from burnish.params import Section

ENGINE = "llama.cpp/"


class ComprehensiveParams(Section):
    """`comprehensive`: the share of false ones allowed among the differences that are called one."""

    false_discovery_rate: float


def run(params: ComprehensiveParams, *, scored: Path, cases: Path, tasks: Path, humaneval: Path, bfcl: Path, hub: Path,
        fullstack_tasks: Path, safety_items: Path, pairs: Path, contamination: Path, out: Path) -> stage.Metrics:  # fmt: skip
    """Write all scores to `out` and return the table."""
    ledger = read_ledger(contamination)
    outcomes = list(chain(
        read_results(scored / "results", cases=cases, tasks=tasks, humaneval=humaneval, ledger=ledger),
        read_fullstack(scored / "fullstack", tasks=fullstack_tasks),
        read_public(scored / "public", bfcl=bfcl, hub=hub, ledger=ledger),
        read_safety(scored / "safety_readings", items=safety_items),
        read_preference(scored / "margins", pairs=pairs),
    ))  # fmt: skip
    write_outcomes(outcomes, folder=out)
    against = choose_references(sorted({one.model for one in outcomes}))
    return tabulate(outcomes, against=against, false_discovery_rate=params.false_discovery_rate)


def choose_references(models: Sequence[str]) -> dict[str, str | None]:
    """Return the models in the table's order, each with what it is held against.

    The release is held against the base; the f16 file by llama.cpp against the release by the bulk sampler, which asks about
    the engine; each other format against the f16 file by llama.cpp, which asks about the format.
    """
    same = f"{ENGINE}{SAME_FORMAT}"
    return dict(_pair(models, same=same if same in models else RELEASE))


def _pair(models: Iterable[str], *, same: str) -> Iterator[tuple[str, str | None]]:
    yield BASE, None
    yield RELEASE, BASE
    formats = [name for name in models if name.startswith(ENGINE)]
    if same in formats:
        yield same, RELEASE
    yield from ((name, same) for name in formats if name != same)


if __name__ == "__main__":
    stage.main(run)
