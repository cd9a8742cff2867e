"""What a verifier says about one answer."""

from typing import NamedTuple


class Verdict(NamedTuple):
    """Whether the answer passed, and the first thing that was wrong (empty when nothing was)."""

    passed: bool
    reason: str


PASSED = Verdict(passed=True, reason="")


def fail(reason: str) -> Verdict:
    """Return a refusal with its reason on one line."""
    return Verdict(passed=False, reason=" ".join(reason.split())[:300])
