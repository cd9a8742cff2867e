"""A batch and its table to one answer: whether all of it is plainly as declared.

Pandera judges check by check and works out failures for each, which takes a hundred small queries a batch. Here the same
check functions run as one. Only a batch that isn't plainly right is given to Pandera, which says what is wrong.
"""

from functools import cache
from typing import Any

import pandera.polars as pa
import polars as pl

from burnish.tables import TABLES


def is_plainly_good(frame: pl.DataFrame, *, table: str) -> bool:
    """Say whether the columns and types are those declared, nothing is null, and every check holds for every row.

    No doesn't say that anything is wrong; a null in a column that may hold one gives it too. Columns, types and checks are
    looked at: no table declares anything else (tests/validate/test_glance.py).
    """
    if dict(frame.schema) != _types(table) or any(map(sum, frame.null_count().iter_rows())):
        return False
    data = frame.lazy()
    try:
        verdicts = [_ask(check, data=pa.PolarsData(data, name)) for name, check in _checks(table)]
        return all(verdict.item() is True for verdict in pl.collect_all(verdicts))
    except pl.exceptions.PolarsError:
        return False  # Pandera reports a check that can't be computed as a failure of its own


def _types(table: str) -> dict[str, Any]:
    return {name: column.dtype.type for name, column in TABLES[table].to_schema().columns.items()}


@cache
def _checks(table: str) -> list[tuple[str, pa.Check]]:
    """Return all checks with the column that each one is of, or `*`."""
    schema, nothing = TABLES[table].to_schema(), pl.LazyFrame(schema=_types(table))
    checks = [(name, check) for name, column in schema.columns.items() for check in column.checks]
    for name, check in checks:
        if check.registry_name:
            check(nothing, name)  # Pandera's own checks learn of polars when they are first called
    return [*checks, *(("*", check) for check in schema.checks)]


def _ask(check: pa.Check, *, data: pa.PolarsData) -> pl.LazyFrame:
    """Return whether `check` holds for all rows; null where it can't be told."""
    told: bool | pl.LazyFrame = check.get_backend(data.lazyframe)(check).apply(data)  # type: ignore[no-untyped-call]
    verdict = pl.LazyFrame([told]) if isinstance(told, bool) else told
    return verdict.select(pl.all().all(ignore_nulls=False))
