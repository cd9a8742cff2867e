"""The closed language of journeys: what a person does on a page, and what the person must see. Runs nothing.

A step names elements by role and accessible name, as a screen reader does, never by selectors: how an app is built is its
own affair. `see` and `unseen` compare whole words, without regard to case and spaces.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from burnish.errors import BurnishError

# What each step needs besides its verb.
VERBS: Mapping[str, frozenset[str]] = {
    "open": frozenset(), "reload": frozenset(), "visitor": frozenset(), "restart": frozenset(),
    "click": frozenset({"role", "name"}), "type": frozenset({"name"}), "choose": frozenset({"name", "text"}),
    "press": frozenset({"text"}), "ask": frozenset({"name", "number"}), "see": frozenset({"role"}),
    "unseen": frozenset({"role", "text"}), "count": frozenset({"role"}), "holds": frozenset({"name"}),
    "ticked": frozenset({"name"}), "stored": frozenset({"text"}),
}  # fmt: skip
ROLES = frozenset({
    "button", "checkbox", "radio", "textbox", "searchbox", "spinbutton", "combobox", "heading", "link", "list",
    "listitem", "status", "alert",
})  # fmt: skip
KEYS = frozenset({"Enter", "Escape", "Tab"})


class Step(NamedTuple):
    """One step; fields that its verb has no use for are empty."""

    do: str
    role: str = ""
    name: str = ""
    text: str = ""
    number: int = 0

    def show(self) -> str:
        """Return the step as a person reads it."""
        number = str(self.number) if self.do in ("count", "ask", "ticked") else ""
        quoted = (repr(text) for text in (self.name, self.text) if text)
        return " ".join(part for part in (self.do, self.role, *quoted, number) if part)


class Journey(NamedTuple):
    """Steps that earn their point together."""

    name: str
    steps: tuple[Step, ...]


def write_journeys(journeys: Iterable[Journey]) -> list[dict[str, Any]]:
    """Return journeys as JSON values."""
    return [
        {
            "name": journey.name,
            "steps": [{key: value for key, value in step._asdict().items() if value} for step in journey.steps],
        }
        for journey in journeys
    ]


def read_journeys(rows: Iterable[Mapping[str, Any]], *, place: str) -> tuple[Journey, ...]:
    """Return journeys from JSON values.

    Raises:
        BurnishError: a step isn't of the language.
    """
    return tuple(
        Journey(row["name"], tuple(_read_step(step, place=f"{place}: {row['name']}") for step in row["steps"]))
        for row in rows
    )


def _read_step(row: Mapping[str, Any], *, place: str) -> Step:
    unknown = set(row) - set(Step._fields)
    needed = VERBS.get(row.get("do", ""))
    if needed is None or unknown:
        raise BurnishError(f"{place}: {dict(row)} is no step; verbs are: {', '.join(VERBS)}")
    step = Step(**row)
    if missing := [name for name in sorted(needed) if not getattr(step, name)]:
        raise BurnishError(f"{place}: {step.show()} lacks {', '.join(missing)}; add it")
    if step.role and step.role not in ROLES:
        raise BurnishError(f"{place}: {step.role!r} is no role of the language; roles are: {', '.join(sorted(ROLES))}")
    if step.do == "press" and step.text not in KEYS:
        raise BurnishError(f"{place}: no key {step.text!r}; keys are: {', '.join(sorted(KEYS))}")
    return step


def opens() -> Step:
    """Open the app's first page."""
    return Step("open")


def reloads() -> Step:
    """Load the page again."""
    return Step("reload")


def visits() -> Step:
    """Go on as another person, with a browser that knows nothing."""
    return Step("visitor")


def restarts() -> Step:
    """Restart the app's server."""
    return Step("restart")


def clicks(name: str, *, role: str = "button") -> Step:
    """Click an element."""
    return Step("click", role, name)


def types(name: str, *, text: str) -> Step:
    """Replace what a field holds."""
    return Step("type", name=name, text=text)


def chooses(name: str, *, text: str) -> Step:
    """Choose an option of a select."""
    return Step("choose", name=name, text=text)


def presses(key: str) -> Step:
    """Press a key where the focus is."""
    return Step("press", text=key)


def sees(role: str, *, text: str = "", of: str = "") -> Step:
    """Expect an element with this text, or with any where none is given; `of` is a text that it has besides."""
    return Step("see", role, of, text)


def misses(role: str, *, text: str, of: str = "") -> Step:
    """Expect no element with this text (and `of`)."""
    return Step("unseen", role, of, text)


def counts(role: str, *, number: int) -> Step:
    """Expect so many elements."""
    return Step("count", role, number=number)


def holds(name: str, *, text: str) -> Step:
    """Expect a field to hold this text."""
    return Step("holds", name=name, text=text)


def ticked(name: str, *, on: bool) -> Step:
    """Expect a checkbox to be on or off."""
    return Step("ticked", name=name, number=int(on))


def stored(text: str) -> Step:
    """Expect the text somewhere in local storage."""
    return Step("stored", text=text)


def asks(request: str, *, body: str, status: int) -> Step:
    """Send a request to the app's server past its page, and expect a status."""
    return Step("ask", name=request, text=body, number=status)
