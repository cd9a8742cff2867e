"""A sample of the public benchmarks' items as a part of `answers`.

Every row says how it was asked: chat template by its hash, how functions were shown, what ends an answer. Which items are
chosen depends on items, templates and seed alone.
"""

from collections.abc import Sequence
from pathlib import Path

from burnish import shards, stage
from burnish.answer_rows import answer_row
from burnish.chat import Chat
from burnish.evaluate.asked import Part
from burnish.evaluate.public_items import GROUPS, Kind, choose_items
from burnish.evaluate.public_sources import read_items
from burnish.evaluate.public_tables import ANSWER
from burnish.params import Section
from burnish.sampling import Ask, Sampled, Sampling
from burnish.tool_prompts import form_of


class PublicParams(Section):
    """`answers.public`: items of each group, the longest prompt that is asked, and how calls and words are drawn."""

    max_items: dict[str, int]
    max_prompt_chars: int
    sampling: dict[Kind, Sampling]


def ask_public(params: PublicParams, *, chat: Chat, bfcl: Path, hub: Path, seed: int) -> Part:
    """Return the questions, by kind of answer."""
    chosen = choose_items(read_items(bfcl=bfcl, hub=hub), most=params.max_items, chat=chat, seed=seed,
                          max_prompt_chars=params.max_prompt_chars)  # fmt: skip
    asked = list(zip(chosen.items, chosen.prompts, strict=True))
    items = {item.id: item for item in chosen.items}
    asks = [
        Ask([prompt for item, prompt in asked if item.kind == kind], settings)
        for kind, settings in sorted(params.sampling.items())
    ]

    def keep(sampled: Sequence[Sampled], out: Path) -> stage.Metrics:
        rows = [
            {**answer_row(answer, own, chat=chat), "tool_form": form_of(tools=items[answer.id].tools, chat=chat)}
            for own in sampled for answer in own.answers
        ]  # fmt: skip
        shards.write_rows(out, rows, schema=ANSWER)
        return {
            "items": {group: sum(item.group == group for item in chosen.items) for group in GROUPS},
            "prompt_too_long": chosen.longer,
            "prompt_tokens": sum(len(chat.encode(prompt.text)) for prompt in chosen.prompts),
            "tokens": sum(row["tokens"] for row in rows),
            "cut": sum(row["finish"] == "length" for row in rows),
        }

    return Part(tuple(asks), keep)
