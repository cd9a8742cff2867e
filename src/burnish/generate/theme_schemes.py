"""The larger tasks of `fs_theme_tokens`: a dark scheme of the same tokens, and variants that set one token."""

from random import Random
from typing import Any

from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import in_words, pick
from burnish.generate.stylesheet_basics import (
    draw_class,
    list_clauses,
    sheet_check,
    write_block,
    write_rule,
    write_rules,
)

LIGHT = "#ffffff #fafafa #f8f9fa #f4f4f5 #fdf6e3 #fffbea #eef2ff #f0fdf4".split()
DARK = "#000000 #111111 #121212 #1a1a1a #18181b #0f172a #1e293b #222222 #0b1020".split()
TONES = """
#0a7d4f #1d4ed8 #2563eb #b91c1c #c2410c #7c3aed #0e7490 #be185d #4d7c0f #a16207 #0369a1 #9333ea #d97706 #15803d #dc2626
#475569 #e11d48 #0d9488 #4338ca #ca8a04
""".split()
# What stands for a token in the hidden check that it's used.
PROBE = "#123456"


def draw_scheme(rng: Random) -> dict[str, Any]:
    """Draw tokens with a light and a dark value, and where they are used."""
    card = f".{draw_class(rng, ('card', 'panel', 'tile', 'dialog', 'sheet'))}"
    light, dark = rng.sample(LIGHT, 2), rng.sample(DARK, 2)
    roles = {
        "surface": (
            pick(rng, "--surface|--bg|--background|--page|--canvas"),
            light[0],
            dark[0],
            "body",
            "background-color",
        ),
        "text": (pick(rng, "--text|--fg|--ink|--foreground|--copy"), dark[1], light[1], "body", "color"),
        "accent": (pick(rng, "--accent|--link|--brand|--primary"), *rng.sample(TONES, 2), "a", "color"),
        "line": (pick(rng, "--line|--border|--rule|--edge"), *rng.sample(TONES, 2), card, "border-color"),
        "card": (
            pick(rng, "--card|--raised|--box|--panel"),
            *rng.sample((*LIGHT, *TONES), 2),
            card,
            "background-color",
        ),
    }
    tokens = [list(roles[name]) for name in rng.sample(tuple(roles), rng.choice((2, 2, 3)))]
    ways = rng.choice((
        "`{0}` is `{1}` in light and `{2}` in dark mode", "`{0}`: `{1}` (light), `{2}` (dark)",
        "`{0}` has the value `{1}`, in the dark scheme `{2}`",
    ))  # fmt: skip
    uses = [f"the `{name}` of `{place}` is `{token}`" for token, _, _, place, name in tokens]
    return {
        "tokens": tokens, "values": "; ".join(ways.format(*token) for token in tokens),
        "uses": list_clauses(rng.sample(uses, len(uses))), "names": in_words([token[0] for token in tokens]),
        "declared": rng.random() < 0.4, "first": tokens[0][0], "day": tokens[0][1], "night": tokens[0][2],
        "last": tokens[-1][0],
    }  # fmt: skip


def scheme_wish(facts: Facts) -> str:
    """Say whether the root declares the schemes that it supports."""
    return " `:root` also declares `color-scheme: light dark`." if facts["declared"] else ""


def _scheme_parts(facts: Facts) -> tuple[dict[str, str], dict[str, str], dict[str, str], str]:
    declared = {"color-scheme": "light dark"} if facts["declared"] else {}
    day = {token: light for token, light, *_ in facts["tokens"]}
    night = {token: dark for token, _, dark, *_ in facts["tokens"]}
    rules: dict[str, dict[str, str]] = {}
    for token, _, _, place, name in facts["tokens"]:
        rules.setdefault(place, {})[name] = f"var({token})"
    return declared, day, night, write_rules(rules.items())


def write_override(facts: Facts) -> str:
    """Write the light tokens, and the dark ones over them."""
    declared, day, night, rules = _scheme_parts(facts)
    dark = write_block("@media (prefers-color-scheme: dark)", [(":root", night)])
    return "\n\n".join([write_rule(":root", declared | day), dark, rules])


def write_nested_scheme(facts: Facts) -> str:
    """Write the dark tokens inside the rule of the root."""
    declared, day, night, rules = _scheme_parts(facts)
    lines = "\n".join(f"    {token}: {value};" for token, value in night.items())
    head = write_rule(":root", declared | day).removesuffix("}")
    return f"{head}\n  @media (prefers-color-scheme: dark) {{\n{lines}\n  }}\n}}\n\n{rules}"


def write_two_schemes(facts: Facts) -> str:
    """Write each scheme in a block of its own."""
    declared, day, night, rules = _scheme_parts(facts)
    parts = [write_rules([(":root", declared)]), rules]
    parts += [
        write_block(f"@media (prefers-color-scheme: {name})", [(":root", values)])
        for name, values in (("light", day), ("dark", night))
    ]
    return "\n\n".join(part for part in parts if part)


def check_scheme(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the values of both schemes, and that the elements follow their tokens."""
    checks: list[dict[str, Any]] = []
    for scheme, column in (("light", 1), ("dark", 2)):
        for token in facts["tokens"]:
            name = "border-left-color" if token[4] == "border-color" else token[4]
            given = {"select": token[3], "property": name, "prefers": {"color-scheme": scheme}}
            checks += [given | {"value": token[column]}, given | {"value": PROBE, "tokens": {token[0]: PROBE}}]
    if facts["declared"]:
        checks.append({"select": "html", "property": "color-scheme", "value": {"in": ["light dark", "dark light"]}})
    inner = "".join(f'<div class="{token[3][1:]}">c</div>' for token in facts["tokens"] if token[3].startswith("."))
    page = f'<html><body><a href="#">a</a>{inner}<i class="plain">x</i>'
    return sheet_check(page, *checks, untouched="border-left-color" if inner else "background-color")


SCHEME = Template(
    id="dark_scheme",
    ask=(
        "Write CSS with colour tokens on `:root` that follow `prefers-color-scheme`. «values». Use them: «uses».«also»",
        "I need light and dark mode with custom properties. Tokens of `:root`: «values». Then «uses».«also» CSS only, by "
        "media query.",
        "«uses». Define «names» as custom properties on `:root` and switch them with the user's preferred colour scheme: "
        "«values».«also» Give me the CSS.",
        "How do I write a theme in CSS that turns dark when the system does? «values» (custom properties on `:root`). In "
        "the page «uses».«also»",
        "Please write a style sheet with the tokens «names» on `:root`.«also» Depending on the preferred colour scheme, "
        "«values». With `var()`, «uses».",
    ),
    draw=lambda rng: {**(facts := draw_scheme(rng)), "also": scheme_wish(facts)},
    shapes=(
        Shape(name="override", code=write_override, mutants=(
            ("scheme: dark)", "scheme: light)"), (":root", "body > *"))),
        Shape(name="nested", code=write_nested_scheme, mutants=(
            ("(prefers-color-scheme: dark)", "(min-width: 1px)"), (":root", ".root"))),
        Shape(name="two_blocks", code=write_two_schemes, mutants=(
            ("scheme: dark)", "scheme: night)"), ("scheme: light)", "scheme: dark)"))),
    ),
    mutants=(("var(«first»)", "«first»"), ("var(«first»)", "«day»"), ("«first»: «night»", "«first»: «day»"),
             ("  «last»: ", "  «last»x: "), ("color-scheme: light dark;", "color-scheme: light;")),
    verifier=check_scheme,
)  # fmt: skip


KINDS = "danger success warning info muted strong urgent new draft final".split()
USES = ("color", "border-color", "background-color", "outline-color", "fill")


def draw_variants(rng: Random) -> dict[str, Any]:
    """Draw a component, the properties that follow its token, and the variants that set the token."""
    block = draw_class(rng, ("badge", "alert", "chip", "banner", "button", "tag", "toast", "label"))
    kinds = rng.sample(KINDS, rng.choice((2, 2, 3)))
    form = rng.choice((".{block}--{kind}", ".{block}.is-{kind}", '.{block}[data-kind="{kind}"]', ".{block}-{kind}"))
    tones = rng.sample(TONES, len(kinds) + 1)
    token = pick(rng, "--tone|--hue|--accent|--color|--tint|--shade|--mark|--ink")
    uses = rng.sample(USES, 2)
    variants = [[form.format(block=block, kind=kind), tone] for kind, tone in zip(kinds, tones[1:], strict=True)]
    way = rng.choice(("`{0}` sets it to `{1}`", "`{1}` for `{0}`", "with `{0}` it is `{1}`"))
    return {
        "block": block, "token": token, "base": tones[0], "uses": uses, "used": in_words(uses), "variants": variants,
        "shown": list_clauses([way.format(*one) for one in variants]), "selector": variants[0][0],
        "tone": variants[0][1], "other": variants[1][1], "child": rng.choice(("", "", "icon", "title", "dot", "count")),
    }  # fmt: skip


def child_wish(facts: Facts) -> str:
    """Say what a part inside the component does."""
    return f" The `background-color` of `.{facts['child']}` inside it follows the token too." if facts["child"] else ""


def _variant_rules(facts: Facts, *, use: str) -> tuple[dict[str, str], list[tuple[str, dict[str, str]]]]:
    own = {name: use for name in facts["uses"]}
    part = [(f".{facts['block']} .{facts['child']}", {"background-color": use})] if facts["child"] else []
    return own, part


def write_default(facts: Facts) -> str:
    """Write the usual value of the token on the component."""
    own, part = _variant_rules(facts, use=f"var({facts['token']})")
    variants = [(selector, {facts["token"]: tone}) for selector, tone in facts["variants"]]
    return write_rules([(f".{facts['block']}", {facts["token"]: facts["base"]} | own), *part, *variants])


def write_fallback(facts: Facts) -> str:
    """Write the usual value as the fallback of the token."""
    own, part = _variant_rules(facts, use=f"var({facts['token']}, {facts['base']})")
    variants = [(selector, {facts["token"]: tone}) for selector, tone in facts["variants"]]
    return write_rules([*variants, (f".{facts['block']}", own), *part])


def write_nested_variants(facts: Facts) -> str:
    """Write the part inside the component's rule."""
    own, _ = _variant_rules(facts, use=f"var({facts['token']})")
    lines = [f"  {name}: {value};" for name, value in ({facts["token"]: facts["base"]} | own).items()]
    if facts["child"]:
        lines += ["", f"  .{facts['child']} {{", f"    background-color: var({facts['token']});", "  }"]
    for selector, tone in facts["variants"]:
        same = selector.startswith((f".{facts['block']}.", f".{facts['block']}["))
        suffix = selector.removeprefix(f".{facts['block']}") if same else selector
        lines += ["", f"  &{suffix} {{", f"    {facts['token']}: {tone};", "  }"]
    return "\n".join([f".{facts['block']} {{", *lines, "}"])


def check_variants(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect each variant's value wherever the token is used, and another one where the token is set anew."""
    block = facts["block"]
    inner = f'<b class="{facts["child"]}">x</b>' if facts["child"] else ""
    elements = [f'<div id="v0" class="{block}">{inner}</div>']
    checks: list[dict[str, Any]] = []
    for number, (selector, _) in enumerate(facts["variants"], start=1):
        kind = selector.removeprefix(f".{block}")
        word = {"[": block, ".": f"{block} {kind[1:]}", "-": f"{block} {block}{kind}"}[kind[0]]
        data = " " + kind.strip("[]") if kind.startswith("[") else ""
        elements.append(f'<div id="v{number}" class="{word}"{data}>{inner}</div>')
    for number, tone in enumerate([facts["base"], *(tone for _, tone in facts["variants"])]):
        for name in facts["uses"]:
            given = {"select": f"#v{number}", "property": name.replace("border-", "border-right-")}
            anew = {"value": PROBE, "tokens": {facts["token"]: PROBE}, "at": f"#v{number}"}
            checks += [given | {"value": tone}, given | anew]
        if facts["child"]:
            checks.append({"select": f"#v{number} b", "property": "background-color", "value": tone})
    untouched = facts["uses"][0].replace("border-", "border-right-")
    return sheet_check("".join(elements), *checks, untouched=untouched)


VARIANTS = Template(
    id="component_variants",
    ask=(
        "Write CSS for `.«block»` with a custom property `«token»`, `«base»` by default, from which «used» take their "
        "value.«part» Variants set only the token: «shown».",
        "«used» of `.«block»` should come from the token `«token»` (default `«base»`). «shown».«part» Write the CSS so that "
        "a variant changes nothing but the token.",
        "I need a themable component in CSS. `.«block»` uses `var(«token»)` for «used».«part» Normally the token is "
        "`«base»`; «shown».",
        "How do I build variants of `.«block»` with one custom property? Name it `«token»`. «shown»; otherwise it is "
        "`«base»`.«part» The property gives «used» their value.",
        "Variants for `.«block»` in CSS, please: «shown», and plain `.«block»` has `«base»`. That value is the custom "
        "property `«token»`, used for «used».«part»",
    ),
    draw=lambda rng: {**(facts := draw_variants(rng)), "part": child_wish(facts)},
    shapes=(
        Shape(name="default", code=write_default, mutants=(
            ("«token»: «base»", "«token»: «tone»"), ("  «token»: «tone»", "  color: «tone»"))),
        Shape(name="fallback", code=write_fallback, mutants=((", «base»)", ")"), (".«block» {", "#«block» {"))),
        Shape(name="nested", code=write_nested_variants, mutants=(
            ("  &", "  & "), ("«token»: «base»", "«token»s: «base»"))),
    ),
    mutants=(("var(«token»", "var(«token»-1"), ("«token»: «tone»", "«token»: «other»"),
             ("«token»: «other»", "«token»: «base»")),
    verifier=check_variants,
)  # fmt: skip
