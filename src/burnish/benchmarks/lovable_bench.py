"""Stage `lovable_bench`: LovableBench's kinds to 48 app folders. Asks no model.

References and controls are judged in a browser, of as many kinds as the parameters say; with none of them no browser is
needed.
"""

import os
from collections.abc import Mapping, Sequence
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
    """`lovable_bench`: of how many kinds references and controls are judged, at all levels, and the keys of all draws.

    `key` seeds the journeys' data and `control_key` the example data of controls: both are the benchmark's own, so that
    another seed of the pipeline doesn't change the questions.
    """

    key: int
    control_key: int
    judged_kinds: int
    controlled_kinds: int


def run(params: LovableBenchParams, *, out: Path) -> stage.Metrics:
    """Make all apps, judge the references and controls that are asked for, write the folders, return their numbers."""
    apps = make_apps(key=params.key)
    judged, controlled = (
        [app for app in apps if app.kind in [kind.id for kind in KINDS[:count]]]
        for count in (params.judged_kinds, params.controlled_kinds)
    )
    tried = [(app, "reference", app.reference) for app in judged]
    tried += [(app, *control) for app in controlled for control in write_controls(app, key=params.control_key).items()]
    admit(tried)
    with atomic_directory(out) as folder:
        for app in apps:
            write_app(app, folder=folder / app.id)
    return {
        "data": digest_apps(apps), "apps": len(apps), "kinds": len(KINDS), "levels": len(LEVELS),
        "journeys": sum(len(app.journeys) for app in apps),
        "steps": sum(len(journey.steps) for app in apps for journey in app.journeys),
        "gate": {"references": len(judged), "controls": len(tried) - len(judged), "refused": 0},
    }  # fmt: skip


def admit(tried: Sequence[tuple[App, str, Mapping[str, str]]]) -> None:
    """Judge references, which must earn every point, and controls, which mustn't earn many: apps, names and files.

    Raises:
        BurnishError: one of them does otherwise.
    """
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


if __name__ == "__main__":
    stage.main(run)
