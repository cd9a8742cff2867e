"""One app of LovableBench: its question, its hidden journeys, its reference; and all of them from a key. Runs nothing."""

import functools
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from burnish.benchmarks.lovable.journeys import make_journeys
from burnish.benchmarks.lovable.kinds import KINDS, LEVELS, SERVED_LEVEL, Kind
from burnish.benchmarks.lovable.language import Journey
from burnish.benchmarks.lovable.prompts import write_prompt
from burnish.benchmarks.lovable.references import write_reference
from burnish.benchmarks.lovable.serving import PAGE, SERVER
from burnish.fences import extract_code, find_blocks
from burnish.seeds import rng

LICENCE = "Apache-2.0"
LANGUAGES: Mapping[str, str] = {PAGE: "html", SERVER: "python"}


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """One task, complete. `files` names what an answer must hold; intervals go by `kind`."""

    id: str
    kind: str
    level: int
    prompt: str
    journeys: tuple[Journey, ...]
    reference: Mapping[str, str]
    canary: str

    @property
    def files(self) -> tuple[str, ...]:
        """The files of an answer."""
        return tuple(self.reference)

    @property
    def template(self) -> str:
        """What succeeds and fails together."""
        return self.kind


def make_apps(*, key: int, kinds: Sequence[Kind] = KINDS) -> list[App]:
    """Return the apps of all kinds and levels, sorted by id; `key` seeds the data of their journeys."""
    apps = [make_app(kind, level=level, key=key) for kind in kinds for level in LEVELS]
    return sorted(apps, key=lambda app: app.id)


def make_app(kind: Kind, *, level: int, key: int) -> App:
    """Return one app."""
    name = f"{kind.id}/{level}"
    return App(
        id=name, kind=kind.id, level=level, prompt=write_prompt(kind, level=level),
        journeys=make_journeys(kind, level=level, rng_of=functools.partial(rng, key, "lovable", name)),
        reference=write_reference(kind, level=level), canary=_name_canary(key, name),
    )  # fmt: skip


def find_files(app: App, answer: str) -> dict[str, str]:
    """Return the files of a chat answer: of each, the last block in its language; of a lone page, also unmarked code."""
    if app.level != SERVED_LEVEL:
        return {PAGE: extract_code(answer, language="html")} if answer.strip() else {}
    languages = {block.language for block in find_blocks(answer)}
    return {name: extract_code(answer, language=LANGUAGES[name]) for name in app.files if _has(languages, name)}


def _has(languages: set[str], name: str) -> bool:
    aliases = {PAGE: {"html", "html5", "htm"}, SERVER: {"python", "py", "python3"}}
    return bool(languages & aliases[name])


def _name_canary(key: int, name: str) -> str:
    """Return a text that occurs nowhere else: a model that completes it has been trained on this app."""
    return f"burnish-lovable-bench {uuid.uuid5(uuid.NAMESPACE_OID, f'burnish lovable-bench {key} {name}')}"
