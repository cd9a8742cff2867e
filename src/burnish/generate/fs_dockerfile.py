"""Category `fs_dockerfile`: images of one file, of a project with cached packages, and of two stages; parsed, not built."""

import json
from random import Random
from typing import Any

from burnish.generate.checks import spec_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.dockerfile_basics import draw_extras, expect_extras, in_directory, step
from burnish.generate.drawing import in_words, pick
from burnish.generate.wording import draw_noun

DIRECTORIES = "/app|/srv|/code|/work|/usr/src/app|/opt/app|/srv/app|/home/app|/workspace|/service"
# Images that run a single file, the file's ending, and the words that start it.
RUNTIMES = (
    ("python:3.12-slim", "py", "python"), ("python:3.13", "py", "python"), ("python:3.13-alpine", "py", "python3"),
    ("node:22-alpine", "js", "node"), ("node:24-slim", "mjs", "node"), ("ruby:3.4", "rb", "ruby"),
    ("php:8.3-cli", "php", "php"), ("denoland/deno:2.1.4", "ts", "deno run"), ("oven/bun:1", "ts", "bun run"),
    ("perl:5.40", "pl", "perl"), ("bash:5", "sh", "bash"), ("eclipse-temurin:21", "java", "java"),
    ("julia:1.11", "jl", "julia"), ("r-base:4.4.2", "R", "Rscript"),
)  # fmt: skip


def draw_file(rng: Random) -> dict[str, Any]:
    """Draw an image, a file that it runs, its folder, and instructions besides."""
    image, ending, runner = rng.choice(RUNTIMES)
    noun = draw_noun(rng)
    file = f"{pick(rng, f'main|server|worker|app|{noun.one}|{noun.many}|sync_{noun.many}|import_{noun.many}')}.{ending}"
    words = [*runner.split(), file]
    return {
        "image": image, "file": file, "dir": pick(rng, DIRECTORIES), "command": " ".join(words),
        "words": words, "exec": json.dumps(words), **draw_extras(rng, most=2),
    }  # fmt: skip


def check_file(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the file where the working directory is, whichever comes first, and for the command."""
    folder, file = facts["dir"], facts["file"]
    whole = [[file, folder + end] for end in ("/", f"/{file}", "")]
    near = [[file, place] for place in (".", "./", file, f"./{file}")]
    late = {
        "at": ["stages", 0, "steps"],
        "order": [step("COPY", *whole[:2]), step("WORKDIR", [folder], [f"{folder}/"])],
    }
    return spec_check(
        "dockerfile", {"at": ["stages"], "length": 1}, {"at": ["stages", 0, "from"], "equals": facts["image"]},
        {"at": [], "any": [in_directory(folder, step("COPY", *whole, *near)), late]},
        {"at": ["stages", 0, "steps", "*"], "covers": {"do": "CMD", "args": facts["words"], "form": "exec"}},
        {"at": ["stages", 0, "steps"], "length": 3 + len(facts["steps"])}, *expect_extras(facts, stage=0),
    )  # fmt: skip


FILE = Template(
    id="run_one_file",
    ask=(
        "Write a Dockerfile based on `«image»`. With `«dir»` as its working directory, it copies `«file»` there and runs `«command»` (CMD, exec form). The image should also «extra».",
        "I want to ship `«file»` as a container image built from `«image»`. In the Dockerfile, set the working directory to `«dir»`, copy the file into it and make `«command»` the default command in exec form. It must «extra», too.",
        "Dockerfile, please: base image `«image»`, work in `«dir»`, put `«file»` into that directory. The image should «extra», and its containers start with `«command»`, written as an exec-form CMD.",
        "How does a minimal Dockerfile look that starts `«command»`? Use `«image»` and the working directory `«dir»`; only `«file»` is copied, into that directory. It has to «extra». Use the JSON form of CMD.",
    ),
    draw=draw_file,
    shapes=(
        Shape(name="relative", code="""
            FROM «image»
            WORKDIR «dir»
            COPY «file» .
            «lines»
            CMD «exec»
            """, mutants=(("COPY «file» .", "COPY «dir» ."),
                          ("WORKDIR «dir»\nCOPY «file» .", "COPY «file» .\nWORKDIR «dir»"), ("CMD «exec»", "CMD «command»"),
                          ("CMD", "RUN"))),
        Shape(name="full_path", code="""
            FROM «image»
            WORKDIR «dir»
            «lines»
            COPY «file» «dir»/«file»
            CMD «exec»
            """, mutants=(("WORKDIR «dir»\n", ""), ("CMD «exec»", "CMD [\"«command»\"]"),
                          ("COPY «file» «dir»/«file»", "COPY «file»"), ("FROM «image»", "FROM scratch"))),
        Shape(name="copy_first", code="""
            FROM «image»
            COPY «file» «dir»/
            WORKDIR «dir»
            CMD «exec»
            «lines»
            """, mutants=(("COPY «file» «dir»/", "COPY «file» /tmp/"), ("CMD", "ENTRYPOINT"),
                          ("WORKDIR «dir»", "RUN cd «dir»"), ("FROM", "IMAGE"))),
    ),
    mutants=(("\n«lines»", ""), ("«first_line»", "# «first_line»"), ("«lines»", "«spoilt»")),
    verifier=check_file,
)  # fmt: skip

# Base images, the files that list the packages, the commands that install them, and those that start the program.
PROJECTS = (
    ("python:3.12-slim|python:3.13|python:3.13-alpine", "requirements.txt",
     "pip install --no-cache-dir -r requirements.txt|pip install -r requirements.txt",
     "uvicorn main:app --host 0.0.0.0|gunicorn app:app|python -m «one»|flask run"),
    ("node:22-alpine|node:24-slim|node:22", "package.json package-lock.json", "npm ci|npm ci --omit=dev",
     "node server.js|npm start|node dist/«one».js|npm run «many»"),
    ("node:22-alpine|node:24", "package.json yarn.lock", "yarn install --frozen-lockfile|yarn install --immutable",
     "yarn start|node src/«one».js"),
    ("ruby:3.4|ruby:3.3-slim", "Gemfile Gemfile.lock", "bundle install|bundle install --jobs 4",
     "bundle exec puma|ruby «one».rb|bundle exec rackup"),
    ("oven/bun:1|oven/bun:1-alpine", "package.json bun.lock", "bun install|bun install --production",
     "bun run start|bun src/«one».ts"),
    ("golang:1.24|golang:1.24-alpine", "go.mod go.sum", "go mod download|go mod download -x", "go run .|go run ./cmd/«one»"),
    ("composer:2|composer:2.8", "composer.json composer.lock", "composer install|composer install --no-dev --no-scripts",
     "php -S 0.0.0.0:8000|php «one».php"),
    ("elixir:1.18|elixir:1.18-alpine", "mix.exs mix.lock", "mix deps.get|mix deps.get --only prod",
     "mix run --no-halt|mix «one».start"),
)  # fmt: skip


def draw_cached(rng: Random) -> dict[str, Any]:
    """Draw a project, how its packages are installed and how it starts."""
    images, files, installs, starts = rng.choice(PROJECTS)
    noun, names = draw_noun(rng), files.split()
    words = pick(rng, starts).replace("«one»", noun.one).replace("«many»", noun.many).split()
    folder = pick(rng, DIRECTORIES)
    return {
        "image": pick(rng, images), "dir": folder, "names": names, "files": " ".join(names), "shown": in_words(names),
        "separate": "\n".join(f"COPY {name} ./" for name in names), "install": pick(rng, installs), "words": words,
        "command": " ".join(words), "exec": json.dumps(words), "one": noun.one, **draw_extras(rng, most=1),
    }  # fmt: skip


def check_cached(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for each list of packages before the installation and for the project after it."""
    folder = facts["dir"]
    places = [".", "./", folder, f"{folder}/"]
    run, rest = (
        step("RUN", [facts["install"]]),
        step("COPY", *([source, place] for source in (".", "./") for place in places)),
    )
    lists = [
        {
            "at": [],
            "all": [
                {"at": ["do"], "equals": "COPY"},
                {"at": ["args"], "contains": name},
                {"at": ["args", -1], "in": places},
            ],
        }
        for name in facts["names"]
    ]
    return spec_check(
        "dockerfile", {"at": ["stages"], "length": 1}, {"at": ["stages", 0, "from"], "equals": facts["image"]},
        *(in_directory(folder, one, run, rest) for one in lists),
        {"at": ["stages", 0, "steps", "*"], "covers": {"do": "CMD", "args": facts["words"], "form": "exec"}},
        *expect_extras(facts, stage=0),
    )  # fmt: skip


CACHED = Template(
    id="cached_packages",
    ask=(
        "Write a Dockerfile for our «one» service on `«image»` with the working directory `«dir»`. Copy «shown» first and run `«install»`, so that this layer stays cached while only the code changes; then copy the whole project. It should «extra» and start `«command»` (CMD, exec form).",
        "Each change of our code installs all packages again. Give me a Dockerfile (base `«image»`, WORKDIR `«dir»`) in which «shown» are copied and `«install»` runs before the rest of the project is copied. The default command, in exec form, is `«command»`. The image must «extra», too.",
        "I'd like a Dockerfile that makes good use of the build cache. From `«image»`, in `«dir»`: only «shown» at first, then `«install»`, then everything else of the build context. Let it «extra»; its exec-form CMD is `«command»`.",
        "`«command»` should be the exec-form CMD of a new image. Its Dockerfile starts from `«image»`, works in `«dir»`, installs with `«install»` (which needs nothing but «shown») and copies the project only afterwards. Besides, the image has to «extra».",
    ),
    draw=draw_cached,
    shapes=(
        Shape(name="relative", code="""
            FROM «image»
            WORKDIR «dir»
            COPY «files» ./
            RUN «install»
            COPY . .
            «lines»
            CMD «exec»
            """, mutants=(("COPY «files» ./\nRUN «install»\nCOPY . .", "COPY . .\nRUN «install»"), ("COPY . .\n", ""),
                          ("CMD «exec»", "CMD «command»"), ("RUN «install»", "CMD «install»"))),
        Shape(name="full_path", code="""
            FROM «image»
            WORKDIR «dir»
            COPY «files» «dir»/
            RUN «install»
            COPY . «dir»/
            «lines»
            CMD «exec»
            """, mutants=(("RUN «install»\nCOPY . «dir»/", "COPY . «dir»/\nRUN «install»"),
                          ("COPY «files» «dir»/", "COPY «files» /"), ("WORKDIR «dir»\n", ""),
                          ("CMD «exec»", "ENTRYPOINT «exec»"))),
        Shape(name="one_by_one", code="""
            FROM «image»
            WORKDIR «dir»
            «separate»
            RUN «install»
            COPY . .
            CMD «exec»
            «lines»
            """, mutants=(("«separate»\nRUN «install»", "RUN «install»\n«separate»"), ("RUN «install»\n", ""),
                          ("FROM «image»", "FROM alpine"), ("CMD «exec»", "RUN «command»"))),
    ),
    mutants=(("\n«lines»", ""), ("«lines»\n", ""), ("«lines»", "«spoilt»")),
    verifier=check_cached,
)  # fmt: skip

# Images that build, the commands, what they leave behind, images that run it, where it goes, and how it starts.
BUILDS = (
    ("golang:1.24|golang:1.24-alpine", "go build -o /out/«one» .|CGO_ENABLED=0 go build -o /out/«one» ./cmd/«one»",
     "/out/«one»", "alpine:3.21|debian:12-slim|busybox:1.37", "/usr/local/bin/«one»|/bin/«one»",
     "/usr/local/bin/«one»|/bin/«one»"),
    ("rust:1.85|rust:1.85-slim", "cargo build --release|cargo build --release --locked", "«dir»/target/release/«one»",
     "debian:12-slim|debian:bookworm-slim", "/usr/local/bin/«one»|/opt/«one»", "/usr/local/bin/«one»|/opt/«one»"),
    ("node:22|node:24-alpine", "npm ci && npm run build|yarn && yarn build", "«dir»/dist|«dir»/build",
     "nginx:1.27|nginx:1.27-alpine", "/usr/share/nginx/html", ""),
    ("maven:3.9|maven:3.9-eclipse-temurin-21", "mvn -q package|mvn package -DskipTests", "«dir»/target/«one».jar",
     "eclipse-temurin:21-jre|eclipse-temurin:21-jre-alpine", "/«one».jar|/opt/«one».jar",
     "java -jar /«one».jar|java -jar /opt/«one».jar"),
    ("gradle:8|gradle:8-jdk21", "gradle bootJar|gradle build --no-daemon", "«dir»/build/libs/«one».jar",
     "eclipse-temurin:21-jre|amazoncorretto:21", "/srv/«one».jar|/app.jar", "java -jar /srv/«one».jar|java -jar /app.jar"),
    ("mcr.microsoft.com/dotnet/sdk:9.0", "dotnet publish -o /out|dotnet publish -c Release -o /out", "/out",
     "mcr.microsoft.com/dotnet/aspnet:9.0", "/srv|/app", "dotnet /srv/«one».dll|dotnet /app/«one».dll"),
)  # fmt: skip


def draw_stages(rng: Random) -> dict[str, Any]:
    """Draw what builds, what runs, and what goes from one to the other."""
    builders, commands, made, runners, places, starts = rng.choice(BUILDS)
    one, folder = draw_noun(rng).one, pick(rng, "/src|/build|/work|/project|/usr/src/app")
    pair = rng.choice(list(zip(places.split("|"), starts.split("|"), strict=True)))
    place, start = (text.replace("«one»", one) for text in pair)
    do, words = pick(rng, "CMD|ENTRYPOINT"), start.split()
    extras = draw_extras(rng, most=1 if start else 2)
    lines = extras["lines"] + (f"\n{do} {json.dumps(words)}" if start else "")
    run = f" and start `{start}` as its exec-form {do}" if start else ""
    step_of_start = [{"do": do, "args": words, "form": "exec"}] if start else []
    made = pick(rng, made).replace("«one»", one).replace("«dir»", folder)
    return {
        "builder": pick(rng, builders), "dir": folder, "stage": pick(rng, "build|builder|compile|assets|make"),
        "command": pick(rng, commands).replace("«one»", one), "one": one,
        "made": made, "is_folder": made.endswith(("/dist", "/build", "/out")), "runner": pick(rng, runners), "place": place,
        **extras, "lines": lines, "extra": extras["extra"] + run, "steps": [*extras["steps"], *step_of_start],
    }  # fmt: skip


def check_stages(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for two stages and for the one thing that the second takes, by the first's name or number."""
    folder, made, place = facts["dir"], facts["made"], facts["place"]
    context = step("COPY", *([source, to] for source in (".", "./") for to in (".", "./", folder, f"{folder}/")))
    taken = [[made, place]]
    if facts["is_folder"]:
        taken += [[made + left, place + right] for left in ("", "/", "/.") for right in ("", "/")]
    elif made.rsplit("/", 1)[-1] == place.rsplit("/", 1)[-1]:
        taken.append([made, place.rsplit("/", 1)[0] + "/"])
    whole_first = [
        step("COPY", [".", folder], [".", f"{folder}/"]),
        step("WORKDIR", [folder]),
        step("RUN", [facts["command"]]),
    ]
    return spec_check(
        "dockerfile", {"at": ["stages"], "length": 2},
        {"at": ["stages", 0], "covers": {"from": facts["builder"], "as": facts["stage"]}},
        {"at": ["stages", 1, "from"], "equals": facts["runner"]},
        {"at": [],
         "any": [in_directory(folder, context, step("RUN", [facts["command"]])),
                 {"at": ["stages", 0, "steps"], "order": whole_first}]},
        {"at": ["stages", 1, "steps", "*"],
         "any": [step("COPY", *taken, flags={"from": name}) for name in (facts["stage"], "0")]},
        *expect_extras(facts, stage=1),
    )  # fmt: skip


STAGES = Template(
    id="two_stages",
    ask=(
        "Write a Dockerfile with two stages. The first, named `«stage»`, is based on `«builder»`: in the working directory `«dir»` it copies the whole project and runs `«command»`. The second is based on `«runner»` and takes only `«made»` from the first, as `«place»`. It should «extra».",
        "Our image holds a compiler that nobody needs at run time. Please make the Dockerfile a two-stage build: `«stage»` (from `«builder»`, WORKDIR `«dir»`, all files copied, then `«command»`) and a final stage from `«runner»`, which has to «extra». `«made»` of the first becomes `«place»` in the second.",
        "I need a multi-stage Dockerfile for the «one» service. `«command»` runs in a stage called `«stage»`, which starts from `«builder»` and has the project copied to its working directory `«dir»`. What it makes, `«made»`, is copied to `«place»` in an image based on `«runner»`. That final image must «extra».",
    ),
    draw=draw_stages,
    shapes=(
        Shape(name="by_name", code="""
            FROM «builder» AS «stage»
            WORKDIR «dir»
            COPY . .
            RUN «command»

            FROM «runner»
            COPY --from=«stage» «made» «place»
            «lines»
            """, mutants=((" AS «stage»", ""), ("--from=«stage» ", ""),
                          ("COPY . .\nRUN «command»", "RUN «command»\nCOPY . ."), ("\nFROM «runner»\n", ""),
                          ("«made» «place»", "«place» «made»"))),
        Shape(name="by_number", code="""
            FROM «builder» AS «stage»
            WORKDIR «dir»
            COPY . «dir»
            RUN «command»

            FROM «runner»
            «lines»
            COPY --from=0 «made» «place»
            """, mutants=(("--from=0", "--from=1"), ("RUN «command»\n", ""), ("FROM «runner»", "FROM «builder»"),
                          ("COPY . «dir»\n", ""))),
        Shape(name="copy_first", code="""
            FROM «builder» AS «stage»
            COPY . «dir»/
            WORKDIR «dir»
            RUN «command»

            FROM «runner»
            COPY --from=«stage» «made» «place»
            «lines»
            """, mutants=(("WORKDIR «dir»\n", ""), ("--from=«stage»", "--from=«builder»"), ("COPY . «dir»/", "COPY . /"),
                          ("«made» «place»", "«made» /tmp"))),
    ),
    mutants=(("\n«lines»", ""), ("\n«first_line»", "")),
    verifier=check_stages,
)  # fmt: skip

CATEGORY = Category(name="fs_dockerfile", family="operations", templates=(FILE, CACHED, STAGES))
