"""All scores of all models in one table, in the report and on a page of its own. Figures in, blocks out."""

from collections.abc import Iterator, Mapping
from typing import Any

from burnish.track.benchmark_sections import NAMES
from burnish.track.blocks import Block, Cell, Missing, Paragraph, Report, Section, Table, Tone, table
from burnish.track.charts import Estimate, show_change, show_rate
from burnish.track.evidence import Evidence
from burnish.track.model_sections import GROUPS, NOT_RUN, UNKNOWN, change_of

Figures = Mapping[str, Any]
TITLE = "Comparison"
LABELS = {
    **NAMES, **GROUPS, "fullstack_solved": "FullstackEval, solved", "fullstack_points": "FullstackEval, points",
    "lovable_shipped": "LovableBench, shipped", "lovable_points": "LovableBench, points",
    "harm_refused": "Harm refused", "safe_answered": "Safe look-alikes answered",
    "preference_seen": "Preference, seen families", "preference_unseen": "Preference, unseen families",
}  # fmt: skip
MODELS = {"base": "Base", "release": "Tuned", "step/base": "Base, asked as the steps"}
SIGNS: Mapping[str, tuple[str, Tone]] = {"better": ("▲", "good"), "worse": ("▼", "bad"), "=": ("=", "soft")}
NOT_CHECKED = Cell("not checked", "soft")


def comparison(evidence: Evidence) -> Section:
    """Return the table as a section of the report."""
    found = evidence.metrics.get("comprehensive")
    if not found:
        return Section(TITLE, (Missing("the comparison of all models", "dvc repro comprehensive"),))
    differences = show_differences(found)._replace(fold=f"All {found['tests']} differences")
    return Section(TITLE, (Paragraph(explain(found)), show_rates(found), differences))


def build_page(found: Figures, *, title: str, subtitle: str) -> Report:
    """Return the page of a table: rates, differences, clean and suspect items, what was asked."""
    sections = (
        Section("Rates", (Paragraph(explain(found)), show_rates(found))),
        Section("Differences", (show_differences(found),)),
        Section("Clean and suspect items", tuple(_contamination(found))),
        Section("What was asked", (show_items(found),)),
    )
    return Report(title, subtitle, (), sections)


def explain(found: Figures) -> str:
    """Say how the table is read."""
    pairs = [(model, found["models"][model]["against"]) for model in found["order"]]
    held = [f"{name_model(model)} against {name_model(reference)}" for model, reference in pairs if reference]
    return (
        "A rate with its 95\u202f% interval, by families of items, in every cell. ▲ and ▼: a difference that survives a paired "
        "sign-flip test over families and Benjamini and Hochberg's control of false discoveries "
        f"({100 * found['false_discovery_rate']:.0f}\u202f% over this table's {found['tests']} differences); =: undecided. "
        f"Held against each other: {'; '.join(held)}."
    )


def show_rates(found: Figures) -> Table:
    """Return benchmarks by models."""
    models = found["order"]
    rows = [
        [
            LABELS.get(name, name),
            f"{found['benchmarks'][name]['items']:,}",
            *[_rate(cells.get(model)) for model in models],
        ]
        for name, cells in _in_order(found)
    ]
    return table(f"lr{'r' * len(models)}", ("Benchmark", "Items", *map(name_model, models)), rows)


def show_differences(found: Figures) -> Table:
    """Return every paired difference with its test."""
    columns = (
        "Benchmark",
        "Model",
        "Against",
        "Pairs",
        "Difference, points",
        "p",
        "After control",
        "",
        "Detectable from",
    )
    rows: list[list[Cell | str]] = []
    for name, cells in _in_order(found):
        for model, cell in _of_models(cells, found):
            if change := cell.get("difference"):
                sign, tone = SIGNS[change["verdict"]]
                least = change["minimum_detectable"]
                rows.append([
                    LABELS.get(name, name), name_model(model), name_model(found["models"][model]["against"]),
                    f"{change['pairs']:,}", show_change(change_of(change)), f"{change['p']:.4f}", f"{change['q']:.4f}",
                    Cell(sign, tone), f"{100 * least:.1f}" if least is not None else UNKNOWN,
                ])  # fmt: skip
    return table("lllrrrrlr", columns, rows)


def show_items(found: Figures) -> Table:
    """Return what each benchmark asked, what stands for its data, and how the sandbox kept answers in."""
    rows: list[list[Cell | str]] = []
    for name, _ in _in_order(found):
        own = found["benchmarks"][name]
        tiers = ", ".join(own["tiers"]) or "no program ran"
        rows.append([LABELS.get(name, name), f"{own['items']:,}", f"{own['families']:,}", f"`{own['data']}`", tiers])
    return table("lrrll", ("Benchmark", "Items", "Families", "Data", "Sandbox"), rows)


def name_model(model: str) -> str:
    """Return a model's name for people."""
    return MODELS.get(model, model.replace("step/", "Step "))


def _in_order(found: Figures) -> Iterator[tuple[str, Figures]]:
    known = [name for name in LABELS if name in found["cells"]]
    for name in (*known, *sorted(found["cells"].keys() - LABELS.keys())):
        yield name, found["cells"][name]


def _of_models(cells: Figures, found: Figures) -> Iterator[tuple[str, Figures]]:
    return ((model, cells[model]) for model in found["order"] if model in cells)


def _rate(cell: Figures | None) -> Cell | str:
    if cell is None:
        return NOT_RUN
    shown = show_rate(_estimate(cell["all"]))
    if change := cell.get("difference"):
        sign, tone = SIGNS[change["verdict"]]
        return Cell(f"{shown} {sign}", tone if sign != "=" else "")
    return shown


def _contamination(found: Figures) -> Iterator[Block]:
    yield Paragraph(
        "An item is suspect where a training row overlaps it (`data/contamination`); that row was left out of the mixtures. "
        "Of FullstackEval and the withheld safety pairs, whose items differ in facts alone within a family, the whole "
        "family is suspect then. Held-out cases, tasks and pairs, which share their words with training rows by "
        "design, and items of the Hub's sets aren't looked for."
    )
    columns = ("Benchmark", "Suspect items", "Model", "All", "Clean", "Suspect")
    rows: list[list[Cell | str]] = []
    for name, cells in _in_order(found):
        suspects = found["benchmarks"][name]["suspect_items"]
        label = LABELS.get(name, name)
        if suspects is None:
            rows.append([label, *[NOT_CHECKED] * 5])
            continue
        for model, cell in _of_models(cells, found):
            parts = [_part(cell[part]) for part in ("all", "clean", "suspect")]
            rows.append([label, f"{suspects:,}", name_model(model), *parts])
    yield table("lrlrrr", columns, rows)


def _part(rate: Figures | None) -> Cell | str:
    return Cell("no item", "soft") if rate is None else show_rate(_estimate(rate))


def _estimate(rate: Figures) -> Estimate:
    return Estimate(rate["mean"], rate["low"], rate["high"])
