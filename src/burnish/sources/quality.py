"""Says what is wrong with a text, by counting: the rules of Gopher and C4 for prose, those of StarCoder for code.

Gopher: Rae et al. 2021, table A1 and section A.1.1. C4: Raffel et al. 2020, section 2.2. StarCoder: Li et al. 2023,
section 3.1. Rules that need words of English (stop words) or whole web pages (navigation bars) aren't among them.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from string import ascii_letters, digits

from pydantic import Field

from burnish.params import Section

Share = float
_SIGNS = bytes(set(range(128)) - set((ascii_letters + digits).encode()))
_WORD = re.compile(r"\S+")
_BULLETS = ("-", "*", "•", "+")
_GENERATED = re.compile(
    r"@generated\b|do not edit|auto-?generated|automatically generated|generated automatically|sourceMappingURL=data:"
    r"|\b(?:file|code) (?:is|was)?\b ?generated\b|^\W*generated (?:by|from|with)\b",
    re.IGNORECASE | re.MULTILINE,
)
_FILLER = re.compile(r"lorem ipsum dolor", re.IGNORECASE)


class CodeQuality(Section):
    """What code must keep to; `head_lines` are searched for the marks of generated files."""

    max_line_chars: int = Field(gt=0)
    max_mean_line_chars: int = Field(gt=0)
    min_alphanumeric: Share = Field(ge=0, le=1)
    head_lines: int = Field(ge=0)


class DocumentQuality(Section):
    """What the prose of documents must keep to. Shares of repeats are of characters, by the length of the run in words.

    Less than `min_words` are no document; in less than `min_run_words` a run that comes twice says nothing.
    `max_top_runs`: of the most frequent run; `max_repeated_runs`: of all runs that stand there twice.
    """

    max_line_chars: int = Field(gt=0)
    min_words: int
    min_run_words: int
    min_mean_word_chars: float
    max_mean_word_chars: float
    max_hash_and_ellipsis_words: Share
    min_words_with_a_letter: Share
    max_bullet_lines: Share
    max_ellipsis_lines: Share
    max_repeated_lines: Share
    max_top_runs: Mapping[int, Share]
    max_repeated_runs: Mapping[int, Share]


def judge_code(text: str, *, params: CodeQuality) -> str | None:
    """Return what is wrong with a program, or None."""
    lines = text.split("\n")
    if max(map(len, lines)) > params.max_line_chars:
        return "has a line that is too long"
    if _GENERATED.search("\n".join(lines[: params.head_lines])):
        return "is generated"
    if len(text) > params.max_mean_line_chars * len(lines):
        return "has lines that are too long on average"
    if _alphanumeric_share(text) < params.min_alphanumeric:
        return "has too few letters and digits"
    return None


def _alphanumeric_share(text: str) -> float:
    """Return the share of letters and digits; all bytes outside ASCII count as letters' bytes."""
    data = text.encode()
    return len(data.translate(None, _SIGNS)) / len(data) if data else 0.0


def judge_prose(prose: str, *, params: DocumentQuality) -> str | None:
    """Return what is wrong with a document of which this is the prose, or None."""
    return next(_faults(prose, params=params), None)


def _faults(prose: str, *, params: DocumentQuality) -> Iterator[str]:
    lines, words = prose.split("\n"), _WORD.findall(prose)
    if len(words) < params.min_words:
        yield "has too little prose"
        return
    if max(map(len, lines)) > params.max_line_chars:
        yield "has a line that is too long"
    if _FILLER.search(prose):
        yield "has filler text"
    yield from _judge_words(words, params=params)
    if _share(line.startswith(_BULLETS) for line in lines) > params.max_bullet_lines:
        yield "is a list and nothing else"
    if _share(line.endswith(("...", "…")) for line in lines) > params.max_ellipsis_lines:
        yield "has too many lines cut short"
    repeated = Counter(lines)
    if 1 - len(repeated) / len(lines) > params.max_repeated_lines:
        yield "has too many repeated lines"
    if len(words) >= params.min_run_words:
        yield from _judge_runs([word.lower() for word in words], params=params)


def _judge_words(words: Sequence[str], *, params: DocumentQuality) -> Iterator[str]:
    spoken = [word for word in words if any(map(str.isalpha, word))]
    mean = sum(map(len, spoken)) / max(len(spoken), 1)
    if not params.min_mean_word_chars <= mean <= params.max_mean_word_chars:
        yield "has words of a strange length"
    if _share(word in ("#", "...", "…") for word in words) > params.max_hash_and_ellipsis_words:
        yield "has too many signs for its words"
    if len(spoken) < params.min_words_with_a_letter * len(words):
        yield "has too few words with a letter"


def _judge_runs(words: Sequence[str], *, params: DocumentQuality) -> Iterator[str]:
    chars = sum(map(len, words))
    for size, most in params.max_top_runs.items():
        run, count = Counter(_runs(words, size=size)).most_common(1)[0]
        if count > 1 and count * sum(map(len, run)) > most * chars:
            yield f"has {size} words over and over"
    for size, most in params.max_repeated_runs.items():
        if _repeated_chars(words, size=size) > most * chars:
            yield f"has too many repeats of {size} words"


def _runs(words: Sequence[str], *, size: int) -> Iterator[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(size)), strict=False)


def _repeated_chars(words: Sequence[str], *, size: int) -> int:
    """Return how many characters lie in a run that stood there before; one that lies in two such runs counts once."""
    seen: set[tuple[str, ...]] = set()
    found = done = 0
    for place, run in enumerate(_runs(words, size=size)):
        if run in seen:
            found += sum(map(len, words[max(place, done) : place + size]))
            done = place + size
        seen.add(run)
    return found


def _share(answers: Iterator[bool]) -> float:
    found = list(answers)
    return sum(found) / len(found)
