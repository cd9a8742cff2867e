"""One template of `fs_cache_aside`: a write that removes what it made stale."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import draw_arguments, in_words, pick, pick_some
from burnish.generate.wording import CITIES, COLORS, NUMBER_FIELDS, TEXT_FIELDS, draw_noun

INVALIDATE_HARNESS = """
def drive(ns, call):
    given = {name: call[name] for name in ("table", "cache", "ident", "changes")}
    try:
        result = ns[call["entry"]](*[given[role] for role in call["order"]])
    except KeyError:
        result = "KeyError"
    return {"result": result, "table": given["table"], "cache": given["cache"]}
"""


def draw_invalidate(rng: Random) -> dict[str, Any]:
    """Draw a write that makes cached entries stale."""
    noun, merge, strict = draw_noun(rng), rng.random() < 0.6, rng.random() < 0.4
    roles = {
        "table": f"db|table|rows|{noun.many}",
        "cache": "cache|store|redis|memo",
        "ident": f"{noun.one}_id|ident|row_id|key",
    }
    facts = draw_arguments(rng, **roles, **({"changes": "changes|fields|patch|values"} if merge else {}))
    table, ident, cache = facts["table"], facts["ident"], facts["cache"]
    item = pick(rng, "{0}:|{0}-|{1}/|v2:{0}:").format(noun.one, noun.many)
    lists = pick_some(
        rng, "{1}|{1}:all|{1}:list|{1}:count|all_{1}|latest_{1}|top:{1}".replace("{1}", noun.many), rng.choice((1, 2))
    )
    names = "update_{0}|save_{0}|patch_{0}|change_{0}" if merge else "delete_{0}|remove_{0}|drop_{0}|discard_{0}"
    return {
        **facts, "name": pick(rng, names).format(noun.one),
        "one": noun.one, "many": noun.many, "merge": merge, "strict": strict, "item": item, "lists": lists,
        "keys": f'f"{item}{{{ident}}}", ' + ", ".join(f'"{name}"' for name in lists), "list_words": in_words(lists),
        "only_item": f'f"{item}{{{ident}}}"', "pops": "\n    ".join(f'{cache}.pop("{name}", None)' for name in lists),
        "refuse": f"raise KeyError({ident})" if strict else "return None",
        "refuse_words": ("raise KeyError" if strict else "return None") + " and leave the cache alone",
        "listed": "key" if len(lists) == 1 else "keys",
        "change": f"row.update({facts.get('changes')})" if merge else f"del {table}[{ident}]", "first_list": lists[0],
        "first": f"row = {table}[{ident}]\n    row.update({facts.get('changes')})" if merge
        else f"row = {table}.pop({ident})",
        "merged": f"row = {{**{table}[{ident}], **{facts.get('changes')}}}\n    {table}[{ident}] = row" if merge
        else f"row = {table}[{ident}]\n    del {table}[{ident}]",
        "task": f"merges the dict `{facts.get('changes')}` into the row `{table}[{ident}]` and returns the row" if merge
        else f"removes the row `{table}[{ident}]` and returns it",
        "verb": "changed" if merge else "deleted",
    }  # fmt: skip


def check_invalidate(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the rest of the table and of the cache to be as it was."""
    cases = []
    for known, cached, listed in ((1, 1, 1), (1, 0, 1), (1, 1, 0), (1, 0, 0), (0, 1, 1), (0, 0, 0), (1, 1, 1)):
        idents = [f"{rng.choice('abcdef')}{rng.randrange(10, 99)}{i}" for i in range(3)]
        table = {one: {"name": rng.choice(CITIES), rng.choice(NUMBER_FIELDS): rng.randrange(90)} for one in idents}
        target = idents[0] if known else "zz1"
        others = {
            facts["item"] + idents[1]: {"old": 1},
            f"{facts['one']}s_seen": 3,
            facts["many"] + ":x": [],
            facts["item"]: 0,
        }
        stale = {facts["item"] + target: {"old": 2}} if cached else {}
        stale |= {name: [1, 2] for name in facts["lists"]} if listed else {}
        changes = {"name": rng.choice(COLORS), "note": rng.choice(TEXT_FIELDS)} if cached or listed else {}
        call = {
            "entry": facts["name"],
            "order": facts["order"],
            "table": table,
            "cache": stale | others,
            "ident": target,
            "changes": changes,
        }
        rest = {one: row for one, row in table.items() if one != target}
        if not known:
            expected: dict[str, Any] = {
                "result": "KeyError" if facts["strict"] else None,
                "table": table,
                "cache": stale | others,
            }
        elif facts["merge"]:
            row = {field: changes.get(field, table[target].get(field)) for field in [*table[target], *changes]}
            expected = {"result": row, "table": rest | {target: row}, "cache": others}
        else:
            expected = {"result": table[target], "table": rest, "cache": others}
        cases.append((call, expected))
    return python_check(facts["name"], cases, harness=INVALIDATE_HARNESS)


INVALIDATE = Template(
    id="invalidate_on_write",
    ask=(
        "Write a Python function `«name»(«args»)` that «task». All of them are dicts except `«ident»`, a string. The "
        "cached copy under `«item»<«ident»>` and the «listed» «list_words» must be removed from `«cache»` if they are "
        "there. If `«table»` has no such row, «refuse_words».",
        "When «one» rows are «verb» our cache goes stale. Implement `«name»(«args»)` in Python: it «task», and "
        "deletes from the dict `«cache»` the key `«item»` + `«ident»` and also «list_words»; keys that aren't cached "
        "are no error. For an unknown `«ident»` (a string), «refuse_words».",
        "Please write `«name»(«args»)` in Python for our «many»: it «task». After that no stale entry may stay in "
        "`«cache»` (a dict): drop `«item»` followed by the id, and «list_words». Not all of them need be cached. When "
        "`«ident»` isn't in `«table»`, «refuse_words».",
    ),
    draw=draw_invalidate,
    shapes=(
        Shape(name="pops", code="""
            def «name»(«args»):
                if «ident» not in «table»:
                    «refuse»
                «first»
                «cache».pop(«only_item», None)
                «pops»
                return row
            """, mutants=(("    «cache».pop(«only_item», None)\n", ""), (", None)", ")"),
                          ('    «cache».pop("«first_list»", None)\n', ""),
                          ("«ident» not in «table»", "«ident» in «table»"))),
        Shape(name="loop", code="""
            def «name»(«args»):
                row = «table».get(«ident»)
                if row is None:
                    «refuse»
                «change»
                for key in («keys»):
                    if key in «cache»:
                        del «cache»[key]
                return row
            """, mutants=(("        if key in «cache»:\n            del", "        if True:\n            del"),
                          ("del «cache»[key]", "«cache»[key] = row"),
                          ("    «change»\n", ""), ("(«only_item», ", "(«ident», "))),
        Shape(name="set", code="""
            def «name»(«args»):
                if «ident» not in «table»:
                    «refuse»
                «merged»
                stale = {«keys»}
                for key in stale & «cache».keys():
                    del «cache»[key]
                return row
            """, mutants=(("stale & «cache».keys()", "«cache».keys() - stale"), ("{«only_item», ", "{"),
                          ("stale & «cache».keys()", "stale"))),
    ),
    mutants=(("«item»{«ident»}", "«item»"), ("«refuse»", "return {}"), ('"«first_list»"', '"«first_list»s"'),
             ("return row", "return None")),
    verifier=check_invalidate,
)  # fmt: skip
