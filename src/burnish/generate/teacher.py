"""Stage `teacher@<name>`: a teacher's answers to training cases, real tasks and general prompts, as rows to learn from.

Distillation by sequences (Kim and Rush 2016). An answer to a case stays if the case's verifier accepts it, one to a general
prompt by its length and how it ends. Held-out families are never asked, nor what overlaps a benchmark, and an answer that
holds an item of a benchmark is dropped: a teacher may know it by heart. The teacher is asked in its own chat format.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import NonNegativeInt, PositiveInt

from burnish import shards, stage
from burnish.chat import Chat
from burnish.contamination import ContaminationParams, Detector
from burnish.errors import BurnishError
from burnish.files import atomic_directory
from burnish.generate.general_prompts import GeneralPrompt
from burnish.generate.rejection import (
    UNCLEAN,
    Attempt,
    AttemptsParams,
    choose_cases,
    choose_rows,
    find_unsolved,
    judge,
    question,
    read_training_cases,
    reference_row,
    to_row,
)
from burnish.generate.replay import Kept, ReplayParams, choose_answers, key_of
from burnish.generate.replay import to_row as to_general_row
from burnish.gguf_contents import read_chat_format
from burnish.kept_out import read_kept_out
from burnish.licensing import read_matrix
from burnish.params import Section
from burnish.records import Record
from burnish.sampling import OPENVINO, Answer, Ask, Prompt, Sampled, Sampling, sample_all
from burnish.seeds import fingerprint
from burnish.step_files import write_step_gguf
from burnish.teacher_files import TeacherModel, identify, is_step, write_questions, write_teacher

Row = dict[str, Any]


class GeneralParams(Section):
    """`general`: how many prompts of the replay rows are asked, which answers stay (as in `replay`), and the draw."""

    prompts: NonNegativeInt
    min_answer_tokens: PositiveInt
    min_distinct: float
    sampling: Sampling


class AskedParams(AttemptsParams):
    """As `attempts`, but a teacher may be asked no case."""

    cases: NonNegativeInt


class TeacherParams(Section):
    """`teachers.<name>`.

    Attributes:
        model: a GGUF or a step of the recipe; with a server as engine, what says what it serves: that GGUF, or a folder
            with its tokenizer and chat template.
        licence: of the teacher's words; the release must be able to hold it.
        cases: as in `attempts`; its sampling and that of `general` may differ in max_new_tokens and samples.
        tasks: how many real tasks are asked beside the cases; `cases.max_rows` counts both.
    """

    model: str
    licence: str
    cases: AskedParams
    tasks: NonNegativeInt
    general: GeneralParams
    detector: ContaminationParams


class Teacher(NamedTuple):
    """How a teacher is asked: its chat format, the file that the sampler reads or is named by, and its weights if here."""

    chat: Chat
    file: Path
    weights: TeacherModel | None


class Taught(NamedTuple):
    """A row, with where its question is from and under which licence."""

    row: Row
    origin: str
    licence: str


def run(
    params: TeacherParams, *, model: Path, cases: Path, tasks: Path, replay: Path, contamination: Path, benchmarks: Path,
    matrix: Path, base: Path, out: Path, seed: int, key: str, record: Record, resume: Path,
) -> stage.Metrics:  # fmt: skip
    """Write the rows, their order and who gave them."""
    check_licence(params.licence, matrix=matrix, place=f"teachers.{key}")
    left_out = frozenset(row["id"] for row in shards.read_rows(contamination))
    asked = [
        case
        for table, most in ((cases, params.cases.cases), (tasks, params.tasks))
        for case in choose_cases(read_training_cases(table, left_out=left_out), most=most, seed=seed)
    ]
    general = choose_prompts(shards.read_rows(replay), left_out=left_out, most=params.general.prompts, seed=seed)
    if not asked:
        raise BurnishError(
            f"neither {cases} nor {tasks} holds anything that teachers.{key} may ask; see params.yaml: "
            f"teachers.{key}.tasks and cases.trained_families"
        )
    teacher = open_teacher(model, params=params, base=base, resume=resume)
    by_case, by_prompt = ask(teacher, asked, general, params=params, seed=seed, record=record, resume=resume)
    attempts = judge(asked, by_case.answers, seconds=params.cases.verifier_seconds)
    student, counts = Chat.load(base), Counter[str]()
    kept = choose_rows(attempts, per_case=params.cases.rows_per_case, most=params.cases.max_rows)
    said = keep_general(general, by_prompt.answers, chat=student, params=params, counts=counts)
    taught = [from_case(one, chat=student, key=key, licence=params.licence) for one in kept]
    taught += [from_prompt(one, chat=student, key=key, licence=params.licence) for one in said]
    clean = drop_spoilt(taught, chat=student, detector=Detector(read_kept_out(benchmarks), params=params.detector),
                        counts=counts)  # fmt: skip
    if params.cases.references:
        clean += [as_reference(case, chat=student) for case in find_unsolved(asked, attempts)]
    if not clean:
        raise BurnishError(
            f"none of {len(attempts) + len(general)} answers of the teacher {model} can be learnt from; raise "
            f"params.yaml: teachers.{key}.cases.sampling.max_new_tokens, or take another teacher"
        )
    origins = find_origins(clean, key=key, licence=params.licence)
    write_taught(out, [one.row for one in clean], teacher=teacher, questions=find_questions(clean, key=key), seed=seed)
    if is_step(model):
        teacher.file.unlink()
    return {
        **describe(clean, counts=counts), "model": str(model), "sampled_from": by_case.model,
        "cases": {"asked": len(asked), "samples": len(attempts), "right": sum(one.passed for one in attempts),
                  "cut": sum(one.answer.finish == "length" for one in attempts), "kept": len(kept),
                  "hung": sum(one.judgement.hung for one in attempts)},
        "general": {"asked": len(general), "kept": len(said)}, "origins": origins,
    }  # fmt: skip


def check_licence(licence: str, *, matrix: Path, place: str) -> None:
    """Raise on a licence that the matrix doesn't know: no release could be judged."""
    known = read_matrix(matrix)
    if licence not in known:
        raise BurnishError(f"params.yaml: {place}.licence = {licence!r} isn't in {matrix}; known: {', '.join(known)}")


def choose_prompts(rows: Iterable[Row], *, left_out: frozenset[str], most: int, seed: int) -> list[GeneralPrompt]:
    """Return at most `most` prompts of the replay rows, in an order by hash."""
    allowed = [row for row in rows if row["split"] == "train" and row["id"] not in left_out]
    ordered = sorted(allowed, key=lambda row: fingerprint(seed, "teacher", row["id"]))[:most]
    return [
        GeneralPrompt(row["family"].partition("/")[2],
                      [{key: turn[key] for key in ("role", "content")} for turn in row["messages"][:-1]], row["licence"])
        for row in ordered
    ]  # fmt: skip


def open_teacher(model: Path, *, params: TeacherParams, base: Path, resume: Path) -> Teacher:
    """Return how the teacher at `model` is asked by the engine of the settings."""
    engine = params.cases.sampling.engine
    if not model.exists():
        raise BurnishError(f"the teacher {model} is missing; put it there, or name another as `model`")
    if model.is_file():
        return Teacher(read_chat_format(model), model, identify(model, licence=params.licence))
    if engine != OPENVINO and not is_step(model):
        return Teacher(Chat.load(model), model, None)
    if not is_step(model):
        raise BurnishError(f"the teacher {model} is neither a GGUF nor a step of the recipe, which {engine} could read; "
                           "name one, or the address of a server as `engine`")  # fmt: skip
    return Teacher(
        Chat.load(base), write_step_gguf(resume, step=model, base=base), identify(model, licence=params.licence)
    )


def ask(teacher: Teacher, cases: Sequence[Row], general: Sequence[GeneralPrompt], *, params: TeacherParams, seed: int,
        record: Record, resume: Path) -> list[Sampled]:  # fmt: skip
    """Return the answers to the cases and to the general prompts."""

    def render(name: str, messages: Sequence[Mapping[str, Any]]) -> Prompt:
        return Prompt(name, teacher.chat.render(messages, add_generation_prompt=True))

    asks = [
        Ask([render(case["id"], question(case)) for case in cases], params.cases.sampling),
        Ask([render(key_of(prompt), prompt.messages) for prompt in general], params.general.sampling),
    ]
    sampled = sample_all(teacher.file, asks, seed=seed, resume=resume, label="teacher's answers")
    record.note("new_tokens", sum(own.new_tokens for own in sampled))
    record.note("sampling_seconds", max(own.seconds for own in sampled))
    return sampled


def keep_general(prompts: Sequence[GeneralPrompt], answers: Sequence[Answer], *, chat: Chat, params: TeacherParams,
                 counts: Counter[str]) -> list[Kept]:  # fmt: skip
    """Return the answers to general prompts that `replay` would keep, too; count the others by reason."""
    rules = ReplayParams(**params.general.model_dump(), licence=params.licence)
    return list(choose_answers(prompts, answers, chat=chat, params=rules, counts=counts))


def from_case(attempt: Attempt, *, chat: Chat, key: str, licence: str) -> Taught:
    """Return a right answer as a row of the teacher."""
    row = to_row(attempt.case, attempt.answer.text.strip(), name=str(attempt.answer.turn), chat=chat)
    return _of_teacher(row, key=key, licence=licence)


def from_prompt(kept: Kept, *, chat: Chat, key: str, licence: str) -> Taught:
    """Return an answer to a general prompt as a row of the teacher."""
    return _of_teacher(to_general_row(kept, chat=chat, licence=licence), key=key, licence=licence)


def as_reference(case: Mapping[str, Any], *, chat: Chat) -> Taught:
    """Return the reference of a case as a row of ours."""
    return Taught(reference_row(case, chat=chat), case["source"], case["licence"])


def drop_spoilt(taught: Sequence[Taught], *, detector: Detector, chat: Chat, counts: Counter[str]) -> list[Taught]:
    """Return the rows whose answer holds no item of a benchmark, no special token of the student's, no odd character."""
    answers = [one.row["messages"][-1]["content"] for one in taught]
    clean = []
    for one, text, match in zip(taught, answers, detector.find(answers), strict=True):
        if match is not None:
            counts["overlaps a benchmark"] += 1
        elif UNCLEAN & set(text) or any(token in text for token in chat.special.values()):
            counts["holds a special token or character"] += 1
        else:
            clean.append(one)
    return clean


def find_origins(taught: Sequence[Taught], *, key: str, licence: str) -> list[Row]:
    """Return what the rows are made of, as a mixture does: a release is judged by it.

    A row of the teacher counts as the teacher's and as its question's, so these shares sum to more than 1.
    """
    said = [one._replace(origin=source_of(key), licence=licence) for one in taught if is_said(one, key=key)]
    return _shares([*taught, *said], of=taught)


def find_questions(taught: Sequence[Taught], *, key: str) -> list[Row]:
    """Return where the questions of the teacher's rows are from, for mixtures: there such a row counts as the teacher's."""
    return _shares([one for one in taught if is_said(one, key=key)], of=taught)


def is_said(taught: Taught, *, key: str) -> bool:
    """Tell the teacher's answers from references."""
    return bool(taught.row["source"] == source_of(key))


def write_taught(out: Path, rows: Sequence[Row], *, teacher: Teacher, questions: Sequence[Row], seed: int) -> None:
    """Write rows and order as a mixture, whose they are and where their questions are from."""
    with atomic_directory(out) as partial:
        shards.write_rows(partial / "rows", rows, schema=shards.ROW)
        order = sorted(range(len(rows)), key=lambda number: fingerprint(seed, "teacher", rows[number]["id"]))
        np.save(partial / "index.npy", np.array(order, dtype=np.int32))
        write_questions(partial, questions)
        if teacher.weights is not None:
            write_teacher(partial, teacher.weights)


def describe(taught: Sequence[Taught], *, counts: Counter[str]) -> Row:
    """Return sizes, and how many answers were dropped for which reason."""
    rows = [one.row for one in taught]
    return {
        "rows": len(rows), "tokens": sum(row["tokens"] for row in rows),
        "supervised_tokens": sum(row["supervised_tokens"] for row in rows), "dropped": dict(sorted(counts.items())),
        "rows_by_family": dict(sorted(Counter(row["family"] for row in rows).items())),
    }  # fmt: skip


def source_of(key: str) -> str:
    """Return how rows of the teacher `key` name their source."""
    return f"teacher/{key}"


def _shares(parts: Sequence[Taught], *, of: Sequence[Taught]) -> list[Row]:
    """Return the share of each origin and licence in `parts` of the supervised tokens in `of`."""
    sizes: Counter[tuple[str, str]] = Counter()
    for one in parts:
        sizes[one.origin, one.licence] += one.row["supervised_tokens"]
    total = sum(one.row["supervised_tokens"] for one in of)
    return [
        {"origin": origin, "licence": licence, "share": size / total}
        for (origin, licence), size in sorted(sizes.items())
    ]


def _of_teacher(row: Row, *, key: str, licence: str) -> Taught:
    own = {**row, "id": f"{source_of(key)}/{row['id']}", "source": source_of(key), "licence": licence}
    return Taught(own, row["source"], row["licence"])


if __name__ == "__main__":
    stage.main(run)
