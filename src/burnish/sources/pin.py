"""`burnish pin sources`: asks the Hub which commit and which bytes a repository has, and writes them into `sources.yaml`.

A source without a commit gets the head of its main branch, one with a commit keeps it, `move` takes the head again. The
licence that the card states must be the registry's: a pin never moves over a changed licence. Fetches no table that the Hub
states a sha256 of; smaller files are read once, since the Hub knows them by git's hash only.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from burnish.errors import BurnishError
from burnish.files import atomic_write, digest_of
from burnish.licensing import Matrix, read_matrix
from burnish.params import read_yaml
from burnish.sources import acceptance
from burnish.sources.archives import glob_pattern
from burnish.sources.hub import Repository, ask_info, check_stated, endpoint, patiently
from burnish.sources.registry import UNPINNED, HubSource, read_source

ONE_LINE = 100_000  # columns: entries stay as their authors broke them


class Pinned(NamedTuple):
    """What was found for one source: the commit, and sha256 and bytes by file."""

    group: str
    name: str
    commit: str
    files: dict[str, tuple[str, int]]


def pin_sources(names: Sequence[str], *, registry: Path, matrix: Path, move: bool) -> Iterator[Pinned]:
    """Pin the sources `names`, or all that have no pin yet, one after the other; each is written at once."""
    known = read_matrix(matrix)
    entries = {source.name: (group, source) for group, source in hub_sources(registry, matrix=known)}
    if unknown := [name for name in names if name not in entries]:
        raise BurnishError(f"{registry}: no `hf:` source {unknown[0]!r}; there are: {', '.join(entries)}")
    for name in names or [name for name, (_, source) in entries.items() if source.files is None]:
        group, source = entries[name]
        pinned = find_pin(source, group=group, matrix=known, place=f"{registry}: {group}.{name}", move=move)
        write_pin(pinned, registry=registry)
        yield pinned


def hub_sources(registry: Path, *, matrix: Matrix) -> Iterator[tuple[str, HubSource]]:
    """Yield the `hf:` sources of all groups with their group."""
    for group, entries in read_yaml(registry).items():
        for name, entry in entries.items() if isinstance(entries, Mapping) else ():
            source = read_source(entry, name=name, matrix=matrix, place=f"{registry}: {group}.{name}")
            if isinstance(source, HubSource):
                yield group, source


def find_pin(source: HubSource, *, group: str, matrix: Matrix, place: str, move: bool) -> Pinned:
    """Ask the Hub for the commit and the files of `source` that its members name."""
    repository = Repository(source, acceptance.find_credential(source, place=place), place)
    head = move or source.version == UNPINNED
    info = ask_info(repository, revision=None if head else source.version)
    if head:
        repository = repository._replace(source=source.model_copy(update={"origin": _at(source, commit=info.sha)}))
    check_stated(repository, info=info, matrix=matrix)
    listed = {file.path: file for file in _list(repository) if hasattr(file, "size")}
    files = {}
    for name in choose(list(listed), members=source.members, place=place):
        known = listed[name].lfs
        files[name] = (known.sha256 if known else _read_hash(repository, name=name), listed[name].size)
    return Pinned(group, source.name, info.sha, files)


def choose(names: Sequence[str], *, members: Sequence[str], place: str) -> list[str]:
    """Return the names that the globs `members` match, sorted; one with `!` takes away, every other must match."""
    chosen: set[str] = set()
    for member in members:
        found = set(filter(glob_pattern(member.removeprefix("!")).match, names))
        if member.startswith("!"):
            chosen -= found
        elif found:
            chosen |= found
        else:
            raise BurnishError(f"{place}.members: {member!r} matches no file of the repository; it has: "
                               f"{', '.join(sorted(names)[:10])}")  # fmt: skip
    return sorted(chosen)


def write_pin(pinned: Pinned, *, registry: Path) -> None:
    """Write one pin into the registry; comments and order of everything else stay."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = ONE_LINE
    content: Any = yaml.load(registry.read_text())
    entry = content[pinned.group][pinned.name]
    entry["from"] = f"{entry['from'].rpartition('@')[0]}@{pinned.commit}"
    entry["files"] = CommentedMap()
    for name, (sha256, size) in pinned.files.items():
        entry["files"][name] = CommentedMap(sha256=sha256, bytes=size)
        entry["files"][name].fa.set_flow_style()
    buffer = io.StringIO()
    yaml.dump(content, buffer)
    atomic_write(registry, buffer.getvalue())


def _at(source: HubSource, *, commit: str) -> str:
    return f"{source.origin.rpartition('@')[0]}@{commit}"


def _list(repository: Repository) -> list[Any]:
    from huggingface_hub import HfApi

    source = repository.source
    api = HfApi(endpoint=endpoint(place=repository.place), token=repository.given_token)
    return patiently(lambda: list(api.list_repo_tree(source.repository, repo_type=source.repository_type, recursive=True,
                                                     revision=source.version)), repository=repository)  # fmt: skip


def _read_hash(repository: Repository, *, name: str) -> str:
    from tempfile import TemporaryDirectory

    from huggingface_hub import hf_hub_download

    source = repository.source
    with TemporaryDirectory() as folder:
        path = patiently(lambda: hf_hub_download(source.repository, name, repo_type=source.repository_type,
                                                 revision=source.version, local_dir=folder, token=repository.given_token,
                                                 endpoint=endpoint(place=repository.place)), repository=repository)  # fmt: skip
        return digest_of(Path(path))
