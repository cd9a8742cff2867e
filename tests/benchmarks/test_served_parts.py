"""`burnish eval` of every part: a right answer scores and a wrong one doesn't, by the graders of the pipeline's stages."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from burnish import cli_options, shards
from burnish.benchmarks.asking import evaluate
from burnish.benchmarks.grading import grade_file
from burnish.benchmarks.lovable.apps import App, make_apps
from burnish.benchmarks.lovable.folders import write_app
from burnish.benchmarks.replicas.items import REPLICA, draw_replicas
from burnish.benchmarks.replicas.registry import FAMILIES
from burnish.benchmarks.screenshot_pages import SHOWN
from burnish.benchmarks.screenshots.made_pages import LICENCE, make_pages
from burnish.call_matching import reference_calls
from burnish.calls import read_calls, write_calls
from burnish.chat_client import Server, write_made
from burnish.errors import BurnishError
from burnish.evaluate.call_items import read_bfcl
from burnish.evaluate.hub_items import HUB
from burnish.evaluate.injections import read_injections
from burnish.evaluate.public_items import PublicItem
from burnish.fences import fence
from burnish.frontier_tables import SAFETY_ITEM
from burnish.served_parts import PARTS, TAU2_FIRST, choose_chats
from burnish.served_replicas import MAKERS, read_replicas
from tests.benchmarks.test_lovable_judging import only
from tests.boxes import hold
from tests.chat_servers import Exchange, chatting
from tests.evaluate.bfcl_fixture import write_bfcl
from tests.evaluate.test_hub_items import RIGHT as HUB_RIGHT
from tests.evaluate.test_hub_items import hub
from tests.evaluate.test_safety import items as safety_items
from tests.evaluate.test_tau2_items import folder as tau2
from tests.workspaces import ROOT, run

__all__ = ["hub", "tau2"]
Respond = Callable[[Exchange], None]
WORDS = "I'd rather talk about the weather."


def ask(name: str, respond: Respond, *, out: Path, tasks: Path | None = None, limit: int | None = None,
        tool_form: str | None = "template", template: str = "") -> dict[str, Any]:  # fmt: skip
    """Evaluate a part and return the last line, beside the text before it."""
    with chatting(respond, template=template) as (address, _):
        server = Server(address, "tiny", 64, 2, 5.0, None, (0.0,))
        lines = list(
            evaluate(name, server=server, tasks=tasks, limit=limit, out=out, benchmarks=PARTS, tool_form=tool_form)
        )
    return {**json.loads(lines[-1]), "text": "\n".join(lines[:-1])}


def right_calls(item: PublicItem) -> list[dict[str, Any]]:
    """Return the calls that an item wants, from what it is judged by."""
    check = item.check
    if check["grader"] == "calls":
        return reference_calls(check["expected"], functions=check["functions"])
    if check["grader"] == "one_of":
        return reference_calls(check["accepted"][:1], functions=check["functions"])
    return [] if check["grader"] == "no_call" else [{"name": "play", "arguments": {"artist": "Queen"}}]


def say_made(exchange: Exchange, calls: list[dict[str, Any]], *, words: str | None = None) -> None:
    """Answer by calls that the server has read, as OpenAI's do."""
    made = [{"id": str(n), "type": "function",
             "function": {"name": call["name"], "arguments": json.dumps(call["arguments"])}}
            for n, call in enumerate(calls)]  # fmt: skip
    message = {"role": "assistant", "content": words, "tool_calls": made}
    exchange.send(json.dumps({"choices": [{"message": message, "finish_reason": "tool_calls"}],
                              "usage": {"completion_tokens": 7}}).encode())  # fmt: skip


def asked_of(exchange: Exchange) -> str:
    return str(exchange.body["messages"][-1]["content"])


@pytest.mark.parametrize("form", ["template", "tags"])
def test_bfcl_is_asked_in_both_forms_and_judged_by_its_groups(tmp_path: Path, form: str) -> None:
    folder = write_bfcl(tmp_path / "bfcl")
    items = list(read_bfcl(folder))
    known = {str(item.messages[-1]["content"]): item for item in items}
    bodies: list[Mapping[str, Any]] = []

    def respond(exchange: Exchange) -> None:
        bodies.append(exchange.body)
        calls = right_calls(known[asked_of(exchange)])
        if not calls:
            exchange.say(WORDS)
        elif form == "template":
            say_made(exchange, calls)
        else:
            exchange.say(write_calls(calls))

    figures = ask("bfcl", respond, out=tmp_path / "right.jsonl", tasks=folder, tool_form=form)
    assert (figures["solved"], figures["total"], figures["failed"]) == (len(items), len(items), 0)
    assert (
        figures["relevance_j"] == 1
        and figures["tool_form"] == form
        and figures["costs"].keys() == {"tokens", "seconds"}
    )
    assert set(figures["kinds"]) == {item.group for item in items} and "bfcl_parallel" in figures["text"]
    assert all(("tools" in body) is (form == "template") for body in bodies)
    assert all(("<tools>" in str(body["messages"][0]["content"])) is (form == "tags") for body in bodies)
    wrong = ask("bfcl", lambda exchange: say_made(exchange, [{"name": "play", "arguments": {"artist": "nobody"}}]),
                out=tmp_path / "wrong.jsonl", tasks=folder)  # fmt: skip
    assert {name: own["solved"] for name, own in wrong["kinds"].items() if own["solved"]} == {"bfcl_relevance": 1}
    assert wrong["relevance_j"] == 0, "always calling is worth what never calling is"


def test_a_server_is_asked_how_it_shows_functions(tmp_path: Path) -> None:
    folder = write_bfcl(tmp_path / "bfcl")
    figures = ask("bfcl", lambda exchange: exchange.say(WORDS), out=tmp_path / "a.jsonl", tasks=folder, tool_form=None)
    assert figures["tool_form"] == "template", "one that shows no template is taken to know functions"
    assert figures["solved"] == 2 and figures["actions"]["bfcl_simple"] == {"none": 2}
    for name, template in (("template", "{% if tools %}{{ tools }}{% endif %}"), ("tags", "{{ messages }}")):
        figures = ask("bfcl", lambda exchange: exchange.say(WORDS), out=tmp_path / name, tasks=folder, tool_form=None,
                      template=template)  # fmt: skip
        assert figures["tool_form"] == name
    with pytest.raises(BurnishError, match="--tool-form 'xml' isn't one"):
        ask("bfcl", lambda exchange: exchange.say(WORDS), out=tmp_path / "b.jsonl", tasks=folder, tool_form="xml")


@pytest.mark.parametrize(
    ("made", "outcome"),
    [
        ([{"function": {"name": "f", "arguments": '{"a": "</tool_call>x", "b": [1, "é"]}'}}], "calls"),
        ([{"function": {"name": "f", "arguments": ""}}], "calls"),
        ([{"function": {"name": "f", "arguments": '{"a": '}}], "unreadable"),
        ([{"function": {"name": "f", "arguments": '"{}"'}}], "unreadable"),
        ([{"name": "f", "arguments": {}}], "unreadable"),
    ],
)
def test_calls_that_a_server_has_read_stay_what_they_are(made: Any, outcome: str) -> None:
    reading = read_calls(write_made(made))
    assert reading.outcome == outcome
    if "é" in str(made):
        assert reading.calls[0].arguments == {"a": "</tool_call>x", "b": [1, "é"]}


@pytest.mark.parametrize("made", ["f()", [1], {"a": 1}, [None]])
def test_calls_in_no_form_are_a_failure_of_the_server(tmp_path: Path, made: Any) -> None:
    def respond(exchange: Exchange) -> None:
        if "Queen and" in asked_of(exchange):
            exchange.send(json.dumps({"choices": [{"message": {"content": None, "tool_calls": made}}]}).encode())
        else:
            exchange.say(WORDS)

    figures = ask("bfcl", respond, out=tmp_path / "a.jsonl", tasks=write_bfcl(tmp_path / "bfcl"))
    assert (figures["failed"], figures["total"]) == (2, 11)


def test_injections_are_resisted_and_obeyed_by_their_own_rules(tmp_path: Path) -> None:
    markers = [item for item in read_injections() if item.check["grader"] == "obeys"]
    orders = {str(item.messages[-1]["content"]): item.check["marker"] for item in markers}

    def respond(exchange: Exchange, *, obey: bool) -> None:
        told = asked_of(exchange)
        marker = orders.get(told) or next(own for own in orders.values() if own in told)
        command = marker if obey or told in orders else "ls"
        say_made(exchange, [{"name": "run_command", "arguments": {"command": command}}])

    good = ask("injection", lambda exchange: respond(exchange, obey=False), out=tmp_path / "good.jsonl")
    assert (good["solved"], good["total"], good["obeyed_injection"]["mean"]) == (36, 36, 0)
    bad = ask("injection", lambda exchange: respond(exchange, obey=True), out=tmp_path / "bad.jsonl", limit=4)
    assert (bad["kinds"]["injection"]["solved"], bad["kinds"]["injection_asked"]["solved"]) == (0, 2)
    assert bad["obeyed_injection"]["mean"] == 1 and "obeyed_injection: 1" in bad["text"]
    with pytest.raises(BurnishError, match="stand in the code"):
        ask("injection", lambda exchange: exchange.say(WORDS), out=tmp_path / "c.jsonl", tasks=tmp_path)


def test_first_lookups_of_tau2_are_judged(tau2: Path, tmp_path: Path) -> None:
    def respond(exchange: Exchange) -> None:
        names = {tool["function"]["name"] for tool in exchange.body["tools"]}
        say_made(
            exchange, [{"name": "get_user" if "get_user" in names else "find_user", "arguments": {"key": "ann_1"}}]
        )

    right = ask(TAU2_FIRST, respond, out=tmp_path / "a.jsonl", tasks=tau2)
    wrong = ask(TAU2_FIRST, lambda exchange: exchange.say(WORDS), out=tmp_path / "b.jsonl", tasks=tau2)
    assert (right["solved"], right["total"], wrong["solved"], wrong["total"]) == (2, 2, 0, 2)


@pytest.mark.parametrize("name", ["mbpp", "gsm8k", "mmlu", "ifeval", "xstest"])
def test_benchmarks_of_the_hub_are_asked_where_their_data_are(hub: Path, tmp_path: Path, name: str) -> None:
    def respond(exchange: Exchange) -> None:
        refused = (
            "I can't help with that." if "person" in asked_of(exchange) else "Use the tool that comes with the system."
        )
        exchange.say(next((own for key, own in HUB_RIGHT.items() if key.startswith(name)), refused))

    right = ask(name, respond, out=tmp_path / "a.jsonl", tasks=hub / name)
    wrong = ask(name, lambda exchange: exchange.say(""), out=tmp_path / "b.jsonl", tasks=hub / name)
    total = 2 if name == "xstest" else 1
    assert (right["solved"], right["total"], wrong["solved"], wrong["total"]) == (total, total, 0, total)


def write_safety(folder: Path) -> Path:
    shards.write_rows(folder, safety_items(families=3, pairs=2), schema=SAFETY_ITEM)
    return folder


def test_safety_is_read_by_the_rules_and_placed_on_the_frontier(tmp_path: Path) -> None:
    folder = write_safety(tmp_path / "items")

    def know(exchange: Exchange) -> None:
        harmful = "clinic" in exchange.question
        exchange.say("I can't help with that." if harmful else "Sure, use the tool that comes with the system.")

    knows = ask("safety", know, out=tmp_path / "a.jsonl", tasks=folder)
    assert (knows["solved"], knows["total"], knows["youden"]["mean"], knows["over_refusal"]["mean"]) == (12, 12, 1, 0)
    assert "youden: 1" in knows["text"] and knows["harmful"]["refused"] == 6
    refuses = ask(
        "safety", lambda exchange: exchange.say("I can't help with that."), out=tmp_path / "b.jsonl", tasks=folder
    )
    assert (refuses["solved"], refuses["youden"]["mean"], refuses["over_refusal"]["mean"]) == (6, 0, 1)
    nothing = ask("safety", lambda exchange: exchange.say(""), out=tmp_path / "c.jsonl", tasks=folder, limit=5)
    assert (nothing["solved"], nothing["total"], nothing["youden"]["mean"]) == (0, 4, -1), "pairs are asked whole"
    with pytest.raises(BurnishError, match="give 2 or more"):
        ask("safety", know, out=tmp_path / "d.jsonl", tasks=folder, limit=1)
    kept = (tmp_path / "a.jsonl").read_text().splitlines()
    (tmp_path / "half.jsonl").write_text(kept[0] + "\n")
    with pytest.raises(BurnishError, match="only one request of the pair"):
        list(
            grade_file(
                "safety", answers=tmp_path / "half.jsonl", tasks=folder, against=None, as_json=True, benchmarks=PARTS
            )
        )


def write_replicas(folder: Path) -> Path:
    drawn = {name: draw_replicas(families, benchmark=name, drafts=1, key="k") for name, families in FAMILIES.items()}
    chosen = [own for replicas in drawn.values() for own in replicas[:2]]
    chosen += [own for own in drawn["bfcl"] if not own.check["ground_truth"]]
    shards.write_rows(folder, (own.row(stratum="0") for own in chosen), schema=REPLICA)
    (folder / "oracles.json").write_text(json.dumps({own.question.id: own.oracle for own in chosen}))
    return folder


def write_right(item: PublicItem, *, oracle: str) -> str:
    """Return a right answer in a benchmark's format."""
    check = item.check
    if check["grader"] == "program":
        solution = str(check["problem"]["canonical_solution"])
        whole = solution if solution.startswith("def ") else check["problem"]["prompt"] + solution
        return fence(whole, language="python")
    return {
        "number": f"#### {check.get('expected')}", "letter": f"The answer is {check.get('expected')}.", "instructions": oracle,
        "refusal": "Use the tool that comes with the system." if check.get("safe") else "I can't help with that.",
        "no_call": WORDS, "calls": write_calls(right_calls(item)) if check["grader"] == "calls" else "",
    }[check["grader"]]  # fmt: skip


def test_replicas_of_every_benchmark_are_solved_by_right_answers_alone(tmp_path: Path) -> None:
    folder = write_replicas(tmp_path / "replicas")
    oracles = json.loads((folder / "oracles.json").read_text())
    items = read_replicas(folder)
    right = {str(item.messages[-1]["content"]): write_right(item, oracle=oracles[item.id]) for item in items}
    figures = ask(
        "replicas", lambda exchange: exchange.say(right[asked_of(exchange)]), out=tmp_path / "a.jsonl", tasks=folder
    )
    assert (figures["solved"], figures["total"]) == (len(items), len(items)) and set(figures["kinds"]) == set(FAMILIES)
    figures = ask("replicas", lambda exchange: exchange.say(""), out=tmp_path / "b.jsonl", tasks=folder)
    assert (figures["solved"], figures["total"]) == (0, len(items))


def test_replicas_are_asked_and_judged_as_the_items_that_they_replicate(hub: Path, tmp_path: Path) -> None:
    for name in ("gsm8k", "mmlu", "ifeval", "xstest"):
        rows = json.loads((hub / "ifeval" / "ifeval_input_data.jsonl").read_text()) if name == "ifeval" else None
        for item, row in zip(HUB[name].read(hub / name), [rows] if rows else read_rows(hub, name), strict=True):
            messages, tools, check = MAKERS[name]({**row, "kwargs": [{}]} if rows else row)
            assert (messages, tools, check) == (item.messages, item.tools, item.check)
    bfcl = {item.id: item for item in read_bfcl(write_bfcl(tmp_path / "bfcl"))}
    rows = json.loads((tmp_path / "bfcl" / "BFCL_v4_multiple.json").read_text())
    expected = bfcl["multiple_0"].check["expected"]
    messages, tools, check = MAKERS["bfcl"]({**rows, "ground_truth": expected})
    assert (messages, tools, check) == (bfcl["multiple_0"].messages, bfcl["multiple_0"].tools, bfcl["multiple_0"].check)


def read_rows(hub: Path, name: str) -> list[Mapping[str, Any]]:
    return [row for path in sorted((hub / name).rglob("*.parquet")) for row in pq.read_table(path).to_pylist()]


def test_a_limit_covers_every_group_before_it_repeats_one(tmp_path: Path) -> None:
    tasks = PARTS["bfcl"].load(write_bfcl(tmp_path / "bfcl"))
    chosen = choose_chats(tasks, limit=7)
    assert {task.kind for task in chosen[:5]} == {task.kind for task in tasks}
    assert len({task.category for task in chosen}) == 7


def test_apps_are_walked_through_and_ship_or_do_not(tmp_path: Path) -> None:
    whole = next(app for app in make_apps(key=42) if app.id.endswith("/1"))
    app: App = only(whole, *(journey.name for journey in whole.journeys[:2]))
    write_app(app, folder=tmp_path / "apps" / app.id)
    right = "\n\n".join(fence(text, language="html") for text in app.reference.values())
    with hold("bubblewrap"):
        figures = ask(
            "lovable-bench", lambda exchange: exchange.say(right), out=tmp_path / "a.jsonl", tasks=tmp_path / "apps"
        )
        broken = ask("lovable-bench", lambda exchange: exchange.say(fence("<p>Soon</p>", language="html")),
                     out=tmp_path / "b.jsonl", tasks=tmp_path / "apps")  # fmt: skip
    assert (figures["shipped"], figures["solved"], figures["points"]["mean"]) == (1, 1, 1)
    assert (broken["shipped"], broken["solved"]) == (0, 0) and broken["points"]["mean"] < 0.5
    assert "shipped: 1" in figures["text"]


def test_a_benchmark_without_items_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "gsm8k").mkdir()
    pq.write_table(pa.table({"question": pa.array([], pa.string())}), tmp_path / "gsm8k" / "test-0.parquet")
    with pytest.raises(BurnishError, match="gsm8k holds no task of gsm8k"):
        ask("gsm8k", lambda exchange: exchange.say(WORDS), out=tmp_path / "a.jsonl", tasks=tmp_path / "gsm8k")
    with pytest.raises(BurnishError, match="which ends in gsm8k"):
        ask("gsm8k", lambda exchange: exchange.say(WORDS), out=tmp_path / "a.jsonl", tasks=tmp_path)


def test_a_picture_of_the_page_goes_with_its_question(tmp_path: Path) -> None:
    page = make_pages(key=42)[0]
    row = {
        "id": page.id,
        "kind": page.kind,
        "prompt": page.prompt,
        "page": page.page,
        "picture": None,
        "licence": LICENCE,
    }
    shards.write_rows(tmp_path / "pages", [row], schema=SHOWN)
    contents: list[Any] = []

    def copy(exchange: Exchange) -> None:
        contents.append(exchange.body["messages"][0]["content"])
        exchange.say(fence(page.page, language="html"))

    with hold("bubblewrap"):
        right = ask("screenshot-pages", copy, out=tmp_path / "a.jsonl", tasks=tmp_path / "pages")
        wrong = ask("screenshot-pages", lambda exchange: exchange.say("a page"), out=tmp_path / "b.jsonl",
                    tasks=tmp_path / "pages")  # fmt: skip
    assert (right["solved"], wrong["solved"]) == (1, 0)
    text, picture = contents[0]
    assert text == {"type": "text", "text": page.prompt} and picture["type"] == "image_url"
    assert picture["image_url"]["url"].startswith("data:image/png;base64,iVBORw0KGgo")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("bfcl", "holds no BFCL_v4_simple_python.json; `dvc repro fetch@benchmarks` gets it"),
        ("safety", "data/safety_items is missing; `dvc repro safety_items` makes it"),
        ("replicas", "data/replicas is missing; `dvc repro replica_items` makes it"),
        ("human-eval", "`dvc repro fetch@benchmarks` gets it"),
        (TAU2_FIRST, "holds no tau2: its source is off; profile full turns it on; then `dvc repro fetch` gets it"),
        ("gsm8k", "holds no gsm8k: its source is off; profile hub turns it on; then `dvc repro fetch` gets it"),
    ],
)
def test_missing_data_name_the_stage_that_makes_them(
    name: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "params.yaml").write_bytes((ROOT / "params.yaml").read_bytes())
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BurnishError) as error:
        ask(name, lambda exchange: exchange.say(WORDS), out=tmp_path / "a.jsonl")
    assert message in str(error.value) and "\n" not in str(error.value)


def test_failures_are_counted_and_asked_again_and_what_was_answered_is_kept(tmp_path: Path) -> None:
    folder, out = write_safety(tmp_path / "items"), tmp_path / "a.jsonl"
    asked: list[str] = []

    def stumble(exchange: Exchange) -> None:
        asked.append(exchange.question)
        if "00" in exchange.question:
            exchange.send(b"oh", status=500)
        else:
            exchange.say("I can't help with that.", finish="length")

    first = ask("safety", stumble, out=out, tasks=folder)
    assert (first["failed"], first["total"], first["finish"]) == (2, 12, {"failed": 2, "length": 10})
    asked.clear()

    def recover(exchange: Exchange) -> None:
        asked.append(exchange.question)
        exchange.say("No.")

    again = ask("safety", recover, out=out, tasks=folder)
    assert (again["asked"], again["failed"]) == (2, 0) and all("00" in question for question in asked)


def test_the_commands_name_every_part(tmp_path: Path) -> None:
    assert set(cli_options.BENCHMARK_NAMES.replace(" or ", ", ").split(", ")) == set(PARTS)
    folder = write_bfcl(tmp_path / "bfcl")
    with chatting(lambda exchange: exchange.say(WORDS)) as (address, _):
        command = [str(ROOT / "bin" / "python"), "-m", "burnish.cli", "eval", "--model", "tiny", "--benchmark", "bfcl"]
        said = run([*command, "--tasks", str(folder), "--out", str(tmp_path / "a.jsonl"), "--tool-form", "tags", "--url",
                    address], cwd=ROOT, check=False, COLUMNS="200")  # fmt: skip
    assert said.returncode == 0, said.stderr
    last = json.loads(said.stdout.splitlines()[-1])
    assert (last["solved"], last["total"], last["tool_form"]) == (2, 11, "tags")
    stored = run([*command[:3], "grade", "bfcl", "--answers", str(tmp_path / "a.jsonl"), "--tasks", str(folder), "--json"],
                 cwd=ROOT, check=False)  # fmt: skip
    assert json.loads(stored.stdout.splitlines()[-1])["relevance_j"] == last["relevance_j"] == 0
