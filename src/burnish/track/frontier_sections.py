"""Sections on safety and preference: the frontier of refusals, the rules' agreement with labels, likelier answers by length."""

from collections.abc import Mapping
from typing import Any

from burnish.track.blocks import Cell, Figure, Missing, Paragraph, Section, Table, table
from burnish.track.charts import QUARTERS, Estimate, show_change, show_rate
from burnish.track.drawing import Picture, Scale, dot, line, percent, signed, text, whisker
from burnish.track.evidence import Evidence
from burnish.track.model_sections import change_of, show_detectable, tone_of

MODELS = {"base": "Base", "release": "Tuned"}
KINDS = {"base": "base", "release": "tuned"}
RATES = {"refusal": "Harm refused", "over_refusal": "Look-alikes refused", "answered": "Look-alikes answered"}
PARTS = {
    "all": "All", "looked_at": "Rules mended on", "held_out": "Set aside", "written": "Written by hand",
    "sampled": "Sampled from models", "sampled_held_out": "Sampled, set aside",
}  # fmt: skip
MEASURES = {"sum": "whole answers", "per_token": "mean of a token", "reward": "added by training"}
SIDE = 320.0


def safety(evidence: Evidence) -> Section:
    """Harm refused against safe look-alikes refused."""
    found = evidence.metrics.get("safety")
    if not found:
        return Section("Safety", (Missing("the safety frontier", "dvc repro safety"),))
    words = (
        f"{found['pairs']:,} pairs of {found['families']:,} withheld families were asked: a harmful request and a safe "
        "look-alike that differs in its aim alone. Who refuses everything, or nothing, lies on the diagonal: Youden's J, "
        "harm refused plus look-alikes answered minus one, is 0 there. An incoherent answer is right on neither side. "
        "Greedy answers, cut after their first sentences, read by rules."
    )
    caption = "The safety frontier: up and to the left is better."
    figure = Figure(draw_frontier(found["points"]), "safety", caption)
    blocks = (Paragraph(words), figure, _points_table(found), _readings_table(found), _family_table(found["by_family"]))
    return Section("Safety", (*blocks, *_classifier(found["classifier"])))


def draw_frontier(points: Mapping[str, Any]) -> Picture:
    """Draw each model as a point with the intervals of both its rates; the diagonal is a coin."""
    left, top = 70.0, 12.0
    x, y = Scale(0, 1, left, left + SIDE), Scale(0, 1, top + SIDE, top)
    parts = [text(x.end, y.start + 36, "safe look-alikes refused", kind="soft", anchor="end"),
             text(0, top + SIDE / 2, "harm", kind="soft"), text(0, top + SIDE / 2 + 14, "refused", kind="soft")]  # fmt: skip
    for share in QUARTERS:
        label = percent(share, digits=0)
        parts += [line(x(share), y(0), x(share), y(1)), text(x(share), y(0) + 18, label, kind="tick", anchor="middle"),
                  line(x(0), y(share), x(1), y(share)),
                  text(x(0) - 8, y(share) + 4, label, kind="tick", anchor="end")]  # fmt: skip
    parts.append(line(x(0), y(0), x(1), y(1), kind="zero"))
    for number, (model, point) in enumerate(points.items()):
        across, up, kind = _rate(point["over_refusal"]), _rate(point["refusal"]), KINDS[model]
        words = f"{MODELS[model]}: J = {signed(point['youden']['mean'], digits=2)}"
        parts += [whisker(x(across.low), x(across.high), y(up.value), kind=f"{kind}-line"),
                  line(x(across.value), y(up.low), x(across.value), y(up.high), kind=f"{kind}-line"),
                  dot(x(across.value), y(up.value), kind=f"{kind}-dot", radius=6, hint=words),
                  dot(x.end + 34, top + 14 + 24 * number, kind=f"{kind}-dot"),
                  text(x.end + 46, top + 18 + 24 * number, words, kind="strong")]  # fmt: skip
    title = "Harmful requests refused against safe look-alikes refused, with 95\u202f% intervals"
    return Picture(title, x.end + 220, y.start + 44, "".join(parts))


def _points_table(found: Mapping[str, Any]) -> Table:
    rows: list[list[Cell | str]] = []
    for name, title in RATES.items():
        change = change_of(found["difference"][name])
        rates = [show_rate(_rate(found["points"][model][name])) for model in MODELS]
        rows.append([title, *rates, show_change(change), _detectable(found["difference"][name])])
    rows.append(["Incoherent", *(show_rate(_rate(found["points"][model]["incoherent"])) for model in MODELS), "", ""])
    change = change_of(found["difference"]["youden"])
    points = [_show_youden(found["points"][model]["youden"]) for model in MODELS]
    least = _detectable(found["difference"]["youden"])
    rows.append(["Youden's J, in hundredths", *points, Cell(show_change(change), tone_of(change)), least])
    return table("lrrrr", ("", *MODELS.values(), "Difference, points", "Detectable from"), rows)


def _show_youden(entry: Mapping[str, float]) -> str:
    return show_change(Estimate(100 * entry["mean"], 100 * entry["low"], 100 * entry["high"]))


def _detectable(entry: Mapping[str, Any]) -> Cell | str:
    least = entry["minimum_detectable"]
    return Cell("unknown", "soft") if least is None else f"{100 * least:.1f}"


def _readings_table(found: Mapping[str, Any]) -> Table:
    rows = [
        [MODELS[model], kind, *(f"{count:,}" for count in point[kind].values()), f"{point['cut']:,}"]
        for model, point in found["points"].items()
        for kind in ("harmful", "safe")
    ]
    read = tuple(found["points"]["base"]["harmful"])
    return table("llrrrr", ("Model", "Requests", *read, "Cut, of both"), rows, fold="Answers by reading")


def _family_table(families: Mapping[str, Any]) -> Table:
    rows = [[name, *(_counts(own[model], kind) for model in MODELS for kind in ("harmful", "safe"))]
            for name, own in families.items()]  # fmt: skip
    columns = ("Family", *(f"{name}, {kind} refused" for name in MODELS.values() for kind in ("harmful", "safe")))
    return table("lrrrr", columns, rows, fold=f"All {len(rows)} families")


def _counts(own: Mapping[str, Mapping[str, int]], kind: str) -> str:
    return f"{own[kind]['refused']} of {sum(own[kind].values())}"


def _classifier(found: Mapping[str, Any]) -> tuple[Paragraph, Table, Table]:
    words = (
        "The rules that read answers, measured on answers labelled by hand (`labelled/`); the part set aside wasn't looked at "
        "while they were mended."
    )
    rows = [
        [title, f"{found[part]['answers']:,}", show_rate(Estimate(found[part]["accuracy"], found[part]["low"],
                                                                  found[part]["high"])), f"{found[part]['kappa']:.2f}"]
        for part, title in PARTS.items()
    ]  # fmt: skip
    agreement = table("lrrr", ("Labelled answers", "Number", "Agreement", "Cohen's kappa"), rows)
    confusion = found["all"]["confusion"]
    counts = [[label, *(f"{count:,}" for count in read.values())] for label, read in confusion.items()]
    columns = ("Label", *(f"read as {read}" for read in confusion))
    return Paragraph(words), agreement, table("lrrr", columns, counts)


def preference(evidence: Evidence) -> Section:
    """How often the right answer is the likelier one, by difference in length."""
    found = evidence.metrics.get("preference")
    if not found:
        return Section("Preference", (Missing("preference accuracy", "dvc repro preference"),))
    words = (
        f"Of {found['pairs']:,} held-out pairs ({found['families']:,} families) the right answer is the longer one in "
        f"{show_rate(_rate(found['longer_wins']))}. Each accuracy below is of the same pairs; beside it stands its paired "
        "difference from that baseline, in points. *Added by training*: tuned minus base log-probability, DPO's reward."
    )
    rows: list[list[Cell | str]] = []
    for model, measures in found["points"].items():
        for name, point in measures.items():
            over = change_of(point["over_longer"])
            accuracy = show_rate(_rate(point["accuracy"]))
            shown = Cell(show_change(over), tone_of(over)), show_detectable(point["over_longer"])
            rows.append([MODELS[model], MEASURES[name], accuracy, *shown])
    points = table("llrrr", ("Model", "Likelier by", "Accuracy", "Over “longer wins”", "Detectable from"), rows)
    return Section("Preference", (Paragraph(words), points, _bin_table(found["bins"])))


def _bin_table(bins: list[Mapping[str, Any]]) -> Table:
    names = list(bins[0]["accuracy"])
    columns = ("Right minus wrong, tokens", "Pairs", "Longer wins", *(_bin_title(name) for name in names))
    rows = [
        [_bin_name(own), f"{own['pairs']:,}", _share(own["longer_wins"]), *(_share(own["accuracy"][n]) for n in names)]
        for own in bins
    ]
    return table("lrr" + "r" * len(names), columns, rows)


def _bin_title(name: str) -> str:
    model, _, measure = name.partition("_")
    return f"{MODELS[model]}, {MEASURES[measure]}"


def _bin_name(own: Mapping[str, Any]) -> str:
    low, high = own["from"], own["below"]
    if low is None:
        return f"below {signed(high, digits=0)}"
    return (
        f"{signed(low, digits=0)} or more"
        if high is None
        else f"{signed(low, digits=0)} to {signed(high - 1, digits=0)}"
    )


def _share(share: float | None) -> Cell | str:
    return Cell("none", "soft") if share is None else percent(share)


def _rate(entry: Mapping[str, float]) -> Estimate:
    return Estimate(entry["mean"], entry["low"], entry["high"])
