"""One visitor's page in the browser: opens it, finds elements by role and name, clicks and types like a person.

Roles and names are those of the browser's own accessibility tree. Scripts of the tester run in a world of their own,
whose globals the page can't change. Every request is held and answered by the app's host or, when it goes elsewhere,
refused and noted.
"""

import base64
import contextlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from burnish.benchmarks.lovable.serving import Host
from burnish.chromium import Browser, Refused

ORIGIN_HOST = "app.localhost"
ORIGIN = f"http://{ORIGIN_HOST}"
LOAD_SECONDS = 10.0
POLL_SECONDS = 0.02
WIDTHS = (360, 768, 1280)
HEIGHT = 800
WORLD = "tester"
DOMAINS = ("Page", "Runtime", "Network", "DOM")
MOST_NOTES = 20
MOST_DIALOGS = 20  # a person closes no more of them
SELECT = "function () { this.focus(); if (this.select) this.select(); }"
CHOOSE = """function (label) {
  const fold = (text) => text.replace(/\\s+/g, " ").trim().toLowerCase();
  const option = Array.from(this.options || []).find((one) => fold(one.label) === label || fold(one.text) === label);
  if (!option || option.disabled || this.disabled) return false;
  this.focus();
  this.value = option.value;
  option.selected = true;
  for (const kind of ["input", "change"]) this.dispatchEvent(new Event(kind, { bubbles: true }));
  return true;
}"""


def fold(text: str) -> str:
    """Return the text as it is compared: spaces as one, case away."""
    return " ".join(text.split()).casefold()


class Element(NamedTuple):
    """An element of the accessibility tree; `text` is all that it shows, `node` its number in the document."""

    role: str
    name: str
    text: str
    value: str
    checked: bool
    node: int


class Unable(Exception):
    """What a step asks can't be done on this page, and why."""


class Page:
    """A page of one visitor; made by `open_page`."""

    def __init__(self, browser: Browser, *, context: str, host: Host) -> None:
        """Attach to a new, empty page of the browser context."""
        self._browser, self._context, self._host = browser, context, host
        target = browser.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        self._frame: str = target
        self.target: str = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._loaded = self.crashed = False
        self._dialogs = 0
        self.outside: list[str] = []
        self.errors: list[str] = []
        browser.listen(self.target, listener=self._note)
        for domain in DOMAINS:
            browser.tell(f"{domain}.enable", target=self.target)
        browser.tell("Emulation.setFocusEmulationEnabled", target=self.target, enabled=True)
        browser.tell("Fetch.enable", target=self.target, patterns=[{"urlPattern": "*"}])
        self.set_width(WIDTHS[-1])

    def _call(self, method: str, **arguments: Any) -> dict[str, Any]:
        if self._dialogs > MOST_DIALOGS:
            raise Unable("the page keeps opening dialogs")
        return self._browser.call(method, target=self.target, **arguments)

    def _note(self, method: str, event: dict[str, Any]) -> None:
        """Take an event of the page."""
        if method == "Fetch.requestPaused":
            self._answer(event["requestId"], event["request"])
        elif method == "Page.javascriptDialogOpening":
            # a dialog stops the page; a person would say yes, though not for ever
            self._dialogs += 1
            self._browser.tell("Page.handleJavaScriptDialog", target=self.target, accept=True)
        elif method == "Page.loadEventFired":
            self._loaded = True
        elif method in ("Network.webSocketCreated", "Page.windowOpen"):
            self._note_outside(event["url"])
        elif method == "Runtime.exceptionThrown":
            self._note_error(str(event["exceptionDetails"].get("text")))
        elif method == "Runtime.consoleAPICalled" and event["type"] in ("error", "assert"):
            self._note_error("console.error")
        elif method in ("Inspector.targetCrashed", "Target.targetCrashed"):
            self.crashed = True

    def _note_error(self, text: str) -> None:
        if len(self.errors) < MOST_NOTES:
            self.errors.append(text)

    def _note_outside(self, url: str) -> bool:
        """Say whether the address lies outside the app, and note it then."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https", "ws", "wss") or parts.hostname == ORIGIN_HOST:
            return False
        place = f"{parts.scheme}://{parts.hostname}"
        if place not in self.outside and len(self.outside) < MOST_NOTES:
            self.outside.append(place)
        return True

    def _answer(self, number: str, request: dict[str, Any]) -> None:
        try:
            elsewhere = self._note_outside(request["url"])
        except ValueError:
            elsewhere = True
        if elsewhere:
            self._browser.tell(
                "Fetch.failRequest", target=self.target, requestId=number, errorReason="InternetDisconnected"
            )
            return
        parts = urlsplit(request["url"])
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {**request["headers"], "Host": ORIGIN_HOST}
        if cookies := self._cookies():
            headers["Cookie"] = cookies
        reply = self._host.answer(request["method"], path=path, headers=headers, body=request.get("postData"))
        self._browser.tell(
            "Fetch.fulfillRequest", target=self.target, requestId=number, responseCode=reply.status,
            responseHeaders=[{"name": name, "value": value} for name, value in reply.headers.items()],
            body=base64.b64encode(reply.text.encode(errors="replace")).decode(),
        )  # fmt: skip

    def _cookies(self) -> str:
        """Return the cookies of this visitor, which the browser adds to a request only after it was held."""
        found = self._browser.call("Storage.getCookies", browserContextId=self._context)["cookies"]
        return "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in found)

    def set_width(self, width: int) -> None:
        """Show the page in a window of this width."""
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=HEIGHT, deviceScaleFactor=1, mobile=False)

    def open(self, path: str = "/") -> None:
        """Load a path of the app and wait until it has loaded.

        Raises:
            Unable: it doesn't load.
        """
        self._loaded = False
        if reason := self._call("Page.navigate", url=ORIGIN + path).get("errorText"):
            raise Unable(f"the page doesn't open ({reason})")
        self._await_load()

    def reload(self) -> None:
        """Load the page again, as `open` does."""
        self._loaded = False
        self._call("Page.reload")
        self._await_load()

    def _await_load(self) -> None:
        until = time.monotonic() + LOAD_SECONDS
        while not self._loaded:
            if time.monotonic() > until:
                raise Unable("the page doesn't finish loading")
            time.sleep(POLL_SECONDS)
            self._call("Page.getFrameTree")

    def read_elements(self) -> list[Element]:
        """Return what a screen reader finds, outer elements before inner ones."""
        nodes = {node["nodeId"]: node for node in self._call("Accessibility.getFullAXTree")["nodes"]}
        texts: dict[str, str] = {}
        return [_describe(node, nodes, texts) for node in nodes.values() if not node.get("ignored")]

    def click(self, element: Element) -> None:
        """Click the middle of an element with the mouse, whatever lies there.

        Raises:
            Unable: it has no place on the page.
        """
        try:
            self._call("DOM.scrollIntoViewIfNeeded", backendNodeId=element.node)
            quads = self._call("DOM.getContentQuads", backendNodeId=element.node)["quads"]
        except Refused:
            quads = []
        if not quads:
            raise Unable("it can't be seen on the page")
        x, y = sum(quads[0][0::2]) / 4, sum(quads[0][1::2]) / 4
        for kind, more in (("mouseMoved", {}), ("mousePressed", _PRESS), ("mouseReleased", _PRESS)):
            self._call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def type(self, element: Element, *, text: str) -> None:
        """Replace what a field holds by text from the keyboard."""
        self.click(element)
        self._run_on(element, SELECT)
        if text:
            self._call("Input.insertText", text=text)
        else:
            self.press("Delete")

    def press(self, key: str) -> None:
        """Press and release a key."""
        code, text = {"Enter": (13, "\r"), "Escape": (27, ""), "Tab": (9, ""), "Delete": (46, "")}[key]
        more = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self._call("Input.dispatchKeyEvent", type="keyDown", **more, **({"text": text} if text else {}))
        self._call("Input.dispatchKeyEvent", type="keyUp", **more)

    def choose(self, element: Element, *, label: str) -> None:
        """Choose an option of a select by its label.

        Raises:
            Unable: it has no such option.
        """
        if not self._run_on(element, CHOOSE, fold(label)):
            raise Unable(f"it has no option {label!r} to choose")

    def run(self, script: str) -> Any:
        """Return the JSON value of an expression, or of its promise, in the tester's world."""
        said = self._call(
            "Runtime.evaluate", expression=script, contextId=self._make_world(), awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in said:
            raise Unable("the page can't be examined")
        return said["result"].get("value")

    def _run_on(self, element: Element, function: str, *arguments: Any) -> Any:
        try:
            found = self._call("DOM.resolveNode", backendNodeId=element.node, executionContextId=self._make_world())[
                "object"
            ]
            said = self._call(
                "Runtime.callFunctionOn", objectId=found["objectId"], functionDeclaration=function, returnByValue=True,
                arguments=[{"value": value} for value in arguments],
            )  # fmt: skip
        except Refused:
            raise Unable("it is gone") from None
        return said["result"].get("value")

    def _make_world(self) -> int:
        made = self._call("Page.createIsolatedWorld", frameId=self._frame, worldName=WORLD)
        return int(made["executionContextId"])


_PRESS = {"button": "left", "clickCount": 1}


def _describe(node: dict[str, Any], nodes: dict[str, Any], texts: dict[str, str]) -> Element:
    found = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
    return Element(
        role=str(node.get("role", {}).get("value", "")), name=fold(str(node.get("name", {}).get("value", ""))),
        text=fold(_text_of(node, nodes, texts)), value=str(node.get("value", {}).get("value", "")),
        checked=found.get("checked") == "true", node=int(node.get("backendDOMNodeId", 0)),
    )  # fmt: skip


def _text_of(node: dict[str, Any], nodes: dict[str, Any], texts: dict[str, str]) -> str:
    """Return the texts below a node, a space between them; the tree has no cycles."""
    number = node["nodeId"]
    if number not in texts:
        if node.get("role", {}).get("value") == "StaticText":
            texts[number] = str(node.get("name", {}).get("value", ""))
        else:
            inner = [nodes[child] for child in node.get("childIds", []) if child in nodes]
            texts[number] = " ".join(_text_of(child, nodes, texts) for child in inner)
    return texts[number]


@contextmanager
def open_page(browser: Browser, *, host: Host) -> Iterator[Page]:
    """Lend an empty page of a new visitor, who has no cookies and no storage."""
    context = browser.call("Target.createBrowserContext", disposeOnDetach=True)["browserContextId"]
    page = Page(browser, context=context, host=host)
    try:
        yield page
    finally:
        browser.forget(page.target)
        with contextlib.suppress(Refused):
            browser.call("Target.disposeBrowserContext", browserContextId=context)
