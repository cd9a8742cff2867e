"""The guard of `fs_client_route`: what a path shows to whom, and where others are sent."""

from random import Random
from typing import Any
from urllib.parse import quote

from burnish.generate.checks import node_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import draw_noun

# What an unknown path gives, as code and as data; `{0}` is the key of what is shown.
UNKNOWN = (
    '{{ {0}: "NotFound" }}',
    "null",
    '{{ redirect: "/" }}',
    '{{ {0}: "Missing", status: 404 }}',
    '{{ error: "unknown" }}',
)
REFUSED = (
    '{{ {0}: "Forbidden" }}',
    '{{ redirect: "/home" }}',
    '{{ {0}: "NoAccess", status: 403 }}',
    '{{ error: "denied" }}',
)
# Who may see a protected route: the keys it is written under, words, and the test.
RULES = (
    ("role|requires|access|only", ("the user's `role` must be the same", "only a user with just this `role` may see it"),
     "user.role === route.{0}"),
    ("role|requires|access|needs",
     ("the user's array `roles` must hold it", "only a user whose `roles` include it may see it"),
     "user.roles.includes(route.{0})"),
    ("level|minLevel|needs|requires",
     ("the user's `level` must be at least that", "users below that `level` may not see it"), "user.level >= route.{0}"),
)  # fmt: skip
# Optional rules: a key of a route, sentences about it, and its line.
OPTIONS = {
    "alias": ("to|alias|goto|target",
              ("A route with `{0}` sends everybody there: `{{ redirect: route.{0} }}`.",
               "`{0}` on a route is another path, and the answer is then `{{ redirect: route.{0} }}` for all."),
              "if (route.{0}) return {{ redirect: route.{0} }};"),
    "guest": ("guest|anonymous|guestOnly|outside",
              ("Where `{0}` is true, users (not visitors) get `{{ redirect: \"/start\" }}`.",
               "A route whose `{0}` is true is for visitors; a user gets `{{ redirect: \"/start\" }}`."),
              "if (route.{0} && user) return {{ redirect: \"/start\" }};"),
    "off": ("off|hidden|disabled|draft",
            ("Ignore routes whose `{0}` is true.", "A route with a true `{0}` doesn't count at all."), ""),
}  # fmt: skip
SENT = (
    "A visitor (`user` is null) gets `{0}` where a user is needed{1}.",
    "Without a user (`null`), a protected route gives `{0}`{1}.",
    "If `user` is null there, return `{0}`{1}.",
)  # fmt: skip
DENIED = ("Other users get `{0}`.", "Whoever may not see it gets `{0}`.", "The wrong user gets `{0}`.")
MISSING = (
    "For a path that no route has, return `{0}`.",
    "An unknown path gives `{0}`.",
    "`{0}` is the answer when no route has the path.",
)
PROTECTED = (
    "A route may have `{0}`: then {1}.",
    "If a route has `{0}`, {1}; other routes are open to all.",
    "Some routes are protected by `{0}`: {1}.",
)
FOUND = (
    "Otherwise it returns `{{ {0} }}` of the route.",
    "What may be seen is returned as `{{ {0} }}`.",
    "All else gives `{{ {0} }}` of that route.",
)


def draw_guard(rng: Random) -> dict[str, Any]:
    """Draw who may see a route, where visitors are sent, what unknown paths give, and further rules."""
    rule, noun, view = rng.randrange(3), draw_noun(rng), pick(rng, "view|page|screen|component|element|layout")
    keys, words, test = RULES[rule]
    key, login, query = (
        pick(rng, keys),
        pick(rng, "/login|/sign-in|/auth|/welcome"),
        pick(rng, "|next|from|returnTo|back|then"),
    )
    options = sorted(rng.sample(list(OPTIONS), rng.choice((0, 1, 1, 2))))
    names = {option: pick(rng, OPTIONS[option][0]) for option in options}
    lines = [line.format(names[option]) for option in options if (line := OPTIONS[option][2])]
    off = names.get("off", "")
    title = rng.random() < 0.35
    unknown, refused = rng.choice(UNKNOWN).format(view), rng.choice(REFUSED).format(view)
    sent = f"{login}?{query}=${{encodeURIComponent(path)}}" if query else login
    said_path = ", with the path through `encodeURIComponent` in place of the dots" if query else ""
    said_sent = f'{{ redirect: "{login}?{query}=..." }}' if query else f'{{ redirect: "{login}" }}'
    return {
        "name": pick(rng, "resolveRoute|guard|navigate|openPath|resolvePath|enter|checkRoute"),
        "path": f"/{noun.many.replace('_', '-')}", "many": noun.many.replace("_", " "), "key": key,
        "rule": rule, "allowed": test.format(key), "unknown": unknown, "refused": refused, "view": view, "login": login,
        "query": query, "names": names, "off": off,
        "shown": f"{{ {view}: route.{view}{', title: route.title' if title else ''} }}", "has_title": title,
        "sent": f"`{sent}`" if query else f'"{sent}"',
        "find": f" && !one.{off}" if off else "", "lacks": f" || route.{off}" if off else "",
        "early": "".join(f"  {line}\n" for line in lines), "deep": "".join(f"    {line}\n" for line in lines),
        "said_rule": rng.choice(PROTECTED).format(key, rng.choice(words)),
        "said_sent": rng.choice(SENT).format(said_sent, said_path),
        "said_refused": rng.choice(DENIED).format(refused), "said_unknown": rng.choice(MISSING).format(unknown),
        "said_found": rng.choice(FOUND).format(f"{view}, title" if title else view),
        "said_options": "".join(f" {rng.choice(OPTIONS[option][1]).format(names[option])}" for option in options),
    }  # fmt: skip


def draw_users(rng: Random, *, rule: int) -> tuple[Any, list[Any], list[Any]]:
    """Return what a route asks for, users who have it, and users who haven't."""
    if rule == 2:
        level = rng.randrange(2, 8)
        return level, [{"level": level}, {"level": level + 1}], [{"level": level - 1}, {"level": 0}]
    role = rng.choice(("admin", "editor", "owner"))
    if rule == 1:
        return role, [{"roles": ["guest", role]}, {"roles": [role]}], [{"roles": []}, {"roles": ["guest", f"{role}s"]}]
    return role, [{"role": role}], [{"role": "guest"}, {"role": f"{role}s"}]


def read_answer(facts: Facts, text: str) -> Any:
    """Return an answer of the prompt as data."""
    view = facts["view"]
    answers = {
        "NotFound": {view: "NotFound"}, "null": None, '"/"': {"redirect": "/"}, "Missing": {view: "Missing", "status": 404},
        "unknown": {"error": "unknown"},
        "Forbidden": {view: "Forbidden"}, "/home": {"redirect": "/home"}, "NoAccess": {view: "NoAccess", "status": 403},
        "denied": {"error": "denied"},
    }  # fmt: skip
    return next(data for mark, data in answers.items() if mark in text)


def check_guard(facts: Facts, rng: Random) -> dict[str, Any]:
    """Write down which of the visitors sees which page."""
    names, secret = facts["names"], facts["path"]
    needs, insiders, outsiders = draw_users(rng, rule=facts["rule"])
    unknown, refused = (read_answer(facts, facts[answer]) for answer in ("unknown", "refused"))
    pages = {
        "/": "Start",
        f"{secret}/a b": "Second",
        secret: "Secret",
        "/help": "Help",
        "/else": "Else",
        "/join": "Join",
        "/gone": "Gone",
    }
    shown = {
        path: {facts["view"]: word} | ({"title": f"{word}!"} if facts["has_title"] else {})
        for path, word in pages.items()
    }
    own = {path: {facts["key"]: needs} for path in (secret, f"{secret}/a b")}
    own |= {
        path: {names[option]: value}
        for path, option, value in (("/else", "alias", "/help"), ("/join", "guest", True), ("/gone", "off", True))
        if option in names
    }
    routes = [{"path": path, **shown[path], "title": f"{word}!", **own.get(path, {})} for path, word in pages.items()]
    cases: list[tuple[Any, Any]] = []
    for user in (None, *insiders, *outsiders):
        found = shown | {"/hel": unknown, f"{secret}/": unknown}
        found |= {"/else": {"redirect": "/help"}} if "alias" in names else {}
        found |= {"/join": {"redirect": "/start"}} if "guest" in names and user else {}
        found |= {"/gone": unknown} if "off" in names else {}
        for path in (secret, f"{secret}/a b"):
            to = facts["login"] + (f"?{facts['query']}={quote(path, safe='')}" if facts["query"] else "")
            found[path] = {"redirect": to} if user is None else shown[path] if user in insiders else refused
        cases += [([routes, path, user], answer) for path, answer in found.items()]
    return node_check(facts["name"], cases)


GUARD = Template(
    id="guarded_route",
    ask=(
        "Write a JavaScript function `«name»(routes, path, user)`. It looks for the route, such as `{ path: \"«path»\", «view»: \"List\" }`, whose `path` is equal. "
        "«said_unknown» «said_rule» «said_sent» «said_refused»«said_options» «said_found»",
        "Our front end with «many» needs a guard in JavaScript.«said_options» «said_rule» «said_refused» «said_sent» «said_unknown» «said_found» Call it "
        "`«name»(routes, path, user)`; `routes` is an array of objects with `path` and `«view»`, and paths must be equal.",
        "What does a single-page app show at `«path»`? `«name»(routes, path, user)` should decide it, in JavaScript: it takes the route with this `path`. «said_rule» "
        "«said_sent» «said_refused» «said_unknown»«said_options» «said_found»",
        "`«name»(routes, path, user)`, please, in JavaScript. «said_unknown»«said_options» «said_rule» «said_refused» «said_sent» «said_found» The first argument is an "
        "array of routes, each with its `path`, to be compared as it is, and its `«view»`.",
    ),
    draw=draw_guard,
    shapes=(
        Shape(name="ifs", code="""
            function «name»(routes, path, user) {
              const route = routes.find((one) => one.path === path«find»);
              if (!route) return «unknown»;
            «early»  const shown = «shown»;
              if (!route.«key») return shown;
              if (!user) return { redirect: «sent» };
              return «allowed» ? shown : «refused»;
            }
            """, mutants=(("if (!route.«key») return shown;", ""), ("if (!user) return { redirect: «sent» };", ""),
                          ("? shown : «refused»", "? «refused» : shown"), ("if (!route) return «unknown»;", ""),
                          ("redirect: «sent»", "redirect: path"), (".path === path", ".path.startsWith(path)"))),
        Shape(name="lookup", code="""
            const «name» = (routes, path, user) => {
              const route = Object.fromEntries(routes.map((one) => [one.path, one]))[path];
              if (route === undefined«lacks») return «unknown»;
            «early»  if (route.«key» !== undefined) {
                if (user === null) return { redirect: «sent» };
                if (!(«allowed»)) return «refused»;
              }
              return «shown»;
            };
            """, mutants=(("!== undefined", "=== undefined"), ("return «refused»", "return «shown»"),
                          ("Object.fromEntries(", "new Map("), ("user === null", "user"),
                          ("«view»: route.«view»", "«view»: path"))),
        Shape(name="loop", code="""
            function «name»(routes, path, user) {
              for (const route of routes) {
                if (route.path !== path«lacks») continue;
            «deep»    const isOpen = !("«key»" in route);
                if (isOpen || (user && «allowed»)) return «shown»;
                return user ? «refused» : { redirect: «sent» };
              }
              return «unknown»;
            }
            """, mutants=(("isOpen || ", ""), ("user ? «refused»", "!user ? «refused»"),
                          ("  return «unknown»", "  return { «view»: path }"), ("!==", "==="),
                          ("(user && «allowed»)", "user"))),
    ),
    mutants=(("encodeURIComponent(path)", "path"), ("user.level >=", "user.level >"), ("user.role ===", "user.role !=="),
             ("«login»", "«path»"), (", title: route.title", ""), (" && user) return", ") return"), ("«find»", ""),
             ("«lacks»", "")),
    verifier=check_guard,
)  # fmt: skip
