"""Fill-in-the-middle (Bavarian et al. 2022): a piece of code cut at two places, its middle moved behind its end.

Prefix, suffix, middle (PSM) or suffix, prefix, middle (SPM), marked by three tokens of the base's own vocabulary. A new
token would need a row of its own in the embedding, which an adapter doesn't have, and would change the exported file's
tokenizer; so a base without such tokens lends three of its reserved ones, named in the settings.
"""

from itertools import combinations
from random import Random
from typing import Annotated, NamedTuple

from pydantic import Field
from torch import Tensor
from torch.nn.functional import cosine_similarity

from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.params import Section

MAX_SIMILARITY = 0.999
Share = Annotated[float, Field(ge=0, le=1)]


class InfillingSettings(Section):
    """`infilling` of a step.

    Attributes:
        share: of the pieces of code that are rearranged; 0 leaves all as they are and needs no marks.
        suffix_first: of the rearranged ones that are in the order SPM; the others are PSM.
        prefix, suffix, middle: the marks, each one token of the base.
    """

    share: Share
    suffix_first: Share
    prefix: str
    suffix: str
    middle: str


class Marks(NamedTuple):
    """The ids of the three marks."""

    prefix: int
    suffix: int
    middle: int


def find_marks(settings: InfillingSettings, *, chat: Chat) -> Marks:
    """Return the ids of the marks; text that isn't one token of the base is refused, and so is one mark twice."""
    texts = (settings.prefix, settings.suffix, settings.middle)
    known = {text: number for text in texts if (number := chat.tokenizer.token_to_id(text)) is not None}
    if unknown := [text for text in texts if text not in known]:
        reserved = sorted(token.content for token in chat.tokenizer.get_added_tokens_decoder().values())
        raise BurnishError(
            f"params.yaml: train infilling: {unknown[0]!r} is no token of the base model; its reserved ones are "
            f"{', '.join(reserved)}"
        )
    if len(known) < len(texts) or set(texts) & set(chat.special.values()):
        raise BurnishError(
            f"params.yaml: train infilling: {', '.join(texts)} must be three different tokens, none of which ends a chat"
        )
    return Marks(*(known[text] for text in texts))


def check_marks(marks: Marks, *, embedding: Tensor, chat: Chat) -> None:
    """Refuse marks that the frozen `embedding` can't tell apart: what a base never met kept one and the same vector."""
    for one, other in combinations(marks, 2):
        if cosine_similarity(embedding[one].float(), embedding[other].float(), dim=0) > MAX_SIMILARITY:
            raise BurnishError(
                f"params.yaml: train infilling: {chat.decode([one])} and {chat.decode([other])} have the same vector in "
                "the base model, so adapters can't tell them apart; name tokens that it was trained on, or set lora: null"
            )


def rearrange(text: str, *, settings: InfillingSettings, marks: Marks, chat: Chat, random: Random) -> list[int]:
    """Return the ids of `text` cut at two random characters; a cut may fall inside a word, as a cursor does."""
    first, second = sorted(random.randrange(len(text) + 1) for _ in range(2))
    before, middle, after = (chat.encode(part) for part in (text[:first], text[first:second], text[second:]))
    if random.random() < settings.suffix_first:
        return [marks.prefix, marks.suffix, *after, marks.middle, *before, *middle]
    return [marks.prefix, *before, marks.suffix, *after, marks.middle, *middle]
