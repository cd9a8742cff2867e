"""Rules that one value of a table must keep, for whole batches at once: a column in, one boolean a row out.

`tables.py` says which column keeps which rule. A null value passes here: that it may not be null is a rule of its own,
so one fault has one reason. Python looks only at what needs it, rows with tool calls and JSON; the rest is polars.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np
import pandera.polars as pa
import polars as pl

ROLES = ("system", "user", "assistant", "tool")
MEDIA = ("image", "audio", "video")
MAX_LAPS = 2  # the same call with the same result, this often in a row, is still a retry; more is a loop

UNUSUAL = ["\0", "\r", *(f"<{kind}:" for kind in MEDIA)]

Call = Mapping[str, Any]


_shared: ContextVar[dict[str, pl.DataFrame] | None] = ContextVar("_shared", default=None)


@contextmanager
def one_batch() -> Iterator[None]:
    """Say that all checks in this block are of one batch, so that its chats are taken apart once and not for each rule."""
    token = _shared.set({})
    try:
        yield
    finally:
        _shared.reset(token)


def keep_all_but(bad: pl.Series, *, data: pa.PolarsData) -> pl.LazyFrame:
    """Return one boolean a row: false for the row numbers in `bad`."""
    if not len(bad):
        return data.lazyframe.select(kept=pl.repeat(True, pl.len(), dtype=pl.Boolean))
    return data.lazyframe.select(
        kept=~pl.int_range(pl.len(), dtype=pl.UInt32).is_in(bad.cast(pl.UInt32).unique().implode())
    )


def keep(rule: pl.Expr, *, data: pa.PolarsData) -> pl.LazyFrame:
    """Return `rule` for each row; a rule that can't be told is broken, one about a null value is kept."""
    return data.lazyframe.select((rule.fill_null(False) | pl.col(data.key).is_null()).alias("kept"))


def spread(data: pa.PolarsData) -> pl.DataFrame:
    """Return the strings of a column one below the other as `row` and `text`; a list's or a chat's row several times."""
    kind = data.lazyframe.collect_schema()[data.key]
    if isinstance(kind, pl.List) and isinstance(kind.inner, pl.Struct):
        return messages_of(data).select("row", text="content")
    frame = data.lazyframe.select(text=data.key).with_row_index("row").collect()
    return frame.filter(pl.col("text").list.len() > 0).explode("text") if isinstance(kind, pl.List) else frame


def messages_of(data: pa.PolarsData) -> pl.DataFrame:
    """Return the messages one below the other: `row`, `first`, `last`, `role`, `content`, `tool_calls`."""
    shared = _shared.get()
    if shared is not None and data.key in shared:
        return shared[data.key]
    chats = data.lazyframe.select(data.key).collect().to_series()
    lengths = chats.list.len().fill_null(0).to_numpy()
    spoken = lengths > 0
    told, counts = (chats if spoken.all() else chats.filter(pl.Series(spoken))), lengths[spoken]
    ends = np.cumsum(counts, dtype=np.intp)
    first, last = np.zeros((2, counts.sum()), dtype=bool)
    first[ends - counts], last[ends - 1] = True, True
    rows = pl.Series("row", np.repeat(np.flatnonzero(spoken).astype(np.uint32), counts))
    messages = told.explode().struct.unnest().insert_column(0, rows).with_columns(first=first, last=last)
    if shared is not None:
        shared[data.key] = messages
    return messages


def unusual_texts(data: pa.PolarsData) -> pl.DataFrame:
    """Return those of `spread` that hold what the rules on texts look for: one search instead of one for each rule."""
    shared, name = _shared.get(), f"unusual {data.key}"
    if shared is not None and name in shared:
        return shared[name]
    found = spread(data).filter(pl.col("text").str.contains_any(UNUSUAL))
    if shared is not None:
        shared[name] = found
    return found


def texts_are_clean(data: pa.PolarsData) -> pl.LazyFrame:
    """No NUL character, which ends a text for the tools written in C."""
    texts = unusual_texts(data)
    return keep_all_but(texts.filter(pl.col("text").str.contains("\0", literal=True))["row"], data=data)


def line_ends_are_of_one_kind(data: pa.PolarsData) -> pl.LazyFrame:
    """Each text ends its lines by LF, by CRLF or by CR throughout."""
    text = pl.col("text")
    found = unusual_texts(data).filter(text.str.contains("\r", literal=True))
    both, lf, cr = (text.str.count_matches(end, literal=True) for end in ("\r\n", "\n", "\r"))
    kinds = (both > 0).cast(pl.Int8) + (lf > both).cast(pl.Int8) + (cr > both).cast(pl.Int8)
    return keep_all_but(found.filter(kinds > 1)["row"], data=data)


def roles_are_known(data: pa.PolarsData) -> pl.LazyFrame:
    """Each message is by one of ROLES."""
    known = pl.col("role").is_in(ROLES).fill_null(False)
    return keep_all_but(messages_of(data).filter(~known)["row"], data=data)


def roles_are_in_order(data: pa.PolarsData) -> pl.LazyFrame:
    """A system message comes first alone; a tool's result follows a call, or another result."""
    messages = messages_of(data)
    role, called = pl.col("role"), pl.col("tool_calls").is_not_null()
    late_system = (role == "system") & ~pl.col("first")
    after_call = ~pl.col("first") & (called.shift() | (role.shift() == "tool"))
    uncalled_result = (role == "tool") & ~after_call.fill_null(False)
    return keep_all_but(messages.filter(late_system | uncalled_result)["row"], data=data)


def earlier_messages_say_something(data: pa.PolarsData) -> pl.LazyFrame:
    """Each message but the last has a text or calls a tool; a tool's result may be an empty text."""
    content = pl.col("content")
    silent = content.is_null() | ((content == "") & (pl.col("role") != "tool"))
    bad = messages_of(data).filter(silent & pl.col("tool_calls").is_null() & ~pl.col("last"))
    return keep_all_but(bad["row"], data=data)


def ends_with_an_answer(data: pa.PolarsData) -> pl.LazyFrame:
    """The last message is the assistant's and has a text or calls a tool."""
    last = pl.col(data.key).list.last().struct
    said = last.field("content").str.len_bytes().fill_null(0) + last.field("tool_calls").str.len_bytes().fill_null(0)
    return keep((last.field("role") == "assistant") & (said > 0), data=data)


def media_are_declared(data: pa.PolarsData, *, messages: str) -> pl.LazyFrame:
    """The kinds of MEDIA that a chat's messages refer to, as in `<image:a.png>`, are those that the column names."""
    column = pl.col(data.key)
    only_text = (column.list.len() == 1) & (column.list.first() == "text")
    named = data.lazyframe.select(data.key).with_row_index("row").filter(~only_text).collect()
    found: dict[int, set[str]] = {}
    for row, text in unusual_texts(pa.PolarsData(data.lazyframe, messages)).iter_rows():
        if kinds := {kind for kind in MEDIA if f"<{kind}:" in text}:
            found.setdefault(row, set()).update(kinds)
    declared = {row: set(names or ()) & set(MEDIA) for row, names in named.iter_rows()}
    bad = [row for row in found.keys() | declared.keys() if found.get(row, set()) != declared.get(row, set())]
    return keep_all_but(pl.Series(bad, dtype=pl.UInt32), data=data)


def tool_calls_are_json(data: pa.PolarsData) -> pl.LazyFrame:
    """Tool calls are JSON text: a list of calls, each with the name of a function and its arguments."""
    return _judge_calls(data, lambda calls, _: calls is not None)


def tool_arguments_are_encoded_once(data: pa.PolarsData) -> pl.LazyFrame:
    """The arguments of a call are an object: the chat template encodes them, so a text would be encoded twice."""
    return _judge_calls(data, lambda calls, _: all(not isinstance(arguments_of(call), str) for call in calls or ()))


def tool_calls_are_not_cyclic(data: pa.PolarsData) -> pl.LazyFrame:
    """No call waits for its own result, directly or through others, and no round of calls repeats without news."""
    return _judge_calls(data, lambda calls, results: not is_cyclic(calls or (), results=results))


def _judge_calls(data: pa.PolarsData, rule: Callable[[Sequence[Call] | None, Sequence[str]], bool]) -> pl.LazyFrame:
    messages = messages_of(data)
    rows = messages["row"].filter(messages["tool_calls"].is_not_null()).unique()
    if not len(rows):
        return keep_all_but(rows, data=data)
    talks = messages.filter(pl.col("row").is_in(rows.implode())).partition_by("row", maintain_order=True)
    bad = [talk["row"][0] for talk in talks if not _keeps(talk, rule=rule)]
    return keep_all_but(pl.Series(bad, dtype=pl.UInt32), data=data)


def _keeps(talk: pl.DataFrame, *, rule: Callable[[Sequence[Call] | None, Sequence[str]], bool]) -> bool:
    texts = talk["tool_calls"].drop_nulls()
    parsed = [read_calls(text) for text in texts]
    calls = None if any(calls is None for calls in parsed) else [call for calls in parsed for call in calls or ()]
    return rule(calls, talk.filter(pl.col("role") == "tool")["content"].to_list())


def read_calls(text: str) -> list[Call] | None:
    """Return the calls in the JSON `text`, or None where it holds anything else, NaN included."""
    try:
        calls = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    whole = isinstance(calls, list) and len(calls) > 0 and all(_is_call(call) for call in calls)
    return calls if whole else None


def _is_call(call: Any) -> bool:
    function = call.get("function", call) if isinstance(call, dict) else None
    if not isinstance(function, dict):
        return False
    return isinstance(function.get("name"), str) and isinstance(function.get("arguments"), dict | str)


def arguments_of(call: Call) -> Any:
    """Return the arguments of a call, in OpenAI's form or the short one."""
    return call.get("function", call)["arguments"]


def is_cyclic(calls: Sequence[Call], *, results: Sequence[str]) -> bool:
    """Say whether calls wait for each other in a circle, or the last ones went round and round with the same results."""
    names = {str(call["id"]) for call in calls if "id" in call}
    waits = {str(call["id"]): names & set(_references(arguments_of(call))) for call in calls if "id" in call}
    try:
        TopologicalSorter(waits).prepare()
    except CycleError:
        return True
    turns = [
        (json.dumps([call.get("function", call)["name"], arguments_of(call)], sort_keys=True), result)
        for call, result in zip(calls, results, strict=False)
    ]
    return any(_goes_round(turns, steps=steps) for steps in range(1, len(turns) // (MAX_LAPS + 1) + 1))


def _goes_round(turns: Sequence[tuple[str, str]], *, steps: int) -> bool:
    lap = steps * (MAX_LAPS + 1)
    return any(
        turns[start : start + lap] == [*turns[start : start + steps]] * (MAX_LAPS + 1)
        for start in range(len(turns) - lap + 1)
    )


def _references(value: Any) -> Iterator[str]:
    """Yield the ids that texts of a value stand for: `$id`, `${id}`, `#id`, `{{id}}`, with a path behind or without."""
    if isinstance(value, Mapping | list):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _references(item)
    elif isinstance(value, str) and value[:1] in ("$", "#", "{"):
        yield value.strip("${}# ").partition(".")[0]


def json_has_a_kind(data: pa.PolarsData) -> pl.LazyFrame:
    """The text is a JSON object with a `kind`, and none of its numbers is NaN or infinite, which JSON doesn't have."""
    return _judge_json(data, _has_kind)


def json_is_an_object(data: pa.PolarsData) -> pl.LazyFrame:
    """The text is a JSON object."""
    return _judge_json(data, lambda value: isinstance(value, dict))


def json_names_verifiers(data: pa.PolarsData) -> pl.LazyFrame:
    """The text is a JSON object of two or more objects by name, each with a `kind`."""
    return _judge_json(
        data, lambda value: isinstance(value, dict) and len(value) > 1 and all(map(_has_kind, value.values()))
    )


def _judge_json(data: pa.PolarsData, rule: Callable[[Any], bool]) -> pl.LazyFrame:
    texts = data.lazyframe.select(pl.col(data.key)).with_row_index("row").drop_nulls().collect()
    bad = [row for row, text in texts.iter_rows() if not rule(_read_json(text))]
    return keep_all_but(pl.Series(bad, dtype=pl.UInt32), data=data)


def _read_json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        return None


def _has_kind(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("kind"), str)


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} isn't JSON")


def _finite(text: str) -> float:
    if math.isinf(value := float(text)):
        raise ValueError(f"{text} is more than a number holds")
    return value
