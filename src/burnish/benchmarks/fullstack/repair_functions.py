"""Templates of FullstackEval: repair, functions whose fault is shown by one example (levels 1 and 2)."""

from random import Random
from typing import Any

from burnish.benchmarks.fullstack.database_queries import NAMES
from burnish.benchmarks.fullstack.steps import calls
from burnish.benchmarks.fullstack.tasks import Check, Facts, Template


def _draw_streak(rng: Random) -> dict[str, Any]:
    what = rng.choice(["visits", "sales", "errors", "points", "steps"])
    entry = f"{rng.choice(['longest', 'best'])}_{rng.choice(['run', 'streak', 'series'])}"
    return {"entry": entry, "what": what, "least": rng.randrange(2, 30)}


def _longest(values: list[int], least: int) -> int:
    text = "".join("x" if value >= least else " " for value in values)
    return max(map(len, text.split(" ")))


def _test_streak(facts: Facts, rng: Random) -> list[Check]:
    least = facts["least"]

    def pair(*lengths: int, ends: bool) -> tuple[list[Any], Any]:
        values = [] if ends else [least - 1]
        for length in lengths:
            values += [*(least + rng.randrange(5) for _ in range(length)), least - 1 - rng.randrange(2)]
        values = values[:-1] if ends else values
        return [values], _longest(values, least)

    return [
        Check("in the middle", calls(pair(2, 5, 3, ends=False), pair(4, 1, ends=False), pair(1, 3, ends=True))),
        Check("at the end", calls(pair(2, 6, ends=True), pair(1, 2, 3, ends=True), pair(7, ends=True))),
        Check("just enough", calls(([[least, least, least - 1]], 2), ([[least - 1, least]], 1), ([[least] * 4], 4))),
        Check("none", calls(([[]], 0), ([[least - 1] * 3], 0), pair(3, 4, ends=True))),
    ]


LONGEST_RUN = Template(
    id="longest_run", kind="repair", level=1, surface="python", entry="§entry", draw=_draw_streak,
    prompt="""
        This Python function should return how many days in a row had at least §least §what, at most: the length of the
        longest run of numbers that are §least or more. It is wrong when the longest run is at the end of the list. Correct it and
        give the whole function.
    """,
    starter="""
        def §entry(days):
            longest = 0
            current = 0
            for count in days:
                if count >= §least:
                    current += 1
                else:
                    longest = max(longest, current)
                    current = 0
            return longest
    """,
    reference="""
        def §entry(days):
            longest = 0
            current = 0
            for count in days:
                if count >= §least:
                    current += 1
                else:
                    longest = max(longest, current)
                    current = 0
            return max(longest, current)
    """,
    second="""
        from itertools import groupby

        def §entry(days):
            runs = (len(list(group)) for enough, group in groupby(days, lambda n: n >= §least) if enough)
            return max(runs, default=0)
    """,
    mutants=(
        ("return max(longest, current)", "return current"), (">= §least", "> §least"),
        ("return max(longest, current)", "return longest"),
        ("max(longest, current)\n            ", "current\n            "),
        ("current += 1", "current += count"),
    ),
    tests=_test_streak,
)  # fmt: skip


def _draw_top(rng: Random) -> dict[str, Any]:
    what, key = rng.choice([
        ("players", "points"), ("articles", "views"), ("runners", "seconds"), ("offers", "price"), ("shops", "sales")
    ])  # fmt: skip
    return {"entry": f"top{what.capitalize()}", "what": what, "key": key, "count": rng.randrange(2, 5)}


def _test_top(facts: Facts, rng: Random) -> list[Check]:
    def pair(numbers: list[int]) -> tuple[list[Any], Any]:
        names = rng.sample(NAMES, len(numbers))
        rows: list[dict[str, Any]] = [
            {"name": name, facts["key"]: number} for name, number in zip(names, numbers, strict=True)
        ]
        best = sorted(rows, key=lambda row: (-row[facts["key"]], row["name"]))[: facts["count"]]
        return [rows], {"best": [row["name"] for row in best], "first": names[0] if names else None}

    return [
        Check(
            "numbers of different length", calls(pair([9, 100, 25, 1000, 3]), pair([5, 40, 300, 7]), pair([80, 9, 700]))
        ),
        Check("the list is left as it was", calls(pair(sorted(rng.sample(range(50), 6))), pair([1, 2, 3, 4, 5, 6]))),
        Check("equal numbers go by name", calls(pair([7, 7, 7, 7, 7, 7]), pair([12, 3, 12, 3, 12, 3, 12]))),
        Check("few rows", calls(pair([4]), pair([2, 11]), pair([rng.randrange(100, 900), 99]))),
    ]


# The list as it is after the call shows whether the function sorted the caller's own.
TOP_HARNESS = """(exports, call) => {
  const name = Object.keys(exports).find((one) => one.startsWith("top"));
  const rows = call[0];
  const best = exports[name](rows);
  return { best, first: rows.length ? rows[0].name : null };
}"""
TOP_ROWS = Template(
    id="top_rows", kind="repair", level=2, surface="javascript", entry="§entry", draw=_draw_top,
    prompt="""
        This JavaScript function should return the names of the §count §what with the most `§key`, highest first, and those with
        equal `§key` by name (by `<`). It has three faults: 9 comes before 100, the caller's array is changed, and equal
        numbers come in any order. Correct it and give the whole function. Fewer than §count rows give fewer names.
    """,
    starter="""
        function §entry(rows) {
          const sorted = rows.sort((a, b) => (String(a.§key) < String(b.§key) ? 1 : -1));
          return sorted.slice(0, §count).map((row) => row.name);
        }
    """,
    reference="""
        function §entry(rows) {
          const sorted = [...rows].sort((a, b) => b.§key - a.§key || (a.name < b.name ? -1 : 1));
          return sorted.slice(0, §count).map((row) => row.name);
        }
    """,
    second="""
        function §entry(rows) {
          const left = rows.slice();
          const names = [];
          while (left.length > 0 && names.length < §count) {
            let best = 0;
            for (let i = 1; i < left.length; i += 1) {
              const more = left[i].§key > left[best].§key;
              const same = left[i].§key === left[best].§key;
              if (more || (same && left[i].name < left[best].name)) best = i;
            }
            names.push(left.splice(best, 1)[0].name);
          }
          return names;
        }
    """,
    mutants=(
        ("[...rows]", "rows"), ("b.§key - a.§key", "a.§key - b.§key"), ("slice(0, §count)", "slice(1, §count)"),
        ("a.name < b.name ? -1 : 1", "a.name < b.name ? 1 : -1"), ("b.§key - a.§key ||", ""), ("slice(0, §count)", "slice(0)"),
        (".map((row) => row.name)", ""),
    ),
    tests=_test_top, harness=TOP_HARNESS,
)  # fmt: skip

TEMPLATES = (LONGEST_RUN, TOP_ROWS)
