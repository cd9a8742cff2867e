"""Template families of IFEval's format (Zhou et al. 2023): a task, instructions that a program can check, one answer.

The answer is put together to follow the instructions; the checkers of `burnish/instructions.py`, which read it back, know
nothing of how. IFEval publishes no references, so a replica has none either: the answer proves the item and is not kept.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from burnish.benchmarks.replicas.items import Draft, Make

TOPICS = ("a night train through the mountains", "the harbour of a small island", "an old printing shop", "a beehive on a roof",
          "the first snow in a village", "a market for used books", "a lighthouse keeper", "a garden behind the school",
          "a ferry across a wide river", "the workshop of a violin maker", "a kite festival", "a bakery before dawn")  # fmt: skip
KINDS = ("short text", "letter", "blog post", "story", "speech", "description", "report", "diary entry")
KEYWORDS = "amber canal ladder meadow orchard pebble ribbon saddle timber velvet walnut window".split()
FORBIDDEN = "beautiful always never really wonderful special great perfect".split()
SENTENCES = ("People come early and stay late.", "Somebody sings a quiet song.", "The light changes from grey to gold.",
             "A child asks what the bell is for.", "Nobody is in a hurry here.", "Two friends talk about the weather.",
             "The old clock is slow by a minute.", "There is a smell of rain and wood.", "A dog sleeps beside the door.",
             "Later the wind turns and brings the sound of bells.")  # fmt: skip
Instructions = Sequence[tuple[str, Mapping[str, Any]]]


def _task(r: Random) -> tuple[str, str]:
    topic = r.choice(TOPICS)
    return f"Write a {r.choice(KINDS)} about {topic}.", topic


def _draft(asked: str, instructions: Instructions, answer: str) -> Draft:
    check = {"prompt": asked, "instruction_id_list": [name for name, _ in instructions],
             "kwargs": [dict(given) for _, given in instructions]}  # fmt: skip
    return Draft(asked, "", len(instructions), check, answer)


def _prose(r: Random, *, sentences: int) -> str:
    return " ".join(r.choice(SENTENCES) for _ in range(sentences))


def _no_comma(r: Random) -> Draft:
    task, topic = _task(r)
    return _draft(f"{task} Do not use any commas in your answer.", [("punctuation:no_comma", {})],
                  f"This is about {topic}. {_prose(r, sentences=r.randint(2, 5))}")  # fmt: skip


def _keywords(r: Random) -> Draft:
    task, topic = _task(r)
    words, banned = r.sample(KEYWORDS, r.randint(2, 3)), r.sample(FORBIDDEN, 2)
    asked = f"{task} Include the keywords {', '.join(words)}. Do not use the words {' and '.join(banned)}."
    answer = f"Here is {topic}. {' '.join(f'I see the {word}.' for word in words)} {_prose(r, sentences=2)}"
    return _draft(asked, [("keywords:existence", {"keywords": words}),
                          ("keywords:forbidden_words", {"forbidden_words": banned})], answer)  # fmt: skip


def _frequency(r: Random) -> Draft:
    (task, topic), word, count = _task(r), r.choice(KEYWORDS), r.randint(2, 5)
    answer = f"This is {topic}. {' '.join(f'Day {n} brings a {word}.' for n in range(1, count + 1))}"
    return _draft(f"{task} The word {word} should appear at least {count} times.",
                  [("keywords:frequency", {"keyword": word, "frequency": count, "relation": "at least"})], answer)  # fmt: skip


def _bullets(r: Random) -> Draft:
    topic, count = r.choice(TOPICS), r.randint(2, 6)
    answer = "\n".join(f"* {sentence}" for sentence in r.sample(SENTENCES, count))
    return _draft(f"List what you notice about {topic}. Your answer must contain exactly {count} bullet points in markdown, "
                  "each beginning with an asterisk, such as:\n* This is a point.",
                  [("detectable_format:number_bullet_lists", {"num_bullets": count})], answer)  # fmt: skip


def _title(r: Random) -> Draft:
    (task, topic), least = _task(r), r.randint(20, 60)
    answer = f"<<About {topic}>>\n\n{_prose(r, sentences=least // 4)}"
    return _draft(f"{task} Wrap a title in double angular brackets, such as <<title>>, and write at least {least} words.",
                  [("detectable_format:title", {}),
                   ("length_constraints:number_words", {"num_words": least, "relation": "at least"})], answer)  # fmt: skip


def _lower_case(r: Random) -> Draft:
    (task, topic), ending = (
        _task(r),
        r.choice(("that is all for today.", "so it goes.", "more next week.", "good night.")),
    )
    answer = f"this is {topic}. {_prose(r, sentences=r.randint(2, 4)).lower()} {ending}"
    return _draft(f"{task} Your entire answer should be in English and in all lowercase letters. End it with the exact phrase: {ending}",
                  [("change_case:english_lowercase", {}), ("startend:end_checker", {"end_phrase": ending})], answer)  # fmt: skip


def _upper_case(r: Random) -> Draft:
    (task, topic), most = _task(r), r.randint(60, 120)
    answer = f"this is {topic}. {_prose(r, sentences=3)}".upper()
    return _draft(f"{task} Your entire answer should be in English and in all capital letters, with less than {most} words.",
                  [("change_case:english_capital", {}),
                   ("length_constraints:number_words", {"num_words": most, "relation": "less than"})], answer)  # fmt: skip


def _postscript(r: Random) -> Draft:
    (task, topic), marker = _task(r), r.choice(("P.S.", "P.P.S"))
    answer = f"Dear reader! This is {topic}. {_prose(r, sentences=r.randint(2, 4))}\n\n{marker} Come and see it."
    return _draft(f"{task} At the end of your answer, explicitly add a postscript starting with {marker}",
                  [("detectable_content:postscript", {"postscript_marker": marker})], answer)  # fmt: skip


def _placeholders(r: Random) -> Draft:
    topic, count = r.choice(TOPICS), r.randint(2, 5)
    blanks = r.sample(("name", "address", "date", "place", "number", "street", "hour"), count)
    answer = f"You are invited to {topic}. " + " ".join(f"Please note the {blank}: [{blank}]." for blank in blanks)
    return _draft(f"Write an invitation to {topic}. It must contain at least {count} placeholders represented by square brackets, "
                  "such as [address].", [("detectable_content:number_placeholders", {"num_placeholders": count})], answer)  # fmt: skip


def _quoted(r: Random) -> Draft:
    (task, topic), word = _task(r), r.choice(FORBIDDEN)
    answer = f'"This is {topic}. {_prose(r, sentences=r.randint(2, 4))}"'
    return _draft(f"{task} Wrap your entire answer with double quotation marks. The word {word} must not appear.",
                  [("startend:quotation", {}), ("keywords:forbidden_words", {"forbidden_words": [word]})], answer)  # fmt: skip


def _highlights(r: Random) -> Draft:
    (task, topic), count = _task(r), r.randint(2, 4)
    answer = f"This is {topic}. " + " ".join(f"*{sentence[:-1]}*." for sentence in r.sample(SENTENCES, count))
    return _draft(f"{task} Highlight at least {count} sections of your answer with markdown, i.e. *highlighted section*. "
                  "Do not use commas.", [("detectable_format:number_highlighted_sections", {"num_highlights": count}),
                                         ("punctuation:no_comma", {})], answer)  # fmt: skip


def _sections(r: Random) -> Draft:
    (task, topic), count, word = _task(r), r.randint(2, 4), r.choice(("SECTION", "PART", "DAY"))
    answer = "\n".join(f"{word} {n}\nThis is {topic}. {r.choice(SENTENCES)}" for n in range(1, count + 1))
    return _draft(f"{task} Your answer must have {count} sections. Mark the beginning of each section with {word} X, such as:\n"
                  f"{word} 1\n[content]\n{word} 2\n[content]",
                  [("detectable_format:multiple_sections", {"section_spliter": word, "num_sections": count})], answer)  # fmt: skip


FAMILIES: dict[str, Make] = {
    "no_comma": _no_comma, "keywords": _keywords, "frequency": _frequency, "bullets": _bullets, "title": _title,
    "lower_case": _lower_case, "upper_case": _upper_case, "postscript": _postscript, "placeholders": _placeholders,
    "quoted": _quoted, "highlights": _highlights, "sections": _sections,
}  # fmt: skip
