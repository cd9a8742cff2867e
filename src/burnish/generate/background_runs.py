"""The template of `fs_background_job` about one run: the status, the count and the notes that a job has afterwards."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import draw_arguments, pick
from burnish.generate.wording import COLORS

HARNESS = """
import builtins

def drive(ns, call):
    job, seen = dict(call["job"]), []

    def handle(value):
        seen.append([value, job[call["status"]]])
        if call["raises"]:
            raise getattr(builtins, call["raises"])(call["gives"])
        return call["gives"]

    given = {"job": job, "handle": handle}
    returned = ns[call["entry"]](*[given[role] for role in call["order"]])
    return {"job": job, "seen": seen, "returned": returned}
"""


def draw_run(rng: Random) -> dict[str, Any]:
    """Draw the words for the states of a job and what a run leaves in it."""
    facts = draw_arguments(rng, job="job|task|item|record|row", handle="handle|work|perform|process|execute|action")
    job = facts["job"]
    status, payload = pick(rng, "status|state|phase"), pick(rng, "payload|args|data|input|body|params")
    done, again = pick(rng, "done|finished|succeeded|completed|ok"), pick(rng, "queued|waiting|pending|retry|ready")
    failed, most = pick(rng, "failed|dead|given_up|broken|error"), rng.choice((2, 3, 4, 5, 6, 8))
    tries, every, marks = pick(rng, "attempts|tries|runs|count"), rng.random() < 0.5, pick(rng, "||running|active|busy")
    keeps, notes = pick(rng, "||result|output|value"), pick(rng, "||text error|text reason|kind error|kind failure")
    note_form, _, note = notes.partition(" ")
    tells, count = rng.random() < 0.5, f'{job}["{tries}"] += 1'
    told = {"text": "str(error)", "kind": "type(error).__name__", "": ""}[note_form]
    run = f'{facts["handle"]}({job}["{payload}"])'
    before = (f'{job}["{status}"] = "{marks}"\n    ' if marks else "") + (f"{count}\n    " if every else "")
    note_is = "its class name" if note_form == "kind" else "the text of the exception"
    joint = " and " if every else ", "
    return {
        **facts, "name": pick(rng, "run_job|execute_job|run_once|process_job|perform_job|attempt_job|work_on|try_job"),
        "status": status, "payload": payload, "done": done, "again": again, "failed": failed, "most": most,
        "tries": tries, "every": every, "marks": marks, "keeps": keeps, "note": note, "note_form": note_form,
        "tells": tells, "run": run, "before": before, "count": "" if every else f"{count}\n        ",
        "kept_run": f'{job}["{keeps}"] = {run}' if keeps else run, "result_run": f"result = {run}" if keeps else run,
        "caught": "Exception as error" if note else "Exception",
        "noted": f'{job}["{note}"] = {told}\n        ' if note else "", "note_pair": f', "{note}": {told}' if note else "",
        "kept": f'\n        {job}["{keeps}"] = result' if keeps else "", "kept_pair": f', "{keeps}": result' if keeps else "",
        "finish": f'\n    return {job}["{status}"]' if tells else "", "told": f' {job}["{status}"]' if tells else "",
        "tells_word": f"; the function returns the new `{status}`" if tells else "",
        "first_words": f'sets `{status}` to "{marks}"' + (f", adds 1 to `{tries}`" if every else "") + ", then calls" if marks
        else f"adds 1 to `{tries}` and calls" if every else "calls",
        "keep_words": f"keep what it returns under `{keeps}` and " if keeps else "",
        "note_words": (f"put {note_is} into `{note}`{joint}" if note else "")
        + ("" if every else f"add 1 to `{tries}` and "),
    }  # fmt: skip


def check_run(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the fields of a job written out for each number of earlier tries."""
    most, status, cases = facts["most"], facts["status"], []
    plans = [(0, None), (most - 1, None), (0, "OSError"), (most - 2, "ValueError"), (most - 1, "OSError"),
             (most, "ZeroDivisionError"), (1, None), (most - 1, "ValueError")]  # fmt: skip
    for earlier, raises in plans:
        value, gives = [rng.randrange(1000)], f"{rng.choice(COLORS)} {rng.randrange(90)}"
        job = {"id": rng.randrange(1, 999), facts["payload"]: value, status: facts["again"], facts["tries"]: earlier}
        after = dict(job)
        if raises:
            after |= {
                facts["tries"]: earlier + 1,
                status: facts["again"] if earlier in range(most - 1) else facts["failed"],
            }
            after |= {facts["note"]: gives if facts["note_form"] == "text" else raises} if facts["note"] else {}
        else:
            after |= {facts["tries"]: earlier + facts["every"], status: facts["done"]}
            after |= {facts["keeps"]: gives} if facts["keeps"] else {}
        call = {
            "entry": facts["name"],
            "order": facts["order"],
            "job": job,
            "status": status,
            "raises": raises,
            "gives": gives,
        }
        seen = [[value, facts["marks"] or facts["again"]]]
        cases.append((call, {"job": after, "seen": seen, "returned": after[status] if facts["tells"] else None}))
    return python_check(facts["name"], cases, harness=HARNESS)


RUN = Template(
    id="run_one_job",
    ask=(
        "Write a Python function `«name»(«args»)` that runs one job, a dict. It «first_words» `«handle»` with the "
        "value of `«payload»`. On success «keep_words»set `«status»` to \"«done»\". If any exception is raised, "
        "«note_words»set `«status»` to \"«again»\" while `«tries»` is below «most», else to \"«failed»\"«tells_word».",
        "Our worker needs `«name»(«args»)` in Python. The dict `«job»` has the keys `«payload»`, `«status»` and "
        "`«tries»`. The function «first_words» `«handle»(«job»[\"«payload»\"])`. An exception must not escape: then "
        "«note_words»make `«status»` \"«again»\", or \"«failed»\" once `«tries»` has reached «most». Without an "
        "exception, «keep_words»make `«status»` \"«done»\"«tells_word».",
        "Please implement one step of a job runner in Python: `«name»(«args»)` changes the dict `«job»` in place. "
        "First it «first_words» `«handle»` on `«job»[\"«payload»\"]`. If that works, «keep_words»the `«status»` "
        "becomes \"«done»\". After an exception of any kind, «note_words»choose the `«status»`: \"«failed»\" if "
        "`«tries»` is now «most» or more, otherwise \"«again»\"«tells_word».",
        "A job is a dict with `«tries»`, `«status»` and `«payload»`. `«name»(«args»)` in Python «first_words» "
        "`«handle»` with its `«payload»`. Success: «keep_words»`«status»` = \"«done»\". Any exception: "
        "«note_words»`«status»` = \"«again»\" if `«tries»` < «most», else \"«failed»\"; nothing is raised«tells_word».",
    ),
    draw=draw_run,
    shapes=(
        Shape(name="inside_try", code="""
            def «name»(«args»):
                «before»try:
                    «kept_run»
                    «job»["«status»"] = "«done»"
                except «caught»:
                    «count»«noted»«job»["«status»"] = "«again»" if «job»["«tries»"] < «most» else "«failed»"«finish»
            """, mutants=(("< «most»", "<= «most»"), ("< «most»", "> «most»"))),
        Shape(name="else", code="""
            def «name»(«args»):
                «before»try:
                    «result_run»
                except «caught»:
                    «count»«noted»if «job»["«tries»"] >= «most»:
                        «job»["«status»"] = "«failed»"
                    else:
                        «job»["«status»"] = "«again»"
                else:
                    «job»["«status»"] = "«done»"«kept»«finish»
            """, mutants=((">= «most»", "> «most»"), (">= «most»", "== «most»"), 
                          ("    else:\n        «job»", "    if True:\n        «job»"))),
        Shape(name="update", code="""
            def «name»(«args»):
                «before»try:
                    «result_run»
                except «caught»:
                    «count»over = «job»["«tries»"] >= «most»
                    «job».update({"«status»": "«failed»" if over else "«again»"«note_pair»})
                    return«told»
                «job».update({"«status»": "«done»"«kept_pair»})«finish»
            """, mutants=((">= «most»", "> «most»"), ("if over", "if not over"), ("        return«told»\n", ""))),
    ),
    mutants=(("except Exception", "except ValueError"), ('["«tries»"] += 1', '["«tries»"] = 1'),
             ("str(error)", "repr(error)"), ("type(error).__name__", "str(error)"), ("    «noted»", "    "),
             ('"«done»"', '"«again»"'), ('«job»["«payload»"]', "«job»")),
    verifier=check_run,
)  # fmt: skip
