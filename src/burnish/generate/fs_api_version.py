"""Category `fs_api_version`: the version in a path, a body for an older version, the version of a date."""

import datetime
from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.wording import CITIES, COLORS, draw_noun


def draw_path(rng: Random) -> dict[str, Any]:
    """Draw how a path names its version, what stands in for none and where versions end."""
    noun, prefix, mark = draw_noun(rng), pick(rng, "|/api|/rest|/public|/internal"), pick(rng, "v|v|ver|version|r|V")
    most, default = rng.choice((0, 0, 3, 4, 5, 7)), rng.choice(("1", "2", "None"))
    place = 2 if prefix else 1
    arg = pick(rng, "path|url_path|route|target")
    number = {False: "int({})", True: "min(int({}), " + f"{most})"}[most > 0]
    return {
        "name": pick(rng,
                     f"api_version|version_of|read_version|path_version|get_version|{noun.one}_version|requested_version"),
        "arg": arg,
        "prefix": prefix, "mark": mark, "most": most, "default": default, "many": noun.many, "place": place,
        "next": place + 1, "size": len(mark),
        "start": f"{prefix}/", "example": f"{prefix}/{mark}2/{noun.many}", "plain": f"{prefix}/{noun.many}",
        "segment": pick(rng, "segment|part|piece|label"),
        "rule": f" A number above {most} counts as {most}." if most else "",
        "short": f", at most {most} (a higher one becomes {most})" if most else "",
        "else": "None" if default == "None" else f"{default}", "where": ("first", "second")[place - 1],
        "begin": f"Every path begins with `{prefix}/`" if prefix else "Every path begins with `/`",
        "by_match": number.format("match[1]"), "by_slice": number.format(f"part[{len(mark)}:]"),
        "by_rest": number.format("number"),
        "higher": most + 1, "wrong": "1" if default != "1" else "0",
    }  # fmt: skip


def check_path(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the number that was put into the path, and the default for paths that only look like it."""
    start, mark, many, most = facts["start"], facts["mark"], facts["many"], facts["most"]
    default = {"1": 1, "2": 2, "None": None}[facts["default"]]
    cases: list[tuple[Any, Any]] = []
    for number in (1, 2, 3, 4, 5, 6, 8, 12, rng.randrange(20, 90)):
        shown = most if most and most < number else number
        cases += [
            ([f"{start}{mark}{number}{rest}"], shown) for rest in (f"/{many}", "", f"/{many}/{mark}9/{number + 1}")
        ]
    bad = [
        many,
        f"{many}/{mark}3",
        f"{mark}x/{many}",
        f"{mark}",
        f"x{mark}3/{many}",
        f"{mark}3x/{many}",
        f"{mark}{many}",
        "3/x",
    ]
    bad += [f"{many}/4", f"{mark}-3/x", f"{'x' * len(mark)}3/{many}", f"{many}{start}{mark}3"]
    cases += [([f"{start}{text}"], default) for text in bad]
    return python_check(facts["name"], rng.sample(cases, len(cases)))


PATH = Template(
    id="version_in_path",
    ask=(
        "Write a Python function `«name»(«arg»)` that returns the API version in a path as an integer: 2 for `«example»`. «begin». If the next segment isn't `«mark»` followed by digits only, as in `«plain»`, return «else».«rule»",
        "Our routes look like `«example»`, older ones like `«plain»`. I need `«name»(«arg»)` in Python, which gives the number behind `«mark»` in the «where» segment«short», or «else» when that segment has another form. «begin».",
        "In Python, which version does a request ask for? `«name»(«arg»)` looks at the «where» segment of the path. `«mark»` plus digits, as in `«example»`, gives the number as an int; anything else gives «else».«rule» «begin».",
        "Please implement `«name»(«arg»)` for versioned «many» routes in Python. «begin». Take the segment after that: `«mark»7` means version 7 (an int)«short». No such segment: «else».",
    ),
    draw=draw_path,
    shapes=(
        Shape(name="regex", code="""
            import re

            def «name»(«arg»):
                match = re.match(r"«start»«mark»(\\d+)(/|$)", «arg»)
                return «by_match» if match else «default»
            """, mutants=(("(/|$)", ""), ("(/|$)", "/"), ("re.match", "re.search"), ("(\\d+)", "(\\d)"),
                          ("«by_match»", "match[1]"))),
        Shape(name="split", code="""
            def «name»(«arg»):
                part = «arg».split("/")[«place»]
                return «by_slice» if part[:«size»] == "«mark»" and part[«size»:].isdigit() else «default»
            """, mutants=((' and part[«size»:].isdigit()', ""), ('part[:«size»] == "«mark»" and ', ""),
                          ("[«place»]", "[-1]"), ("«by_slice»", "part[«size»:]"))),
        Shape(name="removeprefix", code="""
            def «name»(«arg»):
                «segment» = «arg».removeprefix("«start»").partition("/")[0]
                number = «segment».removeprefix("«mark»")
                if number != «segment» and number.isdigit():
                    return «by_rest»
                return «default»
            """, mutants=(("number != «segment» and ", ""), (" and number.isdigit()", ""), ('.partition("/")[0]', ""),
                          ("return «by_rest»", "return number"))),
    ),
    mutants=(("else «default»", "else «wrong»"), ("return «default»", "return «wrong»"), (", «most»)", ", «higher»)"),
             ("min(", "max(")),
    verifier=check_path,
)  # fmt: skip


BODY_HARNESS = """
def drive(ns, call):
    return [ns[call["entry"]](call["given"]), call["given"]]
"""


def draw_changes(rng: Random, body: str) -> dict[str, dict[str, str]]:
    """Draw one change of each kind: what the older version says, statements on a copy `old`, entries of a new dict."""
    before, after = rng.sample("name title label caption headline display_name full_name heading".split(), 2)
    new, number, unit = (
        pick(rng, "trace_id|links|etag|region|score|version|locale|archived_at"),
        pick(rng, "total|price|amount|fee|cost|balance"),
        pick(rng, "cents|minor"),
    )
    many, part, key = (
        pick(rng, "tags|colors|roles|groups|labels"),
        pick(rng, "owner|customer|author|seller|parent"),
        pick(rng, "id|code|email|key"),
    )
    flag, (yes, no) = (
        pick(rng, "active|paid|public|open|locked"),
        rng.choice((("yes", "no"), ("Y", "N"), ("on", "off"))),
    )
    mark, sort, text = (
        pick(rng, ",|;| "),
        pick(rng, "object|type|kind|resource"),
        pick(rng, "item|record|entry|legacy|plain"),
    )
    mark_words = {",": "commas", ";": "semicolons", " ": "spaces"}[mark]
    return {
        "rename": {"words": f"`{before}` was called `{after}`", "do": f'old["{after}"] = old.pop("{before}")',
                   "entry": f'"{after}": {body}["{before}"]', "gone": before, "as": after},
        "remove": {"words": f"`{new}` didn't exist", "do": f'old.pop("{new}")', "entry": "", "gone": new, "as": ""},
        "cents": {"words": f"instead of the integer `{number}_{unit}` there was `{number}`, that number divided by 100",
                  "do": f'old["{number}"] = old.pop("{number}_{unit}") / 100',
                  "entry": f'"{number}": {body}["{number}_{unit}"] / 100', "gone": f"{number}_{unit}", "as": number},
        "join": {"words": f"`{many}`, now a list of texts, was one text with {mark_words} between them",
                 "do": f'old["{many}"] = "{mark}".join(old["{many}"])',
                 "entry": f'"{many}": "{mark}".join({body}["{many}"])', "gone": "", "as": many, "mark": mark},
        "flatten": {"words": f"instead of the object `{part}` there was only its `{key}`, as `{part}_{key}`",
                    "do": f'old["{part}_{key}"] = old.pop("{part}")["{key}"]',
                    "entry": f'"{part}_{key}": {body}["{part}"]["{key}"]', "gone": part, "as": f"{part}_{key}", "key": key},
        "flag": {"words": f'`{flag}`, now a boolean, was "{yes}" or "{no}"',
                 "do": f'old["{flag}"] = "{yes}" if old["{flag}"] else "{no}"',
                 "entry": f'"{flag}": "{yes}" if {body}["{flag}"] else "{no}"', "gone": "", "as": flag, "yes": yes,
                 "no": no},
        "constant": {"words": f'there was also `{sort}`, always "{text}"', "do": f'old["{sort}"] = "{text}"',
                     "entry": f'"{sort}": "{text}"', "gone": "", "as": sort, "text": text},
    }  # fmt: skip


def draw_older(rng: Random) -> dict[str, Any]:
    """Draw three differences between two versions of a body; one of them takes a field away."""
    noun, body = draw_noun(rng), pick(rng, "body|data|payload|current|new")
    old = rng.randrange(1, 6)
    changes = draw_changes(rng, body)
    first = pick(rng, "rename|remove|cents|flatten")
    kinds = [first, *rng.sample([kind for kind in changes if kind not in (first, "remove")], 2)]
    rng.shuffle(kinds)
    some = [changes[kind] for kind in kinds]
    gone = [one["gone"] for one in some if one["gone"]]
    entries = [one["entry"] for one in some if one["entry"]]
    return {
        "name": pick(rng,
                     f"to_v{old}|downgrade_{noun.one}|{noun.one}_v{old}|as_v{old}|{noun.one}_for_v{old}|older_{noun.one}"),
        "body": body, "one": noun.one, "many": noun.many,
        "old": old, "new": old + rng.choice((1, 1, 2)), "kinds": kinds, "changes": {kind: changes[kind] for kind in kinds},
        "words": "; ".join(one["words"] for one in some), "steps": "\n    ".join(one["do"] for one in some),
        "first_step": some[0]["do"], "last_step": some[-1]["do"], "middle": some[1]["do"],
        "gone": "(" + ", ".join(f'"{key}"' for key in gone) + ("," if len(gone) == 1 else "") + ")",
        "entries": ", ".join(entries), "first_entry": f"{entries[0]}", "last_entry": f", {entries[-1]}",
        "dels": "\n    ".join(f'del old["{key}"]' for key in gone),
        "sets": "\n    ".join(f'old["{one["as"]}"] = {one["entry"].split(": ", 1)[1]}' for one in some if one["entry"]),
        "lost": f'del old["{gone[0]}"]',
    }  # fmt: skip


def check_older(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect a body whose two versions were written side by side."""
    cases = []
    for turn in range(5):
        new: dict[str, Any] = {"id": rng.randrange(2, 900), "note": rng.choice(CITIES)}
        old = dict(new)
        for kind, change in facts["changes"].items():
            word, number = f"{rng.choice(CITIES)} {rng.randrange(99)}", rng.randrange(100, 90_000)
            some = rng.sample(COLORS, (2, 1, 3, 0, 2)[turn])
            was, now = {
                "rename": (word, word), "remove": (None, word), "cents": (float(f"{number // 100}.{number % 100:02d}"), number),
                "join": ("".join(f"{change.get('mark')}{one}" for one in some)[1:], some),
                "flatten": (word, {change.get("key", ""): word, "x": number}),
                "flag": (change.get(("yes", "no")[turn % 2]), turn % 2 == 0), "constant": (change.get("text"), None),
            }[kind]  # fmt: skip
            old |= {change["as"]: was} if kind != "remove" else {}
            new |= {change["gone"] or change["as"]: now} if kind != "constant" else {}
        mixed = {key: new[key] for key in rng.sample(list(new), len(new))}
        cases.append(({"entry": facts["name"], "given": mixed}, [old, mixed]))
    return python_check(facts["name"], cases, harness=BODY_HARNESS)


OLDER = Template(
    id="older_body",
    ask=(
        "Write a Python function `«name»(«body»)` that turns «a_one» of API version «new» (a dict) into what version «old» sent. In version «old», «words». All other fields stay. Return a new dict and leave `«body»` as it is.",
        "Clients of version «old» still read our «many». In Python, implement `«name»(«body»)`, which makes their dict from one of version «new». The differences: «words». Whatever else is in `«body»` is passed on, and `«body»` itself isn't changed.",
        "We keep one code base, version «new», and translate responses for older clients. I need `«name»(«body»)` in Python. Version «old» was different: «words». It returns a changed copy of the dict `«body»` with every other key unchanged.",
        "Please help with backward compatibility (Python): `«name»(«body»)` takes the version-«new» dict of «a_one», every field present, and returns the version-«old» dict without altering its argument. Before version «new», «words». The remaining fields are the same in both.",
    ),
    draw=lambda rng: {**(f := draw_older(rng)), "a_one": ("an " if f["one"][0] in "aeio" else "a ") + f["one"]},
    shapes=(
        Shape(name="copy", code="""
            def «name»(«body»):
                old = dict(«body»)
                «steps»
                return old
            """, mutants=(("dict(«body»)", "«body»"), ("«first_step»", "pass"), ("«middle»", "pass"),
                          ("«last_step»", "pass"), (".pop(", ".get("))),
        Shape(name="comprehension", code="""
            def «name»(«body»):
                kept = {key: value for key, value in «body».items() if key not in «gone»}
                return kept | {«entries»}
            """, mutants=((" if key not in «gone»", ""), ("key not in «gone»", "key in «gone»"),
                          ("kept | {«entries»}", "kept"), ("{«entries»}", "{}"), ("kept | ", ""), ("«last_entry»", ""))),
        Shape(name="set_and_delete", code="""
            def «name»(«body»):
                old = «body».copy()
                «sets»
                «dels»
                return old
            """, mutants=(("«body».copy()", "«body»"), ("    «lost»\n", ""), ("    «sets»\n", ""))),
    ),
    verifier=check_older,
)  # fmt: skip


# The example of a release and that of a request, which comes later.
YEARS = (range(2019, 2023), range(2023, 2027))


def draw_date(rng: Random) -> dict[str, Any]:
    """Draw where the wanted date stands, what the versions are kept in and what else may happen."""
    noun, table = draw_noun(rng), rng.random() < 0.5
    own = noun.one.title().replace("_", "-")
    header = pick(rng, f"||API-Version|X-Api-Version|Accept-Version|Version-Date|X-Version|{own}-Version|X-{own}-Date")
    facts = draw_arguments(
        rng,
        given="headers|request_headers|head|fields" if header else "requested|wanted|day|asked|pinned|client_date",
        versions="versions|releases|known|published|dates|history|changes",
    )
    given, versions = facts["given"], facts["versions"]
    wanted = "wanted" if header else given
    day, later = (f"{rng.choice(years)}-{rng.randrange(10, 13)}-{rng.randrange(10, 29)}" for years in YEARS)
    missing, early = (
        rng.choice(("newest", "oldest", "ValueError")),
        rng.choice(("oldest", "None", "ValueError", "LookupError")),
    )
    found = f"{versions}[{{}}]" if table else "{}"
    result = {
        "newest": f"return {found.format(f'max({versions})')}", "oldest": f"return {found.format(f'min({versions})')}",
        "None": "return None",
        "ValueError": 'raise ValueError("version")', "LookupError": 'raise LookupError("version")',
    }  # fmt: skip
    entry = "the value of that entry" if table else "that date"
    words = {
        "newest": "use the newest version", "oldest": "use the oldest version", "None": "return None",
        "ValueError": "raise ValueError", "LookupError": "raise LookupError",
    }  # fmt: skip
    return {
        **facts,
        "name": pick(rng, f"pick_version|resolve_version|version_for|choose_version|{noun.one}_version|{noun.one}_release|version_of_{noun.one}|match_version|select_version"),
        "table": table, "header": header, "missing": missing, "early": early, "wanted": wanted, "entry": entry, "many": noun.many,
        "take": f'wanted = {given}.get("{header}")\n    ' if header else "", "if_missing": result[missing],
        "if_early": result[early],
        "says_missing": words[missing], "says_early": words[early], "best": found.format("max(fitting)"),
        "worst": found.format("min(fitting)"), "this": found.format("version"), "before": found.format("dates[at - 1]"),
        "after": found.format("dates[at]") if table else "dates[at]",
        "container": f"`{versions}` is a dict from release dates (ISO text) to handler names" if table else f"`{versions}` is a list of release dates (ISO text)",
        "source": f"the header `{header}` in the dict `{given}` (exact key)" if header else f"`{given}`",
        "absent": "without this header" if header else f"if `{given}` is None",
        "example": f'{{"{day}": "{noun.many}_v1"}}' if table else f'["{day}"]', "asked": later,
    }  # fmt: skip


def check_date(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the release that a walk through the calendar, day by day, meets last."""
    cases: list[tuple[Any, Any]] = []
    for count in (1, 3, 4, 6):
        first = datetime.date(rng.randrange(2019, 2025), rng.randrange(1, 13), rng.randrange(1, 29))
        days = [first + datetime.timedelta(days=40 * step + rng.randrange(30)) for step in range(count)]
        names = {day.isoformat(): f"{rng.choice(COLORS)}_{number}" for number, day in enumerate(days)}
        mixed = rng.sample(list(names), count)
        kept = {day: names[day] for day in mixed} if facts["table"] else mixed
        ends = {"newest": days[-1], "oldest": days[0]}

        def expect(
            day: datetime.date | str | None, names: dict[str, str] = names, ends: dict[str, datetime.date] = ends
        ) -> Any:
            if day is None or day == "None":
                return None
            if isinstance(day, str):
                return expect(ends[day]) if day in ends else {"raises": day}
            return names[day.isoformat()] if facts["table"] else day.isoformat()

        for asked in sorted({day + datetime.timedelta(days=step) for day in days for step in (-1, 0, 1, 200)}):
            last = None
            for step in range((asked - first).days + 1):
                if first + datetime.timedelta(days=step) in days:
                    last = first + datetime.timedelta(days=step)
            given = {facts["header"]: asked.isoformat(), "Accept": "*/*"} if facts["header"] else asked.isoformat()
            cases.append((arrange(facts, given=given, versions=kept), expect(last or facts["early"])))
        cases.append(
            (
                arrange(facts, given={"Accept": "*/*"} if facts["header"] else None, versions=kept),
                expect(facts["missing"]),
            )
        )
    return python_check(facts["name"], cases)


DATE = Template(
    id="version_of_date",
    ask=(
        "Write a Python function `«name»(«args»)` for our «many» API. «container», such as `«example»`, in any order and never empty. The client's date is «source». Find the newest version that isn't later than this date and return «entry». If all versions are later, «says_early»; «absent», «says_missing».",
        "Our «many» API is versioned by date. In Python, `«name»(«args»)` chooses the version for a request: of all dates that are at or before the one in «source», the last, and the result is «entry». «container» (at least one, unsorted; e.g. `«example»`). When the request is older than all of them, «says_early». And «absent», «says_missing».",
        "A client pins the behaviour of our «many» API by sending a date like \"«asked»\": «source». Please implement `«name»(«args»)` in Python. «absent», «says_missing». Otherwise go back from that date to the nearest release, the day itself included, and return «entry»; with no release by then, «says_early». «container», unsorted, like `«example»`.",
        "I need `«name»(«args»)` in Python, for API versions that are ISO dates (text). Input: «source». «container», not sorted and not empty: `«example»`. (1) «absent»: «says_missing»; (2) no version on or before the date: «says_early»; (3) else take the latest of those and return «entry».",
        "Dated releases of a «many» API: «container», for instance `«example»`, never empty and without order. Write `«name»(«args»)` in Python. Read a date such as \"«asked»\" from «source» («absent», «says_missing»), find the release in force on that day, which is the last one that came no later, and return «entry». If none had come yet, «says_early».",
        "`«name»(«args»)`, please, in Python: «source» says since when a «many» client hasn't changed (ISO date; «absent», «says_missing»). Its version is the greatest of the release dates up to and including this one. «container», shuffled, at least one, e.g. `«example»`. Return «entry»; where even the first release is later, «says_early».",
    ),
    draw=draw_date,
    shapes=(
        Shape(name="filter", code="""
            def «name»(«args»):
                «take»if «wanted» is None:
                    «if_missing»
                fitting = [date for date in «versions» if date <= «wanted»]
                if not fitting:
                    «if_early»
                return «best»
            """, mutants=(("date <= «wanted»", "date < «wanted»"), ("date <= «wanted»", "date >= «wanted»"),
                          ("return «best»", "return «worst»"), ("if not fitting", "if fitting"),
                          ("if «wanted» is None", "if «wanted» is False"))),
        Shape(name="newest_first", code="""
            def «name»(«args»):
                «take»if «wanted» is None:
                    «if_missing»
                for version in sorted(«versions», reverse=True):
                    if version <= «wanted»:
                        return «this»
                «if_early»
            """, mutants=(("version <= «wanted»", "version < «wanted»"), (", reverse=True", ""),
                          ("sorted(«versions», reverse=True)", "«versions»"),
                          ("if «wanted» is None", "if «wanted» is False"))),
        Shape(name="bisect", code="""
            from bisect import bisect_right

            def «name»(«args»):
                «take»if «wanted» is None:
                    «if_missing»
                dates = sorted(«versions»)
                at = bisect_right(dates, «wanted»)
                if at == 0:
                    «if_early»
                return «before»
            """, mutants=(("bisect_right", "bisect_left"), ("return «before»", "return «after»"),
                          ("sorted(«versions»)", "list(«versions»)"), ("at == 0", "at == 1"),
                          ("if «wanted» is None", "if «wanted» is False"))),
    ),
    verifier=check_date,
)  # fmt: skip

CATEGORY = Category(name="fs_api_version", family="api_contracts", templates=(PATH, OLDER, DATE))
