"""Category `fs_structured_log`: one line of JSON, a formatter for the logging module, a logger that carries context."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import draw_arguments, in_words, pick
from burnish.generate.log_contexts import CONTEXT, FIELDS
from burnish.generate.wording import CITIES, COLORS, draw_noun

SERVICES = "billing|search|mail|auth|orders|stock|web|worker|reports|media|gateway|chat"
# A text "@2026-01-31" is given as a date.
LINE_HARNESS = """
import json
from datetime import date

def drive(ns, call):
    fields = {key: date.fromisoformat(value[1:]) if str(value)[:1] == "@" else value for key, value in call["fields"]}
    more = {"args": [], "kwargs": fields} if call["keywords"] else {"args": [fields], "kwargs": {}}
    line = ns[call["entry"]](*call["args"], *more["args"], **more["kwargs"])
    record = json.loads(line)
    return {"lines": line.count("\\n") + 1, "record": list(record.items()) if call["sorted"] else record}
"""


def draw_line(rng: Random) -> dict[str, Any]:
    """Draw the keys of a log line and what is asked beyond putting them together."""
    facts = draw_arguments(rng, level="level|severity|lvl|kind", event="event|message|msg|text")
    fields, keywords = pick(rng, "fields|data|extra|context|details"), rng.random() < 0.5
    options = rng.sample(("service", "upper", "none", "dates", "sorted"), rng.choice((1, 2, 2, 3)))
    level, service = facts["level"], pick(rng, SERVICES)
    level_key, event_key = pick(rng, "level|severity|lvl|log_level"), pick(rng, "event|message|msg|text")
    service_key, has = (
        pick(rng, "service|app|component|source"),
        {one: one in options for one in ("service", "upper", "none", "dates", "sorted")},
    )
    case = pick(rng, "upper|lower")
    level_code = f"{level}.{case}()" if has["upper"] else level
    settings = (", default=str" if has["dates"] else "") + (", sort_keys=True" if has["sorted"] else "")
    rest = f"{{key: value for key, value in {fields}.items() if value is not None}}" if has["none"] else fields
    return {
        **facts, "name": pick(rng, "log_line|to_log|format_log|json_line|log_record|render_log|make_entry|write_entry"),
        "fields": fields, "keywords": keywords, "signature": f"{facts['args']}, {'**' if keywords else ''}{fields}",
        "options": options,
        "level_key": level_key, "event_key": event_key, "service_key": service_key, "service": service, "case": case,
        "level_code": level_code, "settings": settings, "rest": rest, "noun": draw_noun(rng).one,
        "pair": f', "{service_key}": "{service}"' if has["service"] else "",
        "guard": "if value is not None:\n            " if has["none"] else "",
        "other_case": "lower" if case == "upper" else "upper",
        "level_words": f"`{level}` in {'capitals' if case == 'upper' else 'small letters'}" if has["upper"] else f"`{level}`",
        "service_words": f', "{service}" under `"{service_key}"`' if has["service"] else "",
        "also": f' Also put "{service}" under `"{service_key}"`.' if has["service"] else "",
        "fields_words": "all further keyword arguments" if keywords else f"the entries of the dict `{fields}`",
        "extra": (f" Leave out those of `{fields}` that are None." if has["none"] else "")
        + (" Values that JSON can't hold, such as dates, are written by `str`." if has["dates"] else "")
        + (" Sort the keys." if has["sorted"] else ""),
    }  # fmt: skip


def check_line(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the pairs that were put in, those that are to be left out apart."""
    options, cases = facts["options"], []
    for size in (0, 1, 3, 4, 5):
        level, event = (
            rng.choice(("Info", "Warning", "Error", "dEbug")),
            f"{rng.choice(COLORS)} {rng.choice(CITIES)} {size}",
        )
        names = rng.sample(FIELDS, size)
        values: list[Any] = [rng.choice((rng.randrange(900), rng.choice(CITIES), 0, "", False)) for _ in names]
        if size > 1 and "none" in options:
            values[:2] = [None, 0]
        if size > 3 and "dates" in options:
            values[-1] = f"@2026-0{rng.randrange(1, 10)}-1{rng.randrange(10)}"
        known = {
            facts["level_key"]: (level.upper() if facts["case"] == "upper" else level.lower())
            if "upper" in options
            else level
        }
        known[facts["event_key"]] = event
        if "service" in options:
            known[facts["service_key"]] = facts["service"]
        shown = {
            key: str(value).removeprefix("@") if str(value)[:1] == "@" else value
            for key, value in zip(names, values, strict=True)
        }
        record = known | {key: value for key, value in shown.items() if value is not None or "none" not in options}
        given = {"level": level, "event": event}
        call = {"entry": facts["name"], "args": [given[role] for role in facts["order"]],
                "fields": list(zip(names, values, strict=True)),
                "keywords": facts["keywords"], "sorted": "sorted" in options}  # fmt: skip
        cases.append((call, {"lines": 1, "record": sorted(record.items()) if "sorted" in options else record}))
    return python_check(facts["name"], cases, harness=LINE_HARNESS)


LINE = Template(
    id="json_line",
    ask=(
        "Write a Python function `«name»(«signature»)` that returns a log entry as one line of JSON: «level_words» under "
        "`\"«level_key»\"`, `«event»` under `\"«event_key»\"`«service_words», and «fields_words».«extra»",
        "Our «noun» service should log JSON. I need `«name»(«signature»)` in Python, which returns a string, one JSON "
        "object without line breaks. Its `\"«event_key»\"` is `«event»` and its `\"«level_key»\"` is «level_words»; add "
        "«fields_words».«also»«extra»",
        "Please implement `«name»(«signature»)` in Python for structured logs. The result is a JSON text in one line that "
        "has «fields_words» beside `«event»` as `\"«event_key»\"` and «level_words» as `\"«level_key»\"`."
        "«also»«extra»",
        "One log entry, one JSON object, one line: write `«name»(«signature»)` in Python, returning such a text. "
        "`\"«level_key»\"` holds «level_words», `\"«event_key»\"` holds `«event»`; then come "
        "«fields_words».«also»«extra»",
    ),
    draw=draw_line,
    shapes=(
        Shape(name="literal", code="""
            import json


            def «name»(«signature»):
                return json.dumps({"«level_key»": «level_code», "«event_key»": «event»«pair», **«rest»}«settings»)
            """, mutants=((", **«rest»", ', "«fields»": «fields»'), (", **«rest»", ""))),
        Shape(name="loop", code="""
            import json


            def «name»(«signature»):
                record = {"«level_key»": «level_code», "«event_key»": «event»«pair»}
                for key, value in «fields».items():
                    «guard»record[key] = value
                return json.dumps(record«settings»)
            """, mutants=(("record[key] = value", "record[key] = key"),
                          ("return json.dumps(record«settings»)", "return record"))),
        Shape(name="union", code="""
            import json


            def «name»(«signature»):
                record = {"«level_key»": «level_code», "«event_key»": «event»«pair»}
                return json.dumps(record | «rest»«settings»)
            """, mutants=((" | «rest»", ""), ("json.dumps(record | «rest»«settings»)", "str(record | «rest»)"))),
    ),
    mutants=(('"«level_key»": «level_code»', '"«level_key»": «event»'), (".«case»()", ""), (".«case»()", ".«other_case»()"),
             ("«pair»", ""), (" if value is not None}", " if value}"), ("if value is not None:", "if value:"),
             ("    «guard»record", "    record"), (", default=str", ""), (", sort_keys=True", ""),
             ("«settings»)", ", indent=2)")),
    verifier=check_line,
)  # fmt: skip

FORMAT_HARNESS = """
import builtins, json, logging, sys

def drive(ns, call):
    error = None
    if call["error"]:
        try:
            raise getattr(builtins, call["error"][0])(call["error"][1])
        except Exception:
            error = sys.exc_info()
    own = call["record"]
    record = logging.LogRecord(own["name"], own["levelno"], "/srv/app/" + own["module"] + ".py", own["lineno"], call["message"],
                               tuple(call["args"]), error, own["funcName"])
    record.__dict__.update({**own, **call["extra"]})
    line = ns[call["class"]]().format(record)
    return {"lines": line.count("\\n") + 1, "record": json.loads(line)}
"""
# An attribute of a log record, what it is, and keys that it may have in a log.
ATTRIBUTES = (
    ("levelname", "the name of the level", "level|severity|lvl|levelname"),
    ("name", "the logger's name", "logger|source|name|channel"),
    ("lineno", "the line number", "line|lineno|line_number"), ("funcName", "the function's name", "function|func|in_function"),
    ("module", "the module's name", "module|mod|in_module"), ("process", "the process ID", "pid|process|process_id"),
    ("created", "the time as seconds since 1970", "time|ts|timestamp|created"),
    ("levelno", "the number of the level", "level_number|levelno"),
    ("threadName", "the name of the thread", "thread|thread_name"),
)  # fmt: skip


def draw_format(rng: Random) -> dict[str, Any]:
    """Draw the keys of a formatter's entries, and what it does about errors and extra attributes."""
    parts = [
        (attribute, words, pick(rng, keys)) for attribute, words, keys in rng.sample(ATTRIBUTES, rng.choice((2, 3)))
    ]
    message, has_error, error = (
        pick(rng, "message|msg|event|text"),
        pick(rng, "no|type|text|type"),
        pick(rng, "error|exception|exc|failure"),
    )
    has_extra, noun = pick(rng, "no|null|out") if has_error != "no" else pick(rng, "null|out"), draw_noun(rng)
    extra = pick(rng, f"request_id|user_id|trace_id|tenant|session_id|{noun.one}_id")
    told = "record.exc_info[0].__name__" if has_error == "type" else "str(record.exc_info[1])"
    pairs = [f'"{key}": record.{attribute}' for attribute, _, key in parts] + [f'"{message}": record.getMessage()']
    null = f'"{extra}": getattr(record, "{extra}", None)' if has_extra == "null" else ""
    table = ", ".join(f'"{key}": "{attribute}"' for attribute, _, key in parts)
    out = (
        f'\n        if hasattr(record, "{extra}"):\n            entry["{extra}"] = record.{extra}'
        if has_extra == "out"
        else ""
    )
    return {
        "name": pick(rng, "JsonFormatter|JsonLog|LineFormatter|StructuredFormatter|JsonLines|LogFormatter"),
        "attributes": [attribute for attribute, _, _ in parts], "keys": [key for _, _, key in parts], "message": message,
        "has_error": has_error, "error": error, "has_extra": has_extra, "extra": extra, "noun": noun.one,
        "pairs": ",\n            ".join(pairs + ([null] if null else [])), "table": table, "out": out,
        "steps": "\n        ".join(f'entry["{key}"] = record.{attribute}' for attribute, _, key in parts),
        "null_step": f'\n        entry["{extra}"] = getattr(record, "{extra}", None)' if null else "",
        "error_lines": f'\n        if record.exc_info:\n            entry["{error}"] = {told}' if has_error != "no" else "",
        "told": told, "first_key": parts[0][2], "first_attribute": parts[0][0], "second_attribute": parts[1][0],
        "key_words": ", ".join(f'{words} as `"{key}"`' for _, words,
                               key in parts) + f' and the message with its arguments as `"{message}"`',
        "short_words": in_words([key for _, _, key in parts]) + f" ({', '.join(words for _, words, _ in parts)})",
        "error_words": {"no": "",
                        "type": f' If there is an exception, `"{error}"` is the name of its class, otherwise it is left out.',
                        "text": f' If there is an exception, `"{error}"` is its text, otherwise it is left out.'}[has_error],
        "extra_words": {"no": "", "null": f' `"{extra}"` is the attribute of the record with that name, or null if it has none.',
                        "out": f' If the record has an attribute `{extra}`, add it under that name.'}[has_extra],
    }  # fmt: skip


def check_format(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the values that records were made of."""
    cases: list[tuple[Any, Any]] = []
    levels = [(10, "DEBUG"), (20, "INFO"), (30, "WARNING"), (40, "ERROR")]
    for number in range(6):
        levelno, levelname = rng.choice(levels)
        own = {
            "name": f"{rng.choice(COLORS)}.{rng.choice(COLORS)}", "levelno": levelno, "levelname": levelname,
            "lineno": rng.randrange(1, 900), "funcName": f"load_{rng.choice(COLORS)}", "module": rng.choice(COLORS),
            "process": rng.randrange(2, 9000), "created": 1_700_000_000 + rng.randrange(9_000) / 4,
            "threadName": rng.choice(CITIES),
        }  # fmt: skip
        word, count = rng.choice(CITIES), rng.randrange(90)
        message, args = (("%s has %d", [word, count]), (f"{word} is full", []))[number % 2]
        error = (
            [rng.choice(("ValueError", "OSError", "RuntimeError")), f"no {rng.choice(CITIES)}"]
            if number in (1, 2, 5)
            else None
        )
        extra = {facts["extra"]: rng.choice((f"r{count}", count, 0))} if number in (0, 2, 3) else {}
        record = {key: own[attribute] for key, attribute in zip(facts["keys"], facts["attributes"], strict=True)}
        record[facts["message"]] = f"{word} has {count}" if args else message
        if error and facts["has_error"] != "no":
            record[facts["error"]] = error[0 if facts["has_error"] == "type" else 1]
        if facts["has_extra"] == "null" or (facts["has_extra"] == "out" and extra):
            record[facts["extra"]] = extra.get(facts["extra"])
        call = {"class": facts["name"], "record": own, "message": message, "args": args, "error": error, "extra": extra}
        cases.append((call, {"lines": 1, "record": record}))
    return python_check(facts["name"], cases, harness=FORMAT_HARNESS)


FORMAT = Template(
    id="json_formatter",
    ask=(
        "Write a Python class `«name»`, a `logging.Formatter` whose `format(record)` returns one line of JSON with "
        "«key_words».«error_words»«extra_words»",
        "Our «noun» service uses the logging module and wants JSON lines. Implement the formatter `«name»` in Python "
        "(it is made without arguments). Each record becomes an object with these keys: `\"«message»\"` for the "
        "message, its arguments filled in, and «short_words».«error_words»«extra_words»",
        "I'd like the formatter class `«name»` in Python for `handler.setFormatter(«name»())`. One log record gives one "
        "JSON object on a single line; in it are «key_words».«extra_words»«error_words»",
        "Please write `«name»`, derived from `logging.Formatter`, in Python. Its `format` gives JSON without line breaks. "
        "It shows «short_words», and as `\"«message»\"` what `record.getMessage()` gives.«extra_words»«error_words»",
    ),
    draw=draw_format,
    shapes=(
        Shape(name="literal", code="""
            import json
            import logging


            class «name»(logging.Formatter):
                def format(self, record):
                    entry = {
                        «pairs»,
                    }«out»«error_lines»
                    return json.dumps(entry)
            """, mutants=(("return json.dumps(entry)", "return str(entry)"),
                          ("return json.dumps(entry)", "return json.dumps(record.__dict__, default=str)"))),
        Shape(name="table", code="""
            import json
            import logging


            class «name»(logging.Formatter):
                names = {«table»}

                def format(self, record):
                    entry = {key: getattr(record, name) for key, name in self.names.items()}
                    entry["«message»"] = record.getMessage()«null_step»«out»«error_lines»
                    return json.dumps(entry)
            """, mutants=(("getattr(record, name)", "name"), ("getattr(record, name) for key, name", "key for key, name"))),
        Shape(name="steps", code="""
            import json
            import logging


            class «name»(logging.Formatter):
                def format(self, record):
                    entry = {"«message»": record.getMessage()}
                    «steps»«null_step»«out»«error_lines»
                    return json.dumps(entry)
            """, mutants=(("return json.dumps(entry)", "return json.dumps(entry, indent=2)"),
                          ('entry["«first_key»"] = record', 'entry["«first_attribute»_"] = record'))),
    ),
    mutants=(("record.getMessage()", "record.msg"), ("record.«first_attribute»", "record.«second_attribute»"),
             ("«error_lines»", ""), ("        if record.exc_info:\n            entry", "        entry"), ("«out»", ""),
             ('"«first_attribute»"', '"«second_attribute»"'), ("«told»", "str(record.exc_info[0])"),
             ('getattr(record, "«extra»", None)', "record.«extra»"), ('if hasattr(record, "«extra»")', "if True")),
    verifier=check_format,
)  # fmt: skip

CATEGORY = Category(name="fs_structured_log", family="operations", templates=(LINE, FORMAT, CONTEXT))
