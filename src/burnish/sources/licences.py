"""Which licences a source may have, by SPDX identifier: what becomes rows from packages must be free to share.

What is known beyond these and what fits together in a release is in `licences/matrix.yaml`, judged by `licensing.py`.
"""

import difflib
from collections.abc import Iterable

from burnish.errors import BurnishError

PERMISSIVE = ("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "PSF-2.0", "Python-2.0",
              "Unlicense")  # fmt: skip


def check_licence(licence: str | None, *, known: Iterable[str], place: str) -> str:
    """Return `licence` if it is one of the `known` SPDX identifiers; `place` is where it was written."""
    names = sorted(known)
    if not licence:
        raise BurnishError(f"{place} has no licence; write its owner's own as one of: {', '.join(names)}")
    if licence in names:
        return licence
    near = difflib.get_close_matches(licence, names, n=1)
    hint = f"did you mean {near[0]}? Taken" if near else "leave the source out; taken"
    raise BurnishError(f"{place}: licence {licence!r} isn't taken here; {hint}: {', '.join(names)}")
