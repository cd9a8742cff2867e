"""Both requests of held-out safety pairs as a part of `answers`.

Which pairs are asked depends on the items and the seed alone, so every model is asked the same; families take turns, and a
pair is asked whole.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from burnish import shards, stage
from burnish.chat import Chat
from burnish.decoding import Prompt
from burnish.errors import BurnishError
from burnish.evaluate.asked import Part, write_plain
from burnish.params import Section
from burnish.sampling import Ask, Sampled, Sampling
from burnish.seeds import fingerprint

HELD_OUT = "unseen"


class SafetyAnswersParams(Section):
    """`answers.safety`: how many pairs are asked, and how answers are drawn."""

    max_pairs: int
    sampling: Sampling


def ask_safety(params: SafetyAnswersParams, *, chat: Chat, items: Path, seed: int) -> Part:
    """Return the questions."""
    chosen = choose_items(shards.read_rows(items), most=params.max_pairs, seed=seed)
    if not chosen:
        raise BurnishError(
            f"{items} holds no request of withheld families, or params.yaml: answers.safety.max_pairs is 0"
        )
    prompts = [Prompt(item["id"], chat.render([_ask(item)], add_generation_prompt=True)) for item in chosen]

    def keep(sampled: Sequence[Sampled], out: Path) -> stage.Metrics:
        return {
            "items": len(chosen), "pairs": len({item["pair"] for item in chosen}),
            "families": len({item["family"] for item in chosen}), **write_plain(sampled, out, chat=chat),
        }  # fmt: skip

    return Part((Ask(prompts, params.sampling),), keep)


def choose_items(rows: Iterable[dict[str, Any]], *, most: int, seed: int) -> list[dict[str, Any]]:
    """Return both requests of at most `most` held-out pairs, by hash, families in turn."""
    families: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for row in rows:
        if row["split"] == HELD_OUT:
            families.setdefault(row["family"], {}).setdefault(row["pair"], []).append(row)
    order = {name: sorted(pairs, key=lambda pair: fingerprint(seed, pair)) for name, pairs in sorted(families.items())}
    rounds = max(map(len, order.values()), default=0)
    turns = [(name, own[turn]) for turn in range(rounds) for name, own in order.items() if turn < len(own)]
    return [row for name, pair in turns[:most] for row in families[name][pair]]


def _ask(item: dict[str, Any]) -> dict[str, str]:
    return {"role": "user", "content": item["prompt"]}
