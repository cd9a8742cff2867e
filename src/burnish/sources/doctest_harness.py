"""Sandboxed: replays one example of a docstring or a test against the program. Standard library only.

A call is {"setup": [statement, ...], "code": expression or statement, "shown": bool}: `shown` asks for what an
interpreter would print, otherwise the value itself is the result, in a form that JSON can carry.
"""

import contextlib
import faulthandler
import io
from typing import Any

CONTEXT = ""
# A loop inside C code (`sum(count())`) never lets the driver's own alarm through; this ends the process instead.
HANGING_SECONDS = 5


def plain(value: Any) -> Any:
    """Return `value` in JSON types: sets, bytes and mappings with other keys get a tagged form, the rest its repr."""
    kind = type(value)
    if value is None or kind in (bool, int, str) or (kind is float and value - value == 0):
        return value
    if kind in (list, tuple):
        return [plain(item) for item in value]
    if kind in (set, frozenset):
        return {"set": sorted(map(plain, value), key=repr)}
    if kind is bytes:
        return {"bytes": value.hex()}
    if kind is dict and all(type(key) is str for key in value):
        return {key: plain(item) for key, item in value.items()}
    if kind is dict:
        return {"items": sorted([[plain(key), plain(item)] for key, item in value.items()], key=repr)}
    return {"repr": repr(value)}


def drive(namespace: dict[str, Any], call: dict[str, Any]) -> Any:
    """Replay the setup, then return what the example gives."""
    faulthandler.dump_traceback_later(HANGING_SECONDS, exit=True)
    try:
        return replay(namespace, call)
    finally:
        faulthandler.cancel_dump_traceback_later()


def replay(namespace: dict[str, Any], call: dict[str, Any]) -> Any:
    """Return the example's value, or what it shows."""
    context: dict[str, Any] = {"__name__": "context"}
    exec(compile(CONTEXT, "<context>", "exec", dont_inherit=True), context)
    for name, value in context.items():
        namespace.setdefault(name, value)
    scope = dict(namespace)
    for statement in call["setup"]:
        # a step that needs the rest of its package fails here as it would without it; the examples after it tell
        with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
            exec(compile(statement, "<setup>", "exec", dont_inherit=True), scope)
    if not call["shown"]:
        return plain(eval(compile(call["code"], "<example>", "eval", dont_inherit=True), scope))
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(call["code"], "<example>", "single", dont_inherit=True), scope)
    return printed.getvalue().rstrip()
