"""The task of `fs_browser_test` with a form: what it hands over, what it refuses and what it says."""

from collections.abc import Collection
from random import Random
from typing import Any

from burnish.generate.browser_clicks import check_page
from burnish.generate.browser_suites import Look, Step, write_asserting, write_expecting
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick, rename
from burnish.generate.wording import CITIES, FIRST_NAMES, TEXT_FIELDS, draw_noun

RULES = ("trim", "empty", "long", "clear", "reset")


def write_form(facts: Facts, rules: Collection[str], *, most: int) -> str:
    """Return the page with these rules."""
    lines = ["event.preventDefault();", f"const typed = input.value{'.trim()' if 'trim' in rules else ''};"]
    for rule, test in (("empty", 'typed === ""'), ("long", f"typed.length > {most}")):
        if rule in rules:
            lines += [f"if ({test}) {{", f'  message.textContent = "{facts[rule]}";', "  return;", "}"]
    lines += ['message.textContent = "";'] if "clear" in rules else []
    lines += [f"{facts['save']}(typed);", *(['input.value = "";'] if "reset" in rules else [])]
    inside = "\n    ".join(lines)
    text = (
        f"function {facts['name']}(root, {facts['save']}) {{\n"
        f'  root.innerHTML = `<form><input name="{facts["field"]}"><p role="alert"></p><button>{facts["label"]}</button></form>`;\n'
        '  const input = root.querySelector("input");\n  const message = root.querySelector("[role=alert]");\n'
        f'  root.querySelector("form").addEventListener("submit", (event) => {{\n    {inside}\n  }});\n}}\n\n'
        f"module.exports = {{ {facts['name']} }};"
    )
    return rename(text, **facts["locals"])


def draw_form(rng: Random) -> dict[str, Any]:
    """Draw a form with one field and its rules."""
    noun = draw_noun(rng)
    rules = rng.sample(RULES, rng.choice((2, 2, 3)))
    if not {"empty", "long"} & {*rules}:
        rules[0] = rng.choice(("empty", "long"))
    rules = [one for one in RULES if one in rules]
    field, most = rng.choice(TEXT_FIELDS), rng.randrange(8, 40)
    one = noun.one.replace("_", "-")
    facts: dict[str, Any] = {
        "name": pick(rng, f"mount{noun.kind}Form|add{noun.kind}Form|render{noun.kind}Form|show{noun.kind}Form"),
        "module": pick(rng, f"{one}-form|forms|{one}|page|{one}-page"), "save": pick(rng, "onSave|save|onSubmit|send|done"),
        "root": (root := pick(rng, "root|page|box|parent")), "locals": {"root": root, "event": pick(rng, "event|submitted|e"),
                   "typed": pick(rng, "typed|text|entry|content"), "message": pick(rng, "message|error|hint|note")},
        "field": field, "label": pick(rng, "Save|Add|Send|Create|OK"), "most": most,
        "empty": pick(rng, f"Enter a {field}|{field.title()} is required|Please fill in the {field}|No {field} given"),
        "long": pick(rng, f"At most {most} characters|Too long|{field.title()} is too long|{most} characters are the limit"),
        "helper": 'function submit(text) {\n  document.querySelector("input").value = text;\n'
                  '  document.querySelector("form").dispatchEvent(new Event("submit"));\n}',
    }  # fmt: skip
    saved = pick(rng, "saved|sent|calls|received")
    program, good = write_form(facts, rules, most=most), rng.choice([*CITIES, *FIRST_NAMES])[:7]
    broken = [write_form(facts, [other for other in rules if other != rule], most=most) for rule in rules]
    if "long" in rules:
        broken += [write_form(facts, rules, most=most + change) for change in (-1, 1)]
    bad = '""' if "empty" in rules else f'"x".repeat({most + 1})'
    words = {
        "trim": f"spaces around the {field} are removed before `{facts['save']}` gets it",
        "empty": f"an empty {field} shows \"{facts['empty']}\" and isn't handed to `{facts['save']}`",
        "long": f"{most} characters are accepted, {most + 1} show \"{facts['long']}\"",
        "clear": "the message goes away with the next good text", "reset": "a good text leaves the field empty",
    }  # fmt: skip
    return facts | {
        "program": program, "broken": [*broken, program.replace(f"{facts['save']}({facts['locals']['typed']});", "")],
        "noun": one,
        "build": f"{saved} = [];\n  {facts['name']}(document.body, (text) => {saved}.push(text));",
        "helper": f"let {saved};\n\n{facts['helper']}", "saved": saved, "good": good,
        "tests": _write_tests(facts, rules, saved=saved, good=good, bad=bad),
        "points": "\n".join(f"- {words[rule]}" for rule in rules), "listed": "; ".join(words[rule] for rule in rules),
    }  # fmt: skip


def _write_tests(facts: Facts, rules: list[str], *, saved: str, good: str, bad: str) -> list[list[Step]]:
    message = 'document.querySelector("[role=alert]").textContent'
    found: dict[str, list[Step]] = {
        "trim": ["trims", f'submit("  {good} ");', Look(saved, f'["{good}"]')],
        "empty": ["needs a text", 'submit("");', Look(message, f'"{facts["empty"]}"'), Look(saved, "[]")],
        "long": ["limits the length", f'submit("x".repeat({facts["most"] + 1}));', Look(message, f'"{facts["long"]}"'),
                 f'submit("x".repeat({facts["most"]}));', Look(f"{saved}.length", "1")],
        "clear": ["clears the message", f"submit({bad});", f'submit("{good}");', Look(message, '""')],
        "reset": ["empties the field", f'submit("{good}");', Look('document.querySelector("input").value', '""')],
    }  # fmt: skip
    tests = [found[rule] for rule in rules]
    if not {"trim", "long"} & {*rules}:
        tests.append([f"calls {facts['save']}", f'submit("{good}");', Look(saved, f'["{good}"]')])
    return tests


FORM = Template(
    id="form_and_message",
    ask=(
        "Write tests for the form below (module `./«module»`) with `node:test` or jest's functions; `document` and `Event` "
        "are global. Submit it by dispatching a `submit` event. Cover:\n«points»\nAlso `«save»` must be called at all.",
        "`«name»(«root», «save»)` from `«module».js` shows a form for one «noun» field. Please test it in JavaScript against the global "
        "`document`: «listed». A form that never calls `«save»` must fail too.",
        "I want browser-like tests (a DOM is there as `document`, the runner is `node:test`) that catch any change in this: "
        "«listed». `require` `«name»` from `./«module»`, build it in `document.body` and check what `«save»` gets.",
        "These rules hold for our «noun» form:\n«points»\nThe code is in `./«module»`. Test each rule with `document.querySelector` and "
        "`dispatchEvent(new Event(\"submit\"))`, and that good texts reach `«save»`.",
    ),
    starter="«program»",
    draw=draw_form,
    shapes=(
        Shape(name="assert", code=write_asserting, mutants=(("assert.deepStrictEqual(", "assert.ok(true || "),)),
        Shape(name="expect", code=write_expecting, mutants=(("toEqual(", "not.toEqual("), ("test(", "void ("))),
    ),
    mutants=(('.dispatchEvent(new Event("submit"))', ""), ('new Event("submit")', 'new Event("click")'),
             ("«saved».push(text)", "text"), ("(document.body,", '(document.createElement("p"),')),
    verifier=check_page,
)  # fmt: skip
