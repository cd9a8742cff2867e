"""Says in which natural language prose is written, by py3langid, whose model lies in the package."""

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier
from pydantic import Field

from burnish.params import Section


class LanguageParams(Section):
    """Which prose stays: in one of `asked` (ISO 639-1), unless another language is sure by `min_confidence`.

    At most `max_chars` of it are read; less than `min_chars` say too little and stay.
    """

    asked: tuple[str, ...] = Field(min_length=1)
    min_confidence: float = Field(gt=0, le=1)
    min_chars: int = Field(gt=0)
    max_chars: int = Field(gt=0)


def find_foreign(prose: str, *, params: LanguageParams) -> str | None:
    """Return the language of `prose` if it isn't one of those asked for."""
    start = prose[: params.max_chars]
    if len(start) < params.min_chars:
        return None
    language, confidence = _identifier().classify(start)
    return None if language in params.asked or confidence < params.min_confidence else str(language)


@cache
def _identifier() -> LanguageIdentifier:
    """Load the model once a process: it takes half a second."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
