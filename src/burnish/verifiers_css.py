"""Verifier kind `css`: computed values of elements under the answer's style sheet. A small cascade, no layout.

    {"kind": "css", "html": text, "checks": [{"select": css, "property": name, "value": wanted, "width": pixels,
     "prefers": {feature: value}}, ...]}

The answer is a style sheet for `html`. The value of the first element that matches `select` is worked out by cascade
(importance, specificity, order), media queries, custom properties, shorthands and inheritance, in a viewport of `width`
(default 1024) pixels; `"tokens": {"--name": value}, "at": css` overrides custom properties there (default: of the root),
to see what uses them.
Among the features of `prefers` are `pointer` and `hover`, and `medium`, which is `screen` unless it says `print`.
`wanted` is a value, `{"in": [values]}`, `{"not": value}` or `{"set": true}`; null means unset. In place of a property:
    {"select": css, "cell": [row, row end, column, column end]}   the grid lines around the element
    {"select": css, "span": {"column": 2}}                        how many tracks of its parent's grid it spans
"""

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

import tinycss2
from selectolax.lexbor import LexborHTMLParser, LexborNode

from burnish.css_values import INHERITED, expand_shorthand, normalise_value, split_words
from burnish.verdicts import PASSED, Verdict, fail

MAX_CHARACTERS, MAX_RULES = 20_000, 1_000
# With what stands in media queries that don't hold.
MAX_PARTS = 4 * MAX_RULES
DEFAULT_WIDTH = 1024
ROOT_FONT_PIXELS = 16
MAX_VARIABLE_DEPTH = 8

Context = Mapping[str, Any]


class Rule(NamedTuple):
    """One selector with its declarations."""

    selector: str
    specificity: tuple[int, int, int]
    declarations: Sequence[tuple[str, str, bool]]


class Part(NamedTuple):
    """A rule of a style sheet, or what is wrong there, and the media queries around it."""

    queries: tuple[str, ...]
    rule: Rule | None
    error: str | None


class Lines(NamedTuple):
    """The grid lines around an element along one axis, None where the browser chooses, and the tracks between."""

    start: int | None
    end: int | None
    span: int


class BadStyle(Exception):
    """The style sheet can't be read."""


def judge_css(verifier: Mapping[str, Any], code: str) -> Verdict:
    """Work out every checked value; the first that differs gives the reason."""
    if len(code) > MAX_CHARACTERS:
        return fail(f"longer than {MAX_CHARACTERS} characters")
    try:
        complaint = next(_complaints(verifier, code), None)
    except BadStyle as error:
        return fail(str(error))
    except RecursionError:
        return fail("nested too deeply")
    return fail(complaint) if complaint else PASSED


def _complaints(verifier: Mapping[str, Any], code: str) -> Iterator[str]:
    document = LexborHTMLParser(verifier["html"])
    cascades: dict[str, Cascade] = {}
    for check in verifier["checks"]:
        context = {"width": check.get("width", DEFAULT_WIDTH), **check.get("prefers", {})}
        tokens = [(name, value, True) for name, value in check.get("tokens", {}).items()]
        if (key := f"{context} {tokens} {check.get('at')}") not in cascades:
            place = check.get("at", ":root")
            rules = [*read_rules(code, context=context), Rule(place, (1, 0, 0), tokens)]
            cascades[key] = Cascade(document, rules)
        node = document.css_first(check["select"])
        assert node is not None, check
        if "property" not in check:
            yield from _misplaced(cascades[key], node, check)
            continue
        value = cascades[key].value_of(node, check["property"])
        if complaint := _compare(value, wanted=check["value"], name=check["property"]):
            yield f"{check['select']} at {context['width']} px: {complaint}"


def _misplaced(cascade: "Cascade", node: LexborNode, check: Mapping[str, Any]) -> Iterator[str]:
    lines = {axis: cascade.lines_of(node, axis=axis) for axis in ("row", "column")}
    cell = [*lines["row"][:2], *lines["column"][:2]]
    if "cell" in check and cell != check["cell"]:
        yield f"{check['select']} is placed between the lines {cell}, not {check['cell']}"
    for axis, count in check.get("span", {}).items():
        if lines[axis].span != count:
            yield f"{check['select']} spans {lines[axis].span} {axis}s, not {count}"


def _compare(value: str | None, *, wanted: Any, name: str) -> str | None:
    if isinstance(wanted, Mapping):
        if "in" in wanted and value not in [one and normalise_value(one, name=name) for one in wanted["in"]]:
            return f"{name} is {value}, not one of {wanted['in']}"
        if "not" in wanted and value == normalise_value(wanted["not"], name=name):
            return f"{name} is {value}"
        return f"{name} isn't set" if wanted.get("set") and value is None else None
    expected = None if wanted is None else normalise_value(str(wanted), name=name)
    return None if value == expected else f"{name} is {value}, not {expected}"


def read_rules(code: str, *, context: Context) -> list[Rule]:
    """Return the rules of a style sheet that hold in `context`, in order."""
    rules = list(islice(_holding(_parse_sheet(code), context=context), MAX_RULES + 1))
    if len(rules) > MAX_RULES:
        raise BadStyle(f"more than {MAX_RULES} rules")
    return rules


def _holding(parts: Iterable[Part], *, context: Context) -> Iterator[Rule]:
    holds = functools.cache(lambda queries: all(media_holds(query, context=context) for query in queries))
    for part in parts:
        if holds(part.queries):
            if part.error:
                raise BadStyle(part.error)
            if part.rule:
                yield part.rule


@functools.lru_cache(maxsize=16)
def _parse_sheet(code: str) -> tuple[Part, ...]:
    """Parse a style sheet once for all the contexts that it is looked at in."""
    nodes = tinycss2.parse_stylesheet(code, skip_comments=True, skip_whitespace=True)
    parts = tuple(islice(_parts(nodes, queries=()), MAX_PARTS + 1))
    if len(parts) > MAX_PARTS:
        raise BadStyle(f"more than {MAX_RULES} rules")
    return parts


def _parts(nodes: Sequence[Any], *, queries: tuple[str, ...], parent: str = "") -> Iterator[Part]:
    """Yield what stands in `nodes`; declarations among them, as CSS nesting allows, belong to `parent`."""
    declarations = [pair for node in nodes if node.type == "declaration" for pair in _declarations(node)]
    if parent and declarations:
        yield Part(queries, Rule(parent, measure_specificity(parent), declarations), None)
    for node in nodes:
        if node.type == "error":
            yield Part(queries, None, f"line {node.source_line}: {node.message}")
        elif node.type == "at-rule" and node.content is not None:
            yield from _inner_parts(node, queries=queries, parent=parent)
        elif node.type == "qualified-rule":
            inside = _read_block(node)
            for selector in split_commas(tinycss2.serialize(node.prelude).strip()):
                # lists of selectors that are nested in each other count, though nothing is declared
                yield Part(queries, None, None)
                yield from _parts(inside, queries=queries, parent=_nest(selector, parent))


def _inner_parts(node: Any, *, queries: tuple[str, ...], parent: str) -> Iterator[Part]:
    if node.lower_at_keyword == "media":
        inner = (*queries, tinycss2.serialize(node.prelude))
        # a query that can't be read is an error also of an empty block
        yield Part(inner, None, None)
        yield from _parts(_read_block(node), queries=inner, parent=parent)
    elif node.lower_at_keyword in ("supports", "layer", "container"):
        yield from _parts(_read_block(node), queries=queries, parent=parent)


def _read_block(node: Any) -> list[Any]:
    found: list[Any] = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
    return found


def _declarations(node: Any) -> Iterator[tuple[str, str, bool]]:
    text = tinycss2.serialize(node.value).strip()
    yield from ((name, value, node.important) for name, value in expand_shorthand(node.lower_name, text))


def _nest(selector: str, parent: str) -> str:
    if not parent:
        return selector
    return selector.replace("&", parent) if "&" in selector else f"{parent} {selector}"


def split_commas(text: str) -> list[str]:
    """Split at commas that stand outside brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def measure_specificity(selector: str) -> tuple[int, int, int]:
    """Return how specific a selector is: ids, then classes, attributes and pseudo-classes, then elements."""
    text = re.sub(r":where\([^)]*\)", "", selector)
    text = re.sub(r":(?:is|not|has)\(", " ", text).replace(")", " ")
    ids = len(re.findall(r"#[\w-]+", text))
    attributes = len(re.findall(r"\[[^\]]*\]", text))
    text = re.sub(r"\[[^\]]*\]|#[\w-]+", "", text)
    elements = len(re.findall(r"::[\w-]+", text))
    text = re.sub(r"::[\w-]+", "", text)
    classes = len(re.findall(r"[.:][\w-]+(?:\([^)]*\))?", text))
    text = re.sub(r"[.:][\w-]+(?:\([^)]*\))?", "", text)
    return ids, classes + attributes, elements + len(re.findall(r"(?<![\w-])[a-zA-Z][\w-]*", text))


def media_holds(query: str, *, context: Context) -> bool:
    """Say whether a media query holds: any of its comma-separated parts, all of the parts' conditions."""
    return any(_all_hold(part, context=context) for part in split_commas(query.lower()))


def _all_hold(part: str, *, context: Context) -> bool:
    negated = part.startswith("not ")
    words = re.sub(r"\([^()]*\)", " ", part.removeprefix("not ")).replace("only ", " ").replace(" and ", " ").split()
    if any(word not in ("all", "and", context.get("medium", "screen")) for word in words):
        return negated
    return all(_condition_holds(one, context=context) for one in re.findall(r"\(([^()]*)\)", part)) is not negated


def _condition_holds(condition: str, *, context: Context) -> bool:
    name, _, value = (piece.strip() for piece in condition.partition(":"))
    if not value:
        return _range_holds(condition, context=context)
    if name in ("min-width", "max-width", "width"):
        limit, width = pixels_of(value), float(context["width"])
        return {"min-width": width >= limit, "max-width": width <= limit, "width": width == limit}[name]
    if name == "orientation":
        return value == ("landscape" if context["width"] >= 800 else "portrait")
    return context.get(name.removeprefix("prefers-")) == value


def _range_holds(condition: str, *, context: Context) -> bool:
    compare = {"<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__}
    pieces = re.split(r"\s*(<=|>=|<|>)\s*", condition.strip())
    values = [float(context["width"]) if piece == "width" else pixels_of(piece) for piece in pieces[::2]]
    if len(pieces) < 3 or "width" not in pieces:
        return False
    return all(compare[sign](values[i], values[i + 1]) for i, sign in enumerate(pieces[1::2]))


def pixels_of(length: str) -> float:
    """Return a media length in pixels."""
    found = re.fullmatch(r"([\d.]+)(px|em|rem)?", length.strip())
    if not found:
        raise BadStyle(f"{length!r} isn't a length for a media query")
    return float(found[1]) * (ROOT_FONT_PIXELS if found[2] in ("em", "rem") else 1)


class Cascade:
    """The values that rules give to the elements of a document."""

    def __init__(self, document: LexborHTMLParser, rules: Sequence[Rule]) -> None:
        """Match every rule once."""
        self._own: dict[int, dict[str, tuple[Any, str]]] = {}
        for order, rule in enumerate(rules):
            for node in _matches(document, rule.selector):
                values = self._own.setdefault(node.mem_id, {})
                for name, value, important in rule.declarations:
                    rank = (important, rule.specificity, order)
                    if name not in values or rank >= values[name][0]:
                        values[name] = (rank, value)

    def value_of(self, node: LexborNode, name: str) -> str | None:
        """Return the value of a property of `node`, or None where nothing sets it."""
        raw = self._raw(node, name)
        if raw is None:
            return None
        text = self._without_variables(node, raw, depth=0)
        return None if text is None else normalise_value(text, name=name)

    def lines_of(self, node: LexborNode, *, axis: str) -> Lines:
        """Return where `node` stands along the rows or columns of its parent's grid."""
        grid = node.parent
        if grid is None:
            return Lines(None, None, 1)
        template = self.value_of(grid, "grid-template-areas") or ""
        rows = [row.split() for row in re.findall(r'"([^"]*)"', template)]
        named = len(rows) if axis == "row" else max(map(len, rows), default=0)
        listed = split_words(self.value_of(grid, f"grid-template-{axis}s") or "")
        start, end = (self.value_of(node, f"grid-{axis}-{side}") or "auto" for side in ("start", "end"))
        return resolve_lines(start, end, places=_places(rows, axis=axis), tracks=max(named, len(listed)))

    def _raw(self, node: LexborNode | None, name: str) -> str | None:
        while node is not None:
            found = self._own.get(node.mem_id, {}).get(name)
            value = found[1].strip() if found else None
            if value is not None and value.lower() != "inherit":
                return value
            if value is None and name not in INHERITED and not name.startswith("--"):
                return None
            node = node.parent
        return None

    def _without_variables(self, node: LexborNode, text: str, *, depth: int) -> str | None:
        found = re.search(r"var\(\s*(--[\w-]+)\s*(?:,((?:[^()]|\([^()]*\))*))?\)", text)
        if not found:
            return text
        value = self._raw(node, found[1]) if depth < MAX_VARIABLE_DEPTH else None
        value = found[2] if value is None else value
        return (
            None
            if value is None
            else self._without_variables(node, text.replace(found[0], value.strip()), depth=depth + 1)
        )


def _places(rows: Sequence[Sequence[str]], *, axis: str) -> dict[str, tuple[int, int]]:
    """Return the first and last line of every named area along one axis."""
    found: dict[str, tuple[int, int]] = {}
    for number, row in enumerate(rows, start=1):
        for place, name in enumerate(row, start=1):
            at = number if axis == "row" else place
            first, last = found.get(name, (at, at + 1))
            found[name] = (min(first, at), max(last, at + 1))
    return found


def resolve_lines(start: str, end: str, *, places: Mapping[str, tuple[int, int]], tracks: int) -> Lines:
    """Find two grid lines: of an area, by number from either end, or `span n` from the other one."""
    if start in places:
        first, last = places[start][0], places.get(end, places[start])[1]
        return Lines(first, last, last - first)
    numbers = [int(one) if re.fullmatch(r"-?\d+", one) else None for one in (start, end)]
    low, high = (tracks + 2 + one if one is not None and one < 0 else one for one in numbers)
    spans = [int(one.removeprefix("span ")) for one in (start, end) if re.fullmatch(r"span \d+", one)]
    span = spans[0] if spans else 1
    if low is not None and high is not None:
        return Lines(low, high, high - low)
    return Lines(low if high is None else high - span, high if low is None else low + span, span)


def _matches(document: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """Return the elements a selector matches; states such as `:hover` and pseudo-elements match nothing at rest."""
    if re.search(r"::|:(hover|focus|active|visited|focus-visible|focus-within|before|after)\b(?!\()", selector):
        return [
            node
            for node in document.css(f"[data-state~='{_state(selector)}']")
            if _matches_without(node, selector, document)
        ]
    try:
        return list(document.css(re.sub(r":root\b", "html", selector)))
    except Exception as error:  # selectolax raises its own errors for what it can't parse
        raise BadStyle(f"selector {selector!r} can't be read: {error}") from None


def _state(selector: str) -> str:
    found = re.search(r":(hover|focus-visible|focus-within|focus|active|visited)\b", selector)
    return found[1] if found and "::" not in selector else "never"


def _matches_without(node: LexborNode, selector: str, document: LexborHTMLParser) -> bool:
    plain = re.sub(r":(hover|focus-visible|focus-within|focus|active|visited)\b", "", selector) or "*"
    return any(other.mem_id == node.mem_id for other in document.css(plain))
