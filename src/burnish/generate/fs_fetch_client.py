"""Category `fs_fetch_client`: small clients of an HTTP API in JavaScript, driven with a stand-in for `fetch`."""

from random import Random
from typing import Any

from burnish.generate.checks import node_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.wording import FIRST_NAMES, draw_noun

FETCHERS = "fetch|request|http|fetchFn|send|client"
ROOTS = "/api|/v1|/v2|/admin|/public|/internal|/rest|/shop|/api/v3"
# The argument "@fetch" becomes a stand-in that answers with the replies in turn and notes what it was asked for. A
# reply without a body has no JSON in it.
HARNESS = """async (exports, { args, replies, show }) => {
  const asked = [];
  const fetcher = async (url, options = {}) => {
    const { pathname, searchParams } = new URL(url, "http://host");
    const headers = new Headers(options.headers);
    const sent = { method: options.method || "GET", path: pathname, query: Object.fromEntries(searchParams) };
    if (options.body !== undefined) sent.body = JSON.parse(options.body);
    for (const name of show) sent[name] = (headers.get(name) || "").split(";")[0];
    const { status, body } = replies[asked.push(sent) - 1];
    const text = body === undefined ? "<p>Sorry</p>" : JSON.stringify(body);
    return { ok: status > 199 && status < 300, status, text: async () => text, json: async () => JSON.parse(text) };
  };
  try {
    return { asked, value: await exports.NAME(...args.map((one) => (one === "@fetch" ? fetcher : one))) };
  } catch (error) {
    return { asked, error: error.message };
  }
}"""


def fetch_check(facts: Facts, cases: list[tuple[Any, Any]]) -> dict[str, Any]:
    """Return the verifier of calls (arguments, replies, headers to show)."""
    calls = [({"args": args, "replies": replies, "show": show}, expected) for (args, replies, show), expected in cases]
    return node_check(facts["name"], calls, harness=HARNESS.replace("NAME", facts["name"]))


def draw_get(rng: Random) -> dict[str, Any]:
    """Draw an address, what a failure gives and whether the body has the thing under a key."""
    noun, start = draw_noun(rng), pick(rng, "HTTP|Status|Failed with|Server said|Got|Bad status")
    names = draw_arguments(rng, http=FETCHERS, id=f"id|{noun.one}Id|key|code")
    throws, inside, encoded = rng.random() < 0.6, rng.random() < 0.5, rng.random() < 0.5
    key, identity = pick(rng, f"data|result|item|{noun.one}"), names["id"]
    return {
        **names, "name": f"{pick(rng, 'fetch|load|get|find|read')}{noun.kind}", "path": f"{pick(rng, ROOTS)}/{noun.many}",
        "one": noun.one, "start": start,
        "throws": throws, "encoded": encoded, "key": key if inside else "",
        "part": f"encodeURIComponent({identity})" if encoded else identity,
        "fail": f"throw new Error(`{start} ${{response.status}}`)" if throws else "return null",
        "body": f"(await response.json()).{key}" if inside else "response.json()",
        "then": f"response.json().then((body) => body.{key})" if inside else "response.json()",
        "gives": f"the property `{key}` of the parsed JSON" if inside else "the parsed JSON",
        "failure": f"throw an `Error` whose message is `{start}`, a space and the status, as in `{start} 404`" if throws else "return null",
        "care": f" `{identity}` may hold any character, so encode it." if encoded else "",
    }  # fmt: skip


def check_get(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the thing that was put into the body, or what its status calls for."""
    identity = str(rng.randrange(20, 900))
    cases: list[tuple[Any, Any]] = []
    for status, given, part in (
        (200, identity, identity),
        (404, identity, identity),
        (500, "7", "7"),
        (201, "x1", "x1"),
        (302, "8", "8"),
        (200, "a/b", "a%2Fb"),
    ):
        thing = {"id": given, "name": rng.choice(FIRST_NAMES)}
        body = {facts["key"]: thing, "took": 3} if facts["key"] else thing
        if "/" in given and not facts["encoded"]:
            continue
        outcome: dict[str, Any] = {"value": thing}
        if status >= 300:
            outcome = {"error": f"{facts['start']} {status}"} if facts["throws"] else {"value": None}
        asked = {"method": "GET", "path": f"{facts['path']}/{part}", "query": {}}
        cases.append(
            (
                (arrange(facts, http="@fetch", id=given), [{"status": status, "body": body}], []),
                {"asked": [asked], **outcome},
            )
        )
    return fetch_check(facts, cases)


GET = Template(
    id="get_one",
    ask=(
        "Write an async JavaScript function `«name»(«args»)` that requests `«path»/{«id»}` through `«http»`, a function like `fetch`, and returns «gives». If the response isn't ok, «failure».«care»",
        "`«http»` works like the browser's `fetch`. In JavaScript, implement `async «name»(«args»)`: GET the «one» at `«path»/` plus `«id»` and give back «gives». When `response.ok` is false, «failure».«care»",
        "I need one «one» from our API. Its address is `«path»/{«id»}`.«care» Please write `«name»(«args»)` in JavaScript, where `«http»` is passed in place of `fetch`. The promise gives «gives»; for a status outside 200 to 299, «failure».",
        "Our client needs the JavaScript function `«name»(«args»)`. For a response that is not ok: «failure». Otherwise its result is «gives». Call `«http»`, which has the signature of `fetch`, once, with the URL `«path»/{«id»}`.«care»",
    ),
    draw=draw_get,
    shapes=(
        Shape(name="await", code="""
            async function «name»(«args») {
              const response = await «http»(`«path»/${«part»}`);
              if (!response.ok) «fail»;
              return «body»;
            }
            """, mutants=(("!response.ok", "response.ok"), ("  if (!response.ok) «fail»;\n", ""),
                          ("!response.ok", "response.status === 404"), ("return «body»", "return response"))),
        Shape(name="then", code="""
            const «name» = («args») =>
              «http»(`«path»/${«part»}`).then((response) => {
                if (!response.ok) «fail»;
                return «then»;
              });
            """, mutants=(("!response.ok", "response.status >= 500"), ("    if (!response.ok) «fail»;\n", ""),
                          ("return «then»", "«then»"))),
        Shape(name="ok_first", code="""
            async function «name»(«args») {
              const response = await «http»(`«path»/${«part»}`);
              if (response.ok) {
                return «body»;
              }
              «fail»;
            }
            """, mutants=(("response.ok", "response.status === 200"), ("if (response.ok)", "if (!response.ok)"),
                          ("return «body»", "«body»"), ("    return «body»;\n  }\n", "    «fail»;\n  }\n"))),
    ),
    mutants=(("`«path»/$", "`«path»$"), ("encodeURIComponent(«id»)", "«id»"), ("response.status}", "response.statusText}"),
             ("return null", "return {}"), (").«key»", ")"), ("=> body.«key»", "=> body")),
    verifier=check_get,
)  # fmt: skip

SECRETS = (
    ("token", "authorization", "Authorization", "`Bearer ${token}`", "`Authorization: Bearer`, followed by `token`", "Bearer "),
    ("key", "x-api-key", "X-Api-Key", "key", "`X-Api-Key`, whose value is `key`", ""),
    ("csrf", "x-csrf-token", "X-CSRF-Token", "csrf", "`X-CSRF-Token`, whose value is `csrf`", ""),
    ("tenant", "x-tenant", "X-Tenant", "tenant", "`X-Tenant`, whose value is `tenant`", ""),
    ("version", "if-match", "If-Match", "version", "`If-Match`, whose value is `version`", ""),
)  # fmt: skip
CONTENT_TYPE = '"Content-Type": "application/json"'


def draw_send(rng: Random) -> dict[str, Any]:
    """Draw the method, a header and the statuses of a request that saves something."""
    noun, method = draw_noun(rng), rng.choice(("POST", "PUT", "PATCH"))
    secret = rng.choice((None, *SECRETS))
    extra = {secret[0]: secret[0]} if secret else {}
    identity = {} if method == "POST" else {"id": f"id|{noun.one}Id"}
    facts = draw_arguments(rng, http=FETCHERS, data=f"data|values|input|{noun.one}", **identity, **extra)
    path = f"{pick(rng, ROOTS)}/{noun.many}"
    return {
        **facts, "name": f"{pick(rng, 'create|add|post' if method == 'POST' else 'update|save|change|edit')}{noun.kind}",
        "method": method, "path": path,
        "url": f'"{path}"' if method == "POST" else f"`{path}/${{{facts['id']}}}`",
        "address": path if method == "POST" else f"{path}/{{{facts['id']}}}",
        "headers": f'{CONTENT_TYPE}, "{secret[2]}": {secret[3]}' if secret else CONTENT_TYPE, "one": noun.one,
        "secret": list(secret) if secret else [],
        "also": f", the header {secret[4]}," if secret else "",
        "also_first": f"{secret[4]}, and the header " if secret else "",
        "as_well": f" and the header {secret[4]}" if secret else "", "invalid": rng.choice((400, 409, 422)),
        "ok": pick(rng, "ok|success|saved|done"),
        "value": pick(rng, f"data|value|result|{noun.one}"), "errors": pick(rng, "errors|problems|messages|issues|details"),
        "message": pick(rng, "Saving failed|Request failed|Server error|Could not save|Please try again|Unexpected status"),
    }  # fmt: skip


def check_send(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the noted request, and the result that each status calls for."""
    cases: list[tuple[Any, Any]] = []
    for status in (
        200,
        201,
        facts["invalid"],
        401,
        404,
        503,
        next(code for code in (422, 400) if code != facts["invalid"]),
    ):
        number, code = str(rng.randrange(3, 900)), f"s{rng.randrange(100, 999)}"
        data, problems = {"name": rng.choice(FIRST_NAMES), "count": rng.randrange(50)}, [f"too short: {number}"]
        given: dict[str, Any] = {"http": "@fetch", "data": data, "id": number}
        asked = {
            "method": facts["method"],
            "path": facts["address"].partition("/{")[0],
            "query": {},
            "body": data,
            "content-type": "application/json",
        }
        if facts["method"] != "POST":
            asked["path"] += f"/{number}"
        if facts["secret"]:
            given[facts["secret"][0]] = code
            asked[facts["secret"][1]] = f"{facts['secret'][5]}{code}"
        reply: dict[str, Any] = {"status": status}
        outcome: dict[str, Any] = {"error": facts["message"]}
        if status < 300:
            reply["body"] = {"id": number, **data}
            outcome = {"value": {facts["ok"]: True, facts["value"]: reply["body"]}}
        elif status == facts["invalid"]:
            reply["body"] = {facts["errors"]: problems, "trace": "a1"}
            outcome = {"value": {facts["ok"]: False, facts["errors"]: problems}}
        arguments = [given[role] for role in facts["order"]]
        cases.append(((arguments, [reply], ["content-type", *facts["secret"][1:2]]), {"asked": [asked], **outcome}))
    return fetch_check(facts, cases)


SEND = Template(
    id="send_json",
    ask=(
        "Write an async JavaScript function `«name»(«args»)` that sends `«data»` as JSON by «method» to `«address»`. `«http»` is a function like `fetch`; the request has the header «also_first»`Content-Type: application/json`. An ok response gives `{ «ok»: true, «value» }` with its JSON as `«value»`; status «invalid» gives `{ «ok»: false, «errors» }` with the `«errors»` of its JSON; anything else throws `Error(\"«message»\")`.",
        "In JavaScript, implement `«name»(«args»)` for the form of a «one». It calls `«http»` (same signature as `fetch`) with `«address»`, method «method», a JSON body made of `«data»`«also» and the content type `application/json`. Results: `«ok»: true` and the parsed response as `«value»` on success, `«ok»: false` and the `«errors»` from the response body on «invalid». Throw an `Error` with the message \"«message»\" on every other status; its body may not be JSON.",
        "When a «one» is saved, the server replies with 2xx and the stored object, with «invalid» and `{ \"«errors»\": [...] }`, or with some other status, which is an `Error` \"«message»\". Write `«name»(«args»)` in JavaScript: «method» `«data»` to `«address»` through `«http»`, a stand-in for `fetch`, with the content type `application/json`«as_well». Return `{ «ok»: true, «value»: ... }` or `{ «ok»: false, «errors»: [...] }`.",
        "Please give me an async function `«name»(«args»)` in plain JavaScript. Request: «method» `«address»`, `«data»` in the body as JSON«also» and `Content-Type: application/json`, sent with `«http»` instead of the global `fetch`. Response: if ok, return `{ «ok»: true, «value»: <its JSON> }`. If the status is «invalid», return `{ «ok»: false, «errors»: <that field of its JSON> }`. Otherwise throw `new Error(\"«message»\")`.",
    ),
    draw=draw_send,
    shapes=(
        Shape(name="ifs", code="""
            async function «name»(«args») {
              const response = await «http»(«url», {
                method: "«method»",
                headers: { «headers» },
                body: JSON.stringify(«data»),
              });
              if (response.ok) return { «ok»: true, «value»: await response.json() };
              if (response.status === «invalid») {
                return { «ok»: false, «errors»: (await response.json()).«errors» };
              }
              throw new Error("«message»");
            }
            """, mutants=(("(await response.json()).«errors»", "await response.json()"),
                          ("if (response.ok)", "if (response.status === 200)"), ("=== «invalid»", "=== 404"))),
        Shape(name="one_parse", code="""
            const «name» = async («args») => {
              const options = { method: "«method»", headers: { «headers» }, body: JSON.stringify(«data») };
              const response = await «http»(«url», options);
              if (!response.ok && response.status !== «invalid») throw new Error("«message»");
              const result = await response.json();
              return response.ok ? { «ok»: true, «value»: result } : { «ok»: false, «errors»: result.«errors» };
            };
            """, mutants=((" && response.status !== «invalid»", ""), ("!response.ok && ", ""),
                          ("result.«errors»", "result"), ("return response.ok ?", "return result ?"))),
        Shape(name="then", code="""
            function «name»(«args») {
              const headers = { «headers» };
              return «http»(«url», { method: "«method»", headers, body: JSON.stringify(«data») }).then(async (response) => {
                if (response.status === «invalid») {
                  const { «errors» } = await response.json();
                  return { «ok»: false, «errors» };
                }
                if (!response.ok) throw new Error("«message»");
                return { «ok»: true, «value»: await response.json() };
              });
            }
            """, mutants=(("if (!response.ok)", "if (response.status >= 500)"), ("=== «invalid»", ">= «invalid»"),
                          ("«ok»: false, «errors» };", "«ok»: false };"))),
    ),
    mutants=(("JSON.stringify(«data»)", "«data»"), ('"«method»"', '"GET"'), (CONTENT_TYPE, '"Accept": "application/json"'),
             ("«ok»: false", "«ok»: true"), ("Bearer ", ""), ("«value»: await response.json()", "«value»: response")),
    verifier=check_send,
)  # fmt: skip


def draw_pages(rng: Random) -> dict[str, Any]:
    """Draw the names of a paged list, what a failed page means and when enough is loaded."""
    noun = draw_noun(rng)
    throws, capped = rng.random() < 0.5, rng.random() < 0.5
    fixed = rng.choice(
        (
            ("limit", rng.choice((20, 25, 50, 100))),
            ("size", rng.choice((10, 30, 40))),
            ("status", pick(rng, "open|active|draft|closed")),
            ("sort", pick(rng, "name|date|price")),
        )
    )
    items, most = pick(rng, f"items|data|results|{noun.many}"), rng.randrange(3, 7)
    next_key, message = (
        pick(rng, "next|nextCursor|nextToken|more|continuation"),
        pick(rng, "Page failed|Loading failed|Bad page|No answer"),
    )
    return {
        "name": f"{pick(rng, 'loadAll|fetchAll|getAll|collect|listAll')}{noun.many.title()}", "many": noun.many,
        "http": pick(rng, FETCHERS), "path": f"{pick(rng, ROOTS)}/{noun.many}",
        "fixed": f"{fixed[0]}={fixed[1]}", "key": fixed[0], "setting": str(fixed[1]),
        "param": pick(rng, "cursor|after|token|from|page_token"), "items": items, "next": next_key,
        "throws": throws, "most": most if capped else 0, "message": message,
        "fail": f'throw new Error("{message}")' if throws else "return all",
        "recursive_fail": f'throw new Error("{message}")' if throws else "return found",
        "failure": f'throws `Error("{message}")`' if throws else "ends the loading: the result is what came before it",
        "enough": f" && all.length < {most}" if capped else "",
        "cap": f" Once it has {most} or more {noun.many}, it makes no further request." if capped else "",
    }  # fmt: skip


def check_pages(facts: Facts, rng: Random) -> dict[str, Any]:
    """Walk through pages written beforehand until one ends the walk."""
    key, most = facts["items"], facts["most"]
    cases: list[tuple[Any, Any]] = []
    for sizes, broken in (
        ([2], 9),
        ([], 0),
        ([1, 2, 2, 1], 9),
        ([3, 3, 2], 9),
        ([2, 0, 3, 4], 9),
        ([2, 1, 1], 2),
        ([most, 2, 1], 9),
        ([1, 1], 1),
    ):
        numbers = iter(rng.sample(range(100, 999), sum(sizes)))
        replies, asked, shown, cursor, failed, over = [], [], [], "", False, False
        for position, size in enumerate(sizes or [1]):
            page = [next(numbers) for _ in range(size)] if sizes else []
            following = f"c{position}+/=" if position < len(sizes) - 1 else None
            replies.append(
                {"status": 500 if position == broken else 200, "body": {key: page, facts["next"]: following}}
            )
            if over or failed:
                continue
            asked.append(
                {
                    "method": "GET",
                    "path": facts["path"],
                    "query": {facts["key"]: facts["setting"], **({facts["param"]: cursor} if cursor else {})},
                }
            )
            failed = position == broken
            shown += [] if failed else page
            over = bool(most) and len(shown) >= most
            cursor = following or ""
        outcome = {"error": facts["message"]} if failed and facts["throws"] else {"value": shown}
        cases.append(((["@fetch"], replies, []), {"asked": asked, **outcome}))
    return fetch_check(facts, cases)


PAGES = Template(
    id="all_pages",
    ask=(
        "Write an async JavaScript function `«name»(«http»)` that loads all «many», page by page, with `«http»`, a function like `fetch`. The first URL is `«path»?«fixed»`. Each response is JSON with a list `«items»` and `«next»`, the value for the query parameter `«param»` of the following request (encode it), or null at the end. Return all items in one array. A response that isn't ok «failure».«cap»",
        "Our «many» come in pages: GET `«path»?«fixed»` answers `{ \"«items»\": [...], \"«next»\": \"...\" }`; the next page is the same address plus `&«param»=` and the encoded `«next»`. On the last page `«next»` is null. In JavaScript, implement `«name»(«http»)`, where `«http»` replaces `fetch`; it resolves to the «items» of all pages in order. A failed response (not ok) «failure».«cap»",
        "Please implement `async «name»(«http»)` in JavaScript.«cap» It calls `«http»` as it would call `fetch`, at first with `«path»?«fixed»`. As long as the parsed body has a `«next»` that isn't null, it repeats the request with the extra parameter `«param»` set to it, URL-encoded. It collects the arrays `«items»` into one. A status that isn't ok «failure».",
        "I want every entry of a paged endpoint. `«name»(«http»)` in JavaScript gets a `fetch`-like function. Request `«path»` with `«fixed»` in the query, and from the second page on with `«param»` too, the `«next»` of the page before. Join the `«items»` of the JSON bodies; stop when `«next»` is null.«cap» A page whose response isn't ok «failure». Values in the query must be encoded.",
    ),
    draw=draw_pages,
    shapes=(
        Shape(name="do_while", code="""
            async function «name»(«http») {
              const all = [];
              const params = new URLSearchParams("«fixed»");
              let next = null;
              do {
                if (next) params.set("«param»", next);
                const response = await «http»(`«path»?${params}`);
                if (!response.ok) «fail»;
                const body = await response.json();
                all.push(...body.«items»);
                next = body.«next»;
              } while (next«enough»);
              return all;
            }
            """, mutants=(("while (next«enough»)", "while (false)"), ("    if (!response.ok) «fail»;\n", ""),
                          ("all.push(...body", "all.unshift(...body"), ("params.set", "params.delete"),
                          ("...body.«items»", "body.«items»"))),
        Shape(name="recursion", code="""
            async function «name»(«http», next = null, found = []) {
              const extra = next ? `&«param»=${encodeURIComponent(next)}` : "";
              const response = await «http»(`«path»?«fixed»${extra}`);
              if (!response.ok) «recursive_fail»;
              const body = await response.json();
              const all = [...found, ...body.«items»];
              return body.«next»«enough» ? «name»(«http», body.«next», all) : all;
            }
            """, mutants=(("[...found, ...body", "[...body"), ("encodeURIComponent(next)", "next"),
                          ("!response.ok", "response.ok"), ("body.«next», all)", "null, all)"))),
        Shape(name="while_url", code="""
            const «name» = async («http») => {
              const all = [];
              let url = "«path»?«fixed»";
              while (url) {
                const response = await «http»(url);
                if (!response.ok) «fail»;
                const page = await response.json();
                all.push(...page.«items»);
                url = page.«next»«enough» && `«path»?«fixed»&«param»=${encodeURIComponent(page.«next»)}`;
              }
              return all;
            };
            """, mutants=(("${encodeURIComponent(page.«next»)}", "${page.«next»}"), ("all.push(...page", "all.push(page"),
                          ("    if (!response.ok) «fail»;\n", ""),
                          ("url = page.«next»«enough» && ", "url = !page.«next» && "))),
    ),
    mutants=((" && all.length < ", " && all.length <= "), ("«param»", "page"), ("return all;", "return all.length;")),
    verifier=check_pages,
)  # fmt: skip

CATEGORY = Category(name="fs_fetch_client", family="frontend_data", templates=(GET, SEND, PAGES))
