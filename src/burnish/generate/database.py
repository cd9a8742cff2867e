"""Cases of relational databases: schemas, queries, transactions, migrations. All run on SQLite."""

from burnish import stage
from burnish.generate import fs_schema_design, fs_sql_aggregate, fs_sql_join
from burnish.generate.cases import stage_run

CATEGORIES = (fs_sql_join.CATEGORY, fs_sql_aggregate.CATEGORY, fs_schema_design.CATEGORY)

if __name__ == "__main__":
    stage.main(stage_run(CATEGORIES))
