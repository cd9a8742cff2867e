"""Stage `merge`: the base model and a chain of steps, or a share of it, to one directory in the format of `transformers`.

Every hash of the chain is checked first.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from burnish import stage
from burnish.chain_weights import write_merged
from burnish.chains import digest_weights, read_chain
from burnish.files import atomic_directory
from burnish.params import Section


class MergeParams(Section):
    """`params.yaml: merge`.

    Attributes:
        interpolation: share of what the chain changed that is kept: the merged weights lie that far from the base's to
            the last step's (WiSE-FT). The steps themselves stay as they were trained.
    """

    dtype: Literal["float32", "bfloat16", "float16"]
    interpolation: Annotated[float, Field(gt=0, le=1)]


def run(params: MergeParams, *, base: Path, adapter: Path, out: Path) -> stage.Metrics:
    """Write the model that the step in `adapter` stands for."""
    chain = read_chain(adapter, base=base)
    with atomic_directory(out) as partial:
        write_merged(partial, chain, base=base, parent=adapter.parent, dtype=params.dtype,
                     interpolation=params.interpolation)  # fmt: skip
    return {"steps": [link.name for link in chain.steps], "interpolation": params.interpolation,
            "sha256": digest_weights(out)}  # fmt: skip


if __name__ == "__main__":
    stage.main(run)
