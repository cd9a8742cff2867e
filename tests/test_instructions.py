"""Each of IFEval's 25 instructions holds for an answer that follows it and fails for one that doesn't."""

from typing import Any

import pytest

from burnish.errors import BurnishError
from burnish.instructions import CHECKERS, find_unfollowed

ENGLISH = "the quick brown fox jumps over the lazy dog while the children are playing in the garden behind the house"
CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    "change_case:capital_word_frequency": ({"capital_frequency": 2, "capital_relation": "at least"}, "GO to ROME", "GO home"),
    "change_case:english_capital": ({}, ENGLISH.upper(), ENGLISH.capitalize()),
    "change_case:english_lowercase": ({}, ENGLISH, ENGLISH.upper()),
    "combination:repeat_prompt": ({"prompt_to_repeat": "Say hi."}, "Say hi.\nHi.", "Hi. Say hi."),
    "combination:two_responses": ({}, "One.\n******\nTwo.", "One.\n******\nOne."),
    "detectable_content:number_placeholders": ({"num_placeholders": 2}, "[name] at [place]", "[name]"),
    "detectable_content:postscript": ({"postscript_marker": "P.S."}, "Bye.\nP.S. Write.", "Bye. PS write"),
    "detectable_format:constrained_response": ({}, "My answer is no.", "No."),
    "detectable_format:json_format": ({}, '```json\n{"a": 1}\n```', "{'a': 1}"),
    "detectable_format:multiple_sections": ({"section_spliter": "Section", "num_sections": 2}, "Section 1 a\nSection 2 b",
                                            "Section 1"),
    "detectable_format:number_bullet_lists": ({"num_bullets": 2}, "* a\n- b", "* a\n- b\n- c"),
    "detectable_format:number_highlighted_sections": ({"num_highlights": 1}, "a *b* c", "a ** c"),
    "detectable_format:title": ({}, "<<Song>>\nla", "<Song>"),
    "keywords:existence": ({"keywords": ["sea", "sun"]}, "Sun and sea", "sun"),
    "keywords:forbidden_words": ({"forbidden_words": ["sun"]}, "sunny", "The sun."),
    "keywords:frequency": ({"keyword": "a+", "frequency": 2, "relation": "at least"}, "a+ and A+", "a+"),
    "keywords:letter_frequency": ({"letter": "z", "let_frequency": 2, "let_relation": "less than"}, "Zoo", "Zz"),
    "language:response_language": ({"language": "de"}, "Der Hund läuft heute nicht durch den großen Garten.", ENGLISH),
    "length_constraints:nth_paragraph_first_word": (
        {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "well"}, "Hm.\n\nWell, yes.", "Well.\n\nHm."),
    "length_constraints:number_paragraphs": ({"num_paragraphs": 2}, "a\n***\nb", "a\n***\nb\n***\nc"),
    "length_constraints:number_sentences": ({"num_sentences": 2, "relation": "less than"}, "One.", "One. Two!"),
    "length_constraints:number_words": ({"num_words": 3, "relation": "at least"}, "one two three", "one two"),
    "punctuation:no_comma": ({}, "no comma", "a, comma"),
    "startend:end_checker": ({"end_phrase": "That is all."}, 'Hm. That is all."', "That is all. Bye."),
    "startend:quotation": ({}, '"Hm"', '"Hm'),
}  # fmt: skip


@pytest.mark.parametrize("name", CHECKERS)
def test_following_passes_and_not_following_fails(name: str) -> None:
    given, follows, breaks = CASES[name]
    assert find_unfollowed(follows, instructions=[name], given=[given], prompt="p") == []
    assert find_unfollowed(breaks, instructions=[name], given=[given], prompt="p") == [name]


def test_all_of_several_must_be_followed() -> None:
    names = ["punctuation:no_comma", "startend:quotation"]
    assert find_unfollowed('"a, b"', instructions=names, given=[{}, {}], prompt="p") == names[:1]


def test_an_unknown_instruction_is_an_error_not_a_pass() -> None:
    with pytest.raises(BurnishError, match="no checker for the instruction 'new:one'"):
        find_unfollowed("a", instructions=["new:one"], given=[{}], prompt="p")
