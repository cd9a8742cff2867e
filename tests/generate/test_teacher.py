"""A teacher's right answers become rows under its licence; wrong, cut, leaked and odd ones don't; a bad teacher is said so."""

import json
import re
import shutil
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from tests.export.tiny import export, make_model
from tests.mix.sizes import mixture
from tests.overlaps import CONTAMINATION
from tests.test_sampling import answering
from tests.workspaces import git

from burnish import openai_sampler, shards
from burnish.benchmark_items import Item
from burnish.chat import Chat
from burnish.contamination import Detector
from burnish.errors import BurnishError
from burnish.explain import read_stages
from burnish.files import digest_of, write_json
from burnish.generate.teacher import Taught, TeacherParams, drop_spoilt, run
from burnish.gguf_contents import read_chat_format, read_head
from burnish.mix.mixer import write_mixture
from burnish.records import Record
from burnish.tables import TABLES
from burnish.teacher_files import read_teacher

ROOT = Path(__file__).parents[2]
LEAKED = "Turn the list of seven green bottles around and count every bottle whose label begins with a vowel sound"
HELPFUL = "Bread is made of flour, water, yeast and salt. It rises for an hour, and then it is baked."
SAMPLING = {"engine": "openvino", "max_new_tokens": 40, "temperature": 0.0, "top_p": 1.0, "samples": 1, "parallel": 4,
            "dtype": "f32"}  # fmt: skip


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("teacher") / "base")


@pytest.fixture(scope="module")
def data(base: Path) -> Path:
    """Return a folder with cases, replay rows, what overlaps, and a benchmark."""
    folder = base.parent
    same = {"family": "style", "category": "fs_page", "prompt": "p", "starter": "", "reference": "<b>x</b>", "mutants": [],
            "cheats": [], "shape": "s", "verifier": json.dumps({"kind": "html", "checks": []}), "licence": "MIT",
            "source": "generated"}  # fmt: skip
    splits = ("train", "train", "train", "train", "seen", "unseen")
    cases = [{**same, "id": f"fs_page/{n}", "template": f"tag_{n % 2}", "split": split, "prompt": f"Write tag {n}"}
             for n, split in enumerate(splits)]  # fmt: skip
    shards.write_rows(folder / "cases/style", cases, schema=shards.CASE)
    real = [{**same, "id": f"real/{n}", "family": "real", "category": "real_cats", "template": f"task_{n}", "split": split,
             "prompt": f"Write task {n}", "licence": "BSD-3-Clause"}
            for n, split in enumerate(("train", "train", "seen"))]  # fmt: skip
    shards.write_rows(folder / "tasks", real, schema=shards.CASE)
    prompts = [
        general_row(n, f"Tell me about bread {n}", licence="BSD-3-Clause" if n == 1 else "Apache-2.0") for n in range(4)
    ]
    shards.write_rows(folder / "replay", prompts, schema=shards.ROW)
    overlapping = [{"id": "fs_page/3"}, {"id": "replay/explain/3"}]
    shards.write_rows(folder / "overlaps", overlapping, schema=pa.schema({"id": pa.string()}))
    write_json(folder / "benchmarks/LICENSES.json", {})
    (folder / "benchmarks/LICENSES.json").write_text(json.dumps([{"name": "made-up"}]))
    (folder / "benchmarks/made-up").mkdir()
    (folder / "benchmarks/made-up/items.jsonl").write_text(json.dumps({"question": LEAKED}) + "\n")
    return folder


def general_row(number: int, prompt: str, *, licence: str) -> dict[str, Any]:
    spoken = [
        {"role": "user", "content": prompt, "tool_calls": None},
        {"role": "assistant", "content": "old", "tool_calls": None},
    ]
    return {"id": f"replay/explain/{number}", "messages": spoken, "modalities": ["text"], "source": "self-replay",
            "licence": licence, "skill": "general", "family": "replay/explain", "split": "train", "tokens": 9,
            "supervised_tokens": 4}  # fmt: skip


def learn(data: Path, folder: Path, *, model: Path, engine: str = "openvino", licence: str = "CC-BY-4.0",
          tasks: int = 0, **cases: Any) -> dict[str, Any]:  # fmt: skip
    """Run the stage's function; return its metrics."""
    (folder / "resume").mkdir(parents=True, exist_ok=True)
    sampling = {**SAMPLING, "engine": engine}
    params = TeacherParams.model_validate({
        "model": str(model), "licence": licence, "tasks": tasks,
        "cases": {"cases": 9, "rows_per_case": 1, "max_rows": 9, "references": False, "verifier_seconds": 600,
                  "sampling": sampling, **cases},
        "general": {"prompts": 9, "min_answer_tokens": 5, "min_distinct": 0.5, "sampling": {**sampling, "max_new_tokens": 60}},
        "detector": CONTAMINATION.model_dump(),
    })  # fmt: skip
    return dict(run(params, model=model, cases=data / "cases", tasks=data / "tasks", replay=data / "replay",
                    contamination=data / "overlaps", benchmarks=data / "benchmarks",
                    matrix=ROOT / "licences/matrix.yaml", base=data / "base",
                    out=folder / "out", seed=1, key="big", record=Record("teachers@big", params={}),
                    resume=folder / "resume"))  # fmt: skip


def test_a_named_teacher_is_a_stage_whose_paths_are_watched_and_by_default_nobody_is(tmp_path: Path) -> None:
    assert not [name for name in read_stages(ROOT) if name.startswith("teacher")]
    git(tmp_path, "init", "-q")
    (tmp_path / ".dvc").mkdir()
    for name in ("dvc.yaml", ".dvc/config"):
        shutil.copyfile(ROOT / name, tmp_path / name)
    text = (ROOT / "params.yaml").read_text()
    (tmp_path / "params.yaml").write_text(text.replace("teachers: {}", "teachers: {big: {model: models/big.gguf}}"))
    stage = read_stages(tmp_path)["teacher@big"]
    written = [
        name
        for kind in ("outs", "metrics")
        for item in stage[kind]
        for name in ([item] if isinstance(item, str) else item)
    ]
    for option, path in re.findall(r"--([a-z-]+) (\S+)", stage["cmd"]):
        assert option == "stage" or path in stage["deps"] or path in written, path
    assert "models/big.gguf" in stage["deps"] and "data/teacher/big" in written
    assert "metrics/mix/teacher/big.json" in written, "where the release looks for what its mixtures took"


def rows_of(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / "out/rows/*.parquet").sort("id")


def says(text_of: Callable[[str], str], *, seen: list[str] | None = None) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Return a server's answers: `text_of(prompt)` to each prompt, which `seen` keeps."""

    def respond(path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if path.endswith("/models"):
            return 200, {"data": [{"id": "big"}]}
        if seen is not None:
            seen.append(body["prompt"])
        choice = {"text": text_of(body["prompt"]), "finish_reason": "stop"}
        return 200, {"choices": [choice], "usage": {"completion_tokens": 9}}

    return respond


def able(prompt: str) -> str:
    """Answer right, but not to tag 1; leak a benchmark when bread 2 is asked."""
    if "Write tag" in prompt:
        return "I don't know." if "tag 1" in prompt else f"```html\n<b>{prompt.partition('tag ')[2][0]}</b>\n```"
    return LEAKED if "bread 2" in prompt else f"{HELPFUL} That is answer {prompt.partition('bread ')[2][0]}."


def test_right_answers_of_a_server_are_rows_under_its_licence(base: Path, data: Path, tmp_path: Path) -> None:
    seen: list[str] = []
    with answering(says(able, seen=seen)) as address:
        metrics = learn(data, tmp_path, model=base, engine=address)
    rows = rows_of(tmp_path)
    TABLES["row"].validate(rows, lazy=True)
    assert rows["id"].to_list() == [
        "teacher/big/fs_page/0/0", "teacher/big/fs_page/2/0", *sorted(i for i in rows["id"] if "/replay/" in i),
    ]  # fmt: skip
    answers = [messages[-1]["content"] for messages in rows["messages"]]
    assert sum(text.startswith(HELPFUL) for text in answers) == 2 and LEAKED not in answers
    assert set(rows["licence"]) == {"CC-BY-4.0"} and set(rows["source"]) == {"teacher/big"}
    assert metrics["dropped"] == {"overlaps a benchmark": 1}
    assert (metrics["cases"]["asked"], metrics["cases"]["right"], metrics["general"]["asked"]) == (3, 2, 3)
    assert sorted(np.load(tmp_path / "out/index.npy").tolist()) == list(range(len(rows)))
    chat = Chat.load(base)
    own = chat.render([{"role": "user", "content": "Write tag 0"}], add_generation_prompt=True)
    assert own in seen and not [text for text in seen if "tag 3" in text or "tag 4" in text or "bread 3" in text]
    assert read_teacher(tmp_path / "out") is None, "whoever answers at an address can't be asked for logits"


def test_real_tasks_are_asked_too_and_count_with_their_own_licence(base: Path, data: Path, tmp_path: Path) -> None:
    seen: list[str] = []

    def respond(prompt: str) -> str:
        return "```html\n<b>x</b>\n```" if "Write task" in prompt else able(prompt)

    with answering(says(respond, seen=seen)) as address:
        metrics = learn(data, tmp_path, model=base, engine=address, tasks=9)
    assert {"teacher/big/real/0/0", "teacher/big/real/1/0"} <= set(rows_of(tmp_path)["id"])
    assert not [text for text in seen if "Write task 2" in text], "held-out ones aren't asked"
    assert (metrics["cases"]["asked"], metrics["cases"]["kept"]) == (5, 4)
    assert ("generated", "BSD-3-Clause") in {(one["origin"], one["licence"]) for one in metrics["origins"]}


def test_a_mixture_of_its_rows_counts_their_questions_too(base: Path, data: Path, tmp_path: Path) -> None:
    with answering(says(lambda _: "```html\n<b>x</b>\n```")) as address:
        learn(data, tmp_path, model=base, engine=address, tasks=9, cases=0)
    mixed = write_mixture(
        mixture(40, weights={"rows": 1.0}, repeats=9), known={"rows": tmp_path / "out/rows"},
        contamination=data / "overlaps", base=base, out=tmp_path / "mix", seed=1, key="sft",
    )  # fmt: skip
    shares = {(one["origin"], one["licence"]): one["share"] for one in mixed["origins"]}
    assert shares["teacher/big", "CC-BY-4.0"] == 1
    assert shares["generated", "BSD-3-Clause"] > 0


def test_a_teacher_may_be_asked_tasks_alone_but_not_nothing(base: Path, data: Path, tmp_path: Path) -> None:
    with answering(says(lambda _: "```html\n<b>x</b>\n```")) as address:
        assert learn(data, tmp_path, model=base, engine=address, tasks=1, cases=0)["cases"]["asked"] == 1
        with pytest.raises(
            BurnishError, match=r"anything that teachers\.big may ask; see params.yaml: teachers\.big\.tasks"
        ):
            learn(data, tmp_path, model=base, engine=address, cases=0)


def test_an_answer_that_was_cut_is_not_learnt_even_if_its_code_is_right(base: Path, data: Path, tmp_path: Path) -> None:
    def respond(path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        status, content = says(able)(path, body)
        if "tag 0" in body.get("prompt", ""):
            content["choices"][0]["finish_reason"] = "length"
        return status, content

    with answering(respond) as address:
        metrics = learn(data, tmp_path, model=base, engine=address, references=True)
    assert (metrics["cases"]["right"], metrics["cases"]["cut"], metrics["cases"]["kept"]) == (2, 1, 1)
    assert {"fs_page/0/reference", "teacher/big/fs_page/2/0"} <= set(rows_of(tmp_path)["id"])


def test_the_release_is_judged_by_the_teacher_and_by_what_it_was_asked(base: Path, data: Path, tmp_path: Path) -> None:
    with answering(says(able)) as address:
        metrics = learn(data, tmp_path, model=base, engine=address, references=True)
    held = {(one["origin"], one["licence"]): one["share"] for one in metrics["origins"]}
    assert set(held) == {("teacher/big", "CC-BY-4.0"), ("generated", "MIT"), ("self-replay", "Apache-2.0"),
                         ("self-replay", "BSD-3-Clause")}  # fmt: skip
    rows = rows_of(tmp_path)
    (reference,) = rows.filter(pl.col("id") == "fs_page/1/reference").to_dicts()
    assert (reference["source"], reference["licence"]) == ("generated", "MIT"), (
        "what the teacher didn't write isn't its own"
    )
    sizes = {row["id"]: row["supervised_tokens"] for row in rows.to_dicts()}
    taught = sum(size for name, size in sizes.items() if name.startswith("teacher/"))
    assert held["teacher/big", "CC-BY-4.0"] == pytest.approx(taught / sum(sizes.values()))


def test_a_file_is_asked_in_its_own_format_and_named_by_its_hash(base: Path, data: Path, tmp_path: Path) -> None:
    gguf = export(base, tmp_path / "gguf", "f16") / "f16.gguf"
    messages = [{"role": "user", "content": "hello"}]
    own, theirs = Chat.load(base), read_chat_format(gguf)
    assert theirs.render(messages, add_generation_prompt=True) == own.render(messages, add_generation_prompt=True)
    assert read_head(gguf).special["eos_token"] == own.special["eos_token"]
    metrics = learn(data, tmp_path, model=gguf, references=True)
    TABLES["row"].validate(rows_of(tmp_path), lazy=True)
    named = read_teacher(tmp_path / "out")
    assert named is not None and named.sha256 == digest_of(gguf) == metrics["sampled_from"]
    assert named.licence == "CC-BY-4.0"
    first = (tmp_path / "out/rows/rows-00000.parquet").read_bytes()
    learn(data, tmp_path, model=gguf, references=True)
    assert (tmp_path / "out/rows/rows-00000.parquet").read_bytes() == first


def test_an_answer_with_a_special_token_or_an_odd_character_is_dropped(base: Path) -> None:
    texts = ["fine", "a <|im_end|> b", "nul\0", "two\r\nends"]
    taught = [Taught({"messages": [{"content": text}]}, "", "") for text in texts]
    detector = Detector([Item("made-up/0", (LEAKED,), "")], params=CONTAMINATION)
    counts = Counter[str]()
    clean = drop_spoilt(taught, detector=detector, chat=Chat.load(base), counts=counts)
    assert [one.row["messages"][-1]["content"] for one in clean] == ["fine"]
    assert counts["holds a special token or character"] == 3


@pytest.mark.parametrize(("status", "said"), [(500, "500: .*out of memory"), (401, "401")])
def test_a_server_that_fails_is_an_error_that_says_how(base: Path, data: Path, tmp_path: Path, status: int, said: str,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(openai_sampler, "WAITS_SECONDS", (0.0,))

    def respond(path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        return (200, {"data": [{"id": "big"}]}) if path.endswith("/models") else (status, {"error": "out of memory"})

    with answering(respond) as address, pytest.raises(BurnishError, match=said):
        learn(data, tmp_path, model=base, engine=address)
    assert not (tmp_path / "out").exists()


def test_a_server_that_stalls_or_is_not_there_is_an_error(base: Path, data: Path, tmp_path: Path,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(openai_sampler, "WAITS_SECONDS", ())
    monkeypatch.setattr(openai_sampler, "REQUEST_SECONDS", 0.3)
    over = threading.Event()

    def respond(path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        over.wait(60)
        return 200, {}

    with answering(respond) as address, pytest.raises(BurnishError, match=r"doesn't answer \(timed out\)"):
        try:
            learn(data, tmp_path, model=base, engine=address)
        finally:
            over.set()
    with pytest.raises(BurnishError, match="start the server"):
        learn(data, tmp_path, model=base, engine="http://127.0.0.1:9/v1")


def test_what_was_answered_before_a_server_failed_is_not_asked_again(base: Path, data: Path, tmp_path: Path,
                                                                     monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(openai_sampler, "WAITS_SECONDS", ())
    seen: list[str] = []

    def respond(path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if len(seen) == 4:
            seen.append("")
            return 500, {}
        return says(able, seen=seen)(path, body)

    with answering(respond) as address:
        with pytest.raises(BurnishError, match="500"):
            learn(data, tmp_path, model=base, engine=address)
        metrics = learn(data, tmp_path, model=base, engine=address)
    prompts = [text for text in seen if text]
    assert len(prompts) <= 6 + 3, "at most what was in flight is asked twice"
    assert len(set(prompts)) == 6 and metrics["cases"]["right"] == 2


def test_a_teacher_that_is_missing_cut_or_of_no_kind_is_refused(base: Path, data: Path, tmp_path: Path) -> None:
    whole = (export(base, tmp_path / "gguf", "f16") / "f16.gguf").read_bytes()
    (tmp_path / "cut.gguf").write_bytes(whole[:-900])
    for model, said in ((tmp_path / "gone.gguf", "gone.gguf is missing"), (tmp_path / "cut.gguf", "is cut short"),
                        (base, "neither a GGUF nor a step")):  # fmt: skip
        with pytest.raises(BurnishError, match=said):
            learn(data, tmp_path, model=model)
    with pytest.raises(BurnishError, match=r"teachers\.big\.licence = 'OpenWhatever' isn't in"):
        learn(data, tmp_path, model=base, licence="OpenWhatever")
