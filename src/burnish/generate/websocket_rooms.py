"""The template of `fs_websocket_broadcast` about rooms: who is in which, and who gets what is said there."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.wording import CITIES, FIRST_NAMES, draw_noun

HARNESS = """
import asyncio

class Client:
    def __init__(self, name):
        self.name, self.got = name, []

    async def keep(self, message):
        await asyncio.sleep(0)
        self.got.append(message)

def drive(ns, call):
    clients = {name: Client(name) for name in call["names"]}
    for client in clients.values():
        setattr(client, call["send"], client.keep)
    hub, returned = ns[call["class"]](), []
    for method, *arguments in call["steps"]:
        value = getattr(hub, method)(*[clients.get(argument, argument) for argument in arguments])
        if asyncio.iscoroutine(value):
            value = asyncio.run(asyncio.wait_for(value, 60))
        returned.append(value)
    return {"got": {name: client.got for name, client in clients.items()}, "returned": returned}
"""


def draw_rooms(rng: Random) -> dict[str, Any]:
    """Draw the methods of a hub, whether clients are in one room only, and what a broadcast skips or returns."""
    noun = draw_noun(rng)
    facts = draw_arguments(
        rng, client="client|socket|peer|member|connection", room=f"room|channel|topic|group|{noun.one}_id"
    )
    client, room, send = facts["client"], facts["room"], pick(rng, "send|send_text|send_str|push|write")
    single, skips, counts = rng.random() < 0.5, rng.random() < 0.4, rng.random() < 0.45
    text, sender = pick(rng, "text|message|payload|note"), pick(rng, "sender|author|source")
    others = f" if {client} is not {sender}" if skips else ""
    leave = pick(rng, "leave|disconnect|remove|drop")
    return {
        **facts, "name": pick(rng, f"Hub|Rooms|RoomHub|{noun.kind}Hub|{noun.kind}Rooms|Channels|Lobby|Switchboard"),
        "join": pick(rng, "join|enter|subscribe|add|connect"), "leave": leave,
        "publish": pick(rng, "broadcast|publish|say|emit|notify"),
        "send": send, "single": single, "skips": skips, "counts": counts, "text": text, "sender": sender, "many": noun.many,
        "move": f"self.{leave}({client})\n        " if single else "", "call": f"{client}.{send}({text})",
        "signature": f"{room}, {text}" + (f", {sender}" if skips else ""), "others": others,
        "and_other": f" and {client} is not {sender}" if skips else "",
        "end": "\n        return len(found)" if counts else "",
        "keep": f"self.room_of[{client}] = {room}" if single else f"self.room_of.setdefault({client}, set()).add({room})",
        "here": f"own == {room}" if single else f"{room} in own",
        "one_words": f"a {client} is in one `{room}` at most, and entering another means leaving the first" if single
        else f"a {client} may be in several at once",
        "found": f"[{client} for {client} in self.rooms.get({room}, ()){others}]" if skips
        else f"list(self.rooms.get({room}, ()))",
        "skip_words": f" except `{sender}`" if skips else "", "none_words": f" An unknown `{room}` is empty.",
        "count_words": ", and returns how many that are" if counts else "",
    }  # fmt: skip


def check_rooms(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect messages with those whose last relevant step was to enter the room."""
    cases: list[tuple[Any, Any]] = []
    for size in (1, 2, 3, 4, 4):
        names, rooms = rng.sample(FIRST_NAMES, size), rng.sample(CITIES, 3)
        steps = [("say", names[0], rooms[2], "nobody"), *(("join", name, rooms[0], "") for name in names)]
        for number in range(16):
            name, room = rng.choice(names), rng.choice(rooms[:2])
            kind = "say" if number in (5, 11, 15) else rng.choice(("join", "join", "say", "say", "leave"))
            if kind == "leave" and not any(is_inside(facts, steps, name, one) for one in rooms):
                kind = "join"
            steps.append((kind, name, room, f"{room} {number}"))
        got: dict[str, list[str]] = {name: [] for name in names}
        returned: list[int | None] = []
        calls: list[list[str]] = []
        for number, (kind, name, room, text) in enumerate(steps):
            told = None
            if kind == "say":
                hearers = [one for one in names if is_inside(facts, steps[:number], one, room)]
                hearers = [one for one in hearers if one != name or not facts["skips"]]
                for one in hearers:
                    got[one].append(text)
                told = len(hearers) if facts["counts"] else None
            values = {"join": arrange(facts, client=name, room=room), "leave": [name],
                      "say": [room, text, *([name] if facts["skips"] else [])]}[kind]  # fmt: skip
            calls.append([facts[{"say": "publish"}.get(kind, kind)], *values])
            returned.append(told)
        call = {"class": facts["name"], "names": names, "send": facts["send"], "steps": calls}
        cases.append((call, {"got": got, "returned": returned}))
    return python_check(facts["name"], cases, harness=HARNESS)


def is_inside(facts: Facts, steps: list[tuple[str, str, str, str]], name: str, room: str) -> bool:
    """Tell whether `name` is in `room` after `steps`: the last step that bears on it decides."""
    for kind, who, where, _ in reversed(steps):
        if who == name and kind == "leave":
            return False
        if who == name and kind == "join" and (where == room or facts["single"]):
            return where == room
    return False


ROOMS = Template(
    id="rooms",
    ask=(
        "Write a Python class `«name»()` for websockets. `«join»(«args»)` puts a «client» into a `«room»`; «one_words». "
        "`«leave»(«client»)` takes it out of every `«room»`. The coroutine `«publish»(«signature»)` awaits `«send»(«text»)` "
        "on each «client» in `«room»`«skip_words»«count_words».«none_words»",
        "Our «many» page groups its websocket connections by `«room»`. Implement `«name»` in Python, without "
        "constructor arguments: `«join»(«args»)` and `«leave»(«client»)`, where «one_words» and leaving means all, and "
        "`async def «publish»(«signature»)`, which awaits `«call»` for everyone in `«room»`«skip_words»"
        "«count_words».«none_words»",
        "I need a small hub in Python, class `«name»`. Clients enter by `«join»(«args»)` («one_words») and go by "
        "`«leave»(«client»)`, which forgets them altogether. Awaiting `«publish»(«signature»)` calls the coroutine "
        "method `«send»` with `«text»` on the clients of that `«room»`«skip_words»«count_words».«none_words»",
        "Please write the class `«name»` in Python, which remembers which websocket is where. Methods: "
        "`«join»(«args»)`, `«leave»(«client»)` (from everywhere) and the coroutine "
        "`«publish»(«signature»)`. «one_words». The last one awaits `«call»` for every client in "
        "`«room»`«skip_words»«count_words».«none_words»",
    ),
    draw=draw_rooms,
    shapes=(
        Shape(name="sets", code="""
            class «name»:
                def __init__(self):
                    self.rooms = {}

                def «join»(self, «args»):
                    «move»self.rooms.setdefault(«room», set()).add(«client»)

                def «leave»(self, «client»):
                    for members in self.rooms.values():
                        members.discard(«client»)

                async def «publish»(self, «signature»):
                    found = «found»
                    for «client» in found:
                        await «call»«end»
            """, mutants=(("self.rooms.get(«room», ())", "self.rooms[«room»]"),
                          ("members.discard(«client»)", "members.clear()"),
                          ("await «call»", "«call»"),
                          ("self.rooms.setdefault(«room», set()).add(«client»)", "self.rooms[«room»] = {«client»}"))),
        Shape(name="pairs", code="""
            class «name»:
                def __init__(self):
                    self.pairs = set()

                def «join»(self, «args»):
                    «move»self.pairs.add((«client», «room»))

                def «leave»(self, «client»):
                    self.pairs = {pair for pair in self.pairs if pair[0] is not «client»}

                async def «publish»(self, «signature»):
                    found = [«client» for «client», place in self.pairs if place == «room»«and_other»]
                    for «client» in found:
                        await «call»«end»
            """, mutants=(("is not «client»}", "is «client»}"), ("if place == «room»«and_other»", "if True«and_other»"),
                          ("self.pairs = {pair for pair in self.pairs if pair[0] is not «client»}", "self.pairs.clear()"))),
        Shape(name="by_client", code="""
            import asyncio


            class «name»:
                def __init__(self):
                    self.room_of = {}

                def «join»(self, «args»):
                    «keep»

                def «leave»(self, «client»):
                    self.room_of.pop(«client», None)

                async def «publish»(self, «signature»):
                    found = [«client» for «client», own in self.room_of.items() if «here»«and_other»]
                    await asyncio.gather(*(«call» for «client» in found))«end»
            """, mutants=(("self.room_of.pop(«client», None)", "self.room_of.clear()"),
                          ("if «here»«and_other»", "if own«and_other»"),
                          ("in found))", "in self.room_of))"))),
    ),
    mutants=(("«move»", ""), ("«others»]", "]"), ("«and_other»]", "]"), ("return len(found)", "return found")),
    verifier=check_rooms,
)  # fmt: skip
