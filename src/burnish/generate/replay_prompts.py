"""General questions for self-replay: topics times ways of asking, and passages of real documentation. Nothing from a benchmark."""

import re
from collections.abc import Iterator, Sequence
from random import Random

from burnish.seeds import rng

TOPICS = """photosynthesis|inflation|the water cycle|electric cars|a good night's sleep|the French Revolution|chess openings|vaccines|
black holes|recycling|learning a language|public libraries|compound interest|bread baking|the human heart|coral reefs|
time zones|renewable energy|job interviews|ancient Rome|healthy breakfasts|volcanoes|budgeting|poetry|bicycle repair|
remote work|earthquakes|houseplants|teamwork|the solar system|music theory|first aid|migration of birds|tea|glaciers|
public speaking|the internet|honey bees|jet lag|team sports|the Renaissance|sourdough|insurance|tides|photography|
composting|the printing press|stress|marathon training|democracy|the immune system|museums|rainforests|email etiquette|
the Silk Road|origami|city planning|dreams|antibiotics|gardening in winter|maps|friendship|negotiation|cooking rice|
HTTP|relational databases|version control|unit tests|load balancing|caching|REST APIs|web accessibility|regular expressions|
JSON|indexes in databases|cookies and sessions|responsive design|containers|continuous integration|password storage|
message queues|DNS|browser events|pagination|rate limiting|logging|TypeScript|React components|CSS grid|SQL joins|
environment variables|webhooks|GraphQL|transactions|recursion|hash tables|sorting|binary search|closures|type hints"""
SHAPES = """Explain {} to a beginner in a few sentences.|What is important to know about {}?|Give me three tips about {}.|
Write a short paragraph about {}.|List five facts about {}.|Why does {} matter?|What are common mistakes with {}?|
Write a short story that has to do with {}.|Compare two views of {}.|How would you teach {} to a child?|
Summarise {} in two sentences.|Write an email to a friend about {}.|What are the advantages and disadvantages of {}?|
Describe the history of {} briefly.|Ask me three questions about {}.|Give an example of {}."""
REWRITES = ("Rewrite this more politely: {}", "Correct the grammar: {}", "Make this shorter: {}", "Turn this into a question: {}",
            "Say this in simpler words: {}", "Write a title for this text: {}")  # fmt: skip
SENTENCES = """send me the report until tomorrow|we was very happy about the new office|the meeting are moved to friday|
your code is bad and slow|he don't know where is the key|i has three cats and a dog|the server was down because of reasons|
she go to school every days|give me the money back now|the results is better than we has thought|
this page are not working since two days|nobody have told me nothing|we needs more people in the team"""
SMALL = ("Write a Python function that {}.", "How do I {} in Python?", "Show me JavaScript code that {}.",
         "Write a short program that {} and explain it.")  # fmt: skip
DEEDS = """reverses a string|counts the words of a text|finds the largest number in a list|checks whether a word is a palindrome|
removes duplicates from a list|converts Celsius to Fahrenheit|merges two dictionaries|reads a file line by line|
sorts names by length|computes the factorial of a number|prints the first ten even numbers|sums the digits of a number|
joins a list of words with commas|finds common elements of two lists|capitalises each word|counts vowels|
generates a random password|filters out empty strings|groups words by first letter|finds the shortest word"""
PASSAGE = ("Summarise this in one or two sentences:\n\n{}", "What is this text about?\n\n{}",
           "Explain the following to a new colleague:\n\n{}",
           "Which question does this text answer?\n\n{}")  # fmt: skip


def words(text: str) -> list[str]:
    """Return the items of a list that bars separate."""
    return [" ".join(item.split()) for item in text.split("|") if item.strip()]


def draw_prompts(count: int, *, passages: Sequence[str], seed: int) -> list[str]:
    """Return `count` different prompts, mixed from all kinds; fewer when there are no more."""
    random = rng(seed, "replay prompts")
    kinds = [list(_filled(SHAPES, TOPICS)), list(_arithmetic(random, count=count // 6)), list(_asks(REWRITES, words(SENTENCES))),
             list(_asks(SMALL, words(DEEDS))), [random.choice(PASSAGE).format(text) for text in passages]]  # fmt: skip
    for kind in kinds:
        random.shuffle(kind)
    mixed: dict[str, None] = {}
    while len(mixed) < count and any(kinds):
        for kind, share in zip(kinds, (5, 1, 1, 2, 2), strict=True):
            mixed.update(dict.fromkeys(kind[:share]))
            del kind[:share]
    return list(mixed)[:count]


def find_passages(texts: Iterator[str], *, count: int, seed: int) -> list[str]:
    """Return paragraphs of prose from documentation, one a text: 200 to 600 characters, without markup."""
    found = []
    for text in texts:
        for paragraph in re.split(r"\n\s*\n", text):
            plain = " ".join(paragraph.split())
            if 200 <= len(plain) <= 600 and re.fullmatch(r"[A-Z][^`<>|{}\[\]:=_*#]+[.!?]", plain):
                found.append(plain)
                break
    rng(seed, "passages").shuffle(found)
    return found[:count]


def _filled(shapes: str, topics: str) -> Iterator[str]:
    for shape in words(shapes):
        for topic in words(topics):
            yield shape.format(topic)


def _asks(shapes: Sequence[str], items: Sequence[str]) -> Iterator[str]:
    for shape in shapes:
        for item in items:
            yield shape.format(item)


def _arithmetic(random: Random, *, count: int) -> Iterator[str]:
    for _ in range(count):
        a, b, c = random.randrange(2, 60), random.randrange(2, 20), random.randrange(2, 9)
        yield random.choice((
            f"What is {a} + {b}?", f"What is {a} times {c}?",
            f"If a box holds {a} pens and you take out {min(a, b)}, how many are left?",
            f"A ticket costs {b} euros. How much are {c} tickets?", f"Which is larger, {a} or {b + 30}?",
            f"I walk {c} km every day. How far is that in {b} days?",
        ))  # fmt: skip
