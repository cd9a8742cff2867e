"""Stage `replay`: the base model's own answers to general prompts, as rows to train on beside new tasks.

What a model already says well is kept by learning it again (self-distillation; Shin et al. 2017 call it generative
replay). Each prompt is answered once; an answer that was cut is shortened to its last whole sentence or block, one that
repeats itself is dropped. Writes no prompt that a held-out task contains.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from burnish import shards, stage
from burnish.chat import Chat
from burnish.generate.general_prompts import GeneralPrompt, write_prompts
from burnish.params import Section
from burnish.records import Record
from burnish.sampling import Answer, Prompt, Sampling, sample
from burnish.seeds import fingerprint

SOURCE = "self-replay"
SKILL = "general"
REPEATED_WORDS = 4
_FENCE = re.compile(r"^\s*```", flags=re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<!\d)[.!?][\"')\]]*(?=\s)")  # not the point of a numbered list


class ReplayParams(Section):
    """`replay`: how many prompts, which answers are kept, the licence of the model's own words, how they are drawn.

    Attributes:
        min_distinct: the least share of distinct runs of four words; a loop has few.
    """

    prompts: int
    min_answer_tokens: int
    min_distinct: float
    licence: str
    sampling: Sampling


class Kept(NamedTuple):
    """A prompt and the answer to learn."""

    prompt: GeneralPrompt
    text: str


def run(params: ReplayParams, *, gguf: Path, base: Path, text: Path, out: Path, seed: int, record: Record,
        resume: Path) -> stage.Metrics:  # fmt: skip
    """Write the rows."""
    chat = Chat.load(base)
    prompts = write_prompts(shards.read_rows(text), count=params.prompts, seed=seed)
    rendered = [Prompt(key_of(one), chat.render(one.messages, add_generation_prompt=True)) for one in prompts]
    sampled = sample(gguf, rendered, settings=params.sampling, seed=seed, resume=resume, label="replay answers")
    record.note("new_tokens", sampled.new_tokens)
    record.note("sampling_seconds", sampled.seconds)
    counts: Counter[str] = Counter()
    kept = list(choose_answers(prompts, sampled.answers, chat=chat, params=params, counts=counts))
    rows = [to_row(one, chat=chat, licence=params.licence) for one in kept]
    shards.write_rows(out, rows, schema=shards.ROW)
    return {
        "prompts": len(prompts), "rows": len(rows), "dropped": dict(counts),
        "shapes": dict(Counter(one.prompt.shape for one in kept)),
        "supervised_tokens": sum(row["supervised_tokens"] for row in rows),
    }  # fmt: skip


def key_of(prompt: GeneralPrompt) -> str:
    """Return the id of a prompt's row."""
    return f"replay/{prompt.shape}/{fingerprint(*(message['content'] for message in prompt.messages))}"


def choose_answers(prompts: Sequence[GeneralPrompt], answers: Sequence[Answer], *, chat: Chat, params: ReplayParams,
                   counts: Counter[str]) -> Iterator[Kept]:  # fmt: skip
    """Yield the answers worth learning, shortened where they were cut; count the others by reason in `counts`."""
    seen: set[str] = set()
    for prompt, answer in zip(prompts, answers, strict=True):
        text = (trim(answer.text) if answer.finish == "length" else answer.text).strip()
        if len(chat.encode(text)) < params.min_answer_tokens:
            counts["cut before a sentence ended" if answer.finish == "length" else "too short"] += 1
        elif distinct_share(text) < params.min_distinct:
            counts["repeats itself"] += 1
        elif text in seen:
            counts["same answer as another"] += 1
        else:
            seen.add(text)
            yield Kept(prompt, text)


def trim(text: str) -> str:
    """Return a cut answer up to its last whole sentence outside code, or its last whole block; maybe nothing."""
    fences = [found.start() for found in _FENCE.finditer(text)]
    if len(fences) % 2:
        return trim(text[: fences[-1]])
    closed = _end_of_line(text, text.index("```", fences[-1])) if fences else 0
    ends = [found.end() for found in _SENTENCE_END.finditer(text, closed)]
    return text[: ends[-1] if ends else closed]


def distinct_share(text: str) -> float:
    """Return the share of distinct runs of four words; short texts count as distinct."""
    words = text.split()
    runs = [tuple(words[start : start + REPEATED_WORDS]) for start in range(len(words) - REPEATED_WORDS + 1)]
    return len(set(runs)) / len(runs) if runs else 1.0


def to_row(kept: Kept, *, chat: Chat, licence: str) -> dict[str, Any]:
    """Return a row of the table ROW; the licence is that of the quoted passage where there is one."""
    prompt = kept.prompt
    spoken = [*prompt.messages, {"role": "assistant", "content": kept.text}]
    messages = [{**message, "tool_calls": None} for message in spoken]
    tokens = chat.tokens(messages)
    return {
        "id": key_of(prompt), "messages": messages, "modalities": ["text"], "source": SOURCE,
        "licence": prompt.licence or licence, "skill": SKILL, "family": f"replay/{prompt.shape}", "split": "train",
        "tokens": len(tokens.ids), "supervised_tokens": sum(tokens.supervised),
    }  # fmt: skip


def _end_of_line(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


if __name__ == "__main__":
    stage.main(run)
