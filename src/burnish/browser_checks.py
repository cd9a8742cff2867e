"""The checks of verifier kind `html` made once more by Chromium: its parser, its selectors, its accessibility tree.

`verifiers_html.py` judges a hundred times faster on a parser's document; a sample judged here shows that both see the same
page. Whether elements are closed (`valid`) is no longer to be seen in a browser's document, so that check is left out.
Only the project's own pages come here; axe-core's rules are for those that are about accessible names.
"""

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from burnish.chromium import Browser, open_browser
from burnish.npm_packages import find_package
from burnish.verdicts import PASSED, Verdict, fail
from burnish.verifiers_html import judge_html

UNSEEN = "valid"
NAMES = {"label_for": "contained", "name_of": "equal"}
# Of a fragment's surroundings, which aren't the answer's: its place on a page and the page's own title and language.
OUTER_RULES = ("region", "document-title", "html-has-lang", "landmark-one-main", "page-has-heading-one", "bypass")
CHECK = """(checks) => {
  const fold = (text) => text.split(/\\s+/).filter(Boolean).join(" ");
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const attribute = (node, name, wanted) => {
    const got = node.getAttribute(name);
    if (typeof wanted === "boolean") return node.hasAttribute(name) === wanted;
    if (wanted && wanted.in) return wanted.in.includes(got || "");
    if (wanted && wanted.words) return wanted.words.every((word) => (got || "").split(/\\s+/).includes(word));
    return got === wanted;
  };
  const outline = (root, check) => JSON.stringify(all("*", root)
    .filter((node) => !(check.tags || []).includes(node.localName))
    .map((node) => [node.localName, Array.from(node.attributes, (one) => [one.name, one.value])
      .filter(([name]) => !(check.attrs || []).includes(name)).sort()]));
  const solid = (root) => root.documentElement.textContent.replace(/\\s+/g, "");
  const rules = {
    select(check) {
      const found = all((check.inside ? check.inside + " " : "") + check.select);
      if (found.length < (check.min ?? 1) || found.length > (check.max ?? Infinity)) return `${found.length} match`;
      for (const node of found) {
        for (const [name, wanted] of Object.entries(check.attr || {})) {
          if (!attribute(node, name, wanted)) return `attribute ${name} is ${node.getAttribute(name)}`;
        }
        const text = fold(node.textContent);
        if ("text" in check && text !== check.text) return `text is ${text}`;
        if ("contains" in check && !text.toLowerCase().includes(check.contains.toLowerCase())) return `text is ${text}`;
      }
    },
    order(check) {
      const nodes = check.order.map((selector) => document.querySelector(selector));
      if (nodes.includes(null)) return "one is missing";
      const follows = (a, b) => a === b || a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (!nodes.every((node, at) => !at || follows(nodes[at - 1], node))) return "another order";
    },
    texts(check) {
      const texts = all(check.texts).map((node) => fold(node.textContent));
      if (JSON.stringify(texts) !== JSON.stringify(check.equal)) return `texts are ${texts}`;
    },
    ref(check) {
      const ids = all(check.to).map((node) => node.id).filter(Boolean);
      const nodes = all(check.ref);
      const named = (node) => (node.getAttribute(check.attr) || "").replace(/^#+/, "").split(/\\s+/).filter(Boolean);
      if (!nodes.length) return "no element refers";
      if (!nodes.every((node) => named(node).length && named(node).every((id) => ids.includes(id)))) return "no such id";
    },
    keeps(check) {
      const given = new DOMParser().parseFromString(check.keeps, "text/html");
      if (outline(given, check) !== outline(document, check)) return `other elements: ${outline(document, check)}`;
      if (check.text !== false && solid(given) !== solid(document)) return `text is ${solid(document)}`;
    },
  };
  for (const check of checks) {
    const name = Object.keys(rules).find((one) => one in check);
    const complaint = name && rules[name](check);
    if (complaint) return `${name} ${JSON.stringify(check[name])}: ${complaint}`;
  }
  return null;
}"""
# What a closed dialog holds has no name before somebody opens it.
OPEN = """for (const node of document.querySelectorAll("dialog, [role=dialog], [role=alertdialog]")) {
  node.removeAttribute("hidden");
  if (node.localName === "dialog") node.setAttribute("open", "");
}"""
AXE = """axe.run(document, { runOnly: ["wcag2a", "wcag2aa"], resultTypes: ["violations"],
  rules: Object.fromEntries(%s.map((rule) => [rule, { enabled: false }])) })
  .then((found) => found.violations.map((one) => one.id).sort())"""


class BrowserPage:
    """One page of a running browser that shows document after document."""

    def __init__(self, browser: Browser) -> None:
        """Open an empty page."""
        self._browser = browser
        self._frame: str = browser.call("Target.createTarget", url="about:blank")["targetId"]
        attached = browser.call("Target.attachToTarget", targetId=self._frame, flatten=True)
        self._target: str = attached["sessionId"]
        for domain in ("Page", "DOM", "Accessibility"):
            self._call(f"{domain}.enable")

    def judge(self, checks: Sequence[Mapping[str, Any]], code: str) -> Verdict:
        """Show `code` and apply the checks; the first of its kind that fails gives the reason."""
        self._call("Page.setDocumentContent", frameId=self._frame, html=code)
        if complaint := self._run(f"({CHECK})({json.dumps(list(checks))})"):
            return fail(complaint)
        self._run(f"{{ {OPEN} }}")
        return next((fail(one) for check in checks for one in self._wrong_names(check)), PASSED)

    def broken_rules(self, code: str) -> list[str]:
        """Return which of axe-core's rules of WCAG 2 A and AA the fragment or page breaks."""
        self._call("Page.setDocumentContent", frameId=self._frame, html=code)
        rules = self._run(f"{_axe_source()};\n{AXE % json.dumps(OUTER_RULES)}")
        return [str(rule) for rule in rules]

    def _wrong_names(self, check: Mapping[str, Any]) -> Iterator[str]:
        """Yield what the browser's accessibility tree says against a `label_for` or `name_of` check."""
        kind = next((one for one in NAMES if one in check), None)
        if kind is None:
            return
        names = list(self._names(check[kind]))
        if not names:
            yield f"{kind} {check[kind]}: no element"
        wanted = check.get("text")
        for name in names:
            if kind == "name_of" and name != wanted:
                yield f"{kind} {check[kind]}: named {name!r}"
            elif kind == "label_for" and (not name or (wanted or "").lower() not in name.lower()):
                yield f"{kind} {check[kind]}: labelled {name!r}"

    def _names(self, selector: str) -> Iterator[str]:
        root = self._call("DOM.getDocument", depth=0)["root"]["nodeId"]
        for node in self._call("DOM.querySelectorAll", nodeId=root, selector=selector)["nodeIds"]:
            found = self._call("Accessibility.getPartialAXTree", nodeId=node, fetchRelatives=False)["nodes"]
            yield " ".join(str(found[0].get("name", {}).get("value", "")).split())

    def _run(self, script: str) -> Any:
        return self._call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)["result"].get(
            "value"
        )

    def _call(self, method: str, **arguments: Any) -> dict[str, Any]:
        return self._browser.call(method, target=self._target, **arguments)


def find_differences(pairs: Sequence[tuple[Mapping[str, Any], str]]) -> list[str | None]:
    """Judge each answer here and by `judge_html`; return where Chromium sees another page, and None where it agrees.

    Args:
        pairs: verifiers of kind `html` and answers of our own, as code. Where the checks are about accessible names, an
            answer that passes must break none of axe-core's rules either.

    Raises:
        BurnishError: there is no Chromium, or no sandbox for it.
    """
    differences = []
    with open_browser() as browser:
        page = BrowserPage(browser)
        for verifier, code in pairs:
            checks = [check for check in verifier["checks"] if UNSEEN not in check]
            parsed, seen = judge_html({**verifier, "checks": checks}, code), page.judge(checks, code)
            difference = None
            if parsed.passed != seen.passed:
                difference = f"Chromium: {seen.reason or 'passes'}; parser: {parsed.reason or 'passes'}"
            elif seen.passed and asks_for_names(checks) and (broken := page.broken_rules(code)):
                difference = f"axe-core: {', '.join(broken)}"
            differences.append(difference)
    return differences


def asks_for_names(checks: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether a check is about what assistive technology reads."""
    return any(kind in check for check in checks for kind in NAMES)


@functools.cache
def _axe_source() -> str:
    return (find_package("axe-core") / "axe.min.js").read_text()
