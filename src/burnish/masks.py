"""Which tokens of a chat are learnt, by templates too that write an answer otherwise once the talk goes on.

Qwen3's shows reasoning, or an empty `<think></think>`, in the last answer and leaves it out of earlier ones: no text of the
whole chat has an earlier answer as the model gave it. Where a template does so to a chat, only its last answer is learnt.
What comes before is the prompt that the model would see, what comes after is left out. Of all other chats every answer is
learnt, as `Chat.tokens` has it.

Learnt is what the model itself has to write: all that stands behind the generation prompt, up to the end token. So the
empty block is learnt where the template writes it but its generation prompt doesn't (Qwen3), and is part of the prompt
where both do (Qwen3.5 without thinking).
"""

from collections.abc import Sequence
from typing import NamedTuple

from burnish.chat import Chat, Message


class Masked(NamedTuple):
    """A chat as ids; which of them are learnt; and how many of its answers aren't, for the template rewrites them."""

    ids: list[int]
    supervised: list[bool]
    left_out: int


def mask_answers(messages: Sequence[Message], *, chat: Chat) -> Masked:
    """Return ids and mask of a chat.

    Raises:
        BurnishError: the template changes prompts as well, or ends no answer.
    """
    answers = [number for number, message in enumerate(messages) if message["role"] == "assistant"]
    whole = chat.render(messages)
    turns = [chat.render(messages[: number + 1]) for number in answers]
    if not all(map(whole.startswith, turns)):
        prompt = chat.render(messages[: answers[-1]], add_generation_prompt=True)
        answer, end, _ = turns[-1].removeprefix(prompt).rpartition(chat.special["eos_token"])
        if end and turns[-1].startswith(prompt):
            given, learnt = chat.encode(prompt), chat.encode(answer + end)
            return Masked(given + learnt, [False] * len(given) + [True] * len(learnt), left_out=len(answers) - 1)
    return Masked(*chat.tokens(messages), left_out=0)
