"""Sandboxed: runs SQL statements on fresh SQLite databases and reports the rows as JSON. Standard library only.

A task is {"program", "script", "databases": [setup text], "queries": [text] or null, "seconds"}. A report is
{"outcomes": [one a database]} or {"failed": reason}. With `queries`, an outcome's value holds the result of each query,
run after the program; otherwise it holds the rows of the program itself, one statement (the last of a script).
"""

import json
import os
import sqlite3
import sys
import time
from typing import Any

MAX_ROWS = 5_000
STEPS_BETWEEN_LOOKS = 10_000


def split_statements(text: str) -> list[str]:
    """Return the statements of `text`, each complete by SQLite's own tokenizer."""
    statements, current = [], ""
    for piece in text.split(";"):
        current += piece + ";"
        if sqlite3.complete_statement(current):
            statements.append(current.strip())
            current = ""
    rest = current.rstrip(";").strip()
    return [one for one in [*statements, rest] if strip_comments(one).strip("; \n\t")]


def strip_comments(statement: str) -> str:
    """Return `statement` without whole-line comments, to see whether anything is left."""
    return "\n".join(line for line in statement.splitlines() if not line.lstrip().startswith("--"))


def fetch(connection: sqlite3.Connection, statement: str) -> dict[str, Any]:
    """Run one statement; return its columns and rows."""
    cursor = connection.execute(statement)
    rows = [[to_json(value) for value in row] for row in cursor.fetchmany(MAX_ROWS)]
    return {"columns": [column[0] for column in cursor.description or []], "rows": rows}


def to_json(value: Any) -> Any:
    """Return one value of a row; a blob as its hexadecimal text."""
    return value.hex() if isinstance(value, bytes) else value


def run_program(connection: sqlite3.Connection, task: dict[str, Any]) -> dict[str, Any]:
    """Run the program's statements and return the result of the last one."""
    statements = split_statements(task["program"])
    if not statements:
        return {"failed": "holds no statement"}
    if len(statements) > 1 and not task["script"]:
        return {"failed": f"holds {len(statements)} statements, not one"}
    last: dict[str, Any] = {}
    for statement in statements:
        last = fetch(connection, statement)
    return {"value": last}


def check_query(connection: sqlite3.Connection, query: str) -> Any:
    """Return the rows of a check, or the class of its error: a constraint that holds raises IntegrityError."""
    try:
        return fetch(connection, query)["rows"]
    except sqlite3.Error as error:
        return {"raises": type(error).__name__}


def observe(setup: str, task: dict[str, Any], deadline: float) -> dict[str, Any]:
    """Return the outcome on one fresh database."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.executescript(setup)
    connection.set_progress_handler(lambda: time.process_time() > deadline, STEPS_BETWEEN_LOOKS)
    try:
        outcome = run_program(connection, task)
        if task["queries"] is None or "failed" in outcome:
            return outcome
        if connection.in_transaction:
            connection.rollback()  # a transaction that was never committed has changed nothing
        return {"value": [check_query(connection, query) for query in task["queries"]]}
    except (sqlite3.Error, sqlite3.Warning) as error:
        return {"failed": "timeout" if "interrupted" in str(error) else f"{type(error).__name__}: {error}"[:200]}
    finally:
        connection.close()


def run_task(task: dict[str, Any]) -> dict[str, Any]:
    """Run one program on all its databases."""
    deadline = time.process_time() + task["seconds"]
    outcomes = []
    for setup in task["databases"]:
        outcome = observe(setup, task, deadline)
        if "failed" in outcome:
            return outcome
        outcomes.append(outcome)
    return {"outcomes": outcomes}


def run_apart(task: dict[str, Any]) -> dict[str, Any]:
    """Run one task in a forked process."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        send(run_task(task), writing)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        line = pipe.readline()
    os.waitpid(pid, 0)
    return json.loads(line) if line else {"failed": "ended its process early without a report"}


def send(report: dict[str, Any], descriptor: int) -> None:
    """Write one line."""
    line = json.dumps(report).encode() + b"\n"
    while line:
        line = line[os.write(descriptor, line) :]


def main() -> None:
    """Report each task as a line."""
    for task in json.loads(sys.stdin.buffer.read()):
        send(run_apart(task) if task.get("apart") else run_task(task), 1)


if __name__ == "__main__":
    main()
