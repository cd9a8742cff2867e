"""One row of an open set to one row of the project's tables `row` or `stated_pair`, or the reason why not.

Line ends become one kind and personal data is masked, which is written down; a secret, a NUL, text that isn't UTF-8 or a
talk that no model could learn from is a reason to drop the row. Knows nothing of other rows.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import Field

from burnish.licensing import Matrix, spdx_of
from burnish.params import Section
from burnish.seeds import fingerprint, share
from burnish.sources.conversations import to_messages
from burnish.sources.credentials import find_secret
from burnish.sources.origins import Origin, Reject
from burnish.sources.personal import mask_personal
from burnish.sources.table_maps import PAIRS, AnyMap, find_unkept
from burnish.sources.table_talks import read_talk
from burnish.sources.tool_calls import CallsAs
from burnish.table_files import Fault, Read

SEPARATOR = "\0"  # stands in no text that is taken
LINE_ENDS = "line ends"
_MEDIUM = re.compile(r"<(?:image|audio|video):")


class ShapeParams(Section):
    """How rows are made: calls as `<tool_call>` text or in a column of their own, and how families and splits are cut.

    A source without a column of families is cut into `families` by the hash of the question.
    """

    calls: CallsAs
    max_row_bytes: int = Field(gt=0)
    families: int = Field(gt=0)
    withheld_share: float = Field(ge=0, lt=1)
    seen_share: float = Field(ge=0, lt=1)


class Ground(NamedTuple):
    """What the rows of one file are turned by."""

    origin: Origin
    table: AnyMap
    shape: ShapeParams
    matrix: Matrix
    seed: int
    skill: str
    file: str


class Draft(NamedTuple):
    """A row of a table, where it stood, and what was changed in it: how often, by kind."""

    row: dict[str, Any]
    place: str
    changes: dict[str, int]


def draft_rows(chunk: Sequence[Read], *, ground: Ground) -> list[Draft | Reject]:
    """Return the row or the reject that each read row becomes, in their order."""
    return [_draft(read, ground=ground) for read in chunk]


def _draft(read: Read, *, ground: Ground) -> Draft | Reject:
    place, name = f"{ground.file} row {read.number}", ""
    try:
        if isinstance(read.value, Fault):
            raise read.value
        if ground.table.id is not None:
            name = read_word(read.value[ground.table.id], column=ground.table.id)
        return Draft(*_make(read.value, ground=ground, place=place, name=name))
    except Fault as fault:
        kind = "pair" if isinstance(ground.table, PAIRS) else "row"
        printable = name.encode(errors="replace").decode()
        return Reject(kind, ground.origin.name, place, printable, str(fault).encode(errors="replace").decode())


def _make(
    value: Mapping[str, Any], *, ground: Ground, place: str, name: str
) -> tuple[dict[str, Any], str, dict[str, int]]:
    table, shape = ground.table, ground.shape
    if (weight := weigh(value)) > shape.max_row_bytes:
        raise Fault(
            _heaviest(value), f"the row holds {weight:,} bytes, more than max_row_bytes = {shape.max_row_bytes:,}"
        )
    if unkept := find_unkept(value, keep=table.keep):
        raise Fault(unkept, f"is {str(value[unkept])[:40]!r}, which the entry doesn't keep")
    licence = ground.origin.licence if table.licence is None else _licence(value[table.licence], ground=ground)
    talk = read_talk(value, table=table)
    column = table.columns()[0]
    calls_as: CallsAs = "text" if len(talk.answers) > 1 else shape.calls  # pairs have no column for calls
    question = to_messages(talk.question, calls_as=calls_as, column=column)
    answers = [to_messages([*talk.question, answer], calls_as=calls_as, column=column)[-1] for answer in talk.answers]
    changes = _clean([*question, *answers], column=column)
    asked = SEPARATOR.join(str(message["content"]) for message in question)
    said = [f"{answer['content']}{SEPARATOR}{answer['tool_calls']}" for answer in answers]
    if len(set(said)) < len(said):
        raise Fault(column, "both answers are the same")
    if table.family is None:
        group = str(int(share("family", asked) * shape.families))
    else:
        found = value[table.family]
        group = "none" if found is None else read_word(found, column=table.family)
    family = f"{ground.origin.name}/{group}"
    shared = {
        "id": f"{ground.origin.name}/{name or fingerprint(asked, *said)}", "skill": ground.skill, "family": family,
        "split": split_of(family, asked=asked, shape=shape, seed=ground.seed), "licence": licence,
        "source": f"{ground.origin.url}#{place}",
    }  # fmt: skip
    if len(answers) == 1:
        return {**shared, "messages": [*question, *answers], "modalities": ["text"]}, place, changes
    spoken = [
        [{"role": m["role"], "content": m["content"]} for m in part] for part in (question, *([a] for a in answers))
    ]
    return {**shared, **dict(zip(("prompt", "chosen", "rejected"), spoken, strict=True))}, place, changes


def _licence(stated: Any, *, ground: Ground) -> str:
    found = str(stated) if str(stated) in ground.matrix else spdx_of(str(stated), matrix=ground.matrix)
    if found is None or ground.matrix[found].into != "any":
        raise Fault(
            str(ground.table.licence), f"states the licence {str(stated)[:40]!r}, which not every release may hold"
        )
    return found


def split_of(family: str, *, asked: str, shape: ShapeParams, seed: int) -> str:
    """Return the split: whole families are withheld, and of the others questions are held out, both by hash."""
    if share(seed, "withheld", family) < shape.withheld_share:
        return "unseen"
    return "seen" if share(seed, "held out", asked) < shape.seen_share else "train"


def _clean(messages: Sequence[dict[str, str | None]], *, column: str) -> dict[str, int]:
    """Clean the texts of `messages` in place, all of one row together, so that one address is masked alike in all."""
    parts = [
        (message, field) for message in messages for field in ("content", "tool_calls") if message[field] is not None
    ]
    texts = [str(message[field]) for message, field in parts]
    if any(SEPARATOR in text for text in texts):
        raise Fault(column, "holds a NUL character")
    whole = SEPARATOR.join(texts)
    try:
        whole.encode()
    except UnicodeEncodeError as error:
        raise Fault(column, f"isn't valid UTF-8: {whole[error.start]!a}") from None
    if medium := _MEDIUM.search(whole):
        raise Fault(column, f"refers to a medium by {medium[0]!r}, and only text is taken")
    if secret := find_secret(whole):
        raise Fault(column, f"holds what looks like a secret: {secret}")
    changes = {LINE_ENDS: whole.count("\r")} if "\r" in whole else {}
    masked = mask_personal(whole.replace("\r\n", "\n").replace("\r", "\n"))
    for (message, field), text in zip(parts, masked.text.split(SEPARATOR), strict=True):
        message[field] = text
    return {**changes, **masked.counts}


def weigh(value: Any) -> int:
    """Return about how many bytes of text a value holds."""
    if isinstance(value, str | bytes):
        return len(value)
    if isinstance(value, Mapping):
        return sum(map(weigh, value.values()))
    return sum(map(weigh, value)) if isinstance(value, list) else 0


def _heaviest(value: Mapping[str, Any]) -> str:
    return max(value, key=lambda name: weigh(value[name]))


def read_word(value: Any, *, column: str) -> str:
    """Return an id or a family's name as text."""
    word = "" if value is None else str(value).strip()
    if not word or not word.isprintable():
        raise Fault(column, "holds nothing" if not word else f"holds {ascii(word)[:60]}, which can't be printed")
    return word
