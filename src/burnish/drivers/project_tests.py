"""Sandboxed: runs the `unittest` tests below the working directory and reports which failed as the last line, JSON.

Its argument is the pattern of file names. A report is {"ran": number, "failed": [{"test", "reason"}]}. It is written by
the process that ran the tests, so it informs and proves nothing. Standard library only.
"""

import io
import json
import os
import sys
import unittest
from pathlib import Path
from typing import Any

MOST_SHOWN = 10
MOST_REASON_CHARS = 200


def run_tests(pattern: str) -> dict[str, Any]:
    """Run the tests in files whose names fit, in whatever folder they lie; the project's root can be imported from."""
    sys.path.insert(0, str(Path.cwd()))
    folders = sorted({str(path.parent) for path in Path().rglob(pattern) if path.suffix == ".py"})
    suites = [unittest.TestLoader().discover(place, pattern=pattern, top_level_dir=place) for place in folders]
    suite = unittest.TestSuite(suites)
    result = unittest.TextTestRunner(stream=io.StringIO(), verbosity=0).run(suite)
    failed = [{"test": name_of(test), "reason": reason_of(trace)} for test, trace in result.failures + result.errors]
    report: dict[str, Any] = {"ran": result.testsRun, "failed": failed[:MOST_SHOWN]}
    return report if len(failed) <= MOST_SHOWN else {**report, "more_failed": len(failed) - MOST_SHOWN}


def name_of(test: unittest.TestCase) -> str:
    """Return a test's own name, or that of a file that can't be imported."""
    return test.id().rpartition(".")[2]


def reason_of(trace: str) -> str:
    """Return the last line of a traceback: what was raised."""
    lines = [line for line in trace.strip().splitlines() if line.strip()]
    raised = [line for line in lines if not line.startswith((" ", "\t"))]
    return (raised or lines or ["failed"])[-1][:MOST_REASON_CHARS]


if __name__ == "__main__":
    said = os.dup(1)
    os.dup2(2, 1)  # what tests print isn't the report
    found = run_tests(sys.argv[1])
    sys.stdout.flush()
    os.write(said, json.dumps(found).encode() + b"\n")
