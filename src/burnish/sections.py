"""Checks every section of `params.yaml` as the stage that reads it would, before any stage runs.

A misspelt name in the section of the last stage is found in seconds and not after the half hour that the others take. Which
module reads which section is said by `dvc.yaml`. Runs nothing and looks at no data. `burnish run` starts it as a process of
its own, `python -m burnish.sections`: it imports all that stages import, and that memory is the stages'.
"""

import importlib
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, get_type_hints

from burnish import params
from burnish.errors import BurnishError
from burnish.executor import ExecutorParams
from burnish.files import atomic_write, digest_of
from burnish.foreign_names import refuse_foreign_names
from burnish.launching import LaunchParams
from burnish.seeds import fingerprint

GRAPH = Path("dvc.yaml")
CHECKED = Path(".resume/checked_sections")  # what was found right last, by its hash
SOURCE = Path(__file__).parent
_TEMPLATE = re.compile(r"\$\{([\w.]+)\}")


class Reader(NamedTuple):
    """A stage by its name, and the module that runs it."""

    stage: str
    module: str


def check_once(root: Path = Path()) -> None:
    """Check the sections of the checkout `root`, unless they were found right before with this graph and this code."""
    files = [root / params.PARAMS, root / GRAPH, *sorted(SOURCE.rglob("*.py"))]
    found = fingerprint(*map(digest_of, files))
    kept = root / CHECKED
    if not kept.is_file() or kept.read_text(errors="replace") != found:
        check_sections(root / params.PARAMS, graph=root / GRAPH)
        atomic_write(kept, found)


def check_sections(path: Path, *, graph: Path) -> None:
    """Read every section of the parameters at `path` as the stages of `graph` do.

    Raises:
        BurnishError: with everything that is wrong, one a line.
    """
    content = params.read_yaml(path)
    complaints: dict[str, None] = {}  # a section that eleven stages read is wrong once
    checks: list[Callable[[], object]] = [
        partial(params.read_seed, content, path=path),
        partial(params.load, ExecutorParams, "executor", path=path),
        partial(params.load, LaunchParams, "launch", path=path),
        *(partial(_check, reader, content=content, path=path) for reader in read_readers(content, graph=graph)),
    ]
    for check in checks:
        try:
            check()
        except BurnishError as error:
            complaints |= dict.fromkeys(str(error).splitlines())
    if complaints:
        raise BurnishError("\n".join(complaints))


def _check(reader: Reader, *, content: Mapping[str, Any], path: Path) -> None:
    section = section_of(importlib.import_module(reader.module))
    if section is not None:
        name = params.section_name(reader.stage, content)
        refuse_foreign_names(params.lookup(content, name, path=path), known=section.model_fields, place=name)
        _check_together(params.load(section, name, path=path), place=name)


def section_of(module: ModuleType) -> type[params.Section] | None:
    """Return what a stage's `run` takes as `params`; families of cases share one `run`, and `codehash` has none."""
    from burnish.generate.cases import stage_run  # imports are in functions: a second look must not pay for them

    run = stage_run(module.CATEGORIES) if hasattr(module, "CATEGORIES") else getattr(module, "run", None)
    found: type[params.Section] | None = get_type_hints(run).get("params") if run else None
    return found


def _check_together(section: params.Section, *, place: str) -> None:
    """Raise on what a stage refuses of a section whose values are each as they must be."""
    from burnish.mix.asked import MixParams, check
    from burnish.train.grpo_settings import GrpoParams, check_settings

    if isinstance(section, GrpoParams):
        check_settings(section)
    if isinstance(section, MixParams):
        check(section, place=place)


def read_readers(content: Mapping[str, Any], *, graph: Path) -> Iterator[Reader]:
    """Yield every stage of a `dvc.yaml`, its groups expanded by the parameters `content`."""
    for group, entry in params.lookup(params.read_yaml(graph), "stages", path=graph).items():
        if "foreach" not in entry:
            yield _read(group, entry["cmd"], values={})
            continue
        for key, item in _items(entry["foreach"], content=content).items():
            fields = {f"item.{name}": value for name, value in item.items()} if isinstance(item, Mapping) else {}
            yield _read(f"{group}@{key}", entry["do"]["cmd"], values={"key": key, "item": item, **fields})


def _items(foreach: Any, *, content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a group is expanded by, as DVC does: a mapping, or a list of its own keys."""
    name = _TEMPLATE.fullmatch(foreach) if isinstance(foreach, str) else None
    items = params.lookup(content, name[1]) if name else foreach
    if isinstance(items, Mapping):
        return items
    if isinstance(items, list):
        return {str(item): item for item in items}
    raise BurnishError(f"{params.PARAMS}: {name[1] if name else foreach} = {items!r} must be a mapping or a list")


def _read(stage: str, command: str, *, values: Mapping[str, Any]) -> Reader:
    words = _TEMPLATE.sub(lambda found: str(values.get(found[1], found[0])), command).split()
    named = words[words.index("--stage") + 1] if "--stage" in words else stage
    return Reader(named, words[words.index("-m") + 1])


if __name__ == "__main__":
    try:
        check_once()
    except BurnishError as error:
        print(f"burnish: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
