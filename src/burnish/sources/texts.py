"""Turns code and documentation of packages into text rows for pretraining; what is dropped is dropped with its reason.

Exact duplicates (white space aside), other licences, secrets, other languages, and files too short, too long, made by
machines or of no quality go. Personal data is masked, and what was masked is written down beside the rows. Near-duplicates
and contamination are judged later, over all data sets.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from burnish.params import Section
from burnish.seeds import fingerprint
from burnish.sources.credentials import find_secret
from burnish.sources.languages import LanguageParams, find_foreign
from burnish.sources.licences import PERMISSIVE
from burnish.sources.origins import Change, Origin, Reject
from burnish.sources.packs import read_files
from burnish.sources.personal import mask_personal
from burnish.sources.prose import take_prose
from burnish.sources.quality import CodeQuality, DocumentQuality, judge_code, judge_prose

KINDS = {
    ".py": ("code", "python"), ".js": ("code", "javascript"), ".mjs": ("code", "javascript"),
    ".cjs": ("code", "javascript"), ".jsx": ("code", "javascript"), ".ts": ("code", "typescript"),
    ".mts": ("code", "typescript"), ".tsx": ("code", "typescript"),
    ".sql": ("code", "sql"), ".html": ("code", "html"), ".css": ("code", "css"), ".md": ("docs", "markdown"),
    ".mdx": ("docs", "markdown"), ".rst": ("docs", "restructuredtext"), ".txt": ("docs", "text"),
}  # fmt: skip
_SPDX = re.compile(r"SPDX-License-Identifier:\s*([\w.+-]+)")
_COPYLEFT = re.compile(r"GNU (?:Lesser |Library |Affero )?General Public License|Mozilla Public License", re.IGNORECASE)
HEAD_CHARS = 2_000


class TextParams(Section):
    """How long a text may be, in characters, and what code and documents must keep to."""

    min_chars: int
    max_chars: int
    code: CodeQuality
    documents: DocumentQuality
    languages: LanguageParams


class Texts:
    """Reads sources one after the other and remembers what it has seen; `rejects` and `changes` fill as it goes."""

    def __init__(self, params: TextParams) -> None:
        """Start with nothing seen."""
        self.params = params
        self.rejects: list[Reject] = []
        self.changes: list[Change] = []
        self._seen: dict[str, str] = {}

    def read(self, place: Path, *, origin: Origin, withheld: frozenset[str]) -> Iterator[dict[str, Any]]:
        """Yield the rows of one source but for `withheld`: paths with answers to held-out tasks, or `*` for all."""
        for name, content in read_files(place, suffixes=KINDS):
            kind = KINDS[PurePosixPath(name).suffix]
            text, reason = self._judge(content, kind=kind[0])
            if withheld & {name, "*"}:
                reason = "holds the answer of a held-out task"
            if reason is None:
                reason = self._repeats(text, place=f"{origin.name}/{name}")
            if reason:
                self.rejects.append(Reject("text", origin.name, name, "", reason))
                continue
            identity, masked = fingerprint(origin.name, name), mask_personal(text)
            self.changes += [Change(identity, origin.name, name, what, n) for what, n in masked.counts.items()]
            yield {
                "id": identity, "text": masked.text, "kind": kind[0], "language": kind[1], "path": name,
                "source": origin.url, "licence": origin.licence,
            }  # fmt: skip

    def _judge(self, content: bytes, *, kind: str) -> tuple[str, str | None]:
        try:
            text = content.decode().replace("\r\n", "\n")
        except UnicodeDecodeError:
            return "", "isn't UTF-8"
        return text, find_fault(text, kind=kind, params=self.params)

    def _repeats(self, text: str, *, place: str) -> str | None:
        key = hashlib.sha256(" ".join(text.split()).encode()).hexdigest()
        first = self._seen.setdefault(key, place)
        return None if first == place else f"repeats {first}"


def find_fault(text: str, *, kind: str, params: TextParams) -> str | None:
    """Return why `text`, which is `code` or `docs`, can't be used, or None."""
    if len(text) < params.min_chars:
        return "is too short"
    if len(text) > params.max_chars:
        return "is too long"
    head = text[:HEAD_CHARS]
    named = _SPDX.search(head)
    if (named and named[1] not in PERMISSIVE) or _COPYLEFT.search(head):
        return "names a licence that isn't permissive"
    if secret := find_secret(text):
        return f"holds what looks like a secret: {secret}"
    if kind == "code":
        return judge_code(text, params=params.code)
    prose = take_prose(text)
    foreign = find_foreign(prose, params=params.languages)
    return f"is written in another language: {foreign}" if foreign else judge_prose(prose, params=params.documents)
