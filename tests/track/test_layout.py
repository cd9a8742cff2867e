"""The layout: layers follow the edges, nothing overlaps, few crossings, the same picture every time."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from burnish.track.layout import assign_layers, lay_out, reachable, reduce_edges, spread

NODES = [f"n{number}" for number in range(9)]
PAIRS = [(a, b) for at, a in enumerate(NODES) for b in NODES[at + 1 :]]
GAP = 10.0


@given(edges=st.lists(st.sampled_from(PAIRS), unique=True, max_size=20))
@settings(max_examples=60, deadline=None)
def test_layers_follow_edges_and_boxes_keep_their_distance(edges: list[tuple[str, str]]) -> None:
    widths = {node: 20.0 + 7 * number for number, node in enumerate(NODES)}
    layout = lay_out(NODES, edges, widths=widths, gap=GAP)
    assert all(layout.layer[a] < layout.layer[b] for a, b in edges)
    for level in set(layout.layer.values()):
        row = sorted((layout.x[node], node) for node in NODES if layout.layer[node] == level)
        for (x, one), (x_next, other) in pairwise(row):
            assert x_next - x >= (widths[one] + widths[other]) / 2 + GAP - 1e-6
    for (a, b), route in layout.routes.items():
        assert [level for _, level in route] == list(range(layout.layer[a], layout.layer[b] + 1))
    assert lay_out(NODES, edges, widths=widths, gap=GAP) == layout


@given(edges=st.lists(st.sampled_from(PAIRS), unique=True, max_size=20))
@settings(max_examples=60, deadline=None)
def test_leaving_out_edges_leaves_out_no_path(edges: list[tuple[str, str]]) -> None:
    fewer = reduce_edges(edges)
    assert {a: below for a, below in reachable(fewer).items() if below} == {
        a: below for a, below in reachable(edges).items() if below
    }
    for edge in fewer:
        rest = [other for other in fewer if other != edge]
        assert edge[1] not in reachable(rest).get(edge[0], set()), "each edge that is left is needed"


def test_a_source_stands_just_above_its_first_use() -> None:
    edges = [("a", "b"), ("b", "c"), ("c", "d"), ("late", "d")]
    assert assign_layers(["a", "b", "c", "d", "late"], edges)["late"] == 2


def test_a_chain_is_a_straight_line() -> None:
    edges = [*pairwise(NODES), ("n0", "n3")]
    layout = lay_out(NODES, edges, widths=dict.fromkeys(NODES, 50.0), gap=GAP)
    assert max(layout.x[node] for node in NODES[4:]) - min(layout.x[node] for node in NODES[4:]) < 0.5


def test_two_rows_are_ordered_without_crossings() -> None:
    edges = [("a", "y"), ("b", "x"), ("c", "z")]
    layout = lay_out(["a", "b", "c", "x", "y", "z"], edges, widths=dict.fromkeys("abcxyz", 20.0), gap=GAP)
    above = sorted("abc", key=lambda node: layout.x[node])
    below = sorted("xyz", key=lambda node: layout.x[node])
    assert [dict(edges)[node] for node in above] == below


def test_spread_is_the_nearest_arrangement_that_keeps_distances() -> None:
    assert spread([0, 0, 9], weights=[1, 1, 1], distances=[4, 2]) == pytest.approx([-2, 2, 9])
    assert spread([0, 0], weights=[3, 1], distances=[4]) == pytest.approx([-1, 3]), "the heavier one moves less"
