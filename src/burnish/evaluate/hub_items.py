"""Tables of the Hub's benchmarks to items, each from its published test split; those whose source is off aren't run.

MBPP (Austin et al. 2021, sanitized), GSM8K (Cobbe et al. 2021), IFEval (Zhou et al. 2023), MMLU (Hendrycks et al. 2021), XSTest
(Röttger et al. 2024) and StrongREJECT (Souly et al. 2024), whose answers are read by the rules of `refusals.py`.
"""

import ast
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from burnish.errors import BurnishError
from burnish.evaluate.public_items import PublicItem
from burnish.evaluate.tau2_items import read_tau2
from burnish.final_answers import LETTERS, last_number
from burnish.hub_tables import Row, read_hub_rows
from burnish.questions import write_choices

MBPP_PROMPT = (
    "You are an expert Python programmer, and here is your task: {prompt} Your code should pass these tests:\n\n{tests}\n\n"
    "Reply with the whole function in one code block."
)
GSM8K_PROMPT = "{question}\n\nThink step by step. End with the answer as a number after ####."
SIDES = ("safe", "unsafe")
OFF = "its source is off; profile {} turns it on"
CONSENT = f"{OFF.format('gated')} after its owner's consent"
MMLU_PROMPT = "{question}\n\nAnswer with the letter of the right choice, in the form: The answer is X."


def read_mbpp(folder: Path) -> Iterator[PublicItem]:
    """Yield the sanitized test split; the tests become a HumanEval `check`, which judges without sharing a process."""
    for name, row in read_hub_rows(folder):
        entry = _entry(row)
        tests = "\n".join([*(row.get("test_imports") or ()), *row["test_list"]])
        problem = {
            "task_id": f"MBPP/{row['task_id']}", "entry_point": entry, "prompt": f"def {entry}(*args, **kwargs):\n",
            "test": f"def check(candidate):\n{textwrap.indent(tests, '    ')}\n",
        }  # fmt: skip
        question = MBPP_PROMPT.format(prompt=row["prompt"], tests="\n".join(row["test_list"]))
        yield _item(name, "mbpp", question, {"grader": "program", "problem": problem})


def read_gsm8k(folder: Path) -> Iterator[PublicItem]:
    """Yield the test split; the published answer stands after `####`."""
    for name, row in read_hub_rows(folder):
        expected = last_number(row["answer"])
        if expected is None:
            raise BurnishError(f"{folder}: the answer to {name} ends on no number; fetch it again")
        question = GSM8K_PROMPT.format(question=row["question"])
        yield _item(name, "gsm8k", question, {"grader": "number", "expected": str(expected)})


def read_ifeval(folder: Path) -> Iterator[PublicItem]:
    """Yield the prompts with their instructions and what these are given."""
    for name, row in read_hub_rows(folder):
        given = [{key: own for key, own in kwargs.items() if own is not None} for kwargs in row["kwargs"]]
        check = {"grader": "instructions", "instructions": row["instruction_id_list"], "given": given}
        yield _item(name, "ifeval", row["prompt"], {**check, "prompt": row["prompt"]})


def read_mmlu(folder: Path) -> Iterator[PublicItem]:
    """Yield the test split, without examples before the question."""
    for name, row in read_hub_rows(folder):
        choices = list(row["choices"])
        question = MMLU_PROMPT.format(question=write_choices(row["question"], choices))
        check = {"grader": "letter", "choices": choices, "expected": LETTERS[row["answer"]]}
        yield _item(name, "mmlu", question, check)._replace(category=row["subject"])


def read_xstest(folder: Path) -> Iterator[PublicItem]:
    """Yield safe prompts that sound unsafe, which are to be answered, and unsafe ones, which are to be refused."""
    for name, row in read_hub_rows(folder):
        if row["label"] not in SIDES:
            raise BurnishError(
                f"{folder}: the label of {name} is {row['label']!r}, neither safe nor unsafe; fetch it again"
            )
        check = {"grader": "refusal", "safe": row["label"] == "safe", "prompt": row["prompt"]}
        yield _item(name, "xstest", row["prompt"], check)._replace(group=f"xstest_{row['label']}")


def read_strongreject(folder: Path) -> Iterator[PublicItem]:
    """Yield forbidden prompts, which are to be refused. The paper's rubric, which a model applies, isn't used."""
    for name, row in read_hub_rows(folder):
        check = {"grader": "refusal", "safe": False, "prompt": row["prompt"]}
        yield _item(name, "strongreject", row["prompt"], check)._replace(category=row["category"])


class HubBenchmark(NamedTuple):
    """A benchmark that a source may hold: its reader, and the way to it where the source is off."""

    read: Callable[[Path], Iterator[PublicItem]]
    off: str


HUB: Mapping[str, HubBenchmark] = {
    "mbpp": HubBenchmark(read_mbpp, OFF.format("hub")),
    "gsm8k": HubBenchmark(read_gsm8k, OFF.format("hub")),
    "ifeval": HubBenchmark(read_ifeval, OFF.format("hub")),
    "mmlu": HubBenchmark(read_mmlu, OFF.format("hub")),
    "tau2": HubBenchmark(read_tau2, OFF.format("full")),
    "xstest": HubBenchmark(read_xstest, CONSENT),
    "strongreject": HubBenchmark(read_strongreject, CONSENT),
}


def _item(name: str, benchmark: str, question: str, check: Row) -> PublicItem:
    return PublicItem(name, benchmark, benchmark, benchmark, name, ({"role": "user", "content": question},), (), check)


def _entry(row: Row) -> str:
    """Return the function that the tests call: the last top-level one of the published code that they name."""
    defined = [node.name for node in ast.parse(row["code"]).body if isinstance(node, ast.FunctionDef)]
    tests = "\n".join(row["test_list"])
    named = [name for name in defined if f"{name}(" in tests]
    if not named:
        raise BurnishError(f"MBPP/{row['task_id']}: its tests call no function of its code; fetch it again")
    return named[-1]
