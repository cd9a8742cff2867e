"""An answer in words to the number or the letter it ends on (GSM8K, Cobbe et al. 2021; MMLU, Hendrycks et al. 2021).

Only one counts: an answer that names two letters has named none. Judges nothing.
"""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

MAX_CHARS = 20_000
MAX_DIGITS = 30
LETTERS = "ABCDEFGHIJ"
MARK = "####"
_NUMBER = re.compile(r"(?<![\w.])-?\$?\d[\d,]*(?:\.\d+)?")
_SAID = re.compile(r"\b[Aa]nswer(?:\s+is)?\s*:?\s*\**\(?([A-J])\b(?!')")
_LED = re.compile(r"^\s*\**\(?([A-J])(?:[.):]|\)?\**\s*$)", re.MULTILINE)


def last_number(text: str) -> Decimal | None:
    """Return the first number after the last `####`, else the last number; None without one."""
    if len(text) > MAX_CHARS:
        return None
    _, marked, end = text.rpartition(MARK)
    found = _NUMBER.findall(end)
    if not found:
        return None
    digits = (found[0] if marked else found[-1]).replace(",", "").replace("$", "")
    try:
        return Decimal(digits) if len(digits) <= MAX_DIGITS else None
    except InvalidOperation:
        return None


def chosen_letter(text: str, *, choices: Sequence[str]) -> str | None:
    """Return the letter that the answer states, leads a line with, or whose choice alone it repeats."""
    if len(text) > MAX_CHARS:
        return None
    known = LETTERS[: len(choices)]
    for pattern in (_SAID, _LED):
        stated = {letter.upper() for letter in pattern.findall(text)} & set(known)
        if stated:
            return stated.pop() if len(stated) == 1 else None
    said = f" {_words(text)} "
    repeated = [letter for letter, choice in zip(known, choices, strict=True) if f" {_words(choice)} " in said]
    return repeated[0] if len(repeated) == 1 else None


def _words(text: str) -> str:
    return " ".join(re.findall(r"[\w.]+", text.lower())).replace(". ", " ").rstrip(".")
