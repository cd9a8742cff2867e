"""Tables of a Hub on loopback to rows of a mixture, and what is dropped on the way: fetch, rows, validate, mix plan."""

import gzip
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from huggingface_hub import constants
from tests.mix.sizes import mixture
from tests.overlaps import CONTAMINATION, DUPLICATES, QUESTION, write_benchmark
from tests.sources.hubs import Hub, Repo, serve_hub
from tests.sources.servers import sha256, write_yaml
from tests.sources.test_process import write_group
from tests.validate.tables import LOCAL, group_of

from burnish import shards
from burnish.errors import BurnishError
from burnish.explain import show_plan
from burnish.files import digest_of
from burnish.mix import with_more
from burnish.sources import fetch, rows
from burnish.sources.fetch import FetchParams
from burnish.sources.rows import RowsParams
from burnish.sources.table_rows import ShapeParams
from burnish.validate import datasets
from burnish.validate.contamination import FLAGGED

ROOT = Path(__file__).parent.parent.parent
MATRIX = ROOT / "licences" / "matrix.yaml"
COMMIT = "a" * 40
WORDS = ("lamp river stone cloud violin engine basket garden marble ladder window copper saddle anchor candle bridge "
         "forest harbor mirror pepper rocket tunnel walnut zipper").split()  # fmt: skip
TEMPLATE = ("{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
            "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")  # fmt: skip


def sentence(*key: object) -> str:
    return " ".join(np.random.default_rng([hash_of(key)]).choice(WORDS, 30))


def hash_of(key: tuple[object, ...]) -> int:
    return int(sha256(repr(key).encode())[:12], 16)


def talk(number: int, *, question: str = "", answer: str = "") -> dict[str, Any]:
    said = [{"role": "user", "content": question or f"{number}: {sentence('q', number)}?"},
            {"role": "assistant", "content": answer or f"{sentence('a', number)}."}]  # fmt: skip
    return {"id": f"c{number}", "messages": said, "source": f"part {number % 12}"}


def planted() -> list[dict[str, Any]]:
    """Return 120 talks, of which some must go: a copy, a second id, a benchmark's question, a secret, a call cut short."""
    found = [talk(number) for number in range(120)]
    found[10] = talk(
        10, question=f"{found[4]['messages'][0]['content']} ", answer=f"{found[4]['messages'][1]['content']}!"
    )
    found[20] = {**talk(20), "id": "c3"}
    found[30] = talk(30, question=QUESTION)
    found[40] = talk(40, answer="Use ghp_" + "a1B2c3D4e5F6g7H8i9J0" + "k1L2m3N4o5P6q7R8")
    found[50]["messages"].pop()
    found[60] = talk(60, answer=f"Write to jane.roe@acmecorp.com: {sentence('mail')}")
    return found


def parquet(values: list[dict[str, Any]]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(values), buffer)
    return buffer.getvalue()


def lines(values: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(value) + "\n" for value in values).encode()


CALLS = [{"id": n, "query": f"{n} {sentence('call', n)}?", "tools": json.dumps([{"name": "find", "parameters": {}}]),
          "answers": json.dumps([{"name": "find", "arguments": {"what": f"{n} {sentence('arguments', n)}"}}])}
         for n in range(40)]  # fmt: skip
CALLS[7]["answers"] = json.dumps([{"name": "find", "arguments": json.dumps(json.dumps({"what": "x"}))}])
CHOICES = [
    {"prompt": f"{sentence('p', n)}?", "chosen": sentence("c", n), "rejected": sentence("r", n)} for n in range(30)
]
TREES = [{"message_tree_id": f"t{n}", "prompt": {
    "text": f"{sentence('tree', n)}?", "role": "prompter", "lang": "es" if n % 5 == 4 else "en", "replies": [
        {"text": f"worse {sentence('worse', n)}", "role": "assistant", "lang": "en", "rank": 1, "replies": []},
        {"text": f"better {sentence('better', n)}", "role": "assistant", "lang": "en", "rank": 0, "replies": []}]}}
    for n in range(30)]  # fmt: skip
SCORED = [{"prompt": f"{sentence('first', n)}?\n<A>\n{sentence('said', n)}\n<U>\n{sentence('then', n)}?",
           "response": f"{'ab'[side]} {sentence('scored', n, side)}", "score": 4 if side or not n else 1}
          for n in range(20) for side in range(2)]  # fmt: skip
FILES = {"talks": parquet(planted()), "calls": json.dumps(CALLS).encode(), "pairs": lines(CHOICES),
         "trees": gzip.compress(lines(TREES), mtime=0), "scored": gzip.compress(lines(SCORED), mtime=0)}  # fmt: skip
NAMES = {"talks": "data/train-0.parquet", "calls": "calls.json", "pairs": "train.jsonl", "trees": "all.trees.jsonl.gz",
         "scored": "train.jsonl.gz"}  # fmt: skip
MAPS: dict[str, dict[str, Any]] = {
    "talks": {"form": "messages", "messages": "messages", "family": "source", "id": "id"},
    "calls": {"form": "calls", "prompt": "query", "calls": "answers", "tools": "tools", "id": "id"},
    "pairs": {"form": "pair", "prompt": "prompt", "chosen": "chosen", "rejected": "rejected"},
    "trees": {"form": "tree", "root": "prompt", "replies": "replies", "rank": "rank", "id": "message_tree_id",
              "keep_messages": {"lang": ["en"]}},
    "scored": {"form": "scored", "prompt": "prompt", "answer": "response", "score": "score", "margin": 1,
               "marks": {"<A>": "assistant", "<U>": "user"}},
}  # fmt: skip
SHAPE = ShapeParams(calls="text", max_row_bytes=100_000, families=40, withheld_share=0.1, seen_share=0.1)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with serve_hub() as found:
        for name, content in FILES.items():
            found.repos[f"team/{name}"] = Repo({COMMIT: {NAMES[name]: content}}, head=COMMIT)
        monkeypatch.setenv("HF_ENDPOINT", found.url)
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 1_000)
        yield found


@pytest.fixture
def raw(hub: Hub, tmp_path: Path) -> Path:
    """Two groups fetched from the Hub, and two of benchmarks."""
    for group, names in (("chat", ["talks", "calls", "trees"]), ("preference", ["pairs", "scored"])):
        registry(tmp_path, group=group, names=names)
        (tmp_path / "accepted.yaml").write_text("{}")
        fetch.run(FetchParams(sources=tuple(names), packed=False), key=group, registry=tmp_path / f"{group}.yaml",
                  matrix=MATRIX, accepted=tmp_path / "accepted.yaml", out=tmp_path / "raw" / group,
                  resume=tmp_path / ".resume" / group / "digest")  # fmt: skip
    write_group(tmp_path / "raw/benchmarks", {"quiz": write_benchmark})
    (tmp_path / "raw/public/exam").mkdir(parents=True)
    exam = [{"question": sentence("exam", n), "choices": ["a", "b"]} for n in range(3)]
    (tmp_path / "raw/public/exam/test.parquet").write_bytes(parquet(exam))
    return tmp_path


def registry(folder: Path, *, group: str, names: list[str], **maps: Any) -> None:
    entries = {name: {
        "from": f"hf:datasets/team/{name}@{COMMIT}", "kind": "instruction", "licence": "MIT", "rows": None, "columns": [],
        "members": ["*"], "table": maps.get(name, MAPS[name]),
        "files": {NAMES[name]: {"sha256": sha256(FILES[name]), "bytes": len(FILES[name])}}} for name in names}  # fmt: skip
    write_yaml(folder / f"{group}.yaml", group, entries)


def base_of(folder: Path) -> Path:
    from tokenizers import Tokenizer, models

    if not (folder / "base").is_dir():
        (folder / "base").mkdir()
        Tokenizer(models.WordLevel({"x": 0}, unk_token="x")).save(str(folder / "base" / "tokenizer.json"))
        config = {"chat_template": TEMPLATE, "eos_token": "<|im_end|>"}
        (folder / "base" / "tokenizer_config.json").write_text(json.dumps(config))
    return folder / "base"


def run(folder: Path, group: str, *names: str, out: str = "rows", workers: int = 1, **shape: Any) -> dict[str, Any]:
    params = RowsParams(sources=names, benchmarks="public", workers=workers, shape=SHAPE.model_copy(update=shape),
                        duplicates=DUPLICATES, contamination=CONTAMINATION)  # fmt: skip
    return dict(rows.run(params, key=group, seed=7, executor=LOCAL, registry=folder / f"{group}.yaml", matrix=MATRIX,
                         raw=folder / "raw" / group, benchmarks=folder / "raw/benchmarks", public=folder / "raw/public",
                         base=base_of(folder), out=folder / out / group))  # fmt: skip


def rejects(folder: Path, group: str) -> dict[str, str]:
    return {row["path"].rpartition(" ")[2]: row["reason"] for row in shards.read_rows(folder / "rows" / group / "rejects")
            if row["source"] == "talks"}  # fmt: skip


def test_tables_of_the_hub_become_valid_rows_that_a_mixture_names(
    raw: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    metrics = run(raw, "chat", "talks", "calls")
    run(raw, "preference", "pairs")
    chat, pairs = "rows/chat/kept", "rows/preference/kept"
    tables = {chat: "row", "rows/chat/rejects": "reject", "rows/chat/changes": "change", pairs: "stated_pair"}
    judged = datasets.run(group_of(tables, batch_rows=50), executor=LOCAL, data=raw)
    assert all(own["passed"] for own in judged.values())
    assert (judged[chat]["rows"], judged[pairs]["rows"]) == (metrics["rows"], 30)
    assert list(with_more.find_sources(raw / "rows")) == ["calls", "talks"], "pairs are no rows"
    section = mixture(60, weights={"talks": 0.6, "calls": 0.4}).model_dump()
    (raw / "params.yaml").write_text(
        json.dumps({"seed": 1, "mix": {"sft": section}, "mixed": {"more": {"sft": {"folder": "data/rows"}}}})
    )
    (raw / "data").mkdir()
    shards.write_rows(raw / "data" / "contamination", [], schema=FLAGGED)
    (raw / "data" / "rows").symlink_to(raw / "rows")
    (raw / "models").mkdir()
    (raw / "models" / "base").symlink_to(base_of(raw))
    monkeypatch.chdir(raw)
    show_plan("sft")
    shown = capsys.readouterr().out
    assert "talks" in shown and "60.0%" in shown
    places = {name: raw / name for name in ("cases", "tasks", "replay")}
    made = with_more.run(mixture(60, weights={"talks": 0.6, "calls": 0.4}), **places, more=raw / "rows", base=base_of(raw),
                         contamination=raw / "data" / "contamination", out=raw / "mix", seed=1, key="sft")  # fmt: skip
    assert {entry["origin"] for entry in made["origins"]} == {
        f"hf:datasets/team/{n}@{COMMIT}" for n in ("talks", "calls")
    }


def test_each_dropped_row_has_its_reason_and_what_stays_its_licence_and_source(raw: Path) -> None:
    metrics = run(raw, "chat", "talks", "calls")
    found = rejects(raw, "chat")
    kept = {row["id"]: row for row in shards.read_rows(raw / "rows/chat/kept/talks")}
    assert found["20"] == "has the id of talks/data/train-0.parquet row 3"
    assert (
        found["30"].startswith("overlaps quiz/")
        and found["40"] == "messages: holds what looks like a secret: GitHub token"
    )
    assert found["50"] == "messages: doesn't end with an answer"
    [near] = [reason for row, reason in found.items() if row in ("4", "10")]
    assert near in [f"nearly repeats talks/data/train-0.parquet row {row}" for row in (4, 10)]
    assert len(found) == 5 and len(kept) == 115
    assert metrics["sources"]["calls"]["rejects"] == {"answers: the arguments of find are encoded twice": 1}
    assert {(row["licence"], row["source"].partition("#")[0]) for row in kept.values()} == {
        ("MIT", f"hf:datasets/team/talks@{COMMIT}")}  # fmt: skip
    assert "person1@example.com" in kept["talks/c60"]["messages"][1]["content"]
    assert [(change["text_id"], change["what"]) for change in shards.read_rows(raw / "rows/chat/changes")] == [
        ("talks/c60", "e-mail address")]  # fmt: skip


def test_trees_become_the_talks_of_their_best_answers_and_scores_become_pairs(raw: Path) -> None:
    run(raw, "chat", "trees")
    kept = list(shards.read_rows(raw / "rows/chat/kept/trees"))
    assert {row["id"]: [m["content"].split()[0] for m in row["messages"]][1:] for row in kept} == {
        f"trees/t{n}": ["better"] for n in range(30) if n % 5 != 4}  # fmt: skip
    metrics = run(raw, "preference", "pairs", "scored")
    assert metrics["sources"]["scored"]["rejects"] == {"score: of both answers, … and … are less than … apart": 1}
    pairs = list(shards.read_rows(raw / "rows/preference/kept/scored"))
    assert len(pairs) == 19
    assert {(pair["chosen"][0]["content"][0], pair["rejected"][0]["content"][0]) for pair in pairs} == {("b", "a")}
    assert {tuple(message["role"] for message in pair["prompt"]) for pair in pairs} == {("user", "assistant", "user")}
    judged = datasets.run(group_of({"rows/chat/kept": "row", "rows/preference/kept": "stated_pair"}, batch_rows=50),
                          executor=LOCAL, data=raw)  # fmt: skip
    assert [own["passed"] for own in judged.values()] == [True, True]


def test_a_table_of_a_fetched_benchmark_is_kept_out(raw: Path) -> None:
    exam = [{"question": talk(5)["messages"][0]["content"]}]
    (raw / "raw/public/exam/test.parquet").write_bytes(parquet(exam))
    run(raw, "chat", "talks")
    assert rejects(raw, "chat")["5"] == "overlaps exam/test.parquet/0: equal"


def test_whole_families_are_withheld_and_no_question_is_in_two_splits(raw: Path) -> None:
    values = [
        talk(number, question="" if number % 5 else f"{sentence('shared', number // 40)}?") for number in range(400)
    ]
    (raw / "raw/chat/talks" / NAMES["talks"]).write_bytes(parquet(values))
    run(raw, "chat", "talks", withheld_share=0.3)
    kept = list(shards.read_rows(raw / "rows/chat/kept/talks"))
    families = {(row["family"], row["split"] == "unseen") for row in kept}
    assert len(families) == len({family for family, _ in families}) > 6
    asked = {(row["messages"][0]["content"], row["split"]) for row in kept}
    assert len(asked) == len({question for question, _ in asked})
    assert set(Counter(row["split"] for row in kept)) == {"train", "seen", "unseen"}
    assert any("asks what a row of the split unseen asks" in reason for reason in rejects(raw, "chat").values())


def test_the_same_tables_give_the_same_bytes_by_any_number_of_processes(
    raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(raw, "chat", "talks", "calls", out="one")
    monkeypatch.setattr("burnish.sources.row_ledger.CHUNK_ROWS", 20)
    monkeypatch.setattr("burnish.sources.row_ledger.WINDOW_CHUNKS", 3)
    assert run(raw, "chat", "talks", "calls", out="two", workers=2) == first
    assert digest_of(raw / "one") == digest_of(raw / "two")


MISFITS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "unknown column": ({"talks": {**MAPS["talks"], "messages": "conversation"}}, {},
                       r"chat.yaml: chat.talks.table names the column conversation, which \S+0.parquet hasn't; it has: id"),
    "nothing to read": ({"talks": {**MAPS["talks"], "keep": {"source": ["web"]}}}, {},
                        r"chat.talks gives no row \(120 rows: source: is …, which the entry"),
    "rows and pairs": ({"talks": {"form": "pair", "chosen": "messages", "rejected": "messages"}}, {},
                       r"chat: talks hold pairs and the other sources rows, which are two tables; give one of them a group"),
    "no table": ({"talks": None}, {}, r"chat.talks has no `table`: nobody knows how to read its rows; write one \(docs"),
    "a misspelt form": ({"talks": {"form": "chats", "messages": "messages"}}, {}, r"chat.talks.table = .*'chats'"),
    "calls that no template shows": ({}, {"calls": "column"},
                                     r"rows.chat.shape.calls = column, but the base model's chat template shows no tool"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISFITS)
def test_what_no_row_can_mend_stops_with_the_way_out_and_leaves_nothing(raw: Path, name: str) -> None:
    maps, shape, message = MISFITS[name]
    registry(raw, group="chat", names=["talks", "calls"], **maps)
    with pytest.raises(BurnishError, match=message):
        run(raw, "chat", "talks", "calls", **shape)
    assert not list((raw / "rows").glob("*")) + list((raw / "rows").glob(".*"))


def test_a_source_that_was_not_fetched_is_named(raw: Path) -> None:
    (raw / "raw/chat/LICENSES.json").write_text("[]")
    with pytest.raises(BurnishError, match=r"rows.chat.sources: talks isn't in \S+chat; name it under fetch too"):
        run(raw, "chat", "talks")


def test_two_sources_of_one_name_are_no_sources(tmp_path: Path) -> None:
    for group in ("a", "b"):
        shards.write_rows(tmp_path / group / "kept" / "talks", [], schema=shards.ROW)
    with pytest.raises(BurnishError, match=r"b/kept/talks has the name of \S+a/kept/talks; give it another one"):
        with_more.find_sources(tmp_path)
