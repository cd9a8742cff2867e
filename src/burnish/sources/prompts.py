"""Words a task: signature and documentation of a function, some of its examples, what of its module it may use."""

import re
import textwrap
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from burnish.sources.drafts import Draft
from burnish.sources.examples import Check, Example
from burnish.sources.functions import LAZY_ANNOTATIONS

BARE = "{code}"
PHRASINGS = (
    BARE,
    BARE,
    "Complete this {language} function:\n\n```{fence}\n{code}\n```",
    "Write the body of `{name}`.\n\n```{fence}\n{code}\n```",
    "Implement `{name}` so that it does what its documentation says.\n\n```{fence}\n{code}\n```\n\n"
    "Answer with the whole function in one code block.",
    "```{fence}\n{code}\n```\n\nFinish this function. Keep its name and its parameters.",
    "The function below has no body yet. Please write it:\n\n```{fence}\n{code}\n```",
    "Here is the start of a {language} module. Fill in `{name}` and reply with the finished code.\n\n"
    "```{fence}\n{code}\n```",
    "{described}",
    "{described}",
)
DESCRIBED = (
    "Write a {language} function with this signature:\n\n```{fence}\n{signature}\n```\n\n{text}",
    "I need a {language} function `{name}`, declared as `{line}`. What it should do:\n\n{text}",
    "Please code `{line}` in {language}.\n\n{text}",
)
GIVEN = "\n\nThis code is there already and can be used:\n\n```{fence}\n{given}\n```"
_DIRECTIVE = re.compile(r"^\s*(\.\. (versionadded|versionchanged|deprecated|seealso)::|see also:\s*$)", re.IGNORECASE)
_HEADING = re.compile(r"^\s*(examples?( usage)?|usage|for example|e\.g\.|doctests?)\s*:*\s*$", re.IGNORECASE)


class Wording(NamedTuple):
    """The parts of a prompt: `code` is the whole unfinished program, `given` only what stands before the function."""

    language: str
    fence: str
    name: str
    signature: str
    text: str
    given: str
    code: str


def write_python_prompt(draft: Draft, rng: Random) -> str:
    """Return the prompt; the examples that stay hidden in the verifier are taken out of the docstring."""
    function = draft.function
    text = clean_docstring(function.docstring, examples=draft.examples, shown=count_shown(draft.checks))
    given = (function.header + function.context.replace(LAZY_ANNOTATIONS, "").lstrip()).rstrip()
    code = (f"{given}\n\n\n" if given else "") + f"{function.signature}\n{quote_docstring(text)}"
    return word(Wording("Python", "python", function.name, function.signature, text, given, code), rng=rng)


def word(wording: Wording, *, rng: Random) -> str:
    """Put the parts into one of the phrasings: bare code to complete, code with a request, or a description."""
    phrasing = rng.choice(PHRASINGS)
    line = " ".join(wording.signature.split()).rstrip("{: ")
    if phrasing == "{described}":
        phrasing = rng.choice(DESCRIBED if "@" not in line and len(line) < 100 else DESCRIBED[:1])
        phrasing += GIVEN if wording.given else ""
    return phrasing.format(line=line, **wording._asdict())


def count_shown(checks: Sequence[Check]) -> int:
    """Return how many of the docstring's examples stay visible: half, and one at least where tests know more."""
    documented = sum(check.line is not None for check in checks)
    return documented // 2 or min(documented, int(documented < len(checks)))


def clean_docstring(docstring: str, *, examples: Sequence[Example], shown: int) -> str:
    """Return the docstring with only the first `shown` of its checked examples, and no words that lead to none."""
    checked = [example for example in examples if example.check]
    last = checked[shown - 1].end if shown else 0
    hidden = {number for example in examples if example.start >= last for number in range(example.start, example.end)}
    lines: list[str] = []
    for number, line in enumerate(docstring.splitlines()):
        if number not in hidden:
            lines.append(line)
        else:
            _end_sentence(lines)
    return _without_orphans(_without_directives(lines))


def _end_sentence(lines: list[str]) -> None:
    """Let the last words say `It counts from zero.` instead of `It counts from zero:` when their example is gone."""
    said = next((number for number in reversed(range(len(lines))) if lines[number].strip()), None)
    if said is not None and not _HEADING.match(lines[said]):
        lines[said] = re.sub(r"(?<=[^\s:])::?$", ".", lines[said])


def _without_directives(lines: list[str]) -> list[str]:
    kept: list[str] = []
    inside: int | None = None
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if inside is not None and (not line.strip() or indent > inside):
            continue
        inside = indent if _DIRECTIVE.match(line) else None
        if inside is None:
            kept.append(line)
    return kept


def _without_orphans(lines: list[str]) -> str:
    """Drop headings with nothing under them and the blank lines that the removed examples left."""
    kept: list[str] = []
    for number, line in enumerate(lines):
        rest = [after for after in lines[number + 1 :] if after.strip() and set(after.strip()) - set("-=~")]
        leads = _HEADING.match(line) or (line.strip() and not set(line.strip()) - set("-=~"))
        if leads and (not rest or not (rest[0].lstrip().startswith(">>>") or rest[0].startswith(" "))):
            continue
        kept.append(line)
    text = re.sub(r"\n\s*\n(\s*\n)+", "\n\n", "\n".join(kept)).strip()
    return re.sub(r"::?\s*\Z", ".", text) if text.endswith(":") else text


def quote_docstring(text: str) -> str:
    """Return `text` as an indented docstring."""
    quotes = "'''" if '"""' in text else '"""'
    prefix = "r" if "\\" in text else ""
    body = textwrap.indent(text, "    ").lstrip()
    return f"    {prefix}{quotes}{body}{quotes}" if "\n" not in text else f"    {prefix}{quotes}{body}\n    {quotes}"
