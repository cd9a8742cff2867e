"""Makes copies of benchmark items as they leak into training data: verbatim, reformatted, renamed, paraphrased.

Renamed copies are programs without docstring and comments, under other names: only their form is left. Paraphrases are by
rule (synonyms, another opening, sentences in another order), so they are milder than a person's.
"""

import ast
import builtins
import re
from collections.abc import Callable, Mapping
from random import Random

from burnish.benchmark_items import Item

SYNONYMS = {
    "find": "determine", "calculate": "work out", "compute": "work out", "return": "give back", "returns": "gives back",
    "get": "fetch", "retrieve": "look up", "give": "provide", "given": "provided", "list": "sequence", "number": "figure",
    "numbers": "figures", "string": "text", "check": "verify", "write": "produce", "create": "set up", "show": "display",
    "want": "would like", "need": "require", "function": "routine", "help": "assist", "please": "kindly", "using": "with",
    "what": "which", "how": "in what way", "the": "that", "all": "every one of", "between": "among", "with": "having",
    "contains": "holds", "elements": "items", "element": "item", "integer": "whole number", "integers": "whole numbers",
}  # fmt: skip
OPENINGS = ("Could you do this for me?", "Here is what I am after.", "A question from my work:", "Consider this.")
_SENTENCE = re.compile(r"(?<=[.?!])\s+")
_DOCSTRING = re.compile(r'("""|\'\'\')(.*?)\1', re.DOTALL)


def copy_verbatim(item: Item, *, random: Random) -> str | None:
    """Return the program, or the longest text, as it is."""
    return item.program or max(item.texts, key=len)


def reformat(item: Item, *, random: Random) -> str | None:
    """Return the program as another formatter writes it, or the text with other white space, case and signs."""
    if item.program:
        return ast.unparse(ast.parse(item.program))
    words = re.sub(r"[^\w\s]", " ", max(item.texts, key=len)).split()
    return "".join(word + random.choice((" ", " ", "  ", "\n")) for word in words).upper()


def rename(item: Item, *, random: Random) -> str | None:
    """Return the program with other names and no docstring, comment or annotation; a text has no names to change."""
    if not item.program:
        return None
    tree = _Renaming(ast.parse(item.program), first=random.randrange(100)).visit(ast.parse(item.program))
    return ast.unparse(ast.fix_missing_locations(tree))


def paraphrase(item: Item, *, random: Random) -> str | None:
    """Return the text, or the description in the program, in other words and another order."""
    found = _DOCSTRING.search(item.program)
    text = (found[2] if found else max(item.texts, key=len)).strip()
    words = (SYNONYMS.get(word.lower(), word) for word in re.split(r"(\W+)", text))
    sentences = _SENTENCE.split("".join(words))
    random.shuffle(sentences)
    return f"{random.choice(OPENINGS)} {' '.join(sentences)}"


KINDS: Mapping[str, Callable[..., str | None]] = {
    "verbatim": copy_verbatim, "reformatted": reformat, "renamed": rename, "paraphrased": paraphrase,
}  # fmt: skip


class _Renaming(ast.NodeTransformer):
    """Gives new names to all that a program names itself, and takes out what only readers need."""

    def __init__(self, tree: ast.Module, *, first: int) -> None:
        """Choose a new name for each one that is bound in `tree` by assignment, argument or definition."""
        bound = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
        bound += [node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)]
        bound += [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        own = [name for name in dict.fromkeys(bound) if not hasattr(builtins, name)]
        self._names = {name: f"item_{first + place}" for place, name in enumerate(own)}

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """Rename a use."""
        return ast.Name(self._names.get(node.id, node.id), node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """Rename an argument."""
        return ast.arg(self._names.get(node.arg, node.arg))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Rename a function and drop its docstring."""
        self.generic_visit(node)
        node.name, node.returns = self._names.get(node.name, node.name), None
        told = ast.get_docstring(node, clean=False) is not None
        node.body = (node.body[1:] if told else node.body) or [ast.Pass()]
        return node
