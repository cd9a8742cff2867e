"""Mutants that no author chose: one operator, number or line of a reference changed. They measure a verifier.

Some change nothing that can be seen (equivalent mutants), so their kill rate is reported and nothing is dropped for it.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from random import Random

Rule = tuple[str, str]

_CODE: Sequence[Rule] = (
    (r" < ", " <= "), (r" <= ", " < "), (r" > ", " >= "), (r" >= ", " > "), (r" == ", " != "), (r" != ", " == "),
    (r" === ", " !== "), (r" !== ", " === "), (r" \+ ", " - "), (r" - ", " + "), (r" \* ", " + "), (r" // ", " * "),
    (r" % ", " // "), (r" and ", " or "), (r" or ", " and "), (r" && ", " || "), (r" \|\| ", " && "), (r" not ", " "),
    (r"\bTrue\b", "False"), (r"\bFalse\b", "True"), (r"\btrue\b", "false"), (r"\bfalse\b", "true"),
    (r" \+= ", " = "), (r"\bbreak\b", "continue"), (r"\bmin\(", "max("), (r"\bmax\(", "min("),
    (r"\breturn [^\n;]+", "return None"),
    (r"(?<![\w.\"'])(\d+)(?![\w.\"'])", "number"),
)  # fmt: skip
_SQL: Sequence[Rule] = (
    (r"\bLEFT JOIN\b", "JOIN"), (r"(?<!LEFT )\bJOIN\b", "LEFT JOIN"), (r"\bAND\b", "OR"), (r"\bOR\b", "AND"),
    (r" = ", " <> "),
    (r" > ", " >= "), (r" >= ", " > "), (r" < ", " <= "), (r" <= ", " < "),
    (r"\bDESC\b", "ASC"), (r"\bDISTINCT ", ""),
    (r"\bMIN\(", "MAX("), (r"\bMAX\(", "MIN("), (r"\bSUM\(", "COUNT("), (r"\bIS NULL\b", "IS NOT NULL"),
     (r" NOT NULL", ""),
    (r"\bIS NOT NULL\b", "IS NULL"), (r"\bUNIQUE\b", ""), (r" \+ ", " - "), (r" - ", " + "),
    (r"(?<![\w.'])(\d+)(?![\w.'])", "number"),
)  # fmt: skip
_MARKUP: Sequence[Rule] = (
    (r"\s[\w-]+=\"[^\"]*\"", ""),
    (r"(?<=>)[^<>\n]+(?=<)", ""),
    (r"\s(?:required|disabled|checked)\b", ""),
)
_STYLE: Sequence[Rule] = ((r"[\w-]+:\s[^;{}]+;", ""), (r"(?<![\w.#])(\d+)(?=px|rem|em|%|fr|\b)", "number"))
_LINES: Sequence[Rule] = ((r"(?m)^.+\n", ""),)
_RULES = {
    "python": _CODE, "javascript": _CODE, "jsx": _CODE, "typescript": _CODE, "sql": _SQL, "html": _MARKUP, "css": _STYLE,
}  # fmt: skip


def mutate_code(code: str, *, language: str, count: int, rng: Random) -> list[str]:
    """Return up to `count` different mutants of `code`; mutants of Python all compile."""
    mutants = [text for text in dict.fromkeys(_all_mutants(code, language=language)) if text != code]
    kept: list[str] = []
    for text in rng.sample(mutants, len(mutants)):
        if len(kept) < count and (language != "python" or _compiles(text)):
            kept.append(text)
    return kept


def _all_mutants(code: str, *, language: str) -> Iterator[str]:
    for pattern, replacement in _RULES.get(language, _LINES):
        for found in re.finditer(pattern, code):
            new = str(int(found[1]) + 1) if replacement == "number" else replacement
            yield code[: found.start()] + new + code[found.end() :]


def _compiles(code: str) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True
