"""Reads the functions of a JavaScript package that can become tasks: those that stand alone and have examples."""

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from burnish.sources.drafts import Draft, Language, TaskParams
from burnish.sources.examples import Check
from burnish.sources.functions import Function, Unresolved
from burnish.sources.origins import Origin, Reject
from burnish.sources.packs import read_texts
from burnish.sources.prompts import Wording, count_shown, word
from burnish.sources.script_examples import clean_comment, read_comment_examples
from burnish.sources.script_harness import SOURCE
from burnish.sources.script_mutants import break_script
from burnish.sources.scripts import Script, context_names, stand_alone

SUFFIXES = (".mjs", ".js")


def read_scripts(source: Path, *, origin: Origin, params: TaskParams) -> tuple[list[Draft], list[Reject]]:
    """Return the functions of a package that stand alone, with what their documentation states of them."""
    files = read_texts(source, suffixes=SUFFIXES)
    package = {name: Script(text, path=name) for name, text in files.items()}
    drafts: list[Draft] = []
    rejects: list[Reject] = []
    for path, script in package.items():
        for statement in script.functions():
            try:
                function = stand_alone(package, script, statement, max_context_chars=params.max_context_chars)
            except Unresolved as reason:
                rejects.append(Reject("task", origin.name, path, statement.name, str(reason)))
            else:
                examples = tuple(read_comment_examples(function.docstring, entry=function.name))
                checks = tuple(example.check for example in examples if example.check)
                module = (
                    path.rpartition(".")[0].removeprefix("dist/").rpartition("/")[0].replace("/", ".") or origin.name
                )
                drafts.append(Draft(origin, "javascript", module, path, function, examples, checks))
    return drafts, rejects


def _verifier(function: Function, checks: Sequence[Check]) -> dict[str, Any]:
    """Return the verifier that replays `checks`, with what the function needs of its package in the sandbox."""
    context = json.dumps(context_names(function.context), ensure_ascii=False)
    return {
        "kind": "node", "entry": function.name, "harness": SOURCE.replace("CONTEXT = []", f"CONTEXT = {context}", 1),
        "calls": [dict(check.call) for check in checks], "expect": [check.expect for check in checks],
    }  # fmt: skip


def _mutants(function: Function, count: int, rng: Random) -> list[str]:
    return break_script(function.program, count=count, rng=rng)


def _write_prompt(draft: Draft, rng: Random) -> str:
    function = draft.function
    text = clean_comment(function.docstring, examples=draft.examples, shown=count_shown(draft.checks))
    comment = "\n".join(f" * {line}".rstrip() for line in text.replace("*/", "*\\/").split("\n"))
    given = function.context.rstrip()
    code = (f"{given}\n\n" if given else "") + f"/**\n{comment}\n */\n{function.signature}\n}}"
    return word(Wording("JavaScript", "javascript", function.name, function.signature, text, given, code), rng=rng)


JAVASCRIPT = Language(_verifier, _mutants, _write_prompt)
