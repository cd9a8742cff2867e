"""The driver of Python programs by itself: which waits it ends at once, which it lets be, and what counts as time."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from burnish.drivers import python_calls

AWAITED = {
    "of nothing": ("await asyncio.Future()", None),
    "of an empty queue": ("return await asyncio.Queue().get()", None),
    "of each other": ("lock = asyncio.Lock()\n    await lock.acquire()\n    await lock.acquire()", None),
    "by a timer": ("await asyncio.sleep(0.4)\n    return 1", 1),
    "of nothing, by a timer": (
        "try:\n        await asyncio.wait_for(asyncio.Future(), 0.4)\n    except TimeoutError:\n        return 2", 2,
    ),
    "of a thread": ("await asyncio.to_thread(time.sleep, 0.4)\n    return 3", 3),
    "of a program": ("return await (await asyncio.create_subprocess_exec('sleep', '0.4')).wait()", 0),
    "of a pipe": (
        "reading, writing = os.pipe()\n    if not os.fork():\n        time.sleep(0.4)\n        os.write(writing, b'x')\n"
        "        os._exit(0)\n    done = asyncio.Event()\n    asyncio.get_running_loop().add_reader(reading, done.set)\n"
        "    await done.wait()\n    return 4", 4,
    ),
    "of a signal": (
        "done = asyncio.Event()\n    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, done.set)\n"
        "    if not os.fork():\n        time.sleep(0.4)\n        os.kill(os.getppid(), signal.SIGUSR1)\n"
        "        os._exit(0)\n    await done.wait()\n    return 5", 5,
    ),
}  # fmt: skip


@pytest.mark.parametrize("body, value", AWAITED.values(), ids=AWAITED)
@pytest.mark.parametrize("apart", [False, True])
def test_a_wait_that_nothing_can_end_is_ended_and_no_other(body: str, value: object, apart: bool) -> None:
    program = f"import asyncio, os, signal, time\nasync def wait():\n    {body}\n"
    task = {"program": program, "entry": "wait", "calls": [[]], "seconds": 1_000, "apart": apart}
    # a wait that isn't ended takes 5,000 s
    ran = subprocess.run(
        [sys.executable, python_calls.__file__], input=json.dumps([task]), capture_output=True, timeout=60, text=True
    )
    expected = {"failed": "timeout"} if value is None else {"outcomes": [{"value": value}]}
    assert json.loads(ran.stdout) == expected


def test_a_program_that_gets_no_processor_keeps_its_time() -> None:
    """A little work beside a busy process that goes first, on one processor: it takes many times that."""
    program = "import time\ndef work():\n    while time.process_time() < 0.04:\n        pass\n    return 1"
    seconds = 0.1
    task = {"program": program, "entry": "work", "calls": [[]], "seconds": seconds}
    one = {min(os.sched_getaffinity(0))}
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as busy:
        try:
            os.sched_setaffinity(busy.pid, one)
            started = time.monotonic()
            run = subprocess.run(
                ["nice", "-n", "19", sys.executable, "-P", "-S", python_calls.__file__], input=f"[{json.dumps(task)}]",
                capture_output=True, text=True, check=True, preexec_fn=lambda: os.sched_setaffinity(0, one),
            )  # fmt: skip
        finally:
            busy.kill()
    assert json.loads(run.stdout) == {"outcomes": [{"value": 1}]}
    assert time.monotonic() - started > 5 * seconds


def test_an_alarm_is_silent_once_its_task_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    alarm = python_calls.Alarm()
    monkeypatch.setattr(python_calls, "starved_seconds", lambda: 0.0)
    alarm.set, alarm.end = True, time.monotonic() - 1
    with pytest.raises(python_calls.OutOfTime):
        alarm.look(signal.SIGALRM, None)
    with pytest.raises(python_calls.OutOfTime):
        alarm.out_of_time()
    alarm.set = False
    alarm.look(signal.SIGALRM, None)
    alarm.out_of_time()
