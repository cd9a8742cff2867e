"""Turns a section of `params.yaml` into a frozen, fully checked object. Has no defaults: the file says everything.

YAML is read by ruamel (YAML 1.2), as DVC reads it: PyYAML would take `2e-4` for text.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from burnish.errors import BurnishError

PARAMS = Path("params.yaml")


class Section(BaseModel):
    """One part of `params.yaml`: unknown names are errors, values don't change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


S = TypeVar("S", bound=Section)


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML mapping; a file that is missing, not UTF-8 or broken is an error that names it."""
    try:
        content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BurnishError(f"{path} is missing; run this from the root of a Burnish checkout") from None
    except OSError as error:
        raise BurnishError(f"{path} can't be read: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError as error:
        raise BurnishError(f"{path} isn't UTF-8 at byte {error.start}; save it as UTF-8") from None
    except YAMLError as error:
        raise BurnishError(f"{path} isn't valid YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise BurnishError(f"{path} must hold a mapping, not {type(content).__name__}")
    return content


def lookup(content: Mapping[str, Any], name: str, *, path: Path = PARAMS) -> Any:
    """Return the value under the dotted `name`."""
    value: Any = content
    for key in name.split("."):
        if not isinstance(value, Mapping) or key not in value:
            raise BurnishError(f"{path}: {name} is missing")
        value = value[key]
    return value


def section_name(stage: str, content: Mapping[str, Any]) -> str:
    """Return the section of a stage: `train@sft` reads `train.sft`; where that is absent, `cases@identity` reads `cases`."""
    group, _, key = stage.partition("@")
    own = content.get(group)
    return f"{group}.{key}" if key and isinstance(own, Mapping) and key in own else group


def read_seed(content: Mapping[str, Any], *, path: Path = PARAMS) -> int:
    """Return the seed of all draws, an integer from 0."""
    seed = lookup(content, "seed", path=path)
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise BurnishError(f"{path}: seed = {seed!r} must be an integer from 0")
    return seed


def load(section: type[S], name: str, *, path: Path = PARAMS) -> S:
    """Read `name` of `path` as `section`; each misspelt, missing or wrong value is named."""
    value = lookup(read_yaml(path), name, path=path)
    try:
        return section.model_validate(value)
    except ValidationError as error:
        raise BurnishError("\n".join(_complaints(error, name=name, path=path, section=section))) from None


def _complaints(error: ValidationError, *, name: str, path: Path, section: type[Section]) -> list[str]:
    lines = []
    for problem in error.errors():
        place = ".".join([name, *map(str, problem["loc"])])
        hint = ""
        if problem["type"] == "extra_forbidden" and len(problem["loc"]) == 1:
            hint = f"; known: {', '.join(section.model_fields)}"
        lines.append(f"{path}: {place} = {problem['input']!r}: {problem['msg']}{hint}")
    return lines
