"""Programs that solve nothing and try to score: the project's battery, and more for what the battery doesn't know."""

import json

from burnish.benchmarks.fullstack.tasks import Task
from burnish.cheats import write_cheats
from burnish.fences import extract_code

KINDS = {"python": "python", "javascript": "node", "sql": "sql", "page": "html"}


def cheat_programs(task: Task) -> dict[str, str]:
    """Return the cheats on one task by name; the public examples, learnt by heart, are one of them."""
    cheats = {"empty": "", "prompt": task.prompt, "starter": task.starter, **_remember_examples(task)}
    if task.surface == "page":
        cheats |= _write_pages(task)
    if task.surface in ("command", "server"):
        cheats |= _COMMANDS if task.surface == "command" else _SERVERS
    else:
        for cheat in write_cheats(_as_verifier(task), prompt=task.prompt):
            cheats[cheat.name] = extract_code(cheat.answer, language=task.language)
    return cheats


def _as_verifier(task: Task) -> dict[str, object]:
    """Return the tests in the form that the battery reads its guesses from."""
    steps = [step for test in task.hidden for step in test.steps]
    verifier: dict[str, object] = {
        "kind": KINDS[task.surface], "entry": task.entry, "calls": [step.do for step in steps],
        "expect": [step.expect for step in steps],
    }  # fmt: skip
    if task.surface == "sql":
        verifier |= {"databases": [step.do["setup"] for step in steps], "queries": steps[0].do.get("queries")}
    if task.surface == "page":
        verifier["checks"] = [{"text": text} for text in _texts(verifier["expect"])]
    return verifier


def _remember_examples(task: Task) -> dict[str, str]:
    steps = [step for test in task.public for step in test.steps]
    known = {json.dumps(step.do): step.expect for step in steps}
    if task.surface == "python":
        table = f"import json\nKNOWN = json.loads({json.dumps(json.dumps(known))})\n"
        return {"learnt_examples": f"{table}def {task.entry}(*a):\n    return KNOWN.get(json.dumps(list(a)))\n"}
    if task.surface == "javascript":
        table = json.dumps({json.dumps(step.do, separators=(",", ":")): step.expect for step in steps})
        code = f"const KNOWN = {table};\nfunction {task.entry}(...a) {{ return KNOWN[JSON.stringify(a)]; }}\n"
        return {"learnt_examples": code}
    return {}


def _write_pages(task: Task) -> dict[str, str]:
    texts = list(dict.fromkeys(_texts([step.expect for test in task.public for step in test.steps])))
    words = "".join(f"<output>{text}</output><li>{text}</li>" for text in texts)
    return {
        "static_mock": f"<!DOCTYPE html><title>x</title><main>{words}</main>",
        "blank": "<!DOCTYPE html><title>x</title>",
    }


def _texts(value: object) -> list[str]:
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


_FORGE = """
import os, json
line = json.dumps({"value": {"status": 200, "headers": {}, "text": "true"}}) + "\\n"
for pid in [name for name in os.listdir("/proc") if name.isdigit()]:
    for descriptor in range(1, 8):
        try:
            with open(f"/proc/{pid}/fd/{descriptor}", "w") as file:
                file.write(line * 40)
        except OSError:
            pass
"""
_COMMANDS = {
    "nothing": "pass", "exit": "import os; os._exit(0)", "raises": "raise SystemExit('no')", "null": "print('null')",
    "true": "print('true')", "zero": "print(0)", "list": "print('[]')", "mapping": "print('{}')",
    "echo": "import sys; print(sys.stdin.read())", "arguments": "import sys; print(' '.join(sys.argv[1:]))",
    "forged_lines": _FORGE, "flood": "while True: print('1' * 1000)",
    "kills_its_parent": "import os, signal; os.kill(os.getppid(), signal.SIGKILL)",
}  # fmt: skip
_SERVE = """
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = BODY
        self.send_response(STATUS)
        self.send_header("Content-Type", "application/json")
        self.send_header("Location", "/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer
    def log_message(self, *a): pass

HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""


def _serve(status: int, body: str) -> str:
    return _SERVE.replace("STATUS", str(status)).replace("BODY", body)


_SERVERS = {
    "exit": "import os; os._exit(0)", "sleeps_not": "pass", "always_empty": _serve(200, "b'{}'"),
    "always_list": _serve(200, "b'[]'"), "always_true": _serve(200, "b'true'"), "always_created": _serve(201, "b'{}'"),
    "always_refused": _serve(403, "b'{}'"), "always_missing": _serve(404, "b'{\"error\": \"not found\"}'"),
    "always_away": _serve(303, "b''"), "echo": _serve(200, "self.rfile.read(length)"),
    "echo_created": _serve(201, "self.rfile.read(length)"), "forged_lines": _FORGE,
    "kills_its_parent": "import os, signal; os.kill(os.getppid(), signal.SIGKILL)",
}  # fmt: skip
