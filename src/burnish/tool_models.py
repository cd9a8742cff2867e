"""What each value of the table of talks with functions must be: a Pandera model, one of those that `tables.py` names."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandera.polars as pa
import polars as pl

from burnish import table_checks as checks
from burnish.calls import Call
from burnish.table_base import LICENCES, MESSAGE, SPLITS, Strict
from burnish.tool_schemas import find_fault

KINDS = ("one", "choose", "parallel", "pair", "missing", "supplied", "near", "far", "declined", "result", "turns")
DECLINING = ("missing", "near", "far", "declined")


class ToolTalk(Strict):
    """One talk: definitions of functions as JSON text, and messages whose calls are JSON text, arguments encoded once."""

    id: str = pa.Field(str_length={"min_value": 1})
    family: str = pa.Field(str_length={"min_value": 1})
    kind: str = pa.Field(isin=KINDS)
    split: str = pa.Field(isin=SPLITS)
    tools: str = pa.Field(str_length={"min_value": 1})
    messages: pl.List(MESSAGE)  # type: ignore[valid-type]
    executed: bool
    licence: str = pa.Field(isin=LICENCES)
    source: str = pa.Field(str_length={"min_value": 1})

    @pa.check("messages", name="roles_are_in_order")
    def _order(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.roles_are_in_order(data)

    @pa.check("messages", name="ends_with_an_answer")
    def _answer(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.ends_with_an_answer(data)

    @pa.check("messages", name="tool_calls_are_json")
    def _calls(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.tool_calls_are_json(data)

    @pa.check("messages", name="tool_arguments_are_encoded_once")
    def _arguments(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.tool_arguments_are_encoded_once(data)

    @pa.check("messages", name="tool_calls_are_not_cyclic")
    def _cycles(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.tool_calls_are_not_cyclic(data)

    @pa.check("messages", name="texts_are_clean")
    def _clean(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return checks.texts_are_clean(data)

    @pa.dataframe_check(name="calls_fit_the_definitions")
    def _fit(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return _each(data, _calls_fit)

    @pa.dataframe_check(name="kinds_that_decline_call_nothing_and_others_call")
    def _kind(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return _each(data, lambda row: bool(_calls_of(row["messages"])) == (row["kind"] not in DECLINING))

    @pa.dataframe_check(name="executed_calls_have_a_result_each_and_others_none")
    def _results(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return _each(data, _has_its_results)

    @pa.dataframe_check(name="families_are_in_one_split")
    def _apart(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("split").n_unique().over("family") == 1)


def _each(data: pa.PolarsData, rule: Any) -> pl.LazyFrame:
    kept = [rule(row) for row in data.lazyframe.select("kind", "tools", "messages", "executed").collect().to_dicts()]
    return pl.LazyFrame({"kept": kept}, schema={"kept": pl.Boolean})


def _calls_of(messages: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [call for message in messages for call in checks.read_calls(message["tool_calls"] or "") or ()]


def _calls_fit(row: Mapping[str, Any]) -> bool:
    tools, calls = json.loads(row["tools"]), _calls_of(row["messages"])
    # Arguments that are a text have a rule of their own.
    return all(
        isinstance(call["arguments"], str) or find_fault(Call(call["name"], call["arguments"]), tools=tools) is None
        for call in calls
    )


def _has_its_results(row: Mapping[str, Any]) -> bool:
    results = sum(message["role"] == "tool" for message in row["messages"])
    return bool(results == (len(_calls_of(row["messages"])) if row["executed"] else 0))
