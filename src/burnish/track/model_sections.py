"""Sections on the model: scores, exported files, engines, training, verdicts. Metrics in, blocks out."""

from collections.abc import Mapping
from typing import Any

from burnish.track.blocks import Block, Cell, Figure, Headline, Missing, Paragraph, Section, Table, Tone, table
from burnish.track.charts import Estimate, ScoreRow, draw_estimates, draw_scores, draw_training, show_change, show_rate
from burnish.track.drawing import percent, signed
from burnish.track.evidence import Evidence

GROUPS = {"seen": "Seen families", "unseen": "Unseen families", "real": "Real tasks", "humaneval": "HumanEval"}
NOT_RUN = Cell("not run", "soft")
SHOWN_FORMAT = "Q8_0"
SIZES = ("steps", "tokens", "supervised_tokens")
MEANING = (
    "*Seen families*: template families of the training, with facts it never showed. *Unseen families*: whole "
    "categories and template families that were withheld. *Real tasks*: functions of published packages with their own "
    "examples. *HumanEval*: graded across a process boundary. Intervals are 95\u202f%, clustered by family; the shaded "
    "band is the smallest difference that so many items can tell from none."
)


def headlines(evidence: Evidence) -> tuple[Headline, ...]:
    """Return the figures for the top of the report."""
    found = []
    if verdicts := evidence.metrics.get("release", {}).get("verdicts"):
        passed = sum(verdict["passed"] for verdict in verdicts.values())
        tone: Tone = "good" if passed == len(verdicts) else "bad"
        found.append(
            Headline(
                "Release", "passed" if tone == "good" else "refused", f"{passed} of {len(verdicts)} verdicts hold", tone
            )
        )
    if summary := evidence.metrics.get("summary"):
        changes = {name: change_of(summary["difference"].get(name)) for name in GROUPS}
        found += [_headline(GROUPS[name], change) for name, change in changes.items() if change]
    if gate := evidence.metrics.get("equivalence"):
        shipped = gate["formats"].get(SHOWN_FORMAT)
        if shipped:
            detail = f"of words as the model, KL {small(shipped['mean_kl'])}"
            found.append(
                Headline(
                    f"{SHOWN_FORMAT} file",
                    percent(shipped["top_1_agreement"]),
                    detail,
                    "good" if shipped["passed"] else "bad",
                )
            )
    return tuple(found)


def _headline(label: str, change: Estimate) -> Headline:
    return Headline(
        label, signed(change.value), f"points, {signed(change.low)} to {signed(change.high)}", tone_of(change)
    )


def tone_of(change: Estimate) -> Tone:
    """Return whether a difference is one at all, and which way."""
    return "good" if change.low > 0 else "bad" if change.high < 0 else ""


def scores(evidence: Evidence) -> Section:
    """Base against tuned by group of items."""
    summary = evidence.metrics.get("summary")
    if not summary:
        return Section("Scores", (Missing("the evaluation", "dvc repro evaluate"),))
    rows = [_score_row(name, summary) for name in GROUPS]
    shown = [row for row in rows if row.base or row.tuned]
    blocks: list[Block] = [
        Paragraph(MEANING),
        Figure(draw_scores(shown), "scores", "Pass rates and their paired differences."),
    ]
    blocks.append(table("lrrrrr", ("Group", "Items", "Base", "Tuned", "Difference, points", "Detectable from"),
                        [_score_cells(row) for row in rows]))  # fmt: skip
    return Section("Scores", tuple(blocks))


def _score_row(name: str, summary: Mapping[str, Any]) -> ScoreRow:
    base, tuned, change = (summary[part].get(name) for part in ("base", "tuned", "difference"))
    items = (tuned or base or {"items": 0})["items"]
    detectable = change["minimum_detectable_effect"] if change else None
    return ScoreRow(GROUPS[name], items, rate_of(base), rate_of(tuned), change_of(change), detectable)


def _score_cells(row: ScoreRow) -> list[Cell | str]:
    change = Cell(show_change(row.difference), tone_of(row.difference)) if row.difference else NOT_RUN
    detectable = f"{row.detectable:.1f}" if row.detectable is not None else NOT_RUN
    items = f"{row.items:,}" if row.base or row.tuned else NOT_RUN
    return [row.label, items, _rate_cell(row.base), _rate_cell(row.tuned), change, detectable]


def rate_of(entry: Mapping[str, Any] | None) -> Estimate | None:
    """Return a pass rate with its interval, if there is one."""
    return Estimate(entry["pass_rate"], entry["low"], entry["high"]) if entry else None


def change_of(entry: Mapping[str, Any] | None) -> Estimate | None:
    """Return a difference in points with its interval, if there is one."""
    return Estimate(entry["points"], entry["low"], entry["high"]) if entry else None


def _rate_cell(rate: Estimate | None) -> Cell | str:
    return show_rate(rate) if rate else NOT_RUN


def small(value: float | None) -> str:
    """Return a small positive number in two digits; None is what wasn't finite."""
    return "not finite" if value is None else f"{value:.2g}"


def files(evidence: Evidence) -> Section:
    """Each exported file against the model it comes from."""
    gate, export = evidence.metrics.get("equivalence"), evidence.metrics.get("export_gguf/release")
    quants = evidence.metrics.get("summary", {}).get("quants", {})
    made = export["formats"] if export else {}
    blocks: list[Block] = []
    if gate:
        blocks.append(Paragraph(
            f"{gate['chats']:,} chats were rendered, cut into tokens and read by `transformers` and by llama.cpp: "
            "templates, token ids and stop tokens must be equal, distributions near. A file that breaks its budget "
            "fails the release."
        ))  # fmt: skip
        blocks.append(_gate_table(gate["formats"], made))
        blocks += [
            Paragraph(f"{name}: {'; '.join(found['reasons'])}")
            for name, found in gate["formats"].items()
            if found["reasons"]
        ]
    else:
        blocks.append(Missing("the equivalence check of the exported files", "dvc repro equivalence"))
    rates = [(name, rate) for name in _largest_first(quants, made) if (rate := rate_of(quants[name]))]
    if rates:
        picture = draw_estimates(rates, title="Pass rate of each exported file, with 95 % intervals")
        blocks.append(Figure(picture, "files", "Pass rate of each exported file on one sample of items."))
    return Section("Exported files", tuple(blocks))


def _gate_table(formats: Mapping[str, Any], exported: Mapping[str, Any]) -> Table:
    names = (
        "File",
        "Size",
        "Bits a weight",
        "Templates",
        "Token ids",
        "Stop tokens",
        "Positions",
        "Top-1 agreement",
        "Mean KL",
        "Verdict",
    )
    rows = []
    for name in _largest_first(formats, exported):
        found, made = formats[name], exported.get(name)
        size = [f"{made['bytes'] / 2**20:,.0f} MiB", f"{made['bits_per_weight']:.2f}"] if made else [NOT_RUN, NOT_RUN]
        equal = [
            _verdict(found[key], good="equal", bad="different")
            for key in ("template_equal", "token_ids_equal", "stop_tokens_equal")
        ]
        near = [f"{found['positions']:,}", percent(found["top_1_agreement"], digits=2), small(found["mean_kl"])]
        rows.append([name, *size, *equal, *near, _verdict(found["passed"])])
    return table("lrrlllrrrl", names, rows)


def _largest_first(formats: Mapping[str, Any], exported: Mapping[str, Any]) -> list[str]:
    return sorted(formats, key=lambda name: (-exported[name]["bytes"] if name in exported else 0, name))


def _verdict(passed: bool, *, good: str = "passed", bad: str = "failed") -> Cell:
    return Cell(good, "good") if passed else Cell(bad, "bad")


def engines(evidence: Evidence) -> Section:
    """The two engines on the same items."""
    found = evidence.metrics.get("evaluate", {}).get("engines")
    if not found:
        return Section("Engines", (Missing("the comparison of the two engines", "dvc repro evaluate"),))
    change = change_of(found["difference"])
    assert change
    words = (
        f"The same {found['items']:,} items were answered by the bulk sampler and by llama.cpp, which users run. "
        f"llama.cpp beside the sampler: {show_change(change)} points."
    )
    rows = [[name, _rate_cell(rate_of(found[key]))] for key, name in (("sampler", "Sampler"), ("server", "llama.cpp"))]
    return Section("Engines", (Paragraph(words), table("lr", ("Engine", "Pass rate"), rows)))


def training(evidence: Evidence) -> Section:
    """Every training step: sizes and loss."""
    steps = {name: found for name, found in evidence.group("train").items() if "/" not in name}
    if not steps:
        return Section("Training", (Missing("training", "dvc repro train"),))
    rows = [
        [name, *(f"{step[key]:,}" for key in SIZES), f"{step['loss_first']:.3f}", f"{step['loss_last']:.3f}"]
        for name, step in steps.items()
    ]
    blocks: list[Block] = [
        table(
            "lrrrrr",
            ("Step", "Optimizer steps", "Tokens", "Supervised tokens", "Loss, first tenth", "Loss, last tenth"),
            rows,
        )
    ]
    for name in steps:
        if points := evidence.histories.get(f"train@{name}"):
            caption = f"Loss of `{name}` at each step and smoothed over a tenth of them."
            blocks.append(Figure(draw_training(points), f"loss-{name}", caption))
    return Section("Training", tuple(blocks))


def release(evidence: Evidence) -> Section:
    """What the last stage enforced."""
    found = evidence.metrics.get("release")
    if not found:
        return Section("Release", (Missing("the release, which fails on a broken verdict", "dvc repro release"),))
    rows = [
        [name, _verdict(verdict["passed"]), verdict.get("reason", "")] for name, verdict in found["verdicts"].items()
    ]
    return Section("Release", (table("lll", ("Verdict", "", "Why"), rows),))
