"""What each value of the tables of answers, verdicts and scores must be; `tables.py` names these models beside all others."""

import pandera.polars as pa
import polars as pl

from burnish import table_checks as checks
from burnish.table_base import Strict, filled

GROUPS = ("seen", "unseen", "real", "humaneval")
TIERS = ("", "bubblewrap", "landlock")  # of the sandbox; empty where no program ran
PUBLIC_GROUPS = ("bfcl_simple", "bfcl_multiple", "bfcl_parallel", "bfcl_irrelevance", "bfcl_relevance", "injection",
                 "injection_asked", "tau2_first", "mbpp", "gsm8k", "ifeval", "mmlu",
                 "xstest_safe", "xstest_unsafe", "strongreject")  # fmt: skip
# Of FullstackEval's tasks, said again here: a change there must not judge all tables anew.
FULLSTACK_KINDS = ("back end", "database", "front end", "full stack", "repair", "security")
STRINGS = pl.List(pl.String)


class Asked(Strict):
    """How an answer was asked."""

    chat_template: str = filled()
    stop: STRINGS  # type: ignore[valid-type]

    @pa.check("stop")
    def something_ends_an_answer(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.keep(pl.col(data.key).list.len() > 0, data=data)


class Read(Asked):
    """How an answer was asked, and by which code it was read."""

    extractor: str = filled()


class Answer(Asked):
    """One sampled answer of one model to one case."""

    id: str = filled()
    model: str = pa.Field(str_length={"min_value": 64, "max_value": 64})
    prompt_hash: str = filled()
    settings: str = filled()
    index: pl.Int32 = pa.Field(ge=0)
    text: str
    finish: str = pa.Field(isin=("stop", "length"))
    tokens: pl.Int32 = pa.Field(ge=0)


class Result(Read):
    """The verdict on one answer; a failed one has its reason."""

    id: str = filled()
    model: str = filled()
    index: pl.Int32 = pa.Field(ge=0)
    group: str = pa.Field(isin=GROUPS)
    category: str = filled()
    family: str = filled()
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
    """One sampled answer to an item of a public benchmark, and how functions were shown."""

    tool_form: str = pa.Field(isin=("template", "tags", "plain"))


class PublicResult(PublicAnswer, Read):
    """The verdict on such an answer. `model` is a label, `model_sha256` the file's."""

    model: str = filled()
    model_sha256: str = pa.Field(str_length={"min_value": 64, "max_value": 64})
    benchmark: str = filled()
    group: str = pa.Field(isin=PUBLIC_GROUPS)
    category: str = filled()
    family: str = filled()
    passed: bool
    reason: str
    extracted: bool
    action: str = filled()
    tier: str = pa.Field(isin=TIERS)

    @pa.check("reason")
    def failures_and_only_they_have_a_reason(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.keep((pl.col(data.key) == "") == pl.col("passed"), data=data)


class OwnResult(Answer, Read):
    """The verdict on one answer to a benchmark of the project's own. `model` is a label, `model_sha256` the file's."""

    model: str = filled()
    model_sha256: str = pa.Field(str_length={"min_value": 64, "max_value": 64})
    level: pl.Int32 = pa.Field(ge=1, le=4)
    solved: bool
    points: float = pa.Field(ge=0, le=1)
    runs: bool
    extracted: bool
    passed: STRINGS  # type: ignore[valid-type]
    reason: str
    tier: str = pa.Field(isin=TIERS[1:])

    @pa.check("reason")
    def failures_and_only_they_have_a_reason(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.keep((pl.col(data.key) == "") == pl.col("solved"), data=data)

    @pa.check("passed")
    def points_are_for_tests_that_passed(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.keep((pl.col(data.key).list.len() > 0) == (pl.col("points") > 0), data=data)


class FullstackResult(OwnResult):
    """The verdict on one answer to FullstackEval; `passed` names tests."""

    kind: str = pa.Field(isin=FULLSTACK_KINDS)
    template: str = filled()

    @pa.check("template")
    def template_is_that_of_the_id(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.keep(pl.col("id").str.starts_with(pl.concat_str(data.key, pl.lit("/"))), data=data)

    @pa.check("points")
    def solved_tasks_and_only_they_have_every_point(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.keep((pl.col(data.key) == 1) == pl.col("solved"), data=data)


class LovableResult(OwnResult):
    """The verdict on one app of LovableBench; `passed` names journeys, the shares are for how it is made."""

    kind: str = filled()
    accessibility: float = pa.Field(ge=0, le=1)
    widths: float = pa.Field(ge=0, le=1)
    layout: float = pa.Field(ge=0, le=1)
    hygiene: float = pa.Field(ge=0, le=1)
    offline: float = pa.Field(ge=0, le=1)
    faults: STRINGS  # type: ignore[valid-type]
    outside: STRINGS  # type: ignore[valid-type]

    @pa.check("kind")
    def kind_is_that_of_the_id(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.keep(pl.col("id").str.starts_with(pl.concat_str(data.key, pl.lit("/"))), data=data)

    @pa.check("points")
    def only_shipped_apps_have_every_point(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.keep((pl.col(data.key) < 1) | pl.col("solved"), data=data)


class Outcome(Strict):
    """One score of one model on one item of one benchmark; `suspect` is null where nobody looked for overlaps."""

    benchmark: str = filled()
    id: str = filled()
    turn: pl.Int32 = pa.Field(ge=0)
    family: str = filled()
    model: str = filled()
    score: float = pa.Field(ge=0, le=1)
    suspect: bool = pa.Field(nullable=True)
    item: str = pa.Field(str_length={"min_value": 16, "max_value": 16})
    tier: str = pa.Field(isin=TIERS)
