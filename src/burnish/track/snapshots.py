"""The states of the pipeline that DVC knows: HEAD, every experiment, the workspace. Each is read without a checkout.

DVC itself fills the templates of each `dvc.yaml` and matches it with its `dvc.lock`, so entries that the lock keeps of
deleted stages don't appear. Contents of cached outputs are read from DVC's cache by hash.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from dvc.exceptions import DvcException
from dvc.fs.git import GitFileSystem
from dvc.repo import Repo
from dvc.scm import NoSCM
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from scmrepo.exceptions import SCMError

from burnish.errors import BurnishError

EXPERIMENT = re.compile(r"^refs/exps/(?P<start>[0-9a-f]{2})/(?P<rest>[0-9a-f]{38})/(?P<name>.+)$")
WORKSPACE = "workspace"
MODULE = re.compile(r"-m burnish\.(\S+)")
# Outputs that say nothing about a result: one holds times and hosts, the other the digests of the code.
NOT_A_RESULT = ("records/", "code.lock.json")
SMALL = ("metrics/", "records/")


class Output(NamedTuple):
    """A file or directory as `dvc.lock` has it; `md5` ends in `.dir` for a directory."""

    path: str
    md5: str
    size: int | None


class Locked(NamedTuple):
    """A stage of `dvc.yaml` that `dvc.lock` says has run, with the values and hashes of that run."""

    name: str
    module: str
    params: Mapping[str, Any]
    inputs: tuple[Output, ...]
    outputs: tuple[Output, ...]

    @property
    def phase(self) -> str:
        """The package of the stage's module: `train` of `train.sft`; empty for a command of another kind."""
        return self.module.partition(".")[0]

    @property
    def record(self) -> Output | None:
        """The output that holds times and histories."""
        return next((out for out in self.outputs if out.path.startswith("records/")), None)


class Snapshot(NamedTuple):
    """The pipeline at one commit, or as it stands in the workspace (`dirty`)."""

    commit: str
    commit_seconds: float
    experiment: str
    baseline: str
    dirty: bool
    stages: Mapping[str, Locked]
    declared: int
    files: Mapping[str, bytes]

    @property
    def key(self) -> str:
        """What makes two states one run: the results and the parameters they came from, not where they were found."""
        return _digest({
            stage.name: {
                "params": stage.params,
                "outs": {out.path: out.md5 for out in stage.outputs if not out.path.startswith(NOT_A_RESULT)},
            }
            for stage in self.stages.values()
        })  # fmt: skip

    def read(self, path: str) -> bytes | None:
        """Return a file of this state: the parameters, the lock, or what git has of the metrics and records."""
        return self.files.get(path)

    def metrics(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield path and content of each metrics file that is the one `dvc.lock` means, `summary.json` first."""
        paths = {out.path: out.md5 for stage in self.stages.values() for out in stage.outputs}
        names = [path for path in paths if path.startswith("metrics/") and path.endswith(".json")]
        for path in sorted(names, key=lambda path: (path != "metrics/summary.json", path)):
            content = self.read(path)
            if content is not None and hashlib.md5(content, usedforsecurity=False).hexdigest() == paths[path]:
                yield path, json.loads(content)

    def all_params(self) -> dict[str, Any]:
        """Return `params.yaml` with the values that the stages really used: it may have been edited since."""
        flat = flatten(_yaml(self.read("params.yaml")))
        for stage in self.stages.values():
            for name, value in stage.params.items():
                used = flatten({name: value})
                flat = {key: old for key, old in flat.items() if key != name and not key.startswith(f"{name}.")} | used
        return flat


class Cache:
    """DVC's cache of this repository, addressed by hash."""

    def __init__(self, repo: Repo) -> None:
        """Use the directory that DVC's settings name (`dvc cache dir`)."""
        self._path = repo.cache.local.oid_to_path

    def read(self, md5: str) -> bytes | None:
        """Return the content with this hash, or None when the cache doesn't have it."""
        path = self.find(md5)
        return path.read_bytes() if path else None

    def find(self, md5: str) -> Path | None:
        """Return where the file with this hash lies, or None when the cache doesn't have it."""
        path = Path(self._path(md5))
        return path if path.is_file() else None

    def files(self, output: Output) -> list[Output] | None:
        """Return the files of an output, itself if it is one; None when the cache lacks the list of a directory."""
        if not output.md5.endswith(".dir"):
            return [output]
        content = self.read(output.md5)
        if content is None:
            return None
        return [Output(f"{output.path}/{file['relpath']}", file["md5"], None) for file in json.loads(content)]


class Declared(NamedTuple):
    """A stage as `dvc.yaml` declares it, templates filled in, whether it has run or not."""

    name: str
    description: str
    module: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]


class Workspace(NamedTuple):
    """The pipeline as it stands in the working directory."""

    declared: tuple[Declared, ...]
    snapshot: Snapshot
    cache: Cache


class History(NamedTuple):
    """Every state that could be read, and why others couldn't."""

    snapshots: list[Snapshot]
    cache: Cache
    unreadable: list[str]


def read_history(root: Path) -> History:
    """Read HEAD, the experiments and the workspace of the DVC repository at `root`."""
    snapshots, unreadable = [], []
    with _opened(root) as repo:
        for name, baseline, commit in _revisions(repo):
            try:
                snapshots.append(_snapshot(repo, commit=commit, experiment=name, baseline=baseline))
            except (DvcException, YAMLError) as error:
                unreadable.append(f"{name or 'the workspace'}: {' '.join(str(error).split())}")
        return History([snapshot for snapshot in snapshots if snapshot.stages], Cache(repo), unreadable)


def read_workspace(root: Path) -> Workspace:
    """Read the stages of the workspace at `root`, and what of them has run."""
    with _opened(root) as repo:
        try:
            snapshot = _snapshot(repo, commit="", experiment="", baseline="")
        except (DvcException, YAMLError) as error:
            raise BurnishError(f"{root}: dvc.yaml can't be read: {' '.join(str(error).split())}") from None
        return Workspace(tuple(_declared(stage) for stage in _named(repo)), snapshot, Cache(repo))


def read_revision(name: str, *, root: Path) -> tuple[Snapshot, Cache]:
    """Read the state that a git revision, an experiment or `workspace` names.

    Raises:
        BurnishError: there is none of this name, or its dvc.yaml can't be read.
    """
    with _opened(root) as repo:
        experiments = {known: (baseline, commit) for known, baseline, commit in _revisions(repo) if known}
        experiment, (baseline, commit) = "", ("", "")
        if name in experiments:
            experiment, (baseline, commit) = name, experiments[name]
        elif name != WORKSPACE:
            commit = _resolve(repo, name, known=experiments)
        try:
            return _snapshot(repo, commit=commit, experiment=experiment, baseline=baseline), Cache(repo)
        except (DvcException, YAMLError) as error:
            raise BurnishError(f"{name}: its pipeline can't be read: {' '.join(str(error).split())}") from None


def open_cache(root: Path) -> Cache:
    """Return the cache of the DVC repository at `root`."""
    with _opened(root) as repo:
        return Cache(repo)


def flatten(value: Any, *, prefix: str = "") -> dict[str, Any]:
    """Return nested mappings as one, with dotted names; lists stay values."""
    if not isinstance(value, Mapping):
        return {prefix: value}
    below = [flatten(item, prefix=f"{prefix}.{key}" if prefix else str(key)) for key, item in value.items()]
    return {name: item for part in below for name, item in part.items()}


def drop_outdated(stages: Mapping[str, Locked]) -> dict[str, Locked]:
    """Leave out stages whose last run read what has been made anew since, as an interrupted `dvc repro` leaves them.

    An input that is a part of an output, or holds several, has no hash to compare; it is as old as what it belongs to.
    """
    made = {out.path: out.md5 for stage in stages.values() for out in stage.outputs}
    kept, stale = dict(stages), set[str]()
    while True:
        dropped = [
            name for name, stage in kept.items() if any(_is_old(item, made=made, stale=stale) for item in stage.inputs)
        ]
        if not dropped:
            return kept
        stale |= {out.path for name in dropped for out in kept.pop(name).outputs}


def _is_old(item: Output, *, made: Mapping[str, str], stale: set[str]) -> bool:
    if item.path in made and made[item.path] != item.md5:
        return True
    return any(f"{path}/".startswith(f"{item.path}/") or f"{item.path}/".startswith(f"{path}/") for path in stale)


@contextmanager
def _opened(root: Path) -> Iterator[Repo]:
    """Yield the repository, and close the files that reading from git opens."""
    try:
        repo = Repo(str(root))
    except DvcException as error:
        raise BurnishError(f"{root}: {error}; run this from the root of a Burnish checkout") from None
    try:
        yield repo
    finally:
        repo.close()


def _named(repo: Repo) -> list[Any]:
    return [stage for stage in repo.index.stages if getattr(stage, "name", None)]


def _revisions(repo: Repo) -> Iterator[tuple[str, str, str]]:
    """Yield name, baseline and commit: of HEAD, of each experiment, and of the workspace, which has no commit."""
    if not isinstance(repo.scm, NoSCM):
        if head := _head(repo):
            yield "", "", head
        for ref in sorted(repo.scm.iter_refs(base="refs/exps/")):
            if match := EXPERIMENT.match(ref):
                yield match["name"], match["start"] + match["rest"], repo.scm.get_ref(ref)
    yield "", "", ""


def _resolve(repo: Repo, name: str, *, known: Iterable[str]) -> str:
    try:
        if isinstance(repo.scm, NoSCM) or not name or ":" in name:  # with a colon: a file of a revision
            raise SCMError("no git repository, or no revision")
        return str(repo.scm.resolve_rev(name))
    except SCMError:
        listed = ", ".join(known) or "none"
        raise BurnishError(
            f"{name!r} is no git revision, experiment or MLflow run here; experiments: {listed}; `workspace` works too"
        ) from None


def _snapshot(repo: Repo, *, commit: str, experiment: str, baseline: str) -> Snapshot:
    at = Repo(repo.root_dir, rev=commit, scm=repo.scm) if commit else repo
    declared = _named(at)
    stages = drop_outdated({stage.name: _locked(stage) for stage in declared if _has_run(stage)})
    based_on = commit or _head(repo)
    seconds = float(repo.scm.resolve_commit(based_on).commit_time) if based_on else 0.0
    dirty = not isinstance(at.fs, GitFileSystem)
    return Snapshot(based_on, seconds, experiment, baseline, dirty, stages, len(declared), _small_files(at, stages))


def _small_files(at: Repo, stages: Mapping[str, Locked]) -> dict[str, bytes]:
    """Return the files of a state that git may keep, by path: nothing has to stay open to read them later."""
    outs = {out.path for stage in stages.values() for out in stage.outputs if out.path.startswith(SMALL)}
    places = {path: at.fs.join(at.root_dir, *path.split("/")) for path in sorted(outs | {"params.yaml", "dvc.lock"})}
    return {path: at.fs.read_bytes(place) for path, place in places.items() if at.fs.isfile(place)}


def _head(repo: Repo) -> str:
    try:
        return "" if isinstance(repo.scm, NoSCM) else str(repo.scm.get_rev())
    except SCMError:
        return ""


def _has_run(stage: Any) -> bool:
    return bool(stage.outs) and all(out.hash_info for out in stage.outs)


def _declared(stage: Any) -> Declared:
    reads = tuple(item.def_path for item in stage.deps if item not in stage.params)
    return Declared(stage.name, stage.desc or "", _module(stage), reads, tuple(out.def_path for out in stage.outs))


def _locked(stage: Any) -> Locked:
    used: dict[str, Any] = {}
    for dependency in stage.params:
        if dependency.def_path == "params.yaml":
            used |= dependency.hash_info.value or {}
    inputs = [item for item in stage.deps if item not in stage.params and item.hash_info]
    return Locked(stage.name, _module(stage), used, tuple(map(_output, inputs)), tuple(map(_output, stage.outs)))


def _module(stage: Any) -> str:
    match = MODULE.search(stage.cmd if isinstance(stage.cmd, str) else " ".join(stage.cmd))
    return match[1] if match else ""


def _output(item: Any) -> Output:
    return Output(item.def_path, item.hash_info.value, item.meta.size if item.meta else None)


def _yaml(content: bytes | None) -> dict[str, Any]:
    return dict(YAML(typ="safe").load(content.decode()) or {}) if content else {}


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
