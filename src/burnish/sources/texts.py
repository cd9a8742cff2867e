"""Turns code and documentation of packages into text rows for pretraining; what is dropped is dropped with its reason.

Exact duplicates (white space aside), other licences, secrets, and files too short, too long or made by machines go.
Near-duplicates and contamination are judged later, over all data sets.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from burnish.params import Section
from burnish.seeds import fingerprint
from burnish.sources.licences import PERMISSIVE
from burnish.sources.origins import Origin, Reject

KINDS = {
    ".py": ("code", "python"), ".js": ("code", "javascript"), ".mjs": ("code", "javascript"),
    ".cjs": ("code", "javascript"), ".jsx": ("code", "javascript"), ".ts": ("code", "typescript"),
    ".mts": ("code", "typescript"), ".tsx": ("code", "typescript"),
    ".sql": ("code", "sql"), ".html": ("code", "html"), ".css": ("code", "css"), ".md": ("docs", "markdown"),
    ".mdx": ("docs", "markdown"), ".rst": ("docs", "restructuredtext"), ".txt": ("docs", "text"),
}  # fmt: skip
SECRETS = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    "AWS key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "GitHub token": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,})"),
    "GitLab token": re.compile(r"\bglpat-[\w-]{20}"),
    "Slack token": re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10,}"),
    "Google key": re.compile(r"\bAIza[\w-]{35}"),
    "Stripe key": re.compile(r"\b[rs]k_live_[A-Za-z0-9]{16,}"),
    "npm token": re.compile(r"\bnpm_[A-Za-z0-9]{36}\b"),
    "package index token": re.compile(r"\bpypi-AgE[\w-]{40,}"),
    "model hub token": re.compile(r"\bhf_[A-Za-z0-9]{34}\b"),
    "API key": re.compile(r"\bsk-(?:proj-|ant-)?[A-Za-z0-9_-]{40,}"),
    "signed token": re.compile(r"\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{20,}"),
    "password in an address": re.compile(
        r"\b[a-z][a-z0-9+]{2,12}://[^\s/:@'\"{}<>$*]{2,}:[^\s/:@'\"{}<>$*]{12,}@[\w.-]+\.[a-z]{2,}"
    ),
}
_SPDX = re.compile(r"SPDX-License-Identifier:\s*([\w.+-]+)")
_COPYLEFT = re.compile(r"GNU (?:Lesser |Library |Affero )?General Public License|Mozilla Public License", re.IGNORECASE)
_GENERATED = re.compile(r"@generated\b|do not edit|automatically generated|sourceMappingURL=data:", re.IGNORECASE)
HEAD_CHARS = 2_000


class TextParams(Section):
    """How long a text may be, and how long its lines, in characters."""

    min_chars: int
    max_chars: int
    max_line_chars: int


class Texts:
    """Reads sources one after the other and remembers what it has seen; `rejects` fills as it goes."""

    def __init__(self, params: TextParams) -> None:
        """Start with nothing seen."""
        self.params = params
        self.rejects: list[Reject] = []
        self._seen: dict[str, str] = {}

    def read(self, folder: Path, *, origin: Origin, withheld: frozenset[str]) -> Iterator[dict[str, Any]]:
        """Yield the rows of one source but for `withheld`: paths with answers to held-out tasks, or `*` for all."""
        for path in sorted(folder.rglob("*")):
            kind = KINDS.get(path.suffix)
            if kind is None or not path.is_file():
                continue
            name = path.relative_to(folder).as_posix()
            text, reason = self._judge(path)
            if withheld & {name, "*"}:
                reason = "holds the answer of a held-out task"
            if reason is None:
                reason = self._repeats(text, place=f"{origin.name}/{name}")
            if reason:
                self.rejects.append(Reject("text", origin.name, name, "", reason))
            else:
                yield {
                    "id": fingerprint(origin.name, name), "text": text, "kind": kind[0], "language": kind[1],
                    "path": name, "source": origin.url, "licence": origin.licence,
                }  # fmt: skip

    def _judge(self, path: Path) -> tuple[str, str | None]:
        try:
            text = path.read_bytes().decode().replace("\r\n", "\n")
        except UnicodeDecodeError:
            return "", "isn't UTF-8"
        return text, find_fault(text, params=self.params)

    def _repeats(self, text: str, *, place: str) -> str | None:
        key = hashlib.sha256(" ".join(text.split()).encode()).hexdigest()
        first = self._seen.setdefault(key, place)
        return None if first == place else f"repeats {first}"


def find_fault(text: str, *, params: TextParams) -> str | None:
    """Return why `text` can't be used, or None."""
    if len(text) < params.min_chars:
        return "is too short"
    if len(text) > params.max_chars:
        return "is too long"
    head = text[:HEAD_CHARS]
    if max(map(len, text.split("\n"))) > params.max_line_chars or _GENERATED.search(head):
        return "is minified or generated"
    named = _SPDX.search(head)
    if (named and named[1] not in PERMISSIVE) or _COPYLEFT.search(head):
        return "names a licence that isn't permissive"
    secret = next((name for name, pattern in SECRETS.items() if pattern.search(text)), None)
    return f"holds what looks like a {secret}" if secret else None
