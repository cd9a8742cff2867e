"""Category `fs_websocket_broadcast`: to whom a message goes, clients that are gone, rooms that clients enter and leave."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import draw_arguments, pick
from burnish.generate.websocket_rooms import ROOMS
from burnish.generate.wording import COLORS, FIRST_NAMES, STATUSES, a, draw_noun

# Stands in for connections: each keeps what it was sent; broken ones raise, slow ones wait for all others to begin.
CLIENTS = """
import asyncio

class Client:
    def __init__(self, name, fields, send):
        self.name, self.got, self.closed, self.broken, self.wait = name, [], 0, False, None
        self.__dict__.update(fields)
        setattr(self, send, self.keep)

    async def keep(self, message):
        await asyncio.sleep(0)
        if self.wait:
            await self.wait()
        if self.broken:
            raise ConnectionResetError(self.name)
        self.got.append(message)

    async def close(self):
        self.closed += 1
"""
SELECT_HARNESS = f"""{CLIENTS}
def drive(ns, call):
    clients = [Client(name, fields, call["send"]) for name, fields in call["clients"]]
    value = clients[call["value"]] if call["by_place"] else call["value"]
    given = {{"message": call["message"], "clients": clients, "value": value}}
    returned = asyncio.run(ns[call["entry"]](*[given[role] for role in call["order"]]))
    return {{"got": [client.got for client in clients], "returned": returned}}
"""
SENDS = "send|send_text|send_str|write|push|send_message"


def draw_select(rng: Random) -> dict[str, Any]:
    """Draw which clients get a message, how it is sent and what is returned."""
    way, noun = pick(rng, "sender|field|member|flag|above"), draw_noun(rng)
    field = {"sender": "", "field": pick(rng, "room|channel|topic|group|team_id|board"),
             "member": pick(rng, "topics|rooms|channels|tags"),
             "flag": pick(rng, "muted|paused|blocked|away|idle"), "above": pick(rng, "level|rank|tier|clearance")}[way]  # fmt: skip
    value = {"sender": "sender|author|source|origin", "field": f"{field}|wanted|target", "member": "topic|wanted|label|name",
             "flag": "", "above": "least|minimum|needed|floor"}[way]  # fmt: skip
    roles = {
        "message": "message|text|payload|note|update",
        "clients": "clients|sockets|connections|members|listeners|peers",
    }
    facts = draw_arguments(rng, **roles, **({"value": value} if value else {}))
    send, counts, given = pick(rng, SENDS), rng.random() < 0.4, facts.get("value", "")
    one = {"clients": "client", "sockets": "socket", "connections": "connection", "members": "member", "listeners": "listener",
           "peers": "peer"}[facts["clients"]]  # fmt: skip
    test, slip, words = {
        "sender": (f"{one} is not {given}", f"{one} is {given}", f"all except `{given}` (one of them)"),
        "field": (
            f"{one}.{field} == {given}",
            f"{one}.{field} != {given}",
            f"those whose attribute `{field}` equals `{given}`",
        ),
        "member": (
            f"{given} in {one}.{field}",
            f"{given} not in {one}.{field}",
            f"those with `{given}` in their list `{field}`",
        ),
        "flag": (f"not {one}.{field}", f"{one}.{field}", f"those whose attribute `{field}` is false"),
        "above": (
            f"{one}.{field} >= {given}",
            f"{one}.{field} > {given}",
            f"those whose `{field}` is at least `{given}`",
        ),
    }[way]
    return {
        **facts,
        "name": pick(rng,
                     f"broadcast|send_all|notify_{facts['clients']}|publish|fan_out|announce|tell_others|send_{noun.one}"),
        "way": way, "field": field, "send": send, "one": one, "counts": counts, "test": test, "slip": slip, "words": words,
        "noun": noun.one, "event": a(noun.one), "call": f"{one}.{send}({facts['message']})",
        "start": "sent = 0\n    " if counts else "", "count": "\n            sent += 1" if counts else "",
        "flat_count": "\n        sent += 1" if counts else "", "end": "\n    return sent" if counts else "",
        "size": "\n    return len(chosen)" if counts else "",
        "return_words": " It returns how many got it." if counts else "",
    }  # fmt: skip


def check_select(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the message with those clients that were dealt it."""
    way, field, cases = facts["way"], facts["field"], []
    for size in (0, 1, 3, 5, 6):
        names, chosen = rng.sample(FIRST_NAMES, size), [(number % 2 == 0) != (size == 5) for number in range(size)]
        message, label, least = f"{rng.choice(COLORS)} {rng.randrange(900)}", rng.choice(STATUSES), rng.randrange(3, 7)
        value: Any = {"field": label, "member": label, "above": least, "flag": None}.get(way, 0)
        if way == "sender":
            value = rng.randrange(size) if size else label
            chosen = [number != value for number in range(size)]
        fields: list[dict[str, Any]] = []
        for number, yes in enumerate(chosen):
            near = least + number % 3 if yes else least - 1 - number % 2
            options: dict[str, dict[str, Any]] = {"sender": {}, "field": {field: label if yes else f"{label}s"},
                                                  "flag": {field: not yes},
                       "member": {field: ["a", label] if yes else ["b", f"{label}s"]}, "above": {field: near}}  # fmt: skip
            fields.append(options[way])
        call = {"entry": facts["name"], "order": facts["order"], "send": facts["send"], "message": message,
                "value": value, "by_place": way == "sender" and size > 0, "clients": list(zip(names, fields, strict=True))}  # fmt: skip
        got = [[message] if yes else [] for yes in chosen]
        cases.append((call, {"got": got, "returned": sum(chosen) if facts["counts"] else None}))
    return python_check(facts["name"], cases, harness=SELECT_HARNESS)


SELECT = Template(
    id="chosen_clients",
    ask=(
        "Write an async Python function `«name»(«args»)` that sends `«message»` to some of the websocket connections "
        "in the list `«clients»`, namely «words». Send with `await «call»`.«return_words»",
        "Our «noun» page has live updates. I need the coroutine `«name»(«args»)` in Python: of the objects in "
        "`«clients»`, «words» must get `«message»`. Their coroutine method for it is `«send»`.«return_words»",
        "Please implement `async def «name»(«args»)` in Python, a broadcast over websockets. `«clients»` is a list; "
        "send to «words», each once, by awaiting `«send»(«message»)` on it.«return_words»",
        "«event» event comes in as `«message»`. Of the websocket connections in the list `«clients»`, «words» have to "
        "get it. Write `«name»(«args»)` in Python, a coroutine function that awaits `«send»` of these.«return_words»",
    ),
    draw=draw_select,
    shapes=(
        Shape(name="loop", code="""
            async def «name»(«args»):
                «start»for «one» in «clients»:
                    if «test»:
                        await «call»«count»«end»
            """, mutants=(("            await «call»", "            «call»"), ("if «test»", "if «one»"))),
        Shape(name="gather", code="""
            import asyncio


            async def «name»(«args»):
                chosen = [«one» for «one» in «clients» if «test»]
                await asyncio.gather(*(«call» for «one» in chosen))«size»
            """, mutants=(("in chosen", "in chosen[1:]"), ("in chosen", "in «clients»"))),
        Shape(name="continue", code="""
            async def «name»(«args»):
                «start»for «one» in «clients»:
                    if not («test»):
                        continue
                    await «call»«flat_count»«end»
            """, mutants=(("continue", "break"), ("continue", "pass"))),
    ),
    mutants=(("«test»", "«slip»"), ("«call»", "«one».«send»(«one»)"), ("return sent", "return len(«clients»)"),
             ("return len(chosen)", "return chosen")),
    verifier=check_select,
)  # fmt: skip

DROP_HARNESS = f"""{CLIENTS}
def drive(ns, call):
    begun = 0
    late = []

    async def wait():
        nonlocal begun
        begun += 1
        for _ in range(50):
            if begun == len(clients):
                return
            await asyncio.sleep(0)
        late.append(begun)

    clients = [Client(name, {{}}, call["send"]) for name in call["names"]]
    for client in clients:
        client.wait, client.broken = wait, client.name in call["broken"]
    pool = set(clients) if call["set"] else list(clients)
    given = {{"message": call["message"], "clients": pool}}
    returned = asyncio.run(ns[call["entry"]](*[given[role] for role in call["order"]]))
    if isinstance(returned, (list, set, tuple)):
        returned = sorted(client.name for client in returned)
    return {{"got": [client.got for client in clients], "closed": [client.closed for client in clients], "late": late,
            "left": sorted(client.name for client in pool), "returned": returned}}
"""


def draw_drop(rng: Random) -> dict[str, Any]:
    """Draw how the connections are kept, what happens to broken ones, and what is returned."""
    facts = draw_arguments(rng, message="message|text|payload|note|update|data",
                           clients="clients|sockets|connections|members|listeners|peers|active")  # fmt: skip
    clients, send, a_set, closes = facts["clients"], pick(rng, SENDS), rng.random() < 0.5, rng.random() < 0.4
    tells, one = pick(rng, "none|count|failed|failed"), pick(rng, "client|socket|peer|ws")
    remove = f"{clients}.{'discard' if a_set else 'remove'}({one})"
    result = {"none": "", "count": f"\n    return len({clients})", "failed": "\n    return failed"}[tells]
    close = f"await {one}.close()"
    return {
        **facts, "name": pick(rng, "broadcast|send_all|publish|fan_out|notify_all|push_update|announce|deliver_to_all"),
        "send": send, "one": one, "a_set": a_set, "closes": closes, "tells": tells, "kind": "set" if a_set else "list",
        "call": f"{one}.{send}({facts['message']})", "remove": remove, "noun": draw_noun(rng).one, "close": close,
        "lines": remove + (f"\n        {close}" if closes else ""), "result": result,
        "lines_in": remove + (f"\n            {close}" if closes else "") + (f"\n            failed.append({one})" if tells == "failed" else ""),
        "start": "failed = []\n\n    " if tells == "failed" else "",
        "drop_words": f"is removed from `{clients}`" + (f" and closed with `await {one}.close()`" if closes else ""),
        "tell_words": {"none": "", "count": " Return how many connections remain.",
                       "failed": " Return a list of the removed ones."}[tells],
    }  # fmt: skip


def check_drop(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the message with the whole connections, and the others gone."""
    cases: list[tuple[Any, Any]] = []
    for size, bad in ((0, 0), (1, 0), (2, 2), (4, 1), (5, 2), (7, 3)):
        names, message = rng.sample(FIRST_NAMES, size), f"{rng.choice(COLORS)} {rng.randrange(900)}"
        broken = names[:bad] if size < 5 else rng.sample(names, bad)
        left = sorted(name for name in names if name not in broken)
        call = {"entry": facts["name"], "order": facts["order"], "names": names, "broken": broken, "message": message,
                "send": facts["send"], "set": facts["a_set"]}  # fmt: skip
        told = {"none": None, "count": size - bad, "failed": sorted(broken)}[facts["tells"]]
        cases.append((call, {
            "got": [[] if name in broken else [message] for name in names], "late": [], "left": left, "returned": told,
            "closed": [int(name in broken and facts["closes"]) for name in names],
        }))  # fmt: skip
    return python_check(facts["name"], cases, harness=DROP_HARNESS)


DROP = Template(
    id="drop_broken",
    ask=(
        "Write an async Python function `«name»(«args»)` that sends `«message»` to every websocket in the «kind» "
        "`«clients»` by `await «call»`, to all at the same time. One whose send raises an exception «drop_words»; the "
        "others still get the message.«tell_words»",
        "Slow or broken connections mustn't hold up the rest. Implement the coroutine `«name»(«args»)` in Python: the "
        "connections in the «kind» `«clients»` have a coroutine method `«send»`, which is to be called with "
        "`«message»` on all of them concurrently. A connection `«one»` that raises «drop_words».«tell_words»",
        "Some clients of our «noun» feed disconnect without a word. I'd like `async def «name»(«args»)` in Python, "
        "which awaits `«call»` for each member `«one»` of the «kind» `«clients»`, in parallel instead of one by one. If "
        "this raises any exception, `«one»` «drop_words».«tell_words»",
        "Please write a broadcast with asyncio, `«name»(«args»)` in Python. `«clients»`, a «kind», holds the open "
        "connections of the «noun» page; start `«send»(«message»)` on all before waiting for any. Afterwards a "
        "connection `«one»` whose send failed, for whatever reason, «drop_words».«tell_words»",
        "Send `«message»` to the whole «noun» room, in Python with asyncio: `async def «name»(«args»)`. `«clients»` is a «kind» of "
        "connections; `await «call»` reaches one of them, and no send waits for another. Whatever exception it raises, `«one»` "
        "then «drop_words».«tell_words»",
    ),
    draw=draw_drop,
    shapes=(
        Shape(name="gather", code="""
            import asyncio


            async def «name»(«args»):
                everyone = list(«clients»)
                results = await asyncio.gather(*(«call» for «one» in everyone), return_exceptions=True)
                failed = [«one» for «one», result in zip(everyone, results) if isinstance(result, Exception)]
                for «one» in failed:
                    «lines»«result»
            """, mutants=((", return_exceptions=True", ""), ("if isinstance", "if not isinstance"),
                          ("results = await asyncio.gather(*(«call» for «one» in everyone), return_exceptions=True)",
                           "results = [await «call» for «one» in everyone]"),
                          ("in failed:", "in everyone:"))),
        Shape(name="helper", code="""
            import asyncio


            async def «name»(«args»):
                «start»async def deliver(«one»):
                    try:
                        await «call»
                    except Exception:
                        «lines_in»

                await asyncio.gather(*[deliver(«one») for «one» in «clients»])«result»
            """, mutants=(("except Exception", "except ValueError"), ("            «remove»\n", "            pass\n"),
                          ("await asyncio.gather(*[deliver(«one») for «one» in «clients»])",
                           "for «one» in list(«clients»):\n        await deliver(«one»)"))),
        Shape(name="tasks", code="""
            import asyncio


            async def «name»(«args»):
                tasks = {«one»: asyncio.create_task(«call») for «one» in «clients»}
                await asyncio.gather(*tasks.values(), return_exceptions=True)
                failed = [«one» for «one», task in tasks.items() if task.exception()]
                for «one» in failed:
                    «lines»«result»
            """, mutants=((", return_exceptions=True", ""), ("if task.exception()", "if task.done()"),
                          ("    await asyncio.gather(*tasks.values(), return_exceptions=True)\n", ""))),
    ),
    mutants=(("        «close»\n", "        pass\n"), ("«remove»", "«clients».clear()"), ("return failed", "return «clients»"),
             ("return len(«clients»)", "return len(«clients») + 1")),
    verifier=check_drop,
)  # fmt: skip

CATEGORY = Category(name="fs_websocket_broadcast", family="caching_async", templates=(SELECT, DROP, ROOMS))
