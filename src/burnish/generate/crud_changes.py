"""The template of `fs_crud_route` that changes some fields of a record: which ones, when, and what else changes."""

import copy
from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.crud_records import STORE, STORE_NAMES, call_handler, draw_missing, draw_stored, make_rows
from burnish.generate.drawing import arrange, draw_arguments, in_words, pick
from burnish.generate.wording import NUMBER_FIELDS, STATUSES, TEXT_FIELDS, a


def draw_patch(rng: Random) -> dict[str, Any]:
    """Draw the fields that may change, what happens to others, a frozen state and a counter."""
    noun, refuses, counts, freezes = draw_stored(rng), rng.random() < 0.5, rng.random() < 0.5, rng.random() < 0.4
    one, missing = noun.one, draw_missing(rng, noun.one)
    facts = draw_arguments(
        rng,
        store=f"{STORE_NAMES}|{noun.many}",
        ident=f"{one}_id|ident|key|row_id",
        body="body|changes|patch|payload|fields",
    )
    store, ident, body = facts["store"], facts["ident"], facts["body"]
    spare = [name for name in TEXT_FIELDS + NUMBER_FIELDS if name not in (one, store, body, "status")]
    fields, frozen = rng.sample(spare, rng.choice((2, 3))), rng.choice(STATUSES)
    counter, bad, named = (
        pick(rng, "version|revision|edits"),
        rng.choice((400, 422)),
        pick(rng, "unknown|fields|invalid"),
    )
    names = ", ".join(f'"{field}"' for field in fields)
    chosen = body if refuses else f"{{key: value for key, value in {body}.items() if key in EDITABLE}}"
    listed = f"key for key in {body} if key not in EDITABLE"
    reject = f'unknown = sorted({body}.keys() - EDITABLE)\n    if unknown:\n        return {bad}, {{"{named}": unknown}}\n    '
    freeze = f'if row["status"] == "{frozen}":\n        return 409, {{"{missing["key"]}": "{one} is {frozen}"}}\n    '
    steps = [f"404 and `{missing['lost']}` if `{ident}` isn't in `{store}`"]
    steps += [f'409 and `{{"{missing["key"]}": "{one} is {frozen}"}}` if its `status` is `{frozen}`'] if freezes else []
    steps += [f'{bad} and `{{"{named}": [...]}}` with the sorted other keys if `{body}` has any'] if refuses else []
    return {
        **facts, **missing, "name": pick(rng, "patch_{0}|update_{0}|edit_{0}|change_{0}").format(one), "one": one,
        "a_one": a(one), "many": noun.many, "path": f"/{noun.many}/{{{ident}}}", "fields": fields, "names": names,
        "short": ", ".join(f'"{field}"' for field in fields[1:]), "words": in_words(fields), "refuses": refuses,
        "counts": counts, "freezes": freezes, "frozen": frozen, "counter": counter, "bad": bad, "named": named,
        "chosen": chosen, "reject": reject if refuses else "", "freeze": freeze if freezes else "",
        "count": f'row["{counter}"] += 1\n    ' if counts else "",
        "counted": f' | {{"{counter}": row["{counter}"] + 1}}' if counts else "",
        "reject_list": reject.replace(f"{body}.keys() - EDITABLE", listed) if refuses else "",
        "first": " by the first rule that applies" if len(steps) > 1 else "",
        "priority": " in this order" if len(steps) > 1 else "",
        "wins": "; the first one wins" if len(steps) > 1 else "",
        "steps": ", ".join(steps), "skips": "" if refuses else f" Other keys of `{body}` are ignored.",
        "also": f" and add 1 to its `{counter}`" if counts else "",
        "also_past": f" Each change adds 1 to the `{counter}` of the {one}." if counts else "",
    }  # fmt: skip


def check_patch(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the row that is put together from what was planned to change."""
    fields, key, cases = facts["fields"], facts["key"], []
    plans = ("one", "all", "gone", "strange", "none", "frozen", "null", "strange frozen", "only strange")
    for plan in plans:
        rows = make_rows(rng, 3)
        for row in rows:
            row |= {field: rng.randrange(100) for field in fields}
            row |= {facts["counter"]: rng.randrange(2, 9), "status": "other"}
        target = rows[1]
        target["status"] = facts["frozen"] if "frozen" in plan else "other"
        changed = {"all": fields, "none": [], "only strange": []}.get(plan, fields[-1:])
        body: dict[str, Any] = {field: None if plan == "null" else rng.randrange(200, 300) for field in changed}
        strange: dict[str, Any] = {"zone": 1, "id": 95, "admin": True} if "strange" in plan else {}
        stored = {row["id"]: row for row in copy.deepcopy(rows)}
        answer: list[Any]
        if plan == "gone":
            answer = [404, {key: facts["lost_text"]}]
        elif "frozen" in plan and facts["freezes"]:
            answer = [409, {key: f"{facts['one']} is {facts['frozen']}"}]
        elif strange and facts["refuses"]:
            answer = [facts["bad"], {facts["named"]: ["admin", "id", "zone"]}]
        else:
            stored[target["id"]] |= body | {facts["counter"]: target[facts["counter"]] + facts["counts"]}
            answer = [200, stored[target["id"]]]
        args = arrange(facts, store="@store", ident=99 if plan == "gone" else target["id"], body=strange | body)
        result = {"answer": answer, "stored": [[ident, stored[ident]] for ident in sorted(stored)]}
        cases.append((call_handler(facts, rows, args), result))
    return python_check(facts["name"], cases, harness=STORE)


PATCH = Template(
    id="patch_fields",
    ask=(
        "Write a Python function `«name»(«args»)` for `PATCH «path»`. `«store»` maps ids to «many» (dicts), and clients may "
        "change only «words». Return (status, body)«first»: «steps». Otherwise change the fields that "
        "are given«also», and return 200 with the whole «one».«skips»",
        "Part of «a_one» is to be changed. I need `«name»(«args»)` in Python, which applies the dict `«body»` to the dict "
        "`«store»[«ident»]`; only «words» are editable.«skips» The answer is a pair of status and body. Check«priority»: "
        "«steps». If nothing is wrong, the stored «one» gets the new values, and the answer is 200 with it.«also_past»",
        "`«name»(«args»)` is our PATCH handler in Python; it returns a tuple of status and body. Editable fields: «words»."
        "«skips» Success is 200 and the «one» after the change, which is kept in `«store»` (id to dict).«also_past» "
        "Failures«wins»: «steps».",
        "Please implement the partial update of «a_one»: `«name»(«args»)` in Python. Fields missing from `«body»` keep "
        "their value, «words» can be set, null included.«skips» Answers«priority»: «steps»; else 200 and "
        "the full «one» with its new values.«also_past» `«store»` is a dict by id.",
    ),
    draw=draw_patch,
    shapes=(
        Shape(name="update", code="""
            EDITABLE = {«names»}

            def «name»(«args»):
                if «ident» not in «store»:
                    return 404, «lost»
                row = «store»[«ident»]
                «freeze»«reject»row.update(«chosen»)
                «count»return 200, row
            """, mutants=(("row.update", "dict(row).update"), ("return 200, row", "return 200, «body»"),
                          ("row.update(«chosen»)", "«store»[«ident»] = dict(«body»)"))),
        Shape(name="merge", code="""
            EDITABLE = {«names»}

            def «name»(«args»):
                row = «store».get(«ident»)
                if row is None:
                    return 404, «lost»
                «freeze»«reject»changes = «chosen»
                «store»[«ident»] = row | changes«counted»
                return 200, «store»[«ident»]
            """, mutants=(("row | changes", "changes | row"), ("row | changes", "changes"), ("«counted»", ""),
                          ("return 200, «store»[«ident»]", "return 200, row"))),
        Shape(name="loop", code="""
            EDITABLE = («names»)

            def «name»(«args»):
                if «ident» not in «store»:
                    return 404, «lost»
                row = «store»[«ident»]
                «freeze»«reject_list»for field in EDITABLE:
                    if field in «body»:
                        row[field] = «body»[field]
                «count»return 200, row
            """, mutants=(("if field in «body»", "if «body».get(field)"), 
                          ("row[field] = «body»[field]", "row = row | {field: «body»[field]}"),
                          ("EDITABLE = («names»)", "EDITABLE = («short»,)"))),
    ),
    mutants=(("404", "400"), ("EDITABLE = {«names»}", "EDITABLE = {«short»}"), ("«count»", ""), ("«freeze»", ""),
             ("«reject»", ""), ("«reject_list»", ""), ("«bad», {", "409, {"), ("«freeze»«reject»", "«reject»«freeze»")),
    verifier=check_patch,
)  # fmt: skip
