"""The task of `fs_browser_test` with typing and keys: a list that is searched, counted, picked from and reset."""

import json
from collections.abc import Collection
from random import Random
from typing import Any

from burnish.generate.browser_clicks import check_page
from burnish.generate.browser_suites import Look, Step, write_asserting, write_expecting
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick, rename
from burnish.generate.wording import draw_nouns

RULES = ("case", "count", "escape", "pick", "none")


def write_search(facts: Facts, rules: Collection[str]) -> str:
    """Return the page with these rules."""
    many, low = facts["many"], ".toLowerCase()" if "case" in rules else ""
    show = [f"const found = {many}.filter((one) => one{low}.includes(input.value{low}));",
            'list.innerHTML = found.map((one) => `<li>${one}</li>`).join("");']  # fmt: skip
    if "count" in rules:
        show.append(f"status.textContent = `${{found.length}} {facts['of']} ${{{many}.length}}`;")
    if "none" in rules:
        show.append(f'if (found.length === 0) list.innerHTML = "<li>{facts["nothing"]}</li>";')
    keys = [
        '  input.addEventListener("keydown", (event) => {', '    if (event.key !== "Escape") return;', '    input.value = "";',
        "    show();", "  });",
    ] if "escape" in rules else []  # fmt: skip
    picks = [
        '  list.addEventListener("click", (event) => {', "    input.value = event.target.textContent;", "    show();", "  });",
    ] if "pick" in rules else []  # fmt: skip
    status = '<p role="status"></p>' if "count" in rules else ""
    text = "\n".join([
        f"function {facts['name']}(root, {many}) {{",
        f"  root.innerHTML = '<input type=\"search\">{status}<ul></ul>';",
        '  const input = root.querySelector("input");', '  const list = root.querySelector("ul");',
        *(['  const status = root.querySelector("[role=status]");'] if status else []),
        "  function show() {", *(f"    {line}" for line in show), "  }",
        '  input.addEventListener("input", show);', *keys, *picks, "  show();", "}", "",
        f"module.exports = {{ {facts['name']} }};",
    ])  # fmt: skip
    return rename(text, **facts["locals"])


def draw_search(rng: Random) -> dict[str, Any]:
    """Draw a searchable list and its rules."""
    noun, *others = draw_nouns(rng, 9)
    names = [other.one.replace("_", " ").title() for other in others]
    words = [name for name in names if _is_alone(name, names) and _is_alone(name[:3], names)][:4]
    chosen = rng.sample(RULES, rng.choice((2, 2, 3)))
    rules = [rule for rule in RULES if rule in chosen]
    one = noun.one.replace("_", "-")
    target = rng.choice(words[1:])
    facts: dict[str, Any] = {
        "root": (root := pick(rng, "root|page|box|parent")), "locals": {
            "root": root, "found": pick(rng, "found|matches|hits|visible"),
                   "show": pick(rng, "show|render|update|redraw"), "list": pick(rng, "list|ul|results|lines"),
                   "event": pick(rng, "event|e|pressed")},
        "many": noun.many,
        "name": pick(rng, f"mount{noun.kind}Search|show{noun.kind}List|add{noun.kind}Filter|render{noun.kind}Picker"),
        "module": pick(rng, f"{one}-search|search|{one}-list|filters|{one}-picker"), "of": pick(rng, "of|/|out of|from"),
        "nothing": pick(rng, f"Nothing here|No {noun.one} fits|No results|Try another word"), "target": target,
    }  # fmt: skip
    typed = target[:3].lower() if "case" in rules else target[:3]
    texts = {
        "case": f'typing "{typed}" finds "{target}", whether letters are small or capital',
        "count": f'the status says how many are shown, as in "1 {facts["of"]} {len(words)}"',
        "escape": "the key Escape empties the field and shows everything again",
        "pick": "a click on an entry puts its text into the field and shows only that",
        "none": f'a text that fits nothing shows one entry, "{facts["nothing"]}"',
    }  # fmt: skip
    program, listed = write_search(facts, rules), [texts[rule] for rule in rules]
    shown = json.dumps(words)[1:-1]
    broken = [write_search(facts, [other for other in rules if other != rule]) for rule in rules]
    return facts | {
        "program": program, "items": shown, "all": f"[{shown}]", "noun": noun.one.replace("_", " "),
        "broken": [*broken, program.replace('addEventListener("input"', 'addEventListener("change"'),
                   program.replace(f"  {facts['locals']['show']}();\n}}", "}"),
                   program.replace("one) => one", "one) => !one")],
        "build": f"{facts['name']}(document.body, [{shown}]);", "tests": _write_tests(facts, rules, words=words, typed=typed),
        "helper": 'function type(text) {\n  document.querySelector("input").value = text;\n'
                  '  document.querySelector("input").dispatchEvent(new Event("input"));\n}\n\n'
                  'function texts() {\n  return Array.from(document.querySelectorAll("li"), (li) => li.textContent);\n}',
        "points": "\n".join(f"- {text}" for text in listed), "listed": "; ".join(listed),
    }  # fmt: skip


def _is_alone(part: str, words: list[str]) -> bool:
    return sum(part.lower() in word.lower() for word in words) == 1


def _write_tests(facts: Facts, rules: list[str], *, words: list[str], typed: str) -> list[list[Step]]:
    everything = json.dumps(words)
    field, status = 'document.querySelector("input").value', 'document.querySelector("[role=status]").textContent'
    found: dict[str, list[Step]] = {
        "count": ["counts", f'type("{typed}");', Look(status, f'"1 {facts["of"]} {len(words)}"')],
        "escape": ["resets", f'type("{typed}");',
                   'document.querySelector("input").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));',
                   Look(field, '""'), Look("texts()", everything)],
        "pick": ["picks", 'document.querySelector("li").click();', Look(field, f'"{words[0]}"'),
                 Look("texts()", f'["{words[0]}"]')],
        "none": ["says that nothing fits", 'type("qqq");', Look("texts()", f'["{facts["nothing"]}"]')],
    }  # fmt: skip
    first: list[Step] = [
        "searches",
        Look("texts()", everything),
        f'type("{typed}");',
        Look("texts()", f'["{facts["target"]}"]'),
    ]
    return [first, *(found[rule] for rule in rules if rule in found)]


SEARCH = Template(
    id="search_and_keys",
    ask=(
        "Write JavaScript tests (`node:test`) for `«name»` from `./«module»`, shown below. Use the global `document` and the "
        "entries «items». At first all are shown; typing (an `input` event) filters them. Besides:\n«points»",
        "Here is our «noun» search, `./«module»`. With the entries «items» I want tests for a DOM (`document`, `Event` and "
        "`KeyboardEvent` are global): everything is there at the start and typing narrows it down; «listed».",
        "Please cover `«name»(«root», «many»)` with DOM tests; it is exported by `./«module»`. The list starts complete and follows "
        "each `input` event. Then: «listed». Use the entries «items» and node's test runner or jest's functions.",
        "What must not break in the list of «many» below:\n- it starts with all entries and is filtered on `input` events\n«points»\nTest it "
        "with `document`, `click()` and `dispatchEvent`; the entries are «items», the module is `./«module»`.",
    ),
    starter="«program»",
    draw=draw_search,
    shapes=(
        Shape(name="assert", code=write_asserting, mutants=(("assert.deepStrictEqual(", "assert.ok(true || "),)),
        Shape(name="expect", code=write_expecting, mutants=(("toEqual(", "not.toEqual("), ("test(", "void ("))),
    ),
    mutants=(('.dispatchEvent(new Event("input"))', ""), ('new Event("input")', 'new Event("change")'),
             ('querySelectorAll("li")', 'querySelectorAll("ol")'), ("«all»);", "[]);")),
    verifier=check_page,
)  # fmt: skip
