"""Stage `mix_guard`: the mixtures of the two steps that teach what to refuse and what not, each beside cases, tasks and replay.

The same as `mixer.py` in all else. Each mixture draws by a key of its own, so that two steps in a row don't repeat rows.
"""

from pathlib import Path

from burnish import stage
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
    out: Path, seed: int,
) -> stage.Metrics:  # fmt: skip
    """Write `<out>/safety` and `<out>/anti_refusal`."""
    skills: dict[str, MixParams] = {"safety": params.safety, "anti_refusal": params.anti_refusal}
    known = {**{skill: guard / skill for skill in skills}, "cases": cases, "tasks": tasks, "replay": replay}
    return {
        skill: write_mixture(
            own, known=known, contamination=contamination, base=base, out=out / skill, key=f"guard.{skill}",
            seed=int(fingerprint(seed, "mix", skill)[:KEY_DIGITS], 16),
        )
        for skill, own in skills.items()
    }  # fmt: skip


if __name__ == "__main__":
    stage.main(run)
