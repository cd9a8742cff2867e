"""The driver of Python programs by itself: which waits it ends at once, and which it lets be."""

import json
import subprocess
import sys

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
