"""Cases of relational databases: schemas, queries, transactions, migrations. All run on SQLite."""

from burnish import stage
from burnish.generate import (
    fs_full_text_search,
    fs_index_choice,
    fs_migration,
    fs_orm_model,
    fs_schema_design,
    fs_sql_aggregate,
    fs_sql_join,
    fs_sql_window,
    fs_transaction,
)
from burnish.generate.cases import stage_run

CATEGORIES = (
    fs_sql_join.CATEGORY, fs_sql_aggregate.CATEGORY, fs_schema_design.CATEGORY, fs_sql_window.CATEGORY,
    fs_transaction.CATEGORY, fs_migration.CATEGORY, fs_index_choice.CATEGORY,
    fs_full_text_search.CATEGORY, fs_orm_model.CATEGORY,
)  # fmt: skip

if __name__ == "__main__":
    stage.main(stage_run(CATEGORIES))
