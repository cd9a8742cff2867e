"""The quick answer about a batch is never yes where Pandera, asked in full, finds something wrong."""

import polars as pl
import pytest
from tests.validate.tables import SCHEMAS, good
from tests.validate.test_planted_defects import DEFECTS, Defect

from burnish.table_checks import one_batch
from burnish.tables import TABLES
from burnish.validate.glance import is_plainly_good

ACROSS = {"repeated id", "prompt leak", "family leak", "medium leak", "heavy row", "invalid UTF-8"}  # not Pandera's

NULLABLE = {("outcome", "suspect"), ("shown_page", "picture")}  # what nobody looked for or took


def frame_of(table: str, *, change: dict[str, object], row: int) -> pl.DataFrame:
    rows = [good(table, number) for number in range(3)] + [good(table, row) | change]
    names = SCHEMAS[table].names
    types = {name: column.dtype.type for name, column in TABLES[table].to_schema().columns.items()}
    return pl.DataFrame(
        [[row[name] for name in names] for row in rows], {name: types[name] for name in names}, orient="row"
    )


@pytest.mark.parametrize("defect", [defect for defect in DEFECTS if defect.kind not in ACROSS], ids=lambda d: d.kind)
def test_no_planted_defect_of_a_value_is_plainly_good(defect: Defect) -> None:
    with one_batch():
        assert not is_plainly_good(frame_of(defect.table, change=defect.change, row=defect.row), table=defect.table)


@pytest.mark.parametrize("table", sorted(SCHEMAS))
def test_good_rows_are_plainly_good_until_a_column_changes(table: str) -> None:
    frame = frame_of(table, change={}, row=7)
    assert is_plainly_good(frame, table=table)
    assert not is_plainly_good(frame.with_columns(extra=1), table=table)
    assert not is_plainly_good(frame.drop(frame.columns[-1]), table=table)


@pytest.mark.parametrize(("table", "column"), sorted(NULLABLE))
def test_a_null_is_left_to_pandera_even_where_it_is_allowed(table: str, column: str) -> None:
    assert not is_plainly_good(frame_of(table, change={column: None}, row=7), table=table)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_tables_declare_columns_types_and_checks_alone(table: str) -> None:
    schema = TABLES[table].to_schema()
    assert schema.strict is True and not (schema.coerce or schema.unique or schema.ordered or schema.parsers)
    for column in schema.columns.values():
        assert column.required and column.dtype is not None
        assert not (column.regex or column.unique or column.coerce or column.parsers or column.default)
        assert not any(check.raise_warning for check in column.checks)
        assert not column.nullable or (table, column.name) in NULLABLE
        assert not [check.name for check in column.checks if str(check.name).startswith("_")], (
            "a rule that says nothing"
        )
