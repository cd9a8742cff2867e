"""Stage `train@<step>`, method `distil`: a student learns a teacher's next-token distributions on the answers of its rows.

    rows and their order (a mixture, or a teacher's own answers) -> an adapter beside its chain

Forward divergence from the teacher at supervised positions (Hinton et al. 2015), mixed with the tokens themselves by
`answer_weight`. The teacher speaks the student's vocabulary. Its likeliest tokens are read once, before training: a teacher
in memory beside the student would be read anew in each epoch, and a GGUF's whole logits cross the border of a process. Some
rows only measure: how far the student is from its teacher before and after.
"""

import shutil
from functools import partial
from pathlib import Path
from typing import Annotated, NamedTuple

import torch
from pydantic import Field, PositiveInt
from torch import Tensor

from burnish import stage
from burnish.chains import digest_weights, read_chain, write_chain
from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.files import atomic_directory
from burnish.params import Section
from burnish.records import Record
from burnish.teacher_files import TeacherModel, check_same, read_teacher
from burnish.train.checkpoint import remove_checkpoint
from burnish.train.decoder import Decoder
from burnish.train.loop import Loss, TrainSettings, choose_device, count_workers, set_deterministic, train
from burnish.train.model import load_decoder
from burnish.train.packing import Document, Step, pack, plan_steps
from burnish.train.results import save_step, summary, write_history
from burnish.train.sft import Chats, SftParams, explain_nothing, read_chats
from burnish.train.soft_loss import soft_loss
from burnish.train.targets import Targets, compare, describe, hold_out, join_targets, known_mass, read_targets
from burnish.train.teachers import check_vocabulary, reading

TARGETS = "targets"


class HeldOutRows(Section):
    """`held_out`: the part of the rows that is never trained on, and how many of them measure."""

    part: Annotated[float, Field(gt=0, lt=1)]
    rows: PositiveInt


class DistilParams(TrainSettings):
    """`params.yaml: train.<step>` of a step with `method: distil`.

    Attributes:
        teacher: who is learnt from; None: who wrote the rows, as their folder says.
        likeliest: how many tokens of each of its distributions are kept; the others count as one.
        answer_weight: part of the loss that is on the row's own tokens.
    """

    teacher: TeacherModel | None
    likeliest: PositiveInt
    answer_weight: Annotated[float, Field(ge=0, lt=1)]
    held_out: HeldOutRows


class Lesson(NamedTuple):
    """The rows, those that only measure (numbers of documents), and the steps over the others."""

    chats: Chats
    held_out: list[int]
    steps: list[Step]

    def documents(self) -> dict[int, Document]:
        """Return what the teacher must read."""
        used = {number for step in self.steps for sequence in step.sequences for number in sequence}
        return {number: self.chats.documents[number] for number in sorted(used | set(self.held_out))}


def run(params: DistilParams, *, data: Path, base: Path, parent: Path, out: Path, history: Path, seed: int,
        record: Record, resume: Path) -> stage.Metrics:  # fmt: skip
    """Train one step and write its weights, chain and history."""
    device = choose_device(params.device)
    set_deterministic(threads=params.threads, device=device)
    teacher = find_teacher(params, data=data)
    path = check_same(teacher, place="params.yaml: train teacher" if params.teacher else str(data))
    check_vocabulary(path, base=base)
    lesson = plan_lesson(data, chat=Chat.load(base), params=params)
    documents = lesson.documents()
    open_readers = partial(reading, path, base=base, context=params.sequence_tokens, count=params.threads,
                           dtype=params.dtype, device=device)  # fmt: skip
    targets = read_targets(documents, open_readers=open_readers, likeliest=params.likeliest, folder=resume / TARGETS)
    chain = read_chain(parent, base=base)
    ancestors = [parent.parent / link.name for link in chain.steps]
    model = load_decoder(base, ancestors, lora=params.lora, seed=seed, dtype=getattr(torch, params.dtype)).to(device)
    held_out = {number: documents[number] for number in lesson.held_out}
    before = compare(model, held_out, targets=targets, threads=params.threads)
    entries = train(model, lesson.steps, loss=taught_part(model, lesson.chats, targets, params.answer_weight),
                    settings=params, seed=seed, record=record, resume=resume, names=lesson.chats.names)  # fmt: skip
    after = compare(model, held_out, targets=targets, threads=params.threads)
    with atomic_directory(out) as partial_out:
        save_step(partial_out, model, settings=params)
        write_chain(partial_out, chain)
    write_history(history, entries)
    remove_checkpoint(resume)
    shutil.rmtree(resume / TARGETS)
    return {**lesson.chats.counts, **summary(entries, lesson.steps), "sha256": digest_weights(out),
            "teacher": teacher.model_dump(), "teacher_mass_known": known_mass(targets),
            "origins": [{"origin": f"teacher {teacher.model}", "licence": teacher.licence, "share": 1.0}],
            "held_out": describe(held_out, before=before, after=after)}  # fmt: skip


def find_teacher(params: DistilParams, *, data: Path) -> TeacherModel:
    """Return the teacher that the settings name, or the one that wrote the rows."""
    teacher = params.teacher or read_teacher(data)
    if teacher is None:
        raise BurnishError(
            f"params.yaml: train teacher is null, but {data} doesn't say whose rows it holds; name one: "
            "teacher: {model: PATH, sha256: HASH, licence: NAME}, or take data of a teacher (data: teacher/NAME)"
        )
    return teacher


def plan_lesson(data: Path, *, chat: Chat, params: DistilParams) -> Lesson:
    """Tokenise the rows, set some aside, and plan the steps over the others."""
    settings = {name: getattr(params, name) for name in TrainSettings.model_fields}
    chats = read_chats(data, chat=chat, settings=SftParams(**settings, distil_skills=()))
    held_out = hold_out(chats.names, part=params.held_out.part, most=params.held_out.rows)
    order = [number for number in chats.order if number not in set(held_out)]
    steps = plan_steps(chats.documents, order=order * params.epochs, step_tokens=params.step_tokens,
                       sequence_tokens=params.sequence_tokens, tokens=params.tokens,
                       workers=count_workers(params))  # fmt: skip
    if not steps:
        raise BurnishError(f"{data} leaves nothing to train on: {explain_nothing(chats.counts, settings=params)}")
    if not held_out:
        raise BurnishError(
            f"params.yaml: train held_out.part = {params.held_out.part:g} sets none of the {len(chats.documents)} rows of "
            f"{data} aside to measure by; raise it, or take more rows"
        )
    return Lesson(chats, held_out, steps)


def taught_part(model: Decoder, chats: Chats, targets: Targets, answer_weight: float) -> Loss:
    """Return the function from a sequence to what it adds to the mean loss over all answer tokens of its step."""

    def loss(step: Step, sequence: tuple[int, ...]) -> Tensor:
        packed = pack([chats.documents[number] for number in sequence])
        states = model.answer_states(packed)
        labels = torch.from_numpy(packed.labels).to(states.device)
        soft = join_targets(targets, sequence, device=states.device)
        total = soft_loss(states, head=model.head, labels=labels, soft=soft, answer_weight=answer_weight)
        return total / step.supervised

    return loss


if __name__ == "__main__":
    stage.main(run)
