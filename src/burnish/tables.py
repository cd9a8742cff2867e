"""The tables that cross a stage: what each value must be. Pandera models, checked on eager polars batches.

Lazy frames would skip every check of the data, so there are none here. Checks return one boolean a row and are in
`table_checks.py`; what concerns several rows (unique ids, leakage between splits) is in `validate/across.py`. A rule has its
method's name: Pandera forgets a name that is given to a check when a table that inherits it is asked first.
"""

import pandera.polars as pa
import polars as pl

from burnish import table_checks as checks
from burnish.answer_models import Answer, FullstackResult, LovableResult, Outcome, PublicAnswer, PublicResult, Result
from burnish.frontier_models import Margin, Reading, SafetyItem
from burnish.preference_models import Pair, Preference, StatedPair, Unpaired
from burnish.table_base import LICENCES, MESSAGE, SPLITS, Strict
from burnish.table_base import filled as _filled
from burnish.tool_models import ToolTalk

REPLICATED = ("humaneval", "mbpp", "gsm8k", "ifeval", "bfcl", "xstest", "mmlu")
MODALITIES = ("text", *checks.MEDIA)
STRINGS = pl.List(pl.String)
# What other modules draw from; said again here, lest a change there has all tables judged anew.
OVERLAP_WAYS = ("equal", "words in a row", "near-duplicate", "form of a function")
PAGE_KINDS = ("light", "dark")
PNG = b"\x89PNG\r\n\x1a\n"


class Case(Strict):
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

    @pa.check("verifier")
    def verifier_is_json_with_kind(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.json_has_a_kind(data)

    @pa.check("mutants")
    def mutants_differ_from_the_reference(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.keep(~pl.col(data.key).list.contains(pl.col("reference")), data=data)

    @pa.check("prompt", "starter", "reference", "mutants")
    def line_ends_are_of_one_kind(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.line_ends_are_of_one_kind(data)

    @pa.check("prompt", "starter", "reference", "mutants")
    def texts_are_clean(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.texts_are_clean(data)


class Task(Case):
    """A case made of a published package's function."""

    family: str = pa.Field(eq="real")


class Row(Strict):
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

    @pa.check("messages")
    def roles_are_known(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.roles_are_known(data)

    @pa.check("messages")
    def roles_are_in_order(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.roles_are_in_order(data)

    @pa.check("messages")
    def earlier_messages_say_something(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.earlier_messages_say_something(data)

    @pa.check("messages")
    def ends_with_an_answer(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.ends_with_an_answer(data)

    @pa.check("messages")
    def tool_calls_are_json(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.tool_calls_are_json(data)

    @pa.check("messages")
    def tool_arguments_are_encoded_once(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.tool_arguments_are_encoded_once(data)

    @pa.check("messages")
    def tool_calls_are_not_cyclic(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.tool_calls_are_not_cyclic(data)

    @pa.check("messages")
    def line_ends_are_of_one_kind(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.line_ends_are_of_one_kind(data)

    @pa.check("messages")
    def texts_are_clean(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.texts_are_clean(data)

    @pa.check("modalities")
    def modalities_are_known(cls, data: pa.PolarsData) -> pl.LazyFrame:
        column = pl.col(data.key)
        known = column.list.eval(pl.element().is_in(MODALITIES).fill_null(False)).list.all()
        return checks.keep(known & (column.list.len() > 0) & (column.list.n_unique() == column.list.len()), data=data)

    @pa.check("modalities")
    def modalities_match_content(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.media_are_declared(data, messages="messages")

    @pa.check("supervised_tokens")
    def supervised_within_tokens(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.keep(pl.col(data.key) <= pl.col("tokens"), data=data)


class Text(Strict):
    """One file of code or documentation."""

    id: str = _filled()
    text: str = _filled()
    kind: str = pa.Field(isin=("code", "docs"))
    language: str = _filled()
    path: str = _filled()
    source: str = _filled()
    licence: str = pa.Field(isin=LICENCES)

    @pa.check("text")
    def line_ends_are_of_one_kind(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.line_ends_are_of_one_kind(data)

    @pa.check("text")
    def texts_are_clean(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.texts_are_clean(data)


class Reject(Strict):
    """A row that was dropped on the way, with the reason."""

    kind: str = _filled()
    source: str = _filled()
    path: str = _filled()
    name: str
    reason: str = _filled()


class Change(Strict):
    """What was masked in a text that stays: how many different values of a kind."""

    text_id: str = _filled()
    source: str = _filled()
    path: str = _filled()
    what: str = _filled()
    number: pl.Int32 = pa.Field(gt=0)


class Rate(Strict):
    """How often a model solved one training case; `different` counts the right answers whose code differs."""

    id: str = _filled()
    model: str = pa.Field(str_length={"min_value": 64, "max_value": 64})
    family: str = _filled()
    category: str = _filled()
    template: str = _filled()
    split: str = pa.Field(eq="train")
    prompt: str = _filled()
    verifier: str = _filled()
    samples: pl.Int32 = pa.Field(gt=0)
    passed: pl.Int32 = pa.Field(ge=0)
    different: pl.Int32 = pa.Field(ge=0)
    cut: pl.Int32 = pa.Field(ge=0)
    hung: pl.Int32 = pa.Field(ge=0)
    pass_rate: float = pa.Field(ge=0, le=1)

    @pa.check("verifier", name="verifier_is_json_with_kind")
    def _verifier(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.json_has_a_kind(data)

    @pa.dataframe_check(name="counts_and_rate_agree")
    def _counts(cls, data: pa.PolarsData) -> pl.LazyFrame:
        within = (pl.col("different") <= pl.col("passed")) & (pl.col("passed") + pl.col("hung") <= pl.col("samples"))
        return data.lazyframe.select(within & (pl.col("passed") / pl.col("samples") == pl.col("pass_rate")))


class Replica(Strict):
    """One new item in the format of a public benchmark; `check` is the item as that benchmark would publish it."""

    id: str = _filled()
    benchmark: str = pa.Field(isin=REPLICATED)
    family: str = _filled()
    prompt: str = _filled()
    reference: str
    steps: pl.Int32 = pa.Field(ge=0)
    stratum: str = _filled()
    check: str = _filled()

    @pa.check("check")
    def check_is_a_json_object(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.json_is_an_object(data)

    @pa.check("prompt", "reference")
    def texts_are_clean(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.texts_are_clean(data)


class ShownPage(Strict):
    """One page that a model is to write from its picture, which is null where none was taken."""

    id: str = _filled()
    kind: str = pa.Field(isin=PAGE_KINDS)
    prompt: str = _filled()
    page: str = _filled()
    picture: pl.Binary = pa.Field(nullable=True)
    licence: str = pa.Field(isin=LICENCES)

    @pa.check("kind")
    def kind_is_that_of_the_id(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.keep(pl.col("id").str.ends_with(pl.concat_str(pl.lit("/"), data.key)), data=data)

    @pa.check("prompt", "page")
    def texts_are_clean(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.texts_are_clean(data)

    @pa.check("picture")
    def picture_is_a_png(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.keep(pl.col(data.key).bin.starts_with(PNG), data=data)


class Overlap(Strict):
    """A training row that holds an item of a benchmark, so that no mixture takes it; `item` is `benchmark/item`."""

    id: str = _filled()
    item: str = pa.Field(str_matches=r"^[^/]+/.")
    way: str = pa.Field(isin=OVERLAP_WAYS)


TABLES: dict[str, type[pa.DataFrameModel]] = {
    "case": Case,
    "task": Task,
    "row": Row,
    "text": Text,
    "pair": Pair,
    "stated_pair": StatedPair,
    "preference": Preference,
    "unpaired": Unpaired,
    "reject": Reject,
    "change": Change,
    "answer": Answer,
    "result": Result,
    "public_answer": PublicAnswer,
    "public_result": PublicResult,
    "fullstack_result": FullstackResult,
    "lovable_result": LovableResult,
    "outcome": Outcome,
    "rate": Rate,
    "tool_talk": ToolTalk,
    "replica": Replica,
    "shown_page": ShownPage,
    "overlap": Overlap,
    "safety_item": SafetyItem,
    "reading": Reading,
    "margin": Margin,
}
