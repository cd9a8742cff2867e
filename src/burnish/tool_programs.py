"""Tools that run what a model or a project wrote, in the sandbox alone: a query on an SQLite file, a project's tests.

The file is lent to the sandbox for reading; of a project its text files are copied. Nothing outside changes.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from burnish import sandbox
from burnish.bubblewrap import Limits
from burnish.drivers import project_tests, read_only_query
from burnish.toolbox import Tool, ToolError, parameters

QUERY_LIMITS = Limits(cpu_seconds=5, wall_seconds=10, memory_mb=256, output_bytes=200_000, processes=4)
TEST_LIMITS = Limits(cpu_seconds=10, wall_seconds=20, memory_mb=512, output_bytes=200_000, processes=32)
MOST_ROWS = 50
MOST_FILES = 300
MOST_BYTES = 2_000_000
COPIED = frozenset({".py", ".json", ".txt", ".toml", ".yaml", ".yml", ".csv", ".sql", ".md", ".html"})
SKIPPED = frozenset({"__pycache__", "node_modules", "build", "dist"})


def query_tool(database: Path) -> Tool:
    """Return the tool on one SQLite file."""

    def run_query(*, sql: str) -> str:
        asked = json.dumps({"sql": sql, "rows": MOST_ROWS, "seconds": QUERY_LIMITS.cpu_seconds}).encode()
        argv = [*sandbox.python_argv(), "read_only_query.py"]
        files = {"read_only_query.py": _source(read_only_query)}
        result = sandbox.run(argv, files=files, stdin=asked, limits=QUERY_LIMITS, binds={"data.db": database})
        report = _read_report(result)
        if "error" in report:
            raise ToolError(f"SQLite: {report['error']}")
        return json.dumps(report, ensure_ascii=False)

    told = "Run one SQL query on the project's SQLite database. It can read and change nothing."
    return Tool("run_query", told, parameters(sql=("string", "A SELECT statement.")), run_query)


def test_tool(folder: Path) -> Tool:
    """Return the tool on one project with tests for `unittest`."""

    def run_tests(*, pattern: str = "test*.py") -> str:
        argv = [*sandbox.python_argv(), "/tmp/work/.driver/project_tests.py", pattern]
        files: dict[str, str | bytes] = {".driver/project_tests.py": _source(project_tests), **copy_project(folder)}
        return json.dumps(_read_report(sandbox.run(argv, files=files, limits=TEST_LIMITS)), ensure_ascii=False)

    told = parameters("pattern", pattern=("string", "Only test files whose name fits, such as test_cart.py."))
    return Tool("run_tests", "Run the project's unit tests.", told, run_tests)


def copy_project(folder: Path) -> dict[str, bytes]:
    """Return the text files of a project by path; no links, and not more than a sandbox's memory takes.

    Raises:
        ToolError: there is more.
    """
    files: dict[str, bytes] = {}
    for path in _walk(folder):
        files[str(path.relative_to(folder))] = path.read_bytes()
        if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
            raise ToolError(f"the project has more than {MOST_FILES} text files or {MOST_BYTES} bytes of them")
    return files


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or path.name.startswith(".") or path.name in SKIPPED:
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.is_file() and path.suffix in COPIED:
            yield path


def _read_report(result: sandbox.Result) -> dict[str, Any]:
    if result.timed_out:
        raise ToolError("it took too long and was stopped")
    if result.killed:
        raise ToolError("it took too much memory and was stopped")
    try:
        report = json.loads(result.stdout.decode(errors="replace").strip().rpartition("\n")[2])
    except (ValueError, RecursionError):
        report = None
    if not isinstance(report, dict):
        last = result.stderr[-300:].decode(errors="replace").strip()
        raise ToolError(f"it ended with status {result.status} and no report: {last}")
    return report


def _source(module: Any) -> str:
    return Path(module.__file__).read_text()
