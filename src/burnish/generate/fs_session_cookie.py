"""Category `fs_session_cookie`: setting a session cookie, finding the session of a request, a new session at login."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, in_words, pick, pick_some
from burnish.generate.wording import draw_noun

COOKIES = "sid|session|session_id|auth|login|app_session|shop_sid|SESSION|user_session|connect_sid|web_session|portal"
UNITS = {"minute": 60, "hour": 3600, "day": 86_400}
LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def draw_token(rng: Random) -> str:
    """Return a session's token."""
    return "".join(rng.choices(LETTERS, k=rng.randrange(12, 20)))


# A browser doesn't mind the order of attributes or the case of their names.
HEADER_HARNESS = """
def drive(ns, call):
    first, *rest = [part.strip() for part in ns[call["entry"]](*call["args"]).split(";")]
    return {"cookie": first, "attributes": sorted(part.lower() for part in rest)}
"""


def draw_header(rng: Random) -> dict[str, Any]:
    """Draw a cookie's name, lifetime and protections."""
    noun, unit = draw_noun(rng), rng.choice(tuple(UNITS))
    count = rng.choice((2, 3, 5, 7, 12, 20, 30, 45))
    seconds = count * UNITS[unit]
    others = ["HttpOnly", "Secure", f"SameSite={pick(rng, 'Lax|Strict')}",
              f"Path=/{pick(rng, f'admin|app|account|{noun.many}|my|')}"]  # fmt: skip
    chosen = [f"Max-Age={seconds}", *rng.sample(others, rng.choice((2, 2, 3)))]
    rng.shuffle(chosen)
    pairs = [one.partition("=") for one in chosen]
    named = {key.lower(): value or True for key, _, value in pairs} | {"max-age": seconds}
    flags = [one for one in chosen if not one.startswith("Max-Age")]
    return {
        "name": pick(rng, f"session_cookie|login_cookie|cookie_header|make_cookie|cookie_for|set_session|{noun.one}_cookie"),
        "arg": pick(rng, "token|key|value|secret|ticket"), "cookie": pick(rng, COOKIES), "many": noun.many,
        "attributes": chosen, "text": "; ".join(chosen), "listed": ", ".join(f'"{one}"' for one in chosen), "named": named,
        "words": in_words(flags), "drop": flags[0], "seconds": seconds, "wrong": seconds // 60,
        "life": f"{count} {unit}s", "key": flags[0].partition("=")[0].lower(), "other": pick(rng, "id|cookie|user|name"),
    }  # fmt: skip


def check_header(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the parts of the header, whatever their order."""
    wanted = sorted(one.lower() for one in facts["attributes"])
    cases = []
    for _ in range(4):
        token = draw_token(rng)
        call = {"entry": facts["name"], "args": [token]}
        cases.append((call, {"cookie": f"{facts['cookie']}={token}", "attributes": wanted}))
    return python_check(facts["name"], cases, harness=HEADER_HARNESS)


HEADER = Template(
    id="set_cookie_header",
    ask=(
        "Write a Python function `«name»(«arg»)` that returns the value of a `Set-Cookie` header: the cookie `«cookie»` holds `«arg»`, lives «life» (`Max-Age`, in seconds) and has «words».",
        "After login our «many» page sets the cookie `«cookie»`. I need `«name»(«arg»)` in Python, which gives back the header's text with the value `«arg»`, the attributes «words», and a `Max-Age` of «life» written in seconds.",
        "In Python, build a session cookie by hand: `«name»(«arg»)` returns one string for `Set-Cookie`, beginning with `«cookie»=` and the token. Add «words». It expires after «life»; use `Max-Age`, which counts seconds.",
        "Please implement `«name»(«arg»)`. Result: a `Set-Cookie` value. Name: `«cookie»`. Content: `«arg»`. Attributes: «words». Lifetime: «life», as `Max-Age` seconds. Language: Python.",
        "Which Python function sends a session to the browser safely? Call it `«name»`; it takes `«arg»` and returns `«cookie»=<«arg»>` followed by «words» and the `Max-Age` for «life» (a number of seconds), parts separated by `; `.",
    ),
    draw=draw_header,
    shapes=(
        Shape(name="f_string", code="""
            def «name»(«arg»):
                return f"«cookie»={«arg»}; «text»"
            """, mutants=(("; «drop»", ""), ("«cookie»=", "«other»="), ("=«seconds»", "=«wrong»"))),
        Shape(name="join", code="""
            def «name»(«arg»):
                parts = ["«cookie»=" + «arg», «listed»]
                return "; ".join(parts)
            """, mutants=((', "«drop»"', ""), ("=«seconds»", "=«wrong»"), ('"; ".join', '", ".join'))),
        Shape(name="simple_cookie", code="""
            from http.cookies import SimpleCookie

            def «name»(«arg»):
                cookie = SimpleCookie({"«cookie»": «arg»})
                cookie["«cookie»"].update(«named!r»)
                return cookie["«cookie»"].OutputString()
            """, mutants=(("'«key»'", "'comment'"), ("'max-age': «seconds»", "'max-age': «wrong»"),
                          ('cookie["«cookie»"].OutputString()', "cookie.output()"))),
    ),
    mutants=(("Max-Age", "Expires"),),
    verifier=check_header,
)  # fmt: skip


def draw_lookup(rng: Random) -> dict[str, Any]:
    """Draw where the session stands and until when it counts."""
    facts = draw_arguments(
        rng, header="header|cookie_header|text|raw", store="sessions|store|known|table", now="now|time|clock"
    )
    user, unit, count = (
        pick(rng, "user|user_id|account|owner|member|login"),
        rng.choice(("minute", "hour")),
        rng.choice((2, 5, 10, 15, 20, 45)),
    )
    kind, now, limit = rng.choice(("until", "idle", "age")), facts["now"], count * UNITS[unit]
    field = pick(
        rng,
        {
            "until": "expires_at|expires|valid_until|ends_at",
            "idle": "last_seen|seen_at|used_at|active_at",
            "age": "created_at|started_at|login_at|issued_at",
        }[kind],
    )
    place = f'session["{field}"]'
    over, good, near = (
        (f"{now} >= {place}", f"{now} < {place}", f"{now} > {place}")
        if kind == "until"
        else (f"{now} - {place} > {limit}", f"{now} - {place} <= {limit}", f"{now} - {place} >= {limit}")
    )
    revoked, fails = (
        pick(rng, "|revoked|blocked|logged_out"),
        rng.choice((("return None", "None"), ('raise PermissionError("no session")', "PermissionError"))),
    )
    flag = f'session["{revoked}"]'
    words = {
        "until": f"From the second `{field}` on, a session has expired",
        "idle": f"A session has expired when `{field}` is more than {count} {unit}s before `{now}`",
        "age": f"A session begins at `{field}` and lasts {count} {unit}s, the last second included",
    }[kind]
    return {
        **facts,
        "name": pick(rng,
                     f"current_{user}|{user}_of_request|find_{user}|load_session|read_session|session_{user}|authenticate"),
        "cookie": pick(rng, COOKIES), "user": user, "field": field, "kind": kind, "limit": limit, "revoked": revoked,
        "rule": words,
        "example": f'{{"{user}": 7, "{field}": 1700000000{f", {chr(34)}{revoked}{chr(34)}: False" if revoked else ""}}}',
        "extra": f" A session with a true `{revoked}` is worth nothing." if revoked else "",
        "over": over + (f" or {flag}" if revoked else ""), "good": good + (f" and not {flag}" if revoked else ""),
        "past": over, "near": near, "still": good, "fail": fails[0], "result": fails[1],
        "fails": "return None" if fails[1] == "None" else "raise PermissionError",
        "failing": "you get None" if fails[1] == "None" else "a PermissionError is raised",
    }  # fmt: skip


def check_lookup(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the user whose token was put into a header, as long as the session's last second isn't over."""
    cookie, now = facts["cookie"], rng.randrange(1_700_000_000, 1_800_000_000)
    nobody: Any = None if facts["result"] == "None" else {"raises": facts["result"]}
    cases: list[tuple[Any, Any]] = []
    for left in (100, 1, 0, -1, -100):
        shift = 1 if facts["kind"] == "until" else 0
        stamp = now + left if facts["kind"] == "until" else now - facts["limit"] + left
        token, other, user = draw_token(rng) + "=" * (left % 3), draw_token(rng), rng.randrange(2, 900)
        flags = {facts["revoked"]: False} if facts["revoked"] else {}
        sessions = {
            other: {facts["user"]: 1, facts["field"]: now + 900, **flags},
            token: {facts["user"]: user, facts["field"]: stamp, **flags},
        }
        alive = left - shift >= 0
        good = (
            f"{cookie}={token}",
            f"theme={other}; {cookie}={token}; lang=en",
            f"x{cookie}={other}; {cookie}={token}",
        )
        bad = ("", f"{cookie}x={token}", f"{cookie}={other}x", f"lang=de; x{cookie}={token}")
        results = [*((header, user if alive else nobody) for header in good), *((header, nobody) for header in bad)]
        cases += [(arrange(facts, header=header, store=sessions, now=now), result) for header, result in results]
        if flags:
            spoilt = {token: {**sessions[token], facts["revoked"]: True}}
            cases.append((arrange(facts, header=f"{cookie}={token}", store=spoilt, now=now), nobody))
    return python_check(facts["name"], cases)


LOOKUP = Template(
    id="session_of_request",
    ask=(
        "Write a Python function `«name»(«args»)`. `«header»` is a request's Cookie header (`a=1; b=2`, perhaps empty; values may contain `=`); `«store»` maps tokens to dicts such as `«example»`. Return the `«user»` of the session whose token is in the cookie `«cookie»`. `«now»` is the Unix time. «rule».«extra» Without a valid session, «fails».",
        "Who sent this request? In Python, `«name»(«args»)` should take the cookie `«cookie»` out of the text `«header»` (parts joined by `; `, a value may hold an `=`), look its value up in the dict `«store»` and return that session's `«user»`. A session looks like `«example»`. Times are Unix seconds, and `«now»` is the current one. «rule».«extra» In every other case «failing».",
        "Our server keeps logins in a dict `«store»`: token to `«example»`. Please implement `«name»(«args»)` in Python, with the Unix time `«now»`. It «fails_es» if the Cookie header `«header»` has no `«cookie»`, if the token is unknown, or if the session is over. «rule».«extra» Otherwise the result is its `«user»`. Cookie values can contain `=`.",
        "I want cookies read with the standard library only: `«name»(«args»)` in Python. Find `«cookie»` among the `; `-separated pairs of `«header»` (split each at its first `=`). Its value is a key of `«store»`, or should be. There stands a dict like `«example»`; `«now»` is the Unix time. «rule».«extra» Give back `«user»` for a live session; «failing» for a missing, unknown or expired one.",
    ),
    draw=lambda rng: {**(f := draw_lookup(rng)), "fails_es": f["fails"].replace("return", "returns").replace("raise", "raises")},
    shapes=(
        Shape(name="simple_cookie", code="""
            from http.cookies import SimpleCookie

            def «name»(«args»):
                cookie = SimpleCookie(«header»).get("«cookie»")
                session = «store».get(cookie.value) if cookie else None
                if session is None or «over»:
                    «fail»
                return session["«user»"]
            """, mutants=(("«past»", "«near»"), ("«past»", "«still»"), ('session["«user»"]', "session"),
                          ("session is None or «over»", "session is None"), (" if cookie else None", ""))),
        Shape(name="loop", code="""
            def «name»(«args»):
                for part in «header».split("; "):
                    key, _, token = part.partition("=")
                    session = «store».get(token)
                    if key == "«cookie»" and session and «good»:
                        return session["«user»"]
                «fail»
            """, mutants=(('key == "«cookie»"', '"«cookie»" in key'), (" and «good»", ""),
                          ('part.partition("=")', 'part.rpartition("=")'), ("«still»", "«past»"),
                          ('split("; ")', 'split(";")'))),
        Shape(name="dict", code="""
            def «name»(«args»):
                cookies = dict(part.split("=", 1) for part in «header».split("; ") if part)
                session = «store».get(cookies.get("«cookie»"))
                if session is None or «over»:
                    «fail»
                return session["«user»"]
            """, mutants=(('split("=", 1)', 'split("=")'), (" if part", ""), ("«past»", "«near»"),
                          ("session is None or ", ""), (" or «over»", ""))),
    ),
    verifier=check_lookup,
)  # fmt: skip


STORE_HARNESS = """
def drive(ns, call):
    ns[call["entry"]](*call["args"])
    return call["args"][call["store"]]
"""


def draw_renew(rng: Random) -> dict[str, Any]:
    """Draw what a visitor's session keeps when the visitor signs in."""
    facts = draw_arguments(
        rng,
        store="sessions|store|data|table",
        old="old|old_id|before|old_token",
        new="new|new_id|fresh|new_token",
        user="user|user_id|account_id|login",
    )
    keys = pick_some(rng, "cart|lang|theme|currency|referrer|csrf|filters|draft|coupon|region|flash|tour", 3)
    only, strict, field = (
        rng.random() < 0.5,
        rng.random() < 0.5,
        pick(rng, "user|user_id|account|login|owner|signed_in"),
    )
    pair, old, store = keys[: rng.choice((2, 2, 3))], facts["old"], facts["store"]
    return {
        **facts,
        "name": pick(rng,
                     "renew_session|rotate_session|start_session|sign_in|on_login|replace_session|upgrade_session|log_in"),
        "field": field, "keys": pair, "only": only, "strict": strict, "tuple": "(" + ", ".join(f'"{key}"' for key in pair) + ")",
        "test": "in" if only else "not in", "untest": "not in" if only else "in",
        "rule": f"keeps only {in_words(pair)} (where they exist)" if only else f"keeps everything except {in_words(pair)}",
        "keep": f"nothing but {in_words(pair)} is carried over" if only else f"{in_words(pair)} are left behind and the rest is carried over",
        "take": f"{store}.pop({old})" if strict else f"{store}.pop({old}, {{}})",
        "read": f"{store}[{old}]" if strict else f"{store}.get({old}, {{}})",
        "unknown": f"An unknown `{old}` is a KeyError." if strict else f"If `{old}` isn't there, begin with an empty session.",
        "leak": f"{store}[{old}]" if strict else f"{store}.get({old}, {{}})", "last": f', "{pair[-1]}")',
        # An old user that isn't kept can't come through.
        "put": "kept" if only else f'{{"{field}": {facts["user"]}, **kept}}',
        "set": f"session.pop({facts['user']}, None)" if only else f'session.setdefault("{field}", {facts["user"]})',
    }  # fmt: skip


def check_renew(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the store that was made without the old session, and the new one put together by hand."""
    keys, field, cases = facts["keys"], facts["field"], []
    names = ["cart", "lang", "theme", "currency", "zip", field, "visits"]
    for present in (keys, keys[:1], [], keys[1:], [*keys, *names]):
        before = {key: rng.randrange(100, 900) for key in dict.fromkeys([*present, *rng.sample(names, 3)])}
        others, user = {draw_token(rng): {"lang": "x"} for _ in range(2)}, rng.randrange(1, 90)
        kept = [key for key in before if (keys.count(key) == 1) == facts["only"]]
        after = dict(zip(kept, map(before.__getitem__, kept), strict=True))
        after[field] = user
        old, new = draw_token(rng), draw_token(rng)
        call = {
            "entry": facts["name"],
            "args": arrange(facts, store={**others, old: before}, old=old, new=new, user=user),
            "store": facts["order"].index("store"),
        }
        cases.append((call, {**others, new: after}))
        gone: Any = {"raises": "KeyError"} if facts["strict"] else {**others, new: {field: user}}
        cases.append((call | {"args": arrange(facts, store=others, old=old, new=new, user=user)}, gone))
    return python_check(facts["name"], cases, harness=STORE_HARNESS)


RENEW = Template(
    id="new_session_at_login",
    ask=(
        "To prevent session fixation, write a Python function `«name»(«args»)`. `«store»` is a dict from session ids to dicts. Move the session `«old»` to the id `«new»`, so that `«old»` no longer exists; the moved session «rule», and its `«field»` becomes `«user»`. «unknown» Change `«store»` in place; the result is ignored.",
        "Someone signs in, so the session gets a new id. Implement `«name»(«args»)` in Python: `«store»[«new»]` takes the place of `«store»[«old»]`, whose entry is deleted. Of the old dict, «keep»; then set `\"«field»\"` to `«user»`. «unknown» Other sessions stay as they are. Nothing is returned.",
        "`«store»` is a Python dict of session dicts. I need `«name»(«args»)`, which removes the entry `«old»` and stores one under `«new»` instead that «rule». The new entry always has `«field»` equal to `«user»`, even if the old one had another `«field»`. «unknown»",
        "Please write our login step in Python: `«name»(«args»)` alters the dict `«store»` (id to session dict). Steps: take out the session `«old»`; «keep»; write `«user»` into the key `«field»`; save it as `«new»`. «unknown» No return value is needed.",
    ),
    draw=draw_renew,
    shapes=(
        Shape(name="comprehension", code="""
            def «name»(«args»):
                before = «take»
                kept = {key: value for key, value in before.items() if key «test» «tuple»}
                «store»[«new»] = {**kept, "«field»": «user»}
            """, mutants=(("key «test» «tuple»", "key «untest» «tuple»"), ("«take»", "«leak»"),
                          ('{**kept, "«field»": «user»}', "«put»"), ("{**kept, ", "{"), ("«last»", ",)"))),
        Shape(name="loop", code="""
            def «name»(«args»):
                session = {}
                for key, value in «take».items():
                    if key «test» «tuple»:
                        session[key] = value
                session["«field»"] = «user»
                «store»[«new»] = session
            """, mutants=(("key «test» «tuple»", "key «untest» «tuple»"), ("«take»", "«leak»"),
                          ('    session["«field»"] = «user»\n', ""), ("[«new»]", "[«old»]"), ("«last»", ",)"))),
        Shape(name="move_then_trim", code="""
            def «name»(«args»):
                «store»[«new»] = session = «take»
                for key in list(session):
                    if key «untest» «tuple»:
                        del session[key]
                session["«field»"] = «user»
            """, mutants=(("key «untest» «tuple»", "key «test» «tuple»"), ("«take»", "«leak»"),
                          ("list(session)", "session"), ('session["«field»"] = «user»', "«set»"),
                          ("del session[key]", "session[key] = None"))),
    ),
    verifier=check_renew,
)  # fmt: skip

CATEGORY = Category(name="fs_session_cookie", family="identity", templates=(HEADER, LOOKUP, RENEW))
