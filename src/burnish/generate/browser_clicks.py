"""The small task of `fs_browser_test`: click, then look. Also how tests of a page are checked."""

from random import Random
from typing import Any, NamedTuple

from burnish.generate.checks import test_check
from burnish.generate.core import Edit, Facts, Shape, Template, fill, fill_inline
from burnish.generate.drawing import pick
from burnish.generate.wording import draw_noun


def check_page(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the tests to pass on the page and to fail on its broken copies."""
    del rng
    broken = [text + "\n" for text in facts["broken"]]
    return test_check(f"./{facts['module']}", facts["program"] + "\n", broken, language="javascript", dom=True)


class Widget(NamedTuple):
    """A part of a page with a button.

    Attributes:
        names: alternatives for the function that builds it.
        markup: its HTML; the button has the id `«button»`, what changes the id `«shown»`.
        state: the line that keeps its state, or none.
        click: what a click does.
        look: the property to look at.
        result: its value after the clicks, as JavaScript.
        words: what is expected, in words.
        breaks: edits of the program.
    """

    names: str
    markup: str
    state: str
    click: str
    look: str
    result: str
    words: str
    breaks: tuple[Edit, ...]


WIDGETS = (
    Widget("mountCounter|addCounter|buildCounter|showStepper", '<button id="«button»">+</button> <b id="«shown»">«start»</b>',
           "let count = «start»;", 'count += «step»;\n    shown.textContent = String(count);', "textContent", '"«sum»"',
           'the text of `#«shown»` is "«sum»"',
           (("count += «step»", "count += «step» + 1"), ("count +=", "count -="),
            ("count += «step»", "count = «start» + «step»"))),
    Widget("mountCountdown|showStock|buildSeats|addTickets",
           '<output id="«shown»">«sum»</output><button id="«button»">Take</button>',
           "let left = «sum»;", 'left -= «step»;\n    shown.textContent = `${left} left`;', "textContent", '"«start» left"',
           'the text of `#«shown»` is "«start» left"',
           (("left -= «step»", "left -= 1 + «step»"), (" left`", "`"), ("left -=", "left +="))),
    Widget("mountMenu|addPanel|buildDetails|showFaq", '<button id="«button»">More</button><div id="«shown»" hidden>«word»</div>',
           "", "shown.hidden = !shown.hidden;", "hidden", "«even»", "`hidden` of `#«shown»` is «even»",
           (("!shown.hidden", "shown.hidden"), ("= !shown.hidden", "= «uneven»"), ("shown.hidden = ", "shown.title = "))),
    Widget("mountSwitch|addToggle|buildMute|showFollow", '<button id="«button»">«word»</button><i id="«shown»">off</i>',
           "let on = false;", 'on = !on;\n    shown.textContent = on ? "on" : "off";', "textContent", '"«onoff»"',
           'the text of `#«shown»` is "«onoff»"',
           (("on = !on", "on = «on»"), ('on ? "on" : "off"', 'on ? "off" : "on"'), ("shown.textContent", "shown.title"))),
    Widget("mountList|addLog|buildTags|showSteps", '<button id="«button»">Add</button><ul id="«shown»"></ul>', "",
           'shown.innerHTML += "<li>«word»</li>";', "children.length", "«clicks»", "`#«shown»` has «clicks» children",
           (("innerHTML +=", "innerHTML ="), ("<li>«word»</li>", "<li></li><li></li>"), ('"<li>«word»</li>"', '"«word»"'))),
    Widget("mountGallery|addSlides|buildTour|showSteps", '<img id="«shown»" alt="«word» 0"><button id="«button»">Next</button>',
           "let at = 0;", 'at = (at + 1) % «size»;\n    shown.alt = `«word» ${at}`;', "alt", '"«word» «rest»"',
           'the `alt` of `#«shown»` is "«word» «rest»"', (("(at + 1)", "(at + 2)"), (" % «size»", ""), ("at + 1", "at"))),
)  # fmt: skip
PROGRAM = """
function «name»(«root») {
  «root».innerHTML = '«markup»';
  const shown = «root».querySelector("#«shown»");
«state»  «root».querySelector("#«button»").addEventListener("click", () => {
    «click»
  });
}

module.exports = { «name» };
"""


def draw_widget(rng: Random) -> dict[str, Any]:
    """Draw a widget and how often its button is clicked."""
    widget, noun = rng.choice(WIDGETS), draw_noun(rng)
    size = rng.randrange(3, 6)
    # neither back where it began nor, for what has two states, in the first of them
    clicks = size + rng.randrange(1, 3) if "at = 0" in widget.state else rng.choice((2, 3, 4))
    if widget.click.startswith(("shown.hidden", "on =")):
        clicks = rng.choice((3, 5))
    start, step = rng.randrange(0, 30), rng.randrange(2, 9)
    name = pick(rng, widget.names)
    drawn: dict[str, Any] = {
        "name": name, "root": pick(rng, "root|page|box|parent|place"),
        "button": pick(rng, f"{noun.one}-button|more-{noun.many}|add|next|go|{noun.one}"),
        "shown": pick(rng, f"shown-{noun.many}|{noun.one}-value|result|output|{noun.one}-info"), "start": start, "step": step,
        "sum": start + step * clicks, "clicks": clicks, "size": size, "rest": clicks % size, "word": noun.one,
        "even": "true" if clicks % 2 == 0 else "false", "uneven": "true" if clicks % 2 else "false",
        "onoff": "on" if clicks % 2 else "off", "on": "true" if clicks % 2 == 0 else "false",
    }  # fmt: skip
    drawn |= {key: fill(getattr(widget, key), drawn) for key in ("markup", "click", "words", "result")}
    drawn["click"] = drawn["click"].replace("\n    ", "\n").replace("\n", "\n    ")
    drawn["state"] = f"  {fill(widget.state, drawn)}\n" if widget.state else ""
    program = fill(PROGRAM, drawn)
    edits = [(fill_inline(old, drawn), fill_inline(new, drawn)) for old, new in widget.breaks]
    one = noun.one.replace("_", "-")
    return drawn | {
        "module": pick(rng, f"{one}-widget|widgets|page|{one}|ui|{one}-page"), "program": program, "look": widget.look,
        "broken": [program.replace(old, new) for old, new in edits] + [program.replace('"click"', '"dblclick"')],
        "often": {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven"}[clicks], "fewer": clicks - 1,
        "calls": "\n  ".join(["button.click();"] * clicks), "noun": noun.many,
    }  # fmt: skip


WIDGET = Template(
    id="click_and_look",
    ask=(
        "Write a JavaScript test (`node:test`) for `«name»` below, from the module `./«module»`. After «often» clicks on "
        "`#«button»`, «words». There is a global `document`.",
        "`«name»(«root»)` in `«module».js` builds a part of our page for «noun». Test it with `node:test` and a global "
        "`document`: call it with `document.body`, click `#«button»` «often» times, expect that «words».",
        "Click `#«button»` «often» times and «words»: please turn that into a test for node's test runner. "
        "The part is built by `«name»(document.body)`, `require`d from `./«module»`; a DOM is there.",
        "Our page shows «noun» with `«name»` of `./«module»`. Check in a test (`node:test`, global `document`) what «often» "
        "clicks on its button `#«button»` do: «words».",
        "I need a DOM test of this code (`./«module»`, run by `node:test`, `document` is global). It should fail unless "
        "«words» after exactly «often» clicks on the button `#«button»`.",
    ),
    starter="«program»",
    draw=draw_widget,
    shapes=(
        Shape(name="assert", code="""
            const test = require("node:test");
            const assert = require("node:assert");
            const { «name» } = require("./«module»");

            test("«often» clicks", () => {
              «name»(document.body);
              const button = document.querySelector("#«button»");
              «calls»
              assert.strictEqual(document.querySelector("#«shown»").«look», «result»);
            });
            """, mutants=(("assert.strictEqual(", "assert.notStrictEqual("),
                          (", «result»);", ", document.querySelector(\"#«shown»\").«look»);"))),
        Shape(name="loop", code="""
            const { test } = require("node:test");
            const assert = require("node:assert");
            const { «name» } = require("./«module»");

            test("«name»", () => {
              «name»(document.body);
              for (let i = 0; i < «clicks»; i += 1) {
                document.getElementById("«button»").click();
              }
              assert.equal(document.getElementById("«shown»").«look», «result»);
            });
            """, mutants=(("i < «clicks»", "i < «fewer»"), ("assert.equal", "console.log"))),
        Shape(name="root", code="""
            const test = require("node:test");
            const assert = require("node:assert");
            const { «name» } = require("./«module»");

            test("«shown» after «often» clicks", () => {
              const root = document.createElement("div");
              «name»(root);
              const button = root.querySelector("#«button»");
              «calls»
              assert.strictEqual(root.querySelector("#«shown»").«look», «result»);
            });
            """, mutants=(("assert.strictEqual(", "assert.ok("), ("  «name»(root);\n", ""))),
    ),
    mutants=(("#«button»", "#«button»s"), ("  «calls»\n", ""), ("  button.click();\n", ""), ("«result»)", '"nothing")')),
    verifier=check_page,
)  # fmt: skip
