"""The tiny model and its files, made once."""

from tests.export.tiny import tiny, tiny_gguf

__all__ = ["tiny", "tiny_gguf"]
