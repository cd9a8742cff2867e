"""Sandboxed: runs queries on a database file that a program left, which is gone by now; rows as JSON. Standard library only.

Reads {"queries": [text]} and writes {"outcomes": [{"value": rows} or {"failed": reason}]}. The file is `data.db`.
"""

import json
import sqlite3
import sys
from typing import Any

MOST_ROWS = 1_000


def read(connection: sqlite3.Connection, query: str) -> dict[str, Any]:
    """Return the rows of one query."""
    try:
        rows = connection.execute(query).fetchmany(MOST_ROWS)
    except sqlite3.Error as error:
        return {"failed": f"{type(error).__name__}: {error}"[:200]}
    return {"value": [[value.hex() if isinstance(value, bytes) else value for value in row] for row in rows]}


def main() -> None:
    """Report all queries in one line."""
    queries = json.loads(sys.stdin.buffer.read())["queries"]
    connection = sqlite3.connect("file:data.db?mode=ro", uri=True)
    print(json.dumps({"outcomes": [read(connection, query) for query in queries]}))


if __name__ == "__main__":
    main()
