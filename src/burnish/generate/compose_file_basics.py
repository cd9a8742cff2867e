"""The small tasks of `fs_compose_file`: one service with a command, with a file of settings, or with a mounted folder."""

import json
from random import Random
from typing import Any

from burnish.generate.checks import spec_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import draw_noun

PORTS = "3000|4000|5000|8000|8080|9000"
# Images and the commands they are started with; braces hold what is drawn.
COMMANDS = (
    ("redis:7", "redis-server --port {}", "6380|6381|6400|7000"),
    ("redis:7-alpine", "redis-server --maxmemory {}mb", "64|128|256|512"),
    ("python:3.12-slim", "python -m http.server {}", PORTS),
    ("python:3.13", "python {}.py", "main|worker|jobs|server|import"),
    ("node:22-alpine", "npm run {}", "dev|start|watch|worker|preview"),
    ("node:22", "node {}.js", "server|worker|index|app|jobs"),
    ("postgres:17", "postgres -c max_connections={}", "50|100|200|300"),
    ("minio/minio", "server /{}", "data|files|storage|export"),
    ("caddy:2", "caddy file-server --listen :{}", PORTS), ("php:8.3-cli", "php -S 0.0.0.0:{}", PORTS),
)  # fmt: skip


def service_at(name: str) -> list[Any]:
    """Return the path of a service."""
    return ["services", name]


def draw_command(rng: Random) -> dict[str, Any]:
    """Draw a service, its image and the command that it runs."""
    noun, (image, command, values) = draw_noun(rng), rng.choice(COMMANDS)
    command = command.format(pick(rng, values))
    words = command.split()
    policy = pick(rng, "always|unless-stopped|on-failure|")
    return {
        "policy": policy, "restart": f"\n    restart: {policy}" if policy else "",
        "also": f"The restart policy is `{policy}`." if policy else pick(rng, "No restart policy.|Leave out `restart`."),
        "service": f"{noun.one}-{pick(rng, 'worker|server|app|service|dev')}", "image": image, "command": command,
        "list": json.dumps(words), "items": "".join(f'\n      - "{word}"' for word in words), "first": words[0],
    }  # fmt: skip


def check_command(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the one service with its image and the words of its command."""
    at = service_at(facts["service"])
    return spec_check(
        "compose", {"at": ["services"], "length": 1}, {"at": [*at, "image"], "equals": facts["image"]},
        {"at": [*at, "command"], "equals": facts["command"].split()}, {"at": [*at, "entrypoint"], "absent": True},
        {"at": [*at, "restart"], "equals": facts["policy"]} if facts["policy"] else {"at": [*at, "restart"], "absent": True},
    )  # fmt: skip


COMMAND = Template(
    id="command",
    ask=(
        "Write a Docker Compose file with one service, `«service»`. It uses the image `«image»` and runs the command "
        "`«command»`. «also»",
        "I want to start `«command»` in a container of `«image»`. Please write the `compose.yaml` with that command "
        "and a single service called `«service»`. «also»",
        "In Docker Compose YAML, define the service `«service»`: image `«image»`, command `«command»`. «also» It "
        "needs nothing else.",
        "Container image: `«image»`. Service name: `«service»`. What it should run instead of the image's "
        "default: `«command»`. «also» Put that into a Docker Compose file.",
        "How do I override the command of `«image»` in Docker Compose? Show the whole file; the service is "
        "`«service»` and runs `«command»`. «also»",
    ),
    draw=draw_command,
    shapes=(
        Shape(name="string", code="""
            services:
              «service»:
                image: «image»
                command: «command»«restart»
            """, mutants=(("command: «command»", "entrypoint: «command»"), ("image: «image»", "build: «image»"),
                          ("command: «command»", "command: «first»"), ("services:\n", ""))),
        Shape(name="flow", code="""
            services:
              «service»:
                image: «image»
                command: «list»«restart»
            """, mutants=(("command: «list»", "command: [\"«command»\"]"), ("«service»:", "app:"),
                          ("    image: «image»\n", ""))),
        Shape(name="block", code=lambda facts: (
            f"services:\n  {facts['service']}:\n    image: \"{facts['image']}\"\n    command:{facts['items']}{facts['restart']}"
        ), mutants=(("command:", "commands:"), ("      - \"«first»\"\n", ""), ("    image: \"«image»\"\n", ""))),
    ),
    verifier=check_command,
)  # fmt: skip


def draw_settings(rng: Random) -> dict[str, Any]:
    """Draw a service that is built here and the file of its settings."""
    noun = draw_noun(rng)
    ends = "-api|-web|-app|-worker|-site|".split("|")
    service = pick(rng, "web|app|api|backend|worker") if rng.random() < 0.5 else noun.one + rng.choice(ends)
    folder = pick(rng, f"{service}|{noun.many}|services/{noun.one}|apps/{noun.one}|src/{noun.one}")
    file = pick(rng, f".env|.env.local|.env.production|.env.dev|.env.staging|{noun.one}.env|config.env|settings.env")
    return {"service": service, "folder": f"./{folder}", "file": file}


def check_settings(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the folder and the file, in each of the forms that Compose knows."""
    at, paths = service_at(facts["service"]), [facts["file"], f"./{facts['file']}"]
    files = [*paths, *({"path": path} for path in paths), *({"path": path, "required": True} for path in paths)]
    return spec_check(
        "compose", {"at": ["services"], "length": 1}, {"at": [*at, "build", "context"], "in": [facts["folder"],
        f"{facts['folder']}/"]},
        {"at": [*at, "env_file"], "in": [[file] for file in files]}, {"at": [*at, "environment"], "absent": True},
        {"at": [*at, "image"], "absent": True},
    )  # fmt: skip


SETTINGS = Template(
    id="build_with_env_file",
    ask=(
        "Write a `compose.yaml` with one service `«service»` that is built from the folder `«folder»` and takes its "
        "environment variables from the file `«file»`.",
        "The environment variables of our service `«service»` are in `«file»`, its Dockerfile is in `«folder»`. Write "
        "a Docker Compose file that builds it there and loads that env file.",
        "Docker Compose YAML, please: a single service called `«service»`, build context `«folder»`, env file "
        "`«file»`.",
        "We start `«service»` from its source in `«folder»`, and its settings stand in `«file»`, one variable "
        "a line. How does the `compose.yaml` for this one service look?",
        "Docker Compose: build `«folder»`, call the service `«service»`, read `«file»` into its environment. "
        "Show me the file.",
        "One service is all our project has: `«service»`. Write its `compose.yaml`. It is built out of "
        "`«folder»`, and no variable is written in the YAML itself, as they are all in `«file»`.",
    ),
    draw=draw_settings,
    shapes=(
        Shape(name="short", code="""
            services:
              «service»:
                build: «folder»
                env_file: «file»
            """, mutants=(("build: «folder»", "image: «folder»"), ("env_file: «file»", "environment: «file»"),
                          ("env_file:", "env:"), ("env_file: «file»", "env_file: other.env"))),
        Shape(name="lists", code="""
            services:
              «service»:
                build:
                  context: «folder»
                env_file:
                  - «file»
            """, mutants=(("context:", "dockerfile:"), ("env_file:", "environment:"),
                          ("      - «file»", "      - «folder»"))),
        Shape(name="path", code="""
            services:
              «service»:
                build: { context: «folder» }
                env_file:
                  - path: «file»
            """, mutants=(("path: «file»", "file: «file»"), ("context: «folder»", "context: ."),
                          ("\n    env_file:\n      - path: «file»", ""))),
    ),
    verifier=check_settings,
)  # fmt: skip

# Images and a folder inside them that is worth replacing.
FOLDERS = (
    ("nginx:1.27", "/usr/share/nginx/html"), ("nginx:alpine", "/etc/nginx/conf.d"),
    ("httpd:2.4", "/usr/local/apache2/htdocs"), ("caddy:2", "/srv"), ("postgres:17", "/docker-entrypoint-initdb.d"),
    ("mysql:8.4", "/docker-entrypoint-initdb.d"),
    ("php:8.3-apache", "/var/www/html"), ("node:22", "/app"), ("python:3.12-slim", "/code"),
    ("prom/prometheus", "/etc/prometheus"), ("grafana/grafana", "/etc/grafana"), ("haproxy:3.0", "/usr/local/etc/haproxy"),
    ("ruby:3.3", "/usr/src/app"), ("golang:1.23", "/src"), ("mongo:8", "/docker-entrypoint-initdb.d"),
)  # fmt: skip


def draw_mount(rng: Random) -> dict[str, Any]:
    """Draw a service, a folder of the project and where the container sees it, perhaps only to read."""
    noun, (image, path) = draw_noun(rng), rng.choice(FOLDERS)
    read_only, policy = rng.random() < 0.5, pick(rng, "always|unless-stopped|on-failure|")
    return {
        "policy": policy, "restart": f"\n    restart: {policy}" if policy else "",
        "also": f"Its restart policy is `{policy}`." if policy else "No restart policy is set.",
        "service": f"{noun.one}-{pick(rng, 'web|site|db|app|server')}", "image": image, "path": path,
        "read_only": read_only, "how": "read-only" if read_only else "read-write",
        "folder": f"./{pick(rng, f'{noun.many}|public|dist|config|html|src|data|docker/{noun.one}|files/{noun.one}')}",
        "mode": ":ro" if read_only else "", "slip": "" if read_only else ":ro",
        "flag": "true" if read_only else "false", "wrong_flag": "false" if read_only else "true",
    }  # fmt: skip


def check_mount(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the mount, in its short or its long form, and for no other."""
    at, folder, path = service_at(facts["service"]), facts["folder"], facts["path"]
    long = {"type": "bind", "source": folder, "target": path}
    short = f"{folder}:{path}"
    forms = (
        [f"{short}:ro", long | {"read_only": True}]
        if facts["read_only"]
        else [short, f"{short}:rw", long, long | {"read_only": False}]
    )
    return spec_check(
        "compose", {"at": ["services"], "length": 1}, {"at": [*at, "image"], "equals": facts["image"]},
        {"at": [*at, "volumes"], "in": [[form] for form in forms]},
        {"at": [*at, "restart"], "equals": facts["policy"]} if facts["policy"] else {"at": [*at, "restart"], "absent": True},
    )  # fmt: skip


MOUNT = Template(
    id="bind_mount",
    ask=(
        "Write a Docker Compose file with one service `«service»` from the image `«image»`. Mount the local folder "
        "`«folder»` at `«path»` in the container, «how». «also»",
        "I run `«image»` as the service `«service»` with Docker Compose. Please write the YAML that mounts the host "
        "folder `«folder»` in it as `«path»` («how»). «also»",
        "The folder `«folder»` should appear as `«path»` inside a container of `«image»`. Give me a `compose.yaml` "
        "with the service `«service»` and this «how» bind mount. «also»",
        "While developing, I want the files of `«folder»` in the container without building an image. Docker "
        "Compose, service `«service»`, image `«image»`: show that folder there as `«path»`, «how». «also»",
        "Compose file: one service, named `«service»`, which runs `«image»`; one «how» mount, of the "
        "project's folder `«folder»` on the container's `«path»`. «also»",
        "Please replace what `«image»` has in `«path»` by our own `«folder»`. It is a «how» bind mount, to be "
        "written in a `compose.yaml` whose only service is called `«service»`. «also»",
    ),
    draw=draw_mount,
    shapes=(
        Shape(name="short", code="""
            services:
              «service»:
                image: «image»«restart»
                volumes:
                  - «folder»:«path»«mode»
            """, mutants=(("«folder»:«path»«mode»", "«path»:«folder»«mode»"), ("image: «image»", "build: «image»"),
                          ("      - ", "      "),
                          ("«path»«mode»", "«path»«slip»"), ("volumes:", "mounts:"))),
        Shape(name="long", code="""
            services:
              «service»:
                image: «image»«restart»
                volumes:
                  - type: bind
                    source: «folder»
                    target: «path»
                    read_only: «flag»
            """, mutants=(("type: bind", "type: volume"), ("read_only: «flag»", "read_only: «wrong_flag»"),
                          ("        target: «path»\n", ""),
                          ("source: «folder»", "source: /"))),
        Shape(name="flow", code="""
            services:
              «service»:
                image: "«image»"«restart»
                volumes: ["«folder»:«path»«mode»"]
            """, mutants=(("volumes: ", "tmpfs: "), ("«folder»:«path»«mode»", "«folder»:/data«mode»"),
                          ("«path»«mode»", "«path»«slip»"))),
    ),
    verifier=check_mount,
)  # fmt: skip
