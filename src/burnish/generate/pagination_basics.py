"""The small tasks of `fs_pagination`: how many pages there are, whether this is the last one, one page in SQL."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check, sql_check, sql_insert
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.wording import CITIES, NUMBER_FIELDS, TEXT_FIELDS, draw_noun

SIZES = (5, 6, 8, 10, 12, 15, 20, 24, 25, 30, 40, 50)


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
