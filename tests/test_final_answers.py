"""The number and the letter that an answer ends on; an answer that says several says none."""

from decimal import Decimal

import pytest

from burnish.final_answers import MAX_CHARS, chosen_letter, last_number

CHOICES = ["the liver", "the heart", "a lung", "12"]


@pytest.mark.parametrize(("text", "number"), [
    ("5 + 7 = 12\n#### 12", "12"), ("So she has $1,234.50 left.", "1234.50"), ("It is -3.", "-3"),
    ("#### 18 apples of 20", "18"),
    ("first 4, then 9", "9"), ("x2 and v1.5", None), ("none", None), ("", None), ("1" * 40, None),
    ("7" + " " * MAX_CHARS, None),
])  # fmt: skip
def test_the_last_number_counts_and_the_one_behind_the_mark_before_it(text: str, number: str | None) -> None:
    assert last_number(text) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(("text", "letter"), [
    ("The answer is B.", "B"), ("Answer: (C)", "C"), ("**B**", "B"), ("B. the heart", "B"), ("D", "D"),
    ("It is the heart, since it pumps.", "B"), ("It pumps blood: 12", "D"),
    ("The answer is A. No, the answer is B.", None), ("A\nB\nC\nD", None), ("A. x\nB. y", None),
    ("the liver or the heart", None),
    ("A lunge", None), ("The answer is a lung", "C"), ("The answer is E", None), ("", None), ("B" + " " * MAX_CHARS, None),
])  # fmt: skip
def test_one_letter_counts_stated_leading_or_by_its_text(text: str, letter: str | None) -> None:
    assert chosen_letter(text, choices=CHOICES) == letter
