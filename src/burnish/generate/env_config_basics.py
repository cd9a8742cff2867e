"""The small tasks of `fs_env_config`: which environment it is, the address of a service, settings as text."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import in_words, pick
from burnish.generate.wording import CITIES, COLORS, NUMBER_FIELDS, TEXT_FIELDS

STAGES = "production staging test development local live preview beta ci demo".split()
FIELDS = [field.upper() for field in (*TEXT_FIELDS, *NUMBER_FIELDS)]
PREFIXES = (
    "APP|API|WEB|SHOP|BLOG|MAIL|WORKER|SEARCH|AUTH|CHAT|QUEUE|ADMIN|MEDIA|REPORTS|CRM|WIKI|FORUM|MAPS|CDN|CRON|BOT"
)


def draw_stage(rng: Random) -> dict[str, Any]:
    """Draw a switch that is on in one or two environments, or everywhere else."""
    key = pick(rng, "ENV|STAGE|NODE_ENV|DEPLOY_ENV|ENVIRONMENT|RUN_MODE|APP_ENV|API_STAGE|WEB_ENV")
    values, negative = rng.sample(STAGES, rng.choice((1, 2, 2))), rng.random() < 0.3
    switch = pick(rng, "sends_mail|uses_cdn|tracks_errors|shows_banner|needs_login|caches_pages|has_debug_bar")
    tests = ("!= ", "not in ") if negative else ("== ", "in ")
    single, listed = f'"{values[0]}"', '("' + '", "'.join(values) + '")'
    return {
        "name": f"is_{values[0]}" if len(values) == 1 and not negative and rng.random() < 0.6 else switch,
        "env": pick(rng, "env|environ|settings|config|variables"), "key": key, "values": values, "negative": negative,
        "test": tests[0] + single if len(values) == 1 else tests[1] + listed, "first": single,
        "positive": f"== {single}" if len(values) == 1 else f"in {listed}", "shown": in_words(values, last="or"),
        "inside": str(not negative), "outside": str(negative), "absent": f'"{key}" not in ' if negative else f'"{key}" in ',
        "link": "or" if negative else "and", "slip_link": "and" if negative else "or",
        "turned": (("== ", "in ") if negative else ("!= ", "not in "))[len(values) - 1],
        "sign": tests[len(values) - 1],
    }  # fmt: skip


def check_stage(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the drawn values to count, and others, or none at all, not."""
    key = facts["key"]
    others = [stage for stage in STAGES if stage not in facts["values"]]
    cases: list[tuple[Any, Any]] = [([{}], facts["negative"]), ([{"OTHER": facts["values"][0]}], facts["negative"])]
    cases += [([{key: stage, "HOST": "a"}], not facts["negative"]) for stage in facts["values"]]
    cases += [([{key: stage}], facts["negative"]) for stage in rng.sample(others, 3)]
    return python_check(facts["name"], [*cases, ([{key: rng.choice(facts["values"])}], not facts["negative"])])


STAGE = Template(
    id="which_environment",
    ask=(
        "Write a Python function `«name»(«env»)` that returns «inside» if `«key»` in the dict `«env»` is «shown», and "
        "«outside» otherwise, also when `«key»` is missing.",
        "Our settings are in the dict `«env»`. I need `«name»(«env»)` in Python: when the variable `«key»` has the "
        "value «shown» the result is «inside»; any other value, or no such variable, gives «outside».",
        "Please implement `«name»(«env»)` in Python. It looks at `\"«key»\"` in a dict of environment variables, which "
        "may lack it, and returns a bool: «inside» for «shown», else «outside».",
    ),
    draw=draw_stage,
    shapes=(
        Shape(name="get", code="""
            def «name»(«env»):
                return «env».get("«key»") «test»
            """, mutants=(('.get("«key»")', '["«key»"]'), (") «sign»", ") «turned»"),
                          ('get("«key»")', 'get("«key»", «first»)'),
                          (" «test»", ""))),
        Shape(name="both", code="""
            def «name»(«env»):
                return «absent»«env» «link» «env»["«key»"] «test»
            """, mutants=(("«absent»«env» «link» ", ""), (" «link» ", " «slip_link» "), ("] «sign»", "] «turned»"))),
        Shape(name="branch", code="""
            def «name»(«env»):
                if «env».get("«key»") «positive»:
                    return «inside»
                return «outside»
            """, mutants=(("return «inside»", "return «outside»"), ("return «outside»", "return None"),
                          (" «positive»", ""),
                          ('.get("«key»")', '["«key»"]'))),
    ),
    verifier=check_stage,
)  # fmt: skip

# The scheme of a service's address, its usual ports, what follows the port, names of the function and of variables.
SERVICES = (
    ("redis", (6379,), ("", "/0", "/1"), "redis_url|cache_url", "REDIS|CACHE"),
    ("amqp", (5672,), ("", "/jobs"), "broker_url|queue_url", "QUEUE|BROKER|MQ"),
    (
        "http",
        (8000, 8080, 3000, 5000),
        ("", "/api", "/v1", "/health"),
        "base_url|service_url|api_url",
        "APP|API|WEB|AUTH",
    ),
    ("https", (443, 8443), ("", "/api", "/v2", "/login"), "base_url|public_url|site_url", "APP|WEB|SHOP|BLOG"),
    ("http", (9200, 7700), ("", "/index"), "search_url|index_url", "SEARCH|INDEX"),
    ("postgresql", (5432,), ("/app", "/main", "/shop"), "database_url|db_url", "DB|PG"),
    ("mongodb", (27017,), ("/app", "/events"), "mongo_url|store_url", "MONGO|DB|STORE"),
    ("ws", (9000, 8765), ("", "/live", "/chat"), "socket_url|live_url", "WS|SOCKET|CHAT"),
)


def draw_address(rng: Random) -> dict[str, Any]:
    """Draw the address of a service and the port that it has by default."""
    scheme, ports, tails, names, prefixes = rng.choice(SERVICES)
    prefix, port, tail = pick(rng, prefixes), rng.choice(ports) + rng.choice((0, 0, 1, 2, 3)), rng.choice(tails)
    host, number, env = f"{prefix}_HOST", f"{prefix}_PORT", pick(rng, "env|environ|settings|config|variables|values")
    home = pick(rng, f"localhost|127.0.0.1|{prefix.lower()}.local|{prefix.lower()}.internal")
    lacks = rng.random() < 0.5
    says = pick(rng, f"If `{host}` is missing, the host is `{home}`.|Without `{host}` the host is `{home}`.")
    sure = pick(rng, f"`{host}` is always there.|There is always a `{host}`.")
    return {
        "lacks": lacks, "home": home, "also": says if lacks else sure,
        "host_code": f'{env}.get("{host}", "{home}")' if lacks else f'{env}["{host}"]',
        "host_inner": f"{env}.get('{host}', '{home}')" if lacks else f"{env}['{host}']",
        "name": pick(rng, names), "env": env, "scheme": scheme, "port": port,
        "host": host, "number": number, "tail": tail, "form": f"{scheme}://<{host}>:<{number}>{tail}",
        "plus_tail": f' + "{tail}"' if tail else "", "other": port + 1,
    }  # fmt: skip


def check_address(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the form that the question shows, with values put in."""
    cases: list[tuple[Any, Any]] = []
    for given in (True, False, True, False, True):
        host, port = f"{rng.choice(CITIES).lower()}.internal", rng.choice((facts["port"] + 3, 81, 1234, 65000))
        host, hosts = (facts["home"], {}) if facts["lacks"] and len(cases) in (1, 2) else (host, {facts["host"]: host})
        env = {**hosts, "DEBUG": "1", **({facts["number"]: str(port)} if given else {})}
        shown = facts["form"].replace(f"<{facts['host']}>", host)
        cases.append(([env], shown.replace(f"<{facts['number']}>", str(port if given else facts["port"]))))
    return python_check(facts["name"], cases)


ADDRESS = Template(
    id="address_of_service",
    ask=(
        "Write a Python function `«name»(«env»)` that returns `«form»` with the values from the dict `«env»`. If "
        "`«number»` is missing, the port is «port». «also»",
        "The dict `«env»` sometimes has `«number»`. «also» Write `«name»(«env»)` in Python, returning the "
        "address `«form»`; the default port is «port».",
        "I need the Python function `«name»(«env»)`. Given a dict of settings it builds the string `«form»`, where "
        "«port» stands in for a missing `«number»`. «also»",
        "Clients need one address, `«form»`; operators set its parts in the environment, which Python code "
        "gets as the dict `«env»`. Write `«name»(«env»)`, which returns that string. The port is «port» "
        "unless `«number»` says otherwise. «also»",
        "«also» `«number»` is optional, with «port» as its default. From these two variables of the dict "
        "`«env»` the Python function `«name»(«env»)` makes `«form»`.",
    ),
    draw=draw_address,
    shapes=(
        Shape(name="f_string", code="""
            def «name»(«env»):
                port = «env».get("«number»", "«port»")
                return f"«scheme»://{«host_inner»}:{port}«tail»"
            """, mutants=(('"«port»"', '"«other»"'), (', "«port»"', ""), ("{port}«tail»", "«port»«tail»"),
                          ("://", ":"))),
        Shape(name="plus", code="""
            def «name»(«env»):
                return "«scheme»://" + «host_code» + ":" + «env».get("«number»", "«port»")«plus_tail»
            """, mutants=(('"«port»"', '"«other»"'), ('.get("«number»", "«port»")', '["«number»"]'), (' + ":"', ""),
                          ('"«scheme»://" + ', ""))),
        Shape(name="format", code="""
            def «name»(«env»):
                return "«scheme»://{}:{}«tail»".format(«host_code», «env».get("«number»", «port»))
            """, mutants=(('"«number»", «port»', '"«number»", «other»'), ("{}:{}", "{1}:{0}"), ("{}:{}", "{}"),
                          ('.get("«number»", «port»)', '["«number»"]'))),
    ),
    verifier=check_address,
)  # fmt: skip

# Before a name, between it and its value, behind the value, between entries, and what that is called.
FORMS = (
    ("", "=", "", "\n", "to_dotenv|env_text|settings_text|env_file"),
    ("export ", "=", "", "\n", "to_exports|shell_text|to_shell"),
    ("", '="', '"', "\n", "to_dotenv|quoted_text|env_text|env_file"),
    ("-e ", "=", "", " ", "docker_flags|run_flags|env_flags|to_arguments"),
    ("--env ", "=", "", " ", "docker_flags|to_flags|env_flags|to_arguments"),
    ("ENV ", "=", "", "\n", "docker_lines|to_dockerfile|env_lines"),
    ("", ": ", "", "\n", "to_yaml|yaml_text|yaml_lines"),
    ("set ", "=", "", "\n", "batch_text|to_batch|batch_lines"),
    ("setenv ", " ", "", "\n", "csh_text|to_setenv|setenv_lines"),
    ("", "=", "", ";", "joined_settings|settings_line|one_line"),
    ("", ":", "", ",", "joined_settings|settings_line|one_line"),
    ("", " = ", "", "\n", "ini_text|to_ini|ini_lines"),
)  # fmt: skip


SKIP_WORDS = (
    "An empty value is written like any other.|Empty values stay, too.",
    "An entry whose value is empty is left out.|Leave out entries with an empty value.",
)


def draw_text(rng: Random) -> dict[str, Any]:
    """Draw how settings are written as text."""
    before, between, after, joint, names = rng.choice(FORMS)
    prefix = f"{pick(rng, PREFIXES)}_" if rng.random() < 0.8 else ""
    start, example, skips = before + prefix, rng.choice(FIELDS), rng.random() < 0.5
    settings = pick(rng, "settings|values|config|variables|options|env|entries|pairs")
    return {
        "name": pick(rng, names), "settings": settings, "start": start,
        "between": between.replace('"', '\\"'), "after": after.replace('"', '\\"'), "joint": joint.replace("\n", "\\n"),
        "shown_start": start, "shown_between": between, "shown_after": after, "joint_is": joint,
        "form": f"{start}<name>{between}<value>{after}", "example": f"{start}{example}{between}{rng.choice(COLORS)}{after}",
        "joined": {"\n": "one on each line", " ": "separated by single spaces"}.get(joint, f"with `{joint}` between them"),
        "plus_after": f" + '{after}'" if after else "", "skips": skips, "also": pick(rng, SKIP_WORDS[skips]),
        "keep": f"sorted(name for name in {settings} if {settings}[name])" if skips else f"sorted({settings})",
        "test": " if value" if skips else "",
        "guard": f"\n        if not {settings}[name]:\n            continue" if skips else "",
    }  # fmt: skip


def check_text(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect entries written in order before they were shuffled."""
    cases: list[tuple[Any, Any]] = []
    for size in (0, 1, 2, 3, 4):
        names = sorted(rng.sample(FIELDS, size))
        pairs: list[list[str]] = []
        text = ""
        for name in names:
            value = "" if size > 2 and name == names[1] else rng.choice((*CITIES, "8080", "true"))
            pairs.append([name, value])
            if facts["skips"] and not value:
                continue
            text += (facts["joint_is"] if text else "") + facts["shown_start"] + name
            text += facts["shown_between"] + value + facts["shown_after"]
        cases.append(({"entry": facts["name"], "pairs": pairs[::-1] if size % 2 else rng.sample(pairs, size)}, text))
    return python_check(facts["name"], cases, harness=PAIRS_HARNESS)


# Objects of JSON may lose their order on the way.
PAIRS_HARNESS = """
def drive(ns, call):
    return ns[call["entry"]](dict(map(tuple, call["pairs"])))
"""

TEXT = Template(
    id="settings_as_text",
    ask=(
        "Write a Python function `«name»(«settings»)` that turns a dict of strings into text: `«form»` for each entry, "
        "sorted by name, «joined». «also»",
        "I want to print our settings like `«example»`. Write `«name»(«settings»)` in Python, which returns a string "
        "with `«form»` for every entry of the dict `«settings»`, «joined» and in alphabetical order. «also»",
        "Please implement `«name»(«settings»)` in Python. From a dict of names and string values it makes one string "
        "of the entries, ordered by name and «joined». Each is written as `«form»`. «also»",
        "Each line or part of the text is `«form»`, for instance `«example»`; the entries are «joined» and "
        "sorted by name. «also» Build it from a dict of strings with a Python function called "
        "`«name»(«settings»)`.",
        "`«example»` is what one of our settings looks like as text. Python's `«name»(«settings»)` should "
        "write a whole dict that way: names in alphabetical order, `«form»` for each, «joined». «also»",
        "How do I print a dict of strings with one `«form»` per entry? In Python, as `«name»(«settings»)`: it "
        "returns one string, its entries «joined», by name from A to Z. «also»",
        "Python function `«name»(«settings»)`: a dict of strings becomes one string such as `«example»`, with "
        "further entries in the same form (`«form»`) «joined». Sort them by name. «also»",
    ),
    draw=draw_text,
    shapes=(
        Shape(name="join", code="""
            def «name»(«settings»):
                entries = sorted(«settings».items())
                return "«joint»".join(f"«start»{name}«between»{value}«after»" for name, value in entries«test»)
            """, mutants=(("sorted(«settings».items())", "«settings».items()"), ("{name}", "{value}"),
                          ('"«joint»".join', '"".join'))),
        Shape(name="loop", code="""
            def «name»(«settings»):
                parts = []
                for name in sorted(«settings»):«guard»
                    parts.append(f"«start»{name}«between»{«settings»[name]}«after»")
                return "«joint»".join(parts)
            """, mutants=(("sorted(«settings»)", "«settings»"), ('"«joint»".join(parts)', "parts"),
                          ("«settings»[name]", "name"))),
        Shape(name="plus", code="""
            def «name»(«settings»):
                names = «keep»
                return "«joint»".join(["«start»" + name + "«between»" + «settings»[name]«plus_after» for name in names])
            """, mutants=(("«keep»", "list(«settings»)"), ('"«between»" + ', ""),
                          ('"«joint»".join', '" ; ".join'))),
    ),
    verifier=check_text,
)  # fmt: skip
