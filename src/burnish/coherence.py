"""Tells an answer from what no speaker would take for one: nothing, the question again, a loop, symbols, mixed-up words.

Rules on the text alone, in English; they ask whether something is said, not whether it is right.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import cycle

SPECIAL = re.compile(
    r"<\|[^|>]*\|>(?:(?:system|user|assistant)\b)?"
)  # a role's name stands behind ChatML's opening token
WORD = re.compile(r"\w+(?:['’]\w+)*")
RUN = 4  # words
MIN_LOOP_WORDS, MIN_DISTINCT_RUNS, MAX_TURN = 12, 0.5, 64
REPEATED = re.compile(r"(.{1,40}?)\1{5,}", re.DOTALL)
MIN_REPEATED_SHARE = 0.5
MIN_ECHO_WORDS = 4
MIN_JUDGED = 10  # words or signs; fewer say too little about their make-up
MAX_FUNCTION_WORDS, MAX_BARE_SIGNS, MAX_SCRIPTS, MIN_MEAN_LETTERS = 0.75, 0.4, 2, 2.8
FUNCTION_WORDS = frozenset(
    "a an and are as at be been but by can did do does for from had has have he her his i if in into is it its may not of on "
    "or over she so than that the their them then there they this to under was we were what which who will with would you "
    "your".split()
)
EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL"})


def find_fault(text: str, *, prompt: str) -> str:
    """Return the name of the first rule that says `text` is no answer to `prompt`, or nothing."""
    said = SPECIAL.sub(" ", text)
    words = WORD.findall(said.lower())
    if not any(character.isalnum() for character in said):
        return "empty"
    if _is_echo(words, asked=WORD.findall(prompt.lower())):
        return "echo"
    if _is_loop(words) or _is_repetition(said):
        return "loop"
    return next((name for name, broken in MAKE_UP.items() if broken(said, words)), "")


def _is_echo(words: Sequence[str], *, asked: Sequence[str]) -> bool:
    """The question's own words in its own order, once or again and again, perhaps cut."""
    if len(words) < min(MIN_ECHO_WORDS, len(asked)) or not asked:
        return False
    return all(word == wanted for word, wanted in zip(words, cycle(asked), strict=False))


def _is_loop(words: Sequence[str]) -> bool:
    """Few different runs of words, or one text said twice from end to end."""
    runs = [tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)]
    twice = any(words[half:] == words[:-half] for half in range(RUN, min(MAX_TURN, len(words) // 2) + 1))
    return len(words) >= MIN_LOOP_WORDS and (twice or len(set(runs)) < MIN_DISTINCT_RUNS * len(runs))


def _is_repetition(text: str) -> bool:
    """One short text many times in a row makes up most of it."""
    solid = "".join(text.split())
    return sum(len(found[0]) for found in REPEATED.finditer(solid)) >= max(20, MIN_REPEATED_SHARE * len(solid))


def _has_no_words(text: str, words: Sequence[str]) -> bool:
    return len(words) >= MIN_JUDGED and not any(word[0].isalpha() for word in words)


def _is_function_words(text: str, words: Sequence[str]) -> bool:
    """Joints without anything between them; also the one word at which an answer stopped."""
    share = sum(word in FUNCTION_WORDS for word in words) / max(len(words), 1)
    return share == 1.0 or (len(words) >= MIN_JUDGED and share > MAX_FUNCTION_WORDS)


def _is_bare_signs(text: str, words: Sequence[str]) -> bool:
    tokens = text.split()
    bare = sum(not any(character.isalnum() for character in token) for token in tokens)
    return len(tokens) >= MIN_JUDGED and "```" not in text and bare > MAX_BARE_SIGNS * len(tokens)


def _is_of_many_scripts(text: str, words: Sequence[str]) -> bool:
    names = {unicodedata.name(letter, "?").partition(" ")[0] for letter in text if letter.isalpha()}
    return len({"EAST ASIAN" if name in EAST_ASIAN else name for name in names}) > MAX_SCRIPTS


def _is_fragments(text: str, words: Sequence[str]) -> bool:
    letters = [word for word in words if word.isalpha()]
    return "```" not in text and len(letters) >= MIN_JUDGED and sum(map(len, letters)) < MIN_MEAN_LETTERS * len(letters)


MAKE_UP: dict[str, Callable[[str, Sequence[str]], bool]] = {
    "no_words": _has_no_words,
    "function_words": _is_function_words,
    "bare_signs": _is_bare_signs,
    "scripts": _is_of_many_scripts,
    "fragments": _is_fragments,
}
