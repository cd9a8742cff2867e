"""Sandboxed: reads Kubernetes manifests, checked by the schemas of `kubernetes-validate`, and Dockerfiles."""

import functools
import json
import re
import shlex
from pathlib import Path
from typing import Any

from burnish.drivers.document_texts import Invalid, plain, read_yaml_documents


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


KUBERNETES = "1.37.0"


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
