"""What the tasks of `fs_ci_workflow` share: settings of a job, and checks of its steps."""

import re
from random import Random
from typing import Any, NamedTuple

from burnish.generate.drawing import pick

RUNNERS = "ubuntu-latest|ubuntu-24.04|ubuntu-22.04|windows-latest|macos-latest|macos-15"
CHECKOUT = {"at": ["uses"], "matches": r"^actions/checkout@v\d"}
SECRETS = "DEPLOY_TOKEN|API_KEY|NPM_TOKEN|REGISTRY_PASSWORD|CLOUD_TOKEN|SSH_KEY|SENTRY_TOKEN|PAGES_TOKEN"


class Setting(NamedTuple):
    """A setting of a job: in words, as lines of the job, spoilt, and the checks below the job."""

    words: str
    lines: str
    slip: str
    checks: list[dict[str, Any]]


def draw_setting(rng: Random, kind: str) -> Setting:
    """Draw one setting of a kind."""
    if kind == "timeout":
        minutes = rng.choice((5, 10, 15, 20, 30, 45))
        words = rng.choice(
            (f"time out after {minutes} minutes", f"be cancelled when it takes more than {minutes} minutes")
        )
        checks = [{"at": ["timeout-minutes"], "equals": minutes}]
        return Setting(words, f"    timeout-minutes: {minutes}", f"    timeout-minutes: {minutes * 60}", checks)
    if kind == "secret":
        name = pick(rng, SECRETS)
        at_job = f"have the environment variable `{name}`, set at the level of the job from the secret `{name}`"
        words = rng.choice((f"get the secret `{name}` as a job-level environment variable of the same name", at_job))
        checks = [{"at": ["env", name], "matches": rf"^\$\{{\{{\s*secrets\.{name}\s*\}}\}}$"}]
        return Setting(
            words,
            f"    env:\n      {name}: ${{{{ secrets.{name} }}}}",
            f"    env:\n      {name}: ${{{{ env.{name} }}}}",
            checks,
        )
    if kind == "variable":
        name, value = rng.choice(
            (("CI_LEVEL", "full"), ("LOG_LEVEL", "debug"), ("APP_ENV", "test"), ("TZ", "UTC"), ("LANG", "C.UTF-8"))
        )
        words = rng.choice(
            (
                f"set the environment variable `{name}` to `{value}` for all its steps",
                f"have `{name}={value}` in its job-level `env`",
            )
        )
        return Setting(
            words,
            f"    env:\n      {name}: {value}",
            f"    env:\n      {name}: other",
            [{"at": ["env", name], "equals": value}],
        )
    if kind == "environment":
        name = pick(rng, "production|staging|preview|live|demo")
        words = rng.choice((f"use the deployment environment `{name}`", f"belong to the environment `{name}`"))
        checks = [{"at": ["environment"], "in": [name, {"name": name}]}]
        return Setting(words, f"    environment: {name}", f"    environment: {name}-old", checks)
    words = rng.choice(
        ("have read access to the contents and no other permission", "get the permission `contents: read` only")
    )
    checks = [{"at": ["permissions"], "equals": {"contents": "read"}}]
    return Setting(words, "    permissions:\n      contents: read", "    permissions:\n      contents: write", checks)


def draw_settings(rng: Random, kinds: tuple[str, ...], *, count: int) -> dict[str, Any]:
    """Draw settings as facts: in words, as lines, with the first one spoilt, and as checks."""
    drawn = [draw_setting(rng, kind) for kind in rng.sample(kinds, count)]
    drawn = drawn if len({one.lines.split(":")[0] for one in drawn}) == count else drawn[:1]
    return {
        "extra": " and ".join(one.words for one in drawn), "lines": "\n".join(one.lines for one in drawn),
        "spoilt": "\n".join([drawn[0].slip, *(one.lines for one in drawn[1:])]),
        "checks": [check for one in drawn for check in one.checks], "fewer": "\n".join(one.lines for one in drawn[1:]),
    }  # fmt: skip


def of_job(job: str, checks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return checks that are written for a job at their place in the workflow."""
    return [check | {"at": ["jobs", job, *check["at"]]} for check in checks]


def runs(*commands: str) -> dict[str, Any]:
    """Return the check of a step that runs commands: one a line, or one after the other."""
    parts = r"\s*(?:&&|\n|;)\s*".join(re.escape(command) for command in commands)
    return {"at": ["run"], "matches": rf"^\s*{parts}\s*$"}


def in_steps(job: str, *steps: dict[str, Any]) -> dict[str, Any]:
    """Return the check that a job's steps stand in an order."""
    return {"at": ["jobs", job, "steps"], "order": list(steps)}
