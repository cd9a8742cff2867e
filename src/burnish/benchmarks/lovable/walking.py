"""A journey on an app to what went wrong in it. Knows no app and gives no points.

An act waits until its element is there, an expectation until it holds; what must not be seen must stay so, for a slow page
may show it a moment later.
"""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

from burnish.benchmarks.lovable.language import Journey, Step
from burnish.benchmarks.lovable.pages import POLL_SECONDS, Element, Page, Unable, fold, open_page
from burnish.benchmarks.lovable.serving import Host
from burnish.chromium import Browser, Refused

SETTLE_SECONDS = 0.12
FIELDS = frozenset({"textbox", "searchbox", "spinbutton", "combobox"})
# What these show is their name.
NAMED = frozenset({"button", "link", "checkbox", "radio", "heading"})
STORAGE = "JSON.stringify(Object.entries(localStorage))"
JSON_HEADERS = {"Content-Type": "application/json"}


class Walk:
    """One journey under way: its visitors' pages, the last of which is looked at."""

    def __init__(self, browser: Browser, *, host: Host, patience_seconds: float, stack: ExitStack) -> None:
        """Begin with one visitor; pages live as long as `stack`. An element is waited for as long as `patience_seconds`."""
        self._browser, self._host, self._stack = browser, host, stack
        self._patience_seconds = patience_seconds
        self.pages: list[Page] = []
        self._add_visitor()

    @property
    def page(self) -> Page:
        """The page that is looked at."""
        return self.pages[-1]

    def _add_visitor(self) -> None:
        self.pages.append(self._stack.enter_context(open_page(self._browser, host=self._host)))

    def take(self, step: Step) -> str:
        """Do one step; return what is wrong, or an empty text."""
        try:
            if step.do in _ACTS:
                _ACTS[step.do](self, step)
                return ""
            return self._await(step)
        except Unable as error:
            return str(error)
        except (Refused, RecursionError):
            return "the page is gone"

    def _await(self, step: Step) -> str:
        """Look again and again until the expectation holds, and holds still where something might yet appear."""
        check, until = _CHECKS[step.do], time.monotonic() + self._patience_seconds
        while complaint := check(self, step):
            if time.monotonic() > until:
                return complaint
            time.sleep(POLL_SECONDS)
        if step.do in ("unseen", "count"):
            time.sleep(SETTLE_SECONDS)
            return check(self, step)
        return ""

    def find(self, step: Step, *, roles: frozenset[str]) -> Element:
        """Return the first element of that role and name, as soon as it is there."""
        until, name = time.monotonic() + self._patience_seconds, fold(step.name)
        while True:
            for element in self.page.read_elements():
                if element.role in roles and element.name == name:
                    return element
            if time.monotonic() > until:
                raise Unable("it isn't there")
            time.sleep(POLL_SECONDS)

    def open(self, step: Step) -> None:
        """Open the app."""
        self.page.open()

    def reload(self, step: Step) -> None:
        """Load it again."""
        self.page.reload()

    def visit(self, step: Step) -> None:
        """Open it as somebody else."""
        self._add_visitor()
        self.page.open()

    def restart(self, step: Step) -> None:
        """Restart its server."""
        if reason := self._host.restart():
            raise Unable(reason)

    def click(self, step: Step) -> None:
        """Click."""
        self.page.click(self.find(step, roles=frozenset({step.role})))

    def type(self, step: Step) -> None:
        """Type into a field."""
        self.page.type(self.find(step, roles=FIELDS), text=step.text)

    def choose(self, step: Step) -> None:
        """Choose an option."""
        self.page.choose(self.find(step, roles=FIELDS), label=step.text)

    def press(self, step: Step) -> None:
        """Press a key."""
        self.page.press(step.text)

    def ask(self, step: Step) -> None:
        """Send a request past the page."""
        method, _, path = step.name.partition(" ")
        reply = self._host.answer(method, path=path, headers=JSON_HEADERS, body=step.text or None)
        if reply.status != step.number:
            raise Unable(f"the server answers with status {reply.status}")

    def see(self, step: Step) -> str:
        """Look for an element with a text."""
        return "" if self._count(step) else "it can't be seen"

    def miss(self, step: Step) -> str:
        """Look that there is none."""
        return "it can be seen" if self._count(step) else ""

    def count(self, step: Step) -> str:
        """Count elements."""
        found = self._count(step)
        return "" if found == step.number else f"there are {found}"

    def _count(self, step: Step) -> int:
        shown = [
            one.name if step.role in NAMED else one.text for one in self.page.read_elements() if one.role == step.role
        ]
        wanted = [step.text, step.name] if step.name else [step.text]
        return sum(all(contains(text, one) for one in wanted) for text in shown)

    def hold(self, step: Step) -> str:
        """Look at what a field holds."""
        value = self.find(step, roles=FIELDS).value
        return "" if fold(value) == fold(step.text) else f"it holds {value[:60]!r}"

    def tick(self, step: Step) -> str:
        """Look at a checkbox."""
        on = self.find(step, roles=frozenset({"checkbox"})).checked
        return "" if on == bool(step.number) else f"it is {'on' if on else 'off'}"

    def store(self, step: Step) -> str:
        """Look into local storage."""
        kept = json.dumps(self.page.run(STORAGE), ensure_ascii=False)
        return "" if step.text in kept else "local storage doesn't hold it"


_ACTS: Mapping[str, Callable[[Walk, Step], None]] = {
    "open": Walk.open, "reload": Walk.reload, "visitor": Walk.visit, "restart": Walk.restart, "click": Walk.click,
    "type": Walk.type, "choose": Walk.choose, "press": Walk.press, "ask": Walk.ask,
}  # fmt: skip
_CHECKS: Mapping[str, Callable[[Walk, Step], str]] = {
    "see": Walk.see, "unseen": Walk.miss, "count": Walk.count, "holds": Walk.hold, "ticked": Walk.tick,
    "stored": Walk.store,
}  # fmt: skip


def contains(text: str, wanted: str) -> bool:
    """Say whether a text shows the wanted one as whole words; where none is wanted, whether it shows any."""
    if not wanted:
        return bool(text)
    return re.search(rf"(?<!\w){re.escape(fold(wanted))}(?!\w)", text) is not None


@contextmanager
def start_walk(browser: Browser, *, host: Host, patience_seconds: float) -> Iterator[Walk]:
    """Lend a journey's beginning; its pages are closed at the end."""
    with ExitStack() as stack:
        yield Walk(browser, host=host, patience_seconds=patience_seconds, stack=stack)


def walk_through(walk: Walk, journey: Journey) -> str:
    """Do all steps of a journey until one fails; return which and why, or an empty text."""
    for number, step in enumerate(journey.steps, start=1):
        if complaint := walk.take(step):
            return f"{journey.name}, step {number} ({step.show()}): {complaint}"
    return ""
