"""The `burnish` command, run as a person runs it."""

import datetime
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer

from burnish import shards
from burnish.cli_options import plain_errors
from burnish.doctor import find_missing_packages
from burnish.explain import show_rows
from burnish.params import read_yaml
from tests.workspaces import ROOT, run


def burnish(*arguments: str, cwd: Path = ROOT) -> tuple[int, str, str]:
    result = run([str(ROOT / "bin" / "python"), "-m", "burnish.cli", *arguments], cwd=cwd, check=False, COLUMNS="200")
    assert "Traceback" not in result.stderr
    return result.returncode, result.stdout, result.stderr


def test_doctor_finds_everything_that_set_up_installs() -> None:
    status, said, _ = burnish("doctor")
    assert status == 0, said
    assert "MISSING" not in said and "sandbox: tier bubblewrap" in said


def test_every_package_of_the_manifest_must_be_there_in_its_version(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text(
        json.dumps({"dependencies": {"react": "19.3.1", "old": "2.0.0", "ok": "1.0.0"}})
    )
    for name, version in (("old", "1.9.0"), ("ok", "1.0.0")):
        (tmp_path / "node_modules" / name).mkdir(parents=True)
        (tmp_path / "node_modules" / name / "package.json").write_text(json.dumps({"version": version}))
    assert find_missing_packages(tmp_path) == ["react 19.3.1", "old 2.0.0"]


def test_explain_names_file_parameters_inputs_and_outputs() -> None:
    status, said, _ = burnish("explain", "train@sft")
    assert status == 0
    for part in ("src/burnish/train/sft.py", '"learning_rate"', "data/mix/sft", "models/sft", "metrics/train/sft.json"):
        assert part in said


def test_show_prints_rows_of_a_table(tmp_path: Path) -> None:
    same = {"kind": "docs", "language": "md", "path": "a.md", "source": "s", "licence": "MIT"}
    rows = [{"id": f"text {n}", "text": f"line {n}", **same} for n in range(5)]
    shards.write_rows(tmp_path / "t", rows, schema=shards.TEXT)
    status, said, _ = burnish("show", str(tmp_path / "t"), "--rows", "1", "--skip", "3", "--column", "text")
    assert status == 0
    assert "line 3" in said and "line 2" not in said and "line 4" not in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("explain", "nothing"), "dvc.yaml has no stage 'nothing'; it has: codehash"),
        (("show", "data/nothing"), "data/nothing holds no rows-"),
        (("mix", "plan", "nothing"), "params.yaml: mix.nothing is missing"),
        (("mix", "show", "nothing"), "data/mix/nothing/index.npy isn't readable"),
        (("profile", "nothing"), "known profiles: 8xh100, coder, full, gated, h100, hub, laptop, multi-node, twin"),
        (("plan", "nothing"), "profiles/nothing.yaml is missing; known profiles: 8xh100, coder, full"),
        (("cases", "try", "nothing"), "no category nothing; there are: "),
        (("serve", "--gguf", "nothing.gguf"), "nothing.gguf"),
        (("sandbox", "run", "nothing.py"), "nothing.py"),
    ],
)
def test_bad_input_is_one_clear_line(arguments: tuple[str, ...], message: str) -> None:
    status, _, said = burnish(*arguments)
    assert status == 1
    assert said.startswith("burnish: ") and message in said


@pytest.mark.parametrize("arguments", [
    ("show", "data", "--rows", "-1"), ("mix", "show", "sft", "--cursor", "-1"), ("cases", "try", "fs_x", "--count", "0"),
    ("sandbox", "run", "x.py", "--cpu-seconds", "nan"), ("sandbox", "run", "x.py", "--wall-seconds", "inf"),
    ("sandbox", "run", "x.py", "--memory-mb", "0"),
])  # fmt: skip
def test_a_number_out_of_its_range_names_the_option(arguments: tuple[str, ...]) -> None:
    status, _, said = burnish(*arguments)
    assert status == 2 and arguments[-2] in said


@pytest.mark.parametrize("mixed", [None, 7, {}])
def test_a_plan_of_a_mixture_under_broken_parameters_says_so(tmp_path: Path, mixed: object) -> None:
    content = read_yaml(ROOT / "params.yaml")
    (tmp_path / "params.yaml").write_text(json.dumps({**content, "mixed": mixed}))
    status, _, said = burnish("mix", "plan", "sft", cwd=tmp_path)
    assert status == 1 and "mixed.more is missing" in said


def test_a_mixture_of_broken_shards_says_so(tmp_path: Path) -> None:
    (tmp_path / "data/mix/sft/rows").mkdir(parents=True)
    np.save(tmp_path / "data/mix/sft/index.npy", np.arange(3, dtype=np.int32))
    (tmp_path / "data/mix/sft/rows/rows-00000.parquet").write_bytes(b"PAR1 half")
    status, _, said = burnish("mix", "show", "sft", cwd=tmp_path)
    assert status == 1 and said.count("\n") == 1 and "rows-00000.parquet isn't readable Parquet" in said


def test_values_that_json_lacks_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    day = datetime.date(2026, 1, 2)
    pq.write_table(pa.table({"day": [day], "raw": [[b"\x00"]]}), tmp_path / "rows-00000.parquet")
    show_rows(tmp_path, rows=1, skip=0, columns=[])
    assert "2026-01-02" in capsys.readouterr().out


def test_a_machine_s_error_is_a_message_and_a_mistake_of_ours_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(error: Exception) -> None:
        raise error

    with pytest.raises(typer.Exit) as caught:
        plain_errors(refuse)(PermissionError(13, "Permission denied", "notes.txt"))
    assert (
        caught.value.exit_code == 1 and "burnish: [Errno 13] Permission denied: 'notes.txt'" in capsys.readouterr().err
    )
    with pytest.raises(KeyError):
        plain_errors(refuse)(KeyError("ours"))


def test_sandbox_run_passes_output_and_status_through(tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text("import sys\nprint('out')\nprint('err', file=sys.stderr)\nsys.exit(7)\n")
    assert burnish("sandbox", "run", str(tmp_path / "p.py")) == (7, "out\n", "err\n")
    (tmp_path / "loop.py").write_text("while True: pass\n")
    assert burnish("sandbox", "run", str(tmp_path / "loop.py"), "--wall-seconds", "1")[0] == 124


def test_profile_keeps_comments_and_refuses_unknown_values(tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_text("seed: 1  # of all draws\nmix: {tokens: 10}\n")
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "small.yaml").write_text("mix: {tokens: 5}\n")
    status, said, _ = burnish("profile", "small", cwd=tmp_path)
    assert status == 0 and "mix.tokens: 10 -> 5" in said
    assert (tmp_path / "params.yaml").read_text() == "seed: 1  # of all draws\nmix: {tokens: 5}\n"
    (tmp_path / "profiles" / "wrong.yaml").write_text("mix: {tokns: 5}\n")
    status, _, said = burnish("profile", "wrong", cwd=tmp_path)
    assert status == 1 and "mix.tokns isn't in params.yaml" in said
    (tmp_path / "params.yaml").write_text("seed: [1\n")
    status, _, said = burnish("profile", "small", cwd=tmp_path)
    assert status == 1 and "params.yaml isn't valid YAML" in said
    (tmp_path / "params.yaml").unlink()
    status, _, said = burnish("profile", "small", cwd=tmp_path)
    assert status == 1 and "params.yaml is missing" in said


@pytest.mark.parametrize("command", ["report", "track"])
def test_another_checkouts_burnish_reads_no_run_here(command: str, tmp_path: Path) -> None:
    (tmp_path / "src/burnish").mkdir(parents=True)
    (tmp_path / "src/burnish/cli.py").touch()
    status, _, said = burnish(command, cwd=tmp_path)
    assert status == 1 and f"this is the burnish of {ROOT}, not of {tmp_path}; run: bin/python -m burnish.cli" in said
    assert [one.name for one in tmp_path.iterdir()] == ["src"]
