"""The small tasks of `fs_role_permissions`: some roles and a flag, the status of a refusal, records one may see."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick, pick_some
from burnish.generate.wording import a, draw_noun

VERBS = "approve|archive|create|delete|edit|export|publish|share|update"
ROLES = "admin|editor|manager|owner|moderator|support|auditor|author|reviewer|staff|agent"
FLAGS = {"active": True, "verified": True, "confirmed": True, "blocked": False, "suspended": False, "banned": False}


def draw_allowed(rng: Random) -> dict[str, Any]:
    """Draw the roles that may do something, and a flag that the user must or mustn't have."""
    noun, verb, roles = draw_noun(rng), pick(rng, VERBS), pick_some(rng, ROLES, rng.choice((2, 2, 3)))
    flag, wanted = rng.choice(tuple(FLAGS.items()))
    user = pick(rng, "user|account|member")
    return {
        "name": pick(rng, "can_{0}_{1}|may_{0}_{1}|can_{0}|may_{0}|allowed_to_{0}").format(verb, noun.one),
        "user": user, "verb": verb, "many": noun.many, "roles": roles, "flag": flag, "wanted": wanted,
        "names": ", ".join(f'"{role}"' for role in roles), "fewer": ", ".join(f'"{role}"' for role in roles[1:]) + ",",
        "words": ", ".join(f"`{role}`" for role in roles), "either": " or ".join(f'role == "{role}"' for role in roles),
        "test": f'{user}["{flag}"]' if wanted else f'not {user}["{flag}"]',
        "never": f'not {user}["{flag}"]' if wanted else f'{user}["{flag}"]',
        "state": str(wanted),
    }  # fmt: skip


def check_allowed(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect True only for the users that were made to be allowed."""
    flag, wanted = facts["flag"], facts["wanted"]
    others = rng.sample([role for role in ROLES.split("|") if role not in facts["roles"]], 3)
    others += ["guest", facts["roles"][0][:-1]]
    cases = [([{"id": 1, "role": role, flag: wanted}], True) for role in facts["roles"]]
    cases += [([{"id": 2, "role": role, flag: not wanted}], False) for role in facts["roles"]]
    cases += [([{"id": 3, "role": role, flag: value}], False) for role in others for value in (True, False)]
    return python_check(facts["name"], rng.sample(cases, len(cases)))


ALLOWED = Template(
    id="allowed_roles",
    ask=(
        "Write a Python function `«name»(«user»)` about who may «verb» «many»: it returns True if `«flag»` "
        "in the dict `«user»` is «state» and its `role` is one of «words», otherwise False.",
        "Who may «verb» «many»? Implement `«name»(«user»)` in Python for a dict with the keys `role` and `«flag»` (a "
        "bool): the result is True only if `«flag»` is «state» and the role is one of «words».",
        "In Python I need a check `«name»(«user»)` before somebody can «verb» «many». Two things have to "
        "hold: `«user»[\"«flag»\"]` is «state», and `«user»[\"role\"]` is one of «words». Return a bool.",
    ),
    draw=draw_allowed,
    shapes=(
        Shape(name="membership", code="""
            def «name»(«user»):
                return «user»["role"] in («names») and «test»
            """, mutants=((" and ", " or "), ("«test»", "«never»"), (" in («names»)", " not in («names»)"))),
        Shape(name="early_return", code="""
            def «name»(«user»):
                if «never»:
                    return False
                return «user»["role"] in {«names»}
            """, mutants=(("if «never»", "if not («never»)"), ("return False", "return True"), (" in {", " not in {"))),
        Shape(name="comparisons", code="""
            def «name»(«user»):
                role = «user»["role"]
                return («either») and «test»
            """, mutants=(("(«either»)", "«either»"), (" and ", " or "), ("«test»", "«never»"))),
    ),
    mutants=(("«names»", "«fewer»"),),
    verifier=check_allowed,
)  # fmt: skip


def draw_status(rng: Random) -> dict[str, Any]:
    """Draw a permission, where the user keeps it, and the statuses of leave and refusal."""
    noun, verb, mark = draw_noun(rng), pick(rng, VERBS), rng.choice(":.:-")
    return {
        "name": pick(rng, "access_status|status_to_{0}|check_{0}|authorize_{0}|{0}_status|{1}_status").format(verb,
        noun.one),
        "user": pick(rng, "user|account|caller"), "verb": verb, "many": noun.many, "a_one": a(noun.one),
        "needed": f"{noun.many}{mark}{verb}",
        "list": pick(rng, "permissions|scopes|grants|rights"), "fine": rng.choice((200, 200, 202, 204)),
        "denied": rng.choice((403, 403, 404)),
    }  # fmt: skip


def check_status(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the status that each user was made for."""
    key, needed = facts["list"], facts["needed"]
    others = [f"{needed}_all", needed[:-1], "admin", f"{facts['many']}", needed.upper(), "users:read"]
    has = [[needed], [*others[:2], needed], [needed, *rng.sample(others, 2)], [others[0], needed, others[2]]]
    lacks = [[], others, *([other] for other in others)]
    cases: list[tuple[Any, int]] = [([None], 401)]
    cases += [([{"id": 4, key: given}], facts["fine"]) for given in has]
    cases += [([{"id": 5, key: given}], facts["denied"]) for given in lacks]
    return python_check(facts["name"], cases)


STATUS = Template(
    id="access_status",
    ask=(
        "Write a Python function `«name»(«user»)` that returns an HTTP status: 401 if `«user»` is None, «denied» if "
        "`«needed»` isn't in the list `«user»[\"«list»\"]`, and «fine» otherwise.",
        "To «verb» «many» you need the permission `«needed»`. Implement `«name»(«user»)` in Python: None gives 401, a "
        "dict whose list `«list»` contains the permission gives «fine», any other dict gives «denied».",
        "I need the status code for a request to «verb» «a_one». In Python, `«name»(«user»)` should return «fine» for a "
        "dict with `«needed»` in its list `«list»`, «denied» for a dict without it, and 401 for None.",
    ),
    draw=draw_status,
    shapes=(
        Shape(name="ifs", code="""
            def «name»(«user»):
                if «user» is None:
                    return 401
                if "«needed»" not in «user»["«list»"]:
                    return «denied»
                return «fine»
            """, mutants=(("not in", "in"), ("return 401", "return «denied»"), ("return «fine»", "return None"))),
        Shape(name="else_last", code="""
            def «name»(«user»):
                if «user» is None:
                    return 401
                if "«needed»" in «user»["«list»"]:
                    return «fine»
                return «denied»
            """, mutants=(('" in', '" not in'), ("is None", "is not None"), ("return «denied»", "return 401"))),
        Shape(name="expression", code="""
            def «name»(«user»):
                if not «user»:
                    return 401
                return «fine» if "«needed»" in «user»["«list»"] else «denied»
            """, mutants=(("«fine» if", "«denied» if"), ('" in', '" not in'), ("if not «user»", "if «user»"),
                          ("else «denied»", "else 401"))),
    ),
    mutants=(('in «user»["«list»"]', 'in str(«user»["«list»"])'),),
    verifier=check_status,
)  # fmt: skip


def draw_visible(rng: Random) -> dict[str, Any]:
    """Draw the role that sees all records, and the keys that tie a record to its owner."""
    noun = draw_noun(rng)
    facts = draw_arguments(rng, records=f"records|rows|items|{noun.many}", user="user|viewer|account")
    return facts | {
        "name": pick(rng, "visible_{0}|{0}_for|list_{0}|filter_{0}|readable_{0}").format(noun.many), "many": noun.many,
        "one": noun.one, "owner": pick(rng, "owner_id|user_id|author_id|created_by|owner"),
        "ident": pick(rng, "id|uid|number|key"), "role": pick(rng, "admin|manager|support|auditor|staff"),
    }  # fmt: skip


def check_visible(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the records that were dealt to the user, in their order; all of them for the role that sees all."""
    cases, high = [], facts["role"]
    for count, role in ((6, high), (6, "member"), (0, "member"), (7, "guest"), (4, high), (5, "member"), (1, "guest")):
        me, *others = rng.sample(range(1, 60), 3)
        mine = [bool(place % 2 == count % 2) for place in range(count)]
        rows: list[dict[str, Any]] = [
            {"id": number, facts["owner"]: me if own else rng.choice(others)}
            for number, own in zip(rng.sample(range(60, 99), count), mine, strict=True)
        ]
        seen = rows if role == facts["role"] else [row for row, own in zip(rows, mine, strict=True) if own]
        cases.append((arrange(facts, records=rows, user={facts["ident"]: me, "role": role}), seen))
    return python_check(facts["name"], cases)


VISIBLE = Template(
    id="visible_records",
    ask=(
        "Write a Python function `«name»(«args»)`. `«records»` is a list of dicts. Return the whole list if "
        "`«user»[\"role\"]` is `«role»`, otherwise a list of those whose `«owner»` equals `«user»[\"«ident»\"]`.",
        "Users with the role `«role»` see every «one», others only their own. Implement `«name»(«args»)` in Python: "
        "`«user»` is a dict with `role` and `«ident»`, and each dict in the list `«records»` has its user's `«ident»` in "
        "`«owner»`.",
        "I want to hide other people's «many». `«name»(«args»)` in Python should keep the dicts of `«records»` whose "
        "`«owner»` is `«user»[\"«ident»\"]`; but if `«user»[\"role\"]` is `«role»`, it returns all of them.",
    ),
    draw=draw_visible,
    shapes=(
        Shape(name="early_return", code="""
            def «name»(«args»):
                if «user»["role"] == "«role»":
                    return «records»
                return [one for one in «records» if one["«owner»"] == «user»["«ident»"]]
            """, mutants=(('== "«role»"', '!= "«role»"'), ('["«owner»"] ==', '["«owner»"] !='), ("return «records»",
                          "return []"),
                          ('one["«owner»"]', 'one["id"]'))),
        Shape(name="condition", code="""
            def «name»(«args»):
                return [
                    one for one in «records»
                    if «user»["role"] == "«role»" or one["«owner»"] == «user»["«ident»"]
                ]
            """, mutants=((" or ", " and "), ('«user»["role"] == "«role»" or ', ""), ('["«owner»"] ==',
                          '["«owner»"] >='))),
        Shape(name="filter", code="""
            def «name»(«args»):
                every = «user»["role"] == "«role»"
                return list(filter(lambda row: every or row["«owner»"] == «user»["«ident»"], «records»))
            """, mutants=((" or ", " and "), ("every or ", ""), ('== "«role»"', '!= "«role»"'),
                          ('row["«owner»"]', 'row["id"]'))),
    ),
    verifier=check_visible,
)  # fmt: skip
