"""All template families by the benchmark that they replicate."""

from collections.abc import Mapping

from burnish.benchmarks.replicas import (
    choices,
    humaneval_families,
    humaneval_texts,
    instructions,
    mbpp_families,
    refusals,
    tool_calls,
    word_problems,
)
from burnish.benchmarks.replicas.items import Make, Replica, draw_replicas
from burnish.benchmarks.replicas.programs import as_humaneval, as_mbpp

FAMILIES: Mapping[str, Mapping[str, Make]] = {
    "humaneval": {
        name: as_humaneval(make) for name, make in (humaneval_families.FAMILIES | humaneval_texts.FAMILIES).items()
    },
    "mbpp": {name: as_mbpp(make) for name, make in mbpp_families.FAMILIES.items()},
    "gsm8k": word_problems.FAMILIES,
    "ifeval": instructions.FAMILIES,
    "bfcl": tool_calls.FAMILIES,
    "xstest": refusals.FAMILIES,
    "mmlu": choices.FAMILIES,
}  # fmt: skip


def draw_pools(*, drafts: int, key: str) -> dict[str, list[Replica]]:
    """Return for each benchmark at most `drafts` different items of each family."""
    return {
        benchmark: draw_replicas(families, benchmark=benchmark, drafts=drafts, key=key)
        for benchmark, families in FAMILIES.items()
    }
