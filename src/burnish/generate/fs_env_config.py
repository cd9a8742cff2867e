"""Category `fs_env_config`: settings from environment variables, read, checked, merged and shown without their secrets."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.env_config_basics import ADDRESS, STAGE, TEXT

PREFIXES = "APP|API|WEB|SHOP|BLOG|MAIL|WORKER|BILLING|SEARCH|AUTH|CHAT|CDN|QUEUE|ADMIN|MEDIA|REPORT"
NUMBERS = "PORT|WORKERS|TIMEOUT|RETRIES|POOL_SIZE|MAX_UPLOADS|BATCH_SIZE|CACHE_TTL|RATE_LIMIT|PAGE_SIZE"
FLAGS = "DEBUG|TRACING|USE_TLS|DRY_RUN|VERBOSE|MAINTENANCE|SEND_MAIL|READ_ONLY|AUTO_RELOAD|METRICS"
LISTS = "ALLOWED_HOSTS|ORIGINS|ADMINS|PLUGINS|LOCALES|TAGS|BROKERS|REPLICAS|ROLES|REGIONS"
SECRETS = ("PASSWORD", "SECRET", "TOKEN", "KEY")


def draw_number(rng: Random) -> dict[str, Any]:
    """Draw a numeric variable, its default and its range."""
    key = f"{pick(rng, PREFIXES)}_{pick(rng, NUMBERS)}"
    low = rng.choice((0, 1, 2, 5, 10))
    high = low + rng.choice((20, 50, 90, 200))
    env = pick(rng, "env|environ|settings|variables")
    verb = pick(rng, "read|get|load|parse")
    return {"key": key, "name": f"{verb}_{key.split('_', 1)[1].lower()}", "env": env, "default": rng.randrange(low + 1, high),
            "low": low, "high": high}  # fmt: skip


def check_number(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect membership of the written-out range."""
    key, allowed = facts["key"], set(range(facts["low"], facts["high"] + 1))
    cases: list[tuple[Any, Any]] = [
        ([{}], facts["default"]),
        ([{key: ""}], facts["default"]),
        ([{"OTHER": "7"}], facts["default"]),
    ]
    numbers = (facts["low"], facts["high"], facts["low"] - 1, facts["high"] + 1, rng.choice(sorted(allowed)))
    cases += [([{key: str(n), "OTHER": "3"}], n if n in allowed else {"raises": "ValueError"}) for n in numbers]
    cases.append(([{key: rng.choice(("many", "1.5", "ten", "5s"))}], {"raises": "ValueError"}))
    return python_check(facts["name"], cases)


NUMBER = Template(
    id="number_in_range",
    ask=(
        "Write a Python function `«name»(«env»)` that reads `«key»` from the dict `«env»` of text values and returns it as an int. When it is "
        "missing or empty return «default». Raise ValueError when it isn't a whole number or isn't between «low» and «high» inclusive.",
        "Our settings come as a dict of strings. Implement `«name»(«env»)`: the integer value of `\"«key»\"`, or «default» if the key is absent or "
        "an empty string. Anything that is no integer, below «low» or above «high» must raise ValueError.",
        "Please give me `«name»(«env»)` in Python. It looks up «key» in the mapping, falls back to «default» when there is no value (not there, or "
        "\"\"), converts it to int and accepts only «low» to «high», both included; otherwise ValueError.",
    ),
    draw=draw_number,
    shapes=(
        Shape(name="guard", code="""
            def «name»(«env»):
                text = «env».get("«key»", "")
                if not text:
                    return «default»
                value = int(text)
                if value < «low» or value > «high»:
                    raise ValueError("«key» must be «low» to «high»")
                return value
            """, mutants=(("< «low»", "<= «low»"), ("> «high»", ">= «high»"), ("return value", "return text"),
                          ("return «default»", "return None"),
                          ("if not text:\n        return «default»\n    ", ""))),
        Shape(name="chained_comparison", code="""
            def «name»(«env»):
                value = int(«env».get("«key»") or «default»)
                if not «low» <= value <= «high»:
                    raise ValueError(f"«key»: {value} isn't in «low»..«high»")
                return value
            """, mutants=(("<= «high»", "< «high»"), ("«low» <= value", "«low» < value"), ("or «default»", "or 0"),
                          ("raise ValueError", "raise KeyError"))),
        Shape(name="range", code="""
            def «name»(«env»):
                if «env».get("«key»") in (None, ""):
                    return «default»
                number = int(«env»["«key»"])
                if number in range(«low», «high» + 1):
                    return number
                raise ValueError(number)
            """, mutants=(("«high» + 1", "«high»"), ("range(«low»,", "range(«low» + 1,"), ('(None, "")', '(None,)'),
                          ("raise ValueError(number)", "return «default»"))),
    ),
    verifier=check_number,
)  # fmt: skip


def draw_flag(rng: Random) -> dict[str, Any]:
    """Draw a switch, the words that turn it on, and its default."""
    key = f"{pick(rng, PREFIXES)}_{pick(rng, FLAGS)}"
    words = rng.sample(("enable", "true", "yes", "on", "enabled", "y", "t"), rng.choice((2, 3, 4)))
    shown = ", ".join(f'"{word}"' for word in words[:-1]) + f' or "{words[-1]}"'
    return {"key": key, "name": rng.choice(("is_{}", "{}_enabled", "get_{}", "use_{}")).format(key.split("_", 1)[1].lower()),
            "env": pick(rng, "env|environ|settings|config"), "words": words, "shown": shown, "default": rng.choice((True, False)),
            "first": words[0]}  # fmt: skip


def check_flag(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect each word in several spellings to count, and others not."""
    key = facts["key"]
    cases: list[tuple[Any, Any]] = [([{}], facts["default"]), ([{"X": facts["first"]}], facts["default"])]
    for word in facts["words"]:
        cases.append(([{key: rng.choice((word.upper(), word.title(), f" {word} ", f"{word}\n"))}], True))
        cases.append(([{key: word}], True))
    cases += [([{key: word}], False) for word in ("", "0", "no", "off", f"{facts['first']}x", "maybe")]
    return python_check(facts["name"], [*cases, ([{key: f"  {facts['first'].upper()}"}], True)])


FLAG = Template(
    id="flag_words",
    ask=(
        "Write `«name»(«env»)` in Python: it returns a bool for the variable `«key»` in the dict `«env»`. The values «shown» mean True, whatever "
        "their case and surrounding spaces; every other value means False. A missing key gives «default!r».",
        "I need a Python function `«name»(«env»)` for a feature switch. If `\"«key»\"` isn't in the mapping return «default!r». Otherwise strip and "
        "lower-case its text: True for «shown», False for anything else.",
        "Implement `«name»(«env»)`. «env» maps names to strings. Read «key»; absent means «default!r», and only «shown» (ignoring case and blanks "
        "around it) count as True. The result must be a real bool.",
    ),
    draw=draw_flag,
    shapes=(
        Shape(name="guard", code="""
            def «name»(«env»):
                if "«key»" not in «env»:
                    return «default!r»
                return «env»["«key»"].strip().lower() in «words!r»
            """, mutants=((".strip()", ""), (".lower()", ""), ("return «default!r»", "return not «default!r»"),
                          (" in «words!r»", " not in «words!r»"))),
        Shape(name="get", code="""
            def «name»(«env»):
                text = «env».get("«key»")
                if text is None:
                    return «default!r»
                return text.lower().strip() in set(«words!r»)
            """, mutants=((".strip()", ""), (".lower()", ""), ("is None", "is not None"),
                          ("text is None", "not text or text in «words!r»"))),
        Shape(name="loop", code="""
            def «name»(«env»):
                value = «env».get("«key»")
                if value is None:
                    return «default!r»
                for word in «words!r»:
                    if value.strip().casefold() == word:
                        return True
                return False
            """, mutants=(("return False", "return «default!r» if value else True"), (".strip()", ""), (".casefold()", ""),
                          ("return True", "return value"))),
    ),
    verifier=check_flag,
)  # fmt: skip


LIST_USES = (
    "It is read once at start-up.", "The result goes to the CORS middleware.",
    "Operators edit that value by hand, so it is untidy.",
    "A feature switch is on for whoever is in it.", "The health page shows it.", "We loop over it when workers are started.",
    "The same helper reads a line of a settings file.", "Nightly jobs iterate over it.", "The admin form sends the same format.",
    "It ends up in a membership test.", "Old deployments left blanks and doubles in it.", "It decides which plug-ins are loaded.",
)  # fmt: skip


def draw_list(rng: Random) -> dict[str, Any]:
    """Draw a list variable and its separator."""
    key = f"{pick(rng, PREFIXES)}_{pick(rng, LISTS)}"
    separator, word = rng.choice(((",", "commas"), (";", "semicolons"), ("|", "vertical bars"), (":", "colons")))
    return {"key": key, "name": f"{pick(rng, 'parse|split|read|list')}_{key.split('_', 1)[1].lower()}",
            "separator": separator, "word": word,
            "text": pick(rng, "text|value|raw|line"), "why": rng.choice(LIST_USES),
            "lower": ".lower()" if (lower := rng.random() < 0.5) else "",
            "also": rng.choice(("Every item is written in lower case.",
                                "Items come out in lower case, so case makes no difference.") if lower else (
                                    "Case matters.", "Items that differ in case are different."))}  # fmt: skip


def check_list(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the items that the text was joined from."""
    separator = facts["separator"]
    cases: list[tuple[Any, Any]] = [([""], []), (["   "], []), ([separator * 2], [])]
    for count in (1, 2, 4):
        items = rng.sample(("alpha", "beta", "Gamma", "delta-1", "eps", "zeta 2", "eta.io"), count)
        untidy = f" {separator}".join(f"{' ' * rng.randrange(3)}{item}" for item in items)
        cases += [([separator.join(items)], items), ([untidy], items), ([f"{separator}{untidy}{separator} "], items)]
    cases.append(([separator.join(["a", "b", "a", "", "c", " b "])], ["a", "b", "c"]))
    cases.append(([separator.join(["Beta", "beta", "X"])], ["Beta", "beta", "X"]))
    if facts["lower"]:
        cases = [(call, list(dict.fromkeys(item.lower() for item in items))) for call, items in cases]
    return python_check(facts["name"], cases)


LIST = Template(
    id="list_of_names",
    ask=(
        "Write a Python function `«name»(«text»)` that splits the value of «key» at «word» (`«separator»`) into a list: blanks around items are removed, "
        "empty items are left out, repeated items are kept only the first time, and the order stays. «also» Empty text gives an empty list. «why»",
        "The variable «key» holds names separated by «word». Implement `«name»(«text»)` returning the list of names without surrounding spaces, "
        "without empty entries and without duplicates (first occurrence wins, order kept). The separator is `«separator»`. «also» «why»",
        "Please write `«name»(«text»)` in Python. Input: one string such as `a«separator» b«separator»«separator»a`. Output: `[\"a\", \"b\"]`, so split at "
        "`«separator»`, strip, skip empty parts, drop later duplicates, keep the order. «also» «why»",
        "«key» is a list in one string, separated by «word». «why» In Python, `«name»(«text»)` should turn such a string into a list, cutting at `«separator»`: "
        "each part stripped, nothing empty, nothing twice, in the order in which the parts first appear. «also»",
    ),
    draw=draw_list,
    shapes=(
        Shape(name="dict_keys", code="""
            def «name»(«text»):
                parts = [part.strip()«lower» for part in «text».split("«separator»")]
                return list(dict.fromkeys(part for part in parts if part))
            """, mutants=((".strip()", ""), (" if part", ""),
                          ("list(dict.fromkeys(part for part in parts if part))", "[part for part in parts if part]"),
                          ("list(dict.fromkeys(", "sorted(set("))),
        Shape(name="loop", code="""
            def «name»(«text»):
                found = []
                for part in «text».split("«separator»"):
                    part = part.strip()«lower»
                    if part and part not in found:
                        found.append(part)
                return found
            """, mutants=((" and part not in found", ""), ("if part and", "if"), ("part = part.strip()", "part = part"),
                          ("append(part)", "insert(0, part)"))),
        Shape(name="seen_set", code="""
            def «name»(«text»):
                seen = set()
                result = []
                for item in map(str.strip, «text»«lower».split("«separator»")):
                    if not item or item in seen:
                        continue
                    seen.add(item)
                    result.append(item)
                return result
            """, mutants=(("not item or ", ""), ("seen.add(item)", "pass"),
                          ("map(str.strip, «text»«lower».split(\"«separator»\"))", "«text».split(\"«separator»\")"),
                          ("return result", "return result[::-1]"))),
    ),
    verifier=check_list,
)  # fmt: skip


def draw_missing(rng: Random) -> dict[str, Any]:
    """Draw the variables that must be set."""
    prefix = pick(rng, PREFIXES)
    names = rng.sample([*NUMBERS.split("|"), *LISTS.split("|"), *SECRETS], rng.choice((3, 4)))
    keys = [f"{prefix}_{name}" for name in names]
    return {"keys": keys, "name": pick(rng, "missing_settings|check_required|find_missing|missing_variables|unset_keys"),
            "env": pick(rng, "env|environ|settings|config"), "shown": ", ".join(keys)}  # fmt: skip


def check_missing(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect exactly those that were left out or blank, in order of the alphabet."""
    cases: list[tuple[Any, Any]] = [([{}], sorted(facts["keys"])), ([dict.fromkeys(facts["keys"], "x")], [])]
    for _ in range(6):
        states = {key: rng.choice(("set", "empty", "blank", "absent")) for key in facts["keys"]}
        env = {
            key: {"set": "v", "empty": "", "blank": "  "}[state] for key, state in states.items() if state != "absent"
        }
        cases.append(([{**env, "HOME": ""}], sorted(key for key, state in states.items() if state != "set")))
    return python_check(facts["name"], cases)


MISSING = Template(
    id="missing_variables",
    ask=(
        "The variables «shown» are required. Write `«name»(«env»)` in Python, which gets the environment as a dict and returns the sorted list of those "
        "that are missing. A value that is empty or only spaces counts as missing.",
        "Write a Python function `«name»(«env»)` that tells which required settings aren't set. Required: «shown». Not in the dict, empty, or blank "
        "means not set. Return their names in alphabetical order.",
        "At start-up we want to say what is lacking. Please implement `«name»(«env»)`: from the names «shown» return, sorted, all whose value in `«env»` is "
        "absent or has nothing but white space.",
    ),
    draw=draw_missing,
    shapes=(
        Shape(name="comprehension", code="""
            def «name»(«env»):
                required = «keys!r»
                return sorted(key for key in required if not «env».get(key, "").strip())
            """, mutants=((".strip()", ""), ("if not", "if"), ('not «env».get(key, "").strip()', "key not in «env»"),
                          ("return sorted(", "return len("))),
        Shape(name="loop", code="""
            def «name»(«env»):
                missing = []
                for key in «keys!r»:
                    value = «env».get(key)
                    if value is None or value.strip() == "":
                        missing.append(key)
                return sorted(missing)
            """, mutants=((".strip()", ""), (' or value.strip() == ""', ""),
                          ("value is None or ", "value is not None and "),
                          ("return sorted(missing)", "return missing[1:]"))),
        Shape(name="set_difference", code="""
            def «name»(«env»):
                given = {key for key, value in «env».items() if value.strip()}
                return sorted(set(«keys!r») - given)
            """, mutants=((" if value.strip()", ""), ("value.strip()", "value"), ("- given", "& given"),
                          ("sorted(set(«keys!r») - given)", "sorted(given)"))),
    ),
    verifier=check_missing,
)  # fmt: skip


def draw_mask(rng: Random) -> dict[str, Any]:
    """Draw what counts as secret and how it is shown."""
    ends, keep, side, lower = (
        rng.sample(SECRETS, rng.choice((2, 3))),
        rng.choice((2, 3, 4, 5)),
        rng.choice(("first", "last")),
        rng.random() < 0.5,
    )
    return {"ends": tuple(ends), "shown": ", ".join(f"`_{end}`" for end in ends), "suffixes": [f"_{end}" for end in ends],
            "prefix": pick(rng, PREFIXES), "keep": keep, "star": rng.choice(("*", "x", "#", "-", "?", ".")), "side": side,
            "lower": ".lower()" if lower else "",
            "case": rng.choice(("The new names are in lower case.", "Write the names in lower case.") if lower else (
                "The names keep their case.", "What is left of a name isn't changed.")),
            "part": f"value[:{keep}]" if side == "first" else f"value[-{keep}:]", "pad": "ljust" if side == "first" else "rjust",
            "whole": 'value[:visible] + "{0}" * (len(value) - visible)' if side == "first" else '"{0}" * (len(value) - visible) + value[len(value) - visible :]',
            "name": pick(rng,
                         "masked_settings|safe_settings|redact|public_settings|mask_secrets|settings_for_log|hide_secrets|loggable|without_secrets"),
            "env": pick(rng, "env|environ|settings|config|variables")}  # fmt: skip


def check_mask(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect values rebuilt character by character."""
    cases: list[tuple[Any, Any]] = [([{}], {})]
    for turn in range(6):
        env, shown = {}, {}
        for end in (*facts["ends"], "HOST", "PORT", f"{facts['ends'][0]}_FILE"):
            whole = turn < 3 or rng.random() < 0.8
            key = f"{facts['prefix'] if whole else 'OTHER'}_{end}"
            value = "".join(rng.choice("abcdef789") for _ in range((facts["keep"], facts["keep"] + 1, 8, 1)[turn % 4]))
            env[key] = value
            name = key.removeprefix(facts["prefix"] + "_")
            name = name.lower() if facts["lower"] else name
            if whole and end in facts["ends"]:
                places = range(len(value)) if facts["side"] == "first" else range(len(value))[::-1]
                shown[name] = "".join(
                    char if place < facts["keep"] and len(value) > facts["keep"] else facts["star"]
                    for place, char in zip(places, value, strict=True)
                )
            elif whole:
                shown[name] = value
        cases.append(([env], shown))
    return python_check(facts["name"], cases)


MASK = Template(
    id="masked_settings",
    ask=(
        "Write `«name»(«env»)` in Python. Take the variables of the dict whose name starts with `«prefix»_` and return a dict with that prefix removed from "
        "the names. «case» Values of names ending in «shown» are secret: every character but the «side» «keep» becomes `«star»`; a secret of «keep» or fewer "
        "characters is all `«star»`. Other values stay.",
        "For our logs I need `«name»(«env»)`: a new dict with only the `«prefix»_...` variables, without the `«prefix»_` part. «case» If the name ends in one of «shown», "
        "show the «side» «keep» characters and replace the rest by `«star»` each; when there are no more than «keep» characters, replace all of them. Python, please.",
        "Implement a Python function `«name»(«env»)` that keeps the entries beginning with `«prefix»_`, strips that prefix from the keys, and masks secrets. «case» Secret "
        "means the key ends with «shown». A masked value has the same length; its «side» «keep» characters are kept only if it is longer than «keep»; the others are `«star»`.",
        "No password belongs in a log. `«name»(«env»)`, in Python, gets all variables as a dict and returns those that start with `«prefix»_` under the rest of their name. «case» Where the name ends with «shown», the value is shown as `«star»` signs, one a character, apart from its «side» «keep»; if it isn't longer than that, it is `«star»` signs throughout. The other values are untouched.",
        "Python, please: out of the dict `«env»` take what belongs to us, that is every key with the prefix `«prefix»_`, which the result's keys no longer have. «case» Secrets (keys that end in «shown») are hidden by putting `«star»` for each character except the «side» «keep», and for these too when there are at most «keep». Call the function `«name»(«env»)`; it returns a new dict.",
    ),
    draw=lambda rng: {**(f := draw_mask(rng)), "whole": f["whole"].format(f["star"])},
    shapes=(
        Shape(name="loop", code="""
            def «name»(«env»):
                shown = {}
                for key, value in «env».items():
                    if not key.startswith("«prefix»_"):
                        continue
                    if key.endswith(tuple(«suffixes!r»)):
                        start = «part» if len(value) > «keep» else ""
                        value = start.«pad»(len(value), "«star»")
                    shown[key.removeprefix("«prefix»_")«lower»] = value
                return shown
            """, mutants=(("> «keep»", ">= «keep»"), ("«part»", "value[:1]"), ('.removeprefix("«prefix»_")', ""),
                          ("if key.endswith", "if not key.endswith"),
                          ("continue", "pass"))),
        Shape(name="helper", code="""
            def hide(value):
                visible = «keep» if len(value) > «keep» else 0
                return «whole»


            def «name»(«env»):
                result = {}
                for key, value in «env».items():
                    prefix, _, name = key.partition("_")
                    if prefix == "«prefix»":
                        secret = any(key.endswith(end) for end in «suffixes!r»)
                        result[name«lower»] = hide(value) if secret else value
                return result
            """, mutants=(("> «keep»", ">= «keep»"), ("else 0", "else 1"), ("if prefix == \"«prefix»\"", "if prefix"),
                          ("hide(value) if secret else value", "value"),
                          ("result[name", "result[key"))),
    ),
    verifier=check_mask,
)  # fmt: skip

CATEGORY = Category(
    name="fs_env_config", family="operations", templates=(NUMBER, FLAG, LIST, MISSING, MASK, STAGE, ADDRESS, TEXT)
)
