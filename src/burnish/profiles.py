"""Writes an overlay of `profiles/` into `params.yaml`: values change, comments and order stay.

A mapping with `__replace__: true` takes the place of the whole old one; one with `__new__: true` may be new; one with
`__remove__: true` takes the old one away. A profile with `__defaults__: true` first puts back what the others set, to what
the last commit holds; values that somebody else changed stay.
"""

import io
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from burnish.errors import BurnishError
from burnish.files import atomic_write
from burnish.params import PARAMS, read_yaml

PROFILES = Path("profiles")


def apply_profile(name: str, *, params: Path = PARAMS, profiles: Path = PROFILES) -> list[str]:
    """Set every value of `profiles/NAME.yaml` in `params`; return the changes as `place: old -> new`."""
    path = profiles / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(found.stem for found in profiles.glob("*.yaml")))
        raise BurnishError(f"{path} is missing; known profiles: {known}")
    overlay = read_yaml(path)
    read_yaml(params)  # says what is wrong with a file that isn't there or isn't YAML
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 120
    content = yaml.load(params.read_text())
    changes: list[str] = []
    committed = None
    if overlay.pop("__defaults__", False):
        committed = read_committed(profiles.resolve().parent)
        defaults = yaml.load(committed)
        for other in sorted(set(profiles.glob("*.yaml")) - {path}):
            changes += _put_back(content, read_yaml(other), defaults, place="")
    changes += _overlay(content, overlay, place="", source=path)
    buffer = io.StringIO()
    yaml.dump(content, buffer)  # what a mapping takes from another one is only then what it will be
    same = committed is not None and YAML(typ="safe").load(buffer.getvalue()) == YAML(typ="safe").load(committed)
    atomic_write(params, committed if committed is not None and same else buffer.getvalue())
    return changes


def read_committed(root: Path) -> str:
    """Return `params.yaml` of the last commit of the checkout `root`."""
    command = ["git", "show", f"HEAD:./{PARAMS}"]
    found = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if found.returncode:
        raise BurnishError(f"the last commit of {root} holds no {PARAMS} to go back to: {found.stderr.strip()}")
    return found.stdout


def _put_back(content: Any, overlay: dict[str, Any], defaults: Any, *, place: str) -> Iterator[str]:
    """Undo in `content` what `overlay` set there, where it still has that value."""
    for key, value in overlay.items():
        here = f"{place}{key}"
        if key not in content:
            if value == {"__remove__": True} and key in defaults:
                yield f"{here}: (none) -> {defaults[key]}"
                content[key] = _plain(defaults[key])
            continue
        group = isinstance(value, dict) and isinstance(defaults.get(key), dict) and isinstance(content[key], dict)
        replaced = isinstance(value, dict) and value.pop("__replace__", False)
        if isinstance(value, dict) and value.pop("__new__", False) and key not in defaults:
            yield f"{here}: {content.pop(key)} -> (none)"
        elif group and not replaced:
            yield from _put_back(content[key], value, defaults[key], place=f"{here}.")
        elif key in defaults and _is_of(content[key], value) and content[key] != defaults[key]:
            yield f"{here}: {content[key]} -> {defaults[key]}"
            content[key] = _plain(defaults[key])


def _plain(value: Any) -> Any:
    """Return a value without comments, anchors and what it shares with others."""
    if isinstance(value, dict):
        return {key: _plain(own) for key, own in value.items()}
    return [_plain(own) for own in value] if isinstance(value, list) else value


def _is_of(found: Any, value: Any) -> bool:
    """Say whether a value is a profile's, or what is left of it once another profile's part was put back."""
    if isinstance(found, dict) and isinstance(value, dict):
        return all(key in value and value[key] == own for key, own in found.items())
    return bool(found == value)


def _overlay(content: Any, overlay: dict[str, Any], *, place: str, source: Path) -> Iterator[str]:
    for key, value in overlay.items():
        here = f"{place}{key}"
        may_be_new = isinstance(value, dict) and value.pop("__new__", False)
        if key not in content and may_be_new:
            yield f"{here}: (new) -> {value}"
            content[key] = deepcopy(value)  # what two groups share is written out in each
            continue
        if key not in content:
            raise BurnishError(f"{source}: {here} isn't in params.yaml; misspelt, or taken away by another profile? "
                               "`burnish profile laptop` puts everything back")  # fmt: skip
        if isinstance(value, dict) and value == {"__remove__": True}:
            yield f"{here}: {content.pop(key)} -> (none)"
        elif isinstance(value, dict) and isinstance(content[key], dict) and not value.pop("__replace__", False):
            yield from _overlay(content[key], value, place=f"{here}.", source=source)
        elif content[key] != value:
            yield f"{here}: {content[key]} -> {value}"
            content[key] = value
