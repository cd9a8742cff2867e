"""Finds the functions of a JavaScript package that can stand alone, with what they need of their siblings.

Reads formatted ES modules by their layout: a statement starts in the first column and ends before the next one. What
doesn't look like that isn't taken; whether what was taken is right, the sandbox decides.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from burnish.sources.functions import Function, Unresolved

_IMPORT = re.compile(r"^import \{([^}]*)\} from \"(\.[^\"]*)\";$")
_NAMED = re.compile(r"^(?:export )?(?:async )?(?:function\*?|const|let|class) ([A-Za-z_$][\w$]*)")
_FUNCTION = re.compile(r"^(?:export )?(?:async )?function\*? ")
_WORD = re.compile(r"[A-Za-z_$][\w$]*")


class Statement(NamedTuple):
    """A named top-level statement and the documentation comment before it."""

    name: str
    text: str
    comment: str


class Script:
    """One ES module: its named statements, and which names come from which other file."""

    def __init__(self, source: str, *, path: str) -> None:
        """Split `source`; tabs become two spaces, as most style guides have it."""
        self.path = path
        self.statements: dict[str, Statement] = {}
        self.imports: dict[str, str] = {}
        comment = ""
        for block in _blocks(source.replace("\t", "  ")):
            if found := _IMPORT.match(block):
                for name in found[1].split(","):
                    self.imports[name.strip()] = posixpath.normpath(posixpath.join(posixpath.dirname(path), found[2]))
            elif block.startswith("/**"):
                comment = block
            elif named := _NAMED.match(block):
                self.statements[named[1]] = Statement(named[1], block.removeprefix("export "), comment)
                comment = ""

    def functions(self) -> Iterator[Statement]:
        """Yield the documented functions."""
        for statement in self.statements.values():
            if statement.comment and _FUNCTION.match(statement.text) and statement.text.rstrip().endswith("\n}"):
                yield statement


def _blocks(source: str) -> Iterator[str]:
    """Yield the pieces that start in the first column; a documentation comment is a piece of its own."""
    block: list[str] = []
    for line in source.split("\n"):
        in_comment = bool(block) and block[0].startswith("/**") and not block[-1].endswith("*/")
        starts = bool(line) and not in_comment and (line[0].isalpha() or line.startswith("/"))
        if starts and block:
            yield "\n".join(block).rstrip()
            block = []
        if starts or block:
            block.append(line)
    if block:
        yield "\n".join(block).rstrip()


def stand_alone(
    package: Mapping[str, Script], script: Script, statement: Statement, *, max_context_chars: int
) -> Function:
    """Return the function of `statement` with what it needs; raises Unresolved when that isn't there or is too much."""
    needed: dict[str, str] = {}
    _collect(package, script, statement.text, target=statement.name, needed=needed, open_names=(statement.name,))
    if sum(map(len, needed.values())) > max_context_chars:
        raise Unresolved("needs too much of its package")
    signature, _, body = statement.text.partition("\n")
    if not signature.endswith("{"):
        raise Unresolved("has a signature of several lines")
    context = "".join(f"{text}\n\n" for text in needed.values())
    return Function(statement.name, signature, read_comment(statement.comment), body, "", context)


def _collect(
    package: Mapping[str, Script], script: Script, text: str, *, target: str, needed: dict[str, str],
    open_names: tuple[str, ...],
) -> None:  # fmt: skip
    """Add what `text` of `script` uses to `needed`, dependencies first."""
    for word in dict.fromkeys(_WORD.findall(text)):
        if word in open_names:
            continue
        home = script
        if word in script.imports:
            home = package.get(script.imports[word]) or script
            if word not in home.statements:
                raise Unresolved(f"needs {word}, which isn't in its package")
        found = home.statements.get(word)
        if found is None:
            if f"{word} as " in " ".join(script.imports):
                raise Unresolved(f"needs {word}, which has two names")
            continue
        if word == target:
            raise Unresolved("is called back by what it needs")
        if word not in needed:
            inner = (*open_names, word)
            _collect(package, home, found.text, target=target, needed=needed, open_names=inner)
            needed[word] = found.text


def context_names(context: str) -> list[tuple[str, str]]:
    """Return the names and texts of the statements in a context."""
    found = [(match[1], block) for block in _blocks(context) if (match := _NAMED.match(block))]
    return found


def read_comment(comment: str) -> str:
    """Return the text of a documentation comment without its stars and without type parameters."""
    lines = [re.sub(r"^\s*\* ?", "", line).rstrip() for line in comment.split("\n")[1:-1]]
    return "\n".join(line for line in lines if not line.startswith("@template")).strip("\n")
