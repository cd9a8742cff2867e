"""A student comes closer to its teacher on rows it never saw; the teacher speaks its vocabulary; a killed run goes on."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch
from ruamel.yaml import YAML
from tests.export.tiny import export, make_model
from tests.train.test_sft import PATIENCE, ROOT
from tests.train.test_sft import train_here as train_sft_here
from tests.train.tiny import SETTINGS, counting_rows, write_mix

from burnish.chain_weights import write_merged
from burnish.chains import CHAIN, read_chain
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.files import digest_of
from burnish.masks import mask_answers
from burnish.records import Record
from burnish.teacher_files import TeacherModel, identify, write_teacher
from burnish.train import distil, teachers
from burnish.train.checkpoint import FILE
from burnish.train.loop import HISTORY
from burnish.train.packing import Document
from burnish.train.sft import as_document
from burnish.train.targets import read_targets

DISTIL = {key: value for key, value in SETTINGS.items() if key != "distil_skills"} | {
    "method": "distil", "teacher": None, "likeliest": 32, "answer_weight": 0.0, "held_out": {"part": 0.25, "rows": 8},
    "epochs": 4,
}  # fmt: skip
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def step(base: Path, mix: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a trained step beside its base model: the teacher."""
    folder = tmp_path_factory.mktemp("teacher")
    train_sft_here(base, mix, folder, epochs=12)
    return folder / "sft"


@pytest.fixture(scope="module")
def merged(base: Path, step: Path) -> Path:
    """Return the same teacher as a folder of its own that knows nothing of a chain."""
    out = step.parent / "merged"
    out.mkdir()
    write_merged(out, read_chain(step, base=base), base=base, parent=step.parent, dtype="float32")
    (out / CHAIN).unlink()
    return out


class Strangers(NamedTuple):
    """Two models that share a tokenizer which llama.cpp knows, and the second one's file."""

    student: Path
    teacher: Path
    gguf: Path


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Strangers:
    folder = tmp_path_factory.mktemp("strangers")
    student, teacher = make_model(folder / "student"), make_model(folder / "other", seed=1)
    return Strangers(student, teacher, export(teacher, folder, "f16") / "f16.gguf")


def distil_here(
    base: Path, mix: Path, folder: Path, *, teacher: Path | dict[str, str] | None, **changes: Any
) -> dict[str, Any]:
    """Run the stage's function in this process; return its metrics."""
    (folder / "resume").mkdir(parents=True, exist_ok=True)
    named = identify(teacher, licence="MIT").model_dump() if isinstance(teacher, Path) else teacher
    params = distil.DistilParams.model_validate({**DISTIL, "teacher": named, **changes})
    metrics = distil.run(params, data=mix, base=base, parent=base, out=folder / "distil", seed=3,
                         record=Record("train@distil", params={}), history=folder / "history.csv",
                         resume=folder / "resume")  # fmt: skip
    return dict(metrics)


def test_a_student_comes_closer_to_its_teacher_on_rows_it_never_saw(base: Path, mix: Path, step: Path, tmp_path: Path
                                                                    ) -> None:  # fmt: skip
    metrics = distil_here(base, mix, tmp_path, teacher=step, epochs=12)
    found = metrics["held_out"]
    assert found["rows"] > 2 and metrics["teacher"]["sha256"] == identify(step, licence="MIT").sha256
    assert found["kl_after"] < 0.3 * found["kl_before"]
    assert found["top_1_agreement_after"] > found["top_1_agreement_before"] + 0.3
    assert metrics["loss_last"] < 0.3 * metrics["loss_first"]


def test_a_step_and_the_folder_that_it_is_merged_into_teach_the_same_bit_for_bit(
    base: Path, mix: Path, step: Path, merged: Path, tmp_path: Path
) -> None:
    for teacher in (step, merged):
        distil_here(base, mix, tmp_path / teacher.name, teacher=teacher, epochs=1)
    assert digest_of(tmp_path / "sft/distil") == digest_of(tmp_path / "merged/distil")


def test_a_file_teaches_what_its_folder_does(strangers: Strangers, mix: Path, tmp_path: Path) -> None:
    by_folder, by_file = (distil_here(strangers.student, mix, tmp_path / teacher.name, teacher=teacher)["held_out"]
                          for teacher in (strangers.teacher, strangers.gguf))  # fmt: skip
    assert by_file["kl_before"] == pytest.approx(by_folder["kl_before"], rel=2e-2)
    assert by_file["kl_after"] == pytest.approx(by_folder["kl_after"], rel=0.1)
    assert by_file["kl_after"] < 0.9 * by_file["kl_before"]


def test_logits_of_a_file_are_those_of_its_folder_at_the_positions_of_answers(strangers: Strangers) -> None:
    document = as_document(mask_answers(counting_rows(4)[3]["messages"], chat=Chat.load(strangers.student)))
    settings: dict[str, Any] = {
        "base": strangers.student, "context": 256, "count": 1, "dtype": "float32", "device": CPU,
    }  # fmt: skip
    with (
        teachers.reading(strangers.teacher, **settings) as (folder,),
        teachers.reading(strangers.gguf, **settings) as (file,),
    ):
        ours, theirs = folder(document), file(document)
    assert ours.shape == (int(document.supervised.sum()), 640)
    torch.testing.assert_close(ours, theirs, rtol=0, atol=5e-2)


def test_the_mix_with_the_answer_loss_learns_both(base: Path, mix: Path, step: Path, tmp_path: Path) -> None:
    pure, mixed = (distil_here(base, mix, tmp_path / str(weight), teacher=step, answer_weight=weight)
                   for weight in (0.0, 0.5))  # fmt: skip
    assert mixed["loss_first"] > pure["loss_first"], "cross-entropy includes what no model can know"
    assert mixed["held_out"]["kl_after"] < mixed["held_out"]["kl_before"]


def test_whole_weights_learn_too(base: Path, mix: Path, step: Path, tmp_path: Path) -> None:
    found = distil_here(base, mix, tmp_path, teacher=step, lora=None, learning_rate=1e-3)["held_out"]
    assert found["kl_after"] < found["kl_before"]
    assert (tmp_path / "distil/model.safetensors").is_file()


def test_rows_of_a_teacher_name_it_and_measuring_rows_are_not_learnt(base: Path, step: Path, tmp_path: Path) -> None:
    data = write_mix(tmp_path / "rows", counting_rows(24))
    with pytest.raises(BurnishError, match=r"teacher is null, but .* doesn't say whose rows"):
        distil_here(base, data, tmp_path, teacher=None)
    write_teacher(data, identify(step, licence="MIT"))
    metrics = distil_here(base, data, tmp_path, teacher=None, epochs=1)
    chat = Chat.load(base)
    answers = sum(sum(mask_answers(row["messages"], chat=chat).supervised) for row in counting_rows(24))
    assert metrics["teacher"]["model"] == str(step)
    assert metrics["origins"] == [{"origin": f"teacher {step}", "licence": "MIT", "share": 1.0}], (
        "a release is judged by it"
    )
    assert metrics["supervised_tokens"] + metrics["held_out"]["tokens"] == answers


def test_a_teacher_is_read_once(base: Path, step: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = Chat.load(base)
    documents = {n: as_document(mask_answers(row["messages"], chat=chat)) for n, row in enumerate(counting_rows(40))}
    read: list[int] = []
    original = teachers._read_decoder

    def counted(decoder: Any, document: Document) -> Any:
        read.append(len(document.ids))
        if len(read) == 20:
            raise KeyboardInterrupt
        return original(decoder, document)

    monkeypatch.setattr(teachers, "_read_decoder", counted)

    def collect(folder: Path) -> Any:
        return read_targets(documents, likeliest=4, folder=folder, open_readers=lambda: teachers.reading(
            step, base=base, context=256, count=1, dtype="float32", device=CPU))  # fmt: skip

    with pytest.raises(KeyboardInterrupt):
        collect(tmp_path)
    before = len(read)
    parts = collect(tmp_path)
    assert len(read) == before + 24, "of 40 rows in files of 16, the first file was kept"
    (tmp_path / "targets-00001.npz").write_bytes(b"PK\x03\x04 cut short")
    whole = collect(tmp_path)
    assert len(read) == before + 24 + 16
    for number in documents:
        assert torch.equal(parts[number].ids, whole[number].ids) and torch.equal(parts[number].logs, whole[number].logs)


def start(base: Path, mix: Path, folder: Path, **changes: Any) -> subprocess.Popen[str]:
    """Start the stage's command in its own process and workspace."""
    folder.mkdir(exist_ok=True)
    (folder / "requirements.lock").touch()
    with (folder / "params.yaml").open("w") as file:
        YAML().dump({"seed": 3, "train": {"distil": {**DISTIL, **changes}}}, file)
    command = [sys.executable, "-m", "burnish.train.distil", "--stage", "train@distil", "--data", str(mix), "--base",
               str(base), "--parent", str(base), "--out", "distil", "--history", "history.csv", "--metrics",
               "distil.json", "--record", "record.json"]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "DVC_ROOT": str(ROOT)}
    environment.pop("DVC_STAGE", None)
    return subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True)


def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(base: Path, mix: Path, step: Path, tmp_path: Path) -> None:
    changes = {"teacher": identify(step, licence="MIT").model_dump(), "checkpoint_steps": 1, "epochs": 8}
    whole = distil_here(base, mix, tmp_path / "whole", teacher=step, epochs=8)
    process = start(base, mix, tmp_path / "killed", **changes)
    while not list((tmp_path / "killed").glob(f".resume/*/*/{FILE}")) and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == -signal.SIGKILL
    (log,) = (tmp_path / "killed").glob(f".resume/*/*/{HISTORY}")
    assert 1 <= len(log.read_text().splitlines()) < whole["steps"]
    process = start(base, mix, tmp_path / "killed", **changes)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    for name in ("distil", "history.csv"):
        assert digest_of(tmp_path / "killed" / name) == digest_of(tmp_path / "whole" / name)
    assert json.loads((tmp_path / "killed/distil.json").read_text()) == whole
    assert json.loads((tmp_path / "killed/record.json").read_text())["notes"]["resumed_at_step"] > 0
    assert not list((tmp_path / "killed").glob(".resume/*/*/targets*"))


def test_another_vocabulary_is_refused_with_the_first_difference(
    strangers: Strangers, mix: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(strangers.teacher, other)
    content = json.loads((other / "tokenizer.json").read_text())
    places = {number: text for text, number in content["model"]["vocab"].items()}
    content["model"]["vocab"] |= {places[7]: 8, places[8]: 7}
    (other / "tokenizer.json").write_text(json.dumps(content))
    said = f"another vocabulary than .*: token 7 is {re.escape(repr(places[8]))} there and {re.escape(repr(places[7]))} here"
    for teacher in (other, export(other, tmp_path, "f16") / "f16.gguf"):
        with pytest.raises(BurnishError, match=said):
            distil_here(strangers.student, mix, tmp_path, teacher=teacher)


@pytest.mark.parametrize(("ours", "theirs", "said"), [
    ((["a", "b"], [], "gpt-2"), (["a"], [], "gpt-2"), "it has 1 tokens, not 2"),
    ((["a", "b"], ["a b"], "gpt-2"), (["a", "b"], ["b a"], "gpt-2"), "merge 0 is 'b a' there and 'a b' here"),
    ((["a"], [], "gpt-2"), (["a"], [], "qwen2"), "it cuts words by 'qwen2', not by 'gpt-2'"),
    ((["a"], [], "gpt-2"), (["a"], [], "gpt-2"), ""),
])  # fmt: skip
def test_each_kind_of_difference_is_said(ours: Any, theirs: Any, said: str) -> None:
    assert teachers.find_difference(teachers.Spelling(*ours), teachers.Spelling(*theirs)) == said


def test_a_teacher_that_is_missing_cut_or_another_one_is_refused(
    strangers: Strangers, mix: Path, tmp_path: Path
) -> None:
    base, gguf = strangers.student, strangers.gguf
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(gguf.read_bytes()[:-900])
    with pytest.raises(BurnishError, match=r"cut\.gguf is cut short"):
        distil_here(base, mix, tmp_path, teacher=cut)
    (tmp_path / "text.gguf").write_text("no model")
    with pytest.raises(BurnishError, match="isn't a readable GGUF"):
        distil_here(base, mix, tmp_path, teacher=tmp_path / "text.gguf")
    changed = TeacherModel(model=str(gguf), sha256="0" * 64, licence="MIT").model_dump()
    with pytest.raises(BurnishError, match=r"has sha256 [0-9a-f]{12}, not 000000000000"):
        distil_here(base, mix, tmp_path, teacher=changed)
    with pytest.raises(BurnishError, match=r"gone\.gguf is missing"):
        distil_here(base, mix, tmp_path, teacher={**changed, "model": str(tmp_path / "gone.gguf")})


def test_too_few_rows_to_measure_by_are_refused(base: Path, step: Path, tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match=r"held_out\.part = 0\.001 sets none of the 6 rows"):
        distil_here(base, write_mix(tmp_path / "mix", counting_rows(6)), tmp_path, teacher=step,
                    held_out={"part": 0.001, "rows": 8})  # fmt: skip
