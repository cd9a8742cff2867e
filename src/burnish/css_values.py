"""CSS values in one form: shorthands taken apart, lengths, colours and lists written one way."""

import functools
import re
from collections.abc import Iterator

INHERITED = frozenset(
    """color cursor direction font-family font-size font-style font-weight letter-spacing line-height
list-style-type text-align text-indent text-transform visibility white-space word-spacing""".split()
)

SIDES = ("top", "right", "bottom", "left")
GRID_SIDES = ("grid-row-start", "grid-column-start", "grid-row-end", "grid-column-end")
PAIRS = {
    "gap": ("row-gap", "column-gap"), "overflow": ("overflow-x", "overflow-y"),
    "place-items": ("align-items", "justify-items"),
    "place-content": ("align-content", "justify-content"), "place-self": ("align-self", "justify-self"),
    "margin-inline": ("margin-left", "margin-right"), "margin-block": ("margin-top", "margin-bottom"),
    "padding-inline": ("padding-left", "padding-right"), "padding-block": ("padding-top", "padding-bottom"),
    "inset-inline": ("left", "right"), "inset-block": ("top", "bottom"),
}  # fmt: skip
LOGICAL = {
    "inline-size": "width", "block-size": "height", "max-inline-size": "max-width", "min-inline-size": "min-width",
    "margin-inline-start": "margin-left", "margin-inline-end": "margin-right", "margin-block-start": "margin-top",
    "margin-block-end": "margin-bottom", "padding-inline-start": "padding-left", "padding-inline-end": "padding-right",
    "padding-block-start": "padding-top", "padding-block-end": "padding-bottom", "grid-gap": "gap",
    "word-wrap": "overflow-wrap",
}  # fmt: skip
COLOR_NAMES = {
    "black": "#000000", "white": "#ffffff", "red": "#ff0000", "green": "#008000", "blue": "#0000ff", "gray": "#808080",
    "grey": "#808080", "silver": "#c0c0c0", "navy": "#000080", "teal": "#008080", "orange": "#ffa500",
    "purple": "#800080", "yellow": "#ffff00",
}  # fmt: skip
LINE_STYLES = frozenset("none hidden dotted dashed solid double groove ridge inset outset".split())
WEIGHTS = {"normal": "400", "bold": "700"}


def expand_shorthand(name: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield the longhand declarations that `name: value` stands for; the shorthand itself comes first."""
    name = LOGICAL.get(name, name)
    yield name, value
    words = split_words(value)
    if name in ("margin", "padding", "inset", "scroll-margin", "scroll-padding"):
        prefix = "" if name == "inset" else f"{name}-"
        yield from ((f"{prefix}{side}", word) for side, word in zip(SIDES, _four(words), strict=True))
    elif name in PAIRS and words:
        first, second = PAIRS[name]
        yield from ((first, words[0]), (second, words[-1]))
    elif name == "flex":
        yield from zip(("flex-grow", "flex-shrink", "flex-basis"), _flex(words), strict=True)
    elif name == "flex-flow":
        yield from (("flex-wrap" if "wrap" in word else "flex-direction", word) for word in words)
    elif name in ("border", "outline", *(f"border-{side}" for side in SIDES)):
        yield from _line(name, words)
    elif name in ("border-color", "border-style", "border-width"):
        kind = name.removeprefix("border-")
        yield from ((f"border-{side}-{kind}", word) for side, word in zip(SIDES, _four(words), strict=True))
    elif name == "background" and len(words) == 1 and not words[0].startswith(("url", "linear", "radial", "image")):
        yield "background-color", words[0]
    elif name.startswith("grid-"):
        yield from _grid(name, value)
    elif name == "list-style" and words:
        yield "list-style-type", words[0]
    elif name == "text-decoration" and words:
        yield "text-decoration-line", words[0]


def _four(words: list[str]) -> tuple[str, str, str, str]:
    top = words[0] if words else ""
    right = words[1] if len(words) > 1 else top
    bottom = words[2] if len(words) > 2 else top
    return top, right, bottom, words[3] if len(words) > 3 else right


def _grid(name: str, value: str) -> Iterator[tuple[str, str]]:
    if name in ("grid-row", "grid-column"):
        yield from zip((f"{name}-start", f"{name}-end"), _lines(value), strict=True)
    elif name == "grid-area":
        yield from zip(GRID_SIDES, _area(value), strict=True)
    elif name == "grid-template" and '"' not in value and value.count("/") == 1:
        rows, columns = value.split("/")
        yield from (("grid-template-rows", rows.strip()), ("grid-template-columns", columns.strip()))


def _lines(value: str) -> tuple[str, str]:
    """Return both lines of a placement; a name alone stands for both."""
    start, slash, end = (part.strip() for part in value.partition("/"))
    return start, end if slash else start if re.fullmatch(r"(?!span\b|auto$)[a-zA-Z][\w-]*", start) else "auto"


def _area(value: str) -> tuple[str, str, str, str]:
    parts = [part.strip() for part in value.split("/")]
    row = parts[0]
    column = parts[1] if len(parts) > 1 else _lines(row)[1]
    row_end = parts[2] if len(parts) > 2 else _lines(row)[1]
    return row, column, row_end, parts[3] if len(parts) > 3 else _lines(column)[1]


def _flex(words: list[str]) -> tuple[str, str, str]:
    if words in (["none"], ["auto"], ["initial"]):
        return {"none": ("0", "0", "auto"), "auto": ("1", "1", "auto"), "initial": ("0", "1", "auto")}[words[0]]
    numbers = [word for word in words if re.fullmatch(r"[\d.]+", word)]
    basis = [word for word in words if word not in numbers]
    grow = numbers[0] if numbers else "1"
    shrink = numbers[1] if len(numbers) > 1 else "1"
    return grow, shrink, basis[0] if basis else (numbers[2] if len(numbers) > 2 else "0%")


def _line(name: str, words: list[str]) -> Iterator[tuple[str, str]]:
    parts = {"style": "none"}
    for word in words:
        kind = "style" if word in LINE_STYLES else "width" if re.match(r"[\d.]|thin|medium|thick", word) else "color"
        parts[kind] = word
    names = [f"border-{side}" for side in SIDES] if name == "border" else []
    for kind, word in parts.items():
        yield f"{name}-{kind}", word
        yield from ((f"{side}-{kind}", word) for side in names)


def split_words(value: str) -> list[str]:
    """Split at spaces that stand outside brackets."""
    words, depth = [""], 0
    for letter in value.strip():
        depth += (letter == "(") - (letter == ")")
        if letter.isspace() and depth == 0:
            words.append("")
        else:
            words[-1] += letter
    return [word for word in words if word]


@functools.lru_cache(maxsize=4096)
def normalise_value(value: str, *, name: str) -> str:
    """Return `value` in the one form that comparisons use: `0`, `0.5rem`, `#ffffff`, `a, b`."""
    text = value if name.startswith("--") else value.lower()
    text = re.sub(r"\s+", " ", text.strip()).replace("'", '"')
    text = re.sub(r"\s*([,/])\s*", r"\1 ", re.sub(r"\(\s+|\s+\)", lambda found: found[0].strip(), text))
    text = re.sub(r"(?<![\w.#])(\d*)\.(\d*?)0*(?=\D|$)", _decimal, text)
    text = re.sub(r"(?<![\w.])0(?:px|rem|em|vh|vw|ch|pt)\b", "0", text)
    if name.startswith("grid-template-"):
        text = re.sub(r"\brepeat\((\d{1,2}), ((?:[^()]|\([^()]*\))+)\)", _repeat, text)
    text = re.sub(r"#([0-9a-f])([0-9a-f])([0-9a-f])\b(?![0-9a-f])", r"#\1\1\2\2\3\3", text)
    text = re.sub(
        r"\brgba?\((\d+)[, ]+(\d+)[, ]+(\d+)\)",
        lambda rgb: "#" + "".join(f"{int(part):02x}" for part in rgb.groups()),
        text,
    )
    if "color" in name or name.startswith("--") or name in ("background", "border", "outline", "fill", "stroke"):
        text = " ".join(COLOR_NAMES.get(word, word) for word in text.split(" "))
    return WEIGHTS.get(text, text) if name == "font-weight" else text


def _repeat(found: re.Match[str]) -> str:
    return " ".join([found[2]] * int(found[1]))


def _decimal(found: re.Match[str]) -> str:
    whole, fraction = found[1] or "0", found[2]
    return f"{whole}.{fraction}" if fraction else whole
