"""One question to a served model with tools: serves a GGUF if no address is given, and stores the transcript."""

import math
from contextlib import ExitStack
from pathlib import Path

from burnish.agent import Bounds, Transcript, run_agent
from burnish.agent_models import ask_address
from burnish.engine import DEFAULT_CONTEXT_TOKENS, processors, serving
from burnish.errors import BurnishError
from burnish.files import atomic_write
from burnish.toolbox import Toolbox

ANSWER_TOKENS = 400
CALLS_PER_STEP = 8


def answer_question(
    question: str, *, toolbox: Toolbox, gguf: Path, url: str | None, model: str, steps: int, seconds: float, out: Path
) -> Transcript:
    """Ask the model at `url`, or `gguf`, and return what went on; it is written to `out`, too."""
    if steps < 1 or not 0 < seconds < math.inf:
        raise BurnishError(f"--steps {steps} must be at least 1 and --seconds {seconds:g} a number above 0")
    settings = {"context_tokens": DEFAULT_CONTEXT_TOKENS, "slots": 1, "threads": processors()}
    with ExitStack() as stack:
        address = url
        if address is None:
            address = f"{stack.enter_context(serving(gguf, host='127.0.0.1', port=0, **settings)).address}/v1"
        ask = ask_address(address, model=model or gguf.stem, answer_tokens=ANSWER_TOKENS)
        bounds = Bounds(steps=steps, calls_per_step=CALLS_PER_STEP, seconds=seconds)
        transcript = run_agent(ask, toolbox=toolbox, messages=[{"role": "user", "content": question}], bounds=bounds)
    atomic_write(out, transcript.as_json())
    return transcript
