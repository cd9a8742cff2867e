"""Stage `engines`: a sample of the release's questions again, answered by llama.cpp, one table for each format.

The bulk sampler and llama.cpp compute alike but not bit by bit, and users run llama.cpp; K-quants only it reads. How
the answers score stands in `evaluate`.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from burnish import shards, stage
from burnish.answer_rows import describe_asking
from burnish.answer_tables import ANSWER
from burnish.chat import Chat
from burnish.decoding import Prompt
from burnish.engine import complete
from burnish.evaluate.items import choose_items, read_items, render
from burnish.files import atomic_directory, digest_of
from burnish.params import Section
from burnish.seeds import fingerprint


class EnginesParams(Section):
    """`engines`: which files of the release, how many items of each group, and llama.cpp's processes and room."""

    formats: list[str]
    max_items: dict[str, int]
    context_tokens: int
    slots: int
    processes: int


def run(params: EnginesParams, *, gguf: Path, model: Path, answers: Path, cases: Path, tasks: Path, humaneval: Path,
        out: Path, seed: int, resume: Path) -> stage.Metrics:  # fmt: skip
    """Write `<format>/` tables of greedy answers to the same questions as `answers`, with its limit of tokens."""
    asked = {row["id"]: json.loads(row["settings"])["max_new_tokens"] for row in shards.read_rows(answers)}
    items = choose_items(read_items(cases=cases, tasks=tasks, humaneval=humaneval), most=params.max_items, seed=seed)
    chat, limit = Chat.load(model), next(iter(asked.values()))
    prompts = render([item for item in items if item.id in asked], chat=chat)
    room = params.context_tokens - limit
    fitting = [prompt for prompt in prompts if len(chat.encode(prompt.text)) <= room]
    with atomic_directory(out) as partial:
        for name in params.formats:
            kept = resume / name
            if not kept.exists():
                rows = answer(gguf / f"{name}.gguf", fitting, limit=limit, params=params, chat=chat)
                shards.write_rows(kept, rows, schema=ANSWER)
            shards.write_rows(partial / name, shards.read_rows(kept), schema=ANSWER)
    return {"items": len(fitting), "formats": params.formats, "longer_than_context": len(prompts) - len(fitting)}


def answer(gguf: Path, prompts: Sequence[Prompt], *, limit: int, params: EnginesParams,
           chat: Chat) -> Iterator[dict[str, Any]]:  # fmt: skip
    """Yield llama.cpp's answers as rows of the table ANSWER."""
    settings = json.dumps({"engine": "llama.cpp", "max_new_tokens": limit, "temperature": 0.0}, sort_keys=True)
    texts = [prompt.text for prompt in prompts]
    completions = complete(gguf, texts, max_tokens=limit, context_tokens=params.context_tokens, slots=params.slots,
                           processes=params.processes)  # fmt: skip
    digest = digest_of(gguf)
    for prompt, completion in zip(prompts, completions, strict=True):
        yield {"id": prompt.id, "model": digest, "prompt_hash": fingerprint(prompt.text), "settings": settings,
               "index": 0, **completion._asdict(), **describe_asking(chat)}  # fmt: skip


if __name__ == "__main__":
    stage.main(run)
