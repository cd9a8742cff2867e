"""Category `fs_type_narrowing`: functions that find out which type a value has, judged by their types and results."""

from random import Random
from typing import Any

from burnish.generate.checks import typescript_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import CITIES, FIRST_NAMES, draw_noun


def refuse(line: str) -> str:
    """Return a line of usage that mustn't type-check."""
    return f"// @ts-expect-error\n{line}\n"


# What a value of a type becomes: words, the expression, a slip, and pairs of inputs and results.
TEXTS: dict[str, Any] = {
    "string": (("its trimmed text", "{0}.trim()", "{0}", ((" a b ", "a b"), ("x", "x"))),
               ("its text in upper case", "{0}.toUpperCase()", "{0}.toLowerCase()", (("aB", "AB"), ("x y", "X Y"))),
               ("its text in lower case", "{0}.toLowerCase()", "{0}.toUpperCase()", (("Ab", "ab"), ("X y", "x y"))),
               ("its text in double quotes", '`"${{{0}}}"`', "{0}", (("a", '"a"'), ("", '""')))),
    "number": (("the number with two decimals", "{0}.toFixed(2)", "{0}.toFixed(1)", ((1.5, "1.50"), (0, "0.00"))),
               ("the number rounded to a whole one, as text", "{0}.toFixed(0)", "{0}.toFixed(2)", ((3.2, "3"), (0, "0"))),
               ("the number as plain text", "String({0})", "{0}.toFixed(1)", ((4, "4"), (-1.25, "-1.25"))),
               ("the number followed by `%`", "`${{{0}}}%`", "String({0})", ((40, "40%"), (0, "0%"))),
               ("a `#` and the number", "`#${{{0}}}`", "`${{{0}}}#`", ((7, "#7"), (0, "#0")))),
    "boolean": (('"yes" for true and "no" for false', '{0} ? "yes" : "no"', '{0} ? "no" : "yes"', ((True, "yes"), (False, "no"))),
                ('"on" or "off"', '{0} ? "on" : "off"', '{0} ? "off" : "on"', ((True, "on"), (False, "off"))),
                ('"true" or "false"', "String({0})", "String(!{0})", ((True, "true"), (False, "false")))),
    "null": (('"none"', '"none"', '"null"', ((None, "none"),)), ('"-"', '"-"', '""', ((None, "-"),)),
             ("the empty string", '""', '"null"', ((None, ""),)), ('"unknown"', '"unknown"', '"none"', ((None, "unknown"),))),
    "string[]": (("its texts joined by a comma and a space", '{0}.join(", ")', '{0}.join(",")', ((["a", "b"], "a, b"), ([], ""))),
                 ("its texts joined by `/`", '{0}.join("/")', "{0}.join()", ((["a", "b", "c"], "a/b/c"), (["x"], "x")))),
    "Date": (("its ISO date and time", "{0}.toISOString()", "{0}.toString()", ()),
             ("its day in the ISO form, `2025-03-01`", "{0}.toISOString().slice(0, 10)", "{0}.toISOString()", ())),
}  # fmt: skip
NUMBERS: dict[str, Any] = {
    "string": (("its length", "{0}.length", "{0}.length + 1", (("abc", 3), ("", 0))),
               ("the number that it spells", "Number({0})", "{0}.length", (("12", 12), ("3.5", 3.5)))),
    "number": (("the number itself", "{0}", "-{0}", ((4, 4), (0, 0))),
               ("the number, rounded", "Math.round({0})", "Math.floor({0})", ((2.6, 3), (7, 7))),
               ("its double", "{0} * 2", "{0} + 2", ((5, 10), (0, 0))),
               ("a hundredth of it", "{0} / 100", "{0} * 100", ((250, 2.5), (0, 0)))),
    "boolean": (("2 for true and 1 for false", "{0} ? 2 : 1", "{0} ? 1 : 2", ((True, 2), (False, 1))),
                ("10 for true and -10 for false", "{0} ? 10 : -10", "{0} ? -10 : 10", ((True, 10), (False, -10)))),
    "null": (("0", "0", "1", ((None, 0),)), ("-1", "-1", "1", ((None, -1),))),
    "string[]": (("its length", "{0}.length", "{0}.length - 1", ((["a", "b"], 2), ([], 0))),),
}  # fmt: skip
OTHERS = {"string": '"x"', "number": "5", "boolean": "true", "null": "null", "string[]": '["a"]', "Date": "new Date(0)"}


def draw_kinds(rng: Random) -> dict[str, Any]:
    """Draw two or three types of an argument and what becomes of each; null or an array stands last."""
    noun, texts = draw_noun(rng), rng.random() < 0.65
    table = TEXTS if texts else NUMBERS
    plain = rng.sample(("string", "number", "boolean"), rng.choice((1, 2, 2)))
    odd = rng.choice([kind for kind in table if kind not in plain])
    kinds = [*plain, odd]
    value = pick(rng, f"value|input|raw|given|{noun.one}")
    drawn = [rng.choice(table[kind]) for kind in kinds]
    while len({one[1] for one in drawn}) < len(kinds):  # two that give the same expression needn't be told apart
        drawn = [rng.choice(table[kind]) for kind in kinds]
    tests = [f'typeof {value} === "{kind}"' for kind in plain]
    results = [one[1].format(value) for one in drawn]
    shown = rng.sample(kinds, len(kinds))
    names = {
        "null": "null",
        "string[]": "an array",
        "Date": "a `Date`",
        "string": "a string",
        "number": "a number",
        "boolean": "a boolean",
    }
    words = [f"{names[kind]} gives {drawn[kinds.index(kind)][0]}" for kind in shown]
    wrapped = [f"({text})" if " ? " in text else text for text in results]
    return {
        "fn": pick(rng,
                   "format|show|print|describe" if texts else "measure|count|convert|weigh") + pick(
                       rng, f"Value|Cell|Field|{noun.kind}|Input|Entry"),
        "value": value, "kinds": kinds, "union": " | ".join(shown), "out": "string" if texts else "number", "many": noun.many,
        "pairs": [[*pair] for one in drawn for pair in one[3]], "words": ", ".join(words[:-1]) + f", and {words[-1]}",
        "bullets": "\n".join(f"- {names[kind]}: {drawn[kinds.index(kind)][0]}" for kind in shown),
        "ifs": "\n".join(f"  if ({test}) return {result};" for test, result in zip(tests, results, strict=False)), "last": results[-1],
        "slip": drawn[-1][2].format(value),
        "chain": " : ".join([*(f"{test} ? {result}" for test, result in zip(tests, wrapped, strict=False)), wrapped[-1]]),
        "first": results[0], "first_slip": drawn[0][2].format(value), "first_wrapped": wrapped[0], "last_wrapped": wrapped[-1],
        "switch": "\n".join(f'    case "{kind}":\n      return {result};' for kind, result in zip(plain, results, strict=False)),
        "test": tests[0],
        "stranger": rng.choice([kind for kind in OTHERS if kind not in kinds]), "isodate": odd == "Date" and "slice" in results[-1],
    }  # fmt: skip


KINDS_HARNESS = "(exports, call) => exports.FN(call.date === undefined ? call.value : new Date(call.date))"


def check_kinds(facts: Facts, rng: Random) -> dict[str, Any]:
    """Take the pairs of inputs and results that stand beside each expression."""
    fn, out, kinds = facts["fn"], facts["out"], facts["kinds"]
    usage = "".join(f"const r{number}: {out} = {fn}({OTHERS[kind]});\n" for number, kind in enumerate(kinds))
    usage += (
        refuse(f"{fn}({OTHERS[facts['stranger']]});")
        + refuse(f"{fn}({{ a: 1 }});")
        + refuse(f"const w: boolean = {fn}({OTHERS[kinds[0]]});")
    )
    usage += f"declare const any: {facts['union']};\n{fn}(any);\n"
    cases: list[tuple[Any, Any]] = [({"value": given}, result) for given, result in facts["pairs"]]
    if "Date" in kinds:
        for _ in range(2):
            day = f"20{rng.randrange(10, 40)}-0{rng.randrange(1, 10)}-{rng.randrange(10, 29)}"
            cases.append(({"date": f"{day}T12:30:05.000Z"}, day if facts["isodate"] else f"{day}T12:30:05.000Z"))
    return typescript_check(fn, cases, usage=usage, harness=KINDS_HARNESS.replace("FN", fn))


KINDS = Template(
    id="by_kind",
    ask=(
        "Write a TypeScript function `«fn»(«value»: «union»): «out»`: «words».",
        "In the table of «many» a cell is of type `«union»`. In TypeScript, implement `«fn»(«value»)`, which takes a cell and returns a «out»:\n«bullets»",
        "Please narrow a union in TypeScript: `«fn»(«value»)` accepts `«union»` and nothing else. The result is a `«out»`: «words».",
        "I need `«fn»` in TypeScript, with one parameter, `«value»`, of the type `«union»`. Its result (a `«out»`) depends on what it gets:\n«bullets»",
    ),
    draw=draw_kinds,
    shapes=(
        Shape(name="ifs", code="""
            function «fn»(«value»: «union»): «out» {
            «ifs»
              return «last»;
            }
            """, mutants=(("  return «last»;", "  return «slip»;"), (") return «first»;", ") return «first_slip»;"),
                          ("«test»", "typeof «value» !== \"object\" && false"), (": «union»)", ": any)"))),
        Shape(name="ternary", code="""
            const «fn» = («value»: «union»): «out» =>
              «chain»;
            """, mutants=(("? «first_wrapped»", "? «first_slip»"), (": «last_wrapped»;", ": «slip»;"), (": «union»)", ": unknown)"),
                          ("): «out» =>", "): any =>"))),
        Shape(name="switch", code="""
            function «fn»(«value»: «union»): «out» {
              switch (typeof «value») {
            «switch»
                default:
                  return «last»;
              }
            }
            """, mutants=(("return «last»", "return «slip»"), ("return «first»", "return «first_slip»"),
                          ("switch (typeof «value»)", "switch («value»)"), (": «union»)", ": any)"))),
    ),
    verifier=check_kinds,
)  # fmt: skip

# Kinds of a field: words, names, type, test of it, good values, bad values.
FIELDS = (
    ("a string", "title|name|email|city|color|owner|slug", "string", 'typeof {0} === "string"', ["x", ""], [3, None, True]),
    ("a number", "total|size|price|score|count|rank", "number", 'typeof {0} === "number"', [0, 2.5], ["3", None, True]),
    ("a boolean", "paid|visible|active|locked|draft", "boolean", 'typeof {0} === "boolean"', [True, False], ["true", 1, None]),
    ("a string or null", "note|phone|parent|reviewer", "string | null", '({0} === null || typeof {0} === "string")', ["x", None],
     [5, False]),
    ("an array", "tags|items|lines|notes", "unknown[]", "Array.isArray({0})", [[], [1, "a"]], [{}, "ab", None, {"length": 1}]),
    ('"open" or "closed"', "state|status|phase", '"open" | "closed"', '({0} === "open" || {0} === "closed")', ["open", "closed"],
     ["other", None, 1]),
)  # fmt: skip


def draw_guard(rng: Random) -> dict[str, Any]:
    """Draw the fields that a type guard looks for."""
    noun = draw_noun(rng)
    drawn = rng.sample(FIELDS, rng.choice((2, 3)))
    names = [pick(rng, field[1]) for field in drawn]
    value = pick(rng, "value|data|input|raw|body")
    tests = [field[3].format(f"{value}.{name}") for field, name in zip(drawn, names, strict=True)]
    loose = [field[3].format(name) for field, name in zip(drawn, names, strict=True)]
    both = [field[3].format(f"one.{name}") for field, name in zip(drawn, names, strict=True)]
    words = [f"`{name}` ({field[0]})" for field, name in zip(drawn, names, strict=True)]
    return {
        "Type": noun.kind + pick(rng, "|Data|Row|Reply|Body"), "fn": f"{pick(rng, 'is|looksLike|hasShapeOf')}{noun.kind}",
        "value": value, "many": noun.many, "one": noun.one,
        "fields": [[name, FIELDS.index(field)] for field, name in zip(drawn, names, strict=True)],
        "type_text": "{ " + "; ".join(f"{name}: {field[2]}" for field, name in zip(drawn, names, strict=True)) + " }",
        "words": " and ".join([", ".join(words[:-1]), words[-1]]), "names": ", ".join(names),
        "source": pick(rng, "the server|a file|local storage|a message|the query cache|a form"),
        "ins": " &&\n    ".join(f'"{name}" in {value} &&\n    {test}' for name, test in zip(names, tests, strict=True)),
        "loose": " && ".join(loose), "both": " && ".join(both),
        "test": tests[0], "test_loose": loose[0], "test_both": both[0], "last": tests[-1], "last_loose": loose[-1],
        "last_both": both[-1],
    }  # fmt: skip


def check_guard(facts: Facts, rng: Random) -> dict[str, Any]:
    """Build good objects from good values, then spoil one field at a time; other kinds of value are refused."""
    fn, kind, fields = facts["fn"], facts["Type"], [(name, FIELDS[number]) for name, number in facts["fields"]]
    usage = f"declare const given: unknown;\nif ({fn}(given)) {{\n  const whole: {kind} = given;\n"
    usage += "".join(f"  const f_{name}: {field[2]} = given.{name};\n" for name, field in fields)
    usage += (
        refuse(f"  const wrong: symbol = given.{fields[0][0]};")
        + refuse("  given.unknown;")
        + "}\n"
        + refuse(f"const outside: {kind} = given;")
    )
    usage += f"const answer: boolean = {fn}(3);\ndeclare const one: {kind};\nconst again: {facts['type_text']} = one;\n"
    good = {name: field[4][0] for name, field in fields}
    cases: list[tuple[Any, Any]] = [
        ([good], True),
        ([{name: field[4][1] for name, field in fields}], True),
        ([{**good, "extra": 1}], True),
    ]
    for name, field in fields:
        cases.append(([{one: value for one, value in good.items() if one != name}], False))
        cases += [([{**good, name: bad}], False) for bad in field[5]]
    others: list[Any] = [None, "text", 7, True, [], [good], {}, rng.choice(FIRST_NAMES)]
    cases += [([other], False) for other in others]
    return typescript_check(fn, cases, usage=usage)


GUARD = Template(
    id="guard_unknown",
    ask=(
        "Write a TypeScript type `«Type»` with the properties «words», and a type guard `«fn»(«value»: unknown)` for it: true only for an object whose properties have those types. Further properties don't matter.",
        "JSON from «source» is `unknown` until we have looked at it. In TypeScript, declare `type «Type» = «type_text»` and the guard `«fn»(«value»)`, which narrows an unknown value to `«Type»`. It must be safe for null, for primitives and for objects with missing or wrong fields; more fields are fine.",
        "Is this value one of our «many»? Please write the TypeScript function `«fn»(«value»)` as a type predicate from `unknown` to the type `«Type»`, which you declare too. «Type» objects have «words»; extra properties are allowed. Everything else gives false and never throws.",
        "I read a «one» from «source» and don't trust it. Needed in TypeScript: `«Type»`, an object type with «words», and a function `«fn»` that tests one `«value»: unknown` and tells the compiler that it is a `«Type»` if all the properties are there with the right types (others may be, too).",
    ),
    draw=draw_guard,
    shapes=(
        Shape(name="in_operator", code="""
            type «Type» = «type_text»;

            function «fn»(«value»: unknown): «value» is «Type» {
              return (
                typeof «value» === "object" &&
                «value» !== null &&
                «ins»
              );
            }
            """, mutants=(("    «value» !== null &&\n", ""), ("«value» is «Type»", "boolean"), ("    «test»", "    true"),
                          ("    «last»", "    true"))),
        Shape(name="record", code="""
            interface «Type» «type_text»

            function «fn»(«value»: unknown): «value» is «Type» {
              if (typeof «value» !== "object" || «value» === null) return false;
              const one = «value» as Record<string, unknown>;
              return «both»;
            }
            """, mutants=((" || «value» === null", ""), ("«test_both»", "one"), ("«value» is «Type»", "boolean"),
                          ("return «both»;", "return !!one;"), ("«last_both»", "true"))),
        Shape(name="destructuring", code="""
            export type «Type» = «type_text»;

            export const «fn» = («value»: unknown): «value» is «Type» => {
              const { «names» } = («value» ?? {}) as Partial<Record<keyof «Type», unknown>>;
              return «loose»;
            };
            """, mutants=(("(«value» ?? {})", "«value»"), ("«test_loose»", "true"), ("unknown): «value» is «Type»", "any): boolean"),
                          ("return «loose»;", "return true;"), ("«last_loose»", "true"))),
    ),
    verifier=check_guard,
)  # fmt: skip

# Words for a kind of event, with its field, the type of that, and a text around it.
EVENTS = (
    ("created", "title", "string"), ("renamed", "name", "string"), ("moved", "place", "string"), ("paid", "amount", "number"),
    ("failed", "reason", "string"), ("rated", "stars", "number"), ("assigned", "owner", "string"), ("resized", "width", "number"),
    ("delayed", "days", "number"), ("shared", "email", "string"), ("retried", "attempt", "number"), ("priced", "total", "number"),
    ("tagged", "label", "string"), ("split", "parts", "number"), ("labelled", "color", "string"), ("merged", "target", "string"),
)  # fmt: skip
PLAIN = (
    ("closed", "Closed"),
    ("deleted", "Gone"),
    ("archived", "In the archive"),
    ("opened", "Open again"),
    ("locked", "Locked for now"),
    ("pending", "Please wait"),
)
AROUND = {
    "string": ("{0}: {1}", "{0} {1}", "{0} ({1})", "{0} to {1}"),
    "number": ("{0}: {1}", "{0} by {1}", "{1} {0}", "{0} x{1}", "{0} (+{1})"),
}


def draw_union(rng: Random) -> dict[str, Any]:
    """Draw the members of a union, each with a text; one of them perhaps has no field."""
    noun, tag = draw_noun(rng), pick(rng, "type|kind|event|action|status")
    while (argument := pick(rng, f"event|change|entry|item|{noun.one}")) == tag:
        pass
    members: list[list[Any]] = []
    for word, field, kind in rng.sample(EVENTS, rng.choice((2, 3))):
        around = rng.choice(AROUND[kind])
        start = pick(rng, f"{word.title()}|{noun.one.title()} {word}|Now {word}|Was {word}")
        members.append([word, field, kind, around.format(start, f"${{{argument}.{field}}}"), around.format(start, "@")])
    if len(members) < 3 or rng.random() < 0.4:
        word, text = rng.choice(PLAIN)
        members.append([word, "", "", text, text])
    rng.shuffle(members)
    bare = [
        f'{{ {tag}: "{one[0]}" }}' if not one[1] else f'{{ {tag}: "{one[0]}"; {one[1]}: {one[2]} }}' for one in members
    ]
    results = [f"`{one[3]}`" if one[1] else f'"{one[3]}"' for one in members]
    words = [
        f'"{one[0]}" '
        + (
            f"has `{one[1]}: {one[2]}` and gives `{one[4].replace('@', '<' + one[1] + '>')}`"
            if one[1]
            else f"has nothing else and gives `{one[3]}`"
        )
        for one in members
    ]
    tests = [f'{argument}.{tag} === "{one[0]}"' for one in members]
    return {
        "Type": noun.kind + pick(rng, "Event|Change|Update|Notice|Step"),
        "fn": pick(rng, "describe|summarize|format|explain|render|textOf") + pick(rng, f"|Event|Change|{noun.kind}|Entry"),
        "argument": argument, "tag": tag, "many": noun.many, "one": noun.one,
        "members": members, "union": "\n  | ".join(bare), "words": "; ".join(words), "bullets": "\n".join(f"- {one}" for one in words),
        "switch": "\n".join(f'    case "{one[0]}":\n      return {result};' for one, result in zip(members, results, strict=True)),
        "ifs": "\n".join(f"  if ({test}) return {result};" for test, result in zip(tests[:-1], results, strict=False)),
        "last": results[-1],
        "chain": "\n    : ".join([*(f"{test}\n    ? {result}" for test, result in zip(tests[:-1], results, strict=False)),
                                  results[-1]]),
        "first": results[0], "second": results[1], "first_tag": members[0][0], "second_tag": members[1][0], "first_type": bare[0],
        "last_type": bare[-1], "test": tests[0],
    }  # fmt: skip


def check_union(facts: Facts, rng: Random) -> dict[str, Any]:
    """Put drawn values into each member and into the text that stands for it."""
    name, fn, tag = facts["Type"], facts["fn"], facts["tag"]
    usage, cases = f"declare const any: {name};\nconst text: string = {fn}(any);\n", []
    for number, (word, field, kind, _, text) in enumerate(facts["members"]):
        good, bad = {"string": ('"x"', "4"), "number": ("4", '"x"')}.get(kind, ("", ""))
        pair, wrong = (f", {field}: {good}", f", {field}: {bad}") if field else ("", ", extra: 1")
        usage += f'const m{number}: {name} = {{ {tag}: "{word}"{pair} }};\n' + refuse(
            f'const w{number}: {name} = {{ {tag}: "{word}"{wrong} }};'
        )
        usage += (
            f'if (any.{tag} === "{word}") {{ const f: {kind} = any.{field}; }}\n{refuse(f"any.{field};")}'
            + refuse(f'const n{number}: {name} = {{ {tag}: "{word}" }};')
            if field
            else ""
        )
        values: tuple[Any, ...] = (rng.choice(CITIES), "") if kind == "string" else (rng.randrange(3, 99), 0)
        cases += (
            [([{tag: word, field: value}], text.replace("@", str(value))) for value in values]
            if field
            else [([{tag: word}], text)]
        )
    usage += (
        refuse(f'{fn}({{ {tag}: "nothing" }});') + refuse(f"const wrong: number = {fn}(any);") + refuse(f"{fn}(3);")
    )
    return typescript_check(fn, cases, usage=usage)


TAGGED = Template(
    id="text_of_union",
    ask=(
        "Write a TypeScript discriminated union `«Type»`, told apart by `«tag»`, and a function `«fn»(«argument»: «Type»): string`. «words».",
        "The log of «many» shows a line for each event. In TypeScript, declare the union type `«Type»` with the discriminant `«tag»` and implement `«fn»(«argument»)`, which returns the line. The values of `«tag»`:\n«bullets»",
        "Please give me two things in TypeScript: the type `«Type»` of what can happen to a «one», a union of objects with a literal `«tag»`, and the function `«fn»(«argument»)` that turns one into text. These are the cases: «words».",
        "I'd like to see, in words, what happened to a «one»: `«fn»(«argument»)` in TypeScript gets a `«Type»` and returns a string. Declare `«Type»` as well, as a union by `«tag»`, so that the compiler knows which property goes with which tag:\n«bullets»",
    ),
    draw=draw_union,
    shapes=(
        Shape(name="switch", code="""
            type «Type» =
              | «union»;

            function «fn»(«argument»: «Type»): string {
              switch («argument».«tag») {
            «switch»
              }
            }
            """, mutants=(('case "«first_tag»"', 'case "«second_tag»"'), ("return «first»", "return «second»"),
                          ("  | «first_type»\n", ""), ("return «first»;", "break;"))),
        Shape(name="ifs", code="""
            export type «Type» =
              | «union»;

            export function «fn»(«argument»: «Type»): string {
            «ifs»
              return «last»;
            }
            """, mutants=(("«test»", "\"«first_tag»\" in «argument»"), ("«argument»: «Type»", "«argument»: any"),
                          ("  return «last»;\n", ""), ("(«test») return «first»", "(«test») return \"\""))),
        Shape(name="ternary", code="""
            type «Type» =
              | «union»;

            const «fn» = («argument»: «Type»): string =>
              «chain»;
            """, mutants=(("? «first»", "? \"\""), ("): string =>", "): any =>"), ("«test»", "!(«test»)"),
                          ("«last_type»;", "{ «tag»: string };"))),
    ),
    mutants=(("«first_type»", "{ «tag»: \"«first_tag»\"; [key: string]: any }"),),
    verifier=check_union,
)  # fmt: skip

CATEGORY = Category(name="fs_type_narrowing", family="typescript", templates=(KINDS, GUARD, TAGGED))
