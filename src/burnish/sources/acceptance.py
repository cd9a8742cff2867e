"""Whether a source may be fetched: its terms accepted by somebody, its credential at hand; and the audit line that says so.

Gated and premium sources and licences with conditions on releases need an entry in `licences/accepted.yaml`. Credentials
come from the environment only. The audit is outside every hashed output: it holds times.
"""

import getpass
import json
import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from burnish.errors import BurnishError
from burnish.licensing import Matrix, needs_acceptance
from burnish.params import Section, read_yaml
from burnish.sources.registry import AnySource

AUDIT = Path("audit/sources.jsonl")  # beside the registry


class Accepted(Section):
    """Who accepted which licence of a source, and when."""

    licence: str
    by: str
    on: date


def read_accepted(path: Path) -> dict[str, Accepted]:
    """Read what was accepted, by the name of the source."""
    accepted: dict[str, Accepted] = {}
    for name, entry in read_yaml(path).items():
        try:
            accepted[name] = Accepted.model_validate(entry)
        except ValidationError as error:
            problem = error.errors()[0]
            field = ".".join([name, *map(str, problem["loc"])])
            raise BurnishError(f"{path}: {field}: {problem['msg']}; an entry is "
                               "NAME: {licence: SPDX, by: WHO, on: YYYY-MM-DD}") from None  # fmt: skip
    return accepted


def is_watched(source: AnySource, *, matrix: Matrix) -> bool:
    """Say whether `source` needs an acceptance and leaves audit lines."""
    return source.access != "open" or needs_acceptance(source.licence, matrix=matrix)


def check_accepted(source: AnySource, *, accepted: Mapping[str, Accepted], matrix: Matrix, place: str) -> None:
    """Raise unless the licence that `source` has now is the one that was accepted."""
    entry = accepted.get(source.name)
    if entry is not None and entry.licence != source.licence:
        raise BurnishError(f"{place}: the licence of {source.name} changed: {entry.by} accepted {entry.licence} "
                           f"on {entry.on}, the registry now says {source.licence}; read it and "
                           "renew the entry, or turn it off")  # fmt: skip
    if entry is None and is_watched(source, matrix=matrix):
        why = ", ".join([source.access, *matrix[source.licence].conditions])
        raise BurnishError(f"{place}: nobody has accepted the terms of {source.name} ({source.licence}: {why}); read them, "
                           f"then write `{source.name}: {{licence: {source.licence}, by: WHO, on: YYYY-MM-DD}}`, or take "
                           "it out of params.yaml: fetch")  # fmt: skip


def find_credential(source: AnySource, *, place: str) -> str | None:
    """Return the token of `source` from the environment variable that its entry names, None if it names none."""
    if source.credential is None:
        return None
    if token := os.environ.get(source.credential, "").strip():
        return token
    raise BurnishError(f"{place}: ${source.credential} isn't set, but {source.name} is on and {source.access}; set it in the "
                       "environment (in no file of the project), or take the source out of params.yaml: fetch")  # fmt: skip


def write_audit(path: Path, *, source: AnySource, accepted: Accepted | None, outcome: str) -> None:
    """Append one line: what of which source was asked for, under whose acceptance, and how that ended. No credential."""
    line: dict[str, Any] = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"), "user": getpass.getuser(), "source": source.name,
        "from": source.origin, "access": source.access, "licence": source.licence, "credential": source.credential,
        "accepted_by": accepted and accepted.by, "accepted_on": accepted and accepted.on.isoformat(), "outcome": outcome,
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")
