"""Reads what a JavaScript function must give from the examples in its documentation comment. Runs nothing.

An example is a statement with its result in a comment: behind it (`chunk([1, 2], 1); // => [[1], [2]]`), on the next
lines (`// Returns: ...`, `// result will be ...`), or, where the comment says "returns", on the line before.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from burnish.sources.examples import NOT_LITERAL, Check, Example

_MARK = re.compile(
    r"^(?:=>|->|→|(?:\w+ )?(?:will be|is|equals):?|"
    r"(?:\w+ )?(?:returns?|outputs?|logs?|prints?|results?|gives|expected(?: output)?)\b:?)\s*",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"""\s+|(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?P<number>-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?![\w.])|"""
    r"""(?P<word>[A-Za-z_$][\w$]*)|(?P<mark>[\[\]{},:])""",
    re.IGNORECASE,
)
_WORDS = {"true": "true", "false": "false", "null": "null", "undefined": "null"}
_DECLARED = re.compile(r"^(?:const|let|var) ([A-Za-z_$][\w$]*)\s*(?::[^=]+)?=(?!=)", re.DOTALL)
_LOGGED = re.compile(r"^console\.log\((.*)\)$", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_COMMENT = re.compile(r"(?<![:'\"`/])//(?!/).*$")


class Line(NamedTuple):
    """One line of an example block: its number in the comment, the code, and the remark behind it."""

    number: int
    code: str
    remark: str


def read_comment_examples(docstring: str, *, entry: str) -> list[Example]:
    """Return the examples of a documentation comment; those with a result that can be compared have a check."""
    return [example for block in _blocks(docstring) for example in _read_block(block, entry=entry)]


def _blocks(docstring: str) -> Iterator[list[Line]]:
    block: list[Line] | None = None
    for number, text in enumerate(docstring.split("\n")):
        if text.startswith("@"):
            if block:
                yield block
            block = [] if text.strip() == "@example" else None
        elif block is not None:
            remark = _COMMENT.search(text)
            code = text[: remark.start()] if remark else text
            block.append(Line(number, code.rstrip(), remark[0].removeprefix("//").strip() if remark else ""))
    if block:
        yield block


def _read_block(block: list[Line], *, entry: str) -> Iterator[Example]:
    setup: list[str] = []
    number = 0
    while number < len(block):
        length = _statement_length(block[number:])
        if not length:
            number += 1
            continue
        code = "\n".join(line.code for line in block[number : number + length]).strip().removesuffix(";")
        value, used = _stated(block, at=number, length=length)
        end = number + length + used
        check = None
        if value is not NOT_LITERAL and re.search(rf"\b{re.escape(entry)}\b", "\n".join([code, *setup])):
            check = _check(code, value=value, setup=setup, line=block[number].number)
        yield Example(block[number].number, block[end - 1].number + 1, check)
        setup.append(re.sub(r"^(?:const|let) ", "var ", code) + ";")
        number = end


def _statement_length(lines: Sequence[Line]) -> int:
    """Return how many lines the statement at the start takes: until its brackets are closed; 0 where there is none."""
    depth = 0
    if not lines[0].code.strip():
        return 0
    for length, line in enumerate(lines, start=1):
        bare = re.sub(r"'[^']*'|\"[^\"]*\"|`[^`]*`", "", line.code)
        depth += sum(bare.count(mark) for mark in "([{") - sum(bare.count(mark) for mark in ")]}")
        if depth <= 0:
            return length
    return 0


def _stated(block: list[Line], *, at: int, length: int) -> tuple[Any, int]:
    """Return the value stated for the statement `at`, and how many comment lines after it say so."""
    behind = block[at + length - 1].remark
    if behind:
        return read_value(behind), 0
    after = block[at + length :]
    remarks: list[str] = []
    for line in after:
        if line.code.strip() or not line.remark:
            break
        remarks.append(line.remark)
        value = read_value("\n".join(remarks))
        if value is not NOT_LITERAL:
            return value, len(remarks)
    before = block[at - 1] if at else None
    if before and not before.code.strip() and re.match(r"returns?\b", before.remark, re.IGNORECASE):
        return read_value(before.remark), 0
    return NOT_LITERAL, 0


def _check(code: str, *, value: Any, setup: Sequence[str], line: int) -> Check:
    steps = list(setup)
    if declared := _DECLARED.match(code):
        steps.append(re.sub(r"^(?:const|let) ", "var ", code) + ";")
        code = declared[1]
    elif logged := _LOGGED.match(code):
        code = logged[1]
    return Check({"setup": _needed_steps(steps, code=code), "code": code}, value, line)


def _needed_steps(steps: Sequence[str], *, code: str) -> list[str]:
    """Leave out the steps that declare what nothing after them uses, and those that only log."""
    words = set(_NAME.findall(code))
    needed: list[str] = []
    for step in reversed(steps):
        declared = _DECLARED.match(step)
        own = set(_NAME.findall(step))
        if step.startswith("console.") or (declared and declared[1] not in words) or not own & words:
            continue
        needed.append(step)
        words |= own
    return needed[::-1]


def read_value(remark: str) -> Any:
    """Return the JavaScript literal that a remark states, as JSON; NOT_LITERAL where it states none."""
    stated = _MARK.sub("", remark.strip(), count=1).strip().removesuffix(";").removesuffix(".")
    parts: list[str] = []
    place = 0
    while place < len(stated):
        found = _TOKEN.match(stated, place)
        if found is None:
            return NOT_LITERAL
        part = _as_json(found, rest=stated[found.end() :])
        if part is None:
            return NOT_LITERAL
        parts.append(part)
        place = found.end()
    text = re.sub(r",\s*([\]}])", r"\1", "".join(parts))
    try:
        return json.loads(text)
    except ValueError:
        return NOT_LITERAL


def _as_json(found: re.Match[str], *, rest: str) -> str | None:
    if text := found["text"]:
        inner = text[1:-1].replace("\\'", "'")
        return json.dumps(inner) if "\\" not in inner else None
    if found["word"]:
        return json.dumps(found["word"]) if re.match(r"\s*:", rest) else _WORDS.get(found["word"])
    return found["number"] or found["mark"] or " "


def clean_comment(docstring: str, *, examples: Sequence[Example], shown: int) -> str:
    """Return the comment with only the first `shown` of its checked examples; a block without any goes whole."""
    checked = [example for example in examples if example.check]
    visible = {line for example in checked[:shown] for line in range(example.start, example.end)}
    last = max(visible, default=-1)
    lines = docstring.split("\n")
    dropped: set[int] = {
        line for example in examples if example.start > last for line in range(example.start, example.end)
    }
    for start in (number for number, line in enumerate(lines) if line.strip() == "@example"):
        after = [number for number in range(start + 1, len(lines)) if lines[number].startswith("@")]
        block = range(start, after[0] if after else len(lines))
        if not visible & set(block):
            dropped |= set(block)
    kept = "\n".join(line for number, line in enumerate(lines) if number not in dropped)
    return re.sub(r"\n{3,}", "\n\n", kept).strip()
