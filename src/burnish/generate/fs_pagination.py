"""Category `fs_pagination`: cutting lists into pages, by number and by cursor, and telling clients where they are."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.pagination_basics import COUNT, ENDING, PARSE, QUERY
from burnish.generate.wording import NUMBER_FIELDS, draw_noun


def draw_page(rng: Random) -> dict[str, Any]:
    """Draw a numbered page: its list, size, first number and the names of its keys."""
    noun, first = draw_noun(rng), rng.choice((0, 1))
    verb = rng.choice(("page_of", "paginate", "get_page_of", "slice", "list_page_of", "show", "part_of", "cut"))
    return {
        "name": f"{verb}_{noun.many}", "many": noun.many,
        "size": rng.choice((3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16, 18, 20, 24, 25)),
        "first": first, "index": ("page", "(page - 1)")[first], "plain": ("page", "page - 1")[first],
        "data": rng.choice(("items", "data", "results", "rows", "page", noun.many)),
        "more": rng.choice(("has_more", "has_next", "more", "more_pages", "continues")),
    }  # fmt: skip


def check_page(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what filling pages one item at a time gives."""
    size, first = facts["size"], facts["first"]
    cases = []
    for length in (0, 1, size, size + 1, 3 * size - 1, 2 * size):
        items = [rng.randrange(1000) for _ in range(length)]
        pages: list[list[int]] = [[]]
        for item in items:
            if len(pages[-1]) == size:
                pages.append([])
            pages[-1].append(item)
        for number in (0, len(pages) - 1, len(pages)):
            shown = pages[number] if number < len(pages) else []
            cases.append(([items, number + first], {facts["data"]: shown, facts["more"]: number < len(pages) - 1}))
    return python_check(facts["name"], cases)


PAGE = Template(
    id="numbered_page",
    ask=(
        "Write a Python function `«name»(items, page)` that returns one page of «many», «size» to a page. Pages are counted "
        "from «first». Return a dict with `«data»` (the list of that page, empty past the end) and `«more»` (whether a later "
        "page has anything).",
        "I need `«name»(items, page)` in Python. The first page is number «first» and every page holds at most «size» «many». The "
        "result is a dict: `«data»` is the page's list and `«more»` is true when there are «many» after it. A page past the end "
        "is empty.",
        "Our list of «many» is too long to send at once. Implement `«name»(items, page)`, with «size» items a page and page "
        "numbers starting at «first», returning `{\"«data»\": [...], \"«more»\": bool}`; pages beyond the last are empty.",
        "Show «many» in portions of «size». In Python, `«name»(items, page)` gives the portion with the number `page`, where «first» is the "
        "number of the first: a dict whose `«data»` is a list (empty when `page` is too high) and whose `«more»` says, as a bool, if "
        "items come after this portion.",
        "Which «many» belong on a page? Cut the list `items` into pieces of «size», count the pieces from «first», and let `«name»(items, "
        "page)` in Python return two things in a dict. `«more»`: does any item follow piece `page`, True or False. `«data»`: that piece, "
        "[] if there is none.",
    ),
    draw=draw_page,
    shapes=(
        Shape(name="slice", code="""
            def «name»(items, page):
                start = «index» * «size»
                end = start + «size»
                return {"«data»": items[start:end], "«more»": end < len(items)}
            """, mutants=(("end < len", "end <= len"), ("«index» *", "(page + 1) *"), ("start + «size»", "start + «size» - 1"))),
        Shape(name="enumerate", code="""
            def «name»(items, page):
                number = «plain»
                shown = [item for i, item in enumerate(items) if i // «size» == number]
                return {"«data»": shown, "«more»": len(items) > (number + 1) * «size»}
            """, mutants=(("len(items) >", "len(items) >="), ("i // «size»", "(i + 1) // «size»"), ("number + 1", "number"))),
        Shape(name="islice", code="""
            from itertools import islice

            def «name»(items, page):
                start = «index» * «size»
                window = list(islice(items, start, start + «size» + 1))
                return {"«data»": window[:«size»], "«more»": len(window) > «size»}
            """, mutants=(("window[:«size»]", "window"), ("len(window) >", "len(window) >="), ("«index» *", "(page + 1) *"))),
    ),
    mutants=(('"«more»": ', '"«more»": not '), ('"«data»": ', '"rows": ')),
    verifier=check_page,
)  # fmt: skip


def draw_cursor(rng: Random) -> dict[str, Any]:
    """Draw a cursor page: what its rows are ordered by and how many it shows."""
    noun = draw_noun(rng)
    return {
        "name": rng.choice(("{}_after", "next_{}", "fetch_{}_after", "read_{}", "page_of_{}", "more_{}",
                            "{}_from")).format(noun.many),
        "many": noun.many,
        "one": noun.one, "size": rng.randrange(2, 9),
        "field": pick(rng, f"id|key|seq|number|position|{noun.one}_id|{noun.one}_number|serial|rank|version|offset|index"),
        "next": pick(rng, f"next|next_cursor|cursor|after|continue_from|last_{noun.one}|resume|next_{noun.one}|token|bookmark"),
    }  # fmt: skip


def check_cursor(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the rows taken from a sorted queue one by one."""
    size, field = facts["size"], facts["field"]
    cases = []
    for length in (0, 1, size, size + 1, 2 * size + 1):
        keys = sorted(rng.sample(range(1, 90), length))
        rows: list[dict[str, Any]] = [{field: key, "note": rng.choice("abc")} for key in keys]
        for after in dict.fromkeys((None, 0, keys[0] if keys else 5, keys[length // 2] if keys else 7, 99)):
            queue = [row for row in rows if after is None or not row[field] <= after]
            shown: list[dict[str, Any]] = []
            while queue and len(shown) < size:
                shown.append(queue.pop(0))
            cases.append(([rows, after], {facts["many"]: shown, facts["next"]: shown[-1][field] if queue else None}))
    return python_check(facts["name"], cases)


CURSOR = Template(
    id="cursor_page",
    ask=(
        "Write `«name»(rows, after)` in Python. `rows` is a list of dicts sorted by `«field»`. Return the next «size» «many» whose "
        "`«field»` is greater than `after` (all from the start when `after` is None) as `{\"«many»\": [...], \"«next»\": ...}`; "
        "`«next»` is the `«field»` of the last one returned, or None when nothing is left.",
        "Implement cursor pagination: `«name»(rows, after)` gets dicts already sorted by `«field»` and returns a dict with up to «size» "
        "of them under `«many»`, starting behind the cursor `after`. With `after=None` start at the beginning. `«next»` holds the last "
        "shown `«field»` if more «many» follow, otherwise None.",
        "We page through «many» by cursor, not by number. Please write the Python function `«name»(rows, after)`: skip every «one» "
        "whose `«field»` is not above `after` (None skips nothing), take «size», and return them as `«many»` together with `«next»`, "
        "the `«field»` to continue from or None at the end. `rows` are sorted dicts.",
    ),
    draw=draw_cursor,
    shapes=(
        Shape(name="comprehension", code="""
            def «name»(rows, after):
                rest = [row for row in rows if after is None or row["«field»"] > after]
                page = rest[:«size»]
                more = len(rest) > «size»
                return {"«many»": page, "«next»": page[-1]["«field»"] if more else None}
            """, mutants=(("> after", ">= after"), ("rest[:«size»]", "rest[:«size» + 1]"), ("len(rest) >", "len(rest) >="))),
        Shape(name="bisect", code="""
            from bisect import bisect_right

            def «name»(rows, after):
                keys = [row["«field»"] for row in rows]
                start = 0 if after is None else bisect_right(keys, after)
                end = start + «size»
                cursor = keys[end - 1] if end < len(rows) else None
                return {"«many»": rows[start:end], "«next»": cursor}
            """, mutants=(("bisect_right", "bisect_left"), ("end < len", "end <= len"), ("keys[end - 1]", "keys[end]"))),
        Shape(name="loop", code="""
            def «name»(rows, after):
                page = []
                for row in rows:
                    if after is not None and row["«field»"] <= after:
                        continue
                    if len(page) == «size»:
                        return {"«many»": page, "«next»": page[-1]["«field»"]}
                    page.append(row)
                return {"«many»": page, "«next»": None}
            """, mutants=(("<= after", "< after"), ("page[-1]", "row"), ("\"«next»\": None", "\"«next»\": after"))),
    ),
    mutants=(('"«next»": ', '"cursor_to": '), ("after is None", "not after or after < 50"), ("is not None", "is None")),
    verifier=check_cursor,
)  # fmt: skip


def draw_links(rng: Random) -> dict[str, Any]:
    """Draw the links of a page: path and parameter."""
    noun = draw_noun(rng)
    return {
        "name": rng.choice(("{}_links", "page_links_for_{}", "link_{}", "build_{}_links", "{}_navigation", "links_of_{}",
                            "{}_urls")).format(noun.many),
        "path": rng.choice(("/{}", "/api/{}", "/v1/{}", "/admin/{}", "/public/{}", "/v2/{}", "/shop/{}", "/rest/{}",
                            "/my/{}")).format(noun.many.replace("_", "-")),
        "parameter": rng.choice(("page", "p", "pageNumber", "n", "page_no", "at")),
        "size": rng.choice((5, 6, 8, 10, 12, 15, 20, 24, 25, 30, 40, 50)),
        "back": rng.choice(("prev", "prev", "previous", "back", "before")),
        "on": rng.choice(("next", "next", "following", "forward", "after")), "many": noun.many,
    }  # fmt: skip


def check_links(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect links from the numbered pages that an item count fills."""
    del rng
    cases = []
    for total in (0, 1, facts["size"], facts["size"] + 1, 4 * facts["size"]):
        pages = [start for start in range(0, total, facts["size"])] or [0]
        for page in {1, len(pages), (len(pages) + 1) // 2}:
            links = {"first": 1, "last": len(pages)}
            links |= {facts["back"]: page - 1} if page > 1 else {}
            links |= {facts["on"]: page + 1} if page < len(pages) else {}
            cases.append(([page, total], {k: f"{facts['path']}?{facts['parameter']}={n}" for k, n in links.items()}))
    return python_check(facts["name"], cases)


LINKS = Template(
    id="page_links",
    ask=(
        "Write a Python function `«name»(page, total)` for a list of «many» shown «size» to a page. It returns a dict of URLs such as "
        "`«path»?«parameter»=2`: always `first` and `last`, `«back»` only when there is an earlier page and `«on»` only when there is a "
        "later one. Pages start at 1 and an empty list still has page 1.",
        "Our «many» API sends navigation links. Implement `«name»(page, total)` in Python: with `total` «many» and «size» per page (numbered from 1, at "
        "least one page), return a dict with the keys `first`, `last`, and where such pages exist `«back»` (one earlier) and `«on»` (one later). Each value looks like "
        "`«path»?«parameter»=1`.",
        "Given the current page and the number of «many», `«name»(page, total)` in Python should build pagination links as a dict. There are "
        "«size» «many» on a page; page numbers begin at 1; zero «many» means one empty page. Links have the form "
        "`«path»?«parameter»=N`; `«back»` is one page earlier and left out on the first, `«on»` one later and left out on the last. `first` and `last` are always there.",
        "Below a list of «many» there are buttons for other pages. `«name»(page, total)` in Python returns their targets: a dict with `first` "
        "and `last`, with `«back»` (page - 1) unless `page` is 1, with `«on»` (page + 1) unless it is the last. `total` is the number of all «many», «size» of "
        "them make a page, and without any there is one page. Page 3 has the address `«path»?«parameter»=3`.",
        "Links for page `page` of `total` «many», please, in Python: `«name»(page, total)` -> dict of texts like `«path»?«parameter»=1`. "
        "A page takes up to «size», the first is number 1 and exists even when `total` is 0. Keys: `first`; `last`; `«on»`, the page "
        "after this one, if there is one; `«back»`, the page before, likewise.",
    ),
    draw=draw_links,
    shapes=(
        Shape(name="ceiling", code="""
            def «name»(page, total):
                last = max(1, -(-total // «size»))
                links = {"first": 1, "last": last}
                if page > 1:
                    links["«back»"] = page - 1
                if page < last:
                    links["«on»"] = page + 1
                return {key: f"«path»?«parameter»={n}" for key, n in links.items()}
            """, mutants=(("page < last", "page <= last"), ("page > 1", "page > 0"),
                          ("max(1, -(-total // «size»))", "total // «size» + 1"),
                          ("max(1, -(-total // «size»))", "-(-total // «size»)"))),
        Shape(name="helper", code="""
            import math

            def «name»(page, total):
                def url(number):
                    return "«path»?«parameter»=" + str(number)

                pages = math.ceil(total / «size») or 1
                links = {"first": url(1), "last": url(pages)}
                if page != 1:
                    links["«back»"] = url(page - 1)
                if page != pages:
                    links["«on»"] = url(page + 1)
                return links
            """, mutants=((" or 1", ""), ("math.ceil", "math.floor"), ("url(page - 1)", "url(page)"),
                          ("page != pages", "page != total"))),
    ),
    mutants=(('"first": ', '"start": '), ("?«parameter»=", "/«parameter»=")),
    verifier=check_links,
)  # fmt: skip


def draw_walk(rng: Random) -> dict[str, Any]:
    """Draw a client that walks all pages."""
    noun = draw_noun(rng)
    return {
        "name": rng.choice(("all_{}", "collect_{}", "fetch_all_{}", "sum_{}")).format(noun.many), "many": noun.many,
        "one": noun.one,
        "data": rng.choice(("items", "data", "results", "records")), "next": rng.choice(("next", "next_page", "cursor", "token")),
        "field": rng.choice(NUMBER_FIELDS), "first": rng.choice(("None", "''", "'start'", "1")),
    }  # fmt: skip


WALK_HARNESS = """
def drive(ns, call):
    pages, asked = {str(k): v for k, v in call["pages"]}, []

    def fetch(cursor):
        asked.append(str(cursor))
        if len(asked) > 20:
            raise RuntimeError("asked too often")
        return pages[str(cursor)]

    return {"result": ns[call["entry"]](fetch), "asked": asked}
"""


def check_walk(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the sum of the numbers that were dealt to pages, and one request for each page."""
    start = {"None": None, "''": "", "'start'": "start", "1": 1}[facts["first"]]
    cases = []
    for count in (1, 2, 5):
        names = [start, *rng.sample(("k7", "q2", "z9", "m4", "b1", "t3"), count - 1)]
        total, pages = 0, []
        for position, name in enumerate(names):
            length = (
                0 if position == 1 and count == 5 else rng.randrange(1, 4)
            )  # an empty page in the middle isn't the end
            numbers = [rng.randrange(1, 60) for _ in range(length)]
            total += sum(numbers)
            following = names[position + 1] if position + 1 < count else None
            pages.append([name, {facts["data"]: [{facts["field"]: n} for n in numbers], facts["next"]: following}])
        call = {"entry": facts["name"], "pages": pages}
        cases.append((call, {"result": total, "asked": [str(name) for name in names]}))
    return python_check(facts["name"], cases, harness=WALK_HARNESS)


WALK = Template(
    id="walk_pages",
    ask=(
        "Write a Python function `«name»(fetch)` that adds up `«field»` over all pages of «many». `fetch(cursor)` returns a dict with "
        "`«data»` (a list of dicts) and `«next»` (the next cursor, or None on the last page). Start with the cursor `«first»`, ask for "
        "each page once and return the total.",
        "A remote API lists «many» page by page: `fetch(cursor)` gives `{\"«data»\": [...], \"«next»\": cursor or None}`. Implement "
        "`«name»(fetch)`, which begins with `«first»`, follows `«next»` until it is None, and returns the sum of every «one»'s `«field»`.",
        "I want the total `«field»` of all «many» behind a paged API. Write `«name»(fetch)` in Python; call `fetch(«first»)` for the first "
        "page, then `fetch` with the page's `«next»` while that isn't None. Each page has its rows, dicts, under `«data»`.",
    ),
    draw=draw_walk,
    shapes=(
        Shape(name="while_true", code="""
            def «name»(fetch):
                total, cursor = 0, «first»
                while True:
                    page = fetch(cursor)
                    total += sum(row["«field»"] for row in page["«data»"])
                    cursor = page["«next»"]
                    if cursor is None:
                        return total
            """, mutants=(("total += ", "total = "), ("if cursor is None:", "if cursor is None or not page[\"«data»\"]:"),
                          ("if cursor is None:", "if cursor is not None:"), ("total, cursor = 0", "total, cursor = 1"))),
        Shape(name="page_variable", code="""
            def «name»(fetch):
                page = fetch(«first»)
                total = sum(row["«field»"] for row in page["«data»"])
                while page["«next»"] is not None:
                    page = fetch(page["«next»"])
                    total += sum(row["«field»"] for row in page["«data»"])
                return total
            """, mutants=(("while page", "if page"), ("    total += sum", "    total = sum"), ("is not None", "is None"),
                          ("return total", "return total + 1"))),
        Shape(name="recursion", code="""
            def «name»(fetch, cursor=«first»):
                page = fetch(cursor)
                own = sum(row["«field»"] for row in page["«data»"])
                if page["«next»"] is None:
                    return own
                return own + «name»(fetch, page["«next»"])
            """, mutants=(("return own + ", "return "), ("is None", "is not None"), ("return own\n", "return 0\n"),
                          ("= fetch(cursor)", "= fetch(«first»)"))),
    ),
    verifier=check_walk,
)  # fmt: skip

CATEGORY = Category(
    name="fs_pagination", family="http_backend", templates=(PAGE, CURSOR, LINKS, PARSE, WALK, COUNT, ENDING, QUERY)
)
