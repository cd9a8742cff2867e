"""Category `fs_oauth_callback`: the request for tokens, what the provider sent back, whose account a profile is."""

from random import Random
from typing import Any
from urllib.parse import quote, quote_plus

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, in_words, pick
from burnish.generate.wording import draw_noun

LETTERS = "abcdefghijkmnopqrstuvwxyz23456789"
PROVIDERS = "GitHub|Google|GitLab|Slack|Okta|Auth0|Discord|Twitch|Spotify|Dropbox|LinkedIn|Microsoft"


def draw_word(rng: Random) -> str:
    """Return a short random text."""
    return "".join(rng.choices(LETTERS, k=rng.randrange(7, 12)))


# A form's fields may come in any order, as a dict or encoded.
FORM_HARNESS = """
from urllib.parse import parse_qsl

def drive(ns, call):
    form = ns[call["entry"]](*call["args"])
    if isinstance(form, str):
        return ["text", sorted(parse_qsl(form, keep_blank_values=True, strict_parsing=True))]
    return ["dict", sorted(form.items())]
"""


def draw_form(rng: Random) -> dict[str, Any]:
    """Draw which token request is made, with which fields, encoded or not."""
    noun, refresh, encoded = draw_noun(rng), rng.random() < 0.35, rng.random() < 0.5
    extra = pick(rng, "client_secret|code_verifier" if not refresh else "client_secret|scope")
    main = "refresh_token" if refresh else "code"
    roles = {
        "main": f"{main}|value|grant" if not refresh else f"{main}|token|saved",
        "more": {
            "client_secret": "secret|client_secret|app_secret",
            "code_verifier": "verifier|code_verifier|pkce",
            "scope": "scope|scopes|wanted",
        }[extra],
    }
    facts = draw_arguments(rng, **roles)
    client, back = (
        f"{noun.one}-{pick(rng, 'web|app|portal|admin|site')}",
        f"https://{noun.many}.example.{pick(rng, 'com|org|net')}/{pick(rng, 'callback|auth/done|oauth/return|login/back|signed-in')}",
    )
    grant = main if refresh else "authorization_code"
    fields = {"grant_type": f'"{grant}"', main: facts["main"], "client_id": f'"{client}"', extra: facts["more"]}
    fields |= {} if refresh else {"redirect_uri": f'"{back}"'}
    order = rng.sample(list(fields), len(fields))
    constants = [key for key in order if fields[key].startswith('"') and key != "grant_type"]
    shown = {
        key: value if key in constants else f"from `{value}`" for key, value in fields.items() if key != "grant_type"
    }
    words = [f"`{key}` ({shown[key]})" for key in order if key in shown]
    literal = ", ".join(f'"{key}": {fields[key]}' for key in order)
    return {
        **facts,
        "name": pick(rng, f"token_request|token_form|exchange_form|build_token_body|token_params|{noun.one}_token_form|request_body") if not refresh else pick(rng, "refresh_form|refresh_request|renew_params|refresh_body|renewal_form"),
        "encoded": encoded, "fields": {key: fields[key].strip('"') for key in constants} | {"grant_type": grant}, "main_field": main,
        "extra": extra,
        "step": "get a new access token with a refresh token" if refresh else "exchange the code that the callback received for tokens",
        "use": "refreshing an access token" if refresh else "trading an authorization code for tokens",
        "words": f"{', '.join(words[:-1])} and {words[-1]}", "provider": pick(rng, PROVIDERS), "keys": in_words(list(fields)[1:]),
        "kind": "a form-encoded string" if encoded else "a dict",
        "imports": "from urllib.parse import urlencode\n\n" if encoded else "",
        "literal": f"urlencode({{{literal}}})" if encoded else f"{{{literal}}}", "grant": grant,
        "keywords": f"{'urlencode(' if encoded else ''}dict({', '.join(f'{key}={fields[key]}' for key in order)}){')' if encoded else ''}",
        "most": ", ".join(f'"{key}": {fields[key]}' for key in order if key != main), "form": "urlencode(form)" if encoded else "form",
        "other": "authorization_code" if refresh else "code", "dropped": f'"{constants[0]}": {fields[constants[0]]}',
        "spoilt": f'"{constants[0]}": None',
        "keyword": f"{constants[0]}={fields[constants[0]]}", "lost": f"{constants[0]}=None",
        "by_hand": "&".join(f"{key}={{{fields[key]}}}" if fields[key][0] != '"' else f"{key}={fields[key].strip(chr(34))}" for key in order),
    }  # fmt: skip


def check_form(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the pairs that are sent, put together from the two values and the constants."""
    cases = []
    for mark in ("/", "&x=", " b+", "%41"):
        main, more = draw_word(rng) + mark + draw_word(rng), draw_word(rng) + mark
        pairs = sorted([*facts["fields"].items(), (facts["main_field"], main), (facts["extra"], more)])
        call = {"entry": facts["name"], "args": arrange(facts, main=main, more=more)}
        cases.append((call, ["text" if facts["encoded"] else "dict", [list(pair) for pair in pairs]]))
    return python_check(facts["name"], cases, harness=FORM_HARNESS)


FORM = Template(
    id="token_request",
    ask=(
        "Write a Python function `«name»(«args»)` that returns the body of an OAuth 2 token request as «kind». We want to «step». Besides `grant_type` it has the fields «words».",
        "Our «provider» sign-in has to «step». In Python, `«name»(«args»)` should build the fields of that request: the right `grant_type`, then «words». The result is «kind».",
        "OAuth 2, server side, Python: implement `«name»(«args»)`. It prepares the POST to the token endpoint, by which we «step», and gives back «kind» with `grant_type` and «words».",
        "Which fields does the token endpoint of «provider» expect for «use»? Please put them together in the Python function `«name»(«args»)`, result «kind»: «words», and the `grant_type` that the OAuth 2 standard defines for this.",
    ),
    draw=draw_form,
    shapes=(
        Shape(name="literal", code="""
            «imports»def «name»(«args»):
                return «literal»
            """, mutants=(('"grant_type": "«grant»"', '"grant_type": "«other»x"'), ("«dropped»", "«spoilt»"),
                          ('"«main_field»": «main»', '"«main_field»": «more»'))),
        Shape(name="keywords", code="""
            «imports»def «name»(«args»):
                return «keywords»
            """, mutants=(("grant_type=", "response_type="), ("«keyword»", "«lost»"), ("«main_field»=«main»", "«main_field»=«more»"))),
        Shape(name="assign", code="""
            «imports»def «name»(«args»):
                form = {«most»}
                form["«main_field»"] = «main»
                return «form»
            """, mutants=(('"grant_type": "«grant»"', '"grant_type": "password"'), ("«dropped»", "«spoilt»"),
                          ('    form["«main_field»"] = «main»\n', ""))),
    ),
    wrong=("""
        def «name»(«args»):
            return f"«by_hand»"
        """,),
    verifier=check_form,
)  # fmt: skip


def draw_callback(rng: Random) -> dict[str, Any]:
    """Draw what the callback gets, whether it knows the issuer, and how it tells what went wrong."""
    whole, raises, issuer = (
        rng.random() < 0.5,
        rng.random() < 0.5,
        f"https://{pick(rng, 'id|login|auth|accounts')}.example.{pick(rng, 'com|org|net')}"
        if rng.random() < 0.5
        else "",
    )
    facts = draw_arguments(
        rng,
        given="url|callback_url|address|location" if whole else "query|query_string|params_text|raw",
        expected="expected|saved_state|stored|session_state",
    )
    state, missing = (
        pick(rng, "bad_state|state_mismatch|wrong_state|forged|csrf"),
        pick(rng, "no_code|missing_code|code_missing|empty"),
    )
    key, why, given, expected = (
        pick(rng, "code|auth_code|grant|result"),
        pick(rng, "error|problem|failure|reason"),
        facts["given"],
        facts["expected"],
    )
    refused = pick(rng, "PermissionError|PermissionError|RuntimeError|LookupError")
    return {
        **facts,
        "name": pick(rng, "handle_callback|read_callback|finish_login|on_callback|oauth_callback|code_from_callback|complete_sign_in"),
        "whole": whole, "raises": raises, "issuer": issuer, "state_word": state, "missing_word": missing, "key": key, "why": why,
        "provider": pick(rng, PROVIDERS),
        "path": pick(rng, "/callback|/oauth/callback|/auth/return|/login/done|/signin/back|/sso/answer|/oauth2/return|/session/new"),
        "what": f"the full URL in `{given}`" if whole else f"the query string `{given}`, without a `?`",
        "source": f"urlsplit({given}).query" if whole else given,
        "qsl": "parse_qsl, urlsplit" if whole else "parse_qsl", "qs": "parse_qs, urlsplit" if whole else "parse_qs",
        "bad_state": f'raise {refused}("state")' if raises else f'return {{"{why}": "{state}"}}',
        "denied": 'raise ValueError(params["error"])' if raises else f'return {{"{why}": params["error"]}}',
        "denied_list": 'raise ValueError(params["error"][0])' if raises else f'return {{"{why}": params["error"][0]}}',
        "denied_name": "raise ValueError(error)" if raises else f'return {{"{why}": error}}',
        "no_code": 'raise ValueError("no code")' if raises else f'return {{"{why}": "{missing}"}}',
        "open": "" if raises else f'{{"{key}": ', "close": "" if raises else "}",
        "done": "return the text of `code`" if raises else f'return `{{"{key}": <code>}}`',
        "refused": refused, "on_state": f"raise {refused}" if raises else f'return `{{"{why}": "{state}"}}`',
        "on_error": "raise ValueError" if raises else f'return `{{"{why}": <error>}}`',
        "on_missing": "raise ValueError" if raises else f'return `{{"{why}": "{missing}"}}`',
        "issuer_words": f' or its `iss` isn\'t "{issuer}"' if issuer else "",
        "plain_issuer": f' or params.get("iss") != "{issuer}"' if issuer else "",
        "list_issuer": f' or params.get("iss") != ["{issuer}"]' if issuer else "",
        "name_issuer": f' or iss != "{issuer}"' if issuer else "",
        "names": "code, state, error, iss" if issuer else "code, state, error",
        "quoted": '("code", "state", "error", "iss")' if issuer else '("code", "state", "error")', "expected": expected,
    }  # fmt: skip


def check_callback(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what was put into the query on purpose."""
    raises, why = facts["raises"], facts["why"]
    bad: Any = {"raises": facts["refused"]} if raises else {why: facts["state_word"]}
    missing: Any = {"raises": "ValueError"} if raises else {why: facts["missing_word"]}
    issuer = {"iss": facts["issuer"]} if facts["issuer"] else {}
    cases: list[tuple[Any, Any]] = []

    def add(query: dict[str, str], expected: str | None, result: Any) -> None:
        pairs = rng.sample(list(query.items()), len(query))
        text = "&".join(f"{key}={rng.choice((quote, quote_plus))(value, safe='')}" for key, value in pairs)
        url = f"https://app.example{facts['path']}?{text}#x" if facts["whole"] else text
        cases.append((arrange(facts, given=url, expected=expected), result))

    for mark in ("", " /+", "&state="):
        code, state, other = draw_word(rng) + mark + "z", draw_word(rng) + mark, draw_word(rng)
        denied: Any = {"raises": "ValueError"} if raises else {why: f"denied{mark}x"}
        good = {"code": code, "state": state, **issuer}
        add(good, state, code if raises else {facts["key"]: code})
        add({**good, "session_state": other, "scope": "a b"}, state, code if raises else {facts["key"]: code})
        for expected in (other, state + "x", state[:-1], state.upper(), None, ""):
            add(good, expected, bad)
        add({"code": code, **issuer}, None, bad)
        add({"code": code, **issuer}, state, bad)
        add({"error": f"denied{mark}x", "state": state, **issuer}, state, denied)
        add({"error": f"denied{mark}x", "code": code, "state": state, **issuer}, state, denied)
        add({"error": f"denied{mark}x", "state": other, **issuer}, state, bad)
        add({"state": state, **issuer}, state, missing)
        add({"state": state, "coder": "x", **issuer}, other, bad)
        if issuer:
            add({"code": code, "state": state}, state, bad)
            add({**good, "iss": facts["issuer"] + ".example"}, state, bad)
    return python_check(facts["name"], cases)


CALLBACK = Template(
    id="provider_answer",
    ask=(
        "Write a Python function `«name»(«args»)` for the OAuth callback. It reads the parameters from «what». If `state` isn't equal to `«expected»`«issuer_words», or if `«expected»` is None or empty, «on_state». Then, if there's an `error`, «on_error»; without a `code`, «on_missing». Otherwise «done».",
        "«provider» redirects the browser to our «path» page. In Python, implement `«name»(«args»)`, which gets «what» and, in `«expected»`, the state that we stored (None if no sign-in was begun). Check in this order. A wrong, missing or never stored state«issuer_words»: «on_state». A parameter `error`: «on_error». No `code`: «on_missing». All well: «done».",
        "I need safe handling of a sign-in with «provider»: `«name»(«args»)` in Python, standard library only. Its input is «what»; values are percent-encoded. First «on_state» unless `state` equals `«expected»`, which may be None and then matches nothing. «issuer_sentence»Next «on_error» if the provider sent `error`, and «on_missing» if `code` is absent. In the end «done».",
        "After consent the provider calls `«path»` with `code` and `state`, or with `error`. Please write `«name»(«args»)` in Python. Input: «what», and the stored state `«expected»`. (1) `«expected»` is None or empty or differs from `state`«issuer_words»: «on_state». (2) `error` is present: «on_error». (3) `code` is missing: «on_missing». (4) Else «done».",
        "The last step of signing in with «provider» comes back to `«path»`. `«name»(«args»)` in Python takes «what» and tells us how it went. Trust nothing before the state fits: unless `state` is the same as `«expected»` (None or empty fits nothing), «on_state». «issuer_sentence»Only then look at `error`; if it's there, «on_error». With no error and no `code` either, «on_missing». In the good case, «done».",
        "Python, standard library: `«name»(«args»)` examines what «provider» sends to «path». Percent-encoded parameters come in «what»; `«expected»` is our stored state, or None. Three checks, in order. The state must be stored, not empty, and equal to `state`; if this goes wrong, «on_state». «issuer_sentence»An `error` parameter means: «on_error». A missing `code` means: «on_missing». After that, «done».",
    ),
    draw=lambda rng: {**(f := draw_callback(rng)),
                      "issuer_sentence": f"Do the same unless `iss` is \"{f['issuer']}\". " if f["issuer"] else ""},
    shapes=(
        Shape(name="dict", code="""
            import hmac
            from urllib.parse import «qsl»

            def «name»(«args»):
                params = dict(parse_qsl(«source»))
                if not «expected» or not hmac.compare_digest(params.get("state", ""), «expected»)«plain_issuer»:
                    «bad_state»
                if "error" in params:
                    «denied»
                if "code" not in params:
                    «no_code»
                return «open»params["code"]«close»
            """, mutants=(("not «expected» or ", ""), (' or not hmac.compare_digest(params.get("state", ""), «expected»)', ""),
                          ('if "error" in params', "if False"), ('if "code" not in params', "if False"),
                          ("if not «expected» or", "if «expected» and"))),
        Shape(name="lists", code="""
            from urllib.parse import «qs»

            def «name»(«args»):
                params = parse_qs(«source»)
                if not «expected» or params.get("state") != [«expected»]«list_issuer»:
                    «bad_state»
                if "error" in params:
                    «denied_list»
                if "code" not in params:
                    «no_code»
                return «open»params["code"][0]«close»
            """, mutants=(('params.get("state") != [«expected»]', '"state" not in params'), ('if "error" in params', "if False"),
                          ('if "code" not in params', "if False"), ('["code"][0]', '["code"]'),
                          ("if not «expected» or", "if «expected» and"))),
        Shape(name="unpack", code="""
            from urllib.parse import «qs»

            def «name»(«args»):
                params = parse_qs(«source»)
                «names» = (params.get(key, [""])[0] for key in «quoted»)
                if not «expected» or state != «expected»«name_issuer»:
                    «bad_state»
                if error:
                    «denied_name»
                if not code:
                    «no_code»
                return «open»code«close»
            """, mutants=(("state != «expected»", "not state"), ("if error", "if error and not code"), ("if not code", "if False"),
                          ("if not «expected» or", "if «expected» and"))),
    ),
    verifier=check_callback,
)  # fmt: skip


ACCOUNT_HARNESS = """
def drive(ns, call):
    return [ns[call["entry"]](*call["args"]), call["args"][call["users"]]]
"""


def draw_account(rng: Random) -> dict[str, Any]:
    """Draw the fields of a profile and of our users, and when an account may be linked."""
    company = pick(rng, PROVIDERS)
    provider = company.lower()
    facts = draw_arguments(rng, profile="profile|info|identity|userinfo", users="users|accounts|members|people")
    link, guard, strict, fold = (rng.random() < 0.5 for _ in range(4))
    field, sub, verified = (
        pick(rng, f"{provider}_id|{provider}_sub|{provider}_key"),
        pick(rng, "sub|id|subject|uid"),
        pick(rng, "email_verified|verified|verified_email|is_verified"),
    )
    profile, users, low = facts["profile"], facts["users"], ".lower()" if fold else ""
    known = pick(rng, "id|number|key|user_id")
    return {
        **facts,
        "name": pick(rng, f"find_account|account_for|match_user|user_for_profile|link_{provider}|{provider}_user|resolve_user"),
        "field": field, "sub": sub, "verified": verified, "link": link, "guard": guard, "strict": strict, "fold": fold, "known": known,
        "provider": company,
        "good": f'{profile}["{verified}"]', "mine": f'{profile}["{sub}"]', "mail": f'{profile}["email"]{low}',
        "same": f'user["email"]{low} == {profile}["email"]{low}',
        "free": f' and user["{field}"] is None' if guard else "",
        "taken": f' or user["{field}"] not in (None, {profile}["{sub}"])' if guard else "",
        "set": f'user["{field}"] = {profile}["{sub}"]\n            ' if link else "",
        "put": f'user["{field}"] = {profile}["{sub}"]\n    ' if link else "",
        "hand": f'user["{field}"] = {profile}["{sub}"]\n        ' if link else "",
        "fail": 'raise LookupError("no account")' if strict else "return None",
        "fails": "raise LookupError" if strict else "return None",
        "failing": "LookupError" if strict else "None", "by_email": f'{{user["email"]{low}: user for user in {users}}}',
        "case": "ignoring case" if fold else "exactly as written",
        "free_words": f", and only if that user's `{field}` is None" if guard else ", whether or not it is linked to someone else",
        "free_short": f" and whose `{field}` is still None" if guard else " (linked already or not)",
        "link_words": f" In the second case also store the `{sub}` in the user's `{field}`." if link else "",
        "link_short": f" Whoever is found by email gets the `{sub}` as `{field}`." if link else f" `{users}` isn't changed.",
        "example": f'{{"{known}": 3, "email": "ida@example.com", "{field}": None}}', "swapped": f'{profile}["email"]',
    }  # fmt: skip


def check_account(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the user that was made to fit, in a list where the others fit less."""
    field, known, cases = facts["field"], facts["known"], []
    nobody: Any = None if not facts["strict"] else {"raises": "LookupError"}
    for linked, mail, verified in [
        (a, b, c) for a in ("none", "other", "mine") for b in ("same", "case", "no") for c in (True, False)
    ]:
        sub, email = draw_word(rng), f"{draw_word(rng)}@Example.com"
        text = {"same": email, "case": email.swapcase(), "no": f"x{email}"}[mail]
        mine = {known: rng.randrange(100, 900), "email": text, field: None if linked != "other" else draw_word(rng)}
        users: list[dict[str, Any]] = [
            {known: number, "email": f"{draw_word(rng)}@example.com", field: rng.choice((None, draw_word(rng)))}
            for number in (5, 6)
        ]
        winner = {known: 8, "email": f"{draw_word(rng)}@example.com", field: sub}
        users = [users[0], mine, users[1], *([winner] if linked == "mine" else [])]
        found = (
            (mail == "same" or (mail == "case" and facts["fold"]))
            and verified
            and not (linked == "other" and facts["guard"])
        )
        result = winner if linked == "mine" else mine if found else None
        after = [user | ({field: sub} if facts["link"] and user is result else {}) for user in users]
        call = {
            "entry": facts["name"],
            "users": facts["order"].index("users"),
            "args": arrange(
                facts, profile={facts["sub"]: sub, "email": email, facts["verified"]: verified}, users=users
            ),
        }
        cases.append((call, [result[known], after] if result else nobody if facts["strict"] else [None, users]))
    return python_check(facts["name"], cases, harness=ACCOUNT_HARNESS)


ACCOUNT = Template(
    id="account_of_profile",
    ask=(
        "Write a Python function `«name»(«args»)` that finds whose account a profile from «provider» is. `«profile»` is a dict with `«sub»`, `email` and `«verified»`; `«users»` is a list of dicts like `«example»`, all with different emails. First look for the user whose `«field»` is the profile's `«sub»`. If there's none and `«verified»` is true, take the user with the same email («case»)«free_words».«link_words» Return the user's `«known»`; if nobody fits, «fails».",
        "Someone comes back from «provider». In Python, `«name»(«args»)` should return the `«known»` of their account in the list `«users»` (dicts such as `«example»`, no email twice). A user linked by `«field»` to the `«sub»` in `«profile»` always wins. An email counts only if the profile's `«verified»` is true: then it's the user whose `email` equals the profile's, compared «case»«free_short».«link_short» Nobody: «failing».",
        "Accounts mustn't be taken over through unverified emails. Please implement `«name»(«args»)` in Python. `«profile»` has the keys `«sub»`, `email`, `«verified»`; each user in `«users»` looks like `«example»`, and emails are unique. Step 1: match `«field»` with `«sub»`. Step 2, only for a profile with a true `«verified»`: match `email`, «case», among users«free_step».«link_short» The result is the `«known»` of the match, otherwise «failing».",
    ),
    draw=lambda rng: {**(f := draw_account(rng)), "free_step": f" whose `{f['field']}` is None" if f["guard"] else ", linked or not"},
    shapes=(
        Shape(name="two_loops", code="""
            def «name»(«args»):
                for user in «users»:
                    if user["«field»"] == «mine»:
                        return user["«known»"]
                for user in «users»:
                    if «good» and «same»«free»:
                        «set»return user["«known»"]
                «fail»
            """, mutants=(("«good» and ", ""), ("«good» and", "«good» or"), ('user["«field»"] == «mine»', "False"),
                          ("«same»«free»", "True"), ('return user["«known»"]', "return user"))),
        Shape(name="lists", code="""
            def «name»(«args»):
                found = [user for user in «users» if user["«field»"] == «mine»]
                if not found and «good»:
                    found = [user for user in «users» if «same»«free»]
                for user in found:
                    «hand»return user["«known»"]
                «fail»
            """, mutants=(("not found and «good»", "not found"), ("not found and «good»", "«good»"),
                          ("if not found and", "if not found or"), ('user["«known»"]', "user"))),
        Shape(name="indexes", code="""
            def «name»(«args»):
                user = {user["«field»"]: user for user in «users»}.get(«mine»)
                if user is None and «good»:
                    user = «by_email».get(«mail»)
                if user is None«taken»:
                    «fail»
                «put»return user["«known»"]
            """, mutants=((" and «good»", ""), ("user is None and «good»", "«good»"),
                          ("if user is None«taken»", "if user is None or True"), ('return user["«known»"]', "return user"))),
    ),
    verifier=check_account,
)  # fmt: skip

CATEGORY = Category(name="fs_oauth_callback", family="identity", templates=(FORM, CALLBACK, ACCOUNT))
