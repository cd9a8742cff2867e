"""Sections on the model: scores, exported files, engines, training, verdicts. Metrics in, blocks out."""

from collections.abc import Mapping
from typing import Any

from burnish.track.blocks import Block, Cell, Figure, Headline, Missing, Paragraph, Section, Table, Tone, table
from burnish.track.charts import (
    Estimate,
    ScoreRow,
    draw_estimates,
    draw_scores,
    draw_training,
    show_change,
    show_rate,
)
from burnish.track.drawing import percent, signed
from burnish.track.evidence import Evidence

GROUPS = {"seen": "Seen families", "unseen": "Unseen families", "real": "Real tasks", "humaneval": "HumanEval"}
NOT_RUN = Cell("not run", "soft")
UNKNOWN = Cell("unknown", "soft")  # where nothing differs, the data don't tell
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
    if verdicts := evidence.metrics.get("summary", {}).get("verdicts"):
        required = evidence.params["release"]["required"]
        held = sum(name in verdicts and verdicts[name]["passed"] for name in required)
        tone: Tone = "good" if held == len(required) else "bad"
        detail = f"{held} of {len(required)} required verdicts hold"
        found.append(Headline("Release", "passed" if tone == "good" else "refused", detail, tone))
    if scores_found := evidence.metrics.get("evaluate"):
        changes = {name: change_of(group["difference"]) for name, group in scores_found["groups"].items()}
        found += [_headline(GROUPS[name], changes[name]) for name in GROUPS if name in changes]
    if gate := evidence.metrics.get("equivalence"):
        shipped = gate["formats"].get(SHOWN_FORMAT)
        if shipped:
            tone = "good" if shipped["passed"] else "bad"
            detail = f"of words as the model, KL {small(shipped['mean_kl'])}"
            found.append(Headline(f"{SHOWN_FORMAT} file", percent(shipped["top_1_agreement"]), detail, tone))
    return tuple(found)


def _headline(label: str, change: Estimate) -> Headline:
    detail = f"{signed(change.low)} to {signed(change.high)}"
    return Headline(label, signed(change.value), detail, tone_of(change))


def tone_of(change: Estimate) -> Tone:
    """Return whether a difference is one at all, and which way."""
    return "good" if change.low > 0 else "bad" if change.high < 0 else ""


def scores(evidence: Evidence) -> Section:
    """Base against tuned by group of items."""
    found = evidence.metrics.get("evaluate")
    if not found:
        return Section("Scores", (Missing("the evaluation", "dvc repro evaluate"),))
    rows = {name: _score_row(name, group) for name, group in found["groups"].items()}
    figure = Figure(
        draw_scores([rows[name] for name in GROUPS if name in rows]), "scores", "Pass rates and differences."
    )
    columns = ("Group", "Items", "Families", "Base", "Tuned", "Difference, points", "Won, lost", "Detectable from")
    cells = [_score_cells(rows[name], found["groups"][name]) if name in rows else _no_score(name) for name in GROUPS]
    blocks = (Paragraph(MEANING), figure, table("lrrrrrrr", columns, cells), _category_table(found["categories"]))
    return Section("Scores", blocks)


def _score_row(name: str, group: Mapping[str, Any]) -> ScoreRow:
    change = group["difference"]
    rates = (rate_of(group["base"]), rate_of(group["release"]))
    return ScoreRow(GROUPS[name], group["items"], *rates, change_of(change), _points(change["minimum_detectable"]))


def _points(share: float | None) -> float | None:
    return 100 * share if share is not None else None


def show_detectable(entry: Mapping[str, Any]) -> Cell | str:
    """Return from how many points on a test of this size sees a difference."""
    return _detectable(_points(entry["minimum_detectable"]))


def _detectable(points: float | None) -> Cell | str:
    return f"{points:.1f}" if points is not None else UNKNOWN


def _score_cells(row: ScoreRow, group: Mapping[str, Any]) -> list[Cell | str]:
    change = Cell(show_change(row.difference), tone_of(row.difference))
    counts = f"{group['difference']['won']}, {group['difference']['lost']}"
    return [row.label, f"{row.items:,}", f"{group['families']:,}", show_rate(row.base), show_rate(row.tuned), change,
            counts, _detectable(row.detectable)]  # fmt: skip


def _no_score(name: str) -> list[Cell | str]:
    return [GROUPS[name], *[NOT_RUN] * 7]


def _category_table(categories: Mapping[str, Any]) -> Table:
    rows = []
    for name, counts in categories.items():
        passed = [f"{counts[model]['passed']} of {counts[model]['answers']}" if model in counts else NOT_RUN
                  for model in ("base", "release")]  # fmt: skip
        rows.append([name, *passed])
    return table("lrr", ("Category", "Base", "Tuned"), rows, fold=f"All {len(rows)} categories")


def rate_of(entry: Mapping[str, Any]) -> Estimate:
    """Return a pass rate with its interval."""
    return Estimate(entry["pass_rate"], entry["low"], entry["high"])


def change_of(entry: Mapping[str, Any]) -> Estimate:
    """Return a paired difference with its interval, in percentage points."""
    return Estimate(100 * entry["mean"], 100 * entry["low"], 100 * entry["high"])


def small(value: float | None) -> str:
    """Return a small positive number in two digits; None is what wasn't finite."""
    return "not finite" if value is None else f"{value:.2g}"


def files(evidence: Evidence) -> Section:
    """Each exported file against the model it comes from."""
    gate, export = evidence.metrics.get("equivalence"), evidence.metrics.get("export_gguf/release")
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
    return Section("Exported files", tuple(blocks))


def _gate_table(formats: Mapping[str, Any], exported: Mapping[str, Any]) -> Table:
    columns = ("File", "Size", "Bits a weight", "Templates", "Token ids", "Stop tokens", "Positions",
               "Top-1 agreement", "Mean KL", "Verdict")  # fmt: skip
    rows = []
    for name in _largest_first(formats, exported):
        found, made = formats[name], exported.get(name)
        size = [f"{made['bytes'] / 2**20:,.0f} MiB", f"{made['bits_per_weight']:.2f}"] if made else [NOT_RUN, NOT_RUN]
        checks = ("template_equal", "token_ids_equal", "stop_tokens_equal")
        equal = [_verdict(found[check], good="equal", bad="different") for check in checks]
        near = [f"{found['positions']:,}", percent(found["top_1_agreement"], digits=2), small(found["mean_kl"])]
        verdict = _verdict(found["passed"], good="passed" if found["judged"] else "reported")
        rows.append([name, *size, *equal, *near, verdict])
    return table("lrrlllrrrl", columns, rows)


def _largest_first(formats: Mapping[str, Any], exported: Mapping[str, Any]) -> list[str]:
    return sorted(formats, key=lambda name: (-exported[name]["bytes"] if name in exported else 0, name))


def _verdict(passed: bool, *, good: str = "passed", bad: str = "failed") -> Cell:
    return Cell(good, "good") if passed else Cell(bad, "bad")


def engines(evidence: Evidence) -> Section:
    """Each file by the engine that users run, beside the bulk sampler and the f16 file."""
    found = evidence.metrics.get("evaluate", {}).get("engines")
    if not found:
        return Section("Engines", (Missing("the comparison of the two engines", "dvc repro evaluate"),))
    export = evidence.metrics.get("export_gguf/release")
    names = _largest_first(found, export["formats"] if export else {})
    words = (
        "Scores above are of the f16 file by the bulk sampler. A sample of the items was answered again by llama.cpp, "
        "which users run, from each file; the differences are paired, in points."
    )
    picture = draw_estimates(
        [(name, rate_of(found[name])) for name in names], title="Pass rate of each file by llama.cpp"
    )
    columns = ("File", "Items", "Sampler", "llama.cpp", "llama.cpp − sampler", "Detectable from", "File − f16",
               "Detectable from")  # fmt: skip
    rows = [_engine_cells(name, found[name]) for name in names]
    figure = Figure(picture, "engines", "Pass rate of each exported file by llama.cpp on one sample of the items.")
    return Section("Engines", (Paragraph(words), figure, table("lrrrrrrr", columns, rows)))


def _engine_cells(name: str, found: Mapping[str, Any]) -> list[Cell | str]:
    beside = [_change_cells(found[other]) if other in found else ("", "") for other in ("from_sampler", "from_f16")]
    rates = (percent(found["sampler_pass_rate"]), percent(found["pass_rate"]))
    return [name, f"{found['items']:,}", *rates, *beside[0], *beside[1]]


def _change_cells(entry: Mapping[str, Any]) -> tuple[Cell | str, Cell | str]:
    """Return a paired difference, and what a test of this size could see."""
    change = change_of(entry)
    return Cell(show_change(change), tone_of(change)), show_detectable(entry)


def training(evidence: Evidence) -> Section:
    """Every training step: sizes and loss."""
    steps = evidence.group("train")
    if not steps:
        return Section("Training", (Missing("training", "dvc repro train"),))
    columns = ("Step", "Optimizer steps", "Tokens", "Supervised tokens", "Loss, first tenth", "Loss, last tenth")
    rows = [
        [name, *(f"{step[key]:,}" for key in SIZES), f"{step['loss_first']:.3f}", f"{step['loss_last']:.3f}"]
        for name, step in steps.items()
    ]
    blocks: list[Block] = [table("lrrrrr", columns, rows)]
    for name in steps:
        if points := evidence.histories.get(f"train@{name}"):
            drawn = "Mean reward" if "reward" in points[0] else "Loss"
            caption = f"{drawn} of `{name}` at each step and smoothed over a tenth of them."
            blocks.append(Figure(draw_training(points), f"loss-{name}", caption))
    return Section("Training", tuple(blocks))


def release(evidence: Evidence) -> Section:
    """Every verdict, and whether the last stage let the files pass."""
    verdicts = evidence.metrics.get("summary", {}).get("verdicts")
    if not verdicts:
        return Section("Release", (Missing("the verdicts", "dvc repro summary"),))
    required = evidence.params["release"]["required"]
    rows: list[list[Cell | str]] = [
        [name, "required" if name in required else "", _verdict(verdict["passed"]), verdict["says"]]
        for name, verdict in verdicts.items()
    ]
    rows += [[name, "required", NOT_RUN, "no stage gave it"] for name in required if name not in verdicts]
    blocks: list[Block] = [table("llll", ("Verdict", "", "", "Why"), rows)]
    if "release" not in evidence.metrics:
        blocks.append(Missing("the release itself, which needs every required verdict", "dvc repro release"))
    return Section("Release", tuple(blocks))
