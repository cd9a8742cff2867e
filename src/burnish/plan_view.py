"""A plan as tables for people and as JSON for programs; both say that they are estimates."""

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from burnish.plan import Plan, make_plan

SAYS = (
    "Estimates, not measurements. Memory: the largest sequence, all of it in the loss, on one device. Time: tokens times 4N "
    "(adapters) or 6N (all weights) operations. GB: weights; gradients and the optimiser's state (updates); activations and "
    "logits (passing). Sources of mixtures: supervised tokens with repeats, rows as long as in the last run."
)
COLUMNS = ("step", "tokens", "tokens/s", "time", "weights", "updates", "passing", "peak", "fits")


def show_plan(profile: str | None, *, as_json: bool) -> None:
    """Print the plan of this checkout."""
    plan = make_plan(profile, root=Path())
    if as_json:
        print(json.dumps(as_values(plan), indent=2))
    else:
        print_plan(plan, console=Console())


def print_plan(plan: Plan, *, console: Console) -> None:
    """Print the tables."""
    console.print(f"{SAYS}\n", highlight=False)
    console.print(f"model     {plan.model.name}, {plan.model.sizes.parameters / 1e6:,.0f} M weights", highlight=False)
    console.print(f"hardware  {plan.hardware}, {plan.memory / 1e9:.0f} GB each", highlight=False)
    steps = Table(*COLUMNS, box=None, padding=(0, 1, 0, 0))
    for step in plan.steps:
        memory, tokens = step.memory, f"{step.tokens:,}" if step.tokens else step.tokens_basis
        updates, passing = memory.optimiser + memory.gradients, memory.activations + memory.logits
        steps.add_row(
            step.step, f"≤{tokens}" if step.tokens_basis == "at most" else tokens,
            f"{step.tokens_per_second:,.0f}" if step.tokens_per_second else "?", show_seconds(step.seconds),
            *(f"{part / 1e9:.2f}" for part in (memory.weights, updates, passing, step.peak)), "yes" if step.fits else "no",
        )  # fmt: skip
    console.print(steps)
    for basis in dict.fromkeys(step.basis for step in plan.steps):
        named = ", ".join(step.step for step in plan.steps if step.basis == basis)
        console.print(f"rate of {named}: {basis}", highlight=False)
    samplings = Table("sampling", "answer tokens", "time", box=None, padding=(0, 2, 0, 0))
    for sampled in plan.samplings:
        samplings.add_row(sampled.stage, f"≤{sampled.most_tokens:,}", show_seconds(sampled.seconds))
    console.print()
    console.print(samplings)
    mixtures = Table("mixture", "source", "tokens asked", "there are about", "", box=None, padding=(0, 2, 0, 0))
    for own in plan.sources:
        there = "?" if own.available is None else f"{own.available:,}"
        mixtures.add_row(own.mixture, own.source, f"{own.asked:,}", there, "too few" if own.is_short else "")
    console.print()
    console.print(mixtures)


def as_values(plan: Plan) -> dict[str, Any]:
    """Return a plan as plain values: bytes, seconds, tokens."""
    return {
        "estimates": True, "says": SAYS, "profile": plan.profile, "hardware": plan.hardware,
        "memory_bytes": round(plan.memory), "model": plan.model.name, "parameters": plan.model.sizes.parameters,
        "steps": [{**step._asdict(), "memory": step.memory._asdict()} for step in plan.steps],
        "samplings": [sampled._asdict() for sampled in plan.samplings],
        "sources": [{**own._asdict(), "is_short": own.is_short} for own in plan.sources],
    }  # fmt: skip


def show_seconds(seconds: float | None) -> str:
    """Return a duration that a person reads at a glance."""
    if seconds is None:
        return "?"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
