"""Category `fs_role_permissions`: who may do what, by rank, by ownership, by grants and by decorators."""

from itertools import pairwise
from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, in_words, pick, pick_some
from burnish.generate.role_grants import ACTIONS, DECORATOR, WILDCARD
from burnish.generate.role_permissions_basics import ALLOWED, STATUS, VISIBLE
from burnish.generate.wording import FLAG_FIELDS, STATUSES, a, draw_noun, draw_nouns

LADDERS = (
    "guest member author editor moderator admin owner", "viewer commenter contributor reviewer maintainer admin",
    "trainee clerk agent supervisor manager director", "reader writer publisher chief root",
    "observer operator engineer lead administrator", "visitor student tutor teacher principal",
    "customer seller support analyst admin superuser",
)  # fmt: skip
RAISES = {"raises": "ValueError"}


def draw_level(rng: Random) -> dict[str, Any]:
    """Draw ranked roles, the direction they are listed in, and what an unknown role does."""
    ladder, up, strict = rng.choice(LADDERS).split(), rng.random() < 0.6, rng.random() < 0.4
    chosen = rng.sample(ladder, rng.choice((3, 4, 5)))
    roles = sorted(chosen, key=ladder.index)
    facts = draw_arguments(rng, held="role|user_role|current|actual|own_role", needed="required|needed|minimum|wanted")
    facts |= {
        "up": up,
        "strict": strict,
        "roles": roles if up else roles[::-1],
        "ranks": {r: i for i, r in enumerate(roles, 1)},
    }
    return {
        **facts, **write_level(facts), "words": in_words(facts["roles"]),
        "name": pick(rng, "has_role|role_at_least|is_allowed|meets_role|can_act_as|role_covers|may_enter"),
        "listed": "from the lowest to the highest" if up else "from the highest to the lowest",
        "listed_cap": "Lowest first" if up else "Highest first",
        "unknown": "raises ValueError" if strict else "gives False",
    }  # fmt: skip


def write_level(facts: Facts) -> dict[str, str]:
    """Return the lines that depend on the direction of the list and on what an unknown role does."""
    up, strict, held, needed = facts["up"], facts["strict"], facts["held"], facts["needed"]
    compare = f"ROLES.index({held}) {'>=' if up else '<='} ROLES.index({needed})"
    part = f"ROLES[ROLES.index({needed}):]" if up else f"ROLES[:ROLES.index({needed}) + 1]"
    ranked = f"RANKS[{held}] >= RANKS[{needed}]"
    return {
        "compare": compare,
        "checked": f"# index() raises ValueError for an unknown role\n    return {compare}" if strict
        else f"if {held} not in ROLES or {needed} not in ROLES:\n        return False\n    return {compare}",
        "reverse": compare.replace(">=", "<=") if up else compare.replace("<=", ">="),
        "above": compare.replace("=", ""),
        "ranked": f'try:\n        return {ranked}\n    except KeyError:\n        raise ValueError("unknown role") from None'
        if strict else f"return RANKS.get({held}, 0) >= RANKS.get({needed}, {len(facts['roles']) + 1})",
        "slice": f'above = {part}\n    if {held} not in ROLES:\n        raise ValueError("unknown role")\n    return {held} in above'
        if strict else f"return {needed} in ROLES and {held} in {part}",
        "part": part, "other_part": f"ROLES[:ROLES.index({needed}) + 1]" if up else f"ROLES[ROLES.index({needed}):]",
        "short_part": f"ROLES[ROLES.index({needed}) + 1:]" if up else f"ROLES[:ROLES.index({needed})]",
    }  # fmt: skip


def check_level(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what walking up from the needed role finds."""
    roles = facts["roles"] if facts["up"] else facts["roles"][::-1]
    last, unknown = roles[-1], RAISES if facts["strict"] else False
    pairs = [(roles[0], last), (last, roles[0]), (roles[1], roles[1]), (roles[0], roles[0]), (last, last)]
    pairs += [*pairwise(roles), *(step[::-1] for step in pairwise(roles))]
    strange = [("nobody", roles[0]), (last, "nobody"), ("nobody", "nothing"), ("", last), (roles[0], "nobody")]
    rng.shuffle(pairs)
    expected = [held in roles[roles.index(needed) :] for held, needed in pairs] + [unknown] * len(strange)
    calls = [arrange(facts, held=held, needed=needed) for held, needed in pairs + strange]
    return python_check(facts["name"], list(zip(calls, expected, strict=True)))


LEVEL = Template(
    id="role_level",
    ask=(
        "Write a Python function `«name»(«args»)`. The roles are, «listed», «words». Return True when `«held»` is as "
        "high as `«needed»` or higher, otherwise False. If either isn't one of these roles, the function «unknown».",
        "Our roles are ranked. «listed_cap»: «words». I need `«name»(«args»)` in Python that says whether somebody "
        "with the role `«held»` may do what needs at least `«needed»` (True or False). A role that isn't listed, in "
        "either argument, «unknown».",
        "Compare two roles in Python: `«name»(«args»)` is True if `«held»` ranks at or above `«needed»` and False if "
        "it ranks below. Known roles, «listed»: «words». For any other role, given as either one, it «unknown».",
        "Is a role enough? Ours, «listed», are «words». In Python, `«name»(«args»)` answers True if `«held»` stands where "
        "`«needed»` stands or above it, and False if it stands below; with a role from outside the list it «unknown».",
    ),
    draw=draw_level,
    shapes=(
        Shape(name="index", code="""
            ROLES = «roles!j»

            def «name»(«args»):
                «checked»
            """, mutants=(("«compare»", "«above»"), ("«compare»", "«reverse»"), ("«compare»", "«held» == «needed»"))),
        Shape(name="ranks", code="""
            RANKS = «ranks!j»

            def «name»(«args»):
                «ranked»
            """, mutants=((">=", ">"), (">=", "<="), (">=", "!="), (">=", "=="))),
        Shape(name="slice", code="""
            ROLES = «roles!j»

            def «name»(«args»):
                «slice»
            """, mutants=(("«part»", "«other_part»"), ("«part»", "«short_part»"), ("«part»", "ROLES"),
                          ("«part»", "[«needed»]"))),
    ),
    mutants=((" or «needed» not in ROLES", ""), ("«held» not in ROLES or ", ""), ("return False", "return True"),
             ('raise ValueError("unknown role")', "return False")),
    verifier=check_level,
)  # fmt: skip


def draw_owner(rng: Random) -> dict[str, Any]:
    """Draw a rule about owners, admins and a record's state."""
    noun, action = draw_noun(rng), pick(rng, "edit|delete|update|rename|publish|close|move|share|print|export")
    facts = draw_arguments(rng, user="user|actor|current_user|me|person", record=f"{noun.one}|record|item|entity")
    user, record, always = facts["user"], facts["record"], rng.random() < 0.5
    ident, owner = pick(rng, "id|uid|user_id"), pick(rng, "owner_id|author_id|created_by|seller_id|holder")
    first, second = pick_some(rng, "admin|support|manager|moderator|staff|root", 2)
    admin, admins, wrong_admin = rng.choice((
        (f'{user}["role"] == "{first}"', f"a user whose `role` is `{first}`", f'{user}["role"] != "{first}"'),
        (f'{user}["role"] in ("{first}", "{second}")', f"a user whose `role` is `{first}` or `{second}`",
         f'{user}["role"] == "{second}"'),
        (f'{user}["is_{first}"]', f"a user whose `is_{first}` is true", f'not {user}["is_{first}"]'),
    ))  # fmt: skip
    flag, status = rng.choice(FLAG_FIELDS), rng.choice(STATUSES)
    state, states, wrong_state = rng.choice((
        (f'not {record}["{flag}"]', f"`{flag}` is false", f'{record}["{flag}"]'),
        (f'{record}["status"] == "{status}"', f"`status` is `{status}`", f'{record}["status"] != "{status}"'),
    ))  # fmt: skip
    owns = f'{record}["{owner}"] == {user}["{ident}"]'
    early = (
        f"if {user} is None:\n        return False\n    if {admin}:\n        return True\n    return {owns} and {state}"
    )
    if not always:
        early = f"if {user} is None or {wrong_state}:\n        return False\n    return {admin} or {owns}"
    names = f"can_{action}|may_{action}|can_{action}_{noun.one}|{action}_allowed|is_{action}_allowed"
    return {
        **facts, "name": pick(rng, names), "one": a(noun.one), "action": action, "ident": ident, "owner": owner,
        "always": always,
        "roles": [first, second] if "in (" in admin else [first], "by_role": '"role"' in admin,
        "by_flag": "not" in state,
        "flag": flag, "status": status, "admin": admin, "wrong_admin": wrong_admin, "state": state,
        "wrong_state": wrong_state,
        "owns": owns, "wrong_owns": owns.replace("==", "!="), "early": early,
        "rule": f"{admin} or ({owns} and {state})" if always else f"{state} and ({admin} or {owns})",
        "named": "is_admin or (is_owner and is_open)" if always else "is_open and (is_admin or is_owner)",
        "wrong_named": "is_open and (is_admin or is_owner)" if always else "is_admin or (is_owner and is_open)",
        "policy": f"{admins} may always {action} it; its owner may only while its {states}; nobody else may" if always
        else f"nobody may {action} it unless its {states}; then {admins} may, and so may its owner, but nobody else",
    }  # fmt: skip


def check_owner(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the truth table of the policy, written out."""
    allowed = {"admin owner open", "admin other open", "member owner open"}
    if facts["always"]:
        allowed |= {"admin owner shut", "admin other shut"}
    cases, anonymous = [], []
    for state in ("open", "shut"):
        for role in (*facts["roles"], "member"):
            for whose in ("owner", "other"):
                kind, ident = "member" if role == "member" else "admin", rng.randrange(1, 900)
                user = {
                    facts["ident"]: ident,
                    **({"role": role} if facts["by_role"] else {f"is_{facts['roles'][0]}": kind == "admin"}),
                }
                record: dict[str, Any] = {facts["owner"]: ident if whose == "owner" else ident + rng.randrange(1, 90)}
                if facts["by_flag"]:
                    record[facts["flag"]] = state == "shut"
                else:
                    record["status"] = facts["status"] if state == "open" else "other"
                cases.append((arrange(facts, user=user, record=record), f"{kind} {whose} {state}" in allowed))
        anonymous.append((arrange(facts, user=None, record=record), False))
    rng.shuffle(cases)
    return python_check(facts["name"], cases + anonymous)


OWNER = Template(
    id="owner_rule",
    ask=(
        "Write `«name»(«args»)` in Python. `«record»` is a dict, «one»; its `«owner»` holds the `«ident»` of its "
        "owner. The rule: «policy». `«user»` is a dict, or None for visitors who aren't signed in; they may nothing. "
        "Return True or False.",
        "I need a permission check in Python, `«name»(«args»)`, returning a bool. Both arguments are dicts, and "
        "`«record»` is «one». Its owner is the user whose `«ident»` equals its `«owner»`. Policy: «policy». If "
        "`«user»` is None the answer is False.",
        "Who may «action» «one»? Implement `«name»(«args»)` in Python, True if allowed, else False: «policy». A "
        "record belongs to the user with `«record»[\"«owner»\"] == «user»[\"«ident»\"]`. Nobody is signed in when "
        "`«user»` is None, and then it's never allowed.",
    ),
    draw=draw_owner,
    shapes=(
        Shape(name="early_return", code="""
            def «name»(«args»):
                «early»
            """, mutants=((" is None", " is not None"),)),
        Shape(name="one_expression", code="""
            def «name»(«args»):
                return «user» is not None and (
                    «rule»
                )
            """, mutants=((" is not None and ", " is None or "),)),
        Shape(name="named", code="""
            def «name»(«args»):
                if not «user»:
                    return False
                is_admin = «admin»
                is_owner = «owns»
                is_open = «state»
                return «named»
            """, mutants=(("return «named»", "return «wrong_named»"), ("return False", "return True"))),
    ),
    mutants=(("«admin»", "«wrong_admin»"), ("«owns»", "«wrong_owns»"), ("«state»", "«wrong_state»"),
             ("«wrong_state»", "«state»"), (" or ", " and "), ('["«owner»"]', '["«ident»"]')),
    verifier=check_owner,
)  # fmt: skip


def draw_effective(rng: Random) -> dict[str, Any]:
    """Draw a user's own lists beside the grants of roles."""
    facts = draw_arguments(
        rng,
        user="user|account|member|profile|person|employee",
        table="by_role|grants|role_table|matrix|catalog|given_to",
    )
    roles, more = (
        pick(rng, "roles|groups|teams|positions|jobs"),
        pick(rng, "extra|granted|additional|own|direct|added|personal"),
    )
    less, mode = pick(rng, "denied|revoked|blocked|removed|forbidden|withheld|lost"), pick(rng, "more|less|both")
    add, drop = f'set({facts["user"]}.get("{more}", []))', f'set({facts["user"]}.get("{less}", []))'
    return {
        **facts,
        "name": pick(rng,
                     "effective_permissions|permissions_of|list_permissions|resolve_permissions|all_permissions|what_may"),
        "many": draw_nouns(rng, 1)[0].many,
        "roles": roles, "more": more, "less": less, "mode": mode, "role": roles[:-1],
        "start": "set()" if mode == "less" else add, "end": "found" if mode == "more" else f"found - {drop}",
        "final": {"more": f"found | {add}", "less": f"found - {drop}", "both": f"(found | {add}) - {drop}"}[mode],
        "step": "" if mode == "less" else f'found.update({facts["user"]}.get("{more}", []))\n    ',
        "words": {
            "more": f"add the permissions in the user's own list `{more}`",
            "less": f"take away the permissions in the user's list `{less}`",
            "both": f"add the permissions in the user's own list `{more}`, then take away those in `{less}`",
        }[mode],
        "optional": {"more": f"`{more}` may be missing", "less": f"`{less}` may be missing",
                     "both": f"`{more}` and `{less}` may be missing"}[mode],
    }  # fmt: skip


def check_effective(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect every permission of the alphabet to be asked about, one by one."""
    actions, things = pick_some(rng, ACTIONS, 4), draw_nouns(rng, 3)
    alphabet = sorted(f"{thing.many}:{action}" for thing in things for action in actions)
    cases = []
    for wanted in range(7):
        table = {role: rng.sample(alphabet, rng.randrange(2, 5)) for role in ("staff", "sales", "audit")}
        held = [
            [],
            ["staff"],
            ["staff", "sales"],
            ["sales", "ghost"],
            ["audit", "staff", "sales"],
            ["ghost"],
            ["sales"],
        ][wanted]
        shared = [permission for role in held for permission in table.get(role, [])]
        user: dict[str, Any] = {"name": "kim", facts["roles"]: held}
        if wanted != 1:
            user[facts["more"]] = rng.sample(alphabet, 2) + shared[:1]
        if wanted != 2:
            user[facts["less"]] = [*shared[1:2], *user.get(facts["more"], [])[:1], rng.choice(alphabet)]
        plus = user.get(facts["more"], []) if facts["mode"] != "less" else []
        minus = user.get(facts["less"], []) if facts["mode"] != "more" else []
        expected = [one for one in alphabet if (one in shared or one in plus) and one not in minus]
        if facts["mode"] == "more":
            user.pop(facts["less"], None)
        if facts["mode"] == "less":
            user.pop(facts["more"], None)
        cases.append((arrange(facts, user=user, table=table), expected))
    return python_check(facts["name"], cases)


EFFECTIVE = Template(
    id="effective_permissions",
    ask=(
        "Write a Python function `«name»(«args»)`. `«table»` maps each role to a list of permissions, and `«user»` is "
        "a dict with a list `«roles»`. Collect the permissions of all these roles (a role that `«table»` doesn't know "
        "gives none), then «words». «optional» in the dict. Return the result sorted, without repeats.",
        "A user can be in several «roles». Implement `«name»(«args»)` in Python: start from everything that `«table»` "
        "(a dict from role to list of permission strings) gives to the entries of `«user»[\"«roles»\"]`, skipping "
        "unknown ones; «words» («optional»). The result is a sorted list in which nothing appears twice.",
        "Please work out what a user may do. `«name»(«args»)` in Python gets `«user»`, a dict whose `«roles»` is a "
        "list of names, and the dict `«table»` with a list of permissions for each name; names that aren't in it are "
        "ignored. Unite the lists, «words» («optional»), and return a sorted list of distinct strings.",
        "Our «many» service asks for the sorted list of what somebody may do. In Python: `«name»(«args»)`. Begin with "
        "the lists of permissions that the dict `«table»` has for the names in `«user»[\"«roles»\"]` (no list for a name: "
        "pass over it), «words» («optional»), drop repeats and sort.",
        "Who may change «many»? Before we can tell, `«name»(«args»)` has to join permissions in Python. `«user»`, a dict, "
        "names its «roles» in a list under `«roles»`; `«table»` has the list of permissions of each, but not of unknown "
        "names, which count for nothing. «words». «optional». Result: a list in ascending order, each permission once.",
    ),
    draw=draw_effective,
    shapes=(
        Shape(name="loop", code="""
            def «name»(«args»):
                found = «start»
                for role in «user»["«roles»"]:
                    found |= set(«table».get(role, []))
                return sorted(«end»)
            """, mutants=(("found |=", "found &="), ("found |=", "found ="),
                          ("return sorted(«end»)", "return sorted(«end»)[:-1]"))),
        Shape(name="comprehension", code="""
            def «name»(«args»):
                found = {one for role in «user»["«roles»"] for one in «table».get(role, [])}
                return sorted(«final»)
            """, mutants=(("{one for role", "{role for role"), ("sorted(«final»)", "sorted(found)"),
                          ("sorted(«final»)", "sorted(«final»)[1:]"))),
        Shape(name="chain", code="""
            from itertools import chain

            def «name»(«args»):
                lists = («table».get(role, []) for role in «user»["«roles»"])
                found = set(chain.from_iterable(lists))
                «step»return sorted(«end»)
            """, mutants=(("set(chain.from_iterable(lists))", "set(next(lists, []))"),
                          ("sorted(«end»)", "sorted(«end», reverse=True)"),
                          ("found = set(", "found = list("))),
    ),
    mutants=(("«table».get(role, [])", "«table»[role]"), (".get(\"«more»\", [])", "[\"«more»\"]"),
             (".get(\"«less»\", [])", "[\"«less»\"]"),
             (" - set(", " | set("), ('["«roles»"]', '["«roles»"][:1]')),
    verifier=check_effective,
)  # fmt: skip

CATEGORY = Category(
    name="fs_role_permissions",
    family="identity",
    templates=(LEVEL, OWNER, WILDCARD, EFFECTIVE, DECORATOR, ALLOWED, STATUS, VISIBLE),
)
