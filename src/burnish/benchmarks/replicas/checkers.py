"""Checks an answer against instructions of IFEval (Zhou et al. 2023), by its ids and arguments, as published."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Given = Mapping[str, Any]


def find_broken(answer: str, *, names: Sequence[str], given: Sequence[Given]) -> list[str]:
    """Return the ids of the instructions that `answer` doesn't follow."""
    return [name for name, own in zip(names, given, strict=True) if not CHECKERS[name](answer, own)]


def _counted(count: int, wanted: int, relation: str) -> bool:
    return count >= wanted if relation == "at least" else count < wanted


def _has_word(answer: str, word: str) -> bool:
    return re.search(rf"\b{re.escape(word)}\b", answer, flags=re.IGNORECASE) is not None


def _has_postscript(answer: str, given: Given) -> bool:
    return re.search(rf"^\s*{re.escape(given['postscript_marker'])}.*$", answer, flags=re.MULTILINE) is not None


def _has_highlights(answer: str, given: Given) -> bool:
    found = [text for text in re.findall(r"\*[^\n*]+\*", answer) if text.strip("* ")]
    return len(found) >= int(given["num_highlights"])


def _has_frequency(answer: str, given: Given) -> bool:
    count = len(re.findall(re.escape(given["keyword"]), answer, flags=re.IGNORECASE))
    return _counted(count, given["frequency"], given["relation"])


def _has_sections(answer: str, given: Given) -> bool:
    return len(re.findall(rf"\s?{re.escape(given['section_spliter'])}\s?\d+\s?", answer)) >= int(given["num_sections"])


CHECKERS: Mapping[str, Callable[[str, Given], bool]] = {
    "punctuation:no_comma": lambda answer, _: "," not in answer,
    "keywords:existence": lambda answer, given: all(_has_word(answer, word) for word in given["keywords"]),
    "keywords:forbidden_words": lambda answer, given: not any(_has_word(answer, w) for w in given["forbidden_words"]),
    "keywords:frequency": _has_frequency,
    "length_constraints:number_words": lambda answer, given: _counted(
        len(re.findall(r"\w+", answer)), given["num_words"], given["relation"]
    ),
    "detectable_format:number_bullet_lists": lambda answer, given: (
        len(re.findall(r"^\s*(?:\*[^*]|-).*$", answer, flags=re.MULTILINE)) == given["num_bullets"]
    ),
    "detectable_format:title": lambda answer, _: any(text.strip("<> \n") for text in re.findall(r"<<[^\n]+>>", answer)),
    "detectable_format:number_highlighted_sections": _has_highlights,
    "detectable_format:multiple_sections": _has_sections,
    "detectable_content:postscript": _has_postscript,
    "detectable_content:number_placeholders": lambda answer, given: (
        len(re.findall(r"\[.*?\]", answer)) >= given["num_placeholders"]
    ),
    "change_case:english_lowercase": lambda answer, _: answer.islower(),
    "change_case:english_capital": lambda answer, _: answer.isupper(),
    "startend:end_checker": lambda answer, given: (
        answer.strip().strip('"').lower().endswith(given["end_phrase"].strip().lower())
    ),
    "startend:quotation": lambda answer, _: len(answer.strip()) > 1 and answer.strip()[0] == '"' == answer.strip()[-1],
}
