"""HumanEval (Chen et al. 2021) as a benchmark of the command line: its problems to tasks, answers to grades.

Data and tests are the published ones; `burnish.humaneval` judges them. The question is the pipeline's own, so that scores of
`burnish eval` can be laid beside those of `evaluate`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from burnish.benchmark_items import read_json_rows
from burnish.benchmarks.fullstack.judging import MOST_CHARACTERS, Grade
from burnish.errors import BurnishError
from burnish.fences import ALIASES, find_blocks
from burnish.humaneval import build_program, grade_many
from burnish.seeds import fingerprint
from burnish.verdicts import Verdict

FOLDER = Path("data/raw/benchmarks/humaneval")
FILE = "HumanEval.jsonl.gz"
FIELDS = ("task_id", "prompt", "entry_point", "test")
QUESTION = "Complete this Python function. Reply with the whole function in one code block.\n\n```python\n{prompt}\n```"


@dataclass(frozen=True, slots=True)
class Problem:
    """One published problem; each is a cluster of its own, and all are of one kind and level."""

    id: str
    prompt: str
    published: Mapping[str, Any]
    kind: str = "function"
    level: int = 1

    @property
    def template(self) -> str:
        """What succeeds and fails together."""
        return self.id


def read_problems(folder: Path | None) -> list[Problem]:
    """Return the problems of the file below `folder`, in the published order; without one, of the fetched file.

    Raises:
        BurnishError: there is no such file, or one of its rows isn't a problem.
    """
    place = FOLDER if folder is None else folder
    files = sorted(place.rglob(FILE))
    if not files:
        raise BurnishError(f"{place} holds no {FILE}; `dvc repro fetch@benchmarks` gets it")
    rows = read_json_rows(files[0])
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict) or not all(isinstance(row.get(name), str) for name in FIELDS):
            raise BurnishError(f"{files[0]}, row {number} isn't a problem with the texts {', '.join(FIELDS)}")
    return [Problem(row["task_id"], QUESTION.format(prompt=row["prompt"].strip("\n")), row) for row in rows]


def digest_problems(problems: Sequence[Problem]) -> str:
    """Return what stands for the data: scores of different data can't be compared."""
    texts = (problem.published for problem in problems)
    return fingerprint(*(f"{row['task_id']} {fingerprint(row['prompt'], row['test'])}" for row in texts))


def grade_answers(pairs: Sequence[tuple[Problem, str]], *, workers: int) -> list[Grade]:
    """Judge chat answers, in order."""
    # An empty answer fails without being run, as one that is too long must.
    asked = [(problem.published, "" if len(text) > MOST_CHARACTERS else text) for problem, text in pairs]
    verdicts = grade_many(asked, workers=workers)
    return [_grade(problem, text, verdict) for (problem, text), verdict in zip(pairs, verdicts, strict=True)]


def _grade(problem: Problem, text: str, verdict: Verdict) -> Grade:
    long = len(text) > MOST_CHARACTERS
    return Grade(
        solved=verdict.passed, points=float(verdict.passed), passed=("check",) if verdict.passed else (),
        runs=verdict.passed or (not long and _compiles(build_program(problem.published, text))),
        extracted=any(block.language in ALIASES["python"] or not block.language for block in find_blocks(text)),
        reason=f"longer than {MOST_CHARACTERS} characters" if long else verdict.reason,
    )  # fmt: skip


def _compiles(program: str) -> bool:
    try:
        compile(program, "program.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return bool(program.strip())
