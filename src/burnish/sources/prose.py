"""Takes what people wrote for people out of a document in Markdown or reStructuredText. Renders nothing.

Programs, directives, tables, links' addresses and markup are no prose: counted with it they make good manuals look like
noise, and a list of generated headings like a page.
"""

import re
from collections.abc import Iterator

_FENCE = re.compile(r"\s*(```|~~~)")
# Of reStructuredText's directives these hold prose; the others hold programs, lists of names and the like.
_PROSE_DIRECTIVES = (
    "admonition|attention|caution|danger|deprecated|epigraph|glossary|hint|important|note|rubric|seealso|sidebar|tip|topic"
    "|versionadded|versionchanged|warning"
)
_PROSE_DIRECTIVE = re.compile(rf"\s*\.\. (?:{_PROSE_DIRECTIVES})::")
_DIRECTIVE = re.compile(r"\s*\.\. ")
_NO_PROSE = re.compile(r"\s*(?:\||\+-|>>>|\$ |:[\w-]+:(?!`)|[=~^\"'`*#+.-]{3,}\s*$|\{%|<[!/A-Za-z])")
_LINKS = re.compile(r"\]\([^()\n]{0,300}\)|https?://\S+|<[^<>\n]{1,300}>|:[\w:]{1,40}:(?=`)")
_MARKS = re.compile(r"[`*#\[\]<>|_~^]+")


def take_prose(text: str) -> str:
    """Return the lines of prose in `text`, without markup and without blank lines."""
    prose = _MARKS.sub(" ", _LINKS.sub(" ", "\n".join(_lines(text))))
    return "\n".join(stripped for line in prose.split("\n") if (stripped := " ".join(line.split())))


def _lines(text: str) -> Iterator[str]:
    """Yield the lines that aren't in a block of something else: fenced, after `::`, or a directive that holds no prose."""
    fence, block = "", -1
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if fence or found:
            fence = (fence if not found or found[1] != fence else "") if fence else found[1] if found else ""
            continue
        if not line.strip():
            continue
        indent = len(line) - len(line.lstrip())
        if block >= 0 and indent <= block:
            block = -1
        if block >= 0:
            continue
        if not _NO_PROSE.match(line) and not _DIRECTIVE.match(line):
            yield line
        if (_DIRECTIVE.match(line) or line.rstrip().endswith("::")) and not _PROSE_DIRECTIVE.match(line):
            block = indent
