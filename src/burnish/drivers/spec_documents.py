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
import sys
import tempfile
from pathlib import Path
from typing import Any


class Invalid(Exception):
    """The document isn't valid in its format."""


def read_json(text: str) -> Any:
    """Parse JSON."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise Invalid(f"not JSON: {error}") from None


def read_yaml_documents(text: str) -> list[Any]:
    """Parse YAML 1.2; `on` stays text."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return [document for document in YAML(typ="safe", pure=True).load_all(text) if document is not None]
    except YAMLError as error:
        raise Invalid(f"not YAML: {' '.join(str(error).split())}") from None


def read_yaml(text: str) -> Any:
    """Parse one YAML document; JSON is YAML too."""
    documents = read_yaml_documents(text)
    if len(documents) != 1:
        raise Invalid(f"{len(documents)} documents, not one")
    return documents[0]


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


def read_openapi(task: dict[str, Any]) -> dict[str, Any]:
    """Check an OpenAPI document, or a fragment in its skeleton."""
    from openapi_spec_validator import validate
    from openapi_spec_validator.validation.exceptions import OpenAPIValidationError
    from referencing.exceptions import Unresolvable

    data = plain(read_yaml(task["program"]))
    if task["skeleton"] is not None:
        data = place_in(task["skeleton"], task["place"], data)
    if not isinstance(data, dict):
        raise Invalid("not a mapping")
    try:
        validate(data)
    except (OpenAPIValidationError, Unresolvable) as error:
        raise Invalid(f"not OpenAPI: {error}"[:200]) from None
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


def read_kubernetes(task: dict[str, Any]) -> dict[str, Any]:
    """Check manifests; the data is a mapping `Kind/name` to manifest."""
    from jsonschema.exceptions import best_match

    found = {}
    for manifest in read_yaml_documents(task["program"]):
        manifest = plain(manifest)
        if not isinstance(manifest, dict):
            raise Invalid("not a manifest: not a mapping")
        for key in ("apiVersion", "kind"):
            if not isinstance(manifest.get(key), str):
                raise Invalid(f"not a manifest: {key} is missing")
        validator = kubernetes_validator(manifest["kind"], manifest["apiVersion"])
        error = best_match(validator.iter_errors(manifest))
        if error is not None:
            raise Invalid(f"not a manifest: {error.message}"[:200])
        found[f"{manifest['kind']}/{(manifest.get('metadata') or {}).get('name', '')}"] = manifest
    if not found:
        raise Invalid("no manifest")
    return {"data": found, "accepted": []}


KUBERNETES = "1.37"


@functools.cache
def kubernetes_validator(kind: str, api_version: str) -> Any:
    """Return the strict validator of a kind, as `kubernetes_validate` builds it for every manifest anew in a second."""
    from jsonschema import Draft202012Validator

    group = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api_version)
    if not re.fullmatch(r"\w+", kind) or not re.fullmatch(r"[\w-]+", group):
        raise Invalid(f"not a manifest: no schema for kind {kind} of {api_version}"[:200])
    file = kubernetes_schemas() / f"{kind.lower()}-{group}.json"
    if not file.is_file():
        raise Invalid(f"not a manifest: no schema for kind {kind} of {api_version}"[:200])
    schema, registry = json.loads(file.read_text()), kubernetes_definitions()
    return Draft202012Validator(schema, registry=registry)


@functools.cache
def kubernetes_definitions() -> Any:
    """Return the types that the schemas of all kinds refer to."""
    from referencing import Registry, Resource

    found: Any = Resource.from_contents(json.loads((kubernetes_schemas() / "_definitions.json").read_text()))
    return (found @ Registry()).crawl()


@functools.cache
def kubernetes_schemas() -> Path:
    """Return the folder of the strict schemas."""
    import kubernetes_validate  # type: ignore[import-untyped]

    folder = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
    return folder / f"v{KUBERNETES}-local-strict"


INSTRUCTIONS = """ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL
USER VOLUME WORKDIR""".split()


def read_dockerfile(task: dict[str, Any]) -> dict[str, Any]:
    """Parse a Dockerfile: {"stages": [{"from", "as", "steps": [{"do", "args", "flags"}]}], "args": [...]}."""
    stages: list[dict[str, Any]] = []
    arguments: list[str] = []
    for line in join_lines(task["program"]):
        word, _, rest = line.partition(" ")
        name, rest = word.upper(), rest.strip()
        if name not in INSTRUCTIONS:
            raise Invalid(f"unknown instruction {word!r}")
        if not rest:
            raise Invalid(f"{name} has no argument")
        if name == "FROM":
            stages.append(read_stage(rest, [stage["as"] for stage in stages]))
        elif not stages:
            if name != "ARG":
                raise Invalid(f"{name} stands before FROM")
            arguments.append(rest)
        else:
            step = read_step(name, rest)
            several = name in ("ENV", "LABEL", "EXPOSE")  # one step for each pair or port
            stages[-1]["steps"] += [step | {"args": [arg]} for arg in step["args"]] if several else [step]
    if not stages:
        raise Invalid("no FROM")
    return {"data": {"stages": stages, "args": arguments}, "accepted": []}


def join_lines(text: str) -> list[str]:
    """Return the instructions of a Dockerfile, one a line, without comments."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#") and line.strip()]
    joined = re.sub(r"\\[ \t]*\n", " ", "\n".join(line.rstrip() for line in lines))
    return [" ".join(line.split()) for line in joined.splitlines()]


def read_stage(rest: str, earlier: list[Any]) -> dict[str, Any]:
    """Parse what follows FROM."""
    words = [word for word in rest.split() if not word.startswith("--platform=")]
    if len(words) not in (1, 3) or (len(words) == 3 and words[1].lower() != "as"):
        raise Invalid(f"FROM {rest} isn't `image` or `image AS name`")
    return {"from": words[0], "as": words[2] if len(words) == 3 else None, "earlier": earlier, "steps": []}


def read_step(name: str, rest: str) -> dict[str, Any]:
    """Parse one instruction: flags, then the exec form as a list, else words."""
    flags = {}
    while found := re.match(r"--([\w-]+)(?:=(\S+))?\s+", rest):
        flags[found[1]] = found[2] or ""
        rest = rest[found.end() :]
    form = "shell"
    if rest.startswith("["):
        try:
            args = json.loads(rest)
        except ValueError:
            raise Invalid(f"{name} {rest} isn't a JSON list: use double quotes") from None
        form = "exec"
    elif name == "HEALTHCHECK" and rest.upper() != "NONE":
        word, _, others = rest.partition(" ")
        inner = read_step(word.upper(), others.strip())
        args, form = inner["args"], inner["form"]
    elif name in ("ENV", "LABEL", "ARG"):  # `ENV NAME value` is `ENV NAME="value"`
        args = shlex.split(rest) if "=" in rest.split()[0] else ["=".join(rest.split(None, 1))]
    elif name == "EXPOSE":
        args = rest.replace("/tcp", "").split()
    else:
        args = rest.split() if name in ("COPY", "ADD", "VOLUME", "WORKDIR", "USER") else [rest]
    if name in ("COPY", "ADD") and len(args) < 2:
        raise Invalid(f"{name} needs a source and a destination")
    return {"do": name, "args": args, "flags": flags, "form": form}


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
WARMING = {"kubernetes": "{apiVersion: v1, kind: Service}", "graphql": "type Query { a: Int }", "dockerfile": "FROM a"}


def plain(value: Any) -> Any:
    """Return `value` as JSON types; dates and other YAML scalars as text."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


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
    """Run one task in a forked process, from one that has loaded its validator."""
    warm(task["format"])
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        send(run_task(task), writing)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        line = pipe.readline()
    os.waitpid(pid, 0)
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
