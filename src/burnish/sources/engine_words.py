"""What llama.cpp does with a vocabulary whatever its file says, done to the tokenizer itself, so that all encode alike."""

from tokenizers import AddedToken, Tokenizer, normalizers

# Any token of such a name ends an answer there, even an ordinary one, as "</s>" is in Qwen's vocabulary; so all that have
# one are special everywhere. Facts of llama.cpp's `llama-vocab.cpp`, but for gpt-oss and Gemma 4, whose architectures are
# refused here: beside other names of theirs it takes `<|end|>` or `</s>` for ordinary again.
END_NAMES = (
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|flush|>", "<|calls|>", "<end_of_turn>",
    "<|endoftext|>", "</s>", "<|eom_id|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]", "<|end_of_text|>", "<end_of_utterance>",
    "<eos>", "<turn|>", "<|tool_response>", "<｜end▁of▁sentence｜>",
)  # fmt: skip


def follow_engine(tokenizer: Tokenizer) -> bool:
    """Make ends of answers special and leave accents as they are written (no NFC); tell whether anything changed."""
    special = {token.content for token in tokenizer.get_added_tokens_decoder().values() if token.special}
    ends = [name for name in END_NAMES if name not in special and tokenizer.token_to_id(name) is not None]
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in ends])
    composes = isinstance(tokenizer.normalizer, normalizers.NFC)
    if composes:
        tokenizer.normalizer = None
    return bool(ends) or composes
