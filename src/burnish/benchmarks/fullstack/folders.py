"""A task as a folder, and back. The manifest holds every other file's digest, so that a changed task is refused.

manifest.json   id, template, kind, level, seed, surface, language, entry, licence, sha256 of the other files
prompt.md       the question; starter.* is the code that it shows
public.json     examples; hidden.json: the tests that decide
reference.*     a right answer; second.*: another one, made in a different way; mutants.json: broken ones
harness.txt     what calls the function, where its arguments alone aren't enough
CANARY          a text that occurs nowhere else; LICENCE: the name of the licence
"""

import json
from collections.abc import Sequence
from pathlib import Path

from burnish.benchmarks.fullstack.tasks import LICENCE, Check, Step, Task
from burnish.errors import BurnishError
from burnish.manifests import broken, dump, read_folder, write_folder
from burnish.seeds import fingerprint

SUFFIXES = {"python": "py", "javascript": "js", "sql": "sql", "html": "html"}
FIELDS = ("id", "template", "kind", "level", "seed", "surface", "entry")
MADE_BY = "`dvc repro fullstack_eval` makes it, `dvc checkout` restores it"


def write_task(task: Task, *, folder: Path) -> None:
    """Write one task into `folder`, which is made."""
    suffix = SUFFIXES[task.language]
    about = {**{name: getattr(task, name) for name in FIELDS}, "language": task.language, "licence": LICENCE}
    write_folder(folder, about=about, texts={
        "prompt.md": task.prompt, f"starter.{suffix}": task.starter, "public.json": _write_tests(task.public),
        "hidden.json": _write_tests(task.hidden), f"reference.{suffix}": task.reference, f"second.{suffix}": task.second,
        "mutants.json": dump(list(task.mutants)), "harness.txt": task.harness, "CANARY": f"{task.canary}\n",
        "LICENCE": f"{LICENCE}\n",
    })  # fmt: skip


def read_tasks(folder: Path) -> list[Task]:
    """Return the tasks below `folder`, sorted by id.

    Raises:
        BurnishError: there is none, or one of them lacks a file or was changed.
    """
    inner = [path for path in sorted(folder.rglob("*")) if path.is_dir()]
    folders = [path for path in inner if not any(child.is_dir() for child in path.iterdir())]
    if not folders:
        raise BurnishError(f"{folder} holds no task; {MADE_BY}")
    return sorted((read_task(path) for path in folders), key=lambda task: task.id)


def read_task(folder: Path) -> Task:
    """Return the task of one folder."""
    about, texts = read_folder(folder, keys=(*FIELDS, "language"), made_by=MADE_BY)
    if about["language"] not in SUFFIXES:
        raise broken(folder, made_by=MADE_BY)
    suffix = SUFFIXES[about["language"]]
    return Task(
        **{name: about[name] for name in FIELDS},
        harness=texts["harness.txt"], prompt=texts["prompt.md"], starter=texts[f"starter.{suffix}"],
        public=_read_tests(texts["public.json"]), hidden=_read_tests(texts["hidden.json"]),
        reference=texts[f"reference.{suffix}"], second=texts[f"second.{suffix}"],
        mutants=tuple(json.loads(texts["mutants.json"])), canary=texts["CANARY"].strip(),
    )  # fmt: skip


def digest_tasks(tasks: Sequence[Task]) -> str:
    """Return what stands for the data of a benchmark: scores of different data can't be compared."""
    return fingerprint(*(f"{task.id} {fingerprint(task.prompt, _write_tests(task.hidden))}" for task in tasks))


def _write_tests(tests: Sequence[Check]) -> str:
    rows = [
        {"name": test.name, "exploit": test.exploit, "steps": [step._asdict() for step in test.steps]} for test in tests
    ]
    return dump(rows)


def _read_tests(text: str) -> tuple[Check, ...]:
    return tuple(
        Check(row["name"], tuple(Step(step["do"], step["expect"]) for step in row["steps"]), row["exploit"])
        for row in json.loads(text)
    )
