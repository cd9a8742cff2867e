"""Stage `answers@<model>`: asks a GGUF everything that evaluation asks, once, and keeps what it says. Judges nothing.

    held-out items, public benchmarks, safety pairs, FullstackEval, LovableBench -> a table for each, in folders of `out`

All are asked through `sampling.py` of one engine, since loading a model takes seconds. The chat format is that of the
model's directory, which the equivalence check holds the GGUF to. What each part cost stands in the record.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from burnish import stage
from burnish.chat import Chat
from burnish.evaluate.held_out_answers import HeldOutParams, ask_held_out
from burnish.evaluate.own_answers import OwnAnswersParams, ask_own
from burnish.evaluate.own_questions import FULLSTACK, LOVABLE
from burnish.evaluate.public_answers import PublicParams, ask_public
from burnish.evaluate.safety_answers import SafetyAnswersParams, ask_safety
from burnish.files import atomic_directory
from burnish.params import Section
from burnish.records import Record
from burnish.sampling import Sampled, sample_all


class AnswersParams(Section):
    """`answers`: what is asked; all of it is drawn by one engine, so only lengths may differ."""

    held_out: HeldOutParams
    public: PublicParams
    safety: SafetyAnswersParams
    fullstack: OwnAnswersParams
    lovable: OwnAnswersParams


def run(params: AnswersParams, *, gguf: Path, model: Path, cases: Path, tasks: Path, humaneval: Path, bfcl: Path, hub: Path,
        safety_items: Path, fullstack_tasks: Path, apps: Path, out: Path, key: str, seed: int, record: Record,
        resume: Path) -> stage.Metrics:  # fmt: skip
    """Write the answers of `gguf` as tables below `out`."""
    chat = Chat.load(model)
    parts = {
        "held_out": ask_held_out(params.held_out, chat=chat, cases=cases, tasks=tasks, humaneval=humaneval, seed=seed),
        "public": ask_public(params.public, chat=chat, bfcl=bfcl, hub=hub, seed=seed),
        "safety": ask_safety(params.safety, chat=chat, items=safety_items, seed=seed),
        "fullstack": ask_own(params.fullstack, layout=FULLSTACK, chat=chat, tasks=fullstack_tasks, seed=seed),
        "lovable": ask_own(params.lovable, layout=LOVABLE, chat=chat, tasks=apps, seed=seed),
    }
    asks = [ask for part in parts.values() for ask in part.asks]
    sampled = sample_all(gguf, asks, seed=seed, resume=resume, label=f"answers of {key}")
    record.note("new_tokens", sum(own.new_tokens for own in sampled))
    record.note("sampling_seconds", sampled[0].seconds)
    rest = iter(sampled)
    said = {name: [next(rest) for _ in part.asks] for name, part in parts.items()}
    record.note("parts", share_costs(said))
    with atomic_directory(out) as unfinished:
        return {name: part.keep(said[name], unfinished / name) for name, part in parts.items()}


def share_costs(parts: Mapping[str, Sequence[Sampled]]) -> dict[str, dict[str, float]]:
    """Return what the new answers of each part cost.

    All parts are drawn side by side, so nobody can time one: `seconds_by_tokens` is its share, by tokens, of all seconds.
    """
    tokens = {name: sum(own.new_tokens for own in sampled) for name, sampled in parts.items()}
    seconds = max((own.seconds for sampled in parts.values() for own in sampled), default=0.0)
    a_token = seconds / max(1, sum(tokens.values()))
    return {
        name: {"answers": sum(len(own.answers) for own in sampled), "new_tokens": tokens[name],
               "seconds_by_tokens": round(a_token * tokens[name], 3)}
        for name, sampled in parts.items()
    }  # fmt: skip


if __name__ == "__main__":
    stage.main(run)
