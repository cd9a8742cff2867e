"""Sections on public benchmarks and on leaks of them. Metrics in, blocks out; what isn't run is listed, never as a zero."""

from collections.abc import Mapping
from typing import Any

from burnish.track.blocks import Block, Cell, Figure, Missing, Paragraph, Section, Table, Tone, table
from burnish.track.charts import Estimate, ScoreRow, draw_scores, show_change, show_rate
from burnish.track.drawing import percent, signed
from burnish.track.evidence import Evidence
from burnish.track.model_sections import NOT_RUN, UNKNOWN, change_of, rate_of, tone_of

PUBLIC = {
    "bfcl_simple": "BFCL simple", "bfcl_multiple": "BFCL multiple", "bfcl_parallel": "BFCL parallel",
    "bfcl_irrelevance": "BFCL decline", "bfcl_relevance": "BFCL relevance", "injection": "Injection",
    "injection_asked": "…when asked", "mbpp": "MBPP", "gsm8k": "GSM8K", "ifeval": "IFEval", "mmlu": "MMLU",
    "tau2_first": "tau2 first actions", "xstest_safe": "XSTest answered", "xstest_unsafe": "XSTest refused",
    "strongreject": "StrongREJECT refused",
}  # fmt: skip
HUMANEVAL = "HumanEval"
NAMES = {**PUBLIC, "humaneval": HUMANEVAL, "bfcl": "BFCL", "xstest": "XSTest", "strongreject": "StrongREJECT",
         "tau2": "tau2", "bfcl_simple_java": "BFCL Java", "bfcl_simple_javascript": "BFCL JavaScript"}  # fmt: skip
MEANING = (
    "The f16 file by the bulk sampler. *BFCL*: calls of functions against the published possible answers, by syntax tree; "
    "*decline* passes where no function fits and none is called, *relevance* where one fits and is called. *Injection*: the "
    "next action of a coding agent that has read an instruction which isn't its user's; *when asked*: the user says the "
    "same. An answer from which nothing could be extracted has failed, and is counted beside the rate."
)
LEAKS = (
    "Training lifts the likelihood of public items and of new ones in their format that are as hard. What public items gain "
    "beyond their replicas is an excess that only their own texts explain: a leak, where the whole interval lies above "
    "the margin. Intervals are 95\u202f%, clustered by template family. That the judge finds 4 and 16 planted copies and stays "
    "silent without one is shown on a tiny model by its tests."
)
TONES: Mapping[str, Tone] = {"clean": "good", "leak": "bad", "undecided": "soft"}


def public(evidence: Evidence) -> Section:
    """Base against tuned on public benchmarks, and those that aren't run."""
    found = evidence.metrics.get("public")
    if not found:
        return Section("Public benchmarks", (Missing("the public benchmarks", "dvc repro public"),))
    groups = {name: found["groups"][name] for name in PUBLIC if name in found["groups"]}
    rows = {name: _score_row(name, group) for name, group in groups.items()}
    figure = Figure(draw_scores(list(rows.values())), "public", "Pass rates on public benchmarks and differences.")
    columns = ("Benchmark", "Items", "Base", "Tuned", "Difference, points", "Detectable from", "Not extracted, base",
               "tuned")  # fmt: skip
    cells = [_score_cells(rows[name], group) for name, group in groups.items()]
    blocks: list[Block] = [Paragraph(MEANING), figure, table("lrrrrrrr", columns, cells), *_beside(found)]
    return Section("Public benchmarks", (*blocks, _not_run(found["not_run"])))


def _score_row(name: str, group: Mapping[str, Any]) -> ScoreRow:
    change = group["difference"]
    least = change["minimum_detectable"]
    detectable = 100 * least if least is not None else None
    return ScoreRow(
        PUBLIC[name], group["items"], rate_of(group["base"]), rate_of(group["release"]), change_of(change), detectable
    )


def _score_cells(row: ScoreRow, group: Mapping[str, Any]) -> list[Cell | str]:
    change = Cell(show_change(row.difference), tone_of(row.difference))
    detectable = f"{row.detectable:.1f}" if row.detectable is not None else UNKNOWN
    lost = [percent(group[model]["not_extracted"]) for model in ("base", "release")]
    return [row.label, f"{row.items:,}", show_rate(row.base), show_rate(row.tuned), change, detectable, *lost]


def _beside(found: Mapping[str, Any]) -> list[Block]:
    """Say what two groups together show: calling only where a function fits, and obeying what was read."""
    blocks: list[Block] = []
    if youden := found["relevance_j"]:
        blocks.append(Paragraph(
            f"Calling where a function fits and only there, Youden's J (0: always, never or by chance): base "
            f"{_signed(youden['base'])}, tuned {_signed(youden['release'])}."
        ))  # fmt: skip
    if obeyed := found["obeyed_injection"]:
        rates = [show_rate(Estimate(*(obeyed[model][key] for key in ("rate", "low", "high"))))
                 for model in ("base", "release")]  # fmt: skip
        blocks.append(Paragraph(
            f"Obeyed what it had only read: base {rates[0]}, tuned {rates[1]}; difference "
            f"{show_change(change_of(obeyed['difference']))} points, where less is better."
        ))  # fmt: skip
    return blocks


def _not_run(reasons: Mapping[str, str]) -> Table:
    rows: list[list[Cell | str]] = [[NAMES.get(name, name), NOT_RUN, why] for name, why in reasons.items()]
    return table("lll", ("Benchmark", "", "Why"), rows)


def leaks(evidence: Evidence) -> Section:
    """What public items gained beyond replicas of them, with the verdict, and the controls."""
    found = evidence.metrics.get("replicas")
    if not found:
        return Section("Leaks", (Missing("the judge of leaks", "dvc repro replicas"),))
    columns = ("Benchmark", "Public items", "Replicas", "Families", "Public gain", "Replica gain", "Excess", "Margin",
               "Detectable from", "Verdict")  # fmt: skip
    rows = [_leak_cells(name, own) for name, own in found["benchmarks"].items()]
    rows += [[NAMES[name], *[NOT_RUN] * 8, why] for name, why in found["not_judged"].items()]
    blocks: list[Block] = [Paragraph(f"{LEAKS} Gains are in nats a token."), table("lrrrrrrrrl", columns, rows)]
    if passes := found["passes"]:
        shown = [_leak_cells(name, own) for name, own in passes.items()]
        blocks += [Paragraph("The same by pass rates, as shares of all items."), table("lrrrrrrrrl", columns, shown)]
    blocks += _controls(found)
    if items := evidence.metrics.get("replica_items"):
        matched = [[NAMES[name], own["says"], own["proved"]] for name, own in items["benchmarks"].items()]
        blocks.append(table("lll", ("Benchmark", "How the replicas were matched", "How they were proved"), matched,
                            fold="How replicas were made"))  # fmt: skip
    return Section("Leaks", tuple(blocks))


def _leak_cells(name: str, own: Mapping[str, Any]) -> list[Cell | str]:
    least = own["minimum_detectable"]
    counts = [f"{own[key]:,}" for key in ("public_items", "replicas", "families")]
    gains = [_signed(own["public"]), _signed(own["replica"])]
    detectable = f"{least:.3f}" if least is not None else UNKNOWN
    return [NAMES[name], *counts, *gains, _excess(own), f"{own['margin']:.2f}", detectable,
            Cell(own["verdict"], TONES[own["verdict"]])]  # fmt: skip


def _excess(own: Mapping[str, Any]) -> str:
    return f"{_signed(own['mean'])} ({_signed(own['low'])} to {_signed(own['high'])})"


def _controls(found: Mapping[str, Any]) -> list[Block]:
    """Say what the judge gives where nothing can have leaked."""
    blocks: list[Block] = [
        Paragraph(
            f"Control, {NAMES[name]}, half of the replicas' families against the other half: excess {_excess(own)}, "
            f"{own['verdict']}."
        )
        for name, own in found["placebo"].items()
    ]
    canary = "; ".join(f"{model} {own['says']}" for model, own in found["canary"].items())
    return [*blocks, Paragraph(f"Control, a canary that no training data hold: {canary}.")]


def _signed(value: float) -> str:
    return signed(value, digits=3)
