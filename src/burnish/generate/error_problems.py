"""The template of `fs_error_responses` that answers with problem details (RFC 9457) when a handler raises."""

import textwrap
from collections.abc import Callable
from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template, fill
from burnish.generate.drawing import in_words, pick
from burnish.generate.wording import CITIES, draw_noun

# A call is {"entry", "class", "plan", "decorator", "logs"}. The handler returns or raises what the plan says; the
# result is the answer and the names of what was logged.
GUARDED = """
import builtins, errors

def drive(ns, call):
    logged, request = [], call["request"]
    log = [lambda error: logged.append(type(error).__name__)] if call["logs"] else []

    def handler(given):
        kind, *values = call["plan"]
        if kind == "return":
            return (200, given)
        base = getattr(errors, call["class"])
        raise (base if kind == "own" else type("Below", (base,), {}) if kind == "below" else getattr(builtins, kind))(*values)

    entry = ns[call["entry"]]
    answer = entry(handler, *log)(request) if call["decorator"] else entry(handler, request, *log)
    return {"answer": answer, "logged": logged}
"""
MEMBERS = (
    ("instance", "path"), ("instance", "url"), ("request_id", "id"), ("trace_id", "trace"), ("method", "method"),
    ("host", "host"),
)  # fmt: skip
ERRORS = """
class «kind»(Exception):
    def __init__(self, «init»):
        super().__init__(title)
        «targets» = «sources»
"""


def draw_problem(rng: Random) -> dict[str, Any]:
    """Draw the exception class, the members of a problem, the form of the guard and whether it logs."""
    noun, decorator, logs = draw_noun(rng), rng.random() < 0.4, rng.random() < 0.5
    optional, typed, members = rng.random() < 0.5, rng.random() < 0.5, rng.sample(MEMBERS, rng.choice((0, 1, 1, 2)))
    members = members if len(dict(members)) == len(members) else members[:1]
    detail, slug = pick(rng, "detail|detail|reason|hint"), pick(rng, "code|slug|kind")
    host = pick(rng, "https://errors.example.com/|https://api.example.com/problems/|/problems/|/errors/")
    title = pick(
        rng, "Internal Server Error|Unexpected error|Something went wrong|Server error|Internal error|Unknown problem"
    )
    handler, request = pick(rng, "handler|endpoint|view|action|route"), pick(rng, "request|req")
    names = ["status", "title", *([slug] if typed else []), detail]
    link = f'f"{host}{{error.{slug}}}"' if typed else '"about:blank"'
    place = "".join(f', "{member}": {request}["{key}"]' for member, key in members)
    head, given = f'{{"type": {link}, "title": error.title, "status": error.status{place}', f'"detail": error.{detail}'
    verbs = (
        "safe|guarded|with_problems|catch_errors" if decorator else "respond|call_handler|run_handler|answer|dispatch"
    )
    type_words = f"`type` (`{host}` followed by its `{slug}`)" if typed else "`type` (`about:blank`)"
    detail_words = f"`detail` (its `{detail}`{', left out if None' if optional else ''})"
    listed = [
        type_words,
        "`title`",
        "`status`",
        detail_words,
        *(f'`{one}` (`{request}["{key}"]`)' for one, key in members),
    ]
    name, log = pick(rng, verbs), ", log" * logs
    call = f"{name}({handler}{log})" if decorator else f"{name}({handler}, {request}{log})"
    return {
        "name": name, "decorator": decorator, "logs": logs, "members": [list(one) for one in members],
        "optional": optional, "typed": typed,
        "kind": pick(rng, "ApiError|AppError|HttpError|ServiceError|ProblemError|DomainError|RequestError"),
        "detail": detail, "host": host, "title": title, "many": noun.many, "init": ", ".join(names) + "=None",
        "targets": ", ".join(f"self.{one}" for one in names), "sources": ", ".join(names), "log_arg": log,
        "call": call, "handler": handler, "request": request,
        "problem": head + "}" if optional else f"{head}, {given}}}",
        "whole": f"{head}, **({{{given}}} if error.{detail} is not None else {{}})}}" if optional else f"{head}, {given}}}",
        "add": f'    if error.{detail} is not None:\n        problem["detail"] = error.{detail}\n' if optional else "",
        "blank": f'{{"type": "about:blank", "title": "{title}", "status": 500{place}}}', "log": "    log(error)\n" * logs,
        "deep_log": "        log(error)\n" * logs, "named": " as error" * logs, "leak": '"status": 500, "detail": str(error)',
        "task": f"a Python decorator `{call}` for handlers that are called as `{handler}({request})`" if decorator
        else f"a Python function `{call}` that calls `{handler}({request})`",
        "listed": f"{', '.join(listed[:-1])} and {listed[-1]}", "log_words": ", after `log(error)` with the exception" * logs,
        "blank_words": f"`type` `about:blank`, `title` `{title}`{', ' if members else ' and '}`status` 500"
        + (f" and {in_words([one for one, _ in members])} as above" if members else ""),
    }  # fmt: skip


def write_guard(lines: str) -> Callable[[Facts], str]:
    """Return the answer around `lines`, the body of the function or of the decorator's inner one."""

    def write(facts: Facts) -> str:
        body = fill(lines, facts)
        if facts["decorator"]:
            body = f"def wrapped({facts['request']}):\n{textwrap.indent(body, '    ')}\n\nreturn wrapped"
        return fill("from errors import «kind»\n\ndef «call»:\n", facts) + "\n" + textwrap.indent(body, "    ")

    return write


def check_problem(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect problems that are written from the plan of each call."""
    cases = []
    plans = ("return", "own", "KeyError", "below", "own empty", "own bare", "ValueError", "return", "RuntimeError")
    for number, plan in enumerate(plans):
        status, title = rng.choice((401, 404, 409, 410, 429)), f"{rng.choice(CITIES)} is closed"
        request = {key: f"{key} {number}" for _, key in MEMBERS}
        slug, logged = pick(rng, "closed|gone|taken|late"), []
        detail = {"own empty": "", "own bare": None}.get(plan, f"see {rng.choice(CITIES)}")
        values: list[Any] = [status, title, *([slug] if facts["typed"] else []), detail]
        problem: dict[str, Any] = {member: request[key] for member, key in facts["members"]}
        if plan == "return":
            answer: list[Any] = [200, request]
        elif plan in ("KeyError", "ValueError", "RuntimeError"):
            values, logged = ["secret"], [plan] if facts["logs"] else []
            answer = [500, problem | {"type": "about:blank", "title": facts["title"], "status": 500}]
        else:
            kind = facts["host"] + slug if facts["typed"] else "about:blank"
            problem |= {"type": kind, "title": title, "status": status}
            answer = [status, problem if facts["optional"] and detail is None else problem | {"detail": detail}]
        call = {"entry": facts["name"], "class": facts["kind"], "decorator": facts["decorator"], "logs": facts["logs"]}
        cases.append(
            (call | {"plan": [plan.split()[0], *values], "request": request}, {"answer": answer, "logged": logged})
        )
    return python_check(facts["name"], cases, harness=GUARDED, modules={"errors": fill(ERRORS, facts)})


PROBLEM = Template(
    id="problem_details",
    ask=(
        "The handlers of «many» return (status, body) or raise `«kind»` from the module `errors` (below). Write «task». "
        "It gives back what the handler returns. `«kind»` becomes its status and a problem with «listed». Any other "
        "exception becomes 500 and a problem with «blank_words» and nothing more«log_words».",
        "Write «task», so that the «many» API answers errors with problem details. Import `«kind»` from "
        "`errors`. Normal results, pairs of status and body, pass through. If «kind» is raised, the pair is the status of "
        "the error and a dict of «listed». For every other Exception it is 500 and just «blank_words»«log_words»: no "
        "text of the exception may leak.",
        "For our «many» I need «task». Whatever happens, the result of a request is a pair (status, body). No exception: "
        "what the handler gave. `«kind»` (in `errors.py`): its `status`, and as body «listed». Anything else that is an "
        "Exception«log_words»: 500, and as body only «blank_words».",
        "Exceptions must not reach clients of «many». Write «task», so that they get problem dicts instead. "
        "`errors.«kind»` gives the error's status and «listed»; an unknown exception gives 500 and only "
        "«blank_words»«log_words». Without an exception the handler's own (status, body) is the result.",
    ),
    draw=draw_problem,
    starter="# errors.py" + ERRORS,
    shapes=(
        Shape(name="two_excepts", code=write_guard("""
            try:
                return «handler»(«request»)
            except «kind» as error:
                problem = «problem»
            «add»    return error.status, problem
            except Exception«named»:
            «log»    return 500, «blank»
            """), mutants=(("except Exception", "except KeyError"), ("return error.status", "return 400"))),
        Shape(name="one_except", code=write_guard("""
            try:
                return «handler»(«request»)
            except Exception as error:
                if not isinstance(error, «kind»):
            «deep_log»        return 500, «blank»
                problem = «problem»
            «add»    return error.status, problem
            """), mutants=(("if not isinstance", "if isinstance"), ('"status": 500', "«leak»"), ("return 500", "return 400"))),
        Shape(name="result", code=write_guard("""
            try:
                result = «handler»(«request»)
            except «kind» as error:
                result = error.status, «whole»
            except Exception«named»:
            «log»    result = 500, «blank»
            return result
            """), mutants=(("result = error.status", "result = 400"), ("except Exception", "except ValueError"),
                           ("return result", "return «handler»(«request»)"))),
    ),
    mutants=(("log(error)", "log(str(error))"), ("«detail» is not None", "«detail»"),
             ('"title": error.title', '"title": str(error.status)'),
             ('"«title»"', "str(error)")),
    verifier=check_problem,
)  # fmt: skip
