"""A kind and a level to the question: what the app is for and the names by which it will be used. Shows no journey."""

from burnish.benchmarks.lovable.journeys import API, add_button
from burnish.benchmarks.lovable.kinds import SERVED_LEVEL, Field, Kind

CONTROLS = {"text": "a text field", "number": "a number field", "choice": "a select"}
RULES = {
    "email": "must hold an @ with text on both sides and no space",
    "address": "must begin with http:// or https:// and hold no space", "from_one": "must be a whole number from 1",
}  # fmt: skip
PAGE_ANSWER = (
    "Answer with one complete HTML page in one code block: styles and scripts inside it, nothing loaded from elsewhere."
)
FILES_ANSWER = """
Answer with two code blocks. The first is `server.py`: Python 3.11, standard library only. It listens on 127.0.0.1 at the
port in the environment variable PORT, answers `/` with `index.html` from its working folder, and keeps all entries in the
file whose path is in DATABASE, so that they are there for every visitor and after a restart. The second is `index.html`:
styles and scripts inside it, nothing loaded from elsewhere.
""".replace("\n", " ").strip()


def write_prompt(kind: Kind, *, level: int) -> str:
    """Return the question."""
    lines = [
        f"Build {kind.story}, a web app named \"{kind.title}\" (its title and its only first-level heading).",
        "Roles and names below are those that assistive technology finds; names are exact.",
        "", *[f"- {line}" for line in _write_features(kind, level=level)], "",
        "It works by keyboard and by mouse, at widths of 360, 768 and 1280 pixels without anything outside the window, "
        "follows WCAG 2.1 AA, and needs no network.",
        FILES_ANSWER if level == SERVED_LEVEL else PAGE_ANSWER,
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _write_features(kind: Kind, *, level: int) -> list[str]:
    lines = [
        f"A form with {_join([_describe(field) for field in kind.fields])}, and a button \"{add_button(kind)}\"; "
        "Enter in the first field adds too. After an entry was added, the first field is empty.",
        f"Entries are list items, the oldest first, and nothing else is a list item. Each shows {_shown(kind, level=level)}.",
        "An entry whose first field is empty or only spaces is refused: it isn't added, and an element with the role alert "
        "says why.",
        f"An element with the role status always says \"{kind.summary.label}: VALUE\", where VALUE is {_value(kind)}.",
    ]  # fmt: skip
    if level >= 2:
        lines += [
            _act(kind),
            'Each entry, called NAME by its first field, has a button "Delete NAME" without a question.',
        ]
        lines += [
            "Entries and their state outlast a reload; they are kept in local storage as readable text."
            if level < SERVED_LEVEL
            else "Entries and their state outlast a reload."
        ]
    if level >= 3:
        lines += [_find(kind), *_guards(kind), "Text that looks like HTML is shown as it was entered."]
    if level == 3:
        lines.append(
            'Each entry has a button "Edit NAME", which puts its values into the form, whose button is "Save" until the '
            "entry has been changed in its place."
        )
    if level == SERVED_LEVEL:
        keys = ", ".join(f"{field.key} ({'number' if field.control == 'number' else 'text'})" for field in kind.fields)
        lines.append(
            f"The server has POST {API}, which takes a JSON object with {keys} and answers 201, or 400 for whatever must be "
            f"refused (also what isn't JSON), and GET {API}, which answers 200 with a JSON list of all entries."
        )
    return lines


def _describe(field: Field) -> str:
    options = f" with the options {_join(list(field.values))}" if field.control == "choice" else ""
    return f'{CONTROLS[field.control]} "{field.label}"{options}'


def _shown(kind: Kind, *, level: int) -> str:
    parts = [f"its {field.label}" for field in kind.fields if not field.hidden]
    own = {field.key for field in kind.fields}
    if kind.action.do == "bump" and kind.action.field not in own:
        parts.append(f"its number of {kind.action.field}, 0 at first")
    if kind.action.do == "move":
        parts.append(f"its stage, {kind.action.stages[0]} at first")
    hidden = [f"not its {field.label}" for field in kind.fields if field.hidden]
    return f"{_join(parts)}{', ' if hidden else ''}{_join(hidden)}"


def _value(kind: Kind) -> str:
    summary = kind.summary
    name = kind.fields[0].label
    return {
        "count": "the number of entries", "left": "the number of entries that aren't ticked (at first all)",
        "total": f"the sum of {summary.field} over all entries",
        "mean": f"the mean of {summary.field} with one decimal, halves rounded up, 0.0 without entries",
        "leader": f"the {name} with the most {summary.field}, the oldest of equals, or none as long as all have 0",
    }[summary.do]  # fmt: skip


def _act(kind: Kind) -> str:
    action, of = kind.action, "of each entry, called NAME by its first field,"
    if action.do == "tick":
        return f'A checkbox "{action.label} NAME" {of} is off at first.'
    if action.do == "reveal":
        return f'A button "{action.label} NAME" {of} makes its {action.field} show in its list item; a reload hides it again.'
    if action.do == "move":
        stages = " to ".join(action.stages)
        return f'A button "{action.label} NAME" {of} takes it on by one stage, from {stages}, where it stays.'
    down = f', and a button "{action.down} NAME" takes one off, never below 0' if action.down else ""
    return f'A button "{action.label} NAME" {of} adds 1 to its {action.field}{down}.'


def _find(kind: Kind) -> str:
    label = kind.field(kind.find_field).label
    if kind.find == "filter":
        return f'A select "Show" with the options All and each {label} shows only the entries of the chosen one; the status is of all.'
    return f'A search field "Search" shows only the entries whose {label} holds the text, in any case; the status is of all.'


def _guards(kind: Kind) -> list[str]:
    rules = [f"{field.label} {RULES[field.rule]}" for field in kind.fields if field.rule in RULES]
    unique = f"no two entries may have the same {kind.field(kind.unique).label}"
    return [f"Refused like an empty first field: {'; '.join([*rules, unique])}."]


def _join(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
