"""Sandboxed: parses documents with the validators of their fields, which are installed packages, into plain data.

A task is {"program", "format", "skeleton" or null, "place": path, "instances": [JSON]}. A report is {"outcomes":
[{"value": {"data": document, "accepted": [bool, ...]}}]} or {"failed": reason}. What the document should say isn't
known here.
"""

import functools
import json
import os
import re
import shlex
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from burnish.drivers.deployment_documents import read_dockerfile, read_kubernetes
from burnish.drivers.document_texts import Invalid, plain, read_json, read_yaml


def place_in(skeleton: Any, place: list[Any], value: Any) -> Any:
    """Return `skeleton` with `value` at `place`; an empty place merges two mappings."""
    if not place:
        if not isinstance(value, dict):
            raise Invalid("not a mapping")
        return {**skeleton, **value}
    whole = json.loads(json.dumps(skeleton))
    holder = whole
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value
    return whole


def check_against(name: str, data: Any) -> None:
    """Raise the first error of `data` against a schema that `check-jsonschema` carries."""
    from jsonschema.exceptions import best_match

    error = best_match(builtin_validator(name).iter_errors(data))
    if error is not None:
        raise Invalid(f"{error.json_path}: {error.message}"[:200])


@functools.cache
def builtin_validator(name: str) -> Any:
    """Return the validator of a schema that `check-jsonschema` carries."""
    import check_jsonschema
    from jsonschema.validators import validator_for

    path = Path(check_jsonschema.__file__).parent / "builtin_schemas" / "vendor" / f"{name}.json"
    schema = json.loads(path.read_text())
    return validator_for(schema)(schema)


def read_json_schema(task: dict[str, Any]) -> dict[str, Any]:
    """Check a schema against its own, then say which instances it accepts; formats count."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    schema = read_json(task["program"])
    if not isinstance(schema, dict):
        raise Invalid("a schema is an object")
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise Invalid(f"not a JSON Schema: {error.message}"[:200]) from None
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return {"data": schema, "accepted": [validator.is_valid(instance) for instance in task["instances"]]}


@functools.cache
def crawled(kind: Any) -> Any:
    """Return the validator class `kind` of OpenAPI documents with its schema's anchors found, once for all documents."""
    from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]
    from referencing import Resource

    validator = kind.schema_validator
    schema: Resource[Any] = Resource.from_contents(dict(validator.schema))
    registry = REGISTRY.with_resource(schema.id() or "", schema).crawl()
    resolver = registry.resolver(base_uri=schema.id() or "")
    return type(kind.__name__, (kind,), {"schema_validator": validator.evolve(_resolver=resolver)})


def read_openapi(task: dict[str, Any]) -> dict[str, Any]:
    """Check an OpenAPI document, or a fragment in its skeleton."""
    from openapi_spec_validator import validate
    from openapi_spec_validator.shortcuts import get_validator_cls
    from openapi_spec_validator.validation.exceptions import OpenAPIValidationError, ValidatorDetectError
    from referencing.exceptions import Unresolvable

    data = plain(read_yaml(task["program"]))
    if task["skeleton"] is not None:
        data = place_in(task["skeleton"], task["place"], data)
    if not isinstance(data, dict):
        raise Invalid("not a mapping")
    try:
        kind = get_validator_cls(data)
    except (ValidatorDetectError, TypeError):  # `openapi: 3.1` is a number
        raise Invalid("not OpenAPI: no `openapi` that is the text of a known version") from None
    try:
        validate(data, cls=crawled(kind))
    except (OpenAPIValidationError, Unresolvable) as error:
        text = re.sub(r" at 0x[0-9a-f]+", "", str(error))  # another in each process
        raise Invalid(f"not OpenAPI: {text}"[:200]) from None
    return {"data": data, "accepted": []}


def read_graphql(task: dict[str, Any]) -> dict[str, Any]:
    """Build a schema; say which queries are valid in it."""
    from graphql import GraphQLError, assert_valid_schema, build_schema, parse, validate

    text = f"{task['skeleton'] or ''}\n{task['program']}"
    try:
        schema = build_schema(text)
        if task["instances"]:
            assert_valid_schema(schema)
    except (GraphQLError, TypeError) as error:
        raise Invalid(f"not a GraphQL schema: {error}"[:200]) from None
    accepted = [not validate(schema, parse(query)) for query in task["instances"]]
    types = {name: describe_type(kind) for name, kind in schema.type_map.items() if not name.startswith("__")}
    return {"data": types, "accepted": accepted}


def input_type(value: Any) -> str:
    """Return the type of a field or argument as text, with its default: `Int! = 20`."""
    from graphql import Undefined, ast_from_value, print_ast

    default = getattr(value, "default_value", Undefined)
    written = None if default is Undefined else ast_from_value(default, value.type)
    return f"{value.type} = {print_ast(written)}" if written else str(value.type)


def describe_type(kind: Any) -> dict[str, Any]:
    """Return a GraphQL type as data."""
    found: dict[str, Any] = {"kind": type(kind).__name__.removeprefix("GraphQL").removesuffix("Type").lower()}
    fields = getattr(kind, "fields", None)
    if isinstance(fields, dict):
        found["fields"] = {
            name: {
                "type": input_type(one),
                "args": {arg: input_type(value) for arg, value in getattr(one, "args", {}).items()},
            }
            for name, one in fields.items()
        }
    if isinstance(getattr(kind, "values", None), dict):
        found["values"] = list(kind.values)
    if interfaces := getattr(kind, "interfaces", None):
        found["interfaces"] = [str(one) for one in interfaces]
    if found["kind"] == "union":
        found["types"] = [str(one) for one in kind.types]
    return found


def read_compose(task: dict[str, Any]) -> dict[str, Any]:
    """Check a Compose file and write its short forms long."""
    data = plain(read_yaml(task["program"]))
    check_against("compose-spec", data)
    for service in data.get("services", {}).values():
        lengthen_service(service)
    return {"data": data, "accepted": []}


def lengthen_service(service: dict[str, Any]) -> None:
    """Write the short forms of one service long, in place."""
    for name in ("environment", "labels"):
        if isinstance(service.get(name), list):
            service[name] = dict([*item.split("=", 1), ""][:2] for item in service[name])
        if isinstance(service.get(name), dict):
            service[name] = {key: None if value is None else scalar_text(value) for key, value in service[name].items()}
    if isinstance(service.get("depends_on"), list):
        service["depends_on"] = {name: {"condition": "service_started"} for name in service["depends_on"]}
    if isinstance(service.get("build"), str):
        service["build"] = {"context": service["build"]}
    for name in ("command", "entrypoint"):
        if isinstance(service.get(name), str):
            service[name] = shlex.split(service[name])
    for name in ("env_file", "networks", "dns"):
        if isinstance(service.get(name), str):
            service[name] = [service[name]]
    if isinstance(service.get("networks"), dict):
        service["networks"] = list(service["networks"])
    service["ports"] = [port_text(port) for port in service.get("ports", [])]
    check = service.get("healthcheck", {})
    if isinstance(check.get("test"), str):
        check["test"] = ["CMD-SHELL", check["test"]]


def port_text(port: Any) -> str:
    """Return a published port as `host:container`."""
    if not isinstance(port, dict):
        return str(port).removesuffix("/tcp")
    published = f"{port['published']}:" if "published" in port else ""
    address = f"{port['host_ip']}:" if "host_ip" in port else ""
    return f"{address}{published}{port['target']}"


def scalar_text(value: Any) -> str:
    """Return a scalar as Compose passes it on."""
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def read_github_actions(task: dict[str, Any]) -> dict[str, Any]:
    """Check a workflow and write its short forms long."""
    data = plain(read_yaml(task["program"]))
    check_against("github-workflows", data)
    triggers = data.get("on")
    triggers = [triggers] if isinstance(triggers, str) else triggers
    data["on"] = (
        {name: {} for name in triggers} if isinstance(triggers, list) else {k: v or {} for k, v in triggers.items()}
    )
    for job in data.get("jobs", {}).values():
        for name in ("needs", "runs-on"):
            if isinstance(job.get(name), str):
                job[name] = [job[name]]
    return {"data": data, "accepted": []}


def read_nginx(task: dict[str, Any]) -> dict[str, Any]:
    """Check a configuration's directives and contexts; a `server`, `upstream` or `map` stands inside `http`."""
    import crossplane  # type: ignore[import-untyped]

    text = task["program"]
    if not re.search(r"^\s*(http|events)\b", text, flags=re.MULTILINE):
        text = "events {}\nhttp {\n" + text + "\n}\n"
    elif not re.search(r"^\s*events\b", text, flags=re.MULTILINE):
        text = "events {}\n" + text
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "nginx.conf")
        file.write_text(text)
        parsed = crossplane.parse(str(file), strict=True, single=True, catch_errors=True)
    if parsed["errors"]:
        raise Invalid(re.sub(r" in \S+:\d+$", "", str(parsed["errors"][0]["error"]))[:200])
    return {"data": nest_directives(parsed["config"][0]["parsed"]), "accepted": []}


def nest_directives(directives: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Return directives as {name: [arguments, ...]} and blocks as {"name arguments": [block, ...]}."""
    found: dict[str, list[Any]] = {}
    for one in directives:
        args = " ".join(one["args"])
        if "block" in one:
            found.setdefault(f"{one['directive']} {args}".strip(), []).append(nest_directives(one["block"]))
        else:
            found.setdefault(one["directive"], []).append(args)
    return found


def read_plain_json(task: dict[str, Any]) -> dict[str, Any]:
    """Parse JSON and no more."""
    return {"data": read_json(task["program"]), "accepted": []}


def read_plain_yaml(task: dict[str, Any]) -> dict[str, Any]:
    """Parse YAML and no more."""
    return {"data": plain(read_yaml(task["program"])), "accepted": []}


READERS = {
    "json_schema": read_json_schema, "openapi": read_openapi, "graphql": read_graphql, "compose": read_compose,
    "github_actions": read_github_actions, "kubernetes": read_kubernetes, "dockerfile": read_dockerfile,
    "nginx": read_nginx, "json": read_plain_json, "yaml": read_plain_yaml,
}  # fmt: skip


# A document that goes as far as the validator.
WARMING = {
    "kubernetes": "{apiVersion: v1, kind: Service}", "graphql": "type Query { a: Int }", "dockerfile": "FROM a",
    "openapi": "{openapi: 3.1.0, info: {title: a, version: b}, paths: {/a: {get: {responses: {'200': {description: a, "
    "content: {application/json: {schema: {type: object, properties: {a: {type: string}}}}}}}}}}}",
}  # fmt: skip


def run_task(task: dict[str, Any]) -> dict[str, Any]:
    """Return the report of one document."""
    try:
        return {"outcomes": [{"value": READERS[task["format"]](task)}]}
    except Invalid as error:
        return {"failed": str(error)}
    except RecursionError:
        return {"failed": "nested too deeply"}
    except ValueError as error:  # of `shlex`: a quote that is never closed
        return {"failed": f"not split into words: {error}"}


@functools.cache
def warm(form: str) -> None:
    """Load the validator of a format, by a document that it refuses."""
    run_task({"program": WARMING.get(form, "{}"), "format": form, "skeleton": None, "place": [], "instances": []})


def run_apart(task: dict[str, Any]) -> dict[str, Any]:
    """Run one task in a forked process, from one that has loaded its validator; it ends after its processor time."""
    warm(task["format"])
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        signal.setitimer(signal.ITIMER_PROF, task["seconds"])
        send(run_task(task), writing)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        line = pipe.readline()
    status = os.waitpid(pid, 0)[1]
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF:
        return {"failed": "timeout"}
    return json.loads(line) if line else {"failed": "ended its process early without a report"}


def send(report: dict[str, Any], descriptor: int) -> None:
    """Write one line."""
    line = json.dumps(report).encode() + b"\n"
    while line:
        line = line[os.write(descriptor, line) :]


def main() -> None:
    """Report each task as a line."""
    report_fd = os.dup(1)
    os.dup2(2, 1)
    for task in json.loads(sys.stdin.buffer.read()):
        send(run_apart(task) if task.get("apart") else run_task(task), report_fd)


if __name__ == "__main__":
    main()
