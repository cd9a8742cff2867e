"""What a person asks about the pipeline: the rows of a table, the parts of a stage, the plan of a mixture."""

import json
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from burnish import params, shards
from burnish.errors import BurnishError
from burnish.files import read_json

console = Console()


def show_rows(table: Path, *, rows: int, skip: int, columns: list[str]) -> None:
    """Print rows `skip` to `skip + rows` of a table, one value a line."""
    paths = shards.tables_below(table) if table.is_dir() else [table]
    if not paths or not table.exists():
        raise BurnishError(f"{table} holds no rows-*.parquet; `burnish run` makes it, `dvc checkout` restores it")
    _print_rows(islice(shards.read_rows(*paths), skip, skip + rows), first=skip, columns=columns, source=str(table))


def _print_rows(found: Iterable[Mapping[str, Any]], *, first: int, columns: list[str], source: str) -> None:
    for number, row in enumerate(found, start=first):
        console.rule(f"row {number}", align="left")
        unknown = [column for column in columns if column not in row]
        if unknown:
            raise BurnishError(f"{source} has no column {', '.join(unknown)}; it has: {', '.join(row)}")
        for name in columns or row:
            console.print(f"[bold]{name}[/bold]", highlight=False)
            console.print(_readable(row[name]), markup=False, highlight=False)


def _readable(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=1, ensure_ascii=False, default=str)


def explain_stage(name: str) -> None:
    """Print where a stage's code, parameters, inputs and outputs are, and how its last run went."""
    stages = read_stages()
    if name not in stages:
        raise BurnishError(f"dvc.yaml has no stage {name!r}; it has: {', '.join(stages)}")
    stage = stages[name]
    module = stage["cmd"].split()[2]
    source = Path("src", *module.split(".")).with_suffix(".py")
    content = params.read_yaml(params.PARAMS)
    section = params.section_name(name, content)
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_row("what", stage.get("desc", ""))
    table.add_row("file", str(source))
    table.add_row("command", stage["cmd"])
    if section.split(".")[0] in content:
        table.add_row("parameters", f"params.yaml: {section}\n{_readable(params.lookup(content, section))}")
    table.add_row("inputs", "\n".join(stage.get("deps", [])))
    table.add_row(
        "outputs", "\n".join(_paths([*stage.get("outs", []), *stage.get("metrics", []), *stage.get("plots", [])]))
    )
    table.add_row("last run", _last_run(_paths(stage.get("outs", []))))
    console.print(table, highlight=False)


def read_stages(root: Path = Path()) -> dict[str, dict[str, Any]]:
    """Return the stages of `dvc.yaml`, groups expanded and templates filled in."""
    from dvc.dvcfile import load_file
    from dvc.exceptions import DvcException
    from dvc.repo import Repo

    try:
        with Repo(str(root.resolve())) as repo:
            return dict(load_file(repo, str(root.resolve() / "dvc.yaml")).resolver.resolve()["stages"])
    except DvcException as error:
        raise BurnishError(f"dvc.yaml can't be read: {error}; start in the root of a checkout") from None


def _paths(outs: list[Any]) -> list[str]:
    return [out if isinstance(out, str) else next(iter(out)) for out in outs]


def _last_run(outs: list[str]) -> str:
    records = [Path(out) for out in outs if out.startswith("records/")]
    if not records or not records[0].exists():
        return "none here"
    record = read_json(records[0])
    return f"{record['start']}, {record['seconds']:.1f} s, {record['cpu_seconds']:.1f} s CPU, {record['peak_memory_mb']:.0f} MB"


def show_plan(step: str) -> None:
    """Print what the mixture of `step` would take, asked against achieved; nothing is written."""
    from burnish.chat import Chat
    from burnish.mix.asked import MixParams
    from burnish.mix.candidates import SizeColumns, read_candidates, read_left_out
    from burnish.mix.mixer import choose_sources
    from burnish.mix.outcome import describe
    from burnish.mix.plan import plan_mixture
    from burnish.mix.with_more import find_sources

    place = f"mix.{step}"
    section = params.load(MixParams, place)
    known = {"cases": Path("data/cases"), "tasks": Path("data/processed/tasks"), "replay": Path("data/replay")}
    content = params.read_yaml(params.PARAMS)
    if step in (params.lookup(content, "mixed.more") or ()):
        known |= find_sources(Path(params.lookup(content, f"mixed.more.{step}.folder")))
    directories = choose_sources(section, directories=known, place=place)
    columns = SizeColumns(sources=list(directories))
    chat = Chat.load(Path("models/base"))
    left_out = read_left_out(Path("data/contamination"))
    for _ in read_candidates(directories, chat=chat, params=section, columns=columns, left_out=left_out):
        pass
    sizes = columns.sizes()
    plan = plan_mixture(sizes, params=section, seed=params.read_seed(content), place=place)
    print_plan(describe(plan, sizes=sizes, too_long=columns.too_long))


def print_plan(plan: dict[str, Any]) -> None:
    """Print a mixture's metrics as tables: sources, skills, modalities, licences, and the course of a curriculum.

    Tokens are supervised ones; a dash stands where no share is asked.
    """
    console.print(
        f"{plan['rows']:,} rows, {plan['tokens']:,} tokens, {plan['supervised_tokens']:,} of them supervised; "
        f"{plan['longer_than_context']:,} rows longer than the context left out; "
        f"largest miss of an asked share {plan['largest_relative_miss']:.2%}", highlight=False)  # fmt: skip
    columns = ("asked", "achieved", "tokens", "rows", "distinct", "of", "families")
    for kind in ("sources", "skills", "modalities", "licences"):
        table = Table()
        table.add_column(kind, min_width=max(map(len, plan[kind])))
        for name in columns:
            table.add_column(name, justify="right")
        for name, entry in plan[kind].items():
            asked = "–" if entry["asked_share"] is None else f"{entry['asked_share']:.1%}"
            counts = (entry[key] for key in ("supervised_tokens", "rows", "distinct_rows", "candidates", "families"))
            table.add_row(name, asked, f"{entry['share']:.1%}", *(f"{count:,}" for count in counts))
        console.print(table)
    if plan["course"]:
        table = Table("part of training", *plan["course"][0]["asked"], title="achieved (asked) by part of training")
        for number, part in enumerate(plan["course"]):
            shares = (f"{part['share'][name]:.1%} ({asked:.1%})" for name, asked in part["asked"].items())
            table.add_row(f"{number / len(plan['course']):.0%} to {(number + 1) / len(plan['course']):.0%}", *shares)
        console.print(table)


def show_mixture(step: str, *, rows: int, cursor: int, columns: list[str]) -> None:
    """Print the rows that a step trains on from `cursor`, in training order."""
    from burnish.mixtures import read_mixture

    folder = Path("data/mix") / step
    content = read_mixture(folder, cursor=cursor, window_rows=max(rows, 1))
    _print_rows(islice(content, rows), first=cursor, columns=columns, source=str(folder))
