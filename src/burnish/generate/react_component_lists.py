"""The list of `fs_react_component`: items, which of them are shown, a heading that counts them, an empty state."""

from random import Random
from typing import Any

from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.react_rendering import element, render_check
from burnish.generate.wording import FIRST_NAMES, FLAG_FIELDS, NUMBER_FIELDS, TEXT_FIELDS, draw_noun

# What is rendered where there is nothing to show, in words; and whether that is a paragraph.
EMPTY = (
    ("If there is nothing to show, it renders only `<p>{0}</p>`.", True),
    ('With nothing to show, all it gives is a paragraph that reads "{0}".', True),
    ("With nothing to show it renders nothing.", False),
    ("It returns `null` if there is nothing to show.", False),
)
# What stands in an item, in words and as JSX; `show_item` writes the same as a tree.
ITEMS = (
    ("Each `li` shows `{text}`.", "{{{one}.{text}}}"),
    ("Each `li` shows `{text}` and, right behind it in a `strong`, `{number}`.",
     "{{{one}.{text}}}<strong>{{{one}.{number}}}</strong>"),
    ("Each `li` holds a link to `/{path}/` plus the `id`, with the text `{text}`.",
     "<a href={{`/{path}/${{{one}.id}}`}}>{{{one}.{text}}}</a>"),
    ("Each `li` holds a `button` with the text `{text}`, disabled when `{flag}` is true.",
     "<button disabled={{{one}.{flag}}}>{{{one}.{text}}}</button>"),
)  # fmt: skip
# Which items are shown, in words and as a condition; the middle word says which those are.
CHOICES = (
    ("", "all", ""), (" Only those whose `{0}` is true appear.", "true", "{1}.{0}"),
    (" Leave out those whose `{0}` is true.", "false", "!{1}.{0}"),
    (" Those whose `{0}` is 0 are left out.", "number", "{1}.{0} !== 0"),
)  # fmt: skip
COUNTS = (
    "", " A `section` goes around it, with `<{0}>{1}: n</{0}>` before the list; n is how many are shown.",
    " Before the list comes `<{0}>{1}: n</{0}>`, n being the number of items shown; a `section` holds both.",
)  # fmt: skip


def draw_list(rng: Random) -> dict[str, Any]:
    """Draw a list of things: its items, which of them it shows, its heading and its empty state."""
    noun = draw_noun(rng)
    many = noun.many.replace("_", " ")
    flag, hidden = rng.sample(FLAG_FIELDS, 2)
    names = {
        "text": rng.choice(TEXT_FIELDS), "number": rng.choice(NUMBER_FIELDS), "flag": flag,
        "path": noun.many.replace("_", "-"),
    }  # fmt: skip
    prop = rng.choice((noun.many, noun.many, "items", "rows", "entries"))
    names["one"] = {"items": "item", "rows": "row", "entries": "entry"}.get(prop, noun.one)
    (said_empty, has_text), item, choice, count = (
        rng.choice(EMPTY),
        rng.choice(ITEMS),
        rng.choice(CHOICES),
        rng.choice(COUNTS),
    )
    nothing = pick(rng, "No {0} yet.|No {0} found.|There are no {0}.|Nothing here.|No {0} to show.").format(many)
    by, title = names["number"] if choice[1] == "number" else hidden, pick(rng, "h2|h3|p")
    return {
        **names, "Name": f"{noun.kind}{pick(rng, 'List|Overview|Panel|Index|Menu')}", "prop": prop, "many": many,
        "tag": pick(rng, "ul|ol"), "item": item[1].format(**names), "place": ITEMS.index(item), "keeps": choice[1],
        "by": by, "condition": choice[2].format(by, names["one"]), "title": title if count else "",
        "nothing": nothing if has_text else "", "fallback": f"<p>{nothing}</p>" if has_text else "null",
        "said_empty": said_empty.format(nothing), "said_item": item[0].format(**names),
        "said_choice": choice[0].format(by), "said_count": count.format(title, many.capitalize()),
    }  # fmt: skip


def check_list(facts: Facts, rng: Random) -> dict[str, Any]:
    """Write each item's element beside the item; those that are to be left out have none."""
    cases = []
    for shown in ([1, 0, 1, 1, 0], [1], [0, 1], [], [1, 1, 1, 1], [0, 0]):
        rows, elements = [], []
        for place, is_shown in enumerate(shown if facts["keeps"] != "all" else [1] * len(shown)):
            row: dict[str, Any] = {
                "id": rng.randrange(100, 900) * 10 + place, facts["text"]: f"{rng.choice(FIRST_NAMES)} {place}",
                facts["number"]: rng.randrange(2, 90), facts["flag"]: (place + len(shown)) % 2 == 0,
            }  # fmt: skip
            if facts["keeps"] == "number" and not is_shown:
                row[facts["by"]] = 0
            if facts["keeps"] in ("true", "false"):
                row[facts["by"]] = bool(is_shown) == (facts["keeps"] == "true")
            rows.append(row)
            elements += [element("li", {}, *show_item(facts, row))] if is_shown else []
        cases.append(({facts["prop"]: rows}, show_list(facts, elements)))
    return render_check(facts["Name"], cases, attributes=("href", "disabled"))


def show_item(facts: Facts, row: dict[str, Any]) -> list[Any]:
    """Return what stands in the `li` of one item."""
    text, link = row[facts["text"]], {"href": f"/{facts['path']}/{row['id']}"}
    button = element("button", {"disabled": ""} if row[facts["flag"]] else {}, text)
    kinds = ([text], [text, element("strong", {}, str(row[facts["number"]]))], [element("a", link, text)], [button])
    return kinds[facts["place"]]


def show_list(facts: Facts, elements: list[Any]) -> list[Any]:
    """Return the whole that is rendered of the items."""
    if not elements:
        return [element("p", {}, facts["nothing"])] if facts["nothing"] else []
    whole = element(facts["tag"], {}, *elements)
    heading = element(facts["title"], {}, f"{facts['many'].capitalize()}: {len(elements)}")
    return [element("section", {}, heading, whole)] if facts["title"] else [whole]


def write_markup(facts: Facts, inner: str, length: str) -> str:
    """Return the JSX of a list that isn't empty: `inner` goes into the list."""
    lines = [f"<{facts['tag']}>", *(f"  {line}" for line in inner.split("\n")), f"</{facts['tag']}>"]
    if title := facts["title"]:
        heading = f"<{title}>{facts['many'].capitalize()}: {{{length}}}</{title}>"
        lines = ["<section>", *(f"  {line}" for line in (heading, *lines)), "</section>"]
    return "\n".join(f"    {line}" for line in lines)


def write_early(facts: Facts) -> str:
    """Return the solution that leaves early when nothing is to be shown."""
    prop, one, shown = facts["prop"], facts["one"], "shown" if facts["condition"] else facts["prop"]
    chosen = f"  const shown = {prop}.filter(({one}) => {facts['condition']});\n" if facts["condition"] else ""
    inner = f"{{{shown}.map(({one}) => (\n  <li key={{{one}.id}}>{facts['item']}</li>\n))}}"
    return (
        f"export default function {facts['Name']}({{ {prop} }}) {{\n{chosen}  if ({shown}.length === 0) return {facts['fallback']};\n"
        f"  return (\n{write_markup(facts, inner, f'{shown}.length')}\n  );\n}}"
    )  # fmt: skip


def write_ternary(facts: Facts) -> str:
    """Return the solution that makes the elements first and then chooses."""
    prop, one = facts["prop"], facts["one"]
    chosen = f"\n    .filter(({one}) => {facts['condition']})\n    " if facts["condition"] else ""
    made = f"{prop}{chosen}.map(({one}) => <li key={{{one}.id}}>{facts['item']}</li>)"
    return (
        f"export const {facts['Name']} = ({{ {prop} }}) => {{\n  const elements = {made};\n  return elements.length > 0 ? (\n"
        f"{write_markup(facts, '{elements}', 'elements.length')}\n  ) : {facts['fallback']};\n}};"
    )  # fmt: skip


def write_loop(facts: Facts) -> str:
    """Return the solution that collects the elements in a loop."""
    prop, one = facts["prop"], facts["one"]
    keep = f"if ({facts['condition']}) " if facts["condition"] else ""
    return (
        f"function {facts['Name']}({{ {prop} }}) {{\n  const elements = [];\n  for (const {one} of {prop}) {{\n"
        f"    {keep}elements.push(<li key={{{one}.id}}>{facts['item']}</li>);\n  }}\n"
        f"  if (!elements.length) return {facts['fallback']};\n  return (\n"
        f"{write_markup(facts, '{elements}', 'elements.length')}\n  );\n}}\n\nexport default {facts['Name']};"
    )  # fmt: skip


LIST = Template(
    id="list_or_empty",
    ask=(
        "Write a React component `«Name»({ «prop» })` that renders an array of «many» as a `«tag»` with one `li` each, in the same "
        "order. «said_item»«said_choice»«said_count» «said_empty»",
        "I have `«prop»`, an array of objects with an `id` and more, and want to list these «many» in React.«said_choice» Please write "
        "`«Name»`, which gets the array as its prop and returns a `«tag»`. «said_item» «said_empty»«said_count»",
        "React: a component named `«Name»` for «many», given as objects in the prop `«prop»`. «said_empty»«said_count» The list itself is "
        "a `«tag»`.«said_choice» «said_item»",
        "Our page with «many» needs a `«tag»`. «said_item»«said_count» It's the React component `«Name»`, with one prop, the array "
        "`«prop»`.«said_choice» «said_empty»",
    ),
    draw=draw_list,
    shapes=(
        Shape(name="early_return", code=write_early,
              mutants=(("=== 0", "=== 1"), (".map(", ".slice(1).map("), ("return «fallback»", "return <p>«many»</p>"),
                       ("«tag»>", "div>"), ("«item»", "{«one»}"))),
        Shape(name="elements", code=write_ternary,
              mutants=(("> 0", "> 1"), ("{elements}", "{elements[0]}"), (": «fallback»", ": <«tag»></«tag»>"),
                       ("return elements", "elements"))),
        Shape(name="loop", code=write_loop,
              mutants=(("elements.push", "elements.unshift"), ("  if (!elements.length) return «fallback»;\n", ""),
                       ("!elements.length", "elements.length"), ("li key", "p key"), ("</li>", "</p>"))),
    ),
    mutants=(
        ("(«condition»)", "(true)"), ("=> «condition»)", "=> true)"), ("=> !«one».", "=> «one»."), ("(!«one».", "(«one»."),
        ("strong>", "em>"),
        ("${«one».id}", "${«one».«text»}"), ("disabled={«one».«flag»}", "disabled"), ("disabled={«one».«flag»}", ""),
        (".length}</", ".length + 1}</"), ("section>", "div>"), ("shown.length}</", "«prop».length}</"),
    ),
    verifier=check_list,
)  # fmt: skip
