"""The task of `fs_accessible_dialog` that runs: which element gets the focus when a key is pressed inside a dialog."""

from random import Random
from typing import Any

from burnish.generate.checks import node_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.wording import draw_noun

FLAGS = "disabled|hidden|inert|skipped"


def draw_keys(rng: Random) -> dict[str, Any]:
    """Draw the function, what leaves the dialog, what other keys give and which items are passed over."""
    close, rest = rng.choice(('"close"', '"escape"', "-1", '"cancel"')), rng.choice(("null", "the current index"))
    jump, flag = rng.random() < 0.5, pick(rng, FLAGS)
    args = draw_arguments(
        rng,
        event="event|press|input|pressed",
        items="items|elements|fields|controls",
        current="current|index|active|at",
    )
    of = rng.choice(("", "", draw_noun(rng).kind))
    clauses = [
        "`Tab` moves to the next item and from the last to the first",
        pick(rng, "`Tab` with `shiftKey` moves backwards and from the first to the last|with `shiftKey`, `Tab` goes to the "
                  "previous item, and from the first to the last"),
        f"`Escape` gives `{close}`",
    ]  # fmt: skip
    clauses += ["`Home` and `End` give the first and the last item"] if jump else []
    clauses += [pick(rng, f"any other key gives {'`null`' if rest == 'null' else rest}|for other keys return "
                          f"{'`null`' if rest == 'null' else rest}")]  # fmt: skip
    return {
        "name": pick(rng, "nextFocus|trapFocus|moveFocus|focusIndex|dialogKey|focusTarget") + of, **args, "close": close,
        "flag": flag, "jump": jump, "rules": "; ".join(clauses), "rest": args["current"] if rest != "null" else "null",
    }  # fmt: skip


def check_keys(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the neighbour in a written-out ring of the items that take the focus."""
    cases: list[tuple[Any, Any]] = []
    for states in ([0], [0, 0], [0, 0, 0, 0], [1, 0, 0, 1, 0, 1], [0, 1, 1, 0, 0], [1, 1, 0, 1], [0, 1, 0, 1, 0]):
        items = [{"id": f"i{number}", facts["flag"]: bool(state)} for number, state in enumerate(states)]
        ring = [number for number, state in enumerate(states) if not state]
        for place, current in enumerate(ring):
            rotated = ring[place:] + ring[:place]
            found: dict[tuple[str, bool], Any] = {
                ("Tab", False): (rotated + rotated)[1], ("Tab", True): rotated[-1],
                ("Escape", False): -1 if facts["close"] == "-1" else facts["close"].strip('"'),
                ("Enter", False): None if facts["rest"] == "null" else current,
                ("a", True): None if facts["rest"] == "null" else current,
            }  # fmt: skip
            ends = [min(ring), max(ring)] if facts["jump"] else [found["Enter", False]] * 2
            found |= {("Home", False): ends[0], ("End", False): ends[1]}
            for (key, shift), expected in found.items():
                event = {"key": key, "shiftKey": shift}
                cases.append((arrange(facts, event=event, items=items, current=current), expected))
    return node_check(facts["name"], cases)


def write_ring(facts: Facts) -> str:
    """Write the step in the list of indices that take the focus."""
    return f"""function {facts["name"]}({facts["args"]}) {{
  const free = [...{facts["items"]}.keys()].filter((i) => !{facts["items"]}[i].{facts["flag"]});
  const place = free.indexOf({facts["current"]});
  switch ({facts["event"]}.key) {{
    case "Escape":
      return {facts["close"]};{_cases(facts)}
    case "Tab": {{
      const step = {facts["event"]}.shiftKey ? free.length - 1 : 1;
      return free[(place + step) % free.length];
    }}
    default:
      return {facts["rest"]};
  }}
}}"""


def _cases(facts: Facts) -> str:
    if not facts["jump"]:
        return ""
    return """
    case "Home":
      return free[0];
    case "End":
      return free.at(-1);"""


def write_walk(facts: Facts) -> str:
    """Write a walk over the items that stops at the next free one."""
    items, flag = facts["items"], facts["flag"]
    jumps = f"""
  if (key === "Home") return {items}.findIndex((item) => !item.{flag});
  if (key === "End") return {items}.findLastIndex((item) => !item.{flag});""" if facts["jump"] else ""  # fmt: skip
    event, current = facts["event"], facts["current"]
    return f"""function {facts["name"]}({facts["args"]}) {{
  const key = {event}.key;
  if (key === "Escape") return {facts["close"]};{jumps}
  if (key !== "Tab") return {facts["rest"]};
  const step = {event}.shiftKey ? -1 : 1;
  const count = {items}.length;
  let next = {current};
  do {{
    next = (next + step + count) % count;
  }} while ({items}[next].{flag});
  return next;
}}"""


KEYS = Template(
    id="focus_trap",
    ask=(
        "Write a JavaScript function `«name»(«args»)` for the keyboard in a modal dialog. `«event»` has `key` and `shiftKey`, "
        "`«items»` are objects, those with `«flag»: true` are passed over, and `«current»` is the index of the focused one. "
        "Return the index to focus: «rules».",
        "I need a focus trap: `«name»(«args»)` in JavaScript. «rules». Indices refer to `«items»`, `«current»` is where the "
        "focus is, never on one whose `«flag»` is true; those can't get it. `«event»` is like a KeyboardEvent.",
        "In a dialog, focus must stay inside. Implement `«name»(«args»)` (JavaScript), which takes a keyboard event "
        "`«event»`, an array `«items»` and the focused index `«current»`, and returns the new index. «rules». Items that are "
        "`«flag»` never get the focus.",
        "`«name»(«args»)` decides in JavaScript where a key press moves the focus of a dialog. An entry of `«items»` with a "
        "true `«flag»` doesn't count as an item; `«current»` is the present index, `«event»` has `key` and `shiftKey`. "
        "«rules».",
        "«rules». That is what `«name»(«args»)` should return as the next focused index in a dialog, in JavaScript. "
        "`«event»` is the key event, `«current»` the focused index in `«items»`; skip entries with `«flag»` set.",
        "Keys move the focus of our modal dialog; which item has it next? JavaScript, please: "
        "`«name»(«args»)` gives an index into `«items»`. «rules». The present index is `«current»`, the key "
        "and the state of shift are in `«event»` (`key`, `shiftKey`), and whatever has `«flag»: true` is as "
        "good as absent.",
        "The dialog's items are in the array `«items»`. Some have `«flag»` true and are never focused. Write "
        "`«name»(«args»)` in JavaScript for its key handler: from the focused index `«current»` and a "
        "keyboard event `«event»` it works out the next one. «rules».",
    ),
    draw=draw_keys,
    shapes=(
        Shape(name="ring", code=write_ring, mutants=(
            ("free.length - 1 : 1", "1 : free.length - 1"), (" % free.length]", "]"), ("(i) => !", "(i) => true || "))),
        Shape(name="walk", code=write_walk, mutants=(
            ("? -1 : 1", "? 1 : -1"), (" + count) % count", ") % count"), ("[next].«flag»", "[next].no"))),
    ),
    mutants=(('"Escape"', '"Esc"'), ("«event».shiftKey", "«event».shift")),
    verifier=check_keys,
)  # fmt: skip
