"""DVC remotes as the docs tell it: a folder, and S3 against a real server on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workspaces import git, ran, run

PIPELINE = """
stages:
  double:
    cmd: python -c "open('out.txt', 'w').write(open('in.txt').read() * 2)"
    deps: [in.txt]
    outs: [out.txt]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    workspace = tmp_path / "project"
    workspace.mkdir()
    git(workspace, "init", "-q")
    run(["dvc", "init", "-q"], cwd=workspace)
    (workspace / "dvc.yaml").write_text(PIPELINE)
    (workspace / "in.txt").write_text("burnish")
    run(["dvc", "repro", "-q"], cwd=workspace)
    return workspace


@pytest.fixture
def s3_endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    boto3 = pytest.importorskip("boto3", reason="set-up installs it")
    from moto.server import ThreadedMotoServer

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    client = boto3.client("s3", endpoint_url=endpoint)
    client.create_bucket(Bucket="burnish")
    client.close()
    yield endpoint
    server.stop()


def push_clone_pull(project: Path, *, to: Path) -> list[str]:
    git(project, "add", "-A")
    git(project, "commit", "-qm", "run")
    run(["dvc", "push", "-q"], cwd=project)
    run(["git", "clone", "-q", str(project), str(to)], cwd=project)
    assert not (to / ".dvc" / "cache").exists()
    run(["dvc", "pull", "-q"], cwd=to)
    assert (to / "out.txt").read_text() == "burnishburnish"
    return ran(run(["dvc", "repro"], cwd=to).stdout)


def test_clone_pulls_from_a_folder_and_runs_nothing(project: Path, tmp_path: Path) -> None:
    run(["dvc", "remote", "add", "-d", "store", str(tmp_path / "store")], cwd=project)
    assert push_clone_pull(project, to=tmp_path / "clone") == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_clone_pulls_from_s3_and_runs_nothing(project: Path, tmp_path: Path, s3_endpoint: str) -> None:
    run(["dvc", "remote", "add", "-d", "store", "s3://burnish/cache"], cwd=project)
    run(["dvc", "remote", "modify", "store", "endpointurl", s3_endpoint], cwd=project)
    assert push_clone_pull(project, to=tmp_path / "clone") == []
