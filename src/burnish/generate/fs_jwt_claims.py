"""Category `fs_jwt_claims`: the claims of a new token, a signed token opened by hand, claims that must hold."""

import base64
import json
from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, in_words, pick
from burnish.generate.fs_webhook_signature import digest_by_hand
from burnish.generate.wording import draw_noun

UNITS = {"minute": 60, "hour": 3600, "day": 86_400}
ISSUERS = "auth|login|accounts|id|sso|signin|identity"
PEOPLE = (
    "client|customer|driver|editor|guest|member|partner|patient|player|reader|seller|student|teacher|tenant|visitor"
)
PLACES = "example.com|example.org|example.net|shop.example|intern.example"


def draw_new(rng: Random) -> dict[str, Any]:
    """Draw which claims a token gets and how long it lives."""
    noun, unit, count = draw_noun(rng), rng.choice(tuple(UNITS)), rng.choice((2, 4, 5, 8, 10, 15, 30, 45))
    facts = draw_arguments(
        rng, user=f"{pick(rng, PEOPLE)}_id|account_id|user_id|{pick(rng, PEOPLE)}_id", now="now|time|issued|clock"
    )
    user, now, number = facts["user"], facts["now"], rng.random() < 0.5
    seconds, issuer, scope = (
        count * UNITS[unit],
        f"{pick(rng, ISSUERS)}.{pick(rng, PLACES)}",
        f"{noun.many}:{pick(rng, 'read|write|edit|all')}",
    )
    pool = {
        "iat": (now, f"`iat` is `{now}`"), "nbf": (now, f"`nbf` is `{now}`"), "iss": (f'"{issuer}"', f'`iss` is "{issuer}"'),
        "aud": (f'"{noun.many}"', f'`aud` is "{noun.many}"'), "scope": (f'"{scope}"', f'`scope` is "{scope}"'),
        "typ": ('"access"', '`typ` is "access"'),
    }  # fmt: skip
    claims = {
        "sub": (f"str({user})" if number else user, f"`sub` is `{user}`" + (" as text" if number else "")),
        "exp": (f"{now} + {seconds}", f"`exp` lies {count} {unit}s after `{now}`"),
        **{key: pool[key] for key in rng.sample(sorted(pool), rng.choice((2, 2, 3)))},
    }
    order = rng.sample(list(claims), len(claims))
    last = next(key for key in reversed(order) if key not in ("exp", "sub"))
    words = [claims[key][1] for key in order]
    return {
        **facts,
        "name": pick(rng, f"new_claims|make_claims|token_claims|access_claims|claims_for|build_payload|jwt_payload|{noun.one}_claims"),
        "number": number, "seconds": seconds, "plain": {"iss": issuer, "aud": noun.many, "scope": scope, "typ": "access"},
        "keys": order,
        "words": f"{', '.join(words[:-1])} and {words[-1]}", "kind": "a whole number" if number else "text",
        "literal": ", ".join(f'"{key}": {claims[key][0]}' for key in order),
        "keywords": ", ".join(f"{key}={claims[key][0]}" for key in order),
        "most": ", ".join(f'"{key}": {claims[key][0]}' for key in order if key != "exp"), "last": last, "value": claims[last][0],
        "sub": claims["sub"][0], "slip": user if number else f"str({now})", "wrong": count,
    }  # fmt: skip


def check_new(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect each claim written out, with the end counted on from the time."""
    cases = []
    for _ in range(4):
        now, user = rng.randrange(1_700_000_000, 1_800_000_000), rng.randrange(2, 9000)
        known = {
            **facts["plain"],
            "sub": f"{user}",
            "iat": now,
            "nbf": now,
            "exp": range(now, now + 10**8)[facts["seconds"]],
        }
        cases.append(
            (
                arrange(facts, user=user if facts["number"] else f"{user}", now=now),
                {key: known[key] for key in facts["keys"]},
            )
        )
    return python_check(facts["name"], cases)


NEW = Template(
    id="new_claims",
    ask=(
        "Write a Python function `«name»(«args»)` that returns the claims of a new JWT as a dict: «words». `«user»` is «kind»; times are Unix seconds.",
        "For an access token I need its payload, not yet signed. In Python, `«name»(«args»)` gives back a dict in which «words». (`«now»` is an integer in seconds, `«user»` is «kind».)",
        "Which claims does a token carry? Please implement `«name»(«args»)` in Python. The dict it returns has exactly these keys: «words». All times are in seconds and `«user»` is «kind».",
        "`«user»` («kind») has just logged in at `«now»` (Unix seconds). Write `«name»(«args»)` in Python and return the dict that we'll sign as a JWT, where «words».",
        "Make the body of a JSON Web Token: `«name»(«args»)`, Python, result a dict. The arguments are «kind» and a time in whole seconds. In the dict «words».",
    ),
    draw=draw_new,
    shapes=(
        Shape(name="literal", code="""
            def «name»(«args»):
                return {«literal»}
            """, mutants=(('"«last»": «value»', '"«last»": None'), ('"exp"', '"expires"'), ('"sub": «sub»', '"sub": «slip»'))),
        Shape(name="keywords", code="""
            def «name»(«args»):
                return dict(«keywords»)
            """, mutants=(("«last»=«value»", "«last»=None"), ("exp=", "expires="), ("sub=«sub»", "sub=«slip»"))),
        Shape(name="assign", code="""
            def «name»(«args»):
                claims = {«most»}
                claims["exp"] = «now» + «seconds»
                return claims
            """, mutants=(('"«last»": «value»', '"«last»": None'), ('    claims["exp"] = «now» + «seconds»\n', ""),
                          ('"sub": «sub»', '"sub": «slip»'))),
    ),
    mutants=(("«now» + «seconds»", "«seconds»"), ("«now» + «seconds»", "«now» - «seconds»"),
             ("«now» + «seconds»", "«now» + «wrong»")),
    verifier=check_new,
)  # fmt: skip


def draw_open(rng: Random) -> dict[str, Any]:
    """Draw the header that is demanded, what is wanted of the claims and what a forged token gives."""
    noun = draw_noun(rng)
    facts = draw_arguments(
        rng, token="token|jwt|text|bearer|compact", secret="secret|key|shared_key|signing_key|hmac_key"
    )
    one = noun.one
    size, strict = rng.choice((256, 384, 512)), pick(rng, "|ValueError|PermissionError")
    claim = pick(rng, f"|sub|scope|email|role|tenant|aud|jti|name|{one}_id|{noun.many}|locale|plan|client_id|nonce")
    typ = pick(rng, f"||JWT|at+jwt|{one}+jwt|{one}+jwt")
    verb = pick(rng, "verify|decode|open|read|check|load")
    return {
        **facts,
        "name": f"{verb}_{pick(rng, f'token|jwt|bearer|access_token|{one}_token')}" if not claim else f"{pick(rng, 'verified|read|trusted|token|checked')}_{claim}",
        "one": one, "alg": f"HS{size}", "hash": f"sha{size}", "other": f"sha{pick(rng, '224|1')}", "claim": claim,
        "got": f'["{claim}"]' if claim else "", "typ": typ,
        "want": f"the claim `{claim}` of its payload" if claim else "its payload as a dict",
        "rule": f'`alg` is "HS{size}"' + (f' and `typ` is "{typ}"' if typ else ""),
        "bad_head": f'header["alg"] != "HS{size}"', "bad_typ": f' or header.get("typ") != "{typ}"' if typ else "",
        "good_head": f'header["alg"] == "HS{size}"', "good_typ": f' and header.get("typ") == "{typ}"' if typ else "",
        "strict": strict, "fail": f'raise {strict}("bad token")' if strict else "return None",
        "fails": f"raise {strict}" if strict else "return None",
        "failing": f"there's a {strict}" if strict else "the result is None",
    }  # fmt: skip


def encode(data: bytes) -> str:
    """Return unpadded base64url."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def sign(facts: Facts, *, head: dict[str, Any], claims: dict[str, Any], secret: str, algorithm: str) -> str:
    """Return a token whose signature is made by the definition of HMAC."""
    unsigned = f"{encode(json.dumps(head).encode())}.{encode(json.dumps(claims).encode())}"
    return f"{unsigned}.{encode(bytes.fromhex(digest_by_hand(secret, unsigned, algorithm=algorithm)))}"


def check_open(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the claims that were signed; a token spoilt in one way is refused."""
    bad: Any = {"raises": facts["strict"]} if facts["strict"] else None
    typ = {"typ": facts["typ"]} if facts["typ"] else {}
    cases: list[tuple[Any, Any]] = []
    for length in range(15):  # every need for padding, and every length that 3, 4 and 5 tell apart
        claims = {
            "n": "x" * length,
            **{key: f"{key}{rng.randrange(100, 999)}" for key in ("sub", "scope", "email", facts["claim"] or "role")},
        }
        claims, secret = claims | {"text": "Zoë ?????"}, f"s{rng.randrange(10**9)}"
        head = ({"typ": "JWT", "alg": facts["alg"]} if length % 2 else {"alg": facts["alg"], "kid": "k" * length}) | typ
        good = sign(facts, head=head, claims=claims, secret=secret, algorithm=facts["hash"])
        start, body, end = good.split(".")
        forged = encode(json.dumps(claims | {"sub": "root", facts["claim"] or "sub": "root"}).encode())
        heads = [head | {"alg": alg} for alg in ("none", "HS1", "RS256")]
        heads += [head | {"typ": "X" + facts["typ"]}, {"alg": facts["alg"]}] if typ else []
        none = [sign(facts, head=other, claims=claims, secret=secret, algorithm=facts["hash"]) for other in heads]
        spoilt = [
            f"{start}.{forged}.{end}", f"{start}.{body}.", f"{start}.{body}.{end[:-4]}", f"{start}.{body}.{end[4:]}{end[:4]}",
            sign(facts, head=head, claims=claims, secret=secret + "x", algorithm=facts["hash"]),
            sign(facts, head=head, claims=claims, secret=secret, algorithm="sha1"), none[0].rpartition(".")[0] + ".", *none,
        ]  # fmt: skip
        cases.append((arrange(facts, token=good, secret=secret), claims[facts["claim"]] if facts["claim"] else claims))
        cases += [(arrange(facts, token=one, secret=secret), bad) for one in spoilt if length < 4]
    return python_check(facts["name"], cases)


OPEN = Template(
    id="verify_signature",
    ask=(
        "Write a Python function `«name»(«args»)` that verifies a JWT of our «one» service with the standard library. It's valid if, in its header, «rule», and if the signature is the HMAC («hash») of `header.payload` under the text `«secret»`; compare in constant time. Return «want»; otherwise «fails». The token always has three parts in base64url without padding.",
        "Our «one» API can't install PyJWT. In Python, implement `«name»(«args»)`: split `«token»` into header, payload and signature (base64url, no `=`), compute HMAC-«hash» over the first two as they stand, joined by a dot, with the key `«secret»`, and compare safely. If it differs, or unless «rule» in the header, «failing». If all is well, return «want».",
        "I want `«name»(«args»)` in Python: «want», but only from a «one» token that is signed with «hash» HMAC and our key `«secret»` (a str), and in whose header «rule». Don't accept another header, say with `alg` \"none\", even if the signature fits. For every token that doesn't verify, «failing». Three parts are guaranteed; each is base64url whose padding is cut off.",
        "Please check «one» tokens by hand in Python. `«token»` is `<header>.<payload>.<signature>`; header and payload are JSON, and all three are base64url-encoded without padding. `«name»(«args»)` returns «want» if «rule» in the header and the signature equals the «hash» HMAC of the text before the last dot, keyed with `«secret»`. If not, «fails».",
        "A «one» service receives `«token»`: JSON header, JSON payload and signature, each in unpadded base64url, dots between them. Trust it when two things hold: «rule» in the header; the last part is the digest of everything before the last dot by HMAC-«hash» with the str `«secret»`. Then `«name»(«args»)` (Python, no PyJWT, constant-time comparison) returns «want». Else: «fails».",
        "Nothing in a «one» token (JWT) counts before its HMAC is checked. Python without packages, `«name»(«args»)`: reject the token unless «rule» in its header. Reject it too unless its third part is what «hash» HMAC with the text key `«secret»` makes of `header.payload` as received; that comparison must be timing-safe. Rejected means «failing». Otherwise hand over «want». Parts: always three, base64url, no `=`.",
    ),
    draw=draw_open,
    shapes=(
        Shape(name="decode_signature", code="""
            import base64
            import hmac
            import json

            def decode(part):
                return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))

            def «name»(«args»):
                head, body, signature = «token».split(".")
                mac = hmac.digest(«secret».encode(), f"{head}.{body}".encode(), "«hash»")
                header = json.loads(decode(head))
                if «bad_head»«bad_typ» or not hmac.compare_digest(mac, decode(signature)):
                    «fail»
                return json.loads(decode(body))«got»
            """, mutants=((' or not hmac.compare_digest(mac, decode(signature))', ""), ("«bad_head»«bad_typ» or ", ""),
                          ("«bad_typ»", ""), ("{head}.{body}", "{head}{body}"), ("{head}.{body}", "{body}"),
                          (' + "=" * (-len(part) % 4)', ""), ("urlsafe_b64decode", "b64decode"),
                          ("not hmac.compare_digest(mac, decode(signature))", "not mac.startswith(decode(signature))"))),
        Shape(name="encode_digest", code="""
            import base64
            import hmac
            import json

            def «name»(«args»):
                signed, _, signature = «token».rpartition(".")
                mac = hmac.digest(«secret».encode(), signed.encode(), "«hash»")
                wanted = base64.urlsafe_b64encode(mac).decode().rstrip("=")
                header, body = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in signed.split("."))
                if «good_head»«good_typ» and hmac.compare_digest(wanted, signature):
                    return body«got»
                «fail»
            """, mutants=(("«good_head»«good_typ» and ", ""), ("«good_typ»", ""),
                          (" and hmac.compare_digest(wanted, signature)", ""),
                          ('base64.urlsafe_b64encode(mac).decode().rstrip("=")', "mac.hex()"),
                          ("hmac.compare_digest(wanted, signature)", "wanted.startswith(signature)"),
                          ("signed.encode()", "«token».encode()"))),
        Shape(name="rebuild_signature", code="""
            import base64
            import hashlib
            import hmac
            import json

            def part_of(«token», place):
                return base64.urlsafe_b64decode(«token».split(".")[place] + "==")

            def «name»(«args»):
                mac = hmac.new(«secret».encode(), digestmod=hashlib.«hash»)
                mac.update(«token».rsplit(".", 1)[0].encode())
                signed = hmac.compare_digest(mac.digest(), part_of(«token», 2))
                header = json.loads(part_of(«token», 0))
                if not signed or «bad_head»«bad_typ»:
                    «fail»
                return json.loads(part_of(«token», 1))«got»
            """, mutants=(("not signed or ", ""), (" or «bad_head»«bad_typ»", ""), ("«bad_typ»", ""),
                          ('rsplit(".", 1)', 'split(".", 1)'), (' + "=="', ""), ("hashlib.«hash»", "hashlib.«other»"))),
    ),
    mutants=(('"«hash»"', '"«other»"'),),
    verifier=check_open,
)  # fmt: skip


def draw_hold(rng: Random) -> dict[str, Any]:
    """Draw which claims are examined, in which order, and how the result is told."""
    noun, leeway, mode = draw_noun(rng), rng.choice((0, 0, 5, 10, 30, 60)), rng.choice(("all", "first", "bool"))
    facts = draw_arguments(rng, claims="claims|payload|body|data", now="now|time|clock|current")
    claims, now = facts["claims"], facts["now"]
    issuer, audience = f"{pick(rng, ISSUERS)}.{pick(rng, PLACES)}", f"{noun.many}-{pick(rng, 'api|web|app|admin')}"
    scope = f"{noun.many}:{pick(rng, 'read|write|edit|delete')}"
    late, early = (f"{now} - {leeway}", f"{now} + {leeway}") if leeway else (now, now)
    pool = {
        "exp": (f'{claims}.get("exp", 0) > {late}', f'{claims}.get("exp", 0) <= {late}', f"`exp` must be greater than `{late}`"),
        "nbf": (f'{claims}.get("nbf", 0) <= {early}', f'{claims}.get("nbf", 0) > {early}',
                f"`nbf` may be missing but not greater than `{early}`"),
        "iss": (f'{claims}.get("iss") == "{issuer}"', f'{claims}.get("iss") != "{issuer}"', f'`iss` must be "{issuer}"'),
        "aud": (f'"{audience}" in {claims}.get("aud", [])', f'"{audience}" not in {claims}.get("aud", [])',
                f'`aud`, a list, must contain "{audience}"'),
        "scope": (f'"{scope}" in {claims}.get("scope", "").split()', f'"{scope}" not in {claims}.get("scope", "").split()',
                  f'`scope`, words with spaces between them, must include "{scope}"'),
    }  # fmt: skip
    order = ["exp", *rng.sample(("nbf", "iss", "aud", "scope"), rng.choice((1, 2, 2)))]
    rng.shuffle(order)
    told = {"all": '{0}.append("{1}")', "first": 'return "{1}"', "bool": "return False"}[mode]
    lines = "\n    ".join(f"if {pool[key][1]}:\n        {told.format('wrong', key)}" for key in order)
    rules = [pool[key][2] for key in order]
    words = {
        "all": "the list of the claims that fail, in the order of the rules (empty if all is well)",
        "bool": "True if all rules are met, else False",
        "first": "the name of the claim that breaks the first of the broken rules, or None",
    }  # fmt: skip
    names = {
        "all": "failing_claims|claim_errors|list_problems|bad_claims",
        "first": "first_problem|claim_error|reject_reason|why_invalid",
        "bool": "claims_hold|is_acceptable|claims_ok|accept_claims|is_valid",
    }
    return {
        **facts, "name": pick(rng, names[mode]), "order_of_claims": order, "leeway": leeway, "mode": mode, "issuer": issuer,
        "audience": audience, "scope": scope,
        "rules": "; ".join(rules), "want": words[mode], "listed": in_words(order), "ifs": lines,
        "start": "wrong = []\n    " if mode == "all" else "", "end": {"all": "wrong", "first": "None", "bool": "True"}[mode],
        "table": "\n        ".join(f'"{key}": {pool[key][0]},' for key in order),
        "result": {"all": "[key for key, ok in holds.items() if not ok]",
                   "first": "next((key for key, ok in holds.items() if not ok), None)",
                   "bool": "all(holds.values())"}[mode],
        "good": pool["exp"][0], "bad": pool["exp"][1], "near": pool["exp"][0].replace(">", ">="),
        "close": pool["exp"][1].replace("<=", "<"),
        "drop": f'"{order[-1]}": {pool[order[-1]][0]}', "skip": pool[order[-1]][1], "other": pool[order[0]][1],
        "hold": f'"{order[0]}": {pool[order[0]][0]}',
    }  # fmt: skip


def check_hold(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the claims that were spoilt on purpose, alone and two at a time."""
    order, leeway, cases = facts["order_of_claims"], facts["leeway"], []
    for _ in range(2):
        now = rng.randrange(1_700_000_000, 1_800_000_000)
        fine: dict[str, list[Any]] = {
            "exp": [now - leeway + 1, now + 900], "nbf": [now + leeway, now - 50, None], "iss": [facts["issuer"]],
            "aud": [[facts["audience"]], ["x", facts["audience"]]], "scope": [facts["scope"], f"x:y {facts['scope']} z"],
        }  # fmt: skip
        wrong: dict[str, list[Any]] = {
            "exp": [now - leeway, now - 900, None], "nbf": [now + leeway + 1, now + 900],
            "iss": [facts["issuer"] + "/", "x", None],
            "aud": [[facts["audience"] + "x"], [], None], "scope": [facts["scope"] + "_all", f"x{facts['scope']} y", "", None],
        }  # fmt: skip
        spoilt: list[dict[str, Any]] = [{}, {}, *({key: value} for key in order for value in wrong[key])]
        spoilt += [{key: rng.choice(wrong[key]), other: rng.choice(wrong[other])} for key in order for other in order]
        for number, bad in enumerate(spoilt):
            claims = {key: fine[key][number % len(fine[key])] for key in order} | bad
            failing = [key for key in order if key in bad]
            first = failing[0] if failing else None
            shown = {key: value for key, value in claims.items() if value is not None} | {"sub": "7"}
            cases.append(
                (
                    arrange(facts, claims=shown, now=now),
                    {"all": failing, "first": first, "bool": not bad}[facts["mode"]],
                )
            )
    return python_check(facts["name"], cases)


HOLD = Template(
    id="claims_that_hold",
    ask=(
        "Write a Python function `«name»(«args»)` for a JWT whose signature is already checked. `«claims»` is its dict, `«now»` the Unix time, and these rules count: «rules». A missing claim breaks its rule unless the rule says otherwise. Return «want».",
        "Decoded claims have to meet some rules: «rules». When one of the required claims isn't in the dict `«claims»`, treat it as failing; `«now»` is the Unix time. Write `«name»(«args»)` in Python, which returns «want».",
        "Our API looks at «listed» of each token. I need `«name»(«args»)` in Python (`«claims»` is a dict that may lack any key, `«now»` the time in seconds): «rules». Absent means not fulfilled, if nothing else is said. The result is «want».",
        "`«claims»` comes out of a verified token and `«now»` is the time in seconds. Please implement `«name»(«args»)` in Python. What is demanded: «rules». Claims that don't exist fail, except where they may be missing. It returns «want».",
    ),
    draw=draw_hold,
    shapes=(
        Shape(name="ifs", code="""
            def «name»(«args»):
                «start»«ifs»
                return «end»
            """, mutants=(("«bad»", "«close»"), ("«bad»", "«good»"), ("if «skip»", "if False"), ("if «other»", "if False"))),
        Shape(name="table", code="""
            def «name»(«args»):
                holds = {
                    «table»
                }
                return «result»
            """, mutants=(("«good»", "«near»"), ("«good»", "«bad»"), ("«drop»,", ""), ("«hold»,", ""))),
    ),
    mutants=((".split()", ""), ('.get("exp", 0)', '["exp"]')),
    verifier=check_hold,
)  # fmt: skip

CATEGORY = Category(name="fs_jwt_claims", family="identity", templates=(NEW, OPEN, HOLD))
