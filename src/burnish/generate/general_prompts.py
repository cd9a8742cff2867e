"""General prompts: what people ask an assistant besides our own tasks, so that training can replay what it knew.

A shape is a way of asking (explain, list, rewrite, ...); each gives many distinct prompts from word lists, from seeded
numbers or from passages of documentation. Answers nothing.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

from burnish.errors import BurnishError
from burnish.generate import general_topics as topics
from burnish.generate.general_functions import BEGINNINGS
from burnish.seeds import fingerprint, rng, share

SYSTEM_SHARE = 0.15
NUMBERS = 40
PASSAGE_WORDS = range(45, 120)
PASSAGES_PER_TEXT = 2
A_TURN = {"complete": 12, "python": 2}  # prompts a turn, one of the other shapes: code is what training changes most
_NOT_PROSE = re.compile(r"^\s*(\.\.|:|\||>>>|#|\*|-|`|=|~|!|<|\[|\d+\.|@|\$|{)|::\s*$|https?://|[{}<>|\\]|:[a-z:]+:`")


class GeneralPrompt(NamedTuple):
    """One chat to be answered; `licence` is that of the passage in it, or None when there is none."""

    shape: str
    messages: list[dict[str, str]]
    licence: str | None


class Passage(NamedTuple):
    """A paragraph of documentation under its licence."""

    text: str
    licence: str


def write_prompts(texts: Iterable[Mapping[str, Any]], *, count: int, seed: int) -> list[GeneralPrompt]:
    """Return `count` distinct prompts, the shapes taking turns.

    Raises:
        BurnishError: there aren't as many.
    """
    passages = choose_passages(texts)
    drawn: dict[str, Iterable[str | tuple[str, str]]] = {name: _filled(*parts) for name, parts in WORD_SHAPES.items()}
    drawn |= {name: draw() for name, draw in DRAWN_SHAPES.items()}
    drawn |= {name: _about(passages, ask, name=name) for name, ask in PASSAGE_SHAPES.items()}
    by_shape = {name: _distinct(own, name=name, seed=seed) for name, own in drawn.items()}
    rounds = max(map(len, by_shape.values()))
    turns = [
        (name, text)
        for turn in range(rounds)
        for name, own in by_shape.items()
        for text in own[turn * A_TURN.get(name, 1) : (turn + 1) * A_TURN.get(name, 1)]
    ]
    if len(turns) < count:
        raise BurnishError(
            f"params.yaml: replay.prompts is {count}, but only {len(turns)} different ones can be written"
        )
    return [_prompt(name, text, licence, seed=seed) for name, (text, licence) in turns[:count]]


def choose_passages(texts: Iterable[Mapping[str, Any]]) -> list[Passage]:
    """Return paragraphs of prose from documentation, few of each file, in an order by hash."""
    found: list[Passage] = []
    for row in texts:
        if row["kind"] == "docs":
            paragraphs = sorted(filter(is_prose, _paragraphs(row["text"])), key=fingerprint)
            found += [Passage(paragraph, row["licence"]) for paragraph in paragraphs[:PASSAGES_PER_TEXT]]
    return sorted(set(found), key=lambda passage: fingerprint(passage.text))


def is_prose(paragraph: str) -> bool:
    """Tell running text of a fitting length from headings, lists, tables, markup and code."""
    plain = sum(letter.isalpha() or letter in " ,.'" for letter in paragraph)
    return (
        len(paragraph.split()) in PASSAGE_WORDS
        and paragraph.rstrip().endswith(".")
        and plain > 0.93 * len(paragraph)
        and not any(_NOT_PROSE.search(line) for line in paragraph.splitlines())
    )


def _paragraphs(text: str) -> Iterator[str]:
    for block in re.split(r"\n\s*\n", text):
        if block.strip() and not block.startswith((" ", "\t")):
            yield " ".join(block.split())


def _distinct(drawn: Iterable[str | tuple[str, str]], *, name: str, seed: int) -> list[tuple[str, str | None]]:
    unique = dict.fromkeys((text, None) if isinstance(text, str) else text for text in drawn)
    return sorted(unique, key=lambda one: fingerprint(seed, name, one[0]))


def _prompt(shape: str, text: str, licence: str | None, *, seed: int) -> GeneralPrompt:
    messages = [{"role": "user", "content": text}]
    if share(seed, "system", text) < SYSTEM_SHARE:
        messages.insert(0, {"role": "system", "content": rng(seed, "role", text).choice(topics.ROLES)})
    return GeneralPrompt(shape, messages, licence)


def _filled(phrasings: Sequence[str], words: Iterable[str]) -> Iterator[str]:
    """Fill one phrasing with each word; phrasings take turns, so each word is asked about once."""
    for number, word in enumerate(words):
        yield phrasings[number % len(phrasings)].format(word)


def _about(passages: Sequence[Passage], ask: str, *, name: str) -> Iterator[tuple[str, str]]:
    """Ask about the passages whose hash falls to this shape, so that no passage is used by two."""
    names = list(PASSAGE_SHAPES)
    for passage in passages:
        if names[int(share("passage", passage.text) * len(names))] == name:
            yield f"{ask}\n\n{passage.text}", passage.licence


def _numbers(write: Callable[[Random], str], *, key: str) -> Iterator[str]:
    for number in range(NUMBERS):
        yield write(rng(key, number))


def _sums(random: Random) -> str:
    first, second = random.randint(12, 99), random.randint(3, 12)
    name, goods = random.choice(topics.PEOPLE), random.choice(topics.GOODS)
    return random.choice((
        f"{name} has {first} {goods} and gives away {second}. How many {goods} are left?",
        f"What is {first} times {second}?",
        f"{name} buys {second} boxes with {first} {goods} each. How many {goods} is that?",
        f"What is {second * 5} percent of {first * 10}?",
        f"A train leaves at {second}:00 and needs {first} minutes. When does it arrive?",
        f"Calculate {first} + {second * 7} - {second}.",
        f"{name} reads {second} pages a day. How many days does a book of {second * first} pages take?",
    ))  # fmt: skip


def _records(random: Random) -> str:
    who, where = random.choice(topics.PEOPLE), random.choice(topics.PLACES)
    sold = f"{random.randint(2, 90)} {random.choice(topics.GOODS)}"
    text = f"{who} moved to {where} in {random.randint(1995, 2024)} and sold {sold} there."
    return random.choice((
        f"Extract the name, the place and the year from this sentence: {text}",
        f"Turn this sentence into a JSON object: {text}",
        f"Ask three questions about this sentence: {text}",
        f"Correct this sentence if it has a mistake: {text.lower()}",
    ))  # fmt: skip


def _stories() -> Iterator[str]:
    for hero, event in itertools.product(topics.HEROES, topics.EVENTS):
        yield f"Write a short story about {hero} who {event}."


def _rewrites() -> Iterator[str]:
    for sentence, style in itertools.product(topics.SENTENCES, topics.STYLES):
        yield f'Rewrite this sentence so that it is {style}: "{sentence}"'


def _lists() -> Iterator[str]:
    for number, things in enumerate(topics.THINGS):
        asks = ("List {} {}.", "Give me {} {}.", "Name {} {} and say a word about each.")
        yield asks[number % len(asks)].format(3 + number % 5, things)


def _letters() -> Iterator[str]:
    for pair in topics.LETTERS:
        person, matter = pair.split(" / ")
        yield f"Write a short and polite email to {person} about {matter}."


def _completions() -> Iterator[str]:
    asks = ("Complete this function:", "Write the body of this Python function.", "Implement this function in Python.")
    for number, beginning in enumerate(BEGINNINGS):
        for turn, code in enumerate(dict.fromkeys((beginning.code(), beginning.code_in_words()))):
            yield f"{asks[(number + turn) % len(asks)]}\n\n```python\n{code}\n```"


WORD_SHAPES: Mapping[str, tuple[Sequence[str], Sequence[str]]] = {
    "explain": (
        ("Explain {} in simple terms.", "What is {}?", "Can you explain {} to a ten-year-old?"),
        topics.CONCEPTS,
    ),
    "compare": (("What is the difference between {}?", "Compare {}.", "How do I tell {} apart?"), topics.PAIRS),
    "poem": (("Write a short poem about {}.", "Write a haiku about {}."), topics.POEMS),
    "python": (("Write a Python function that {}.", "How do I write a function in Python that {}?"), topics.FUNCTIONS),
    "javascript": (("Write a JavaScript function that {}.",), topics.FUNCTIONS[::2]),
    "html": (("Write the HTML for {}.", "Show me HTML code for {}."), topics.MARKUP),
    "css": (("How do I {} with CSS?",), topics.STYLING),
    "sql": (("Write an SQL statement that {}.",), topics.QUERIES),
    "command": (("How do I {}?", "Which command do I need to {}?"), topics.COMMANDS),
    "error": (("What does this error mean: {}", "I get this error, what should I do?\n\n{}"), topics.ERRORS),
    "read_code": (("What does this code do?\n\n```\n{}\n```", "Explain this code:\n\n{}"), topics.SNIPPETS),
    "advice": (("Give me some tips for {}.", "What should I know about {}?", "Make a plan for {}."), topics.ACTIVITIES),
    "fact": (("{}",), topics.FACTS),
    "word": (('What does the word "{}" mean? Use it in a sentence.', "Give me three synonyms of {}."), topics.WORDS),
    "sentiment": (("Is this review positive or negative? {}", "Answer this review politely: {}"), topics.REVIEWS),
    "beyond": (("{}",), topics.BEYOND),
    "talk": (("{}",), topics.TALK),
    "balance": (("What are the pros and cons of {}?",), topics.CHOICES),
    "claim": (("Is it true that {}?",), topics.CLAIMS),
}
DRAWN_SHAPES: Mapping[str, Callable[[], Iterator[str]]] = {
    "list": _lists,
    "story": _stories,
    "complete": _completions,
    "letter": _letters,
    "rewrite": _rewrites,
    "arithmetic": lambda: _numbers(_sums, key="sums"),
    "records": lambda: _numbers(_records, key="records"),
}
PASSAGE_SHAPES: Mapping[str, str] = {
    "summarise": "Summarise this text in one or two sentences:",
    "title": "Suggest a good title for this text:",
    "simplify": "Rewrite this text so that a beginner understands it:",
    "questions": "Write two questions that this text answers, with their answers:",
    "bullets": "Turn this text into a list of bullet points:",
}
