"""A kind and a level to its reference app: the files of a right answer. Also its bare page, without what makes it work."""

import html
import json
from dataclasses import asdict

from burnish.benchmarks.lovable.journeys import API, add_button
from burnish.benchmarks.lovable.kinds import SERVED_LEVEL, Field, Kind
from burnish.benchmarks.lovable.reference_texts import SCRIPT, SERVER, STYLE
from burnish.benchmarks.lovable.serving import PAGE
from burnish.benchmarks.lovable.serving import SERVER as SERVER_FILE

TYPES = {"text": "text", "number": "number"}


def write_reference(kind: Kind, *, level: int) -> dict[str, str]:
    """Return the files of the reference by name."""
    app = json.dumps({**asdict(kind), "level": level, "api": API}, indent=1)
    page = write_page(kind, level=level, script=f"const APP = {app};\n\n{SCRIPT}")
    files = {SERVER_FILE: SERVER.replace("§app", app) + "\n"} if level == SERVED_LEVEL else {}
    return {**files, PAGE: page}


def write_page(kind: Kind, *, level: int, script: str = "", entries: str = "") -> str:
    """Return the page with a script and, for controls, with ready-made entries."""
    fields = "\n".join(_write_field(field, first=field is kind.fields[0]) for field in kind.fields)
    shown = f"<script>\n{script}\n</script>\n" if script else ""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(kind.title)}</title>
<style>
{STYLE}
</style>
</head>
<body>
<main>
<h1>{html.escape(kind.title)}</h1>
<form id="form" novalidate>
{fields}
<button id="submit" type="submit">{add_button(kind)}</button>
</form>
<p id="problem" role="alert"></p>
{_write_find(kind) if level >= 3 else ""}<p id="summary" role="status"></p>
<ul id="list">{entries}</ul>
</main>
{shown}</body>
</html>
"""


def _write_field(field: Field, *, first: bool) -> str:
    number = f'id="field-{field.key}"'
    if field.control == "choice":
        control = f"<select {number}>{_write_options(field.values)}</select>"
    else:
        control = f'<input {number} type="{TYPES[field.control]}" autocomplete="off"{" required" if first else ""}>'
    return f'<div class="field"><label for="field-{field.key}">{field.label}</label>{control}</div>'


def _write_find(kind: Kind) -> str:
    if kind.find == "filter":
        options = _write_options(("All", *kind.field(kind.find_field).values))
        label, control = "Show", f'<select id="find">{options}</select>'
    else:
        label, control = "Search", '<input id="find" type="search" autocomplete="off">'
    return f'<div class="tools"><div class="field"><label for="find">{label}</label>{control}</div></div>\n'


def _write_options(values: tuple[str, ...]) -> str:
    return "".join(f"<option>{value}</option>" for value in values)
