"""Burnish turns a base language model into a full-stack developer's assistant, one hashed DVC stage at a time."""

import os
import sys
from types import TracebackType


def _say_stopped(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Answer a Ctrl-C during the imports of a stage, which take seconds, as `stage.main` answers one later."""
    if issubclass(kind, KeyboardInterrupt):
        print("burnish: stopped; the same command goes on from here", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)


if "DVC_STAGE" in os.environ:
    sys.excepthook = _say_stopped
