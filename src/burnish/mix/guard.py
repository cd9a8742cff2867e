"""Stage `mix_guard`: the mixtures of the two steps that teach what to refuse and what not, each beside cases, tasks and replay.

The same as `mixer.py` in all else. Each mixture draws by a key of its own, so that two steps in a row don't repeat rows.
"""

from pathlib import Path

from burnish import stage
from burnish.files import write_json
from burnish.mix.asked import MixParams
from burnish.mix.mixer import write_mixture
from burnish.params import Section
from burnish.seeds import fingerprint

KEY_DIGITS = 8


class GuardMixParams(Section):
    """`mix.guard`: a mixture for each step."""

    safety: MixParams
    anti_refusal: MixParams


def run(
    params: GuardMixParams, *, guard: Path, cases: Path, tasks: Path, replay: Path, contamination: Path, base: Path,
    safety: Path, safety_metrics: Path, anti_refusal: Path, anti_refusal_metrics: Path, seed: int,
) -> stage.Metrics:  # fmt: skip
    """Write both mixtures, and the figures of each to a file of its own, as those of any other mixture are."""
    mixtures = {"safety": (params.safety, safety, safety_metrics),
                "anti_refusal": (params.anti_refusal, anti_refusal, anti_refusal_metrics)}  # fmt: skip
    known = {**{skill: guard / skill for skill in mixtures}, "cases": cases, "tasks": tasks, "replay": replay}
    totals = {}
    for skill, (own, out, metrics) in mixtures.items():
        figures = write_mixture(own, known=known, contamination=contamination, base=base, out=out, key=f"guard.{skill}",
                                seed=int(fingerprint(seed, "mix", skill)[:KEY_DIGITS], 16))  # fmt: skip
        write_json(metrics, figures)
        totals[skill] = figures["supervised_tokens"]
    return totals


if __name__ == "__main__":
    stage.main(run)
