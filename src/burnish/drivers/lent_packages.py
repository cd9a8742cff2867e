"""Packages of npm that programs for Node are lent as one file each (`bundling`): what it is made of, asked for, warmed by."""

from typing import NamedTuple


class Lent(NamedTuple):
    """Packages that load together.

    Attributes:
        packages: those that one file is made of; the first names it.
        entries: what programs may ask of it.
        warm: JavaScript that does what programs begin with, so that V8 keeps what it compiled for that.
    """

    packages: tuple[str, ...]
    entries: tuple[str, ...]
    warm: str


DOM = Lent(
    packages=("happy-dom", "whatwg-mimetype"),
    entries=("happy-dom",),
    warm="""
const { Window } = require("happy-dom");
const window = new Window({ url: "http://localhost/" }), { document } = window;
document.write("<form><label for='a'>A</label><input id='a' class='b'><button>C</button></form><ul><li>D</li></ul>");
document.querySelectorAll("ul > li, [type=submit], .b:not([hidden])").forEach((one) => one.closest("form, ul").contains(one));
document.querySelector("button").addEventListener("click", () => document.body.append(document.createElement("p")));
document.querySelector("button").click();
document.querySelector("#a").dispatchEvent(new window.Event("input", { bubbles: true }));
window.localStorage.setItem("a", document.body.innerHTML + document.body.textContent);
""",
)
REACT = Lent(
    packages=("react", "react-dom", "scheduler"),
    entries=(
        "react",
        "react/jsx-runtime",
        "react/jsx-dev-runtime",
        "react/compiler-runtime",
        "react-dom",
        "react-dom/client",
        "react-dom/server",
        "react-dom/server.node",
        "react-dom/static",
        "react-dom/static.node",
        "react-dom/test-utils",
    ),
    warm="""
const React = require("react");
const { renderToStaticMarkup } = require("react-dom/server");
function Part({ name, children }) {
  const [state] = React.useState(name), [sum] = React.useReducer((a, b) => a + b, 0), id = React.useId();
  const text = React.useMemo(() => `${state} ${sum}`, [state, sum]), run = React.useCallback(() => text, [text]);
  React.useEffect(() => {}, []);
  React.useRef(null);
  return React.createElement("p", { id, className: "a", onClick: run, style: { color: "red" } }, text, children);
}
renderToStaticMarkup(React.createElement(React.Fragment, null, React.createElement(Part, { name: "a" },
  React.createElement("input", { type: "checkbox", defaultChecked: true, "aria-label": "b" }), ["c", "d"].map((key) =>
    React.createElement("li", { key, hidden: false }, key)))));
""",
)
