"""What each value of the tables of preferences must be; `tables.py` names these models beside all others."""

import pandera.polars as pa
import polars as pl

from burnish import table_checks as checks
from burnish.table_base import LICENCES, SPLITS, Strict, filled

TURN = pl.Struct({"role": pl.String, "content": pl.String})


class Pair(Strict):
    """One question with a right answer, a wrong one, and the named checks of which the wrong one fails exactly `check`."""

    id: str = filled()
    category: str = filled()
    template: str = filled()
    split: str = pa.Field(isin=SPLITS)
    prompt: str = filled()
    chosen: str = filled()
    rejected: str = filled()
    check: str = filled()
    reason: str = filled()
    checks: str = filled()
    licence: str = pa.Field(isin=LICENCES)
    source: str = filled()

    @pa.check("checks")
    def checks_are_verifiers_by_name(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.json_names_verifiers(data)

    @pa.dataframe_check(name="check_is_one_of_checks")
    def check_is_one_of_checks(cls, data: pa.PolarsData) -> pl.LazyFrame:
        quoted = pl.concat_str(pl.lit('"'), pl.col("check"), pl.lit('": {'))
        return data.lazyframe.select(pl.col("checks").str.contains(quoted, literal=True).fill_null(False))

    @pa.dataframe_check(name="answers_differ")
    def answers_differ(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select((pl.col("chosen") != pl.col("rejected")).fill_null(False))


class Preference(Strict):
    """One question with a better answer and a worse one, under TRL's names: what DPO and reward models learn."""

    prompt: pl.List(TURN)  # type: ignore[valid-type]
    chosen: pl.List(TURN)  # type: ignore[valid-type]
    rejected: pl.List(TURN)  # type: ignore[valid-type]

    @pa.check("prompt", "chosen", "rejected")
    def roles_are_known(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.roles_are_known(data)

    @pa.check("chosen", "rejected")
    def is_one_answer(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return _is_one_answer(data)

    @pa.check("prompt")
    def ends_with_a_question(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.keep(_last_is_said_by("user", column=data.key), data=data)

    @pa.check("prompt", "chosen", "rejected")
    def line_ends_are_of_one_kind(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.line_ends_are_of_one_kind(data)

    @pa.check("prompt", "chosen", "rejected")
    def texts_are_clean(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.texts_are_clean(data)

    @pa.check("rejected")
    def answers_differ(cls, data: pa.PolarsData) -> pl.LazyFrame:
        chosen, rejected = (pl.col(name).list.last().struct.field("content") for name in ("chosen", data.key))
        return checks.keep((chosen != rejected).fill_null(True), data=data)  # that a text is missing is said already


class StatedPair(Preference):
    """One question with two answers, of which people or a model stated the better one; nothing was executed."""

    id: str = filled()
    skill: str = filled()
    family: str = filled()
    split: str = pa.Field(isin=SPLITS)
    licence: str = pa.Field(isin=LICENCES)
    source: str = filled()


class Unpaired(Strict):
    """One question with one answer and whether that is right, under TRL's names, and whose it is: what KTO learns."""

    prompt: pl.List(TURN)  # type: ignore[valid-type]
    completion: pl.List(TURN)  # type: ignore[valid-type]
    label: bool
    licence: str = pa.Field(isin=LICENCES)
    source: str = filled()

    @pa.check("prompt", "completion")
    def roles_are_known(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.roles_are_known(data)

    @pa.check("completion")
    def is_one_answer(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return _is_one_answer(data)

    @pa.check("prompt")
    def ends_with_a_question(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.keep(_last_is_said_by("user", column=data.key), data=data)

    @pa.check("prompt", "completion")
    def line_ends_are_of_one_kind(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.line_ends_are_of_one_kind(data)

    @pa.check("prompt", "completion")
    def texts_are_clean(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.texts_are_clean(data)


def _is_one_answer(data: pa.PolarsData) -> pl.LazyFrame:
    alone = pl.col(data.key).list.len() == 1
    return checks.keep(alone & _last_is_said_by("assistant", column=data.key), data=data)


def _last_is_said_by(role: str, *, column: str) -> pl.Expr:
    last = pl.col(column).list.last().struct
    return (last.field("role") == role) & (last.field("content").str.len_bytes() > 0)
