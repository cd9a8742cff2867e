"""Builds verifiers for categories: `python_check("total", [([1, 2], 3)])`. Data only; `burnish.cases` runs it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

# Drives a class. A call is {"class": name, "new": [arguments], "steps": [[method, argument, ...], ...]}; the result
# lists one outcome a step: a value, or {"raises": name}. A step [".name"] reads an attribute; ["@advance", seconds]
# moves the clock (a function, at first 1000.0) that a call with "clock": true passes as the last argument of the class.
STEPS = """
import inspect, asyncio

class Clock:
    def __init__(self):
        self.now = 1000.0
    def __call__(self):
        return self.now

def settle(value):
    if not inspect.isawaitable(value):
        return value
    async def wait():
        return await value
    return asyncio.run(wait())

def drive(ns, call):
    clock = Clock()
    made = ns[call["class"]](*call.get("new", []), *([clock] if call.get("clock") else []))
    outcomes = []
    for name, *args in call["steps"]:
        if name == "@advance":
            clock.now += args[0]
            continue
        try:
            if name.startswith("."):
                outcomes.append(getattr(made, name[1:]))
            else:
                outcomes.append(settle(getattr(made, name)(*args)))
        except Exception as error:
            outcomes.append({"raises": type(error).__name__})
    return outcomes
"""

# The same for a JavaScript class; a step ".name" reads a property.
NODE_STEPS = """async (exports, call) => {
  const clock = { now: 1000 };
  const made = new exports[call.class](...(call.new || []), ...(call.clock ? [() => clock.now] : []));
  const outcomes = [];
  for (const [name, ...args] of call.steps) {
    if (name === "@advance") { clock.now += args[0]; continue; }
    try {
      outcomes.push(name.startsWith(".") ? made[name.slice(1)] : await made[name](...args));
    } catch (error) {
      outcomes.push({ raises: error.name });
    }
  }
  return outcomes;
}"""

# A call is a list of requests {"method", "path", "query", "headers", "body"} to the ASGI application that the program
# defines; the result lists {"status", "headers", "body"}: the body parsed when it is JSON.
ASGI = """
import asyncio, json

async def request(app, wanted):
    body = wanted.get("body")
    data = body.encode() if isinstance(body, str) else b"" if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json", **{k.lower(): v for k, v in wanted.get("headers", {}).items()}}
    scope = {"type": "http", "http_version": "1.1", "method": wanted.get("method", "GET"), "path": wanted["path"],
             "raw_path": wanted["path"].encode(), "root_path": "", "scheme": "http",
             "query_string": wanted.get("query", "").encode(),
             "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
             "client": ("127.0.0.1", 5000), "server": ("test", 80)}
    sent, queue = [], [{"type": "http.request", "body": data, "more_body": False}]

    async def receive():
        return queue.pop(0) if queue else {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    start = next(m for m in sent if m["type"] == "http.response.start")
    text = b"".join(m.get("body", b"") for m in sent if m["type"] == "http.response.body").decode()
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    names = {k.decode().lower(): v.decode() for k, v in start.get("headers", [])}
    shown = {k: names[k] for k in wanted.get("show", []) if k in names}
    return {"status": start["status"], "headers": shown, "body": value}

def drive(ns, call):
    async def run():
        return [await request(ns["app"], wanted) for wanted in call]
    return asyncio.run(run())
"""


def python_check(
    entry: str,
    cases: Sequence[tuple[Any, Any]],
    *,
    harness: str | None = None,
    modules: Mapping[str, str] | None = None,
    site: bool = False,
    lend: Sequence[str] = (),
) -> dict[str, Any]:
    """Return a verifier that calls the Python function `entry`.

    Args:
        entry: the name that the answer must define.
        cases: pairs of a call and what it gives. A call is the list of arguments, or {"args": [...], "kwargs":
            {...}}, or whatever the harness understands. What it gives is JSON, or {"raises": "ValueError"}.
        harness: Python text that defines `drive(ns, call)`; `ns` holds the names that the answer defines.
        modules: sources of modules that the answer may import besides the standard library, by name.
        site: whether the answer may import the packages of this environment, such as SQLAlchemy.
        lend: packages that have a stand-in in `burnish.standins`.
    """
    more = ({"site": True} if site else {}) | ({"lend": list(lend)} if lend else {})
    return _calls("python", entry, cases, harness, modules) | more


def node_check(
    entry: str,
    cases: Sequence[tuple[Any, Any]],
    *,
    harness: str | None = None,
    modules: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return a verifier that calls the JavaScript function `entry`; a harness is text: `(exports, call) => value`."""
    return _calls("node", entry, cases, harness, modules)


def react_check(
    entry: str, cases: Sequence[tuple[Any, Any]], *, harness: str, jsx: bool, packages: Sequence[str] = ("react",)
) -> dict[str, Any]:
    """Return a verifier for a React component or hook named `entry`.

    Args:
        entry: the name that the answer must define.
        cases: as in `python_check`, in the form that the harness understands.
        harness: as in `node_check`; it may require `react` and `react-dom/server`.
        jsx: whether the answer is JSX; types in it are stripped.
        packages: packages of npm that the answer may import; those of the harness are added.
    """
    lent = dict.fromkeys((*packages, "react", "react-dom"))
    language = {"language": "jsx"} if jsx else {}
    return _calls("node", entry, cases, harness, None) | language | {"packages": list(lent)}


def typescript_check(
    entry: str | None, cases: Sequence[tuple[Any, Any]], *, usage: str, harness: str | None = None, jsx: bool = False,
    declarations: Mapping[str, str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return a verifier for TypeScript under `strict`: types first, then the calls of `entry` (none for pure types).

    Args:
        entry: the function to call, or None.
        cases: as in `python_check`.
        usage: TypeScript that sees the names of the answer and must type-check; a line below `// @ts-expect-error`
            mustn't.
        harness: as in `node_check`.
        jsx: whether the answer is TSX.
        declarations: texts of `.d.ts` files that both see, by name.
    """
    typed = {"language": "typescript", "usage": usage, "jsx": jsx, "declarations": dict(declarations or {})}
    return _calls("node", entry, cases, harness, None) | typed


def sql_check(
    databases: Sequence[str], expect: Sequence[Any], *, ordered: bool, columns: Sequence[str] | None = None
) -> dict[str, Any]:
    """Return a verifier for one query: its rows on each hidden database (text of DDL and INSERTs).

    `columns` are the names that the result must have, or None when they are free.
    """
    return _json({
        "kind": "sql", "databases": list(databases), "queries": None, "script": False, "ordered": ordered,
        "columns": list(columns) if columns else None, "expect": list(expect),
    })  # fmt: skip


def sql_script_check(databases: Sequence[str], queries: Sequence[str], expect: Sequence[Any]) -> dict[str, Any]:
    """Return a verifier for statements: after them, each trusted query gives the expected rows, database by database.

    An expected {"raises": "IntegrityError"} asks that a query, such as a forbidden INSERT, is refused.
    """
    return _json({
        "kind": "sql", "databases": list(databases), "queries": list(queries), "script": True, "ordered": False,
        "columns": None, "expect": list(expect),
    })  # fmt: skip


def html_check(*checks: dict[str, Any]) -> dict[str, Any]:
    """Return a verifier for an HTML fragment; the checks are described in `burnish.verifiers_html`."""
    return _json({"kind": "html", "checks": list(checks)})


def css_check(html: str, *checks: dict[str, Any]) -> dict[str, Any]:
    """Return a verifier for a style sheet of `html`; the checks are described in `burnish.verifiers_css`."""
    return _json({"kind": "css", "html": html, "checks": list(checks)})


LANGUAGES = {"json_schema": "json", "json": "json", "graphql": "graphql", "dockerfile": "dockerfile", "nginx": "nginx"}


def spec_check(
    form: str, *checks: dict[str, Any], accepts: Sequence[Any] = (), rejects: Sequence[Any] = (), skeleton: Any = None,
    place: Sequence[Any] = (),
) -> dict[str, Any]:  # fmt: skip
    """Return a verifier for a document.

    Args:
        form: json_schema, openapi, graphql, compose, github_actions, kubernetes, dockerfile, nginx, json or yaml.
        checks: what the document says, described in `burnish.verifiers_spec`; `drivers/spec_documents.py` shows the
            data that each format becomes (short forms of Compose and workflows are written long).
        accepts: JSON that a JSON Schema must accept, or queries that a GraphQL schema must allow.
        rejects: those it must refuse.
        skeleton: the document around an OpenAPI fragment, or GraphQL types that come before the answer.
        place: where in the skeleton the fragment stands; empty merges it at the top.
    """
    return _json({
        "kind": "spec", "format": form, "language": LANGUAGES.get(form, "yaml"), "checks": list(checks),
        "instances": [*accepts, *rejects], "accepts": [True] * len(accepts) + [False] * len(rejects),
        "skeleton": skeleton, "place": list(place),
    })  # fmt: skip


def test_check(
    module: str, good: str, mutants: Sequence[str], *, language: str = "python", extra: Mapping[str, str] | None = None,
    least: int = 1, fixtures: Sequence[str] = (), lend: Sequence[str] = (),
    dom: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Return a verifier for a test file: it must pass on `good` and fail on each of `mutants`.

    Args:
        module: the name to import from: `cart`, or `./cart` in JavaScript (whose source sets `module.exports`).
        good: source of the module under test.
        mutants: broken versions of it; the tests meet each in a process of its own.
        language: python (plain functions `test_*`, pytest or unittest style) or javascript (`test(name, body)` of
            node:test, with `assert` or `expect`).
        extra: sources of further modules, by name.
        least: how many tests must run.
        fixtures: names of pytest fixtures that the answer must define and its tests use.
        lend: packages besides pytest that have a stand-in in `burnish.standins`.
        dom: whether JavaScript finds a browser's `document`, `Event` and the like.
    """
    more: dict[str, Any] = {"fixtures": list(fixtures)} if fixtures else {}
    more |= {"lend": list(lend)} if lend else {}
    more |= {"dom": True} if dom else {}
    return more | _json({
        "kind": "test", "language": language, "module": module, "good": good, "mutants": list(mutants),
        "extra": dict(extra or {}), "least": least,
    })  # fmt: skip


def sql_insert(table: str, rows: Sequence[Sequence[Any]]) -> str:
    """Return the INSERT of `rows`; no rows give no statement."""
    if not rows:
        return ""
    return f"INSERT INTO {table} VALUES {', '.join('(' + ', '.join(map(_literal, row)) + ')' for row in rows)};\n"


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


def _calls(
    kind: str,
    entry: str | None,
    cases: Sequence[tuple[Any, Any]],
    harness: str | None,
    modules: Mapping[str, str] | None,
) -> dict[str, Any]:
    return _json({
        "kind": kind, "entry": entry, "harness": harness, "calls": [call for call, _ in cases],
        "expect": [expected for _, expected in cases], "modules": dict(modules or {}),
    })  # fmt: skip


def _json(verifier: dict[str, Any]) -> dict[str, Any]:
    """Return `verifier` as it will be read back; what JSON would change on the way is an error here."""
    again: dict[str, Any] = json.loads(json.dumps(verifier, allow_nan=False))
    if again != json.loads(json.dumps(_lists(verifier), allow_nan=False)):
        raise ValueError("the verifier changes when it is written as JSON")
    return again


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        if wrong := [key for key in value if not isinstance(key, str)]:
            raise TypeError(f"a mapping in the verifier has the key {wrong[0]!r}, which isn't text")
        return {key: _lists(item) for key, item in value.items()}
    return [_lists(item) for item in value] if isinstance(value, list | tuple) else value
