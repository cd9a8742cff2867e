"""The template of `fs_message_queue` about taking messages: one that isn't confirmed in time comes again."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import draw_arguments, pick
from burnish.generate.timelines import CLOCK, TIMELINE, write_timeline
from burnish.generate.wording import COLORS, draw_noun


def draw_visibility(rng: Random) -> dict[str, Any]:
    """Draw the methods of a queue, how long a message stays hidden and whether it can be given back."""
    given, closed, noun = rng.random() < 0.4, rng.random() < 0.5, draw_noun(rng)
    facts = draw_arguments(
        rng, clock="clock|now|time|timer", **{"pause": "timeout|seconds|lease|hidden_for"} if given else {}
    )
    send, take = pick(rng, "send|put|push|publish|add|enqueue"), pick(rng, "receive|take|reserve|claim|pull|poll")
    drop, back = (
        pick(rng, "ack|delete|confirm|complete|done|remove"),
        pick(rng, "||release|nack|give_back|reject|put_back"),
    )
    pause = facts["pause"] if given else str(rng.choice((5, 10, 20, 30, 45, 60, 90, 120, 300)))
    ident, limit = pick(rng, f"{noun.one}_id|message|ticket|item|ident|key"), f"self.{pause}" if given else pause
    kind = pick(rng, f"{noun.kind}|{noun.kind}|Work|Job|Lease|Message")

    def more(line: str) -> str:
        return f"\n\n    def {back}(self, {ident}):\n        {line}" if back else ""

    return {
        **facts, "name": f"{kind}{pick(rng, 'Queue|Queue|Inbox|Buffer|Broker')}", "send": send, "take": take, "drop": drop,
        "back": back, "closed": closed, "ident": ident, "limit": limit, "given": given, "many": noun.many,
        "pause_code": pause, "own": ", ".join(f"self.{facts[role]}" for role in facts["order"]),
        "sign": ">=" if closed else ">", "slip": ">" if closed else ">=",
        "more_taken": more(f"self.taken[{ident}] = None"), "more_free": more(f"self.free_at[{ident}] = 0"),
        "more_entry": more(f"for entry in self.entries:\n            if entry[0] == {ident}:\n                entry[1] = None"),
        "over": f"{'' if closed else 'more than '}{f'`{pause}`' if given else pause} seconds have passed",
        "methods": ", ".join(f"`{one}`" for one in (send, take, drop, back) if one),
        "back_words": f" `{back}({ident})` makes a taken one available again at once." if back else "",
    }  # fmt: skip


def check_visibility(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what looking back from each taking finds."""
    send, take, drop, back = (facts[name] for name in ("send", "take", "drop", "back"))
    cases: list[tuple[Any, Any]] = []
    for number, pause in enumerate(
        [9, 30, 14, rng.randrange(5, 60)] if facts["given"] else [int(facts["pause_code"])] * 4
    ):
        a, b, c, d = (f"{color}-{rng.randrange(900)}" for color in rng.sample(COLORS, 4))
        again: list[list[Any]] = [[0, back, a], [0, take], [0, back, c], [0, take]] if back else []
        plans: list[list[list[Any]]] = [
            [[0, take], [0, send, a], [1, send, b], [0, take], [1, take], [1, take], [pause - 3, take], [1, take], [1, take],
             [1, take], [pause + 1, take]],
            [[0, send, a], [0, take], [1, drop, a], [2 * pause, take], [0, send, b], [0, take], [pause, take], [1, take],
             [pause - 1, take], [2, take], [pause + 3, drop, b], [pause, take]],
            [*([0, send, one] for one in (a, b, c, d)), [0, take], [1, take], [1, take], [0, drop, b], *again, [0, take],
             [pause + 1, take], [0, drop, a], [0, take], [0, take], [0, take], [pause + 2, take]],
            [[0, send, d], [0, send, b], [3, take], [pause + 5, drop, d], [0, take], [1, send, a], [0, take], [0, take],
             *again[:2], [pause + 1, take], [0, take]],
        ]  # fmt: skip
        values = {"clock": CLOCK, "pause": pause}
        new = [values[role] for role in facts["order"]]
        call = write_timeline(facts, new=new, steps=plans[number], shown=[take])
        cases.append((call, look_back(facts, plans[number], pause)))
    return python_check(facts["name"], cases, harness=TIMELINE)


def look_back(facts: Facts, steps: list[list[Any]], pause: int) -> list[str | None]:
    """Return what each taking among `steps` gives: the first message sent whose last taking is long ago."""
    answers: list[str | None] = []
    history: list[tuple[str, int | None]] = []  # a message and when it was taken, or None when it was given back
    for number, (_, name, *arguments) in enumerate(steps):
        now, before = sum(step[0] for step in steps[: number + 1]), steps[:number]
        if name == facts["back"]:
            history.append((arguments[0], None))
        if name != facts["take"]:
            continue
        gone = [step[2] for step in before if step[1] == facts["drop"]]
        free = []
        for one in [step[2] for step in before if step[1] == facts["send"] and step[2] not in gone]:
            last = next((when for other, when in reversed(history) if other == one), None)
            if last is None or now - last > pause or (now - last == pause and facts["closed"]):
                free.append(one)
        answers.append(free[0] if free else None)
        history += [(free[0], now)] if free else []
    return answers


VISIBILITY = Template(
    id="visibility_timeout",
    ask=(
        "Write a Python class `«name»(«args»)`, a queue in memory; `«clock»()` returns seconds. `«send»(«ident»)` adds "
        "a message, a string unlike all others. `«take»()` returns the oldest message that is available, or None, and "
        "hides it: unless `«drop»(«ident»)` removes it, it can be taken again once «over».«back_words»",
        "Messages that a worker doesn't confirm have to come back. Implement `«name»` in Python with the constructor "
        "`«name»(«args»)` and the methods «methods». `«send»` stores a string (no two are equal); `«take»` returns the "
        "one stored first among those available, None without one, and makes it unavailable until «over», measured by "
        "`«clock»()`; `«drop»(«ident»)` deletes it.«back_words»",
        "For tests of our «many» service I need an in-memory queue in Python: `«name»(«args»)`, where calling "
        "`«clock»` gives the time in seconds. `«send»(«ident»)` puts in a unique string. The earliest one that nobody "
        "holds leaves by `«take»()`, which gives None if there is none. Its holder calls `«drop»(«ident»)` to delete "
        "it, or loses it when «over».«back_words»",
        "Please write a lease queue for ids of «many» in Python, a class constructed as `«name»(«args»)`. "
        "`«take»()`: the id that was added earliest and isn't leased, else None; it is then leased until «over» on "
        "`«clock»()`. `«send»(«ident»)`: adds an id, each only once. `«drop»(«ident»)`: deletes it.«back_words»",
    ),
    draw=draw_visibility,
    shapes=(
        Shape(name="taken_times", code="""
            class «name»:
                def __init__(self, «args»):
                    «own» = «args»
                    self.taken = {}

                def «send»(self, «ident»):
                    self.taken[«ident»] = None

                def «take»(self):
                    now = self.«clock»()
                    for «ident», since in self.taken.items():
                        if since is None or now - since «sign» «limit»:
                            self.taken[«ident»] = now
                            return «ident»
                    return None

                def «drop»(self, «ident»):
                    del self.taken[«ident»]«more_taken»
            """, mutants=(("«sign» «limit»", "«slip» «limit»"), (" or now - since «sign» «limit»", ""),
                          ("                self.taken[«ident»] = now\n", ""),
                          ("del self.taken[«ident»]", "self.taken[«ident»] = None"))),
        Shape(name="entries", code="""
            class «name»:
                def __init__(self, «args»):
                    «own» = «args»
                    self.entries = []

                def «send»(self, «ident»):
                    self.entries.append([«ident», None])

                def «take»(self):
                    now = self.«clock»()
                    for entry in self.entries:
                        if entry[1] is None or now «sign» entry[1]:
                            entry[1] = now + «limit»
                            return entry[0]
                    return None

                def «drop»(self, «ident»):
                    self.entries = [entry for entry in self.entries if entry[0] != «ident»]«more_entry»
            """, mutants=(("now «sign» entry[1]", "now «slip» entry[1]"), (" or now «sign» entry[1]", ""),
                          ("append([«ident», None])", "insert(0, [«ident», None])"),
                          ("entry[0] != «ident»", "entry[0] > «ident»"))),
        Shape(name="free_from", code="""
            class «name»:
                def __init__(self, «args»):
                    «own» = «args»
                    self.free_at = {}

                def «send»(self, «ident»):
                    self.free_at[«ident»] = 0

                def «take»(self):
                    now = self.«clock»()
                    free = [«ident» for «ident», start in self.free_at.items() if now «sign» start]
                    if not free:
                        return None
                    self.free_at[free[0]] = now + «limit»
                    return free[0]

                def «drop»(self, «ident»):
                    self.free_at.pop(«ident»)«more_free»
            """, mutants=(("now «sign» start", "now «slip» start"), ("free[0]", "free[-1]"),
                          ("= now + «limit»", "= now"), ("        if not free:\n            return None\n", ""))),
    ),
    mutants=(("«more_taken»", ""), ("«more_entry»", ""), ("«more_free»", ""), ("return None", "return []")),
    verifier=check_visibility,
)  # fmt: skip
