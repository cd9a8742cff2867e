"""Category `fs_message_queue`: which queue a message goes to, messages taken for a while, a consumer of a queue."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import draw_arguments, in_words, pick, pick_some
from burnish.generate.message_visibility import VISIBILITY
from burnish.generate.wording import COLORS, draw_nouns

EVENTS = "placed|paid|cancelled|created|updated|deleted|shipped|failed|opened|expired|renamed|merged"
QUEUES = "mail|search|billing|audit|stock|reports|push|analytics|sync|alerts|archive|metrics|crm|exports"


def draw_route(rng: Random) -> dict[str, Any]:
    """Draw a few queues, the messages that each gets, and what becomes of others."""
    starts, nouns = rng.random() < 0.4, draw_nouns(rng, 6)
    queues, many = pick_some(rng, QUEUES, 5), rng.choice((2, 2, 3))
    kinds = [noun.one if starts else f"{noun.one}.{pick(rng, EVENTS)}" for noun in nouns]
    shares = [kinds[:2], kinds[2:3], kinds[3:5]] if rng.random() < 0.5 else [kinds[:1], kinds[1:3], kinds[3:4]]
    routes = list(zip(shares[:many], queues, strict=False))
    other = rng.choice((queues[4], queues[4], None))
    message, field = pick(rng, "message|event|payload|envelope"), pick(rng, "type|kind|topic|name|event_type|subject")
    given = rng.random() < 0.4  # the type itself instead of the message
    kind = pick(rng, "topic|kind|event_type|subject") if given else f'{message}["{field}"]'
    pairs = [(one, queue) for share, queue in routes for one in share]
    key = f'{kind}.split(".")[0]' if starts else kind

    def test(share: list[str]) -> str:
        options = [f"{one}." for one in share] if starts else share
        text = f'"{options[0]}"' if len(options) == 1 else "(" + ", ".join(f'"{one}"' for one in options) + ")"
        return f"{kind}.startswith({text})" if starts else f"{kind} {'==' if len(options) == 1 else 'in'} {text}"

    def case(share: list[str]) -> str:
        return " | ".join(f'"{one}"' for one in share)

    last = f'"{other}"' if other else "None"
    return {
        "name": pick(rng, "route|queue_for|choose_queue|pick_queue|target_queue|route_message|destination|find_queue"),
        "arg": kind if given else message, "given": given, "field": field, "starts": starts, "routes": routes, "other": other,
        "key": key, "last": last, "second": f", {last}" if other else "", "noun": nouns[5].one, "first_queue": queues[0],
        "second_queue": queues[1],
        "first_test": test(shares[0]), "first_case": case(shares[0]),
        "table": ", ".join(f'"{one}": "{queue}"' for one, queue in pairs),
        "tests": "\n    ".join(f'if {test(share)}:\n        return "{queue}"' for share, queue in routes),
        "cases": "\n        ".join(f'case {case(share)}:\n            return "{queue}"' for share, queue in routes),
        "rules": "; ".join(f"{in_words([f'{one}.' for one in share] if starts else share)} to `{queue}`" for share,
                           queue in routes),
        "rest": f"the queue is `{other}`" if other else "the result is None",
        "others": f"everything else to `{other}`" if other else "for anything else the result is None",
        "what": "messages by the beginning of their type" if starts else "messages by their type",
        "source": f"The string `{kind}` is the type" if given else f"The type is `{kind}`",
    }  # fmt: skip


def check_route(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the queue that each type was dealt to."""
    known = [(one, queue) for share, queue in facts["routes"] for one in share]
    pairs = [
        (f"{one}.{event}" if facts["starts"] else one, queue)
        for one, queue in known
        for event in pick_some(rng, EVENTS, 2)
    ]
    pairs += [(f"x{known[0][0]}.created", facts["other"]), (f"{rng.choice(COLORS)}.done", facts["other"]), ("", facts["other"]),
              (f"{known[-1][0]}s.created", facts["other"]), (known[0][0].upper(), facts["other"])]  # fmt: skip
    calls = [[kind] if facts["given"] else [{facts["field"]: kind, "id": rng.randrange(900)}] for kind, _ in pairs]
    return python_check(facts["name"], list(zip(calls, [queue for _, queue in pairs], strict=True)))


ROUTE = Template(
    id="choose_queue",
    ask=(
        "Write a Python function `«name»(«arg»)` that returns the name of the queue for a message. «source». It sends "
        "«what»: «rules». Otherwise «rest».",
        "Our «noun» service routes «what». I need `«name»(«arg»)` in Python, which returns a queue: «rules»; «others». "
        "«source».",
        "Where does a message go? «source». Implement `«name»(«arg»)` in Python so that it gives the queue's name, "
        "choosing «what»: «rules», and «others».",
        "Please write the router `«name»(«arg»)` in Python for the «noun» events. «source», and the function returns "
        "the queue that it belongs to. It sorts «what», namely «rules». In all other cases «rest».",
    ),
    draw=draw_route,
    shapes=(
        Shape(name="table", code="""
            def «name»(«arg»):
                queues = {«table»}
                return queues.get(«key»«second»)
            """, mutants=(("queues.get(«key»«second»)", "queues[«key»]"), ("(«key»«second»)", '(«key», "«first_queue»")'))),
        Shape(name="tests", code="""
            def «name»(«arg»):
                «tests»
                return «last»
            """, mutants=(("if «first_test»", "if not «first_test»"), ("return «last»", 'return "«second_queue»"'))),
        Shape(name="match", code="""
            def «name»(«arg»):
                match «key»:
                    «cases»
                    case _:
                        return «last»
            """, mutants=(("return «last»", "return «arg»"), ("case «first_case»:", 'case "«first_queue»":'))),
    ),
    mutants=(('"«first_queue»"', '"«second_queue»"'), ('"«second_queue»"', "«last»"), ('.split(".")[0]', '.split(".")[-1]'),
             (".startswith(", ".endswith("), ('.split(".")[0]', "")),
    verifier=check_route,
)  # fmt: skip

CONSUME_HARNESS = """
import asyncio

def drive(ns, call):
    async def main():
        queue, dead, asked, left = asyncio.Queue(), [], [], dict(call["fails"])
        for message in call["messages"]:
            queue.put_nowait(dict(message) if message else message)

        async def handle(body):
            await asyncio.sleep(0)
            asked.append(body)
            if left.get(body, 0):
                left[body] -= 1
                raise ConnectionError(body)
            return body.upper()

        given = {"queue": queue, "handle": handle, "dead": dead}
        result = await ns[call["entry"]](*[given[role] for role in call["order"]])
        return {"result": result, "asked": asked, "dead": dead, "left": queue.qsize()}

    return asyncio.run(main())
"""


def draw_consume(rng: Random) -> dict[str, Any]:
    """Draw when a consumer ends, what it does with failures and repeated messages, and what it returns."""
    facts = draw_arguments(rng, queue="queue|inbox|source|channel", handle="handle|process|work|deliver|action",
                           dead="dead|failed|rejected|dead_letters|broken")  # fmt: skip
    queue, dead = facts["queue"], facts["dead"]
    body, ident = pick(rng, "body|data|payload|text|content"), pick(rng, "id|key|message_id|uuid|number")
    again, once, counts = rng.random() < 0.45, rng.random() < 0.5, rng.random() < 0.5
    ends, tries, most = (
        not again and rng.random() < 0.6,
        pick(rng, "tries|attempts|failures|retries"),
        rng.choice((2, 3, 4, 5)),
    )
    result, repeat = "handled" if counts else "results", f'message["{ident}"] in seen'
    run = f'await {facts["handle"]}(message["{body}"])'
    retry = (f'message["{tries}"] += 1\n            if message["{tries}"] < {most}:\n                await {queue}.put(message)\n'
             f"            else:\n                {dead}.append(message)")  # fmt: skip
    mark = f'seen.add(message["{ident}"])'
    return {
        **facts, "name": pick(rng, "consume|drain|work_off|process_queue|run_consumer|handle_messages|read_all|worker"),
        "body": body, "ident": ident, "again": again, "once": once, "counts": counts, "ends": ends, "tries": tries, "most": most,
        "start": f"{result} = {0 if counts else []}" + ("\n    seen = set()" if once else ""), "result": result,
        "loop": f"while (message := await {queue}.get()) is not None:" if ends
        else f"while not {queue}.empty():\n        message = await {queue}.get()",
        "next": f"message = await {queue}.get()\n        if message is None:\n            break" if ends
        else f"if {queue}.empty():\n            break\n        message = await {queue}.get()",
        "skip": f"if {repeat}:\n            continue\n        " if once else "",
        "do": (f"{run}\n            handled += 1" if counts else f"results.append({run})")
        + (f"\n            {mark}" if once else ""),
        "get": run if counts else f"result = {run}", "keep": "handled += 1" if counts else "results.append(result)",
        "rest": f"\n        {mark}" if once else "", "failed": retry if again else f"{dead}.append(message)",
        "end_words": "until None comes" if ends else f"until `{queue}` is empty",
        "fail_words": f"add 1 to the message's `{tries}` and put it back into `{queue}` if that is below {most}, else append it to `{dead}`"
        if again else f"append the message to the list `{dead}` and go on",
        "once_words": f" A message whose `{ident}` has been handled without error before is skipped." if once else "",
        "wanted": "the number of messages handled without error" if counts else f"the list of what `{facts['handle']}` returned",
    }  # fmt: skip


def check_consume(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect messages in the order of how often they fail, those that fail too often in the list of the dead."""
    cases: list[tuple[Any, Any]] = []
    for size in (0, 1, 4, 7, 9):
        limit = facts["most"] if facts["again"] else 1
        bodies = [f"{rng.choice(COLORS)} {number}" for number in range(size)]
        fails = {body: rng.randrange(limit + 1) if number else 0 for number, body in enumerate(bodies)}
        if size > 4:
            fails |= {bodies[1]: limit, bodies[2]: limit - 1, bodies[3]: limit}
        messages: list[dict[str, Any]] = [
            {facts["ident"]: f"m{number}", facts["body"]: body} for number, body in enumerate(bodies)
        ]
        if size > 4:
            messages[-1][facts["ident"]] = "m0"
            fails[bodies[-1]] = 0
            messages[4][facts["ident"]] = "m4" if facts["again"] else "m1"
        skipped = bodies[-1:] if size > 4 and facts["once"] else []
        asked = [body for turn in range(limit) for body in bodies if fails[body] >= turn and body not in skipped]
        good = [body for turn in range(limit) for body in bodies if fails[body] == turn and body not in skipped]
        if facts["again"]:
            messages = [message | {facts["tries"]: 0} for message in messages]
        worn = {facts["tries"]: limit} if facts["again"] else {}
        dead = [message | worn for message, body in zip(messages, bodies, strict=True) if fails[body] >= limit]
        call = {"entry": facts["name"], "order": facts["order"], "fails": fails,
                "messages": [*messages, None, messages[0]] if facts["ends"] and size else [
                    *messages, *[None] * facts["ends"]]}  # fmt: skip
        told = len(good) if facts["counts"] else [body.upper() for body in good]
        cases.append((call, {"result": told, "asked": asked, "dead": dead, "left": int(facts["ends"] and size > 0)}))
    return python_check(facts["name"], cases, harness=CONSUME_HARNESS)


CONSUME = Template(
    id="consume_queue",
    ask=(
        "Write an async Python function `«name»(«args»)` that takes dicts from the asyncio.Queue `«queue»` «end_words» "
        "and awaits `«handle»` with the `«body»` of each. If that raises an exception, «fail_words».«once_words» "
        "Return «wanted».",
        "Implement the consumer `async def «name»(«args»)` in Python. `«queue»` is an `asyncio.Queue` of dicts, read "
        "«end_words»; every message needs one `await «handle»(message[\"«body»\"])`, which may fail. On any exception, "
        "«fail_words».«once_words» The result is «wanted».",
        "I'd like to work off an asyncio queue in Python with the coroutine `«name»(«args»)`.Each message "
        "is a dict whose `«body»` goes to the coroutine function `«handle»`. Take them one by one «end_words». When "
        "`«handle»` raises an exception, «fail_words».«once_words» At the end return «wanted».",
        "Messages wait in `«queue»`, an asyncio.Queue. Our Python service calls `await «name»(«args»)`, which should "
        "return «wanted». It gets messages «end_words», each a dict, and awaits `«handle»` on the value under "
        "`«body»`. Errors of `«handle»` don't stop it: «fail_words».«once_words»",
    ),
    draw=draw_consume,
    shapes=(
        Shape(name="while_condition", code="""
            async def «name»(«args»):
                «start»
                «loop»
                    «skip»try:
                        «do»
                    except Exception:
                        «failed»
                return «result»
            """, mutants=(("        «do»", "        await «handle»(message)"),)),
        Shape(name="break", code="""
            async def «name»(«args»):
                «start»
                while True:
                    «next»
                    «skip»try:
                        «get»
                    except Exception:
                        «failed»
                        continue
                    «keep»«rest»
                return «result»
            """, mutants=(("            continue\n        «keep»", "        «keep»"),)),
    ),
    mutants=(("except Exception", "except ValueError"), ("«skip»try", "try"), ('["«tries»"] += 1', '["«tries»"] += 0 or 2'),
             ("< «most»", "<= «most»"), ("«dead».append(message)", "break"),
             ("«dead».append(message)", "«dead».insert(0, message)"),
             ("return «result»", "return len(«dead»)"), ('seen.add(message["«ident»"])', "pass")),
    verifier=check_consume,
)  # fmt: skip

CATEGORY = Category(name="fs_message_queue", family="caching_async", templates=(ROUTE, VISIBILITY, CONSUME))
