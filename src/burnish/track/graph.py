"""The stages of `dvc.yaml` as a picture, top to bottom; the stages of one group that don't need each other are one box.

Left out: `codehash`, on which every stage depends, and edges that a longer path implies.
"""

from collections.abc import Sequence
from typing import NamedTuple

from burnish.track.drawing import LETTER_WIDTH, Picture, box, dot, text
from burnish.track.layout import Edge, lay_out, reachable, reduce_edges
from burnish.track.snapshots import Declared

HIDDEN = "codehash"
PHASES = ("sources", "generate", "validate", "mix", "train", "evaluate", "export")
BOX_HEIGHT, LAYER_HEIGHT, GAP, PADDING = 34.0, 74.0, 18.0, 14.0
FONT, SMALL_FONT = 12.0, 10.5


class Box(NamedTuple):
    """What is drawn for one stage, or for several of a group."""

    title: str
    detail: str
    hint: str
    phase: str

    @property
    def width(self) -> float:
        """Width in pixels by an estimate of the text's."""
        letters = max(len(self.title) * FONT, len(self.detail) * SMALL_FONT) * LETTER_WIDTH
        return letters + 2 * PADDING


def draw_graph(stages: Sequence[Declared]) -> Picture:
    """Return the picture of `stages`."""
    shown = [stage for stage in stages if stage.name != HIDDEN]
    group = group_stages(shown)
    boxes = {
        name: _box([stage for stage in shown if group[stage.name] == name]) for name in dict.fromkeys(group.values())
    }
    edges = reduce_edges([*dict.fromkeys((group[a], group[b]) for a, b in find_edges(shown) if group[a] != group[b])])
    layout = lay_out([*boxes], edges, widths={name: box.width for name, box in boxes.items()}, gap=GAP)
    body = [_edge(route) for route in layout.routes.values()]
    body += [_node(boxes[name], x=layout.x[name], layer=layout.layer[name]) for name in boxes]
    phases = [phase for phase in (*PHASES, "other") if any(box.phase == phase for box in boxes.values())]
    bottom = (max(layout.layer.values(), default=0) + 1) * LAYER_HEIGHT
    legend, wide = _legend(phases, y=bottom)
    return Picture("The stages of the pipeline", max(layout.width, wide), bottom + 14, "".join([*body, legend]))


def find_edges(stages: Sequence[Declared]) -> list[Edge]:
    """Return (stage, stage that reads its output): the same path, a part of it, or a folder that holds it."""
    return [
        (maker.name, user.name)
        for maker in stages for user in stages
        if maker is not user and any(_overlap(out, item) for out in maker.writes for item in user.reads)
    ]  # fmt: skip


def group_stages(stages: Sequence[Declared]) -> dict[str, str]:
    """Return the box of each stage: its group, unless stages of the group need each other, however indirectly."""
    below = reachable(find_edges(stages))
    groups: dict[str, list[str]] = {}
    for stage in stages:
        groups.setdefault(stage.name.partition("@")[0], []).append(stage.name)
    return {
        name: group if len(names) > 1 and not _related(names, below) else name
        for group, names in groups.items() for name in names
    }  # fmt: skip


def _related(names: Sequence[str], below: dict[str, set[str]]) -> bool:
    return any(other in below.get(name, set()) for name in names for other in names)


def _overlap(one: str, other: str) -> bool:
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")


def _box(stages: Sequence[Declared]) -> Box:
    first = stages[0]
    keys = [stage.name.partition("@")[2] for stage in stages]
    if len(stages) == 1:
        return Box(first.name, "", first.description, _phase(first))
    detail = ", ".join(keys) if sum(map(len, keys)) < 30 else f"{len(keys)} stages"
    return Box(first.name.partition("@")[0], detail, f"{first.description}: {', '.join(keys)}", _phase(first))


def _phase(stage: Declared) -> str:
    first = stage.module.partition(".")[0]
    return first if first in PHASES else "other"


def _node(node: Box, *, x: float, layer: int) -> str:
    left, top = x - node.width / 2, layer * LAYER_HEIGHT
    title_y = top + (21.5 if not node.detail else 15.0)
    parts = [
        box(left, top, node.width, BOX_HEIGHT, kind="node", radius=4, hint=node.hint),
        box(left, top, 4, BOX_HEIGHT, kind=f"mark-{node.phase}", radius=2),
        text(x + 1, title_y, node.title, anchor="middle"),
    ]
    if node.detail:
        parts.append(text(x + 1, top + 28, node.detail, kind="small", anchor="middle"))
    return "".join(parts)


def _edge(route: Sequence[tuple[float, int]]) -> str:
    """Return a curve that leaves and enters boxes vertically and passes layers straight."""
    (x, layer), *rest = route
    y = layer * LAYER_HEIGHT + BOX_HEIGHT
    path = [f"M{x:.1f},{y:.1f}"]
    for number, (x_next, level) in enumerate(rest):
        top = level * LAYER_HEIGHT
        bend = (top - y) / 2
        path.append(f"C{x:.1f},{y + bend:.1f} {x_next:.1f},{top - bend:.1f} {x_next:.1f},{top:.1f}")
        x, y = x_next, top
        if number < len(rest) - 1:
            y += BOX_HEIGHT
            path.append(f"V{y:.1f}")
    return f'<path class="edge" d="{" ".join(path)}"/>'


def _legend(phases: Sequence[str], *, y: float) -> tuple[str, float]:
    x, parts = 0.0, []
    for phase in phases:
        parts += [dot(x + 5, y, kind=f"mark-{phase}"), text(x + 14, y + 4, phase, kind="soft")]
        x += 14 + len(phase) * FONT * LETTER_WIDTH + 22
    return "".join(parts), x
