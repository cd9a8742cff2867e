"""Proved pairs to the tables that trainers read: pairs, and the forms that TRL names preference and unpaired preference.

DPO and reward models read an explicit prompt with a chosen and a rejected answer; KTO reads one answer with a label.
All are conversational: lists of messages with role and content, so that the chat template is applied in training.
"""

import json
from collections.abc import Iterator
from typing import Any

from burnish.generate.pairing import Pair
from burnish.seeds import fingerprint


def pair_row(pair: Pair) -> dict[str, Any]:
    """Return the pair as a row of the table PAIR."""
    question = pair.question
    return {
        "id": f"{question.id}/{fingerprint(pair.chosen, pair.rejected)}", "category": question.category,
        "template": question.template, "split": question.split, "prompt": question.prompt, "chosen": pair.chosen,
        "rejected": pair.rejected, "check": pair.check, "reason": pair.reason,
        "checks": json.dumps(question.checks, sort_keys=True, ensure_ascii=False), "licence": question.licence,
        "source": question.source,
    }  # fmt: skip


def preference_row(pair: Pair) -> dict[str, Any]:
    """Return the pair as TRL's DPO and reward trainers read it: `prompt`, `chosen`, `rejected`."""
    return {
        "prompt": [_say("user", pair.question.prompt)], "chosen": [_say("assistant", pair.chosen)],
        "rejected": [_say("assistant", pair.rejected)],
    }  # fmt: skip


def unpaired_rows(pair: Pair) -> Iterator[dict[str, Any]]:
    """Yield the two answers as TRL's KTO trainer reads them, `prompt`, `completion`, `label`, and whose they are."""
    for answer, label in ((pair.chosen, True), (pair.rejected, False)):
        yield {
            "prompt": [_say("user", pair.question.prompt)],
            "completion": [_say("assistant", answer)],
            "label": label,
            "licence": pair.question.licence,
            "source": pair.question.source,
        }


def _say(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}
