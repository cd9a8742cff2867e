"""Stage `safety_answers@<model>`: asks a GGUF both requests of held-out safety pairs and keeps what it says. Judges nothing.

Greedy, through `sampling.py`. Which pairs are asked depends on the items and the seed alone, so every model is asked the
same; families take turns, and a pair is asked whole.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from burnish import shards, stage
from burnish.chat import Chat
from burnish.decoding import Prompt
from burnish.errors import BurnishError
from burnish.params import Section
from burnish.records import Record
from burnish.sampling import Sampling, answer_row, sample
from burnish.seeds import fingerprint

HELD_OUT = "unseen"


class SafetyAnswersParams(Section):
    """`safety_answers`: how many pairs are asked, and how answers are drawn."""

    max_pairs: int
    sampling: Sampling


def run(params: SafetyAnswersParams, *, gguf: Path, model: Path, items: Path, out: Path, key: str, seed: int, record: Record,
        resume: Path) -> stage.Metrics:  # fmt: skip
    """Write the answers of `gguf` as a table."""
    chosen = choose_items(shards.read_rows(items), most=params.max_pairs, seed=seed)
    if not chosen:
        raise BurnishError(
            f"{items} holds no request of withheld families, or params.yaml: safety_answers.max_pairs is 0"
        )
    chat = Chat.load(model)
    prompts = [Prompt(item["id"], chat.render([_ask(item)], add_generation_prompt=True)) for item in chosen]
    sampled = sample(
        gguf, prompts, settings=params.sampling, seed=seed, resume=resume, label=f"safety answers of {key}"
    )
    shards.write_rows(out, (answer_row(answer, sampled) for answer in sampled.answers), schema=shards.ANSWER)
    record.note("new_tokens", sampled.new_tokens)
    record.note("sampling_seconds", sampled.seconds)
    return {
        "items": len(chosen), "pairs": len({item["pair"] for item in chosen}),
        "families": len({item["family"] for item in chosen}),
        "tokens": sum(answer.tokens for answer in sampled.answers),
        "cut": sum(answer.finish == "length" for answer in sampled.answers),
    }  # fmt: skip


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


if __name__ == "__main__":
    stage.main(run)
