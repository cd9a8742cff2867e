"""Which licences Burnish takes, by SPDX identifier: what comes out must be free to share."""

import difflib

from burnish.errors import BurnishError

PERMISSIVE = ("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "PSF-2.0", "Python-2.0",
              "Unlicense")  # fmt: skip


def check_licence(licence: str | None, *, place: str) -> str:
    """Return `licence` if it is a permissive SPDX identifier; `place` is where it was written."""
    if not licence:
        raise BurnishError(f"{place} has no licence; write the package's own as one of: {', '.join(PERMISSIVE)}")
    if licence in PERMISSIVE:
        return licence
    near = difflib.get_close_matches(licence, PERMISSIVE, n=1)
    hint = f"did you mean {near[0]}? Accepted" if near else "leave the source out; accepted"
    raise BurnishError(f"{place}: licence {licence!r} isn't permissive; {hint}: {', '.join(PERMISSIVE)}")
