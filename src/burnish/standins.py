"""Texts of the small modules that stand in the sandbox for packages whose start-up would cost more than the programs.

Each offers the part of its package that answers use, under the package's own names, so that answers are real code.
"""

from collections.abc import Iterable
from pathlib import Path

from burnish.drivers import small_pytest, small_starlette

_FILES = {"pytest": small_pytest.__file__, "starlette": small_starlette.__file__}
# Names inside the package that its stand-in answers to; they hold everything that it has.
_PARTS = {"pytest": (), "starlette": ("applications", "requests", "responses", "routing", "testclient")}


def lend(names: Iterable[str]) -> dict[str, str]:
    """Return the sources that stand for the packages `names`, by the name of the module."""
    sources = {}
    for name in names:
        sources[name] = Path(_FILES[name]).read_text()
        sources |= {f"{name}.{part}": f"from {name} import *" for part in _PARTS[name]}
    return sources
