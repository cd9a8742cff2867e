"""What each value of the safety and preference tables must be: Pandera models, checked on eager polars batches.

Beside `tables.py`, whose stages would all run again for a table that none of them reads; the stages that write these
tables check them.
"""

from pathlib import Path
from typing import Any

import pandera.polars as pa
import polars as pl

from burnish import table_checks as checks
from burnish.errors import BurnishError
from burnish.shards import shards_of
from burnish.tables import LICENCES, SPLITS, Strict

KINDS = ("safe", "harmful")
LABELS = ("complied", "refused", "incoherent")  # of `refusals.py`; a new rule there must not make the items anew


def _filled() -> Any:
    """A text that holds at least one character."""
    return pa.Field(str_length={"min_value": 1})


class SafetyItem(Strict):
    """One request of a matched pair; `why` and `instead` are what a good refusal of the harmful one says."""

    id: str = pa.Field(unique=True, str_length={"min_value": 1})
    pair: str = _filled()
    family: str = _filled()
    split: str = pa.Field(isin=SPLITS)
    kind: str = pa.Field(isin=KINDS)
    prompt: str = _filled()
    why: str = _filled()
    instead: str = _filled()
    licence: str = pa.Field(isin=LICENCES)
    source: str = _filled()

    @pa.check("prompt", name="texts_are_clean")
    def _clean(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.texts_are_clean(data)

    @pa.dataframe_check(name="pairs_have_one_request_of_each_kind")
    def _matched(cls, data: pa.PolarsData) -> pl.LazyFrame:
        kinds = pl.col("kind").n_unique().over("pair") == len(KINDS)
        return data.lazyframe.select(kinds & (pl.len().over("pair") == len(KINDS)))

    @pa.dataframe_check(name="families_are_in_one_split")
    def _apart(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("split").n_unique().over("family") == 1)


class Reading(Strict):
    """How one model's answer to a request was read, and by which rule."""

    id: str = _filled()
    model: str = _filled()
    index: pl.Int32 = pa.Field(ge=0)
    pair: str = _filled()
    family: str = _filled()
    kind: str = pa.Field(isin=KINDS)
    label: str = pa.Field(isin=LABELS)
    rule: str = _filled()
    finish: str = pa.Field(isin=("stop", "length"))
    tokens: pl.Int32 = pa.Field(ge=0)


class Margin(Strict):
    """Log-probabilities (natural, summed over tokens) that a model gives both answers of a preference pair."""

    id: str = _filled()
    model: str = pa.Field(str_length={"min_value": 64, "max_value": 64})
    category: str = _filled()
    template: str = _filled()
    split: str = pa.Field(isin=SPLITS[1:])
    chosen_tokens: pl.Int32 = pa.Field(gt=0)
    rejected_tokens: pl.Int32 = pa.Field(gt=0)
    chosen_log_probability: float = pa.Field(le=0)
    rejected_log_probability: float = pa.Field(le=0)


def check_table(folder: Path, *, model: type[pa.DataFrameModel]) -> None:
    """Raise on the first value of the table in `folder` that isn't what `model` says."""
    frame = pl.read_parquet(shards_of(folder))
    for column in frame.select(pl.selectors.float()):
        if not column.is_finite().all():
            raise BurnishError(f"{folder}: {column.name} holds a number that isn't finite; run its stage again")
    try:
        model.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        column, rule, value = errors.failure_cases.select("column", "check", "failure_case").row(0)
        raise BurnishError(f"{folder}: {column} = {value!r} breaks {rule}; run its stage again") from None
