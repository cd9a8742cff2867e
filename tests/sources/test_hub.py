"""`hf:` sources by the real client against a Hub on loopback: pins, cuts, rate limits, gates, changed bytes and licences."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from huggingface_hub import constants
from tests.sources.hubs import Hub, Repo, serve_hub
from tests.sources.servers import sha256, write_yaml
from typer.testing import CliRunner

from burnish.cli import app
from burnish.errors import BurnishError
from burnish.files import digest_of
from burnish.params import read_yaml
from burnish.sources import fetch, hub
from burnish.sources.fetch import FetchParams
from burnish.sources.pin import pin_sources

MATRIX = Path(__file__).parent.parent.parent / "licences" / "matrix.yaml"
COMMIT, MOVED = "a" * 40, "b" * 40
Run = Callable[..., dict[str, Any]]


def parquet(rows: int) -> bytes:
    buffer = io.BytesIO()
    table = pa.table({"question": [f"How much is {n}?" for n in range(rows)], "answer": [str(n) for n in range(rows)]})
    pq.write_table(table, buffer, compression="none")
    return buffer.getvalue()


TABLE = parquet(400)
LINES = b'{"question": "a", "answer": "b"}\n'
FILES = {"main/train-0.parquet": TABLE, "extra/other.jsonl": LINES, "README.md": b"# Toy\n"}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    with serve_hub() as found:
        found.repos["team/toy"] = Repo(
            {COMMIT: FILES, MOVED: {**FILES, "main/train-0.parquet": parquet(9)}}, head=MOVED
        )
        monkeypatch.setenv("HF_ENDPOINT", found.url)
        monkeypatch.delenv("TOY_TOKEN", raising=False)
        monkeypatch.setattr(hub, "LONGEST_WAIT_SECONDS", 0.01)
        monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 1_000)  # a cut loses what isn't a whole chunk: 10 MB
        yield found


@pytest.fixture
def run(server: Hub, tmp_path: Path) -> Run:
    def call(source: dict[str, Any] | None = None, *, accepted: str = "{}", **changes: Any) -> dict[str, Any]:
        registry = write_yaml(tmp_path / "sources.yaml", "hub", {"toy": source or entry(**changes)})
        (tmp_path / "accepted.yaml").write_text(accepted)
        return dict(fetch.run(FetchParams(sources=("toy",), packed=False), key="hub", registry=registry, matrix=MATRIX,
                              accepted=tmp_path / "accepted.yaml", out=tmp_path / "raw",
                              resume=tmp_path / ".resume" / "fetch@hub" / "digest"))  # fmt: skip

    return call


def entry(**changes: Any) -> dict[str, Any]:
    fields = {
        "from": f"hf:datasets/team/toy@{COMMIT}", "kind": "benchmark", "licence": "MIT", "rows": 400,
        "columns": ["question", "answer"], "members": ["main/*.parquet"],
        "files": {"main/train-0.parquet": {"sha256": sha256(TABLE), "bytes": len(TABLE)}}, **changes,
    }  # fmt: skip
    return {name: value for name, value in fields.items() if value is not None}


def part_of(tmp_path: Path) -> Path:
    return tmp_path / ".resume" / "downloads" / f"{sha256(TABLE)}.part"


def audit_of(tmp_path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (tmp_path / "audit" / "sources.jsonl").read_text().splitlines()]


def test_the_pinned_commit_is_fetched_though_the_branch_moved(server: Hub, run: Run, tmp_path: Path) -> None:
    metrics = run()
    assert (tmp_path / "raw/toy/main/train-0.parquet").read_bytes() == TABLE
    [listed] = json.loads((tmp_path / "raw/LICENSES.json").read_text())
    assert (listed["version"], listed["licence"], listed["url"]) == (COMMIT, "MIT", f"hf:datasets/team/toy@{COMMIT}")
    assert metrics["downloaded_bytes"] == len(TABLE)
    assert not any("main" in path.split("/")[-1:] or MOVED in path for path in server.asked)


def test_equal_input_gives_equal_bytes_and_asks_nobody_again(server: Hub, run: Run, tmp_path: Path) -> None:
    run()
    first, asked = digest_of(tmp_path / "raw"), len(server.asked)
    server.repos.clear()
    run()
    assert (digest_of(tmp_path / "raw"), len(server.asked)) == (first, asked)


def test_the_client_goes_on_after_a_cut(server: Hub, run: Run, tmp_path: Path) -> None:
    server.cuts, server.cut_after = 1, 3_000
    run()
    assert server.ranges == [None, "bytes=3000-"]
    assert (tmp_path / "raw/toy/main/train-0.parquet").read_bytes() == TABLE


def test_the_next_run_goes_on_where_a_killed_one_was_cut(server: Hub, run: Run, tmp_path: Path) -> None:
    part_of(tmp_path).parent.mkdir(parents=True)
    part_of(tmp_path).write_bytes(TABLE[:5_000])
    run()
    assert server.ranges == ["bytes=5000-"]
    assert not part_of(tmp_path).exists()


def test_a_spoilt_part_is_thrown_away_once_and_fetched_anew(server: Hub, run: Run, tmp_path: Path) -> None:
    part_of(tmp_path).parent.mkdir(parents=True)
    part_of(tmp_path).write_bytes(b"x" * 5_000)
    run()
    assert server.ranges == ["bytes=5000-", None]


def test_429_and_503_are_waited_out(server: Hub, run: Run, tmp_path: Path) -> None:
    server.busy, server.busy_data = [429, 503], [503]
    run()
    assert (tmp_path / "raw/toy/main/train-0.parquet").read_bytes() == TABLE
    assert not server.busy + server.busy_data
    assert len(server.ranges) == 2


def test_a_hub_that_stays_busy_is_an_error_with_a_way_out(server: Hub, run: Run, tmp_path: Path) -> None:
    server.busy = [503] * 100
    with pytest.raises(
        BurnishError, match=r"toy is on, but the Hub can't be had \(.*503.*take the source out of params.yaml"
    ):
        run()
    assert not (tmp_path / "raw").exists()


def test_no_network_is_an_error_and_off_is_absent(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(
        BurnishError, match=r"toy is on, but the Hub can't be had .*\$HF_ENDPOINT, or take the source out"
    ):
        run()
    write_yaml(tmp_path / "off.yaml", "hub", {"toy": entry()})
    fetch.run(FetchParams(sources=(), packed=False), key="hub", registry=tmp_path / "off.yaml", matrix=MATRIX,
              accepted=tmp_path / "accepted.yaml", out=tmp_path / "off", resume=tmp_path / ".resume/a/b")  # fmt: skip
    assert [path.name for path in (tmp_path / "off").iterdir()] == ["LICENSES.json"]


def test_plain_http_is_taken_from_this_machine_only(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://hub.example")
    with pytest.raises(BurnishError, match=r"\$HF_ENDPOINT = http://hub.example isn't https:"):
        run()


def test_other_bytes_than_pinned_are_refused_before_any_download(server: Hub, run: Run) -> None:
    files = {"main/train-0.parquet": {"sha256": "1" * 64, "bytes": len(TABLE)}}
    with pytest.raises(
        BurnishError, match=rf"wrong sha256: expected 1{{64}}, the Hub has {sha256(TABLE)}; nothing was"
    ):
        run(files=files)
    assert not server.ranges


def test_bytes_changed_on_their_way_are_not_kept(server: Hub, run: Run, tmp_path: Path) -> None:
    server.spoils = True
    with pytest.raises(BurnishError, match=rf"wrong sha256: expected {sha256(TABLE)}, got .*changed on its way"):
        run()
    assert not (tmp_path / "raw").exists()
    assert not list((tmp_path / ".resume" / "downloads").iterdir())


def test_a_revision_that_moved_or_is_gone_is_named_with_the_way_to_pin(server: Hub, run: Run) -> None:
    server.answers_for = MOVED
    with pytest.raises(
        BurnishError, match=rf"asked for commit {COMMIT}, the Hub answers for {MOVED}: the revision moved"
    ):
        run()
    del server.repos["team/toy"].commits[COMMIT]
    with pytest.raises(
        BurnishError, match=rf"has no commit {COMMIT} any more: .*rewritten; .*`burnish pin sources toy`"
    ):
        run()


def test_a_file_or_repository_that_is_not_there_is_named(server: Hub, run: Run) -> None:
    with pytest.raises(BurnishError, match=r"team/toy lacks a file at commit a+: \S+/gone.parquet; pin it again"):
        run(files={"gone.parquet": {"sha256": "2" * 64, "bytes": 5}})
    with pytest.raises(BurnishError, match=r"team/gone isn't on the Hub, or is private; .*no credential"):
        run(**{"from": f"hf:datasets/team/gone@{COMMIT}"})


def test_a_licence_that_the_card_states_otherwise_stops_the_fetch(server: Hub, run: Run) -> None:
    server.repos["team/toy"].licence = "cc-by-nc-4.0"
    with pytest.raises(
        BurnishError, match=r"toy: the licence changed: its card states 'cc-by-nc-4.0', .* says MIT; read"
    ):
        run()
    server.repos["team/toy"].licence = "other"
    run()


def test_columns_that_the_table_lacks_are_named_with_those_it_has(run: Run) -> None:
    with pytest.raises(BurnishError, match=r"train-0.parquet has no column reply; it has: question, answer; correct"):
        run(columns=["question", "reply"])


def test_lines_have_columns_too_and_other_files_pass(run: Run) -> None:
    files = {
        name: {"sha256": sha256(FILES[name]), "bytes": len(FILES[name])} for name in ("extra/other.jsonl", "README.md")
    }
    assert run(files=files)["files"] == 2
    with pytest.raises(BurnishError, match=r"other.jsonl has no column reply; it has: question, answer"):
        run(files=files, columns=["reply"])


@pytest.mark.parametrize("name", ["bad.parquet", "bad.jsonl", "bad.jsonl.gz"])
def test_a_broken_table_with_the_pinned_hash_is_named(server: Hub, run: Run, name: str) -> None:
    server.repos["team/toy"].commits[COMMIT] = {name: b"[1, 2"}
    with pytest.raises(
        BurnishError, match=rf"{name} isn't readable \(.*\) though its sha256 is as pinned; leave it out"
    ):
        run(files={name: {"sha256": sha256(b"[1, 2"), "bytes": 6}})


UNPINNED = {
    "no commit": (
        {"from": "hf:datasets/team/toy@UNPINNED", "files": None},
        "has no commit yet, .*`burnish pin sources toy`",
    ),
    "no files": ({"files": None}, "has no hashes of its files yet, .*`burnish pin sources toy`"),
    "a branch": ({"from": "hf:datasets/team/toy@main"}, r"toy.from = 'hf:datasets/team/toy@main': String should match"),
    "a short commit": ({"from": "hf:datasets/team/toy@abc123"}, r"toy.from = 'hf:datasets/team/toy@abc123'"),
    "no kind": ({"kind": None}, r"toy.kind is missing; every source has from, kind, licence, rows, columns, members"),
    "leads out": (
        {"files": {"../x.parquet": {"sha256": sha256(TABLE), "bytes": len(TABLE)}}},
        r"files: ../x.parquet leads out of its folder",
    ),
    "a licence nobody knows": ({"licence": "Beerware"}, r"toy: licence 'Beerware' isn't taken here"),
    "gated without a credential": (
        {"access": "gated"},
        r"access is gated, but no credential names the environment variable",
    ),
}


@pytest.mark.parametrize(("changes", "message"), UNPINNED.values(), ids=UNPINNED.keys())
def test_what_is_not_pinned_or_misspelt_is_refused(
    run: Run, tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(BurnishError, match=message):
        run(**changes)
    assert not (tmp_path / "raw").exists()


GATED = {"access": "gated", "credential": "TOY_TOKEN"}
ACCEPTED = "toy: {licence: MIT, by: data team, on: 2026-11-27}\n"


def test_a_gated_source_needs_acceptance_and_leaves_audit_lines(
    server: Hub, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.repos["team/toy"].tokens = {"good-secret": True}
    monkeypatch.setenv("TOY_TOKEN", "good-secret")
    with pytest.raises(
        BurnishError, match=r"accepted.yaml: nobody has accepted the terms of toy \(MIT: gated, attribution\)"
    ):
        run(**GATED)
    assert not server.asked
    run(**GATED, accepted=ACCEPTED)
    refused, fetched = audit_of(tmp_path)
    assert refused["outcome"].startswith("refused: ")
    assert (fetched["source"], fetched["accepted_by"], fetched["accepted_on"]) == ("toy", "data team", "2026-11-27")
    assert fetched["outcome"].startswith("fetched: 1 files, sha256 ")
    assert "good-secret" not in (tmp_path / "audit" / "sources.jsonl").read_text()
    assert server.tokens_at_storage == [None], "the token went to another host"


def test_the_audit_is_outside_of_what_is_hashed(
    server: Hub, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOY_TOKEN", "any")
    run(**GATED, accepted=ACCEPTED)
    first = digest_of(tmp_path / "raw")
    run(**GATED, accepted=ACCEPTED)
    assert digest_of(tmp_path / "raw") == first
    assert len(audit_of(tmp_path)) == 2


def test_a_gate_says_whether_the_token_or_the_access_is_missing(
    server: Hub, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.repos["team/toy"].tokens = {"no-access": False}
    with pytest.raises(
        BurnishError, match=r"\$TOY_TOKEN isn't set, but toy is on and gated; set it in the environment"
    ):
        run(**GATED, accepted=ACCEPTED)
    monkeypatch.setenv("TOY_TOKEN", "expired")
    with pytest.raises(BurnishError, match=r"\$TOY_TOKEN isn't a valid token for it; .*\(the Hub answered 401\)"):
        run(**GATED, accepted=ACCEPTED)
    monkeypatch.setenv("TOY_TOKEN", "no-access")
    with pytest.raises(BurnishError, match=r"the owner of \$TOY_TOKEN has no access; accept its terms .*answered 403"):
        run(**GATED, accepted=ACCEPTED)
    assert [line["outcome"][:7] for line in audit_of(tmp_path)] == ["refused"] * 3


def test_a_licence_that_changed_since_it_was_accepted_needs_a_new_acceptance(server: Hub, run: Run) -> None:
    server.repos["team/toy"].licence = "cc-by-nc-4.0"
    with pytest.raises(BurnishError, match=r"the licence of toy changed: data team accepted MIT on 2026-11-27, the registry "
                                           r"now says CC-BY-NC-4.0"):  # fmt: skip
        run(licence="CC-BY-NC-4.0", accepted=ACCEPTED)
    with pytest.raises(
        BurnishError, match=r"nobody has accepted the terms of toy \(CC-BY-NC-4.0: open, .*non-commercial\)"
    ):
        run(licence="CC-BY-NC-4.0")
    run(licence="CC-BY-NC-4.0", accepted=ACCEPTED.replace("MIT", "CC-BY-NC-4.0"))


def test_an_acceptance_without_a_name_or_date_is_no_acceptance(run: Run) -> None:
    with pytest.raises(BurnishError, match=r"accepted.yaml: toy.by: Field required; an entry is NAME: {licence: SPDX"):
        run(accepted="toy: {licence: MIT, on: 2026-11-27}\n")


def pin(tmp_path: Path, names: tuple[str, ...] = (), *, move: bool = False, **changes: Any) -> dict[str, Any]:
    write_yaml(tmp_path / "sources.yaml", "hub", {"toy": entry(**changes)})
    list(pin_sources(names, registry=tmp_path / "sources.yaml", matrix=MATRIX, move=move))
    return dict(read_yaml(tmp_path / "sources.yaml")["hub"]["toy"])


def test_pinning_writes_the_head_and_the_hashes_and_then_it_is_fetched(server: Hub, run: Run, tmp_path: Path) -> None:
    server.repos["team/toy"].head = COMMIT
    members = ["main/*.parquet", "**/*.jsonl", "README.md"]
    unpinned: dict[str, Any] = {"from": "hf:datasets/team/toy@UNPINNED"}
    found = pin(tmp_path, members=members, files=None, **unpinned)
    assert found["from"] == f"hf:datasets/team/toy@{COMMIT}"
    assert found["files"] == {
        name: {"sha256": sha256(FILES[name]), "bytes": len(FILES[name])} for name in sorted(FILES)
    }
    assert run(found)["files"] == 3
    assert (tmp_path / "raw/toy/README.md").read_bytes() == FILES["README.md"]


def test_a_known_commit_stays_unless_it_is_told_to_move(server: Hub, tmp_path: Path) -> None:
    assert pin(tmp_path, files=None)["from"].endswith(f"@{COMMIT}")
    assert pin(tmp_path, ("toy",))["from"].endswith(f"@{COMMIT}")
    assert pin(tmp_path, ("toy",), move=True)["from"].endswith(f"@{MOVED}")


def test_a_pin_does_not_move_over_a_changed_licence(server: Hub, tmp_path: Path) -> None:
    server.repos["team/toy"].licence = "cc-by-sa-4.0"
    with pytest.raises(BurnishError, match=r"the licence changed: its card states 'cc-by-sa-4.0'"):
        pin(tmp_path, ("toy",), move=True)
    assert read_yaml(tmp_path / "sources.yaml")["hub"]["toy"]["from"].endswith(f"@{COMMIT}")


def test_the_command_pins_everything_that_has_no_hashes(
    server: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "licences").mkdir()
    (tmp_path / "licences" / "matrix.yaml").write_text(MATRIX.read_text())
    fields = (
        f"from: 'hf:datasets/team/toy@{COMMIT}', kind: tools, licence: MIT, rows: null, columns: [], members: [main/*]"
    )
    text = f"# kept\nhub:\n  toy:  # this too\n    {{{fields}}}\n"
    (tmp_path / "sources.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["pin", "sources"])
    assert result.stdout == f"hub.toy: commit {COMMIT}, 1 files, 0.0 MB\n"
    assert "# kept" in (tmp_path / "sources.yaml").read_text()
    assert "# this too" in (tmp_path / "sources.yaml").read_text()
    assert CliRunner().invoke(app, ["pin", "sources"]).stdout == "", "nothing was left to pin"


def test_pinning_names_what_it_does_not_find(server: Hub, tmp_path: Path) -> None:
    with pytest.raises(
        BurnishError, match=r"hub.toy.members: 'data/\*' matches no file of the repository; it has: README.md"
    ):
        pin(tmp_path, members=["data/*"], files=None)
    with pytest.raises(BurnishError, match=r"no `hf:` source 'toi'; there are: toy"):
        pin(tmp_path, ("toi",))


@pytest.mark.parametrize("fetched", [True, False])
def test_a_page_in_place_of_the_hubs_answer_is_said(server: Hub, run: Run, tmp_path: Path, fetched: bool) -> None:
    server.signs_in = True
    with pytest.raises(BurnishError, match=r"toy: what answered for toy is no Hub \(Expecting.*check \$HF_ENDPOINT"):
        run() if fetched else pin(tmp_path, files=None)
