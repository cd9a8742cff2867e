"""Category `fs_rate_limit`: headers, whom to count, a log of requests, windows of fixed length, a bucket of tokens."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.limiters import BUCKET, WINDOW
from burnish.generate.rate_limit_basics import CLOCK, HIT, PLAN
from burnish.generate.wording import COLORS, draw_noun


def draw_headers(rng: Random) -> dict[str, Any]:
    """Draw the names of the headers, how the end of the window is told, and whether values are text."""
    seconds, text = rng.random() < 0.6, rng.random() < 0.6
    retry, noun = seconds and rng.random() < 0.5, draw_noun(rng)
    roles = {
        "limit": "limit|allowed|quota|maximum",
        "used": "used|count|requests_made|hits",
        "reset": "reset_at|resets_at|window_end|ends_at",
    }
    facts = draw_arguments(rng, **roles, **({"now": "now|current_time|timestamp"} if seconds else {}))
    prefix = pick(rng, "X-RateLimit-|RateLimit-|X-Rate-Limit-|x-ratelimit-")
    names = [
        word.lower() if prefix.startswith("x-") else word for word in ("Limit", "Remaining", "Reset", "Retry-After")
    ]
    left, until = (
        f"max(0, {facts['limit']} - {facts['used']})",
        f"max(0, {facts['reset']} - {facts.get('now')})" if seconds else facts["reset"],
    )

    def show(code: str) -> str:
        return f"str({code})" if text else code

    last, again = prefix + names[2], names[3]
    again_lines = (
        f'if {facts["used"]} >= {facts["limit"]}:\n        headers["{again}"] = headers["{last}"]\n    '
        if retry
        else ""
    )
    return {
        **facts,
        "name": pick(rng,
                     "limit_headers|rate_limit_headers|quota_headers|build_limit_headers|throttle_headers|headers_for_limit"),
        "prefix": prefix, "many": noun.many, "one": noun.one, "seconds": seconds, "text": text, "retry": retry,
        "names": [prefix + name for name in names[:3]],
        "first": prefix + names[0], "second": prefix + names[1], "third": last, "again": again,
        "short": ", ".join(f'"{name}"' for name in names[:3]),
        "limit_code": show(facts["limit"]), "left_code": show(left), "until_code": show(until), "left": left,
        "until": until,
        "left_slip": left.replace("max(0, ", "(") , "until_slip": until.replace("max(0, ", "("),
        "value": "str(value)" if text else "value", "left_shown": show("left"),
        "again_lines": again_lines, "again_slip": again_lines.replace(">=", ">"),
        "start": "headers =" if retry else "return", "finish": f"\n    {again_lines}return headers" if retry else "",
        "until_words": f"the seconds from `{facts.get('now')}` until `{facts['reset']}`, never negative" if seconds else f"`{facts['reset']}` unchanged",
        "again_words": f" When nothing remains, add `{again}` with the same value as `{last}`." if retry else "",
        "type_words": "The values are strings." if text else "The values are integers.",
    }  # fmt: skip


def check_headers(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what counting the requests that are left, and the seconds, one by one gives."""
    cases = []
    for limit, used, ahead in (
        (60, 0, 30),
        (10, 9, 1),
        (10, 10, 5),
        (5, 6, 0),
        (100, 240, -4),
        (rng.randrange(20, 90), rng.randrange(20), 59),
        (1, 1, 12),
    ):
        now = rng.randrange(1_700_000_000, 1_800_000_000)
        remaining, wait = len(range(used, limit)), len(range(ahead))
        values = [limit, remaining, wait if facts["seconds"] else now + ahead]
        headers = dict(zip(facts["names"], [str(value) if facts["text"] else value for value in values], strict=True))
        if facts["retry"] and not remaining:
            headers[facts["again"]] = headers[facts["third"]]
        given = {"limit": limit, "used": used, "reset": now + ahead, **({"now": now} if facts["seconds"] else {})}
        cases.append((arrange(facts, **given), headers))
    return python_check(facts["name"], cases)


HEADERS = Template(
    id="limit_headers",
    ask=(
        "Write a Python function `«name»(«args»)` that returns the rate limit headers of a response as a dict: "
        "`«first»` is `«limit»`, `«second»` is how many of them are left after `«used»` requests (0 if there were "
        "more), and `«third»` is «until_words».«again_words» «type_words»",
        "Clients of our «many» API want to see their quota. Implement `«name»(«args»)` in Python, returning a dict "
        "with `«first»`, `«second»` and `«third»`: the value of `«limit»`, what remains of it after `«used»` requests "
        "but at least 0, and «until_words».«again_words» «type_words»",
        "I need the headers for throttled «one» requests. `«name»(«args»)` in Python gives a dict. `«first»`: "
        "`«limit»`. `«second»`: `«limit»` minus `«used»`, not below zero. `«third»`: «until_words».«again_words» "
        "«type_words» All arguments are integers.",
    ),
    draw=draw_headers,
    shapes=(
        Shape(name="literal", code="""
            def «name»(«args»):
                «start» {
                    "«first»": «limit_code»,
                    "«second»": «left_code»,
                    "«third»": «until_code»,
                }«finish»
            """, mutants=(("«left»", "«left_slip»"), ('"«first»": «limit_code»', '"«first»": «left_code»'),
                          ('"«second»"', '"«prefix»Left"'))),
        Shape(name="steps", code="""
            def «name»(«args»):
                left = «limit» - «used»
                if left < 0:
                    left = 0
                headers = {"«first»": «limit_code», "«third»": «until_code»}
                headers["«second»"] = «left_shown»
                «again_lines»return headers
            """, mutants=(("    if left < 0:\n        left = 0\n", ""), ("«limit» - «used»", "«used»"),
                          ("left < 0", "left > 0"))),
        Shape(name="zip", code="""
            def «name»(«args»):
                names = («short»)
                values = («limit», «left», «until»)
                headers = {"«prefix»" + name: «value» for name, value in zip(names, values)}
                «again_lines»return headers
            """, mutants=(("«left»", "«left_slip»"), ("(«limit», «left», ", "(«left», «limit», "),
                          ('"«prefix»" + name', "name"), ("«left»", "«limit» - «used» + 1"))),
    ),
    mutants=(("«until»", "«until_slip»"), ("«again_lines»", "«again_slip»"), ("«again_lines»", ""),
             ("«reset»", "«used»")),
    verifier=check_headers,
)  # fmt: skip


def draw_client(rng: Random) -> dict[str, Any]:
    """Draw where the identity of a client comes from, and in which order."""
    facts = draw_arguments(
        rng,
        user="user_id|user|account_id|member_id",
        headers="headers|request_headers",
        ip="ip|address|remote_addr|peer",
    )
    by_key, forwarded = rng.choice(((True, True), (True, False), (False, True), (True, True)))
    key_first, last_hop = by_key and rng.random() < 0.4, rng.random() < 0.3
    user, headers, ip = facts["user"], facts["headers"], facts["ip"]
    header = pick(rng, "x-api-key|api-key|x-client-key|x-token|x-app-id")
    mark, words = (
        pick(rng, ":|-|/|="),
        rng.choice((("user", "key", "ip"), ("u", "k", "ip"), ("account", "app", "addr"), ("member", "client", "host"))),
    )
    names = {name: f"{word}{mark}" for name, word in zip(("user", "key", "ip"), words, strict=True)}
    hop = f'{headers}["x-forwarded-for"].split(",")[{-1 if last_hop else 0}].strip()'
    checks = [(f"{user} is not None", f'f"{names["user"]}{{{user}}}"', f'("{names["user"]}", {user})')]
    if by_key:
        key_check = (
            f'"{header}" in {headers}',
            f'"{names["key"]}" + {headers}["{header}"]',
            f'("{names["key"]}", {headers}.get("{header}"))',
        )
        checks = [key_check, *checks] if key_first else [*checks, key_check]
    said = {
        "user": f"`{names['user']}` and `{user}` if that isn't None",
        "key": f"`{names['key']}` and the header `{header}` if it was sent",
    }
    order = ["key", "user"] if key_first else ["user", *(["key"] if by_key else [])]
    hop_words = f"the {'last' if last_hop else 'first'} address in the header `x-forwarded-for` (a list with commas and perhaps spaces)"
    return {
        **facts,
        "name": pick(rng, "client_key|rate_limit_key|limiter_key|bucket_name|caller_id|throttle_key|identify_client"),
        "by_key": by_key,
        "forwarded": forwarded, "key_first": key_first, "last_hop": last_hop, "header": header, "names": names,
        "many": draw_noun(rng).many,
        "rules": "; else ".join(said[name] for name in order), "hop": hop, "ip_name": names["ip"],
        "ip_words": f"`{names['ip']}` and {hop_words} or, without that header, `{ip}`" if forwarded else f"`{names['ip']}` and `{ip}`",
        "early": "".join(f"if {test}:\n        return {value}\n    " for test, value, _ in checks),
        "late": "".join(f"if {test}:\n        key = {value}\n    " for test, value, _ in reversed(checks)),
        "early_swapped": "".join(f"if {test}:\n        return {value}\n    " for test, value, _ in reversed(checks)),
        "late_swapped": "".join(f"if {test}:\n        key = {value}\n    " for test, value, _ in checks),
        "wrong_ip_name": f"client{mark}",
        "ip_lines": f'if "x-forwarded-for" in {headers}:\n        {ip} = {hop}\n    ' if forwarded else "",
        "other_hop": hop.replace("[0]", "[-1]") if not last_hop else hop.replace("[-1]", "[0]"),
        "raw_hop": hop.removesuffix(".strip()"),
        "pairs": ", ".join(pair for _, _, pair in checks),
    }  # fmt: skip


def check_client(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the source that was meant to win when the request was made up."""
    names, header = facts["names"], facts["header"]
    ranks = (["key", "user"] if facts["key_first"] else ["user", "key"]) if facts["by_key"] else ["user"]
    cases = []
    for present in ("user key hops", "key hops", "hops", "", "user", "key", "user hops", "zero", "hop", "user key"):
        addresses = [f"10.{rng.randrange(9)}.{rng.randrange(99)}.{number}" for number in range(4)]
        user = rng.randrange(1, 900) if "user" in present else 0 if "zero" in present else None
        headers = {
            "accept": "*/*",
            **({header: f"{rng.choice(COLORS)}{rng.randrange(99)}"} if "key" in present else {}),
        }
        hops = addresses[: 3 if "hops" in present else 1] if "hop" in present else []
        headers |= (
            {"x-forwarded-for": (" , " if present == "hops" else rng.choice((", ", ","))).join(hops)} if hops else {}
        )
        found = [
            rank for rank in ranks if (rank == "user" and user is not None) or (rank == "key" and "key" in present)
        ]
        address = (hops[-1] if facts["last_hop"] else hops[0]) if hops and facts["forwarded"] else addresses[3]
        key = names[found[0]] + str(user if found[0] == "user" else headers[header]) if found else names["ip"] + address
        cases.append((arrange(facts, user=user, headers=headers, ip=addresses[3]), key))
    return python_check(facts["name"], cases)


CLIENT = Template(
    id="client_key",
    ask=(
        "Write a Python function `«name»(«args»)` that says under which key a request to our «many» API is counted. "
        "It returns «rules»; else «ip_words». `«user»` may be None, `«headers»` is a dict with lower-case names.",
        "For rate limiting I need one key a client. Implement `«name»(«args»)` in Python. The key is «rules»; else "
        "«ip_words». `«headers»` is a dict of strings (names in lower case), `«user»` is None unless somebody is "
        "signed in; 0 is a valid value of it.",
        "Requests for «many» are limited by caller. `«name»(«args»)` in Python, please; it builds a string from a "
        "prefix and a value: «rules»; else «ip_words». Header names in the dict `«headers»` are lower case. `«user»` "
        "is an int or None.",
    ),
    draw=draw_client,
    shapes=(
        Shape(name="early_return", code="""
            def «name»(«args»):
                «early»«ip_lines»return f"«ip_name»{«ip»}"
            """, mutants=(("«early»", "«early_swapped»"), ("«early»", ""), (" is not None", ""))),
        Shape(name="override", code="""
            def «name»(«args»):
                «ip_lines»key = "«ip_name»" + «ip»
                «late»return key
            """, mutants=(("«late»", ""), ("«late»", "«late_swapped»"), (" is not None", ""))),
        Shape(name="candidates", code="""
            def «name»(«args»):
                «ip_lines»sources = [«pairs», ("«ip_name»", «ip»)]
                return next(f"{prefix}{value}" for prefix, value in sources if value is not None)
            """, mutants=((" if value is not None)", " if value)"), ("in sources if", "in reversed(sources) if"),
                          ("sources = [«pairs», ", "sources = ["))),
    ),
    mutants=(("«hop»", "«other_hop»"), ("«hop»", "«raw_hop»"), ("«ip_lines»", ""), ('"«header»"', '"authorization"'),
             ("«ip_name»", "«wrong_ip_name»")),
    verifier=check_client,
)  # fmt: skip


def draw_log(rng: Random) -> dict[str, Any]:
    """Draw a log of requests: its limit and window, the edge of the window, and whether refused requests are kept."""
    given, keeps, closed = rng.random() < 0.4, rng.random() < 0.4, rng.random() < 0.5
    roles = {"hits": "hits|timestamps|history|times|log", "now": "now|time|moment|current"}
    facts = draw_arguments(
        rng, **roles, **({"limit": "limit|most|quota", "window": "window|seconds|period"} if given else {})
    )
    limit, window = (2, 3, 4, 5, 10), (5, 10, 30, 60, 100, 3600)
    numbers = (rng.choice(limit), rng.choice(window))
    most, span = (facts["limit"], facts["window"]) if given else (str(numbers[0]), str(numbers[1]))
    hits, now = facts["hits"], facts["now"]
    keep, drop = ("<", ">=") if closed else ("<=", ">")
    return {
        **facts,
        "name": pick(rng,
                     "allow|allow_request|check_limit|register_hit|admit|try_request|slide_window|record_request"),
                     "given": given,
        "keeps": keeps, "closed": closed, "limit_is": numbers[0], "window_is": numbers[1], "most": most, "span": span,
        "keep": keep, "drop": drop,
        "slip_keep": "<=" if closed else "<", "slip_drop": ">" if closed else ">=", "many": draw_noun(rng).many,
        "end": f"allowed = len(recent) < {most}\n    return allowed, [*recent, {now}]" if keeps
        else f"if len(recent) >= {most}:\n        return False, recent\n    return True, [*recent, {now}]",
        "slip_end": f"allowed = len(recent) <= {most}\n    return allowed, [*recent, {now}]" if keeps
        else f"if len(recent) > {most}:\n        return False, recent\n    return True, [*recent, {now}]",
        "lost_end": f"allowed = len(recent) < {most}\n    return allowed, recent",
        "add": f"recent.append({now})" if keeps else f"if allowed:\n        recent.append({now})",
        "wrong_add": f"if allowed:\n        recent.append({now})" if keeps else f"recent.append({now})",
        "bisect": "bisect_right" if closed else "bisect_left",
        "wrong_bisect": "bisect_left" if closed else "bisect_right",
        "most_words": f"`{most}`" if given else most, "span_words": f"`{span}`" if given else span,
        "edge": f"one that is exactly {'`' + span + '`' if given else span} seconds old no longer counts" if closed
        else f"one that is exactly {'`' + span + '`' if given else span} seconds old still counts",
        "keeps_words": f"`{now}` is added to the list in either case" if keeps else f"`{now}` is added to the list only if it is allowed",
        "hits_words": f"`{hits}` is a list of the times of earlier requests in seconds, oldest first",
    }  # fmt: skip


def check_log(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what ages that were dealt before the times say."""
    cases = []
    for number, crowd in enumerate((0, -1, 0, 1, 3, -1, -2, 0)):
        limit = rng.randrange(1, 6) if facts["given"] else facts["limit_is"]
        span = rng.choice((5, 20, 60)) if facts["given"] else facts["window_is"]
        old = sorted({span + 1, *rng.sample(range(span + 1, span + 90), number % 4)}, reverse=True)
        edge = [span] * (number % 2)
        counted = max(0, limit + crowd - (0 if facts["closed"] else len(edge)))
        young = sorted([span - 1, 0, *(rng.randrange(span) for _ in range(counted))][:counted], reverse=True)
        now = rng.randrange(10_000, 99_000)
        alive = [now - age for age in [*([] if facts["closed"] else edge), *young]]
        allowed = len(alive) + 1 <= limit
        values = {"hits": [now - age for age in [*old, *edge, *young]], "now": now, "limit": limit, "window": span}
        result = [allowed, [*alive, now] if allowed or facts["keeps"] else alive]
        cases.append(([values[role] for role in facts["order"]], result))
    return python_check(facts["name"], cases)


LOG = Template(
    id="sliding_log",
    ask=(
        "Write a Python function `«name»(«args»)`. «hits_words». Of these only the last «span_words» seconds before "
        "`«now»` count; «edge». Return a pair: whether a request at `«now»` is allowed, that is fewer than "
        "«most_words» count, and the list of the times that count; «keeps_words».",
        "Our «many» API allows «most_words» requests in any «span_words» seconds. Implement the sliding log "
        "`«name»(«args»)` in Python: «hits_words»; drop those that are too old at `«now»` («edge»), then allow the "
        "new request if fewer than «most_words» are left. The result is `(allowed, times)` with the times that are "
        "left; «keeps_words».",
        "I need a sliding window limiter without a class. `«name»(«args»)` in Python returns a tuple of a bool and "
        "the new list. «hits_words». Forget the times that have left the window of «span_words» seconds before "
        "`«now»` («edge»). The request at `«now»` is fine as long as fewer than «most_words» remain; «keeps_words».",
        "Who asks too often for «many» has to wait. `«name»(«args»)` in Python decides by a log of times: «hits_words». "
        "Those older than «span_words» seconds at `«now»` are removed, and «edge». If fewer than «most_words» are left, "
        "the request at `«now»` is allowed. «keeps_words». Return `(allowed, times)`, where `times` is the list after that.",
        "May one more request for «many» happen at `«now»`? «hits_words»; «edge», and older ones are forgotten. Write "
        "`«name»(«args»)` in Python. It returns two values: True if fewer than «most_words» times lie in the last "
        "«span_words» seconds, else False; and the list of these times; «keeps_words».",
    ),
    draw=draw_log,
    shapes=(
        Shape(name="comprehension", code="""
            def «name»(«args»):
                recent = [t for t in «hits» if «now» - t «keep» «span»]
                «end»
            """, mutants=(("«keep» «span»", "«slip_keep» «span»"), ("«end»", "«slip_end»"), ("«end»", "«lost_end»"),
                          (" if «now» - t «keep» «span»", ""))),
        Shape(name="pop", code="""
            def «name»(«args»):
                recent = list(«hits»)
                while recent and «now» - recent[0] «drop» «span»:
                    recent.pop(0)
                allowed = len(recent) < «most»
                «add»
                return allowed, recent
            """, mutants=(("«drop» «span»", "«slip_drop» «span»"), ("len(recent) < «most»", "len(recent) <= «most»"),
                          ("«add»", "«wrong_add»"),
                          ("    while recent and", "    if recent and"))),
        Shape(name="bisect", code="""
            from bisect import «bisect»

            def «name»(«args»):
                recent = «hits»[«bisect»(«hits», «now» - «span»):]
                allowed = len(recent) < «most»
                «add»
                return allowed, recent
            """, mutants=(("«bisect»", "«wrong_bisect»"), ("len(recent) < «most»", "len(recent) <= «most»"),
                          ("«add»", "«wrong_add»"), ("return allowed, recent", "return allowed, «hits»"))),
    ),
    verifier=check_log,
)  # fmt: skip

CATEGORY = Category(
    name="fs_rate_limit", family="http_backend", templates=(HEADERS, CLIENT, LOG, WINDOW, BUCKET, CLOCK, HIT, PLAN)
)
