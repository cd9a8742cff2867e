"""Stage `merge`: the base model and a chain of steps to one model's directory, in the format of `transformers`.

Every hash of the chain is checked first.
"""

from pathlib import Path
from typing import Literal

from burnish import stage
from burnish.chain_weights import write_merged
from burnish.chains import digest_weights, read_chain
from burnish.files import atomic_directory
from burnish.params import Section


class MergeParams(Section):
    """`params.yaml: merge`."""

    dtype: Literal["float32", "bfloat16", "float16"]


def run(params: MergeParams, *, base: Path, adapter: Path, out: Path) -> stage.Metrics:
    """Write the model that the step in `adapter` stands for."""
    chain = read_chain(adapter, base=base)
    with atomic_directory(out) as partial:
        write_merged(partial, chain, base=base, parent=adapter.parent, dtype=params.dtype)
    return {"steps": [link.name for link in chain.steps], "sha256": digest_weights(out)}


if __name__ == "__main__":
    stage.main(run)
