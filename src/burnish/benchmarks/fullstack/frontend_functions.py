"""Templates of FullstackEval: front end, functions in JavaScript (levels 1 and 3)."""

import calendar
from random import Random
from typing import Any

from burnish.benchmarks.fullstack.steps import calls
from burnish.benchmarks.fullstack.tasks import Check, Facts, Template

FIRST = "Ada Bo Carl Dina Emil Fay Gus Hana Ivan June Karl Lena Milo Nora Otto Pia Quinn Rosa Sven Tia Uwe Vera".split()
LAST = "Abel Brandt Cole Dorn Egan Falk Gray Hart Iver Jahn Klein Lund Moss Nagy Oak Pohl Reed Stone Thorn Voss".split()


def _draw_initials(rng: Random) -> dict[str, Any]:
    entry = rng.choice(["initials", "avatarText", "badgeLetters", "shortName", "monogram"])
    return {"entry": entry, "mark": rng.choice(["", ".", "·"]), "where": rng.choice(["an avatar", "a badge", "a chip"])}


def _test_initials(facts: Facts, rng: Random) -> list[Check]:
    def pair(name: str) -> tuple[list[Any], Any]:
        return [name], "".join(word[0].upper() + facts["mark"] for word in name.split())

    def draw(first: int, last: int) -> str:
        return " ".join([*rng.sample(FIRST, first), *rng.sample(LAST, last)])

    return [
        Check("two names", calls(pair(draw(1, 1)), pair(draw(1, 1)), pair(draw(1, 1)))),
        Check("one and three names", calls(pair(draw(1, 0)), pair(draw(2, 1)), pair(draw(0, 1)))),
        Check("small letters", calls(pair(draw(1, 1).lower()), pair(draw(2, 1).lower()))),
    ]


INITIALS = Template(
    id="initials", kind="front end", level=1, surface="javascript", entry="§entry", draw=_draw_initials,
    prompt="""
        Write a JavaScript function `§entry(name)` for §where. `name` holds one or more words with one space between them. It
        returns the first letter of every word as a capital letter, each followed by "§mark".
    """,
    reference="""
        function §entry(name) {
          return name.split(" ").map((word) => word[0].toUpperCase() + "§mark").join("");
        }
    """,
    second="""
        function §entry(name) {
          let letters = "";
          for (let i = 0; i < name.length; i += 1) {
            if (i === 0 || name.charAt(i - 1) === " ") letters += name.charAt(i).toUpperCase() + "§mark";
          }
          return letters;
        }
    """,
    mutants=(
        (".toUpperCase()", ""), ("word[0]", "word[1]"), ('.join("")', '.join(" ")'), ('.split(" ")', '.split("")'),
        (".map(", ".slice(0, 2).map("), ('.split(" ")', '.split(" ").reverse()'),
    ),
    tests=_test_initials,
)  # fmt: skip


def _draw_month(rng: Random) -> dict[str, Any]:
    day = rng.choice(["Sunday", "Monday", "Saturday"])
    return {"entry": rng.choice(["monthGrid", "weeksOfMonth", "calendarRows"]), "day": day, "blank": rng.choice(["0", "null"]),
            "first": {"Sunday": 0, "Monday": 1, "Saturday": 6}[day]}  # fmt: skip


def _weeks(facts: Facts, year: int, month: int) -> list[list[int | None]]:
    blank = 0 if facts["blank"] == "0" else None
    first = {"Sunday": calendar.SUNDAY, "Monday": calendar.MONDAY, "Saturday": calendar.SATURDAY}[facts["day"]]
    weeks = calendar.Calendar(first).monthdayscalendar(year, month)
    return [[day or blank for day in week] for week in weeks]


def _test_month(facts: Facts, rng: Random) -> list[Check]:
    def months(*pairs: tuple[int, int]) -> Any:
        return calls(*(([year, month], _weeks(facts, year, month)) for year, month in pairs))

    years = rng.sample(range(2001, 2060), 4)
    return [
        Check("two months", months((years[0], rng.randrange(3, 12)), (years[1], 12))),
        Check("February", months((2024, 2), (2023, 2), (2100, 2), (2000, 2), (2015, 2), (2026, 2))),
        Check("every beginning", months(*((years[2], month) for month in range(1, 13)))),
    ]


MONTH_GRID = Template(
    id="month_grid", kind="front end", level=3, surface="javascript", entry="§entry", draw=_draw_month,
    prompt="""
        Write a JavaScript function `§entry(year, month)` for a calendar; `month` is 1 to 12. It returns the weeks of the month as
        an array of arrays of seven, each week beginning with §day. The numbers are the days of the month; where a day belongs to
        another month there is §blank. Weeks without a day of the month are left out.
    """,
    reference="""
        function §entry(year, month) {
          const days = new Date(year, month, 0).getDate();
          const before = (new Date(year, month - 1, 1).getDay() - §first + 7) % 7;
          const cells = [...Array(before).fill(§blank), ...Array.from({ length: days }, (_, i) => i + 1)];
          while (cells.length % 7 !== 0) cells.push(§blank);
          const weeks = [];
          for (let i = 0; i < cells.length; i += 7) weeks.push(cells.slice(i, i + 7));
          return weeks;
        }
    """,
    second="""
        function §entry(year, month) {
          const day = new Date(Date.UTC(year, month - 1, 1));
          while (day.getUTCDay() !== §first) day.setUTCDate(day.getUTCDate() - 1);
          const weeks = [];
          while (day.getTime() < Date.UTC(year, month, 1)) {
            const week = [];
            for (let i = 0; i < 7; i += 1) {
              week.push(day.getUTCMonth() === month - 1 ? day.getUTCDate() : §blank);
              day.setUTCDate(day.getUTCDate() + 1);
            }
            weeks.push(week);
          }
          return weeks;
        }
    """,
    mutants=(
        ("getDay() - §first + 7", "getDay() + 8 - §first"), ("year, month, 0", "year, month - 1, 0"), ("i + 1)", "i)"),
        ("while (cells.length % 7 !== 0) cells.push(§blank);", ""),
        ("while (cells.length % 7 !== 0)", "while (cells.length < 42)"),
        (".fill(§blank)", ".fill(-1)"),
    ),
    tests=_test_month,
)  # fmt: skip

TEMPLATES = (INITIALS, MONTH_GRID)
