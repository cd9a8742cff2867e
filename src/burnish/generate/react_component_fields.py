"""The form field of `fs_react_component`: a label, its control, and what belongs to it when there is an error or a hint."""

from random import Random
from typing import Any

from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.react_rendering import element, render_check
from burnish.generate.wording import FIRST_NAMES, draw_noun

COUNTED = ("id", "for", "type", "required", "disabled", "placeholder", "maxlength")
# Props that are optional parts: a sentence about each, what it adds to the control, and to the label.
SWITCHES = {
    "required": ("With `required` the control is required and the label ends in ` *`.", "required={required}",
                 '{required && " *"}'),
    "disabled": ("`disabled` is passed to the control.", "disabled={disabled}", ""),
    "placeholder": ("`placeholder` is passed on to it.", "placeholder={placeholder}", ""),
    "max": ("`max` becomes its `maxLength`.", "maxLength={max}", ""),
    "unit": ("The label shows `unit` in parentheses behind its text, as in `Name (unit)`, if there is one.", "",
             "{unit && ` (${unit})`}"),
}  # fmt: skip
ROLES = (("", ""), (' role="alert"', ' with `role="alert"`'), (' className="error"', " with the class `error`"),
         (' className="field-error"', " with the class `field-error`"))  # fmt: skip


def draw_field(rng: Random) -> dict[str, Any]:
    """Draw a field's control, its optional props, and the text below it."""
    noun, message = draw_noun(rng), pick(rng, "error|hint|problem|help|warning")
    switches = sorted(rng.sample(list(SWITCHES), rng.choice((0, 1, 1, 2))))
    if switches == ["required", "unit"]:
        switches = ["disabled", "unit"]
    (role, said_role), tag = rng.choice(ROLES), pick(rng, "p|small|span|div")
    kind = rng.choice(("text", "email", "password", "tel", "url", "search", "textarea"))
    invalid = message in ("error", "problem") and rng.random() < 0.7
    described = rng.random() < 0.5
    label, name = pick(rng, "label|title|caption|text"), pick(rng, "id|name|field")
    control = "textarea" if kind == "textarea" else "input"
    typed = "" if kind == "textarea" else f' type="{kind}"'
    extra = "".join(f" {SWITCHES[switch][1]}" for switch in switches if SWITCHES[switch][1])
    marks = "".join(SWITCHES[switch][2] for switch in switches)
    extra += f" aria-invalid={{{message} ? true : undefined}}" if invalid else ""
    extra += f" aria-describedby={{{message} ? `${{{name}}}-{message}` : undefined}}" if described else ""
    mark = f" id={{`${{{name}}}-{message}`}}" if described else ""
    then = f"a `{tag}`{said_role} follows with that text"
    then += (
        f", its id is the `{name}` plus `-{message}`, and the control names it in `aria-describedby`"
        if described
        else ""
    )
    then += (
        "; the control then has `aria-invalid`"
        if invalid and described
        else " and the control has `aria-invalid`"
        if invalid
        else ""
    )
    return {
        "Name": f"{noun.kind}{pick(rng, 'Field|Input|Control|Entry|Row')}", "label": label, "name": name,
        "message": message, "control": control,
        "props": ", ".join([name, label, *switches, message]), "switches": switches, "typed": typed, "extra": extra,
        "marks": marks, "tag": tag, "role": role, "mark": mark,
        "said_control": "a `textarea`" if control == "textarea" else f"an `input` of type `{kind}`", "kind": kind,
        "invalid": invalid, "described": described,
        "wrapper": pick(rng, "div|p" if tag not in ("p", "div") else "div|section"),
        "said_switches": "".join(f" {SWITCHES[switch][0]}" for switch in switches), "then": then,
        "one": noun.one.replace("_", " "),
    }  # fmt: skip


def check_field(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the parts put together attribute by attribute."""
    message, switches = facts["message"], facts["switches"]
    cases = []
    for turn in range(6):
        key, text = f"f{rng.randrange(10, 99)}", rng.choice(FIRST_NAMES)
        on = (
            {switch: turn % 2 == place % 2 for place, switch in enumerate(switches)}
            if turn < 4
            else dict.fromkeys(switches, turn == 4)
        )
        values = {"required": True, "disabled": True, "placeholder": "a & b", "max": rng.randrange(5, 90), "unit": "kg"}
        given = {switch: values[switch] for switch in switches if on[switch]}
        props = {facts["name"]: key, facts["label"]: text, **given} | ({message: f"Not so, {text}"} if turn % 3 else {})
        control = {"id": key} | ({"type": facts["kind"]} if facts["control"] == "input" else {})
        control |= {switch: "" for switch in ("required", "disabled") if switch in given}
        control |= {"placeholder": "a & b"} if "placeholder" in given else {}
        control |= {"maxlength": str(given["max"])} if "max" in given else {}
        shown = text + (" *" if "required" in given else "") + (" (kg)" if "unit" in given else "")
        note = None
        if message in props:
            own = dict(part.replace("className", "class").strip('"').split('="') for part in facts["role"].split())
            control |= {"aria-invalid": "true"} if facts["invalid"] else {}
            control |= {"aria-describedby": f"{key}-{message}"} if facts["described"] else {}
            note = element(
                facts["tag"], own | ({"id": f"{key}-{message}"} if facts["described"] else {}), props[message]
            )
        parts = (element("label", {"for": key}, shown), element(facts["control"], control), note)
        cases.append((props, [element(facts["wrapper"], {}, *parts)]))
    fixed = {"class": "className" in facts["role"], "role": "role" in facts["role"], "aria-invalid": facts["invalid"]}
    fixed["aria-describedby"] = facts["described"]
    counted = [*COUNTED, *(name for name, is_fixed in fixed.items() if is_fixed)]
    return render_check(facts["Name"], cases, attributes=counted)


FIELD = Template(
    id="labelled_field",
    ask=(
        "Write a React component `«Name»({ «props» })`: a `«wrapper»` with a `label` that shows `«label»` and belongs (`htmlFor`) to «said_control» whose id "
        "is `«name»`.«said_switches» If there is a `«message»`, «then».",
        "I need a form field for our «one» page in React, as the component `«Name»`. Its props: `«props»`. Inside a `«wrapper»` come the label (text `«label»`, "
        "`htmlFor` the `«name»`) and «said_control» with `«name»` as its id. When `«message»` is given, «then».«said_switches»",
        "Please write `«Name»` for React. If the prop `«message»` is set, «then». Before it stand a `label` for the field, showing the prop `«label»`, and "
        "«said_control», its `id` taken from the prop `«name»`; a `«wrapper»` holds all.«said_switches»",
        "«said_control» with its label, as a reusable React component `«Name»({ «props» })`.«said_switches» The control gets the id `«name»`, the `label` points to it and "
        "shows `«label»`, and both are in a `«wrapper»`. Given a `«message»`, «then».",
    ),
    draw=draw_field,
    shapes=(
        Shape(name="and", code="""
            export default function «Name»({ «props» }) {
              return (
                <«wrapper»>
                  <label htmlFor={«name»}>{«label»}«marks»</label>
                  <«control» id={«name»}«typed»«extra» />
                  {«message» && <«tag»«mark»«role»>{«message»}</«tag»>}
                </«wrapper»>
              );
            }
            """, mutants=(("{«message» && ", "{!«message» && "), (" htmlFor={«name»}", ""), ("{«label»}", "«label»"),
                          (" id={«name»}«typed»", "«typed»"), ("«wrapper»>", "main>"))),
        Shape(name="variable", code="""
            export const «Name» = ({ «props» }) => {
              const note = «message» ? <«tag»«mark»«role»>{«message»}</«tag»> : null;
              return (
                <«wrapper»>
                  <label htmlFor={«name»}>{«label»}«marks»</label>
                  <«control»«typed» id={«name»}«extra» />
                  {note}
                </«wrapper»>
              );
            };
            """, mutants=(("{note}", ""), ("? <«tag»", "&& <«tag»"), ("htmlFor={«name»}", 'htmlFor="«name»"'),
                          ("</«tag»> : null", "</«tag»> : <«tag» />"), ("«wrapper»>", "form>"))),
    ),
    mutants=((" «role»", " "), ("required={required}", "required"), ("disabled={disabled} ", ""), (" (${unit})", "${unit}"),
             ("aria-invalid={«message» ? true : undefined}", "aria-invalid"),
             ("`${«name»}-«message»` : undefined", "«name» : undefined"), ("maxLength={max}", "max={max}")),
    verifier=check_field,
)  # fmt: skip
