"""Stage `replicas`: has a benchmark leaked into what the release was trained on? A verdict by benchmark, in words.

    data/replicas + data/raw/benchmarks + models/{base,merged} -> figures

Training lifts the log-probability of public items and of replicas as hard as they are. What it lifts the public ones
beyond that is an excess that the texts themselves must have caused. Public items in strata without a replica are left
out. Where `passes` asks for it, the same is judged by pass rates of HumanEval. Enforces nothing.
"""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from burnish import shards, stage
from burnish.errors import BurnishError
from burnish.evaluate.exposure import expose
from burnish.evaluate.items import BASE, HUMANEVAL, RELEASE
from burnish.evaluate.pairs import Pair, Placed, has_interval, judge_pair, keep, pair_items, split_replicas
from burnish.evaluate.replica_passes import Model, PassParams, grade_model, read_problems
from burnish.likelihoods import Likelihood, Scorer
from burnish.params import Section
from burnish.precision import Precision
from burnish.questions import Question, read_public

CANARIES = "canaries.json"


class ReplicasParams(Section):
    """`replicas`.

    Attributes:
        public_items: of each benchmark, chosen by hash.
        replica_items: of each benchmark, families in turn.
        margin: nats a token by which public items may gain more than replicas, since styles differ.
        context_tokens: what is scored of a text, from its beginning.
        batch_tokens: computed at a time on one core.
        threads: batches that are computed at once, each on one core.
        dtype: what the models compute in.
        passes: the same verdict by pass rates.
    """

    public_items: int
    replica_items: int
    margin: float
    context_tokens: int
    batch_tokens: int
    threads: int
    dtype: Precision
    passes: PassParams


def run(params: ReplicasParams, *, base: Path, release: Path, base_gguf: Path, release_gguf: Path, base_answers: Path,
        release_answers: Path, replicas: Path, public: Path, seed: int, resume: Path) -> stage.Metrics:  # fmt: skip
    """Judge each benchmark by likelihoods and, if asked for, by pass rates."""
    pairs, unmatched = pair_items(read_replicas(replicas), public=read_public(public), most=params.public_items,
                                  most_replicas=params.replica_items)  # fmt: skip
    metrics = judge_likelihoods(params, pairs=pairs, canaries=read_canaries(replicas), base=base, release=release)
    passes: dict[str, Any] = {}
    if params.passes.items and HUMANEVAL in pairs:
        models = (Model(base, base_gguf, base_answers), Model(release, release_gguf, release_answers))
        problems = read_problems(replicas, public=public)
        passes = judge_passes(params.passes, pair=pairs[HUMANEVAL], models=models, problems=problems, seed=seed,
                              resume=resume)  # fmt: skip
    return {**metrics, "passes": passes, "not_judged": unmatched}


def judge_likelihoods(params: ReplicasParams, *, pairs: Mapping[str, Pair], canaries: Sequence[str], base: Path,
                      release: Path) -> dict[str, Any]:  # fmt: skip
    """Score all texts by both models; return the verdicts and what the canary's rank is."""
    texts = [question.text for pair in pairs.values() for side in pair for question, _ in side]
    found: dict[str, Mapping[str, Likelihood]] = {}
    for name, folder in ((BASE, base), (RELEASE, release)):
        scorer = Scorer(folder, threads=params.threads, dtype=params.dtype)
        scores = scorer.score([*texts, *canaries], context=params.context_tokens, batch_tokens=params.batch_tokens,
                              label=f"likelihoods of {name}")  # fmt: skip
        found[name] = dict(zip([*texts, *canaries], scores, strict=True))

    def gain(question: Question) -> float:
        return found[RELEASE][question.text].per_token - found[BASE][question.text].per_token

    return {
        "benchmarks": {name: judge_pair(pair, gain=gain, margin=params.margin, name=name, shares=False)
                       for name, pair in pairs.items()},
        "placebo": {name: judge_pair(half, gain=gain, margin=params.margin, name=name, shares=False)
                    for name, pair in pairs.items() if has_interval(half := split_replicas(pair))},
        "tokens": sum(likelihood.tokens for likelihood in found[BASE].values()),
        "canary": {name: describe_canary(scores, canaries=canaries) for name, scores in found.items()},
    }  # fmt: skip


def judge_passes(params: PassParams, *, pair: Pair, models: tuple[Model, Model], problems: Mapping[str, Any], seed: int,
                 resume: Path) -> dict[str, Any]:  # fmt: skip
    """Return the verdict on HumanEval by pass rates, under its name."""
    small = keep(pair, ids=list(problems), most=params.items)
    sides = [[question for question, _ in side] for side in small]
    grade = partial(grade_model, public=sides[0], replicas=sides[1], problems=problems, settings=params.sampling,
                    seed=seed, resume=resume)  # fmt: skip
    before, after = (grade(model) for model in models)
    known = keep(small, ids=sorted(before.keys() & after.keys()), most=params.items)
    figures = judge_pair(known, gain=lambda question: after[question.id] - before[question.id], margin=params.margin,
                         name=HUMANEVAL, shares=True)  # fmt: skip
    passed = {name: sum(grades[q.id] for q, _ in known.replicas) for name, grades in ((BASE, before), (RELEASE, after))}
    return {HUMANEVAL: {**figures, "replicas_passed": passed}}


def read_replicas(folder: Path) -> list[Placed]:
    """Return the replicas and their strata."""
    names = Question._fields
    return [(Question(**{name: row[name] for name in names}), row["stratum"]) for row in shards.read_rows(folder)]


def read_canaries(folder: Path) -> list[str]:
    """Return the canary, and behind it those that it is ranked among."""
    try:
        found = json.loads((folder / CANARIES).read_text())
        return [found["canary"], *found["others"]]
    except (OSError, ValueError, KeyError) as error:
        raise BurnishError(f"{folder / CANARIES} isn't readable ({error!r}); run: dvc repro replica_items") from None


def describe_canary(scores: Mapping[str, Likelihood], *, canaries: Sequence[str]) -> dict[str, Any]:
    """Return the exposure of the replicas' own canary, which no training data should hold."""
    exposure = expose(scores[canaries[0]].nats, [scores[other].nats for other in canaries[1:]])
    says = (
        f"rank {exposure.rank} of {exposure.among}: {exposure.bits:.1f} of {exposure.most_bits:.1f} bits; "
        f"a canary that was never seen ranks as high in {100 * exposure.chance:.1f} % of all cases"
    )
    return {**exposure._asdict(), "says": says}


if __name__ == "__main__":
    stage.main(run)
