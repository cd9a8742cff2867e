"""`burnish report`: what the last run gave, as a page, as Markdown with its pictures, and the graph for the README.

It reads results that exist and draws them; it computes nothing new, and a part whose stage hasn't run says so.
"""

from collections.abc import Callable
from pathlib import Path

from burnish import params
from burnish.errors import BurnishError
from burnish.files import atomic_write
from burnish.track import (
    benchmark_sections,
    comparison_sections,
    data_sections,
    frontier_sections,
    model_sections,
    own_sections,
    step_sections,
)
from burnish.track.blocks import Figure, Paragraph, Report, Section
from burnish.track.cards import build_cards
from burnish.track.drawing import standalone
from burnish.track.evidence import Evidence, read_evidence
from burnish.track.graph import draw_graph
from burnish.track.markdown import render_markdown
from burnish.track.page import render_page

GRAPH = Path("docs/graph.svg")
CARDS = Path("data")  # below the report's folder
# Times stand last, so that a repeated run changes the end of the Markdown and nothing else.
SECTIONS: tuple[tuple[str, Callable[[Evidence], Section]], ...] = (
    ("Scores", model_sections.scores),
    ("Steps", step_sections.steps),
    ("Comparison", comparison_sections.comparison),
    ("FullstackEval", own_sections.fullstack_eval),
    ("LovableBench", own_sections.lovable_bench),
    ("Public benchmarks", benchmark_sections.public),
    ("Leaks", benchmark_sections.leaks),
    ("Safety", frontier_sections.safety),
    ("Preference", frontier_sections.preference),
    ("Exported files", model_sections.files),
    ("Engines", model_sections.engines),
    ("Training", model_sections.training),
    ("Mixture", data_sections.mixtures),
    ("Cases", data_sections.cases),
    ("Real tasks", data_sections.tasks),
    ("Contamination", data_sections.contamination),
    ("Sources", data_sections.sources),
    ("Release", model_sections.release),
    ("Stages", data_sections.stages),
    ("All figures", data_sections.other_figures),
    ("Times", data_sections.times),
)
COMPARISON = "All models and benchmarks"
ONLY_ON_THE_PAGE = ("All figures",)
OTHER_FORM = (KeyError, TypeError, AttributeError)  # what reading metrics of another version of Burnish raises


def write_report(out: Path, *, root: Path = Path()) -> list[Path]:
    """Write `index.html`, `report.md`, its pictures and the data cards to `out`, and the graph to `docs/graph.svg`.

    Raises:
        BurnishError: `root` isn't a DVC repository, or its dvc.yaml can't be read.
    """
    evidence = read_evidence(root)
    if not evidence.stages:
        raise BurnishError(
            f"{root.resolve()}: dvc.yaml declares no stage; run this from the root of a Burnish checkout"
        )
    report = build_report(evidence)
    short = report._replace(
        sections=tuple(section for section in report.sections if section.title not in ONLY_ON_THE_PAGE)
    )
    contents = {out / "index.html": render_page(report), out / "report.md": render_markdown(short)}
    contents |= draw_figures(short, out=out)
    contents |= build_comparison(evidence, out=out)
    for name, card in build_cards(evidence).items():
        contents[out / CARDS / f"{name}.md"] = render_markdown(card)
        contents |= draw_figures(card, out=out / CARDS)
    contents[root / GRAPH] = standalone(draw_graph(evidence.stages))
    for path, content in contents.items():
        atomic_write(path, content)
    return list(contents)


def build_comparison(evidence: Evidence, *, out: Path) -> dict[Path, str]:
    """Return the page of its own that the comparison of all models has, where there is one."""
    found = evidence.metrics.get("comprehensive")
    if not found:
        return {}
    try:
        page = comparison_sections.build_page(found, title=COMPARISON, subtitle=_subtitle(evidence))
    except OTHER_FORM:  # the section of the report says so
        return {}
    return {out / "comparison.html": render_page(page), out / "comparison.md": render_markdown(page)}


def draw_figures(report: Report, *, out: Path) -> dict[Path, str]:
    """Return the pictures of a Markdown report as files beside it."""
    return {
        out / f"{block.name}.svg": standalone(block.picture)
        for section in report.sections
        for block in section.blocks
        if isinstance(block, Figure) and block.name
    }


def build_report(evidence: Evidence) -> Report:
    """Return the report on `evidence`."""
    sections = tuple(_section(title, build, evidence) for title, build in SECTIONS)
    try:
        headlines = model_sections.headlines(evidence)
    except OTHER_FORM:  # the section on it says so
        headlines = ()
    return Report("What the last run gave", _subtitle(evidence), headlines, sections)


def _section(title: str, build: Callable[[Evidence], Section], evidence: Evidence) -> Section:
    """Build one section; metrics of another version of Burnish are said to be that, and spoil no other section."""
    try:
        return build(evidence)
    except OTHER_FORM as error:
        words = f"Not shown: the metrics have another form than this version reads ({type(error).__name__}: {error})."
        return Section(title, (Paragraph(words),))


def _subtitle(evidence: Evidence) -> str:
    base = evidence.metrics.get("base_model")
    model = f"A model of {base['parameters'] / 1e6:.1f} million parameters" if base else "The model"
    made = f"{model}, taught, exported and checked by {len(evidence.stages)} stages; seed {params.read_seed(evidence.params)}."
    return f"{made} Differences are tuned minus base, in points, with 95\u202f% intervals."
