"""The template of `fs_structured_log` about context: a logger that is given fields once and puts them into each entry."""

from itertools import product
from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import in_words, pick
from burnish.generate.wording import CITIES, COLORS, NUMBER_FIELDS, TEXT_FIELDS, a, draw_noun

FIELDS = [field for field in (*TEXT_FIELDS, *NUMBER_FIELDS) if field != "level"]
LEVELS = ("debug", "info", "warning", "error")
# A step is [place of a logger, method, arguments, keyword arguments]; each logger that a method returns gets a place.
HARNESS = """
import json

def drive(ns, call):
    written = []
    loggers = [ns[call["class"]](written.append, **call["context"])]
    for place, method, args, fields in call["steps"]:
        made = getattr(loggers[place], method)(*args, **fields)
        if made is not None:
            loggers.append(made)
    return [json.loads(entry) for entry in written] if call["text"] else written
"""


def draw_context(rng: Random) -> dict[str, Any]:
    """Draw the methods of a logger, which entries it leaves out and in which form it writes."""
    write, level = pick(rng, "write|emit|sink|out|output"), pick(rng, "level|severity")
    event, log = pick(rng, "event|message|msg|text"), pick(rng, "log|record|entry|report|put")
    text, filters, noun = rng.random() < 0.5, pick(rng, "none|only|not"), draw_noun(rng)
    pair = rng.sample(LEVELS, 2)
    filtered = [one for one in LEVELS if one in pair] if filters == "only" else [pick(rng, "debug|debug|info")]
    without, bind = (
        pick(rng, "||unbind|without|forget|drop"),
        pick(rng, "bind|child|with_context|extend|having|add_context"),
    )
    guard = {"none": "", "only": f"if {level} in {tuple(filtered)!r}:\n            ",
             "not": f'if {level} != "{"".join(filtered)}":\n            '}[filters].replace("'", '"')  # fmt: skip
    record = f'{{"{level}": {level}, "{event}": {event}, **self.context, **fields}}'

    def show(code: str) -> str:
        return f"json.dumps({code})" if text else code

    name = f"{pick(rng, noun.kind + '|Json|Event|Context|Service|App')}{pick(rng, 'Logger|Logger|Log|Journal')}"
    kept = "{key: value for key, value in self.context.items() if key not in keys}"

    def more(lines: str) -> str:
        return f"\n\n    def {without}(self, *keys):\n        kept = {kept}\n        {lines}" if without else ""

    return {
        "name": name, "write": write, "level": level, "event": event, "text": text, "filtered": filtered, "filters": filters,
        "without": without, "bind": bind, "log": log, "guard": guard, "noun": a(noun.one),
        "imports": "import json\n\n\n" if text else "", "more_imports": "import json\n" if text else "", "record": show(record),
        "weak_record": show(f'{{"{level}": {level}, "{event}": {event}, **fields, **self.context}}'),
        "bare_record": show(f'{{"{level}": {level}, "{event}": {event}, **fields}}'),
        "drop_new": more(f"return {name}(self.{write}, **kept)"),
        "drop_copy": more("bound = copy.copy(self)\n        bound.context = kept\n        return bound"),
        "form": "a line of JSON" if text else "a dict",
        "filter_words": {"none": "", "only": f" Only the levels {in_words(filtered)} are written.",
                         "not": f" Entries of the level {in_words(filtered)} aren't written."}[filters],
        "drop_words": f" `{without}(*keys)` returns a new logger without the context of these names." if without else "",
    }  # fmt: skip


def check_context(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect each entry to have what was bound on the way from the first logger to its own."""
    cases: list[tuple[Any, Any]] = []
    for size in (0, 1, 2, 2):
        names = rng.sample(FIELDS, 5)
        start: dict[str, Any] = dict(zip(names[:size], rng.sample(CITIES, size), strict=True))
        bound = [start]
        steps: list[list[Any]] = []
        written = []
        for number in range(12):
            place = rng.randrange(len(bound))
            if number in (1, 3, 6):
                place = {1: 0, 3: 1}.get(number, place)
                more = {name: f"{rng.choice(COLORS)} {number}" for name in (names[0], rng.choice(names[1:4]))}
                steps.append([place, facts["bind"], [], more])
                bound.append(bound[place] | more)
            elif number in (4, 8) and facts["without"]:
                gone = rng.sample(sorted(bound[-1]), min(2, len(bound[-1])))
                steps.append([len(bound) - 1, facts["without"], gone, {}])
                bound.append({name: value for name, value in bound[-1].items() if name not in gone})
            else:
                level, event = (
                    LEVELS[number % 4] if number < 9 else rng.choice(LEVELS),
                    f"{rng.choice(CITIES)} {number}",
                )
                fields = {name: rng.randrange(90) for name in rng.sample([*names[:2], names[4]], number % 3)}
                steps.append([place, facts["log"], [level, event], fields])
                if facts["filters"] == "none" or (level in facts["filtered"]) == (facts["filters"] == "only"):
                    written.append({facts["level"]: level, facts["event"]: event} | bound[place] | fields)
        for place, level in product((0, 1, 2, 3), LEVELS):
            steps.append([place, facts["log"], [level, "end"], {}])
            if facts["filters"] == "none" or (level in facts["filtered"]) == (facts["filters"] == "only"):
                written.append({facts["level"]: level, facts["event"]: "end"} | bound[place])
        call = {"class": facts["name"], "context": start, "steps": steps, "text": facts["text"]}
        cases.append((call, written))
    return python_check(facts["name"], cases, harness=HARNESS)


CONTEXT = Template(
    id="bound_context",
    ask=(
        "Write a Python class `«name»(«write», **context)`, a logger. `«log»(«level», «event», **fields)` calls `«write»` "
        "with «form» that has `«level»`, `«event»`, the context and the fields; a field wins over context of the same "
        "name.«filter_words» `«bind»(**more)` returns a new logger with more context and leaves the old one as it "
        "is.«drop_words»",
        "Every log entry of «noun» should carry the same fields. Implement `«name»` in Python: the constructor takes a "
        "function `«write»` and any context as keyword arguments; `«bind»(**more)` gives another logger whose context "
        "has `more` added or replaced, without changing this one.«drop_words» `«log»(«level», «event», **fields)` passes "
        "«form» to `«write»`: `«level»`, `«event»`, then the context, then the fields, where later ones "
        "win.«filter_words»",
        "I need a small structured logger in Python, class `«name»`, made by `«name»(«write», **context)`. Calling "
        "`«log»(«level», «event», **fields)` merges `«level»` and `«event»` (under these names), the context and `fields`, "
        "which replace context of the same name, and hands the result to `«write»` as "
        "«form».«filter_words» Loggers don't change: `«bind»(**more)` returns one with additional context.«drop_words»",
        "Please write the class `«name»` in Python for logging with context. Methods: `«bind»(**more)` and "
        "`«log»(«level», «event», **fields)`. The "
        "first returns a new logger, its context extended by `more`.«drop_words» The second makes «form» of `«level»`, "
        "`«event»`, the context and `fields` (these beat the context) and calls `«write»` with it.«filter_words» The "
        "constructor is `«name»(«write», **context)`.",
    ),
    draw=draw_context,
    shapes=(
        Shape(name="new_logger", code="""
            «imports»class «name»:
                def __init__(self, «write», **context):
                    self.«write», self.context = «write», context

                def «bind»(self, **more):
                    return «name»(self.«write», **{**self.context, **more})

                def «log»(self, «level», «event», **fields):
                    «guard»self.«write»(«record»)«drop_new»
            """, mutants=(("**{**self.context, **more}", "**more"),
                          ("**{**self.context, **more}", "**{**more, **self.context}"),
                          ("        return «name»(self.«write», **{",
                           "        self.context.update(more)\n        return «name»(self.«write», **{"))),
        Shape(name="copy", code="""
            import copy
            «more_imports»

            class «name»:
                def __init__(self, «write», **context):
                    self.«write» = «write»
                    self.context = context

                def «bind»(self, **more):
                    bound = copy.copy(self)
                    bound.context = self.context | more
                    return bound

                def «log»(self, «level», «event», **fields):
                    «guard»self.«write»(«record»)«drop_copy»
            """, mutants=(("copy.copy(self)\n        bound.context = self", "self\n        bound.context = self"),
                          ("self.context | more", "more"),
                          ("bound.context = self.context | more", "bound.context.update(more)"))),
    ),
    mutants=(("«record»", "«weak_record»"), ("«record»", "«bare_record»"), ("    «guard»self", "    self"),
             ("not in keys", "in keys"),
             ('"«event»": «event»', '"«event»": «level»'), ("json.dumps(", "str(")),
    verifier=check_context,
)  # fmt: skip
