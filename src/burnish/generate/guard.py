"""Stage `guard`: training chats that refuse harm and help with its safe look-alikes, as rows of two skills.

    families that evaluation doesn't ask -> <out>/safety, <out>/anti_refusal

What overlaps a held-out request or a benchmark is left out, and so is a chat nearly like one of its family. Asks no model
and holds nothing about how harm is done.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from burnish import shards, stage
from burnish.benchmark_items import Item
from burnish.chat import Chat
from burnish.contamination import ContaminationParams, Detector
from burnish.generate import (
    guard_access,
    guard_commerce,
    guard_machines,
    guard_making,
    guard_media,
    guard_records,
    guard_society,
    safety_items,
)
from burnish.generate.guard_aims import more_aims
from burnish.generate.guard_core import Guide, make_helps
from burnish.generate.guard_known import HELPS
from burnish.generate.guard_talks import SKILLS, Talk, draw_talks, plain_talks
from burnish.kept_out import read_kept_out
from burnish.masks import mask_answers
from burnish.params import Section
from burnish.refusals import read_answer
from burnish.seeds import fingerprint
from burnish.shingles import Shingles, count_near, is_near, shingle

LICENCE, SOURCE = "Apache-2.0", "generated"
KNOWN = tuple(
    Guide(family, make_helps(*HELPS[family.name])) for family in safety_items.FAMILIES if family.name in HELPS
)
WRITTEN = (guard_machines, guard_access, guard_records, guard_society, guard_making, guard_commerce, guard_media)
GUIDES = (*KNOWN, *(guide for module in WRITTEN for guide in module.GUIDES))
WANTED = {"safety": "refused", "anti_refusal": "complied"}


class GuardParams(Section):
    """`guard`: pairs of each family that are asked alone, those that are asked over several turns, what is an overlap."""

    pairs_per_family: int
    talks_per_family: int
    detector: ContaminationParams


def run(params: GuardParams, *, items: Path, benchmarks: Path, base: Path, out: Path, seed: int) -> stage.Metrics:
    """Write the rows of both skills."""
    held_out = [row for row in shards.read_rows(items) if row["split"] != "train"]
    guides = choose_guides(withheld={row["family"] for row in held_out})
    drawn = [*plain_talks(seed=seed)]
    for guide in guides:
        drawn += draw_talks(guide, alone=params.pairs_per_family, longer=params.talks_per_family, seed=seed)
    unlike = drop_alike(drawn)
    asked = [Item(f"safety_items/{row['id']}", (row["prompt"],), "") for row in held_out]
    detector = Detector([*asked, *read_kept_out(benchmarks)], params=params.detector)
    clean = [
        talk for talk, overlaps in zip(unlike, find_overlaps(unlike, detector=detector), strict=True) if not overlaps
    ]
    chat = Chat.load(base)
    metrics: dict[str, Any] = {
        "families": len(guides),
        "alike": len(drawn) - len(unlike),
        "overlaps": len(unlike) - len(clean),
    }
    for skill in SKILLS:
        own = [talk for talk in clean if talk.skill == skill]
        rows = [to_row(talk, chat=chat) for talk in own]
        shards.write_rows(out / skill, rows, schema=shards.ROW)
        metrics[skill] = {**describe(own), "supervised_tokens": sum(row["supervised_tokens"] for row in rows)}
    return metrics


def choose_guides(*, withheld: set[str]) -> list[Guide]:
    """Return the guides of families that evaluation doesn't ask, with all their aims."""
    return [widen(guide) for guide in GUIDES if guide.family.name not in withheld]


def widen(guide: Guide) -> Guide:
    """Return `guide` with the aims of `guard_aims.py` too."""
    family = guide.family
    return guide._replace(family=family._replace(aims=(*family.aims, *more_aims(family.name))))


def drop_alike(talks: Iterable[Talk]) -> list[Talk]:
    """Return the chats that aren't near-duplicates of an earlier one of their family and skill."""
    kept: dict[tuple[str, str], list[Shingles]] = {}
    unlike = []
    for talk in talks:
        others, text = kept.setdefault((talk.skill, talk.family), []), shingle(join_texts(talk))
        if not is_near(text, others):
            others.append(text)
            unlike.append(talk)
    return unlike


def find_overlaps(talks: Sequence[Talk], *, detector: Detector) -> list[bool]:
    """Say of each chat whether one of its texts overlaps an item."""
    matches = iter(detector.find([text for talk in talks for text in talk.texts]))
    return [any([next(matches) is not None for _ in talk.texts]) for talk in talks]  # all are taken from the iterator


def to_row(talk: Talk, *, chat: Chat) -> dict[str, Any]:
    """Return a chat as a row of the table ROW."""
    roles = ("user", "assistant")
    messages = [{"role": roles[turn % 2], "content": text, "tool_calls": None} for turn, text in enumerate(talk.texts)]
    tokens = mask_answers(messages, chat=chat)
    return {
        "id": f"guard/{talk.skill}/{talk.family}/{fingerprint(*talk.texts)}", "messages": messages, "modalities": ["text"],
        "source": SOURCE, "licence": LICENCE, "skill": talk.skill, "family": f"guard/{talk.family}", "split": "train",
        "tokens": len(tokens.ids), "supervised_tokens": sum(tokens.supervised),
    }  # fmt: skip


def describe(talks: Sequence[Talk]) -> dict[str, Any]:
    """Return counts of a skill's chats, how many answers are read as wanted, and how alike chats and questions are.

    `alike_questions` is the largest share of any family's last questions, answers aside, that have a near-duplicate there.
    """
    wanted = sum(read_answer(talk.texts[-1], prompt=talk.texts[-2]).label == WANTED[talk.skill] for talk in talks)
    families: dict[str, list[Talk]] = {}
    for talk in talks:
        families.setdefault(talk.family, []).append(talk)
    alike = {name: count_near([shingle(talk.texts[-2]) for talk in own]) / len(own) for name, own in families.items()}
    return {
        "rows": len(talks), "shapes": dict(sorted(Counter(talk.shape for talk in talks).items())),
        "read_as_wanted": wanted, "different_answers": len({talk.texts[-1] for talk in talks}),
        "alike_questions": round(max(alike.values()), 4),
    }  # fmt: skip


def join_texts(talk: Talk) -> str:
    """Return a chat as one text."""
    return "\n".join(talk.texts)


if __name__ == "__main__":
    stage.main(run)
