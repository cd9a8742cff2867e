"""Code inside a chat answer: written as one fenced block, read back from whatever a model wrote around it."""

import re
from collections.abc import Mapping
from typing import NamedTuple

ALIASES: Mapping[str, frozenset[str]] = {
    "python": frozenset({"python", "py", "python3"}),
    "javascript": frozenset({"javascript", "js", "jsx", "mjs", "cjs", "node"}),
    "jsx": frozenset({"jsx", "tsx", "javascript", "js", "typescript", "ts", "react"}),
    "typescript": frozenset({"typescript", "ts", "tsx"}),
    "sql": frozenset({"sql", "sqlite", "sqlite3", "postgresql", "postgres", "mysql"}),
    "html": frozenset({"html", "html5", "htm"}),
    "css": frozenset({"css", "scss"}),
    "json": frozenset({"json", "jsonc", "json5"}),
    "yaml": frozenset({"yaml", "yml"}),
    "dockerfile": frozenset({"dockerfile", "docker"}),
    "nginx": frozenset({"nginx", "conf", "nginxconf"}),
    "graphql": frozenset({"graphql", "gql", "graphqls"}),
}  # fmt: skip
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[ \t]*([^\s`]*)[^`\n]*$")


class Block(NamedTuple):
    """One fenced block: the word after the fence, in lower case, and the text inside."""

    language: str
    code: str


def fence(code: str, *, language: str) -> str:
    """Return `code` as a fenced block, as an answer shows it; the fence is longer than any inside."""
    longest = max((len(run) for run in re.findall(r"^ {0,3}(`{3,})", code, flags=re.MULTILINE)), default=2)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{language}\n{code.strip(chr(10))}\n{ticks}"


def extract_code(answer: str, *, language: str) -> str:
    """Return the last block of `language`, else the last block, else the whole text; a missing end is forgiven."""
    blocks = find_blocks(answer)
    names = ALIASES.get(language, frozenset({language}))
    fitting = [block for block in blocks if block.language in names] or blocks
    return fitting[-1].code if fitting else answer.strip("\n")


def find_blocks(text: str) -> list[Block]:
    """Return the fenced blocks of `text` in order."""
    blocks: list[Block] = []
    mark, language, inside = "", "", list[str]()
    for line in text.splitlines():
        found = _FENCE.match(line)
        if mark:
            if found and found[1].startswith(mark) and not found[2]:
                blocks.append(Block(language, "\n".join(inside)))
                mark = ""
            else:
                inside.append(line)
        elif found:
            mark, language, inside = found[1], found[2].lower(), []
    if mark:
        blocks.append(Block(language, "\n".join(inside)))
    return blocks
