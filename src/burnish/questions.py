"""Items of public benchmarks as questions with references, the features of their difficulty, and strata of these.

    data/raw/benchmarks -> [Question]

A benchmark that wasn't fetched gives none. Replicas are measured by the same features, so that both can be matched.
"""

import ast
import bisect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from burnish.benchmark_items import read_json_rows
from burnish.call_matching import reference_calls
from burnish.calls import write_python
from burnish.errors import BurnishError
from burnish.final_answers import LETTERS
from burnish.hub_tables import read_hub_rows

FEATURES = ("prompt_words", "reference_words", "steps")
BRANCHES = (ast.If, ast.IfExp, ast.For, ast.While, ast.comprehension, ast.BoolOp, ast.Try, ast.Lambda)
CUTS = 3


class Question(NamedTuple):
    """One item.

    `family` is what succeeds and fails together: a replica's template; a public item's own id or, in BFCL, the functions
    that it shares with others.
    """

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


def _humaneval(folder: Path) -> Iterator[Question]:
    for row in (row for path in sorted(folder.rglob("HumanEval.jsonl.gz")) for row in read_json_rows(path)):
        steps = count_branches(row["prompt"] + row["canonical_solution"])
        yield Question("humaneval", row["task_id"], row["task_id"], row["prompt"], row["canonical_solution"], steps)


def _mbpp(folder: Path) -> Iterator[Question]:
    for name, row in read_hub_rows(folder):
        prompt = "\n".join([row["prompt"], *row["test_list"]])
        yield Question("mbpp", name, name, prompt, row["code"], count_branches(row["code"]))


def _gsm8k(folder: Path) -> Iterator[Question]:
    for name, row in read_hub_rows(folder):
        yield Question("gsm8k", name, name, row["question"], row["answer"], row["answer"].count("<<"))


def _ifeval(folder: Path) -> Iterator[Question]:
    for name, row in read_hub_rows(folder):
        yield Question("ifeval", name, name, row["prompt"], "", len(row["instruction_id_list"]))


def _bfcl(folder: Path) -> Iterator[Question]:
    """Read the items of one turn that have an answer; how many arguments it gives are the steps."""
    published = sorted(folder.rglob("possible_answer/BFCL_*.json"))
    answers = {row["id"]: row["ground_truth"] for path in published for row in read_json_rows(path)}
    for path in sorted(folder.rglob("BFCL_*.json")):
        if path.parent.name == "possible_answer":
            continue
        for row in read_json_rows(path):
            if row["id"] in answers:
                asked = "\n".join(turn["content"] for turn in row["question"][0] if turn["role"] == "user")
                steps = sum(len(given) for call in answers[row["id"]] for given in call.values())
                functions = {function["name"]: function["parameters"] for function in row["function"]}
                calls = write_python(reference_calls(answers[row["id"]], functions=functions))
                yield Question("bfcl", row["id"], bfcl_family(row["id"]), asked, calls, steps)


def bfcl_family(name: str) -> str:
    """Return what shares its functions: `live_simple_7-3-12` is question 12 about the functions 3 of that file."""
    head, dash, _ = name.rpartition("-")
    place, _, functions = head.rpartition("-")
    return f"{place.rpartition('_')[0]}/{functions}" if dash and functions else name


def _xstest(folder: Path) -> Iterator[Question]:
    for name, row in read_hub_rows(folder):
        yield Question("xstest", name, name, row["prompt"], "", 0)


def _mmlu(folder: Path) -> Iterator[Question]:
    for name, row in read_hub_rows(folder):
        prompt, reference = write_choices(row["question"], row["choices"]), LETTERS[row["answer"]]
        yield Question("mmlu", name, name, prompt, reference, count_numbers(row["question"]))


def write_choices(question: str, choices: Sequence[str]) -> str:
    """Return a question of MMLU as it is asked, its choices behind letters."""
    return "\n".join([question, *(f"{letter}. {choice}" for letter, choice in zip(LETTERS, choices, strict=False))])


READERS: Mapping[str, Callable[[Path], Iterator[Question]]] = {
    "humaneval": _humaneval, "mbpp": _mbpp, "gsm8k": _gsm8k, "ifeval": _ifeval, "bfcl-v4": _bfcl, "xstest": _xstest,
    "mmlu": _mmlu,
}  # fmt: skip
