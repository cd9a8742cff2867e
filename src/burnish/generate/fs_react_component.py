"""Category `fs_react_component`: React components from props to markup: a badge, a list with its states, a form field."""

from random import Random
from typing import Any

from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.react_component_fields import FIELD
from burnish.generate.react_component_lists import LIST
from burnish.generate.react_rendering import element, render_check
from burnish.generate.wording import CITIES, FIRST_NAMES, NUMBER_FIELDS, TEXT_FIELDS, draw_noun

# What a badge says, of a text `a` and a number `b`: its JSX, and the same as a template literal.
PATTERNS = (
    "{a}", "{b}", "{a}: {b}", "{a} ({b})", "{b} x {a}", "{a}, {b}", "{b} of {a}", "{b} {unit}", "{Word}: {a}",
    "{Word}: {b}", "{a} / {b}", "#{b}", "{Word} {b}", "{a} - {b}", "{b} {unit} ({a})", "{a} is {Word}", "{Word}: {b} {unit}",
)  # fmt: skip


def draw_badge(rng: Random) -> dict[str, Any]:
    """Draw the text that a small component shows, its element and its class."""
    noun, text, number = draw_noun(rng), rng.choice(TEXT_FIELDS), rng.choice(NUMBER_FIELDS)
    words = {
        "Word": pick(rng, "Total|New|Open|Now|Best|Last|Next|Late"),
        "unit": pick(rng, "EUR|items|points|km|left|kg|pages|%|min"),
    }
    pattern = rng.choice(PATTERNS)
    props = [name for key, name in (("a", text), ("b", number)) if f"{{{key}}}" in pattern]
    samples = {"a": rng.choice(CITIES), "b": rng.randrange(2, 90)}
    title = rng.random() < 0.35
    props += ["hint"] if title else []
    attribute = " title={hint}" if title else ""
    kind = f"{noun.kind}{pick(rng, 'Badge|Label|Tag|Line|Chip|Caption|Info|Text')}"
    tag, look = (
        pick(rng, "span|p|strong|em|small|h2|h3|div|li|td"),
        pick(rng, "badge|tag|label|chip|muted|note|meta|small-text|summary|accent"),
    )
    example = " ".join(
        f'{name}="{samples["a"]}"' if name == text else f"{name}={{{samples['b']}}}" for name in props if name != "hint"
    )
    return {
        "Name": kind, "one": noun.one.replace("_", " "), "tag": tag, "other": "div" if tag != "div" else "span",
        "look": look, "pattern": pattern, "a": text, "b": number, **words,
        "props": ", ".join(props), "names": " and ".join(f"`{name}`" for name in props),
        "plural": "props" if len(props) > 1 else "prop",
        "jsx": pattern.format(a=f"{{{text}}}", b=f"{{{number}}}", **words),
        "literal": pattern.format(a=f"${{{text}}}", b=f"${{{number}}}", **words),
        "of_props": pattern.format(a=f"{{props.{text}}}", b=f"{{props.{number}}}", **words), "attribute": attribute,
        "of_title": attribute.replace("hint", "props.hint"),
        "example": example, "shown": pattern.format(**samples, **words),
        "extra": " Its `title` attribute is the prop `hint`." if title else "",
    }  # fmt: skip


def check_badge(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the text put together here from other values."""
    cases = []
    for name, number, hint in zip(
        rng.sample(FIRST_NAMES, 3), (rng.randrange(100, 900), 0, 1), ("a", "b & c", "<d>"), strict=True
    ):
        values = {facts["a"]: name, facts["b"]: number, "hint": hint}
        text = facts["pattern"].format(a=name, b=number, Word=facts["Word"], unit=facts["unit"])
        attributes = {"class": facts["look"]} | ({"title": hint} if facts["attribute"] else {})
        cases.append(
            ({key: values[key] for key in facts["props"].split(", ")}, [element(facts["tag"], attributes, text)])
        )
    return render_check(facts["Name"], cases, attributes=("class", "title"))


BADGE = Template(
    id="text_in_element",
    ask=(
        "Write a React component `«Name»` with the «plural» «names». It renders one `<«tag»>` with the class `«look»`, and for "
        "`«example»` its text is \"«shown»\".«extra»",
        "I need a small function component in React. `<«Name» «example» />` must show \"«shown»\" inside a `«tag»` element whose "
        "className is \"«look»\".«extra» The component takes «names».",
        "Each «one» on our page gets a short text. In React, `«Name»({ «props» })` should return a «tag» element, class name \"«look»\", with "
        "a text like \"«shown»\" (that is for `«example»`).«extra»",
        "Expected markup: `<«tag» class=\"«look»\">«shown»</«tag»>` when given `«example»`. Write the React component `«Name»` for any "
        "value of its «plural» «names».«extra»",
    ),
    draw=draw_badge,
    shapes=(
        Shape(name="destructured", code="""
            export default function «Name»({ «props» }) {
              return <«tag» className="«look»"«attribute»>«jsx»</«tag»>;
            }
            """, mutants=((' className="«look»"', ""), ("«jsx»</", "</"), ("«tag»", "«other»"), ("return ", ""))),
        Shape(name="arrow", code="""
            export const «Name» = ({ «props» }) => (
              <«tag» className="«look»"«attribute»>
                {`«literal»`}
              </«tag»>
            );
            """, mutants=(('="«look»"', '="«look»s"'), ("{`«literal»`}", "`«literal»`"), ("«tag»", "«other»"), ("${", "{"))),
        Shape(name="props", code="""
            export function «Name»(props) {
              return <«tag» className="«look»"«of_title»>«of_props»</«tag»>;
            }
            """, mutants=((' className="«look»"', ' id="«look»"'), ("«of_props»</", "{props}</"), ("«tag»", "«other»"),
                          ("(props)", "()"))),
    ),
    mutants=((" title={hint}", ""), (" title={props.hint}", "")),
    verifier=check_badge,
)  # fmt: skip

CATEGORY = Category(name="fs_react_component", family="components", templates=(BADGE, LIST, FIELD))
