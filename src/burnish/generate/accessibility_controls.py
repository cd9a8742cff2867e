"""Accessibility pairs about controls: labels of fields, buttons that a keyboard reaches, names of icon buttons."""

from random import Random
from typing import Any

from burnish.generate.checks import html_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import NUMBER_FIELDS, TEXT_FIELDS, draw_noun


def draw_label(rng: Random) -> dict[str, Any]:
    """Draw a form with two fields."""
    noun = draw_noun(rng)
    one, two = (
        rng.choice([name for name in TEXT_FIELDS if name != noun.one]),
        rng.choice([name for name in NUMBER_FIELDS if name != noun.one]),
    )
    return {
        "noun": noun.one, "action": f"/{noun.many}", "one": one, "two": two, "first": f"{noun.one.title()} {one}",
        "second": two.title(),
        "send": pick(rng, f"Save|Add {noun.one}|Send|Create {noun.one}|Submit"), "id": f"{noun.one}-{one}",
    }  # fmt: skip


def check_label(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the form, its fields and its button; then for a name of each field."""
    form = f'form[action="{facts["action"]}"]'
    return {
        "works": html_check(
            {"select": form, "min": 1, "max": 1}, {"select": f'input[name="{facts["one"]}"]', "inside": form, "max": 1},
            {"select": f'input[name="{facts["two"]}"]', "inside": form, "max": 1, "attr": {"type": "number"}},
            {"select": "button", "inside": form, "text": facts["send"]}, {"valid": True},
        ),
        "label": html_check(
            {"label_for": f'input[name="{facts["one"]}"]', "text": facts["first"]},
            {"label_for": f'input[name="{facts["two"]}"]', "text": facts["second"]},
        ),
    }  # fmt: skip


LABEL = Template(
    id="field_label",
    ask=(
        "Write an HTML form that posts to `«action»`: a text field named `«one»`, called \"«first»\", a number field named `«two»`, called \"«second»\", and the button \"«send»\".",
        "I need the form for a «noun» in HTML. Action `«action»`, method post. Fields: `«one»` (text, shown as \"«first»\") and `«two»` (number, shown as \"«second»\"). Button: \"«send»\".",
        "HTML please: a post form for `«action»` with the inputs «one» (\"«first»\" on the page) and «two» (\"«second»\", type number) and a button that says \"«send»\".",
    ),
    draw=draw_label,
    shapes=(
        Shape(name="for", code="""
            <form action="«action»" method="post">
              <label for="«id»">«first»</label>
              <input id="«id»" name="«one»" type="text">
              <label for="«two»">«second»</label>
              <input id="«two»" name="«two»" type="number">
              <button type="submit">«send»</button>
            </form>
            """, mutants=(('<label for="«id»">«first»</label>', "<span>«first»</span>"),
                          ('<label for="«two»">', '<label for="«noun»-form-«two»-field">'),
                          ('<label for="«two»">', "<label>"),
                          ('<label for="«id»">«first»</label>',
                           '<span class="form-label form-label-required">«first»</span>'))),
        Shape(name="wrapped", code="""
            <form action="«action»" method="post">
              <label>«first» <input name="«one»"></label>
              <label>«second» <input name="«two»" type="number"></label>
              <button>«send»</button>
            </form>
            """, mutants=(('<label>«first» <input name="«one»"></label>', '<input name="«one»" placeholder="«first»">'),
                          ('<label>«first» <input name="«one»"></label>', '<label>«first»</label> <input name="«one»">'),
                          ('<label>«second» <input name="«two»" type="number"></label>',
                           '<div class="field"><p class="caption">«second»</p> <input name="«two»" type="number"></div>'))),
    ),
    verifier=check_label,
)  # fmt: skip


def draw_button(rng: Random) -> dict[str, Any]:
    """Draw what a click does and what the button says."""
    noun = draw_noun(rng)
    verb = pick(rng, "Delete|Archive|Duplicate|Share|Print|Publish|Close|Refresh|Export|Hide|Start|Stop")
    return {
        "text": f"{verb} {rng.choice((noun.one, noun.many, f'this {noun.one}', f'all {noun.many}'))}",
        "call": f"{verb.lower()}{noun.kind}()", "id": f"{verb.lower()}-{noun.one}",
        "css": pick(rng, "action|tool|link|primary|control"), "noun": noun.one, "many": noun.many,
        "place": pick(rng, "toolbar|card|footer|menu|side panel"),
    }  # fmt: skip


def check_button(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the element with its text and handler; then that Tab reaches it and it says that it is a button."""
    node = f"#{facts['id']}"
    return {
        "works": html_check(
            {
                "select": node,
                "max": 1,
                "text": facts["text"],
                "attr": {"onclick": facts["call"], "class": {"words": [facts["css"]]}},
            },
            {"valid": True},
        ),
        "keyboard": html_check(
            {"select": f"button{node}", "attr": {"role": False}},
            {"select": f"{node}[tabindex^='-']", "min": 0, "max": 0},
        ),
    }


BUTTON = Template(
    id="keyboard_button",
    ask=(
        "Write the HTML of a control with the id `«id»` and the class `«css»`: it says \"«text»\" and calls `«call»` in its `onclick` attribute.",
        "For the «place» on our page of «many» I need something to click: \"«text»\", id `«id»`, class `«css»`; it runs `«call»` through `onclick`. HTML only.",
        "HTML for the «place» of a «noun», please: clicking \"«text»\" runs `«call»` (inline `onclick`). Give it id=\"«id»\" and class=\"«css»\".",
    ),
    draw=draw_button,
    shapes=(
        Shape(name="plain", code="""
            <button id="«id»" class="«css»" onclick="«call»">«text»</button>
            """, mutants=(("<button ", '<button tabindex="-1" '), ("<button ", '<button role="presentation" '))),
        Shape(name="typed", code="""
            <button type="button" id="«id»" class="«css»" onclick="«call»">
              <span class="text">«text»</span>
            </button>
            """, mutants=(('type="button" ', 'type="button" tabindex="-1" '),)),
        Shape(name="in_place", code="""
            <div class="controls">
              <button type="button" class="«css»" id="«id»" onclick="«call»">«text»</button>
            </div>
            """),
    ),
    wrong=("""
        <div id="«id»" class="«css»" onclick="«call»">«text»</div>
        """, """
        <span class="«css»" id="«id»" onclick="«call»">«text»</span>
        """, """
        <a id="«id»" class="«css»" onclick="«call»">«text»</a>
        """, """
        <div class="controls">
          <div class="«css» button-like" id="«id»" onclick="«call»">
            <span class="text">«text»</span>
          </div>
        </div>
        """),
    verifier=check_button,
)  # fmt: skip


def draw_icon(rng: Random) -> dict[str, Any]:
    """Draw a button that shows a picture only, and a link beside it."""
    noun = draw_noun(rng)
    verb, icon = rng.choice(
        (
            ("Edit", "pencil"),
            ("Delete", "bin"),
            ("Search", "lens"),
            ("Download", "arrow"),
            ("Share", "nodes"),
            ("Print", "printer"),
            ("Star", "star"),
            ("Copy", "sheets"),
        )
    )
    return {
        "name": f"{verb} {noun.one}", "id": f"{verb.lower()}-{noun.one}", "icon": f"/icons/{icon}.svg",
        "href": f"/{noun.many}", "back": f"All {noun.many}", "noun": noun.one,
        "arrow": pick(rng, "back|left|list|up|home"),
    }  # fmt: skip


def check_icon(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for both elements with their pictures; then for their names."""
    return {
        "works": html_check(
            {"select": f"button#{facts['id']} img", "attr": {"src": facts["icon"]}},
            {"select": f"a[href='{facts['href']}'] img", "attr": {"src": f"/icons/{facts['arrow']}.svg"}},
            {"valid": True},
        ),
        "button_name": html_check({"name_of": f"button#{facts['id']}", "text": facts["name"]}),
        "link_name": html_check({"name_of": f"a[href='{facts['href']}']", "text": facts["back"]}),
    }


ICON = Template(
    id="icon_name",
    ask=(
        "Write the HTML of two controls that show only an icon: a button with the id `«id»` (\"«name»\", icon `«icon»`) and a link to `«href»` (\"«back»\", icon `/icons/«arrow».svg`). No visible text.",
        "The header of a «noun» has no room for words: a link to `«href»`, which means \"«back»\", with the picture `/icons/«arrow».svg`, and a button `«id»` for \"«name»\" with `«icon»`. HTML, please.",
        "HTML for two icon controls. Link: `«href»`, picture `/icons/«arrow».svg`, meaning \"«back»\". Button: id `«id»`, picture `«icon»`, meaning \"«name»\". They show no text.",
    ),
    draw=draw_icon,
    shapes=(
        Shape(name="alt", code="""
            <a href="«href»"><img src="/icons/«arrow».svg" alt="«back»"></a>
            <button id="«id»"><img src="«icon»" alt="«name»"></button>
            """, mutants=((' alt="«back»"', ' alt=""'), (' alt="«name»"', ""), (' alt="«back»"', ""),
                          (' alt="«name»"', ' alt="" class="icon icon-medium"'),
                          (' alt="«back»"', ' alt="" class="icon icon-medium"'))),
        Shape(name="aria_label", code="""
            <a href="«href»" aria-label="«back»">
              <img src="/icons/«arrow».svg" alt="">
            </a>
            <button type="button" id="«id»" aria-label="«name»">
              <img src="«icon»" alt="">
            </button>
            """, mutants=((' aria-label="«back»"', ""), (' aria-label="«name»"', ""),
                          (' aria-label="«name»"', ' data-label="«name»"'),
                          (' aria-label="«back»"', ' class="icon" data-tooltip="«back»"'))),
    ),
    verifier=check_icon,
)  # fmt: skip
