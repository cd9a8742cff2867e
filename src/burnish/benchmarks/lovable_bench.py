"""Stage `lovable_bench`: LovableBench's kinds to 48 app folders. Asks no model.

The references and the controls of the first `gated_kinds` kinds are judged in a browser at every level; where there is none
in the default profile, no browser is needed.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from burnish import stage
from burnish.benchmarks.lovable.apps import App, make_apps
from burnish.benchmarks.lovable.controls import MOST_POINTS, write_controls
from burnish.benchmarks.lovable.folders import digest_apps, write_app
from burnish.benchmarks.lovable.judging import grade_apps
from burnish.benchmarks.lovable.kinds import KINDS, LEVELS
from burnish.errors import BurnishError
from burnish.files import atomic_directory
from burnish.params import Section


class LovableBenchParams(Section):
    """`lovable_bench`: of how many kinds the references and controls are judged, and the keys of all draws.

    `key` seeds the journeys' data and `control_key` the example data of controls: both are the benchmark's own, so that
    another seed of the pipeline doesn't change the questions.
    """

    key: int
    control_key: int
    gated_kinds: int


def run(params: LovableBenchParams, *, out: Path) -> stage.Metrics:
    """Make all apps, judge the references and controls that are asked for, write the folders, return their numbers."""
    apps = make_apps(key=params.key)
    names = [kind.id for kind in KINDS[: params.gated_kinds]]
    gate = admit([app for app in apps if app.kind in names], control_key=params.control_key)
    with atomic_directory(out) as folder:
        for app in apps:
            write_app(app, folder=folder / app.id)
    return {
        "data": digest_apps(apps), "apps": len(apps), "kinds": len(KINDS), "levels": len(LEVELS),
        "journeys": sum(len(app.journeys) for app in apps),
        "steps": sum(len(journey.steps) for app in apps for journey in app.journeys), "gate": gate,
    }  # fmt: skip


def admit(apps: Sequence[App], *, control_key: int) -> dict[str, int]:
    """Judge references, which must earn every point, and controls, which mustn't earn many.

    Raises:
        BurnishError: one of them does otherwise.
    """
    tried = [(app, "reference", app.reference) for app in apps]
    tried += [(app, name, files) for app in apps for name, files in write_controls(app, key=control_key).items()]
    workers = len(os.sched_getaffinity(0))
    grades = grade_apps([(app, files) for app, _, files in tried], workers=workers) if tried else []
    for (app, name, _), grade in zip(tried, grades, strict=True):
        if name == "reference" and grade.points < 1:
            said = grade.reason or "; ".join((*grade.faults, *grade.outside))
            raise BurnishError(f"LovableBench: the reference of {app.id} has {grade.points:g} of 1: {said}; correct it")
        if grade.points > MOST_POINTS.get(name, 1):
            raise BurnishError(
                f"LovableBench: {name!r} has {grade.points:g} on {app.id}, passing {', '.join(grade.passed)}; "
                "correct the journeys"
            )
    return {"references": len(apps), "controls": len(tried) - len(apps), "refused": 0}


if __name__ == "__main__":
    stage.main(run)
