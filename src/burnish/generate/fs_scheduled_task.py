"""Category `fs_scheduled_task`: whether a task is due, when it runs next, which of several tasks have to run now."""

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta
from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.schedule_intervals import INTERVALS
from burnish.generate.wording import draw_noun

TASKS = (
    "backup|cleanup|report|newsletter|import|export|sync|reindex|invoice run|audit|digest|rollup|health check|reminder"
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FORM = "%Y-%m-%dT%H:%M:%S"
# JSON has no times: they go in, and come out, as text.
HARNESS = """
from datetime import datetime

def drive(ns, call):
    result = ns[call["entry"]](datetime.fromisoformat(call["at"]))
    return result.isoformat() if isinstance(result, datetime) else result
"""


def draw_days(rng: Random, arg: str) -> dict[str, Any]:
    """Draw the days of a task: in words, as a condition on `arg`, as its opposite, and written out."""
    way, first = pick(rng, "work|weekend|day|day|two|month|month"), rng.randrange(7)
    second, day = (first + rng.randrange(1, 7)) % 7, rng.randrange(1, 29)
    low, high = sorted((first, second))
    words, test, slip, opposite = {
        "work": ("from Monday to Friday", "{0}.weekday() < 5", "{0}.weekday() <= 5", "{0}.weekday() >= 5"),
        "weekend": ("on Saturdays and Sundays", "{0}.weekday() >= 5", "{0}.weekday() > 5", "{0}.weekday() < 5"),
        "day": (f"on {DAYS[first]}s", f"{{0}}.weekday() == {first}", f"{{0}}.weekday() == {first + 1}",
                f"{{0}}.weekday() != {first}"),
        "two": (f"on {DAYS[low]}s and {DAYS[high]}s", f"{{0}}.weekday() in ({low}, {high})",
                f"{{0}}.weekday() in ({low + 1}, {high + 1})",
                f"{{0}}.weekday() not in ({low}, {high})"),
        "month": (f"on day {day} of each month", f"{{0}}.day == {day}", f"{{0}}.day == {day + 1}", f"{{0}}.day != {day}"),
    }[way]  # fmt: skip
    names = {
        "work": DAYS[:5],
        "weekend": DAYS[5:],
        "day": DAYS[first : first + 1],
        "two": (DAYS[low], DAYS[high]),
        "month": (f"{day:02}",),
    }
    return {
        "arg": arg, "days_words": words, "days": list(names[way]), "way": way, "days_test": test.format(arg),
        "days_slip": slip.format(arg), "days_opposite": opposite.format(arg), "run_test": test.format("run"),
        "run_slip": slip.format("run"), "run_opposite": opposite.format("run"),
        "task": pick(rng, TASKS), "noun": draw_noun(rng).one,
    }  # fmt: skip


def is_day(facts: Facts, moment: datetime) -> bool:
    """Tell whether a drawn day is that of `moment`."""
    return moment.strftime("%d" if facts["way"] == "month" else "%A") in facts["days"]


def draw_due(rng: Random) -> dict[str, Any]:
    """Draw the days and minutes of a task."""
    facts = draw_days(rng, pick(rng, "moment|now|when|at|time|current"))
    arg, way, hour, minute = (
        facts["arg"],
        pick(rng, "time|time|hourly|often|hours"),
        rng.randrange(24),
        rng.randrange(0, 60, 5),
    )
    step, until = rng.choice((5, 10, 15, 20, 30)), min(23, hour + rng.randrange(2, 9))
    words, tests = {
        "time": (f"at {hour:02}:{minute:02}", (f"{arg}.hour == {hour}", f"{arg}.minute == {minute}")),
        "hourly": (f"at minute {minute} of every hour", (f"{arg}.minute == {minute}",)),
        "often": (f"whenever the minute is a multiple of {step}", (f"{arg}.minute % {step} == 0",)),
        "hours": (f"on the hour from {hour:02}:00 to {until:02}:00 (both included)",
                  (f"{hour} <= {arg}.hour <= {until}", f"{arg}.minute == 0")),
    }[way]  # fmt: skip
    test = " and ".join(tests)
    return {
        **facts, "name": pick(rng, f"is_due|should_run|runs_at|must_run|is_time|{facts['noun']}_task_due|due"),
        "time_words": words, "test": test, "last": tests[-1], "step": step, "hour": hour, "minute": minute, "until": until,
        "time_way": way, "slip": test.replace(" == ", " >= ").replace("<=", "<"),
    }  # fmt: skip


def check_due(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect clock times that are written out."""
    hours, minutes = range(24), range(60)
    pairs = {
        "time": [(facts["hour"], facts["minute"])],
        "hourly": [(hour, facts["minute"]) for hour in hours],
        "often": [(hour, minute) for hour in hours for minute in range(0, 60, facts["step"])],
        "hours": [(hour, 0) for hour in range(facts["hour"], facts["until"] + 1)],
    }[facts["time_way"]]
    texts = [f"{hour:02}:{minute:02}" for hour, minute in pairs]
    every = [f"{hour:02}:{minute:02}" for hour in hours for minute in minutes]
    near = [f"{facts['hour']:02}:{(facts['minute'] + 1) % 60:02}", f"{(facts['hour'] + 1) % 24:02}:{facts['minute']:02}", "00:00",
            f"{(facts['hour'] - 1) % 24:02}:00", f"{min(23, facts['until'] + 1):02}:00", f"{facts['hour']:02}:30"]  # fmt: skip
    start = datetime(2026, rng.randrange(1, 12), 1)
    calendar = [start + timedelta(days=days) for days in range(31)]
    good, bad = [one for one in calendar if is_day(facts, one)], [one for one in calendar if not is_day(facts, one)]
    tried = [(rng.choice(good), text) for text in (texts[0], texts[-1], rng.choice(texts), rng.choice(every), *near)]
    tried += [(one, texts[0]) for one in (*good[:5], *rng.sample(bad, 3), good[-1] + timedelta(days=1))] + [
        (rng.choice(bad), near[0])
    ]
    cases = []
    for day, text in tried:
        call = {"entry": facts["name"], "at": f"{day:%Y-%m-%d}T{text}:{rng.choice((0, 0, 7, 59)):02}"}
        cases.append((call, is_day(facts, day) and text in texts))
    return python_check(facts["name"], cases, harness=HARNESS)


DUE = Template(
    id="is_due",
    ask=(
        "Write a Python function `«name»(«arg»)` that gets a datetime and returns whether the «task» is due: "
        "«days_words», «time_words». Seconds don't matter.",
        "The «task» of our «noun» service runs «days_words» «time_words». Implement `«name»(«arg»)` in Python: True "
        "if the datetime `«arg»` lies in such a minute, otherwise False.",
        "A loop calls `«name»(«arg»)` once a minute with the present datetime. Write this function in Python; it "
        "returns True when it is time for the «noun» «task» («days_words», «time_words») and False when it isn't.",
        "I need the Python check `«name»(«arg»)` for a job that runs «time_words», but only «days_words». `«arg»` is a "
        "datetime, whose seconds are ignored, and the result a bool.",
    ),
    draw=draw_due,
    shapes=(
        Shape(name="expression", code="""
            def «name»(«arg»):
                return «days_test» and «test»
            """, mutants=(("«days_test» and «test»", "«days_test» or «test»"), ("«days_test» and ", ""))),
        Shape(name="guard", code="""
            def «name»(«arg»):
                if «days_opposite»:
                    return False
                return «test»
            """, mutants=(("«days_opposite»", "«days_test»"), ("return «test»", "return True"))),
        Shape(name="nested", code="""
            def «name»(«arg»):
                if «days_test»:
                    return «test»
                return False
            """, mutants=(("return False", "return «test»"), ("return «test»", "return True"))),
    ),
    mutants=(("«days_test»", "«days_slip»"), ("«test»", "«slip»"), ("return «test»", "return not («test»)"),
             ("«last»", "«arg».second == 0")),
    verifier=check_due,
)  # fmt: skip


def draw_next(rng: Random) -> dict[str, Any]:
    """Draw the days and the time of a task, whether it may be this very moment, and what is told."""
    facts = draw_days(rng, pick(rng, "now|moment|start|after|current|since"))
    arg, daily, now_counts, waits = facts["arg"], rng.random() < 0.2, rng.random() < 0.4, rng.random() < 0.4
    hour, minute = rng.randrange(1, 24), rng.choice((0, 0, 15, 30, 45, rng.randrange(60)))
    early, late = ("<", ">=") if now_counts else ("<=", ">")
    if daily:
        facts |= {"way": "daily", "days": list(DAYS), "days_words": "every day"}
    span = {"daily": 2, "work": 4, "weekend": 7, "day": 8, "two": 8, "month": 32}[facts["way"]]
    return {
        **facts, "name": pick(rng, "seconds_until_run|wait_seconds|seconds_to_wait|next_pause|time_until_next" if waits
                              else "next_run|next_time|run_after|next_occurrence|following_run|upcoming"),
        "waits": waits, "now_counts": now_counts, "hour": hour, "minute": minute, "clock": f"{hour:02}:{minute:02}", "span": span,
        "early": early, "late": late, "slip_early": "<=" if now_counts else "<", "slip_late": ">" if now_counts else ">=",
        "and_day": "" if daily else f" and {facts['run_test']}", "or_other": "" if daily else f" or {facts['run_opposite']}",
        "and_slip": " and run.day > 1" if daily else f" and {facts['run_slip']}",
        "or_slip": " or run.day < 2" if daily else f" or not ({facts['run_slip']})",
        "slip_seconds": "days" if daily else "seconds", "result": f"(run - {arg}).total_seconds()" if waits else "run",
        "wanted": "the number of seconds until" if waits else "the datetime of",
        "when": f"at `{arg}` or later" if now_counts else f"later than `{arg}`",
        "edge": f"If `{arg}` is exactly such a time, that run counts" if now_counts
        else f"If `{arg}` is exactly such a time, the following run is meant",
    }  # fmt: skip


def check_next(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what a list of all runs of more than a year says."""
    first = datetime(2026, 1, 1, facts["hour"], facts["minute"])
    runs = [
        one
        for one in (first + timedelta(days=days) for days in range(430))
        if is_day(facts, one) or facts["way"] == "daily"
    ]
    some = rng.sample(runs[:-2], 3)
    moments = [*some, some[0] + timedelta(seconds=1), some[1] - timedelta(seconds=1), some[2] + timedelta(minutes=1)]
    moments += [first + timedelta(days=rng.randrange(360), seconds=rng.randrange(86_400)) for _ in range(7)]
    moments += [datetime(2026, 12, 31, 23, 59, 30), datetime(2026, 2, 28, 23, 59, 59)]
    cases: list[tuple[Any, Any]] = []
    for moment in moments:
        run = runs[(bisect_left if facts["now_counts"] else bisect_right)(runs, moment)]
        told = (run - moment).days * 86_400 + (run - moment).seconds if facts["waits"] else run.strftime(FORM)
        cases.append(({"entry": facts["name"], "at": moment.strftime(FORM)}, told))
    return python_check(facts["name"], cases, harness=HARNESS)


NEXT = Template(
    id="next_run",
    ask=(
        "Write a Python function `«name»(«arg»)` that returns «wanted» the next run of our «task», «when». It runs "
        "«days_words» at «clock». `«arg»` is a datetime without a time zone.",
        "The «noun» «task» is scheduled «days_words» at «clock». I need `«name»(«arg»)` in Python: given a naive "
        "datetime, it returns «wanted» the first run from there on. «edge».",
        "Please implement `«name»(«arg»)` in Python for a small scheduler. One task runs at «clock» «days_words»; the "
        "function returns «wanted» its first run «when», a naive datetime.",
        "When does the «task» run next? At «clock», «days_words». In Python, `«name»(«arg»)` gets a datetime (no time "
        "zone) and gives «wanted» the next run. «edge».",
    ),
    draw=draw_next,
    shapes=(
        Shape(name="while", code="""
            from datetime import timedelta


            def «name»(«arg»):
                run = «arg».replace(hour=«hour», minute=«minute», second=0, microsecond=0)
                while run «early» «arg»«or_other»:
                    run += timedelta(days=1)
                return «result»
            """, mutants=(("«early» «arg»«or_other»", "«slip_early» «arg»«or_other»"), ("second=0, ", ""),
                          ("«arg»«or_other»:", "«arg»«or_slip»:"), ("    while run «early» «arg»«or_other»:\n    ", ""))),
        Shape(name="for", code="""
            from datetime import datetime, time, timedelta


            def «name»(«arg»):
                for days in range(«span»):
                    run = datetime.combine(«arg» + timedelta(days=days), time(«hour», «minute»))
                    if run «late» «arg»«and_day»:
                        return «result»
            """, mutants=(("run «late» «arg»", "run «slip_late» «arg»"), ("«arg»«and_day»:", "«arg»«and_slip»:"),
                          ("range(«span»)", "range(1, «span» + 1)"), ("time(«hour», «minute»)", "«arg».time()"))),
        Shape(name="generator", code="""
            from datetime import timedelta
            from itertools import count


            def «name»(«arg»):
                first = «arg».replace(hour=«hour», minute=«minute», second=0, microsecond=0)
                runs = (first + timedelta(days=days) for days in count())
                run = next(run for run in runs if run «late» «arg»«and_day»)
                return «result»
            """, mutants=(("run «late» «arg»", "run «slip_late» «arg»"), ("«arg»«and_day»)", "«arg»«and_slip»)"),
                          ("count()", "count(1)"), ("hour=«hour», ", ""))),
    ),
    mutants=(("return «result»", "return «arg»"), ("total_seconds()", "«slip_seconds»")),
    verifier=check_next,
)  # fmt: skip

CATEGORY = Category(name="fs_scheduled_task", family="caching_async", templates=(DUE, NEXT, INTERVALS))
