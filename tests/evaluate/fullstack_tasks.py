"""Folders as FullstackEval and LovableBench write them, with nothing but the questions."""

from pathlib import Path

from burnish.files import digest_of, write_json


def write_tasks(folder: Path, *, templates: int = 3, variants: int = 4) -> Path:
    for level in (1, 2):
        for template in range(templates):
            for variant in range(variants):
                name = f"made_{level}_{template}/{variant}"
                place = folder / name
                place.mkdir(parents=True)
                (place / "prompt.md").write_text(f"Write {name}.")
                digests = {"prompt.md": digest_of(place / "prompt.md"), "hidden.json": name}
                manifest = {"id": name, "template": f"made_{level}_{template}", "level": level, "sha256": digests}
                write_json(place / "manifest.json", manifest)
    return folder


def write_apps(folder: Path, *, kinds: int = 2) -> Path:
    for level in (1, 2):
        for kind in range(kinds):
            place = folder / f"kind{kind}" / str(level)
            place.mkdir(parents=True)
            (place / "prompt.md").write_text(f"Build kind {kind} at level {level}.")
            digests = {"prompt.md": digest_of(place / "prompt.md"), "journeys.json": f"{kind}/{level}"}
            manifest = {"id": f"kind{kind}/{level}", "kind": f"kind{kind}", "level": level, "sha256": digests}
            write_json(place / "manifest.json", manifest)
    return folder
