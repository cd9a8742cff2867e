"""The larger tasks of `fs_accessibility_fix`: captions that aren't labels, and a page of `div` without landmarks."""

from random import Random
from typing import Any

from burnish.generate.checks import html_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import draw_noun, draw_nouns

VALID = {"valid": True}
# The type, the name and the caption of a field, with the token that browsers fill it in by.
FIELDS = (
    ("email", "email", "Email", "email"), ("tel", "phone", "Phone", "tel"), ("text", "city", "City", "address-level2"),
    ("password", "password", "Password", "new-password"), ("text", "name", "Full name", "name"),
    ("text", "zip", "Postal code", "postal-code"), ("url", "website", "Website", "url"),
    ("text", "company", "Company", "organization"), ("date", "birthday", "Birthday", "bday"),
    ("text", "street", "Street", "street-address"), ("text", "user", "User name", "username"),
    ("text", "country", "Country", "country-name"),
)  # fmt: skip
ERRORS = "Please check this|This is missing|That is too short|Already in use|Not valid"


def draw_captions(rng: Random) -> dict[str, Any]:
    """Draw a form whose captions don't belong to its fields, and what else it lacks."""
    fields = [list(one) for one in rng.sample(FIELDS, 2)]
    caption, row = pick(rng, "span|div|p|b"), pick(rng, "row|field|line|group|cell")
    row = f"{row}-{rng.randrange(1, 20)}" if rng.random() < 0.4 else row
    described = rng.choice(fields)
    error = f"{described[1]}-error"
    wishes = {
        "error": f"the message `#{error}` must describe `{described[1]}`, which is invalid (`aria-invalid`)",
        "required": f"`{fields[0][1]}` must be required",
        "fill": f'`{fields[1][1]}` needs `autocomplete="{fields[1][3]}"`',
    }
    kept = rng.sample(tuple(wishes), rng.choice((1, 1, 2)))
    facts = {
        "path": f"/{draw_noun(rng).many}", "fields": fields, "caption": caption, "row": row, "kept": kept,
        "described": described[1], "error": error, "button": pick(rng, "Save|Send|Sign up|Continue|Update|Confirm"),
        "message": pick(rng, ERRORS), "wishes": "; ".join(wishes[one] for one in kept), "a": fields[0][2],
        "b": fields[1][2], "one": fields[0][1], "two": fields[1][1],
    }  # fmt: skip
    return facts | {"fragment": _write_form(facts, form="faulty")}


def _field(facts: Facts, field: list[str], *, form: str) -> str:
    kind, name, caption, token = field
    more = {
        "required": " required" if name == facts["one"] else "",
        "fill": f' autocomplete="{token}"' if name == facts["two"] else "",
        "error": f' aria-describedby="{facts["error"]}" aria-invalid="true"' if name == facts["described"] else "",
    }
    extra = "" if form == "faulty" else "".join(more[one] for one in facts["kept"])
    tag = facts["caption"]
    attributes = f'type="{kind}" name="{name}"{extra}'
    inner = {
        "faulty": f"<{tag}>{caption}</{tag}> <input {attributes}>",
        "for": f'<label for="{name}">{caption}</label> <input id="{name}" {attributes}>',
        "around": f"<label>{caption} <input {attributes}></label>",
        "labelledby": f'<{tag} id="{name}-label">{caption}</{tag}> <input {attributes} aria-labelledby="{name}-label">',
    }[form]
    return f'  <div class="{facts["row"]}">{inner}</div>'


def _write_form(facts: Facts, *, form: str) -> str:
    error = [f'  <p id="{facts["error"]}">{facts["message"]}</p>'] if "error" in facts["kept"] else []
    return "\n".join([
        f'<form action="{facts["path"]}" method="post">', *(_field(facts, one, form=form) for one in facts["fields"]),
        *error, f"  <button>{facts['button']}</button>", "</form>",
    ])  # fmt: skip


def check_captions(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect a name on each field, what was asked besides, and everything else as it was."""
    names = [{"name_of": f"input[name={name}]", "text": text} for _, name, text, _ in facts["fields"]]
    one, two, described = (f"input[name={facts[key]}]" for key in ("one", "two", "described"))
    wished: dict[str, list[dict[str, Any]]] = {
        "required": [{"select": one, "attr": {"required": True}}, {"select": "[required]", "min": 1, "max": 1}],
        "fill": [{"select": two, "attr": {"autocomplete": facts["fields"][1][3]}}],
        "error": [{"select": described, "attr": {"aria-describedby": facts["error"], "aria-invalid": "true"}},
                  {"ref": described, "attr": "aria-describedby", "to": "p"},
                  {"select": "[aria-invalid]", "min": 1, "max": 1}],
    }  # fmt: skip
    attrs = ["id", "for", "aria-labelledby", "aria-label", "required", "aria-required", "autocomplete", "aria-describedby",
             "aria-invalid"]  # fmt: skip
    kept = {"keeps": facts["fragment"], "tags": ["label", facts["caption"]], "attrs": attrs}
    rows = {"select": f"form > .{facts['row']}", "min": 2, "max": 2}
    return html_check(*names, *(check for wish in facts["kept"] for check in wished[wish]), kept, rows, VALID)


CAPTIONS = Template(
    id="captions_to_labels",
    ask=(
        "Fix the accessibility of this form. The captions \"«a»\" and \"«b»\" must be the labels of the inputs beside them. "
        "Also: «wishes». Leave the rest as it is.",
        "A screen reader doesn't announce the names of these fields. Tie each caption to its input; besides, «wishes». Give "
        "me the whole HTML, otherwise unchanged.",
        "«wishes». And `«one»` and `«two»` have visible captions (\"«a»\", \"«b»\") that aren't their labels yet. Mend "
        "this HTML and change nothing else.",
        "Our audit found two inputs without a label. Make \"«a»\" the label of `«one»` and \"«b»\" that of `«two»`. "
        "Furthermore «wishes». Return the corrected form with everything else kept.",
    ),
    draw=draw_captions,
    starter="«fragment»",
    shapes=(
        Shape(name="label_for", code=lambda facts: _write_form(facts, form="for"), mutants=(
            ('for="«one»"', 'for="«two»"'), ('id="«two»"', 'class="«two»"'))),
        Shape(name="label_around", code=lambda facts: _write_form(facts, form="around"), mutants=(
            ("<label>«a»", "<label></label>«a»"), ("label>", "small>"))),
        Shape(name="labelledby", code=lambda facts: _write_form(facts, form="labelledby"), mutants=(
            ('aria-labelledby="«one»-label"', 'aria-labelledby="«one»"'), (' id="«two»-label"', ""))),
    ),
    mutants=((' required', ' readonly'), ("aria-describedby", "aria-details"), ("autocomplete=", "data-fill="),
             (' name="«two»"', ""), ("  <button>«button»</button>\n", ""), (' aria-invalid="true"', "")),
    wrong=("«fragment»",),
    verifier=check_captions,
)  # fmt: skip


# A part of a page: its element, its role, and what it is called in the question.
PARTS = {
    "top": ("header", "banner", "the page's header"),
    "menu": ("nav", "navigation", "the navigation"),
    "main": ("main", "main", "the main content"),
    "side": ("aside", "complementary", "complementary content"),
    "foot": ("footer", "contentinfo", "the page's footer"),
}
CLASSES = {
    "top": "top|masthead|page-head|brand", "menu": "menu|links|sections|tabs", "main": "content|body|middle|text",
    "side": "side|extras|related|more", "foot": "foot|bottom|imprint|legal",
}  # fmt: skip


def draw_landmarks(rng: Random) -> dict[str, Any]:
    """Draw a page of `div` and what its parts are."""
    some = ("main", *rng.sample(("top", "menu", "side", "foot"), rng.choice((2, 2, 3))))
    kept = [name for name in PARTS if name in some]
    first, second, third = draw_nouns(rng, 3)
    heading = rng.random() < 0.6
    classes = {name: f"{pick(rng, CLASSES[name])}{rng.choice(('', '', '-area', '-part'))}" for name in kept}
    label = pick(rng, "Main|Site|Primary|Sections|Shop") if "menu" in kept else ""
    facts: dict[str, Any] = {
        "kept": kept, "classes": classes, "heading": heading, "label": label, "title_class": pick(rng, "title|big|name|head"),
        "title": f"{pick(rng, 'All|Your|New|Open|Recent')} {first.many}", "one": second.many, "two": third.many,
        "words": {
            "top": f"The {first.one} guide", "side": f"See {third.many} too",
            "foot": pick(rng, "All rights reserved|Made with care|Questions? Write to us"),
        },
        "text": pick(rng, "Choose one below.|Nothing here yet.|Sorted by date.|Updated daily."),
    }  # fmt: skip
    clauses = [f"`.{classes[name]}` is {PARTS[name][2]}" for name in kept]
    clauses += [f'the navigation is named "{label}"'] if label else []
    clauses += [f"`.{facts['title_class']}` is the level-1 heading"] if heading else []
    rng.shuffle(clauses)
    return facts | {
        "wishes": f"{', '.join(clauses[:-1])} and {clauses[-1]}", "fragment": _write_page(facts, form="faulty"),
        "main_class": classes["main"],
    }  # fmt: skip


def _write_page(facts: Facts, *, form: str) -> str:
    lines = []
    for name in facts["kept"]:
        tag, role, _ = PARTS[name]
        element = tag if form == "elements" else "div"
        extra = f' role="{role}"' if form == "roles" else ""
        extra += f' aria-label="{facts["label"]}"' if name == "menu" and form != "faulty" else ""
        lines.append(
            f'<{element} class="{facts["classes"][name]}"{extra}>{_inside(facts, name, form=form)}</{element}>'
        )
    return "\n".join(lines)


def _inside(facts: Facts, name: str, *, form: str) -> str:
    if name == "menu":
        links = [f'<a href="/{noun}">{noun.capitalize()}</a>' for noun in (facts["one"], facts["two"])]
        return "\n  " + "\n  ".join(links) + "\n"
    if name != "main":
        return str(facts["words"][name])
    tag = "h1" if facts["heading"] and form == "elements" else "div"
    role = ' role="heading" aria-level="1"' if facts["heading"] and form == "roles" else ""
    return f'\n  <{tag} class="{facts["title_class"]}"{role}>{facts["title"]}</{tag}>\n  <p>{facts["text"]}</p>\n'


def check_landmarks(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect each part with its element or its role, the names, and all content as it was."""
    checks: list[dict[str, Any]] = []
    for name in PARTS:
        tag, role, _ = PARTS[name]
        most = 1 if name in facts["kept"] else 0
        checks.append({"select": f"{tag}, [role={role}]", "min": most, "max": most})
        if most:
            place = facts["classes"][name]
            checks.append({"select": f"{tag}.{place}, .{place}[role={role}]", "min": 1, "max": 1})
    if facts["label"]:
        place = f".{facts['classes']['menu']}"
        checks += [{"name_of": place, "text": facts["label"]}, {"select": f"{place} a", "min": 2, "max": 2}]
    title = facts["title_class"]
    most = 1 if facts["heading"] else 0
    checks += [
        {"select": "h1, [role=heading]", "min": most, "max": most},
        {"select": f"h1.{title}, .{title}[role=heading][aria-level='1']", "min": most, "max": most},
        {"select": f".{facts['main_class']} > .{title}", "min": 1, "max": 1, "text": facts["title"]},
        {"keeps": facts["fragment"], "tags": ["div", "h1", *(tag for tag, _, _ in PARTS.values())], "attrs": []},
    ]
    return html_check(*checks, VALID)


LANDMARKS = Template(
    id="landmarks",
    ask=(
        "Give this page its landmarks: «wishes». Change nothing else.",
        "This HTML consists of `div` only, so a screen reader finds no regions in it. «wishes». Return it with the right "
        "elements or roles; keep the classes and the content.",
        "Please make this page accessible. «wishes». The classes, the texts and the order stay.",
        "Which elements should these `div`s be? «wishes». Write the mended HTML with the same classes and content.",
    ),
    draw=draw_landmarks,
    starter="«fragment»",
    shapes=(
        Shape(name="elements", code=lambda facts: _write_page(facts, form="elements"), mutants=(
            ("main class", "section class"), ("main", "div"))),
        Shape(name="roles", code=lambda facts: _write_page(facts, form="roles"), mutants=(
            ('role="main"', 'role="region"'), (' role=', ' data-role='))),
    ),
    mutants=(('aria-label="«label»"', 'title=""'), ("h1", "h2"), ('aria-level="1"', 'aria-level="2"'),
             (' class="«main_class»"', ""), ("  <p>«text»</p>\n", ""), ('role="contentinfo"', 'role="footer"')),
    wrong=("«fragment»",),
    verifier=check_landmarks,
)  # fmt: skip
