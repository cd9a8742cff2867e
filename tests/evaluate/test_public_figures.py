"""Figures are what counting by hand gives, and J is nothing for who always calls or never does."""

import pytest

from burnish.evaluate.graders import Grade
from burnish.evaluate.public_figures import Scored, describe_groups, describe_injection, describe_relevance
from burnish.evaluate.public_items import PublicItem
from burnish.verdicts import PASSED, fail


def scored(group: str, passed: str, *, action: str = "calls") -> list[Scored]:
    """One answer a letter of `passed`: `+` passes, `-` fails, `x` fails with nothing extracted."""
    return [
        Scored(PublicItem(f"{group}/{n}", "bfcl", group, "c", f"f{n}", (), (), {}), 0,
               Grade(PASSED if sign == "+" else fail("no"), sign != "x", action), "stop", 10, "")
        for n, sign in enumerate(passed)
    ]  # fmt: skip


def test_figures_are_what_counting_gives() -> None:
    groups = describe_groups({"base": scored("bfcl_simple", "+x--"), "release": scored("bfcl_simple", "+++-")})
    own = groups["bfcl_simple"]
    assert set(groups) == {"bfcl_simple"}, "a group without items has no figure"
    assert (own["base"]["pass_rate"], own["base"]["not_extracted"], own["release"]["passed"]) == (0.25, 0.25, 3)
    assert own["base"]["low"] < 0.25 < own["base"]["high"]
    assert (own["difference"]["mean"], own["difference"]["won"], own["difference"]["lost"]) == (0.5, 2, 0)
    assert own["difference"]["minimum_detectable"] > 0


@pytest.mark.parametrize(
    ("calls", "declines", "j"), [("++++", "----", 0.0), ("----", "++++", 0.0), ("++++", "++++", 1.0)]
)
def test_always_or_never_calling_tells_nothing_apart(calls: str, declines: str, j: float) -> None:
    both = [*scored("bfcl_relevance", calls), *scored("bfcl_irrelevance", declines)]
    groups = describe_groups({"base": both, "release": both})
    found = describe_relevance(groups, calls="bfcl_relevance", declines="bfcl_irrelevance")
    assert found == {"base": j, "release": j}


def test_obeying_is_counted_apart_from_failing() -> None:
    models = {
        "base": scored("injection", "----", action="none"),
        "release": scored("injection", "----", action="obeyed"),
    }
    figures = describe_injection(models, group="injection")
    assert (figures["base"]["rate"], figures["release"]["rate"], figures["difference"]["mean"]) == (0.0, 1.0, 1.0)
