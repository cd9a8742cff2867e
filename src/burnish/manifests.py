"""A folder of texts, and back. The manifest holds every other file's digest, so that a changed folder is refused."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from burnish.errors import BurnishError
from burnish.files import digest_of

MANIFEST = "manifest.json"


class Folder(NamedTuple):
    """What a manifest says, and the text of every other file by name."""

    about: Mapping[str, Any]
    texts: Mapping[str, str]


def write_folder(folder: Path, *, about: Mapping[str, Any], texts: Mapping[str, str]) -> None:
    """Write `texts` by their names (paths with `/`) into `folder`, which is made, and a manifest that says `about`."""
    folder.mkdir(parents=True)
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / MANIFEST).write_text(dump({**about, "sha256": {name: digest_of(folder / name) for name in texts}}))


def read_folder(folder: Path, *, keys: Sequence[str], made_by: str) -> Folder:
    """Return what was written.

    Args:
        folder: as `write_folder` made it.
        keys: what the manifest must say.
        made_by: the way out, at the end of each complaint.

    Raises:
        BurnishError: the manifest is missing or lacks one of `keys`, or a file is missing or was changed.
    """
    try:
        about = json.loads((folder / MANIFEST).read_text())
        digests = dict(about["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        raise broken(folder, made_by=made_by) from None
    if not set(keys) <= set(about):
        raise broken(folder, made_by=made_by)
    for name, digest in digests.items():
        if not (folder / name).is_file():
            raise BurnishError(f"{folder} lacks {name}; {made_by}")
        if digest_of(folder / name) != digest:
            raise BurnishError(f"{folder / name} isn't the file that its manifest names; {made_by}")
    return Folder(about, {name: (folder / name).read_text() for name in digests})


def broken(folder: Path, *, made_by: str) -> BurnishError:
    """Return the complaint about a manifest that can't be understood."""
    return BurnishError(f"{folder / MANIFEST} is missing or broken; {made_by}")


def dump(value: Any) -> str:
    """Return canonical JSON for people: sorted keys, one space, one newline at the end."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
