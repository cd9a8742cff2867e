"""Stage `public_answers@<model>`: asks a GGUF a sample of the public benchmarks' items once and keeps what it says.

Every row says how it was asked: chat template by its hash, how functions were shown, what ends an answer. Which items are
chosen depends on items, templates and seed alone. Judges nothing.
"""

from pathlib import Path
from typing import Any

from burnish import shards, stage
from burnish.chat import Chat
from burnish.evaluate.public_items import GROUPS, Kind, PublicItem, choose_items
from burnish.evaluate.public_sources import read_items
from burnish.evaluate.public_tables import ANSWER
from burnish.openvino_sampler import END_TOKENS
from burnish.params import Section
from burnish.records import Record
from burnish.sampling import Sampling, answer_row, sample
from burnish.seeds import fingerprint
from burnish.tool_prompts import form_of


class PublicAnswersParams(Section):
    """`public_answers`: items of each group, the longest prompt that is asked, and how calls and words are drawn."""

    max_items: dict[str, int]
    max_prompt_chars: int
    sampling: dict[Kind, Sampling]


def run(params: PublicAnswersParams, *, gguf: Path, model: Path, bfcl: Path, hub: Path, out: Path, key: str, seed: int,
        record: Record, resume: Path) -> stage.Metrics:  # fmt: skip
    """Write the answers of `gguf` as a table."""
    chat = Chat.load(model)
    chosen = choose_items(read_items(bfcl=bfcl, hub=hub), most=params.max_items, chat=chat, seed=seed,
                          max_prompt_chars=params.max_prompt_chars)  # fmt: skip
    asked = list(zip(chosen.items, chosen.prompts, strict=True))
    rows: list[dict[str, Any]] = []
    for kind, settings in sorted(params.sampling.items()):
        own = [(item, prompt) for item, prompt in asked if item.kind == kind]
        sampled = sample(gguf, [prompt for _, prompt in own], settings=settings, seed=seed, resume=resume,
                         label=f"public {kind} of {key}")  # fmt: skip
        items = {item.id: item for item, _ in own}
        rows += [{**answer_row(answer, sampled), **describe(items[answer.id], chat=chat)} for answer in sampled.answers]
        record.note(f"{kind}_new_tokens", sampled.new_tokens)
        record.note(f"{kind}_sampling_seconds", sampled.seconds)
    shards.write_rows(out, rows, schema=ANSWER)
    return {
        "items": {group: sum(item.group == group for item in chosen.items) for group in GROUPS},
        "prompt_too_long": chosen.longer,
        "prompt_tokens": sum(len(chat.encode(prompt.text)) for prompt in chosen.prompts),
        "tokens": sum(row["tokens"] for row in rows),
        "cut": sum(row["finish"] == "length" for row in rows),
    }


def describe(item: PublicItem, *, chat: Chat) -> dict[str, Any]:
    """Return the columns of ANSWER that say how an item was asked."""
    ends = {chat.special["eos_token"], *(name for name in END_TOKENS if chat.tokenizer.token_to_id(name) is not None)}
    return {
        "chat_template": fingerprint(chat.template), "tool_form": form_of(tools=item.tools, chat=chat),
        "stop": sorted(ends),
    }  # fmt: skip


if __name__ == "__main__":
    stage.main(run)
