"""Category `fs_ci_workflow`: GitHub Actions workflows, judged by the workflow schema and by what they say."""

import re
from random import Random
from typing import Any

from burnish.generate.checks import spec_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import in_words, pick
from burnish.generate.wording import draw_noun
from burnish.generate.workflow_jobs import CHECKOUT, RUNNERS, draw_settings, in_steps, of_job, runs

EVENTS = (
    ("on every push", "push", "pull_request"), ("for every pull request", "pull_request", "push"),
    ("when a release is changed", "release", "push"),
    ("when it is started by hand", "workflow_dispatch", "push"),
    ("when another workflow calls it", "workflow_call", "workflow_dispatch"),
    ("when an issue changes", "issues", "release"),
    ("when something enters the merge queue", "merge_group", "push"),
)  # fmt: skip
COMMANDS = "npm test|npm run lint|pytest -q|ruff check .|go test ./...|cargo test|make check|mvn -q verify|bundle exec rspec|composer test|dotnet test|deno test|./gradlew check|terraform validate|npm run build|make docs|cargo clippy|mix test|«one»ctl verify|python tools/check_«many».py|node scripts/«many».js|bash ci/«one».sh"


def draw_job(rng: Random) -> dict[str, Any]:
    """Draw an event, a job, its command and a setting."""
    noun, (when, event, wrong) = draw_noun(rng), rng.choice(EVENTS)
    command = pick(rng, COMMANDS).replace("«one»", noun.one).replace("«many»", noun.many)
    return {
        "event": event, "when": when, "wrong": wrong,
        "job": pick(rng, f"test|check|verify|ci|quality|{noun.one}|{noun.many}"), "runner": pick(rng, RUNNERS),
        "command": command, **draw_settings(rng, ("timeout", "variable", "permissions", "secret"), count=1),
    }  # fmt: skip


def check_job(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the one event, the one job and its two steps."""
    job = facts["job"]
    return spec_check(
        "github_actions", {"at": ["on"], "length": 1}, {"at": ["on", facts["event"]], "present": True},
        {"at": ["jobs"], "length": 1},
        {"at": ["jobs", job, "runs-on"], "equals": [facts["runner"]]}, in_steps(job, CHECKOUT, runs(facts["command"])),
        *of_job(job, facts["checks"]),
    )  # fmt: skip


JOB = Template(
    id="one_job",
    ask=(
        "Write a GitHub Actions workflow that runs «when» (`«event»`). Its only job, `«job»`, uses the runner `«runner»`, checks the code out and runs `«command»`. The job should «extra».",
        "Run `«command»` in GitHub Actions «when», please: workflow YAML with the event `«event»` and one job `«job»` on `«runner»`, which starts with actions/checkout. That job has to «extra».",
        "I need a workflow file for GitHub. Trigger: `«event»`, nothing else. Job: `«job»`, on `«runner»`; it must «extra». Steps: check out the repository, then `«command»`.",
        "Our repository has no workflow yet. Let the first one react to `«event»` and have one job called `«job»` («runner») that checks out the repository before it runs `«command»`. The job must also «extra».",
    ),
    draw=draw_job,
    shapes=(
        Shape(name="text", code="""
            on: «event»

            jobs:
              «job»:
                runs-on: «runner»
            «lines»
                steps:
                  - uses: actions/checkout@v4
                  - run: «command»
            """, mutants=(("on: «event»", "on: «wrong»"), ("      - uses: actions/checkout@v4\n", ""),
                          ("run: «command»", "uses: «command»"), ("runs-on: «runner»", "runs-on: self-hosted"))),
        Shape(name="list", code="""
            on: [«event»]
            jobs:
              «job»:
                runs-on: [«runner»]
                steps:
                  - uses: actions/checkout@v4
                  - run: «command»
            «lines»
            """, mutants=(("[«event»]", "[«event», «wrong»]"), ("    runs-on: [«runner»]\n", ""), ("jobs:\n", "job:\n"),
                          ("run: «command»", "name: «command»"))),
        Shape(name="mapping", code="""
            on:
              «event»:

            jobs:
              «job»:
            «lines»
                runs-on: «runner»
                steps:
                  - name: Check out
                    uses: actions/checkout@v4
                  - name: Run
                    run: «command»
            """, mutants=(("  «event»:", "  «wrong»:"), ("        uses: actions/checkout@v4\n", "        run: checkout\n"),
                          ("  «job»:\n", "  main:\n"), ("run: «command»", "run: echo «command»"))),
    ),
    mutants=(("«lines»", "«spoilt»"), ("«lines»", "«fewer»")),
    verifier=check_job,
)  # fmt: skip

# The action that sets a tool up, its input, versions, and the commands that install and test.
TOOLS = (
    ("node", "actions/setup-node@v4", "node-version", "18|20|22|24", "npm ci|npm install|yarn install",
     "npm test|npm run lint|npm run build|npx vitest run"),
    ("python", "actions/setup-python@v5", "python-version", "3.9|3.10|3.11|3.12|3.13",
     "pip install -r requirements.txt|pip install .|pip install -e .[dev]", "pytest|pytest -q|python -m unittest|tox -q"),
    ("go", "actions/setup-go@v5", "go-version", "1.21|1.22|1.23|1.24", "go mod download|go vet ./...|go build ./...",
     "go test ./...|go test -race ./..."),
    ("ruby", "ruby/setup-ruby@v1", "ruby-version", "3.1|3.2|3.3|3.4", "bundle install|bundle install --jobs 4",
     "bundle exec rspec|bundle exec rake test|bin/rails test"),
    ("php", "shivammathur/setup-php@v2", "php-version", "8.1|8.2|8.3|8.4", "composer install|composer update",
     "vendor/bin/phpunit|composer test"),
    ("dotnet", "actions/setup-dotnet@v4", "dotnet-version", "6.0.x|8.0.x|9.0.x", "dotnet restore|dotnet build",
     "dotnet test|dotnet test --no-build"),
)  # fmt: skip
LIMITS = (
    ("a failing version mustn't cancel the others", "fail-fast: false", "fail-fast", False),
    ("all others are cancelled as soon as one fails (say so explicitly)", "fail-fast: true", "fail-fast", True),
    ("at most two of them run at a time", "max-parallel: 2", "max-parallel", 2),
    ("at most three run at the same time", "max-parallel: 3", "max-parallel", 3),
    ("they run one after the other", "max-parallel: 1", "max-parallel", 1),
)  # fmt: skip


def draw_matrix(rng: Random) -> dict[str, Any]:
    """Draw a tool and its versions, two commands, a branch and a limit of the matrix."""
    tool, action, given, versions, installs, tests = rng.choice(TOOLS)
    drawn = rng.sample(versions.split("|"), rng.choice((2, 3)))
    drawn.sort(key=lambda version: [int(part) for part in version.removesuffix(".x").split(".")])
    limit, line, setting, value = rng.choice(LIMITS)
    return {
        "tool": tool, "action": action, "given": given, "versions": drawn, "shown": in_words(drawn),
        "flow": ", ".join(f'"{version}"' for version in drawn),
        "items": "\n".join(f'          - "{version}"' for version in drawn),
        "bare": ", ".join(f'"{version}"' for version in drawn[:-1]),
        "install": pick(rng, installs), "test": pick(rng, tests),
        "branch": pick(rng, "main|develop|trunk|next|release|stable|master"), "key": pick(rng, f"{tool}|version|{given}"),
        "limit": limit, "line": line, "setting": setting, "value": value,
        "job": pick(rng, "test|tests|check|build|compat|ci"),
        "runner": pick(rng, "ubuntu-latest|ubuntu-24.04|ubuntu-22.04"),
        "event": pick(rng, "push|pull_request"),
    }  # fmt: skip


def number_forms(version: str) -> list[Any]:
    """Return the forms of a version in YAML: text, and the number where that keeps every digit."""
    if re.fullmatch(r"\d+", version):
        return [version, int(version)]
    return [version, float(version)] if re.fullmatch(r"\d\.\d*[1-9]", version) else [version]


def check_matrix(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for every version, for the set-up with the matrix's value, and for both commands after it."""
    job, key = facts["job"], facts["key"]
    setup = {
        "at": [],
        "all": [
            {"at": ["uses"], "equals": facts["action"]},
            {"at": ["with", facts["given"]], "matches": rf"^\$\{{\{{\s*matrix\.{key}\s*\}}\}}$"},
        ],
    }
    strategy = ["jobs", job, "strategy"]
    return spec_check(
        "github_actions", {"at": ["on"], "length": 1},
        {"at": ["on", facts["event"], "branches"], "equals": [facts["branch"]]}, {"at": ["jobs"], "length": 1},
        {"at": ["jobs", job, "runs-on"], "equals": [facts["runner"]]}, {"at": [*strategy, "matrix"], "length": 1},
        {"at": [*strategy, "matrix", key], "length": len(facts["versions"])},
        *({"at": [*strategy, "matrix", key, "*"], "in": number_forms(version)} for version in facts["versions"]),
        {"at": [*strategy, facts["setting"]], "equals": facts["value"]},
        {"at": [],
         "any": [in_steps(job, CHECKOUT, setup, runs(facts["install"]), runs(facts["test"])),
                 in_steps(job, CHECKOUT, setup, runs(facts["install"], facts["test"]))]},
    )  # fmt: skip


MATRIX = Template(
    id="version_matrix",
    ask=(
        "Write a GitHub Actions workflow for the event `«event»` on the branch `«branch»`. The job `«job»` on `«runner»` has a matrix `«key»` with «shown»; «limit». Its steps: check out, set the version up with `«action»` (input `«given»`), run `«install»`, run `«test»`.",
        "We promise to support «tool» «shown». Please write the workflow that tests them all in one job `«job»` («runner») with the matrix key `«key»`, triggered by `«event»` on `«branch»` only: actions/checkout, then `«action»` with `«given»` from the matrix, then `«install»` and `«test»`. About the matrix: «limit».",
        "GitHub Actions YAML, please. `«install»` and after it `«test»` should run once for each of «shown» (matrix variable `«key»`); «limit». Before that, the repository is checked out and `«action»` gets the version as `«given»`. One job, `«job»`, runner `«runner»`, on `«event»` to the branch `«branch»`.",
        "Does our code run with each of «shown»? A workflow should tell on every `«event»` to `«branch»`. Job `«job»`, runner `«runner»`, one dimension in its matrix: `«key»`; also «limit». The steps are the checkout action, `«action»` whose `«given»` comes from the matrix, and the commands `«install»` and `«test»` in this order. GitHub Actions YAML.",
        "Several versions of «tool», one job: `«job»`. Please write it for GitHub Actions (runner `«runner»`). For every `«key»` of the matrix, which lists «shown», it checks out the code, calls `«action»` with the version as `«given»`, and runs first `«install»`, then `«test»`. In the strategy, «limit». The workflow starts on `«event»`, branch `«branch»`.",
    ),
    draw=draw_matrix,
    shapes=(
        Shape(name="flow", code="""
            on:
              «event»:
                branches: [«branch»]

            jobs:
              «job»:
                runs-on: «runner»
                strategy:
                  «line»
                  matrix:
                    «key»: [«flow»]
                steps:
                  - uses: actions/checkout@v4
                  - uses: «action»
                    with:
                      «given»: ${{ matrix.«key» }}
                  - run: «install»
                  - run: «test»
            """, mutants=(("[«flow»]", "[«bare»]"), ("matrix.«key»", "matrix.other"), ("    branches: [«branch»]\n", ""),
                          ("      - run: «install»\n      - run: «test»", "      - run: «test»\n      - run: «install»"),
                          ("      «line»\n", ""))),
        Shape(name="block", code="""
            on:
              «event»:
                branches:
                  - «branch»
            jobs:
              «job»:
                strategy:
                  matrix:
                    «key»:
            «items»
                  «line»
                runs-on: «runner»
                steps:
                  - name: Check out
                    uses: actions/checkout@v4
                  - name: Set up
                    uses: «action»
                    with:
                      «given»: ${{ matrix.«key» }}
                  - name: Install
                    run: «install»
                  - name: Test
                    run: «test»
            """, mutants=(("      - «branch»", "      - other"), ("${{ matrix.«key» }}", "matrix.«key»"),
                          ("        run: «test»", "        name: «test»"), ("      matrix:\n", "      versions:\n"),
                          ("        with:\n", "        env:\n"))),
        Shape(name="one_run", code="""
            on: { «event»: { branches: [«branch»] } }
            jobs:
              «job»:
                runs-on: «runner»
                strategy:
                  matrix: { «key»: [«flow»] }
                  «line»
                steps:
                  - uses: actions/checkout@v4
                  - uses: «action»
                    with: { «given»: "${{ matrix.«key» }}" }
                  - run: |
                      «install»
                      «test»
            """, mutants=(("          «test»", "          echo done"), ("«event»:", "release:"),
                          ("      - uses: actions/checkout@v4\n", ""), ("\n      «line»", ""),
                          ("run: |\n          «install»\n", "run: |\n"))),
    ),
    mutants=(("strategy:", "matrix:"), ("«action»", "actions/cache@v4")),
    verifier=check_matrix,
)  # fmt: skip

# When a job runs: in words, two expressions that say so (the second may be the first again), and one that doesn't.
CONDITIONS = (
    ("only on the branch `{}`", "github.ref == 'refs/heads/{}'", "github.ref_name == '{}'", "github.ref == '{}'",
     "main|release|stable|master|production"),
    ("only if the event is `{}`", "github.event_name == '{}'", "github.event_name == '{}'", "github.event_name != '{}'", "push"),
    ("only if the repository's owner is `{}`", "github.repository_owner == '{}'", "github.repository_owner == '{}'",
     "github.actor == '{}'", "acme|example-org|our-team"),
    ("only if the run was started by `{}`", "github.actor == '{}'", "github.actor == '{}'", "github.actor != '{}'",
     "release-bot|deploy-bot|octocat"),
    ("even if «first» fails (use `{}()`)", "{}()", "{}()", "failure()", "always"),
    ("only if «first» fails (use `{}()`)", "{}()", "{}()", "success()", "failure"),
)  # fmt: skip


def draw_needs(rng: Random) -> dict[str, Any]:
    """Draw two jobs, what they run, when the second may start and how it is set."""
    noun, (words, once, again, wrong, values) = draw_noun(rng), rng.choice(CONDITIONS)
    first, second = (
        pick(rng, "test|build|check|lint|verify"),
        pick(rng, f"deploy|publish|report|notify|upload|{noun.one}"),
    )
    value = pick(rng, values)
    once, again, wrong = (text.format(value) for text in (once, again, wrong))
    again = again if again != once else f"${{{{ {once} }}}}"
    return {
        "first": first, "second": second, "when": words.format(value).replace("«first»", f"`{first}`"), "once": once,
        "again": again, "wrong": wrong,
        "expressions": [once, again.removeprefix("${{ ").removesuffix(" }}")], "runner": pick(rng, RUNNERS),
        "command": pick(rng, COMMANDS).replace("«one»", noun.one).replace("«many»", noun.many),
        "then": pick(rng,
                     f"make {second}|./{second}.sh|npm run {second}|bash scripts/{second}.sh|python tools/{second}.py"),
        "events": rng.sample(("push", "pull_request", "workflow_dispatch", "release"), 2),
        **draw_settings(rng, ("timeout", "secret", "environment", "permissions"), count=rng.choice((1, 2))),
    }  # fmt: skip


def check_needs(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the order of the jobs and for the condition in each of its spellings."""
    first, second = facts["first"], facts["second"]
    forms = "|".join(re.escape(one).replace(r"\ ==\ ", r"\s*==\s*") for one in facts["expressions"])
    jobs = ["jobs"]
    return spec_check(
        "github_actions", {"at": ["on"], "length": 2},
        *({"at": ["on", event], "present": True} for event in facts["events"]), {"at": jobs, "length": 2},
        *({"at": [*jobs, job, "runs-on"], "equals": [facts["runner"]]} for job in (first, second)),
        {"at": [*jobs, second, "needs"], "equals": [first]},
        {"at": [*jobs, second, "if"], "matches": rf"^\s*(?:\$\{{\{{)?\s*(?:{forms})\s*(?:\}}\}})?\s*$"},
        *({"at": [*jobs, first, key], "absent": True} for key in ("needs", "if")),
        in_steps(first, CHECKOUT, runs(facts["command"])), in_steps(second, CHECKOUT, runs(facts["then"])),
        *of_job(second, facts["checks"]),
    )  # fmt: skip


NEEDS = Template(
    id="second_job",
    ask=(
        "Write a GitHub Actions workflow for the events «events_shown» with two jobs on `«runner»`. `«first»` runs `«command»`. `«second»` waits for `«first»`, runs «when», and executes `«then»`; it should «extra». Each job checks the code out first.",
        "Please add a job to our CI: `«second»` comes after `«first»`, but «when», and runs `«then»`. It has to «extra». Give me the whole workflow YAML: triggers «events_shown», both jobs on `«runner»` with actions/checkout as their first step, and `«command»` in `«first»`.",
        "I'd like workflow YAML for GitHub in which `«then»` runs after `«command»`, in a job of its own. The jobs are `«first»` and `«second»`; the latter needs the former, runs «when» and must «extra». Both use `«runner»` and begin with a checkout. Triggers: «events_shown».",
    ),
    draw=lambda rng: {**(f := draw_needs(rng)), "events_shown": in_words(f["events"]), "event_list": ", ".join(f["events"]),
                      "event_keys": "\n".join(f"  {event}:" for event in f["events"]), "one_event": f["events"][0]},
    shapes=(
        Shape(name="text", code="""
            on: [«event_list»]

            jobs:
              «first»:
                runs-on: «runner»
                steps:
                  - uses: actions/checkout@v4
                  - run: «command»
              «second»:
                needs: «first»
                if: «once»
                runs-on: «runner»
            «lines»
                steps:
                  - uses: actions/checkout@v4
                  - run: «then»
            """, mutants=(("    needs: «first»\n", ""), ("    if: «once»\n", ""), ("[«event_list»]", "«one_event»"),
                          ("needs: «first»", "needs: «second»"), ("if: «once»", "if: «wrong»"))),
        Shape(name="other_spelling", code="""
            on:
            «event_keys»

            jobs:
              «first»:
                runs-on: «runner»
                steps:
                  - uses: actions/checkout@v4
                  - run: «command»

              «second»:
                runs-on: «runner»
                needs: [«first»]
            «lines»
                if: «again»
                steps:
                  - uses: actions/checkout@v4
                  - run: «then»
            """, mutants=(("needs: [«first»]", "depends-on: [«first»]"), ("if: «again»", "if: «wrong»"),
                          ("- run: «then»", "- run: «command»"), ("on:\n«event_keys»", "on: «one_event»"))),
        Shape(name="named_steps", code="""
            on: [«event_list»]
            jobs:
              «first»:
                runs-on: «runner»
                steps:
                  - name: Check out
                    uses: actions/checkout@v4
                  - name: Run
                    run: «command»
              «second»:
                needs:
                  - «first»
                if: ${{ «once» }}
            «lines»
                runs-on: «runner»
                steps:
                  - name: Check out
                    uses: actions/checkout@v4
                  - name: Run
                    run: «then»
            """, mutants=(("    needs:\n      - «first»\n", ""), ("if: ${{ «once» }}", "if: ${{ «wrong» }}"),
                          ("        run: «then»", "        run: «command»"),
                          ("    if: ${{ «once» }}\n", "    if: success()\n"))),
    ),
    mutants=(("«lines»", "«spoilt»"), ("\n«lines»", "")),
    verifier=check_needs,
)  # fmt: skip

CATEGORY = Category(name="fs_ci_workflow", family="operations", templates=(JOB, MATRIX, NEEDS))
