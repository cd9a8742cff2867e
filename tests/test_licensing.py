"""The licence matrix: what fits together passes, what doesn't is named with a way out."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish.errors import BurnishError
from burnish.licensing import Held, find_clashes, read_matrix, spdx_of
from burnish.params import read_yaml

ROOT = Path(__file__).parent.parent
MATRIX = read_matrix(ROOT / "licences" / "matrix.yaml")
PLACE = "params.yaml: release.licence"
ALL = sorted(MATRIX)


def clashes(*licences: str, release: str = "Apache-2.0", share: float = 0.1) -> list[str]:
    held = [Held(f"source {n}", licence, share) for n, licence in enumerate(licences)]
    return find_clashes(held, release=release, matrix=MATRIX, place=PLACE)


def test_free_licences_fit_into_any_release() -> None:
    free = [name for name, licence in MATRIX.items() if licence.into == "any"]
    assert all(not clashes(*free, release=release) for release in ALL)


def test_two_licences_without_a_common_release_are_named_with_their_sources() -> None:
    [said] = clashes("MIT", "CC-BY-SA-4.0", "CC-BY-NC-4.0")
    assert said.startswith(
        "source 2 under CC-BY-NC-4.0 (released only as CC-BY-NC-4.0 or CC-BY-NC-SA-4.0) and source 1 under"
    )
    assert said.endswith("fit into no common release; leave one of them out of the mixture")


def test_a_release_under_the_wrong_licence_names_the_right_ones() -> None:
    [said] = clashes("MIT", "CC-BY-NC-4.0")
    assert "source 1 under CC-BY-NC-4.0 can't go into a release under Apache-2.0" in said
    assert said.endswith(f"{PLACE} can be CC-BY-NC-4.0 or CC-BY-NC-SA-4.0")
    assert not clashes("MIT", "CC-BY-NC-4.0", release="CC-BY-NC-4.0")


def test_what_has_no_share_is_not_in_the_release() -> None:
    assert not clashes("CC-BY-SA-4.0", "CC-BY-NC-4.0", share=0.0)


def test_licences_that_nobody_wrote_down_stop_a_release() -> None:
    assert clashes("MIT", "Beerware") == [
        "licences that the matrix doesn't know: source 1 under Beerware; add an entry or leave the source out"
    ]
    assert clashes("MIT", release="Beerware")[0].startswith(f"{PLACE} = 'Beerware' isn't in the matrix; known: 0BSD")


@given(st.lists(st.sampled_from(ALL), max_size=5), st.sampled_from(ALL))
def test_a_release_passes_exactly_if_every_licence_allows_it(licences: list[str], release: str) -> None:
    allowed = all(MATRIX[name].into == "any" or release in MATRIX[name].into for name in licences)
    assert (clashes(*licences, release=release) == []) == allowed


def test_every_name_of_the_hub_means_one_licence() -> None:
    names = [name for licence in MATRIX.values() for name in licence.hub]
    assert len(names) == len(set(names))
    assert spdx_of("ODC-BY", matrix=MATRIX) == "ODC-By-1.0"
    assert spdx_of("wtfpl", matrix=MATRIX) is None


BAD = {
    "unknown release": ("A: {hub: [], conditions: [], into: [B]}", "A.into names B, which has no entry"),
    "misspelt": ("A: {hub: [], condition: [], into: any}", r"A.conditions = .*Field required"),
    "no list": ("A: {hub: [], conditions: [], into: some}", r"A.into.* = 'some'"),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD.keys())
def test_a_broken_matrix_is_named_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "matrix.yaml").write_text(text)
    with pytest.raises(BurnishError, match=rf"matrix.yaml: {message}"):
        read_matrix(tmp_path / "matrix.yaml")


def test_the_release_names_what_is_learnt_on_its_way_and_one_licence() -> None:
    params: dict[str, Any] = read_yaml(ROOT / "params.yaml")
    step, mixes, steps = params["release"]["step"], [], []
    while step in params["train"]:
        own = params["train"][step]
        kind, _, name = own["data"].partition("/")
        if kind == "mix":
            mixes.append(name)
        elif own["method"] in ("cpt", "dpo"):
            steps.append(step)
        else:
            assert kind == "attempts", "made of the project's own cases"
        step = own["parent"]
    assert (params["release"]["mixes"], params["release"]["steps"]) == (mixes[::-1], steps[::-1])
    assert params["export_gguf"]["release"]["licence"] in MATRIX[params["release"]["licence"]].hub
