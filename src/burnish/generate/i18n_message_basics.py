"""The small tasks of `fs_i18n_message`: a sentence with two values, a price in a locale's form, a missing text."""

from random import Random
from typing import Any

from burnish.generate.checks import node_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.wording import FIRST_NAMES, draw_noun

SENTENCES = (
    "Hello {who}, you have {count} new {many}.", "{who} has added {count} {many}", "Thank you, {who}! We got {count} {many}.",
    "{count} {many} for {who}", "Welcome back, {who}: {count} unread {many}", "{count} {many} were sent to {who}.",
    "Dear {who}, your {count} {many} are ready.", "{who} shared {count} {many} with you", "Found {count} {many} by {who}.",
)  # fmt: skip


def draw_sentence(rng: Random) -> dict[str, Any]:
    """Draw a sentence around a name and a number."""
    noun = draw_noun(rng)
    facts = draw_arguments(rng, who="name|user|person|author", count="count|total|number|amount")
    sentence, many = rng.choice(SENTENCES), noun.many.replace("_", " ")
    slots = {"who": f"{{{facts['who']}}}", "count": f"{{{facts['count']}}}"}
    values = {"who": rng.choice(FIRST_NAMES), "count": rng.randrange(2, 30)}
    names = {"who": facts["who"], "count": facts["count"]}
    swapped = {"who": slots["count"], "count": slots["who"]}
    pieces = sentence.replace("{many}", many).replace("{who}", "|").replace("{count}", "|").split("|")
    first, second = (facts[role] for role in sorted(names, key=lambda role: sentence.index(f"{{{role}}}")))
    joined = [f'"{pieces[0]}"', first, f'"{pieces[1]}"', second, f'"{pieces[2]}"']
    return facts | {
        "fn": pick(rng, "{0}Message|{0}Text|show{1}|describe{1}|{0}Notice|message").format(noun.one.split("_")[0], noun.kind),
        "pieces": pieces, "is_name_first": first == facts["who"], "many": many,
        "shown": sentence.format(many=many, **slots), "example": sentence.format(many=many, **values),
        "given": ", ".join(f'"{values[role]}"' if role == "who" else str(values[role]) for role in facts["order"]),
        "template": sentence.format(many=many, **{role: "${" + name + "}" for role, name in names.items()}),
        "swapped": sentence.format(many=many, **swapped), "sum": " + ".join(part for part in joined if part != '""'),
        "sum_swapped": " + ".join([joined[3], joined[2], joined[1]]), "middle": pieces[1],
    }  # fmt: skip


def check_sentence(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the pieces of the sentence with the values between them."""
    cases = []
    for who, count in zip(rng.sample(FIRST_NAMES, 5), (0, 2, 7, rng.randrange(10, 99), 1200), strict=True):
        values = [who, str(count)] if facts["is_name_first"] else [str(count), who]
        text = "".join(f"{piece}{value}" for piece, value in zip(facts["pieces"], [*values, ""], strict=True))
        cases.append((arrange(facts, who=who, count=count), text))
    return node_check(facts["fn"], cases)


SENTENCE = Template(
    id="sentence",
    ask=(
        "Write a JavaScript function `«fn»(«args»)` that returns the text \"«shown»\", where `{«who»}` and `{«count»}` "
        "stand for the two arguments.",
        "I need `«fn»(«args»)` in JavaScript. For example, `«fn»(«given»)` returns \"«example»\", and other values appear "
        "in the same places.",
        "Our page about «many» shows the message \"«shown»\". Implement `«fn»(«args»)` in JavaScript, which puts its "
        "arguments into the two slots and returns the string.",
    ),
    draw=draw_sentence,
    shapes=(
        Shape(name="template_literal", code="""
            function «fn»(«args») {
              return `«template»`;
            }
            """, mutants=(("${", "{"), ("`", '"'), ("«middle»", " "), ("${«who»}", "${«count»}"))),
        Shape(name="sum", code="""
            const «fn» = («args») => «sum»;
            """, mutants=(("«sum»", "«sum_swapped»"), ("«middle»", "«middle» "), ("=> «sum»", "=> «who»"),
                          ("=> «sum»", '=> "«shown»"'))),
        Shape(name="replace", code="""
            function «fn»(«args») {
              return "«shown»".replace("{«who»}", «who»).replace("{«count»}", «count»);
            }
            """, mutants=(('.replace("{«who»}", «who»)', ""), ("«shown»", "«swapped»"), ('"{«count»}"', '"«count»"'))),
    ),
    wrong=("function «fn»(«args») {\n  return `«example»`;\n}",),
    verifier=check_sentence,
)  # fmt: skip


# Locale and currency; the text before and after the number, what groups thousands, what stands before the cents.
MONEY = (
    ("en-US", "USD", "$", "", ",", "."), ("en-US", "EUR", "€", "", ",", "."), ("en-GB", "GBP", "£", "", ",", "."),
    ("en-GB", "EUR", "€", "", ",", "."), ("de-DE", "EUR", "", " €", ".", ","), ("de-DE", "GBP", "", " £", ".", ","),
    ("nl-NL", "EUR", "€ ", "", ".", ","), ("pt-BR", "BRL", "R$ ", "", ".", ","), ("de-DE", "USD", "", " $", ".", ","),
    ("en-US", "GBP", "£", "", ",", "."), ("en-CA", "CAD", "$", "", ",", "."), ("en-AU", "AUD", "$", "", ",", "."),
    ("en-NZ", "NZD", "$", "", ",", "."), ("en-IE", "EUR", "€", "", ",", "."), ("da-DK", "DKK", "", " kr.", ".", ","),
    ("tr-TR", "TRY", "₺", "", ".", ","), ("de-DE", "CHF", "", " CHF", ".", ","), ("el-GR", "EUR", "", " €", ".", ","),
)  # fmt: skip
# A space that doesn't break the line counts as a space.
MONEY_HARNESS = r"(exports, [entry, amount]) => exports[entry](amount).replace(/\s/g, ' ')"


def draw_money(rng: Random) -> dict[str, Any]:
    """Draw a locale, a currency and what costs something."""
    noun = draw_noun(rng)
    place, currency, *_, point = rng.choice(MONEY)
    wrong_place, wrong_currency = rng.choice([row for row in MONEY if row[5] != point and row[1] != currency])[:2]
    return {
        "name": pick(rng, "format{0}|show{0}|{1}Label|{1}Text|{2}{0}|{2}{0}Text").format(
            *rng.choice((("Price", "price"), ("Amount", "amount"), ("Cost", "cost"), ("Total", "total"), ("Fee", "fee"))),
            noun.one.split("_")[0],
        ), "amount": pick(rng, "amount|value|price|total|number|cost|sum|figure"), "place": place, "currency": currency,
        "many": noun.many.replace("_", " "), "wrong_place": wrong_place, "wrong_currency": wrong_currency,
    }  # fmt: skip


def check_money(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect amounts built from their digits: thousands, rest and cents."""
    _, _, before, after, group, point = next(row for row in MONEY if row[:2] == (facts["place"], facts["currency"]))
    cases: list[tuple[Any, Any]] = []
    for thousands, rest, cents in (
        (0, 0, 0),
        (0, 5, 50),
        (0, 42, 0),
        (1, 234, 5),
        (12, 7, 99),
        (3, rng.randrange(100, 999), 25),
    ):
        whole = f"{thousands}{group}{rest:03d}" if thousands else str(rest)
        amount = float(f"{thousands * 1000 + rest}.{cents:02d}")
        cases.append(([facts["name"], amount], f"{before}{whole}{point}{cents:02d}{after}"))
    return node_check(facts["name"], cases, harness=MONEY_HARNESS)


PRICE = Template(
    id="currency",
    ask=(
        "Write a JavaScript function `«name»(«amount»)` that returns the number as a price in «currency», formatted "
        "for the locale \"«place»\" with Intl.",
        "Our page of «many» shows amounts in «currency». I need `«name»(«amount»)` in JavaScript: it "
        "gives back the number as text with the currency, the way the locale `«place»` writes it.",
        "How do I show a price in the list of «many» with `Intl.NumberFormat`? Implement "
        "`«name»(«amount»)` in JavaScript for the locale \"«place»\" and the currency \"«currency»\".",
        "Prices of our «many» come as plain numbers. In JavaScript, let `«name»(«amount»)` return such a "
        "number as «currency» in the notation of `«place»`, symbol and all.",
        "JavaScript function wanted: `«name»(«amount»)`. Locale `«place»`, currency `«currency»`, the usual "
        "number of decimals; the result is a string. It is for «many».",
        "`«name»(«amount»)` gets a number and should give a string for readers in `«place»`: an amount of "
        "money in «currency», with that locale's separators. JavaScript has all that is needed built in.",
        "How much do our «many» cost? `«name»(«amount»)` writes the number for people: JavaScript's Intl with "
        "locale «place», style currency, currency «currency». Return the text.",
    ),
    draw=draw_money,
    shapes=(
        Shape(name="intl", code="""
            function «name»(«amount») {
              return new Intl.NumberFormat("«place»", { style: "currency", currency: "«currency»" }).format(«amount»);
            }
            """, mutants=(('"«place»"', '"«wrong_place»"'), ('"«currency»"', '"«wrong_currency»"'),
                          (', { style: "currency", currency: "«currency»" }', ""))),
        Shape(name="to_locale_string", code="""
            const «name» = («amount») =>
              «amount».toLocaleString("«place»", { style: "currency", currency: "«currency»" });
            """, mutants=(("toLocaleString", "toString"), ('style: "currency", ', ""), ('"«currency»"',
                          '"«wrong_currency»"'), ('"«place»"', '"«wrong_place»"'))),
        Shape(name="constant", code="""
            const formatter = new Intl.NumberFormat("«place»", { style: "currency", currency: "«currency»" });

            const «name» = («amount») => formatter.format(«amount»);
            """, mutants=(('"«currency»"', '"«wrong_currency»"'), ('style: "currency"', 'style: "percent"'),
                          ("formatter.format(«amount»)", "formatter.format(«amount» / 100)"))),
    ),
    verifier=check_money,
)  # fmt: skip


# What is shown for a key without a text: in words, as code of JavaScript, and as text around the key.
MARKS = {
    "`{key}` itself": ("{key}", "{}"),
    "`{key}` in square brackets, such as \"[title]\"": ("`[${{{key}}}]`", "[{}]"),
    "`{key}` with a question mark at its end, such as \"title?\"": ('{key} + "?"', "{}?"),
    "`{key}` in capitals, such as \"TITLE\"": ("{key}.toUpperCase()", None),
    "`{key}` in round brackets, such as \"(title)\"": ("`(${{{key}}})`", "({})"),
    "`{key}` after a hash sign, such as \"#title\"": ('"#" + {key}', "#{}"),
    "the text \"no text\"": ('"no text"', "no text"), "the text \"TODO\"": ('"TODO"', "TODO"),
    "the text \"missing\"": ('"missing"', "missing"), "the text \"untranslated\"": ('"untranslated"', "untranslated"),
    "the text \"???\"": ('"???"', "???"), "an empty string": ('""', ""),
}  # fmt: skip


def draw_lookup(rng: Random) -> dict[str, Any]:
    """Draw what a lookup gives for a key that has no text."""
    noun, rule, bare = draw_noun(rng), rng.choice(tuple(MARKS)), rng.random() < 0.5
    facts = draw_arguments(rng, table="messages|texts|strings|labels", key="key|id|code")
    mark, slip = (MARKS[name][0].format(key=facts["key"]) for name in (rule, "`{key}` itself"))
    text = f"{facts['table']}[{facts['key']}]"
    return facts | {
        "bare": bare, "also": pick(rng, "An empty text counts as missing.|An empty string is no text.") if bare else
        pick(rng, "An empty text is a text.|The text may be empty."), "operator": "||" if bare else "??",
        "has": text if bare else f"{facts['key']} in {facts['table']}",
        "lacks": f"!{text}" if bare else f"{text} === undefined",
        "name": pick(rng, "translate|getText|getMessage|lookup|textFor|messageFor|{0}Text|{0}Label|find{1}Text|text{1}").format(
            noun.one.split("_")[0], noun.kind,
        ),
        "many": noun.many.replace("_", " "), "says": rule.format(key=facts["key"]), "mark": mark,
        "slip": '"?"' if mark == slip else slip, "rule": rule,
    }  # fmt: skip


def check_lookup(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the texts of a small catalog, and the mark for keys beside it."""
    keys = rng.sample(("title", "save", "cancel", "help", "about", "menu", "close", "back"), 6)
    table = {key: f"{key.title()} {rng.choice(('it', 'all', 'now'))}" for key in keys[:3]}
    mark = MARKS[facts["rule"]][1]
    cases = [(arrange(facts, table=table, key=key), table[key]) for key in keys[:3]]
    for empty in (False, True):
        one, shown = ({**table, "empty": ""}, "") if empty else (table, table[keys[0]])
        missing = "EMPTY" if mark is None else mark.format("empty")
        shown = missing if empty and facts["bare"] else shown
        cases.append((arrange(facts, table=one, key="empty" if empty else keys[0]), shown))
    for key in keys[3:]:
        missing = key.swapcase() if mark is None else mark.format(key)
        cases += [(arrange(facts, table=one, key=key), missing) for one in (table, {})]
    return node_check(facts["name"], cases)


LOOKUP = Template(
    id="missing_text",
    ask=(
        "Write a JavaScript function `«name»(«args»)` that returns the text under `«key»` in the object `«table»`. If "
        "there is none, it returns «says». «also»",
        "The translations for our «many» are in an object. I need `«name»(«args»)` in JavaScript: give back "
        "`«table»[«key»]`, or «says» when the object doesn't have that key. «also»",
        "Implement `«name»(«args»)` in JavaScript. `«table»` maps keys to translated strings; the result is the string "
        "of `«key»`. An unknown key gives «says». «also»",
        "What if a text for our «many» is missing? `«name»(«args»)`, in JavaScript, should then give «says»; "
        "when the object `«table»` has a string under `«key»`, it gives that string. «also»",
        "JavaScript: `«name»(«args»)`. Take the translation of `«key»` out of `«table»`, a plain object from "
        "key to text. Where there is no entry, the result is «says». «also»",
        'Users of our «many» page saw "undefined" where a translation had been forgotten. The JavaScript '
        "function `«name»(«args»)` should look up `«key»` in `«table»` and hand out "
        "«says» if it isn't there. «also»",
    ),
    draw=draw_lookup,
    shapes=(
        Shape(name="nullish", code="""
            function «name»(«args») {
              return «table»[«key»] «operator» «mark»;
            }
            """, mutants=((" «operator» «mark»", ""), ("«operator» «mark»", "&& «mark»"), ("«table»[«key»] «operator» ", ""))),
        Shape(name="in_ternary", code="""
            const «name» = («args») => («has» ? «table»[«key»] : «mark»);
            """, mutants=((": «mark»", ": null"), ("(«has» ?", "(!(«has») ?"),
                          ("«table»[«key»] :", "«table».«key» :"))),
        Shape(name="if", code="""
            function «name»(«args») {
              if («lacks») {
                return «mark»;
              }
              return «table»[«key»];
            }
            """, mutants=(("if («lacks»)", "if (!(«lacks»))"), ("  return «table»[«key»];", ""),
                          ("«table»[«key»]", "«table».«key»"))),
    ),
    mutants=(("«mark»", "«slip»"),),
    verifier=check_lookup,
)  # fmt: skip
