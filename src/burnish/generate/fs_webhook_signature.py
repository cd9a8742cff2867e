"""Category `fs_webhook_signature`: proving that a webhook came from its sender: signatures, times, repeats, event names."""

import hashlib
from random import Random
from typing import Any

from burnish.generate.checks import STEPS, python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.webhook_signature_basics import FIELD, FRESH, SCHEME, SHORT_HASH
from burnish.generate.wording import draw_noun

ALGORITHMS = {"sha256": hashlib.sha256, "sha1": hashlib.sha1, "sha512": hashlib.sha512, "sha384": hashlib.sha384}
WORDS = ("paid", "created", "hello world", '{"id": 7}', "ünïcode", "", "a=1&b=2", " padded\n")


def digest_by_hand(secret: str, body: str, *, algorithm: str) -> str:
    """Return the HMAC of `body` by its definition in RFC 2104, in hexadecimal."""
    make = ALGORITHMS[algorithm]
    block = make().block_size
    key = secret.encode()
    key = (make(key).digest() if len(key) > block else key).ljust(block, b"\0")
    inner = make(bytes(byte ^ 0x36 for byte in key) + body.encode()).digest()
    return make(bytes(byte ^ 0x5C for byte in key) + inner).hexdigest()


def draw_signing(rng: Random) -> dict[str, Any]:
    """Draw how a body is signed."""
    return {"name": pick(rng,
                         "sign|sign_payload|make_signature|signature_of|sign_body|compute_signature|webhook_signature"),
            "algorithm": rng.choice(tuple(ALGORITHMS)), "one": draw_noun(rng).one,
            "upper": (upper := rng.choice(("", ".upper()"))), "other": "" if upper else ".upper()",
            "case": "upper-case" if upper else "lower-case",
            "prefix": rng.choice(("", "", "", "v1=", "v0=", "sig=", "hmac:", "s1=", "mac:", "signature=", "key1:")),
            **draw_arguments(rng, secret="secret|key|token|shared_secret", body="body|payload|message|data|content")}  # fmt: skip


def check_signing(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the prefix and the digest made by the definition."""
    cases = []
    secrets = ("s3cret", "Schlüssel", "k" * 70, "WHSEC_abc")
    for turn, body in enumerate(WORDS):
        secret = secrets[turn % len(secrets)]
        digits = digest_by_hand(secret, body, algorithm=facts["algorithm"])
        expected = facts["prefix"] + (digits.upper() if facts["upper"] else digits)
        cases.append((arrange(facts, secret=secret, body=body), expected))
    return python_check(facts["name"], cases)


SIGNING = Template(
    id="sign_body",
    ask=(
        "Write a Python function `«name»(«args»)` that signs a webhook. Both arguments are text (UTF-8). Return the HMAC-«algorithm» of `«body»` with the key `«secret»` as «case» hexadecimal«after».",
        "I need `«name»(«args»)` in Python, standard library only: the hexadecimal HMAC digest («algorithm», «case» letters) of the text `«body»`, keyed with the text `«secret»`, both encoded as UTF-8«after».",
        "Our «one» webhooks must be signed. Please implement `«name»(«args»)` in Python: encode `«secret»` and `«body»` as UTF-8, compute HMAC with «algorithm», and give back the hex digest as a str in «case» letters«after».",
        "Each «one» event is signed before it leaves. The key is `«secret»`, what is signed is `«body»`; both are a Python str. Write `«name»(«args»)`, whose result is their HMAC-«algorithm» over UTF-8 bytes in «case» hex«after».",
        "Receivers of «one» changes check our header. In Python, fill it with `«name»(«args»)`: «case» hex digits of the «algorithm» HMAC«after». `«secret»` keys it, `«body»` is the message, and text becomes bytes as UTF-8.",
    ),
    draw=lambda rng: {**(f := draw_signing(rng)), "after": f', with "{f["prefix"]}" in front' if f["prefix"] else ""},
    shapes=(
        Shape(name="hmac_new", code="""
            import hashlib
            import hmac


            def «name»(«args»):
                digest = hmac.new(«secret».encode(), «body».encode(), hashlib.«algorithm»).hexdigest()«upper»
                return "«prefix»" + digest
            """, mutants=(("hashlib.«algorithm»", "hashlib.md5"),
                          ("«secret».encode(), «body».encode()", "«body».encode(), «secret».encode()"),
                          (".hexdigest()«upper»", ".hexdigest()«other»"), ('"«prefix»" + digest', '"x" + digest'))),
        Shape(name="digest_name", code="""
            import hmac


            def «name»(«args»):
                signer = hmac.new(«secret».encode("utf-8"), digestmod="«algorithm»")
                signer.update(«body».encode("utf-8"))
                return f"«prefix»{signer.hexdigest()«upper»}"
            """, mutants=(('digestmod="«algorithm»"', 'digestmod="md5"'), ("«body».encode", "«body».strip().encode"),
                          ("signer.hexdigest()", "signer.hexdigest()[:32]"),
                          ("    signer.update(«body».encode(\"utf-8\"))\n", ""))),
        Shape(name="one_shot", code="""
            from hmac import digest


            def «name»(«args»):
                raw = digest(«secret».encode(), «body».encode(), "«algorithm»")
                return "«prefix»" + raw.hex()«upper»
            """, mutants=(('"«algorithm»")', '"md5")'), ("raw.hex()", "str(raw)"), ("raw.hex()", "raw.hex()[1:]"),
                          ("«secret».encode(), «body»", "«secret».lower().encode(), «body»"))),
    ),
    mutants=((".encode(),", ".encode()[::-1],"),),
    verifier=check_signing,
)  # fmt: skip


def draw_verify(rng: Random) -> dict[str, Any]:
    """Draw the check of a signature header."""
    return {"name": pick(rng, "is_valid|verify|verify_signature|is_authentic|check_webhook|signature_matches"),
            "algorithm": rng.choice(("sha256", "sha1", "sha512")),
            "scheme": rng.choice(("sha256", "v1", "v2", "hmac", "sig", "v0", "s1", "mac", "signature")),
            "one": draw_noun(rng).one,
            **draw_arguments(rng, secret="secret|key|token", body="body|payload|raw|data",
                             header="header|signature|given|sent")}  # fmt: skip


def check_verify(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect headers made right to pass, and those spoilt in one way each to fail."""
    cases = []
    for body in rng.sample(WORDS, 3):
        secret = rng.choice(("s3cret", "whsec_abc"))
        good = digest_by_hand(secret, body, algorithm=facts["algorithm"])
        spoilt = [
            good,
            f"{facts['scheme']}={good[:-1]}",
            f"{facts['scheme']}={good[::-1]}",
            f"other={good}",
            "",
            f"{facts['scheme']}=",
            f"{facts['scheme']}={good}0",
            f"{facts['scheme']}=00{good}",
        ]
        cases.append((arrange(facts, secret=secret, body=body, header=f"{facts['scheme']}={good}"), True))
        cases.append((arrange(facts, secret=secret + "x", body=body, header=f"{facts['scheme']}={good}"), False))
        cases += [(arrange(facts, secret=secret, body=body, header=header), False) for header in spoilt]
    return python_check(facts["name"], cases)


VERIFY = Template(
    id="verify_header",
    ask=(
        "Write `«name»(«args»)` in Python that checks a webhook about «one» changes. All three are text. `«header»` must be exactly \"«scheme»=\" followed by the hexadecimal HMAC-«algorithm» of `«body»` under the key `«secret»` (UTF-8). Return True if so, else False; compare in constant time.",
        "Whoever sends us «one» events puts `«scheme»=<hex digest>` in its header. Implement the Python function `«name»(«args»)` returning a bool: does the header hold the HMAC («algorithm») of `«body»` keyed with `«secret»`? Encode text as UTF-8 and use a comparison that is safe against timing attacks. Anything else in the header is False.",
        "I need signature checking in Python: `«name»(«args»)`. Compute the «algorithm» HMAC hex digest of `«body»` with `«secret»`, put \"«scheme»=\" in front and tell whether `«header»` is the same (constant-time compare). A wrong scheme or an empty header gives False.",
        "Is this «one» event genuine? `«name»(«args»)`, Python, tells by its signature. True: `«header»` is the text \"«scheme»=\" plus the lower-case hex digest of HMAC-«algorithm», key `«secret»`, message `«body»`, text as UTF-8. False: anything else. The comparison must not leak time.",
        "Reject forged «one» webhooks. Given three strings, `«name»(«args»)` in Python signs `«body»` with `«secret»` (HMAC, «algorithm», hex, UTF-8) and answers in constant time whether `«header»` equals that digest behind the scheme `«scheme»=`; a header without the scheme is refused with False.",
    ),
    draw=draw_verify,
    shapes=(
        Shape(name="build_and_compare", code="""
            import hashlib
            import hmac


            def «name»(«args»):
                digest = hmac.new(«secret».encode(), «body».encode(), hashlib.«algorithm»).hexdigest()
                return hmac.compare_digest(f"«scheme»={digest}", «header»)
            """, mutants=(("hmac.compare_digest(f\"«scheme»={digest}\", «header»)", "digest in «header»"),
                          ("«body».encode()", "«header».encode()"), ("hashlib.«algorithm»", "hashlib.md5"),
                          ("return hmac", "return not hmac"))),
        Shape(name="split_header", code="""
            import hmac


            def «name»(«args»):
                scheme, _, given = «header».partition("=")
                if scheme != "«scheme»":
                    return False
                wanted = hmac.new(«secret».encode(), «body».encode(), "«algorithm»").hexdigest()
                return hmac.compare_digest(given, wanted)
            """, mutants=(('    if scheme != "«scheme»":\n        return False\n', ""),
                          ("hmac.compare_digest(given, wanted)", "wanted.startswith(given)"), ('"«algorithm»")', '"md5")'),
                          ("«secret».encode()", "b''"))),
        Shape(name="prefix_check", code="""
            import hashlib
            import hmac


            def «name»(«args»):
                if not «header».startswith("«scheme»="):
                    return False
                mac = hmac.new(«secret».encode("utf-8"), «body».encode("utf-8"), hashlib.«algorithm»)
                return hmac.compare_digest(«header».removeprefix("«scheme»="), mac.hexdigest())
            """, mutants=(("return False", "return True"),
                          ("hmac.compare_digest(«header».removeprefix(\"«scheme»=\"), mac.hexdigest())",
                           "«header».endswith(mac.hexdigest())"),
                          ("hashlib.«algorithm»", "hashlib.md5"),
                          ("«body».encode", "«body».upper().encode"), ('startswith("«scheme»=")', 'startswith("")'))),
    ),
    verifier=check_verify,
)  # fmt: skip


def draw_repeat(rng: Random) -> dict[str, Any]:
    """Draw a memory of deliveries."""
    noun = draw_noun(rng)
    kind = pick(rng, f"|{noun.kind}|Known|Recent|Bounded|{noun.kind}Webhook") + pick(
        rng, "Deliveries|SeenEvents|ReplayGuard|Inbox|EventLog|Memory|Filter|Register|Ids|Journal"
    )
    return {"kind": kind,
            "method": pick(rng, "accept|is_new|record|add|register|admit|first_time|note|remember|check|take_in|see"),
            "size": rng.randrange(2, 21), "one": noun.one,
            "id": pick(rng,
                       f"event_id|delivery_id|message_id|id_|{noun.one}_id|call_id|request_id|key|token|{noun.one}_event|uid|nonce")}  # fmt: skip


def check_repeat(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect a list scanned from its end."""
    cases = []
    letters = "abcdefghijklmnopqrstuv"[: facts["size"] + 2]
    for _ in range(3):
        log: list[str] = []
        steps, outcomes = [], []
        start = [*letters, letters[2], letters[1], *letters[:2], letters[0], *letters]
        for name in [*start, *rng.choices(letters, k=10)]:
            recent = log[-facts["size"] :] if log else []
            new = name not in recent
            if new:
                log.append(name)
            steps.append([facts["method"], name])
            outcomes.append(new)
        cases.append(({"class": facts["kind"], "new": [], "steps": steps}, outcomes))
    return python_check(facts["kind"], cases, harness=STEPS)


REPEAT = Template(
    id="repeated_delivery",
    ask=(
        "Write a Python class `«kind»` (no constructor arguments) with a method `«method»(«id»)` that returns True for a new «one» event and False for a repeated one. It remembers only the last «size» accepted ids: an older id counts as new again. A refused id changes nothing.",
        "Senders retry «one» webhooks. Please implement the Python class `«kind»`: `«method»(«id»)` gives False when «id» is among the «size» most recently accepted ids, otherwise it stores the id (dropping the oldest when there are more than «size») and gives True. Repeats don't refresh an id's place.",
        "I need a small guard against double deliveries of «one» events, a Python class `«kind»()` with one method `«method»(«id»)`. True means first time; the id is then kept. False means it is one of the kept ids. Keep no more than «size», forgetting the one accepted longest ago.",
        "Give me the Python class `«kind»`, built without arguments. Its one method, `«method»(«id»)`, answers whether this id is new (True) or was accepted within the last «size» accepted ones (False). Only accepted ids are stored, and the oldest leaves when «size» is exceeded.",
        "A webhook for «one» changes may arrive twice. `«kind»` in Python shall notice: calling `«method»(«id»)` stores an unknown id and returns True; a stored one makes it return False and changes nothing. There is room for «size» ids, first in, first out.",
        "Implement deduplication of «one» events with a bounded memory in Python. Class `«kind»`, no parameters; method `«method»(«id»)`. Memory: the latest «size» ids for which True was returned. In memory: False. Not in memory: remember, forget the earliest if there are too many, True.",
    ),
    draw=draw_repeat,
    shapes=(
        Shape(name="deque", code="""
            from collections import deque


            class «kind»:
                def __init__(self):
                    self.recent = deque(maxlen=«size»)

                def «method»(self, «id»):
                    if «id» in self.recent:
                        return False
                    self.recent.append(«id»)
                    return True
            """, mutants=(("maxlen=«size»", "maxlen=«size» + 1"), ("maxlen=«size»", ""),
                          ("in self.recent", "in list(self.recent)[1:]"), ("        self.recent.append(«id»)\n", ""))),
        Shape(name="list", code="""
            class «kind»:
                def __init__(self):
                    self.ids = []

                def «method»(self, «id»):
                    if «id» in self.ids:
                        return False
                    self.ids = [*self.ids, «id»][-«size»:]
                    return True
            """, mutants=(("[-«size»:]", ""), ("[-«size»:]", "[:«size»]"), ("return False", "return True"),
                          ("[-«size»:]", "[1 - «size»:]"))),
        Shape(name="dict", code="""
            class «kind»:
                def __init__(self):
                    self._seen = {}

                def «method»(self, «id»):
                    known = «id» in self._seen
                    if not known:
                        self._seen[«id»] = True
                        if len(self._seen) > «size»:
                            del self._seen[next(iter(self._seen))]
                    return not known
            """, mutants=(("> «size»", ">= «size»"), ("return not known", "return known"),
                          ("del self._seen[next(iter(self._seen))]", "self._seen.popitem()"),
                          ("> «size»", "> «size» + 1"))),
    ),
    verifier=check_repeat,
)  # fmt: skip


def draw_route(rng: Random) -> dict[str, Any]:
    """Draw event names and where they go."""
    noun = draw_noun(rng)
    return {"name": pick(rng, f"handler_for|route_event|find_handler|match_event|subscription_for|{noun.one}_handler|pick_handler|dispatch_name|resolve"),
            "one": noun.one, "separator": rng.choice((".", ":", "/", "-", "_")),
            "verb": pick(rng, "created|paid|updated|removed|sent|closed|moved|approved|expired"),
            "default": pick(rng, "ignored|unknown|fallback|none|dead_letter|default|unhandled|archive|noop"),
            **draw_arguments(rng, event=f"event|kind|name|topic|event_name|event_type|{noun.one}_event|label",
                             handlers="handlers|routes|table|subscriptions|mapping|patterns|rules|targets")}  # fmt: skip


def check_route(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the longest pattern, found by trying every pattern and counting its letters."""
    dot = facts["separator"]
    parts = [facts["one"], rng.choice(("paid", "created")), rng.choice(("late", "test"))]
    event, wide, near = dot.join(parts), f"{parts[0]}{dot}*", f"{dot.join(parts[:2])}{dot}*"
    tables = [
        [],
        ["*"],
        ["*", wide],
        [wide, near, "*"],
        [near, wide],
        ["*", event, wide],
        [wide, event],
        [f"{event}x", event[:-1]],
        [f"other{dot}*"],
        [event, f"{event}*"],
    ]
    cases: list[tuple[Any, Any]] = []
    for patterns in tables:
        handlers = {pattern: f"h{number}" for number, pattern in enumerate(patterns)}
        fitting = [p for p in handlers if p == event or (p[-1] == "*" and event[: len(p) - 1] == p[:-1])]
        exact = [p for p in fitting if p == event]
        best = exact or sorted(fitting, key=len)[-1:]
        cases.append((arrange(facts, event=event, handlers=handlers), handlers[best[0]] if best else facts["default"]))
    return python_check(facts["name"], cases)


ROUTE = Template(
    id="event_pattern",
    ask=(
        "Write a Python function `«name»(«args»)`. `«event»` is a webhook's event name such as \"«one»«separator»«verb»\"; `«handlers»` maps patterns to handler names. An exact entry wins. Otherwise patterns ending in `*` match every event that starts with the text before the star; the longest such pattern wins. Nothing fits: \"«default»\".",
        "In Python, implement `«name»(«args»)` to choose who handles an event. Look up `«event»` in the dict `«handlers»`; if it isn't a key, consider keys that end with `*` and whose part before the `*` is a prefix of the event, and take the longest key. Return that value, or \"«default»\" when there is none.",
        "Our webhook receiver has a dict `«handlers»` with keys like \"«one»«separator»«verb»\", \"«one»«separator»*\" or \"*\". I want `«name»(«args»)` (Python): the value of the key equal to `«event»`, else of the longest wildcard key (a prefix plus `*`) that fits, else \"«default»\".",
        'Please write `«name»(«args»)` in Python for events like "«one»«separator»«verb»". The dict `«handlers»` has full event names and prefixes followed by `*` as keys. Return the value under `«event»` itself if there is one, otherwise the value of the longest starred key whose prefix `«event»` begins with, otherwise "«default»".',
        'Route webhooks by name: `«name»(«args»)`, Python. First choice is the key of `«handlers»` that equals `«event»`. Second choice are keys with a final `*`; what stands before the star must begin the event, and more letters beat fewer. Last resort is the text "«default»".',
        "Some subscriptions name an event («one»«separator»«verb»), others end in `*` and stand for all events with that beginning. Write `«name»(«args»)` in Python: among the keys of the dict `«handlers»` an equal one is best, then the starred one with the most letters. Its value is the result; without any it is \"«default»\".",
    ),
    draw=draw_route,
    shapes=(
        Shape(name="comprehension", code="""
            def «name»(«args»):
                if «event» in «handlers»:
                    return «handlers»[«event»]
                fitting = [p for p in «handlers» if p.endswith("*") and «event».startswith(p[:-1])]
                if not fitting:
                    return "«default»"
                return «handlers»[max(fitting, key=len)]
            """, mutants=(("max(fitting, key=len)", "min(fitting, key=len)"), ('p.endswith("*") and ', ""),
                          ('return "«default»"', "return None"), ("p[:-1]", "p"))),
        Shape(name="loop", code="""
            def «name»(«args»):
                best = None
                for pattern in «handlers»:
                    if pattern == «event»:
                        return «handlers»[pattern]
                    if pattern.endswith("*") and «event».startswith(pattern[:-1]):
                        if best is None or len(pattern) > len(best):
                            best = pattern
                return "«default»" if best is None else «handlers»[best]
            """, mutants=(("len(pattern) > len(best)", "len(pattern) < len(best)"),
                          ("return «handlers»[pattern]", "best = pattern"), ("startswith", "endswith"),
                          ("pattern[:-1]", "pattern"))),
        Shape(name="shorten", code="""
            def «name»(«args»):
                if «event» in «handlers»:
                    return «handlers»[«event»]
                for end in range(len(«event»), -1, -1):
                    pattern = «event»[:end] + "*"
                    if pattern in «handlers»:
                        return «handlers»[pattern]
                return "«default»"
            """, mutants=(("range(len(«event»), -1, -1)", "range(len(«event») + 1)"),
                          ("range(len(«event»), -1, -1)", "range(len(«event»), 0, -1)"),
                          ('return "«default»"', 'return "*"'), ('+ "*"', '+ "?"'))),
    ),
    verifier=check_route,
)  # fmt: skip

CATEGORY = Category(
    name="fs_webhook_signature",
    family="api_contracts",
    templates=(SIGNING, VERIFY, FRESH, REPEAT, ROUTE, SCHEME, SHORT_HASH, FIELD),
)
