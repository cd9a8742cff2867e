"""Category `fs_accessibility_fix`: faulty fragments of HTML, mended with everything else left as it was."""

from random import Random
from typing import Any

from burnish.generate.checks import html_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.page_fixes import CAPTIONS, LANDMARKS
from burnish.generate.wording import draw_noun

VALID = {"valid": True}
ACTIONS = {
    "delete": ("trash", "bin"), "edit": ("pen", "pencil"), "share": ("arrow", "share"), "print": ("printer", "paper"),
    "copy": ("sheets", "copy"), "close": ("cross", "times"), "open": ("eye", "door"), "save": ("disk", "star"),
    "search": ("lens", "glass"), "add": ("plus", "cross-plus"), "refresh": ("circle", "loop"), "download": ("down", "tray"),
}  # fmt: skip
FAULTS = {
    "button": "button has only an icon",
    "link": "link holds only a picture without a text alternative",
    "field": "input has only a placeholder",
}
STYLES = "icon|tool|round|small|ghost|plain|bar|quick"


def draw_nameless(rng: Random) -> dict[str, Any]:
    """Draw a control without a name, and the name it needs."""
    noun, action, kind = draw_noun(rng), rng.choice(tuple(ACTIONS)), rng.choice(tuple(FAULTS))
    many = rng.random() < 0.5
    thing = (noun.many if many else noun.one).replace("_", " ")
    place, icon = f"{pick(rng, STYLES)}-{noun.one}", rng.choice(ACTIONS[action])
    size = rng.choice((16, 20, 24, 32))
    inner = {
        "button": rng.choice((
            f'<svg aria-hidden="true" width="{size}"><use href="#{icon}"></use></svg>',
            f'<i class="{icon}" aria-hidden="true"></i>',
        )),
        "link": f'<img src="/{icon}.{rng.choice(("svg", "png", "webp"))}" width="{size}">', "field": "",
    }[kind]  # fmt: skip
    attributes = {
        "button": f'type="button" class="{place}" data-id="{rng.randrange(2, 99)}"',
        "link": f'href="/{noun.many}/{action}" class="{place}"',
        "field": f'type="{rng.choice(("search", "text"))}" name="{noun.one}" class="{place}" placeholder="{thing.capitalize()}..."',
    }[kind]
    text = f"{action.capitalize()} {rng.choice(('', '', 'the ', 'all ' if many else 'this '))}{thing}"
    facts = {
        "kind": kind, "fault": FAULTS[kind], "attributes": attributes, "inner": inner, "text": text, "class": place,
        "tag": {"button": "button", "link": "a", "field": "input"}[kind], "other": f"{action.capitalize()} it",
    }  # fmt: skip
    return facts | {"fragment": _write_control(facts, extra="", inner=inner)}


def _write_control(facts: Facts, *, extra: str, inner: str) -> str:
    start = f"<{facts['tag']} {facts['attributes']}{extra}>"
    return start if facts["kind"] == "field" else f"{start}{inner}</{facts['tag']}>"


def write_attribute(facts: Facts) -> str:
    """Write the name into an attribute: `alt` of a picture, else `aria-label`."""
    if facts["kind"] == "link":
        inner = facts["inner"].replace(">", f' alt="{facts["text"]}">')
        return _write_control(facts, extra="", inner=inner)
    return _write_control(facts, extra=f' aria-label="{facts["text"]}"', inner=facts["inner"])


def write_text(facts: Facts) -> str:
    """Write the name as text that belongs to the control."""
    if facts["kind"] == "field":
        return f"<label>{facts['text']} {facts['fragment']}</label>"
    inner = facts["inner"].replace(">", ' alt="">') if facts["kind"] == "link" else facts["inner"]
    return _write_control(facts, extra="", inner=f'{inner}<span class="visually-hidden">{facts["text"]}</span>')


def check_nameless(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the name, and the control as it was."""
    checks: list[dict[str, Any]] = [{"name_of": facts["tag"], "text": facts["text"]}]
    if facts["kind"] == "link":
        checks.append({"select": "img", "attr": {"alt": True}})
    kept = {"keeps": facts["fragment"], "tags": ["span", "label"], "attrs": ["aria-label", "alt", "id"], "text": False}
    return html_check(*checks, kept, VALID)


NAMELESS = Template(
    id="nameless_control",
    ask=(
        "This «fault». Give it the accessible name \"«text»\" and change nothing else.",
        "Fix the HTML below: the «fault». Screen readers should announce it as \"«text»\". "
        "Keep everything else.",
        "An audit says that this `«tag»` has no accessible name. It should be \"«text»\". Return the mended HTML, "
        "otherwise the same.",
        "How do I make this accessible? The «fault»; its name is \"«text»\". Keep all other attributes.",
        "\"«text»\" should be the accessible name of this `«tag»`, but nothing says so yet. Mend the HTML.",
    ),
    draw=draw_nameless,
    starter="«fragment»",
    shapes=(
        Shape(name="attribute", code=write_attribute, mutants=(("=\"«text»\"", "=\"\""),)),
        Shape(name="text", code=write_text, mutants=(("«text»", ""),)),
    ),
    mutants=(("«text»", "«other»"), ('class="«class»"', ""), ("aria-label", "data-label"), ("visually-hidden\"", "x\" hidden"),
             ("<span ", '<span aria-hidden="true" '), (" alt=", " title="), ("label>", "div>")),
    wrong=("«fragment»",),
    verifier=check_nameless,
)  # fmt: skip

CATEGORY = Category(name="fs_accessibility_fix", family="style", templates=(NAMELESS, CAPTIONS, LANDMARKS))
