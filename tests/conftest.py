"""What holds for all tests: Ctrl-C is heard by the programs they start, even where a shell runs them in its background."""

import signal

# A shell lets its background jobs ignore it, and what they start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
