"""The fetch stage against a real server on loopback, and every bad input that a user can give it."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.sources.servers import Registry, make_tar, make_zip, serve, sha256, write_yaml

from burnish.errors import BurnishError
from burnish.sources import fetch
from burnish.sources.fetch import FetchParams
from burnish.sources.packs import read_files

WHEEL = make_zip({"toy/data.txt": b"facts", "toy/model.bin": bytes(range(256)) * 40, "toy/__init__.py": b"boom()"})
MODULE = b"def one():\n    return 1\n"
SDIST = make_tar({"toy/a.py": MODULE, "toy/b.py": b"b", "README.md": b"# Toy", "LICENSE": b"MIT"}, top="toy-1.0/")
Fetch = Callable[..., dict[str, Any]]
MATRIX = Path(__file__).parent.parent.parent / "licences" / "matrix.yaml"


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Registry]:
    with serve() as registry:
        registry.add("toy-1.0-py3-none-any.whl", WHEEL)
        registry.add("toy-1.0.tar.gz", SDIST)
        registry.add(
            "toy-1.0.0.tgz", make_tar({"index.js": b"export const a = 1;\n", "LICENSE": b"MIT"}, top="package/")
        )
        settings = {
            "PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": f"{registry.url}/simple/", "PIP_EXTRA_INDEX_URL": "",
            "PIP_RETRIES": "0", "npm_config_registry": registry.url, "npm_config_cache": str(tmp_path / "npm-cache"),
            "npm_config_fetch_retries": "0", "npm_config_userconfig": os.devnull, "npm_config_update_notifier": "false",
        }  # fmt: skip
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
        yield registry


def entry(origin: str, content: bytes, **changes: Any) -> dict[str, Any]:
    fields = {"from": origin, "sha256": sha256(content), "bytes": len(content), "licence": "MIT", **changes}
    return {name: value for name, value in fields.items() if value is not None}


@pytest.fixture
def run_fetch(tmp_path: Path) -> Fetch:
    def run(entries: dict[str, Any], *, names: tuple[str, ...] = ("toy",), accepted: str = "{}",
            packed: bool = False) -> dict[str, Any]:  # fmt: skip
        registry = write_yaml(tmp_path / "sources.yaml", "python", entries)
        resume = tmp_path / ".resume" / "fetch@python" / "digest"
        params = FetchParams(sources=names, packed=packed)
        (tmp_path / "accepted.yaml").write_text(accepted)
        return dict(fetch.run(params, key="python", registry=registry, matrix=MATRIX, accepted=tmp_path / "accepted.yaml",
                              out=tmp_path / "raw", resume=resume))  # fmt: skip

    return run


def wheel(**changes: Any) -> dict[str, Any]:
    return entry("pypi:toy==1.0/toy-1.0-py3-none-any.whl", WHEEL, **{"members": ["toy/model.bin"], **changes})


def part_of(tmp_path: Path, content: bytes) -> Path:
    return tmp_path / ".resume" / "downloads" / f"{sha256(content)}.part"


def test_a_wheel_gives_its_named_members_and_a_licence_list(
    registry: Registry, run_fetch: Fetch, tmp_path: Path
) -> None:
    metrics = run_fetch({"toy": wheel()})
    assert (tmp_path / "raw/toy/toy/model.bin").read_bytes() == bytes(range(256)) * 40
    assert sorted(path.name for path in (tmp_path / "raw").rglob("*") if path.is_file()) == [
        "LICENSES.json",
        "model.bin",
    ]
    [listed] = json.loads((tmp_path / "raw/LICENSES.json").read_text())
    assert listed == {"name": "toy", "version": "1.0", "licence": "MIT", "sha256": sha256(WHEEL),
                      "url": "pypi:toy==1.0/toy-1.0-py3-none-any.whl"}  # fmt: skip
    assert metrics["files"] == 1
    assert metrics["downloaded_bytes"] == len(WHEEL)


def test_a_source_archive_loses_its_top_folder_and_globs_choose(
    registry: Registry, run_fetch: Fetch, tmp_path: Path
) -> None:
    run_fetch({"toy": entry("pypi:toy==1.0/toy-1.0.tar.gz", SDIST, members=["**/*.py", "LICENSE", "!toy/b.py"])})
    found = sorted(path.relative_to(tmp_path / "raw/toy").as_posix() for path in (tmp_path / "raw/toy").rglob("*.*"))
    assert found == ["toy/a.py"]
    assert (tmp_path / "raw/toy/LICENSE").exists()


def test_a_packed_group_has_one_archive_a_source(registry: Registry, run_fetch: Fetch, tmp_path: Path) -> None:
    metrics = run_fetch(
        {"toy": entry("pypi:toy==1.0/toy-1.0.tar.gz", SDIST, members=["**/*.py", "LICENSE"])}, packed=True
    )
    assert sorted(path.name for path in (tmp_path / "raw").iterdir()) == ["LICENSES.json", "toy.zip"]
    assert dict(read_files(tmp_path / "raw/toy.zip", suffixes={".py"})) == {"toy/a.py": MODULE, "toy/b.py": b"b"}
    assert metrics["files"] == 3


def test_an_npm_tarball_comes_by_npm(registry: Registry, run_fetch: Fetch, tmp_path: Path) -> None:
    content = registry.files["toy-1.0.0.tgz"]
    run_fetch({"toy": entry("npm:toy@1.0.0", content, members=["index.js"])})
    assert (tmp_path / "raw/toy/index.js").read_text() == "export const a = 1;\n"
    with pytest.raises(BurnishError, match=r"sources.yaml: toy.*npm has not brought gone@2.0.0.*resumes"):
        run_fetch({"toy": entry("npm:gone@2.0.0", b"?", members=["index.js"])})


def test_addresses_and_files_are_taken_whole_without_members(
    registry: Registry, run_fetch: Fetch, tmp_path: Path
) -> None:
    registry.add("items.jsonl", b'{"a": 1}\n')
    (tmp_path / "own.txt").write_bytes(b"mine")
    web = entry(f"{registry.url}/files/items.jsonl", registry.files["items.jsonl"])
    run_fetch({"web": web, "own": entry("file:own.txt", b"mine")}, names=("web", "own"))
    assert (tmp_path / "raw/web/items.jsonl").read_bytes() == b'{"a": 1}\n'
    assert (tmp_path / "raw/own/own.txt").read_bytes() == b"mine"


WHOSE = f"hf:models/owner/name@{'0' * 40}/model.gguf"
WHOLE = bytes(range(256)) * 64
PIECES = [WHOLE[start : start + 6_000] for start in range(0, len(WHOLE), 6_000)]


def joined(registry: Registry, **changes: Any) -> dict[str, Any]:
    """Return the entry of a file that lies in three wheels, and have the server know them."""
    parts = []
    for number, piece in enumerate(PIECES, 1):
        name = f"part{number}-1.0-py3-none-any.whl"
        registry.add(name, make_zip({"data/piece.bin": piece, "data/__init__.py": b"boom()"}))
        part = entry(f"pypi:part{number}==1.0/{name}", registry.files[name], licence=None, member="data/piece.bin")
        parts.append(part)
    return entry(WHOSE, WHOLE, **{"parts": parts, **changes})


def test_a_file_in_parts_becomes_whole_and_is_its_publishers(
    registry: Registry, run_fetch: Fetch, tmp_path: Path
) -> None:
    metrics = run_fetch({"toy": joined(registry)})
    assert [path.name for path in (tmp_path / "raw/toy").iterdir()] == ["model.gguf"]
    assert (tmp_path / "raw/toy/model.gguf").read_bytes() == WHOLE
    [listed] = json.loads((tmp_path / "raw/LICENSES.json").read_text())
    assert listed["url"] == WHOSE and listed["version"] == "0" * 40 and listed["sha256"] == sha256(WHOLE)
    assert metrics["files"] == 1
    assert metrics["downloaded_bytes"] == sum(
        len(content) for name, content in registry.files.items() if "part" in name
    )


def test_parts_that_are_not_the_file_are_refused(registry: Registry, run_fetch: Fetch, tmp_path: Path) -> None:
    right = joined(registry)
    swapped = {**right, "parts": [right["parts"][place] for place in (1, 0, 2)]}
    with pytest.raises(BurnishError, match=r"sources.yaml: toy: its parts together: wrong sha256: expected"):
        run_fetch({"toy": swapped})
    with pytest.raises(BurnishError, match=r"its parts together: model.gguf is cut off: 12,000 of 16,384 bytes"):
        run_fetch({"toy": {**right, "parts": right["parts"][:2]}})
    other = [{**right["parts"][0], "sha256": sha256(b"?")}, *right["parts"][1:]]
    with pytest.raises(BurnishError, match=r"sources.yaml: toy, part 1 of 3 .*wrong sha256"):
        run_fetch({"toy": {**right, "parts": other}})
    absent = [{**right["parts"][0], "member": "data/piece"}, *right["parts"][1:]]
    with pytest.raises(BurnishError, match=r"toy: pypi:part1.*data/piece"):
        run_fetch({"toy": {**right, "parts": absent}})
    for change, complaint in (
        ({"parts": right["parts"][:1]}, r"toy.parts = .* at least 2"),
        ({"member": "x"}, "unknown field"),
    ):
        with pytest.raises(BurnishError, match=complaint):
            run_fetch({"toy": {**right, **change}})
    assert not (tmp_path / "raw").exists()


def test_equal_input_gives_equal_bytes_and_asks_nobody_again(
    registry: Registry, run_fetch: Fetch, tmp_path: Path
) -> None:
    run_fetch({"toy": wheel()})
    first = {path: path.read_bytes() for path in (tmp_path / "raw").rglob("*") if path.is_file()}
    registry.files.clear()
    run_fetch({"toy": wheel()})
    assert {path: path.read_bytes() for path in (tmp_path / "raw").rglob("*") if path.is_file()} == first
    assert len(registry.ranges) == 1


def test_a_cut_download_keeps_its_part_and_resumes_by_range(
    registry: Registry, run_fetch: Fetch, tmp_path: Path
) -> None:
    registry.cuts, registry.cut_after = 1, 5_000
    with pytest.raises(BurnishError, match=r"toy: the connection was cut after 5,000 of 10,\d+ bytes .*resumes there"):
        run_fetch({"toy": wheel()})
    assert part_of(tmp_path, WHEEL).stat().st_size == 5_000
    assert not (tmp_path / "raw").exists()
    run_fetch({"toy": wheel()})
    assert registry.ranges == [None, "bytes=5000-"]
    assert (tmp_path / "raw/toy/toy/model.bin").exists()
    assert not part_of(tmp_path, WHEEL).exists()


def test_one_run_resumes_by_itself_as_often_as_pip_would(
    registry: Registry, run_fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_RETRIES", "3")
    registry.cuts, registry.cut_after = 3, 2_500
    run_fetch({"toy": wheel()})
    assert registry.ranges == [None, "bytes=2500-", "bytes=5000-", "bytes=7500-"]


def test_a_server_without_ranges_sends_everything_again(registry: Registry, run_fetch: Fetch, tmp_path: Path) -> None:
    registry.honours_ranges = False
    part = part_of(tmp_path, WHEEL)
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 400)
    run_fetch({"toy": wheel()})
    assert (tmp_path / "raw/toy/toy/model.bin").read_bytes() == bytes(range(256)) * 40


def test_a_spoilt_part_is_thrown_away_once_and_fetched_anew(
    registry: Registry, run_fetch: Fetch, tmp_path: Path
) -> None:
    part = part_of(tmp_path, WHEEL)
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 400)
    run_fetch({"toy": wheel()})
    assert registry.ranges == ["bytes=400-", None]


def test_a_spoilt_download_folder_is_noticed(registry: Registry, run_fetch: Fetch, tmp_path: Path) -> None:
    run_fetch({"toy": wheel()})
    (tmp_path / ".resume" / "downloads" / sha256(WHEEL)).write_bytes(b"rotten")
    run_fetch({"toy": wheel()})
    assert len(registry.ranges) == 2


def test_no_network_is_an_error_that_says_so(
    registry: Registry, run_fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple/")
    with pytest.raises(BurnishError, match=r"toy: no package index answered for 'toy'.*pip config list"):
        run_fetch({"toy": wheel()})


def test_a_failed_run_leaves_the_old_output_alone(registry: Registry, run_fetch: Fetch, tmp_path: Path) -> None:
    run_fetch({"toy": wheel()})
    with pytest.raises(BurnishError):
        run_fetch({"toy": wheel(), "other": wheel(sha256="0" * 64)}, names=("toy", "other"))
    assert (tmp_path / "raw/toy/toy/model.bin").exists()
    assert not [path for path in tmp_path.iterdir() if "partial" in path.name]


BAD = {
    "wrong sha256": (wheel(sha256="0" * 64), rf"toy \(pypi:.*\): wrong sha256: expected 0{{64}}, got {sha256(WHEEL)}"),
    "shorter than pinned": (wheel(bytes=len(WHEEL) + 7), r"connection was cut after 10,\d+ of 10,\d+ bytes"),
    "longer than pinned": (
        wheel(bytes=len(WHEEL) - 7, sha256="1" * 64),
        r"wrong sha256: expected 1+, got .*bytes, not",
    ),
    "file not in the index": (
        entry("pypi:toy==1.0/toy-1.1.tar.gz", SDIST, members=["a"]),
        r"no file 'toy-1.1.tar.gz' of 'toy'; near it are: toy-1.0.tar.gz",
    ),
    "package not in the index": (entry("pypi:gone==1/gone-1.tar.gz", SDIST), r"no file 'gone-1.tar.gz' of 'gone'"),
    "member missing": (wheel(members=["toy/modle.bin"]), r"no member 'toy/modle.bin' .*near it are: toy/model.bin"),
    "glob without a match": (wheel(members=["**/*.rs"]), r"no member '\*\*/\*.rs' in the archive"),
    "no licence": (wheel(licence=None), r"sources.yaml: python.toy has no licence; write .*MIT"),
    "licence not permissive": (
        wheel(licence="GPL-3.0-only"),
        r"licence 'GPL-3.0-only' isn't taken here; leave the source out",
    ),
    "licence misspelt": (wheel(licence="Apache 2.0"), r"did you mean Apache-2.0\?"),
    "no hash": (wheel(sha256=None), r"python.toy.sha256 is missing; every source has from, sha256, bytes, licence"),
    "hash of another kind": (wheel(sha256="abc"), r"python.toy.sha256 = 'abc'"),
    "misspelt field": (wheel(licens="MIT"), r"python.toy.licens: unknown field; did you mean licence\?"),
    "unknown scheme": (
        entry("ftp://example.com/a", SDIST),
        r"toy.from: unknown scheme 'ftp'; known: pypi:, npm:, hf:, https:, file:",
    ),
    "no version": (entry("pypi:toy/toy-1.0.tar.gz", SDIST), r"isn't of the form pypi:NAME==VERSION/FILE"),
    "version range": (entry("npm:toy@^1.0.0", SDIST), r"isn't of the form npm:NAME@VERSION with an exact version"),
    "not encrypted": (entry("http://example.com/a.txt", SDIST), r"http://example.com/a.txt isn't https:"),
    "file missing": (entry("file:nowhere.txt", SDIST), r"nowhere.txt is missing or no file"),
    "not a mapping": ("pypi:toy", r"python.toy must hold the fields from, sha256, bytes, licence, members"),
}


@pytest.mark.parametrize(("given", "message"), BAD.values(), ids=BAD.keys())
def test_bad_entries_are_named_with_a_way_out(
    registry: Registry, run_fetch: Fetch, tmp_path: Path, given: Any, message: str
) -> None:
    with pytest.raises(BurnishError, match=message):
        run_fetch({"toy": given})
    assert not (tmp_path / "raw").exists()


def test_a_source_that_the_registry_lacks_is_named(run_fetch: Fetch) -> None:
    with pytest.raises(BurnishError, match=r"params.yaml: fetch.python.sources: no source 'toi' .*did you mean toy\?"):
        run_fetch({"toy": wheel()}, names=("toi",))
    with pytest.raises(BurnishError, match="names toy twice"):
        run_fetch({"toy": wheel()}, names=("toy", "toy"))


def test_an_address_that_the_server_refuses_is_not_tried_again(registry: Registry, run_fetch: Fetch) -> None:
    with pytest.raises(BurnishError, match=r"answers 404 Not Found; correct the entry"):
        run_fetch({"toy": entry(f"{registry.url}/files/gone.txt", b"?")})
    assert len(registry.ranges) == 1


PREMIUM = {"access": "premium", "credential": "TOY_TOKEN", "licence": "LicenseRef-Premium"}


def test_a_premium_address_gets_its_token_and_no_other_host_does(
    registry: Registry, run_fetch: Fetch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.add("paid.jsonl", b'{"a": 1}\n')
    registry.redirect_to = registry.url.replace("127.0.0.1", "localhost") + "/files/paid.jsonl"
    source = entry(f"{registry.url}/moved/paid.jsonl", b'{"a": 1}\n', **PREMIUM)
    accepted = "toy: {licence: LicenseRef-Premium, by: data team, on: 2026-11-27}\n"
    with pytest.raises(BurnishError, match=r"nobody has accepted the terms of toy .*: premium, contract"):
        run_fetch({"toy": source})
    with pytest.raises(BurnishError, match=r"\$TOY_TOKEN isn't set, but toy is on and premium"):
        run_fetch({"toy": source}, accepted=accepted)
    monkeypatch.setenv("TOY_TOKEN", "paid-secret")
    run_fetch({"toy": source}, accepted=accepted)
    assert registry.authorised == [("/moved/paid.jsonl", "Bearer paid-secret"), ("/files/paid.jsonl", None)]
    lines = (tmp_path / "audit" / "sources.jsonl").read_text().splitlines()
    assert [json.loads(line)["outcome"][:7] for line in lines] == ["refused", "refused", "fetched"]


def test_a_redirect_may_not_leave_encryption(registry: Registry, run_fetch: Fetch) -> None:
    registry.redirect_to = registry.url.replace("127.0.0.1", "127.1.2.3") + "/files/toy-1.0.tar.gz"
    with pytest.raises(BurnishError, match=r"http://127.1.2.3:\d+/\S+ isn't https:"):
        run_fetch({"toy": entry(f"{registry.url}/moved/toy", SDIST)})


@pytest.mark.parametrize(
    "content", [WHEEL[: len(WHEEL) // 2], SDIST[:-40], b"plain text"], ids=["zip", "tar", "neither"]
)
def test_a_damaged_archive_with_the_pinned_hash_is_named(run_fetch: Fetch, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "toy.bin").write_bytes(content)
    with pytest.raises(BurnishError, match=r"toy: the archive is damaged \(.*\) though its sha256 is as pinned"):
        run_fetch({"toy": entry("file:toy.bin", content, members=["toy/a.py"])})


def test_a_file_cut_short_on_disk_is_named(run_fetch: Fetch, tmp_path: Path) -> None:
    (tmp_path / "toy.bin").write_bytes(SDIST[:50])
    with pytest.raises(BurnishError, match=r"toy.bin is cut off: 50 of \d+ bytes"):
        run_fetch({"toy": entry("file:toy.bin", SDIST, members=["toy/a.py"])})


@pytest.mark.parametrize("name", ["../evil.py", "/etc/evil", "a/../../evil", "c:\\evil", "..\\evil"])
def test_no_member_leaves_its_folder(run_fetch: Fetch, tmp_path: Path, name: str) -> None:
    for pack in (make_tar, make_zip):
        content = pack({"fine.py": b"1", name: b"2"})
        (tmp_path / "toy.bin").write_bytes(content)
        with pytest.raises(BurnishError, match="leads out of its folder; nothing of this archive was written"):
            run_fetch({"toy": entry("file:toy.bin", content, members=["fine.py"])})
    assert not list(tmp_path.rglob("evil*"))


def test_a_full_disk_stops_a_download_that_resumes_later(registry: Registry, run_fetch: Fetch, tmp_path: Path) -> None:
    part = part_of(tmp_path, WHEEL)
    part.parent.mkdir(parents=True)
    part.symlink_to("/dev/full")
    with pytest.raises(BurnishError, match=r"toy: no room for .*part \(10,\d+ bytes\); free some space"):
        run_fetch({"toy": wheel()})
    part.unlink()
    run_fetch({"toy": wheel()})


def test_a_full_disk_while_packing_leaves_the_old_group(
    run_fetch: Fetch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "toy.bin").write_bytes(WHEEL)
    source = {"toy": entry("file:toy.bin", WHEEL, members=["toy/model.bin"])}
    run_fetch(source, packed=True)
    old = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    make = zipfile.ZipFile

    def make_where_nothing_fits(archive: Any, mode: str = "r") -> zipfile.ZipFile:
        return make("/dev/full" if mode == "w" else archive, "w" if mode == "w" else "r")

    monkeypatch.setattr(zipfile, "ZipFile", make_where_nothing_fits)
    with pytest.raises(BurnishError, match="raw: the disk is full; free some space and run the same command again"):
        run_fetch(source, packed=True)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == old


LIMITED = """
import json, resource, sys
from pathlib import Path
from burnish.errors import BurnishError
from burnish.sources import fetch
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
here = Path(sys.argv[1])
try:
    fetch.run(fetch.FetchParams(sources=("toy",), packed=False), key="python", registry=here / "sources.yaml",
              matrix=Path(sys.argv[2]), accepted=here / "accepted.yaml", out=here / "raw", resume=here / ".resume/a/b")
except BurnishError as error:
    sys.exit(f"burnish: {error}")
"""


def test_a_full_disk_while_unpacking_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "toy.bin").write_bytes(WHEEL)
    write_yaml(tmp_path / "sources.yaml", "python", {"toy": entry("file:toy.bin", WHEEL, members=["toy/model.bin"])})
    (tmp_path / "accepted.yaml").write_text("{}")
    done = subprocess.run([sys.executable, "-c", LIMITED, str(tmp_path), str(MATRIX)], capture_output=True, text=True,
                          check=False, env={**os.environ, "PYTHONPATH": "src"})  # fmt: skip
    assert done.returncode == 1
    assert "no room below" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["accepted.yaml", "sources.yaml", "toy.bin"]
