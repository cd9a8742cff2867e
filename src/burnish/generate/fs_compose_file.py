"""Category `fs_compose_file`: small Docker Compose files, judged by the Compose schema and by what they say."""

from random import Random
from typing import Any

from burnish.generate.checks import spec_check
from burnish.generate.compose_file_basics import COMMAND, MOUNT, SETTINGS
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick, pick_some
from burnish.generate.wording import draw_noun, draw_nouns

WEB_IMAGES = "nginx:1.27|httpd:2.4|caddy:2|node:22-alpine|python:3.12-slim|ghost:5|grafana/grafana:11.1.0|traefik:v3.1|php:8.3-apache|rails:7"
WEB_NAMES = "web|app|api|site|frontend|portal|shop|gateway|dashboard|admin"
STORES = (
    ("postgres:16", "db", "/var/lib/postgresql/data", "POSTGRES_PASSWORD"),
    ("postgres:17-alpine", "postgres", "/var/lib/postgresql/data", "POSTGRES_PASSWORD"),
    ("mysql:8.4", "mysql", "/var/lib/mysql", "MYSQL_ROOT_PASSWORD"),
    ("mariadb:11", "database", "/var/lib/mysql", "MARIADB_ROOT_PASSWORD"),
    ("mongo:7", "mongo", "/data/db", "MONGO_INITDB_ROOT_PASSWORD"),
    ("mongo:8", "documents", "/data/db", "MONGO_INITDB_ROOT_PASSWORD"),
    ("postgres:15", "records", "/var/lib/postgresql/data", "POSTGRES_PASSWORD"),
    ("mysql:9.1", "sql", "/var/lib/mysql", "MYSQL_ROOT_PASSWORD"),
    ("mariadb:10.11", "mariadb", "/var/lib/mysql", "MARIADB_ROOT_PASSWORD"),
)
SECRETS = "secret|s3cret|change-me|dev-only|letmein|example"


def draw_web(rng: Random) -> dict[str, Any]:
    """Draw a service with a published port and one setting."""
    inner = rng.choice((80, 3000, 4000, 5000, 8000, 9000))
    variable, value = rng.choice((("LOG_LEVEL", "debug"), ("LOG_LEVEL", "warning"), ("APP_ENV", "production"), ("APP_ENV", "staging"), ("NODE_ENV", "production"), ("TZ", "UTC"), ("REGION", "eu-west"), ("THEME", "dark"), ("CACHE_URL", "redis://cache:6379")))  # fmt: skip
    return {"service": pick(rng, WEB_NAMES), "image": pick(rng, WEB_IMAGES), "inner": inner, "outer": rng.choice((8080, 8081, 8443, 9090, 5001, 3001, 7000, 8888)), "var": variable, "value": value}  # fmt: skip


def check_web(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the one service with its image, port and variable."""
    at = ["services", facts["service"]]
    return spec_check(
        "compose", {"at": ["services"], "length": 1}, {"at": [*at, "image"], "equals": facts["image"]},
        {"at": [*at, "ports"], "equals": [f"{facts['outer']}:{facts['inner']}"]}, {"at": [*at, "environment"], "equals": {facts["var"]: facts["value"]}},
    )  # fmt: skip


WEB = Template(
    id="one_service",
    ask=(
        "Write a Docker Compose file with one service called `«service»`. It uses the image `«image»`, publishes the container's port «inner» on port «outer» of the host, and sets the environment variable `«var»` to `«value»`.",
        "I need a `compose.yaml`: a single service `«service»` from `«image»`, reachable on the host at port «outer» (inside the container it listens on «inner»), with `«var»=«value»` in its environment.",
        "Please give me Docker Compose YAML that runs `«image»` as the service `«service»`, with host port «outer» mapped to container port «inner» and the variable «var» set to «value». Nothing else.",
    ),
    draw=draw_web,
    shapes=(
        Shape(name="mapping", code="""
            services:
              «service»:
                image: «image»
                ports:
                  - "«outer»:«inner»"
                environment:
                  «var»: «value»
            """, mutants=(("«outer»:«inner»", "«inner»:«outer»"), ("image: «image»", "build: ."), ("«var»: «value»", "«var»: other"), ("services:", "service:"), ("    ports:\n      - ", "    expose:\n      - "))),
        Shape(name="list", code="""
            services:
              «service»:
                image: "«image»"
                environment:
                  - «var»=«value»
                ports: ["«outer»:«inner»"]
            """, mutants=(("\"«outer»:«inner»\"", "\"«inner»\""), ("«var»=«value»", "«value»=«var»"), ("  «service»:\n", "  other:\n"), ("environment:", "env:"))),
        Shape(name="long_port", code="""
            services:
              «service»:
                image: «image»
                environment:
                  «var»: "«value»"
                ports:
                  - target: «inner»
                    published: "«outer»"
            """, mutants=(("target: «inner»", "target: «outer»"), ("\"«outer»\"", "\"«inner»\""), ("\"«value»\"", "\"\""), ("image: «image»", "container_name: «image»"))),
    ),
    verifier=check_web,
)  # fmt: skip


def draw_depends(rng: Random) -> dict[str, Any]:
    """Draw an application that is built here and the database it waits for."""
    image, store, _, variable = rng.choice(STORES)
    noun, port = draw_noun(rng), rng.choice((3000, 4000, 5000, 8000, 8080, 7000, 9000))
    outer = rng.choice((port, port + 1, port + 80, 80, 8888))
    return {"app": pick(rng, f"{WEB_NAMES}|{noun.one}-api|{noun.one}-web|{noun.many}"), "folder": pick(rng, f".|./app|./server|./backend|./src|./{noun.one}|./apps/{noun.one}"), "port": port, "outer": outer, "image": image,
            "store": pick(rng, f"{store}|{store}|{noun.one}-{store}|{noun.one}-storage"), "var": variable, "value": pick(rng, SECRETS)}  # fmt: skip


def check_depends(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for both services and for the order."""
    app, store = ["services", facts["app"]], ["services", facts["store"]]
    folder = facts["folder"]
    return spec_check(
        "compose", {"at": ["services"], "length": 2}, {"at": [*app, "build", "context"], "in": [folder, folder.removeprefix("./") or ".", f"{folder}/"]},
        {"at": [*app, "ports"], "equals": [f"{facts['outer']}:{facts['port']}"]}, {"at": [*app, "depends_on", facts["store"]], "present": True},
        {"at": [*store, "image"], "equals": facts["image"]}, {"at": [*store, "environment"], "equals": {facts["var"]: facts["value"]}}, {"at": [*store, "depends_on"], "absent": True},
    )  # fmt: skip


DEPENDS = Template(
    id="depends_on",
    ask=(
        "Write a Docker Compose file with two services. `«app»` is built from the folder `«folder»`, publishes its port «port» on the host's port «outer» and starts after `«store»`. `«store»` uses the image `«image»` with the environment variable `«var»` set to `«value»`.",
        "I need a `compose.yaml` for development: `«store»` runs `«image»` with `«var»=«value»`; `«app»` is built from `«folder»`, maps host port «outer» to its own port «port», and depends on `«store»`.",
        "Please write Compose YAML. The service `«app»` has the build context `«folder»`, publishes container port «port» as host port «outer», and must be started once `«store»` has started. The other service, `«store»`, is the image `«image»`; it needs «var» = «value».",
        "Two services in one Compose file. The database is called `«store»` and comes from `«image»`; its only setting is `«var»`, with the value `«value»`. The application is called `«app»`; Docker builds it in `«folder»`, starts it after the database, and makes its port «port» available as port «outer» of the host.",
        "Please set up `«app»` for our developers with Docker Compose. Build context: `«folder»`. Port «port» inside is «outer» outside. It depends on `«store»`, which is the other service: image `«image»`, environment `«var»=«value»`.",
    ),
    draw=draw_depends,
    shapes=(
        Shape(name="short", code="""
            services:
              «app»:
                build: «folder»
                ports:
                  - "«outer»:«port»"
                depends_on:
                  - «store»
              «store»:
                image: «image»
                environment:
                  «var»: «value»
            """, mutants=(("    depends_on:\n      - «store»\n", ""), ("build: «folder»", "image: «folder»"), ("«outer»:«port»", "«port»"), ("«var»: «value»", "«var»: password"), ("      - «store»", "      - «app»"))),
        Shape(name="long", code="""
            services:
              «store»:
                image: «image»
                environment:
                  - «var»=«value»
              «app»:
                build:
                  context: «folder»
                depends_on:
                  «store»:
                    condition: service_started
                ports:
                  - "«outer»:«port»"
            """, mutants=(("condition: service_started", "condition: started"), ("context: «folder»", "target: «folder»"), ("«var»=«value»", "«var»"), ("image: «image»", "image: «store»"), ("depends_on:", "links:"))),
        Shape(name="flow", code="""
            services:
              «app»:
                build: { context: «folder» }
                ports: ["«outer»:«port»"]
                depends_on: [«store»]
              «store»:
                image: «image»
                environment: { «var»: «value» }
            """, mutants=(("depends_on: [«store»]", "depends_on: []"), ("ports: ", "expose: "), ("{ «var»: «value» }", "{}"), ("context: «folder»", "context: ./other"))),
    ),
    verifier=check_depends,
)  # fmt: skip


def draw_volume(rng: Random) -> dict[str, Any]:
    """Draw a database whose data outlives its container."""
    image, store, path, variable = rng.choice(STORES)
    (noun, owner), value = draw_nouns(rng, 2), pick(rng, SECRETS)
    store = pick(
        rng,
        f"{store}|{owner.one}-{store}|{owner.many}-{store}|{owner.one}-db|{owner.many}|{owner.one}-storage|{owner.one}-backend",
    )
    return {"image": image, "store": store, "path": path, "var": variable, "value": value, "volume": f"{noun.one}{pick(rng, '-data|-store|-files|-db|_data|_volume|s|-disk|-state')}", "restart": pick(rng, "always|unless-stopped|on-failure"),
            "sets": (sets := rng.random() < 0.5), "also": f"Its environment has `{variable}` set to `{value}`." if sets else "It has no environment variables.", "env": f"\n    environment:\n      {variable}: {value}" if sets else ""}  # fmt: skip


def check_volume(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the volume in both places and for the restart policy."""
    at = ["services", facts["store"]]
    long = {"type": "volume", "source": facts["volume"], "target": facts["path"]}
    return spec_check(
        "compose", {"at": ["services"], "length": 1}, {"at": [*at, "image"], "equals": facts["image"]}, {"at": [*at, "restart"], "equals": facts["restart"]},
        {"at": [*at, "volumes", "*"], "in": [f"{facts['volume']}:{facts['path']}", f"{facts['volume']}:{facts['path']}:rw", long]},
        {"at": [*at, "environment"], "equals": {facts["var"]: facts["value"]}} if facts["sets"] else {"at": [*at, "environment"], "absent": True},
        {"at": ["volumes", facts["volume"]], "in": [None, {}, {"driver": "local"}]},
    )  # fmt: skip


VOLUME = Template(
    id="named_volume",
    ask=(
        "Write a Docker Compose file with one service `«store»` from the image `«image»`. Mount the named volume `«volume»` at `«path»`, declare that volume at the top level, and set the restart policy `«restart»`. «also»",
        "My data is lost whenever the container is removed. Please write a `compose.yaml` where the service `«store»` (image `«image»`) keeps `«path»` in a named volume `«volume»`, which the file declares too, and has `restart: «restart»`. «also»",
        "I'd like Compose YAML that runs `«image»` as the service `«store»`: a named volume called `«volume»` is declared and mounted on `«path»`, the restart policy is «restart». «also»",
        "Compose file, please: `«store»` is the only service, its image is `«image»`, its restart policy «restart». «also» What it writes to `«path»` belongs in the volume `«volume»`, which has to be declared as well.",
        "How do I keep the files of `«image»` across updates? Show me a Compose file: service name `«store»`, a top-level volume `«volume»`, mounted into the container at `«path»`; Docker should follow the restart policy `«restart»`. «also»",
        "Set up persistence with Docker Compose. Volumes: `«volume»`, nothing special. Services: `«store»`, from `«image»`, restarting `«restart»`, with that volume on `«path»`. «also» One YAML file.",
    ),
    draw=draw_volume,
    shapes=(
        Shape(name="short", code="""
            services:
              «store»:
                image: «image»
                restart: «restart»«env»
                volumes:
                  - «volume»:«path»

            volumes:
              «volume»:
            """, mutants=(("\nvolumes:\n  «volume»:", ""), ("«volume»:«path»", "./«volume»:«path»"), ("«volume»:«path»", "«path»:«volume»"), ("    restart: «restart»", "    restart_policy: «restart»"), ("image: «image»", "image: «store»"))),
        Shape(name="long", code="""
            services:
              «store»:
                image: «image»
                volumes:
                  - type: volume
                    source: «volume»
                    target: «path»
                restart: «restart»«env»

            volumes:
              «volume»: {}
            """, mutants=(("type: volume", "type: bind"), ("target: «path»", "target: /data/other"), ("restart: «restart»", "restart: \"no\""), ("  «volume»: {}", "  other: {}"), ("source: «volume»", "source: data"))),
        Shape(name="volumes_first", code="""
            volumes:
              «volume»:
                driver: local

            services:
              «store»:
                image: "«image»"
                restart: «restart»«env»
                volumes: ["«volume»:«path»"]
            """, mutants=(("  «volume»:\n    driver: local\n", "  - «volume»\n"), ("\"«volume»:«path»\"", "\"«path»\""), ("restart: «restart»", "restart_policy: «restart»"), ("services:\n", "")),),
    ),
    verifier=check_volume,
)  # fmt: skip


def draw_health(rng: Random) -> dict[str, Any]:
    """Draw a service with a health check and another that waits for it."""
    image, store, command = rng.choice((
        ("postgres:16", "db", "pg_isready -U app"), ("postgres:17", "postgres", "pg_isready"), ("redis:7", "cache", "redis-cli ping"), ("redis:7-alpine", "redis", "redis-cli ping"),
        ("mysql:8.4", "mysql", "mysqladmin ping"), ("rabbitmq:4", "queue", "rabbitmq-diagnostics ping"), ("nginx:1.27", "proxy", "curl -f http://localhost"), ("mariadb:11", "database", "healthcheck.sh --connect"),
    ))  # fmt: skip
    return {"image": image, "store": store, "command": command, "words": ", ".join(f'"{word}"' for word in command.split()), "interval": rng.choice((5, 10, 15, 20, 30)), "retries": rng.choice((3, 4, 5, 6, 10)),
            "app": pick(rng, f"web|app|api|worker|backend|jobs|{(noun := draw_noun(rng)).one}-api|{noun.one}-jobs|{noun.many}"), "own": f"{noun.one}-app:{pick(rng, 'latest|1.0|2.3|dev')}"}  # fmt: skip


def check_health(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the check, in either form, and for the condition."""
    app, health = ["services", facts["app"]], ["services", facts["store"], "healthcheck"]
    return spec_check(
        "compose", {"at": ["services"], "length": 2}, {"at": ["services", facts["store"], "image"], "equals": facts["image"]}, {"at": [*app, "image"], "equals": facts["own"]},
        {"at": [*health, "test"], "in": [["CMD-SHELL", facts["command"]], ["CMD", *facts["command"].split()]]},
        {"at": [*health, "interval"], "equals": f"{facts['interval']}s"}, {"at": [*health, "retries"], "equals": facts["retries"]},
        {"at": [*app, "depends_on", facts["store"], "condition"], "equals": "service_healthy"},
    )  # fmt: skip


HEALTH = Template(
    id="healthcheck",
    ask=(
        "Write a Docker Compose file with the services `«store»` (image `«image»`) and `«app»` (image `«own»`). `«store»` has a health check that runs `«command»` every «interval» seconds with «retries» retries, and `«app»` starts only when `«store»` is healthy.",
        "Our `«app»` starts before `«store»` is ready. Please write a `compose.yaml` where `«store»` (image `«image»`) is checked with `«command»` (interval «interval»s, retries «retries»), and `«app»` (image `«own»`) depends on it with the condition that it is healthy.",
        "I need Compose YAML for two services. One is `«app»` from `«own»`; it waits until the other, `«store»` from `«image»`, is healthy. The healthcheck of `«store»`: test `«command»`, interval «interval»s, «retries» retries.",
        "Docker Compose should hold `«app»` (from `«own»`) back until `«command»` succeeds in `«store»` (from `«image»`). Write the YAML: a healthcheck with this command, «interval» seconds between tries and «retries» retries, and a dependency on the healthy service.",
    ),
    draw=draw_health,
    shapes=(
        Shape(name="shell", code="""
            services:
              «store»:
                image: «image»
                healthcheck:
                  test: ["CMD-SHELL", "«command»"]
                  interval: «interval»s
                  retries: «retries»
              «app»:
                image: «own»
                depends_on:
                  «store»:
                    condition: service_healthy
            """, mutants=(("service_healthy", "service_started"), ("retries: «retries»", "retries: 1"), ("interval: «interval»s", "interval: «interval»"), ("[\"CMD-SHELL\", \"«command»\"]", "[\"«command»\"]"),
                          ("      «store»:\n        condition: service_healthy", "      - «store»"))),
        Shape(name="exec", code="""
            services:
              «app»:
                image: «own»
                depends_on:
                  «store»:
                    condition: service_healthy
              «store»:
                image: «image»
                healthcheck:
                  test: ["CMD", «words»]
                  interval: «interval»s
                  retries: «retries»
            """, mutants=(("service_healthy", "healthy"), ("\"CMD\", ", ""), ("interval:", "timeout:"), ("    healthcheck:", "    health:"), ("image: «own»", "image: «image»"))),
        Shape(name="string", code="""
            services:
              «store»:
                image: «image»
                healthcheck:
                  test: «command»
                  interval: «interval»s
                  retries: «retries»
              «app»:
                image: «own»
                depends_on: { «store»: { condition: service_healthy } }
            """, mutants=(("{ «store»: { condition: service_healthy } }", "[«store»]"), ("test: «command»", "test: exit 0"), ("«interval»s", "«interval»m"), ("      retries: «retries»\n", ""))),
    ),
    verifier=check_health,
)  # fmt: skip


def draw_networks(rng: Random) -> dict[str, Any]:
    """Draw a front service, a store behind it and two networks, the second without a way out."""
    front, back = (
        pick_some(rng, "frontend|public|edge|outside|front", 1)[0],
        pick(rng, "backend|private|inside|data|back"),
    )
    image, store, _, _ = rng.choice((*STORES, ("redis:7", "cache", "", ""), ("memcached:1.6", "memory", "", "")))
    noun = draw_noun(rng).one
    return {"front": front, "back": back, "web": pick(rng, f"web|app|api|proxy|gateway|site|{noun}-web|{noun}-api|{noun}"), "own": pick(rng, WEB_IMAGES), "image": image, "store": store}  # fmt: skip


def check_networks(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask which service is in which network; lists in either order."""
    front, back, web, store = (facts[name] for name in ("front", "back", "web", "store"))
    return spec_check(
        "compose", {"at": ["services"], "length": 2}, {"at": ["services", web, "image"], "equals": facts["own"]}, {"at": ["services", store, "image"], "equals": facts["image"]},
        {"at": ["services", web, "networks"], "in": [[front, back], [back, front]]}, {"at": ["services", store, "networks"], "equals": [back]},
        {"at": ["networks"], "length": 2}, {"at": ["networks", back, "internal"], "equals": True}, {"at": ["networks", front], "in": [None, {}, {"driver": "bridge"}, {"internal": False}]},
    )  # fmt: skip


NETWORKS = Template(
    id="two_networks",
    ask=(
        "Write a Docker Compose file with two networks, `«front»` and `«back»`; `«back»` is internal. The service `«web»` (image `«own»`) is in both networks, the service `«store»` (image `«image»`) only in `«back»`.",
        "`«store»` mustn't be reachable from outside. Please write a `compose.yaml`: `«web»` runs `«own»` and joins the networks `«front»` and `«back»`, `«store»` runs `«image»` and joins `«back»` alone. Declare both networks and make `«back»` an internal one.",
        "I need Compose YAML with the services `«web»` from `«own»` and `«store»` from `«image»`. Two networks are declared: `«front»`, a plain one, and `«back»`, with `internal: true`. `«web»` belongs to both, `«store»` just to `«back»`.",
        "Separate our services in Compose: `«front»` is an ordinary network, `«back»` an internal one without a way out. Put `«web»`, which is `«own»`, into both; put `«store»`, which is `«image»`, into `«back»` and no other.",
    ),
    draw=draw_networks,
    shapes=(
        Shape(name="lists", code="""
            services:
              «web»:
                image: «own»
                networks:
                  - «front»
                  - «back»
              «store»:
                image: «image»
                networks:
                  - «back»

            networks:
              «front»:
              «back»:
                internal: true
            """, mutants=(("internal: true", "internal: false"), ("      - «front»\n", ""), ("  «front»:\n", ""), ("    image: «image»\n    networks:\n      - «back»\n", "    image: «image»\n"), ("internal: true", "external: true"))),
        Shape(name="flow", code="""
            services:
              «web»:
                image: «own»
                networks: [«front», «back»]
              «store»:
                image: «image»
                networks: [«back»]

            networks:
              «front»: {}
              «back»: { internal: true }
            """, mutants=(("networks: [«back»]", "networks: [«front», «back»]"), ("{ internal: true }", "{}"), ("[«front», «back»]", "[«front»]"), ("  «front»: {}\n", "  «front»: { internal: true }\n"), ("networks: [«back»]", "network: «back»"))),
        Shape(name="networks_first", code="""
            networks:
              «front»:
                driver: bridge
              «back»:
                internal: true

            services:
              «store»:
                image: «image»
                networks: [«back»]
              «web»:
                image: «own»
                networks:
                  «front»:
                  «back»:
            """, mutants=(("networks: [«back»]", "networks: [«front»]"), ("    internal: true\n", "    driver: bridge\n"), ("      «front»:\n      «back»:", "      «back»:"), ("image: «own»", "image: «image»"))),
    ),
    verifier=check_networks,
)  # fmt: skip

CATEGORY = Category(
    name="fs_compose_file",
    family="operations",
    templates=(WEB, DEPENDS, VOLUME, HEALTH, NETWORKS, COMMAND, SETTINGS, MOUNT),
)
