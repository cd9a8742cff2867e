"""The same answers in three harnesses: `bin/python bench/harnesses.py [SEEDS]` asks `burnish eval`, lm-eval and Inspect.

A server on loopback stands for a model: it answers every other task of FullstackEval with its reference, the others wrongly.
Verdicts must be the same task by task. The real harnesses run in an environment of their own, made from
bench/requirements.txt, whose interpreter BURNISH_PEERS names; without it only Burnish is run. The last line is JSON.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from burnish.benchmarks.asking import evaluate
from burnish.benchmarks.fullstack.folders import write_task
from burnish.benchmarks.fullstack.registry import make_tasks
from burnish.benchmarks.fullstack.tasks import Task
from burnish.benchmarks.grading import grade_file
from burnish.benchmarks.harnesses.exporting import export_tasks
from burnish.chat_client import Server
from burnish.fences import fence

KEY = 42
MODEL = "every-other"
SOURCE = Path(__file__).parents[1] / "src"
PEER = Path(__file__).parent / "peers" / "harnesses.py"
# The sandbox has one user.
NOT_OFFERED = {"test_exec_as_user"}


def write_answers(tasks: Sequence[Task]) -> dict[str, str]:
    right = {task.prompt: fence(task.reference, language=task.language) for task in tasks[::2]}
    return right | {task.prompt: fence("no(", language=task.language) for task in tasks[1::2]}


@contextmanager
def serving(answers: Mapping[str, str]) -> Iterator[str]:
    """Answer each question with its own answer; white space at its ends is no part of it."""
    known = {question.strip(): answer for question, answer in answers.items()}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            content = body["messages"][-1]["content"]
            question = content if isinstance(content, str) else content[0]["text"]
            message = {"role": "assistant", "content": known[question.strip()]}
            said = {
                "id": "1", "object": "chat.completion", "created": 1, "model": MODEL,
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
            }  # fmt: skip
            data = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()


def ask_ours(folder: Path, *, tasks: Path, address: str) -> dict[str, bool]:
    server, out = Server(address, MODEL, 1024, 2, 60.0, None, (1.0,)), folder / "answers.jsonl"
    list(evaluate("fullstack-eval", server=server, tasks=tasks, limit=None, out=out))
    *rows, _ = grade_file("fullstack-eval", answers=out, tasks=tasks, against=None, as_json=True)
    return {row["id"]: row["solved"] for row in map(json.loads, rows)}


def ask_peer(what: str, folder: Path, *, address: str, interpreter: str) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "HF_HUB_OFFLINE": "1", "OPENAI_API_KEY": "none"}
    asked = [interpreter, str(PEER), what, str(folder), address, MODEL]
    said = subprocess.run(asked, capture_output=True, text=True, check=False, env=environment)
    if said.returncode:
        sys.exit(f"bench/harnesses.py: {what} failed: {said.stdout[-400:]} {said.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    return found


def main() -> None:
    tasks = make_tasks(seeds=int(sys.argv[1]) if len(sys.argv) > 1 else 1, key=KEY)
    interpreter = os.environ.get("BURNISH_PEERS")
    line: dict[str, Any] = {"name": "harnesses", "tasks": len(tasks), "versions": {}, "seconds": {}}
    with TemporaryDirectory() as place, serving(write_answers(tasks)) as address:
        folder = Path(place)
        for task in tasks:
            write_task(task, folder=folder / "tasks" / task.id)
        began = time.perf_counter()
        ours = ask_ours(folder, tasks=folder / "tasks", address=address)
        line["seconds"]["burnish"] = round(time.perf_counter() - began, 1)
        line["solved"] = {"burnish": sum(ours.values())}
        for what in ("lm-eval", "inspect") if interpreter else ():
            print("\n".join(export_tasks(what, out=folder / what, tasks=folder / "tasks")))
            began = time.perf_counter()
            assert interpreter
            found = ask_peer(what, folder / what, address=address, interpreter=interpreter)
            line["seconds"][what] = round(time.perf_counter() - began, 1)
            line["versions"][what], line["solved"][what] = found["version"], sum(found["solved"].values())
            line[f"{what}_differs_on"] = sorted(name for name in ours if ours[name] is not found["solved"].get(name))
            print(f"{what}: {found['metrics']}", flush=True)
        if interpreter:
            checks = ask_peer("provider", folder, address=address, interpreter=interpreter)["checks"]
            failed = {name: said for name, said in checks.items() if said and name not in NOT_OFFERED}
            line["provider_checks"] = {"passed": sum(not said for said in checks.values()), "failed": failed}
    print(json.dumps(line))


if __name__ == "__main__":
    main()
