"""Breaks JavaScript programs on purpose, one token at a time, outside strings, comments and regular expressions."""

import re
from collections.abc import Iterator
from random import Random

_MASKED = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|"
    r"(?<=[=(,:!&|?;{}] )/(?![/*])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n])+/[a-z]*|"
    r"(?<=return )/(?![/*])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n])+/[a-z]*|"
    r"(?<=[(!])/(?![/*])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n])+/[a-z]*",
    re.DOTALL,
)
RULES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"===", "!=="), (r"!==", "==="), (r" == ", " != "), (r" != ", " == "), (r"<=", "<"), (r"(?<!=)>=", ">"),
        (r" < ", " <= "), (r" > ", " >= "), (r"&&", "||"), (r"\|\|", "&&"), (r"\?\?", "&&"), (r" \+ ", " - "),
        (r" - ", " + "), (r" \* ", " + "), (r" / ", " * "), (r" % ", " * "), (r"\+=", "-="), (r"\btrue\b", "false"),
        (r"\bfalse\b", "true"), (r"if \((?!!)", "if (!"), (r"if \(!", "if ("), (r"Math\.min\b", "Math.max"),
        (r"Math\.max\b", "Math.min"), (r"Math\.floor\b", "Math.ceil"), (r"Math\.ceil\b", "Math.floor"),
        (r"\? ", "? !"), (r"\.slice\(", ".concat("), (r"\.push\(", ".unshift("),
        (r"=> (?![{(])[\w.$]+(?:\([^()\n]*\))?", "=> null"),
        (r"return (?!;)[^;\n]+;", "return undefined;"),
    )
)  # fmt: skip
_NUMBER = re.compile(r"(?<![\w.$])\d+(?![\w.])")
_STRING = re.compile(r"(?<=[=(,:?+] )(\"[^\"\n]+\"|'[^'\n]+')|(?<=\()(\"[^\"\n]+\"|'[^'\n]+')")
_LEFT_ALONE = re.compile(r"^\s*(?:while|throw)\b|\bthrow new\b|\bdo \{")


def break_script(program: str, *, count: int, rng: Random) -> list[str]:
    """Return at most `count` broken versions of a function: the empty body first, then a choice of small edits."""
    signature, _, _ = program.partition("\n")
    edits = list(dict.fromkeys(_edits(program, start=len(signature))))
    rng.shuffle(edits)
    found = [f"{signature}\n  return undefined;\n}}\n"]
    for start, end, text in edits:
        broken = program[:start] + text + program[end:]
        if len(found) < count and broken not in found and broken != program:
            found.append(broken)
    return found


def _edits(program: str, *, start: int) -> Iterator[tuple[int, int, str]]:
    masked = _MASKED.sub(lambda found: "\0" * len(found[0]), program)
    for pattern, replacement in RULES:
        for found in pattern.finditer(masked, start):
            if _may_change(masked, found.start()):
                yield found.start(), found.end(), replacement
    for found in _NUMBER.finditer(masked, start):
        if _may_change(masked, found.start()):
            yield found.start(), found.end(), str(int(found[0]) + 1)
    for found in _STRING.finditer(program, start):
        if _may_change(masked, found.start()):
            yield found.start(), found.end(), '""'


def _may_change(masked: str, place: int) -> bool:
    line = masked[masked.rfind("\n", 0, place) + 1 :].partition("\n")[0]
    return not _LEFT_ALONE.search(line)
