"""`auto`: the type that the processor has instructions for, the same at every start; what is asked by name stays."""

from pathlib import Path

import pytest
import torch

from burnish import precision
from burnish.decoding import Sampling
from burnish.train.dtypes import choose_dtype, describe_rates, time_products

FLAGS = {
    "amx": ("flags\t\t: fpu avx2 amx_tile amx_bf16", True),
    "zen4": ("flags\t\t: fpu avx2 avx512f avx512_bf16", True),
    "arm": ("Features\t: fp asimd bf16", True),
    "avx2": ("model name\t: bf16 lover\nflags\t\t: fpu avx avx2 fma", False),
    "unknown": ("", False),
}
SAMPLING = {"engine": "openvino", "max_new_tokens": 4, "temperature": 0.0, "top_p": 1.0, "samples": 1, "parallel": 1}


@pytest.mark.parametrize("name", FLAGS)
def test_bfloat16_is_chosen_where_the_processor_has_its_products(name: str, tmp_path: Path) -> None:
    text, expected = FLAGS[name]
    processor = tmp_path / "cpuinfo"
    processor.write_text(f"processor\t: 0\n{text}\n")
    assert precision.has_bfloat16(processor) is expected


def test_without_a_list_of_instructions_it_is_float32(tmp_path: Path) -> None:
    assert not precision.has_bfloat16(tmp_path / "absent")


@pytest.mark.parametrize(("native", "expected"), [(True, ("bf16", "bfloat16")), (False, ("f32", "float32"))])
def test_auto_stands_for_one_type_in_sampling_and_training(
    native: bool, expected: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "has_bfloat16", lambda: native)
    monkeypatch.setattr("burnish.train.dtypes.has_bfloat16", lambda: native)
    assert (Sampling(**SAMPLING, dtype="auto").dtype, choose_dtype("auto", device=torch.device("cpu"))) == expected


def test_a_type_asked_by_name_is_kept() -> None:
    for name in ("bf16", "f32"):
        assert Sampling(**SAMPLING, dtype=name).dtype == name
    for name in ("bfloat16", "float32"):
        assert choose_dtype(name, device=torch.device("cpu")) == name


def test_products_are_timed_in_both_types() -> None:
    rates = time_products(torch.device("cpu"))
    assert set(rates) == {"float32", "bfloat16"} and min(rates.values()) > 0
    assert describe_rates({"float32": 90.0, "bfloat16": 17.5}) == "float32 90, bfloat16 17.5"
