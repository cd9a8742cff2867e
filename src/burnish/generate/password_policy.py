"""Two templates of `fs_password_hashing`: rules for new passwords, and a look-up among leaked ones."""

import hashlib
import re
from random import Random
from typing import Any, NamedTuple

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.wording import COLORS, FIRST_NAMES

PASSWORD = "password|secret|plain|passphrase|candidate"


def draw_password(rng: Random) -> str:
    """Return a password that someone might choose, with letters of both cases."""
    words = [rng.choice(COLORS), rng.choice(FIRST_NAMES) + rng.choice(("", "ñ", "PW"))]
    return rng.choice((" ", "-", "", "!")).join(rng.sample(words, 2)) + str(rng.randrange(10_000))


class Rule(NamedTuple):
    """One rule for new passwords: the condition that breaks it, a slip, and a pattern of the passwords that do."""

    code: str
    words: str
    broken: str
    slip: str
    pattern: str


def draw_rules(rng: Random, name: str) -> list[Rule]:
    """Draw three rules for the argument `name`."""
    least, most, symbol = rng.randrange(7, 16), rng.randrange(20, 41), pick(rng, "@|#|%|&|+|?|*")
    return rng.sample((
        Rule(pick(rng, "too_short|short|min_length"), f"it has fewer than {least} characters", f"len({name}) < {least}",
             f"len({name}) <= {least}", f".{{0,{least - 1}}}"),
        Rule(pick(rng, "too_long|long|max_length"), f"it has more than {most} characters", f"len({name}) > {most}",
             f"len({name}) >= {most}", f".{{{most + 1},}}"),
        Rule(pick(rng, "digit|no_digit|number"), "it has no digit", f"not any(c.isdigit() for c in {name})",
             f"not {name}.isdigit()", "[^0-9]*"),
        Rule(pick(rng, "upper|no_upper|uppercase"), "it has no upper-case letter",
             f"not any(c.isupper() for c in {name})",
             f"not {name}.isupper()", "[^A-Z]*"),
        Rule(pick(rng, "lower|no_lower|lowercase"), "it has no lower-case letter",
             f"not any(c.islower() for c in {name})",
             f"not {name}.islower()", "[^a-z]*"),
        Rule(pick(rng, "space|blank|has_space"), "it contains a space", f'" " in {name}', f"{name}.isspace()", ".* .*"),
        Rule(pick(rng, "symbol|no_symbol|special"), f"it has neither `{symbol}` nor `!`",
             f'not any(c in "{symbol}!" for c in {name})', f'"{symbol}" not in {name}', f"[^{symbol}!]*"),
        Rule(pick(rng, "start|leading_digit|first"), "it starts with a digit", f"{name}[:1].isdigit()",
             f"{name}[-1:].isdigit()", "[0-9].*"),
    ), 3)  # fmt: skip


def draw_policy(rng: Random) -> dict[str, Any]:
    """Draw a password policy, and whether all broken rules are named or the first."""
    name, every = pick(rng, PASSWORD + "|new_password"), rng.random() < 0.6
    rules = draw_rules(rng, name)
    names = "first_problem|reject_reason|check_password|validate_password|why_refused|policy_error"
    if every:
        names = "password_problems|broken_rules|policy_errors|list_weaknesses|find_problems|check_policy"
    words = [f"`{rule.code}` when {rule.words}" for rule in rules]
    return {
        "name": pick(rng, names),
        "password": name, "codes": [rule.code for rule in rules], "broken": [rule.broken for rule in rules],
        "slips": [rule.slip for rule in rules], "patterns": [rule.pattern for rule in rules], "every": every,
        "rules": f"{words[0]}, {words[1]}, and {words[2]}",
        "gives": ("a list of the codes of all broken rules" if every else "the code of the first rule that is broken")
        + ", in this order",
        "fine": "an empty list" if every else "None",
        "symbol": next((rule.words[16] for rule in rules if "neither" in rule.words), "@"),
        **{f"broken_{i}": rule.broken for i, rule in enumerate(rules)},
        **{f"slip_{i}": rule.slip for i, rule in enumerate(rules)},
        **{f"code_{i}": rule.code for i, rule in enumerate(rules)},
    }  # fmt: skip


def check_policy(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what patterns of the rules say of passwords that break at most one or two of them."""
    numbers = [
        int(n) for pattern in facts["patterns"] for n in re.findall(r"\d+(?=,?\})", pattern) if pattern.startswith(".{")
    ]
    lengths = {17, *(number + step for number in numbers for step in (-1, 0, 1))}
    good = {
        length: f"Ab{facts['symbol']}!7" + "".join(rng.choice("kqXwzR") for _ in range(length - 5))
        for length in lengths
    }
    base = good[17]
    tried = [
        *good.values(), base.lower(), base.upper(), base.replace("7", "v"), "3" + base[1:] + "b", base[:-1] + "5",
        base[:8] + " " + base[9:],
        base.replace("!", "d"), base.replace(facts["symbol"], "g"),
        base.replace("!", "d").replace(facts["symbol"], "g"),
    ]  # fmt: skip
    cases = []
    for password in dict.fromkeys(tried):
        codes = [code for code, p in zip(facts["codes"], facts["patterns"], strict=True) if re.fullmatch(p, password)]
        cases.append(([password], codes if facts["every"] else (codes or [None])[0]))
    return python_check(facts["name"], cases)


def write_ifs(facts: Facts) -> str:
    """Return the solution with one `if` a rule."""
    every = facts["every"]
    lines = [f"def {facts['name']}({facts['password']}):", *(["    problems = []"] if every else [])]
    for code, broken in zip(facts["codes"], facts["broken"], strict=True):
        lines += [f"    if {broken}:", f'        problems.append("{code}")' if every else f'        return "{code}"']
    return "\n".join([*lines, "    return problems" if every else "    return None"])


def write_table(facts: Facts, last: str) -> str:
    """Return a solution that puts each rule's outcome into a dict."""
    rules = [f'        "{code}": {broken},' for code, broken in zip(facts["codes"], facts["broken"], strict=True)]
    return "\n".join([f"def {facts['name']}({facts['password']}):", "    broken = {", *rules, "    }", last])


def write_comprehension(facts: Facts) -> str:
    """Return the solution that filters the dict in one expression."""
    chosen = "code for code, failed in broken.items() if failed"
    return write_table(facts, f"    return [{chosen}]" if facts["every"] else f"    return next(({chosen}), None)")


def write_loop(facts: Facts) -> str:
    """Return the solution that walks over pairs."""
    head = [f"def {facts['name']}({facts['password']}):", "    rules = ["]
    pairs = [f'        ("{code}", {broken}),' for code, broken in zip(facts["codes"], facts["broken"], strict=True)]
    if facts["every"]:
        tail = ["    ]", "    problems = []", "    for code, failed in rules:", "        if failed:",
                "            problems.append(code)",
                "    return problems"]  # fmt: skip
    else:
        tail = [
            "    ]",
            "    for code, failed in rules:",
            "        if failed:",
            "            return code",
            "    return None",
        ]
    return "\n".join([*head, *pairs, *tail])


POLICY = Template(
    id="password_rules",
    ask=(
        "Write `«name»(«password»)` in Python for our sign-up form. It returns «gives»: «rules». A password that "
        "breaks no rule gives «fine».",
        "We check new passwords before hashing them. The codes are: «rules». Implement the Python function "
        "`«name»(«password»)`; the result is «gives», or «fine» when the password is all right.",
        "Password policy in Python, please. I'd like a function `«name»(«password»)` that gives back «gives»: "
        "«rules». A good password gives «fine».",
    ),
    draw=draw_policy,
    shapes=(
        Shape(name="ifs", code=write_ifs, mutants=(('"«code_1»"', '"«code_0»"'),)),
        Shape(name="comprehension", code=write_comprehension, mutants=(("if failed", "if not failed"),)),
        Shape(name="loop", code=write_loop, mutants=(("if failed", "if not failed"),)),
    ),
    mutants=(
        ("«broken_0»", "«slip_0»"), ("«broken_1»", "«slip_1»"), ("«broken_2»", "«slip_2»"),
        ('"«code_0»"', '"«code_1»"'),
        ('"«code_2»"', '"invalid"'),
    ),
    verifier=check_policy,
)  # fmt: skip


def draw_breach(rng: Random) -> dict[str, Any]:
    """Draw a lookup among leaked hashes: the hash, how much of it was sent, the lines that came back, the result."""
    algorithm, upper, counts = (
        pick(rng, "sha1|sha1|sha224|sha256|sha384|sha512"),
        rng.random() < 0.6,
        rng.random() < 0.5,
    )
    facts = draw_arguments(rng, password=PASSWORD, body="body|response|text|page|answer")
    least, sent, mark = (
        rng.choice((1, 2, 3, 5, 10, 20, 25, 50, 100)),
        rng.choice((4, 5, 5, 6, 7, 8, 9, 10)),
        pick(rng, ":|,|;|=|/"),
    )
    names = (
        "breach_count|times_leaked|leak_count|pwned_count|count_leaks|exposures"
        if counts
        else "is_leaked|was_breached|is_pwned|is_compromised|is_exposed|in_breach"
    )
    return {
        **facts, "name": pick(rng, names), "algorithm": algorithm,
        "dashed": f"SHA-{algorithm[3:]}",
        "case": "upper" if upper else "lower", "fold": ".upper()" if upper else "", "sent": sent, "mark": mark,
        "counts": counts,
        "least": least, "wrong_fold": "" if upper else ".upper()",
        "found": "int(count)" if counts else f"int(count) >= {least}",
        "missing": "0" if counts else "False", "wrong_found": "count" if counts else f"int(count) > {least}",
        "result": "its count as an integer, or 0 when the suffix isn't listed" if counts else
                  f"True if it is listed with a count of at least {least}, otherwise False",
        "get": "int(counts.get(suffix, 0))" if counts else f"int(counts.get(suffix, 0)) >= {least}",
        "wrong_get": "counts.get(suffix)" if counts else f"int(counts.get(suffix, 0)) > {least}",
    }  # fmt: skip


def check_breach(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the counts that were planted."""
    counts, sent, mark, least = facts["counts"], facts["sent"], facts["mark"], facts["least"]

    def digest(text: str) -> str:
        full = hashlib.new(facts["algorithm"], text.encode()).hexdigest()
        return full.upper() if facts["case"] == "upper" else full

    def lines(*rows: tuple[str, int]) -> str:
        return "\n".join(f"{suffix}{mark}{count}" for suffix, count in rows)

    cases = []
    for count in (1, least, least + 1, rng.randrange(200, 90_000), max(1, least - 1), 3):
        password = draw_password(rng)
        own, decoys = (
            digest(password)[sent:],
            [(digest(draw_password(rng))[sent:], rng.randrange(1, 500)) for _ in range(3)],
        )
        place = rng.randrange(4)
        text = lines(*decoys[:place], (own, count), *decoys[place:])
        cases.append((arrange(facts, password=password, body=text), count if counts else count >= least))
    own = digest("letmein")[sent:]
    texts = ["", lines(("0" + own, 700), (own[:-1], 800)), lines((digest("letmein")[:sent], 650)),
             lines((digest("Letmein")[sent:], 300))]  # fmt: skip
    missing = 0 if counts else False
    cases += [(arrange(facts, password="letmein", body=text), missing) for text in texts]
    return python_check(facts["name"], cases)


BREACH = Template(
    id="breach_lookup",
    ask=(
        "Write a Python function `«name»(«args»)`. `«body»` is the answer of a leaked-password service: one "
        "`SUFFIX«mark»COUNT` a line, where SUFFIX is the «dashed» hex digest in «case» case without its first «sent» "
        "characters. Hash `«password»` (UTF-8), look for its suffix and return «result». `«body»` may be empty.",
        "We send the first «sent» characters of a password's «dashed» hex digest («case» case) to a range API and get "
        "back lines such as `<rest of the digest>«mark»<count>`. Implement `«name»(«args»)` in Python, with that "
        "answer in `«body»` (possibly empty). For the password's own line it gives «result».",
        "To refuse leaked passwords I need `«name»(«args»)` in Python. Take the «case»-case «dashed» hex digest of "
        "the UTF-8 `«password»`, drop its first «sent» characters, and compare the rest with the part before `«mark»` "
        "in each line of `«body»`. The number after `«mark»` is a count. Return «result». No lines at all means not "
        "found.",
        "Has a password been leaked? In Python, `«name»(«args»)` compares it with `«body»`, lines of text (perhaps none) "
        "such as `<suffix>«mark»<count>` that the service sent for the first «sent» characters of the digest; a suffix is "
        "what follows these. The digest is «dashed» of the UTF-8 password, hex, «case» case. The answer: «result».",
        "`«name»(«args»)`, Python: hash `«password»` (text, UTF-8) by «dashed» to «case»-case hex digits and forget "
        "the first «sent» of them. Each line of `«body»`, if there are lines, has such a remainder, then `«mark»`, then "
        "how often it was leaked. Find the line whose remainder is equal and return «result».",
        "A service that knows leaked passwords answered with `«body»`. Its lines, of which there may be none, are "
        "`<tail>«mark»<count>`; a tail is a hex digest («dashed», «case» case) from the place «sent» on, where the first "
        "place is 0. In Python, `«name»(«args»)` hashes the UTF-8 `«password»`, looks for its tail and returns «result».",
    ),
    draw=draw_breach,
    shapes=(
        Shape(name="loop", code="""
            import hashlib

            def «name»(«args»):
                suffix = hashlib.«algorithm»(«password».encode()).hexdigest()«fold»[«sent»:]
                for line in «body».splitlines():
                    tail, count = line.split("«mark»")
                    if tail == suffix:
                        return «found»
                return «missing»
            """, mutants=(("tail == suffix", "suffix in tail"), ("return «found»", "return «wrong_found»"),
                          ("return «missing»", "return None"))),
        Shape(name="dict", code="""
            import hashlib

            def «name»(«args»):
                digest = hashlib.«algorithm»(«password».encode()).hexdigest()«fold»
                counts = dict(line.split("«mark»") for line in «body».splitlines())
                suffix = digest[«sent»:]
                return «get»
            """, mutants=(("«get»", "«wrong_get»"), ("digest[«sent»:]", "digest[:«sent»]"))),
        Shape(name="prefix", code="""
            import hashlib

            def «name»(«args»):
                wanted = hashlib.«algorithm»(«password».encode()).hexdigest()«fold»[«sent»:] + "«mark»"
                found = [line for line in «body».splitlines() if line.startswith(wanted)]
                if not found:
                    return «missing»
                count = found[0].removeprefix(wanted)
                return «found»
            """, mutants=(("return «found»", "return «wrong_found»"), (' + "«mark»"', ""),
                          ("return «missing»", "return None"))),
    ),
    mutants=(
        ("[«sent»:]", "[«sent» - 1:]"), (".hexdigest()«fold»", ".hexdigest()«wrong_fold»"),
        ("hashlib.«algorithm»(", "hashlib.sha224("),
    ),
    verifier=check_breach,
)  # fmt: skip
