"""Stage `release`, the last one: enforces the verdicts of all others, and only then says which files are the release.

Every table must have been found valid, and the benchmarks sound. The licences of the base model and of everything that
mixtures and steps took must fit into the release's own.
A verdict that doesn't hold ends the stage with the reasons; evidence, report and records of the other stages stay.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from burnish import stage
from burnish.errors import BurnishError
from burnish.files import digest_of, read_json, write_json
from burnish.licensing import Held, Matrix, find_clashes, read_matrix
from burnish.params import PARAMS, Section, read_yaml
from burnish.recipe import find_methods, lineage, read_recipe

SOURCE = Path(__file__).parents[1]
OWN = "attempts/"  # answers of the release's own steps to cases of ours
WITHOUT_MIXTURE = ("cpt", "dpo")
SAY_THEMSELVES = (*WITHOUT_MIXTURE, "distil")  # methods whose metrics hold `origins`


class ReleaseParams(Section):
    """`release`: the step that is released, its licence, and the verdicts that must hold.

    Attributes:
        mixes: the mixtures on the step's way.
        steps: the steps on its way that say themselves what they took: texts, pairs, a teacher's distributions.
    """

    step: str
    mixes: list[str]
    steps: list[str]
    licence: str
    required: list[str]


def run(params: ReleaseParams, *, summary: Path, validations: Path, benchmarks: Path, mixes: Path, steps: Path, base: Path,
        matrix: Path, gguf: Path, out: Path) -> stage.Metrics:  # fmt: skip
    """Write the manifest of the released files to `out`.

    Raises:
        BurnishError: a verdict doesn't hold, a table isn't valid, licences don't fit, or the released step learnt from what
            `params` doesn't list.
    """
    check_listed(params, content=read_yaml(PARAMS))
    verdicts = read_json(summary)["verdicts"]
    complaints = find_complaints(verdicts, required=params.required)
    tables = {path: read_json(path) for path in sorted(validations.rglob("*.json"))}
    complaints += find_invalid(tables) + find_unsound(read_json(benchmarks), place=benchmarks)
    held, known = read_held(params, mixes=mixes, steps=steps, base=base), read_matrix(matrix)
    complaints += find_clashes(held, release=params.licence, matrix=known, place="params.yaml: release.licence")
    if complaints:
        raise BurnishError("no release:\n" + "\n".join(f"  {complaint}" for complaint in complaints))
    paths = sorted(gguf.glob("*.gguf"))
    files = {path.name: {"sha256": digest_of(path), "bytes": path.stat().st_size} for path in paths}
    manifest = {"step": params.step, "files": files, "summary": digest_of(summary), "verdicts": sorted(params.required),
                "licence": params.licence, "sources": describe_sources(held, matrix=known)}  # fmt: skip
    write_json(out, manifest)
    return {"files": len(files), "verdicts": len(params.required), "sources": len(manifest["sources"]),
            "tables": sum(map(len, tables.values()))}  # fmt: skip


def check_listed(params: ReleaseParams, *, content: Mapping[str, Any]) -> None:
    """Refuse a list of sources that isn't what the released step and its ancestors learn from, by the recipe in `content`."""
    recipe = read_recipe(content, methods=find_methods(SOURCE))
    way = [recipe[name] for name in reversed(lineage(params.step, recipe))]
    steps = [step.name for step in way if step.method in SAY_THEMSELVES]
    mixed = [step for step in way if step.method not in WITHOUT_MIXTURE and not step.data.startswith(OWN)]
    mixes = list(dict.fromkeys(step.data.removeprefix("mix/") for step in mixed))
    for name, listed, found in (("steps", params.steps, steps), ("mixes", params.mixes, mixes)):
        if sorted(listed) != sorted(found):
            raise BurnishError(f"params.yaml: release.{name} lists {', '.join(listed) or 'nothing'}, but {params.step} and its "
                               f"ancestors learn {', '.join(found) or 'none'}; write that there")  # fmt: skip


def read_held(params: ReleaseParams, *, mixes: Path, steps: Path, base: Path) -> list[Held]:
    """Return what the release holds: the base model, and each origin of its mixtures and texts with its share there."""
    listed = base / "LICENSES.json"
    try:
        models = json.loads(listed.read_text())
    except (OSError, ValueError) as error:
        raise BurnishError(f"{listed} isn't readable ({error}); run: dvc repro fetch@base, or for a model of your own write "
                           '[{"url": where it is from, "licence": SPDX}] into it') from None  # fmt: skip
    held = [Held(model["url"], model["licence"], 1.0) for model in models]
    taken = [mixes / f"{name}.json" for name in params.mixes] + [steps / f"{name}.json" for name in params.steps]
    for path in taken:
        metrics = read_json(path)
        if "origins" not in metrics:
            raise BurnishError(f"{path} doesn't say what was taken from where; remove it and run: dvc repro")
        held += [Held(entry["origin"], entry["licence"], entry["share"]) for entry in metrics["origins"]]
    return held


def describe_sources(held: Sequence[Held], *, matrix: Matrix) -> list[dict[str, Any]]:
    """Return each source once a licence, with what that licence asks: who gives the release away must do it."""
    pairs = sorted({(each.name, each.licence) for each in held if each.share > 0})
    return [
        {"source": name, "licence": licence, "conditions": list(matrix[licence].conditions)} for name, licence in pairs
    ]


def find_complaints(verdicts: Mapping[str, Any], *, required: Sequence[str]) -> list[str]:
    """Return in words which required verdicts don't hold; one that nobody gave doesn't."""
    complaints = []
    for name in required:
        if name not in verdicts:
            complaints.append(f"{name}: no stage gave this verdict; there are: {', '.join(sorted(verdicts))}")
        elif not verdicts[name]["passed"]:
            complaints.append(f"{name}: {verdicts[name]['says']}")
    return complaints


def find_invalid(tables: Mapping[Path, Mapping[str, Any]]) -> list[str]:
    """Return in words which tables aren't known to be valid, given the metrics of each validation."""
    if not tables:
        return ["no table was validated; run: dvc repro"]
    return [
        f"{path}: the table {name} isn't valid; run the stage that wrote this again"
        for path, group in tables.items() for name, own in group.items() if own.get("passed") is not True
    ]  # fmt: skip


def find_unsound(benchmarks: Mapping[str, Any], *, place: Path) -> list[str]:
    """Return in words what a grader got wrong: a published solution that failed, a hack that passed."""
    judged = benchmarks["humaneval"]
    if judged["solutions_passed"] == judged["items"] and not judged["hacks_passed"]:
        return []
    return [f"{place}: HumanEval's grader lets {judged['solutions_passed']} of {judged['items']} solutions and "
            f"{judged['hacks_passed']} hacks pass; run: dvc repro validate_benchmarks"]  # fmt: skip


if __name__ == "__main__":
    stage.main(run)
