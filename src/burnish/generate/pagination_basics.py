"""The small tasks of `fs_pagination`: the limits of a query, how many pages there are, the last one, one page in SQL."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check, sql_check, sql_insert
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.wording import CITIES, NUMBER_FIELDS, TEXT_FIELDS, draw_noun

SIZES = (5, 6, 8, 9, 10, 12, 14, 15, 16, 18, 20, 24, 25, 30, 32, 36, 40, 45, 48, 50, 60)
SIZE_WORDS = "per_page|page_size|limit|size|page_limit|count|take"


def draw_parse(rng: Random) -> dict[str, Any]:
    """Draw the limits of a paging query, the order of the answer and what happens to a limit that is too high."""
    noun, default, cut, turned = draw_noun(rng), rng.choice(SIZES), rng.random() < 0.5, rng.random() < 0.4
    limit, offset, most = (
        pick(rng, SIZE_WORDS),
        pick(rng, "offset|skip|start|from_row"),
        default * rng.choice((2, 3, 4, 5, 10)),
    )
    capped = f"min(limit, {most})" if cut else "limit"
    pairs = [["offset", capped], ["offset", "limit" if cut else "limit + 1"], [capped, "offset"]]
    result, loose, crossed = (", ".join(pair[::-1] if turned else pair) for pair in pairs)
    return {
        "name": pick(rng, "parse_{0}_paging|read_{0}_window|{0}_paging|paging_for_{0}|{0}_window|{1}_range").format(*noun),
        "many": noun.many, "limit": limit, "offset": offset, "default": default, "most": most, "cut": cut, "turned": turned,
        "pair": f"[{limit}, {offset}]" if turned else f"[{offset}, {limit}]",
        "result": result, "loose": loose, "crossed": crossed, "too_much": "" if cut else f" or limit > {most}",
        "guard": "" if cut else f'if limit > {most}:\n        raise ValueError("too many")\n    ',
        "too_high": f"becomes {most}" if cut else "raises ValueError, too",
        "but": f" But a `{limit}` above {most} just becomes {most}." if cut else "",
    }  # fmt: skip


def check_parse(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect values by case, not by parsing."""
    limit, offset, default, most = facts["limit"], facts["offset"], facts["default"], facts["most"]
    size, skip = rng.randrange(1, default), rng.randrange(1, 500)
    good: list[tuple[Any, list[int]]] = [
        ({}, [0, default]), ({limit: str(size)}, [0, size]), ({offset: str(skip)}, [skip, default]), ({limit: "1"}, [0, 1]),
        ({offset: str(skip), limit: str(most)}, [skip, most]), ({offset: "0"}, [0, default]), ({"other": "5"}, [0, default]),
    ]  # fmt: skip
    bad: list[Any] = [
        {limit: "0"}, {limit: f"-{size}"}, {offset: "-1"}, {limit: "many"}, {offset: "x", limit: str(size)}, {limit: "2.5"},
    ]  # fmt: skip
    high = [{limit: str(most + size)}, {limit: str(most + 1)}]
    good += [(query, [0, most]) for query in high if facts["cut"]]
    cases: list[tuple[Any, Any]] = [([query], pair[::-1] if facts["turned"] else pair) for query, pair in good]
    cases += [([query], {"raises": "ValueError"}) for query in bad + ([] if facts["cut"] else high)]
    return python_check(facts["name"], cases)


PARSE = Template(
    id="parse_window",
    ask=(
        "Write `«name»(query)` in Python. `query` maps parameter names to strings. Return the list `«pair»` as integers: "
        "`«offset»` defaults to 0 and `«limit»` to «default». Raise ValueError for text that isn't a whole number, a negative "
        "`«offset»`, or a `«limit»` below 1; a `«limit»` above «most» «too_high».",
        "The endpoint for «many» takes `«offset»` and `«limit»` as query strings. Write the Python function `«name»(query)` "
        "that reads them from a dict of strings and returns `«pair»` (ints). A missing `«limit»` counts as «default», a "
        "missing `«offset»` as 0; a `«limit»` above «most» «too_high»; no integer, `«offset»` < 0 or `«limit»` < 1 raises "
        "ValueError.",
        'Please implement `«name»(query)` in Python: from a dict such as `{"«limit»": "5"}` it gives back `«pair»` with '
        "integers. When a key is absent, use 0 as `«offset»` and «default» as `«limit»`. Negative offsets, limits under 1 and "
        "text without a whole number are a ValueError. Nobody gets more than «most» «many»: a higher `«limit»` «too_high».",
        "Clients ask for `?«offset»=40&«limit»=7` of our «many», and both parameters are optional. In Python, `«name»(query)` "
        "turns that query (a dict of texts) into two ints, `«pair»`. Leave out `«limit»` and it is «default»; leave out "
        "`«offset»` and it is 0. Three things raise ValueError: no integer, `«offset»` under 0, `«limit»` under 1. And a "
        "`«limit»` of more than «most» «too_high».",
        "How many «many» are skipped, how many are shown? In Python, `«name»(query)` decides by two optional strings in the "
        "dict `query`: `«offset»`, 0 or more (0 if absent), and `«limit»`, 1 to «most» («default» if absent). What isn't an "
        "integer or breaks these bounds is a ValueError.«but» Return the integers as the list `«pair»`.",
    ),
    draw=draw_parse,
    shapes=(
        Shape(name="int_then_check", code="""
            def «name»(query):
                offset = int(query.get("«offset»", 0))
                limit = int(query.get("«limit»", «default»))
                if offset < 0 or limit < 1«too_much»:
                    raise ValueError("bad paging")
                return [«result»]
            """, mutants=(("offset < 0 or", "offset <= 0 or"), ("limit < 1", "limit < 0"), ("offset < 0 or ", ""),
                          ("«too_much»", ""))),
        Shape(name="helper", code="""
            def «name»(query):
                def number(key, default, least):
                    value = int(query.get(key, default))
                    if value < least:
                        raise ValueError(f"{key} must be at least {least}")
                    return value

                limit = number("«limit»", «default», 1)
                «guard»offset = number("«offset»", 0, 0)
                return [«result»]
            """, mutants=(("value < least", "value <= least"), ('"«offset»", 0, 0', '"«offset»", 0, -5'),
                          ("«default», 1", "«default», 0"), ('ValueError(f"', 'KeyError(f"'), ("«guard»", ""))),
        Shape(name="loop", code="""
            def «name»(query):
                window = {"«offset»": 0, "«limit»": «default»}
                for key in window:
                    if key in query:
                        window[key] = int(query[key])
                offset, limit = window["«offset»"], window["«limit»"]
                if offset < 0 or limit <= 0«too_much»:
                    raise ValueError(window)
                return [«result»]
            """, mutants=(("<= 0", "< 0"), ("int(query[key])", "query[key]"), ("offset < 0 or", "offset > 0 or"),
                          ("«default»}", "«most»}"), ("«too_much»", ""))),
    ),
    mutants=(("[«result»]", "[«loose»]"), ("[«result»]", "[«crossed»]"), ("min(", "max(")),
    verifier=check_parse,
)  # fmt: skip


def draw_count(rng: Random) -> dict[str, Any]:
    """Draw the length of a page and how many pages an empty list has."""
    noun, size, least = draw_noun(rng), rng.choice(SIZES), rng.choice((0, 1))
    return {
        "name": pick(rng, "count_pages|page_count|count_{0}_pages|{0}_pages|pages_of_{1}|total_pages").format(*noun),
        "total": pick(rng, "total|count|number|n"), "many": noun.many, "size": size, "least": least,
        "rest": size - 1, "open": "max(1, " if least else "", "close": ")" if least else "",
        "empty": f"Without {noun.many} there is still 1 page." if least else f"Without {noun.many} there are 0 pages.",
    }  # fmt: skip


def check_count(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect as many pages as an item dealt to every `size`th place opens."""
    size = facts["size"]
    totals = [0, 1, size - 1, size, size + 1, 2 * size, rng.randrange(3 * size, 9 * size), 7 * size + 1]
    expected = [sum(place % size == 0 for place in range(total)) for total in totals]
    cases = [([n], pages or facts["least"]) for n, pages in zip(totals, expected, strict=True)]
    return python_check(facts["name"], cases)


COUNT = Template(
    id="page_count",
    ask=(
        "Write a Python function `«name»(«total»)` that returns how many pages are needed for `«total»` «many», with "
        "«size» on a page. «empty»",
        "Our «many» are shown «size» per page. Implement `«name»(«total»)` in Python: given the number of «many» as "
        "`«total»`, it returns the number of pages, which is «least» when there are no «many».",
        "How many pages does a list have if each page holds up to «size» «many»? I need `«name»(«total»)` in Python, "
        "where `«total»` is the length of the list; for 0 it returns «least».",
        "Put `«total»` «many» on pages, never more than «size» on one. `«name»(«total»)` in Python says how many pages come "
        "of it. «empty»",
        "The pager of our «many» shows a number for each page. Count those numbers in Python with `«name»(«total»)`; a page "
        "lists «size» «many», the last one maybe fewer, and if `«total»` is 0 the count is «least».",
    ),
    draw=draw_count,
    shapes=(
        Shape(name="ceil", code="""
            import math

            def «name»(«total»):
                return «open»math.ceil(«total» / «size»)«close»
            """, mutants=(("math.ceil", "math.floor"), ("«total» / «size»", "«total» / «rest»"),
                          ("math.ceil(«total» / «size»)", "«total» // «size» + 1"))),
        Shape(name="round_up", code="""
            def «name»(«total»):
                return «open»(«total» + «rest») // «size»«close»
            """, mutants=(("+ «rest»", "+ «size»"), ("(«total» + «rest»)", "«total»"), ("// «size»", "/ «size»"))),
        Shape(name="divmod", code="""
            def «name»(«total»):
                pages, rest = divmod(«total», «size»)
                if rest:
                    pages += 1
                return «open»pages«close»
            """, mutants=(("if rest", "if not rest"), ("pages += 1", "pages += rest"),
                          ("    if rest:\n        pages += 1\n", ""))),
    ),
    verifier=check_count,
)  # fmt: skip


def draw_ending(rng: Random) -> dict[str, Any]:
    """Draw what is asked about a page, another one after it or none, and the number of the first page."""
    noun, size, last, first = draw_noun(rng), rng.choice(SIZES), rng.random() < 0.5, rng.choice((1, 1, 0))
    facts = draw_arguments(rng, page="page|number|current", total="total|count|length")
    page = facts["page"]
    return facts | {
        "name": pick(rng, ("is_last_page|is_last_{0}_page|{0}_page_is_last|ends_{1}" if last else
                           "has_next_page|has_more_{1}|more_{1}_after|has_next_{0}_page")).format(*noun),
        "many": noun.many, "one": noun.one, "size": size, "first": first, "last": last,
        "end": page if first else f"({page} + 1)", "number": page if first else f"{page} + 1",
        "slip": f"({page} + 1)" if first else page,
        "less": ">=" if last else "<", "near_less": ">" if last else "<=", "far_less": "<" if last else ">=",
        "more": "<=" if last else ">", "near_more": "<" if last else ">=", "far_more": ">" if last else "<=",
        "question": f"`{page}` is the last page" if last else f"there is a page after `{page}`",
        "when": f"no {noun.many} come after page `{page}`" if last else f"more {noun.many} come after page `{page}`",
    }  # fmt: skip


def check_ending(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what the list of all pages says, each page that exists asked in turn."""
    size, cases = facts["size"], []
    for total in (0, 1, size, size + 1, 2 * size, 3 * size - 1, rng.randrange(2 * size, 4 * size)):
        pages = list(range(facts["first"], facts["first"] + max(1, len(range(0, total, size)))))
        cases += [(arrange(facts, page=page, total=total), (page == pages[-1]) == facts["last"]) for page in pages]
    return python_check(facts["name"], cases)


ENDING = Template(
    id="last_page",
    ask=(
        "Write a Python function `«name»(«args»)` that returns True if «question» and False otherwise. There are "
        "`«total»` «many», «size» to a page, and pages count from «first».",
        "A list of `«total»` «many» is shown «size» per page; the first page is number «first». I need "
        "`«name»(«args»)` in Python, which says whether «question» (True or False).",
        "The button below our «one» list needs `«name»(«args»)` in Python: True when «when», else False. There are "
        "`«total»` «many», «size» to a page, and the first page is number «first».",
    ),
    draw=draw_ending,
    shapes=(
        Shape(name="product", code="""
            def «name»(«args»):
                return «end» * «size» «less» «total»
            """, mutants=(("«less»", "«near_less»"), ("«less»", "«far_less»"), ("«end» *", "«slip» *"))),
        Shape(name="left", code="""
            def «name»(«args»):
                left = «total» - «end» * «size»
                return left «more» 0
            """, mutants=(("«more» 0", "«near_more» 0"), ("«more» 0", "«far_more» 0"), ("«more» 0", "«more» «size»"))),
        Shape(name="ceil", code="""
            import math

            def «name»(«args»):
                pages = math.ceil(«total» / «size»)
                return «number» «less» pages
            """, mutants=(("math.ceil", "math.floor"), ("«less» pages", "«near_less» pages + 1"),
                          ("«less»", "«far_less»"))),
    ),
    verifier=check_ending,
)  # fmt: skip


def draw_query(rng: Random) -> dict[str, Any]:
    """Draw a table, its order, the length of a page and which page is wanted."""
    noun, size, page = draw_noun(rng), rng.choice((3, 4, 5, 6, 8, 10, 12)), rng.choice((2, 3, 4))
    down = rng.random() < 0.5
    label = rng.choice([name for name in TEXT_FIELDS if name != noun.one])
    facts = {
        "table": noun.many, "label": label, "order": rng.choice(NUMBER_FIELDS), "shown": rng.choice(("id", label)),
        "size": size, "page": page, "offset": size * (page - 1), "begin": size * (page - 1) + 1, "end": size * page,
        "direction": " DESC" if down else "", "other": "" if down else " DESC", "down": down,
    }  # fmt: skip
    order = facts["order"]
    return facts | {
        "sorted": f"`{order}` from high to low" if down else f"`{order}` from low to high",
        "first": f"highest `{order}` first" if down else f"lowest `{order}` first",
        "way": "descending" if down else "ascending",
    }


def check_query(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the rows that are left when the pages before have been taken off a sorted pile."""
    size, page = facts["size"], facts["page"]
    texts, expected = [], []
    for length in (size * page + 3, size * page, size * page - 1, size * (page - 1) + 1, size * (page - 1)):
        ids, values = rng.sample(range(1, 200), length), rng.sample(range(1, 500), length)
        rows: list[list[Any]] = [[i, rng.choice(CITIES), value] for i, value in zip(ids, values, strict=True)]
        pile = sorted(rows, key=lambda row: row[2], reverse=facts["down"])
        for _ in range(page - 1):
            del pile[:size]
        columns = f"id INTEGER PRIMARY KEY, {facts['label']} TEXT, {facts['order']} INTEGER"
        texts.append(f"CREATE TABLE {facts['table']} ({columns});\n" + sql_insert(facts["table"], rows))
        expected.append([[row[facts["shown"] != "id"]] for row in pile[:size]])
    return sql_check(texts, expected, ordered=True)


QUERY = Template(
    id="page_query",
    ask=(
        "Table `«table»(id, «label», «order»)`. Write one SQL query that returns `«shown»` for page «page», with "
        "«size» rows per page, sorted by «sorted». Page 1 is the first.",
        "We list `«table»` (columns id, «label» and «order») «size» to a page, «first». Give me the SQLite query for "
        "the `«shown»` of every row on page «page», where pages count from 1.",
        "I need page number «page» of the table `«table»(id, «label», «order»)` in SQL: «size» rows a page, in «way» "
        "order of `«order»`, only the column `«shown»`. The first page has number 1.",
    ),
    draw=draw_query,
    shapes=(
        Shape(name="offset", code="""
            SELECT «shown»
            FROM «table»
            ORDER BY «order»«direction»
            LIMIT «size» OFFSET «offset»;
            """, mutants=(("OFFSET «offset»", "OFFSET «end»"), ("OFFSET «offset»", "OFFSET «page»"),
                          ("ORDER BY «order»«direction»", "ORDER BY «order»«other»"),
                          ("LIMIT «size» OFFSET", "LIMIT «end» OFFSET"),
                          ("ORDER BY «order»«direction»", "ORDER BY id"))),
        Shape(name="comma", code="""
            SELECT «shown» FROM «table» ORDER BY «order»«direction» LIMIT «offset», «size»;
            """, mutants=(("LIMIT «offset»", "LIMIT «begin»"), ("LIMIT «offset», «size»", "LIMIT «size»"),
                          ("BY «order»«direction»", "BY «order»«other»"), (" ORDER BY «order»«direction»", ""))),
        Shape(name="row_number", code="""
            SELECT «shown»
            FROM (SELECT *, ROW_NUMBER() OVER (ORDER BY «order»«direction») AS place FROM «table»)
            WHERE place BETWEEN «begin» AND «end»
            ORDER BY place;
            """, mutants=(("BETWEEN «begin»", "BETWEEN «offset»"), ("BY «order»«direction»)", "BY «order»«other»)"),
                          ("ORDER BY place", "ORDER BY place DESC"))),
    ),
    verifier=check_query,
)  # fmt: skip
