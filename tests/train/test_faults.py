"""Bad input to a training step: what is refused, in which words, and what stays of the training so far."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from ruamel.yaml import YAML
from tests.train.test_sft import train_here
from tests.train.tiny import SETTINGS, counting_rows, row, write_mix, write_model
from torch import Tensor, nn

from burnish import params
from burnish.adapters import WEIGHTS
from burnish.errors import BurnishError
from burnish.records import Record
from burnish.train.checkpoint import FILE, Checkpoint, read_checkpoint, write_checkpoint
from burnish.train.faults import NotFiniteError
from burnish.train.loop import TrainSettings, train
from burnish.train.packing import Step
from burnish.train.sft import SftParams

NAMES = [f"row-{number}" for number in range(6)]
STEPS = [Step(((0, 1), (2,)), 3, 3), Step(((3,), (4, 5)), 3, 3)]


@pytest.mark.parametrize("rate", ["0", "-1e-4", ".nan", ".inf"])
def test_a_learning_rate_that_is_no_rate_is_refused_by_name(rate: str, tmp_path: Path) -> None:
    settings = {**SETTINGS, "learning_rate": YAML(typ="safe").load(rate)}
    with (tmp_path / "params.yaml").open("w") as file:
        YAML().dump({"train": {"sft": settings}}, file)
    with pytest.raises(BurnishError, match=r"params\.yaml: train\.sft\.learning_rate = "):
        params.load(SftParams, "train.sft", path=tmp_path / "params.yaml")


def one_weight() -> nn.Linear:
    """Return a layer of one weight, 2, which a loss of a test pulls on."""
    layer = nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        layer.weight.fill_(2.0)
    return layer


def run_loop(model: nn.Linear, folder: Path, *, bad: int, value: float) -> None:
    """Train two steps; the sequence that holds document `bad` adds `value` of the weight to the loss."""

    def loss(step: Step, sequence: tuple[int, ...]) -> Tensor:
        return model.weight.sum() * (value if bad in sequence else 1.0)

    settings = TrainSettings.model_validate({key: value for key, value in SETTINGS.items() if key != "distil_skills"})
    train(model, STEPS, loss=loss, settings=settings, seed=1, record=Record("train@x", params={}), resume=folder,
          names=NAMES)  # fmt: skip


def test_a_loss_that_is_no_number_stops_names_its_rows_and_keeps_the_step_before(tmp_path: Path) -> None:
    model = one_weight()
    with pytest.raises(NotFiniteError, match="the loss of step 2 is nan, in the rows row-4, row-5") as caught:
        run_loop(model, tmp_path, bad=5, value=float("nan"))
    assert "row-3" not in str(caught.value)
    stored = read_checkpoint(tmp_path)
    assert stored is not None and len(stored.history) == 1
    assert torch.equal(stored.state["masters"][0], model.weight.detach()) and model.weight.isfinite().all()


def test_a_loss_that_is_no_number_everywhere_speaks_against_the_weights(base: Path, mix: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFiniteError, match="every sequence of it, which speaks against the weights"):
        train_here(base, mix, tmp_path, learning_rate=1e30, warmup_share=0.0, schedule="constant")
    stored = read_checkpoint(tmp_path / "resume")
    assert stored is not None and len(stored.history) >= 1


def test_a_gradient_that_is_no_number_changes_no_weight(tmp_path: Path) -> None:
    model = one_weight()

    def loss(step: Step, sequence: tuple[int, ...]) -> Tensor:
        return (model.weight.sum() * 0).sqrt()  # 0, but its slope is infinite

    settings = TrainSettings.model_validate({key: value for key, value in SETTINGS.items() if key != "distil_skills"})
    with pytest.raises(NotFiniteError, match="the gradient of step 1 isn't finite, in the rows row-0, row-1, row-2"):
        train(model, STEPS, loss=loss, settings=settings, seed=1, record=Record("train@x", params={}), resume=tmp_path,
              names=NAMES)  # fmt: skip
    assert model.weight.item() == 2.0


@pytest.mark.parametrize(("rows", "changes", "complaint"), [
    (counting_rows(3), {"sequence_tokens": 6}, r"longer than the context; raise params\.yaml: train sequence_tokens = 6"),
    ([row(0, ("user", "hi")), row(1, ("system", "be"), ("user", "so"))], {}, "none of its 2 rows has a supervised token"),
    (counting_rows(3), {"tokens": 4}, r"more tokens than params\.yaml: train tokens = 4"),
    ([], {}, "the mixture is empty"),
], ids=["too long", "no answers", "no budget", "empty"])  # fmt: skip
def test_a_mixture_with_nothing_to_learn_says_why(
    base: Path, tmp_path: Path, rows: list[dict[str, Any]], changes: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(BurnishError, match=complaint):
        train_here(base, write_mix(tmp_path / "mix", rows), tmp_path, **changes)


def test_a_parent_of_another_base_is_refused(base: Path, mix: Path, tmp_path: Path) -> None:
    train_here(base, mix, tmp_path, tokens=300)
    other = write_model(tmp_path / "other")
    (file,) = other.glob("*.safetensors")
    file.write_bytes(file.read_bytes()[:-4] + b"\0\0\0\1")
    with pytest.raises(BurnishError, match="was trained on another base model"):
        train_here(other, mix, tmp_path / "second", parent=tmp_path / "sft")


def test_a_half_written_parent_is_refused(base: Path, mix: Path, tmp_path: Path) -> None:
    train_here(base, mix, tmp_path, tokens=300)
    whole = (tmp_path / "sft" / WEIGHTS).read_bytes()
    (tmp_path / "sft" / WEIGHTS).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BurnishError, match=r"adapter_model\.safetensors isn't readable .* half written"):
        train_here(base, mix, tmp_path / "second", parent=tmp_path / "sft")


def test_a_missing_parent_is_refused(base: Path, mix: Path, tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match="none holds no readable chain"):
        train_here(base, mix, tmp_path, parent=tmp_path / "none")


def test_a_checkpoint_cut_anywhere_is_said_to_be_broken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = {"masters": [torch.arange(40.0)], "adamw": {"state": {}, "param_groups": []}}
    write_checkpoint(tmp_path, Checkpoint("plan", [(1, 2, 0.5, 0.1, 1.0)], state))
    whole = (tmp_path / FILE).read_bytes()
    for size in range(0, len(whole), max(1, len(whole) // 60)):
        (tmp_path / FILE).write_bytes(whole[:size])
        assert read_checkpoint(tmp_path) is None
        assert "is half written or broken; training starts again" in capsys.readouterr().err
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    assert read_checkpoint(tmp_path) is None and not capsys.readouterr().err
