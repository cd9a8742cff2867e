"""The losses are TRL's on the same batch, with their gradients; a prompt computed once changes no score."""

import math
import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from datasets import Dataset
from tests.train.preference_tables import objective, pair
from tests.train.test_decoder import CONFIGS, decoder_of, draw, draw_documents, gradients_by_name
from tests.train.tiny import DROPPING, TARGETS, TEMPLATE, byte_tokenizer
from transformers import AutoModelForCausalLM, AutoTokenizer

from burnish.chat import Chat
from burnish.train import loss
from burnish.train.answer_scores import KeptScores, score_answers, score_groups
from burnish.train.log_probabilities import answer_log_probabilities
from burnish.train.lora import LoraSettings
from burnish.train.packing import Document, Step, pack
from burnish.train.preference_data import Answers, Question, answer_tokens, tokenise
from burnish.train.preference_loss import Objective
from burnish.train.preference_part import PreferencePart, score_references
from burnish.train.preference_steps import mismatched, order_groups, plan_steps

os.environ["TRL_EXPERIMENTAL_SILENCE"] = "1"
LORA = LoraSettings(r=4, alpha=8, dropout=0.0, targets=tuple(TARGETS))


def question(number: int, *, single: bool = False) -> Question:
    row = pair(number, prompt="Is this the number that was asked for? " + "No." * (number % 3) + str(number))
    answers = [(row["chosen"], True), (row["rejected"], False)]
    prompt = [{"role": "user", "content": row["prompt"]}]
    return Question(row["id"], "train", "k", prompt, [answers[number % 2]] if single else answers, "s", "MIT")


class Batch:
    """The answers of a step, a model that was trained a little, and its parent."""

    def __init__(self, base: Path, *, single: bool) -> None:
        self.answers = tokenise([question(n, single=single) for n in range(5)], chat=Chat.load(base), context=999)
        self.tokenizer = AutoTokenizer.from_pretrained(base)
        self.parent, self.model = (AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32) for _ in "12")
        torch.manual_seed(2)
        for parameter in self.model.parameters():
            parameter.data.add_(0.02 * torch.randn_like(parameter))
        groups = tuple(self.answers.groups)
        tokens = sum(len(document.ids) for document in self.answers.documents)
        self.step = Step(groups, tokens, sum(map(answer_tokens, self.answers.documents)))

    def our_loss(self, name: str) -> tuple[torch.Tensor, dict[str, torch.Tensor], dict[str, float]]:
        """Return loss, gradients and figures of the step."""
        parent, decoder = decoder_of(self.parent), decoder_of(self.model)
        wanted = Objective.model_validate(objective(name))
        references = score_references(self.answers, [self.step], objective=wanted,
                                      score=lambda groups: score_groups(parent, groups, workers=1, threads=1))  # fmt: skip
        part = PreferencePart(decoder, self.answers, references, objective=wanted)
        total = torch.stack([part(self.step, group) for group in self.step.sequences]).sum()
        total.backward()
        return total.detach(), gradients_by_name(decoder), part.figures(self.step)

    def sides(self, number: int) -> tuple[list[int], list[int]]:
        """Return the ids of the prompt and of the answer of one chat."""
        document = self.answers.documents[number]
        begin = len(document.ids) - answer_tokens(document)
        return document.ids[:begin].tolist(), document.ids[begin:].tolist()

    def gradients(self, value: torch.Tensor) -> dict[str, torch.Tensor]:
        names, parameters = zip(*self.model.named_parameters(), strict=True)
        return dict(zip(names, torch.autograd.grad(value, parameters), strict=True))


@pytest.fixture(scope="module")
def pairs(base: Path) -> Batch:
    return Batch(base, single=False)


@pytest.fixture(scope="module")
def singles(base: Path) -> Batch:
    return Batch(base, single=True)


def configure(kind: Callable[..., Any], folder: Path, **changes: Any) -> Any:
    return kind(
        output_dir=str(folder), use_cpu=True, bf16=False, activation_checkpointing=False, report_to=[], **changes
    )


@contextmanager
def peer() -> Iterator[None]:
    """Let the peer warn of its own matters; what is judged here are its numbers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.fixture(scope="module")
def trl_dpo(pairs: Batch, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return TRL's trainer of pairs over the batch's models, and the batch as it collates it."""
    from trl import DPOConfig, DPOTrainer
    from trl.trainer.dpo_trainer import DataCollatorForPreference

    rows = []
    for chosen, rejected in pairs.answers.groups:
        (prompt, right), (_, wrong) = pairs.sides(chosen), pairs.sides(rejected)
        rows.append({"prompt_ids": prompt, "chosen_ids": right, "rejected_ids": wrong})
    some = Dataset.from_list([{"prompt": "p", "chosen": "c", "rejected": "r"}])
    with peer():
        trainer = DPOTrainer(pairs.model, pairs.parent, train_dataset=some, processing_class=pairs.tokenizer,
                             args=configure(DPOConfig, tmp_path_factory.mktemp("trl")))  # fmt: skip
    return trainer, DataCollatorForPreference(pad_token_id=1)(rows)


@pytest.mark.parametrize(("name", "types", "weights"), [
    ("dpo", ["sigmoid"], [1.0]), ("robust", ["robust"], [1.0]), ("ipo", ["ipo"], [1.0]),
    ("rpo", ["sigmoid", "sft"], [1.0, 0.7]),
])  # fmt: skip
def test_losses_of_pairs_and_their_gradients_are_those_of_trl(
    pairs: Batch, trl_dpo: Any, name: str, types: list[str], weights: list[float]
) -> None:
    trainer, batch = trl_dpo
    trainer.loss_types, trainer.loss_weights, trainer.beta = types, weights, objective(name)["beta"]
    trainer.label_smoothing = objective(name)["label_smoothing"]
    with peer():
        theirs = trainer._compute_loss(pairs.model, batch, return_outputs=False)
    ours, gradients, figures = pairs.our_loss(name)
    torch.testing.assert_close(ours, theirs.detach(), rtol=1e-5, atol=0)
    for key, gradient in pairs.gradients(theirs).items():
        torch.testing.assert_close(gradients[key], gradient, rtol=1e-3, atol=1e-5)
    for mine, its in (("chosen_reward", "chosen"), ("rejected_reward", "rejected"), ("reward_margin", "margins"),
                      ("reward_accuracy", "accuracies")):  # fmt: skip
        assert figures[mine] == pytest.approx(_logged(trainer, f"rewards/{its}"), rel=1e-4, abs=1e-6)


def _logged(trainer: Any, name: str) -> float:
    return float(trainer._metrics["train" if trainer.model.training else "eval"][name][-1])


def test_simpo_is_trl_s(pairs: Batch) -> None:
    from trl.experimental.cpo import CPOTrainer

    wanted, means = objective("simpo"), []
    for side in (0, 1):
        for group in pairs.answers.groups:
            prompt, answer = pairs.sides(group[side])
            ids = torch.tensor([prompt + answer])
            labels = torch.where(torch.arange(len(ids[0])) < len(prompt), -100, ids)
            means.append(CPOTrainer.get_batch_logps(pairs.model(ids).logits, labels, average_log_prob=True))
    settings = SimpleNamespace(alpha=0.0, loss_type="simpo", simpo_gamma=wanted["gamma"], beta=wanted["beta"],
                               label_smoothing=0.0, accelerator=SimpleNamespace(device="cpu"))  # fmt: skip
    losses, *_ = CPOTrainer.cpo_loss(settings, torch.cat(means[:5]), torch.cat(means[5:]))
    ours, gradients, _ = pairs.our_loss("simpo")
    torch.testing.assert_close(ours, losses.mean().detach(), rtol=1e-5, atol=0)
    for key, gradient in pairs.gradients(losses.mean()).items():
        torch.testing.assert_close(gradients[key], gradient, rtol=1e-3, atol=1e-5)


def test_kto_with_its_divergence_is_trl_s(singles: Batch, tmp_path: Path) -> None:
    from trl import KTOConfig, KTOTrainer
    from trl.trainer.kto_trainer import DataCollatorForUnpairedPreference

    sides = [singles.sides(number) for number in range(5)]
    rows = [{"prompt_ids": prompt, "completion_ids": answer, "KL_completion_ids": sides[number - 1][1],
             "label": singles.answers.right[number]} for number, (prompt, answer) in enumerate(sides)]  # fmt: skip
    some = Dataset.from_list([{"prompt": "p", "completion": "c", "label": label} for label in (True, False)])
    weights = {f"{kind}_weight": value for kind, value in objective("kto")["kto_weights"].items()}
    with peer():
        trainer = KTOTrainer(singles.model, singles.parent, train_dataset=some, processing_class=singles.tokenizer,
                             args=configure(KTOConfig, tmp_path, train_sampling_strategy="sequential",
                                            per_device_train_batch_size=5, **weights))  # fmt: skip
        batch = DataCollatorForUnpairedPreference(pad_token_id=1)(rows)
        theirs = trainer._compute_loss(singles.model, batch, return_outputs=False)
    ours, gradients, figures = singles.our_loss("kto")
    assert figures["divergence"] == pytest.approx(_logged(trainer, "kl"), rel=1e-4)
    assert figures["divergence"] > 0
    torch.testing.assert_close(ours, theirs.detach(), rtol=1e-5, atol=0)
    for key, gradient in singles.gradients(theirs).items():
        torch.testing.assert_close(gradients[key], gradient, rtol=1e-3, atol=1e-5)


def test_answers_score_the_same_packed_behind_one_prompt_and_alone() -> None:
    decoder = decoder_of(draw(CONFIGS["llama"]), lora=LORA)
    documents = draw_documents(60, 62, 90, shared=19)
    for document in documents:
        document.supervised[:] = [n >= 20 for n in range(len(document.ids))]
    assert pack(documents).prefix == 19
    together = score_answers(decoder, documents)
    alone = torch.cat([score_answers(decoder, [document]) for document in documents])
    torch.testing.assert_close(together, alone, rtol=1e-5, atol=0)


@pytest.mark.parametrize("chunk", [512, 7, 1])
def test_log_probabilities_and_their_gradients_are_the_textbook_s(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loss, "CHUNK", chunk)
    torch.manual_seed(0)
    inputs = [torch.randn(20, 16, requires_grad=True), torch.randn(97, 16, requires_grad=True)]
    labels, weights = torch.randint(0, 97, (20,)), torch.randn(20)
    ours = answer_log_probabilities(inputs[0], head=inputs[1], labels=labels)
    theirs = (inputs[0] @ inputs[1].T).log_softmax(-1).gather(1, labels[:, None])[:, 0]
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)
    for mine, its in zip(torch.autograd.grad((ours * weights).sum(), inputs),
                         torch.autograd.grad((theirs * weights).sum(), inputs), strict=True):  # fmt: skip
        torch.testing.assert_close(mine, its, rtol=1e-4, atol=1e-5)


def test_steps_hold_whole_groups_and_every_epoch_all_of_them(pairs: Batch) -> None:
    order = order_groups(pairs.answers, epochs=3, seed=1)
    assert [sorted(order[start : start + 5]) for start in (0, 5, 10)] == [[0, 1, 2, 3, 4]] * 3
    assert order[:5] != order[5:10]
    size = {group: sum(len(pairs.answers.documents[n].ids) for n in group) for group in pairs.answers.groups}
    steps = plan_steps(pairs.answers, order=order, step_tokens=2 * max(size.values()), tokens=None)
    groups = [group for step in steps for group in step.sequences]
    assert sorted(groups) == sorted(pairs.answers.groups * 3)
    for step in steps:
        sizes = [size[group] for group in step.sequences]
        assert sizes == sorted(sizes, reverse=True) and sum(sizes) == step.tokens <= 2 * max(size.values())
    short = plan_steps(pairs.answers, order=order, step_tokens=1, tokens=sum(size.values()))
    assert [len(step.sequences) for step in short] == [1] * 5


def test_mismatched_answers_come_from_other_prompts(pairs: Batch) -> None:
    documents = pairs.answers.documents
    groups = mismatched(pairs.step, documents=documents)
    assert [len(group) for group in groups] == [2] * 5
    for group, own in zip(groups, pairs.step.sequences, strict=True):
        begin = len(pairs.sides(own[0])[0])
        for document in group:
            assert document.ids[:begin].tolist() == pairs.sides(own[0])[0] and not document.supervised[:begin].any()
            assert document.ids[begin:].tolist() not in [pairs.sides(number)[1] for number in own]
    assert mismatched(Step(pairs.step.sequences[:1], 1, 1), documents=documents) == []


def test_kept_scores_are_read_again_only_for_the_same_weights_and_tokens(tmp_path: Path) -> None:
    computed: list[int] = []

    def score(groups: Any) -> list[list[float]]:
        computed.append(len(groups))
        return [[-math.pi] * len(group) for group in groups]

    first, other = ([document] for document in draw_documents(9, 10))
    for weights, groups in (("a", [first]), ("a", [first]), ("a", [first, other]), ("b", [first])):
        assert KeptScores(tmp_path / "kept.json", weights=weights, score=score)(groups) == [[-math.pi]] * len(groups)
    assert computed == [1, 2, 1]
    (tmp_path / "kept.json").write_text('{"cut sh')
    assert KeptScores(tmp_path / "kept.json", weights="a", score=score)([first]) == [[-math.pi]]


@pytest.mark.parametrize("template", [TEMPLATE, DROPPING], ids=["plain", "rewriting"])
def test_in_a_prompt_of_several_turns_only_the_last_answer_is_judged(template: str) -> None:
    turns = [{"role": role, "content": text} for role, text in (("user", "u"), ("assistant", "first"), ("user", "v"))]
    chat = Chat(template=template, tokenizer=byte_tokenizer(), special={"eos_token": "<|im_end|>"})
    answers: Answers = tokenise(
        [Question("q", "train", "k", turns, [("a", True), ("b", False)], "s", "MIT")], chat=chat, context=999
    )
    said = [chat.decode(document.ids[document.supervised].tolist()) for document in answers.documents]
    block = "<think></think>" if template == DROPPING else ""
    assert said == [f"{block}a<|im_end|>", f"{block}b<|im_end|>"]
    assert isinstance(answers.documents[0], Document) and answers.documents[0].ids[-1] == chat.end_id
