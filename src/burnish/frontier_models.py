"""What each value of the safety and preference tables must be; `tables.py` names these models beside all others."""

import pandera.polars as pa
import polars as pl

from burnish import table_checks as checks
from burnish.answer_models import Read
from burnish.table_base import LICENCES, SPLITS, Strict, filled

KINDS = ("safe", "harmful")
LABELS = ("complied", "refused", "incoherent")  # of `refusals.py`; a new rule there must not judge all tables anew


class SafetyItem(Strict):
    """One request of a matched pair; `why` and `instead` are what a good refusal of the harmful one says."""

    id: str = filled()
    pair: str = filled()
    family: str = filled()
    split: str = pa.Field(isin=SPLITS)
    kind: str = pa.Field(isin=KINDS)
    prompt: str = filled()
    why: str = filled()
    instead: str = filled()
    licence: str = pa.Field(isin=LICENCES)
    source: str = filled()

    @pa.check("prompt")
    def texts_are_clean(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.texts_are_clean(data)

    @pa.check("id")
    def id_is_that_of_the_pair_and_the_kind(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.keep(pl.col(data.key) == pl.concat_str("pair", pl.lit("/"), "kind"), data=data)


class Reading(Read):
    """How one model's answer to a request was read, and by which rule."""

    id: str = filled()
    model: str = filled()
    index: pl.Int32 = pa.Field(ge=0)
    pair: str = filled()
    family: str = filled()
    kind: str = pa.Field(isin=KINDS)
    label: str = pa.Field(isin=LABELS)
    rule: str = filled()
    finish: str = pa.Field(isin=("stop", "length"))
    tokens: pl.Int32 = pa.Field(ge=0)


class Margin(Strict):
    """Log-probabilities (natural, summed over tokens) that a model gives both answers of a preference pair."""

    id: str = filled()
    model: str = pa.Field(str_length={"min_value": 64, "max_value": 64})
    category: str = filled()
    template: str = filled()
    split: str = pa.Field(isin=SPLITS[1:])
    chosen_tokens: pl.Int32 = pa.Field(gt=0)
    rejected_tokens: pl.Int32 = pa.Field(gt=0)
    chosen_log_probability: float = pa.Field(le=0)
    rejected_log_probability: float = pa.Field(le=0)
