"""Stage `answers@<model>`: asks a GGUF every chosen held-out item once and keeps what it says. Judges nothing.

Greedy, through `sampling.py`; the chat format is that of the model's directory, which the equivalence check holds the
GGUF to. Which items are chosen depends on the items and the seed alone, so every model is asked the same ones.
"""

from pathlib import Path

from burnish import shards, stage
from burnish.chat import Chat
from burnish.evaluate.items import GROUPS, choose_items, read_items, render
from burnish.params import Section
from burnish.records import Record
from burnish.sampling import Sampling, answer_row, sample


class AnswersParams(Section):
    """`answers`: how many items of each group are asked, and how answers are drawn."""

    max_items: dict[str, int]
    sampling: Sampling


def run(params: AnswersParams, *, gguf: Path, model: Path, cases: Path, tasks: Path, humaneval: Path, out: Path,
        key: str, seed: int, record: Record, resume: Path) -> stage.Metrics:  # fmt: skip
    """Write the answers of `gguf` as a table."""
    items = choose_items(read_items(cases=cases, tasks=tasks, humaneval=humaneval), most=params.max_items, seed=seed)
    prompts = render(items, chat=Chat.load(model))
    sampled = sample(gguf, prompts, settings=params.sampling, seed=seed, resume=resume, label=f"answers of {key}")
    shards.write_rows(out, (answer_row(answer, sampled) for answer in sampled.answers), schema=shards.ANSWER)
    record.note("new_tokens", sampled.new_tokens)
    record.note("sampling_seconds", sampled.seconds)
    return {
        "items": {group: sum(item.group == group for item in items) for group in GROUPS},
        "families": {group: len({item.family for item in items if item.group == group}) for group in GROUPS},
        "tokens": sum(answer.tokens for answer in sampled.answers),
        "cut": sum(answer.finish == "length" for answer in sampled.answers),
    }


if __name__ == "__main__":
    stage.main(run)
