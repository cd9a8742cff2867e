"""What a person asks about the pipeline: the rows of a table, the parts of a stage, the plan of a mixture."""

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from burnish import params, shards
from burnish.errors import BurnishError

console = Console()


def show_rows(table: Path, *, rows: int, skip: int, columns: list[str]) -> None:
    """Print rows `skip` to `skip + rows` of a table, one value a line."""
    paths = sorted({path.parent for path in table.rglob("rows-*.parquet")}) if table.is_dir() else [table]
    if not paths or not table.exists():
        raise BurnishError(f"{table} holds no rows-*.parquet; `burnish run` makes it, `dvc checkout` restores it")
    for number, row in enumerate(shards.read_rows(*paths)):
        if number < skip:
            continue
        if number >= skip + rows:
            break
        console.rule(f"row {number}", align="left")
        unknown = [column for column in columns if column not in row]
        if unknown:
            raise BurnishError(f"{table} has no column {', '.join(unknown)}; it has: {', '.join(row)}")
        for name in columns or row:
            console.print(f"[bold]{name}[/bold]", highlight=False)
            console.print(_readable(row[name]), markup=False, highlight=False)


def _readable(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=1, ensure_ascii=False)


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
    record = json.loads(records[0].read_text())
    return f"{record['start']}, {record['seconds']:.1f} s, {record['cpu_seconds']:.1f} s CPU, {record['peak_memory_mb']:.0f} MB"


def show_plan(step: str) -> None:
    """Print what the mixture of `step` would take from each source."""
    from burnish.chat import Chat
    from burnish.mix import mixer

    section = params.load(mixer.MixParams, f"mix.{step}")
    seed = params.lookup(params.read_yaml(params.PARAMS), "seed")
    directories = {"cases": Path("data/cases"), "tasks": Path("data/processed/tasks"), "replay": Path("data/replay")}
    rows, too_long = mixer.load_sources(
        directories, chat=Chat.load(Path("models/base")), context=section.context_tokens
    )
    sizes = {
        name: [mixer.Size(row["family"], row["supervised_tokens"]) for row in found] for name, found in rows.items()
    }
    plan = mixer.describe(mixer.plan_mixture(sizes, params=section, seed=seed), rows=rows, too_long=too_long)
    table = Table("source", "asked", "achieved", "supervised tokens", "rows", "distinct", "of", "families")
    for name, source in plan["sources"].items():
        table.add_row(name, f"{source['asked_share']:.1%}", f"{source['share']:.1%}", f"{source['supervised_tokens']:,}",
                      *(f"{source[key]:,}" for key in ("rows", "distinct_rows", "candidates", "families")))  # fmt: skip
    console.print(table)
