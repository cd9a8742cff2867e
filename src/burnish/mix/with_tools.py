"""The mixture of a training step that also takes talks with functions, the source `tools`.

The same as `mixer.py` in all else. A stage of its own, so that the other mixtures don't depend on these talks.
"""

from pathlib import Path

from burnish import stage
from burnish.mix.asked import MixParams
from burnish.mix.mixer import write_mixture


def run(
    params: MixParams, *, cases: Path, tasks: Path, replay: Path, tools: Path, contamination: Path, base: Path, out: Path,
    seed: int, key: str,
) -> stage.Metrics:  # fmt: skip
    """Plan the mixture, write its rows and its index."""
    known = {"cases": cases, "tasks": tasks, "replay": replay, "tools": tools}
    return write_mixture(params, known=known, contamination=contamination, base=base, out=out, seed=seed, key=key)


if __name__ == "__main__":
    stage.main(run)
