"""Security pairs about what a request may reach: files below a folder, other people's records, other sites."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import FIRST_NAMES, draw_noun


def draw_path(rng: Random) -> dict[str, Any]:
    """Draw a folder and the name of a function."""
    noun = draw_noun(rng)
    folder = f"/{pick(rng, 'srv|var|data|home|opt')}/{pick(rng, 'app|site|www|shop|portal')}/{noun.many}"
    return {
        "name": pick(rng, f"{noun.one}_path|locate_{noun.one}|resolve_{noun.one}|{noun.one}_file|path_of_{noun.one}"),
        "one": noun.one,
        "many": noun.many, "folder": folder, "arg": pick(rng, "name|filename|requested|relative|part"),
        "const": pick(rng, "ROOT|BASE|FOLDER|HOME"),
    }  # fmt: skip


def check_path(facts: Facts, rng: Random) -> dict[str, Any]:
    """Resolve names inside; names that lead outside must raise ValueError."""
    name, folder, sibling = facts["name"], facts["folder"], facts["many"]
    inside = [f"{one.lower()}.pdf" for one in rng.sample(FIRST_NAMES, 2)] + ["2026/may/report.txt", "a..b.txt"]
    outside = [
        "../secrets.txt",
        "x/../../other.txt",
        f"../{sibling}-private/key.pem",
        "/etc/passwd",
        "....//secrets.txt/../../../y",
    ]
    return {
        "works": python_check(name, [([one], f"{folder}/{one}") for one in inside]),
        "path_traversal": python_check(name, [([one], {"raises": "ValueError"}) for one in outside]),
    }


PATH = Template(
    id="path_below_folder",
    ask=(
        "Write a Python function `«name»(«arg»)` that returns the path, as text, of the file `«arg»` in the folder `«folder»`. `«arg»` comes from a URL and may name subfolders; a bad one raises ValueError. POSIX paths, and don't touch the disk.",
        "Downloads of «many» lie below `«folder»`. In Python, `«name»(«arg»)` turns the requested name (it can hold slashes) into the whole path as a string, raising ValueError for a name that isn't allowed. Only text is computed: use posixpath.",
        "I need `«name»(«arg»)` in Python: given what a visitor asks for, such as `2026/plan.txt`, give the text `«folder»/2026/plan.txt`. Invalid requests raise a ValueError. No access to files here.",
    ),
    draw=draw_path,
    shapes=(
        Shape(name="normpath", code="""
            import posixpath

            «const» = "«folder»"


            def «name»(«arg»):
                path = posixpath.normpath(posixpath.join(«const», «arg»))
                if not path.startswith(«const» + "/"):
                    raise ValueError("not a «one»")
                return path
            """, mutants=(('«const» + "/"', "«const»"),)),
        Shape(name="commonpath", code="""
            import posixpath


            def «name»(«arg»):
                folder = "«folder»"
                path = posixpath.normpath(posixpath.join(folder, «arg»))
                inside = posixpath.commonpath([folder, path]) == folder
                if not inside or path == folder:
                    raise ValueError(f"{«arg»!r} isn't a file below {folder}")
                return path
            """, mutants=(("posixpath.commonpath([folder, path]) == folder", "path.startswith(folder)"),
                          ("not inside or path == folder", 'not «arg» or «arg».startswith("../")'))),
    ),
    wrong=("""
        import posixpath


        def «name»(«arg»):
            if not «arg»:
                raise ValueError("no name")
            return posixpath.join("«folder»", «arg»)
        """, """
        import posixpath

        «const» = "«folder»"


        def «name»(«arg»):
            cleaned = «arg».strip().replace("../", "")
            if not cleaned or cleaned.startswith("/"):
                raise ValueError(f"{«arg»!r} isn't the name of a «one»")
            path = posixpath.join(«const», cleaned)
            return posixpath.normpath(path)
        """),
    verifier=check_path,
)  # fmt: skip


def draw_owner(rng: Random) -> dict[str, Any]:
    """Draw a record, the field of its owner and a role that sees all."""
    noun = draw_noun(rng)
    return {
        "name": pick(rng,
                     f"read_{noun.one}|get_{noun.one}|load_{noun.one}|open_{noun.one}|{noun.one}_for|fetch_{noun.one}"),
        "one": noun.one, "many": noun.many,
        "owner": pick(rng, "owner|author|user_id|created_by|account"),
        "role": pick(rng, "admin|auditor|support|editor|manager"), "key": pick(rng, f"{noun.one}_id|key|number"),
    }  # fmt: skip


def check_owner(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for own records, unknown ones and other people's."""
    name, owner, (mine, theirs) = facts["name"], facts["owner"], rng.sample(range(10, 99), 2)
    records = {"a1": {owner: mine, "text": "first"}, "b2": {owner: theirs, "text": "second"}}
    user, boss = {"id": mine, "role": "member"}, {"id": rng.randrange(100, 200), "role": facts["role"]}
    known = [
        ([records, "a1", user], records["a1"]),
        ([records, "b2", boss], records["b2"]),
        ([records, "c3", user], {"raises": "KeyError"}),
    ]
    tried: list[tuple[Any, Any]] = [
        ([records, "b2", user], {"raises": "PermissionError"}),
        ([records, "a1", {"id": theirs, "role": "guest"}], {"raises": "PermissionError"}),
    ]
    return {"works": python_check(name, known), "foreign_record": python_check(name, tried)}


OWNER = Template(
    id="record_of_owner",
    ask=(
        "Write a Python function `«name»(«many», «key», user)`. `«many»` maps ids to dicts with an `«owner»`; `user` is a dict with `id` and `role`. It returns the «one» for its owner or for the role `«role»`, raises PermissionError for others and KeyError for an unknown id.",
        "In our API a «one» may be read by the user whose `id` is its `«owner»`, and by anyone with `role` '«role»'. Please write `«name»(«many», «key», user)` in Python (all are dicts): it gives the «one», KeyError if there is none, PermissionError if it isn't allowed.",
        "Python: `«name»(«many», «key», user)` looks up a «one» in the dict `«many»`. Unknown: KeyError. Not that user's own (`«owner»` against `user['id']`) and not '«role»' by `user['role']`: PermissionError. Else return it.",
    ),
    draw=draw_owner,
    shapes=(
        Shape(name="guard", code="""
            def «name»(«many», «key», user):
                «one» = «many»[«key»]
                if user["id"] != «one»["«owner»"] and user["role"] != "«role»":
                    raise PermissionError
                return «one»
            """, mutants=(('user["id"] != «one»["«owner»"] and user["role"] != "«role»"',
                           'not user["id"] and user["role"] != "«role»"'),)),
        Shape(name="helper", code="""
            def may_read(«one», user):
                return user["role"] == "«role»" or «one»["«owner»"] == user["id"]


            def «name»(«many», «key», user):
                «one» = «many»[«key»]
                if may_read(«one», user):
                    return «one»
                raise PermissionError(f"{user['id']} may not read {«key»}")
            """, mutants=(('«one»["«owner»"] == user["id"]', '"«owner»" in «one»'),
                          ('«one»["«owner»"] == user["id"]', 'user["id"] is not None'))),
    ),
    wrong=("""
        def «name»(«many», «key», user):
            return «many»[«key»]
        """, """
        def «name»(«many», «key», user):
            if user is None or "id" not in user:
                raise PermissionError("sign in first")
            if user["role"] == "«role»":
                return «many»[«key»]
            «one» = «many»[«key»]
            if «one»["«owner»"] is None:
                raise PermissionError("this «one» belongs to nobody")
            return «one»
        """),
    verifier=check_owner,
)  # fmt: skip


def draw_redirect(rng: Random) -> dict[str, Any]:
    """Draw the page to fall back to and the names."""
    noun = draw_noun(rng)
    return {
        "name": pick(rng, f"next_page|after_login|redirect_target|return_to|safe_next|target_after_{noun.one}|page_after_{noun.one}"),
        "one": noun.one,
        "home": f"/{pick(rng, f'{noun.many}|home|account|start|dashboard|{noun.many}/new|my/{noun.many}')}",
        "arg": pick(rng, "target|next_url|wanted|url|location"),
        "event": pick(rng,
                      f"signing in|logging out|saving {noun.one}s|a payment|the survey|confirming an email|closing a {noun.one}"),
    }  # fmt: skip


def check_redirect(facts: Facts, rng: Random) -> dict[str, Any]:
    """Pass pages of this site through; addresses of others give the page to fall back to."""
    name, home, site = facts["name"], facts["home"], f"{pick(rng, 'evil|bad|phish')}.example"
    known = [([one], one) for one in ("/", "/items/4?page=2", f"/{rng.choice(FIRST_NAMES).lower()}#top")]
    tried = [f"https://{site}/", f"//{site}", f"/\\{site}", f"http:{site}"]
    return {
        "works": python_check(name, [*known, ([""], home)]),
        "open_redirect": python_check(name, [([one], home) for one in tried]),
    }


REDIRECT = Template(
    id="redirect_after_form",
    ask=(
        "Write a Python function `«name»(«arg»)` that decides where «event» leads: `«arg»` comes from the query string and is returned when it is a page of our own site, like `/items?page=2`; otherwise, or when it is empty, the result is `«home»`.",
        "After «event» we redirect to the `next` parameter. Please write `«name»(«arg»)` in Python: give back paths of this site unchanged and `«home»` for everything else, the empty text included.",
        "Where does the browser go after «event»? In Python: `«name»(«arg»)` returns `«arg»` if that is a local path such as `/a/b#c` and `«home»` if not (or if it is an empty string).",
    ),
    draw=draw_redirect,
    shapes=(
        Shape(name="prefix", code="""
            def «name»(«arg»):
                if «arg».startswith("/") and not «arg».startswith(("//", "/\\\\")):
                    return «arg»
                return "«home»"
            """, mutants=((' and not «arg».startswith(("//", "/\\\\"))', ""), ('("//", "/\\\\")', '"//"'))),
        Shape(name="urlsplit", code="""
            from urllib.parse import urlsplit

            FALLBACK = "«home»"


            def «name»(«arg»):
                parts = urlsplit(«arg».replace("\\\\", "/"))
                is_local = not parts.scheme and not parts.netloc
                if is_local and parts.path.startswith("/"):
                    return «arg»
                return FALLBACK
            """, mutants=(('«arg».replace("\\\\", "/")', "«arg»"),
                          ("not parts.scheme and not parts.netloc", 'parts.scheme in ("", "https")'))),
    ),
    wrong=("""
        def «name»(«arg»):
            return «arg» or "«home»"
        """, """
        from urllib.parse import urlsplit

        FALLBACK = "«home»"


        def «name»(«arg»):
            if not «arg»:
                return FALLBACK
            address = urlsplit(«arg»)
            known_schemes = ("", "http", "https")
            if address.scheme not in known_schemes:
                return FALLBACK
            return «arg»
        """),
    verifier=check_redirect,
)  # fmt: skip
