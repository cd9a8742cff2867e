"""Renders React components and drives hooks on the server, with the real library. Texts for `react_check`, and trees."""

from collections.abc import Sequence
from typing import Any

from burnish.generate.checks import react_check

# A call is (component, props, attributes that count); a prop "@function" becomes a function. The result is the markup
# as a tree: a text, or [tag, attributes, child, ...]. An attribute that the task doesn't fix may be there or not.
RENDER = r"""(exports, [name, props, counted]) => {
  const { createElement } = require("react");
  const { renderToStaticMarkup } = require("react-dom/server");
  const entities = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'" };
  const plain = (text) => text.replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => entities[entity]);
  const isFunction = (value) => value === "@function";
  const given = Object.fromEntries(Object.entries(props).map(([key, value]) => [key, isFunction(value) ? () => {} : value]));
  const html = renderToStaticMarkup(createElement(exports[name], given));
  const open = [[]];
  for (const [, closing, tag, rest, text] of html.matchAll(/<(\/?)([\w-]+)((?:\s[^>]*?)?)\/?>|([^<]+)/g)) {
    if (text) open.at(-1).push(plain(text));
    else if (closing) open.pop();
    else {
      const pairs = [...rest.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [key.toLowerCase(), plain(value)]);
      const isCounted = ([key, value]) => counted.includes(key) && !(key === "aria-invalid" && value === "false");
      const element = [tag, Object.fromEntries(pairs.filter(isCounted))];
      open.at(-1).push(element);
      if (!/^(?:br|hr|img|input|link|meta)$/.test(tag)) open.push(element);
    }
  }
  return open[0];
}"""

# A call is (hook, arguments, turns). Each turn calls functions that the hook returned, [name or place, argument, ...],
# all of one rendering; then the hook is rendered again. The result lists what the hook gave each time: as JSON, where a
# function is null in an array and absent from an object. React renders again for state that is set during rendering.
DRIVE = r"""(exports, [name, args, turns]) => {
  const { createElement, useState } = require("react");
  const { renderToStaticMarkup } = require("react-dom/server");
  const shown = [];
  function Probe() {
    const [, again] = useState(0);
    const given = exports[name](...args);
    shown.push(JSON.parse(JSON.stringify(given)));
    const turn = turns[shown.length - 1];
    for (const [member, ...values] of turn || []) given[member](...values);
    if (turn) again(shown.length);
    return null;
  }
  renderToStaticMarkup(createElement(Probe));
  return shown;
}"""


def render_check(entry: str, cases: Sequence[tuple[Any, Any]], *, attributes: Sequence[str]) -> dict[str, Any]:
    """Return the verifier of a component: pairs of its props and the list of what it renders.

    Args:
        entry: the component.
        cases: pairs of props and a list of texts and elements, as `element` makes them.
        attributes: the names of attributes, as in HTML, that must agree; others are free.
    """
    calls = [([entry, props, list(attributes)], expected) for props, expected in cases]
    return react_check(entry, calls, harness=RENDER, jsx=True)


def hook_check(entry: str, runs: Sequence[tuple[list[Any], list[Any], list[Any]]]) -> dict[str, Any]:
    """Return the verifier of a hook: runs of its arguments, the turns, and what it gives at first and after each."""
    return react_check(entry, [([entry, args, turns], shown) for args, turns, shown in runs], harness=DRIVE, jsx=False)


def element(tag: str, attributes: dict[str, str], *children: Any) -> list[Any]:
    """Return an element of a rendered tree, without the children that are None."""
    return [tag, attributes, *(child for child in children if child is not None)]
