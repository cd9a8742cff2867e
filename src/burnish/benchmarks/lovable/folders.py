"""An app as a folder, and back. The manifest holds every other file's digest, so that a changed app is refused.

manifest.json   id, kind, level, licence, the files that an answer must hold, sha256 of the other files
prompt.md       the question; journeys.json: the hidden journeys that decide
reference/      the files of a right answer
CANARY          a text that occurs nowhere else; LICENCE: the name of the licence
"""

import json
from collections.abc import Sequence
from pathlib import Path

from burnish.benchmarks.lovable.apps import LICENCE, App
from burnish.benchmarks.lovable.language import read_journeys, write_journeys
from burnish.errors import BurnishError
from burnish.manifests import MANIFEST, dump, read_folder, write_folder
from burnish.seeds import fingerprint

REFERENCE = "reference"
FIELDS = ("id", "kind", "level")
MADE_BY = "`dvc repro lovable_bench` makes it, `dvc checkout` restores it"


def write_app(app: App, *, folder: Path) -> None:
    """Write one app into `folder`, which is made."""
    about = {**{name: getattr(app, name) for name in FIELDS}, "licence": LICENCE, "files": list(app.files)}
    write_folder(folder, about=about, texts={
        "prompt.md": app.prompt, "journeys.json": dump(write_journeys(app.journeys)), "CANARY": f"{app.canary}\n",
        "LICENCE": f"{LICENCE}\n", **{f"{REFERENCE}/{name}": text for name, text in app.reference.items()},
    })  # fmt: skip


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
    about, texts = read_folder(folder, keys=(*FIELDS, "files"), made_by=MADE_BY)
    journeys = read_journeys(json.loads(texts["journeys.json"]), place=str(folder / "journeys.json"))
    return App(
        **{name: about[name] for name in FIELDS}, prompt=texts["prompt.md"], journeys=journeys,
        reference={name: texts[f"{REFERENCE}/{name}"] for name in about["files"]}, canary=texts["CANARY"].strip(),
    )  # fmt: skip


def digest_apps(apps: Sequence[App]) -> str:
    """Return what stands for the data of the benchmark: scores of different data can't be compared."""
    return fingerprint(*(f"{app.id} {fingerprint(app.prompt, dump(write_journeys(app.journeys)))}" for app in apps))
