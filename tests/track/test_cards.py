"""A data card says what its dataset's metrics say, and draws what has a spread."""

from typing import Any

from burnish.track.cards import build_card
from burnish.track.contents import numbers
from burnish.track.markdown import render_markdown
from burnish.track.report import CARDS, draw_figures
from burnish.track.snapshots import flatten

FIGURES: dict[str, Any] = {
    "table": "row", "passed": True, "rows": 1200, "splits": {"seen": 200, "train": 1000}, "families": 31,
    "columns": [
        {"name": "licence", "type": "String", "rules": ["isin: allowed_values ('MIT', 'ISC')"], "distinct": 2,
         "commonest": [["MIT", 1100], ["ISC", 100]],
         "bytes": {"least": 3, "mean": 3, "most": 3, "counts_from": {"2": 1200}}},
        {"name": "tokens", "type": "Int32", "rules": ["greater_than: min_value 0"], "distinct": None,
         "value": {"least": 40, "mean": 90, "most": 700, "counts_from": {"32": 10, "64": 900, "128": 280, "512": 10}}},
        {"name": "new", "type": "String", "rules": [], "distinct": None},
    ],
}  # fmt: skip


def test_a_card_holds_rows_licences_rules_and_pictures() -> None:
    card = build_card("mix", figures=FIGURES)
    text = render_markdown(card)
    assert "| Rows | 1,200 | 200 seen, 1,000 train |" in text
    assert "| Licences | 2 | MIT 1,100, ISC 100 |" in text
    assert "| `tokens` | `Int32` | `greater_than: min_value 0` |  | 40 to 700, mean 90 | value |" in text
    drawn = draw_figures(card, out=CARDS)
    assert set(drawn) == {CARDS / "mix-licence.svg", CARDS / "mix-tokens.svg"}
    assert all(f"({path.name})" in text for path in drawn)


def test_figures_of_columns_are_no_metrics_to_compare() -> None:
    assert numbers(flatten(FIGURES)) == {
        "passed": 1.0, "rows": 1200.0, "splits.seen": 200.0, "splits.train": 1000.0, "families": 31.0,
    }  # fmt: skip
