"""Category `fs_crud_route`: handlers that read or delete one record, create a unique one, and change some fields."""

import copy
from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.crud_changes import PATCH
from burnish.generate.crud_records import STORE, STORE_NAMES, call_handler, draw_missing, draw_stored, make_rows
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.wording import STATUSES, a


def draw_single(rng: Random) -> dict[str, Any]:
    """Draw a method, the form of its answer, and which records clients may not see."""
    noun, method, flag = (
        draw_stored(rng),
        pick(rng, "GET|GET|DELETE"),
        pick(rng, "archived|deleted|hidden|blocked|locked"),
    )
    one, hides, form = noun.one, rng.random() < 0.4, pick(rng, "bare|wrapped|short")
    facts = draw_arguments(rng, store=f"{STORE_NAMES}|{noun.many}", ident=f"{one}_id|ident|item_id|row_id|number")
    store, ident, removes = facts["store"], facts["ident"], method == "DELETE"
    verbs = (
        "delete_{0}|remove_{0}|drop_{0}|destroy_{0}" if removes else "get_{0}|show_{0}|read_{0}|fetch_{0}|{0}_detail"
    )
    status, missing = 204 if removes and form == "short" else 200, draw_missing(rng, one)
    around = {"bare": ("", ""), "wrapped": (f'{{"{one}": ', "}"), "short": ('{"data": ', "}")}[form]
    record = f"{store}.pop({ident})" if removes else f"{store}[{ident}]"
    words = f"the {one}" if form == "bare" else f"`{around[0]}the {one}}}`"
    return {
        **facts, **missing, "name": pick(rng, verbs).format(one), "one": one, "a_one": a(one), "many": noun.many,
        "method": method, "path": f"/{noun.many}/{{{ident}}}", "flag": flag, "hides": hides, "removes": removes,
        "form": form, "status": status, "other": 200 if status == 204 else 201,
        "hide": f' or {one}["{flag}"]' if hides else "", "hide_in": f' or {store}[{ident}]["{flag}"]' if hides else "",
        "hide_lines": f'if {one}["{flag}"]:\n        return 404, {missing["lost"]}\n    ' if hides else "",
        "remove": f"del {store}[{ident}]\n    " if removes else "",
        "body": "None" if status == 204 else around[0] + one + around[1],
        "last": f"del {store}[{ident}]\n    return 204, None" if status == 204
        else f"return 200, {around[0]}{record}{around[1]}",
        "done_words": "204 and None" if status == 204 else f"200 and {words}",
        "removal": f", after taking the {one} out of `{store}`" if removes else "",
        "missing_words": f"`{ident}` isn't a key of `{store}` or the `{flag}` of the {one} is true" if hides
        else f"`{ident}` isn't a key of `{store}`",
        "flag_words": f" Every {one} has a bool `{flag}`." if hides else "",
    }  # fmt: skip


def check_single(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what becomes of rows that are known to be there, hidden or gone."""
    cases, lost = [], [404, {facts["key"]: facts["lost_text"]}]
    for kind in ("there", "gone", "hidden", "there", "gone", "empty", "hidden"):
        rows = [] if kind == "empty" else make_rows(rng, 4)
        for row in rows:
            row[facts["flag"]] = kind == "hidden" or not facts["hides"]
        ident = 91 if kind in ("gone", "empty") else rows[rng.randrange(len(rows))]["id"]
        chosen = next((row for row in rows if row["id"] == ident), None)
        seen = chosen is not None and not (facts["hides"] and kind == "hidden")
        left = [row for row in rows if not (seen and facts["removes"] and row["id"] == ident)]
        shown = {"bare": chosen, "wrapped": {facts["one"]: chosen}, "short": {"data": chosen}}[facts["form"]]
        good = [facts["status"], None if facts["status"] == 204 else shown]
        stored = sorted([row["id"], row] for row in left)
        call = call_handler(facts, rows, arrange(facts, store="@store", ident=ident))
        cases.append((call, {"answer": good if seen else lost, "stored": stored}))
    return python_check(facts["name"], cases, harness=STORE)


SINGLE = Template(
    id="one_record",
    ask=(
        "Write a Python function `«name»(«args»)` for `«method» «path»`. `«store»` maps ids to «many» (dicts).«flag_words» "
        "Return a pair (status, body): 404 and `«lost»` if «missing_words», otherwise «done_words»«removal».",
        "Our «many» live in the dict `«store»`, with their ids as keys.«flag_words» I need `«name»(«args»)` in Python, the "
        "handler behind `«method» «path»`. Its result is a tuple of status and body: «done_words»«removal». But if "
        "«missing_words», it is 404 and `«lost»`.",
        "`«method» «path»`, please, as the plain Python function `«name»(«args»)` that returns status and body. When "
        "«missing_words», that is 404 with `«lost»`; else «done_words»«removal». `«store»` is a dict that has «a_one» "
        "(a dict too) for each id.«flag_words»",
        "Handle one «one» by id. `«name»(«args»)` in Python gets the dict `«store»` (id to «one», which is a dict "
        "itself).«flag_words» Result: the tuple of «done_words»«removal», or of 404 and `«lost»` if «missing_words».",
    ),
    draw=draw_single,
    shapes=(
        Shape(name="get", code="""
            def «name»(«args»):
                «one» = «store».get(«ident»)
                if «one» is None«hide»:
                    return 404, «lost»
                «remove»return «status», «body»
            """, mutants=((" is None", " is not None"), ("return «status»", "return «other»"),
                          (".get(«ident»)", ".pop(«ident», None)"), ("«remove»return", "«store».clear()\n    return"))),
        Shape(name="guard", code="""
            def «name»(«args»):
                if «ident» not in «store»«hide_in»:
                    return 404, «lost»
                «last»
            """, mutants=(("not in", "in"), ("    if «ident» not in «store»«hide_in»:\n        return 404, «lost»\n", ""),
                          ("«last»", "return 404, None"))),
        Shape(name="try_except", code="""
            def «name»(«args»):
                try:
                    «one» = «store»[«ident»]
                except KeyError:
                    return 404, «lost»
                «hide_lines»«remove»return «status», «body»
            """, mutants=(("KeyError", "IndexError"), ("return «status», «body»", "return «status», «store»"),
                          ("return «status»", "return «other»"))),
    ),
    mutants=(("404, «lost»", "404, None"), ("404", "400"), ("«hide»", ""), ("«hide_in»", ""), ("«hide_lines»", ""),
             ("    «remove»return", "    return"), (".pop(«ident»)", "[«ident»]")),
    verifier=check_single,
)  # fmt: skip


def draw_create(rng: Random) -> dict[str, Any]:
    """Draw which field is unique, where the id comes from and what the server sets."""
    noun, given = draw_stored(rng), rng.random() < 0.4
    one, store_words = noun.one, f"{STORE_NAMES}|{noun.many}"
    field = pick(rng, "email|code|slug|name|sku|title|label|login|number_plate|phone")
    roles = {"new_id": "new_id|next_id|ident"} if given else {}
    facts = draw_arguments(rng, store=store_words, body="body|data|payload|fields", **roles)
    store, body, folds = facts["store"], facts["body"], rng.random() < 0.4
    status, located, whole = rng.choice(STATUSES), rng.random() < 0.5, rng.random() < 0.5
    path = pick(rng, "/{0}|/api/{0}|/v1/{0}").format(noun.many)
    new = facts["new_id"] if given else "ident"
    key, text = (
        pick(rng, "error|detail|message"),
        pick(rng, f"{field} taken|{field} is in use|duplicate {field}|{one} exists"),
    )
    error = f'{{"{key}": "{text}"}}'
    fold, end = ".lower()" if folds else "", f', {{"Location": f"{path}/{{{new}}}"}}' if located else ""
    starts = f', "status": "{status}"' if whole else ""
    return {
        **facts, "name": pick(rng, "create_{0}|add_{0}|post_{0}|insert_{0}|new_{0}|save_{0}").format(one), "one": one,
        "a_one": a(one), "many": noun.many, "field": field, "given": given, "folds": folds, "status": status,
        "located": located, "whole": whole, "path": path, "new": new, "key": key, "text": text,
        "refusal": f"409, {error}", "fold": fold, "slip": "" if folds else ".lower()", "end": end,
        "number": "" if given else f"ident = max({store}, default=0) + 1\n    ", "starts": starts,
        "entry": f'{{**{body}, "id": {new}{starts}}}', "late": f'{{"id": {new}{starts}, **{body}}}',
        "set_lines": f'row["status"] = "{status}"\n    ' if whole else "", "default": f'{{"id": {new}{starts}}}',
        "folded": " (case doesn't matter)" if folds else " (case matters)",
        "id_words": f"the id `{new}`" if given else "the highest id in use plus 1 (1 for the first one)",
        "sets": f"`id` and `status` (`{status}`)" if whole else "`id`",
        "result": f'201, the new {one} and the headers `{{"Location": "{path}/<id>"}}`' if located else f"201 and the new {one}",
        "size": "triple (status, body, headers)" if located else "pair (status, body)",
        "refuse_end": ", {}" if located else "",
        "refusal_words": f"409, `{error}` and empty headers, `{{}}`" if located else f"409 and `{error}`",
    }  # fmt: skip


def check_create(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the ids, doubles and settings that were planned."""
    field, cases = facts["field"], []
    empty: list[Any] = [{}] if facts["located"] else []
    for number, kind in enumerate(("new", "double", "first", "cased", "new", "double", "new")):
        words = rng.sample(("Amber-1", "Coral-2", "Olive-3", "Pink-4", "Teal-5"), 4)
        rows = [] if kind == "first" else make_rows(rng, 3)
        for row, word in zip(rows, words, strict=False):
            row[field] = word
        wanted = {"double": words[number % 3], "cased": words[1].upper()}.get(kind, words[3])
        body = {field: wanted, "size": rng.randrange(90), **({"id": 7, "status": "odd"} if number in (0, 2, 6) else {})}
        ident = rng.randrange(100, 900) if facts["given"] else max([0, *(row["id"] for row in rows)]) + 1
        row = {**body, "id": ident, **({"status": facts["status"]} if facts["whole"] else {})}
        refused = kind == "double" or (kind == "cased" and facts["folds"])
        headers = [{"Location": f"{facts['path']}/{ident}"}] if facts["located"] else []
        answer = [409, {facts["key"]: facts["text"]}, *empty] if refused else [201, row, *headers]
        stored = sorted([[one["id"], one] for one in copy.deepcopy(rows)] + ([] if refused else [[ident, row]]))
        args = arrange(facts, store="@store", body=body, new_id=ident)
        cases.append((call_handler(facts, rows, args), {"answer": answer, "stored": stored}))
    return python_check(facts["name"], cases, harness=STORE)


CREATE = Template(
    id="create_unique",
    ask=(
        "Write a Python function `«name»(«args»)` that handles `POST «path»`. `«store»` maps ids to «many» (dicts), "
        "`«body»` is a valid dict. If a stored «one» has the same `«field»`«folded», return «refusal_words». Otherwise store a copy of "
        "`«body»` under «id_words» and return «result». The server sets «sets», whatever the client sent.",
        "In our API the `«field»` of «a_one» is unique. Implement `«name»(«args»)` in Python; it returns a «size». A "
        "body whose `«field»` is taken«folded» gives «refusal_words». Anything else is saved in the dict `«store»` under «id_words»: the fields of `«body»`, but with «sets» set by us. Answer «result».",
        "I need the handler of `POST «path»` in Python, `«name»(«args»)`. It makes the new «one» from `«body»` and puts "
        "it into `«store»`, a dict by id. Its key is «id_words»; it has all fields of `«body»`, except that the server sets "
        "«sets». Return «result». But if «a_one» there has that `«field»` already«folded», change nothing and return «refusal_words».",
        "`«name»(«args»)` should create «a_one» (Python, no framework). Conflict: the `«field»` of some dict in "
        "`«store».values()` equals that of `«body»`«folded»; then the result is «refusal_words». Success: a new dict with what `«body»` has and the "
        "server's own «sets», stored under «id_words»; the result is «result».",
    ),
    draw=draw_create,
    shapes=(
        Shape(name="any", code="""
            def «name»(«args»):
                if any(row["«field»"]«fold» == «body»["«field»"]«fold» for row in «store».values()):
                    return «refusal»«refuse_end»
                «number»«store»[«new»] = «entry»
                return 201, «store»[«new»]«end»
            """, mutants=(("if any", "if all"), ("==", "!="), ("«entry»", "«late»"), ("return 201", "return 200"))),
        Shape(name="set", code="""
            def «name»(«args»):
                taken = {row["«field»"]«fold» for row in «store».values()}
                if «body»["«field»"]«fold» in taken:
                    return «refusal»«refuse_end»
                «number»row = «body» | «default»
                «store»[«new»] = row
                return 201, row«end»
            """, mutants=((" in taken", " not in taken"), ("row = «body» | «default»", "row = «default» | «body»"),
                          ("    «store»[«new»] = row\n", ""))),
        Shape(name="loop", code="""
            def «name»(«args»):
                for other in «store».values():
                    if other["«field»"]«fold» == «body»["«field»"]«fold»:
                        return «refusal»«refuse_end»
                «number»row = dict(«body»)
                row["id"] = «new»
                «set_lines»«store»[«new»] = row
                return 201, row«end»
            """, mutants=(("==", "!="), ('    row["id"] = «new»\n', ""), ("«set_lines»", ""), ("return 201", "return 202"))),
    ),
    mutants=(("max(«store», default=0) + 1", "len(«store») + 1"), ("default=0) + 1", "default=1) + 1"), ("409", "400"),
             ('["«field»"]«fold»', '["«field»"]«slip»'), ("max(«store», default=0)", "max(«store»)"), ("«starts»}", "}")),
    verifier=check_create,
)  # fmt: skip

CATEGORY = Category(name="fs_crud_route", family="http_backend", templates=(SINGLE, CREATE, PATCH))
