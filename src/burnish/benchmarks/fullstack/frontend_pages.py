"""Templates of FullstackEval: front end, pages that a person uses (levels 2 and 4)."""

from random import Random
from typing import Any

from burnish.benchmarks.fullstack.database_queries import NAMES
from burnish.benchmarks.fullstack.tasks import Check, Facts, Step, Template


def _draw_converter(rng: Random) -> dict[str, Any]:
    many, few, factor = rng.choice([
        ("Weeks", "days", 7), ("Dozens", "pieces", 12), ("Hours", "minutes", 60), ("Feet", "inches", 12), ("Years", "months", 12),
        ("Days", "hours", 24), ("Fathoms", "feet", 6), ("Minutes", "seconds", 60),
    ])  # fmt: skip
    return {"many": many, "few": few, "factor": factor, "shown": 3 * factor,
            "button": rng.choice(["Convert", "Calculate", "Work out"]),
            "wrong": rng.choice(["Not a number", "Please enter a number", "?"])}  # fmt: skip


def _test_converter(facts: Facts, rng: Random) -> list[Check]:
    def use(*texts: str) -> Step:
        acts: list[list[str]] = []
        for text in texts:
            acts += [["type", facts["many"], text], ["click", facts["button"]], ["read", "status"]]
        return Step(
            acts, [f"{int(t) * facts['factor']} {facts['few']}" if t.isdigit() else facts["wrong"] for t in texts]
        )

    one, two, three, four = (str(number) for number in rng.sample(range(2, 300), 4))
    return [
        Check("converts", (use(one), use(two))),
        Check("again and again", (use(three, four), use(one, three, "0"))),
        Check("no number", (use("", two), use(four, ""))),
        Check("waits for the button", (
            Step([["type", facts["many"], one], ["read", "status"], ["click", facts["button"]], ["read", "status"]],
                 ["", f"{int(one) * facts['factor']} {facts['few']}"]),
        )),
    ]  # fmt: skip


CONVERTER_PAGE = Template(
    id="converter_page", kind="front end", level=2, surface="page", draw=_draw_converter,
    prompt="""
        Write one HTML page with its script inside. It has a field labelled "§many", a button "§button" and an empty `<output>`. A
        click on the button writes into the output how many §few that is, such as "§shown §few" for 3: one of the §many is §factor
        §few. If the field doesn't hold a whole number from 0, the output says "§wrong".
    """,
    reference="""
        <!DOCTYPE html>
        <html lang="en">
        <head><title>§many to §few</title></head>
        <body>
          <label for="many">§many</label>
          <input id="many" type="text">
          <button id="go">§button</button>
          <output id="result"></output>
          <script>
            document.getElementById("go").addEventListener("click", () => {
              const text = document.getElementById("many").value.trim();
              const result = document.getElementById("result");
              result.textContent = /^[0-9]+$/.test(text) ? Number(text) * §factor + " §few" : "§wrong";
            });
          </script>
        </body>
        </html>
    """,
    second="""
        <!DOCTYPE html>
        <title>§few</title>
        <form onsubmit="return false"><label>§many <input name="n" inputmode="numeric"></label>
        <button type="button">§button</button> <output></output></form>
        <script>
        const [field, out] = [document.querySelector("input"), document.querySelector("output")];
        document.querySelector("button").onclick = function () {
          const n = parseInt(field.value, 10);
          out.innerText = String(n) === field.value && n >= 0 ? `${n * §factor} §few` : "§wrong";
        };
        </script>
    """,
    mutants=(
        ("* §factor", "+ §factor"), ('+ " §few"', '+ "§few"'), ('"§wrong"', '""'),
        ('addEventListener("click"', 'addEventListener("input"'),
        ("<output id", "<p id"), (">§many</label>", ">Number</label>"), ("[0-9]+", "[0-9]*"),
    ),
    tests=_test_converter,
)  # fmt: skip


def _draw_list(rng: Random) -> dict[str, Any]:
    one = rng.choice(["task", "guest", "dish", "gift", "errand"])
    many = {"dish": "dishes"}.get(one, f"{one}s")
    return {"one": one, "many": many, "add": rng.choice(["Add", "Put on the list"]), "remove": rng.choice(["Remove", "Delete"]),
            "undo": rng.choice(["Undo", "Bring back"]), "known": rng.choice(["Already on the list", "Is there already"])}  # fmt: skip


def _test_list(facts: Facts, rng: Random) -> list[Check]:
    one, two, three, four = rng.sample(NAMES, 4)

    def add(*texts: str) -> list[list[str]]:
        return [act for text in texts for act in (["type", f"New {facts['one']}", text], ["click", facts["add"]])]

    def remove(text: str) -> list[list[str]]:
        return [["click", f"{facts['remove']} {text}"]]

    undo, texts, count = [["click", facts["undo"]]], [["texts", "listitem"]], [["read", "status"]]
    alert, value = [["read", "alert"]], [["value", f"New {facts['one']}"]]

    def said(number: int) -> str:
        return f"{number} {facts['one'] if number == 1 else facts['many']}"

    def test(name: str, *steps: tuple[list[list[list[str]]], list[Any]]) -> Check:
        return Check(name, tuple(Step([act for part in parts for act in part], expect) for parts, expect in steps))

    return [
        test("adds", ([texts, add(one), texts, add(two), texts, value], [[], [one], [one, two], ""])),
        test("counts", ([count, add(one), count, add(two, three), count], [said(0), said(1), said(3)])),
        test("ignores blanks", ([add("  ", f" {one} ", ""), texts, count], [[one], said(1)]), ([add(two), texts], [[two]])),
        test("knows what is there", ([add(one, two), add(one), texts, alert, add(three), alert],
                                     [[one, two], facts["known"], None])),
        test("removes", ([add(one, two, three), remove(two), texts, count, remove(one), texts],
                         [[one, three], said(2), [three]])),
        test("brings back to the old place", ([add(one, two, three), remove(two), undo, texts, count],
                                              [[one, two, three], said(3)])),
        test("brings back step by step", ([add(one, two, three, four), remove(two), remove(one), remove(four), undo, texts, undo,
                                           texts, undo, texts, undo, texts],
                                          [[three, four], [one, three, four], [one, two, three, four], [one, two, three, four]])),
    ]  # fmt: skip


LIST_PAGE = Template(
    id="list_page", kind="front end", level=4, surface="page", draw=_draw_list,
    prompt="""
        Write one HTML page with its script inside: a list of §many.
        - A field labelled "New §one" and a button "§add" put the text, without spaces around it, at the end of a `<ul>` and empty
          the field. A blank text adds nothing. A text that is there already isn't added; an element with `role="alert"` then says
          "§known", which is gone (removed or hidden) after the next addition that works.
        - Every `<li>` shows its text and a button "§remove" followed by a space and the text.
        - A button "§undo" brings back what was removed last, at its old place; clicked again, what was removed before that, and
          so on. With nothing to bring back it does nothing.
        - An `<output>` says how many there are: "0 §many", "1 §one", "2 §many".
        At the beginning the list is empty.
    """,
    reference="""
        <!DOCTYPE html>
        <html lang="en">
        <head><title>§many</title></head>
        <body>
          <label for="new">New §one</label>
          <input id="new">
          <button id="add">§add</button>
          <button id="undo">§undo</button>
          <p id="alert" role="alert" hidden>§known</p>
          <ul id="list"></ul>
          <output id="count"></output>
          <script>
            const items = [];
            const removed = [];
            const at = (id) => document.getElementById(id);
            function show() {
              at("list").replaceChildren(...items.map((text) => {
                const item = document.createElement("li");
                const button = document.createElement("button");
                button.textContent = "§remove " + text;
                button.addEventListener("click", () => {
                  const index = items.indexOf(text);
                  removed.push([index, text]);
                  items.splice(index, 1);
                  show();
                });
                item.append(text + " ", button);
                return item;
              }));
              at("count").textContent = items.length + (items.length === 1 ? " §one" : " §many");
            }
            at("add").addEventListener("click", () => {
              const text = at("new").value.trim();
              if (!text) return;
              const known = items.includes(text);
              at("alert").hidden = !known;
              if (known) return;
              items.push(text);
              at("new").value = "";
              show();
            });
            at("undo").addEventListener("click", () => {
              if (removed.length === 0) return;
              const [index, text] = removed.pop();
              items.splice(index, 0, text);
              show();
            });
            show();
          </script>
        </body>
        </html>
    """,
    second="""
        <!DOCTYPE html>
        <title>List</title>
        <main><label>New §one <input></label> <button class="add">§add</button> <button class="undo">§undo</button>
        <div class="note"></div><ul></ul><output>0 §many</output></main>
        <script>
        let state = { items: [], past: [] };
        const $ = (selector) => document.querySelector(selector);
        function draw() {
          $("ul").innerHTML = "";
          for (const text of state.items) {
            const li = document.createElement("li");
            li.appendChild(document.createElement("span")).textContent = text;
            const button = li.appendChild(document.createElement("button"));
            button.textContent = `§remove ${text}`;
            button.onclick = () => { state = { items: state.items.filter((t) => t !== text), past: [...state.past, state.items] }; draw(); };
            $("ul").appendChild(li);
          }
          const n = state.items.length;
          $("output").textContent = n === 1 ? "1 §one" : `${n} §many`;
        }
        $(".add").onclick = () => {
          const text = $("input").value.trim();
          if (text === "") return;
          $(".note").innerHTML = state.items.indexOf(text) < 0 ? "" : '<span role="alert">§known</span>';
          if ($(".note").innerHTML) return;
          state.items = state.items.concat([text]);
          $("input").value = "";
          draw();
        };
        $(".undo").onclick = () => { if (state.past.length) { state = { items: state.past.pop(), past: state.past }; draw(); } };
        </script>
    """,
    mutants=(
        ("items.splice(index, 0, text)", "items.push(text)"), ("removed.pop()", "removed.shift()"), (".value.trim()", ".value"),
        ('at("new").value = "";', ""), ("if (known) return;", ""), ("items.length === 1", "items.length < 2"),
        ("items.splice(index, 1);", ""), ('"§remove " + text', '"§remove"'), ("hidden = !known", "hidden = true"),
    ),
    tests=_test_list,
)  # fmt: skip

TEMPLATES = (CONVERTER_PAGE, LIST_PAGE)
