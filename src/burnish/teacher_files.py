"""Which model a teacher is: a GGUF, a step of the recipe, or a model's folder, known by the hash of its weights.

`teacher.json` beside a teacher's rows names it, so that whoever learns from the rows learns from the same weights;
`questions.json` says where their questions are from, since the rows themselves name the teacher as their source.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from burnish.chains import CHAIN, digest_weights
from burnish.errors import BurnishError
from burnish.files import digest_of, write_json
from burnish.params import Section

FILE = "teacher.json"
QUESTIONS = "questions.json"


class TeacherModel(Section):
    """A path, from the root of the workspace, and the sha256 of the weights there: of a file, or of a folder's.

    Attributes:
        licence: of what is learnt from it; the release must be able to hold it.
    """

    model: str
    sha256: str
    licence: str


class AskedOf(Section):
    """Where questions of a teacher are from, under which licence, and their share of the rows' supervised tokens."""

    origin: str
    licence: str
    share: float


class Questions(Section):
    """What `questions.json` holds."""

    questions: list[AskedOf]


def identify(model: Path, *, licence: str) -> TeacherModel:
    """Return what stands for the model at `model`."""
    if not model.exists():
        raise BurnishError(
            f"the teacher {model} is missing; `dvc repro` makes a model of this pipeline, `dvc checkout` restores it; "
            "another one must be put there"
        )
    digest = digest_of(model) if model.is_file() else digest_weights(model)
    return TeacherModel(model=str(model), sha256=digest, licence=licence)


def check_same(teacher: TeacherModel, *, place: str) -> Path:
    """Return the path of `teacher`, which `place` names; refuse other weights than those."""
    found = identify(Path(teacher.model), licence=teacher.licence)
    if found.sha256 != teacher.sha256:
        raise BurnishError(
            f"{place}: the teacher {teacher.model} has sha256 {found.sha256[:12]}, not {teacher.sha256[:12]}; "
            "restore that one, or name the new one"
        )
    return Path(teacher.model)


def is_step(model: Path) -> bool:
    """Tell a step of the recipe, which is read with its chain, from any other model."""
    return (model / CHAIN).is_file()


def write_teacher(folder: Path, teacher: TeacherModel) -> None:
    """Write `teacher` beside the rows in `folder`."""
    write_json(folder / FILE, teacher.model_dump())


def read_teacher(folder: Path) -> TeacherModel | None:
    """Return the teacher whose rows lie in `folder`; None where they aren't a teacher's."""
    file = folder / FILE
    if not file.is_file():
        return None
    try:
        return TeacherModel.model_validate(json.loads(file.read_text()))
    except ValueError:
        raise BurnishError(f"{file} isn't readable; run the stage that wrote it again: dvc repro teacher") from None


def write_questions(folder: Path, questions: Sequence[Mapping[str, Any]]) -> None:
    """Write into a teacher's folder where the questions of its rows are from."""
    write_json(folder / QUESTIONS, {"questions": list(questions)})


def read_questions(rows: Path) -> list[AskedOf]:
    """Return where the questions of the table `rows` are from; none where it isn't in a teacher's folder."""
    file = rows.parent / QUESTIONS
    if not file.is_file():
        return []
    try:
        return Questions.model_validate_json(file.read_text()).questions
    except ValueError:
        raise BurnishError(f"{file} isn't readable; run the stage that wrote it again: dvc repro teacher") from None
