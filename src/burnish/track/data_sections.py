"""Sections on data and pipeline: sources, cases, mixture, stages, times, every other figure. Metrics in, blocks out."""

from collections.abc import Iterator, Mapping
from typing import Any

from burnish.track.blocks import Block, Cell, Figure, Missing, Paragraph, Section, Table, table
from burnish.track.charts import Bar, draw_bars
from burnish.track.contents import numbers
from burnish.track.drawing import percent
from burnish.track.evidence import Evidence
from burnish.track.flows import Flow, draw_flows
from burnish.track.graph import draw_graph
from burnish.track.snapshots import flatten

TEACHER = "teacher/"  # mixtures that a teacher wrote
SPLITS = ("train", "seen", "unseen")
Figures = Mapping[str, Any]
SHOWN_TIMES = SHOWN_PACKAGES = 15


def sources(evidence: Evidence) -> Section:
    """What came from outside, under which licence."""
    groups = evidence.group("fetch")
    if not groups:
        return Section("Sources", (Missing("fetching of the sources", "dvc repro fetch"),))
    rows = [
        [name, f"{found['sources']:,}", f"{found['files']:,}", megabytes(found["bytes"]), _licences(found["licences"])]
        for name, found in groups.items()
    ]
    blocks: list[Block] = [table("lrrrl", ("Group", "Sources", "Files taken", "Size", "Licences"), rows)]
    blocks += _gaps(evidence, "fetch")
    each = list(_each_source(evidence))
    if each:
        blocks.append(table("llll", ("Source", "Group", "From", "Licence"), each, fold=f"All {len(each)} sources"))
    return Section("Sources", tuple(blocks))


def _gaps(evidence: Evidence, group: str) -> list[Block]:
    """Name the stages of a group that haven't run beside those that have."""
    names = evidence.not_run(group)
    return [Missing(", ".join(f"`{name}`" for name in names), f"dvc repro {' '.join(names)}")] if names else []


def _licences(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{licence} ({count})" if count > 1 else licence for licence, count in counts.items())


def _each_source(evidence: Evidence) -> Iterator[list[str]]:
    for group, settings in evidence.params["fetch"].items():
        for name in settings["sources"]:
            entry = evidence.sources.get(group, {}).get(name)
            if entry:
                yield [name, group, f"`{entry['from']}`", entry["licence"]]


def tasks(evidence: Evidence) -> Section:
    """What was made of the packages, and what was left out."""
    found = evidence.metrics.get("process")
    if not found:
        return Section("Real tasks", (Missing("processing of the packages", "dvc repro process"),))
    splits = ", ".join(f"{count:,} {split}" for split, count in found["tasks_by_split"].items())
    words = (
        f"{found['tasks']:,} functions of published packages became tasks ({splits}) in {found['template_families']:,} "
        f"template families, each with the examples of its own documentation as the test. Of {found['mutants']:,} "
        f"broken programs {percent(found['mutants_killed'] / max(found['mutants'], 1))} were caught. "
        f"{found['texts']:,} texts were kept for later pretraining."
    )
    ordered = sorted(found["tasks_by_category"].items(), key=lambda entry: (-entry[1], entry[0]))
    bars = [Bar(name.removeprefix("real_"), (count,), f"{count:,}") for name, count in ordered[:SHOWN_PACKAGES]]
    picture = draw_bars(bars, title="Tasks of the packages that gave most")
    reasons = [(kind, reason, count) for kind, counts in found["rejects"].items() for reason, count in counts.items()]
    rows = [[kind, reason, f"{count:,}"] for kind, reason, count in sorted(reasons, key=lambda entry: -entry[2])]
    left_out = table("llr", ("Kind", "Reason", "Left out"), rows, fold=f"All {len(rows)} reasons for leaving out")
    flows = [
        Flow(name, kept, found["rejects"].get(kind, {}))
        for name, kind, kept in (("functions", "task", found["tasks"]), ("files", "text", found["texts"]))
    ]
    flow = draw_flows(flows, title="What became of the functions and files of the packages")
    return Section("Real tasks", (
        Paragraph(words), Figure(flow, "rows", "What became of the functions and files of the packages."),
        Figure(picture, "tasks", "Tasks of the packages that gave most."), left_out,
    ))  # fmt: skip


def contamination(evidence: Evidence) -> Section:
    """Which training rows overlapped a benchmark, and what the detector finds of planted copies."""
    found = evidence.metrics.get("contamination")
    if not found:
        return Section("Contamination", (Missing("comparison with the benchmarks", "dvc repro contamination"),))
    words = (
        f"Training rows were compared with {found['items']:,} benchmark items ({found['items_too_short']:,} say too "
        f"little to be told from common speech). They overlap, and are left out of every mixture: {_overlaps(found)}. Copies "
        "of items were planted to measure the detector; paraphrases show its limit."
    )
    blocks: list[Block] = [Paragraph(words), *_planted(found)]
    if own := found.get("own"):  # older figures have none
        blocks += [Paragraph(_describe_own(own)), *_planted(own)]
    return Section("Contamination", tuple(blocks))


def _describe_own(own: Figures) -> str:
    names = ", ".join(f"{count:,} of {name}" for name, count in own["benchmarks"].items())
    return (
        f"The same for {own['items']:,} items of the project's own benchmarks and replicas ({names}): {_overlaps(own)}. "
        "Mixtures leave out what overlaps; pairs and text are named alone."
    )


def _overlaps(found: Figures) -> str:
    return ", ".join(f"{counts['overlaps']:,} of {counts['rows']:,} {name}" for name, counts in found["rows"].items())


def _planted(found: Figures) -> Iterator[Block]:
    planted = [
        [kind, f"{entry['planted']:,}", f"{entry['found']:,}", percent(entry["recall"]),
         ", ".join(f"{way} ({count})" for way, count in entry["ways"].items())]
        for kind, entry in found["planted"].items() if entry["recall"] is not None
    ]  # fmt: skip
    yield table("lrrrl", ("Copies", "Planted", "Found", "Recall", "Found by"), planted)
    if found["precision"] is not None:
        yield Paragraph(f"Of all that was found, {percent(found['precision'])} had been planted.")


def cases(evidence: Evidence) -> Section:
    """What was generated, and what its verifiers catch."""
    families = evidence.group("cases")
    if not families:
        return Section("Cases", (Missing("generation of the cases", "dvc repro cases"),))
    found = [(family, name, entry) for family, content in families.items() for name, entry in content.items()]
    kept, mutants = sum(entry["kept"] for *_, entry in found), sum(entry["mutants"] for *_, entry in found)
    killed = sum(entry["kill_rate"] * entry["mutants"] for *_, entry in found)
    words = (
        f"{kept:,} cases of {len(found)} categories in {len(families)} families were kept. Each reference passed its "
        f"verifier; of {mutants:,} broken programs the verifiers caught {percent(killed / max(mutants, 1))}. "
        f"Cheats accepted: {sum(entry['false_accepts'] for *_, entry in found)}. *By operators*: of mutants that a "
        "program made, not an author."
    )
    bars = [_family_bar(family, content) for family, content in families.items()]
    picture = draw_bars(
        bars, title="Cases kept of each family by split", legend=("train", "seen: new facts", "unseen: withheld")
    )
    rows = [_case_cells(family, name, entry) for family, name, entry in found]
    names = (
        "Category",
        "Family",
        "Asked",
        "Kept",
        "Templates",
        "Shapes",
        "Distinct facts",
        "Mutants",
        "Kill rate",
        "By operators",
        "Cheats accepted",
    )
    caption = "Cases kept of each family, and the lowest kill rate of its categories."
    every = table("llrrrrrrrrr", names, rows, fold=f"All {len(rows)} categories")
    return Section("Cases", (Paragraph(words), *_gaps(evidence, "cases"), Figure(picture, "cases", caption), every))


def _family_bar(family: str, content: Mapping[str, Any]) -> Bar:
    parts = tuple(float(sum(entry["splits"][split] for entry in content.values())) for split in SPLITS)
    lowest = min((entry["kill_rate"] for entry in content.values()), default=0.0)
    return Bar(family, parts, f"{sum(parts):,.0f}; kill rate ≥ {percent(lowest)}")


def _case_cells(family: str, name: str, entry: Mapping[str, Any]) -> list[Cell | str]:
    counts = [f"{entry[key]:,}" for key in ("templates", "shapes", "distinct_facts", "mutants")]
    kept = f"{entry['kept']:,}" if entry["kept"] else Cell("0", "bad")
    accepted = Cell(str(entry["false_accepts"]), "bad") if entry["false_accepts"] else "0"
    rates = [percent(entry["kill_rate"]), _rate(entry["operator_kill_rate"])]
    return [name, family, f"{entry['asked']:,}", kept, *counts, *rates, accepted]


def _rate(share: float | None) -> str:
    return "none tried" if share is None else percent(share)


def mixtures(evidence: Evidence) -> Section:
    """What each training step was given, asked against achieved."""
    found = evidence.group("mix")
    if not found:
        return Section("Mixture", (Missing("the mixture", "dvc repro mix"),))
    blocks: list[Block] = []
    for step, mix in found.items():
        if step.startswith(TEACHER):
            blocks.append(_taught(step, mix))
            continue
        blocks.append(Paragraph(
            f"`{step}`: {mix['rows']:,} rows, {mix['tokens']:,} tokens, of which {mix['supervised_tokens']:,} are "
            f"supervised (in the loss). Rows longer than the context, left out: {mix['longer_than_context']:,}."
        ))  # fmt: skip
        bars = [_share_bar(name, source) for name, source in mix["sources"].items()]
        picture = draw_bars(bars, title=f"Shares of supervised tokens in {step}", shares=True)
        blocks += [
            Figure(picture, f"mix-{step}", "Share of the supervised tokens: filled is achieved, outlined is asked."),
            _mix_table(mix["sources"]),
            *_mix_kinds(mix, step=step),
        ]
    return Section("Mixture", tuple(blocks))


def _taught(name: str, found: Mapping[str, Any]) -> Paragraph:
    """Say what a teacher gave."""
    cases, general = found["cases"], found["general"]
    return Paragraph(
        f"`{name}`: {found['rows']:,} rows, {found['supervised_tokens']:,} supervised tokens. The teacher `{found['model']}` "
        f"was right in {cases['right']:,} of {cases['samples']:,} answers to {cases['asked']:,} training cases, of which "
        f"{cases['kept']:,} were kept, and {general['kept']:,} of {general['asked']:,} answers to general prompts."
    )


def _share_bar(name: str, source: Mapping[str, float]) -> Bar:
    share, asked = source["share"], source["asked_share"]
    return Bar(name, (share,), f"{percent(share)} of {percent(asked)} asked", asked)


def _mix_table(found: Mapping[str, Any], *, name: str = "Source", fold: str = "") -> Table:
    keys = ("supervised_tokens", "rows", "distinct_rows", "candidates", "families")
    rows = [[value, *(f"{entry[key]:,}" for key in keys)] for value, entry in found.items()]
    columns = (name, "Supervised tokens", "Rows", "Distinct rows", "Candidates", "Families")
    return table("lrrrrr", columns, rows, fold=fold)


def _mix_kinds(mix: Mapping[str, Any], *, step: str) -> Iterator[Block]:
    """Show skills, modalities and licences: as a picture where shares were asked; then a curriculum's course."""
    for key, name in (("skills", "Skill"), ("modalities", "Modality"), ("licences", "Licence")):
        found = mix[key]
        if any(entry["asked_share"] is not None for entry in found.values()):
            bars = [_share_bar(value, entry) for value, entry in found.items()]
            picture = draw_bars(bars, title=f"Shares of {key} in {step}", shares=True)
            yield Figure(picture, f"mix-{step}-{key}", f"Supervised tokens by {name.lower()}: achieved and asked.")
        yield _mix_table(found, name=name, fold=f"{name} of what was taken: {len(found)} values")
    names = tuple(mix["course"][0]["asked"]) if mix["course"] else ()
    for name in names:
        parts = [{"share": part["share"][name], "asked_share": part["asked"][name]} for part in mix["course"]]
        bars = [_share_bar(f"tenth {number}", part) for number, part in enumerate(parts, start=1)]
        picture = draw_bars(bars, title=f"Curriculum of {step}: share of {name} in each tenth", shares=True)
        yield Figure(picture, f"mix-{step}-course-{name}", f"{name} in each tenth of training: achieved and asked.")


def stages(evidence: Evidence) -> Section:
    """The graph."""
    words = (
        f"{len(evidence.stages)} stages of `dvc.yaml`. A box with a second line stands for several stages of a group. "
        "Left out: `codehash`, on which every stage depends, and arrows that a longer path implies."
    )
    return Section("Stages", (Paragraph(words), Figure(draw_graph(evidence.stages), "stages", "")))


def other_figures(evidence: Evidence) -> Section:
    """Every number of every metrics file, the files of a group of stages together."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for path, content in evidence.metrics.items():
        group, _, key = path.partition("/")
        rows = [
            (f"{key}/{name}" if key else name, f"{value:,.6g}") for name, value in numbers(flatten(content)).items()
        ]
        if rows:
            groups.setdefault(group, []).extend(rows)
    blocks = tuple(
        table("lr", ("Figure", "Value"), rows, fold=f"{group}: {len(rows)} figures") for group, rows in groups.items()
    )
    return Section("All figures", blocks)


def times(evidence: Evidence) -> Section:
    """How long each stage took, by its record."""
    records = evidence.records
    names = [stage.name for stage in evidence.stages if any(out.startswith("records/") for out in stage.writes)]
    if not records:
        return Section("Times", (Missing("records of the stages", "dvc repro"),))
    longest = sorted(records, key=lambda name: -records[name]["seconds"])[:SHOWN_TIMES]
    total, cpu = (sum(record[key] for record in records.values()) for key in ("seconds", "cpu_seconds"))
    peak = max(record["peak_memory_mb"] for record in records.values())
    words = (
        f"{len(records)} of {len(names)} stages have a record here; together they took {duration(total)} "
        f"({duration(cpu)} of processor time), the largest {peak / 1024:.1f} GiB of memory. A stage restored from the "
        "cache shows the run that made it."
    )
    bars = [
        Bar(name, (records[name]["seconds"],), duration(records[name]["seconds"])) for name in names if name in longest
    ]
    picture = draw_bars(bars, title="The stages that took longest", unit="seconds")
    rows = [_time_cells(name, record) for name, record in records.items()]
    columns = ("Stage", "Time", "Processor time", "Peak memory", "Started (UTC)")
    return Section("Times", (
        Paragraph(words), Figure(picture, "", "The stages that took longest, in the order of the pipeline."),
        table("lrrrl", columns, rows, fold="All stages"), Paragraph(_machines(records)),
    ))  # fmt: skip


def _time_cells(name: str, record: Mapping[str, Any]) -> list[str]:
    memory, start = f"{record['peak_memory_mb']:,.0f} MB", record["start"][:16].replace("T", " ")
    return [name, duration(record["seconds"]), duration(record["cpu_seconds"]), memory, start]


def _machines(records: Mapping[str, Any]) -> str:
    seen = sorted(
        {
            f"{r['host']['processors']} processors, {r['host']['machine']}, {r['host']['system']}"
            for r in records.values()
        }
    )
    return f"Machine{'s' if len(seen) > 1 else ''}: {'; '.join(seen)}."


def megabytes(count: float) -> str:
    """Return a number of bytes in the unit that suits it."""
    return f"{count / 1e6:,.1f} MB" if count >= 1e5 else f"{count / 1e3:,.1f} kB"


def duration(seconds: float) -> str:
    """Return seconds as `8.4 s`, `12 min 05 s` or `1 h 02 min`."""
    if round(seconds, 1) < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"
