"""Category `fs_retry_backoff`: how long to wait, whether to try again, what the server says, the loop, the breaker."""

from itertools import accumulate, repeat
from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, in_words, pick
from burnish.generate.retry_backoff_basics import BUDGET, ERRORS, WAITS
from burnish.generate.retry_loops import BREAKER, CALL
from burnish.generate.wording import draw_noun

RAISES = {"raises": "ValueError"}


def draw_delay(rng: Random) -> dict[str, Any]:
    """Draw a delay that grows: how, from what, up to what, and how attempts are counted."""
    grows, given, first = rng.random() < 0.65, rng.random() < 0.4, rng.choice((0, 1))
    unit = pick(rng, "seconds|milliseconds")
    base, more = (
        (rng.choice((1, 2, 3, 5, 10)), (2, 3, 5, 10))
        if unit == "seconds"
        else (rng.choice((50, 100, 200, 250)), (50, 100, 150))
    )
    step = rng.choice((2, 2, 3, 4)) if grows else rng.choice(more)
    cap = (
        base * rng.choice((10, 20, 30, 45, 60, 100))
        if grows
        else base + step * rng.randrange(3, 9) + rng.choice((0, 1))
    )
    roles = {"attempt": "attempt|retry|number|n|tries"} | (
        {"base": "base|start|first_delay", "cap": "cap|limit|most|max_delay"} if given else {}
    )
    facts = draw_arguments(rng, **roles)
    attempt, low = facts["attempt"], pick(rng, "none|zero|error")
    start, most = (facts["base"], facts["cap"]) if given else (str(base), str(cap))
    count = attempt if first == 0 else f"({attempt} - 1)"
    formula = f"{start} * {step} ** {count}".removeprefix("1 * ") if grows else f"{start} + {step} * {count}"
    guard = {"none": "", "zero": f"if {attempt} < {first}:\n        return 0\n    ",
             "error": f'if {attempt} < {first}:\n        raise ValueError("bad attempt")\n    '}[low]  # fmt: skip
    return {
        **facts,
        "name": pick(rng,
                     "backoff_delay|retry_delay|delay_for|next_delay|wait_before|backoff|compute_delay|pause_before"),
        "grows": grows, "given": given, "first": first, "base_is": base, "step": step, "cap_is": cap, "low": low,
        "start": start, "most": most,
        "formula": formula, "wrong_formula": f"{start} * {step} * {count}",
        "shifted": formula.replace(count, f"({attempt} + 1)" if first == 0 else attempt), "guard": guard, "unit": unit,
        "rounds": f"range({attempt})" if first == 0 else f"range({attempt} - 1)",
        "grow": f"delay *= {step}" if grows else f"delay += {step}",
        "other_rounds": f"range({attempt} + 1)" if first == 0 else f"range({attempt})", "noun": draw_noun(rng).many,
        "start_words": f"`{start}`" if given else start, "most_words": f"`{most}`" if given else most,
        "growth": f"is multiplied by {step}" if grows else f"grows by {step}",
        "low_words": {"none": "", "zero": f" For an attempt below {first} the delay is 0.",
                      "error": f" An attempt below {first} raises ValueError."}[low],
    }  # fmt: skip


def check_delay(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the steps of a table that was built one by one and cut."""
    first, step = facts["first"], facts["step"]
    cases = []
    pairs = [(facts["base_is"], facts["cap_is"])]
    if facts["given"]:
        pairs += [(facts["base_is"] + 1, facts["cap_is"] - 1), (rng.randrange(1, 9), 10 * step)]
    for base, cap in pairs:
        extra = {"base": base, "cap": cap} if facts["given"] else {}
        table = list(accumulate(repeat(step, 14), lambda a, b: a * b if facts["grows"] else a + b, initial=base))
        for place in (0, 1, 2, 3, 5, 9, 12) if len(pairs) == 1 else (0, 1, 3, 9):
            delay = min(table[place], cap)
            cases.append((arrange(facts, attempt=first + place, **extra), delay))
    if facts["low"] != "none":
        low = 0 if facts["low"] == "zero" else RAISES
        cases += [(arrange(facts, attempt=first - below, **extra), low) for below in (1, 3)]
    return python_check(facts["name"], cases)


DELAY = Template(
    id="backoff_delay",
    ask=(
        "Write a Python function `«name»(«args»)` that says how many «unit» to wait before the next try. The delay is "
        "«start_words» for attempt number «first» and «growth» with every further attempt, but it is never more than "
        "«most_words».«low_words»",
        "Our client for «noun» retries failed requests. Implement `«name»(«args»)` in Python: the pause in «unit» for "
        "a given `«attempt»` (they count from «first»). It starts at «start_words», «growth» each time, and is capped "
        "at «most_words».«low_words»",
        "I need a backoff helper in Python, `«name»(«args»)`. Attempt «first» waits «start_words» «unit»; from one "
        "attempt to the next the delay «growth»; anything above «most_words» becomes «most_words».«low_words»",
    ),
    draw=draw_delay,
    shapes=(
        Shape(name="min", code="""
            def «name»(«args»):
                «guard»return min(«formula», «most»)
            """, mutants=(("min(", "max("), ("min(«formula», «most»)", "«formula»"), ("«formula»", "«shifted»"),
                          ("«formula»", "«wrong_formula»"))),
        Shape(name="branch", code="""
            def «name»(«args»):
                «guard»delay = «formula»
                if delay > «most»:
                    return «most»
                return delay
            """, mutants=(("delay > ", "delay < "), ("«formula»", "«shifted»"), ("«formula»", "«wrong_formula»"),
                          ("return «most»", "return «start»"))),
        Shape(name="loop", code="""
            def «name»(«args»):
                «guard»delay = «start»
                for _ in «rounds»:
                    «grow»
                return min(delay, «most»)
            """, mutants=(("«rounds»", "«other_rounds»"), ("min(delay, «most»)", "delay"),
                          ("        «grow»", "        delay += delay + 1"), ("min(", "max("))),
    ),
    mutants=(("«guard»", ""), ("return 0\n", "return «start»\n"), ("ValueError", "KeyError")),
    verifier=check_delay,
)  # fmt: skip


def as_tuple(items: list[Any]) -> str:
    """Return the source of a tuple, texts in double quotes."""
    texts = [f'"{item}"' if isinstance(item, str) else str(item) for item in items]
    return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"


def draw_decision(rng: Random) -> dict[str, Any]:
    """Draw which responses are worth another try."""
    by_method, broken, ranged = rng.random() < 0.5, rng.random() < 0.5, rng.random() < 0.4
    roles = {"status": "status|code|status_code", "attempt": "attempt|tries|attempts_made|count"}
    facts = draw_arguments(rng, **roles, **({"method": "method|verb|http_method"} if by_method else {}))
    status, attempt, method = facts["status"], facts["attempt"], facts.get("method")
    codes = sorted(rng.sample((408, 425, 429, 500, 502, 503, 504), rng.choice((2, 3, 4))))
    single, spared, most = rng.choice((408, 425, 429)), rng.choice((501, 505, 511)), rng.choice((2, 3, 4, 5, 6, 8))
    methods = sorted(rng.sample(("GET", "HEAD", "PUT", "DELETE", "OPTIONS"), rng.choice((2, 3))))
    test = (
        f"{status} == {single} or ({status} >= 500 and {status} != {spared})"
        if ranged
        else f"{status} in {as_tuple(codes)}"
    )
    return {
        **facts,
        "name": pick(rng, "should_retry|can_retry|is_retryable|worth_retrying|try_again|may_retry|wants_retry"),
        "noun": draw_noun(rng).many, "by_method": by_method, "broken": broken, "ranged": ranged, "codes": codes,
        "single": single,
        "spared": spared, "most": most, "methods": methods, "test": test,
        "whole": f"{status} is None or {test}" if broken else test,
        "limits": f"{attempt} >= {most}" + (f" or {method} not in {as_tuple(methods)}" if by_method else ""),
        "fine": f"{attempt} < {most}" + (f" and {method} in {as_tuple(methods)}" if by_method else ""),
        "wrong_test": f"{status} == {single} or {status} >= 500" if ranged else f"{status} in {as_tuple(codes[:-1])}",
        "near_test": f"{status} == {single} or ({status} > 500 and {status} != {spared})" if ranged else f"{status} in {as_tuple(codes[1:])}",
        "code_words": f"it is {single}, or 500 and above except {spared}" if ranged else f"it is {in_words([str(c) for c in codes], last='or')}",
        "broken_words": ", or when it is None because no response came at all" if broken else "",
        "method_words": f" Only {in_words(methods)} requests may be repeated (`{method}` is in capitals)." if by_method else "",
        "method_guard": f"if {method} not in {as_tuple(methods)}:\n        return False\n    " if by_method else "",
        "none_guard": f"if {status} is None:\n        return True\n    " if broken else "",
    }  # fmt: skip


def check_decision(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what sets of dealt codes and methods say."""
    worth = {facts["single"], *range(500, 600)} - {facts["spared"]} if facts["ranged"] else set(facts["codes"])
    most, good = facts["most"], rng.choice(sorted(worth))
    tried: list[tuple[int | None, int]] = [
        (code, 1) for code in (*(facts["codes"]), 200, 404, 499, 505, facts["spared"], facts["single"], 500)
    ]
    tried += [
        (good, most - 1),
        (good, most),
        (good, most + 1),
        (good, 0),
        (404, most),
        *([(None, 1), (None, most)] if facts["broken"] else []),
    ]
    cases = []
    for number, (status, attempt) in enumerate(dict.fromkeys(tried)):
        allowed = attempt in range(most) and (status is None or status in worth)
        methods = [
            facts["methods"][number % len(facts["methods"])],
            *(("POST",) if allowed else ("PATCH", "GET")[: number % 2]),
        ]
        for method in methods if facts["by_method"] else [""]:
            values = {"status": status, "attempt": attempt, **({"method": method} if method else {})}
            cases.append((arrange(facts, **values), allowed and (not method or method in facts["methods"])))
    return python_check(facts["name"], cases)


DECISION = Template(
    id="should_retry",
    ask=(
        "Write `«name»(«args»)` in Python. It returns whether a failed request should be sent again: yes if "
        "`«status»` is worth it, that is when «code_words»«broken_words», and fewer than «most» tries have been made "
        "(`«attempt»` counts them). Otherwise False.«method_words»",
        "Our «noun» client must decide about retries. Implement the Python function `«name»(«args»)` returning True "
        "or False. Retry while `«attempt»`, the number of tries so far, is below «most», and only for a suitable "
        "`«status»`: «code_words»«broken_words».«method_words»",
        "When is a second try sensible? `«name»(«args»)` in Python, please: True when `«status»` is good for a retry "
        "(«code_words»«broken_words»); but after «most» tries, counted by `«attempt»`, always False.«method_words»",
    ),
    draw=draw_decision,
    shapes=(
        Shape(name="early_return", code="""
            def «name»(«args»):
                if «limits»:
                    return False
                return «whole»
            """, mutants=(("«attempt» >= «most»", "«attempt» > «most»"), ("return False", "return True"),
                          ("return «whole»", "return not («whole»)"))),
        Shape(name="one_expression", code="""
            def «name»(«args»):
                return «fine» and (
                    «whole»
                )
            """, mutants=(("«attempt» < «most»", "«attempt» <= «most»"), (" and (", " or ("),
                          ("    «whole»", "    «status»"))),
        Shape(name="guards", code="""
            def «name»(«args»):
                if «attempt» >= «most»:
                    return False
                «method_guard»«none_guard»return «test»
            """, mutants=(("«attempt» >= «most»", "«attempt» > «most»"),
                          ("«attempt» >= «most»", "«attempt» == «most»"), ("return «test»", "return True"))),
    ),
    mutants=(("«test»", "«wrong_test»"), ("«test»", "«near_test»"), ("«method_guard»", ""),
             ("«status» is None or ", ""), ("«none_guard»", "")),
    verifier=check_decision,
)  # fmt: skip


def draw_header(rng: Random) -> dict[str, Any]:
    """Draw how long a client waits by a header, and what it does without."""
    noun, doubling, folded = draw_noun(rng), rng.random() < 0.6, rng.random() < 0.35
    facts = draw_arguments(
        rng,
        headers="headers|response_headers|fields|answer_headers",
        **({"attempt": "attempt|retry|tries|number"} if doubling else {}),
    )
    header = pick(rng, "Retry-After|Retry-After|X-Retry-After|X-RateLimit-Reset-After|Wait-Seconds")
    header = header.lower() if not folded and rng.random() < 0.4 else header
    base, cap = rng.choice((1, 2, 3, 4, 5, 8, 10)), rng.choice((20, 30, 40, 45, 60, 90, 100, 120, 180, 300))
    other = f"{base} * 2 ** {facts['attempt']}" if doubling else str(base)
    headers = facts["headers"]
    lower = f"{headers} = {{name.lower(): value for name, value in {headers}.items()}}\n    " if folded else ""
    key = header.lower() if folded else header
    return {
        **facts,
        "name": pick(rng, "wait_seconds|retry_after|seconds_to_wait|pause_for|delay_from|read_retry_after|how_long|next_try_in"),
        "many": noun.many,
        "header": header, "key": key, "base": base, "cap": cap, "other": other, "doubling": doubling, "folded": folded,
        "lower": lower,
        "other_words": f"`{base} * 2 ** {facts['attempt']}` seconds" if doubling else f"{base} second" + "s" * (base > 1),
        "cut": f"min({other}, {cap})" if doubling else other,
        "wrong_other": f"{base} ** {facts['attempt']}" if doubling else "0",
        "case_words": " Header names come in any case." if folded else "",
    }  # fmt: skip


def check_header(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what was put into the header, or a delay doubled step by step."""
    cap, key = facts["cap"], facts["header"]
    dates = ("Wed, 21 Oct 2026 07:28:00 GMT", "soon", "", "1.5", "10s")
    cases = []
    for number, value in enumerate(
        ["0", "1", str(cap - 1), str(cap), str(cap + 1), str(rng.randrange(400, 9000)), *dates, None]
    ):
        attempt, delay = rng.choice((0, 1, 2, 3)) if value in dates else 9 if value is None else 1, facts["base"]
        name = [key.lower(), key.upper(), key][number % 3] if facts["folded"] else key
        for _ in range(attempt if facts["doubling"] else 0):
            delay += delay
        delay = delay if value is None or value in dates else int(value)
        headers = {"content-type": "text/plain", "x-note": "7", **({} if value is None else {name: value})}
        values = {"headers": headers, **({"attempt": attempt} if facts["doubling"] else {})}
        cases.append((arrange(facts, **values), min(delay, cap)))
    return python_check(facts["name"], cases)


HEADER = Template(
    id="retry_after",
    ask=(
        "Write a Python function `«name»(«args»)`. `«headers»` is a dict of strings. If `«header»` is there and holds "
        "a whole number, written in digits, return that number of seconds. If it is missing or holds anything else, a "
        "date for example, the result is «other_words» instead. Never return more than «cap».«case_words»",
        "Servers tell our «many» client when to come back. Implement `«name»(«args»)` in Python: return the seconds "
        "to wait as an integer. Use `«header»` from the dict `«headers»` when its text consists of digits; otherwise, "
        "also when there is no such header, wait «other_words». Cap both at «cap».«case_words»",
        "I need `«name»(«args»)` in Python for retries. Take the number in the header `«header»` («headers» maps "
        "names to text). When it's absent, or not a plain whole number, the answer is «other_words» instead. At most "
        "«cap» in either case.«case_words»",
        "Our «many» job was told to slow down. When may it come back? `«name»(«args»)` in Python looks for `«header»` in "
        "`«headers»`, a dict of texts. Nothing but digits there: so many seconds. No such header, or any other text: "
        "«other_words». The result is an integer, «cap» at the most.«case_words»",
        "Retries of the «many» client honour `«header»`. In Python, `«name»(«args»)` gives the seconds to wait, but no more "
        "than «cap»: the header's value if it's a whole number in digits; if `«headers»`, a dict from names to texts, lacks "
        "it or has a date or something else in it, «other_words».«case_words»",
    ),
    draw=draw_header,
    shapes=(
        Shape(name="isdigit", code="""
            def «name»(«args»):
                «lower»value = «headers».get("«key»", "")
                seconds = int(value) if value.isdigit() else «other»
                return min(seconds, «cap»)
            """, mutants=(("value.isdigit()", "value"), (', "")', ")"), ("else «other»", "else «wrong_other»"))),
        Shape(name="try", code="""
            def «name»(«args»):
                «lower»try:
                    seconds = int(«headers»["«key»"])
                except (KeyError, ValueError):
                    seconds = «other»
                return min(seconds, «cap»)
            """, mutants=(("(KeyError, ValueError)", "KeyError"), ("(KeyError, ValueError)", "ValueError"),
                          ("seconds = «other»", "seconds = «wrong_other»"))),
        Shape(name="pattern", code="""
            import re

            def «name»(«args»):
                «lower»if re.fullmatch("[0-9]+", «headers».get("«key»", "")):
                    return min(int(«headers»["«key»"]), «cap»)
                return «cut»
            """, mutants=(("re.fullmatch", "re.match"), ('"[0-9]+"', '"[1-9]+"'),
                          ("return «cut»", "return «wrong_other»"),
                          ("return min(int(«headers»[\"«key»\"]), «cap»)", "return int(«headers»[\"«key»\"])"))),
    ),
    mutants=(("min(seconds, «cap»)", "max(seconds, «cap»)"), ("min(seconds, «cap»)", "seconds"), ("«lower»", ""),
             (", «cap»)", ", «cap» - 1)")),
    verifier=check_header,
)  # fmt: skip

CATEGORY = Category(
    name="fs_retry_backoff",
    family="caching_async",
    templates=(DELAY, DECISION, HEADER, CALL, BREAKER, WAITS, ERRORS, BUDGET),
)
