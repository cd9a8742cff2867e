"""Style sheets as data: rules from selectors and declarations, and the words that several style categories share."""

from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Any

from burnish.generate.checks import css_check
from burnish.generate.wording import draw_noun

Declarations = Mapping[str, str]
PARTS = "bar|panel|list|box|area|header|actions|summary|strip|block|tools|row|section|wrapper|view".split("|")


def write_rule(selector: str, declarations: Declarations, *, indent: str = "") -> str:
    """Return one rule, a declaration a line."""
    lines = [f"{indent}  {name}: {value};" for name, value in declarations.items()]
    return "\n".join([f"{indent}{selector} {{", *lines, f"{indent}}}"])


def write_rules(rules: Iterable[tuple[str, Declarations]], *, indent: str = "") -> str:
    """Return several rules, an empty line between them; rules that declare nothing are left out."""
    return "\n\n".join(write_rule(selector, given, indent=indent) for selector, given in rules if given)


def write_block(head: str, rules: Iterable[tuple[str, Declarations]]) -> str:
    """Return rules inside an at-rule such as `@media (width < 600px)`."""
    return f"{head} {{\n{write_rules(rules, indent='  ')}\n}}"


def draw_class(rng: Random, parts: Sequence[str] = PARTS) -> str:
    """Draw the name of a class: `invoice-panel`."""
    noun = draw_noun(rng).one
    return f"{noun}-{rng.choice([part for part in parts if part != noun])}"


def list_clauses(clauses: Sequence[str]) -> str:
    """Return clauses as part of a sentence: `a, b and c`."""
    return clauses[0] if len(clauses) == 1 else f"{', '.join(clauses[:-1])} and {clauses[-1]}"


def values_of(select: str, declarations: Declarations, **context: Any) -> list[dict[str, Any]]:
    """Return a check for each value that an element must have."""
    return [{"select": select, "property": name, "value": value, **context} for name, value in declarations.items()]


def sheet_check(html: str, *checks: dict[str, Any], untouched: str) -> dict[str, Any]:
    """Return a verifier of a style sheet that leaves the property `untouched` of other elements alone."""
    bystander = {"select": ".bystander", "property": untouched, "value": None}
    return css_check(f'{html}<p class="bystander">x</p>', *checks, bystander)
