"""Documents as answers: HTML on the parsed tree, CSS by the cascade, the others by the validators of their fields."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish.cases import Verifier, language_of, verify
from burnish.fences import fence
from burnish.generate.checks import (
    css_check,
    html_check,
    spec_check,
)
from burnish.verdicts import Verdict

FORM = html_check(
    {"select": "input[name=email]", "max": 1, "attr": {"type": "email", "required": True}}, {"valid": True}
)
GRID = css_check(
    "<main><p class=a>x</p><p class=b>y</p></main>",
    {"select": ".a", "property": "display", "value": "grid"},
    {"select": ".b", "property": "display", "value": {"not": "grid"}},
)  # fmt: skip
SCHEMA = spec_check(
    "json_schema", {"at": ["required"], "contains": "id"}, accepts=[{"id": 1}], rejects=[{"id": "x"}, {}, 5]
)  # fmt: skip
COMPOSE = spec_check("compose", {"at": ["services", "web", "image"], "equals": "nginx:1.27"})


@pytest.mark.parametrize(("check", "page", "reason"), [
    ({"label_for": "#e", "text": "Email"}, '<label for="e">Your email</label><input id="e">', ""),
    ({"label_for": "input"}, "<label>Name <input></label>", ""),
    ({"label_for": "input"}, '<label for="other">Name</label><input id="e">', "input has no label"),
    ({"label_for": "input", "text": "Name"}, '<p id="n">Your name</p><input aria-labelledby="n">', ""),
    ({"select": "li", "min": 2, "max": 2}, "<ul><li>a<li>b</ul>", ""),
    ({"select": "li", "max": 1}, "<ul><li>a<li>b</ul>", "2 elements match li, 1 to 1 wanted"),
    ({"select": "a", "attr": {"href": "/x", "target": False}}, '<a href="/x">go</a>', ""),
    ({"select": "a", "attr": {"class": {"words": ["btn"]}}}, '<a class="big btn">go</a>', ""),
    ({"select": "a", "attr": {"rel": {"in": ["next", "prev"]}}}, '<a rel="up">x</a>',
     "a: attribute rel is 'up', not {'in': ['next', 'prev']}"),
    ({"select": "p", "text": "a b"}, "<p> a\n <b>b</b></p>", ""),
    ({"order": ["h1", "nav"]}, "<nav></nav><h1>x</h1>", "wrong order: h1 before nav wanted"),
    ({"texts": "td", "equal": ["1", "2"]}, "<table><tr><td>1<td>2</table>", ""),
    ({"ref": "button", "attr": "aria-controls", "to": "ul"}, '<button aria-controls="m">x</button><ul id="m"></ul>',
     ""),
    ({"ref": "button", "attr": "aria-controls", "to": "ul"}, '<button aria-controls="z">x</button><ul id="m"></ul>',
     "aria-controls of button doesn't name an element ul"),
    ({"name_of": "button", "text": "Close"}, '<button><span aria-hidden="true">×</span> Close</button>', ""),
    ({"name_of": "button", "text": "Close"}, '<button><img src="x" alt="Close"></button>', ""),
    ({"name_of": "button", "text": "Close"}, '<button aria-label="Close"><svg><path/></svg></button>', ""),
    ({"name_of": "button", "text": "Close"}, "<button><svg aria-hidden='true'><title>Close</title></svg></button>",
     "button is named '', not 'Close'"),
    ({"name_of": "table", "text": "All"}, "<table><caption>All</caption></table>", ""),
    ({"name_of": "dialog", "text": "Close"}, "<dialog>Close</dialog>", "dialog is named '', not 'Close'"),
    ({"keeps": "<p>a <b>c</b></p>", "tags": ["i"], "attrs": ["id"]}, '<p id="x"><i>a</i> <b>c</b></p>', ""),
    ({"keeps": "<p>a</p>"}, '<p class="x">a</p>',
     "('p', {'class': 'x'}) stands where ('p', {}) was"),
    ({"keeps": "<p>a</p>"}, "<p>a</p><p></p>", "5 elements, 4 were there"),
    ({"keeps": "<p>a</p>", "text": False}, "<p>b</p>", ""),
    ({"keeps": "<p>a</p>"}, "<p>b</p>", "text is 'b', was 'a'"),
    ({"valid": True}, "<div><p>x</div>", ""),
    ({"valid": True}, "<div><span>x</div></span>", "</div> closes something that isn't open"),
    ({"valid": True}, '<p id="a"></p><p id="a"></p>', "id 'a' stands twice"),
    ({"valid": True}, "<section><h1>x</h1>", "<section> is never closed"),
])  # fmt: skip
def test_html_is_judged_on_the_parsed_document(check: dict[str, Any], page: str, reason: str) -> None:
    assert verify(html_check(check), fence(page, language="html")) == Verdict(passed=reason == "", reason=reason)


STYLED = '<main class="page"><ul class="cards"><li class="card" id="one">a</li><li class="card">b</li></ul></main>'


@pytest.mark.parametrize(("style", "check", "passed"), [
    (".cards{gap:1rem 2rem}", {"select": ".cards", "property": "column-gap", "value": "2rem"}, True),
    (".card{margin:0 auto}", {"select": ".card", "property": "margin-left", "value": "auto"}, True),
    (":root{--c:#0AF}.card{color:var(--c)}", {"select": ".card", "property": "color", "value": "#00aaff"}, True),
    (".card{color:var(--none, red)}", {"select": ".card", "property": "color", "value": "#f00"}, True),
    ("#one{color:red}.card{color:blue}", {"select": ".card", "property": "color", "value": "red"}, True),
    (".card{color:blue!important}#one{color:red}", {"select": ".card", "property": "color", "value": "blue"}, True),
    (".page .card{color:red}.card{color:blue}", {"select": ".card", "property": "color", "value": "red"}, True),
    (".page{color:red}", {"select": ".card", "property": "color", "value": "red"}, True),
    (".page{display:grid}", {"select": ".card", "property": "display", "value": None}, True),
    ("@media (min-width:600px){.card{flex:1}}", {"select": ".card", "property": "flex-basis", "value": "0%"}, True),
    ("@media (min-width:600px){.card{flex:1}}", {"select": ".card", "property": "flex", "value": None, "width": 599},
     True),
    ("@media (width < 40em){.card{order:2}}", {"select": ".card", "property": "order", "value": "2", "width": 639},
     True),
    ("@media (prefers-color-scheme:dark){.card{color:#fff}}", {"select": ".card", "property": "color", "value": "white",
     "prefers": {"color-scheme": "dark"}}, True),
    (".card{border-color:red blue}", {"select": ".card", "property": "border-left-color", "value": "blue"}, True),
    ("@media print{.card{order:1}}", {"select": ".card", "property": "order", "value": {"in": [None, "0"]}}, True),
    ("@media print{.card{order:1}}", {"select": ".card", "property": "order", "value": "1",
     "prefers": {"medium": "print"}}, True),
    ("@media (pointer:coarse){.card{order:1}}", {"select": ".card", "property": "order", "value": "1",
     "prefers": {"pointer": "coarse"}}, True),
    (".page{.card{color:red}&.page{order:1}}", {"select": ".card", "property": "color", "value": "red"}, True),
    (".page{@media (min-width:1px){order:3}}", {"select": ".page", "property": "order", "value": "3"}, True),
    (".card:hover{color:red}", {"select": ".card", "property": "color", "value": None}, True),
    (".cards{grid-template-columns:repeat( 2,minmax(0,1fr) )}",
     {"select": ".cards", "property": "grid-template-columns", "value": "repeat(2, minmax(0, 1fr))"}, True),
    (".cards{grid-template-columns:repeat(2,1fr)}",
     {"select": ".cards", "property": "grid-template-columns", "value": "1fr 1fr"}, True),
    (":root{--c:red}.card{color:var(--c)}",
     {"select": ".card", "property": "color", "value": "lime", "tokens": {"--c": "lime"}}, True),
    (".card{color:red}", {"select": ".card", "property": "color", "value": "lime", "tokens": {"--c": "lime"}}, False),
    (".card{--c:red;color:var(--c)}",
     {"select": ".card", "property": "color", "value": "lime", "tokens": {"--c": "lime"}, "at": ".card"}, True),
    ('.cards{grid-template-areas:"a b" "a c"}.card{grid-area:a}', {"select": ".card", "cell": [1, 3, 1, 2]}, True),
    (".cards{grid-template:1fr 1fr/repeat(3,1fr)}.card{grid-area:1/2/-1/-1}",
     {"select": ".card", "cell": [1, 3, 2, 4]}, True),
    (".card{grid-column:span 2/4;grid-row:2}", {"select": ".card", "cell": [2, 3, 2, 4]}, True),
    (".cards{grid-template-columns:repeat(3,1fr)}.card{grid-column:1/-1}",
     {"select": ".card", "span": {"column": 3}}, True),
    (".card{grid-column-end:span 2}", {"select": ".card", "span": {"column": 2}}, True),
    (".card{grid-column:1/span 2}", {"select": ".card", "span": {"column": 3}}, False),
    (".card{grid-column:2}", {"select": ".card", "cell": [2, 3, 2, 3]}, False),
    (".card{color:red", {"select": ".card", "property": "color", "value": "red"}, True),
    (".card{color red}", {"select": ".card", "property": "color", "value": "red"}, False),
    (".cards{gap:1rem}", {"select": ".cards", "property": "row-gap", "value": "2rem"}, False),
])  # fmt: skip
def test_css_is_judged_by_the_cascade(style: str, check: dict[str, Any], passed: bool) -> None:
    assert verify(css_check(STYLED, check), fence(style, language="css")).passed is passed


DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.27"}]}
"""
WORKFLOW = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm test\n"
OPENAPI = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}


@pytest.mark.parametrize(("check", "document", "reason"), [
    (COMPOSE, "services:\n  web:\n    image: nginx\n",
     "services/web/image 'nginx': result is 'nginx', not 'nginx:1.27'"),
    (COMPOSE, "services:\n  web:\n    img: nginx:1.27\n", "$.services.web: Unevaluated properties"),
    (COMPOSE, "services: [", "not YAML:"),
    (spec_check("compose", {"at": ["services", "a", "environment"], "covers": {"X": "1"}}),
     "services:\n  a:\n    image: b\n    environment: [X=1]\n", ""),
    (spec_check("github_actions", {"at": ["on", "push"], "present": True},
     {"at": ["jobs", "*", "steps", "*", "run"], "contains": "test"}), WORKFLOW, ""),
    (spec_check("github_actions", {"at": ["on"], "present": True}), "on: push\njobs: {}\n",
     "$.jobs: {} should be non-empty"),
    (spec_check("kubernetes", {"at": ["Deployment/web", "spec", "replicas"], "equals": 3}), DEPLOYMENT, ""),
    (spec_check("kubernetes", {"at": ["Deployment/web"], "present": True}), DEPLOYMENT.replace("replicas", "replica"),
     "not a manifest:"),
    (spec_check("dockerfile", {"at": ["stages", -1, "steps", "*"], "covers": {"do": "CMD", "args": ["node", "a.js"]}}),
     'FROM node:22 AS build\nRUN npm ci \\\n  --omit=dev\n'
     'FROM node:22-slim\nCOPY --from=build /app /app\nCMD ["node", "a.js"]', ""),
    (spec_check("dockerfile", {"at": ["stages"], "length": 1}), "RUN x", "RUN stands before FROM"),
    (spec_check("nginx", {"at": ["http", 0, "server", 0, "location /api/", 0, "proxy_pass", 0],
     "equals": "http://app:8000"}),
     "server {\n  listen 80;\n  location /api/ { proxy_pass http://app:8000; }\n}", ""),
    (spec_check("nginx", {"at": ["http"], "present": True}), "server { listen 80 }",
     'directive "listen" is not terminated'),
    (spec_check("nginx", {"at": ["http"], "present": True}), "location / { root /srv; }",
     '"location" directive is not allowed here'),
    (spec_check("graphql", {"at": ["Order", "fields", "total", "type"], "equals": "Float!"},
     accepts=["{ orders { id } }"], rejects=["{ x }"]),
     "type Order { id: ID! total: Float! }\ntype Query { orders: [Order!]! }", ""),
    (spec_check("graphql", {"at": ["Query", "fields", "a", "args"], "equals": {"n": "Int! = 20", "s": "String"}},
     {"at": ["I", "fields", "x", "type"], "equals": 'String = "y"'}),
     'input I { x: String = "y" }\ntype Query { a(n: Int! = 20, s: String): Int }', ""),
    (spec_check("graphql", {"at": ["O"], "present": True}, accepts=["{ a }"]), "type O { a: Int }",
     "not a GraphQL schema: Query root type must be provided"),
    (spec_check("dockerfile", {"at": ["stages", 0, "steps", "*", "args"], "equals": ["B=x y"]},
     {"at": ["stages", 0, "steps", "*", "args"], "equals": ["C=1"]},
     {"at": ["stages", 0, "steps", "*"], "covers": {"do": "EXPOSE", "args": ["90"]}},
     {"at": ["stages", 0, "steps"], "length": 5}), 'FROM a\nENV A=1 B="x y"\nENV C 1\nEXPOSE 80 90/tcp', ""),
    (spec_check("dockerfile", {"at": ["stages"], "length": 1}), "FROM a\nLABEL a='x\n", "not split into words:"),
    (spec_check("openapi", {"at": ["paths"], "present": True}, skeleton=OPENAPI),
     "paths:\n  /a:\n    get:\n      responses:\n        '200':\n          description: ok\n          content:\n"
     "            application/json:\n              schema:\n                $ref: '#/components/schemas/X'\n",
     "not OpenAPI: '/components/schemas/X'"),
    (spec_check("openapi", {"at": ["paths", "/a", "get"], "present": True}, skeleton=OPENAPI, place=["paths", "/a"]),
     "get:\n  responses:\n    '200':\n      description: ok\n", ""),
    (spec_check("openapi", {"at": ["paths"], "present": True}, skeleton=OPENAPI, place=["paths", "/a"]),
     "get:\n  responses:\n    '200': {}\n",
     "not OpenAPI: 'description' is a required property"),
    (spec_check("openapi", {"at": ["paths"], "present": True}), "openapi: 3.1\npaths: {}",
     "not OpenAPI: no `openapi` that is the text of a known version"),
    (spec_check("openapi", {"at": ["paths"], "present": True}), "openapi: 9.0.0\npaths: {}",
     "not OpenAPI: no `openapi` that is the text of a known version"),
    (SCHEMA, '{"required": ["id"]}', "accepts {'id': 'x'}"),
    (SCHEMA, '{"type": "objekt"}', "not a JSON Schema:"),
    (spec_check("json", {"at": ["a"], "absent": True}), '{"a": 1}', "a is there"),
    (spec_check("yaml", {"at": ["a"], "matches": "^x+$"}), "a: xx", ""),
])  # fmt: skip
def test_documents_are_judged_by_their_own_validators(check: Verifier, document: str, reason: str) -> None:
    verdict = verify(check, fence(document, language=language_of(check)))
    assert verdict.reason.startswith(reason)
    assert verdict.passed is (reason == "")


ITEMS = "[{a: 1, b: 2}, {a: 3}, {a: 5, b: 6}]"


@pytest.mark.parametrize(("check", "reason"), [
    ({"at": ["*"], "all": [{"at": ["a"], "equals": 5}, {"at": ["b"], "equals": 6}]}, ""),
    ({"at": ["*"], "all": [{"at": ["a"], "equals": 3}, {"at": ["b"], "present": True}]}, "* a 1: result is 1, not 3"),
    ({"at": [0], "any": [{"at": ["c"], "present": True}, {"at": ["b"], "in": [2, 3]}]}, ""),
    ({"at": [1], "any": [{"at": ["c"], "present": True}, {"at": ["a"], "equals": 4}]},
     "1 fits none of 2 forms: c is missing"),
    ({"at": [], "order": [{"at": [], "covers": {"a": 1}}, {"at": ["b"], "equals": 6}]}, ""),
    ({"at": [], "order": [{"at": ["a"], "equals": 3}, {"at": ["a"], "equals": 1}]}, "lacks item 2 of the 2 wanted"),
    ({"at": [], "order": [{"at": ["a"], "equals": 1}, {"at": ["a"], "equals": 1}]}, "lacks item 2 of the 2 wanted"),
    ({"at": [0], "order": []}, "0 is {'a': 1, 'b': 2}, not a list"),
])  # fmt: skip
def test_checks_of_a_document_compose(check: dict[str, Any], reason: str) -> None:
    verdict = verify(spec_check("yaml", check), fence(ITEMS, language="yaml"))
    assert verdict.reason.strip().startswith(reason)
    assert verdict.passed is (reason == "")


HOSTILE = ["<div>" * 9_000, "<!--" * 9_000, "<b><i>" * 900, ".a{" * 6_000, ".a,.a{" * 16, ".a{color:" + "(" * 9_000,
           ".a{color:var(--a);--a:var(--b);--b:var(--a)}", "a>" * 9_000 + "b{color:red}"]  # fmt: skip


@pytest.mark.parametrize("check", [FORM, GRID], ids=["html", "css"])
@pytest.mark.parametrize("answer", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_document_is_refused_quickly(check: Verifier, answer: str) -> None:
    start = time.process_time()
    assert not verify(check, answer).passed
    assert time.process_time() - start < 3


@given(st.text(alphabet=st.sampled_from("<>/ab=\"' \n.{}:;()@#-!*,&"), max_size=80))
def test_any_text_gets_a_verdict_as_a_document(text: str) -> None:
    assert not verify(FORM, text).passed
    assert not verify(GRID, text).passed


def test_lists_of_selectors_nested_in_each_other_are_refused_in_time() -> None:
    before = time.process_time()
    verdict = verify(GRID, fence("p, a {" * 40 + "}" * 40, language="css"))
    assert verdict == Verdict(passed=False, reason="more than 1000 rules")
    assert time.process_time() - before < 5


def test_what_is_wrong_in_a_query_that_does_not_hold_is_no_fault() -> None:
    sheet = ".a { display: grid } @media QUERY { .b { color } }"
    fenced = [fence(sheet.replace("QUERY", query), language="css") for query in ("print", "screen")]
    assert [verify(GRID, one).passed for one in fenced] == [True, False]
