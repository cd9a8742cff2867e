"""The report's section on steps: differences in words, and no gain inside the noise."""

from typing import Any

from burnish.track.blocks import Cell, Missing, Table
from burnish.track.evidence import Evidence
from burnish.track.step_sections import in_order, sign_in_noise, steps


def measure(mean: float, sign: str) -> dict[str, Any]:
    return {"sign": sign, "difference": {"mean": mean, "low": mean - 0.02, "high": mean + 0.02}}


SCREEN = {
    "steps": {
        "sft": {"parent": "base", "sha256": "a", "measures": {"unseen": measure(0.1, "+"), "humaneval": measure(-0.01, "="),
                                                             "references": measure(0.25, "+")}},
        "dpo": {"parent": "sft", "sha256": "b", "measures": {"unseen": measure(-0.2, "-")}},
    },
    "tokens": {"base": 9_000, "sft": 4_700, "dpo": 5_100}, "reference_tokens": 3_600,
    "verdicts": {"no_step_worse": {"passed": False, "says": "dpo is 20.0 points below its parent on unseen"}},
}  # fmt: skip


def cells(noise: dict[str, Any]) -> dict[str, tuple[Cell | str, ...]]:
    section = steps(Evidence({}, {}, {"screen": SCREEN}, {}, {}, (), noise))
    (table,) = [block for block in section.blocks if isinstance(block, Table)]
    return {str(row[0]): row for row in table.rows}


def test_decided_differences_are_marked_and_others_are_equal() -> None:
    rows = cells({})
    assert rows["sft"][2] == Cell("+10.0 (+8.0 to +12.0)", "good")
    assert rows["sft"][3] == Cell("= \u22121.0 (\u22123.0 to +1.0)", "soft")
    assert rows["sft"][4] == Cell("+0.250 (+0.230 to +0.270)", "good")
    assert rows["dpo"][2] == Cell("\u221220.0 (\u221222.0 to \u221218.0)", "bad")
    assert rows["dpo"][3] == Cell("not asked", "soft")
    assert rows["sft"][5] == Cell("not measured", "soft")


def test_the_section_says_how_many_tokens_a_comparison_rests_on() -> None:
    said = steps(Evidence({}, {}, {"screen": SCREEN}, {}, {}, ())).blocks[2]
    assert "4,700 to 5,100 tokens of answers and was shown 3,600" in str(said)


def test_a_shortened_release_is_said_to_be_one() -> None:
    for merged, words in (({"interpolation": 0.7}, True), ({"interpolation": 1.0}, False), ({}, False)):
        section = steps(Evidence({}, {}, {"screen": SCREEN, "merge": merged}, {}, {}, ()))
        assert ("The release keeps 70 %" in str(section.blocks[-1])) == words


def test_a_gain_inside_the_noise_of_seeds_is_no_change() -> None:
    spreads = {f"screen.{name}": {"spread": 0.15} for name in ("unseen", "humaneval", "references")}
    rows = cells({"sft": {"sha256": "a", "seeds": [1, 2, 3, 4], "metrics": spreads}})
    assert rows["sft"][2] == Cell("= +10.0 (+8.0 to +12.0)", "soft")
    assert rows["sft"][4] == Cell("+0.250 (+0.230 to +0.270)", "good")
    assert rows["sft"][5] == "4 seeds"
    assert sign_in_noise("+", 0.1, spread=None) == "+"


def test_noise_of_other_weights_does_not_count() -> None:
    rows = cells({"sft": {"sha256": "old", "seeds": [1, 2], "metrics": {}}})
    assert rows["sft"][2] == Cell("+10.0 (+8.0 to +12.0)", "good")


def test_without_a_screening_the_section_says_how_to_get_one() -> None:
    assert isinstance(steps(Evidence({}, {}, {}, {}, {}, ())).blocks[0], Missing)


def test_every_step_stands_behind_its_parent() -> None:
    parents = {"a": "c", "b": "base", "c": "b", "d": "base", "e": "c"}
    found = in_order({name: {"parent": parent} for name, parent in parents.items()})
    assert [name for name, _ in found] == ["b", "d", "c", "a", "e"]
