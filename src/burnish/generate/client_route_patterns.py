"""The pattern matching of `fs_client_route`: `/users/:id` against `/users/7`."""

from random import Random
from typing import Any
from urllib.parse import unquote

from burnish.generate.checks import node_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import draw_nouns

# How a pattern marks a parameter: an example, the test of a part, its name, and the whole as a regular expression.
MARKS = (
    (":id", 'part.startsWith(":")', "part.slice(1)", r"/:(\w+)/g"),
    ("{id}", 'part.startsWith("{")', "part.slice(1, -1)", r"/\{(\w+)\}/g"),
    ("[id]", 'part.startsWith("[")', "part.slice(1, -1)", r"/\[(\w+)\]/g"),
    ("$id", 'part.startsWith("$")', "part.slice(1)", r"/\$(\w+)/g"),
)
# What becomes of a value: a sentence, and an expression.
VALUES = (
    ("Values are texts, as they stand in the path.", "value"),
    ("Values are decoded with `decodeURIComponent`.", "decodeURIComponent(value)"),
    ("A value of digits only becomes a number; others stay texts.", r"/^\d+$/.test(value) ? Number(value) : value"),
    ("Values are put in lower case.", "value.toLowerCase()"),
)
# What of a path doesn't count: a sentence, and the path without it.
CLEANED = (
    ("", "path"), (" A slash at the end of `path` is ignored.", r'path.replace(/(.)\/$/, "$1")'),
    (" A query (`?` and what follows) in `path` is ignored.", 'path.split("?")[0]'),
    (" A fragment (`#` and what follows) in `path` is ignored.", 'path.split("#")[0]'),
)  # fmt: skip


def draw_match(rng: Random) -> dict[str, Any]:
    """Draw the mark of a parameter, what becomes of a value and of the rest of a path, and the answer to no match."""
    outer, inner = draw_nouns(rng, 2)
    (mark, test, key, expression), (said_value, value), (said_cleaned, cleaned) = (
        rng.choice(kind) for kind in (MARKS, VALUES, CLEANED)
    )
    none, name = pick(rng, "null|false"), f"{inner.one.split('_')[0]}Id"
    folds = rng.random() < 0.4
    pattern = f"/{outer.many}/{mark}/{inner.many}/{mark.replace('id', name)}".replace("_", "-")
    path = f"/{outer.many}/{rng.randrange(2, 99)}/{inner.many}/{pick(rng, 'x7|b2|k9|z4')}".replace("_", "-")
    shown = {"id": path.split("/")[2], name: path.split("/")[4]}
    is_number = "Number" in value
    example = f'{{ id: {shown["id"] if is_number else chr(34) + shown["id"] + chr(34)}, {name}: "{shown[name]}" }}'
    return {
        "name": pick(rng, "matchPath|matchRoute|parsePath|readParams|matchUrl|routeParams|matchPattern"), "mark": mark,
        "test": test, "key": key, "regex": expression,
        "value": value, "cleaned": cleaned, "none": none, "folds": folds, "pattern": pattern, "path": path,
        "example": example, "outer": outer.many.replace("_", "-"),
        "differs": "part.toLowerCase() !== value.toLowerCase()" if folds else "part !== value", "flag": ', "i"' if folds else "",
        "said_value": said_value, "said_cleaned": said_cleaned,
        "said_none": pick(rng, "If the path doesn't fit, it returns `{0}`.|The answer is `{0}` when they don't match.|No match gives `{0}`.").format(none),
        "said_folds": pick(rng,
                           " Fixed parts are compared without regard to case.| Upper and lower case of the fixed parts don't matter.") if folds else " Fixed parts must be equal.",
        "body": f"({value.replace('value', 'text')})" if "?" in value else value.replace("value", "text"),
    }  # fmt: skip


def check_match(facts: Facts, rng: Random) -> dict[str, Any]:
    """Build paths from patterns, so that the values are known, and spoil some."""
    mark, none = facts["mark"], {"null": None, "false": False}[facts["none"]]
    outer = facts["outer"]
    cases: list[tuple[Any, Any]] = [([facts["pattern"], facts["path"]], read_example(facts))]
    for pattern, values in (
        (f"/{outer}", []), (f"/{outer}/{mark}", ["Ab%20c"]), (f"/{outer}/{mark}", ["12"]), (f"/{mark}/{outer}", ["0"]), ("/", []),
        (f"/a/{mark.replace('id', 'x')}/{mark.replace('id', 'y')}", ["3D", "x%2Fy"]), (f"/{outer}/new/{mark}", ["9z"]),
    ):  # fmt: skip
        names = [part.strip(":{}[]$") for part in pattern.split("/") if part[:1] == mark[0]]
        found = {name: read_value(facts, value) for name, value in zip(names, values, strict=True)}
        left = iter(values)
        parts = [next(left) if part[:1] == mark[0] else part for part in pattern.split("/")]
        path = "/".join(parts)
        cases += [([pattern, path], found), ([pattern, f"{path}/more"], none), ([pattern, f"/more{path}"], none)]
        extra = {"replace": "/", '"?"': "?tab=1/2", '"#"': "#top"}
        cases += [
            ([pattern, path + text], found) for sign, text in extra.items() if sign in facts["cleaned"] and path != "/"
        ]
        cases += [([pattern, f"{path}s"], none)] if pattern.endswith(outer) else []
        if outer in pattern:
            cases += [
                ([pattern, path.replace(outer, outer.upper())], found if facts["folds"] else none),
                ([pattern, path.replace(outer, "other")], none),
            ]
    return node_check(facts["name"], cases)


def read_value(facts: Facts, text: str) -> Any:
    """Return what becomes of one value."""
    if "Number" in facts["value"]:
        return int(text) if text.isdigit() else text
    return {"value": text, "decodeURIComponent(value)": unquote(text)}.get(facts["value"], text.casefold())


def read_example(facts: Facts) -> dict[str, Any]:
    """Return the parameters of the example in the prompt."""
    _, _, first, _, second = facts["path"].split("/")
    return {"id": read_value(facts, first), facts["example"].split(", ")[1].split(":")[0]: read_value(facts, second)}


MATCH = Template(
    id="pattern_parameters",
    ask=(
        "Write a JavaScript function `«name»(pattern, path)` for a client-side router. A part of the pattern like `«mark»` is a parameter and "
        "matches any one part of the path. Return an object of the parameters: `«name»(\"«pattern»\", \"«path»\")` is `«example»`. "
        "«said_value»«said_folds»«said_cleaned» «said_none»",
        "I'm writing my own router in JavaScript and miss `«name»(pattern, path)`. Patterns look like `«pattern»`; for the path `«path»` the "
        "result is `«example»`. «said_none» Both must have the same number of parts.«said_cleaned»«said_folds» «said_value»",
        "How do I get `«example»` out of `«path»`? The pattern is `«pattern»`, so `«mark»` stands for one part of a path. The function is "
        "called `«name»(pattern, path)`, in JavaScript, and works for any such pattern.«said_cleaned» «said_none»«said_folds» «said_value»",
        "Implement `«name»(pattern, path)` in JavaScript. «said_none» Otherwise it returns the parameters, which a pattern writes as "
        "`«mark»`.«said_folds» «said_value»«said_cleaned» An example: `\"«pattern»\"` and `\"«path»\"` give `«example»`.",
    ),
    draw=draw_match,
    shapes=(
        Shape(name="loop", code="""
            function «name»(pattern, path) {
              const parts = pattern.split("/");
              const values = «cleaned».split("/");
              if (parts.length !== values.length) return «none»;
              const params = {};
              for (const [i, part] of parts.entries()) {
                const value = values[i];
                if («test») params[«key»] = «value»;
                else if («differs») return «none»;
              }
              return params;
            }
            """, mutants=(("else if («differs») return «none»;", ""),
                          ("if (parts.length !== values.length) return «none»;", ""), ("params[«key»]", "params[part]"),
                          ("= «value»;", "= part;"), ("return «none»", "return {}"))),
        Shape(name="every", code="""
            const «name» = (pattern, path) => {
              const parts = pattern.split("/");
              const values = «cleaned».split("/");
              const params = {};
              const fits = parts.every((part, i) => {
                const value = values[i] ?? "";
                if (!«test») return !(«differs»);
                params[«key»] = «value»;
                return value !== "";
              });
              return fits && parts.length === values.length ? params : «none»;
            };
            """, mutants=((" && parts.length === values.length", ""), ("return !(«differs»)", "return «differs»"),
                          ("fits && ", ""), ("? params : «none»", "? «none» : params"),
                          ("params[«key»] = ", "params.«key» = "))),
        Shape(name="regex", code="""
            function «name»(pattern, path) {
              const source = pattern.replace(«regex», "(?<$1>[^/]+)");
              const found = new RegExp(`^${source}$`«flag»).exec(«cleaned»);
              if (!found) return «none»;
              const pairs = Object.entries(found.groups ?? {});
              return Object.fromEntries(pairs.map(([key, text]) => [key, «body»]));
            }
            """, mutants=(("`^${source}$`", "`^${source}`"), ("`^${source}$`", "source"), ("[^/]+", ".+"),
                          ("if (!found) return «none»;", ""), ("[key, «body»]", "[key, key]"))),
    ),
    mutants=(("decodeURIComponent", ""), ("Number(", "String("), (r"^\\d+$", r"\\d+"),
             (".toLowerCase() !== value.toLowerCase()", " !== value"), (', "i"', ""), ('split("?")[0]', 'split("?")[1]'),
             ('split("#")[0]', 'split("#")[1]'), (r'.replace(/(.)\\/$/, "$1")', "")),
    verifier=check_match,
)  # fmt: skip
