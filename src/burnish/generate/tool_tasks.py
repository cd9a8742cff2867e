"""Questions about a world with the calls that answer them and the answer itself: what the sandboxed tools are asked.

An answer is written from the world's facts, never from a result; `expected` are the texts that the results must hold, so a
tool that says something else is found. A task without calls asks for what no tool here does.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import NamedTuple

from burnish.calls import Call
from burnish.generate.tool_core import join
from burnish.generate.tool_worlds import STATES, World


class Task(NamedTuple):
    """One question: `turns` are the rounds of calls, `expected` the texts that must stand in the results of each."""

    question: str
    turns: Sequence[Sequence[Call]]
    expected: Sequence[Sequence[str]]
    answer: str


Make = Callable[..., Task]


def _read(path: str) -> Call:
    return Call("read_file", {"path": path})


def _query(sql: str) -> Call:
    return Call("run_query", {"sql": sql})


def _get(port: int, page: str) -> Call:
    return Call("http_get", {"url": f"http://127.0.0.1:{port}{page}"})


def read_setting(world: World, *, random: Random) -> Task:
    """One value of a settings file."""
    key = random.choice(sorted(world.settings))
    words, value = key.replace("_", " "), world.settings[key]
    question = random.choice((f"What is {key} set to in config/settings.toml?",
                              f"Look into config/settings.toml: which value has {key}?"))  # fmt: skip
    return Task(question, [[_read("config/settings.toml")]], [[f"{key} = {value}"]], f"The {words} setting is {value}.")


def find_definition(world: World, *, random: Random) -> Task:
    """Where a function is defined."""
    name, file = world.function[0], f"src/{world.module}.py"
    question = random.choice((f"Which file defines {name}?", f"Where is the function {name} defined?"))
    return Task(
        question,
        [[Call("search_files", {"text": f"def {name}"})]],
        [[f"{file}:6:"]],
        f"{name} is defined in {file}, line 6.",
    )


def list_files(world: World, *, random: Random) -> Task:
    """Which files there are of one kind."""
    ending, word = random.choice(((".py", "Python"), (".md", "Markdown"), (".toml", "TOML")))
    found = sorted(name for name in world.files if name.endswith(ending))
    question = f"Which {word} files does the project have?"
    return Task(question, [[Call("list_paths", {"pattern": f"*{ending}"})]], [["\n".join(found)]],
                f"There {'is one' if len(found) == 1 else f'are {len(found)}'}: {join(found)}.")  # fmt: skip


def compare_versions(world: World, *, random: Random) -> Task:
    """Two files read at once."""
    same = world.version == world.released
    answer = (f"Yes, both say {world.version}." if same else
              f"No: VERSION says {world.version}, CHANGELOG.md says {world.released}.")  # fmt: skip
    return Task("Do VERSION and CHANGELOG.md name the same version?", [[_read("VERSION"), _read("CHANGELOG.md")]],
                [[world.version, f"## {world.released}"]], answer)  # fmt: skip


def find_and_read(world: World, *, random: Random) -> Task:
    """A search, then the file that it found."""
    name, body = world.function[:2]
    file = f"src/{world.module}.py"
    return Task(f"What does {name} return? I don't know in which file it is.",
                [[Call("search_files", {"text": f"def {name}"})], [_read(file)]], [[f"{file}:6:"], [f"return {body}"]],
                f"It is in {file} and returns `{body}`.")  # fmt: skip


def read_absent(world: World, *, random: Random) -> Task:
    """A file that isn't there."""
    path = random.choice(("docs/setup.md", "config/prod.toml", "src/main.py", "Dockerfile"))
    return Task(f"What does {path} say?", [[_read(path)]], [["no such file"]], f"There is no {path} in this project.")


def count_orders(world: World, *, random: Random) -> Task:
    """One number by SQL."""
    state = random.choice(STATES)
    count = sum(order.state == state for order in world.orders)
    question = random.choice((f"How many orders are {state}?", f"Count the {state} orders."))
    return Task(question, [[_query(f"SELECT count(*) FROM orders WHERE state = '{state}'")]], [[f"[[{count}]]"]],
                f"{count} order{' is' if count == 1 else 's are'} {state}.")  # fmt: skip


def sum_orders(world: World, *, random: Random) -> Task:
    """A sum over one customer."""
    customer = random.choice(sorted({order.customer for order in world.orders}))
    total = sum(order.total for order in world.orders if order.customer == customer)
    return Task(f"What is the total of all orders of {customer}?",
                [[_query(f"SELECT sum(total) FROM orders WHERE customer = '{customer}'")]], [[f"[[{total}]]"]],
                f"The orders of {customer} come to {total}.")  # fmt: skip


def largest_order(world: World, *, random: Random) -> Task:
    """The first row of an order."""
    best = max(world.orders, key=lambda order: (order.total, -order.number))
    return Task("Which order has the highest total?",
                [[_query("SELECT number, total FROM orders ORDER BY total DESC, number LIMIT 1")]],
                [[f"[[{best.number}, {best.total}]]"]], f"Order {best.number}, with a total of {best.total}.")  # fmt: skip


def look_up_order(world: World, *, random: Random) -> Task:
    """One row by its key, which may be missing."""
    number = random.choice([random.choice(world.orders).number] * 2 + [random.randint(2000, 2100)])
    found = next((order for order in world.orders if order.number == number), None)
    answer = f"Order {number} is {found.state}." if found else f"There is no order {number}."
    return Task(f"What is the state of order {number}?", [[_query(f"SELECT state FROM orders WHERE number = {number}")]],
                [[f'[["{found.state}"]]' if found else '"rows": []']], answer)  # fmt: skip


def compare_states(world: World, *, random: Random) -> Task:
    """Two queries at once."""
    one, two = random.sample(STATES, 2)
    counts = [sum(order.state == state for order in world.orders) for state in (one, two)]
    than = "more" if counts[0] > counts[1] else "fewer" if counts[0] < counts[1] else "as many"
    link = "as" if than == "as many" else "than"
    calls = [_query(f"SELECT count(*) FROM orders WHERE state = '{state}'") for state in (one, two)]
    return Task(f"Are there more {one} or more {two} orders?", [calls], [[f"[[{count}]]" for count in counts]],
                f"There are {than} {one} orders ({counts[0]}) {link} {two} ones ({counts[1]}).")  # fmt: skip


def check_health(world: World, *, random: Random) -> Task:
    """One page of a service."""
    port = random.choice(sorted(world.pages))
    status, jobs = world.pages[port]["/health"]["status"], world.pages[port]["/health"]["jobs"]
    question = random.choice((f"Is the service on port {port} healthy?", f"Check /health of 127.0.0.1:{port}."))
    return Task(question, [[_get(port, "/health")]], [[f'"status": "{status}"']],
                f"The service on port {port} reports {status}, with {jobs} jobs waiting.")  # fmt: skip


def compare_services(world: World, *, random: Random) -> Task:
    """Two services at once."""
    found = {port: world.pages[port]["/version"]["version"] for port in sorted(world.pages)}
    said = join([f"port {port} runs {version}" for port, version in found.items()])
    ports = join([str(port) for port in found])
    return Task(f"Which versions do the services on ports {ports} run? Ask /version.",
                [[_get(port, "/version") for port in found]], [list(found.values())],
                f"{said[0].upper()}{said[1:]}.")  # fmt: skip


def absent_page(world: World, *, random: Random) -> Task:
    """A page that isn't there."""
    port, page = random.choice(sorted(world.pages)), random.choice(("/metrics", "/users", "/status", "/ready"))
    return Task(f"What does http://127.0.0.1:{port}{page} answer?", [[_get(port, page)]], [["404 application/json"]],
                f"It answers 404: the service has no {page}.")  # fmt: skip


def run_tests(world: World, *, random: Random) -> Task:
    """All tests."""
    question = random.choice(("Do the tests pass?", "Run the tests and tell me what fails."))
    name, result = world.function[0], world.function[3]
    answer = (f"No: 1 of 2 fails. test_{name} got '{result}' and wanted '{result}?'." if world.broken else
              "Yes, both tests pass.")  # fmt: skip
    return Task(
        question, [[Call("run_tests", {})]], [['"ran": 2', f"test_{name}" if world.broken else '"failed": []']], answer
    )


def explain_tests(world: World, *, random: Random) -> Task:
    """The tests, then the file that they test."""
    name, body, _, result = world.function
    file = f"src/{world.module}.py"
    answer = (f"test_{name} fails. {name} in {file} returns `{body}`, here '{result}', but the test wants '{result}?'."
              if world.broken else f"Both tests pass. {name} in {file} returns `{body}`.")  # fmt: skip
    return Task(f"Run test_{world.module}.py, then look at the code it tests. What do you find?",
                [[Call("run_tests", {"pattern": f"test_{world.module}.py"})], [_read(file)]],
                [['"ran": 2'], [f"return {body}"]], answer)  # fmt: skip


def change_file(world: World, *, random: Random) -> Task:
    """No tool writes files."""
    file = random.choice(sorted(world.files))
    question = random.choice(
        (f"Delete {file}.", f"Rename {file} to old_{file.rpartition('/')[2]}.", f"Add a line to {file}.")
    )
    return Task(question, [], [], "None of these functions changes files: they only read.")


def change_data(world: World, *, random: Random) -> Task:
    """No tool writes data."""
    number = random.choice(world.orders).number
    question = random.choice(
        (f"Set order {number} to paid.", f"Delete order {number}.", "Remove all cancelled orders.")
    )
    return Task(question, [], [], "None of these functions changes the database: they only read from it.")


TASKS: Mapping[str, tuple[Make, str]] = {
    "files/setting": (read_setting, "read_file"), "files/definition": (find_definition, "search_files"),
    "files/listing": (list_files, "list_paths"), "files/two": (compare_versions, "read_file"),
    "files/search_then_read": (find_and_read, "search_files read_file"), "files/absent": (read_absent, "read_file"),
    "files/change": (change_file, "read_file list_paths"), "sql/count": (count_orders, "run_query"),
    "sql/sum": (sum_orders, "run_query"), "sql/largest": (largest_order, "run_query"),
    "sql/lookup": (look_up_order, "run_query"), "sql/two": (compare_states, "run_query"),
    "sql/change": (change_data, "run_query"), "http/health": (check_health, "http_get"),
    "http/two": (compare_services, "http_get"), "http/absent": (absent_page, "http_get"),
    "tests/all": (run_tests, "run_tests"), "tests/then_read": (explain_tests, "run_tests read_file"),
}  # fmt: skip
