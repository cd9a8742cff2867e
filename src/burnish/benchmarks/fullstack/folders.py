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
from typing import Any

from burnish.benchmarks.fullstack.tasks import LICENCE, Check, Step, Task
from burnish.errors import BurnishError
from burnish.files import digest_of
from burnish.seeds import fingerprint

SUFFIXES = {"python": "py", "javascript": "js", "sql": "sql", "html": "html"}
MANIFEST = "manifest.json"
MADE_BY = "`dvc repro fullstack_eval` makes it, `dvc checkout` restores it"


def write_task(task: Task, *, folder: Path) -> None:
    """Write one task into `folder`, which is made."""
    folder.mkdir(parents=True)
    suffix = SUFFIXES[task.language]
    files = {
        "prompt.md": task.prompt, f"starter.{suffix}": task.starter, "public.json": _write_tests(task.public),
        "hidden.json": _write_tests(task.hidden), f"reference.{suffix}": task.reference, f"second.{suffix}": task.second,
        "mutants.json": _dump(list(task.mutants)), "harness.txt": task.harness, "CANARY": f"{task.canary}\n",
        "LICENCE": f"{LICENCE}\n",
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).write_text(text)
    manifest = {
        "id": task.id, "template": task.template, "kind": task.kind, "level": task.level, "seed": task.seed,
        "surface": task.surface, "language": task.language, "entry": task.entry, "licence": LICENCE,
        "sha256": {name: digest_of(folder / name) for name in files},
    }  # fmt: skip
    (folder / MANIFEST).write_text(_dump(manifest))


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
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        digests, suffix = manifest["sha256"], SUFFIXES[manifest["language"]]
    except (OSError, ValueError, KeyError, TypeError):
        raise BurnishError(f"{folder / MANIFEST} is missing or broken; {MADE_BY}") from None
    for name, digest in digests.items():
        if not (folder / name).is_file():
            raise BurnishError(f"{folder} lacks {name}; {MADE_BY}")
        if digest_of(folder / name) != digest:
            raise BurnishError(f"{folder / name} isn't the file that its manifest names; {MADE_BY}")
    texts = {name: (folder / name).read_text() for name in digests}
    return Task(
        **{name: manifest[name] for name in ("id", "template", "kind", "level", "seed", "surface", "entry")},
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
    return _dump(rows)


def _read_tests(text: str) -> tuple[Check, ...]:
    return tuple(
        Check(row["name"], tuple(Step(step["do"], step["expect"]) for step in row["steps"]), row["exploit"])
        for row in json.loads(text)
    )


def _dump(value: Any) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
