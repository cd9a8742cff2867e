"""Category `fs_html_form`: forms and their controls in HTML, with labels, limits and groups that a parser can see."""

from random import Random
from typing import Any

from burnish.generate.checks import html_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.html_form_basics import FILES, LIMITS, PAIR
from burnish.generate.wording import CITIES, COLORS, draw_noun

KINDS = {
    "email": "Email",
    "password": "Password",
    "tel": "Phone",
    "url": "Website",
    "search": "Search",
    "number": "Amount",
    "date": "Date",
    "text": "Name",
}
BUTTONS = "Save|Send|Submit|Continue|Sign up|Create|Update|Confirm|Apply|Next"
VALID = {"valid": True}


def draw_field(rng: Random) -> dict[str, Any]:
    """Draw one labelled input of a form."""
    kind, noun = rng.choice(tuple(KINDS)), draw_noun(rng)
    word = rng.choice(
        (
            KINDS[kind],
            f"Your {KINDS[kind].lower()}",
            f"{KINDS[kind]} of the {noun.one.replace('_', ' ')}",
            f"Contact {KINDS[kind].lower()}",
            f"{noun.one.replace('_', ' ').capitalize()} {KINDS[kind].lower()}",
        )
    )
    return {"type": kind, "label": word,
            "id": f"{rng.choice(('user', 'contact', 'new', 'main', 'form', 'my', noun.one))}-{kind}",
            "field": rng.choice((f"{kind}_{rng.randrange(2, 99)}", f"{noun.one}_{kind}")),
            "length": rng.choice((20, 30, 40, 60, 80, 120)), "wrong": "text" if kind != "text" else "email"}  # fmt: skip


def check_field(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for one input with its attributes and its label."""
    attributes = {
        "type": facts["type"],
        "name": facts["field"],
        "id": facts["id"],
        "required": True,
        "maxlength": str(facts["length"]),
    }
    return html_check(
        {"select": "input", "min": 1, "max": 1, "attr": attributes},
        {"label_for": "input", "text": facts["label"]},
        VALID,
    )


FIELD = Template(
    id="labelled_input",
    ask=(
        "Write the HTML of one required `input` of type «type» with the id \"«id»\", the name \"«field»\" and at most «length» characters (maxlength). It has a label with the text \"«label»\". No form around it is needed.",
        "I need HTML for a labelled field: label text \"«label»\", an input of type \"«type»\", id `«id»`, name `«field»`, required, maxlength «length». The label must belong to the input.",
        "Please give me the markup of a form control with an associated label reading \"«label»\". The control is a single `<input>`: type «type», name `«field»`, id `«id»`, it must be filled in, and takes no more than «length» characters.",
        "What does a labelled form control look like in HTML? Mine is an `input` of type «type» with the name `«field»` and the id `«id»`. Users see the label \"«label»\", can't leave it empty, and can't type more than «length» characters.",
        'Label: "«label»". Control: `<input>` with id `«id»`, name `«field»`, type «type», maxlength «length», required. Connect the two in HTML, so that a click on the label puts the cursor into the control.',
    ),
    draw=draw_field,
    shapes=(
        Shape(name="label_for", code="""
            <label for="«id»">«label»</label>
            <input type="«type»" id="«id»" name="«field»" maxlength="«length»" required>
            """, mutants=((" required", ""), ('type="«type»"', 'type="«wrong»"'), ('for="«id»"', 'for="«field»"'),
                          ('maxlength="«length»"', 'minlength="«length»"'), ('name="«field»"', ""))),
        Shape(name="label_around", code="""
            <label>
              «label»
              <input id="«id»" type="«type»" name="«field»" required maxlength="«length»">
            </label>
            """, mutants=((" required", ""), ('type="«type»"', 'type="«wrong»"'), ("label>", "div>"),
                          ('id="«id»"', 'id="«field»"'))),
        Shape(name="paragraph", code="""
            <p>
              <label for="«id»">«label»</label>
              <input required maxlength="«length»" name="«field»" id="«id»" type="«type»">
            </p>
            """, mutants=(("required ", ""), ("«label»</label>", "</label>"), ('for="«id»"', 'for="other"'),
                          ('name="«field»"', 'name="«field»_x"'), ("</p>", "</div>"))),
    ),
    verifier=check_field,
)  # fmt: skip


def draw_select(rng: Random) -> dict[str, Any]:
    """Draw a choice from a list."""
    values = rng.sample(CITIES if rng.random() < 0.5 else [color.title() for color in COLORS], rng.choice((3, 4)))
    place = rng.randrange(1, len(values))
    options = [
        f'<option value="{value.lower()}"{" selected" if number == place else ""}>{value}</option>'
        for number, value in enumerate(values)
    ]
    return {"values": values, "shown": ", ".join(values[:-1]) + " and " + values[-1], "chosen": values[place],
            "field": pick(rng, "city|place|color|theme|target|origin|branch|site"),
            "label": pick(rng, "Choose one|Your choice|Preferred|Which one?|Pick one|Selection"),
            "lines": "\n".join(f"  {option}" for option in options),
            "deep": "\n".join(f"    {option}" for option in options), "first": values[0].lower()}  # fmt: skip


def check_select(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the options in order and the one that is selected."""
    return html_check(
        {"select": "select", "min": 1, "max": 1, "attr": {"name": facts["field"]}},
        {"texts": "select option", "equal": facts["values"]},
        *({"select": f"option[value='{value.lower()}']", "min": 1, "max": 1, "text": value} for value in facts["values"]),
        {"select": "option[selected]", "min": 1, "max": 1, "text": facts["chosen"]},
        {"label_for": "select", "text": facts["label"]}, VALID,
    )  # fmt: skip


SELECT = Template(
    id="select_options",
    ask=(
        "Write an HTML `select` named \"«field»\" with the options «shown», in this order. Each option's value is its text in lower case. \"«chosen»\" is selected. It has a label \"«label»\".",
        "In HTML, make a drop-down list with the name `«field»` and a label that reads \"«label»\". Options: «shown» (value = the lower-case text). Preselect «chosen».",
        "I want a labelled `<select>`: name `«field»`, label \"«label»\", choices «shown». The value attributes are the texts in lower case; the choice «chosen» comes preselected. HTML only.",
    ),
    draw=draw_select,
    shapes=(
        Shape(name="label_for", code="""
            <label for="«field»">«label»</label>
            <select id="«field»" name="«field»">
            «lines»
            </select>
            """, mutants=((" selected", ""), ('for="«field»"', 'for="x"'), ('name="«field»"', ""),
                          ('value="«first»"', 'value="0"'), ("«lines»", "  <option>«chosen»</option>"))),
        Shape(name="label_around", code="""
            <label>«label»
              <select name="«field»">
            «deep»
              </select>
            </label>
            """, mutants=((" selected", " disabled"), ("«label»", ""), ('name="«field»"', 'id="«field»"'),
                          ("</select>", ""), ('value="«first»"', ""))),
    ),
    verifier=check_select,
)  # fmt: skip


def draw_radios(rng: Random) -> dict[str, Any]:
    """Draw a group of radio buttons."""
    noun = draw_noun(rng)
    values = rng.sample(
        ("small", "medium", "large", "daily", "weekly", "monthly", "basic", "plus", "pro", "phone", "letter", "chat"), 3
    )
    return {"values": values, "field": pick(rng, "size|plan|interval|contact|option|level"),
            "legend": f"{pick(rng, 'Choose|Select|Pick')} {pick(rng, 'your|the')} {noun.one.replace('_', ' ')}",
            "a": values[0], "b": values[1], "c": values[2],
            "A": values[0].title(), "B": values[1].title(), "C": values[2].title()}  # fmt: skip


def check_radios(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for a fieldset with its legend and three radios of one name, the first checked."""
    radios = [
        {
            "select": f"fieldset input[type=radio][value={value}]",
            "min": 1,
            "max": 1,
            "attr": {"name": facts["field"], "checked": number == 0},
        }
        for number, value in enumerate(facts["values"])
    ]
    labels = [{"label_for": f"input[value={value}]", "text": value.title()} for value in facts["values"]]
    return html_check(
        {"select": "fieldset > legend", "min": 1, "max": 1, "text": facts["legend"]},
        {"select": "input", "min": 3, "max": 3},
        *radios,
        *labels,
        VALID,
    )


RADIOS = Template(
    id="radio_group",
    ask=(
        "Write an HTML `fieldset` with the legend \"«legend»\" and three radio buttons named \"«field»\" with the values «a», «b» and «c». Their labels are «A», «B» and «C»; the first one is checked.",
        "I need a group of radio buttons in HTML: a fieldset whose legend is \"«legend»\", all inputs with the name `«field»`, values `«a»`, `«b»`, `«c»`, labelled \"«A»\", \"«B»\", \"«C»\". «A» is chosen at first.",
        "Please write accessible HTML for the question \"«legend»\": use fieldset and legend, radio inputs (name `«field»`) for «a», «b» and «c» as values, with labels «A», «B», «C», and check the first.",
    ),
    draw=draw_radios,
    shapes=(
        Shape(name="labels_around", code="""
            <fieldset>
              <legend>«legend»</legend>
              <label><input type="radio" name="«field»" value="«a»" checked> «A»</label>
              <label><input type="radio" name="«field»" value="«b»"> «B»</label>
              <label><input type="radio" name="«field»" value="«c»"> «C»</label>
            </fieldset>
            """, mutants=((" checked", ""), ('type="radio"', 'type="checkbox"'), ("legend>", "p>"),
                          ('name="«field»" value="«b»"', 'name="«b»" value="«b»"'), (" «C»</label>", "</label>"))),
        Shape(name="labels_for", code="""
            <fieldset>
              <legend>«legend»</legend>
              <input type="radio" id="«a»" name="«field»" value="«a»" checked>
              <label for="«a»">«A»</label>
              <input type="radio" id="«b»" name="«field»" value="«b»">
              <label for="«b»">«B»</label>
              <input type="radio" id="«c»" name="«field»" value="«c»">
              <label for="«c»">«C»</label>
            </fieldset>
            """, mutants=((" checked", ""), ('for="«b»"', 'for="«a»"'), ("<legend>«legend»</legend>", ""),
                          ('value="«c»"', 'value="«b»"'), ("fieldset>", "section>"))),
    ),
    verifier=check_radios,
)  # fmt: skip


def draw_form(rng: Random) -> dict[str, Any]:
    """Draw a small form with its target."""
    noun = draw_noun(rng)
    path = f"/{noun.many.replace('_', '-')}"
    return {"method": rng.choice(("post", "get")),
            "path": rng.choice((path, f"{path}/new", f"/api{path}", f"{path}/search")), "button": pick(rng, BUTTONS),
            "field": pick(rng, "title|name|query|subject|city|code"), "hidden": pick(rng, "token|csrf|source|step|version"),
            "value": pick(rng, "a1b2|web|v2|start|x77|beta"),
            "label": pick(rng, "Title|Search for|Subject|Your text|Short name")}  # fmt: skip


def check_form(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the form's target, its field, its hidden value and its button."""
    return html_check(
        {"select": "form", "min": 1, "max": 1,
         "attr": {"method": {"in": [facts["method"], facts["method"].upper()]}, "action": facts["path"]}},
        {"select": "form input[type=hidden]", "min": 1, "max": 1, "attr": {"name": facts["hidden"], "value": facts["value"]}},
        {"select": f"form input[name={facts['field']}]", "min": 1, "max": 1, "attr": {"required": True}},
        {"label_for": f"input[name={facts['field']}]", "text": facts["label"]},
        {"select": "form button[type=submit]", "min": 1, "max": 1, "text": facts["button"]}, VALID,
    )  # fmt: skip


FORM = Template(
    id="small_form",
    ask=(
        "Write an HTML form that sends by «method» to `«path»`. It has a hidden input named \"«hidden»\" with the value \"«value»\", a required text input named \"«field»\" labelled \"«label»\", and a button of type submit with the text \"«button»\".",
        "I need a form in HTML. Method «method», action `«path»`; inside: a hidden field `«hidden»` = `«value»`, a labelled and required text field (label \"«label»\", name `«field»`) and a `<button type=\"submit\">` that says \"«button»\".",
        "Please write the markup of a form: action \"«path»\", method \"«method»\". One text input, name \"«field»\", required, with the label \"«label»\"; one hidden input, name \"«hidden»\", value \"«value»\"; one submit button (`button` element, type submit) \"«button»\".",
    ),
    draw=draw_form,
    shapes=(
        Shape(name="label_for", code="""
            <form method="«method»" action="«path»">
              <input type="hidden" name="«hidden»" value="«value»">
              <label for="«field»">«label»</label>
              <input type="text" id="«field»" name="«field»" required>
              <button type="submit">«button»</button>
            </form>
            """, mutants=((" required", ""), ('type="hidden"', 'type="text"'), ('action="«path»"', ""),
                          ('type="submit"', 'type="button"'), ('for="«field»"', ""))),
        Shape(name="label_around", code="""
            <form action="«path»" method="«method»">
              <label>«label» <input name="«field»" type="text" required></label>
              <input type="hidden" name="«hidden»" value="«value»">
              <button type="submit">«button»</button>
            </form>
            """, mutants=((" required", ""), ('value="«value»"', ""), ('method="«method»"', ""), (">«button»<", "><"),
                          ("</form>", ""))),
        Shape(name="paragraphs", code="""
            <form action="«path»" method="«method»">
              <input type="hidden" name="«hidden»" value="«value»">
              <p>
                <label for="«field»-input">«label»</label>
                <input id="«field»-input" name="«field»" required>
              </p>
              <p><button type="submit">«button»</button></p>
            </form>
            """, mutants=((" required", " readonly"), ('for="«field»-input"', 'for="«field»"'),
                          ('name="«hidden»"', 'name="«field»"'), ("button type", "input type"),
                          ('action="«path»"', 'action="/"'))),
    ),
    verifier=check_form,
)  # fmt: skip


def draw_hint(rng: Random) -> dict[str, Any]:
    """Draw a field with a hint and an error that assistive technology must find."""
    kind, noun, required = (
        rng.choice(("password", "email", "text", "tel", "url", "search")),
        draw_noun(rng),
        rng.random() < 0.5,
    )
    thing = noun.one.replace("_", " ").capitalize()
    return {"type": kind, "field": f"{pick(rng, f'account|login|profile|billing|{noun.one}|new-{noun.one}')}-{kind}",
            "label": pick(rng, f"Sign-in name|Secret|Contact|Account|Reference|{thing}|{thing} {kind}|{thing} contact|Your {thing.lower()}"),
            "hint": pick(rng, f"At least 8 characters|We never share it|As on your card|With country code|Lower case only|You can change it later|Shown to your team|One {thing.lower()} only|Ask your admin"),
            "error": pick(rng, "This is missing|Already taken|Too short|Not recognised|Please check this|Wrong format|We don't know it|Expired|Not allowed here"),
            "required": required, "flag": " required" if required else "",
            "also": "It is a required field." if required else "It isn't a required field."}  # fmt: skip


def check_hint(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the ids that describe the field, and the alert."""
    field = {
        "type": facts["type"],
        "id": facts["field"],
        "name": facts["field"],
        "aria-invalid": "true",
        "required": facts["required"],
    }
    return html_check(
        {"select": "input", "min": 1, "max": 1, "attr": field}, {"label_for": "input", "text": facts["label"]},
        {"ref": "input", "attr": "aria-describedby", "to": "p"},
        {"select": f"#{facts['field']}-hint", "min": 1, "max": 1, "text": facts["hint"]},
        {"select": f"#{facts['field']}-error", "min": 1, "max": 1, "text": facts["error"], "attr": {"role": "alert"}},
        {"select": "input",
         "attr": {"aria-describedby": {"in": [f"{facts['field']}-hint {facts['field']}-error",
                                              f"{facts['field']}-error {facts['field']}-hint"]}}},
        VALID,
    )  # fmt: skip


HINT = Template(
    id="hint_and_error",
    ask=(
        "Write HTML for an invalid field: an `input` of type «type», id and name \"«field»\", label \"«label»\", aria-invalid true. A paragraph with id \"«field»-hint\" says \"«hint»\", another with id \"«field»-error\" and role alert says \"«error»\". The input's aria-describedby names both. «also»",
        "I need an accessible field with an error in HTML. Input: type `«type»`, id `«field»`, name `«field»`, marked with aria-invalid=\"true\", labelled \"«label»\". Two `p` elements describe it through aria-describedby: `«field»-hint` (\"«hint»\") and `«field»-error` (\"«error»\", with role=\"alert\"). «also»",
        "Please mark up a «type» input (`«field»` as id and name) with the label \"«label»\". Show the hint \"«hint»\" in `<p id=\"«field»-hint\">` and the message \"«error»\" in a paragraph with id `«field»-error` and role alert, connect both with aria-describedby, and say that the field is invalid (aria-invalid). «also»",
        'Screen readers should announce both the hint and the error of a field. HTML, please: a label "«label»" for an `<input>` of type «type» whose id and name are «field» and which has aria-invalid set to true; below or above it `<p id="«field»-hint">` with "«hint»" and `<p id="«field»-error">`, role alert, with "«error»". aria-describedby of the input lists the two ids. «also»',
        'A user has filled in «label» wrongly. Show me the HTML of the field as it then looks. The input (type «type»; `«field»` is both its id and its name) carries aria-invalid="true" and, in aria-describedby, the ids of two paragraphs: `«field»-error`, an alert (role) that reads "«error»", and `«field»-hint`, which reads "«hint»". Its label is "«label»". «also»',
    ),
    draw=draw_hint,
    shapes=(
        Shape(name="after", code="""
            <label for="«field»">«label»</label>
            <input type="«type»" id="«field»" name="«field»" aria-invalid="true"
              aria-describedby="«field»-hint «field»-error"«flag»>
            <p id="«field»-hint">«hint»</p>
            <p id="«field»-error" role="alert">«error»</p>
            """, mutants=((' role="alert"', ""), ('aria-invalid="true"', ""),
                          ("«field»-hint «field»-error", "«field»-hint"), ('<p id="«field»-hint">', "<p>"),
                          ('for="«field»"', ""))),
        Shape(name="before", code="""
            <div class="field">
              <label for="«field»">«label»</label>
              <p id="«field»-hint">«hint»</p>
              <p id="«field»-error" role="alert">«error»</p>
              <input id="«field»" name="«field»" type="«type»" aria-invalid="true" aria-describedby="«field»-error «field»-hint"«flag»>
            </div>
            """, mutants=((' role="alert"', ' role="status"'), ('aria-invalid="true"', 'aria-invalid="false"'),
                          ("«field»-error «field»-hint", "error hint"), ("«error»", ""), ("</div>", ""))),
    ),
    verifier=check_hint,
)  # fmt: skip

CATEGORY = Category(
    name="fs_html_form", family="components", templates=(FIELD, SELECT, RADIOS, FORM, HINT, LIMITS, FILES, PAIR)
)
