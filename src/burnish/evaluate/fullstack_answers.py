"""Stage `fullstack_answers@<model>`: asks a GGUF a slice of FullstackEval once and keeps what it says. Judges nothing.

Which tasks are asked depends on the tasks and the seed alone, so every model is asked the same ones.
"""

from pathlib import Path

from burnish import shards, stage
from burnish.chat import Chat
from burnish.evaluate.fullstack_questions import choose_questions, read_questions, render
from burnish.params import Section
from burnish.records import Record
from burnish.sampling import Sampling, answer_row, sample


class FullstackAnswersParams(Section):
    """`fullstack_answers`: how many tasks of each level are asked, and how answers are drawn."""

    max_tasks: dict[int, int]
    sampling: Sampling


def run(params: FullstackAnswersParams, *, gguf: Path, model: Path, tasks: Path, out: Path, key: str, seed: int,
        record: Record, resume: Path) -> stage.Metrics:  # fmt: skip
    """Write the answers of `gguf` as a table."""
    questions = choose_questions(read_questions(tasks), most=params.max_tasks, seed=seed)
    sampled = sample(gguf, render(questions, chat=Chat.load(model)), settings=params.sampling, seed=seed, resume=resume,
                     label=f"FullstackEval by {key}")  # fmt: skip
    shards.write_rows(out, (answer_row(answer, sampled) for answer in sampled.answers), schema=shards.ANSWER)
    record.note("new_tokens", sampled.new_tokens)
    record.note("sampling_seconds", sampled.seconds)
    return {
        "tasks": {str(level): sum(one.level == level for one in questions) for level in sorted(params.max_tasks)},
        "templates": len({one.template for one in questions}),
        "tokens": sum(answer.tokens for answer in sampled.answers),
        "cut": sum(answer.finish == "length" for answer in sampled.answers),
    }


if __name__ == "__main__":
    stage.main(run)
