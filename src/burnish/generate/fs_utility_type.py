"""Category `fs_utility_type`: generic types that make one object type out of another, judged by what they let through."""

from random import Random
from typing import Any

from burnish.generate.checks import typescript_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import in_words, pick, pick_some
from burnish.generate.wording import draw_noun


def refuse(line: str) -> str:
    """Return a line of usage that mustn't type-check."""
    return f"// @ts-expect-error\n{line}\n"


DROPPED = "id|createdAt|updatedAt|deletedAt|version|ownerId|tenantId|createdBy|updatedBy|slug|revision|hash|position|etag|syncedAt"
ADDED = (
    ("reason", "string"),
    ("comment", "string"),
    ("force", "boolean"),
    ("token", "string"),
    ("page", "number"),
    ("notify", "boolean"),
    ("locale", "string"),
)
# What happens to the properties that stay: words, the same for one property, the type around the rest, a mapped type.
REST = {
    "plain": ("unchanged", "{0}", "{{ {0}: T[P] }}"), "partial": ("all optional", "Partial<{0}>", "{{ {0}?: T[P] }}"),
    "readonly": ("all read-only", "Readonly<{0}>", "{{ readonly {0}: T[P] }}"),
    "required": ("all required, even those that are optional in `T`", "Required<{0}>", "{{ {0}-?: T[P] }}"),
}  # fmt: skip


def draw_omit(rng: Random) -> dict[str, Any]:
    """Draw the properties that are left out, what the others become, and perhaps a new one."""
    noun, mode = draw_noun(rng), rng.choice(tuple(REST))
    keys = pick_some(rng, DROPPED, rng.choice((1, 2, 2, 3)))
    added = rng.choice(ADDED) if rng.random() < 0.4 else None
    union, extra = " | ".join(f'"{key}"' for key in keys), f" & {{ {added[0]}: {added[1]} }}" if added else ""
    words, wrapper, mapped = REST[mode]
    return {
        "Type": pick(rng,
                     "New|Draft|Input|Patch|Form|Sent|Editable|Incoming|Stored|Public") + pick(
                         rng, "Of|Version|Values|Fields|Data"),
        "Kind": noun.kind, "many": noun.many, "mode": mode, "keys": keys, "added": list(added or ()),
        "left_out": in_words(keys), "or": in_words(keys, last="or"), "words": words, "union": union, "extra": extra,
        "whole": wrapper.format("T") + extra,
        "omit": wrapper.format(f"Omit<T, {union}>") + extra,
        "pick": wrapper.format(f"Pick<T, Exclude<keyof T, {union}>>") + extra,
        "map": mapped.format(f"[P in keyof T as Exclude<P, {union}>]") + extra,
        "less": f'"{keys[0]}"' if len(keys) > 1 else '"unused"',
        "also": f" It has one property more: `{added[0]}`, a {added[1]}." if added else "",
    }  # fmt: skip


def check_omit(facts: Facts, rng: Random) -> dict[str, Any]:
    """Use the type on an interface with the left-out properties and three others, one of which is optional."""
    name, kind, mode = facts["Type"], facts["Kind"], facts["mode"]
    added = (
        {facts["added"][0]: {"string": '"x"', "boolean": "true", "number": "1"}[facts["added"][1]]}
        if facts["added"]
        else {}
    )
    own = " ".join(f"{key}: {rng.choice(('string', 'number'))};" for key in facts["keys"])
    usage = f"interface {kind} {{ {own} title: string; weight: number; note?: string }}\ndeclare const given: {name}<{kind}>;\n"

    def literal(**texts: str) -> str:
        return f"const a: {name}<{kind}> = {{ {', '.join(f'{key}: {text}' for key, text in texts.items())} }};"

    whole = {"title": '"x"', "weight": "1", "note": '"y"', **added}
    lines = [literal(**whole)]
    lines += [refuse(literal(**whole, **{key: "1 as any"})) for key in facts["keys"]] + [
        refuse(f"given.{key};") for key in facts["keys"]
    ]
    lines += [refuse(literal(**{**whole, key: "true" if key != next(iter(added), "") else "[]"})) for key in whole]
    optional = {"title", "weight", "note"} if mode == "partial" else {"note"} if mode != "required" else set[str]()
    for key in whole:
        line = literal(**{one: text for one, text in whole.items() if one != key})
        lines.append(line if key in optional else refuse(line))
        if key not in added:
            change = f"given.{key} = {whole[key]};"
            lines.append(refuse(change) if mode == "readonly" else change)
    return typescript_check(None, [], usage=usage + "".join(f"{{\n{line.rstrip()}\n}}\n" for line in lines))


OMIT = Template(
    id="without_named",
    ask=(
        "Write a generic TypeScript type `«Type»<T>`: the object type `T` without «left_out». The other properties are «words».«also»",
        "In TypeScript, define `«Type»<T>` for object types like `«Kind»`.«also» It leaves out «left_out» of `T`; what remains is «words».",
        "Forms for «many» must not send «or». I'd like a TypeScript utility type, `«Type»<T>`, with the properties of `T` except those. They should be «words».«also»",
        "Please give me the type `«Type»<T>` in TypeScript. `«Type»<«Kind»>` has what `«Kind»` has, «words», but not «or».«also»",
    ),
    draw=draw_omit,
    shapes=(
        Shape(name="omit", code="type «Type»<T> = «omit»;",
              mutants=(("«omit»", "«whole»"), ("Omit<T, ", "Extract<T, "), ("«union»", "«less»"))),
        Shape(name="pick", code="type «Type»<T> = «pick»;",
              mutants=(("Exclude<keyof T, «union»>", "keyof T"), ("Exclude<", "Extract<"), ("«union»", "«less»"))),
        Shape(name="mapped", code="export type «Type»<T> = «map»;",
              mutants=((" as Exclude<P, «union»>", ""), ("Exclude<", "Extract<"), ("«union»", "«less»"))),
    ),
    mutants=(("Partial<", "Readonly<"), ("Readonly<", "Required<"), ("Required<", "Partial<"), ("]?:", "]:"),
             ("readonly ", ""), ("]-?:", "]:")),
    verifier=check_omit,
)  # fmt: skip

# Types of a property, with names that suit them.
TYPES = {
    "string": "title|name|city|email|owner|label|country", '"open" | "done"': "state|status|phase|stage",
    "number": "total|count|weight|score|size|price", "1 | 2 | 3": "grade|rank|level|tier",
    "boolean": "paid|active|public|locked|verified", "true": "ready|known|confirmed",
    "string | null": "note|phone|comment|nickname|reviewer", "number | null": "limit|discount|quota|deposit",
    "boolean | null": "agreed|asked|invited", "string[]": "tags|aliases|emails|steps|labels",
    "readonly number[]": "codes|ratings|sizes|marks", "string[] | null": "links|groups|words",
    "Date": "paidAt|createdAt|sentAt|startsOn|seenAt", "Date | null": "closedAt|endsOn|deletedAt",
    "() => void": "close|reset|refresh|stop", "(to: string) => Promise<number>": "rename|send|copy|move",
    "(() => void) | null": "onClose|onError|onSave",
}  # fmt: skip
# Kinds of a value: words, the type, the property types of that kind, and one that comes near.
KINDS = {
    "string": ("strings", "string", ("string", '"open" | "done"'), "string | null"),
    "number": ("numbers", "number", ("number", "1 | 2 | 3"), "number | null"),
    "boolean": ("booleans", "boolean", ("boolean", "true"), "boolean | null"),
    "function": ("functions", "(...args: any[]) => unknown", ("() => void", "(to: string) => Promise<number>"),
                 "(() => void) | null"),
    "list": ("arrays", "readonly unknown[]", ("string[]", "readonly number[]"), "string[] | null"),
    "date": ("`Date` objects", "Date", ("Date",), "Date | null"),
    "nullable": ("allowed to be null", "", tuple(form for form in TYPES if form.endswith("| null")), "string"),
}  # fmt: skip
RESULTS = {"keys": "", "object": "", "partial": "?", "readonly": ""}


def draw_keys(rng: Random) -> dict[str, Any]:
    """Draw which values count, whether they are kept or left out, and what the type gives."""
    noun, kind, result = draw_noun(rng), rng.choice(tuple(KINDS)), rng.choice(tuple(RESULTS))
    inverted = rng.random() < 0.4
    words, test, match, near = KINDS[kind]
    wrong = rng.sample([form for form in TYPES if form not in match and form != near], rng.choice((1, 2)))
    right = {pick(rng, TYPES[form]): form for form in rng.sample(match, min(len(match), 2))}
    others = {pick(rng, TYPES[form]): form for form in (near, *wrong)}
    kept, dropped = (others, right) if inverted else (right, others)
    fields = rng.sample([*kept.items(), *dropped.items()], len(kept) + len(dropped))
    yes, no = ("never", "K") if inverted else ("K", "never")
    question = "null extends T[K]" if kind == "nullable" else f"T[K] extends {test}"
    choice, flipped = f"{question} ? {yes} : {no}", f"{question} ? {no} : {yes}"
    mapped = f"{{ {'readonly ' if result == 'readonly' else ''}[K in keyof T as {choice}]{RESULTS[result]}: T[K] }}"
    wrapped = {
        "partial": "Partial<Pick<T, {0}>>",
        "readonly": "Readonly<Pick<T, {0}>>",
        "object": "Pick<T, {0}>",
        "keys": "{0}",
    }[result]
    which = f"{'not ' if inverted else ''}{words}"
    gives = {
        "keys": "gives the union of the names of those properties of `T` whose values are",
        "object": "is an object type with only those properties of `T` whose values are",
        "partial": "has, as optional properties, only those properties of `T` whose values are",
        "readonly": "has, as read-only properties, only those properties of `T` whose values are",
    }[result]  # fmt: skip
    return {
        "Type": pick(rng, "Only|Just|Matching|Filtered|Chosen|Selected|Some") + pick(
            rng, {"keys": "Keys|Names|KeysOf|Props"}.get(result, "Fields|Part|Values|Of|Subset")),
        "Kind": noun.kind, "many": noun.many, "kind": kind, "inverted": inverted,
        "result": result, "which": which, "gives": gives, "choice": choice, "flipped": flipped,
        "index": wrapped.format(f"{{ [K in keyof T]: {choice} }}[keyof T]"),
        "mapped": f"keyof {mapped}" if result == "keys" else mapped, "helped": wrapped.format("Match<T, keyof T>"),
        "purpose": pick(rng,
                        f"a table of {noun.many}|the filters of {noun.many}|copying {noun.many}|a form for {noun.many}|exporting {noun.many}|comparing {noun.many}|sorting {noun.many}"),
        "kept": kept, "dropped": dropped, "example": in_words([key for key, _ in fields if key in kept]),
        "shown": "; ".join(f"{key}: {text}" for key, text in fields),
    }  # fmt: skip


def check_keys(facts: Facts, rng: Random) -> dict[str, Any]:
    """Use the type on an interface whose properties are sorted by hand into those that count and the others."""
    name, kind, result = facts["Type"], facts["Kind"], facts["result"]
    kept, dropped = facts["kept"], facts["dropped"]
    fields = [f"{key}: {text}" for key, text in {**kept, **dropped}.items()]
    usage = f"interface {kind} {{ {'; '.join(rng.sample(fields, len(fields)))} }}\n"
    if result == "keys":
        usage += "".join(f'const k_{key}: {name}<{kind}> = "{key}";\n' for key in kept)
        usage += "".join(refuse(f'const k_{key}: {name}<{kind}> = "{key}";') for key in [*dropped, "unknown"])
        usage += f"declare const given: {name}<{kind}>;\nconst back: {' | '.join(f'{chr(34)}{key}{chr(34)}' for key in kept)} = given;\n"
        return typescript_check(None, [], usage=usage)
    usage += f"declare const whole: {kind};\ndeclare const given: {name}<{kind}>;\n"

    def literal(keys: list[str]) -> str:
        return f"const a: {name}<{kind}> = {{ {', '.join(f'{key}: whole.{key}' for key in keys)} }};"

    names = list(kept)
    lines = [
        literal(names),
        *(refuse(literal([*names, key])) for key in dropped),
        *(refuse(f"given.{key};") for key in dropped),
    ]
    for key, text in kept.items():
        fewer = literal([one for one in names if one != key])
        change = f"given.{key} = whole.{key};"
        lines += [fewer if result == "partial" else refuse(fewer), refuse(change) if result == "readonly" else change]
        lines.append(refuse(f"given.{key} = Symbol();"))
        lines.append(f"const b: ({text}){' | undefined' if result == 'partial' else ''} = given.{key};")
    return typescript_check(None, [], usage=usage + "".join(f"{{\n{line.rstrip()}\n}}\n" for line in lines))


KEYS = Template(
    id="by_value_type",
    ask=(
        "Write a generic TypeScript type `«Type»<T>` that «gives» «which». For the interface `«Kind» { «shown» }` these are «example».",
        "For «purpose» I need a TypeScript utility type. `«Type»<T>` «gives» «which». If `«Kind»` is `{ «shown» }`, only «example» qualify.",
        "In TypeScript, define `«Type»<T>`. It works on any object type and «gives» «which». Example: with `interface «Kind» { «shown» }` the properties meant are «example».",
        "Take `type «Kind» = { «shown» }`: I want to pick out «example», by their types and not by their names, for «purpose». Please write the generic type `«Type»<T>` in TypeScript, which «gives» «which».",
    ),
    draw=draw_keys,
    shapes=(
        Shape(name="index", code="type «Type»<T> = «index»;",
              mutants=(("«choice»", "«flipped»"), ("«choice»", "K"), ("T[K] ", "K "), ("}[keyof T]", "}"))),
        Shape(name="key_remap", code="type «Type»<T> = «mapped»;",
              mutants=(("«choice»", "«flipped»"), (" as «choice»", ""), ("«choice»", "never"))),
        Shape(name="helper", code="""
            type Match<T, K extends keyof T> = K extends keyof T ? («choice») : never;

            export type «Type»<T> = «helped»;
            """, mutants=(("(«choice»)", "(«flipped»)"), ("(«choice»)", "K"), ("Match<T, keyof T>", "keyof T"),
                          ("K extends keyof T ? («choice») : never", "«choice»"))),
    ),
    mutants=(("Partial<", "Required<"), ("Readonly<", "Partial<"), ("readonly [K", "[K"), ("]?:", "]:"),
             ("T[K] extends", "T[keyof T] extends")),
    verifier=check_keys,
)  # fmt: skip

# How a value's type appears in the derived one: words, the type, a value of it for a number, a value that isn't.
DERIVED = (
    ("get|read|fetch|current", "", "a method without arguments that returns the property's type", "() => T[K]", "() => 1",
     '() => "x"'),
    ("load|query|request|await", "", "a method without arguments that returns a promise of the property's type",
     "() => Promise<T[K]>", "async () => 1", "() => 1"),
    ("set|change|write|update", "", "a method that takes a value of the property's type and returns nothing",
     "(value: T[K]) => void", "(value: number) => {}", "(value: string) => {}"),
    ("check|validate|test", "", "a method that takes a value of the property's type and returns a boolean",
     "(value: T[K]) => boolean", "(value: number) => value > 1", "(value: number) => value"),
    ("format|show|print", "", "a method that takes a value of the property's type and returns a string",
     "(value: T[K]) => string", "(value: number) => value.toFixed(1)", "(value: string) => value"),
    ("on|after|before|when", "Change|Update|Edit",
     "a method that takes the new and the old value, both of the property's type, and returns nothing",
     "(now: T[K], old: T[K]) => void", "(now: number, old: number) => {}", "(now: string) => {}"),
    ("is|has|was", "Valid|Changed|Touched|Shown|Locked", "a boolean", "boolean", "true", "1"),
    ("old|initial|default|last", "", "a value of the same type", "T[K]", "1", '"x"'),
    ("all|many|past|known", "Values|Versions|Options", "an array of the property's type", "T[K][]", "[1]", "1"),
    ("no|optional|missing", "Message|Text|Error", "a string or null", "string | null", "null", "1"),
)  # fmt: skip


def draw_derived(rng: Random) -> dict[str, Any]:
    """Draw how the new names are made, what stands under them, and how strict they are."""
    noun, (prefixes, suffixes, words, form, good, bad) = draw_noun(rng), rng.choice(DERIVED)
    prefix, suffix, strict = pick(rng, prefixes), pick(rng, suffixes), rng.choice(("", "", "optional", "readonly"))
    example = rng.choice(
        ("title|weight", "name|size", "email|score", "city|total", "owner|price", "label|rank", "color|width")
    ).split("|")
    before, after = "readonly " if strict == "readonly" else "", "?" if strict == "optional" else ""
    return {
        "Type": pick(rng,
                     "Derived|Mapped|Prefixed|Extended|Generated|Renamed|Linked|Companion") + pick(
                         rng, "Props|Methods|Members|Api|Fields|Shape"),
        "Kind": noun.kind, "many": noun.many, "words": words, "form": form, "good": good, "bad": bad, "strict": strict,
        "names": example, "new": [f"{prefix}{one.title()}{suffix}" for one in example], "first": example[0],
        "second": example[1], "first_new": f"{prefix}{example[0].title()}{suffix}",
        "second_new": f"{prefix}{example[1].title()}{suffix}",
        "prefix": prefix, "suffix": suffix, "plain": f"`{prefix}${{Capitalize<string & K>}}{suffix}`",
        "short": f"`{prefix}${{Capitalize<K>}}{suffix}`", "before": before, "after": after,
        "rule": f"`{prefix}`, then the old name with a capital letter" + (f", then `{suffix}`" if suffix else ""),
        "as": {"": "", "optional": " All new properties are optional.",
               "readonly": " All new properties are read-only."}[strict],
        "small": f"`{prefix}${{string & K}}{suffix}`",
    }  # fmt: skip


def check_derived(facts: Facts, rng: Random) -> dict[str, Any]:
    """Write the derived object of an interface with a text and a number by hand, then what mustn't fit."""
    name, kind, strict = facts["Type"], facts["Kind"], facts["strict"]
    (text, number), (text_new, number_new) = facts["names"], facts["new"]
    fields = rng.sample([f"{text}: string", f"{number}: number"], 2)
    usage = f"interface {kind} {{ {'; '.join(fields)} }}\ndeclare const given: {name}<{kind}>;\n"
    usage += f"declare const other: {{ {text_new}: {facts['form'].replace('T[K]', 'string')} }};\n"

    def literal(texts: dict[str, str]) -> str:
        return f"const a: {name}<{kind}> = {{ {', '.join(f'{key}: {value}' for key, value in texts.items())} }};"

    whole = {text_new: f"other.{text_new}", number_new: facts["good"]}
    lines = [
        literal(whole),
        refuse(literal({**whole, number_new: facts["bad"]})),
        refuse(literal({**whole, text: '"x"'})),
        refuse(literal({**whole, "unknown": "1"})),
    ]
    lines += [refuse(f"given.{text};"), refuse(literal({**whole, text_new: "Symbol()"}))]
    for key in whole:
        fewer, change = (
            literal({one: value for one, value in whole.items() if one != key}),
            f"given.{key} = {whole[key]};",
        )
        lines += [fewer if strict == "optional" else refuse(fewer), refuse(change) if strict == "readonly" else change]
    back = (
        facts["form"].replace("T[K]", "number")
        if strict != "optional"
        else f"({facts['form'].replace('T[K]', 'number')}) | undefined"
    )
    lines.append(f"const b: {back} = given.{number_new};")
    return typescript_check(None, [], usage=usage + "".join(f"{{\n{line.rstrip()}\n}}\n" for line in lines))


RENAMED = Template(
    id="derived_names",
    ask=(
        "Write a generic TypeScript type `«Type»<T>`. In place of each property of `T` it has one whose name is «rule», such as `«first_new»` for `«first»`. It is «words».«as»",
        "In TypeScript, define `«Type»<T>` so that `«Type»<{ «first»: string; «second»: number }>` has just the properties `«first_new»` and `«second_new»`. In general, the new name is «rule», and what it stands for is «words».«as»",
        "We derive an object from every `«Kind»`: `«second»` becomes `«second_new»`, which is «words». Please write this as a mapped type, `«Type»<T>`, in TypeScript. New names are made of «rule».«as» The old names are gone.",
        "I want a TypeScript utility type for «many»: `«Type»<T>`.«as» Its properties follow from those of `T`. Names: «rule» (`«first»` gives `«first_new»`). Types: each is «words». The names of `T` itself aren't in it.",
    ),
    draw=draw_derived,
    shapes=(
        Shape(name="intersection", code="""
            type «Type»<T> = {
              «before»[K in keyof T as «plain»]«after»: «form»;
            };
            """, mutants=(("«plain»", "«small»"), (" as «plain»", ""), ("«form»", "unknown"), ("«form»", "never"))),
        Shape(name="string_keys", code="""
            type «Type»<T> = {
              «before»[K in keyof T & string as «short»]«after»: «form»;
            };
            """, mutants=((" as «short»", ""), ("Capitalize<K>", "Uppercase<K>"), ("«form»", "any"), ("Capitalize<K>", "K"))),
        Shape(name="helper", code="""
            type NewName<K> = K extends string ? «short» : never;

            export type «Type»<T> = { «before»[K in keyof T as NewName<K>]«after»: «form» };
            """, mutants=((" as NewName<K>", ""), ("«short» : never", "K : never"), ("Capitalize<K>", "Uncapitalize<K>"),
                          ("«form»", "unknown"))),
    ),
    mutants=(("{ readonly [", "{ ["), ("  readonly [", "  ["), ("]?:", "]:"), ("T[K]", "keyof T"), ("`«prefix»$", "`«prefix»_$")),
    verifier=check_derived,
)  # fmt: skip

CATEGORY = Category(name="fs_utility_type", family="typescript", templates=(OMIT, KEYS, RENAMED))
