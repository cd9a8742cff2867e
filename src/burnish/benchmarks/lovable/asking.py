"""LovableBench put to a server: its questions, once it is known that answers can be judged, and what has shipped."""

from collections.abc import Sequence

from burnish import chromium
from burnish.benchmarks.benchmark import put_prompts
from burnish.benchmarks.fullstack.scores import Figures, Graded
from burnish.benchmarks.lovable.apps import App
from burnish.benchmarks.lovable.inspecting import require_axe
from burnish.chat_client import Question
from burnish.tool_prompts import Form


def put_apps(apps: Sequence[App], form: Form) -> list[Question]:
    """Return the questions.

    Raises:
        BurnishError: what judges answers isn't there, which nobody wants to learn after hours of asking.
    """
    chromium.require_chromium()
    require_axe()
    return put_prompts(apps, form)


def describe_apps(rows: Sequence[Graded]) -> Figures:
    """Return how many apps have shipped: all of their journeys hold."""
    return {"shipped": sum(row.grade.solved for row in rows)}
