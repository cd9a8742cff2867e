"""Verifier kind `html`: checks, as data, on the document that an HTML5 parser makes of the answer.

    {"kind": "html", "checks": [check, ...]}

Every check is one of:
    {"select": css, "min": 1, "max": 1, "inside": css, "text": text, "contains": text, "attr": {name: value}}
        between `min` (default 1) and `max` (default any) elements match; each has this text (spaces folded) and these
        attributes (`true`: present, `false`: absent, text: equal, `{"in": [...]}`, `{"words": [...]}` for lists such
        as class)
    {"label_for": css, "text": text}      each matching control has a label (wrapping, `for`, or aria) with this text
    {"name_of": css, "text": text}        the accessible name of each match is this text (spaces folded); buttons, links,
                                          cells and headings take it from their content, without what is hidden, and
                                          a table from its caption
    {"keeps": html, "tags": [...], "attrs": [...], "text": true}
        apart from elements of these tags (their content counts) and from these attributes, the elements, attributes
        and text (without spaces) are those of the given fragment, in its order; with
        `"text": false` the text is free
    {"order": [css, ...]}                 the first matches stand in this order
    {"texts": css, "equal": [text, ...]}  the texts of all matches, in order
    {"ref": css, "attr": name, "to": css} the ids in this attribute name existing elements that match `to`
    {"valid": true}                       ids are unique, nothing is left unclosed or nested where HTML forbids it
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from burnish.verdicts import PASSED, Verdict, fail

# Beyond these, parsing and matching take seconds; an answer is a hundred times smaller.
MAX_CHARACTERS, MAX_TAGS = 50_000, 2_000
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
OPTIONAL_END = frozenset("html head body li dt dd p option optgroup thead tbody tfoot tr td th colgroup rp rt".split())

NAMED_BY_CONTENT = frozenset("a button caption h1 h2 h3 h4 h5 h6 legend option summary td th".split())
NAMED_BY_CHILD = {"table": "caption", "fieldset": "legend", "figure": "figcaption"}
ROLES_NAMED_BY_CONTENT = frozenset("button link heading menuitem option switch tab".split())

# What isn't closed lasts to the end, so that each is scanned once.
_OPAQUE = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|textarea|title)\b[^>]*>.*?(?:</\1\s*>|\Z)", flags=re.DOTALL | re.IGNORECASE
)  # fmt: skip

Check = Mapping[str, Any]


class Page(NamedTuple):
    """The parsed answer and its text."""

    document: LexborHTMLParser
    source: str


def judge_html(verifier: Mapping[str, Any], code: str) -> Verdict:
    """Parse `code` and apply the checks in order; the first that fails gives the reason."""
    if len(code) > MAX_CHARACTERS or code.count("<") > MAX_TAGS:
        return fail(f"longer than {MAX_CHARACTERS} characters or {MAX_TAGS} tags")
    if "<" not in code:
        return fail("holds no element")
    page = Page(LexborHTMLParser(code), code)
    for check in verifier["checks"]:
        rule = next(RULES[name] for name in RULES if name in check)
        if complaint := rule(page, check):
            return fail(complaint)
    return PASSED


def check_select(page: Page, check: Check) -> str | None:
    """Apply a `select` check."""
    selector = check["select"]
    found = page.document.css(f"{check['inside']} {selector}" if "inside" in check else selector)
    least, most = check.get("min", 1), check.get("max")
    if len(found) < least or (most is not None and len(found) > most):
        wanted = f"at least {least}" if most is None else f"{least} to {most}"
        return f"{len(found)} elements match {selector}, {wanted} wanted"
    for node in found:
        if complaint := _attribute_complaint(node, check.get("attr", {})) or _text_complaint(node, check):
            return f"{selector}: {complaint}"
    return None


def _attribute_complaint(node: LexborNode, wanted: Mapping[str, Any]) -> str | None:
    attributes = node.attributes
    for name, value in wanted.items():
        if isinstance(value, bool):
            if (name in attributes) is not value:
                return f"attribute {name} is {'missing' if value else 'there'}"
            continue
        got = attributes.get(name) or ""
        if isinstance(value, Mapping):
            fits = got in value["in"] if "in" in value else set(value["words"]) <= set(got.split())
        else:
            fits = name in attributes and got == value
        if not fits:
            return f"attribute {name} is {got!r}, not {value!r}"
    return None


def _text_complaint(node: LexborNode, check: Check) -> str | None:
    if "text" in check and text_of(node) != check["text"]:
        return f"text is {text_of(node)!r}, not {check['text']!r}"
    if "contains" in check and check["contains"].lower() not in text_of(node).lower():
        return f"text {text_of(node)!r} lacks {check['contains']!r}"
    return None


def text_of(node: LexborNode) -> str:
    """Return the text of an element with spaces folded."""
    return " ".join(node.text(deep=True, separator="").split())


def check_label(page: Page, check: Check) -> str | None:
    """Apply a `label_for` check."""
    controls = page.document.css(check["label_for"])
    if not controls:
        return f"no element matches {check['label_for']}"
    for control in controls:
        name = accessible_name(page, control)
        if not name:
            return f"{check['label_for']} has no label"
        if "text" in check and check["text"].lower() not in name.lower():
            return f"{check['label_for']} is labelled {name!r}, not {check['text']!r}"
    return None


def accessible_name(page: Page, control: LexborNode) -> str:
    """Return the name of a form control by the steps of the accessible-name standard that apply to plain HTML."""
    attributes = control.attributes
    by_id = {node.attributes.get("id"): node for node in page.document.css("[id]")}
    named = [text_of(by_id[one]) for one in (attributes.get("aria-labelledby") or "").split() if one in by_id]
    if named:
        return " ".join(named)
    if label := (attributes.get("aria-label") or "").strip():
        return label
    identity = attributes.get("id")
    labels = [node for node in page.document.css("label[for]") if identity and node.attributes.get("for") == identity]
    above = control.parent
    while above is not None:
        if above.tag == "label" and "for" not in above.attributes:
            labels.append(above)
        above = above.parent
    return " ".join(text_of(node) for node in labels)


def check_name(page: Page, check: Check) -> str | None:
    """Apply a `name_of` check."""
    nodes = page.document.css(check["name_of"])
    if not nodes:
        return f"no element matches {check['name_of']}"
    names = [" ".join(computed_name(page, node).split()) for node in nodes]
    wrong = next((name for name in names if name != check["text"]), None)
    return None if wrong is None else f"{check['name_of']} is named {wrong!r}, not {check['text']!r}"


def computed_name(page: Page, node: LexborNode) -> str:
    """Return the name of any element: what names a control, else `alt`, content where the role allows it, `title`."""
    attributes = node.attributes
    by_content = node.tag in NAMED_BY_CONTENT or attributes.get("role") in ROLES_NAMED_BY_CONTENT
    own = (attributes.get("alt") or "") if node.tag == "img" else name_from_content(node) if by_content else ""
    if node.tag in NAMED_BY_CHILD and (child := node.css_first(NAMED_BY_CHILD[node.tag])):
        own = name_from_content(child)
    return accessible_name(page, node) or own.strip() or attributes.get("title") or ""


def name_from_content(node: LexborNode) -> str:
    """Return the text of an element as assistive technology reads it: without hidden parts, with `alt` for images."""
    parts = []
    for child in node.iter(include_text=True):
        attributes = child.attributes
        if child.tag == "-text":
            parts.append(child.text(deep=False))
        elif attributes.get("aria-hidden") != "true" and "hidden" not in attributes:
            own = attributes.get("aria-label") or attributes.get("alt")
            parts.append(own or name_from_content(child))
    return "".join(parts)


def check_kept(page: Page, check: Check) -> str | None:
    """Apply a `keeps` check."""
    given = LexborHTMLParser(check["keeps"])
    tags, attrs = check.get("tags", []), check.get("attrs", [])
    wanted, got = (_outline(one, tags=tags, attrs=attrs) for one in (given, page.document))
    for before, after in zip(wanted, got, strict=False):
        if before != after:
            return f"{after} stands where {before} was"
    if len(wanted) != len(got):
        return f"{len(got)} elements, {len(wanted)} were there"
    texts = ["".join(one.text(deep=True).split()) for one in (given, page.document)]
    free = not check.get("text", True)
    return None if free or texts[0] == texts[1] else f"text is {texts[1]!r}, was {texts[0]!r}"


def _outline(document: LexborHTMLParser, *, tags: list[str], attrs: list[str]) -> list[tuple[str, dict[str, str]]]:
    nodes = document.root.traverse() if document.root else []
    return [
        (node.tag or "", {name: value or "" for name, value in node.attributes.items() if name not in attrs})
        for node in nodes
        if node.tag not in tags
    ]


def check_order(page: Page, check: Check) -> str | None:
    """Apply an `order` check."""
    places = []
    nodes = [node.mem_id for node in page.document.root.traverse()] if page.document.root else []
    for selector in check["order"]:
        node = page.document.css_first(selector)
        if node is None:
            return f"no element matches {selector}"
        places.append(nodes.index(node.mem_id))
    return None if places == sorted(places) else f"wrong order: {' before '.join(check['order'])} wanted"


def check_texts(page: Page, check: Check) -> str | None:
    """Apply a `texts` check."""
    texts = [text_of(node) for node in page.document.css(check["texts"])]
    return None if texts == list(check["equal"]) else f"{check['texts']} hold {texts}, not {check['equal']}"


def check_reference(page: Page, check: Check) -> str | None:
    """Apply a `ref` check."""
    nodes = page.document.css(check["ref"])
    if not nodes:
        return f"no element matches {check['ref']}"
    targets = {node.attributes.get("id") for node in page.document.css(check["to"])} - {None, ""}
    for node in nodes:
        names = (node.attributes.get(check["attr"]) or "").lstrip("#").split()
        if not names or not set(names) <= targets:
            return f"{check['attr']} of {check['ref']} doesn't name an element {check['to']}"
    return None


def check_valid(page: Page, check: Check) -> str | None:
    """Apply a `valid` check: no id twice, every element closed where it was opened."""
    ids = [node.attributes["id"] for node in page.document.css("[id]")]
    if twice := next((one for one in ids if ids.count(one) > 1), None):
        return f"id {twice!r} stands twice"
    text = _OPAQUE.sub("", page.source)
    tags = re.findall(r"<(/?)([a-zA-Z][\w-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", text)
    open_tags: list[str] = []
    for slash, name, rest in tags:
        tag = name.lower()
        if tag in VOID or tag in OPTIONAL_END or rest.endswith("/"):
            continue
        if not slash:
            open_tags.append(tag)
        elif not open_tags or open_tags.pop() != tag:
            return f"</{tag}> closes something that isn't open"
    return f"<{open_tags[-1]}> is never closed" if open_tags else None


RULES: Mapping[str, Callable[[Page, Check], str | None]] = {
    "select": check_select, "label_for": check_label, "order": check_order, "texts": check_texts,
    "ref": check_reference, "valid": check_valid, "name_of": check_name, "keeps": check_kept,
}  # fmt: skip
