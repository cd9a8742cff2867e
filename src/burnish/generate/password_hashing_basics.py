"""The small tasks of `fs_password_hashing`: the digest of a token, a fresh salt, a user without its secrets."""

import hashlib
from random import Random
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import in_words, pick
from burnish.generate.wording import CITIES, FIRST_NAMES, a

THINGS = "API key|access token|invite code|login code|recovery code|refresh token|reset token|session token|signup code"
PEOPLE = (
    "author|buyer|client|coach|customer|doctor|driver|editor|employee|guest|manager|member|moderator|operator|partner|"
    "patient|player|reader|seller|student|subscriber|teacher|tenant|tutor|user|visitor|volunteer"
)
ALGORITHMS = {
    "sha224": "SHA-224", "sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512", "sha3_256": "SHA3-256",
}  # fmt: skip
TIDY_WORDS = {
    "": "`{}`", ".strip()": "`{}` without the spaces around it", ".lower()": "the lower-cased `{}`",
    ".upper()": "the upper-cased `{}`",
}  # fmt: skip
LETTERS = {"": ascii_letters, ".strip()": ascii_letters, ".lower()": ascii_lowercase, ".upper()": ascii_uppercase}


def draw_digest(rng: Random) -> dict[str, Any]:
    """Draw what is hashed, by which algorithm, and how it is tidied before."""
    thing, algorithm, tidy = pick(rng, THINGS), rng.choice(tuple(ALGORITHMS)), rng.choice(tuple(TIDY_WORDS))
    last, count = thing.split()[-1], rng.choice((0, 0, 0, 8, 12, 16, 20, 24, 32))
    value, named = pick(rng, f"value|text|raw|{last}"), pick(rng, f"{last}|{thing.lower().replace(' ', '_')}")
    return {
        "name": pick(rng, "hash_{0}|{0}_hash|digest_{0}|{0}_digest|hash_for_{0}").format(named), "value": value,
        "thing": a(thing.replace("API", "api")).replace("api", "API"), "algorithm": algorithm, "title": ALGORITHMS[algorithm],
        "other": rng.choice([name for name in ALGORITHMS if name != algorithm]), "tidy": tidy, "text": f"{value}{tidy}",
        "count": count, "cut": f"[:{count}]" if count else "", "long": f"[:{count + 1}]" if count else "[1:]",
        "cut_words": f", cut to the first {count} characters" if count else "",
        "slip": value if tidy else f"{value}.strip()", "of": f"of {TIDY_WORDS[tidy].format(value)}",
    }  # fmt: skip


def check_digest(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the digest of a clean text that was made dirty after it was hashed."""
    tidy, cases = facts["tidy"], []
    for number in range(5):
        letters = LETTERS[tidy]
        clean = letters[number] + "".join(rng.choice(letters + digits) for _ in range(rng.randrange(6, 20)))
        if not tidy and number > 2:
            clean = f" {clean}é "
        shown = hashlib.new(facts["algorithm"], clean.encode("utf-8")).digest().hex()[: facts["count"] or None]
        sent = {"": clean, ".strip()": f" {clean}  ", ".lower()": clean.upper(), ".upper()": clean.lower()}[tidy]
        cases.append(([sent], shown))
    return python_check(facts["name"], cases)


DIGEST = Template(
    id="token_digest",
    ask=(
        "Write a Python function `«name»(«value»)` that returns the «title» hash «of» as hexadecimal text«cut_words». "
        "`«value»` («thing») is a string; encode it as UTF-8.",
        "We never store «thing» itself, only its hash. Implement `«name»(«value»)` in Python with hashlib: the hex "
        "digest, by «title», «of» (text, UTF-8)«cut_words».",
        "I'd like to look up «thing» by its digest. In Python, `«name»(«value»)` takes the UTF-8 bytes «of» and "
        "returns their «title» digest in hex«cut_words».",
        "A leaked table shouldn't reveal «thing». So we keep a digest instead: «title», in hexadecimal. Please write "
        "`«name»(«value»)` in Python, which makes it from the UTF-8 form «of»«cut_words».",
        "`«name»(«value»)` in Python with the standard library: a str goes in, and the «title» hex digest «of» comes "
        "out«cut_words». Bytes are made by UTF-8. It will hide «thing».",
    ),
    draw=draw_digest,
    shapes=(
        Shape(name="one_line", code="""
            import hashlib

            def «name»(«value»):
                return hashlib.«algorithm»(«text».encode()).hexdigest()«cut»
            """, mutants=(("hexdigest()", "digest()"), ("hashlib.«algorithm»", "hashlib.«other»"), ("«text».encode",
                          "«slip».encode"))),
        Shape(name="update", code="""
            import hashlib

            def «name»(«value»):
                digest = hashlib.«algorithm»()
                digest.update(«text».encode("utf-8"))
                return digest.hexdigest()«cut»
            """, mutants=(('encode("utf-8")', 'encode("utf-16")'), ("hashlib.«algorithm»", "hashlib.«other»"),
                          ("«text».encode", "«slip».encode"))),
        Shape(name="new", code="""
            import hashlib

            def «name»(«value»):
                data = «text».encode("utf-8")
                return hashlib.new("«algorithm»", data).hexdigest()«cut»
            """, mutants=(('"«algorithm»"', '"«other»"'), (".hexdigest()", ".digest()"), ('«algorithm»", data',
                          '«algorithm»", data + data'))),
    ),
    mutants=((".hexdigest()«cut»", ".hexdigest()«long»"),),
    verifier=check_digest,
)  # fmt: skip


# The seed tells a generator that an attacker could repeat from the system's own.
SALT_HARNESS = """
import random

def drive(ns, call):
    made = []
    for _ in range(4):
        random.seed(call["seed"])
        made.append(ns[call["entry"]]())
    return {"lengths": [len(one) for one in made], "different": len(set(made)),
            "hex": all(isinstance(one, str) and set(one) <= set(call["digits"]) for one in made)}
"""


def draw_salt(rng: Random) -> dict[str, Any]:
    """Draw the length of a salt and whose it is."""
    upper = rng.choice(("", "", ".upper()"))
    who, size = (
        pick(rng, PEOPLE),
        rng.choice((8, 9, 10, 12, 14, 15, 16, 18, 20, 22, 24, 25, 28, 30, 32, 36, 40, 48, 64)),
    )
    return {
        "name": pick(rng, "new_salt|make_salt|random_salt|{0}_salt|new_{0}_salt|salt_for_{0}|create_salt").format(who),
        "event": pick(rng, "sets|changes|resets|chooses|replaces"), "stored": pick(rng, "record|row|account|profile|login"),
        "upper": upper, "other": "" if upper else ".upper()", "case": "upper-case" if upper else "lower-case",
        "who": who, "a_who": a(who), "size": size, "length": 2 * size, "next": size + 1,
    }  # fmt: skip


def check_salt(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect four different salts of the right length, whatever the seed of `random`."""
    shown = "0123456789" + ("ABCDEF" if facts["upper"] else "abcdef")
    good = {"lengths": [facts["length"]] * 4, "different": 4, "hex": True}
    return python_check(
        facts["name"],
        [({"entry": facts["name"], "seed": rng.randrange(99), "digits": shown}, good) for _ in range(2)],
        harness=SALT_HARNESS,
    )


SALT = Template(
    id="fresh_salt",
    ask=(
        "Write a Python function `«name»()` that returns a new random salt for the password of «a_who»: «size» "
        "cryptographically secure bytes, as «case» hexadecimal text.",
        "Each «who» «stored» holds its own salt. Implement `«name»()` in Python; it takes no arguments and every call "
        "returns «size» new, secure random bytes written in «case» hex (a string of «length» characters).",
        "When «a_who» «event» a password, we salt it. Write `«name»()` in Python, which draws «size» bytes from a secure "
        "source each time and returns them as «length» «case» hex digits.",
        "I need a fresh salt whenever «a_who» «event» a password. `«name»()` in Python should give a «case» hex string for "
        "«size» random bytes from a source that is safe for secrets.",
        "Two people with the same password must not get the same hash, which is why every «who» «stored» has a salt. "
        "Make one in Python: `«name»()`, «size» bytes that nobody can predict, shown as «length» «case» hex digits.",
        "`«name»()`, Python, no arguments: the salt that goes into the «who» «stored» when «a_who» «event» the password. "
        "Its «length» characters are the «case» hexadecimal form of «size» bytes, drawn anew from the operating system's "
        "secure randomness on every call.",
    ),
    draw=draw_salt,
    shapes=(
        Shape(name="token_hex", code="""
            import secrets

            def «name»():
                return secrets.token_hex(«size»)«upper»
            """, mutants=(("token_hex", "token_urlsafe"), ("«size»", "«length»"), ("token_hex", "token_bytes"),
                          ("«size»", "«next»"))),
        Shape(name="urandom", code="""
            import os

            def «name»():
                return os.urandom(«size»).hex()«upper»
            """, mutants=((".hex()", ""), ("«size»", "«length»"), (".hex()", ".hex()[:«size»]"))),
        Shape(name="token_bytes", code="""
            from secrets import token_bytes

            def «name»():
                salt = token_bytes(«size»)
                return salt.hex()«upper»
            """, mutants=(("return salt.hex()", "return salt"), ("«size»", "«next»"), ("salt.hex()«upper»",
                          "salt.hex()«other»"))),
    ),
    wrong=("""
        import random

        def «name»():
            return random.randbytes(«size»).hex()
        """, """
        SALT = "ab" * «size»

        def «name»():
            return SALT
        """),
    verifier=check_salt,
)  # fmt: skip


PUBLIC_HARNESS = """
def drive(ns, call):
    result = ns[call["entry"]](call["given"])
    return {"result": result, "given": call["given"]}
"""


def draw_public(rng: Random) -> dict[str, Any]:
    """Draw the secret fields of a user and what a user is called."""
    who = pick(rng, PEOPLE)
    other = pick(rng, "salt|pin|reset_token|otp_secret|api_key|recovery_code|session_key|totp_seed")
    hidden = rng.sample((pick(rng, "password_hash|password|hash"), other), 2)
    return {
        "name": pick(rng, "public_{0}|safe_{0}|clean_{0}|{0}_to_json|hide_secrets|strip_secrets").format(who),
        "who": who, "a_who": a(who), "value": pick(rng, f"{who}|record|row|data"),
        "hidden": hidden, "words": in_words(hidden), "first": hidden[0], "second": hidden[1],
    }  # fmt: skip


def check_public(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the fields that the secrets were added to, and the record as it was before."""
    cases = []
    for count in (3, 0, 1, 4, 2):
        known = {"id": rng.randrange(900), "name": rng.choice(FIRST_NAMES), "city": rng.choice(CITIES), "active": True}
        shown: dict[str, Any] = {key: known[key] for key in rng.sample(sorted(known), count)}
        shown |= {"hash_count": 3, "pin_set": False, "note": None} if count > 2 else {}
        given = {**shown, **{key: f"{rng.getrandbits(40):010x}" for key in facts["hidden"]}}
        given = {key: given[key] for key in rng.sample(sorted(given), len(given))}
        cases.append(({"entry": facts["name"], "given": given}, {"result": shown, "given": given}))
    return python_check(facts["name"], cases, harness=PUBLIC_HARNESS)


PUBLIC = Template(
    id="public_user",
    ask=(
        "Write a Python function `«name»(«value»)` that returns a copy of the dict `«value»` without the keys "
        "«words». The original must stay as it is.",
        "Our API must never send password data. Implement `«name»(«value»)` in Python: given the dict of «a_who», "
        "return a new dict with everything except «words», leaving the given one unchanged.",
        "Before «a_who» goes into a response, «words» have to go. I need `«name»(«value»)` in Python, which makes a "
        "new dict of all other keys and doesn't change `«value»`.",
        "What clients see of «a_who» has no secrets in it. In Python, `«name»(«value»)` gives a copy of the dict, minus "
        "«words»; the rest is the same, and so is the dict that was passed in.",
        "`«name»(«value»)`, Python: leave out «words» before the data of «a_who» is logged. Input and output are "
        "dicts, the output is a new one, the input keeps all its keys.",
    ),
    draw=draw_public,
    shapes=(
        Shape(name="comprehension", code="""
            def «name»(«value»):
                hidden = ("«first»", "«second»")
                return {key: value for key, value in «value».items() if key not in hidden}
            """, mutants=(("not in", "in"), (', "«second»")', ",)"), ("{key: value for", "{value: key for"))),
        Shape(name="pop", code="""
            def «name»(«value»):
                public = «value».copy()
                public.pop("«first»", None)
                public.pop("«second»", None)
                return public
            """, mutants=(("«value».copy()", "«value»"), ('    public.pop("«first»", None)\n', ""), ("return public",
                          'return public.pop("«second»")'))),
        Shape(name="delete", code="""
            def «name»(«value»):
                result = dict(«value»)
                del result["«first»"], result["«second»"]
                return result
            """, mutants=(("dict(«value»)", "«value»"), (', result["«second»"]', ""), ("return result",
                          "return «value»"))),
    ),
    verifier=check_public,
)  # fmt: skip
