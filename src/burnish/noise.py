"""How much a step's figures move when only the seed does: trains and screens it again outside the pipeline's outputs.

Each seed gets a workspace below `.resume/noise` in which everything but parameters, models and results is this checkout's;
its run is the pipeline's own command. What is stored, in git, is `metrics/noise/<step>.json`: a gain that lies inside the
spread of a metric is no change.
"""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from burnish import params
from burnish.chains import digest_weights, read_chain
from burnish.codehash import digest_module
from burnish.errors import BurnishError
from burnish.evaluate.judging import judge_tables
from burnish.evaluate.screen import Models, ScreenParams, ask, draw_sample, make_sheet
from burnish.evaluate.screening import compare_steps
from burnish.files import digest_of, read_json, write_json
from burnish.recipe import BASE, Recipe, RecipeStep, find_methods, lineage, read_recipe
from burnish.seeds import fingerprint

SOURCE = Path(__file__).parent
OWN = frozenset({"params.yaml", "models", "metrics", "records", "reports", ".resume", ".git", ".dvc", "dvc.lock"})
DIGITS = 6


def measure_noise(step: str, *, seeds: int) -> Path:
    """Train `step` with `seeds` other seeds, screen all, and return the file of the spreads."""
    content = params.read_yaml(params.PARAMS)
    recipe = read_recipe(content, methods=find_methods(SOURCE))
    if step not in recipe:
        raise BurnishError(f"params.yaml: train has no step {step!r}; there are: {', '.join(recipe)}")
    if seeds < 1:
        raise BurnishError(f"--seeds {seeds}: a spread needs one other seed at least")
    own = Path("models") / step
    digest = digest_weights(own)
    metrics = read_json(Path("metrics/train") / f"{step}.json")
    trained: dict[int, tuple[Path, Mapping[str, Any]]] = {content["seed"]: (own, metrics)}
    for number in range(1, seeds + 1):
        seed = int(fingerprint(content["seed"], "noise", number)[:7], 16)
        trained[seed] = train_step(step, recipe=recipe, content=content, seed=seed)
    changes = screen_runs(step, {seed: folder for seed, (folder, _) in trained.items()}, recipe=recipe, content=content)
    runs = [{**prefix(changes[seed], "screen"), **prefix(numbers(figures), "train")}
            for seed, (_, figures) in trained.items()]  # fmt: skip
    out = Path("metrics/noise") / f"{step}.json"
    write_json(out, {"step": step, "parent": recipe[step].parent, "sha256": digest, "seeds": list(trained),
                     "metrics": spread_of(runs)})  # fmt: skip
    return out


def train_step(step: str, *, recipe: Recipe, content: Mapping[str, Any], seed: int) -> tuple[Path, Mapping[str, Any]]:
    """Run the stage of `step` with another seed, unless that is done; return its folder and its metrics."""
    own, parent = recipe[step], Path("models") / recipe[step].parent
    code = digest_module(f"burnish.train.{own.method}", root=SOURCE.parent)
    chain = read_chain(parent, base=Path("models") / BASE)
    key = fingerprint(content["train"][step], seed, chain, digest_of(Path("data") / own.data), code)
    place = Path(".resume/noise") / step / key
    metrics = place / "metrics.json"
    if not metrics.is_file():
        make_workspace(place, recipe=recipe, step=step, content={**content, "seed": seed})
        run_stage(own, place=place, seed=seed)
    return place / "models" / step, read_json(metrics)


def run_stage(step: RecipeStep, *, place: Path, seed: int) -> None:
    """Run the training of `step` in its workspace by the pipeline's own command."""
    command = [sys.executable, "-m", f"burnish.train.{step.method}", "--stage", f"train@{step.name}",
               "--data", f"data/{step.data}", "--base", f"models/{BASE}", "--parent", f"models/{step.parent}",
               "--out", f"models/{step.name}", "--history", "history.csv", "--metrics", "metrics.json",
               "--record", "record.json"]  # fmt: skip
    inherited = {key: value for key, value in os.environ.items() if key != "DVC_STAGE"}
    environment = {**inherited, "DVC_ROOT": str(SOURCE.parents[1]), "PYTHONPATH": str(SOURCE.parent)}
    status = subprocess.run(command, cwd=place, env=environment, check=False).returncode
    if status:
        raise BurnishError(
            f"training {step.name} with seed {seed} ended with status {status}; the same command goes on from there"
        )


def make_workspace(place: Path, *, recipe: Recipe, step: str, content: Mapping[str, Any]) -> None:
    """Make a folder in which a stage finds this checkout's files, but other parameters; it holds its own outputs."""
    (place / "models").mkdir(parents=True, exist_ok=True)
    with (place / params.PARAMS).open("w") as file:
        YAML().dump(dict(content), file)
    for entry in Path().iterdir():
        if entry.name not in OWN:
            _link(place / entry.name, entry)
    for name in (BASE, *lineage(step, recipe)[1:]):
        _link(place / "models" / name, Path("models") / name)


def screen_runs(step: str, folders: Mapping[int, Path], *, recipe: Recipe, content: Mapping[str, Any]
                ) -> dict[int, dict[str, float]]:  # fmt: skip
    """Return for each seed the differences of its step from the parent, by measure."""
    settings = params.load(ScreenParams, "screen")
    base, parent = Path("models") / BASE, Path("models") / recipe[step].parent
    drawn = draw_sample(settings, model=base, cases=Path("data/cases"), tasks=Path("data/processed/tasks"),
                        humaneval=Path("data/raw/benchmarks/humaneval"), seed=content["seed"])  # fmt: skip
    resume = Path(".resume/screen") / fingerprint("noise", step)  # beside what the stage keeps
    resume.mkdir(parents=True, exist_ok=True)
    models = Models(base, references=settings.references)
    asked = {
        name: ask(read_chain(folder, base=base), drawn, params=settings, models=models, folder=folder.parent,
                  seed=content["seed"], resume=resume, label=f"{step}, {name}")
        for name, folder in {"parent": parent, **{str(seed): folder for seed, folder in folders.items()}}.items()
    }  # fmt: skip
    results = judge_tables({name: own.answers for name, own in asked.items()}, items=drawn.items)
    sheets = {name: make_sheet(results[name], drawn, likelihoods=own.likelihoods) for name, own in asked.items()}
    parents = {str(seed): "parent" for seed in folders}
    found = compare_steps(sheets, parents=parents, rate=settings.false_discovery_rate)
    return {seed: {measure: figures["difference"]["mean"] for measure, figures in found[str(seed)]["measures"].items()}
            for seed in folders}  # fmt: skip


def spread_of(runs: Sequence[Mapping[str, float]]) -> dict[str, dict[str, Any]]:
    """Return by metric its values in the order of the runs, their standard deviation, and the spread: largest minus least."""
    return {
        name: {
            "values": [round(run[name], DIGITS) for run in runs],
            "sd": round(statistics.stdev(run[name] for run in runs), DIGITS),
            "spread": round(max(run[name] for run in runs) - min(run[name] for run in runs), DIGITS),
        }
        for name in runs[0]
        if all(name in run for run in runs)
    }


def describe_noise(path: Path) -> Iterator[str]:
    """Yield a line for each screened measure: the pipeline's own change, the spread, and whether that is a change."""
    found = read_json(path, remedy=f"run: burnish noise {path.stem}")
    yield f"{found['step']} against {found['parent']}, seeds {', '.join(map(str, found['seeds']))}: {path}"
    for name, figures in found["metrics"].items():
        if name.startswith("screen."):
            own = figures["values"][0]
            says = "no change" if abs(own) <= figures["spread"] else "larger than the noise"
            yield f"  {name.removeprefix('screen.')}: {own:+.4f}, spread {figures['spread']:.4f}: {says}"


def numbers(content: Mapping[str, Any], *, place: str = "") -> dict[str, float]:
    """Return every number below `content` under its dotted name."""
    found: dict[str, float] = {}
    for key, value in content.items():
        name = f"{place}.{key}" if place else str(key)
        if isinstance(value, Mapping):
            found |= numbers(value, place=name)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found[name] = float(value)
    return found


def prefix(values: Mapping[str, float], name: str) -> dict[str, float]:
    """Return `values` with `name.` before each key."""
    return {f"{name}.{key}": value for key, value in values.items()}


def _link(link: Path, target: Path) -> None:
    if not link.is_symlink():
        link.symlink_to(target.resolve())
