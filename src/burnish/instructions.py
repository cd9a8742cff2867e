"""Checks an answer against the 25 instructions of IFEval (Zhou et al. 2023) by their published ids and arguments, strictly.

Patterns are the published ones. Sentences are cut at `.`, `!` and `?` before a space, where the paper uses a trained
tokenizer, and languages are told by another classifier (py3langid); nothing is removed from an answer before it is checked.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from burnish.errors import BurnishError

Given = Mapping[str, Any]
CONSTRAINED = ("My answer is yes.", "My answer is no.", "My answer is maybe.")


def find_unfollowed(answer: str, *, instructions: Sequence[str], given: Sequence[Given], prompt: str) -> list[str]:
    """Return the ids of `instructions` that `answer` doesn't follow; `given` holds the arguments of each."""
    if unknown := sorted(set(instructions) - CHECKERS.keys()):
        raise BurnishError(
            f"no checker for the instruction {unknown[0]!r} of {prompt[:60]!r}; add it to burnish/instructions.py"
        )
    return [name for name, own in zip(instructions, given, strict=True) if not CHECKERS[name](answer, own)]


def _compares(count: int, given: Given, wanted: str, relation: str = "relation") -> bool:
    return count >= int(given[wanted]) if given[relation] == "at least" else count < int(given[wanted])


def _has_keywords(answer: str, given: Given) -> bool:
    return all(re.search(re.escape(word), answer, re.IGNORECASE) for word in given["keywords"])


def _has_keyword_often(answer: str, given: Given) -> bool:
    return _compares(len(re.findall(re.escape(given["keyword"]), answer, re.IGNORECASE)), given, "frequency")


def _lacks_words(answer: str, given: Given) -> bool:
    return not any(re.search(rf"\b{re.escape(word)}\b", answer, re.IGNORECASE) for word in given["forbidden_words"])


def _has_letter_often(answer: str, given: Given) -> bool:
    return _compares(answer.lower().count(given["letter"].lower()), given, "let_frequency", "let_relation")


def _is_in_language(answer: str, given: Given) -> bool:
    return _language(answer) == str(given["language"])


def _has_sentences(answer: str, given: Given) -> bool:
    sentences = [part for part in re.split(r"(?<=[.!?])\s+", answer.strip()) if re.search(r"\w", part)]
    return _compares(len(sentences), given, "num_sentences")


def _has_words(answer: str, given: Given) -> bool:
    return _compares(len(re.findall(r"\w+", answer)), given, "num_words")


def _has_paragraphs(answer: str, given: Given) -> bool:
    parts = [part.strip() for part in re.split(r"\s?\*\*\*\s?", answer)]
    return all(parts[1:-1]) and sum(map(bool, parts)) == int(given["num_paragraphs"])


def _has_first_word(answer: str, given: Given) -> bool:
    parts = [part.strip() for part in answer.split("\n\n")]
    filled = [part for part in parts if part]
    place = int(given["nth_paragraph"])
    if len(filled) != int(given["num_paragraphs"]) or place > len(parts) or not parts[place - 1]:
        return False
    first = re.split(r"[.,?!'\"]", parts[place - 1].split()[0].lstrip("'\""))[0]
    return first.lower() == str(given["first_word"]).lower()


def _has_placeholders(answer: str, given: Given) -> bool:
    return len(re.findall(r"\[.*?\]", answer)) >= int(given["num_placeholders"])


def _has_postscript(answer: str, given: Given) -> bool:
    known = {"P.P.S": r"\s*p\.\s?p\.\s?s.*$", "P.S.": r"\s*p\.\s?s\..*$"}
    marker = given["postscript_marker"]
    return bool(re.search(known.get(marker, rf"\s*{re.escape(marker.lower())}.*$"), answer.lower(), re.MULTILINE))


def _has_bullets(answer: str, given: Given) -> bool:
    found = re.findall(r"^\s*\*[^\*].*$", answer, re.MULTILINE) + re.findall(r"^\s*-.*$", answer, re.MULTILINE)
    return len(found) == int(given["num_bullets"])


def _is_constrained(answer: str, given: Given) -> bool:
    return any(said in answer for said in CONSTRAINED)


def _has_highlights(answer: str, given: Given) -> bool:
    found = re.findall(r"\*[^\n\*]*\*", answer) + re.findall(r"\*\*[^\n\*]*\*\*", answer)
    return sum(bool(part.strip("*").strip()) for part in found) >= int(given["num_highlights"])


def _has_sections(answer: str, given: Given) -> bool:
    found = re.findall(rf"\s?{re.escape(given['section_spliter'].strip())}\s?\d+\s?", answer)
    return len(found) >= int(given["num_sections"])


def _is_json(answer: str, given: Given) -> bool:
    body = re.sub(r"^```(?:json|JSON|Json)?|```$", "", answer.strip()).strip()
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _has_title(answer: str, given: Given) -> bool:
    return any(found.strip("<> ") for found in re.findall(r"<<[^\n]+>>", answer))


def _is_two_responses(answer: str, given: Given) -> bool:
    parts = [part.strip() for part in answer.split("******")]
    filled = [part for part in parts if part]
    return all(parts[1:-1]) and len(filled) == 2 and filled[0] != filled[1]


def _repeats_prompt(answer: str, given: Given) -> bool:
    return answer.strip().lower().startswith(given["prompt_to_repeat"].strip().lower())


def _ends_with(answer: str, given: Given) -> bool:
    return answer.strip().strip('"').lower().endswith(given["end_phrase"].strip().lower())


def _has_capital_words(answer: str, given: Given) -> bool:
    count = sum(word.isupper() for word in re.findall(r"\w+", answer))
    return _compares(count, given, "capital_frequency", "capital_relation")


def _is_upper(answer: str, given: Given) -> bool:
    return answer.isupper() and _language(answer.lower()) == "en"


def _is_lower(answer: str, given: Given) -> bool:
    return answer.islower() and _language(answer) == "en"


def _lacks_commas(answer: str, given: Given) -> bool:
    return "," not in answer


def _is_quoted(answer: str, given: Given) -> bool:
    text = answer.strip()
    return len(text) > 1 and text[0] == text[-1] == '"'


def _language(text: str) -> str:
    import py3langid  # here: its model takes a third of a second, and only two kinds of instruction need it

    return str(py3langid.classify(text)[0])


CHECKERS: Mapping[str, Callable[[str, Given], bool]] = {
    "change_case:capital_word_frequency": _has_capital_words,
    "change_case:english_capital": _is_upper,
    "change_case:english_lowercase": _is_lower,
    "combination:repeat_prompt": _repeats_prompt,
    "combination:two_responses": _is_two_responses,
    "detectable_content:number_placeholders": _has_placeholders,
    "detectable_content:postscript": _has_postscript,
    "detectable_format:constrained_response": _is_constrained,
    "detectable_format:json_format": _is_json,
    "detectable_format:multiple_sections": _has_sections,
    "detectable_format:number_bullet_lists": _has_bullets,
    "detectable_format:number_highlighted_sections": _has_highlights,
    "detectable_format:title": _has_title,
    "keywords:existence": _has_keywords,
    "keywords:forbidden_words": _lacks_words,
    "keywords:frequency": _has_keyword_often,
    "keywords:letter_frequency": _has_letter_often,
    "language:response_language": _is_in_language,
    "length_constraints:nth_paragraph_first_word": _has_first_word,
    "length_constraints:number_paragraphs": _has_paragraphs,
    "length_constraints:number_sentences": _has_sentences,
    "length_constraints:number_words": _has_words,
    "punctuation:no_comma": _lacks_commas,
    "startend:end_checker": _ends_with,
    "startend:quotation": _is_quoted,
}
