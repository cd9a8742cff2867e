"""Category `fs_type_alias`: type aliases of an application's data, judged by what they let through and what they refuse."""

from random import Random
from typing import Any

from burnish.generate.checks import typescript_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import in_words, pick, pick_some
from burnish.generate.wording import STATUSES, draw_noun


def refuse(line: str) -> str:
    """Return a line of usage that mustn't type-check."""
    return f"// @ts-expect-error\n{line}\n"


# What a union is called, what its values are in words, and the values.
UNIONS = (
    ("{0}Status", "the states of {0}", "|".join(STATUSES)), ("{0}State", "the stages that {0} go through", "|".join(STATUSES)),
    ("{0}Role", "the rights that people have on {0}", "owner|editor|viewer|admin|guest|auditor|author|member"),
    ("{0}Size", "the sizes of {0}", "xs|s|m|l|xl|xxl|small|medium|large"),
    ("{0}Channel", "the channels for news about {0}", "email|sms|push|phone|chat|post|fax|web"),
    ("{0}Order", "the sort orders of {0}", "name|date|price|rating|newest|oldest|random|size"),
    ("{0}View", "the views of {0}", "list|grid|map|table|board|calendar|chart|gallery"),
    ("{0}Priority", "the priorities of {0}", "1|2|3|4|5|10|20"),
    ("{0}PageSize", "the page sizes in the list of {0}", "5|10|15|20|25|50|100"),
    ("{0}Code", "the HTTP statuses of requests for {0}", "200|201|204|400|401|403|404|409|422|500"),
    ("{0}Rating", "the ratings of {0}", "0|1|2|3|4|5"),
)  # fmt: skip


def draw_union(rng: Random) -> dict[str, Any]:
    """Draw the name and the values of a union, and whether null belongs to it."""
    noun, (form, purpose, pool) = draw_noun(rng), rng.choice(UNIONS)
    values = pick_some(rng, pool, rng.choice((3, 3, 4, 5)))
    numbers, nullable = values[0].isdigit(), rng.random() < 0.4
    values = sorted(values, key=int) if numbers else values
    texts = values if numbers else [f'"{value}"' for value in values]
    rest = " | null" if nullable else ""
    return {
        "Type": form.format(noun.kind), "many": noun.many, "purpose": purpose.format(noun.many), "texts": texts,
        "nullable": nullable, "numbers": numbers, "rest": rest,
        "union": " | ".join(texts) + rest, "list": ", ".join(texts),
        "lines": "\n  | ".join([*texts, *(["null"] if nullable else [])]),
        "shown": f"{', '.join(texts[:-1])} and {texts[-1]}",
        "either": f"{', '.join(texts[:-1])} or {texts[-1]}", "what": "numbers" if numbers else "strings",
        "one": "number" if numbers else "string",
        "also": pick(rng,
                     " `null` is allowed as well.| It may also be `null`.| Besides, `null` must fit.") if nullable else "",
        "array": pick(rng, "values|allowed|options|choices|known"),
        "first": texts[0], "last": texts[-1], "wrong": "77" if numbers else '"other"',
    }  # fmt: skip


def check_union(facts: Facts, rng: Random) -> dict[str, Any]:
    """Assign each value, some others, and the type itself to a union written from the list of values."""
    name, texts, basic = facts["Type"], facts["texts"], facts["one"]
    other = "7777" if facts["numbers"] else f'"{rng.choice(("nothing", "unknown", "missing"))}"'
    wanted = " | ".join([*rng.sample(texts, len(texts)), *(["null"] if facts["nullable"] else [])])
    usage = "".join(f"const v{number}: {name} = {text};\n" for number, text in enumerate(texts))
    usage += f"declare const any{basic}: {basic};\ndeclare const given: {name};\nconst back: {wanted} = given;\n"
    usage += (
        refuse(f"const a: {name} = {other};")
        + refuse(f"const b: {name} = any{basic};")
        + refuse(f"const c: {name} = undefined;")
        + refuse(f"const d: {name} = true;")
    )
    usage += f"const e: {name} = null;\n" if facts["nullable"] else refuse(f"const e: {name} = null;")
    return typescript_check(None, [], usage=usage)


UNION = Template(
    id="literal_union",
    ask=(
        "Write a TypeScript type `«Type»` for «purpose»: only the «what» «shown» are allowed.«also»",
        "In TypeScript, declare `«Type»`. A variable of this type holds «either», and no other «one».«also»",
        "I want the compiler to refuse a misspelt value. Please define the TypeScript type `«Type»`, «purpose», as a union of the literal «what» «list».«also»",
        "At the moment we have `type «Type» = «one»` for «purpose». Please give me a stricter type alias in TypeScript, with just these values: «list».«also»",
    ),
    draw=draw_union,
    shapes=(
        Shape(name="union", code="type «Type» = «union»;",
              mutants=(("«first» | ", ""), (" = «union»", " = «one»«rest»"), (" = «first»", " = «wrong» | «first»"))),
        Shape(name="lines", code="""
            export type «Type» =
              | «lines»;
            """, mutants=(("  | «first»\n", ""), ("  | «first»", "  | «wrong»"), ("  | «lines»", "  | «one»"),
                          ("type «Type» =\n  | «first»", "type «Type» =\n  | undefined\n  | «first»"))),
        Shape(name="const_array", code="""
            const «array» = [«list»] as const;

            type «Type» = (typeof «array»)[number]«rest»;
            """, mutants=((" as const", ""), ("[«first», ", "["), ("(typeof «array»)[number]", "typeof «array»"),
                          (", «last»]", ", «wrong»]"))),
    ),
    mutants=((" | null", " | undefined"), ("\n  | null", "")),
    verifier=check_union,
)  # fmt: skip

# Kinds of a field that isn't read-only or optional: words, type, good value, bad value, wrong type.
FIELDS = (
    ("text", "title|name|city|email|color|slug|country|owner|subject", "string", '"x"', "7", "number"),
    ("number", "total|price|weight|score|size|count|rank|height|seats", "number", "3", '"3"', "string"),
    ("boolean", "active|paid|public|locked|verified|archived|featured", "boolean", "true", '"yes"', "string"),
)  # fmt: skip
SPECIAL = (
    ("a list of texts", "tags|emails|labels|links|aliases|steps", "string[]", '["a"]', '"a"', "string"),
    ("a list of numbers", "scores|sizes|prices|ratings|positions", "number[]", "[1, 2]", '["a"]', "number"),
    ("text or null", "closedAt|paidAt|parentId|deletedAt|reviewer", "string | null", "null", "undefined", "string"),
    ("a number or null", "discount|limit|deposit|quota|rating", "number | null", "null", '"none"', "number"),
    ("an object that maps texts to numbers", "stock|votes|totals|counts|balances", "Record<string, number>", "{ a: 1 }",
     "{ a: true }", "object"),
    ("an object with the numbers `x` and `y`", "position|offset|place|corner", "{ x: number; y: number }", "{ x: 1, y: 2 }",
     "{ x: 1 }", "{ x: number }"),
    ("one of the texts \"low\" and \"high\"", "level|urgency|risk|quality", '"low" | "high"', '"low"', '"medium"', "string"),
    ("a function from a number to text", "format|show|describe|print", "(value: number) => string",
     "(value) => value.toFixed(1)", "(value) => value + 1", "unknown"),
    ("a pair of numbers", "range|span|bounds|extent", "[number, number]", "[1, 2]", "[1]", "number[]"),
)  # fmt: skip


def draw_object(rng: Random) -> dict[str, Any]:
    """Draw the fields of a type: one read-only, one optional, one of a special kind, one or two plain ones."""
    noun, names = draw_noun(rng), set[str]()
    fields: list[dict[str, Any]] = []
    for mark in ("readonly", "optional", "special", *("plain",) * rng.choice((1, 2))):
        while (drawn := rng.choice(SPECIAL if mark == "special" else FIELDS)) and (
            name := pick(rng, drawn[1])
        ) in names:
            pass
        if mark == "readonly":
            drawn, name = (
                (("a number", "", "number", "3", '"3"', "string"), ("text", "", "string", '"x"', "7", "number"))[
                    rng.randrange(2)
                ],
                pick(rng, "id|code|createdAt|key|number"),
            )
        names.add(name)
        text = (
            drawn[0]
            if mark in ("special", "readonly")
            else {"text": "text", "number": "a number", "boolean": "a boolean"}[drawn[0]]
        )
        extra = {"readonly": ", read-only", "optional": ", optional"}.get(mark, "")
        fields.append(
            {
                "name": name,
                "mark": mark,
                "words": f"`{name}` ({text}{extra})",
                "type": drawn[2],
                "good": drawn[3],
                "bad": drawn[4],
                "wrong": drawn[5],
            }
        )
    special = next(one for one in fields if one["mark"] == "special")
    optional = next(one for one in fields if one["mark"] == "optional")["name"]
    readonly = next(one for one in fields if one["mark"] == "readonly")["name"]
    rng.shuffle(fields)
    words = [field["words"] for field in fields]
    return {
        "Type": noun.kind + pick(rng, "|Data|Row|Props|Details|Info|Record"), "many": noun.many, "one": noun.one,
        "fields": fields, "listed": ", ".join(words), "last": f"{', '.join(words[:-1])} and {words[-1]}",
        "lines": "\n".join(f"  {write_field(field)};" for field in fields),
        "bullets": "\n".join(f"- {one}" for one in words), "optional": optional, "readonly": readonly,
        "right": f"{special['name']}: {special['type']}", "slip": f"{special['name']}: {special['wrong']}",
        "rest": "\n".join(f"  {write_field(field)};" for field in fields if field["mark"] != "readonly"),
        "fixed": next(write_field(one)[9:] for one in fields if one["mark"] == "readonly"),
    }  # fmt: skip


def write_field(field: dict[str, Any]) -> str:
    """Return a field as the type has it: `readonly id: number`."""
    return f"{'readonly ' if field['mark'] == 'readonly' else ''}{field['name']}{'?' if field['mark'] == 'optional' else ''}: {field['type']}"


def check_object(facts: Facts, rng: Random) -> dict[str, Any]:
    """Write a good object, then one with each field missing, of a wrong kind, and changed."""
    del rng
    name, fields = facts["Type"], facts["fields"]

    def literal(texts: dict[str, str]) -> str:
        return "{ " + ", ".join(f"{key}: {text}" for key, text in texts.items()) + " }"

    good = {field["name"]: field["good"] for field in fields}
    usage = f"declare const given: {name};\nconst whole: {name} = {literal(good)};\n" + refuse(
        f"const more: {name} = {literal({**good, 'unknown': '1'})};"
    )
    for number, field in enumerate(fields):
        key = field["name"]
        missing = f"const m{number}: {name} = {literal({one: text for one, text in good.items() if one != key})};"
        change = f"given.{key} = {field['good']};"
        read = f"const r{number}: {field['type']} = given.{key};"
        usage += f"{missing}\n{refuse(read)}" if field["mark"] == "optional" else refuse(missing) + read + "\n"
        usage += refuse(change) if field["mark"] == "readonly" else f"{change}\n"
        usage += refuse(f"const b{number}: {name} = {literal({**good, key: field['bad']})};")
    return typescript_check(None, [], usage=usage)


OBJECT = Template(
    id="object_type",
    ask=(
        "Write a TypeScript type `«Type»` with the properties «last».",
        "Our «many» are plain objects. In TypeScript, declare `«Type»` so that the compiler knows them:\n«bullets»\nWhat isn't called optional must be there.",
        "Please define `«Type»` in TypeScript, the type of «one» objects. Properties: «listed». A read-only property can't be assigned to; an optional one may be left out.",
        "I need a type for «many» in TypeScript, called `«Type»`. These are the fields:\n«bullets»",
    ),
    draw=draw_object,
    shapes=(
        Shape(name="type", code="""
            type «Type» = {
            «lines»
            };
            """, mutants=(("readonly ", ""), ("«optional»?:", "«optional»:"), ("«right»", "«slip»"),
                          ("«readonly»:", "«readonly»?:"))),
        Shape(name="interface", code="""
            interface «Type» {
            «lines»
            }
            """, mutants=(("readonly ", ""), ("«optional»?:", "«optional»:"), ("«right»", "«slip»"),
                          ("«right»", "«right» | undefined"))),
        Shape(name="intersection", code="""
            type «Type» = Readonly<{ «fixed» }> & {
            «rest»
            };
            """, mutants=(("Readonly<{ «fixed» }>", "{ «fixed» }"), ("Readonly<{ «fixed» }> & ", ""),
                          ("«optional»?:", "«optional»:"), ("«right»", "«slip»"), (" & {", " | {"))),
    ),
    verifier=check_object,
)  # fmt: skip

TAGS = "created|renamed|moved|closed|opened|failed|started|finished|shared|archived|assigned|rejected|approved|joined|left|sent|scheduled"
PAYLOADS = (
    ("id", "number"), ("title", "string"), ("reason", "string"), ("total", "number"), ("email", "string"),
    ("position", "number"), ("url", "string"), ("silent", "boolean"),
    ("retries", "number"), ("names", "string[]"), ("owner", "string"), ("progress", "number"), ("final", "boolean"),
    ("codes", "number[]"), ("city", "string"), ("delay", "number"),
)  # fmt: skip
VALUES = {
    "number": ("4", '"4"'),
    "string": ('"x"', "4"),
    "boolean": ("true", '"no"'),
    "string[]": ('["a"]', "[1]"),
    "number[]": ("[1]", '["a"]'),
}


def draw_tagged(rng: Random) -> dict[str, Any]:
    """Draw three kinds of message, the field or fields of each, and perhaps one that all have."""
    noun, tag = draw_noun(rng), pick(rng, "type|kind|event|action|tag")
    count = rng.choice((3, 4))
    fields = iter(rng.sample(PAYLOADS, len(PAYLOADS)))
    shared = list(rng.choice((("at", "number"), ("by", "string"), ("version", "number")))) if rng.random() < 0.5 else []
    members: list[dict[str, Any]] = [
        {"tag": one, "fields": [list(next(fields)) for _ in range(size)]}
        for one, size in zip(pick_some(rng, TAGS, count), (2, 1, 1, 1), strict=False)
    ]
    rng.shuffle(members)
    pairs = [" ".join(f"{name}: {kind};" for name, kind in member["fields"]).rstrip(";") for member in members]
    common = f"; {shared[0]}: {shared[1]}" if shared else ""
    bodies = [f'{{ {tag}: "{member["tag"]}"{common}; {pair} }}' for member, pair in zip(members, pairs, strict=True)]
    kinds = [member["tag"].title() for member in members]
    words = [
        f'"{member["tag"]}" has {in_words([": ".join(field) for field in member["fields"]])}' for member in members
    ]
    return {
        "Type": noun.kind + pick(rng, "Event|Message|Change|Action|Update"), "many": noun.many, "one": noun.one, "tag": tag,
        "members": members, "shared": shared, "words": "; ".join(words),
        "bullets": "\n".join(f"- {one}" for one in words), "lines": "\n  | ".join(bodies), "first": bodies[0],
        "second": bodies[1], "bare": f'{{ {tag}: "{members[0]["tag"]}" }}',
        "tags": ", ".join(f'"{member["tag"]}"' for member in members),
        "loose": bodies[0].replace(f'"{members[0]["tag"]}"', "string"),
        "interfaces": "\n".join(f"interface {kind} {body}" for kind, body in zip(kinds, bodies, strict=True)),
        "names": " | ".join(kinds), "head": kinds[0],
        "map": "\n".join(f"  {member['tag']}: {{ {pair} }};" for member, pair in zip(members, pairs, strict=True)),
        "common": common,
        "also": f" All of them have `{shared[0]}: {shared[1]}` too." if shared else "",
        "also_below": f"All of them have `{shared[0]}: {shared[1]}` too. " if shared else "",
    }  # fmt: skip


def check_tagged(facts: Facts, rng: Random) -> dict[str, Any]:
    """Write a message of each kind, then wrong ones; a test of the tag must make its fields known."""
    name, tag, members = facts["Type"], facts["tag"], facts["members"]
    shared = {facts["shared"][0]: VALUES[facts["shared"][1]][0]} if facts["shared"] else {}

    def message(kind: str, texts: dict[str, str]) -> str:
        return (
            f"const m: {name}[] = [{{ {tag}: {kind}, "
            + ", ".join(f"{key}: {text}" for key, text in texts.items())
            + " }];"
        )

    usage = f"declare const given: {name};\n"
    lines = []
    for number, member in enumerate(members):
        kind, texts = f'"{member["tag"]}"', {field: VALUES[form][0] for field, form in member["fields"]} | shared
        (field, form), (strange, other) = member["fields"][0], members[number - 1]["fields"][-1]
        lines += [
            message(kind, texts),
            refuse(message('"nothing"', texts)),
            refuse(message(kind, {**texts, strange: VALUES[other][0]})),
        ]
        lines += [
            refuse(message(kind, {**texts, field: VALUES[form][1]})),
            refuse(message(kind, {**texts, "nothing": "1"})),
        ]
        lines += [refuse(message(kind, {key: text for key, text in texts.items() if key != one})) for one in texts]
        usage += f"if (given.{tag} === {kind}) {{ const f: {form} = given.{field}; }}\n" + refuse(f"given.{field};")
    wanted = " | ".join(rng.sample([f'"{member["tag"]}"' for member in members], len(members)))
    usage += f"const tags: {wanted} = given.{tag};\n"
    usage += f"const common: {facts['shared'][1]} = given.{facts['shared'][0]};\n" if shared else ""
    return typescript_check(None, [], usage=usage + "".join(f"{{\n{line.rstrip()}\n}}\n" for line in lines))


TAGGED = Template(
    id="tagged_union",
    ask=(
        "Write a TypeScript type `«Type»`, a union of objects told apart by the property `«tag»`: «words».«also»",
        "In TypeScript, declare the discriminated union `«Type»` for what happens to «many». Its discriminant is `«tag»`, with one of the values «tags», which decides on the other properties:\n«bullets»\n«also_below»No kind has properties of another.",
        "Our «one» page receives messages. I need `«Type»` in TypeScript, so that checking `«tag»` tells the compiler which properties there are.«also» The kinds are:\n«bullets»",
        "Please define `«Type»` (TypeScript). It is one of several object types; each has a string literal as its `«tag»`, and fields of its own: «words».«also» A field of one kind must be refused on the others.",
    ),
    draw=draw_tagged,
    shapes=(
        Shape(name="inline", code="""
            type «Type» =
              | «lines»;
            """, mutants=(("«first»", "«loose»"), ("«first»", "«bare»"), ("  | «first»\n", ""),
                          ("«first»", "«first» & «second»"))),
        Shape(name="interfaces", code="""
            «interfaces»

            type «Type» = «names»;
            """, mutants=(("«head» | ", ""), ("«first»", "«loose»"), ("«first»", "«bare»"), ("= «head» |", "= «head» &"))),
        Shape(name="payload_map", code="""
            type Payloads = {
            «map»
            };

            type «Type» = { [K in keyof Payloads]: { «tag»: K«common» } & Payloads[K] }[keyof Payloads];
            """, mutants=((" & Payloads[K]", ""), ("}[keyof Payloads]", "}"), ("«tag»: K", "«tag»: keyof Payloads"),
                          ("{ «tag»: K«common» } & ", ""), ("«tag»: K", "«tag»: string"))),
    ),
    verifier=check_tagged,
)  # fmt: skip

CATEGORY = Category(name="fs_type_alias", family="typescript", templates=(UNION, OBJECT, TAGGED))
