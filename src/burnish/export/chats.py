"""Chats that make tokenizers and templates differ if they can: drawn from a seed, of nine kinds in turn.

They are texts to be read, not tasks to be solved: the equivalence check needs many shapes of text, not good answers.
"""

import json
from collections.abc import Callable
from random import Random
from string import Template
from typing import NamedTuple

from burnish.seeds import rng

Messages = list[dict[str, str]]

NOUNS = ("invoice", "session", "webhook", "cursor", "basket", "migration", "queue", "thumbnail", "comment", "schedule")
VERBS = ("validate", "paginate", "retry", "cache", "render", "merge", "escape", "sort", "upload", "cancel")
PLACES = ("the checkout page", "a FastAPI route", "the admin table", "a SQLite view", "the sidebar", "a background job")
QUESTIONS = tuple(map(Template, (
    "How do I $verb the $noun in $place when the $other is empty?",
    "Please $verb every $noun before the $other in $place, then explain why.",
    "Only $place should $verb one $noun at a time; it shows $number of the $other list.",
    "What is wrong if $place can't $verb a $noun? The $other was created on 2024-07-0$digit.",
)))  # fmt: skip
FOREIGN = (
    "Überprüfe die Größe des Warenkorbs: 12.345,67 €", "Проверьте, что ёлка — это не елка", "請在第3頁顯示總計（含稅）",
    "カートの合計を計算してください。", "합계를 다시 계산해 주세요", "تحقق من السلة رقم ٤٢", "בדוק את העגלה", "ตรวจสอบ",
    "कुल ४२ वस्तुएँ", "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 ☕️", "e\u0301 is not é; n\u0303 is not ñ", "zero\u200bwidth\u200djoiner\ufeff",
    "½ ⅞ ² ₃ Ⅷ ①", "𝒻𝓊𝓁𝓁 𝖘𝖙𝖆𝖈𝖐", "Ελληνικά, Հայերեն", "tone: mā má mǎ mà", "\u202eright to left\u202c",
    "a\u0000b\u0007c",
)  # fmt: skip
SPACES = ("\t", "    ", "\n\n\n", " \n ", "\r\n", "\u00a0", "\u3000", "  ", "\n\t\n", "\u2028")
MARKS = (
    "don't", "we'VE", "I'LL", "...", "?!?!", "--", "=>",
    "::", "/*", "</div>", "<br/>", "&nbsp;", "${x}", "\\n", "``",
)  # fmt: skip
CONTROL = ("<|im_end|>", "<|im_start|>system", "<|endoftext|>", "<file_sep>", "<|im_end", "im_end|>", "</s>", "[INST]")
SNIPPETS = {
    "python": """def ${verb}_$noun(items: list[int], *, limit: int = $number) -> dict[str, int]:
    \"\"\"Sum what isn't $noun.\"\"\"
    total = sum(i ** 2 for i in items if i % $digit != 0)
    return {'$noun': total, "n": len(items)}  # O(n)
""",
    "ts": """export const $verb = async <T extends { id: number }>(x?: T): Promise<T | null> => {
\tif (!x?.id || x.id >= $number) return null;
\treturn { ...x, key: `$${x.id}-$noun` };
};
""",
    "sql": """SELECT u.id, COUNT(*) AS n
FROM ${noun}s u LEFT JOIN items i ON i.${noun}_id = u.id
WHERE i.price >= $number.$digit GROUP BY 1 HAVING n > $digit -- $verb
ORDER BY n DESC, 1;
""",
    "html": """<form action="/$noun" method="post">
  <label for="$verb">Save &amp; $verb</label>
  <input id="$verb" name="$verb" value="$number" required>
</form>
<!-- $other -->
""",
    "css": """.$noun::after, #$verb > li:nth-child(2n+$digit) {
    content: '\\201C'; margin: -${digit}px 0 .5em calc(100% - ${number}px); color: #0a${digit}fF0;
}
""",
}


class ChatCase(NamedTuple):
    """A chat and the kind it is of; the last message is the assistant's."""

    kind: str
    messages: Messages


def draw_chats(seed: int, *, count: int) -> list[ChatCase]:
    """Return `count` chats, the kinds in turn; a longer list begins with the shorter one of the same seed."""
    kinds = [list(KINDS)[index % len(KINDS)] for index in range(count)]
    return [ChatCase(kind, KINDS[kind](rng(seed, "equivalence", kind, index))) for index, kind in enumerate(kinds)]


def _fill(random: Random, template: Template) -> str:
    return template.substitute(
        verb=random.choice(VERBS), noun=random.choice(NOUNS), other=random.choice(NOUNS), place=random.choice(PLACES),
        number=random.randint(2, 10 ** random.randint(1, 6)), digit=random.randint(2, 9),
    )  # fmt: skip


def _sentence(random: Random) -> str:
    return _fill(random, random.choice(QUESTIONS))


def _pair(question: str, answer: str) -> Messages:
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]


def _plain(random: Random) -> Messages:
    return _pair(_sentence(random), f"{_sentence(random)} {_sentence(random).lower()}")


def _system(random: Random) -> Messages:
    prompt = f"You {random.choice(VERBS)} {random.choice(NOUNS)}s. Answer in {random.randint(1, 5)} lines."
    return [{"role": "system", "content": prompt}, *_plain(random)]


def _turns(random: Random) -> Messages:
    opening = _system(random) if random.random() < 0.5 else _plain(random)
    return opening + [message for _ in range(random.randint(1, 3)) for message in _plain(random)]


def _code(random: Random) -> Messages:
    language = random.choice(list(SNIPPETS))
    asked, answered = (_fill(random, Template(SNIPPETS[language])) for _ in range(2))
    return _pair(f"{_sentence(random)}\n\n```{language}\n{asked}```", f"Use this:\n\n```{language}\n{answered}```\n")


def _unicode(random: Random) -> Messages:
    asked, answered = random.sample(FOREIGN, 3), random.sample(FOREIGN, 3)
    return _pair(" ".join(asked), random.choice(SPACES).join(answered) + _sentence(random))


def _json(random: Random) -> Messages:
    name = f"{random.choice(VERBS)}_{random.choice(NOUNS)}"
    where = [{"field": random.choice(NOUNS), "like": '%"\\' + random.choice(FOREIGN)}]
    path = f"/{random.choice(NOUNS)}/{random.randint(0, 10**6)}"
    arguments = {"path": path, "limit": random.choice([None, 0.5, -1e-7]), "where": where}
    function = {"type": "function", "function": {"name": name, "parameters": {"type": "object", "required": []}}}
    tools = json.dumps([function], indent=random.choice([None, 2]))
    call = json.dumps({"name": name, "arguments": arguments}, ensure_ascii=random.random() < 0.5)
    system = {"role": "system", "content": f"You may call these tools:\n<tools>\n{tools}\n</tools>"}
    return [system, *_pair(_sentence(random), f"<tool_call>\n{call}\n</tool_call>")]


def _digits(random: Random) -> Messages:
    numbers = [str(random.randint(0, 10 ** random.randint(1, 12))) for _ in range(6)]
    numbers += [f"{random.uniform(-1e4, 1e4):,.3f}", "1e-12", "0x1F", "v1.2.3", f"00{random.randint(0, 99)}px7a"]
    random.shuffle(numbers)
    return _pair(f"Add {'+'.join(numbers)}.", " ".join(numbers))


def _spaces(random: Random) -> Messages:
    parts = [part for _ in range(12) for part in (random.choice(SPACES), random.choice((*MARKS, *NOUNS)))]
    return _pair("".join(parts) + random.choice(SPACES), random.choice(SPACES) + "".join(parts[::-1]))


def _control(random: Random) -> Messages:
    words = [random.choice((*CONTROL, *NOUNS)) for _ in range(8)]
    return _pair(" ".join(words), f"{''.join(random.sample(CONTROL, 3))} {_sentence(random)}")


KINDS: dict[str, Callable[[Random], Messages]] = {
    "plain": _plain, "system": _system, "turns": _turns, "code": _code, "unicode": _unicode, "json": _json,
    "digits": _digits, "spaces": _spaces, "control": _control,
}  # fmt: skip
