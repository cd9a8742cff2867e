"""One function over many items: here and on a real Ray cluster of two nodes, with the same results."""

import os
import signal
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from ray.cluster_utils import Cluster

from burnish import shards
from burnish.errors import BurnishError
from burnish.executor import ExecutorParams, spread
from burnish.generate import style
from burnish.generate.cases import CasesParams, stage_run
from burnish.sources import process
from burnish.sources.process import ProcessParams
from burnish.validate.datasets import check_table
from tests.overlaps import CONTAMINATION, DUPLICATES, QUESTION
from tests.sources.test_process import raw as packages
from tests.sources.toy import PARAMS, TEXTS
from tests.validate.tables import good, params_for, write_table
from tests.validate.test_contamination import case
from tests.validate.test_contamination import raw as trained
from tests.validate.test_contamination import run as check_training

__all__ = ["packages", "trained"]  # fixtures
LOCAL = ExecutorParams(kind="local", address=None)
SMALL = CasesParams(
    per_template=2, seen_per_template=1, unseen_per_template=1, withheld_categories=[], withheld_share=0.5,
    trained_families=None, cheat_sample=1, repeats=1, browser_sample=0, min_kill_rate=0.8,
)  # fmt: skip


@pytest.fixture(scope="module")
def cluster() -> Iterator[ExecutorParams]:
    """Two nodes with a processor each."""
    nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    nodes.add_node(num_cpus=1)
    try:
        yield ExecutorParams(kind="ray", address=nodes.address)
    finally:
        nodes.shutdown()  # type: ignore[no-untyped-call]


def square(number: int) -> int:
    return number * number


def square_or_refuse(number: int) -> int:
    if number == 3:
        raise BurnishError("3 is refused; give another number")
    return square(number)


def square_or_die_once(number: int, *, marker: Path) -> int:
    if number == 3 and not marker.exists():
        marker.write_text(socket.gethostname())
        os.kill(os.getpid(), signal.SIGKILL)
    return square(number)


def die(_: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_the_order_of_the_items(processes: int) -> None:
    with spread(square, range(20), executor=LOCAL, processes=processes) as found:
        assert list(found) == [number * number for number in range(20)]


def test_a_cluster_gives_what_this_machine_gives(cluster: ExecutorParams) -> None:
    with spread(square, range(20), executor=cluster, processes=1) as found:
        assert list(found) == [number * number for number in range(20)]


def test_a_killed_worker_changes_nothing(cluster: ExecutorParams, tmp_path: Path) -> None:
    function = partial(square_or_die_once, marker=tmp_path / "died")
    with spread(function, range(8), executor=cluster, processes=1) as found:
        assert list(found) == [number * number for number in range(8)]
    assert (tmp_path / "died").exists()


def test_a_stage_writes_the_same_bytes_on_a_cluster(cluster: ExecutorParams, tmp_path: Path) -> None:
    run = stage_run(style.CATEGORIES)
    metrics = [run(SMALL, seed=3, executor=executor, out=tmp_path / executor.kind) for executor in (LOCAL, cluster)]
    assert metrics[0] == metrics[1]
    assert all(one["kept"] for one in metrics[0].values())
    here, there = ({path.name: path.read_bytes() for path in (tmp_path / kind).iterdir()} for kind in ("local", "ray"))
    assert here == there


def test_packages_are_processed_to_the_same_bytes_on_a_cluster(cluster: ExecutorParams, packages: Path) -> None:
    params = ProcessParams(workers=2, tasks=PARAMS, texts=TEXTS, duplicates=DUPLICATES, contamination=CONTAMINATION)
    raw = {name: packages / "raw" / name for name in ("python", "npm", "benchmarks")}
    here, there = (
        process.run(params, seed=7, executor=executor, **raw, out=packages / executor.kind)
        for executor in (LOCAL, cluster)
    )
    assert here == there and here["tasks"] == 3
    assert read_all(packages / "local") == read_all(packages / "ray") != {}


def test_overlaps_are_found_to_the_same_bytes_on_a_cluster(cluster: ExecutorParams, trained: Path) -> None:
    shards.write_rows(trained / "cases", [case("leak", prompt=QUESTION), case("clean")], schema=shards.CASE)
    here, there = (check_training(trained, executor.kind, executor=executor) for executor in (LOCAL, cluster))
    assert here == there and here["rows"]["cases"]["overlaps"] == 1
    assert read_all(trained / "local") == read_all(trained / "ray") != {}


def read_all(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.parquet")}


def test_a_table_is_judged_the_same_on_a_cluster(cluster: ExecutorParams, tmp_path: Path) -> None:
    rows = [good("row", number) for number in range(240)]
    rows[210]["id"], rows[77]["licence"], rows[230]["messages"] = "r3", "GPL-3.0", rows[1]["messages"]
    paths = write_table(tmp_path / "t", rows, table="row", rows_per_shard=40)
    params = params_for("row", batch_rows=64)
    here, there = (check_table(paths, params=params, executor=executor) for executor in (LOCAL, cluster))
    assert here.counts == there.counts and here.counts["rows"] == 240
    assert list(here.findings) == list(there.findings) and here.findings.counts == there.findings.counts
    assert [failure.column for failure in here.findings] == ["licence", "id", "messages"]


@pytest.mark.parametrize("kind", ["local", "ray"])
def test_an_error_of_the_function_arrives_as_it_was_raised(kind: str, request: pytest.FixtureRequest) -> None:
    executor = LOCAL if kind == "local" else request.getfixturevalue("cluster")
    with (
        pytest.raises(BurnishError, match="3 is refused"),
        spread(square_or_refuse, range(5), executor=executor, processes=2) as found,
    ):
        list(found)


def test_an_item_that_always_kills_its_worker_is_an_error(cluster: ExecutorParams) -> None:
    with (
        pytest.raises(BurnishError, match="Ray lost one item 4 times"),
        spread(die, [0], executor=cluster, processes=1) as found,
    ):
        list(found)


@pytest.mark.parametrize("address", ["127.0.0.1:1", "nonsense"])
def test_a_cluster_that_does_not_answer_is_named(address: str) -> None:
    nobody = ExecutorParams(kind="ray", address=address)
    with (
        pytest.raises(BurnishError, match=f"executor.address = '{address}'"),
        spread(square, [1], executor=nobody, processes=1),
    ):
        pass
