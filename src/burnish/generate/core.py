"""The vocabulary of a category: a kind of task as data. The engine that draws, proves and keeps cases is `cases.py`.

Text is filled from facts: `«name»` becomes the fact `name`, `«name!r»` its Python literal, `«name!j»` its JSON.
"""

import importlib
import json
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from burnish.errors import BurnishError

Facts = Mapping[str, Any]
Edit = tuple[str, str]
Text = str | Callable[[Facts], str]

# The first letter of a sentence, which a slot may have put in small: of a plain word, not `sum_all`, not after "e.g.".
_SENTENCE = re.compile(r"(?:^|(?<=[\w`)'][\w`)'][.?!] ))[a-z](?=[a-z]*(?:[ ,;:?!']|$))")
_SLOT = re.compile(r"«(\w+)(?:!([rj]))?»")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One correct way to solve a template.

    Attributes:
        name: what is particular to it: `slice`, `loop`, `left_join`.
        code: the whole answer, to be filled from the facts.
        mutants: edits `(old, new)` that break this solution; every `old` must occur in it.
    """

    name: str
    code: Text
    mutants: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One task of a category, in as many variants as its facts allow.

    Attributes:
        id: name inside its category; `category/id` is the family that splits and intervals go by.
        ask: at least three phrasings of the task, to be filled from the facts.
        draw: the only source of randomness of the facts: names, fields, limits, wording. JSON values. What it prints goes
            to stderr (`authored.py`).
        shapes: at least two different correct solutions.
        verifier: the check of an answer, with expected values worked out apart from the shapes.
        mutants: edits for whichever shape they fit, besides the shapes' own.
        wrong: whole wrong answers, to be filled from the facts: near misses that no edit of a shape gives.
        starter: code that the prompt shows below the question, to be filled from the facts.
    """

    id: str
    ask: tuple[str, ...]
    draw: Callable[[Random], dict[str, Any]]
    shapes: tuple[Shape, ...]
    verifier: Callable[[Facts, Random], dict[str, Any]]
    mutants: tuple[Edit, ...] = ()
    wrong: tuple[str, ...] = ()
    starter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A kind of task: several templates of one field."""

    name: str
    family: str
    templates: tuple[Template, ...] = field(default=())

    def __reduce__(self) -> tuple[Callable[[str], "Category"], tuple[str]]:
        """Go to another process by name: the functions of templates can't be pickled."""
        return find_category, (self.name,)


def find_category(name: str) -> Category:
    """Return the category that stands in the module of its name."""
    found: Category = importlib.import_module(f"{__package__}.{name}").CATEGORY
    return found


def family_key(category: Category, template: Template) -> str:
    """Return the key that splits and intervals go by."""
    return f"{category.name}/{template.id}"


def fill(text: Text, facts: Facts) -> str:
    """Return `text` with its slots filled; an unknown slot is an error."""
    if callable(text):
        return text(facts)
    return _SLOT.sub(lambda slot: _value(slot, facts), textwrap.dedent(text).strip("\n"))


def _value(slot: re.Match[str], facts: Facts) -> str:
    name, form = slot.groups()
    if name not in facts:
        raise KeyError(f"no fact {name!r} for {slot[0]}; there are: {', '.join(facts)}")
    value = facts[name]
    if form == "r":
        return repr(value)
    if form == "j":
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    raise TypeError(
        f"{slot[0]} is a {type(value).__name__}; write «{name}!r» or «{name}!j», or add a text to the facts"
    )


def write_prompt(template: Template, facts: Facts, *, phrasing: int, language: str) -> str:
    """Return the question, with the starter code below it where there is one."""
    question = _SENTENCE.sub(lambda first: first[0].upper(), fill(template.ask[phrasing % len(template.ask)], facts))
    starter = fill(template.starter, facts)
    return f"{question}\n\n```{language}\n{starter}\n```" if starter else question


def write_mutants(template: Template, shape: Shape, facts: Facts) -> list[str]:
    """Return the broken versions of one reference, without repeats."""
    reference = fill(shape.code, facts)
    place = f"{template.id}: shape {shape.name!r}"
    mutants = []
    for edit in shape.mutants:
        old, new = _fill_edit(edit, facts, place=place)
        if old not in reference:
            raise BurnishError(
                f"{place}: the text {old!r} of a mutant doesn't occur in its code; correct the edit:\n{reference}"
            )
        mutants.append(reference.replace(old, new))
    for edit in template.mutants:
        old, new = _fill_edit(edit, facts, place=place)
        mutants.append(reference.replace(old, new))
    mutants += [fill(text, facts) for text in template.wrong]
    return [text for text in dict.fromkeys(mutants) if text != reference]


def _fill_edit(edit: Edit, facts: Facts, *, place: str) -> Edit:
    """Return the edit filled. Both parts may be empty, when the facts leave out what it would change: no mutant."""
    old, new = (fill_inline(part, facts) for part in edit)
    if new and not old:
        # an empty text occurs between all letters: what comes out is no program, and every verifier would refuse it
        raise BurnishError(f"{place}: the mutant {edit!r} replaces nothing with these facts; name the text it replaces")
    return old, new


def fill_inline(text: str, facts: Facts) -> str:
    """Return `text` filled, its own spaces and line ends kept: part of a line, or several lines of a reference."""
    return _SLOT.sub(lambda slot: _value(slot, facts), text)
