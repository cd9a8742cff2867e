"""Stage `tools`: talks with functions by template families of our own, as rows to train on; some families are withheld.

Functions of the catalogue are called and nothing comes back; calls of the sandboxed tools are made, and the results in
the rows are what these said. Every call is checked against its definition. The rows hold functions and calls in the form
that evaluation shows them in: that of the base model's template, or the stated one. Nothing here is from a benchmark.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from burnish import shards, stage
from burnish.calls import Call
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.generate import tool_functions_products, tool_functions_systems, tool_functions_teams
from burnish.generate.tool_core import Function, check_catalogue
from burnish.generate.tool_runs import run_tasks
from burnish.generate.tool_shapes import SHAPES
from burnish.generate.tool_talk import Talk
from burnish.generate.tool_tasks import TASKS
from burnish.generate.tool_worlds import draw_world, opened_world
from burnish.masks import mask_answers
from burnish.params import Section
from burnish.seeds import fingerprint, rng, share
from burnish.tool_rows import fold_tools, read_folded
from burnish.tool_tables import TOOL_TALK

CATALOGUE = (*tool_functions_teams.FUNCTIONS, *tool_functions_systems.FUNCTIONS, *tool_functions_products.FUNCTIONS)
LICENCE, SOURCE, SKILL = "Apache-2.0", "generated", "tools"


class ToolsParams(Section):
    """`tools`: talks of each family, worlds that tasks are asked in, and the share of families that training never sees.

    A family of the catalogue is a domain in one shape; whole domains are withheld. A family of tasks is withheld by itself.
    """

    per_family: int
    worlds: int
    per_world: int
    withheld_share: float


def run(params: ToolsParams, *, base: Path, out: Path, seed: int) -> stage.Metrics:
    """Write the talks and their rows."""
    chat = Chat.load(base)
    talks = [*draw_catalogue(params, seed=seed), *draw_tasks(params, seed=seed)]
    withheld = frozenset(name for name in {name_withheld(talk.family) for talk in talks}
                         if share("withheld", "tools", name) < params.withheld_share)  # fmt: skip
    made = {row["id"]: row for talk in talks for row in [talk_row(talk, withheld=withheld)]}
    stored = drop_asked_of_both(made)
    rows = [to_row(row, chat=chat) for row in stored.values()]
    shards.write_rows(out / "talks", stored.values(), schema=TOOL_TALK)
    shards.write_rows(out / "tools", rows, schema=shards.ROW)
    return describe(list(stored.values()), rows=rows, withheld=withheld)


def drop_asked_of_both(talks: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Leave out of training what is asked word for word in a withheld talk too, as questions that no function fits are."""

    def question(talk: Mapping[str, Any]) -> str:
        return next(str(message["content"]) for message in talk["messages"] if message["role"] == "user")

    held_out = {question(talk) for talk in talks.values() if talk["split"] != "train"}
    return {name: talk for name, talk in talks.items() if talk["split"] != "train" or question(talk) not in held_out}


def draw_catalogue(params: ToolsParams, *, seed: int) -> Iterator[Talk]:
    """Yield talks of every domain in every shape; other functions in them come from the same side of the split."""
    check_catalogue(CATALOGUE)
    domains: dict[str, list[Function]] = {}
    for function in CATALOGUE:
        domains.setdefault(function.domain, []).append(function)
    held = {name for name in domains if share("withheld", "tools", name) < params.withheld_share}
    if not held or len(held) > len(domains) // 2:
        raise BurnishError(
            f"params.yaml: tools.withheld_share = {params.withheld_share} withholds {len(held)} of {len(domains)} "
            "domains; give a share that withholds one at least and leaves half of them"
        )
    for name, own in domains.items():
        others = [found for found in CATALOGUE if found.domain != name and (found.domain in held) == (name in held)]
        for shape, make in SHAPES.items():
            for number in range(params.per_family):
                yield make(own, others, random=rng(seed, "tools", name, shape, number))


def draw_tasks(params: ToolsParams, *, seed: int) -> Iterator[Talk]:
    """Yield talks of every task in every world, its calls made."""
    for number in range(params.worlds):
        world = draw_world(seed, "tools world", number)
        with (
            TemporaryDirectory(prefix="burnish-tools-") as place,
            opened_world(world, folder=Path(place) / world.project) as toolbox,
        ):
            yield from run_tasks(world, toolbox=toolbox, count=params.per_world, key=(seed, "tools task", number))


def name_withheld(family: str) -> str:
    """Return what is withheld with a family: its whole domain, but a family of tasks alone."""
    return family if family in TASKS else family.partition("/")[0]


def talk_row(talk: Talk, *, withheld: frozenset[str]) -> dict[str, Any]:
    """Return a talk as a row of TOOL_TALK."""
    tools = json.dumps(talk.tools, ensure_ascii=False)
    messages = [{"role": message["role"], "content": message["content"],
                 "tool_calls": _write(message.get("tool_calls"))} for message in talk.messages]  # fmt: skip
    return {
        "id": f"tools/{talk.family}/{fingerprint(tools, messages)}", "family": talk.family, "kind": talk.kind,
        "split": "unseen" if name_withheld(talk.family) in withheld else "train", "tools": tools, "messages": messages,
        "executed": talk.executed, "licence": LICENCE, "source": SOURCE,
    }  # fmt: skip


def to_row(talk: Mapping[str, Any], *, chat: Chat) -> dict[str, Any]:
    """Return a talk as a row of ROW: functions and calls in the form that a model of this template sees.

    Raises:
        BurnishError: a call can't be read back from what the row says.
    """
    spoken = [{**message, "tool_calls": json.loads(message["tool_calls"] or "null")} for message in talk["messages"]]
    messages = fold_tools(spoken, tools=json.loads(talk["tools"]), chat=chat)
    said = [read_folded(message) for message in messages if message["role"] == "assistant"]
    made = [_as_calls(message["tool_calls"]) for message in spoken if message["role"] == "assistant"]
    if said != made:
        raise BurnishError(f"{talk['id']}: its calls {made} read back as {said}; calls.py and tool_rows.py disagree")
    tokens = mask_answers(messages, chat=chat)
    return {
        "id": talk["id"], "messages": messages, "modalities": ["text"], "source": talk["source"],
        "licence": talk["licence"], "skill": SKILL, "family": talk["family"], "split": talk["split"],
        "tokens": len(tokens.ids), "supervised_tokens": sum(tokens.supervised),
    }  # fmt: skip


def describe(talks: Sequence[Mapping[str, Any]], *, rows: Sequence[Mapping[str, Any]],
             withheld: frozenset[str]) -> dict[str, Any]:  # fmt: skip
    """Return counts by kind and split, and what the rows weigh."""
    training = [row for row in rows if row["split"] == "train"]
    return {
        "talks": len(talks), "families": len({talk["family"] for talk in talks}), "withheld": sorted(withheld),
        "withheld_families": len({talk["family"] for talk in talks if talk["split"] != "train"}),
        "functions": len(CATALOGUE), "executed": sum(talk["executed"] for talk in talks),
        "results": sum(message["role"] == "tool" for talk in talks for message in talk["messages"]),
        "kinds": dict(sorted(Counter(talk["kind"] for talk in talks).items())),
        "splits": dict(sorted(Counter(talk["split"] for talk in talks).items())),
        "training_tokens": sum(row["tokens"] for row in training),
        "training_supervised_tokens": sum(row["supervised_tokens"] for row in training),
    }  # fmt: skip


def _write(calls: Any) -> str | None:
    return json.dumps(calls, ensure_ascii=False) if calls else None


def _as_calls(calls: Any) -> tuple[Call, ...]:
    return tuple(Call(**call) for call in calls or ())


if __name__ == "__main__":
    stage.main(run)
