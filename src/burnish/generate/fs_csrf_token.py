"""Category `fs_csrf_token`: which requests need a token, tokens that are signed and age, tokens sent twice."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, in_words, pick
from burnish.generate.fs_webhook_signature import digest_by_hand
from burnish.generate.wording import draw_noun

METHODS = ("GET", "HEAD", "OPTIONS", "TRACE", "POST", "PUT", "PATCH", "DELETE")
LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def draw_token(rng: Random) -> str:
    """Return a random token."""
    return "".join(rng.choices(LETTERS, k=rng.randrange(12, 20)))


def draw_need(rng: Random) -> dict[str, Any]:
    """Draw the methods that are guarded, the paths that aren't, and which of the two is asked for."""
    noun, listed, exempt, prefix = draw_noun(rng), rng.random() < 0.4, rng.random() < 0.4, rng.random() < 0.6
    names = (
        rng.sample(("POST", "PUT", "PATCH", "DELETE"), rng.choice((2, 3, 4)))
        if listed
        else ["GET", *rng.sample(("HEAD", "OPTIONS", "TRACE"), rng.choice((1, 2, 3)))]
    )
    facts = draw_arguments(rng, method="method|verb|http_method", path="path|url_path|route|target")
    method, path = facts["method"], facts["path"]
    start = (
        pick(rng, f"/webhooks/|/hooks/|/api/{noun.many}/|/{noun.many}/|/public/|/callbacks/")
        if prefix
        else pick(rng, f"/login|/health|/{noun.many}|/api/{noun.many}|/{noun.many}/import|/metrics")
    )
    inside, outside = ("in", "not in") if listed else ("not in", "in")
    group = "(" + ", ".join(f'"{one}"' for one in names) + ")"
    free, bound = (
        (f'{path}.startswith("{start}")', f'not {path}.startswith("{start}")')
        if prefix
        else (f'{path} == "{start}"', f'{path} != "{start}"')
    )
    return {
        **facts,
        "name": pick(rng, "is_exempt|skip_csrf|csrf_exempt|without_csrf|can_skip_token" if exempt else "needs_csrf|requires_token|must_check_csrf|is_protected|needs_token"),
        "names": names, "listed": listed, "exempt": exempt, "prefix": prefix, "start": start,
        "guarded": f"requests with the method {in_words(names, last='or')}" if listed else f"all requests whose method isn't {in_words(names, last='or')}",
        "unless": f"paths that start with `{start}`" if prefix else f"the path `{start}`",
        "except": f"`{path}` starts with `{start}`" if prefix else f"`{path}` is `{start}`",
        "one": f"{method} {outside} {group} or {free}" if exempt else f"{method} {inside} {group} and {bound}",
        "slip": f"{method} {outside} {group} and {free}" if exempt else f"{method} {inside} {group} or {bound}",
        "free": free, "last": f', "{names[-1]}")', "shorter": ",)" if len(names) == 2 else ")",
        "cases": " | ".join(f'"{one}"' for one in names), "fewer": " | ".join(f'"{one}"' for one in names[:-1]),
        "yes": str(exempt), "no": str(not exempt), "ifs": f"{method} {outside if exempt else inside} {group}",
        "first": ("return " + (free if exempt else bound)) if listed else f"return {exempt}",
        "after": f"return {exempt}" if listed else "return " + (free if exempt else bound),
        "other": free.replace("startswith", "endswith") if prefix else f'{path}.startswith("{start}")',
        "asked": "True for a request that may skip the check" if exempt else "True for a request that has to be checked",
    }  # fmt: skip


def check_need(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect a request to be guarded when its method is on the longer list and its path isn't a free one."""
    guarded = [one for one in METHODS if (one in facts["names"]) == facts["listed"]]
    start = facts["start"]
    paths = [
        (start, True),
        (f"{start}new", facts["prefix"]),
        (f"/x{start}", False),
        ("/", False),
        ("/orders/7", False),
        (start[:-1] or "/x", False),
    ]
    cases = []
    for method in METHODS:
        for path, free in paths:
            needs = method in guarded and not free
            cases.append((arrange(facts, method=method, path=path), needs != facts["exempt"]))
    return python_check(facts["name"], rng.sample(cases, len(cases)))


NEED = Template(
    id="needs_check",
    ask=(
        "Write a Python function `«name»(«args»)` that returns «asked» for a CSRF token, else False. Tokens are needed for «guarded», except for «unless». `«method»` is in upper case.",
        "Our middleware guards against CSRF. It checks «guarded»; «unless» are left out. I need `«name»(«args»)` in Python, «asked» and False for any other. Methods come in capitals.",
        "In Python, decide whether the CSRF check applies: `«name»(«args»)` gives «asked», False otherwise. The check covers «guarded», but never a request where «except».",
        "CSRF protection, Python. Protected are «guarded». Nothing is protected if «except». Please implement `«name»(«args»)` with the result «asked» and False if not.",
    ),
    draw=draw_need,
    shapes=(
        Shape(name="expression", code="""
            def «name»(«args»):
                return «one»
            """, mutants=(("«one»", "«slip»"), ("return «one»", "return not («one»)"))),
        Shape(name="ifs", code="""
            def «name»(«args»):
                if «free»:
                    return «yes»
                return «ifs»
            """, mutants=(("return «yes»", "return «no»"), ("if «free»", "if False"), ("return «ifs»", "return «no»"))),
        Shape(name="match", code="""
            def «name»(«args»):
                match «method»:
                    case «cases»:
                        «first»
                «after»
            """, mutants=(("«cases»", "«fewer»"), ("match «method»", "match «method».lower()"), ("«first»", "«after»"))),
    ),
    mutants=(("«last»", "«shorter»"), ("«free»", "«other»")),
    verifier=check_need,
)  # fmt: skip


def draw_signed(rng: Random) -> dict[str, Any]:
    """Draw how a token is written, what it signs and how long it counts."""
    facts = draw_arguments(
        rng,
        token="token|csrf_token|given|value",
        session="session_id|session|sid",
        secret="secret|key|server_key",
        now="now|time|clock",
    )
    unit, count, mark, glue = (
        rng.choice(("minute", "hour")),
        rng.choice((2, 5, 10, 15, 20, 30, 45)),
        pick(rng, ".|:|-|~|!"),
        pick(rng, ":|.|/|#"),
    )
    late, back, purpose = rng.random() < 0.5, rng.random() < 0.5, pick(rng, "||csrf|form|post|v1")
    algorithm, session = pick(rng, "sha256|sha512|sha1|sha384"), facts["session"]
    parts = [
        *([purpose] if purpose else []),
        *(["{issued}", f"{{{session}}}"] if back else [f"{{{session}}}", "{issued}"]),
    ]
    message = glue.join(parts)
    seconds = count * {"minute": 60, "hour": 3600}[unit]
    return {
        **facts, "name": pick(rng, "is_valid_token|check_csrf|verify_csrf|token_is_valid|csrf_ok|accept_token|check_form_token"),
        "mark": mark, "glue": glue, "late": late, "back": back, "purpose": purpose, "algorithm": algorithm,
        "seconds": seconds, "age": f"{count} {unit}s",
        "form": f"<mac>{mark}<seconds>" if late else f"<seconds>{mark}<mac>",
        "names": "mac, _, issued" if late else "issued, _, mac",
        "shown": glue.join(one.strip("{}").replace("issued", "<seconds>").replace(session, f"<{session}>") for one in parts),
        "message": f'f"{message}".encode()', "unbound": 'f"{issued}".encode()', "undated": f"{session}.encode()",
        "time_at": int(late), "mac_at": int(not late), "from_end": -int(late),
        "rebuilt": f"{{mac}}{mark}{{issued}}" if late else f"{{issued}}{mark}{{mac}}", "other": "sha224",
        "limit": f"<= {seconds}",
    }  # fmt: skip


def write_signed(facts: Facts, *, session: str, secret: str, issued: int, algorithm: str) -> str:
    """Return a token, signed by the definition of HMAC."""
    dated = [f"{issued}", session] if facts["back"] else [session, f"{issued}"]
    mac = digest_by_hand(
        secret, facts["glue"].join([facts["purpose"], *dated] if facts["purpose"] else dated), algorithm=algorithm
    )
    mark: str = facts["mark"]
    return mark.join([mac, f"{issued}"] if facts["late"] else [f"{issued}", mac])


def check_signed(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect a token of known age to count, and each spoilt one to be refused."""
    cases: list[tuple[Any, Any]] = []
    mark, age = facts["mark"], facts["seconds"]
    for old in (0, age - 1, age, age + 1, 9 * age):
        now, session, secret = rng.randrange(1_700_000_000, 1_800_000_000), draw_token(rng), draw_token(rng)
        good = write_signed(facts, session=session, secret=secret, issued=now - old, algorithm=facts["algorithm"])
        fresh = write_signed(facts, session=session, secret=secret, issued=now - old + 1, algorithm=facts["algorithm"])
        first, second = good.split(mark)
        mixed = mark.join([first, fresh.split(mark)[1]])
        cases.append((arrange(facts, token=good, session=session, secret=secret, now=now), old in range(age + 1)))
        spoilt = [
            "", mark, first, second, mixed, good + "0", "x" + good, mark.join([second, first]), good + mark,
            mark.join([first[:-1], second]),
            write_signed(facts, session=session, secret=secret, issued=now,
                         algorithm="sha512" if facts["algorithm"] != "sha512" else "sha256"),
            write_signed(facts, session=draw_token(rng), secret=secret, issued=now, algorithm=facts["algorithm"]),
            write_signed(facts, session=session, secret=draw_token(rng), issued=now, algorithm=facts["algorithm"]),
        ]  # fmt: skip
        cases += [(arrange(facts, token=one, session=session, secret=secret, now=now), False) for one in spoilt]
    return python_check(facts["name"], cases)


SIGNED = Template(
    id="signed_token",
    ask=(
        "Write a Python function `«name»(«args»)` that checks a CSRF token of the form `«form»`. `<seconds>` is the Unix time at which it was made and `<mac>` the hex HMAC («algorithm») of the text `«shown»` under `«secret»`. Return True only if the `<mac>` is right for `«session»` and the token is at most «age» old at `«now»`. Anything else gives False.",
        "Our forms carry tokens like `«form»`, bound to the session. In Python, implement `«name»(«args»)`: recompute the HMAC-«algorithm» of `«shown»` with the key `«secret»`, compare it with the hexadecimal `<mac>` in constant time, then see whether `«now»` minus `<seconds>` is «age» or less. The result is a bool; malformed tokens are False, not an error.",
        "I don't want to store CSRF tokens. `«name»(«args»)` in Python shall verify them from `«secret»` alone. A token is `«form»`: the second of its making, and the «algorithm» HMAC, in hex, of `«shown»`. Tokens older than «age», forged, broken or made for another `«session»` are False; good ones are True. All texts are UTF-8, `«now»` is an int.",
        "Please help me with stateless CSRF protection in Python. Signed text: `«shown»`. Signature: HMAC, «algorithm», hexadecimal, key `«secret»`. Token: `«form»`. Lifetime: «age», the last second included. The function is `«name»(«args»)`; it says True for a valid token of this session at the Unix time `«now»` and False for all others, garbage too.",
    ),
    draw=draw_signed,
    shapes=(
        Shape(name="partition", code="""
            import hmac

            def «name»(«args»):
                «names» = «token».partition("«mark»")
                wanted = hmac.digest(«secret».encode(), «message», "«algorithm»").hex()
                return hmac.compare_digest(mac, wanted) and «now» - int(issued) «limit»
            """, mutants=(("hmac.compare_digest(mac, wanted) and ", ""), (" and «now» - int(issued) «limit»", ""),
                          ("hmac.compare_digest(mac, wanted) and", "hmac.compare_digest(mac, wanted) or"),
                          ('"«algorithm»"', '"«other»"'))),
        Shape(name="split", code="""
            import hmac

            def «name»(«args»):
                parts = «token».split("«mark»")
                if len(parts) != 2 or not parts[«time_at»].isdigit():
                    return False
                issued = int(parts[«time_at»])
                mac = hmac.new(«secret».encode(), «message», "«algorithm»")
                return «now» - issued «limit» and hmac.compare_digest(mac.hexdigest(), parts[«mac_at»])
            """, mutants=(("len(parts) != 2 or ", ""), (" and hmac.compare_digest(mac.hexdigest(), parts[«mac_at»])", ""),
                          ("«now» - issued «limit» and ", ""), ('"«algorithm»"', '"«other»"'))),
        Shape(name="rebuild", code="""
            import hashlib
            import hmac

            def «name»(«args»):
                issued = «token».split("«mark»")[«from_end»]
                mac = hmac.new(«secret».encode(), «message», hashlib.«algorithm»).hexdigest()
                if not hmac.compare_digest(f"«rebuilt»".encode(), «token».encode()):
                    return False
                return «now» - int(issued) «limit»
            """, mutants=(("not hmac", "hmac"), ("return «now» - int(issued) «limit»", "return True"),
                          ("hashlib.«algorithm»", "hashlib.«other»"), ("return False", "return None"))),
    ),
    mutants=(("«limit»", "< «seconds»"), ("«message»", "«unbound»"), ("«message»", "«undated»")),
    verifier=check_signed,
)  # fmt: skip


def draw_twice(rng: Random) -> dict[str, Any]:
    """Draw where the two tokens stand, and how a bad request is answered."""
    noun, sources = draw_noun(rng), pick(rng, "header|header,form|form,header|form")
    kept = pick(rng, "cookies|session")
    facts = draw_arguments(
        rng,
        kept="cookies|cookie_jar|jar" if kept == "cookies" else "session|user_session|state",
        headers="headers|request_headers|head",
        form="form|fields|body|post_data",
    )
    cookie, header = (
        pick(rng, "csrf|csrf_token|XSRF-TOKEN|xsrf|csrftoken|form_token"),
        pick(rng, "X-CSRF-Token|X-XSRF-TOKEN|X-Csrf|CSRF-Token|X-Form-Token"),
    )
    field, origin = (
        pick(rng, "_csrf|csrf_token|authenticity_token|_token|csrfmiddlewaretoken"),
        f"https://{noun.many}.example.{pick(rng, 'com|org|net')}" if rng.random() < 0.4 else "",
    )
    mode, head, form, saved = rng.choice(("bool", "raise", "status")), facts["headers"], facts["form"], facts["kept"]
    good, bad, says_good, says_bad = {
        "bool": ("return True", "return False", "return True", "return False"),
        "status": ("return 200", "return 403", "return 200", "return 403"),
        "raise": ("return True", 'raise PermissionError("csrf")', "return True", "raise PermissionError"),
    }[mode]  # fmt: skip
    places = {
        "header": (f'{head}.get("{header}")', f"the entry `{header}` of `{head}`"),
        "form": (f'{form}.get("{field}")', f"the entry `{field}` of `{form}`"),
    }
    chosen = [places[one] for one in sources.split(",")]
    where = chosen[0][1] if len(chosen) == 1 else f"{chosen[0][1]} or, if that is missing or empty, {chosen[1][1]}"
    return {
        **facts,
        "name": pick(rng, f"check_csrf|csrf_guard|verify_request|guard_{noun.one}|protect_{noun.one}|same_token|check_double_submit"),
        "kept_as": kept, "cookie": cookie, "header": header, "field": field, "origin": origin, "sources": sources, "mode": mode,
        "good": good, "bad": bad, "says_good": says_good, "says_bad": says_bad, "where": where,
        "stored": f"the entry `{cookie}` of `{saved}`", "many": noun.many,
        "expected": f'{saved}.get("{cookie}", "")', "sent": " or ".join([*(text for text, _ in chosen), '""']),
        "backwards": " or ".join([*(text for text, _ in reversed(chosen)), '""']) if len(chosen) == 2 else '"x"',
        "listed": ", ".join(text for text, _ in chosen) + ("," if len(chosen) == 1 else ""),
        "listed_back": ", ".join(text for text, _ in reversed(chosen)) if len(chosen) == 2 else '"",',
        "origin_or": f' or {head}.get("Origin") != "{origin}"' if origin else "",
        "origin_and": f' and {head}.get("Origin") == "{origin}"' if origin else "",
        "origin_words": f' Also {says_bad} unless `Origin` in `{head}` is "{origin}".' if origin else "",
        "origin_short": f', and `Origin` in `{head}` is "{origin}"' if origin else "",
        "kind": "double-submit" if kept == "cookies" else "synchroniser-token", "plain": chosen[0][0],
    }  # fmt: skip


def check_twice(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what the places of the tokens, filled by hand, allow."""
    bad: Any = {"bool": False, "status": 403, "raise": {"raises": "PermissionError"}}[facts["mode"]]
    good: Any = 200 if facts["mode"] == "status" else True
    origin = {"Origin": facts["origin"]} if facts["origin"] else {}
    cases: list[tuple[Any, Any]] = []

    def add(kept: dict[str, str], sent: dict[str, str], result: Any, head: dict[str, str] = origin) -> None:
        headers = {**head, **({facts["header"]: sent["header"]} if "header" in sent else {})}
        form = {"note": "x", **({facts["field"]: sent["form"]} if "form" in sent else {})}
        cases.append((arrange(facts, kept=kept, headers=headers, form=form), result))

    for _ in range(2):
        token, other = draw_token(rng), draw_token(rng)
        kept, sources = {facts["cookie"]: token, "lang": "en"}, facts["sources"].split(",")
        for one in ("header", "form"):
            add(kept, {one: token}, good if one in sources else bad)
            add({}, {one: token}, bad)
            add({facts["cookie"]: ""}, {one: ""}, bad)
            add({facts["cookie"]: ""}, {one: token}, bad)
            for text in (other, token.swapcase(), token[:-1], token + "x", ""):
                add(kept, {one: text}, bad)
        for first, second in (("header", "form"), ("form", "header")):
            add(kept, {first: token, second: other}, good if sources[0] == first else bad)
            add(kept, {first: token, second: ""}, good if first in sources else bad)
        for result, sent in ((bad, {}), (good, {"header": token, "form": token})):
            add(kept, sent, result)
        add({}, {}, bad)
        for head in ({}, {"Origin": facts["origin"] + ".evil.example"}, {"Origin": "null"}):
            add(kept, {"header": token, "form": token}, bad if origin else good, head)
    return python_check(facts["name"], cases)


TWICE = Template(
    id="token_sent_twice",
    ask=(
        "Write a Python function `«name»(«args»)` for CSRF protection («kind» pattern); the arguments are dicts. Compare «stored» with the token that was sent: «where». If both are there, not empty and equal (constant-time comparison), «says_good»; otherwise «says_bad».«origin_words»",
        "Before our «many» page changes anything, it must «says_bad» for forged requests. Implement `«name»(«args»)` in Python with three dicts. The known token is «stored»; the sent one is «where». They have to be the same non-empty text (use `hmac.compare_digest`).«origin_words» For a good request, «says_good».",
        "In Python I need `«name»(«args»)`; each argument is a dict that may lack any key. It should «says_good» if the token in «where» matches «stored»«origin_short». In every other case «says_bad»: a token that is missing, empty or different. Compare tokens in constant time.",
        "Please implement the «kind» check against CSRF in Python: `«name»(«args»)`, all dicts. (1) Expected token: «stored». (2) Sent token: «where». (3) Missing, empty or unequal: «says_bad». (4) Otherwise «says_good».«origin_words» Timing mustn't give the token away.",
    ),
    draw=draw_twice,
    shapes=(
        Shape(name="refuse", code="""
            import hmac

            def «name»(«args»):
                expected = «expected»
                sent = «sent»
                if not expected or not hmac.compare_digest(sent, expected)«origin_or»:
                    «bad»
                «good»
            """, mutants=(("not expected or ", ""), (" or not hmac.compare_digest(sent, expected)", ""),
                          ("sent = «sent»", "sent = «backwards»"),
                          ("hmac.compare_digest(sent, expected)", "expected.startswith(sent)"))),
        Shape(name="accept", code="""
            import hmac

            def «name»(«args»):
                sent = «sent»
                if sent and hmac.compare_digest(sent, «expected»)«origin_and»:
                    «good»
                «bad»
            """, mutants=(("sent and ", ""), (" and hmac.compare_digest(sent, «expected»)", ""),
                          ("sent = «sent»", "sent = «backwards»"),
                          ("hmac.compare_digest(sent, «expected»)", "sent in «expected»"))),
        Shape(name="loop", code="""
            from hmac import compare_digest

            def «name»(«args»):
                sent = [value for value in («listed») if value]
                if not sent or not compare_digest(sent[0], «expected»)«origin_or»:
                    «bad»
                «good»
            """, mutants=(("not sent or ", ""), (" or not compare_digest(sent[0], «expected»)", ""),
                          ("(«listed»)", "(«listed_back»)"),
                          ("compare_digest(sent[0], «expected»)", "«expected».startswith(sent[0])"))),
    ),
    mutants=(("«origin_or»:", ":"), ("«origin_and»:", ":")),
    verifier=check_twice,
)  # fmt: skip

CATEGORY = Category(name="fs_csrf_token", family="identity", templates=(NEED, SIGNED, TWICE))
