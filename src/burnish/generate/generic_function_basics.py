"""The small tasks of `fs_generic_function`: an end of a list or a fallback, a wrapped value, counting by a test."""

from random import Random
from typing import Any

from burnish.generate.checks import typescript_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import FIRST_NAMES, NUMBER_FIELDS, TEXT_FIELDS, a, draw_noun

LISTS = "items|list|values|array|rows|elements|entries|source|given|things|all|records"


# Which element is asked for: in words, its name in a function's name, its place as `at` counts.
PLACES = (
    ("first", "first", 0), ("second", "second", 1), ("third", "third", 2), ("last", "last", -1),
    ("second to last", "nextToLast", -2), ("third to last", "thirdToLast", -3),
)  # fmt: skip


def draw_end(rng: Random) -> dict[str, Any]:
    """Draw which element of a list is asked for and whether its stand-in is a value or a function that makes it."""
    noun, (end, stem, at), items = draw_noun(rng), rng.choice(PLACES), pick(rng, LISTS)
    fallback, lazy = pick(rng, "fallback|other|otherwise|backup|spare|standIn|instead|substitute"), rng.random() < 0.5
    least = at + 1 if at >= 0 else -at
    says = (
        f"what `{fallback}` returns, a function without arguments that is called only then"
        if lazy
        else f"`{fallback}`, a value of the same type"
    )
    return {
        "fn": pick(rng, "{0}Or|{0}OrDefault|{0}OrElse|get{1}|{0}Item|{0}Of").format(stem, stem[0].upper() + stem[1:]),
        "end": end, "items": items, "fallback": fallback, "many": noun.many.replace("_", " "), "lazy": lazy,
        "says": says, "few": "is empty" if least == 1 else "is too short for that", "least": least,
        "element": f"{items}[{at}]" if at >= 0 else f"{items}[{items}.length - {least}]", "at": at,
        "slip": f"{items}[{items}.length - 1]" if at >= 0 else f"{items}[0]", "not_at": -1 if at >= 0 else 0,
        "Type": "() => T" if lazy else "T", "given": f"{fallback}()" if lazy else fallback,
    }  # fmt: skip


def check_end(facts: Facts, rng: Random) -> dict[str, Any]:
    """Build lists around the element that must come back."""
    fn, names = facts["fn"], rng.sample(FIRST_NAMES, 4)
    stands = "() => " if facts["lazy"] else ""
    usage = (
        f'const n: number = {fn}([1, 2], {stands}0);\nconst s: string = {fn}(["a"], {stands}"none");\n'
        f"// @ts-expect-error\nconst wrong: string = {fn}([1, 2], {stands}3);\n// @ts-expect-error\n{fn}(1, {stands}2);\n"
    )
    cases: list[tuple[Any, Any]] = [
        ([[], 7], 7),
        ([[], "none"], "none"),
        ([names[: facts["least"] - 1], "none"], "none"),
    ]
    for wanted, fallback in ((names[0], "none"), (0, 9), (5, 9), ("", "x"), (names[0], names[1])):
        for beside in ([], [70, "end"]):
            before = [30 + place for place in range(facts["least"] - 1)]
            given = [*before, wanted, *beside] if facts["at"] >= 0 else [*beside, wanted, *before]
            cases.append(([given, fallback], wanted))
    if not facts["lazy"]:
        return typescript_check(fn, cases, usage=usage)
    cases = [(call, [value, int(len(call[0]) < facts["least"])]) for call, value in cases]
    return typescript_check(fn, cases, usage=usage, harness=LAZY_HARNESS.replace("FN", fn))


LAZY_HARNESS = """(exports, call) => {
  let calls = 0;
  const made = exports.FN(call[0], () => { calls += 1; return call[1]; });
  return [made, calls];
}"""

END = Template(
    id="end_or_fallback",
    ask=(
        "Write a generic TypeScript function `«fn»(«items», «fallback»)` that returns the «end» element of an array. "
        "If the array «few», it returns «says». The elements are of any type `T`, «many» for example.",
        "I often need the «end» one of a list of «many». In TypeScript, write `«fn»(«items», «fallback»)` for an array "
        "of any type `T`: it returns that element, or, when there is none, «says».",
        "Please implement `«fn»<T>` in TypeScript. Its parameters are `«items»`, a `T[]`, and `«fallback»`; its result "
        "is a `T`: the «end» item, and for an array that «few» «says». We use it for «many».",
        "An array of «many» may have no «end» element. For that case I want «says»; otherwise the element. This is "
        "`«fn»(«items», «fallback»)`, in TypeScript, typed for every kind of element.",
        "`«fn»(«items», «fallback»)`: a type-safe TypeScript helper, please. From «items» of type `T[]` take the «end» "
        "element; where the list «few», answer with «says».",
    ),
    draw=draw_end,
    shapes=(
        Shape(name="ternary", code="""
            function «fn»<T>(«items»: T[], «fallback»: «Type»): T {
              return «items».length >= «least» ? «element» : «given»;
            }
            """, mutants=(("? «element»", "? «slip»"), (">= «least»", "> «least»"), ("): T {", "): any {"),
                          (": «given»;", ": 0 as T;"))),
        Shape(name="if", code="""
            function «fn»<T>(«items»: T[], «fallback»: «Type»): T {
              if («items».length < «least») return «given»;
              return «element»;
            }
            """, mutants=(("< «least»", "<= «least»"), ("return «element»", "return «slip»"),
                          ("«items»: T[], «fallback»: «Type»", "«items»: any, «fallback»: any"),
                          ("<T>(«items»: T[], «fallback»: «Type»): T", "(«items»: any[], «fallback»: any): any"))),
        Shape(name="at", code="""
            export const «fn» = <T>(«items»: T[], «fallback»: «Type»): T => «items».at(«at») ?? «given»;
            """, mutants=((".at(«at»)", ".at(«not_at»)"), ("??", "||"), (": T =>", ": any =>"), (" ?? «given»", "!"))),
    ),
    verifier=check_end,
)  # fmt: skip


# A constant that stands beside the wrapped value: its key, its value, another value and its type.
BESIDE = (
    ("status", "200", "404", "number"), ("status", "201", "200", "number"), ("ok", "true", "false", "boolean"),
    ("success", "true", "false", "boolean"), ("loading", "false", "true", "boolean"), ("version", "1", "2", "number"),
    ("version", "2", "1", "number"), ("page", "1", "0", "number"), ("cached", "true", "false", "boolean"),
    ("cached", "false", "true", "boolean"), ("retries", "0", "1", "number"), ("retries", "3", "1", "number"),
)  # fmt: skip


def draw_wrap(rng: Random) -> dict[str, Any]:
    """Draw the keys of the object that a value is put into."""
    noun = draw_noun(rng)
    beside, constant, wrong, kind = rng.choice(BESIDE)
    key = pick(rng, "data|result|item|content|body|payload")
    return {
        "fn": pick(rng, "wrap|to|make|create") + pick(rng, "Response|Reply|Result|Envelope|Answer|Box"), "key": key,
        "value": pick(rng, f"value|input|content|{key}"), "beside": beside, "constant": constant, "wrong": wrong,
        "kind": kind, "Type": pick(rng, "Wrapped|Envelope|Reply|Box"), "many": noun.many.replace("_", " "),
        "one": a(noun.one).replace("_", " "),
    }  # fmt: skip


def check_wrap(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the value under its key, beside the constant; the type of the value must be known."""
    fn, key, beside, kind = (facts[name] for name in ("fn", "key", "beside", "kind"))
    usage = (
        f'const n: number = {fn}(1).{key};\nconst s: string[] = {fn}(["a"]).{key};\n'
        f"const c: {kind} = {fn}(1).{beside};\n// @ts-expect-error\nconst wrong: string = {fn}(1).{key};\n"
        f"// @ts-expect-error\n{fn}(1).missing;\n"
    )
    constant = {"true": True, "false": False}.get(facts["constant"])
    shown = int(facts["constant"]) if constant is None else constant
    values = [rng.randrange(5, 90), 0, "", rng.choice(FIRST_NAMES), [1, 2], {"id": 4}, None]
    return typescript_check(fn, [([value], {key: value, beside: shown}) for value in values], usage=usage)


WRAP = Template(
    id="wrap_value",
    ask=(
        "Write a generic TypeScript function `«fn»(«value»)` that takes a value of any type `T` and returns an object "
        "with two properties: `«key»`, the value, and `«beside»`, which is always «constant».",
        "Our API answers with `{ «key», «beside» }`, for «one» as well as for a list of «many». Write `«fn»(«value»)` "
        "in TypeScript: its argument, of type `T`, becomes `«key»`, and `«beside»` is «constant».",
        "In TypeScript I need a generic function `«fn»<T>` with one parameter, `«value»: T`. The result has the type "
        "`{ «key»: T; «beside»: «kind» }`; it holds that value and «constant».",
        "Callers always get `«beside»: «constant»` next to their data, be it «one» or «many». `«fn»(«value»)` "
        "builds that object in TypeScript: `«key»` is the argument, whose type `T` must be kept.",
    ),
    draw=draw_wrap,
    shapes=(
        Shape(name="function", code="""
            function «fn»<T>(«value»: T): { «key»: T; «beside»: «kind» } {
              return { «key»: «value», «beside»: «constant» };
            }
            """, mutants=(("«key»: T;", "«key»: any;"), ("«beside»: «constant»", "«beside»: «wrong»"),
                          (", «beside»: «constant»", ""), ("«key»: «value»,", "«key»: [«value»],"))),
        Shape(name="inferred", code="""
            const «fn» = <T>(«value»: T) => ({ «key»: «value», «beside»: «constant» });
            """, mutants=(("<T>(«value»: T)", "(«value»: any)"), ("<T>(«value»: T)", "(«value»: unknown)"),
                          ("«beside»: «constant»", "«beside»: «wrong»"), ("({ «key»: «value», ", "({ "))),
        Shape(name="alias", code="""
            type «Type»<T> = { «key»: T; «beside»: «kind» };

            const «fn» = <T>(«value»: T): «Type»<T> => ({ «key»: «value», «beside»: «constant» });
            """, mutants=(("«key»: T;", "«key»: any;"), ("«beside»: «constant»", "«beside»: «wrong»"),
                          ("): «Type»<T> =>", "): any =>"))),
    ),
    verifier=check_wrap,
)  # fmt: skip


# What a test must say for an item to count: in words, the test of an item, its opposite, names of the function.
COUNTED = {
    "true": ("{0}({1})", "!{0}({1})", "countWhere|countIf|countBy|countMatching|matchCount|howMany"),
    "false": ("!{0}({1})", "{0}({1})", "countFailing|countUnless|countNot|failureCount|countWithout|countOthers"),
}


def draw_count(rng: Random) -> dict[str, Any]:
    """Draw which answer of a test counts."""
    noun, result, item = draw_noun(rng), rng.choice(tuple(COUNTED)), pick(rng, "item|one|element|value|each|x|entry|it")
    test, opposite, names = COUNTED[result]
    call = pick(rng, "test|check|matches|predicate|accepts|condition|holds|rule")
    while (items := pick(rng, LISTS)) == item:
        pass
    return {
        "fn": pick(rng, names), "items": items, "call": call, "item": item, "result": result, "one": noun.one,
        "test": test.format(call, item), "opposite": opposite.format(call, item), "many": noun.many.replace("_", " "),
        "argument": call if result == "true" else f"({item}) => !{call}({item})", "Kind": noun.kind,
        "text": rng.choice(TEXT_FIELDS), "number": rng.choice(NUMBER_FIELDS),
    }  # fmt: skip


def check_count(facts: Facts, rng: Random) -> dict[str, Any]:
    """Deal numbers to both sides of a bound beforehand."""
    fn, kind, text, number = facts["fn"], facts["Kind"], facts["text"], facts["number"]
    usage = (
        f"interface {kind} {{ {text}: string; {number}: number }}\ndeclare const data: {kind}[];\n"
        f"const n: number = {fn}(data, (one) => one.{number} > 3);\n"
        f"const m: number = {fn}(['a'], (word) => word.length > 3);\n"
        f"// @ts-expect-error\n{fn}(data, (one) => one.missing > 3);\n"
        f"// @ts-expect-error\nconst wrong: string = {fn}(data, (one) => one.{number} > 3);\n"
    )
    cases: list[tuple[Any, Any]] = []
    for above, below in ((0, 0), (1, 0), (0, 1), (3, 1), (2, 5), (4, 4), (0, 3), (rng.randrange(5, 9), 2)):
        numbers = [rng.randrange(50, 99) for _ in range(above)] + [rng.randrange(1, 50) for _ in range(below)]
        cases.append(([rng.sample(numbers, len(numbers))], above if facts["result"] == "true" else below))
    return typescript_check(fn, cases, usage=usage, harness=f"(exports, call) => exports.{fn}(call[0], (n) => n > 49)")


COUNT = Template(
    id="count_where",
    ask=(
        "Write a generic TypeScript function `«fn»(«items», «call»)` that counts the elements of an array "
        "(«many», or any type `T`) for which the function `«call»` returns «result».",
        "I want to count «many» by a condition. Write `«fn»(«items», «call»)` in TypeScript for an array of any type "
        "`T`, where `«call»` is a callback from `T` to boolean; return the number of items for which it is «result».",
        "Please implement `«fn»<T>(«items», «call»)` in TypeScript. It calls `«call»`, a function `(«item»: T) => "
        "boolean`, for each item of an array, of «many» for example, and returns how often the answer "
        "is «result».",
        "How many «many» are there for which `«call»(«item»)` is «result»? Give me a TypeScript function "
        "`«fn»(«items», «call»)` that answers this for an array of any type `T` and any such test.",
        "TypeScript, generic in `T`: `«fn»(«items»: T[], «call»: («item»: T) => boolean): number`. Count the "
        "elements that make `«call»` say «result»; none of them in an empty array. The first use is a list of "
        "«many».",
        "In a table of «many» I show a number: that of the rows where a condition is «result». I'd like "
        "`«fn»(«items», «call»)` in TypeScript for it; the condition `«call»` gets one element of the array "
        "and returns a boolean, and elements may have any type.",
        "«Kind» lists get long, so we only show a number. In TypeScript, `«fn»(«items», «call»)` tells how "
        "many elements of an array fall under a condition, that is `«call»(«item»)` gives «result». Both "
        "«many» and elements of any other type `T` are possible.",
    ),
    draw=draw_count,
    shapes=(
        Shape(name="filter", code="""
            function «fn»<T>(«items»: T[], «call»: («item»: T) => boolean): number {
              return «items».filter(«argument»).length;
            }
            """, mutants=((".filter(«argument»)", ""), ("«argument»).length", "(«item») => «opposite»).length"),
                          ("(«item»: T)", "(«item»: any)"), (".length", ".length + 1"))),
        Shape(name="reduce", code="""
            const «fn» = <T>(«items»: T[], «call»: («item»: T) => boolean): number =>
              «items».reduce((count, «item») => («test» ? count + 1 : count), 0);
            """, mutants=(("(«test» ?", "(«opposite» ?"), (", 0)", ", 1)"), ("? count + 1 : count", "? 1 : count"),
                          ("): number", "): any"))),
        Shape(name="arrow", code="""
            const «fn» = <T>(«items»: T[], «call»: («item»: T) => boolean) =>
              «items».filter((«item») => «test»).length;
            """, mutants=(("=> «test»)", "=> «opposite»)"), ("(«item»: T)", "(«item»: unknown)"), (").length", ")"),
                          ("filter", "map"))),
    ),
    verifier=check_count,
)  # fmt: skip
