"""Talks with functions: enough families, some withheld, every call checked, results that tools gave, bytes that repeat."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.validate.tables import faults_in
from tokenizers import Tokenizer, models

from burnish import shards
from burnish.errors import BurnishError
from burnish.generate.tool_core import STYLES, spell_function
from burnish.generate.tool_runs import check_results
from burnish.generate.tool_worlds import draw_world, write_world
from burnish.generate.tools import CATALOGUE, ToolsParams, run
from burnish.tool_models import DECLINING, KINDS
from burnish.tool_tables import TOOL_TALK
from burnish.toolbox import Outcome

PARAMS = ToolsParams(per_family=1, worlds=1, per_world=1, withheld_share=0.2)
TEMPLATE = (
    "{% for m in messages %}<{{ m.role }}>{{ m.content }}<end>{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    Tokenizer(models.WordLevel({"x": 0}, unk_token="x")).save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": TEMPLATE, "eos_token": "<end>"}))
    return folder


@pytest.fixture(scope="module")
def made(base: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    out = tmp_path_factory.mktemp("tools") / "out"
    return out, dict(run(PARAMS, base=base, out=out, seed=42))


def read(made: tuple[Path, dict[str, Any]], name: str) -> Rows:
    return list(shards.read_rows(made[0] / name))


def test_there_are_families_of_every_kind_on_both_sides(made: tuple[Path, dict[str, Any]]) -> None:
    metrics = made[1]
    assert metrics["families"] >= 200 and metrics["withheld_families"] >= 30
    assert set(metrics["kinds"]) == set(KINDS)
    assert metrics["executed"] >= 15 and metrics["results"] > metrics["executed"]
    talks = read(made, "talks")
    declining = sum(talk["kind"] in DECLINING for talk in talks) / len(talks)
    assert 0.3 < declining < 0.5, "a model that always calls, or never, isn't what is taught"


def test_functions_of_withheld_domains_are_never_trained_on(made: tuple[Path, dict[str, Any]]) -> None:
    held = {name for name in made[1]["withheld"] if "/" not in name}
    names = {spell_function(one.name, style=style) for one in CATALOGUE if one.domain in held for style in STYLES}
    for talk in read(made, "talks"):
        shown = {tool["name"] for tool in json.loads(talk["tools"])}
        assert talk["split"] == "unseen" or not shown & names, talk["id"]


def test_the_same_seed_gives_the_same_bytes_and_another_other_talks(
    made: tuple[Path, dict[str, Any]], base: Path, tmp_path: Path
) -> None:
    contents = {}
    for seed in (42, 43):
        run(PARAMS, base=base, out=tmp_path / str(seed), seed=seed)
        contents[seed] = [
            (tmp_path / str(seed) / name / "rows-00000.parquet").read_bytes() for name in ("talks", "tools")
        ]
    assert contents[42] == [(made[0] / name / "rows-00000.parquet").read_bytes() for name in ("talks", "tools")]
    assert contents[43] != contents[42]


def test_tables_hold_every_rule_and_no_question_stands_on_both_sides(made: tuple[Path, dict[str, Any]]) -> None:
    assert faults_in(made[0] / "talks", table="tool_talk") == []
    assert faults_in(made[0] / "tools", table="row") == []


def test_what_no_function_fits_is_declined_in_one_beginning(made: tuple[Path, dict[str, Any]]) -> None:
    answers = {talk["messages"][-1]["content"] for talk in read(made, "talks") if talk["kind"] in ("near", "declined")}
    assert len(answers) > 3
    assert all(answer.startswith("None of these functions") for answer in answers)


def test_rows_are_chats_of_texts_with_calls_encoded_once(made: tuple[Path, dict[str, Any]]) -> None:
    for row in read(made, "tools"):
        assert all(message["tool_calls"] is None for message in row["messages"]), "the template knows no calls"
        said = "".join(m["content"] for m in row["messages"] if m["role"] == "assistant")
        assert '\\"' not in said and '"arguments": "' not in said, row["id"]


def test_no_path_and_no_port_of_this_machine_is_in_a_row(made: tuple[Path, dict[str, Any]]) -> None:
    text = json.dumps([row["messages"] for row in read(made, "tools")])
    assert "/tmp" not in text and "burnish-tools-" not in text
    assert {part.split("/")[0].split(" ")[0].strip('".\\') for part in text.split("127.0.0.1:")[1:]} <= {"8000", "8010"}


def change_call(edit: Callable[[dict[str, Any]], object]) -> Callable[[Rows], object]:
    def spoil(rows: Rows) -> None:
        message = next(m for row in rows for m in row["messages"] if m["tool_calls"])
        calls = json.loads(message["tool_calls"])
        edit(calls[0])
        message["tool_calls"] = json.dumps(calls)

    return spoil


def drop_result(rows: Rows) -> None:
    row = next(row for row in rows if row["executed"])
    row["messages"] = [message for message in row["messages"] if message["role"] != "tool"]


def repeat_calls(rows: Rows) -> None:
    row = next(row for row in rows if row["kind"] == "result")
    asked, *rest = (m for m in row["messages"] if m["role"] != "system")
    row["messages"] = [asked, *rest[:-1] * 6, rest[-1]]


@pytest.mark.parametrize(("rule", "spoil"), [
    ("tool_arguments_are_encoded_once", change_call(lambda call: call.update(arguments=json.dumps(call["arguments"])))),
    ("calls_fit_the_definitions", change_call(lambda call: call.update(name="other"))),
    ("calls_fit_the_definitions", change_call(lambda call: call["arguments"].update(surplus=1))),
    ("executed_calls_have_a_result_each_and_others_none", drop_result),
    ("tool_calls_are_not_cyclic", repeat_calls),
    ("kinds_that_decline_call_nothing_and_others_call", lambda rows: rows[0].update(kind="missing")),
    ("families_are_in_one_split", lambda rows: rows[0].update(split="seen", family=rows[1]["family"])),
])  # fmt: skip
def test_planted_defects_are_found(rule: str, spoil: Callable[[Rows], object], made: tuple[Path, dict[str, Any]],
                                   tmp_path: Path) -> None:  # fmt: skip
    rows = read(made, "talks")
    spoil(rows)
    shards.write_rows(tmp_path / "spoilt", rows, schema=TOOL_TALK)
    assert any(rule in fault for fault in faults_in(tmp_path / "spoilt", table="tool_talk"))


def test_an_answer_that_a_result_denies_is_an_error() -> None:
    said = [Outcome("done", '{"rows": [[3]]}', cut=False)]
    check_results(said, expected=["[[3]]"], family="sql/count")
    with pytest.raises(BurnishError, match=r"sql/count holds no '\[\[4\]\]'"):
        check_results(said, expected=["[[4]]"], family="sql/count")
    with pytest.raises(BurnishError, match="gave no answer"):
        check_results([Outcome("timeout", "gave no answer", cut=False)], expected=[], family="sql/count")


def test_a_world_is_that_of_its_key(tmp_path: Path) -> None:
    assert draw_world(1, "a") == draw_world(1, "a") != draw_world(1, "b")
    database = write_world(draw_world(1, "a"), folder=tmp_path / "w")
    assert database.read_bytes()[:6] == b"SQLite"


@pytest.mark.parametrize("share", [0.0, 0.9])
def test_a_share_that_withholds_nothing_or_nearly_all_is_an_error(share: float, base: Path, tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match=r"tools\.withheld_share"):
        run(PARAMS.model_copy(update={"withheld_share": share}), base=base, out=tmp_path / "out", seed=1)
