"""A function on its way to becoming a task, whatever its language, and what a language must know to do with it."""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

from burnish.params import Section
from burnish.sources.examples import Check, Example
from burnish.sources.functions import Function
from burnish.sources.origins import Origin, Reject


class TaskParams(Section):
    """Which tasks are kept, and how they are split."""

    max_context_chars: int
    max_reference_chars: int
    max_prompt_chars: int
    max_checks: int
    min_checks: int
    mutants: int
    min_kill_rate: float
    withheld_share: float
    seen_share: float


class Draft(NamedTuple):
    """A function that may become a task, with the examples in its documentation and all checks known of it."""

    origin: Origin
    language: str
    module: str
    path: str
    function: Function
    examples: tuple[Example, ...]
    checks: tuple[Check, ...]

    @property
    def id(self) -> str:
        """Name the task by package, module and function."""
        return f"{self.category}/{self.module}.{self.function.name}"

    @property
    def category(self) -> str:
        """One category a package."""
        return "real_" + self.origin.name.replace("-", "_").replace(".", "_")

    def reject(self, reason: str) -> Reject:
        """Return the row that says why this isn't a task."""
        return Reject("task", self.origin.name, self.path, self.function.name, reason)


class Language(NamedTuple):
    """How the tasks of a language are judged, broken and worded."""

    verifier: Callable[[Function, Sequence[Check]], Mapping[str, Any]]
    mutants: Callable[[Function, int, Random], list[str]]
    prompt: Callable[[Draft, Random], str]
