"""The `burnish` command: for people. Stages are run by DVC; this looks at them, starts servers and explains.

Each command imports what it needs when it is called, so that `burnish --help` answers at once.
"""

import os
import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from burnish.cli_options import (
    BENCHMARK_NAMES,
    Columns,
    DatabasePath,
    FilePath,
    FolderPath,
    FromOne,
    FromZero,
    Seconds,
    TasksPath,
    Tier,
    plain_errors,
)
from burnish.errors import BurnishError

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False, help=__doc__)
sandbox_app = typer.Typer(no_args_is_help=True, help="Run a program that nobody trusts.")
mix_app = typer.Typer(no_args_is_help=True, help="Look at mixtures.")
cases_app = typer.Typer(no_args_is_help=True, help="Look at generated cases.")
pin_app = typer.Typer(no_args_is_help=True, help="Pin what comes from outside.")
app.add_typer(pin_app, name="pin")
app.add_typer(sandbox_app, name="sandbox")
app.add_typer(mix_app, name="mix")
app.add_typer(cases_app, name="cases")


@app.command()
@plain_errors
def doctor() -> None:
    """Say what this machine has, what is missing, and how to get it."""
    from burnish.doctor import examine

    findings = examine()
    for finding in findings:
        print(f"{'ok     ' if finding.ok else 'MISSING'} {finding.name}: {finding.text}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


@app.command()
@plain_errors
def run(stages: Annotated[list[str] | None, typer.Argument(help="names in dvc.yaml; none: all")] = None) -> None:
    """Bring stages up to date: `dvc repro`, with the code digests first. Wrong parameters are refused before."""
    from burnish import params
    from burnish.recipe import find_methods, read_recipe

    read_recipe(params.read_yaml(params.PARAMS), methods=find_methods(Path("src/burnish")))
    check_parameters()
    dvc("repro", "codehash")
    dvc("repro", *(stages or []))


@app.command()
@plain_errors
def show(table: Path, rows: FromZero = 3, skip: FromZero = 0, column: Columns = None) -> None:
    """Show rows of a table: a directory of Parquet shards such as data/cases/identity."""
    from burnish.explain import show_rows

    show_rows(table, rows=rows, skip=skip, columns=column or [])


@app.command()
@plain_errors
def explain(stage: str) -> None:
    """Show a stage: its file, parameters, inputs, outputs and last run."""
    from burnish.explain import explain_stage

    explain_stage(stage)


@app.command()
@plain_errors
def profile(name: str) -> None:
    """Write profiles/NAME.yaml over params.yaml; comments stay."""
    from burnish.profiles import apply_profile

    changed = apply_profile(name)
    print(f"params.yaml: profile {name} set {len(changed)} values" + "".join(f"\n  {line}" for line in changed))


@app.command()
@plain_errors
def plan(profile: Annotated[str | None, typer.Argument(help="of profiles/; none: params.yaml as it is")] = None,
         json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False) -> None:  # fmt: skip
    """Estimate memory and time of every training step, and of sampling, under a profile; nothing is run."""
    from burnish.plan_view import show_plan

    show_plan(profile, as_json=json)


@pin_app.command("sources")
@plain_errors
def pin_sources(
    names: Annotated[list[str] | None, typer.Argument(help="in sources.yaml; none: all without a pin")] = None,
    move: Annotated[bool, typer.Option(help="take the head of the main branch again")] = False,
) -> None:
    """Ask the Hub for the commit and the hashes of `hf:` sources and write them into sources.yaml."""
    from burnish.sources.pin import pin_sources as pin

    for found in pin(names or [], registry=Path("sources.yaml"), matrix=Path("licences/matrix.yaml"), move=move):
        size = sum(size for _, size in found.files.values()) / 1e6
        print(f"{found.group}.{found.name}: commit {found.commit}, {len(found.files)} files, {size:,.1f} MB")


@sandbox_app.command("run")
@plain_errors
def sandbox_run(
    file: FilePath, cpu_seconds: Seconds = 10, wall_seconds: Seconds = 30, memory_mb: FromOne = 512, tier: Tier = None
) -> None:
    """Run FILE in the sandbox; the exit status is the program's, 124 for a time limit, 137 for a kill."""
    from burnish import sandbox

    with sandbox.held_to(tier) if tier else nullcontext():
        status = sandbox.run_file(file, cpu_seconds=cpu_seconds, wall_seconds=wall_seconds, memory_mb=memory_mb)
    raise typer.Exit(status)


@sandbox_app.command("test")
@plain_errors
def sandbox_test(tier: Tier = None) -> None:
    """Try to break out of the sandbox in every way that is guarded, and say what held."""
    from burnish import sandbox

    with sandbox.held_to(tier) if tier else nullcontext():
        result = sandbox.self_test()
    for name in result.probes:
        print(f"held   {name}")
    print(f"tier: {result.tier}")


@cases_app.command("try")
@plain_errors
def cases_try(category: str, count: FromOne = 40) -> None:
    """Generate, execute and mutation-test a few cases of one category."""
    from burnish.generate.registry import try_category

    try_category(category, count=count)


@mix_app.command("plan")
@plain_errors
def mix_plan(step: str) -> None:
    """Show what `mix.STEP` of params.yaml would take from each source; nothing is written."""
    from burnish.explain import show_plan

    show_plan(step)


@mix_app.command("show")
@plain_errors
def mix_show(step: str, rows: FromZero = 3, cursor: FromZero = 0, column: Columns = None) -> None:
    """Show what a step trains on, in training order from row CURSOR."""
    from burnish.explain import show_mixture

    show_mixture(step, rows=rows, cursor=cursor, columns=column or [])


@app.command()
@plain_errors
def grade(
    benchmark: Annotated[str, typer.Argument(help=BENCHMARK_NAMES)],
    answers: Annotated[Path, typer.Option(help="JSON lines with id and answer, several a task allowed")],
    json: Annotated[bool, typer.Option("--json", help="a JSON object a line; the last has solved and total")] = False,
    tasks: TasksPath = None,
    against: Annotated[Path | None, typer.Option(help="answers of another model, to give the difference")] = None,
) -> None:
    """Score stored answers to a benchmark without asking a model."""
    from burnish.benchmarks.grading import grade_file
    from burnish.served_parts import PARTS

    for line in grade_file(benchmark, answers=answers, tasks=tasks, against=against, as_json=json, benchmarks=PARTS):
        print(line)


@app.command("eval")
@plain_errors
def evaluate(
    url: Annotated[str, typer.Option(help="of any OpenAI-compatible server, such as http://127.0.0.1:8080/v1")],
    model: Annotated[str, typer.Option(help="the name that the server knows it by")],
    benchmark: Annotated[str, typer.Option(help=BENCHMARK_NAMES)] = "fullstack-eval",
    limit: Annotated[int | None, typer.Option(help="so many questions, templates in turn; none: all")] = None,
    out: Annotated[Path | None, typer.Option(help="JSON lines of the answers; none: below .resume/eval")] = None,
    tasks: TasksPath = None,
    max_tokens: Annotated[int, typer.Option(help="most tokens of one answer")] = 1024,
    parallel: Annotated[int, typer.Option(help="most questions in flight")] = 8,
    request_seconds: Annotated[float, typer.Option(help="most for one attempt")] = 300,
    credential: Annotated[str | None, typer.Option(help="environment variable that holds the server's token")] = None,
    tool_form: Annotated[str | None, typer.Option(help="functions by template or tags; none: ask the server")] = None,
) -> None:
    """Ask a server the questions of a benchmark and grade its answers; a second call asks only what failed."""
    from burnish.benchmarks.asking import evaluate as ask
    from burnish.chat_client import WAITS_SECONDS, Server
    from burnish.served_parts import PARTS

    server = Server(url, model, max_tokens, parallel, request_seconds, credential, WAITS_SECONDS)
    for line in ask(benchmark, server=server, tasks=tasks, limit=limit, out=out, benchmarks=PARTS, tool_form=tool_form):
        print(line)


@app.command("export-tasks")
@plain_errors
def export_tasks(
    harness: Annotated[str, typer.Argument(help="lm-eval or inspect")],
    out: Annotated[Path, typer.Option(help="folder to write; one that is there is replaced if we wrote it")],
    tasks: TasksPath = None,
) -> None:
    """Write FullstackEval for another harness, which then asks the model; Burnish's sandbox still grades."""
    from burnish.benchmarks.harnesses.exporting import export_tasks as export

    for line in export(harness, out=out, tasks=tasks):
        print(line)


@app.command()
@plain_errors
def serve(gguf: Path = Path("models/gguf/release/Q8_0.gguf"), port: int = 8080, host: str = "127.0.0.1") -> None:
    """Serve a GGUF by llama.cpp's own server: /v1/chat/completions, with streaming."""
    from burnish.engine import serve as serve_gguf

    serve_gguf(gguf, host=host, port=port)


@app.command()
@plain_errors
def chat(gguf: Path = Path("models/gguf/release/Q8_0.gguf")) -> None:
    """Talk to a GGUF in the terminal."""
    from burnish.engine import chat as chat_with

    chat_with(gguf)


def refuse_other_checkout() -> None:
    """Raise where this checkout has code of its own: another one's would leave out what only this one knows."""
    own, running = Path("src/burnish/cli.py").resolve(), Path(__file__).resolve()
    if own.is_file() and own != running:
        raise BurnishError(
            f"this is the burnish of {running.parents[2]}, not of {Path.cwd()}; run: bin/python -m burnish.cli"
        )


@app.command()
@plain_errors
def noise(
    step: Annotated[str, typer.Argument(help="of params.yaml: train, trained already")],
    seeds: Annotated[int, typer.Option(help="how many others than the pipeline's own")] = 3,
) -> None:
    """Train and screen a step with other seeds; metrics/noise/STEP.json then says what is no change."""
    from burnish.noise import describe_noise, measure_noise

    check_parameters()
    for line in describe_noise(measure_noise(step, seeds=seeds)):
        print(line)


@app.command()
@plain_errors
def agent(
    question: str,
    folder: FolderPath = Path(),
    database: DatabasePath = None,
    gguf: Path = Path("models/gguf/release/Q8_0.gguf"),
    url: Annotated[str | None, typer.Option(help="of a server to ask, such as http://127.0.0.1:8080/v1")] = None,
    model: Annotated[str, typer.Option(help="the name that this server knows it by")] = "",
    steps: Annotated[int, typer.Option(help="most answers of the model")] = 8,
    seconds: Annotated[float, typer.Option(help="most for everything")] = 120,
    out: Annotated[Path, typer.Option(help="where the transcript goes")] = Path("transcript.json"),
) -> None:
    """Let a model answer QUESTION with tools: files, tests and database of a project, services of this machine."""
    from burnish.agent_session import answer_question
    from burnish.developer_tools import open_toolbox

    toolbox = open_toolbox(folder=folder, database=database, routes={})
    transcript = answer_question(question, toolbox=toolbox, gguf=gguf, url=url, model=model, steps=steps,
                                 seconds=seconds, out=out)  # fmt: skip
    for turn in transcript.turns:
        print(f"{turn.call.name} {turn.call.arguments}: {turn.outcome.status}", file=sys.stderr)
    if transcript.end != "answered":
        raise BurnishError(f"no answer: it ended by {transcript.end} {transcript.error}; see {out}")
    print(transcript.answer)


@app.command()
@plain_errors
def mcp(folder: FolderPath = Path(), database: DatabasePath = None) -> None:
    """Lend the same tools to any MCP client over stdin and stdout."""
    from burnish.developer_tools import open_toolbox
    from burnish.mcp_server import serve_stdio

    serve_stdio(open_toolbox(folder=folder, database=database, routes={}))


@app.command()
@plain_errors
def track(uri: str = "sqlite:///mlflow.db") -> None:
    """Bring every run that DVC knows (workspace, HEAD, experiments) into MLflow, each once."""
    refuse_other_checkout()
    from burnish.track.mlflow_import import track as import_runs

    result = import_runs(uri)
    print(result)


@app.command()
@plain_errors
def compare(
    first: Annotated[
        str, typer.Argument(help="a git revision, an experiment, `workspace`, or the id of an MLflow run")
    ],
    second: Annotated[str, typer.Argument(help="what is held against it")],
    model: Annotated[str, typer.Option(help="base, release or a file such as llama.cpp/Q8_0")] = "release",
    benchmark: Annotated[list[str] | None, typer.Option(help="only these; none: all")] = None,
    page: Annotated[Path | None, typer.Option(help="also write the tables to this HTML file")] = None,
    uri: str = "sqlite:///mlflow.db",
) -> None:
    """Hold one state's scores against another's: intervals, paired tests, and = where nothing is decided."""
    from burnish.files import atomic_write
    from burnish.track.comparison_sections import build_page
    from burnish.track.markdown import render_markdown
    from burnish.track.page import render_page
    from burnish.track.revisions import compare_revisions

    figures = compare_revisions((first, second), model=model, benchmarks=benchmark or [], root=Path(), uri=uri)
    report = build_page(figures, title=f"{second} against {first}", subtitle=f"Scores of {model}.")
    print(render_markdown(report), end="")
    if page:
        atomic_write(page, render_page(report))


@app.command()
@plain_errors
def ui(port: int = 5000, uri: str = "sqlite:///mlflow.db") -> None:
    """Start the MLflow UI on the tracked runs."""
    from burnish.engine import check_port

    check_port("127.0.0.1", port)
    track(uri)
    command = [sys.executable, "-m", "mlflow", "ui", "--backend-store-uri", uri, "--port", str(port)]
    raise typer.Exit(subprocess.run(command, check=False).returncode)


@app.command()
@plain_errors
def report(
    out: Path = Path("reports"),
    readme: Annotated[
        bool, typer.Option(help="also renew the figures in README.md, before a run is committed")
    ] = False,
) -> None:
    """Write reports/index.html and reports/report.md from metrics, records and the graph."""
    refuse_other_checkout()
    from burnish.track.evidence import read_evidence
    from burnish.track.readme import write_numbers
    from burnish.track.report import write_report

    for path in write_report(out):
        print(path)
    if readme:
        write_numbers(Path("README.md"), read_evidence(Path()))
        print("README.md")


def check_parameters() -> None:
    """Read every section of params.yaml as its stage would, in a process of its own (`sections.py`)."""
    if status := subprocess.run(["bin/python", "-m", "burnish.sections"], check=False).returncode:
        raise typer.Exit(status)


def dvc(*arguments: str) -> None:
    """Run DVC of this environment in this workspace; its failure is ours."""
    program = Path(sys.executable).with_name("dvc")
    command = [str(program) if program.exists() else shutil.which("dvc") or "dvc", *arguments]
    environment = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
    status = subprocess.run(command, check=False, env=environment).returncode
    if status:
        raise typer.Exit(status)


def main() -> Any:
    """Run the command line."""
    return app()


if __name__ == "__main__":
    main()
