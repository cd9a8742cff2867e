"""Chromium inside the sandbox, driven from outside by the DevTools protocol: commands in, results and events out.

A page's script can't reach the protocol, so what a caller reads comes from the browser, not from the page. Judges nothing.
Playwright needs an address to connect to, and a sandbox without a network has none; its pipe is all that leads in.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from burnish import sandbox
from burnish.drivers import browser_pipe
from burnish.errors import BurnishError
from burnish.sandbox import Limits, Session, SessionEnded

# Debian's, without its wrapper, which adds flags of its own; and Google's, which GitHub's machines have.
PROGRAMS = (Path("/usr/lib/chromium/chromium"), Path("/opt/google/chrome/chrome"))
PROGRAM = next(filter(Path.is_file, PROGRAMS), PROGRAMS[0])
FONTS = Path("/etc/fonts")  # without a font it ends at once
FOLDERS = (FONTS, PROGRAMS[1].parent)  # what it reads outside of /usr
# The sandbox is the wall: Chromium's own needs the namespaces that are forbidden inside. Its shared memory (15 to 18 MiB at
# the start of a whole browser) goes to files in /tmp: /dev/shm has 16 MiB inside, and where they are full Chromium crashes.
# Without the pages of its own menus and a renderer in reserve a start takes half of the processor time, and 10 MiB.
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe",
    "--user-data-dir=/tmp/work/profile", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
    "--disable-breakpad", "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows", "--disable-field-trial-config",
    "--disable-features=Translate,MediaRouter,OptimizationHints,SpareRendererForSitePerProcess,PreloadTopChromeWebUI,"
    "WebUIOmniboxPopup,WebUIOmniboxFullPopup,WebUIOmniboxAimPopup",
    "--force-color-profile=srgb", "--hide-scrollbars", "--mute-audio", "--lang=en-GB", "about:blank",
)  # fmt: skip
# Of one browser's whole life, which is many pages long.
LIMITS = Limits(cpu_seconds=7_200, wall_seconds=7_200, memory_mb=3_072, output_bytes=32_000_000, processes=600)
REPLY_SECONDS = 30.0
# A start takes seconds; where ten programs share a core, a minute.
START_SECONDS = 120.0

Listener = Callable[[str, dict[str, Any]], None]


class BrowserEnded(Exception):
    """The browser ended, or a page kept it from answering, so that it was ended."""


class Refused(Exception):
    """The browser can't do what was asked, with its own words."""


class Browser:
    """A running Chromium; made by `open_browser`."""

    def __init__(self, session: Session) -> None:
        """Speak over `session`."""
        self._session, self._sent = session, 0
        self._awaited: dict[int, dict[str, Any] | None] = {}
        self._listeners: dict[str, Listener] = {}

    def call(
        self, method: str, *, target: str = "", within_seconds: float = REPLY_SECONDS, **arguments: Any
    ) -> dict[str, Any]:
        """Send a command to the browser, or to the page attached as `target`, and return its result.

        Events that come meanwhile go to their listeners, which may call and tell.

        Raises:
            Refused: the browser answers with an error.
            BrowserEnded: it has ended, or didn't answer in time and is ended now.
        """
        number = self.tell(method, target=target, **arguments)
        self._awaited[number] = None
        until = time.monotonic() + within_seconds
        while (reply := self._awaited[number]) is None:
            self._take(self._receive(until))
        del self._awaited[number]
        if "error" in reply:
            raise Refused(str(reply["error"].get("message")))
        result: dict[str, Any] = reply["result"]
        return result

    def tell(self, method: str, *, target: str = "", **arguments: Any) -> int:
        """Send a command whose result nobody waits for; return its number."""
        self._sent += 1
        message = {"id": self._sent, "method": method, "params": arguments}
        self._session.send(json.dumps({**message, **({"sessionId": target} if target else {})}).encode())
        return self._sent

    def listen(self, target: str, *, listener: Listener) -> None:
        """Give the events of a page to `listener`, as their method and parameters."""
        self._listeners[target] = listener

    def forget(self, target: str) -> None:
        """Drop the events of a page from now on."""
        self._listeners.pop(target, None)

    def _receive(self, until: float) -> bytes:
        try:
            # also where events never cease to come, the time of a command ends
            return self._session.receive(timeout=max(0.0, until - time.monotonic()))
        except SessionEnded as ended:
            raise BrowserEnded(str(ended)) from None

    def _take(self, line: bytes) -> None:
        message = json.loads(line)
        if "id" in message:
            if message["id"] in self._awaited:
                self._awaited[message["id"]] = message
        elif listener := self._listeners.get(message.get("sessionId", "")):
            listener(message["method"], message["params"])


def require_chromium() -> Path:
    """Return Chromium's program.

    Raises:
        BurnishError: there is none, or no sandbox that it can run in, with the way to get it.
    """
    if not PROGRAM.is_file():
        raise BurnishError(f"no Chromium at {PROGRAM}; get it with: apt-get install chromium (as root: make setup)")
    if (tier := sandbox.require().tier) != "bubblewrap":
        raise BurnishError(
            f"Chromium needs the sandbox tier bubblewrap, and this machine has {tier}; see: burnish doctor"
        )
    return PROGRAM


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Keep one Chromium running; leave the block in the thread that entered it.

    Raises:
        BurnishError: there is no Chromium, or no sandbox for it, or it doesn't start, with its last words.
    """
    argv = [*sandbox.node_argv(), "pipe.js", str(require_chromium()), *FLAGS]
    binds = {str(folder): folder for folder in FOLDERS if folder.is_dir()}
    with sandbox.open_session(argv, files={"pipe.js": browser_pipe.SOURCE}, limits=LIMITS, binds=binds) as session:
        browser = Browser(session)
        _await_start(browser)
        yield browser


def _await_start(browser: Browser) -> None:
    """Wait until the browser shows an empty page, so that whatever ends later is known to have worked."""
    try:
        browser.call("Browser.getVersion", within_seconds=START_SECONDS)
        page = browser.call("Target.createTarget", url="about:blank")["targetId"]
        target = browser.call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        browser.call("Runtime.evaluate", target=target, expression="1", within_seconds=START_SECONDS)
        browser.call("Target.closeTarget", targetId=page)
    except (BrowserEnded, Refused) as error:
        raise BurnishError(
            f"{PROGRAM} doesn't start in the sandbox: {error}; see whether it does outside: {PROGRAM} --headless "
            "--no-sandbox --dump-dom about:blank"
        ) from None
