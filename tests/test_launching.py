"""What `params.yaml: launch` may name, and what is said of a file that can't be used."""

import socket
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from burnish import launching
from burnish.errors import BurnishError
from burnish.launching import LaunchParams

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "launch").glob("*.yaml"))


def write(folder: Path, **changes: object) -> Path:
    content = {
        "distributed_type": "MULTI_GPU",
        "num_processes": 2,
        "num_machines": 1,
        "main_process_port": 0,
        **changes,
    }
    with (folder / "some.yaml").open("w") as file:
        YAML().dump(content, file)
    return folder / "some.yaml"


def refuse(config: Path) -> str:
    with pytest.raises(BurnishError) as caught:
        launching.launch(LaunchParams(config=config, timeout_seconds=1), module="burnish.train.sft", arguments=[])
    return str(caught.value)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_accelerate_knows_every_key_of_every_configuration(path: Path) -> None:
    from accelerate.commands.config.config_args import ClusterConfig

    config = ClusterConfig.from_yaml_file(yaml_file=str(path))
    assert config.num_processes % config.num_machines == 0
    assert (config.main_process_port == 0) == (config.num_machines == 1)
    assert "machine_rank" not in path.read_text() and "main_process_ip" not in path.read_text()


def test_a_file_that_does_not_exist_is_named_beside_those_that_do(tmp_path: Path) -> None:
    write(tmp_path)
    assert "none.yaml is missing; there are:" in (said := refuse(tmp_path / "none.yaml")) and "some.yaml" in said


@pytest.mark.parametrize(("changes", "complaint"), [
    ({"distributed_type": "XLA"}, "distributed_type = 'XLA'"),
    ({"num_processes": 1}, "num_processes = 1 must be 2 or more"),
    ({"num_processes": 3, "num_machines": 2}, "in equal parts on num_machines = 2"),
    ({"distributed_type": "DEEPSPEED"}, "needs the package deepspeed"),
    ({"distributed_type": "FSDP", "fsdp_config": {"fsdp_version": 1}}, "fsdp_version must be 2"),
    ({"num_machines": 2}, "set NODE_RANK (0 to 1, here None) and MASTER_ADDR"),
])  # fmt: skip
def test_a_configuration_that_cannot_be_used_is_refused(
    tmp_path: Path, changes: dict[str, object], complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NODE_RANK", raising=False)
    assert complaint in refuse(write(tmp_path, **changes))


def test_a_port_that_another_run_has_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"port {port} is taken" in refuse(write(tmp_path, main_process_port=port))
