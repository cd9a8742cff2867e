"""The tables that cross a stage: what each value must be. Pandera models, checked on eager polars batches.

Lazy frames would skip every check of the data, so there are none here. Checks return one boolean a row; what concerns
several rows (unique ids, leakage between splits) is in `validate/datasets.py`.
"""

import json
from typing import Any

import pandera.polars as pa
import polars as pl

ROLES = ("system", "user", "assistant", "tool")
SPLITS = ("train", "seen", "unseen")
MODALITIES = ("text", "image", "audio", "video")
LICENCES = (
    "Apache-2.0",
    "MIT",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "CC0-1.0",
    "0BSD",
    "PSF-2.0",
    "Python-2.0",
    "Unlicense",
    "CC-BY-3.0",
    "CC-BY-4.0",
    "CDLA-Permissive-2.0",
    "ODC-By-1.0",
    "CC-BY-SA-3.0",
    "CC-BY-SA-4.0",
    "CC-BY-NC-4.0",
    "CC-BY-NC-SA-4.0",
    "LicenseRef-Llama-3.1",
    "LicenseRef-Premium",
    "LicenseRef-Proprietary",
)  # those of licences/matrix.yaml; what may be released together is judged at the end
MESSAGE = pl.Struct({"role": pl.String, "content": pl.String, "tool_calls": pl.String})
STRINGS = pl.List(pl.String)


def _filled() -> Any:
    """A text that holds at least one character."""
    return pa.Field(str_length={"min_value": 1})


def _holds(data: pa.PolarsData, rule: Any, kind: Any) -> pl.LazyFrame:
    """Apply `rule` to each value of the checked column: one boolean a row."""
    return data.lazyframe.select(pl.col(data.key).map_elements(rule, return_dtype=pl.Boolean, skip_nulls=False))


def _any_contains(texts: pl.Expr, part: str) -> pl.Expr:
    return texts.list.eval(pl.element().str.contains(part, literal=True)).list.any()


class Case(pa.DataFrameModel):
    """One drawn task with its reference, its verifier and the mutants that the verifier must refuse."""

    id: str = _filled()
    family: str = _filled()
    category: str = _filled()
    template: str = _filled()
    split: str = pa.Field(isin=SPLITS)
    prompt: str = _filled()
    starter: str
    reference: str = _filled()
    verifier: str = _filled()
    mutants: STRINGS  # type: ignore[valid-type]
    cheats: STRINGS  # type: ignore[valid-type]
    shape: str = _filled()
    licence: str = pa.Field(isin=LICENCES)
    source: str = _filled()

    @pa.check("verifier", name="verifier_is_json_with_kind")
    def _verifier(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return _holds(data, _is_verifier, data)

    class Config:
        """Unknown columns are errors."""

        strict = True


class Row(pa.DataFrameModel):
    """One chat to learn from."""

    id: str = _filled()
    messages: pl.List(MESSAGE)  # type: ignore[valid-type]
    modalities: STRINGS  # type: ignore[valid-type]
    source: str = _filled()
    licence: str = pa.Field(isin=LICENCES)
    skill: str = _filled()
    family: str = _filled()
    split: str = pa.Field(isin=SPLITS)
    tokens: pl.Int32 = pa.Field(gt=0)
    supervised_tokens: pl.Int32 = pa.Field(gt=0)

    @pa.check("messages", name="roles_are_known")
    def _roles(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(
            pl.col(data.key).list.eval(pl.element().struct.field("role").is_in(ROLES)).list.all()
        )

    @pa.check("messages", name="ends_with_an_answer")
    def _answer(cls, data: pa.PolarsData) -> pl.LazyFrame:
        last = pl.col(data.key).list.last()
        said = (
            last.struct.field("content").str.len_bytes() + last.struct.field("tool_calls").fill_null("").str.len_bytes()
        )
        return data.lazyframe.select(((last.struct.field("role") == "assistant") & (said > 0)).fill_null(False))

    @pa.check("modalities", name="modalities_are_known")
    def _known(cls, data: pa.PolarsData) -> pl.LazyFrame:
        column = pl.col(data.key)
        known = column.list.eval(pl.element().is_in(MODALITIES)).list.all()
        unique = (column.list.len() > 0) & (column.list.n_unique() == column.list.len())
        return data.lazyframe.select((known & unique).fill_null(False))

    @pa.dataframe_check(name="modalities_match_content")
    def _match(cls, data: pa.PolarsData) -> pl.LazyFrame:
        contents = pl.col("messages").list.eval(pl.element().struct.field("content"))
        checks = [
            pl.col("modalities").list.contains(kind) == _any_contains(contents, f"<{kind}:") for kind in MODALITIES[1:]
        ]
        return data.lazyframe.select(pl.all_horizontal(checks).fill_null(False))

    @pa.dataframe_check(name="supervised_within_tokens")
    def _within(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("supervised_tokens") <= pl.col("tokens"))

    class Config:
        """Unknown columns are errors."""

        strict = True


class Text(pa.DataFrameModel):
    """One file of code or documentation."""

    id: str = _filled()
    text: str = _filled()
    kind: str = pa.Field(isin=("code", "docs"))
    language: str = _filled()
    path: str = _filled()
    source: str = _filled()
    licence: str = pa.Field(isin=LICENCES)

    class Config:
        """Unknown columns are errors."""

        strict = True


class Pair(pa.DataFrameModel):
    """One question with a right answer, a wrong one, and the named checks of which the wrong one fails exactly `check`."""

    id: str = _filled()
    category: str = _filled()
    template: str = _filled()
    split: str = pa.Field(isin=SPLITS)
    prompt: str = _filled()
    chosen: str = _filled()
    rejected: str = _filled()
    check: str = _filled()
    reason: str = _filled()
    checks: str = _filled()
    licence: str = pa.Field(isin=LICENCES)
    source: str = _filled()

    @pa.check("checks", name="checks_are_verifiers_by_name")
    def _checks(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return _holds(data, _are_verifiers, data)

    @pa.dataframe_check(name="check_is_one_of_checks")
    def _named(cls, data: pa.PolarsData) -> pl.LazyFrame:
        quoted = pl.concat_str(pl.lit('"'), pl.col("check"), pl.lit('": {'))
        return data.lazyframe.select(pl.col("checks").str.contains(quoted, literal=True).fill_null(False))

    @pa.dataframe_check(name="answers_differ")
    def _differ(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select((pl.col("chosen") != pl.col("rejected")).fill_null(False))

    class Config:
        """Unknown columns are errors."""

        strict = True


class Answer(pa.DataFrameModel):
    """One sampled answer of one model to one case."""

    id: str = _filled()
    model: str = pa.Field(str_length={"min_value": 64, "max_value": 64})
    prompt_hash: str = _filled()
    settings: str = _filled()
    index: pl.Int32 = pa.Field(ge=0)
    text: str
    finish: str = pa.Field(isin=("stop", "length"))
    tokens: pl.Int32 = pa.Field(ge=0)

    class Config:
        """Unknown columns are errors."""

        strict = True


TABLES: dict[str, type[pa.DataFrameModel]] = {
    "case": Case, "row": Row, "text": Text, "answer": Answer, "pair": Pair,
}  # fmt: skip


def _is_verifier(text: str | None) -> bool:
    try:
        value = json.loads(text or "")
    except ValueError:
        return False
    return isinstance(value, dict) and isinstance(value.get("kind"), str)


def _are_verifiers(text: str | None) -> bool:
    try:
        value = json.loads(text or "")
    except ValueError:
        return False
    return isinstance(value, dict) and len(value) > 1 and all(_is_verifier(json.dumps(one)) for one in value.values())
