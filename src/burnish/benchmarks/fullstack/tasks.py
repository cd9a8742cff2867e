"""The vocabulary of FullstackEval, and a template and a seed to a task. Runs nothing and touches no file.

A template is filled by `§name` (`string.Template` with another mark, for `$` is JavaScript's). Its hidden tests hold the
expected values, worked out by Python in the template's own module, apart from both solutions.
"""

import json
import string
import textwrap
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal, NamedTuple

from burnish.errors import BurnishError
from burnish.seeds import rng

Kind = Literal["back end", "database", "front end", "full stack", "repair", "security"]
KINDS: tuple[Kind, ...] = ("back end", "database", "front end", "full stack", "repair", "security")
Surface = Literal["python", "javascript", "sql", "page", "command", "server"]
LANGUAGES: Mapping[Surface, str] = {
    "python": "python", "javascript": "javascript", "sql": "sql", "page": "html", "command": "python", "server": "python",
}  # fmt: skip
LICENCE = "Apache-2.0"
SHOWN_EXAMPLES = 3
# To find facts that no other variant has.
MOST_DRAWS = 1_000
Facts = Mapping[str, Any]
Edit = tuple[str, str]


class Step(NamedTuple):
    """What the tester does to the program, and the JSON value that must come of it."""

    do: Any
    expect: Any


class Check(NamedTuple):
    """Steps that earn their point together. `exploit`: an attack that must fail; it counts once the function holds."""

    name: str
    steps: tuple[Step, ...]
    exploit: bool = False


class Text(string.Template):
    """A text with slots."""

    delimiter = "§"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One kind of task, in as many variants as there are seeds.

    Attributes:
        id: its name; intervals go by it.
        kind: the part of full-stack work that it is about.
        level: 1 (a function of one line) to 4 (a small program).
        surface: what the answer is run as: a function behind a pipe, statements, a page, a command or a server.
        entry: the function that the answer defines; empty on the other surfaces.
        draw: names, numbers and wording of one variant.
        prompt: the question.
        reference: a right answer.
        second: another one, made in a different way.
        mutants: edits `(old, new)` that break the reference; every `old` must occur in it.
        tests: the tests of one variant, from its facts; called twice, for hidden tests and public examples.
        starter: code that the question shows.
        harness: for functions that need more than their arguments; see `burnish.driving`.
    """

    id: str
    kind: Kind
    level: int
    surface: Surface
    entry: str = ""
    draw: Callable[[Random], dict[str, Any]]
    prompt: str
    reference: str
    second: str
    mutants: tuple[Edit, ...]
    tests: Callable[[Facts, Random], Sequence[Check]]
    starter: str = ""
    harness: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task, complete. `public` are examples that the question may show, `hidden` decide."""

    id: str
    template: str
    kind: Kind
    level: int
    seed: int
    surface: Surface
    entry: str
    harness: str
    prompt: str
    starter: str
    public: tuple[Check, ...]
    hidden: tuple[Check, ...]
    reference: str
    second: str
    mutants: tuple[str, ...] = field(default=())
    canary: str = ""

    @property
    def language(self) -> str:
        """The language that the answer's code block has."""
        return LANGUAGES[self.surface]


def make_task(template: Template, *, seed: int, key: int) -> Task:
    """Return variant `seed` of a template; `key` is the seed of the whole benchmark."""
    name = f"{template.id}/{seed}"
    facts = _draw_facts(template, seed=seed, key=key)
    entry = fill(template.entry, facts)
    public = tuple(template.tests(facts, rng(key, name, "public")))[:1]
    hidden = tuple(template.tests(facts, rng(key, name, "hidden")))
    reference = fill(template.reference, facts)
    starter = fill(template.starter, facts)
    prompt = _write_prompt(template, fill(template.prompt, facts), starter=starter, entry=entry, public=public)
    return Task(
        id=name, template=template.id, kind=template.kind, level=template.level, seed=seed, surface=template.surface,
        entry=entry, harness=template.harness, prompt=prompt, starter=starter, public=public, hidden=hidden,
        reference=reference, second=fill(template.second, facts),
        mutants=_write_mutants(template, facts, reference=reference), canary=_name_canary(key, name),
    )  # fmt: skip


def _draw_facts(template: Template, *, seed: int, key: int) -> Facts:
    """Return the facts of one variant: the first draw that no variant before it has."""
    drawn: list[dict[str, Any]] = []
    for number in range(seed + 1):
        name = f"{template.id}/{number}"
        draws = (template.draw(rng(key, name, "facts", attempt)) for attempt in range(MOST_DRAWS))
        new = next((facts for facts in draws if facts not in drawn), None)
        if new is None:
            raise BurnishError(f"{template.id} has only {number} variants; lower fullstack_eval.seeds in params.yaml")
        drawn.append(new)
    return drawn[seed]


def fill(text: str, facts: Facts) -> str:
    """Return `text` without its indentation, its slots filled; an unknown slot is a `KeyError`."""
    return Text(textwrap.dedent(text).strip("\n")).substitute(facts)


def _write_prompt(template: Template, question: str, *, starter: str, entry: str, public: Sequence[Check]) -> str:
    parts = [question]
    if template.surface in ("python", "javascript") and not template.harness:
        lines = [f"{_show_call(step, entry=entry)}" for test in public for step in test.steps[:SHOWN_EXAMPLES]]
        parts.append("\n".join(["Examples:", *lines]))
    if starter:
        parts.append(f"```{LANGUAGES[template.surface]}\n{starter}\n```")
    return "\n\n".join(parts) + "\n"


def _show_call(step: Step, *, entry: str) -> str:
    shown = ", ".join(json.dumps(value, ensure_ascii=False) for value in step.do)
    return f"`{entry}({shown})` gives `{json.dumps(step.expect, ensure_ascii=False)}`"


def _write_mutants(template: Template, facts: Facts, *, reference: str) -> tuple[str, ...]:
    mutants = []
    for edit in template.mutants:
        old, new = (Text(part).substitute(facts) for part in edit)
        if old not in reference:
            raise BurnishError(f"{template.id}: the text {old!r} of a mutant isn't in its reference; correct the edit")
        mutants.append(reference.replace(old, new))
    return tuple(dict.fromkeys(mutants))


def _name_canary(key: int, name: str) -> str:
    """Return a text that occurs nowhere else: a model that completes it has been trained on this task."""
    return f"burnish-fullstack-eval {uuid.uuid5(uuid.NAMESPACE_OID, f'burnish fullstack-eval {key} {name}')}"
