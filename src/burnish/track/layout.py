"""Places the nodes of an acyclic graph in layers, top to bottom, with few crossings and short, straight edges.

Sugiyama's method: layers by longest path, stand-ins where an edge passes a layer, order by the mean of the neighbours,
then positions by least squares under the least distance (isotonic regression). The same graph gives the same picture.
"""

from collections.abc import Hashable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

SWEEPS, SETTLING = 24, 200
STAND_IN_WIDTH = 14.0
PULL = (
    1.0,
    2.0,
    8.0,
)  # of an edge's piece between two nodes, a node and a stand-in, two stand-ins: long edges are straight

Edge = tuple[str, str]


class StandIn(NamedTuple):
    """The point at which an edge crosses a layer."""

    edge: Edge
    layer: int


Item = str | StandIn


class Layout(NamedTuple):
    """Centres of nodes, layer of each node, and the points of each edge from top to bottom; x grows from 0."""

    x: dict[str, float]
    layer: dict[str, int]
    routes: dict[Edge, list[tuple[float, int]]]
    width: float


def reduce_edges(edges: Sequence[Edge]) -> list[Edge]:
    """Leave out each edge that a longer path implies."""
    below = reachable(edges)
    targets: dict[str, set[str]] = {}
    for source, target in edges:
        targets.setdefault(source, set()).add(target)
    return [(a, b) for a, b in edges if not any(b in below[c] for c in targets[a] if c != b)]


def reachable(edges: Sequence[Edge]) -> dict[str, set[str]]:
    """Return all that can be reached from each node."""
    targets: dict[str, list[str]] = {}
    for source, target in edges:
        targets.setdefault(source, []).append(target)
        targets.setdefault(target, [])
    found: dict[str, set[str]] = {}

    def visit(node: str) -> set[str]:
        if node not in found:
            found[node] = set().union(*({target} | visit(target) for target in targets[node]))
        return found[node]

    for node in targets:
        visit(node)
    return found


def lay_out(nodes: Sequence[str], edges: Sequence[Edge], *, widths: Mapping[str, float], gap: float) -> Layout:
    """Place `nodes`, at least `gap` apart; `edges` go from a node to one that depends on it."""
    if not nodes:
        return Layout({}, {}, {}, 0.0)
    layer = assign_layers(nodes, edges)
    chains = {edge: _chain(edge, layer) for edge in edges}
    rows = _rows(nodes, layer, chains)
    links = [link for chain in chains.values() for link in pairwise(chain)]
    order_rows(rows, links)
    size = {item: widths[item] if isinstance(item, str) else STAND_IN_WIDTH for row in rows for item in row}
    x = _positions(rows, links, size=size, gap=gap)
    left = min(x[item] - size[item] / 2 for item in x)
    place = {item: at - left for item, at in x.items()}
    routes = {edge: [(place[item], layer[edge[0]] + step) for step, item in enumerate(chain)]
              for edge, chain in chains.items()}  # fmt: skip
    width = max(place[item] + size[item] / 2 for item in place)
    return Layout({node: place[node] for node in nodes}, layer, routes, width)


def assign_layers(nodes: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    """Return the length of the longest path to each node; one that nothing precedes stands just above its first use."""
    sources: dict[str, list[str]] = {node: [] for node in nodes}
    targets: dict[str, list[str]] = {node: [] for node in nodes}
    for source, target in edges:
        sources[target].append(source)
        targets[source].append(target)
    layer: dict[str, int] = {}

    def depth(node: str) -> int:
        if node not in layer:
            layer[node] = 1 + max(map(depth, sources[node]), default=-1)
        return layer[node]

    for node in nodes:
        depth(node)
    for node in nodes:
        if not sources[node] and targets[node]:
            layer[node] = min(layer[target] for target in targets[node]) - 1
    return layer


def order_rows(rows: list[list[Item]], links: Sequence[tuple[Item, Item]]) -> None:
    """Order each row in place by the mean of its neighbours' places, downwards and upwards; keep the best seen."""
    best, fewest = [list(row) for row in rows], _crossings(rows, links)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        neighbours = _neighbours(links, above=down)
        indices = range(1, len(rows)) if down else range(len(rows) - 2, -1, -1)
        for index in indices:
            fixed = {item: place for place, item in enumerate(rows[index - 1 if down else index + 1])}
            own = {item: place for place, item in enumerate(rows[index])}
            rows[index].sort(
                key=lambda item: (_mean([fixed[n] for n in neighbours.get(item, [])], own[item]), own[item])
            )
        crossings = _crossings(rows, links)
        if crossings < fewest:
            best, fewest = [list(row) for row in rows], crossings
    rows[:] = best


def spread(wanted: Sequence[float], *, weights: Sequence[float], distances: Sequence[float]) -> list[float]:
    """Return the positions nearest to `wanted` (weighted least squares) that keep `distances` between neighbours."""
    offsets = [0.0]
    for distance in distances:
        offsets.append(offsets[-1] + distance)
    blocks: list[tuple[float, float, int]] = []  # mean, weight, members: isotonic regression by merging violators
    for want, weight, offset in zip(wanted, weights, offsets, strict=True):
        blocks.append((want - offset, weight, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (mean, heavy, count), (last, light, more) = blocks[-2], blocks[-1]
            blocks[-2:] = [((mean * heavy + last * light) / (heavy + light), heavy + light, count + more)]
    flat = [mean for mean, _, count in blocks for _ in range(count)]
    return [mean + offset for mean, offset in zip(flat, offsets, strict=True)]


def _chain(edge: Edge, layer: Mapping[str, int]) -> list[Item]:
    between = [StandIn(edge, level) for level in range(layer[edge[0]] + 1, layer[edge[1]])]
    return [edge[0], *between, edge[1]]


def _rows(nodes: Sequence[str], layer: Mapping[str, int], chains: Mapping[Edge, list[Item]]) -> list[list[Item]]:
    rows: list[list[Item]] = [[] for _ in range(1 + max(layer.values()))]
    for node in nodes:
        rows[layer[node]].append(node)
    for chain in chains.values():
        for item in chain[1:-1]:
            assert isinstance(item, StandIn)
            rows[item.layer].append(item)
    return rows


def _positions(rows: list[list[Item]], links: Sequence[tuple[Item, Item]], *, size: Mapping[Item, float],
               gap: float) -> dict[Item, float]:  # fmt: skip
    x: dict[Item, float] = {}
    for row in rows:
        wide = sum(size[item] for item in row) + gap * (len(row) - 1)
        at = -wide / 2
        for item in row:
            x[item] = at + size[item] / 2
            at += size[item] + gap
    pulls: dict[Item, list[tuple[Item, float]]] = {item: [] for item in x}
    for upper, lower in links:
        strength = PULL[isinstance(upper, StandIn) + isinstance(lower, StandIn)]
        pulls[upper].append((lower, strength))
        pulls[lower].append((upper, strength))
    for _ in range(SETTLING):
        for row in rows:
            weights = [sum(strength for _, strength in pulls[item]) or 1.0 for item in row]
            wanted = [
                sum(x[other] * strength for other, strength in pulls[item]) / weight if pulls[item] else x[item]
                for item, weight in zip(row, weights, strict=True)
            ]
            distances = [(size[a] + size[b]) / 2 + gap for a, b in pairwise(row)]
            x.update(zip(row, spread(wanted, weights=weights, distances=distances), strict=True))
    return x


def _neighbours(links: Sequence[tuple[Item, Item]], *, above: bool) -> dict[Item, list[Item]]:
    found: dict[Item, list[Item]] = {}
    for upper, lower in links:
        found.setdefault(lower if above else upper, []).append(upper if above else lower)
    return found


def _crossings(rows: list[list[Item]], links: Sequence[tuple[Item, Item]]) -> int:
    place: dict[Hashable, tuple[int, int]] = {
        item: (level, at) for level, row in enumerate(rows) for at, item in enumerate(row)
    }
    by_row: dict[int, list[tuple[int, int]]] = {}
    for upper, lower in links:
        by_row.setdefault(place[upper][0], []).append((place[upper][1], place[lower][1]))
    return sum(
        (a[0] - b[0]) * (a[1] - b[1]) < 0
        for pairs in by_row.values() for at, a in enumerate(pairs) for b in pairs[at + 1 :]
    )  # fmt: skip


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
