"""Golden loss masks: of whole chats, by templates of real models, exactly the answers with their end token are learnt.

What is learnt stands between the marks « and ». The base model's template knows no functions, Qwen's does.
"""

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from tokenizers import AddedToken, Tokenizer
from transformers import PreTrainedTokenizerFast

from burnish.chat import Chat
from burnish.errors import BurnishError
from burnish.masks import mask_answers
from burnish.tool_rows import fold_tools
from tests.train.tiny import byte_tokenizer

SMOLLM2 = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\n"
    "You are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + "
    "message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
NAMED = "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
TOOL = {"name": "ls", "description": "List.", "parameters": {"type": "object", "properties": {}}}
OWN = '{"name": "ls", "description": "List.", "parameters": {"type": "object", "properties": {}}}'
USER: dict[str, Any] = {"role": "user", "content": "Hi"}
SYSTEM: dict[str, Any] = {"role": "system", "content": "Be terse"}
TURNS: list[dict[str, Any]] = [USER, {"role": "assistant", "content": "One «é»?"}, {"role": "user", "content": " again\n"},
         {"role": "assistant", "content": "```py\nx\n```"}]  # fmt: skip
CALL: dict[str, Any] = {
    "role": "assistant",
    "content": "",
    "tool_calls": [{"name": "ls", "arguments": {"at": "/a", "deep": {"n": 1}}}],
}
CALLS: list[dict[str, Any]] = [USER, CALL, {"role": "tool", "content": "a.py"}, {"role": "assistant", "content": "One file."},
         {"role": "user", "content": "Thanks"}]  # fmt: skip
QWEN_TOOLS = (
    "# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided with function "
    "signatures within <tools></tools> XML tags:\n<tools>\n"
    f'{{"type": "function", "function": {OWN}}}\n</tools>\n\nFor each function call, return a json '
    "object with function name and arguments within <tool_call></tool_call> XML tags:\n<tool_call>\n"
    '{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call><|im_end|>\n'
)
TAGS_TOOLS = (
    "You can call the functions below, one JSON object each.\n<tools>\n"
    f"{OWN}\n</tools>\n"
    "To call functions, answer only with a JSON list of calls between tags, in this form:\n"
    '<tool_call>[{"name": "function", "arguments": {"argument": "value"}}]</tool_call>\n'
    "If no function fits the question, or a value that it needs is missing, answer in words without a call.<|im_end|>\n"
)
GOLDEN: dict[str, tuple[str, list[dict[str, Any]], str]] = {
    "no system": ("smollm2", [USER, {"role": "assistant", "content": "Yo"}],
        NAMED + "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n«Yo<|im_end|>»\n"),
    "system, several turns": ("smollm2", [SYSTEM, *TURNS],
        "<|im_start|>system\nBe terse<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
        "«One «é»?<|im_end|>»\n<|im_start|>user\n again\n<|im_end|>\n<|im_start|>assistant\n"
        "«```py\nx\n```<|im_end|>»\n"),
    "functions in tags": ("smollm2", [SYSTEM, *CALLS],
        f"<|im_start|>system\nBe terse\n\n{TAGS_TOOLS}<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
        '«<tool_call>[{"name": "ls", "arguments": {"at": "/a", "deep": {"n": 1}}}]</tool_call><|im_end|>»\n'
        "<|im_start|>user\n<tool_response>\na.py\n</tool_response><|im_end|>\n<|im_start|>assistant\n"
        "«One file.<|im_end|>»\n<|im_start|>user\nThanks<|im_end|>\n"),
    "functions by the template": ("qwen2_5", [SYSTEM, *CALLS],
        f"<|im_start|>system\nBe terse\n\n{QWEN_TOOLS}<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
        '«<tool_call>\n{"name": "ls", "arguments": {"at": "/a", "deep": {"n": 1}}}\n</tool_call><|im_end|>»\n'
        "<|im_start|>user\n<tool_response>\na.py\n</tool_response><|im_end|>\n<|im_start|>assistant\n"
        "«One file.<|im_end|>»\n<|im_start|>user\nThanks<|im_end|>\n"),
    "one turn, thinking block of the template": ("qwen3", TURNS[:2],
        "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n«<think>\n\n</think>\n\nOne «é»?<|im_end|>»\n"),
    "one turn, thinking block in the prompt": ("qwen3_5_nothink", TURNS[:2],
        "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n«One «é»?<|im_end|>»\n"),
    "one turn, reasoning of its own": ("qwen3", [USER, {"role": "assistant", "content": "<think>\nWhy\n</think>\n\nYo"}],
        "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n«<think>\nWhy\n</think>\n\nYo<|im_end|>»\n"),
    "several turns, earlier ones rewritten": ("qwen3", [SYSTEM, *TURNS],
        "<|im_start|>system\nBe terse<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
        "One «é»?<|im_end|>\n<|im_start|>user\n again\n<|im_end|>\n<|im_start|>assistant\n"
        "«<think>\n\n</think>\n\n```py\nx\n```<|im_end|>»"),
    "functions, earlier turns rewritten": ("qwen3", [SYSTEM, *CALLS],
        f"<|im_start|>system\nBe terse\n\n{QWEN_TOOLS}<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"
        '<tool_call>\n{"name": "ls", "arguments": {"at": "/a", "deep": {"n": 1}}}\n</tool_call><|im_end|>\n'
        "<|im_start|>user\n<tool_response>\na.py\n</tool_response><|im_end|>\n<|im_start|>assistant\n"
        "«<think>\n\n</think>\n\nOne file.<|im_end|>»"),
}  # fmt: skip
LEFT_OUT = {"several turns, earlier ones rewritten": 1, "functions, earlier turns rewritten": 1}


def stored(name: str) -> str:
    """Return a template that TRL holds."""
    spec = importlib.util.find_spec("trl")
    assert spec is not None and spec.submodule_search_locations
    return (Path(spec.submodule_search_locations[0]) / "chat_templates" / f"{name}.jinja").read_text()


def tokenizer_with(end: str) -> Tokenizer:
    tokenizer = byte_tokenizer()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in ("<s>", end)])
    return tokenizer


def chat_of(name: str, *, end: str = "<|im_end|>") -> Chat:
    template = SMOLLM2 if name == "smollm2" else stored(name)
    return Chat(template=template, tokenizer=tokenizer_with(end), special={"eos_token": end, "bos_token": "<s>"})


def marked(chat: Chat, rows: list[dict[str, Any]]) -> str:
    """Return the chat's text with marks around what is learnt."""
    ids, supervised, _ = mask_answers(rows, chat=chat)
    runs: list[tuple[bool, list[int]]] = []
    for token, learnt in zip(ids, supervised, strict=True):
        if not runs or runs[-1][0] != learnt:
            runs.append((learnt, []))
        runs[-1][1].append(token)
    return "".join(f"«{chat.decode(own)}»" if learnt else chat.decode(own) for learnt, own in runs)


@pytest.mark.parametrize("name", GOLDEN)
def test_the_mask_is_the_golden_one(name: str) -> None:
    template, messages, golden = GOLDEN[name]
    chat = chat_of(template)
    tools = [TOOL] if any("tool_calls" in message for message in messages) else []
    rows = fold_tools(messages, tools=tools, chat=chat)
    assert marked(chat, rows) == golden
    assert mask_answers(rows, chat=chat).left_out == LEFT_OUT.get(name, 0)


@pytest.mark.parametrize("name", ["qwen3", "qwen3_5_nothink"])
def test_what_comes_before_an_answer_is_the_prompt_of_inference(name: str) -> None:
    chat = chat_of(name)
    for messages in (TURNS[:2], TURNS, [SYSTEM, *TURNS]):
        ids, supervised, _ = mask_answers(messages, chat=chat)
        assert ids[: supervised.index(True)] == chat.prompt_ids(messages[:-1])


@pytest.mark.parametrize("name", ["smollm2", "qwen2_5"])
def test_a_template_that_rewrites_nothing_has_the_mask_of_its_chat(name: str) -> None:
    chat = chat_of(name)
    for messages in ([USER], TURNS[:2], TURNS, [SYSTEM, *TURNS, USER]):
        assert mask_answers(messages, chat=chat) == (*chat.tokens(messages), 0)


def test_a_template_that_changes_prompts_too_is_refused() -> None:
    template = "{{ messages | length }}{{ messages[-1].content }}<|im_end|>"
    chat = Chat(template=template, tokenizer=tokenizer_with("<|im_end|>"), special={"eos_token": "<|im_end|>"})
    with pytest.raises(BurnishError, match="changes earlier turns"):
        mask_answers(TURNS, chat=chat)


@pytest.mark.parametrize(("name", "end"), [("qwen2_5", "<|im_end|>"), ("llama3", "<|eot_id|>")])
def test_the_mask_is_that_of_templates_which_mark_their_answers(name: str, end: str) -> None:
    """TRL's training variants of the same templates say what is an answer; some count a line break behind it."""
    chat = chat_of(name, end=end)
    marking = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer_with(end), chat_template=stored(f"{name}_training"), eos_token=end, bos_token="<s>"
    )
    line = chat.encode("\n")[0]
    for messages in (TURNS, [SYSTEM, *TURNS]):
        ids, supervised, _ = mask_answers(messages, chat=chat)
        theirs = marking.apply_chat_template(messages, return_dict=True, return_assistant_tokens_mask=True)
        assert ids == theirs["input_ids"]
        marks = [False, *map(bool, theirs["assistant_masks"]), False]
        edges = [n for n in range(1, len(marks) - 1) if marks[n] and not (marks[n - 1] and marks[n + 1])]
        for n in edges:
            marks[n] = ids[n - 1] != line  # Qwen's variant counts the line breaks before and behind an answer
        assert supervised == marks[1:-1]
