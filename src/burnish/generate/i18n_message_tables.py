"""The tasks of `fs_i18n_message` about whole tables of texts: nested ones made flat, and what a language lacks."""

from random import Random
from typing import Any

from burnish.generate.checks import node_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.wording import draw_noun

LANGUAGES = "de en es fr it ja nl pl pt sv".split()
SKIP_WORDS = (("Empty texts count like others.", "An empty string is a text too."),
              ("Empty texts are left out.", "A text that is an empty string doesn't appear."))  # fmt: skip
FLAT_USES = (
    "The translators' spreadsheet has one row for each of these keys.", "A check in our build compares two languages by them.",
    "The server looks texts up by such a key.", "I want to diff the catalogs of two releases with it.",
    "Our search over texts in the admin area reads it.", "It feeds the export for an external agency.",
    "We store them in a key-value table.", "A linter then finds keys that no page uses.",
    "The mobile apps only understand this flat form.", "Our tests compare screenshots by key.",
    "An editor plug-in completes such keys.", "It prepares a merge of two catalogs.",
    "The help centre links to texts by it.", "I count how many texts each area has from it.",
)  # fmt: skip


def draw_flatten(rng: Random) -> dict[str, Any]:
    """Draw how nested keys are joined."""
    noun = draw_noun(rng)
    of = rng.choice(("", f"Of{noun.kind}", f"For{noun.kind}"))
    return {"many": noun.many.replace("_", " "),
            "name": pick(rng,
                         "flattenMessages|flatKeys|flattenTexts|collectKeys|toFlat|unnest|flatten|keysFrom|spreadOut") + of,
            "separator": rng.choice((".", "/", ":", "_", "-", "::", "|", " > ")),
            "messages": pick(rng, "messages|texts|tree|catalog|nested|source|strings|content"),
            "sorted": rng.choice((True, False)), "skips": (skips := rng.random() < 0.5),
            "also": rng.choice(SKIP_WORDS[skips]), "why": rng.choice(FLAT_USES)}  # fmt: skip


def check_flatten(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the paths that the tree was grown from."""
    cases: list[tuple[Any, Any]] = [([{}], [] if facts["sorted"] else {})]
    for _ in range(5):
        paths = {
            (rng.choice("ab"), rng.choice("cd"), rng.choice("ef"))[: rng.choice((2, 3))]: rng.choice(("Hi", "Bye", ""))
            for _ in range(5)
        }
        paths = {
            path: text
            for path, text in paths.items()
            if not any(path == other[: len(path)] for other in paths if other != path)
        }
        paths[("z",)] = "last"
        tree: dict[str, Any] = {}
        for path, text in paths.items():
            place = tree
            for part in path[:-1]:
                place = place.setdefault(part, {})
            place[path[-1]] = text
        flat = {facts["separator"].join(path): text for path, text in paths.items() if text or not facts["skips"]}
        cases.append(([tree], sorted(flat) if facts["sorted"] else flat))
    return node_check(facts["name"], cases)


def flatten_result(facts: Facts) -> str:
    """Say what the function returns."""
    return "a sorted array of the joined keys" if facts["sorted"] else "an object from joined key to text"


FLATTEN = Template(
    id="flatten_keys",
    ask=(
        "Write a JavaScript function `«name»(«messages»)`. `«messages»` is an object of texts and, to any depth, objects of texts. Return «result», where nested keys are joined by \"«separator»\": `{ a: { b: \"x\" } }` has the key \"a«separator»b\". «also» «why»",
        "Our catalog of texts about «many» is nested. I need `«name»(«messages»)` in JavaScript that gives «result». The key of a text is the path to it, its parts joined with \"«separator»\". There may be any number of levels; an empty object gives nothing. «also» «why»",
        "Please implement `«name»(«messages»)` (JavaScript): walk through the nested object, whose leaves are strings such as those of our «many» page, and return «result» (path parts joined by \"«separator»\"). «also» «why»",
        "«why» Could you write `«name»(«messages»)` in JavaScript for that? Given nested objects with strings at the ends, it should return «result»; the names on the way to a string, with \"«separator»\" between them, are its key. «also»",
        "From `{ a: { b: \"x\" } }` to \"a«separator»b\": `«name»(«messages»)` does this for a whole tree of texts in JavaScript, however deep, and returns «result». A string's key consists of all names on the way to it, joined by \"«separator»\". «also»",
        'Nested texts are nice to edit and bad to search. JavaScript function `«name»(«messages»)`: «result», one for each string in the tree. The key lists the properties that lead there, from the outside in, with "«separator»" between two. «also» «why»',
    ),
    draw=lambda rng: {**(f := draw_flatten(rng)), "result": flatten_result(f),
                      "skip": '\n      if (value === "") continue;' if f["skips"] else "",
                      "skip_key": '\n      if (node[key] === "") continue;' if f["skips"] else "",
                      "filter": '.filter(([, value]) => value !== "")' if f["skips"] else "",
                      "finish": "Object.keys(flat).sort()" if f["sorted"] else "flat",
                      "pairs": "pairs.map(([key]) => key).sort()" if f["sorted"] else "Object.fromEntries(pairs)"},
    shapes=(
        Shape(name="inner_function", code="""
            function «name»(«messages») {
              const flat = {};
              const walk = (node, prefix) => {
                for (const [key, value] of Object.entries(node)) {«skip»
                  if (typeof value === "string") flat[prefix + key] = value;
                  else walk(value, prefix + key + "«separator»");
                }
              };
              walk(«messages», "");
              return «finish»;
            }
            """, mutants=(('prefix + key + "«separator»"', 'key + "«separator»"'), ("flat[prefix + key]", "flat[key]"),
                          ('+ "«separator»"', ""), ("else walk", "if (false) walk"))),
        Shape(name="flat_map", code="""
            const pairsOf = (node, path) =>
              Object.entries(node)«filter».flatMap(([key, value]) =>
                typeof value === "string" ? [[[...path, key].join("«separator»"), value]] : pairsOf(value, [...path, key])
              );

            function «name»(«messages») {
              const pairs = pairsOf(«messages», []);
              return «pairs»;
            }
            """, mutants=(("[...path, key].join", "[key].join"),
                          ("pairsOf(value, [...path, key])", "pairsOf(value, [key])"),
                          ('.join("«separator»")', '.join(" ")'), (': pairsOf(value, [...path, key])', ": []"))),
        Shape(name="stack", code="""
            function «name»(«messages») {
              const flat = {};
              const waiting = [["", «messages»]];
              while (waiting.length > 0) {
                const [prefix, node] = waiting.pop();
                for (const key in node) {«skip_key»
                  if (typeof node[key] === "string") flat[prefix + key] = node[key];
                  else waiting.push([prefix + key + "«separator»", node[key]]);
                }
              }
              return «finish»;
            }
            """, mutants=(("[prefix + key +", "[key +"), ("flat[prefix + key]", "flat[key]"),
                          ("waiting.length > 0", "waiting.length > 1"), ('+ "«separator»", node', ', node'))),
    ),
    verifier=check_flatten,
)  # fmt: skip


def draw_missing(rng: Random) -> dict[str, Any]:
    """Draw two catalogs to compare."""
    base, other = rng.sample(LANGUAGES, 2)
    name = pick(
        rng,
        "missingKeys|untranslated|findMissing|translationGaps|keysToTranslate|listGaps|openKeys|todoKeys|lackingTexts",
    )
    noun = draw_noun(rng).kind
    return {"name": name + rng.choice(("", f"Of{noun}", f"For{noun}")), "base": base, "other": other,
            **draw_arguments(rng, source="source|base|original|reference|master|primary|texts|wanted",
                             target="target|translated|other|copy|catalog|local|given|draft")}  # fmt: skip


def check_missing(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the keys whose translation was taken away."""
    cases: list[tuple[Any, Any]] = [(arrange(facts, source={}, target={"a": "x"}), [])]
    every = ("gone", "empty", "same", "done")
    for number in range(7):
        keys = rng.sample(("title", "save", "cancel", "help", "about", "menu", "exit"), rng.randrange(4, 6))
        source = {key: key.title() for key in keys}
        states = {key: every[place % 4] if number == 0 else rng.choice(every) for place, key in enumerate(keys)}
        target = {
            key: {"done": "Übersetzt", "empty": "", "same": source[key]}[state]
            for key, state in states.items()
            if state != "gone"
        }
        cases.append(
            (
                arrange(facts, source=source, target={**target, "extra": "x"}),
                sorted(key for key, state in states.items() if state in ("gone", "empty")),
            )
        )
    return node_check(facts["name"], cases)


MISSING = Template(
    id="missing_translations",
    ask=(
        "Write a JavaScript function `«name»(«args»)` that compares two flat catalogs (objects of key and text). Return a sorted array of the keys of `«source»` that `«target»` doesn't have or has only as an empty string.",
        "We translate from «base» to «other». Implement `«name»(«args»)` in JavaScript: which keys of `«source»` still lack a text in `«target»`? Absent and \"\" both count as lacking; a text equal to the original is fine. The result is an array in alphabetical order.",
        "I need `«name»(«args»)` (JavaScript). For every key in the object `«source»` check that `«target»` has a non-empty text under the same key, and return those that fail, sorted. Keys that only `«target»` has don't matter.",
        "Which texts are untranslated? `«name»(«args»)` in JavaScript should tell: it goes through the keys of `«source»` (the «base» catalog) and gives back, sorted as strings, those whose entry in `«target»` («other») is missing or empty.",
        'Write «name» in JavaScript. Called as `«name»(«args»)` with two plain objects from key to text, it lists in alphabetical order what `«target»` still owes: each key of `«source»` with no value or "" there. Extra keys of `«target»` are no concern.',
        "Before a release we check the «other» texts. I'd like `«name»(«args»)`, a JavaScript function that returns a sorted list of keys: those present in `«source»` but absent, or present with an empty string, in `«target»`.",
    ),
    draw=draw_missing,
    shapes=(
        Shape(name="filter", code="""
            function «name»(«args») {
              return Object.keys(«source»)
                .filter((key) => !«target»[key])
                .sort();
            }
            """, mutants=(("!«target»[key]", "!(key in «target»)"), ("!«target»[key]", "«target»[key]"),
                          ("Object.keys(«source»)", "Object.keys(«target»)"), (".sort()", ".sort().reverse()"))),
        Shape(name="loop", code="""
            const «name» = («args») => {
              const missing = [];
              for (const key of Object.keys(«source»).sort()) {
                if («target»[key] === undefined || «target»[key] === "") missing.push(key);
              }
              return missing;
            };
            """, mutants=((' || «target»[key] === ""', ""), ("missing.push(key)", "missing.unshift(key)"),
                          ("«target»[key] === undefined || ", ""), ("Object.keys(«source»)", "Object.values(«source»)"))),
        Shape(name="set", code="""
            function «name»(«args») {
              const done = new Set(Object.entries(«target»).filter(([, text]) => text !== "").map(([key]) => key));
              return Object.keys(«source»).filter((key) => !done.has(key)).sort();
            }
            """, mutants=(('.filter(([, text]) => text !== "")', ""), ("!done.has(key)", "done.has(key)"),
                          (").sort()", ").sort().reverse()"), ("Object.keys(«source»)", "Object.keys(«target»)"))),
    ),
    verifier=check_missing,
)  # fmt: skip
