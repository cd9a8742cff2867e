"""Turns one group of `sources.yaml` into `data/raw/<group>/<source>/...` with `LICENSES.json`, byte for byte.

The group is complete or absent. Downloads are kept in `.resume/downloads`, so a cut run goes on where it stopped.
"""

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from burnish import stage
from burnish.errors import BurnishError
from burnish.files import atomic_directory
from burnish.params import Section
from burnish.progress import track
from burnish.sources.archives import extract
from burnish.sources.registry import Source, read_sources
from burnish.sources.schemes import NO_ROOM, bring
from burnish.stage import Metrics


class FetchParams(Section):
    """Which sources of the group are on. One that is on and can't be had is an error; one that is off is absent."""

    sources: tuple[str, ...]


def run(params: FetchParams, *, key: str, registry: Path, out: Path, resume: Path) -> Metrics:
    """Fetch the group `key`."""
    sources = read_sources(registry, group=key, names=params.sources)
    downloads = resume.parent.parent / "downloads"
    with atomic_directory(out) as partial:
        members = [unpack(source, downloads=downloads, registry=registry, to=partial / source.name)
                   for source in track(sources, f"fetch {key}")]  # fmt: skip
        (partial / "LICENSES.json").write_text(licence_list(sources))
        sizes = [file.stat().st_size for file in partial.rglob("*") if file.is_file()]
    return {
        "sources": len(sources),
        "files": sum(map(len, members)),
        "bytes": sum(sizes),
        "downloaded_bytes": sum(source.size for source in sources),
        "licences": dict(Counter(source.licence for source in sources)),
    }


def unpack(source: Source, *, downloads: Path, registry: Path, to: Path) -> list[str]:
    """Bring `source` and write what is wanted of it into the folder `to`; return the names written."""
    file = bring(source, downloads=downloads, registry=registry)
    to.mkdir()
    try:
        if source.members is not None:
            return extract(file, members=source.members, to=to, place=f"{registry}: {source.name}")
        name = urlsplit(source.origin).path.rpartition("/")[2]
        shutil.copyfile(file, to / name)
        return [name]
    except OSError as error:
        if error.errno in NO_ROOM:
            reason = f"no room below {to.parent.parent}; free some space and run the same command again"
            raise BurnishError(f"{registry}: {source.name}: {reason}") from None
        raise


def licence_list(sources: Sequence[Source]) -> str:
    """Return what a reader of the data must know of each source, as JSON."""
    rows = [
        {"name": s.name, "version": s.version, "licence": s.licence, "url": s.origin, "sha256": s.sha256}
        for s in sources
    ]
    return json.dumps(rows, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    stage.main(run)
