"""Sandboxed: the two sides of one HumanEval problem, each in a process of its own. Standard library only.

`program` holds what a model wrote and answers calls. `tester` holds the published test and asks them; its `candidate`
is a stand-in that sends each call away and gets plain values back. Values cross as JSON with tags for what JSON lacks,
so no object of the program, with methods of its own, ever meets a comparison.
"""

import builtins
import json
import os
import random
import sys
import types
from typing import Any

MAX_DEPTH = 60
LARGEST_PLAIN = 2**63
SEQUENCES: tuple[Any, ...] = (list, tuple, set, frozenset)


def encode(value: Any, depth: int = 0) -> Any:
    """Return `value` as JSON with tags; subclasses are read through the base class's own methods."""
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        plain = int.__int__(value)
        return plain if -LARGEST_PLAIN < plain < LARGEST_PLAIN else {"int": hex(plain)}
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, bytes):
        return {"bytes": bytes(value).hex()}
    for kind in SEQUENCES:
        if isinstance(value, kind):
            items = [encode(item, depth + 1) for item in kind.__iter__(value)]
            return items if kind is list else {kind.__name__: items}
    if isinstance(value, dict):
        return {"dict": [[encode(key, depth + 1), encode(item, depth + 1)] for key, item in dict.items(value)]}
    raise ValueError(f"a {type(value).__name__} isn't a plain value")


def decode(value: Any) -> Any:
    """Return the plain Python value that `encode` wrote."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    ((tag, content),) = value.items()
    if tag == "dict":
        return {decode(key): decode(item) for key, item in content}
    if tag == "int":
        return int(content, 16)
    if tag == "complex":
        return complex(*content)
    if tag == "bytes":
        return bytes.fromhex(content)
    return {"tuple": tuple, "set": set, "frozenset": frozenset}[tag](decode(item) for item in content)


class Line:
    """JSON lines on descriptors of their own: what a program prints goes nowhere."""

    def __init__(self) -> None:
        """Take stdin and stdout away from the program."""
        self._reader = os.fdopen(os.dup(0), "rb")
        self._writer = os.dup(1)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nowhere, descriptor)

    def receive(self) -> Any:
        """Return the next line's value; the end of input ends the process."""
        line = self._reader.readline()
        if not line:
            os._exit(0)
        return json.loads(line)

    def send(self, value: Any) -> None:
        """Write one line."""
        data = json.dumps(value).encode() + b"\n"
        while data:
            data = data[os.write(self._writer, data) :]


def answer_calls(line: Line) -> None:
    """Be the program: load it, then answer calls until the input ends."""
    task = line.receive()
    module = types.ModuleType("program")
    sys.modules["program"] = module
    try:
        exec(compile(task["program"], "program.py", "exec", dont_inherit=True), module.__dict__)
        function = module.__dict__[task["entry"]]
    except BaseException as error:
        line.send({"failed": f"{type(error).__name__}: {error}"[:200]})
        return
    line.send({"ready": True})
    while True:
        args, kwargs = decode(line.receive()["call"])
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            line.send({"raises": type(error).__name__})
            continue
        try:
            line.send({"value": encode(result)})
        except Exception as error:
            line.send({"unreadable": str(error)[:200]})


def run_test(line: Line) -> None:
    """Be the tester: run the published `check` on a stand-in and send one verdict, empty when it passed."""
    task = line.receive()

    def candidate(*args: Any, **kwargs: Any) -> Any:
        line.send({"call": encode((args, kwargs))})
        reply = line.receive()
        if "value" in reply:
            return decode(reply["value"])
        kind = getattr(builtins, str(reply.get("raises")), None)
        if not (isinstance(kind, type) and issubclass(kind, Exception)):
            kind = RuntimeError
        raise kind(str(reply))

    random.seed(0)
    namespace: dict[str, Any] = {"__name__": "tester"}
    exec(task["setup"], namespace)  # helpers that a test uses, such as `poly`
    namespace[task["entry"]] = candidate  # HumanEval/33 calls the function by its name, too
    exec(task["test"], namespace)
    try:
        namespace["check"](candidate)
    except AssertionError as error:
        line.send({"verdict": f"a test failed: {error}"[:200]})
    except Exception as error:
        line.send({"verdict": f"{type(error).__name__}: {error}"[:200]})
    else:
        line.send({"verdict": ""})


if __name__ == "__main__":
    {"program": answer_calls, "tester": run_test}[sys.argv[1]](Line())
