"""Category `fs_list_filter`: lists narrowed down in the browser: by one condition, by many at once, counted by value."""

from random import Random
from typing import Any

from burnish.generate.checks import node_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.list_filter_facets import FACETS
from burnish.generate.list_filter_many import MANY
from burnish.generate.wording import FLAG_FIELDS, NUMBER_FIELDS, TEXT_FIELDS, a, draw_noun

# One condition: what an item must be, of a field and an argument, and its code.
CONDITIONS = {
    "includes": ("whose `{0}` contains `{1}`, ignoring case", "{2}.{0}.toLowerCase().includes({1}.toLowerCase())"),
    "starts": ("whose `{0}` begins with `{1}`", "{2}.{0}.startsWith({1})"),
    "equals": ("whose `{0}` equals `{1}`", "{2}.{0} === {1}"),
    "differs": ("whose `{0}` isn't `{1}`", "{2}.{0} !== {1}"),
    "least": ("with a `{0}` of at least `{1}`", "{2}.{0} >= {1}"),
    "below": ("with a `{0}` below `{1}`", "{2}.{0} < {1}"),
    "tagged": ("whose array `tags` holds `{1}`", "{2}.tags.includes({1})"),
    "among": ("whose `{0}` is one of the array `{1}`", "{1}.includes({2}.{0})"),
}
ARGUMENTS = {
    "includes": "query|text|term|search", "starts": "prefix|start|typed", "equals": "wanted|value|chosen",
    "differs": "unwanted|excluded|other",
    "least": "min|least|from", "below": "limit|top|max", "tagged": "tag|wanted|chosen", "among": "allowed|chosen|wanted",
}  # fmt: skip
# What is returned of the items that fit: words, the code behind the filter, and what a loop adds to what.
OUTCOMES = {
    "list": ("the {many}", "", "{one}"),
    "names": ("the `{shown}` of the {many}", ".map(({one}) => {one}.{shown})", "{one}.{shown}"),
    "count": ("how many {many} there are", ".length", "{one}"),
}  # fmt: skip


def draw_one(rng: Random) -> dict[str, Any]:
    """Draw the condition, perhaps a flag besides, and what is returned."""
    noun, kind, outcome = draw_noun(rng), rng.choice(list(CONDITIONS)), rng.choice(("list", "list", "names", "count"))
    field = rng.choice(
        NUMBER_FIELDS if kind in ("least", "below") else [name for name in TEXT_FIELDS if name != "name"]
    )
    argument, items = pick(rng, ARGUMENTS[kind]), rng.choice((noun.many, "items", "list", "rows"))
    flag, sign = rng.choice(FLAG_FIELDS), rng.choice(("", "", "!", "+"))
    one = (
        "item"
        if items == "items"
        else noun.one.split("_")[0][0]
        if rng.random() < 0.3 or noun.one == argument
        else noun.one
    )
    said, code = (text.format(field, argument, one) for text in CONDITIONS[kind])
    words = {"many": noun.many.replace("_", " "), "one": one, "shown": "name"}
    condition = code + (f" && {sign.strip('+')}{one}.{flag}" if sign else "")
    result, tail, added = (text.format(**words) for text in OUTCOMES[outcome])
    more = {"": "", "!": f" and whose `{flag}` is false", "+": f" and whose `{flag}` is true"}[sign]
    end = {"list": "found", "names": "found", "count": "found.length"}[outcome]
    return {
        "name": f"{pick(rng, {'list': 'filter|find|pick|select', 'names': 'list|name|find', 'count': 'count'}[outcome])}{pick(rng, '{0}|{0}By{1}|Matching{0}').format(noun.many.title().replace('_', ''), (field if kind != 'tagged' else 'tag').title())}",
        **words, "items": items, "argument": argument, "field": "tags" if kind == "tagged" else field, "kind": kind,
        "outcome": outcome, "flag": flag, "sign": sign,
        "condition": condition, "tail": tail, "added": added, "end": end, "said": said + more, "result": result,
        "a_one": a(noun.one.replace("_", " ")),
        "kept": f"({condition})" if "&&" in condition else condition,
    }  # fmt: skip


def check_one(facts: Facts, rng: Random) -> dict[str, Any]:
    """Make items that fit and items that nearly do, and note which is which."""
    cases, sign, flag = [], facts["sign"], facts["flag"]
    for fit, near, argument in make_values(facts["kind"], rng):
        for size in (5, 0, 2, 1):
            items, kept = [], []
            for place in range(size):
                is_fit, is_on = size == 1 or rng.random() < 0.6, rng.random() < 0.5 or size == 1
                item = {
                    "id": place,
                    "name": f"n{rng.randrange(100)}",
                    flag: is_on == (sign != "!"),
                    facts["field"]: rng.choice(fit if is_fit else near),
                }
                items.append(item)
                kept += [item] if is_fit and (is_on or not sign) else []
            if size == 5:
                items += [
                    {"id": 7, "name": "a", flag: sign == "!", facts["field"]: fit[0]},
                    {"id": 8, "name": "b", flag: sign != "!", facts["field"]: near[0]},
                    {"id": 9, "name": "c", flag: sign != "!", facts["field"]: fit[0]},
                ]
                kept += ([] if sign else [items[-3]]) + [items[-1]]
            answers = {"list": kept, "names": [item["name"] for item in kept], "count": len(kept)}
            cases.append(([items, argument], answers[facts["outcome"]]))
    return node_check(facts["name"], cases)


def make_values(kind: str, rng: Random) -> list[tuple[list[Any], list[Any], Any]]:
    """Return sets of values that fit, values that nearly fit, and the argument."""
    number = rng.randrange(5, 60)
    values: dict[str, list[tuple[list[Any], list[Any], Any]]] = {
        "includes": [(["Oslo", "new oslo", "OSLOER"], ["Osl", "Rome", "o s l o"], "oslo"),
                     (["Rome", "ROMEO"], ["Rom", ""], "ROME")],
        "starts": [(["Oslo", "Oslo B"], ["New Oslo", "Osl", "oslo", ""], "Oslo")],
        "equals": [(["red"], ["Red", "reds", ""], "red"), ([""], ["x"], "")],
        "differs": [(["Red", "reds", ""], ["red"], "red")], "least": [([number, number + 1, 900], [number - 1, 0], number)],
        "below": [([number - 1, 0], [number, number + 1, 900], number)],
        "tagged": [([["a", "b"], ["b"]], [[], ["ab"], ["a", "c"]], "b")],
        "among": [(["a", "c"], ["b", "ac", ""], ["a", "c"]), ([""], ["b"], [""])],
    }  # fmt: skip
    return values[kind]


ONE = Template(
    id="one_condition",
    ask=(
        "Write a JavaScript function `«name»(«items», «argument»)` that returns «result» «said».",
        "`«items»` is an array of «many» (objects). In JavaScript, `«name»(«items», «argument»)` should give «result» «said», in the same order.",
        "I need «result» «said». Please write that as `«name»(«items», «argument»)` in JavaScript; the first argument is an array of objects.",
        "In the browser I hold «many» as an array of objects. Give me the JavaScript function `«name»`: called with the array and `«argument»`, it "
        "returns «result» «said».",
    ),
    draw=draw_one,
    shapes=(
        Shape(name="filter", code="""
            function «name»(«items», «argument») {
              return «items».filter((«one») => «condition»)«tail»;
            }
            """, mutants=((".filter(", ".find("), ("=> «condition»", "=> !(«condition»)"), ("=> «condition»", "=> true"),
                          ("return ", ""))),
        Shape(name="arrow", code="""
            export const «name» = («items», «argument») => «items».filter((«one») => «condition»)«tail»;
            """, mutants=((".filter(", ".map("), ("=> «condition»", "=> !(«condition»)"),
                          ("«items».filter", "«items».slice(1).filter"), ("=> «condition»", "=> false"))),
        Shape(name="loop", code="""
            function «name»(«items», «argument») {
              const found = [];
              for (const «one» of «items») {
                if («condition») found.push(«added»);
              }
              return «end»;
            }
            """, mutants=(("if («condition») ", ""), ("if («condition»)", "if (!(«condition»))"),
                          ("return «end»", "return «items»"), ("found.push(«added»)", "return «added»"))),
    ),
    mutants=((" && «one».«flag»", ""), (" && !«one».«flag»", ""), ("&& «one»", "&& !«one»"),
             (".toLowerCase().includes", ".includes"), ("startsWith", "includes"), (">=", ">"), (" < ", " <= "),
             ("===", "!=="), (".map((«one») => «one».name)", ""), ("push(«one».name)", "push(«one»)")),
    verifier=check_one,
)  # fmt: skip

CATEGORY = Category(name="fs_list_filter", family="components", templates=(ONE, MANY, FACETS))
