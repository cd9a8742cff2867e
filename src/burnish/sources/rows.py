"""Turns the fetched tables of one group into rows to train on, or into pairs, and keeps each dropped row with its reason.

    data/raw/<group>/<source> -> data/rows/<group>/{kept/<source>, rejects, changes}

How a table is read is said by `table` of its entry in `sources.yaml`. What nearly repeats another row of the group, asks
what a withheld row asks, or overlaps a benchmark is dropped.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from burnish import stage
from burnish.benchmark_items import read_benchmarks
from burnish.chat import Chat
from burnish.contamination import ContaminationParams, Detector
from burnish.duplicates import NearParams
from burnish.errors import BurnishError
from burnish.executor import ExecutorParams
from burnish.files import atomic_directory
from burnish.kept_out import read_tables
from burnish.licensing import Matrix, read_matrix
from burnish.masks import mask_answers
from burnish.params import Section
from burnish.shards import ROW, write_rows
from burnish.sources.origins import Change, Origin, Reject, read_origins
from burnish.sources.registry import AnySource, HubSource, read_sources
from burnish.sources.row_ledger import Ledger, Workers, describe, keep_clean, open_ledger, read_source_rows
from burnish.sources.table_maps import PAIRS, AnyMap
from burnish.sources.table_rows import Ground, ShapeParams
from burnish.sources.tool_calls import Call, as_openai
from burnish.stage import Metrics
from burnish.stated_pairs import STATED_PAIR

CHANGE = pa.schema(
    [*(pa.field(name, pa.string()) for name in Change._fields if name != "number"), pa.field("number", pa.int32())]
)
REJECT = pa.schema([pa.field(name, pa.string()) for name in Reject._fields])
PROBE = "name_of_a_function"


class RowsParams(Section):
    """`rows.<group>`: which fetched sources become rows, how, and what counts as a repeat or an overlap.

    `benchmarks` is the group of `fetch` whose items stay out of training, beside those of the group `benchmarks`.
    """

    sources: tuple[str, ...]
    benchmarks: str
    workers: int
    shape: ShapeParams
    duplicates: NearParams
    contamination: ContaminationParams


def run(params: RowsParams, *, key: str, seed: int, executor: ExecutorParams, registry: Path, matrix: Path, raw: Path,
        benchmarks: Path, public: Path, base: Path, out: Path) -> Metrics:  # fmt: skip
    """Write the group's three tables."""
    place, known = f"{registry}: {key}", read_matrix(matrix)
    maps = check_maps(read_sources(registry, group=key, names=params.sources, matrix=known), place=place)
    has_pairs = all(isinstance(table, PAIRS) for table in maps.values())
    origins = read_fetched(raw, names=maps, matrix=known, place=f"params.yaml: rows.{key}.sources")
    chat = None if has_pairs else Chat.load(base)
    if chat and params.shape.calls == "column":
        check_template(chat, place=f"params.yaml: rows.{key}.shape.calls")
    detector = Detector([*read_benchmarks(benchmarks), *read_tables(public)], params=params.contamination)
    workers = Workers(executor, params.workers)
    out.parent.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as work,
        open_ledger(Path(work), params=params.duplicates) as ledger,
        atomic_directory(out) as unfinished,
    ):
        for name, table in maps.items():
            ground = Ground(origins[name], table, params.shape, known, seed, skill=key, file="")
            read_source_rows(raw / name, ground=ground, ledger=ledger, workers=workers, place=f"{place}.{name}")
        kept = write_kept(
            ledger, to=unfinished / "kept", detector=detector, chat=chat, place=f"params.yaml: rows.{key}"
        )
        write_rows(unfinished / "rejects", ledger.rejects, schema=REJECT)
        write_rows(unfinished / "changes", ledger.changes, schema=CHANGE)
        return {"table": "stated_pair" if has_pairs else "row", **describe(ledger, kept=kept)}


def check_maps(sources: Sequence[AnySource], *, place: str) -> dict[str, AnyMap]:
    """Return how each source is read; raise for one without `table`, for none, and for rows and pairs in one group."""
    maps: dict[str, AnyMap] = {}
    for source in sources:
        if source.table is None:
            stated = source.no_table if isinstance(source, HubSource) else None
            reason = stated or "nobody knows how to read its rows"
            raise BurnishError(f"{place}.{source.name} has no `table`: {reason}; write one (docs/sources.md), or take it out "
                               "of params.yaml: rows")  # fmt: skip
        maps[source.name] = source.table
    if not maps:
        raise BurnishError(f"{place}: params.yaml: rows names no source of the group; name one or take the group out")
    pairs = [name for name, table in maps.items() if isinstance(table, PAIRS)]
    if pairs and len(pairs) < len(maps):
        raise BurnishError(f"{place}: {', '.join(pairs)} hold pairs and the other sources rows, which are two tables; "
                           "give one of them a group of its own")  # fmt: skip
    return maps


def check_template(chat: Chat, *, place: str) -> None:
    """Raise if the base model's template doesn't show the calls of a column: a model would learn silence from them."""
    asked = {"role": "user", "content": "?", "tool_calls": None}
    called = {"role": "assistant", "content": "", "tool_calls": json.dumps([as_openai(Call(PROBE, {}, ""))])}
    if PROBE not in chat.render([asked, called]):
        raise BurnishError(f"{place} = column, but the base model's chat template shows no tool calls; write text")


def read_fetched(raw: Path, *, names: Iterable[str], matrix: Matrix, place: str) -> dict[str, Origin]:
    """Return the origin of each of the sources `names`, which `fetch` must have brought."""
    origins = {origin.name: origin for _, origin in read_origins(raw, known=matrix)}
    if missing := [name for name in names if name not in origins]:
        raise BurnishError(f"{place}: {', '.join(missing)} isn't in {raw}; name it under fetch too")
    return origins


def write_kept(
    ledger: Ledger, *, to: Path, detector: Detector, chat: Chat | None, place: str
) -> dict[str, Counter[str]]:
    """Write the rows of each source that neither repeat others nor overlap a benchmark; return its counts by split."""
    dropped = ledger.store.find_repeats()
    counts: dict[str, Counter[str]] = {}
    start = 0
    for name, end in ledger.ends.items():
        counts[name] = Counter()
        rows = keep_clean(ledger, rows=range(start, end), dropped=dropped, detector=detector)
        counted = count_rows(rows, chat=chat, splits=counts[name])
        write_rows(to / name, counted, schema=ROW if chat else STATED_PAIR)
        if not counts[name]:
            raise BurnishError(f"{place}: every row of {name} repeats others or overlaps a benchmark; take it out")
        start = end
    return counts


def count_rows(rows: Iterable[dict[str, Any]], *, chat: Chat | None, splits: Counter[str]) -> Iterator[dict[str, Any]]:
    """Yield rows with their tokens, as the base model's template and tokenizer count them; pairs have none."""
    for row in rows:
        splits[row["split"]] += 1
        if chat is None:
            yield row
        else:
            tokens = mask_answers(row["messages"], chat=chat)
            yield {**row, "tokens": len(tokens.ids), "supervised_tokens": sum(tokens.supervised)}


if __name__ == "__main__":
    stage.main(run)
