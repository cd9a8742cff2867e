"""Sandboxed: runs one SQL statement on the SQLite file `data.db` and reports columns and rows as JSON.

Reads {"sql", "rows", "seconds"}. A report is {"columns", "rows", "more"} or {"error": reason}. Standard library only.
"""

import json
import sqlite3
import sys
import time
from typing import Any

STEPS_BETWEEN_LOOKS = 10_000
MOST_TEXT_BYTES = 100_000


def run_query(task: dict[str, Any]) -> dict[str, Any]:
    """Return the first rows of one statement, or why there are none."""
    connection = sqlite3.connect("file:data.db?mode=ro&immutable=1", uri=True)
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_TEXT_BYTES)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    deadline = time.process_time() + task["seconds"] * 0.8
    connection.set_progress_handler(lambda: time.process_time() > deadline, STEPS_BETWEEN_LOOKS)
    try:
        cursor = connection.execute(task["sql"])
        rows = [[to_json(value) for value in row] for row in cursor.fetchmany(task["rows"] + 1)]
    except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
        reason = str(error)
        return {"error": "it took too long" if "interrupted" in reason else reason[:200]}
    finally:
        connection.close()
    columns = [column[0] for column in cursor.description or []]
    more = len(rows) > task["rows"]
    return {"columns": columns, "rows": rows[: task["rows"]], **({"more": True} if more else {})}


def to_json(value: Any) -> Any:
    """Return one value of a row; a blob as its hexadecimal text."""
    return value.hex() if isinstance(value, bytes) else value


if __name__ == "__main__":
    print(json.dumps(run_query(json.loads(sys.stdin.buffer.read()))))
