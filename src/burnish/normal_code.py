"""The form of a piece of code in which two answers count as the same: layout and comments don't matter.

Python by its syntax tree, so quotes, brackets and comments drop out and docstrings too; other languages word by word.
"""

import ast
import re
import warnings

from burnish.errors import BurnishError

_HASH = re.compile(r"(?:^|\s)#.*$", re.MULTILINE)
_DASHES = re.compile(r"--.*$", re.MULTILINE)
_SLASHES = re.compile(r"(?:^|\s)//[^\n]*|/\*.*?\*/", re.MULTILINE | re.DOTALL)
_ARROWS = re.compile(r"<!--.*?-->", re.DOTALL)
_STARS = re.compile(r"/\*.*?\*/", re.DOTALL)
_PLAIN = re.compile(r"(?!)")
COMMENTS = {
    "python": _HASH, "yaml": _HASH, "dockerfile": _HASH, "nginx": _HASH, "graphql": _HASH, "sql": _DASHES,
    "javascript": _SLASHES, "jsx": _SLASHES, "typescript": _SLASHES, "css": _STARS, "html": _ARROWS, "json": _PLAIN,
}  # fmt: skip
_WORD = re.compile(r"\w+|\S")


def normalise_code(code: str, *, language: str) -> str:
    """Return the normal form of `code`."""
    if language == "python" and (tree := _parse(code)) is not None:
        return ast.unparse(tree)
    if language not in COMMENTS:
        raise BurnishError(f"no normal form for code in {language!r}; there are: {', '.join(COMMENTS)}")
    return " ".join(_WORD.findall(COMMENTS[language].sub(" ", code)))


def _parse(code: str) -> ast.Module | None:
    """Return the tree without docstrings, or None where `code` isn't Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
            continue
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return tree
