"""Stage `replay`: the base model's own answers to general questions, as chats to train on, so that it keeps what it knew.

Answers are sampled once, each by its own seed. One that ran into the limit is cut at its last whole sentence or dropped;
one that repeats itself is dropped. Nothing here judges whether an answer is right: it is what the model said before.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from burnish import shards, stage
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.generate.replay_prompts import draw_prompts, find_passages
from burnish.params import Section
from burnish.records import Record
from burnish.sampling import Answer, Prompt, Sampling, sample
from burnish.seeds import fingerprint

GGUF = "f16.gguf"
MIN_CHARACTERS = 20
MAX_REPEATED_LINES = 3


class ReplayParams(Section):
    """`replay` in params.yaml."""

    prompts: int
    passages: int
    licence: str
    sampling: Sampling


def run(params: ReplayParams, *, gguf: Path, model: Path, text: Path, out: Path, seed: int, record: Record,
        resume: Path) -> stage.Metrics:  # fmt: skip
    """Ask the base model and keep its whole answers."""
    chat = Chat.load(model)
    docs = (row["text"] for row in shards.read_rows(text) if row["kind"] == "docs")
    questions = draw_prompts(params.prompts, passages=find_passages(docs, count=params.passages, seed=seed), seed=seed)
    if len(questions) < params.prompts:
        raise BurnishError(f"params.yaml: replay.prompts = {params.prompts}, but only {len(questions)} exist; lower it")
    prompts = [Prompt(fingerprint("replay", question), ask(question, chat=chat)) for question in questions]
    sampled = sample(gguf / GGUF, prompts, settings=params.sampling, seed=seed, resume=resume, label="replay")
    record.note("tokens_a_second", round(sampled.new_tokens / sampled.seconds, 1) if sampled.new_tokens else None)
    dropped: Counter[str] = Counter()
    rows = list(keep_whole(sampled.answers, questions, chat=chat, licence=params.licence, dropped=dropped))
    shards.write_rows(out, rows, schema=shards.ROW)
    return {
        "prompts": len(questions),
        "rows": len(rows),
        "dropped": dict(sorted(dropped.items())),
        "tokens": sum(row["tokens"] for row in rows),
        "supervised_tokens": sum(row["supervised_tokens"] for row in rows),
    }


def ask(question: str, *, chat: Chat) -> str:
    """Return the rendered chat that ends where the answer begins."""
    return chat.render([{"role": "user", "content": question, "tool_calls": None}], add_generation_prompt=True)


def keep_whole(
    answers: list[Answer], questions: list[str], *, chat: Chat, licence: str, dropped: Counter[str]
) -> Iterator[dict[str, Any]]:
    """Yield a row for each answer that is whole, or can be cut so; count the others by reason in `dropped`."""
    for answer, question in zip(answers, questions, strict=True):
        text = answer.text.strip() if answer.finish == "stop" else cut_at_sentence(answer.text)
        reason = find_fault(text)
        if reason:
            dropped[reason] += 1
            continue
        messages = [
            {"role": "user", "content": question, "tool_calls": None},
            {"role": "assistant", "content": text, "tool_calls": None},
        ]
        tokens = chat.tokens(messages)
        yield {
            "id": answer.id, "messages": messages, "modalities": ["text"], "source": "self-replay", "licence": licence,
            "skill": "general", "family": f"replay/{question.split()[0].lower()}", "split": "train",
            "tokens": len(tokens.ids), "supervised_tokens": sum(tokens.supervised),
        }  # fmt: skip


def cut_at_sentence(text: str) -> str:
    """Return `text` up to the end of its last whole sentence or code block; nothing when there is none."""
    if text.count("```") % 2:
        text = text[: text.rindex("```")]
    ends = [match.end() for match in re.finditer(r"[.!?](?=\s|$)|```(?=\s|$)", text)]
    return text[: ends[-1]].strip() if ends else ""


def find_fault(text: str) -> str | None:
    """Return why an answer isn't kept, or None."""
    if len(text) < MIN_CHARACTERS:
        return "too short"
    lines = Counter(line.strip() for line in text.splitlines() if line.strip())
    if lines and max(lines.values()) > MAX_REPEATED_LINES:
        return "repeats a line"
    sentences = Counter(part.strip() for part in re.split(r"(?<=[.!?])\s", text) if len(part.strip()) > MIN_CHARACTERS)
    if sentences and max(sentences.values()) > 2:
        return "repeats a sentence"
    return None


if __name__ == "__main__":
    stage.main(run)
