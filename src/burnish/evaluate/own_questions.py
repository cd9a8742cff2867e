"""The folders of FullstackEval and LovableBench to questions, and which of them a model is asked.

Knows neither tests nor references.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from burnish.chat import Chat
from burnish.decoding import Prompt
from burnish.errors import BurnishError
from burnish.files import digest_of
from burnish.seeds import fingerprint

MANIFEST, QUESTION = "manifest.json", "prompt.md"


class Layout(NamedTuple):
    """How the folders of a benchmark are laid out.

    Attributes:
        name: of its section of `answers`, and in the order of its questions.
        cluster: the manifest's key for what succeeds and fails together.
        decides: the hidden file that answers are judged by.
        stage: which makes the folders.
    """

    name: str
    cluster: str
    decides: str
    stage: str

    @property
    def way_out(self) -> str:
        """What to do where a folder is missing or broken."""
        return f"`dvc repro {self.stage}` makes it, `dvc checkout` restores it"


FULLSTACK = Layout("fullstack", "template", "hidden.json", "fullstack_eval")
LOVABLE = Layout("lovable", "kind", "journeys.json", "lovable_bench")


class Question(NamedTuple):
    """What is asked. Those of one `template` succeed and fail together; `data` stands for question and hidden tests."""

    id: str
    template: str
    level: int
    text: str
    data: str


def read_questions(folder: Path, *, layout: Layout) -> list[Question]:
    """Return the questions of all tasks below `folder`, sorted by id; a changed text is an error."""
    found = [_read_question(path, layout=layout) for path in sorted(folder.rglob(MANIFEST))]
    if not found:
        raise BurnishError(f"{folder} holds no task; {layout.way_out}")
    return sorted(found)


def choose_questions(
    questions: Iterable[Question], *, most: Mapping[int, int], layout: Layout, seed: int
) -> list[Question]:
    """Return at most `most[level]` questions of each level: templates take turns, the order inside goes by hash."""
    levels: dict[int, dict[str, list[Question]]] = {}
    for one in sorted(questions, key=lambda one: fingerprint(seed, layout.name, one.id)):
        levels.setdefault(one.level, {}).setdefault(one.template, []).append(one)
    if unknown := sorted(most.keys() ^ levels.keys()):
        known = ", ".join(map(str, sorted(levels)))
        raise BurnishError(
            f"params.yaml: answers.{layout.name}.max_tasks must name the levels {known} and no others; look at level "
            f"{unknown[0]}"
        )
    return [one for level, templates in sorted(levels.items()) for one in _in_turn(templates)[: most[level]]]


def render(questions: Iterable[Question], *, chat: Chat) -> list[Prompt]:
    """Put each question as a chat of one message."""
    return [
        Prompt(one.id, chat.render([{"role": "user", "content": one.text}], add_generation_prompt=True))
        for one in questions
    ]


def _in_turn(templates: Mapping[str, list[Question]]) -> list[Question]:
    rounds = max(map(len, templates.values()))
    return [own[turn] for turn in range(rounds) for own in templates.values() if turn < len(own)]


def _read_question(manifest: Path, *, layout: Layout) -> Question:
    path = manifest.with_name(QUESTION)
    try:
        said = json.loads(manifest.read_text())
        digests = said["sha256"]
        data = fingerprint(digests[QUESTION], digests[layout.decides])
        question = Question(said["id"], said[layout.cluster], int(said["level"]), path.read_text(), data)
        whole = digest_of(path) == digests[QUESTION]
    except (OSError, ValueError, KeyError, TypeError):
        raise BurnishError(f"{manifest.parent} isn't a task that can be read; {layout.way_out}") from None
    if not whole:
        raise BurnishError(f"{path} isn't the file that its manifest names; {layout.way_out}")
    return question
