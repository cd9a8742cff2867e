"""Items of public benchmarks as chats with a check, and which of them are asked. Judges nothing.

A benchmark whose source is off has no items and says why: it is not run, which is no score.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from burnish.benchmark_items import read_json_rows
from burnish.chat import Chat, Message
from burnish.decoding import Prompt
from burnish.errors import BurnishError
from burnish.seeds import fingerprint
from burnish.tool_prompts import Tool, render_with_tools

BFCL, INJECTION = "bfcl", "injection"
GROUPS = ("bfcl_simple", "bfcl_multiple", "bfcl_parallel", "bfcl_irrelevance", "bfcl_relevance", "injection",
          "injection_asked", "tau2_first", "mbpp", "gsm8k", "ifeval", "mmlu",
          "xstest_safe", "xstest_unsafe", "strongreject")  # fmt: skip
Kind = Literal["calls", "words"]


class PublicItem(NamedTuple):
    """One item. `family` is what an interval is clustered by; `check` names its grader and holds what that needs."""

    id: str
    benchmark: str
    group: str
    category: str
    family: str
    messages: tuple[Message, ...]
    tools: tuple[Tool, ...]
    check: Mapping[str, Any]

    @property
    def kind(self) -> Kind:
        """How it is sampled: a next action is short."""
        return "calls" if self.tools else "words"


class Chosen(NamedTuple):
    """What is asked, and how many items of each group were left out because their prompt is too long."""

    items: list[PublicItem]
    prompts: list[Prompt]
    longer: dict[str, int]


def choose_items(items: Iterable[PublicItem], *, most: Mapping[str, int], max_prompt_chars: int, chat: Chat,
                 seed: int) -> Chosen:  # fmt: skip
    """Return at most `most[group]` items of each group: categories take turns, the order inside goes by hash."""
    if unknown := sorted(set(most) ^ set(GROUPS)):
        raise BurnishError(f"params.yaml: max_items must name {', '.join(GROUPS)} and nothing else, not {unknown[0]}")
    chosen = Chosen([], [], dict.fromkeys(GROUPS, 0))
    groups: dict[str, dict[str, list[PublicItem]]] = {group: {} for group in GROUPS}
    for item in sorted(items, key=lambda item: fingerprint(seed, "public", item.id)):
        groups[item.group].setdefault(item.category, []).append(item)
    for group, categories in groups.items():
        asked = 0
        for item in _in_turn([own for _, own in sorted(categories.items())]):
            if asked == most[group]:
                break
            text = render_with_tools(item.messages, tools=item.tools, chat=chat)
            if len(text) > max_prompt_chars:
                chosen.longer[group] += 1
                continue
            chosen.items.append(item)
            chosen.prompts.append(Prompt(item.id, text))
            asked += 1
    return chosen


def names_on(group: Path) -> frozenset[str]:
    """Return the sources that the fetched group holds."""
    listed = group / "LICENSES.json"
    return frozenset(row["name"] for row in read_json_rows(listed)) if listed.is_file() else frozenset()


def _in_turn(categories: Sequence[Sequence[PublicItem]]) -> list[PublicItem]:
    rounds = max(map(len, categories), default=0)
    return [own[turn] for turn in range(rounds) for own in categories if turn < len(own)]
