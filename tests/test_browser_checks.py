"""Chromium and the parser see the same page, and where they don't it is noticed."""

from typing import Any

import pytest

from burnish.browser_checks import find_differences

FORM = "<form><label for=a>Name <b>of plan</b></label><input id=a name=plan><p class='x y'>one</p><p>two</p></form>"
CHECKS: list[dict[str, Any]] = [
    {"select": "input", "min": 1, "max": 1, "attr": {"name": "plan", "required": False}, "inside": "form"},
    {"select": "p", "min": 2, "attr": {}},
    {"select": "p.x", "text": "one", "attr": {"class": {"words": ["y", "x"]}}},
    {"label_for": "input", "text": "name of PLAN"},
    {"name_of": "input", "text": "Name of plan"},
    {"order": ["label", "input", "p"]},
    {"texts": "p", "equal": ["one", "two"]},
    {"ref": "label", "attr": "for", "to": "input"},
    {"keeps": FORM.replace("id=a", "id=b"), "tags": [], "attrs": ["id"]},
]
WRONG = [
    ("name=plan", "name=plans"), ("<p>two", "<span>two"), ("one", "1"), ("for=a", "for=b"), ("<input", "<p></p><input"),
    ("two", "three"), ("<form>", "<form><hr>"),
]  # fmt: skip


def verifier(*checks: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "html", "checks": list(checks)}


def test_chromium_agrees_on_right_and_wrong_pages_by_every_kind_of_check() -> None:
    pages = [FORM, *(FORM.replace(old, new) for old, new in WRONG)]
    pairs = [(verifier(check), page) for check in [*CHECKS, {"valid": True}] for page in pages]
    assert find_differences(pairs) == [None] * len(pairs)


@pytest.mark.parametrize(("check", "page", "difference"), [
    ({"label_for": "input", "text": "Name"}, "<label for=a><span hidden>Name</span></label><input id=a>",
     "Chromium: label_for input: labelled ''; parser: passes"),
    ({"name_of": "button", "text": "Go"}, "<button tabindex=0 role=buton>Go</button>", "axe-core: aria-roles"),
])  # fmt: skip
def test_a_page_that_chromium_sees_otherwise_is_named(check: dict[str, Any], page: str, difference: str) -> None:
    assert find_differences([(verifier(check), page)]) == [difference]
