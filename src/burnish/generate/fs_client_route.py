"""Category `fs_client_route`: routes of a single-page application: paths are built, matched, and guarded by roles."""

from random import Random
from typing import Any
from urllib.parse import quote

from burnish.generate.checks import node_check
from burnish.generate.client_route_guards import GUARD
from burnish.generate.client_route_patterns import MATCH
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import TEXT_FIELDS, draw_nouns

KEYS = "id|slug|name|code|key"
# What `encodeURIComponent` leaves alone besides letters and digits.
UNRESERVED = "-_.!~*'()"


def draw_path(rng: Random) -> dict[str, Any]:
    """Draw a path of fixed parts and one or two arguments, perhaps with a query."""
    outer, inner = draw_nouns(rng, 2)
    first, second = pick(rng, KEYS), f"{inner.one}{pick(rng, 'Id|Slug|Code')}".replace("_", "")
    parts: list[tuple[str, str]] = [("text", outer.many.replace("_", "-")), ("value", first)]
    if rng.random() < 0.4:
        parts += [("text", inner.many.replace("_", "-")), ("value", second)]
    parts = [("text", prefix), *parts] if (prefix := pick(rng, "|app|admin|shop|en|my|team")) else parts
    parts += [("text", suffix)] if (suffix := pick(rng, "|edit|settings|history|print|preview|share|files")) else []
    query = pick(rng, "||tab|view|sort|from|mode")
    asked = rng.choice(TEXT_FIELDS) if query and rng.random() < 0.5 else pick(rng, "all|list|new|details")
    is_asked = asked in TEXT_FIELDS and asked != first and bool(query)
    arguments = [text for kind, text in parts if kind == "value"] + ([asked] if is_asked else [])
    code = [f"encodeURIComponent({text})" if kind == "value" else text for kind, text in parts]
    tail = (f"?{query}=", f"encodeURIComponent({asked})" if is_asked else asked) if query else ("", "")
    whole = "".join(f"/${{{text}}}" if text.startswith("encode") else f"/{text}" for text in code)
    end = f"{tail[0]}${{{tail[1]}}}" if is_asked else "".join(tail)
    pattern = "".join(f"/<{text}>" if kind == "value" else f"/{text}" for kind, text in parts)
    pieces = [text if text.startswith("encode") else f'"{text}"' for text in code]
    return {
        "name": f"{outer.one.split('_')[0]}{pick(rng, 'Path|Url|Link|Href|Route')}", "one": outer.one.replace("_", " "),
        "parts": parts, "query": query,
        "arguments": arguments, "args": ", ".join(arguments), "is_asked": is_asked, "asked": asked, "last": code[-1],
        "pattern": f"{pattern}?{query}=<{asked}>" if is_asked else f"{pattern}{''.join(tail)}", "template": whole + end,
        "pieces": ", ".join(pieces), "sum": f'"{tail[0]}" + {tail[1]}' if is_asked else f'"{"".join(tail)}"',
        "those": f"the argument `{arguments[0]}`" if len(arguments) == 1 else "the arguments " + " and ".join(f"`{one}`" for one in arguments),
        "added": f" + {chr(34)}{tail[0]}{chr(34)} + {tail[1]}" if is_asked else f' + "{"".join(tail)}"' if query else "",
    }  # fmt: skip


def check_path(facts: Facts, rng: Random) -> dict[str, Any]:
    """Quote the values by Python's own rules and put the path together part by part."""
    cases = []
    for sample in (
        ("a7", "b8", "c9"),
        ("new york/3", "50% & more", "a=b"),
        ("é ?", "x#y", "1+1"),
        ("(1)", "it's", "~"),
    ):
        values = dict(zip(facts["arguments"], rng.sample(sample, len(facts["arguments"])), strict=True))
        quoted = {name: quote(text, safe=UNRESERVED) for name, text in values.items()}
        path = "/" + "/".join(quoted[text] if kind == "value" else text for kind, text in facts["parts"])
        if facts["query"]:
            path += f"?{facts['query']}={quoted[facts['asked']] if facts['is_asked'] else facts['asked']}"
        cases.append((list(values.values()), path))
    return node_check(facts["name"], cases)


PATH = Template(
    id="path_of_parts",
    ask=(
        "Write a JavaScript function `«name»(«args»)` that returns the path `«pattern»`, with «those» encoded by `encodeURIComponent`.",
        "Our client-side router has the address `«pattern»` for the page of one «one». I need `«name»(«args»)` in JavaScript, which fills "
        "it in and returns it. Values may hold slashes and spaces, so encode them with `encodeURIComponent`.",
        "In JavaScript, `«name»(«args»)` should build a link to one «one»: `«pattern»`, where each name in angle brackets stands for the "
        "argument, passed through `encodeURIComponent`.",
        "`«pattern»` is where a click has to lead. Please write the JavaScript function `«name»`, called with «those», that gives this "
        "text; each value is put in with `encodeURIComponent`.",
    ),
    draw=draw_path,
    shapes=(
        Shape(name="template", code="""
            function «name»(«args») {
              return `«template»`;
            }
            """, mutants=(("encodeURIComponent(", "String("), ("encodeURIComponent", "encodeURI"), ("`/", "`"), ("return ", ""))),
        Shape(name="join", code="""
            function «name»(«args») {
              const parts = [«pieces»];
              return `/${parts.join("/")}`«added»;
            }
            """, mutants=(("encodeURIComponent(", "escape("), ('join("/")', 'join("-")'), ("`/$", "`$"),
                          ("encodeURIComponent", ""))),
        Shape(name="arrow", code="""
            export const «name» = («args») => ["", «pieces»].join("/")«added»;
            """, mutants=(("encodeURIComponent(", "encodeURI("), ('["", ', "["), ('join("/")', "join()"),
                          ("encodeURIComponent", "decodeURIComponent"))),
    ),
    verifier=check_path,
)  # fmt: skip

CATEGORY = Category(name="fs_client_route", family="components", templates=(PATH, MATCH, GUARD))
