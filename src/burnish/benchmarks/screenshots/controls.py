"""Answers that are no such page, each known by how much it may earn at most."""

import base64
import re
from collections.abc import Mapping, Sequence

from burnish.benchmarks.screenshots.made_pages import Shown

MOST_POINTS: Mapping[str, float] = {"blank": 0.0, "picture": 0.05, "words": 0.05, "hidden": 0.0, "another page": 0.75}
HEAD = '<!DOCTYPE html><html lang="en"><title>Page</title>'


def write_controls(task: Shown, *, others: Sequence[Shown]) -> dict[str, str]:
    """Return the controls of one page by name; `others` holds pages of other kinds."""
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="800"><text y="40">{task.id}</text></svg>'
    data = base64.b64encode(drawing.encode()).decode()
    another = next(one for one in others if one.template != task.template and one.kind == task.kind)
    return {
        "blank": f"{HEAD}<body></body></html>",
        "picture": f'{HEAD}<img alt="{task.id}" width="1280" height="800" src="data:image/svg+xml;base64,{data}"></html>',
        "words": f"{HEAD}<p>{task.prompt}</p></html>",
        "hidden": re.sub(r"<body>", '<body style="opacity: 0">', task.page),
        "another page": another.page,
    }
