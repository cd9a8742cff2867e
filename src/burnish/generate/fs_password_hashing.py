"""Category `fs_password_hashing`: stored records, checking and upgrading them, rules for new passwords, leaked ones."""

import base64
import hmac
from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.password_hashing_basics import DIGEST, PUBLIC, SALT
from burnish.generate.password_policy import BREACH, PASSWORD, POLICY, draw_password

STORED = "stored|record|saved|stored_hash|password_hash"
RAISES = {"raises": "ValueError"}


def draw_salt(rng: Random) -> str:
    """Return a salt as hexadecimal text."""
    return f"{rng.getrandbits(48):012x}"


def derive_key(algorithm: str, password: str, salt: str, rounds: int) -> bytes:
    """Return the first block of PBKDF2, written out from RFC 8018, section 5.2."""
    last = hmac.digest(password.encode(), salt.encode() + b"\0\0\0\1", algorithm)
    total = int.from_bytes(last, "big")
    for _ in range(rounds - 1):
        last = hmac.digest(password.encode(), last, algorithm)
        total ^= int.from_bytes(last, "big")
    return total.to_bytes(len(last), "big")


def draw_format(rng: Random) -> dict[str, Any]:
    """Draw how a record is written: hash function, label, separator and the order of its middle."""
    algorithm, rounds_at = pick(rng, "sha256|sha512|sha384|sha1"), rng.choice((1, 2))
    label = pick(rng, "pbkdf2_{0}|pbkdf2-{0}|pbkdf2.{0}|{0}|{0}-pbkdf2|v1.{0}|kdf-{0}").format(algorithm)
    return {
        "algorithm": algorithm, "upper": algorithm.upper(), "label": label, "mark": pick(rng, "$|:|;|!"),
        "rounds_at": rounds_at,
        "salt_at": 3 - rounds_at,
    }  # fmt: skip


def in_order(facts: Facts, rounds: str, salt: str) -> list[str]:
    """Return the two middle parts of a record in the drawn order."""
    return [rounds, salt] if facts["rounds_at"] == 1 else [salt, rounds]


def write_record(facts: Facts, rounds: int, salt: str, key: str) -> str:
    """Return the text of a record."""
    mark: str = facts["mark"]
    return mark.join([facts["label"], *in_order(facts, str(rounds), salt), key])


def draw_record(rng: Random) -> dict[str, Any]:
    """Draw a function that writes a record."""
    facts = draw_arguments(
        rng, password=PASSWORD, salt="salt|salt_text|user_salt", rounds="rounds|iterations|cost|work"
    )
    facts |= draw_format(rng)
    in_base64, length = rng.random() < 0.4, rng.choice((0, 0, 16, 18))
    verb = pick(rng, "make|build|create|encode|pack|write")
    facts["first"], facts["second"] = in_order(facts, facts["rounds"], facts["salt"])
    facts["first_text"], facts["second_text"] = in_order(facts, f"str({facts['rounds']})", facts["salt"])
    return {
        **facts, "name": f"{verb}_{pick(rng, 'record|password_record|hash_record|credential|stored_password')}",
        "encoding": "base64" if in_base64 else "hex", "length": length, "size": f", dklen={length}" if length else "",
        "text": "base64.b64encode(key).decode()" if in_base64 else "key.hex()",
        "imports": "import base64\n" if in_base64 else "",
        "wrong_size": "" if length else ", dklen=16", "length_words": f" ({length} bytes)" if length else "",
    }  # fmt: skip


def check_record(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect records with keys that were derived by the definition of PBKDF2."""
    cases = []
    for rounds, password in (
        (1, draw_password(rng)),
        (2, ""),
        *((rng.randrange(3, 40), draw_password(rng)) for _ in range(4)),
    ):
        salt = draw_salt(rng)
        key = derive_key(facts["algorithm"], password, salt, rounds)[: facts["length"] or None]
        text = (
            base64.standard_b64encode(key).decode()
            if facts["encoding"] == "base64"
            else "".join(f"{byte:02x}" for byte in key)
        )
        cases.append(
            (arrange(facts, password=password, salt=salt, rounds=rounds), write_record(facts, rounds, salt, text))
        )
    return python_check(facts["name"], cases)


DERIVE = 'hashlib.pbkdf2_hmac("«algorithm»", «password».encode(), «salt».encode(), «rounds»«size»)'
RECORD = Template(
    id="stored_record",
    ask=(
        "Write a Python function `«name»(«args»)` that returns the text we keep for a user's password. Derive a key "
        "with PBKDF2-HMAC-«upper»«length_words» from the UTF-8 bytes of `«password»` and `«salt»`, using `«rounds»` "
        "rounds. Return `«label»`, `«first»`, `«second»` and the key in «encoding», joined by `«mark»`.",
        "Implement `«name»(«args»)` in Python for our login table. The result is one string of the form "
        "`«label»«mark»{«first»}«mark»{«second»}«mark»{key}`, where the key is PBKDF2 with «upper»«length_words», "
        "written as «encoding». `«password»` and `«salt»` are text (encode them as UTF-8); `«rounds»` is the number "
        "of iterations.",
        "I need passwords stored with PBKDF2 («upper»), standard library only. Please write `«name»(«args»)`: text "
        "`«password»`, text `«salt»`, whole number `«rounds»`. It should give back four parts separated by `«mark»`: "
        "the label `«label»`, then `«first»`, then `«second»`, then the derived key«length_words» as «encoding».",
    ),
    draw=draw_record,
    shapes=(
        Shape(name="f_string", code=f"""
            «imports»import hashlib

            def «name»(«args»):
                key = {DERIVE}
                return f"«label»«mark»{{«first»}}«mark»{{«second»}}«mark»{{«text»}}"
            """, mutants=(("{«first»}«mark»{«second»}", "{«second»}«mark»{«first»}"),
                          ("return f\"«label»«mark»", "return f\""))),
        Shape(name="join", code=f"""
            «imports»import hashlib

            def «name»(«args»):
                key = {DERIVE}
                parts = ["«label»", «first_text», «second_text», «text»]
                return "«mark»".join(parts)
            """, mutants=(("«first_text», «second_text»", "«second_text», «first_text»"),
                          ('"«mark»".join', '"-".join'))),
        Shape(name="loop", code=f"""
            «imports»import hashlib

            def «name»(«args»):
                record = "«label»"
                key = {DERIVE}
                for part in («first», «second», «text»):
                    record += "«mark»" + str(part)
                return record
            """, mutants=(('+= "«mark»" + str(part)', '+= str(part) + "«mark»"'),
                          ("(«first», «second»,", "(«second», «first»,"))),
    ),
    mutants=(
        ("«password».encode(), «salt».encode()", "«salt».encode(), «password».encode()"),
        ("«rounds»«size»)", "«rounds»«wrong_size»)"),
        ('hmac("«algorithm»"', 'hmac("sha224"'), ("«rounds»«size»)", "1000«size»)"), ("«text»", "str(key)"),
    ),
    verifier=check_record,
)  # fmt: skip


def draw_check(rng: Random) -> dict[str, Any]:
    """Draw a function that checks a password against its record, and what it does with a broken record."""
    facts = draw_arguments(rng, password=PASSWORD, stored=STORED) | draw_format(rng)
    facts["first"], facts["second"] = in_order(facts, "rounds", "salt")
    words, code = rng.choice(
        (("return False", "return False"), ("raise ValueError", 'raise ValueError("malformed record")'))
    )
    verb, thing = pick(rng, "check|verify|is_valid|matches|test"), pick(rng, "password|login|credentials|record")
    return {**facts, "name": f"{verb}_{thing}", "bad": code, "bad_words": words}


def check_check(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what was done to each record, good or bad, to be noticed."""
    password, salt, rounds = draw_password(rng), draw_salt(rng), rng.randrange(2, 40)
    key = derive_key(facts["algorithm"], password, salt, rounds).hex()
    good, label, mark = write_record(facts, rounds, salt, key), facts["label"], facts["mark"]
    last = good[:-1] + ("1" if good[-1] == "0" else "0")
    empty = write_record(facts, 3, "00ff", derive_key(facts["algorithm"], "", "00ff", 3).hex())
    bad = RAISES if facts["bad_words"] == "raise ValueError" else False
    tried = [
        (password, good, True), (password + " ", good, False), (password.swapcase(), good, False), ("", good, False),
        ("", empty, True), (password, last, False), (password, good[:-4], False),
        (password, write_record(facts, rounds + 1, salt, key), False),
        (password, write_record(facts, rounds, salt[::-1] + "a", key), False),
        (password, good.replace(label, "md5", 1), bad), (password, good + mark + "x", bad),
        (password, label + mark + key, bad), (password, "", bad),
    ]  # fmt: skip
    return python_check(
        facts["name"], [(arrange(facts, password=one, stored=stored), result) for one, stored, result in tried]
    )


VERIFY = 'hashlib.pbkdf2_hmac("«algorithm»", «password».encode(), salt.encode(), int(rounds))'
CHECK = Template(
    id="check_password",
    ask=(
        "Write `«name»(«args»)` in Python. `«stored»` has the form `«label»«mark»«first»«mark»«second»«mark»key`, "
        "where the key is PBKDF2-HMAC-«upper» of the password and the salt (both UTF-8) in hex. Return whether "
        "`«password»` gives the same key, compared with `hmac.compare_digest`. If there aren't exactly four parts, or "
        "the label differs, «bad_words».",
        "Our users table keeps passwords as `«label»«mark»«first»«mark»«second»«mark»key` (PBKDF2, «upper», "
        "hexadecimal key, salt used as UTF-8 text). Implement the Python function `«name»(«args»)`: derive the key of "
        "`«password»` with the stored salt and rounds and say in constant time whether it is the stored one. For a "
        "record with another label or another number of parts, «bad_words».",
        "I want to check logins without a library. Please write `«name»(«args»)` in Python: split `«stored»` at "
        "`«mark»` into the label, «first», «second» and hex key, run hashlib's PBKDF2 with «upper» on `«password»`, "
        "and return True or False. It must «bad_words» when the label isn't `«label»` or the record hasn't four "
        "parts. Use a constant-time comparison.",
    ),
    draw=draw_check,
    shapes=(
        Shape(name="index", code="""
            import hashlib
            import hmac

            def «name»(«args»):
                parts = «stored».split("«mark»")
                if len(parts) != 4 or parts[0] != "«label»":
                    «bad»
                salt, rounds = parts[«salt_at»].encode(), int(parts[«rounds_at»])
                key = hashlib.pbkdf2_hmac("«algorithm»", «password».encode(), salt, rounds)
                return hmac.compare_digest(key.hex(), parts[3])
            """, mutants=((' or parts[0] != "«label»"', ""), ("!= 4", "< 4"), ("int(parts[«rounds_at»])", "1000"),
                          ("encode(), salt, ", "encode(), b'', "),
                          ("hmac.compare_digest(key.hex(), parts[3])", "key.hex().startswith(parts[3])"))),
        Shape(name="unpack", code=f"""
            import hashlib
            import hmac

            def «name»(«args»):
                if «stored».count("«mark»") != 3 or not «stored».startswith("«label»«mark»"):
                    «bad»
                _, «first», «second», expected = «stored».split("«mark»")
                key = {VERIFY}
                return hmac.compare_digest(expected, key.hex())
            """, mutants=((' or not «stored».startswith("«label»«mark»")', ""), ("int(rounds)", "int(rounds) + 1"),
                          ("_, «first», «second», expected", "_, «second», «first», expected"),
                          ("return hmac", "return not hmac"),
                          ('!= 3 or not «stored».startswith("«label»«mark»")',
                           '!= 3 and not «stored».startswith("«label»«mark»")'))),
        Shape(name="rebuild", code=f"""
            import hashlib
            import hmac

            def «name»(«args»):
                label, *rest = «stored».split("«mark»")
                if label != "«label»" or len(rest) != 3:
                    «bad»
                «first», «second», _ = rest
                key = {VERIFY}
                again = "«mark»".join([label, «first», «second», key.hex()])
                return hmac.compare_digest(again.encode(), «stored».encode())
            """, mutants=(("label != \"«label»\" or ", ""), ("len(rest) != 3", "len(rest) != 4"),
                          ("compare_digest(again.encode(), «stored».encode())",
                          "compare_digest(again.encode()[:9], «stored».encode()[:9])"),
                          ("«first», «second», _ =", "«second», «first», _ ="))),
    ),
    mutants=(('hmac("«algorithm»"', 'hmac("sha224"'), ("«password».encode()", "«password».lower().encode()")),
    verifier=check_check,
)  # fmt: skip


def draw_rehash(rng: Random) -> dict[str, Any]:
    """Draw a function that says whether a record is out of date, or the opposite: whether it still meets the policy."""
    scheme = pick(rng, "pbkdf2_sha256|pbkdf2_sha512|scrypt|bcrypt|argon2id|sha512_crypt|yescrypt|bcrypt_sha256")
    mark, lead, prefix = pick(rng, "$|:|!"), rng.random() < 0.4, pick(rng, "||i=|cost=|r=|rounds=")
    outdated = rng.random() < 0.6
    facts = draw_arguments(rng, stored=STORED, least="minimum|least|wanted|required|target|floor")
    stored, least, at = facts["stored"], facts["least"], int(lead)
    strip = f'.removeprefix("{prefix}")' if prefix else ""
    names = "needs_rehash|must_rehash|should_upgrade|is_outdated|needs_update|is_weak"
    return {
        **facts,
        "name": pick(rng, names if outdated else "is_current|is_up_to_date|is_strong_enough|is_fresh|meets_policy"),
        "scheme": scheme, "mark": mark, "lead": mark if lead else "", "prefix": prefix, "outdated": outdated,
        "split": f'{stored}.split("{mark}")', "scheme_part": f"parts[{at}]",
        "cost_part": f"int(parts[{at + 1}]{strip})",
        "names": "_, scheme, cost, *_" if lead else "scheme, cost, *_", "cost": f"int(cost{strip})", "cost_at": at + 1,
        "start": f"{mark if lead else ''}{scheme}", "differs": "!=" if outdated else "==",
        "same": "==" if outdated else "!=",
        "either": "or" if outdated else "and", "both": "and" if outdated else "or",
        "weak": f"< {least}" if outdated else f">= {least}",
        "near": f"<= {least}" if outdated else f"> {least}", "far": f"> {least}" if outdated else f"<= {least}",
        "yes": str(outdated), "no": str(not outdated),
        "says": (f"True when the scheme isn't `{scheme}` or the cost is below `{least}`" if outdated else
                 f"True when the scheme is `{scheme}` and the cost is at least `{least}`") + ", otherwise False",
        "purpose": "has to be hashed again" if outdated else "is still good enough",
    }  # fmt: skip


def check_rehash(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what holds by construction: the cost is a known distance from the minimum."""
    cases = []
    for scheme, change in (("", -1), ("", 0), ("", 1), ("x", 5), ("x", -5), ("-", 0), ("", -90), ("", 0)):
        least = rng.choice((10, 100, 1000, 10_000)) * rng.randrange(1, 10) + 100
        name = {"": facts["scheme"], "x": facts["scheme"] + "x", "-": facts["scheme"][:-1]}[scheme]
        parts = [name, f"{facts['prefix']}{least + change}", draw_salt(rng), draw_salt(rng)]
        good = scheme == "" and change >= 0
        cases.append(
            (arrange(facts, stored=facts["lead"] + facts["mark"].join(parts), least=least), good != facts["outdated"])
        )
    short = facts["lead"] + facts["mark"].join([facts["scheme"], f"{facts['prefix']}9000", "aa", "bb"])
    return python_check(facts["name"], [*cases, (arrange(facts, stored=short, least=12_000), facts["outdated"])])


REHASH = Template(
    id="needs_rehash",
    ask=(
        "Write a Python function `«name»(«args»)`. `«stored»` is a password record like "
        "`«lead»«scheme»«mark»«prefix»1200«mark»salt«mark»hash`: scheme, cost, salt and hash. Return «says». "
        "`«least»` is an integer.",
        "After a login we want to know whether the user's record «purpose». Records look like "
        "`«lead»bcrypt«mark»«prefix»12«mark»salt«mark»hash` (scheme, then the cost). Implement `«name»(«args»)` in "
        "Python; it returns «says». Costs are whole numbers, and so is `«least»`.",
        "`«name»(«args»)` in Python, please: read the scheme and the cost out of `«stored»` "
        "(`«lead»<scheme>«mark»«prefix»<cost>«mark»<salt>«mark»<hash>`) and tell if it «purpose». The answer is "
        "«says». Compare costs as numbers, not as text.",
        "Please help with password upgrades. Given a record `«lead»scheme«mark»«prefix»cost«mark»salt«mark»hash` in "
        "`«stored»` and an integer `«least»`, the Python function `«name»(«args»)` should return «says».",
    ),
    draw=draw_rehash,
    shapes=(
        Shape(name="one_line", code="""
            def «name»(«args»):
                parts = «split»
                return «scheme_part» «differs» "«scheme»" «either» «cost_part» «weak»
            """, mutants=((" «either» ", " «both» "), ("«scheme_part» «differs»", "«scheme_part» «same»"))),
        Shape(name="early_return", code="""
            def «name»(«args»):
                «names» = «split»
                if scheme != "«scheme»":
                    return «yes»
                return «cost» «weak»
            """, mutants=(("return «yes»", "return «no»"), ("scheme != ", "scheme == "),
                          ("    if scheme != \"«scheme»\":\n        return «yes»\n", ""))),
        Shape(name="prefix", code="""
            def «name»(«args»):
                if not «stored».startswith("«start»«mark»"):
                    return «yes»
                cost = «split»[«cost_at»]
                return «cost» «weak»
            """, mutants=(("return «yes»", "return «no»"), ("if not ", "if "),
                          ('startswith("«start»«mark»")', 'startswith("«start»")'))),
    ),
    mutants=((" «weak»", " «near»"), (" «weak»", " «far»")),
    verifier=check_rehash,
)  # fmt: skip

CATEGORY = Category(
    name="fs_password_hashing",
    family="identity",
    templates=(RECORD, CHECK, REHASH, POLICY, BREACH, DIGEST, PUBLIC, SALT),
)
