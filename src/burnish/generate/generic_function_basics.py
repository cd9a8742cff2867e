"""The small tasks of `fs_generic_function`: an end of a list or a fallback, a wrapped value, counting by a test."""

from random import Random
from typing import Any

from burnish.generate.checks import typescript_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import FIRST_NAMES, NUMBER_FIELDS, TEXT_FIELDS, a, draw_noun

LISTS = "items|list|values|array|rows|elements"


def draw_end(rng: Random) -> dict[str, Any]:
    """Draw which end of a list is asked for."""
    noun, end, items = draw_noun(rng), rng.choice(("first", "last")), pick(rng, LISTS)
    last = f"{items}[{items}.length - 1]"
    return {
        "fn": pick(rng, "{0}Or|{0}OrDefault|{0}OrElse|get{1}|{0}Item|{0}Of").format(end, end.title()), "end": end,
        "items": items, "fallback": pick(rng, "fallback|other|otherwise|backup"), "many": noun.many.replace("_", " "),
        "element": f"{items}[0]" if end == "first" else last, "slip": last if end == "first" else f"{items}[0]",
        "at": 0 if end == "first" else -1, "not_at": -1 if end == "first" else 0,
    }  # fmt: skip


def check_end(facts: Facts, rng: Random) -> dict[str, Any]:
    """Build lists around the element that must come back."""
    fn, names = facts["fn"], rng.sample(FIRST_NAMES, 4)
    usage = (
        f'const n: number = {fn}([1, 2], 0);\nconst s: string = {fn}(["a"], "none");\n'
        f"// @ts-expect-error\nconst wrong: string = {fn}([1, 2], 3);\n// @ts-expect-error\n{fn}(1, 2);\n"
    )
    cases: list[tuple[Any, Any]] = [([[], 7], 7), ([[], "none"], "none"), ([[names[0]], "none"], names[0])]
    for wanted, rest, fallback in ((names[0], names[1:], "none"), (0, [4, 5], 9), (5, [0, 3], 9), ("", names[2:], "x")):
        given = [wanted, *rest] if facts["end"] == "first" else [*rest, wanted]
        cases.append(([given, fallback], wanted))
    return typescript_check(fn, cases, usage=usage)


END = Template(
    id="end_or_fallback",
    ask=(
        "Write a generic TypeScript function `«fn»(«items», «fallback»)` that returns the «end» element of an array, of "
        "«many» for example, or `«fallback»` if it is empty. Both are of the type `T`.",
        "I often need the «end» element of a list of «many», which may be empty. In TypeScript, write `«fn»(«items», "
        "«fallback»)` for an array of any type `T`: it returns that element, or the fallback, a `T` too, when there is "
        "none.",
        "Please implement `«fn»<T>` in TypeScript. It takes `«items»`, a `T[]`, and `«fallback»`, a `T`, and returns a "
        "`T`: the «end» item, or the fallback for an empty array. We use it for «many».",
    ),
    draw=draw_end,
    shapes=(
        Shape(name="ternary", code="""
            function «fn»<T>(«items»: T[], «fallback»: T): T {
              return «items».length > 0 ? «element» : «fallback»;
            }
            """, mutants=(("? «element»", "? «slip»"), ("> 0", "> 1"), ("): T {", "): any {"), (": «fallback»;", ": 0 as T;"))),
        Shape(name="if", code="""
            function «fn»<T>(«items»: T[], «fallback»: T): T {
              if («items».length === 0) return «fallback»;
              return «element»;
            }
            """, mutants=(("=== 0", "=== 1"), ("return «element»", "return «slip»"), ("«items»: T[], «fallback»: T",
                          "«items»: any, «fallback»: T"), ("<T>(«items»: T[], «fallback»: T): T",
                          "(«items»: any[], «fallback»: any): any"))),
        Shape(name="at", code="""
            export const «fn» = <T>(«items»: T[], «fallback»: T): T => «items».at(«at») ?? «fallback»;
            """, mutants=((".at(«at»)", ".at(«not_at»)"), ("??", "||"), (": T =>", ": any =>"), (" ?? «fallback»", "!"))),
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
    noun, result, item = draw_noun(rng), rng.choice(tuple(COUNTED)), pick(rng, "item|one|element|value")
    test, opposite, names = COUNTED[result]
    call = pick(rng, "test|check|matches|predicate")
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
