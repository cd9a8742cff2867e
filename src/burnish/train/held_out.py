"""Which texts continued pretraining sees and which only measure it: whole packages are held out, by hash of their address.

The choice depends on the texts alone, not on the seed, so every run is measured on the same ones. A language of which
this leaves nothing on one side, because it comes from one package, is divided by file instead, and the metrics say so.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from burnish.seeds import share

Text = Mapping[str, Any]  # a row of the table TEXT
By = Literal["package", "file"]


class Divided(NamedTuple):
    """The texts of one language, and by what they were divided."""

    train: list[Text]
    held_out: list[Text]
    by: By


def divide_texts(texts: Sequence[Text], *, held_out_share: float) -> dict[str, Divided]:
    """Divide texts by language; `held_out_share` is of the packages, or of the files where packages don't do."""
    languages: dict[str, list[Text]] = {}
    for text in texts:
        languages.setdefault(text["language"], []).append(text)
    return {name: _divide(own, held_out_share=held_out_share) for name, own in sorted(languages.items())}


def _divide(texts: Sequence[Text], *, held_out_share: float) -> Divided:
    by_package = [share("held-out package", text["source"]) < held_out_share for text in texts]
    if 0 < sum(by_package) < len(texts):
        return Divided(*_split(texts, by_package), by="package")
    return Divided(*_split(texts, [share("held-out file", text["id"]) < held_out_share for text in texts]), by="file")


def _split(texts: Sequence[Text], held_out: Sequence[bool]) -> tuple[list[Text], list[Text]]:
    return (
        [text for text, held in zip(texts, held_out, strict=True) if not held],
        [text for text, held in zip(texts, held_out, strict=True) if held],
    )
