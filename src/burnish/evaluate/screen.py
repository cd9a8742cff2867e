"""Stage `screen`: every step of the recipe against its parent, on a small sample of what it wasn't trained on.

Each step's chain is summed in memory, exported as f16 and asked like a release: withheld families and HumanEval,
greedily, by the bulk sampler. Beside pass rates stands how likely the model finds the references of withheld families.
What base and release said to the same questions is read, not asked again; what another step said is kept by the hashes
of its chain. A bad figure fails nothing here.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import Field, NonNegativeFloat, PositiveInt
from torch import Tensor

from burnish import params as parameters
from burnish import shards, stage
from burnish.answer_likelihoods import AnswerScorer, Tokens
from burnish.answer_rows import answer_row
from burnish.answer_tables import ANSWER
from burnish.cases import render_answer
from burnish.chain_weights import apply_chain, read_weights
from burnish.chains import CHAIN, Chain, Link, digest_weights, read_chain
from burnish.chat import Chat
from burnish.codehash import digest_module
from burnish.decoding import Prompt
from burnish.errors import BurnishError
from burnish.evaluate.items import GROUPS, Item, choose_items, read_items, render
from burnish.evaluate.judging import RESULT, Result, judge_tables, result_rows
from burnish.evaluate.screening import PASS_RATES, REFERENCES, Scores, Sheet, compare_steps, judge_steps
from burnish.files import atomic_directory, read_json, write_json
from burnish.gguf_files import write_gguf
from burnish.params import Section
from burnish.precision import Precision
from burnish.recipe import BASE, find_methods, read_recipe
from burnish.records import Record
from burnish.sampling import Sampling, describe, sample
from burnish.seeds import fingerprint

SOURCE = Path(__file__).parents[1]
KEPT, ANSWERS, LIKELIHOODS = "kept", "answers", "likelihoods.json"
# The code that an answer comes from, with its imports.
ASKING = ("chain_weights", "gguf_files", "sampling", "answer_likelihoods", "answer_rows")


class References(Section):
    """`references`: how many reference answers of withheld families are read, and the computation."""

    items: PositiveInt
    dtype: Precision
    threads: PositiveInt


class ScreenParams(Section):
    """`screen`: what each step is asked, and what is made of it.

    Attributes:
        margin: by how much (share of one) a step may be below its parent on a pass rate.
        margin_nats: the same for the likelihood of references, in nats a token.
        false_discovery_rate: expected share of false ones among the differences that are called decided.
    """

    max_items: dict[str, int]
    sampling: Sampling
    references: References
    margin: NonNegativeFloat
    margin_nats: NonNegativeFloat
    false_discovery_rate: Annotated[float, Field(gt=0, lt=1)]


class Sample(NamedTuple):
    """What every model is asked, and in which form: questions, and references (with their item) to weigh."""

    chat: Chat
    items: list[Item]
    prompts: list[Prompt]
    references: list[tuple[Item, Tokens]]


class Asked(NamedTuple):
    """What one model said, and how likely it found each reference; `seconds` and tokens of what was new."""

    answers: list[dict[str, Any]]
    likelihoods: list[float]
    new_tokens: int


def run(params: ScreenParams, *, base: Path, merged: Path, base_answers: Path, release_answers: Path, steps: Path,
        cases: Path, tasks: Path, humaneval: Path, out: Path, seed: int, record: Record,
        resume: Path) -> stage.Metrics:  # fmt: skip
    """Compare the steps whose metrics lie in `steps`, each by its folder beside `base`; write a row for each answer.

    `merged` is the released step's chain as one model: if it is all of it, its answers are the step's own.
    """
    recipe = read_recipe(parameters.read_yaml(parameters.PARAMS), methods=find_methods(SOURCE))
    chains = {BASE: read_chain(base, base=base)}
    for name in recipe:
        chains[name] = read_chain(base.parent / name, base=base)
        check_step(base.parent / name, metrics=read_json(steps / f"{name}.json"))
    drawn = draw_sample(params, model=base, cases=cases, tasks=tasks, humaneval=humaneval, seed=seed)
    known = {chains[BASE].steps: base_answers}
    if (summed := read_sum(merged)) is not None:
        known[summed] = release_answers
    models = Models(base, references=params.references)
    asked = {name: ask(chain, drawn, params=params, models=models, folder=base.parent, seed=seed, resume=resume,
                       label=name, known=known.get(chain.steps)) for name, chain in chains.items()}  # fmt: skip
    tables = {name: own.answers for name, own in asked.items()}
    results = judge_tables(tables, items=drawn.items)
    shards.write_rows(out, result_rows(tables, results=results), schema=RESULT)
    sheets = {name: make_sheet(results[name], drawn, likelihoods=own.likelihoods) for name, own in asked.items()}
    parents = {name: step.parent for name, step in recipe.items()}
    found = compare_steps(sheets, parents=parents, rate=params.false_discovery_rate)
    record.note("new_tokens", sum(own.new_tokens for own in asked.values()))
    return {
        "steps": {name: {**own, "sha256": chains[name].steps[-1].sha256} for name, own in found.items()},
        "tokens": {name: sum(row["tokens"] for row in own.answers) for name, own in asked.items()},
        "reference_tokens": sum(len(tokens.answer) for _, tokens in drawn.references),
        "comparisons": sum(len(own["measures"]) for own in found.values()),
        "verdicts": judge_steps(
            found, margin=params.margin, margin_nats=params.margin_nats, rate=params.false_discovery_rate
        ),
    }


def check_step(folder: Path, *, metrics: Mapping[str, Any]) -> None:
    """Raise unless the weights in `folder` are those whose metrics this stage depends on."""
    named = str(metrics.get("sha256"))
    if (found := digest_weights(folder)) != named:
        raise BurnishError(
            f"{folder} holds weights {found[:12]}, not {named[:12]} as its metrics say; run: dvc checkout"
        )


def read_sum(merged: Path) -> tuple[Link, ...] | None:
    """Return the steps whose plain sum a merged model is, oldest first; none if it has fewer bits or a share of them."""
    try:
        stored = json.loads((merged / CHAIN).read_text())
        steps = tuple(Link(**link) for link in stored["steps"])
        plain = json.loads((merged / "config.json").read_text())["dtype"] == "float32" and "interpolation" not in stored
        return steps if plain else None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BurnishError(f"{merged} holds no readable {CHAIN} ({error!r}); run: dvc repro merge") from None


def draw_sample(params: ScreenParams, *, model: Path, cases: Path, tasks: Path, humaneval: Path, seed: int) -> Sample:
    """Choose what every model is asked: the same for all, whatever the recipe is."""
    chat = Chat.load(model)
    held_out = read_items(cases=cases, tasks=tasks, humaneval=humaneval)
    items = choose_items(held_out, most=params.max_items, seed=seed)
    most = {**dict.fromkeys(GROUPS, 0), "unseen": params.references.items}
    wanted = {item.id: item for item in choose_items(held_out, most=most, seed=seed)}
    rows = {row["id"]: row for row in shards.read_rows(*shards.tables_below(cases)) if row["id"] in wanted}
    references = [(wanted[name], as_tokens(rows[name], chat=chat)) for name in sorted(rows)]
    return Sample(chat, items, render(items, chat=chat), references)


def as_tokens(case: Mapping[str, Any], *, chat: Chat) -> Tokens:
    """Return a case and its reference as ids of a prompt and an answer."""
    answer = render_answer(case["reference"], verifier=json.loads(case["verifier"]))
    ids, supervised = chat.tokens(
        [{"role": "user", "content": case["prompt"]}, {"role": "assistant", "content": answer}]
    )
    first, last = supervised.index(True), len(supervised) - supervised[::-1].index(True)
    return Tokens(ids[:first], ids[first:last])


class Models:
    """The models of a recipe one after another, in memory: each from its parent where that came before it."""

    def __init__(self, base: Path, *, references: References) -> None:
        """Take the base's directory; nothing is loaded before it is needed."""
        self.base, self._references = base, references
        self._steps: tuple[Link, ...] = ()
        self._weights: dict[str, Tensor] = {}

    def weights(self, chain: Chain, *, folder: Path) -> dict[str, Tensor]:
        """Return the weights at the end of `chain`, whose steps lie in `folder`, in fp32: the sums of stage `merge`."""
        if not self._weights or chain.steps[: len(self._steps)] != self._steps:
            self._weights = {name: tensor.float() for name, tensor in read_weights(self.base).items()}
            self._steps = ()
        apply_chain(self._weights, [folder / link.name for link in chain.steps[len(self._steps) :]])
        self._steps = chain.steps
        return self._weights

    @cached_property
    def scorer(self) -> AnswerScorer:
        """Return the layers that weigh references."""
        return AnswerScorer(self.base, dtype=self._references.dtype, threads=self._references.threads)


def ask(chain: Chain, drawn: Sample, *, params: ScreenParams, models: Models, folder: Path, seed: int, resume: Path,
        label: str, known: Path | None = None) -> Asked:  # fmt: skip
    """Return what the model at the end of `chain` says, whose steps lie in `folder`.

    What is kept, or what the table `known` says of it, isn't asked again.
    """
    kept = resume.parent / KEPT / _name(chain, drawn, params=params, seed=seed)
    if kept.is_dir():
        return Asked(list(shards.read_rows(kept / ANSWERS)), read_json(kept / LIKELIHOODS)["nats"], 0)
    rows = find_answers(known, drawn.prompts, settings=describe(params.sampling, seed=seed)) if known else []
    weights, new_tokens = models.weights(chain, folder=folder), 0
    if not rows:
        gguf = resume / "f16.gguf"
        write_gguf(gguf, model=models.base, weights=weights, format_name="f16", title="a step", licence="other")
        sampled = sample(
            gguf, drawn.prompts, settings=params.sampling, seed=seed, resume=resume, label=f"answers of {label}"
        )
        rows, new_tokens = (
            [answer_row(answer, sampled, chat=drawn.chat) for answer in sampled.answers],
            sampled.new_tokens,
        )
        gguf.unlink()
    nats = models.scorer.score(weights, [tokens for _, tokens in drawn.references], label=f"references by {label}")
    kept.parent.mkdir(exist_ok=True)
    with atomic_directory(kept) as partial:
        shards.write_rows(partial / ANSWERS, rows, schema=ANSWER)
        write_json(partial / LIKELIHOODS, {"nats": nats})
    return Asked(rows, nats, new_tokens)


def find_answers(table: Path, prompts: Sequence[Prompt], *, settings: str) -> list[dict[str, Any]]:
    """Return the rows of `table` that answer `prompts`, drawn by `settings`; none unless it has them all."""
    stored = {(row["id"], row["prompt_hash"]): row for row in shards.read_rows(table) if row["settings"] == settings}
    found = [stored.get((prompt.id, fingerprint(prompt.text))) for prompt in prompts]
    return [row for row in found if row] if all(found) else []


def make_sheet(results: Sequence[Result], drawn: Sample, *, likelihoods: Sequence[float]) -> Sheet:
    """Return one model's scores by measure."""
    sheet = {}
    for group in PASS_RATES:
        own = [result for result in results if result.item.group == group]
        if own:
            sheet[group] = Scores({result.item.id: float(result.verdict.passed) for result in own},
                                  {result.item.id: result.item.family for result in own})  # fmt: skip
    weighed = [item for item, _ in drawn.references]
    if weighed:
        sheet[REFERENCES] = Scores({item.id: nats for item, nats in zip(weighed, likelihoods, strict=True)},
                                   {item.id: item.family for item in weighed})  # fmt: skip
    return sheet


def _name(chain: Chain, drawn: Sample, *, params: ScreenParams, seed: int) -> str:
    """Return what an answer depends on, as a folder's name: weights, questions, settings, code."""
    weights = [chain.base, *(link.sha256 for link in chain.steps)]
    asked = [*drawn.prompts, *(tokens for _, tokens in drawn.references)]
    return fingerprint(*weights, *asked, describe(params.sampling, seed=seed), params.references, _code())


@cache
def _code() -> str:
    return fingerprint(*(digest_module(f"burnish.{name}", root=SOURCE.parent) for name in ASKING))


if __name__ == "__main__":
    stage.main(run)
