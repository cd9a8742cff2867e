"""A silent sampler ends the run with a way out; answers that are there are never drawn again."""

import json
from pathlib import Path

import pytest

from burnish.decoding import Completion, Drawn, Request, Sampling
from burnish.errors import BurnishError
from burnish.rollouts import Asked, roll

SETTINGS = Sampling(engine="openvino", max_new_tokens=4, temperature=1.0, top_p=1.0, samples=2, parallel=2, dtype="f32")
REQUESTS = [Request(number, "Hi", number + 1) for number in range(2)]
DRAWN = Drawn(Completion("Ho", "stop", 1), (7, 2), (-0.1, -0.2))


def keep(path: Path, *numbers: int, tail: str = "") -> None:
    lines = [json.dumps({"number": number, **DRAWN._asdict()}) + "\n" for number in numbers]
    path.write_text("".join(lines) + tail)


def test_a_silent_sampler_ends_the_run_and_says_how_to_go_on(tmp_path: Path) -> None:
    asked = Asked(tmp_path / "slow.gguf", SETTINGS, REQUESTS)
    with pytest.raises(BurnishError, match=r"gave no reply for 0\.001 s, 2 times; raise sampler_seconds"):
        roll(asked, kept=tmp_path / "kept.jsonl", seconds=0.001, label="test")


def test_kept_answers_need_no_sampler(tmp_path: Path) -> None:
    keep(tmp_path / "kept.jsonl", 1, 0, tail='{"number": 1, "comp')
    asked = Asked(tmp_path / "gone.gguf", SETTINGS, REQUESTS)
    assert roll(asked, kept=tmp_path / "kept.jsonl", seconds=0.001, label="test") == [DRAWN, DRAWN]


def test_an_error_of_the_sampler_is_raised_here(tmp_path: Path) -> None:
    asked = Asked(tmp_path / "gone.gguf", SETTINGS, REQUESTS)
    with pytest.raises(BurnishError, match=r"gone\.gguf"):
        roll(asked, kept=tmp_path / "kept.jsonl", seconds=600, label="test")
