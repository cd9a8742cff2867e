"""Category `fs_theme_tokens`: design tokens as custom properties, their use, their dark values and their variants."""

from random import Random
from typing import Any

from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import in_words, pick
from burnish.generate.stylesheet_basics import draw_class, list_clauses, sheet_check, write_rules
from burnish.generate.theme_schemes import PROBE, SCHEME, TONES, VARIANTS

LENGTHS = (
    "4px",
    "6px",
    "8px",
    "10px",
    "12px",
    "16px",
    "20px",
    "0.25rem",
    "0.5rem",
    "0.75rem",
    "1rem",
    "1.25rem",
    "2rem",
)
# A token's name and the property that uses it.
COLOR_TOKENS = "accent|brand|primary|ink|highlight|muted|danger|focus|link|text"
COLOR_USES = ("color", "background-color", "border-color", "outline-color", "fill")
LENGTH_TOKENS = "space|radius|gutter|inset|step|gap|size|unit|pad|offset"
LENGTH_USES = ("padding", "gap", "border-radius", "margin-top", "border-width", "outline-offset", "max-width")


def draw_token(rng: Random, kind: str) -> list[str]:
    """Draw a token, its value, and the selector and property that use it."""
    color = kind == "color"
    name = pick(rng, COLOR_TOKENS if color else LENGTH_TOKENS)
    token = f"--{rng.choice(('', '', 'color-', 'app-') if color else ('', '', 'base-', 'app-'))}{name}"
    value = rng.choice(TONES if color else LENGTHS)
    return [token, value, f".{draw_class(rng)}", rng.choice(COLOR_USES if color else LENGTH_USES)]


def draw_tokens(rng: Random) -> dict[str, Any]:
    """Draw one or two tokens of the root and where they are used."""
    kinds = rng.choice((["color"], ["length"], ["color", "length"], ["length", "color"]))
    tokens = [draw_token(rng, kind) for kind in kinds]
    ways = rng.choice(
        ("the `{3}` of `{2}` is `{0}`", "`{2}` takes its `{3}` from `{0}`", "`{0}` is the `{3}` of `{2}`")
    )
    return {
        "tokens": tokens, "values": in_words([f"{token}: {value}" for token, value, *_ in tokens]),
        "uses": list_clauses([ways.format(*one) for one in tokens]), "many": "properties" if len(tokens) > 1 else "property",
        "token": tokens[0][0], "value": tokens[0][1],
    }  # fmt: skip


def _write_tokens(facts: Facts, *, root: str, use: str) -> str:
    uses = [(place, {name: use.format(token, value)}) for token, value, place, name in facts["tokens"]]
    return write_rules([(root, {token: value for token, value, *_ in facts["tokens"]}), *uses])


def write_root(facts: Facts) -> str:
    """Write the tokens on `:root`."""
    return _write_tokens(facts, root=":root", use="var({0})")


def write_html(facts: Facts) -> str:
    """Write the tokens on the root element by its name."""
    return _write_tokens(facts, root="html", use="var({0})")


def write_safe(facts: Facts) -> str:
    """Write uses that have a fallback."""
    return _write_tokens(facts, root=":root", use="var({0}, {1})")


def check_tokens(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the tokens on the root, and elements that follow them."""
    checks: list[dict[str, Any]] = []
    longhands = {
        "padding": "padding-left", "gap": "row-gap", "border-color": "border-left-color",
        "border-width": "border-left-width",
    }  # fmt: skip
    for token, value, place, name in facts["tokens"]:
        other = PROBE if value.startswith("#") else "7px"
        given = {"select": place, "property": longhands.get(name, name)}
        checks += [{"select": "html", "property": token, "value": value}, given | {"value": value},
                   given | {"value": other, "tokens": {token: other}}]  # fmt: skip
    elements = "".join(f'<p class="{place[1:]}">x</p>' for _, _, place, _ in facts["tokens"])
    name = facts["tokens"][0][3]
    return sheet_check(f"<html><body>{elements}", *checks, untouched=longhands.get(name, name))


TOKENS = Template(
    id="root_tokens",
    ask=(
        "Write CSS that defines «values» on `:root` and uses the custom «many» with `var()`: «uses».",
        "I need design tokens in CSS. `:root` has «values»; «uses».",
        "«uses». Write this in CSS with `var()`, and define «values» on `:root`.",
        "How do I define the custom «many» «values» for the whole page (on `:root`) in CSS, so that «uses»?",
        "Please give me a style sheet. Custom «many» of `:root`: «values». Use: «uses».",
    ),
    draw=draw_tokens,
    shapes=(
        Shape(name="root", code=write_root, mutants=((":root", ".root"),)),
        Shape(name="html", code=write_html, mutants=(("html", "body > main"),)),
        Shape(name="fallback", code=write_safe, mutants=((":root", ":host"), ("  «token»: ", "  «token»-x: "))),
    ),
    mutants=(("var(«token»)", "«value»"), ("var(«token»", "var(«token»-x"), ("var(«token»", "(«token»"),
             ("«token»: «value»", "«token»: unset")),
    verifier=check_tokens,
)  # fmt: skip

CATEGORY = Category(name="fs_theme_tokens", family="style", templates=(TOKENS, SCHEME, VARIANTS))
