"""Writes an overlay of `profiles/` into `params.yaml`: values change, comments and order stay.

A mapping with `__replace__: true` takes the place of the whole old one; one with `__new__: true` may be new; one with
`__remove__: true` takes the old one away.
"""

import io
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
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 120
    content = yaml.load(params.read_text())
    changes = list(_overlay(content, overlay, place="", source=path))
    buffer = io.StringIO()
    yaml.dump(content, buffer)
    atomic_write(params, buffer.getvalue())
    return changes


def _overlay(content: Any, overlay: dict[str, Any], *, place: str, source: Path) -> Iterator[str]:
    for key, value in overlay.items():
        here = f"{place}{key}"
        may_be_new = isinstance(value, dict) and value.pop("__new__", False)
        if key not in content and may_be_new:
            yield f"{here}: (new) -> {value}"
            content[key] = deepcopy(value)  # what two groups share is written out in each
            continue
        if key not in content:
            raise BurnishError(f"{source}: {here} isn't in params.yaml; misspelt?")
        if isinstance(value, dict) and value == {"__remove__": True}:
            yield f"{here}: {content.pop(key)} -> (none)"
        elif isinstance(value, dict) and isinstance(content[key], dict) and not value.pop("__replace__", False):
            yield from _overlay(content[key], value, place=f"{here}.", source=source)
        elif content[key] != value:
            yield f"{here}: {content[key]} -> {value}"
            content[key] = value
