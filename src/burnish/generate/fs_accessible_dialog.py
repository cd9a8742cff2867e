"""Category `fs_accessible_dialog`: dialogs that have a name, a safe default and a keyboard, as markup and as a focus trap."""

from random import Random
from typing import Any

from burnish.generate.checks import html_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.dialog_keys import KEYS
from burnish.generate.drawing import pick
from burnish.generate.stylesheet_basics import list_clauses
from burnish.generate.wording import draw_noun

VALID = {"valid": True}
VERBS = "Share|Edit|Invite|Export|Import|Rename|Filter|Sort|Preview|Compare|Assign|Upload"
TEXTS = (
    "Changes are saved at once.", "You can change this later.", "Only you can see this.", "This takes about a minute.",
    "All fields are optional.", "We will send you a copy.", "Everyone in the team is told.",
)  # fmt: skip


def draw_named(rng: Random) -> dict[str, Any]:
    """Draw a dialog's id, its heading, and what else it holds."""
    noun, verb = draw_noun(rng), pick(rng, VERBS)
    heading = f"{verb} {rng.choice(('', 'your ', 'the '))}{noun.one}"
    form = rng.choice(("{verb}-{noun}", "{noun}-dialog", "{verb}-dialog", "{noun}-{verb}"))
    text, button = rng.choice((*TEXTS, "", "")), rng.choice(("", "Close", "Dismiss", "Not now", "OK", "Got it", "Back"))
    if not text and not button:
        text = rng.choice(TEXTS)
    identity, level = form.format(verb=verb.lower(), noun=noun.one), rng.choice((1, 2, 2, 3))
    parts = [f'an `h{level}` "{heading}"']
    parts += [f'a paragraph "{text}"'] if text else []
    parts += [f'a button "{button}"'] if button else []
    title = rng.choice(("{0}-title", "{0}-heading", "{1}-title", "{1}-label")).format(identity, noun.one)
    return {
        "id": identity, "level": level, "heading": heading, "text": text, "button": button, "title": title,
        "parts": list_clauses(parts), "other": f"{verb} it",
    }  # fmt: skip


def _write_dialog(facts: Facts, *, start: str, end: str) -> str:
    tag = f"h{facts['level']}"
    lines = [start, f'  <{tag} id="{facts["title"]}">{facts["heading"]}</{tag}>']
    lines += [f"  <p>{facts['text']}</p>"] if facts["text"] else []
    lines += [f'  <button type="button">{facts["button"]}</button>'] if facts["button"] else []
    return "\n".join([*lines, end])


def write_native(facts: Facts) -> str:
    """Write the dialog with the element of that name."""
    start = f'<dialog id="{facts["id"]}" aria-labelledby="{facts["title"]}">'
    return _write_dialog(facts, start=start, end="</dialog>")


def write_role(facts: Facts) -> str:
    """Write the dialog with its role."""
    start = f'<div role="dialog" aria-modal="true" id="{facts["id"]}" aria-labelledby="{facts["title"]}">'
    return _write_dialog(facts, start=start, end="</div>")


def check_named(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect one dialog that its heading names, with its content in order."""
    place, tag = f"#{facts['id']}", f"h{facts['level']}"
    holds = [tag, *(["p"] if facts["text"] else []), *(["button"] if facts["button"] else [])]
    texts = [facts["heading"], *(facts[name] for name in ("text", "button") if facts[name])]
    return html_check(
        {"select": "dialog, [role=dialog]", "min": 1, "max": 1, "attr": {"id": facts["id"]}},
        {"select": f"dialog{place}:not([role]), dialog{place}[role=dialog], {place}[role=dialog][aria-modal=true]"},
        *({"select": name, "inside": place, "min": 1, "max": 1, "text": text} for name, text in zip(holds, texts, strict=True)),
        {"order": [f"{place} {name}" for name in holds]},
        {"ref": place, "attr": "aria-labelledby", "to": f"{tag}#{facts['title']}"}, {"name_of": place, "text": facts["heading"]},
        VALID,
    )  # fmt: skip


NAMED = Template(
    id="named_dialog",
    ask=(
        "Write the HTML of a modal dialog with the id `«id»`. It holds «parts». The heading has the id `«title»` and names "
        "the dialog through `aria-labelledby`.",
        "I need an accessible modal dialog in HTML: id `«id»`, with «parts», labelled by its heading (id `«title»`).",
        "In HTML, «parts» should form the modal dialog `#«id»`. Use `aria-labelledby` with the heading's id `«title»`.",
        "How do I mark up a modal dialog that screen readers announce by its heading? The ids are `«id»` (dialog) and "
        "`«title»` (heading); inside are «parts». HTML only.",
        "Please give me `#«id»`, a modal dialog: «parts», in this order. Its accessible name comes from the heading "
        "`#«title»`.",
    ),
    draw=draw_named,
    shapes=(
        Shape(name="native", code=write_native, mutants=(("dialog ", "section "), ("</dialog>", ""))),
        Shape(name="role", code=write_role, mutants=((' role="dialog"', ""), (' aria-modal="true"', ""))),
    ),
    mutants=((' aria-labelledby="«title»"', ""), ('aria-labelledby="«title»"', 'aria-labelledby="«id»"'),
             ("«heading»", "«other»"), (' id="«title»"', ""), (' id="«id»"', "")),
    verifier=check_named,
)  # fmt: skip

# What is done, the button that does it, and what it means.
DEEDS = {
    "Delete": ("Delete", "Remove", "Yes, delete"), "Archive": ("Archive", "Move to archive"),
    "Cancel": ("Cancel it", "Yes, cancel"), "Reset": ("Reset", "Start over"), "Block": ("Block", "Yes, block"),
    "Publish": ("Publish", "Publish now"), "Leave": ("Leave", "Yes, leave"), "Close": ("Close it", "Yes, close"),
}  # fmt: skip
REFUSALS = ("Keep it", "Go back", "Not now", "No", "Never mind", "Stay here")
WARNINGS = (
    "This can't be undone.", "Others will lose access.", "You can restore it for 30 days.", "All members are told.",
    "Unsaved changes are lost.", "This stops all open work.", "Its history goes too.",
)  # fmt: skip


def draw_confirm(rng: Random) -> dict[str, Any]:
    """Draw a question, its warning, the two answers and the one that has the focus."""
    noun, deed = draw_noun(rng), rng.choice(tuple(DEEDS))
    yes, no = rng.choice(DEEDS[deed]), rng.choice(REFUSALS)
    value_yes, value_no = rng.choice(
        (("yes", "no"), ("confirm", "cancel"), (deed.lower(), "keep"), ("ok", "back"), ("1", "0"))
    )
    safe_first, focus = rng.random() < 0.5, rng.choice(("no", "no", "yes", ""))
    buttons = [(no, value_no), (yes, value_yes)] if safe_first else [(yes, value_yes), (no, value_no)]
    focused = {"no": no, "yes": yes, "": ""}[focus]
    name = f"{deed.lower()}-{noun.one}"
    extra = pick(rng, f'"{focused}" has `autofocus`.|The focus starts on "{focused}" (`autofocus`).') if focus else ""
    return {
        "id": rng.choice((name, f"confirm-{name}", f"{noun.one}-alert")),
        "question": f"{deed} {rng.choice(('this', 'the'))} {noun.one}?",
        "warning": rng.choice(WARNINGS), "first": buttons[0][0], "value": buttons[0][1], "second": buttons[1][0],
        "other": buttons[1][1], "focused": focused, "focus": f" {extra}" if extra else "",
        "describing": rng.choice(("p", "warn", "text", "note", "info")), "naming": rng.choice(("title", "h", "question", "name")),
    }  # fmt: skip


def _confirm_parts(facts: Facts) -> tuple[str, list[str], list[str]]:
    title, note = (f"{facts['id']}-{facts[key]}" for key in ("naming", "describing"))
    start = f'<dialog id="{facts["id"]}" role="alertdialog" aria-labelledby="{title}" aria-describedby="{note}">'
    texts = [f'<h2 id="{title}">{facts["question"]}</h2>', f'<p id="{note}">{facts["warning"]}</p>']
    buttons = [
        f'<button value="{value}"{" autofocus" if text == facts["focused"] else ""}>{text}</button>'
        for text, value in ((facts["first"], facts["value"]), (facts["second"], facts["other"]))
    ]
    return start, texts, buttons


def write_form_last(facts: Facts) -> str:
    """Write the texts, then the form with its buttons."""
    start, texts, buttons = _confirm_parts(facts)
    form = ['<form method="dialog">', *(f"  {button}" for button in buttons), "</form>"]
    return "\n".join([start, *(f"  {line}" for line in (*texts, *form)), "</dialog>"])


def write_form_around(facts: Facts) -> str:
    """Write the form around all of the content."""
    start, texts, buttons = _confirm_parts(facts)
    inner = [f"    {line}" for line in (*texts, *buttons)]
    return "\n".join([start, '  <form method="dialog">', *inner, "  </form>", "</dialog>"])


def check_confirm(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the role, both references, the buttons with their values and the focus."""
    place, button = f"#{facts['id']}", "dialog form[method=dialog] button"
    pairs = ((facts["first"], facts["value"]), (facts["second"], facts["other"]))
    most = 1 if facts["focused"] else 0
    return html_check(
        {"select": "dialog", "min": 1, "max": 1, "attr": {"id": facts["id"], "role": "alertdialog"}},
        {"ref": place, "attr": "aria-labelledby", "to": "dialog h2"}, {"name_of": place, "text": facts["question"]},
        {"ref": place, "attr": "aria-describedby", "to": "dialog p"},
        {"select": "dialog p", "min": 1, "max": 1, "text": facts["warning"]},
        {"texts": button, "equal": [text for text, _ in pairs]}, {"select": "button", "min": 2, "max": 2},
        *({"select": f"{button}[value='{value}']", "min": 1, "max": 1, "text": text} for text, value in pairs),
        {"select": "[autofocus]", "min": most, "max": most, **({"text": facts["focused"]} if most else {})},
        {"select": "button[type=button], button[type=reset]", "min": 0, "max": 0},
        VALID,
    )  # fmt: skip


CONFIRM = Template(
    id="confirm_dialog",
    ask=(
        "Write an HTML `dialog` with the role `alertdialog` and the id `«id»`. An `h2` \"«question»\" labels it and a "
        "paragraph \"«warning»\" describes it. A form with the method `dialog` has the buttons \"«first»\" (value "
        "`«value»`) and \"«second»\" (value `«other»`).«focus»",
        "Before we go on, users must confirm. I need a `<dialog>` for it, `role=\"alertdialog\"`, id `«id»`: label \"«question»\" "
        "(`h2`), description \"«warning»\" (`p`). Its `method=\"dialog\"` form returns `«value»` for \"«first»\" or `«other»` for "
        "\"«second»\", in this order.«focus»",
        "Please write the markup of a confirmation, `#«id»`. Buttons, in a form that closes the dialog (`method=\"dialog\"`): "
        "\"«first»\" with the value `«value»`, then \"«second»\" with `«other»`.«focus» It is a `dialog` element of role "
        "`alertdialog`, labelled by the `h2` \"«question»\" and described by the `p` \"«warning»\".",
        "How do I ask \"«question»\" in an accessible HTML `dialog`?«focus» The question is an `h2` that labels it, and \"«warning»\" "
        "a paragraph that describes it. The id is `«id»`, the role `alertdialog`. Answers: \"«first»\" = `«value»`, \"«second»\" "
        "= `«other»`, as buttons with values in a form of method `dialog`.",
    ),
    draw=draw_confirm,
    shapes=(
        Shape(name="form_last", code=write_form_last,
              mutants=(("<form method", '<form action="/" data-method'), ('role="alertdialog"', 'role="dialog"'))),
        Shape(name="form_around", code=write_form_around, mutants=(("</form>", ""), ("aria-describedby", "aria-details"))),
    ),
    mutants=((" autofocus", ""), ('value="«value»"', ""), ("aria-labelledby", "data-label"),
             ("<button ", '<button type="button" '),
             (' aria-describedby="«id»-«describing»"', ' aria-describedby="«id»-«naming»"'), ("«second»</button>", "</button>")),
    verifier=check_confirm,
)  # fmt: skip

CATEGORY = Category(name="fs_accessible_dialog", family="components", templates=(NAMED, CONFIRM, KEYS))
