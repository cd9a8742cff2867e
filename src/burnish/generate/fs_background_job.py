"""Category `fs_background_job`: jobs that hang, one run of a job with its new status, several jobs at the same time."""

from random import Random
from typing import Any

from burnish.generate.background_runs import RUN
from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.wording import CITIES, COLORS

KINDS = "export|import|thumbnail|invoice|newsletter|backup|report|video|indexing|payout|sync|cleanup|billing|mail|audit"


def draw_stuck(rng: Random) -> dict[str, Any]:
    """Draw when a job counts as stuck and what is told of such jobs."""
    facts = draw_arguments(rng, jobs="jobs|tasks|rows|records|work", now="now|current_time|timestamp|at")
    word, kind = pick(rng, "stuck|stalled|hanging|lost|overdue|frozen|orphaned|late"), pick(rng, KINDS)
    since = pick(rng, "started_at|heartbeat|last_seen|picked_up_at|updated_at|claimed_at|pinged_at|locked_at")
    ends, result = pick(rng, "finished_at|ended_at|completed_at|closed_at"), pick(rng, "ids|ids|count|any")
    field, value = pick(rng, "status|state|phase"), pick(rng, "running|started|active|in_progress|processing|working")
    limit, closed, by_end = (
        rng.choice((20, 30, 45, 60, 90, 120, 240, 300, 600, 900, 3600)),
        rng.random() < 0.5,
        rng.random() < 0.4,
    )
    ident, now = pick(rng, "id|job_id|key|number|uuid"), facts["now"]
    alive = f'job["{ends}"] is None' if by_end else f'job["{field}"] == "{value}"'
    old = f'{now} - job["{since}"] {">=" if closed else ">"} {limit}'
    test, got = f"{alive} and {old}", f'job["{ident}"]'
    names = {"ids": f"find_{word}|{word}_jobs|{word}_{kind}s|list_{word}|{word}_ids",
             "count": f"count_{word}|{word}_count|how_many_{word}|number_{word}",
             "any": f"has_{word}|any_{word}|has_{word}_jobs|{word}_{kind}_exists"}  # fmt: skip
    return {
        **facts, "name": pick(rng, names[result]), "word": word, "kind": kind, "by_end": by_end, "closed": closed,
        "field": ends if by_end else field, "value": value, "since": since, "limit": limit, "ident": ident,
        "result": result, "test": test, "alive": alive, "old": old,
        "near": old.replace(" >= ", " > ") if closed else old.replace(" > ", " >= "),
        "turned": old.replace(" >= ", " <= ").replace(" > ", " < "),
        "whole": {"ids": f"[{got} for job in {facts['jobs']} if {test}]", "count": f"sum({test} for job in {facts['jobs']})",
                  "any": f"any({test} for job in {facts['jobs']})"}[result],
        "start": {"ids": "found = []\n    ", "count": "found = 0\n    ", "any": ""}[result],
        "note": {"ids": f"found.append({got})", "count": "found += 1", "any": "return True"}[result],
        "end": "False" if result == "any" else "found",
        "kept": {"ids": f"[{got} for job in late]", "count": "len(late)", "any": "bool(late)"}[result],
        "open_words": f"`{ends}` is None" if by_end else f'`{field}` is "{value}"',
        "old_words": f"{'at least' if closed else 'more than'} {limit} seconds before `{now}`",
        "wanted": {"ids": f"a list of the `{ident}` of every {word} job, in the given order",
                   "count": f"the number of {word} jobs",
                   "any": f"True if there is a {word} job and False otherwise"}[result],
    }  # fmt: skip


def check_stuck(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the jobs that were made to hang."""
    limit, field, cases = facts["limit"], facts["field"], []
    plans = [[], [1], [0], [2], [3], [4], [1, 0, 4, 2, 1, 3], [3, 0, 2, 0], rng.sample([0, 0, 1, 1, 2, 3, 4], 7)]
    for plan in plans:
        now, jobs, stuck = rng.randrange(100_000, 900_000), [], []
        for number, way in enumerate(plan):  # 0 young, 1 old, 2 old but over, 3 on the edge, 4 one beyond it
            age = (rng.randrange(limit), limit + rng.randrange(2, 5000), limit + 50, limit, limit + 1)[way]
            open_value, over = (None, now - 1) if facts["by_end"] else (facts["value"], rng.choice(("done", "queued")))
            ident = f"{rng.choice(COLORS)}-{number}"
            job = {facts["ident"]: ident, "kind": facts["kind"], facts["since"]: now - age}
            jobs.append(job | {field: over if way == 2 else open_value})
            stuck += [ident] if way in (1, 4) or (way == 3 and facts["closed"]) else []
        told = {"ids": stuck, "count": len(stuck), "any": len(stuck) > 0}[facts["result"]]
        cases.append((arrange(facts, jobs=jobs, now=now), told))
    return python_check(facts["name"], cases)


STUCK = Template(
    id="stuck_jobs",
    ask=(
        "Write a Python function `«name»(«args»)`. In the list of dicts `«jobs»`, a job is «word» if its «open_words» "
        "and its `«since»` (in seconds) lies «old_words». Return «wanted».",
        "Some of our «kind» jobs never end. Call a job «word» when «open_words» and `«since»` is «old_words». I need "
        "`«name»(«args»)` in Python, which gets the jobs as dicts in the list `«jobs»` and returns «wanted».",
        "Please implement `«name»(«args»)` in Python for a monitor of «kind» workers. It returns «wanted». Each job is "
        "a dict in `«jobs»`, and «word» means: its «open_words» and its `«since»`, in seconds, is «old_words».",
        "`«jobs»` holds one dict for each «kind» job. I want to know about the «word» ones: their «open_words», and "
        "`«since»` is «old_words». In Python, `«name»(«args»)` returns «wanted».",
    ),
    draw=draw_stuck,
    shapes=(
        Shape(name="comprehension", code="""
            def «name»(«args»):
                return «whole»
            """, mutants=(("«test»", "«old»"),)),
        Shape(name="loop", code="""
            def «name»(«args»):
                «start»for job in «jobs»:
                    if «test»:
                        «note»
                return «end»
            """, mutants=(("«note»", "pass"),)),
        Shape(name="two_steps", code="""
            def «name»(«args»):
                open_jobs = [job for job in «jobs» if «alive»]
                late = [job for job in open_jobs if «old»]
                return «kept»
            """, mutants=(("in open_jobs", "in «jobs»"), ("return «kept»", "return late"))),
    ),
    mutants=(("«old»", "«near»"), ("«old»", "«turned»"), ("«alive» and ", "«alive» or "), ("«test»", "«alive»")),
    verifier=check_stuck,
)  # fmt: skip

POOL_HARNESS = """
import asyncio

def drive(ns, call):
    active = peak = 0

    async def work(job):
        nonlocal active, peak
        active += 1
        peak = max(peak, active)
        for _ in range(call["turns"][job]):
            await asyncio.sleep(0)
        active -= 1
        if job in call["broken"]:
            raise ValueError("no " + job)
        return call["gives"][job]

    async def main():
        given = {"jobs": call["jobs"], "work": work, "limit": call["limit"]}
        result = await ns[call["entry"]](*[given[role] for role in call["order"]])
        return {"result": result, "peak": peak}

    return asyncio.run(main())
"""


def draw_pool(rng: Random) -> dict[str, Any]:
    """Draw how many jobs run at once, what becomes of failed ones and in which form results come."""
    given, keyed, fails = rng.random() < 0.4, rng.random() < 0.5, pick(rng, "never|none|text")
    roles = {"jobs": "jobs|items|names|paths|urls|keys", "work": "work|handle|run|process|perform|fetch"}
    facts = draw_arguments(rng, **roles, **({"limit": "limit|size|most|slots"} if given else {}))
    jobs, work, kind = facts["jobs"], facts["work"], pick(rng, KINDS)
    limit = facts["limit"] if given else str(rng.choice((2, 3, 4, 5, 6)))
    caught = {
        "never": "",
        "none": "except Exception:\n{0}    {1}None",
        "text": "except Exception as error:\n{0}    {1}str(error)",
    }[fails]

    def guard(start: str, indent: str) -> str:
        run = f"{start}await {work}(job)"
        return f"try:\n{indent}    {run}\n{indent}{caught.format(indent, start)}" if caught else run

    turned = {"never": "", "none": "None", "text": "str(result)"}[fails]
    gather = f"await asyncio.gather(*({work}(job) for job in batch){', return_exceptions=True' if caught else ''})"
    turn = f"[{turned} if isinstance(result, Exception) else result for result in got]"
    batch = f"got = {gather}\n        results += {turn}" if caught else f"results += {gather}"
    return {
        **facts, "name": pick(rng, f"run_all|run_jobs|process_all|run_{kind}_jobs|work_through|run_pool|do_{kind}s|run_batch"),
        "keyed": keyed, "fails": fails, "limit_code": limit, "kind": kind,
        "returned": guard("return ", " " * 12), "place": "job" if keyed else "number",
        "stored": guard(f"results[{'job' if keyed else 'number'}] = ", " " * 12),
        "form": f"dict(zip({jobs}, results))" if keyed else "results",
        "other_form": "results" if keyed else f"dict(zip({jobs}, results))",
        "empty": "{}" if keyed else f"[None] * len({jobs})", "pair": "job" if keyed else "number, job",
        "source": jobs if keyed else f"enumerate({jobs})", "batch": batch,
        "limit_words": f"`{limit}`" if given else limit,
        "wanted": f"a dict that maps each of `{jobs}` to its result" if keyed else f"the list of results in the order of `{jobs}`",
        "fail_words": {"never": "", "none": f" When `{work}` raises an exception, the result is None and the other jobs go on.",
                       "text": " A job that raises an exception has the text of the exception (`str`) as its result; the rest still runs."}[fails],
    }  # fmt: skip


def check_pool(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect each job's own result, and as many jobs at once as there are places or jobs."""
    cases: list[tuple[Any, Any]] = []
    for size, more in ((0, 2), (1, 3), (7, 1), (9, 2), (8, 3), (12, 4)):
        limit = more if "limit" in facts else int(facts["limit_code"])
        jobs = [f"{city.lower()}-{rng.randrange(90)}" for city in rng.sample(CITIES, size)]
        broken = jobs[1::3] if facts["fails"] != "never" else []
        gives: dict[str, Any] = {job: rng.choice((rng.randrange(1000), rng.choice(COLORS), [])) for job in jobs}
        results = [(None if facts["fails"] == "none" else f"no {job}") if job in broken else gives[job] for job in jobs]
        call = {"entry": facts["name"], "order": facts["order"], "jobs": jobs, "limit": limit, "broken": broken,
                "gives": gives, "turns": {job: 4 + rng.randrange(6) for job in jobs}}  # fmt: skip
        told = {job: result for job, result in zip(jobs, results, strict=True)} if facts["keyed"] else results
        cases.append((call, {"result": told, "peak": min(limit, size)}))
    return python_check(facts["name"], cases, harness=POOL_HARNESS)


POOL = Template(
    id="limited_concurrency",
    ask=(
        "Write an async Python function `«name»(«args»)` that awaits `«work»(job)` for every string in `«jobs»`, "
        "«limit_words» of them at the same time and never more. It returns «wanted».«fail_words»",
        "Our worker has many «kind» jobs. With asyncio, implement the coroutine function `«name»(«args»)`: "
        "`«work»` is a coroutine function that takes one of the strings in `«jobs»`. Up to «limit_words» calls run "
        "concurrently, not one after the other.«fail_words» Return «wanted».",
        "I'd like `async def «name»(«args»)` in Python, which runs «kind» jobs in parallel, but no more than "
        "«limit_words» at once. A job is a string in `«jobs»`, and running it means awaiting `«work»(job)`. What I get "
        "back is «wanted».«fail_words»",
        "Limit the concurrency of our «kind» jobs to «limit_words»: an async function `«name»(«args»)` in Python has "
        "to call the coroutine function `«work»` once for each string of `«jobs»`, side by side within that limit, and "
        "return «wanted».«fail_words»",
    ),
    draw=draw_pool,
    shapes=(
        Shape(name="semaphore", code="""
            import asyncio


            async def «name»(«args»):
                gate = asyncio.Semaphore(«limit_code»)

                async def run_one(job):
                    async with gate:
                        «returned»

                results = await asyncio.gather(*(run_one(job) for job in «jobs»))
                return «form»
            """, mutants=(("async with gate", "if gate"), ("Semaphore(«limit_code»)", "Semaphore(«limit_code» + 1)"),
                          ("Semaphore(«limit_code»)", "Semaphore()"), ("return «form»", "return «other_form»"))),
        Shape(name="workers", code="""
            import asyncio


            async def «name»(«args»):
                results = «empty»
                waiting = iter(«source»)

                async def worker():
                    for «pair» in waiting:
                        «stored»

                await asyncio.gather(*(worker() for _ in range(«limit_code»)))
                return results
            """, mutants=(("in waiting", "in «source»"), ("range(«limit_code»)", "range(«limit_code» - 1)"),
                          ("range(«limit_code»)", "«jobs»"))),
        Shape(name="batches", code="""
            import asyncio


            async def «name»(«args»):
                results = []
                for start in range(0, len(«jobs»), «limit_code»):
                    batch = «jobs»[start : start + «limit_code»]
                    «batch»
                return «form»
            """, mutants=(("len(«jobs»), «limit_code»", "len(«jobs»)"), ("in batch", "in «jobs»"),
                          ("range(0", "range(1"), ("start + «limit_code»]", "start + «limit_code» - 1]"))),
    ),
    mutants=(("except Exception:", "except KeyError:"), ("str(error)", "error"), (", return_exceptions=True", ""),
             ("str(result)", "repr(result)"), ("else result", "else None")),
    verifier=check_pool,
)  # fmt: skip

CATEGORY = Category(name="fs_background_job", family="caching_async", templates=(STUCK, RUN, POOL))
