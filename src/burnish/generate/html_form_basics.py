"""The small tasks of `fs_html_form`: the limits of a number, the files that may be chosen, what a button does."""

from random import Random
from typing import Any

from burnish.generate.checks import html_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import draw_noun

VALID = {"valid": True}


def draw_limits(rng: Random) -> dict[str, Any]:
    """Draw the least and greatest value of a control, its step and where it starts."""
    noun, kind = draw_noun(rng), rng.choice(("number", "number", "range"))
    step = rng.choice((2, 5, 10, 20, 25, 50))
    low = step * rng.choice((0, 1, 2))
    high = low + step * rng.choice((4, 5, 6, 8, 10, 20))
    thing = rng.choice(("price", "size", "weight", "amount", "width", "budget", "volume"))
    return {
        "type": kind, "called": "number input" if kind == "number" else "slider (`input` of type range)",
        "other": "range" if kind == "number" else "number", "field": f"{noun.one}_{thing}", "step": step,
        "words": f"{noun.one.replace('_', ' ').capitalize()} {thing}", "low": low, "high": high,
        "start": low + step * rng.randrange(1, 4), "next": high + step,
    }  # fmt: skip


def check_limits(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for one input with each number in its attribute."""
    numbers = {"min": facts["low"], "max": facts["high"], "step": facts["step"], "value": facts["start"]}
    attributes = {"type": facts["type"], "name": facts["field"]} | {key: str(one) for key, one in numbers.items()}
    return html_check({"select": "input", "min": 1, "max": 1, "attr": attributes}, VALID)


LIMITS = Template(
    id="number_limits",
    ask=(
        "Write the HTML of a «called» named \"«field»\". It goes from «low» to «high» in steps of «step» and starts "
        "at «start».",
        "I need a «called» in HTML with the name `«field»`: minimum «low», maximum «high», step «step», initial value "
        "«start».",
        "How do I write a «called» for the field named `«field»` in HTML? Its value begins at «start», changes by «step», "
        "and can't be lower than «low» or higher than «high».",
    ),
    draw=draw_limits,
    shapes=(
        Shape(name="bare", code="""
            <input type="«type»" name="«field»" min="«low»" max="«high»" step="«step»" value="«start»">
            """, mutants=(('max="«high»"', 'max="«next»"'), (' step="«step»"', ""), ('value="', 'placeholder="'),
                          ('name="«field»"', 'name="«type»"'))),
        Shape(name="label_around", code="""
            <label>
              «words»
              <input type="«type»" name="«field»" value="«start»" min="«low»" max="«high»" step="«step»">
            </label>
            """, mutants=(('min="«low»"', 'minlength="«low»"'), ('value="«start»"', 'value="«high»"'),
                          ("</label>", ""), ('step="«step»"', 'step="1"'))),
        Shape(name="label_for", code="""
            <label for="«field»">«words»</label>
            <input id="«field»" name="«field»" type="«type»" min="«low»" max="«high»" step="«step»" value="«start»">
            """, mutants=(('min="«low»" max="«high»"', 'min="«high»" max="«low»"'), (' name="«field»"', ""),
                          ('value="«start»"', 'value=""'))),
    ),
    mutants=(('type="«type»"', 'type="«other»"'),),
    verifier=check_limits,
)  # fmt: skip


KINDS = ".pdf|.csv|.txt|.docx|.xlsx|.zip|.png|.jpg|.json|.xml|.mp3|.mp4|.svg|.gif|.webp".split("|")
RULES = {
    "The user may choose several files.": (" multiple", "", {"multiple": True}),
    "Exactly one file must be chosen.": (" required", " multiple", {"required": True, "multiple": False}),
    "Several files may be chosen, but at least one is required.": (" required multiple", " required",
                                                                   {"required": True, "multiple": True}),
}  # fmt: skip


def draw_files(rng: Random) -> dict[str, Any]:
    """Draw the endings of the files that a form takes, and how many it takes."""
    noun, kinds, rule = draw_noun(rng), rng.sample(KINDS, rng.choice((1, 2))), rng.choice(tuple(RULES))
    thing = pick(rng, "file|document|upload|attachment|report|scan|export|copy|proof")
    return {
        "field": f"{noun.one}_{thing}", "words": f"{noun.one.replace('_', ' ').capitalize()} {thing}", "kinds": kinds,
        "shown": " and ".join(f"`{kind}`" for kind in kinds), "accept": ",".join(kinds), "spaced": ", ".join(kinds),
        "rule": rule, "flags": RULES[rule][0], "slip": RULES[rule][1],
        "wrong": rng.choice([kind for kind in KINDS if kind not in kinds]),
    }  # fmt: skip


def check_files(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for one file input; the endings may stand in either order."""
    orders = (facts["kinds"], facts["kinds"][::-1])
    accept = {"in": [comma.join(kinds) for kinds in orders for comma in (",", ", ")]}
    attributes = {"name": facts["field"], "accept": accept, **RULES[facts["rule"]][2]}
    return html_check({"select": "input[type=file]", "min": 1, "max": 1, "attr": attributes}, VALID)


FILES = Template(
    id="file_input",
    ask=(
        "Write an HTML file input named \"«field»\" that accepts only «shown» files. «rule»",
        "For an upload form I need the HTML of one file input. Its name is `«field»` and its `accept` attribute allows "
        "«shown». «rule»",
        "Please give me an `<input>` for choosing files in HTML: name \"«field»\", file types «shown» only. «rule»",
        "Users pick files of type «shown» from their disk. Which `<input>` does that in HTML, under the name "
        "`«field»`, with no other types on offer? «rule»",
        "HTML: a control with the name `«field»` for uploading. «rule» Its `accept` lists «shown» and nothing "
        "else.",
        "«rule» Apart from that, the upload field `«field»` takes «shown» (say so with `accept`). Write it as "
        "an HTML input.",
        "An upload page needs an input element in HTML. Name: `«field»`. Type: file. Allowed: «shown». «rule»",
    ),
    draw=draw_files,
    shapes=(
        Shape(name="bare", code="""
            <input type="file" name="«field»" accept="«accept»"«flags»>
            """, mutants=(('type="file"', 'type="text"'), ('accept="«accept»"', 'accept="«wrong»"'),
                          ('accept="«accept»"«flags»', 'accept="«accept»"«slip»'), (' name="«field»"', ""))),
        Shape(name="label_around", code="""
            <label>
              «words»
              <input type="file" name="«field»" accept="«spaced»"«flags»>
            </label>
            """, mutants=(('accept="', 'pattern="'), ('accept="«spaced»"«flags»', 'accept="«spaced»"«slip»'),
                          ("</label>", ""), ('name="«field»"', 'id="«field»"'))),
        Shape(name="label_for", code="""
            <label for="«field»">«words»</label>
            <input«flags» type="file" id="«field»" name="«field»" accept="«accept»">
            """, mutants=(("<input«flags»", "<input«slip»"), (' accept="«accept»"', ""),
                          ('type="file"', 'type="upload"'))),
    ),
    verifier=check_files,
)  # fmt: skip


PURPOSES = {
    "reset": "resets the form",
    "button": "is a plain button that doesn't send the form",
}


def draw_buttons(rng: Random) -> dict[str, Any]:
    """Draw the texts of two buttons and what the second one is for."""
    noun, kind = draw_noun(rng), rng.choice(tuple(PURPOSES))
    thing = noun.one.replace("_", " ")
    second = pick(rng, "Reset|Clear|Start over|Undo" if kind == "reset" else "Cancel|Back|Close|Preview|Add row|Help")
    return {
        "first": f"{pick(rng, 'Save|Send|Create|Update|Add|Submit|Confirm')} {thing}", "second": second, "type": kind,
        "other": "button" if kind == "reset" else "reset", "purpose": PURPOSES[kind], "many": noun.many,
        "id": f"{second.lower().replace(' ', '-')}-{noun.one.replace('_', '-')}",
    }  # fmt: skip


def check_buttons(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for two buttons in order; one without a type sends the form."""
    return html_check(
        {"texts": "button", "equal": [facts["first"], facts["second"]]},
        {"select": "button[type=submit], button:not([type])", "min": 1, "max": 1, "text": facts["first"]},
        {"select": f"button[type={facts['type']}]", "min": 1, "max": 1, "text": facts["second"],
         "attr": {"id": facts["id"]}}, VALID,
    )  # fmt: skip


PAIR = Template(
    id="form_buttons",
    ask=(
        "Write two HTML `button` elements for a form: first \"«first»\", which submits it, then \"«second»\", which "
        "«purpose» and has the id \"«id»\".",
        "Our form for «many» ends with two buttons. Write their HTML with `<button>`: \"«first»\" submits; "
        "\"«second»\" (id `«id»`) «purpose».",
        "I need the buttons of a form in HTML, as `<button>` elements in this order. \"«first»\" sends the form. The "
        "other one has the text \"«second»\" and the id `«id»`, and «purpose».",
    ),
    draw=draw_buttons,
    shapes=(
        Shape(name="types", code="""
            <button type="submit">«first»</button>
            <button type="«type»" id="«id»">«second»</button>
            """, mutants=(('type="«type»" ', ""), ('type="«type»"', 'type="submit"'), ("«second»<", "«first»<"),
                          ('id="«id»"', 'name="«id»"'))),
        Shape(name="default_type", code="""
            <button>«first»</button>
            <button id="«id»" type="«type»">«second»</button>
            """, mutants=((' type="«type»"', ""), ("<button>", '<button type="button">'), ("«first»<", "<"),
                          ('id="«id»"', 'class="«id»"'))),
        Shape(name="paragraph", code="""
            <p>
              <button type="submit">«first»</button>
              <button type="«type»" id="«id»">«second»</button>
            </p>
            """, mutants=(('type="submit"', 'type="reset"'), ("«second»</button>", "«second»"),
                          ('id="«id»"', 'id="«type»"'))),
    ),
    mutants=(('type="«type»"', 'type="«other»"'),),
    verifier=check_buttons,
)  # fmt: skip
