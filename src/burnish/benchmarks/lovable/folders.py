"""An app as a folder, and back. The manifest holds every other file's digest, so that a changed app is refused.

manifest.json   id, kind, level, licence, the files that an answer must hold, sha256 of the other files
prompt.md       the question; journeys.json: the hidden journeys that decide
reference/      the files of a right answer
CANARY          a text that occurs nowhere else; LICENCE: the name of the licence
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from burnish.benchmarks.lovable.apps import LICENCE, App
from burnish.benchmarks.lovable.language import read_journeys, write_journeys
from burnish.errors import BurnishError
from burnish.files import digest_of
from burnish.seeds import fingerprint

MANIFEST, REFERENCE = "manifest.json", "reference"
MADE_BY = "`dvc repro lovable_bench` makes it, `dvc checkout` restores it"


def write_app(app: App, *, folder: Path) -> None:
    """Write one app into `folder`, which is made."""
    (folder / REFERENCE).mkdir(parents=True)
    files = {
        "prompt.md": app.prompt, "journeys.json": _dump(write_journeys(app.journeys)), "CANARY": f"{app.canary}\n",
        "LICENCE": f"{LICENCE}\n", **{f"{REFERENCE}/{name}": text for name, text in app.reference.items()},
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).write_text(text)
    manifest = {
        "id": app.id, "kind": app.kind, "level": app.level, "licence": LICENCE, "files": list(app.files),
        "sha256": {name: digest_of(folder / name) for name in files},
    }  # fmt: skip
    (folder / MANIFEST).write_text(_dump(manifest))


def read_apps(folder: Path) -> list[App]:
    """Return the apps below `folder`, sorted by id.

    Raises:
        BurnishError: there is none, or one of them lacks a file or was changed.
    """
    found = [path.parent for path in folder.glob(f"*/*/{MANIFEST}")]
    if not found:
        raise BurnishError(f"{folder} holds no app; {MADE_BY}")
    return sorted((read_app(path) for path in found), key=lambda app: app.id)


def read_app(folder: Path) -> App:
    """Return the app of one folder."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        digests, names = manifest["sha256"], manifest["files"]
    except (OSError, ValueError, KeyError, TypeError):
        raise BurnishError(f"{folder / MANIFEST} is missing or broken; {MADE_BY}") from None
    for name, digest in digests.items():
        if not (folder / name).is_file():
            raise BurnishError(f"{folder} lacks {name}; {MADE_BY}")
        if digest_of(folder / name) != digest:
            raise BurnishError(f"{folder / name} isn't the file that its manifest names; {MADE_BY}")
    return App(
        **{name: manifest[name] for name in ("id", "kind", "level")}, prompt=(folder / "prompt.md").read_text(),
        journeys=read_journeys(json.loads((folder / "journeys.json").read_text()), place=str(folder / "journeys.json")),
        reference={name: (folder / REFERENCE / name).read_text() for name in names},
        canary=(folder / "CANARY").read_text().strip(),
    )  # fmt: skip


def digest_apps(apps: Sequence[App]) -> str:
    """Return what stands for the data of the benchmark: scores of different data can't be compared."""
    return fingerprint(*(f"{app.id} {fingerprint(app.prompt, _dump(write_journeys(app.journeys)))}" for app in apps))


def _dump(value: Any) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
