"""What becomes of each row of a group's tables, gathered on disk: rows that may stay, rejects, and what was masked.

Tables pass through in windows of chunks, so memory holds one window and, of all rows, numbers only.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from burnish.contamination import Detector
from burnish.duplicates import NearParams
from burnish.errors import BurnishError
from burnish.executor import ExecutorParams, spread
from burnish.progress import Meter
from burnish.sources.cleaning import find_overlaps
from burnish.sources.origins import Change, Reject
from burnish.sources.row_store import RowStore, Spool, spoken
from burnish.sources.table_maps import ScoredMap
from burnish.sources.table_rows import Draft, Ground, draft_rows, weigh
from burnish.sources.table_scores import join_answers
from burnish.table_files import Fault, Read, find_tables, read_table

CHUNK_ROWS, CHUNK_BYTES = 256, 1 << 22
WINDOW_CHUNKS = 64  # what is handed to the processes at once, and so what memory holds
COMPARED_ROWS = 128
SHOWN_REASONS = 3


class Ledger(NamedTuple):
    """The group's rows, rejects and changes, and how many rows there are up to the end of each source."""

    store: RowStore
    rejects: Spool
    changes: Spool
    ends: dict[str, int]


class Workers(NamedTuple):
    """Where rows are drafted."""

    executor: ExecutorParams
    processes: int


@contextmanager
def open_ledger(folder: Path, *, params: NearParams) -> Iterator[Ledger]:
    """Give an empty ledger whose files are below `folder`."""
    with (
        closing(RowStore(folder, params=params)) as store,
        closing(Spool(folder / "rejects")) as rejects,
        closing(Spool(folder / "changes")) as changes,
    ):
        yield Ledger(store, rejects, changes, {})


def read_source_rows(folder: Path, *, ground: Ground, ledger: Ledger, workers: Workers, place: str) -> None:
    """Put every row of the source in `folder` into the ledger, as a row or as a reject; `place` is the source's entry.

    Raises:
        BurnishError: a table that can't be read or lacks a column, or a source that gives no row at all.
    """
    before, reasons, name = len(ledger.store.rows), Counter[str](), ground.origin.name
    with Meter(f"read {name}", total=None) as meter:
        for file in find_tables(folder):
            own = ground._replace(file=file.relative_to(folder).as_posix())
            reads = read_table(file, columns=own.table.columns(), max_row_bytes=own.shape.max_row_bytes, place=place)
            if isinstance(own.table, ScoredMap):
                reads = join_answers(reads, table=own.table)
            for drafts in draft_in_windows(reads, ground=own, workers=workers):
                for draft in drafts:
                    if isinstance(draft, Reject):
                        ledger.rejects.add(draft._asdict())
                        reasons[name_reason(draft.reason)] += 1
                    else:
                        ledger.store.add(draft, source=name)
                meter.advance(len(drafts))
    ledger.ends[name] = len(ledger.store.rows)
    if len(ledger.store.rows) == before:
        said = "; ".join(f"{count:,} rows: {reason}" for reason, count in reasons.most_common(SHOWN_REASONS))
        raise BurnishError(f"{place} gives no row ({said or 'its tables are empty'}); correct its `table`, or take it out of "
                           "params.yaml: rows")  # fmt: skip


def draft_in_windows(reads: Iterable[Read], *, ground: Ground, workers: Workers) -> Iterator[list[Draft | Reject]]:
    """Yield what each chunk of read rows becomes; only one window of chunks is held at a time."""
    draft, chunks = partial(draft_rows, ground=ground), cut_chunks(reads)
    while window := list(islice(chunks, WINDOW_CHUNKS)):
        processes = workers.processes if len(window) == WINDOW_CHUNKS else 1
        with spread(draft, window, executor=workers.executor, processes=processes) as found:
            yield from found


def cut_chunks(reads: Iterable[Read]) -> Iterator[list[Read]]:
    """Cut rows into lists of at most so many rows, and about so many bytes."""
    chunk: list[Read] = []
    size = 0
    for read in reads:
        chunk.append(read)
        size += 0 if isinstance(read.value, Fault) else weigh(read.value)
        if len(chunk) == CHUNK_ROWS or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def keep_clean(
    ledger: Ledger, *, rows: range, dropped: Mapping[int, str], detector: Detector
) -> Iterator[dict[str, Any]]:
    """Yield those of the numbered rows that stay; the others go to the rejects, and changes of these to the changes."""
    for start in range(rows.start, rows.stop, COMPARED_ROWS):
        numbers = range(start, min(start + COMPARED_ROWS, rows.stop))
        found = [ledger.store.rows[number] for number in numbers]
        matches = find_overlaps([parts_of(each["row"]) for each in found], detector=detector)
        for number, each, match in zip(numbers, found, matches, strict=True):
            row, source, place = each["row"], each["source"], each["place"]
            if reason := dropped.get(number) or (f"overlaps {match.item}: {match.way}" if match else ""):
                kind = "row" if "messages" in row else "pair"
                ledger.rejects.add(Reject(kind, source, place, row["id"], reason)._asdict())
                continue
            for what, count in each["changes"].items():
                ledger.changes.add(Change(row["id"], source, place, what, count)._asdict())
            yield row


def parts_of(row: Mapping[str, Any]) -> list[str]:
    """Return the texts of a row that may overlap an item."""
    return spoken(row["messages"] if "messages" in row else [*row["prompt"], *row["chosen"], *row["rejected"]])


def name_reason(reason: str) -> str:
    """Return a reason without the names and numbers that stand in it, for counting."""
    told = re.sub(r"^(has the id of|nearly repeats|overlaps) .*?(?=: [a-z -]+$|$)", r"\1 another", reason)
    told = re.sub(r"(asks what a row of the split \w+ asks): .*", r"\1", told)
    return re.sub(r"'[^']*'|\"[^\"]*\"|\d[\d,]*", "…", told)[:100]


def describe(ledger: Ledger, *, kept: Mapping[str, Counter[str]]) -> dict[str, Any]:
    """Return what became of the rows of each source."""
    rejects: dict[str, Counter[str]] = {name: Counter() for name in kept}
    for reject in ledger.rejects:
        rejects[reject["source"]][name_reason(reject["reason"])] += 1
    return {
        "rows": sum(splits.total() for splits in kept.values()),
        "changes": dict(sorted(Counter(change["what"] for change in ledger.changes).items())),
        "sources": {
            name: {
                "read": splits.total() + rejects[name].total(), "kept": splits.total(), "splits": dict(sorted(splits.items())),
                "rejects": dict(sorted(rejects[name].items())),
            }
            for name, splits in kept.items()
        },
    }  # fmt: skip
