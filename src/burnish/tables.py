"""The tables that cross a stage: what each value must be. Pandera models, checked on eager polars batches.

Lazy frames would skip every check of the data, so there are none here. Checks return one boolean a row and are in
`table_checks.py`; what concerns several rows (unique ids, leakage between splits) is in `validate/across.py`. A rule has its
method's name: Pandera forgets a name that is given to a check when a table that inherits it is asked first.
"""

import pandera.polars as pa
import polars as pl

from burnish import table_checks as checks
from burnish.frontier_models import Margin, Reading, SafetyItem
from burnish.table_base import LICENCES, MESSAGE, SPLITS, Strict
from burnish.table_base import filled as _filled
from burnish.tool_models import ToolTalk

GROUPS = ("seen", "unseen", "real", "humaneval")
TIERS = ("", "bubblewrap", "landlock")  # of the sandbox; empty where no program ran
PUBLIC_GROUPS = ("bfcl_simple", "bfcl_multiple", "bfcl_parallel", "bfcl_irrelevance", "bfcl_relevance", "injection",
                 "injection_asked", "tau2_first", "mbpp", "gsm8k", "ifeval", "mmlu",
                 "xstest_safe", "xstest_unsafe", "strongreject")  # fmt: skip
REPLICATED = ("humaneval", "mbpp", "gsm8k", "ifeval", "bfcl", "xstest", "mmlu")
MODALITIES = ("text", *checks.MEDIA)
TURN = pl.Struct({"role": pl.String, "content": pl.String})
STRINGS = pl.List(pl.String)


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


class Pair(Strict):
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


class StatedPair(Strict):
    """One question with two answers, of which people or a model stated the better one; nothing was executed."""

    prompt: pl.List(TURN)  # type: ignore[valid-type]
    chosen: pl.List(TURN)  # type: ignore[valid-type]
    rejected: pl.List(TURN)  # type: ignore[valid-type]
    id: str = _filled()
    skill: str = _filled()
    family: str = _filled()
    split: str = pa.Field(isin=SPLITS)
    licence: str = pa.Field(isin=LICENCES)
    source: str = _filled()

    @pa.check("prompt", "chosen", "rejected")
    def roles_are_known(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.roles_are_known(data)

    @pa.check("chosen", "rejected")
    def is_one_answer(cls, data: pa.PolarsData) -> pl.LazyFrame:
        last = pl.col(data.key).list.last().struct
        said = (last.field("role") == "assistant") & (last.field("content").str.len_bytes() > 0)
        return checks.keep((pl.col(data.key).list.len() == 1) & said, data=data)

    @pa.check("prompt")
    def ends_with_a_question(cls, data: pa.PolarsData) -> pl.LazyFrame:
        last = pl.col(data.key).list.last().struct
        return checks.keep((last.field("role") == "user") & (last.field("content").str.len_bytes() > 0), data=data)

    @pa.check("prompt", "chosen", "rejected")
    def line_ends_are_of_one_kind(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.line_ends_are_of_one_kind(data)

    @pa.check("prompt", "chosen", "rejected")
    def texts_are_clean(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.texts_are_clean(data)

    @pa.dataframe_check(name="answers_differ")
    def answers_differ(cls, data: pa.PolarsData) -> pl.LazyFrame:
        chosen, rejected = (pl.col(name).list.last().struct.field("content") for name in ("chosen", "rejected"))
        return data.lazyframe.select((chosen != rejected).fill_null(False))


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


class Answer(Strict):
    """One sampled answer of one model to one case."""

    id: str = _filled()
    model: str = pa.Field(str_length={"min_value": 64, "max_value": 64})
    prompt_hash: str = _filled()
    settings: str = _filled()
    index: pl.Int32 = pa.Field(ge=0)
    text: str
    finish: str = pa.Field(isin=("stop", "length"))
    tokens: pl.Int32 = pa.Field(ge=0)


class Result(Strict):
    """The verdict on one answer; a failed one has its reason."""

    id: str = _filled()
    model: str = _filled()
    index: pl.Int32 = pa.Field(ge=0)
    group: str = pa.Field(isin=GROUPS)
    category: str = _filled()
    family: str = _filled()
    passed: bool
    reason: str
    finish: str = pa.Field(isin=("stop", "length"))
    tokens: pl.Int32 = pa.Field(ge=0)
    no_code: bool
    tier: str = pa.Field(isin=TIERS)

    @pa.check("reason")
    def failures_and_only_they_have_a_reason(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.keep((pl.col(data.key) == "") == pl.col("passed"), data=data)


class PublicAnswer(Answer):
    """One sampled answer to an item of a public benchmark, and how it was asked."""

    chat_template: str = _filled()
    tool_form: str = pa.Field(isin=("template", "tags", "plain"))
    stop: STRINGS  # type: ignore[valid-type]

    @pa.check("stop")
    def something_ends_an_answer(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.keep(pl.col(data.key).list.len() > 0, data=data)


class PublicResult(PublicAnswer):
    """The verdict on such an answer, and by which code it was read. `model` is a label, `model_sha256` the file's."""

    model: str = _filled()
    model_sha256: str = pa.Field(str_length={"min_value": 64, "max_value": 64})
    benchmark: str = _filled()
    group: str = pa.Field(isin=PUBLIC_GROUPS)
    category: str = _filled()
    family: str = _filled()
    passed: bool
    reason: str
    extracted: bool
    action: str = _filled()
    extractor: str = _filled()
    tier: str = pa.Field(isin=TIERS)

    @pa.check("reason")
    def failures_and_only_they_have_a_reason(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.keep((pl.col(data.key) == "") == pl.col("passed"), data=data)


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


TABLES: dict[str, type[pa.DataFrameModel]] = {
    "case": Case,
    "task": Task,
    "row": Row,
    "text": Text,
    "pair": Pair,
    "stated_pair": StatedPair,
    "reject": Reject,
    "change": Change,
    "answer": Answer,
    "result": Result,
    "public_answer": PublicAnswer,
    "public_result": PublicResult,
    "rate": Rate,
    "tool_talk": ToolTalk,
    "replica": Replica,
    "safety_item": SafetyItem,
    "reading": Reading,
    "margin": Margin,
}
