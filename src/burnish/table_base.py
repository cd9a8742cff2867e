"""What the Pandera models of tables share; `tables.py` names them all."""

from typing import Any

import pandera.polars as pa
import polars as pl

SPLITS = ("train", "seen", "unseen")
LICENCES = (  # those of licences/matrix.yaml; what may be released together is judged at the end
    "Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "ISC", "CC0-1.0", "0BSD", "PSF-2.0", "Python-2.0",
    "Unlicense", "CC-BY-3.0", "CC-BY-4.0", "CDLA-Permissive-2.0", "ODC-By-1.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0",
    "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "LicenseRef-Llama-3.1", "LicenseRef-Premium", "LicenseRef-Proprietary",
)  # fmt: skip

MESSAGE = pl.Struct({"role": pl.String, "content": pl.String, "tool_calls": pl.String})


def filled() -> Any:
    """Return the rule of a text that holds at least one character."""
    return pa.Field(str_length={"min_value": 1})


class Strict(pa.DataFrameModel):
    """What all tables share."""

    class Config:
        """Unknown columns are errors."""

        strict = True
