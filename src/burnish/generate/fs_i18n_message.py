"""Category `fs_i18n_message`: texts of an interface in several languages: slots, plurals, fallbacks, formats. JavaScript."""

from random import Random
from typing import Any

from burnish.generate.checks import node_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.i18n_message_basics import LOOKUP, PRICE, SENTENCE
from burnish.generate.i18n_message_tables import FLATTEN, LANGUAGES, MISSING
from burnish.generate.wording import CITIES, FIRST_NAMES, draw_noun

# What becomes of a slot without a value: in words, and as code.
ABSENT = {
    "leave": ("stays as it is", "slot"), "blank": ("becomes an empty string", '""'),
    "key": ("is replaced by its key alone", "key"),
    "marks": ('becomes "???"', '"???"'), "dash": ('becomes "-"', '"-"'),
}  # fmt: skip


def draw_slots(rng: Random) -> dict[str, Any]:
    """Draw how slots are written in a message and what becomes of those without a value."""
    left, right = rng.choice((("{", "}"), ("{{", "}}"), ("%", "%"), ("<", ">"), ("[", "]"), ("${", "}"), ("(", ")"),
                              ("#", "#"), ("<<", ">>"), ("@", "@")))  # fmt: skip
    noun, missing = draw_noun(rng), rng.choice(tuple(ABSENT))
    left_code, right_code = ("".join(f"\\{c}" if c in "{}[]()$" else c for c in side) for side in (left, right))
    name = pick(rng,
                f"fillMessage|interpolate|formatMessage|translate|fill|render|{noun.one}Text|{noun.one}Message|fill{noun.kind}|show{noun.kind}")  # fmt: skip
    return {"name": name, "left": left, "right": right, "missing": missing, "rule": ABSENT[missing][0],
            "absent": ABSENT[missing][1], "many": noun.many.replace("_", " "),
            "l": left_code, "r": right_code,
            **draw_arguments(rng, text="text|message|template|source|pattern",
                             values="values|data|params|slots|facts|context")}  # fmt: skip


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
            """, mutants=(("/g,", "/,"), ("key in «values» ?", "«values»[key] ?"), (": «absent»", ": key"),
                          ("«values»[key] :", "key :"))),
        Shape(name="nullish", code="""
            const «name» = («args») =>
              «text».replace(/«l»(\\w+)«r»/g, (slot, key) => «values»[key] ?? «absent»);
            """, mutants=(("/g,", "/,"), ("?? «absent»", "|| «absent»"), ("?? «absent»", "?? key"),
                          ("«values»[key]", "«values»[slot]"))),
    ),
    verifier=check_slots,
)  # fmt: skip


def draw_plural(rng: Random) -> dict[str, Any]:
    """Draw the forms of a counted thing."""
    noun = draw_noun(rng)
    zero = rng.choice((f"no {noun.many}", "nothing", f"0 {noun.many}", "empty"))
    return {"name": pick(rng, "pluralize|countLabel|itemLabel|countText|label"), "one": noun.one, "many": noun.many,
            "zero": zero, "limit": rng.choice((9, 50, 99, 100, 999)), "count": pick(rng, "count|n|total|amount")}  # fmt: skip


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
            """, mutants=(("> «limit»", ">= «limit»"), ("=== 1", "<= 1 + 1"), ("`${«count»} «many»`", "`${«count»} «one»`"),
                          ('return "«zero»"', 'return ""'))),
        Shape(name="ternary", code="""
            const «name» = («count») => {
              if (!«count») return "«zero»";
              const shown = «count» > «limit» ? "«limit»+" : String(«count»);
              return shown + («count» === 1 ? " «one»" : " «many»");
            };
            """, mutants=(("> «limit»", ">= «limit»"), ('" «one»" : " «many»"', '" «many»" : " «one»"'),
                          ('"«limit»+"', '"«limit»"'), ("if (!«count»)", "if («count»)"))),
        Shape(name="intl", code="""
            const rules = new Intl.PluralRules("en");
            const forms = { one: "«one»", other: "«many»" };

            function «name»(«count») {
              if («count» === 0) return "«zero»";
              const number = «count» > «limit» ? "«limit»+" : «count»;
              return `${number} ${forms[rules.select(«count»)]}`;
            }
            """, mutants=(("> «limit»", ">= «limit»"), ("rules.select(«count»)", "rules.select(1)"),
                          ("rules.select(«count»)", '"other"'), ('return "«zero»"', "return «count»"))),
    ),
    verifier=check_plural,
)  # fmt: skip


# What is returned for want of any text: in words, as code and as text around the key.
RESORTS = (("`{}` itself", "{}", "{}"), ('an empty string', '""', ""),
           ("`{}` in square brackets, like \"[title]\"", "`[${{{}}}]`", "[{}]"), ('the text \"?\"', '"?"', "?"))  # fmt: skip


def draw_fallback(rng: Random) -> dict[str, Any]:
    """Draw where a text is looked for, and what stands in for it."""
    noun, mark, last = draw_noun(rng), rng.choice("-_"), rng.choice(LANGUAGES)
    arguments = draw_arguments(rng, locale="locale|language|lang|wanted|tag", key="key|id|name|code")
    says, code, shown = rng.choice(RESORTS)
    short = rng.choice([language for language in LANGUAGES if language != last])
    return {"name": pick(rng, f"translate|lookup|t|findText|message|getText|{noun.one}Text|textOf{noun.kind}|find{noun.kind}Text"),
            "last": last, "table": pick(rng, "messages|texts|catalog|dictionary|translations|strings"),
            **arguments, "many": noun.many.replace("_", " "), "mark": mark, "short": short,
            "exact": f"{short}{mark}{pick(rng, 'AT|CA|MX|CH|BE|LU')}", "says": says.format(arguments["key"]),
            "miss": code.format(arguments["key"]), "shown": shown}  # fmt: skip


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
            """, mutants=((', "«last»"', ""), ('«locale».split("«mark»")[0], ', ""),
                          ("return «miss»;", "return undefined;"),
                          ('[«locale», «locale».split("«mark»")[0],', '[«locale».split("«mark»")[0], «locale»,'))),
        Shape(name="nullish", code="""
            const «name» = («table», «args») => {
              const [short] = «locale».split("«mark»");
              return (
                «table»[«locale»]?.[«key»] ?? «table»[short]?.[«key»] ?? «table»["«last»"]?.[«key»] ?? «miss»
              );
            };
            """, mutants=(("«table»[«locale»]?.[«key»] ?? ", ""), ("«table»[short]?.[«key»] ?? ", ""), (" ?? «miss»", ""),
                          ('«table»["«last»"]?.[«key»] ?? ', ""))),
        Shape(name="find", code="""
            function «name»(«table», «args») {
              const path = [«locale», «locale».slice(0, 2), "«last»"];
              const found = path.find((place) => «table»[place] && «key» in «table»[place]);
              return found ? «table»[found][«key»] : «miss»;
            }
            """, mutants=((".slice(0, 2)", ".slice(0, 1)"), (" && «key» in «table»[place]", ""), (": «miss»", ": null"),
                          ('"«last»"]', '"xx"]'))),
    ),
    verifier=check_fallback,
)  # fmt: skip

CATEGORY = Category(
    name="fs_i18n_message",
    family="style",
    templates=(SLOTS, PLURAL, FALLBACK, FLATTEN, MISSING, SENTENCE, PRICE, LOOKUP),
)
