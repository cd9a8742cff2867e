"""The stage as DVC runs it on tables on disk, and the reading of what it wrote."""

import json
import shutil
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mix.sizes import mixture
from tests.workspaces import run as command

from burnish import shards
from burnish.errors import BurnishError
from burnish.mix import mixer
from burnish.mix.asked import MixParams, check
from burnish.mixtures import read_mixture
from burnish.params import load
from burnish.validate.contamination import FLAGGED

ROOT = Path(__file__).parents[2]


def chat_row(name: str, number: int, *, split: str = "train", tokens: int = 20) -> dict[str, Any]:
    said = [
        {"role": "user", "content": "?", "tool_calls": None},
        {"role": "assistant", "content": "!", "tool_calls": None},
    ]
    return {"id": f"{name} {number}", "messages": said, "modalities": ["text"], "source": "s", "licence": "MIT",
            "skill": "s", "family": f"f{number % 3}", "split": split, "tokens": tokens, "supervised_tokens": 10}  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three sources of chats in shards of 20 rows, and the tokenizer of a toy."""
    root = tmp_path_factory.mktemp("mix")
    for name in ("cases", "tasks", "replay"):
        found = [chat_row(name, number) for number in range(90)]
        found += [chat_row(name, 90, split="seen"), chat_row(name, 91, tokens=2000)]
        shards.write_rows(root / name, found, schema=shards.ROW, rows_per_shard=20)
    shards.write_rows(root / "contamination", [], schema=FLAGGED)
    from tokenizers import Tokenizer, models

    (root / "base").mkdir()
    Tokenizer(models.WordLevel({"x": 0}, unk_token="x")).save(str(root / "base" / "tokenizer.json"))
    (root / "base" / "tokenizer_config.json").write_text(json.dumps({"chat_template": "x", "eos_token": "x"}))
    return root


def run(workspace: Path, out: Path, *, contamination: Path | None = None, **changes: Any) -> Any:
    weights = {"cases": 0.5, "tasks": 0.3, "replay": 0.2}
    params = mixture(1500, **{"weights": weights, "repeats": 2, **changes})
    places = {name: workspace / name for name in ("cases", "tasks", "replay", "contamination", "base")}
    if contamination:
        places["contamination"] = contamination
    return mixer.run(params, **places, out=out, seed=1, key="sft")


@pytest.fixture(scope="module")
def mix(workspace: Path) -> Path:
    run(workspace, workspace / "out")
    rows = list(shards.read_rows(workspace / "out" / "rows"))
    shards.write_rows(workspace / "out" / "rows", rows, schema=shards.ROW, rows_per_shard=50)
    return workspace / "out"


def test_rows_for_other_splits_and_too_long_ones_are_left_out_and_counted(workspace: Path, tmp_path: Path) -> None:
    metrics = run(workspace, tmp_path / "mix")
    rows = list(shards.read_rows(tmp_path / "mix" / "rows"))
    assert len(rows) == 270 and {row["split"] for row in rows} == {"train"}
    assert metrics["longer_than_context"] == 3 and metrics["rows"] == len(np.load(tmp_path / "mix" / "index.npy"))
    assert metrics["sources"]["cases"]["supervised_tokens"] == 750


def test_a_row_that_overlaps_a_benchmark_is_in_no_mixture(workspace: Path, tmp_path: Path) -> None:
    flagged = [{"id": f"cases {number}", "item": "humaneval/HumanEval/0", "way": "equal"} for number in range(7)]
    shards.write_rows(tmp_path / "flagged", flagged, schema=FLAGGED)
    run(workspace, tmp_path / "mix", contamination=tmp_path / "flagged")
    rows = {row["id"] for row in shards.read_rows(tmp_path / "mix" / "rows")}
    assert len(rows) == 263 and not rows & {row["id"] for row in flagged}


def test_a_share_of_families_is_the_same_families_whatever_else_is_asked(workspace: Path, tmp_path: Path) -> None:
    taken = {}
    asked: list[dict[str, Any]] = [{}, {"weights": {"cases": 0.2, "tasks": 0.6, "replay": 0.2}}]
    for number, changes in enumerate(asked):
        run(workspace, tmp_path / str(number), family_shares={"cases": 0.5}, supervised_tokens=600, **changes)
        rows = [row for row in shards.read_rows(tmp_path / str(number) / "rows") if row["id"].startswith("cases")]
        taken[number] = {row["family"] for row in rows}
        assert len(rows) == 30 * len(taken[number])
    assert taken[0] == taken[1] and 0 < len(taken[0]) < 3


def test_the_same_inputs_give_the_same_bytes(workspace: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        run(workspace, tmp_path / name)
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert all((tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes() for file in files)


@settings(max_examples=25, deadline=None)
@given(cursor=st.integers(0, 150), window=st.integers(1, 70))
def test_going_on_at_any_cursor_gives_the_same_sequence(mix: Path, cursor: int, window: int) -> None:
    whole = [row["id"] for row in read_mixture(mix, cursor=0)]
    assert len(whole) == 150
    before = [row["id"] for row in islice(read_mixture(mix, cursor=0, window_rows=window), cursor)]
    after = [row["id"] for row in read_mixture(mix, cursor=cursor, window_rows=window)]
    assert before + after == whole


def test_rows_come_in_the_order_of_the_index(mix: Path) -> None:
    rows = list(shards.read_rows(mix / "rows"))
    assert [row["id"] for row in read_mixture(mix, cursor=0)] == [rows[n]["id"] for n in np.load(mix / "index.npy")]


def test_a_damaged_shard_is_an_error_that_says_the_way_out(mix: Path, tmp_path: Path) -> None:
    shutil.copytree(mix, tmp_path / "mix")
    shard = shards.shards_of(tmp_path / "mix/rows")[0]
    whole = shard.read_bytes()
    for content in (whole[:-20], whole[:300] + bytes(300) + whole[600:]):
        shard.write_bytes(content)
        with pytest.raises(BurnishError, match=r"rows-0+\.parquet isn't readable Parquet .* `dvc checkout`"):
            list(read_mixture(tmp_path / "mix", cursor=0))


def test_a_cursor_outside_and_an_index_without_its_rows_are_errors(mix: Path, tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match=r"cursor 151 isn't in .* which has 150 rows"):
        next(read_mixture(mix, cursor=151))
    shards.write_rows(tmp_path / "rows", [chat_row("a", 0)], schema=shards.ROW)
    with pytest.raises(BurnishError, match="isn't readable"):
        next(read_mixture(tmp_path, cursor=0))
    np.save(tmp_path / "index.npy", np.array([0, 7], dtype=np.int32))
    with pytest.raises(BurnishError, match=r"names row 7, but .* has 1"):
        next(read_mixture(tmp_path, cursor=0))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weights": {"cases": 0.5, "web": 0.5}}, r"mix\.sft\.sources: web is unknown; known: cases, tasks, replay"),
        ({"weights": {"cases": 0.5, "tasks": 0.5}, "context_tokens": 5}, "'cases' has no rows in .*context_tokens = 5"),
        ({"weights": {"cases": 1}}, "'cases' holds 900 .* 600 short"),
    ],
)
def test_a_stage_that_fails_leaves_nothing(
    workspace: Path, tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(BurnishError, match=message):
        run(workspace, tmp_path / "mix", **{"repeats": 1, **changes})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("changes", [{}, {"weights": {"cases": 0.9, "tasks": 0.3, "replay": 0.2}}])
def test_mix_plan_shows_the_effect_and_writes_nothing(workspace: Path, tmp_path: Path, changes: dict[str, Any]) -> None:
    """The `burnish mix plan` of a person, on tables where `dvc.yaml` has them."""
    (tmp_path / "data" / "processed").mkdir(parents=True)
    for name, place in (
        ("cases", "data"),
        ("replay", "data"),
        ("contamination", "data"),
        ("tasks", "data/processed"),
    ):
        (tmp_path / place / name).symlink_to(workspace / name)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "base").symlink_to(workspace / "base")
    weights = {"cases": 0.5, "tasks": 0.3, "replay": 0.2}
    section = mixture(1500, **{"weights": weights, "repeats": 2, "licences": {"MIT": 1}, **changes}).model_dump()
    (tmp_path / "params.yaml").write_text(json.dumps({"seed": 1, "mix": {"sft": section}, "mixed": {"more": {}}}))
    before = sorted(tmp_path.rglob("*"))
    said = command([str(ROOT / "bin" / "python"), "-m", "burnish.cli", "mix", "plan", "sft"], cwd=tmp_path, check=False,
                   PYTHONPATH=str(ROOT / "src"), COLUMNS="120")  # fmt: skip
    assert sorted(tmp_path.rglob("*")) == before
    if changes:
        assert (
            said.stderr.startswith("burnish: params.yaml: mix.sft.sources: weights sum to 1.4") and said.returncode == 1
        )
    else:
        assert "│ cases   │ 50.0% │    50.0% │    750 │" in said.stdout and "│ MIT      │ 100.0%" in said.stdout


def test_the_mixture_of_the_parameters_file_is_whole() -> None:
    check(load(MixParams, "mix.sft", path=ROOT / "params.yaml"), place="mix.sft")
