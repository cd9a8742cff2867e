"""Category `fs_i18n_message`: texts of an interface in several languages: slots, plurals, fallbacks, formats. JavaScript."""

from random import Random
from typing import Any

from burnish.generate.checks import node_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.i18n_message_basics import LOOKUP, PRICE, SENTENCE
from burnish.generate.wording import CITIES, FIRST_NAMES, draw_noun

LANGUAGES = "de en es fr it ja nl pl pt sv".split()


# What becomes of a slot without a value: in words, and as code.
ABSENT = {
    "leave": ("stays as it is", "slot"), "blank": ("becomes an empty string", '""'), "key": ("is replaced by its key alone", "key"),
    "marks": ('becomes "???"', '"???"'), "dash": ('becomes "-"', '"-"'),
}  # fmt: skip


def draw_slots(rng: Random) -> dict[str, Any]:
    """Draw how slots are written in a message and what becomes of those without a value."""
    left, right = rng.choice((("{", "}"), ("{{", "}}"), ("%", "%"), ("<", ">"), ("[", "]"), ("${", "}"), ("(", ")"), ("#", "#"), ("<<", ">>"), ("@", "@")))  # fmt: skip
    noun, missing = draw_noun(rng), rng.choice(tuple(ABSENT))
    left_code, right_code = ("".join(f"\\{c}" if c in "{}[]()$" else c for c in side) for side in (left, right))
    name = pick(rng, f"fillMessage|interpolate|formatMessage|translate|fill|render|{noun.one}Text|{noun.one}Message|fill{noun.kind}|show{noun.kind}")  # fmt: skip
    return {"name": name, "left": left, "right": right, "missing": missing, "rule": ABSENT[missing][0], "absent": ABSENT[missing][1], "many": noun.many.replace("_", " "),
            "l": left_code, "r": right_code, **draw_arguments(rng, text="text|message|template|source|pattern", values="values|data|params|slots|facts|context")}  # fmt: skip


def check_slots(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the message put together from pieces."""
    left, right = facts["left"], facts["right"]
    cases: list[tuple[Any, Any]] = [
        (arrange(facts, text="", values={}), ""),
        (arrange(facts, text="Hello!", values={"name": "x"}), "Hello!"),
    ]
    for number in (0, 3, 0, 7, 0):
        values: dict[str, Any] = {"name": rng.choice(FIRST_NAMES), "city": rng.choice(CITIES), "n": number}
        text, shown = "", ""
        for word in (
            *rng.choices(("Hi ", ", ", " in ", "! "), k=2),
            *rng.sample(("name", "city", "n", "gone", "name"), 5),
        ):
            slot = word in (*values, "gone")
            text += f"{left}{word}{right}" if slot else word
            absent = {"leave": f"{left}gone{right}", "key": "gone", "marks": "???", "dash": "-"}.get(facts["missing"], "")  # fmt: skip
            shown += str(values.get(word, absent)) if slot else word
        cases.append((arrange(facts, text=text, values=values), shown))
    return node_check(facts["name"], cases)


SLOTS = Template(
    id="fill_slots",
    ask=(
        "Write a JavaScript function `«name»(«args»)` that replaces every `«left»key«right»` in the string `«text»` by `«values»[key]`. Keys are made of letters and may occur several times; the value 0 is a value. A slot whose key isn't in `«values»` «rule».",
        "For translated texts about «many» I need `«name»(«args»)` in JavaScript. `«text»` has slots such as `«left»name«right»`; put in the property of the object `«values»` with that name (numbers too). A slot with an unknown name «rule».",
        "Implement `«name»(«args»)` (JavaScript): fill the slots `«left»word«right»` of a message (word = letters) from an object. Every occurrence counts. If `«values»` has no such key, the slot «rule».",
        "A message such as \"Hi «left»name«right»\" has places for values. In JavaScript, `«name»(«args»)` returns it with all of them filled from the object `«values»`: the word between `«left»` and `«right»`, letters only, is the property's name, and its value may be a number, 0 included. Where `«values»` has no such property, the slot «rule».",
        "Our «many» page gets `«text»` from translators, with slots in the form `«left»word«right»`. Write the JavaScript function `«name»(«args»)`: each slot, also a repeated one, is replaced by what `«values»` has under its word; one that `«values»` knows nothing about «rule». Words consist of letters.",
    ),
    draw=draw_slots,
    shapes=(
        Shape(name="replace", code="""
            function «name»(«args») {
              return «text».replace(/«l»([a-zA-Z]+)«r»/g, (slot, key) => (key in «values» ? «values»[key] : «absent»));
            }
            """, mutants=(("/g,", "/,"), ("key in «values» ?", "«values»[key] ?"), (": «absent»", ": key"), ("«values»[key] :", "key :"))),
        Shape(name="nullish", code="""
            const «name» = («args») =>
              «text».replace(/«l»(\\w+)«r»/g, (slot, key) => «values»[key] ?? «absent»);
            """, mutants=(("/g,", "/,"), ("?? «absent»", "|| «absent»"), ("?? «absent»", "?? key"), ("«values»[key]", "«values»[slot]"))),
    ),
    verifier=check_slots,
)  # fmt: skip


def draw_plural(rng: Random) -> dict[str, Any]:
    """Draw the forms of a counted thing."""
    noun = draw_noun(rng)
    zero = rng.choice((f"no {noun.many}", "nothing", f"0 {noun.many}", "empty"))
    return {"name": pick(rng, "pluralize|countLabel|itemLabel|countText|label"), "one": noun.one, "many": noun.many, "zero": zero, "limit": rng.choice((9, 50, 99, 100, 999)), "count": pick(rng, "count|n|total|amount")}  # fmt: skip


def check_plural(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect a table of texts by number."""
    limit = facts["limit"]
    table = {
        0: facts["zero"],
        1: f"1 {facts['one']}",
        2: f"2 {facts['many']}",
        limit: f"{limit} {facts['many']}",
        limit + 1: f"{limit}+ {facts['many']}",
        5000: f"{limit}+ {facts['many']}",
    }
    number = rng.randrange(3, 9)
    return node_check(
        facts["name"],
        [
            ([n], text)
            for n, text in {
                **table,
                number: f"{number} {facts['many']}",
                11 if limit > 11 else 4: f"{11 if limit > 11 else 4} {facts['many']}",
            }.items()
        ],
    )


PLURAL = Template(
    id="plural_form",
    ask=(
        "Write a JavaScript function `«name»(«count»)` for an English label: 0 gives \"«zero»\", 1 gives \"1 «one»\", more give the number and \"«many»\" (\"2 «many»\"), and above «limit» it is \"«limit»+ «many»\".",
        "I need `«name»(«count»)` in JavaScript. It returns \"«zero»\" for 0, \"1 «one»\" for 1, \"N «many»\" up to «limit», and \"«limit»+ «many»\" for anything larger.",
        "Please implement `«name»(«count»)` (JavaScript) to show how many «many» there are. None: \"«zero»\". One: \"1 «one»\". From 2 to «limit»: for example \"2 «many»\". Over «limit»: \"«limit»+ «many»\".",
    ),
    draw=draw_plural,
    shapes=(
        Shape(name="ifs", code="""
            function «name»(«count») {
              if («count» === 0) return "«zero»";
              if («count» === 1) return "1 «one»";
              if («count» > «limit») return "«limit»+ «many»";
              return `${«count»} «many»`;
            }
            """, mutants=(("> «limit»", ">= «limit»"), ("=== 1", "<= 1 + 1"), ("`${«count»} «many»`", "`${«count»} «one»`"), ('return "«zero»"', 'return ""'))),
        Shape(name="ternary", code="""
            const «name» = («count») => {
              if (!«count») return "«zero»";
              const shown = «count» > «limit» ? "«limit»+" : String(«count»);
              return shown + («count» === 1 ? " «one»" : " «many»");
            };
            """, mutants=(("> «limit»", ">= «limit»"), ('" «one»" : " «many»"', '" «many»" : " «one»"'), ('"«limit»+"', '"«limit»"'), ("if (!«count»)", "if («count»)"))),
        Shape(name="intl", code="""
            const rules = new Intl.PluralRules("en");
            const forms = { one: "«one»", other: "«many»" };

            function «name»(«count») {
              if («count» === 0) return "«zero»";
              const number = «count» > «limit» ? "«limit»+" : «count»;
              return `${number} ${forms[rules.select(«count»)]}`;
            }
            """, mutants=(("> «limit»", ">= «limit»"), ("rules.select(«count»)", "rules.select(1)"), ("rules.select(«count»)", '"other"'), ('return "«zero»"', "return «count»"))),
    ),
    verifier=check_plural,
)  # fmt: skip


# What is returned for want of any text: in words, as code and as text around the key.
RESORTS = (("`{}` itself", "{}", "{}"), ('an empty string', '""', ""), ("`{}` in square brackets, like \"[title]\"", "`[${{{}}}]`", "[{}]"), ('the text \"?\"', '"?"', "?"))  # fmt: skip


def draw_fallback(rng: Random) -> dict[str, Any]:
    """Draw where a text is looked for, and what stands in for it."""
    noun, mark, last = draw_noun(rng), rng.choice("-_"), rng.choice(LANGUAGES)
    arguments = draw_arguments(rng, locale="locale|language|lang|wanted|tag", key="key|id|name|code")
    says, code, shown = rng.choice(RESORTS)
    short = rng.choice([language for language in LANGUAGES if language != last])
    return {"name": pick(rng, f"translate|lookup|t|findText|message|getText|{noun.one}Text|textOf{noun.kind}|find{noun.kind}Text"), "last": last, "table": pick(rng, "messages|texts|catalog|dictionary|translations|strings"),
            **arguments, "many": noun.many.replace("_", " "), "mark": mark, "short": short, "exact": f"{short}{mark}{pick(rng, 'AT|CA|MX|CH|BE|LU')}", "says": says.format(arguments["key"]), "miss": code.format(arguments["key"]), "shown": shown}  # fmt: skip


def check_fallback(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the first text along a written-out path."""
    other = rng.choice([language for language in LANGUAGES if language != facts["last"]])
    region = f"{other}{facts['mark']}{rng.choice(('AT', 'CA', 'MX', 'CH'))}"
    cases: list[tuple[Any, Any]] = []
    for present in ([], [region], [other], [facts["last"]], [other, facts["last"]], [region, other, facts["last"]]):
        messages = {language: {"hello": f"hello in {language}"} for language in present} | {"xx": {"hello": "no"}}
        for locale in (region, other, f"xx{facts['mark']}YY", facts["last"]):
            path = [locale, locale[:2], facts["last"]]
            found = [messages[language]["hello"] for language in path if language in messages]
            found.append(facts["shown"].format("hello"))
            cases.append(([messages, *arrange(facts, locale=locale, key="hello")], found[0]))
    cases.append(
        ([{other: {"bye": "x"}, facts["last"]: {"hello": "y"}}, *arrange(facts, locale=other, key="hello")], "y")
    )
    return node_check(facts["name"], cases)


FALLBACK = Template(
    id="locale_fallback",
    ask=(
        "Write a JavaScript function `«name»(«table», «args»)`. `«table»` maps locales to objects of texts. Look for `«key»` first in the exact `«locale»` (such as \"«exact»\"), then in its language (\"«short»\"), then in \"«last»\". Return the first text found, or «says».",
        "Translations may be missing. Implement `«name»(«table», «args»)` in JavaScript: try `«table»[«locale»]`, then the part of `«locale»` before the \"«mark»\", then \"«last»\", and return the text under `«key»` from the first of them that has it. If none has, return «says».",
        "I want `«name»(«table», «args»)` (JavaScript) with fallbacks. For locale \"«exact»\" the order is \"«exact»\", \"«short»\", \"«last»\". Any of them may be absent from `«table»`, or lack the `«key»`. The last resort is «says».",
        'No text of our «many» page should be blank. Write `«name»(«table», «args»)` in JavaScript: `«table»` has an object of texts for some locales, and `«key»` is looked up in up to three of them, namely `«locale»`, its part before "«mark»", and "«last»", in that order. The first that has the key wins; without any, the result is «says».',
        'Which text does a visitor with the locale "«exact»" see? That of "«exact»" if there is one, else that of "«short»", else that of "«last»", else «says». Please put this rule into a JavaScript function `«name»(«table», «args»)` for any `«locale»`; `«table»[«locale»]`, where it exists, is an object from key to text.',
    ),
    draw=draw_fallback,
    shapes=(
        Shape(name="loop", code="""
            function «name»(«table», «args») {
              for (const place of [«locale», «locale».split("«mark»")[0], "«last»"]) {
                const text = «table»[place]?.[«key»];
                if (text !== undefined) return text;
              }
              return «miss»;
            }
            """, mutants=((', "«last»"', ""), ('«locale».split("«mark»")[0], ', ""), ("return «miss»;", "return undefined;"), ('[«locale», «locale».split("«mark»")[0],', '[«locale».split("«mark»")[0], «locale»,'))),
        Shape(name="nullish", code="""
            const «name» = («table», «args») => {
              const [short] = «locale».split("«mark»");
              return (
                «table»[«locale»]?.[«key»] ?? «table»[short]?.[«key»] ?? «table»["«last»"]?.[«key»] ?? «miss»
              );
            };
            """, mutants=(("«table»[«locale»]?.[«key»] ?? ", ""), ("«table»[short]?.[«key»] ?? ", ""), (" ?? «miss»", ""), ('«table»["«last»"]?.[«key»] ?? ', ""))),
        Shape(name="find", code="""
            function «name»(«table», «args») {
              const path = [«locale», «locale».slice(0, 2), "«last»"];
              const found = path.find((place) => «table»[place] && «key» in «table»[place]);
              return found ? «table»[found][«key»] : «miss»;
            }
            """, mutants=((".slice(0, 2)", ".slice(0, 1)"), (" && «key» in «table»[place]", ""), (": «miss»", ": null"), ('"«last»"]', '"xx"]'))),
    ),
    verifier=check_fallback,
)  # fmt: skip


SKIP_WORDS = (("Empty texts count like others.", "An empty string is a text too."), ("Empty texts are left out.", "A text that is an empty string doesn't appear."))  # fmt: skip
FLAT_USES = (
    "The translators' spreadsheet has one row for each of these keys.", "A check in our build compares two languages by them.",
    "The server looks texts up by such a key.", "I want to diff the catalogs of two releases with it.",
    "Our search over texts in the admin area reads it.", "It feeds the export for an external agency.",
    "We store them in a key-value table.", "A linter then finds keys that no page uses.",
    "The mobile apps only understand this flat form.", "Our tests compare screenshots by key.", "An editor plug-in completes such keys.", "It prepares a merge of two catalogs.", "The help centre links to texts by it.", "I count how many texts each area has from it.",
)  # fmt: skip


def draw_flatten(rng: Random) -> dict[str, Any]:
    """Draw how nested keys are joined."""
    noun = draw_noun(rng)
    of = rng.choice(("", f"Of{noun.kind}", f"For{noun.kind}"))
    return {"many": noun.many.replace("_", " "), "name": pick(rng, "flattenMessages|flatKeys|flattenTexts|collectKeys|toFlat|unnest|flatten|keysFrom|spreadOut") + of, "separator": rng.choice((".", "/", ":", "_", "-", "::", "|", " > ")), "messages": pick(rng, "messages|texts|tree|catalog|nested|source|strings|content"), "sorted": rng.choice((True, False)), "skips": (skips := rng.random() < 0.5), "also": rng.choice(SKIP_WORDS[skips]), "why": rng.choice(FLAT_USES)}  # fmt: skip


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
    draw=lambda rng: {**(f := draw_flatten(rng)), "result": flatten_result(f), "skip": '\n      if (value === "") continue;' if f["skips"] else "", "skip_key": '\n      if (node[key] === "") continue;' if f["skips"] else "", "filter": '.filter(([, value]) => value !== "")' if f["skips"] else "", "finish": "Object.keys(flat).sort()" if f["sorted"] else "flat", "pairs": "pairs.map(([key]) => key).sort()" if f["sorted"] else "Object.fromEntries(pairs)"},
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
            """, mutants=(('prefix + key + "«separator»"', 'key + "«separator»"'), ("flat[prefix + key]", "flat[key]"), ('+ "«separator»"', ""), ("else walk", "if (false) walk"))),
        Shape(name="flat_map", code="""
            const pairsOf = (node, path) =>
              Object.entries(node)«filter».flatMap(([key, value]) =>
                typeof value === "string" ? [[[...path, key].join("«separator»"), value]] : pairsOf(value, [...path, key])
              );

            function «name»(«messages») {
              const pairs = pairsOf(«messages», []);
              return «pairs»;
            }
            """, mutants=(("[...path, key].join", "[key].join"), ("pairsOf(value, [...path, key])", "pairsOf(value, [key])"), ('.join("«separator»")', '.join(" ")'), (': pairsOf(value, [...path, key])', ": []"))),
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
            """, mutants=(("[prefix + key +", "[key +"), ("flat[prefix + key]", "flat[key]"), ("waiting.length > 0", "waiting.length > 1"), ('+ "«separator»", node', ', node'))),
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
    return {"name": name + rng.choice(("", f"Of{noun}", f"For{noun}")), "base": base, "other": other, **draw_arguments(rng, source="source|base|original|reference|master|primary|texts|wanted", target="target|translated|other|copy|catalog|local|given|draft")}  # fmt: skip


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
            """, mutants=(("!«target»[key]", "!(key in «target»)"), ("!«target»[key]", "«target»[key]"), ("Object.keys(«source»)", "Object.keys(«target»)"), (".sort()", ".sort().reverse()"))),
        Shape(name="loop", code="""
            const «name» = («args») => {
              const missing = [];
              for (const key of Object.keys(«source»).sort()) {
                if («target»[key] === undefined || «target»[key] === "") missing.push(key);
              }
              return missing;
            };
            """, mutants=((' || «target»[key] === ""', ""), ("missing.push(key)", "missing.unshift(key)"), ("«target»[key] === undefined || ", ""), ("Object.keys(«source»)", "Object.values(«source»)"))),
        Shape(name="set", code="""
            function «name»(«args») {
              const done = new Set(Object.entries(«target»).filter(([, text]) => text !== "").map(([key]) => key));
              return Object.keys(«source»).filter((key) => !done.has(key)).sort();
            }
            """, mutants=(('.filter(([, text]) => text !== "")', ""), ("!done.has(key)", "done.has(key)"), (").sort()", ").sort().reverse()"), ("Object.keys(«source»)", "Object.keys(«target»)"))),
    ),
    verifier=check_missing,
)  # fmt: skip

CATEGORY = Category(
    name="fs_i18n_message",
    family="style",
    templates=(SLOTS, PLURAL, FALLBACK, FLATTEN, MISSING, SENTENCE, PRICE, LOOKUP),
)
