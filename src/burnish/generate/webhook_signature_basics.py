"""The small tasks of `fs_webhook_signature`: the age of a webhook, its signature, a hash of its body, one field of it."""

import hashlib
import json
from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.wording import CITIES, COLORS, draw_noun

SCHEMES = "sha256|sha1|sha512|v1|v0|v2|sig|hmac|hmac-sha256|signature|s1|mac"
SENDERS = "Hub|Shop|App|Webhook|Payment|Event"


def draw_fresh(rng: Random) -> dict[str, Any]:
    """Draw how old a webhook may be, the unit of its times, and what a time that can't be read gives."""
    unit, factor = rng.choice((("seconds", 1), ("seconds", 1), ("milliseconds", 1000)))
    bad, slip = rng.sample(("False", "None"), 2)
    seconds = rng.choice((20, 30, 45, 60, 90, 120, 150, 180, 240, 300, 450, 600, 900))
    ahead = rng.choice((0, 2, 3, 4, 5, 8, 10, 12, 15))
    return {
        "name": pick(rng, "is_fresh|is_recent|accept_timestamp|not_expired|in_time|within_window|is_current|on_time"),
        "one": draw_noun(rng).one, "header": f"X-{pick(rng, SENDERS)}-Timestamp", "unit": unit, "bad": bad, "slip": slip,
        "seconds": seconds, "ahead": ahead, "oldest": factor * seconds, "newest": factor * ahead,
        **draw_arguments(rng, sent="sent|timestamp|sent_at|header_time", now="now|current|received|server_time"),
    }  # fmt: skip


def check_fresh(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the ages that a written-out range holds."""
    oldest, newest = facts["oldest"], facts["newest"]
    allowed = range(-newest, oldest + 1)
    cases: list[tuple[Any, Any]] = []
    for age in (0, 1, oldest, oldest + 1, oldest - 1, -newest, -newest - 1, 9_999_999, -9_999_999):
        now = rng.randrange(1_700_000_000, 1_800_000_000) * (oldest // facts["seconds"])
        cases.append((arrange(facts, sent=str(now - age), now=now), age in allowed))
    bad = {"False": False, "None": None}[facts["bad"]]
    cases += [(arrange(facts, sent=text, now=1_700_000_000), bad) for text in ("", "soon", "12:30", "1.5e9x")]
    return python_check(facts["name"], cases)


FRESH = Template(
    id="fresh_timestamp",
    ask=(
        "Write a Python function `«name»(«args»)`. `«sent»` is the text of `«header»`, a Unix time in whole "
        "«unit», and `«now»` is an int in the same unit. Return True when the webhook is at most «seconds» seconds old and at "
        "most «ahead» seconds in the future, both limits included, else False. Text that is no integer gives «bad».",
        "To stop replays of «one» webhooks I want `«name»(«args»)` in Python. Convert `«sent»` (a string, Unix time in "
        "«unit») to an integer; if that fails return «bad». `«now»` is an integer in «unit» too. Accept what was sent up to "
        "«seconds» seconds before `«now»` or up to «ahead» seconds after it, ends included, and return a bool.",
        "Implement `«name»(«args»)` in Python: True only if the time in `«sent»` (decimal text) lies no more than «seconds» "
        "seconds before and no more than «ahead» seconds after `«now»` (an int), otherwise False. Both times count «unit». "
        "Invalid text isn't an exception but «bad».",
        "A «one» event comes with the header `«header»`, the «unit» since 1970 as text. Its value is `«sent»`; `«now»` is an "
        "int of the same kind. `«name»(«args»)` in Python says whether we take the event: delays to «seconds» seconds are "
        "fine, so are clocks that run ahead by «ahead» seconds at most (True), all else is too old or too early (False), "
        "and a header that int() refuses is «bad».",
        "Our clock and the sender's may differ: a `«header»` that is «ahead» seconds in the future still counts, one "
        "that is «seconds» seconds in the past does as well, but nothing beyond. In Python, `«name»(«args»)` gets its text "
        "`«sent»` and the integer `«now»`, both in «unit», and returns True or False, or «bad» for text without an integer.",
        "Timestamps of «one» webhooks get a window, from «seconds» seconds ago until «ahead» seconds from now (inclusive). "
        "Please code it in Python as `«name»(«args»)` -> bool, with `«now»` as an int and `«sent»` as a str of digits, each "
        "a count of «unit»; if `«sent»` isn't a whole number, the answer is «bad».",
    ),
    draw=draw_fresh,
    shapes=(
        Shape(name="try", code="""
            def «name»(«args»):
                try:
                    age = «now» - int(«sent»)
                except ValueError:
                    return «bad»
                return -«newest» <= age <= «oldest»
            """, mutants=(("<= «oldest»", "< «oldest»"), ("-«newest» <= age", "-«newest» < age"),
                          ("return «bad»", "return True"), ("«now» - int(«sent»)", "int(«sent») - «now» + 1"))),
        Shape(name="isdigit", code="""
            def «name»(«args»):
                if not «sent».isdigit():
                    return «bad»
                time = int(«sent»)
                return «now» - «oldest» <= time <= «now» + «newest»
            """, mutants=(("«now» - «oldest» <=", "«now» - «oldest» <"), ("<= «now» + «newest»", "< «now» + «newest»"),
                          ("    if not «sent».isdigit():\n        return «bad»\n", ""),
                          ("+ «newest»", "+ «oldest» + 1"))),
        Shape(name="range", code="""
            def «name»(«args»):
                try:
                    time = int(«sent»)
                except ValueError:
                    return «bad»
                return time in range(«now» - «oldest», «now» + «newest» + 1)
            """, mutants=(("+ 1)", ")"), ("«now» - «oldest»", "«now» - «oldest» + 1"), ("return «bad»", "return «slip»"),
                          ("return time in", "return time not in"))),
    ),
    verifier=check_fresh,
)  # fmt: skip


def draw_scheme(rng: Random) -> dict[str, Any]:
    """Draw what stands before a signature, and what a header without it gives."""
    scheme, mark, missing = pick(rng, SCHEMES), pick(rng, "=|=|:"), rng.choice((None, None, ""))
    return {
        "name": pick(rng, "read_signature|signature_of|get_signature|extract_signature|parse_header|strip_scheme"),
        "header": pick(rng, "header|value|text|signature_header|line"), "scheme": scheme, "mark": mark,
        "start": scheme + mark, "length": len(scheme) + 1, "longer": len(scheme) + 2, "missing": missing,
        "missing_words": "None" if missing is None else "an empty string", "nothing": "None" if missing is None else '""',
        "sender": f"X-{pick(rng, SENDERS)}-Signature", "one": draw_noun(rng).one,
    }  # fmt: skip


def check_scheme(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the digits that were put behind the scheme, or nothing behind another."""
    cases: list[tuple[Any, Any]] = [([""], facts["missing"])]
    for _ in range(3):
        digest = hashlib.sha256(rng.choice(CITIES).encode()).hexdigest()[: rng.choice((8, 16, 64))]
        cases.append(([facts["start"] + digest], digest))
        cases += [([text + digest], facts["missing"]) for text in ("", f"x{facts['start']}", f"other{facts['mark']}")]
    return python_check(facts["name"], cases)


SCHEME = Template(
    id="signature_in_header",
    ask=(
        "Write a Python function `«name»(«header»)` that returns what comes after `«start»` in the header `«sender»` of a "
        "webhook, such as `«start»4f2a9c`. If the text doesn't start with `«start»`, return «missing_words».",
        "The header `«sender»` looks like `«start»4f2a9c`. I need `«name»(«header»)` in Python, which gives back only "
        "the part behind `«start»`, or «missing_words» when the header begins differently.",
        "Please implement `«name»(«header»)` in Python. Its argument is the text of `«sender»`: remove the leading "
        "`«start»` and return the rest; without this beginning the result is «missing_words».",
        "Before we can check a «one» webhook we need its bare signature. The header has `«start»` in front of it: "
        "`«name»(«header»)` in Python cuts that off, and answers with «missing_words» for a header that has another "
        "start.",
        "In Python, take the «one» event's `«sender»` apart. `«name»(«header»)`: for `«start»` plus hex digits return "
        "those digits; for text with any other beginning return «missing_words».",
    ),
    draw=draw_scheme,
    shapes=(
        Shape(name="slice", code="""
            def «name»(«header»):
                if «header».startswith("«start»"):
                    return «header»[«length»:]
                return «nothing»
            """, mutants=(("[«length»:]", "[«longer»:]"), ("[«length»:]", ""), ("startswith", "endswith"),
                          ("return «nothing»", "return «header»"))),
        Shape(name="removeprefix", code="""
            def «name»(«header»):
                if not «header».startswith("«start»"):
                    return «nothing»
                return «header».removeprefix("«start»")
            """, mutants=(('removeprefix("«start»")', 'removeprefix("«scheme»")'), ("if not ", "if "),
                          ('    if not «header».startswith("«start»"):\n        return «nothing»\n', ""))),
        Shape(name="partition", code="""
            def «name»(«header»):
                scheme, _, signature = «header».partition("«mark»")
                return signature if scheme == "«scheme»" else «nothing»
            """, mutants=(('scheme == "«scheme»"', "signature"), ("return signature", "return scheme"),
                          ("else «nothing»", "else «header»"))),
    ),
    verifier=check_scheme,
)  # fmt: skip


def draw_short_hash(rng: Random) -> dict[str, Any]:
    """Draw a hash and how much of it is wanted."""
    algorithm, other = rng.sample(("sha256", "sha1", "sha512", "md5", "sha384", "sha224"), 2)
    count, end = rng.randrange(6, 25), rng.random() < 0.3
    return {
        "name": pick(rng, "fingerprint|short_hash|body_hash|event_hash|payload_digest|dedupe_key|delivery_key"),
        "body": pick(rng, "body|payload|text|message|raw"), "algorithm": algorithm, "other": other, "count": count,
        "end": end, "which": "last" if end else "first", "cut": f"[-{count}:]" if end else f"[:{count}]",
        "more": f"[-{count + 1}:]" if end else f"[:{count + 1}]", "back": f"[:{count}]" if end else f"[-{count}:]",
        "shown": f"{algorithm[:3].upper()}-{algorithm[3:]}" if algorithm != "md5" else "MD5",
        "one": draw_noun(rng).one,
    }  # fmt: skip


def check_short_hash(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect digits written out from the bytes of a hash that was fed in pieces."""
    cases = []
    for text in ('{"id": 7}', rng.choice(CITIES), f"{rng.choice(COLORS)} ünïcode", "", f"id={rng.randrange(99)}&a=1"):
        made = hashlib.new(facts["algorithm"])
        for byte in text.encode():
            made.update(bytes([byte]))
        digits = [f"{byte:02x}"[place] for byte in made.digest() for place in (0, 1)]
        shown = digits[len(digits) - facts["count"] :] if facts["end"] else digits[: facts["count"]]
        cases.append(([text], "".join(shown)))
    return python_check(facts["name"], cases)


SHORT_HASH = Template(
    id="short_hash",
    ask=(
        "Write a Python function `«name»(«body»)` that returns the «which» «count» characters of the hexadecimal "
        "«shown» hash of the string `«body»`, encoded as UTF-8.",
        "To recognise «one» webhooks that come twice, I want `«name»(«body»)` in Python: hash the text `«body»` "
        "(UTF-8) with «shown» and give back the «which» «count» hex digits.",
        "Please implement `«name»(«body»)` with Python's hashlib. `«body»` is the text of a webhook; the result is its "
        "«algorithm» hex digest, but only the «which» «count» characters of it.",
    ),
    draw=draw_short_hash,
    shapes=(
        Shape(name="hexdigest", code="""
            import hashlib


            def «name»(«body»):
                return hashlib.«algorithm»(«body».encode()).hexdigest()«cut»
            """, mutants=((".encode()", ""), (".hexdigest()", ".digest()"),
                          ("hashlib.«algorithm»", "hashlib.«other»"))),
        Shape(name="by_name", code="""
            import hashlib


            def «name»(«body»):
                digest = hashlib.new("«algorithm»", «body».encode("utf-8"))
                return digest.hexdigest()«cut»
            """, mutants=(('"«algorithm»"', '"«other»"'), ("digest.hexdigest()", "str(digest)"),
                          ('"utf-8"', '"utf-16"'))),
        Shape(name="hex_of_bytes", code="""
            from hashlib import «algorithm»


            def «name»(«body»):
                return «algorithm»(bytes(«body», "utf-8")).digest().hex()«cut»
            """, mutants=(('bytes(«body», "utf-8")', "«body»"), (".digest().hex()«cut»", ".digest()«cut».hex()"),
                          ("import «algorithm»", "import «other» as «algorithm»"))),
    ),
    mutants=(("«cut»", "«more»"), ("«cut»", ""), ("«cut»", "«back»")),
    verifier=check_short_hash,
)  # fmt: skip


def draw_field(rng: Random) -> dict[str, Any]:
    """Draw where a field stands in the JSON of a webhook, and what stands in for it."""
    noun, missing = draw_noun(rng), rng.choice((None, None, ""))
    outer = pick(rng, f"data|object|event|resource|payload|{noun.one}|{noun.one}")
    inner = pick(rng, "id|status|email|amount|currency|name|total|state|reference|reason")
    return {
        "name": pick(rng, f"{inner}_from_{outer}|{noun.one}_{inner}|get_{inner}|{inner}_of_{noun.one}|event_{inner}"),
        "body": pick(rng, "body|text|raw|message|content"), "outer": outer, "inner": inner, "missing": missing,
        "last": f'.get("{inner}")' if missing is None else f'.get("{inner}", "")', "one": noun.one,
        "missing_words": "None" if missing is None else "an empty string", "nothing": "None" if missing is None else '""',
        "example": f'{{"{outer}": {{"{inner}": ...}}}}',
    }  # fmt: skip


def check_field(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what was put in at the place, never what stands beside it."""
    outer, inner = facts["outer"], facts["inner"]
    cases: list[tuple[Any, Any]] = []
    for number in range(4):
        value = rng.choice((rng.randrange(2, 900), rng.choice(CITIES), rng.choice(COLORS)))
        event = {"type": "x", inner: f"outer{number}", outer: {inner: value, "note": rng.choice(COLORS)}}
        cases.append(([json.dumps(event)], value))
    lacking: list[Any] = [{"type": "x"}, {inner: 5}, {outer: {}}, {inner: "y", outer: {"note": "z"}}]
    return python_check(facts["name"], [*cases, *(([json.dumps(event)], facts["missing"]) for event in lacking)])


FIELD = Template(
    id="field_of_body",
    ask=(
        "Write a Python function `«name»(«body»)`. `«body»` is the JSON text of a «one» webhook like `«example»`; return the "
        "`«inner»` inside `«outer»`, or «missing_words» if either key is missing.",
        "Webhooks about each «one» come as JSON such as `«example»`. I need `«name»(«body»)` in Python, which parses "
        "this string and gives back `«inner»` from `«outer»`. When one of the two isn't there: «missing_words».",
        "Please implement `«name»(«body»)` in Python: load the JSON string of a «one» event, take the object under "
        "`«outer»` and return its `«inner»`; without `«outer»`, or without `«inner»` in it, the result is «missing_words».",
        "The body of a «one» webhook is a string with JSON in it. What is its `«inner»`, one level down in `«outer»`? Answer "
        "with `«name»(«body»)` in Python, and with «missing_words» where `«outer»` or the `«inner»` in it is lacking.",
    ),
    draw=draw_field,
    shapes=(
        Shape(name="get", code="""
            import json


            def «name»(«body»):
                return json.loads(«body»).get("«outer»", {})«last»
            """, mutants=(('.get("«outer»", {})', ""), ("«last»", ""), ('"«outer»", {}', '"«outer»"'),
                          ("json.loads(«body»)", "«body»"))),
        Shape(name="try", code="""
            import json


            def «name»(«body»):
                try:
                    return json.loads(«body»)["«outer»"]["«inner»"]
                except KeyError:
                    return «nothing»
            """, mutants=(('["«outer»"]["«inner»"]', '["«inner»"]'), ('["«inner»"]', ""),
                          ("except KeyError", "except ValueError"))),
        Shape(name="check_first", code="""
            import json


            def «name»(«body»):
                event = json.loads(«body»)
                if "«outer»" not in event:
                    return «nothing»
                return event["«outer»"]«last»
            """, mutants=(('    if "«outer»" not in event:\n        return «nothing»\n', ""),
                          ('event["«outer»"]«last»', "event«last»"),
                          ("return «nothing»", "return event"))),
    ),
    verifier=check_field,
)  # fmt: skip
