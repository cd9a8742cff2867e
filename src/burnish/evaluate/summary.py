"""Stage `summary`: the headline figures of evaluation and equivalence under fixed keys, and every verdict by name.

`metrics/summary.json` is what people and other programs read; README documents its keys. It holds no times. Shares are
of one; `low` and `high` are the ends of 95 % intervals.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from burnish import stage
from burnish.evaluate.items import BASE, RELEASE
from burnish.files import read_json

RATE = ("pass_rate", "low", "high")
DIFFERENCE = ("mean", "low", "high", "minimum_detectable")
AGREEMENT = ("top_1_agreement", "mean_kl", "token_ids_equal", "template_equal", "stop_tokens_equal", "passed")
SAME = "says what the model says"
SAME_TOKENS = "same templates, token ids and stop tokens; how near its distributions are is reported, not judged"


def run(*, evaluate: Path, equivalence: Path, screen: Path) -> stage.Metrics:
    """Return base, tuned, gain, quants, equivalence and verdicts."""
    return summarise(read_json(evaluate), read_json(equivalence), read_json(screen))


def summarise(scores: Mapping[str, Any], formats: Mapping[str, Any], screened: Mapping[str, Any]) -> dict[str, Any]:
    """Return the summary."""
    groups = scores["groups"]
    return {
        "base": {name: {**_pick(group[BASE], RATE), "items": group["items"]} for name, group in groups.items()},
        "tuned": {name: {**_pick(group[RELEASE], RATE), "items": group["items"]} for name, group in groups.items()},
        "gain": {name: _pick(group["difference"], DIFFERENCE) for name, group in groups.items()},
        "quants": {name: _quant(found) for name, found in scores["engines"].items()},
        "equivalence": {name: _pick(found, AGREEMENT) for name, found in formats["formats"].items()},
        "verdicts": {
            **{name: _pick(found, ("passed", "says")) for name, found in scores["verdicts"].items()},
            **{name: _pick(found, ("passed", "says")) for name, found in screened["verdicts"].items()},
            **{f"equivalence_{name}": _equivalence(name, found) for name, found in formats["formats"].items()},
        },
    }


def _quant(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return a format's pass rate by llama.cpp and its difference from the bulk sampler and from f16, where known."""
    pairs = {name: _pick(found[name], DIFFERENCE) for name in ("from_sampler", "from_f16") if name in found}
    return {**_pick(found, RATE), "items": found["items"], **pairs}


def _equivalence(name: str, found: Mapping[str, Any]) -> dict[str, Any]:
    fine = SAME if found["judged"] else SAME_TOKENS
    says = "; ".join(found["reasons"]) or fine
    return {"passed": found["passed"], "says": f"{name}: {says}"}


def _pick(found: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: found[key] for key in keys}


if __name__ == "__main__":
    stage.main(run)
