"""Chat rows validated: `bin/python bench/validate.py [ROWS] [PEER_PYTHON]`. Each measurement is a process of its own.

Ours checks every rule of the `row` table and what concerns several rows. The peer, Great Expectations (bench/requirements.txt,
in an environment of its own whose python is PEER_PYTHON), gets the checks that it has too, on a tenth of the rows in a
pandas frame already in memory, and we run the same few checks with polars inside Pandera. The last line is JSON.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

PEER_SHARE = 10
SHARD_ROWS = 20_000
ALLOWED = {"licence": ["MIT", "Apache-2.0", "BSD-3-Clause"], "split": ["train", "seen", "unseen"]}
FILLED = ("id", "source", "skill", "family")

PEER = """
import json, resource, sys, time, warnings
import great_expectations as gx, pandas as pd
warnings.simplefilter("ignore")
paths, allowed, filled = json.loads(sys.argv[1])
frame = pd.concat([pd.read_parquet(path) for path in paths], ignore_index=True)
context = gx.get_context(mode="ephemeral")
batch = context.data_sources.add_pandas("rows").add_dataframe_asset("rows").add_batch_definition_whole_dataframe("all")
e = gx.expectations
names = ["id", "source", "licence", "skill", "family", "split", "tokens", "supervised_tokens"]
checks = [e.ExpectColumnValuesToNotBeNull(column=name) for name in names]
checks += [e.ExpectColumnValueLengthsToBeBetween(column=name, min_value=1) for name in filled]
checks += [e.ExpectColumnValuesToBeInSet(column=name, value_set=values) for name, values in allowed.items()]
checks += [e.ExpectColumnValuesToBeBetween(column=name, min_value=1) for name in names[-2:]]
checks += [e.ExpectColumnValuesToBeUnique(column="id"),
           e.ExpectColumnPairValuesAToBeGreaterThanB(column_A="tokens", column_B="supervised_tokens", or_equal=True)]
suite = gx.ExpectationSuite(name="row", expectations=checks)
before = time.process_time()
result = batch.get_batch({"dataframe": frame}).validate(suite)
spent = time.process_time() - before
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"rows": len(frame), "passed": result.success, "cpu_seconds": spent, "peak_mib": peak, "checks": len(checks),
                  "version": gx.__version__}))
"""


def write_chats(folder: Path, *, rows: int) -> None:
    """Write chats of two messages, about 340 bytes of text each, all different, in shards as stages write them."""
    import numpy as np
    import polars as pl
    import pyarrow.parquet as pq

    from burnish import shards

    random = np.random.default_rng(7)
    words = "the a of value list sort return index query route form table user id error page cache token row".split()
    texts = pl.Series([" ".join(random.choice(words, size)) for size in random.integers(10, 60, 4000)])
    folder.mkdir()
    for start in range(0, rows, SHARD_ROWS):
        numbers = np.arange(start, min(rows, start + SHARD_ROWS))
        asked, answered = (texts.gather(random.integers(0, len(texts), len(numbers))) for _ in range(2))
        number, tokens = pl.Series(numbers).cast(pl.String), random.integers(40, 400, len(numbers))
        frame = pl.DataFrame({"id": "row-" + number, "asked": asked + " " + number, "answered": answered})
        no_calls = pl.lit(None, dtype=pl.String)
        messages = [pl.struct(role=pl.lit(role), content=content, tool_calls=no_calls)
                    for role, content in (("user", "asked"), ("assistant", "answered"))]  # fmt: skip
        columns: dict[str, Any] = {
                   "messages": pl.concat_list(messages), "modalities": pl.lit(["text"]), "licence": pl.lit("MIT"),
                   "source": pl.lit("package ") + pl.Series(numbers % 30).cast(pl.String), "split": pl.lit("train"),
                   "skill": pl.lit("skill ") + pl.Series(numbers % 11).cast(pl.String), "tokens": pl.Series(tokens),
                   "family": pl.lit("family ") + pl.Series(numbers % 5000).cast(pl.String),
                   "supervised_tokens": pl.Series(tokens // 2)}  # fmt: skip
        table = frame.with_columns(**columns).select(shards.ROW.names).to_arrow().cast(shards.ROW)
        pq.write_table(table, folder / f"rows-{start // SHARD_ROWS:05}.parquet", compression="zstd", store_schema=False)


def check_all(paths: list[Path]) -> dict[str, Any]:
    """Run the stage's check with the settings of params.yaml."""
    import polars as pl

    from burnish.executor import ExecutorParams
    from burnish.params import PARAMS, load
    from burnish.tables import TABLES
    from burnish.validate.datasets import check_table
    from burnish.validate.judging import Limits, ValidateParams

    limits = load(Limits, "validate_mix.limits", path=Path(__file__).parent.parent / PARAMS)
    params = ValidateParams(table="row", **dict(limits))
    TABLES["row"].to_schema().validate(pl.read_parquet(paths[0], n_rows=1))  # Pandera imports when it is first asked
    before = time.process_time()
    findings, counts = check_table(paths, params=params, executor=ExecutorParams(kind="local", address=None))
    assert findings.total == 0, list(findings)
    return {"rows": counts["rows"], "cpu_seconds": time.process_time() - before}


def check_shared(paths: list[Path]) -> dict[str, Any]:
    """Run only what the peer can check, on a frame already in memory, as the peer does."""
    import pandera.polars as pa
    import polars as pl

    columns = {name: pa.Column(str, pa.Check.str_length(min_value=1)) for name in FILLED}
    columns |= {name: pa.Column(str, pa.Check.isin(values)) for name, values in ALLOWED.items()}
    columns |= {name: pa.Column(pl.Int32, pa.Check.ge(1)) for name in ("tokens", "supervised_tokens")}
    within = pa.Check(lambda data: data.lazyframe.select(pl.col("supervised_tokens") <= pl.col("tokens")))
    schema = pa.DataFrameSchema(columns, checks=within, unique=["id"])
    frame = pl.read_parquet(paths)
    schema.validate(frame.head(1))
    before = time.process_time()
    schema.validate(frame, lazy=True)
    return {"rows": len(frame), "cpu_seconds": time.process_time() - before}


def measure(kind: str, folder: Path, *, rows: int) -> dict[str, Any]:
    """Run one check in a process of its own; `process_cpu_seconds` counts start and imports too."""
    done = subprocess.run(
        [sys.executable, __file__, kind, folder, str(rows)], check=True, capture_output=True, text=True
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure_here(kind: str, folder: Path, *, rows: int) -> None:
    paths = sorted(folder.glob("rows-*.parquet"))[: -(-rows // SHARD_ROWS)]
    figures = {"all": check_all, "shared": check_shared}[kind](paths)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**figures, "process_cpu_seconds": time.process_time(), "peak_mib": peak}))


def measure_peer(python: str, folder: Path, *, rows: int) -> dict[str, Any]:
    paths = [str(path) for path in sorted(folder.glob("rows-*.parquet"))[: -(-rows // SHARD_ROWS)]]
    given = json.dumps([paths, ALLOWED, FILLED])
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run([python, "-c", PEER, given], check=True, capture_output=True, text=True, env=environment)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    few = count // PEER_SHARE
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "rows"
        write_chats(folder, rows=count)
        for rows in (few, count):
            ours = measure("all", folder, rows=rows)
            seconds = f"{ours['cpu_seconds']:.2f} s CPU, {ours['process_cpu_seconds']:.2f} with start and imports"
            load = f"load {os.getloadavg()[0]:.1f}"
            print(f"all checks, {ours['rows']:,} rows: {seconds}; peak {ours['peak_mib']:.0f} MiB; {load}", flush=True)
        result = {"name": "validate", "ours": ours, "unit": "CPU seconds", "python": platform.python_version()}
        if len(sys.argv) > 2:
            shared, peer = measure("shared", folder, rows=few), measure_peer(sys.argv[2], folder, rows=few)
            assert peer["passed"] and peer["rows"] == shared["rows"]
            ratio = peer["cpu_seconds"] / shared["cpu_seconds"]
            whole = peer["cpu_seconds"] / peer["rows"] / (ours["cpu_seconds"] / ours["rows"])
            both = f"ours {shared['cpu_seconds']:.3f} s CPU, Great Expectations {peer['version']} {peer['cpu_seconds']:.2f}"
            print(
                f"the same {peer['checks']} checks, {few:,} rows: {both}: {ratio:.1f} times; all our checks: {whole:.1f}"
            )
            result |= {"peer": peer, "shared": shared, "ratio": ratio, "ratio_of_all_checks": whole}
    print(json.dumps(result))


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in ("all", "shared"):
        measure_here(sys.argv[1], Path(sys.argv[2]), rows=int(sys.argv[3]))
    else:
        main()
