"""The mixture of a training step: sources with shares of the supervised tokens become rows and a fixed order of them.

Each source gives its share, evenly over its families or by their size, and repeats no row more than its cap; shares of
skills, modalities and licences can be asked as well. The result is every candidate row once, and `index.npy`: row numbers
in training order. Nothing is drawn while training.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from burnish import shards, stage
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.files import atomic_directory
from burnish.mix.asked import MixParams, check, used_sources
from burnish.mix.candidates import SizeColumns, read_candidates, read_left_out
from burnish.mix.outcome import describe
from burnish.mix.plan import plan_mixture
from burnish.teacher_files import read_questions


def run(
    params: MixParams, *, cases: Path, tasks: Path, replay: Path, contamination: Path, base: Path, out: Path, seed: int,
    key: str,
) -> stage.Metrics:  # fmt: skip
    """Plan the mixture of the three sources that there always are, write its rows and its index."""
    known = {"cases": cases, "tasks": tasks, "replay": replay}
    return write_mixture(params, known=known, contamination=contamination, base=base, out=out, seed=seed, key=key)


def write_mixture(params: MixParams, *, known: Mapping[str, Path], contamination: Path, base: Path, out: Path, seed: int,
                  key: str) -> stage.Metrics:  # fmt: skip
    """Write the mixture `mix.<key>` of sources whose directories are `known`."""
    place = f"mix.{key}"
    directories = choose_sources(params, directories=known, place=place)
    columns = SizeColumns(sources=list(directories))
    left_out = read_left_out(contamination)
    with atomic_directory(out) as partial:
        rows = read_candidates(directories, chat=Chat.load(base), params=params, columns=columns, left_out=left_out)
        shards.write_rows(partial / "rows", rows, schema=shards.ROW)
        sizes = columns.sizes()
        plan = plan_mixture(sizes, params=params, seed=seed, place=place)
        np.save(partial / "index.npy", plan.order)
    questions = {name: asked for name, folder in directories.items() if (asked := read_questions(folder))}
    return describe(plan, sizes=sizes, too_long=columns.too_long, questions=questions)


def choose_sources(params: MixParams, *, directories: Mapping[str, Path], place: str) -> dict[str, Path]:
    """Return the directories of the sources that give anything, in the order of `params`; unknown names are errors."""
    check(params, place=place)
    unknown = sorted(set(params.sources) - set(directories))
    if unknown:
        raise BurnishError(
            f"params.yaml: {place}.sources: {', '.join(unknown)} is unknown; known: {', '.join(directories)}"
        )
    return {name: directories[name] for name in used_sources(params)}


if __name__ == "__main__":
    stage.main(run)
