"""Items of public benchmarks as questions with references, the features of their difficulty, and strata of these.

    data/raw/benchmarks -> [Question]

A benchmark that wasn't fetched gives none. Replicas are measured by the same features, so that both can be matched.
"""

import ast
import bisect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from burnish.benchmark_items import read_json_rows
from burnish.errors import BurnishError

FEATURES = ("prompt_words", "reference_words", "steps")
BRANCHES = (ast.If, ast.IfExp, ast.For, ast.While, ast.comprehension, ast.BoolOp, ast.Try, ast.Lambda)
CUTS = 3
LETTERS = "ABCD"
Row = Mapping[str, Any]


class Question(NamedTuple):
    """One item. `family` is what succeeds and fails together: a replica's template, a public item's own id."""

    benchmark: str
    id: str
    family: str
    prompt: str
    reference: str
    steps: int

    @property
    def text(self) -> str:
        """What a copy in training data would hold: question and answer."""
        return f"{self.prompt.strip()}\n{self.reference.strip(chr(10))}".strip()


Cuts = tuple[tuple[float, ...], ...]


def measure(question: Question) -> tuple[int, int, int]:
    """Return the FEATURES of a question: words asked, words of the reference, steps."""
    return len(question.prompt.split()), len(question.reference.split()), question.steps


def cut_features(public: Sequence[Question]) -> Cuts:
    """Return for each feature the points that cut the public items into thirds; equal points are one."""
    columns = [sorted(column) for column in zip(*map(measure, public), strict=True)]
    return tuple(
        tuple(sorted({column[len(column) * part // CUTS] for part in range(1, CUTS)} - {column[0]}))
        for column in columns
    )


def stratum_of(question: Question, *, cuts: Cuts) -> str:
    """Return the cell that a question falls into, as one digit a feature: `0-2-1`."""
    values = measure(question)
    return "-".join(str(bisect.bisect_right(points, value)) for points, value in zip(cuts, values, strict=True))


def count_branches(program: str) -> int:
    """Return how many loops, conditions and functions without a name a program has."""
    try:
        return sum(isinstance(node, BRANCHES) for node in ast.walk(ast.parse(program)))
    except SyntaxError:
        return 0


def count_numbers(text: str) -> int:
    """Return how many numbers a text names."""
    return len(re.findall(r"\d+(?:\.\d+)?", text))


def write_calls(calls: Sequence[Mapping[str, Mapping[str, Any]]]) -> str:
    """Return calls as code; of an argument's allowed values the first that isn't empty, none where it may be left out."""
    return "; ".join(f"{name}({_arguments(given)})" for call in calls for name, given in call.items())


def _arguments(given: Mapping[str, Any]) -> str:
    shown = {name: values[0] if isinstance(values, list) and values else values for name, values in given.items()}
    return ", ".join(f"{name}={value!r}" for name, value in shown.items() if value != "")


def read_public(folder: Path) -> list[Question]:
    """Return the public items of every benchmark below `folder` that replicas are made of, sorted by benchmark and id."""
    found: list[Question] = []
    for place in sorted(path for depth in ("*", "*/*") for path in folder.glob(depth) if path.name in READERS):
        read = READERS[place.name]
        try:
            found += list(read(place))
        except (KeyError, TypeError, AttributeError) as error:
            problem = f"{place}: an item lacks {error}"
            raise BurnishError(
                f"{problem}; run `dvc repro fetch`, or mend its reader in burnish/questions.py"
            ) from None
    return sorted(found, key=lambda question: (question.benchmark, question.id))


def _rows(folder: Path) -> Iterator[Row]:
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".parquet":
            try:
                yield from pq.read_table(path).to_pylist()
            except (pa.ArrowInvalid, OSError) as error:
                raise BurnishError(f"{path} isn't readable ({error}); delete it and run `dvc repro fetch`") from None
        elif path.suffix in (".jsonl", ".gz") or path.name.startswith("BFCL_"):
            yield from read_json_rows(path)


def _humaneval(folder: Path) -> Iterator[Question]:
    for row in _rows(folder):
        steps = count_branches(row["prompt"] + row["canonical_solution"])
        yield Question("humaneval", row["task_id"], row["task_id"], row["prompt"], row["canonical_solution"], steps)


def _mbpp(folder: Path) -> Iterator[Question]:
    for row in _rows(folder):
        name = f"mbpp/{row['task_id']}"
        prompt = "\n".join([row["prompt"], *row["test_list"]])
        yield Question("mbpp", name, name, prompt, row["code"], count_branches(row["code"]))


def _gsm8k(folder: Path) -> Iterator[Question]:
    for number, row in enumerate(_rows(folder)):
        steps = row["answer"].count("<<")
        yield Question("gsm8k", f"gsm8k/{number}", f"gsm8k/{number}", row["question"], row["answer"], steps)


def _ifeval(folder: Path) -> Iterator[Question]:
    for row in _rows(folder):
        name = f"ifeval/{row['key']}"
        yield Question("ifeval", name, name, row["prompt"], "", len(row["instruction_id_list"]))


def _bfcl(folder: Path) -> Iterator[Question]:
    """Read the items of one turn that have an answer; how many arguments it gives are the steps."""
    answers = {
        row["id"]: row["ground_truth"] for path in sorted(folder.rglob("possible_answer")) for row in _rows(path)
    }
    for path in sorted(folder.rglob("BFCL_*.json")):
        if path.parent.name == "possible_answer":
            continue
        for row in read_json_rows(path):
            if row["id"] in answers:
                asked = "\n".join(turn["content"] for turn in row["question"][0] if turn["role"] == "user")
                steps = sum(len(given) for call in answers[row["id"]] for given in call.values())
                yield Question("bfcl", row["id"], row["id"], asked, write_calls(answers[row["id"]]), steps)


def _xstest(folder: Path) -> Iterator[Question]:
    for number, row in enumerate(_rows(folder)):
        yield Question("xstest", f"xstest/{number}", f"xstest/{number}", row["prompt"], "", 0)


def _mmlu(folder: Path) -> Iterator[Question]:
    for number, row in enumerate(_rows(folder)):
        prompt, reference = write_choices(row["question"], row["choices"]), LETTERS[row["answer"]]
        yield Question("mmlu", f"mmlu/{number}", f"mmlu/{number}", prompt, reference, count_numbers(row["question"]))


def write_choices(question: str, choices: Sequence[str]) -> str:
    """Return a question of MMLU as it is asked, its choices behind letters."""
    return "\n".join([question, *(f"{letter}. {choice}" for letter, choice in zip(LETTERS, choices, strict=True))])


READERS: Mapping[str, Callable[[Path], Iterator[Question]]] = {
    "humaneval": _humaneval, "mbpp": _mbpp, "gsm8k": _gsm8k, "ifeval": _ifeval, "bfcl-v4": _bfcl, "xstest": _xstest,
    "mmlu": _mmlu,
}  # fmt: skip
