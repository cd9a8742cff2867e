"""Training chats on harm and its safe look-alikes: apart from the evaluation, varied, and right on both sides."""

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from tests.overlaps import CONTAMINATION, write_benchmark
from tests.train.tiny import write_model

from burnish import sandbox, shards
from burnish.benchmark_items import Item
from burnish.bubblewrap import Limits
from burnish.chat import Chat
from burnish.contamination import Detector
from burnish.errors import BurnishError
from burnish.fences import find_blocks
from burnish.generate import guard, safety_items
from burnish.generate.guard import GUIDES, GuardParams, widen
from burnish.generate.guard_core import Guide
from burnish.generate.guard_plain import PLAIN
from burnish.generate.guard_talks import Talk
from burnish.generate.safety_core import Pair, draw_pairs
from burnish.refusals import read_answer
from burnish.tables import Row
from burnish.walls import Job

PARAMS = GuardParams(pairs_per_family=6, talks_per_family=2, detector=CONTAMINATION)
LIMITS = Limits(cpu_seconds=5, wall_seconds=60, memory_mb=256, output_bytes=65_536, processes=8)
# A package that a bare interpreter lacks, sockets that the sandbox may refuse, and a test that is meant to fail.
NOT_RUN = ("hypothesis", "socket", "asyncio", "planted failure")
ANSWERS = [*(one.text for guide in GUIDES for one in guide.helps), *(answer for _, _, answer in PLAIN)]
BLOCKS = [block for answer in ANSWERS for block in find_blocks(answer)]


class Written:
    """What the stage wrote, and from what."""

    def __init__(self, folder: Path, *, base: Path, params: GuardParams = PARAMS) -> None:
        self.items, self.benchmarks = folder / "items", folder / "benchmarks"
        safety_items.run(
            safety_items.SafetyItemsParams(pairs_per_family=10, withheld_families=12), seed=42, out=self.items
        )
        write_benchmark(self.benchmarks / "quiz")
        (self.benchmarks / "LICENSES.json").write_text(json.dumps([{"name": "quiz"}]))
        self.out = folder / "guard"
        self.metrics = guard.run(params, items=self.items, benchmarks=self.benchmarks, base=base, out=self.out, seed=42)
        self.rows = {skill: list(shards.read_rows(self.out / skill)) for skill in ("safety", "anti_refusal")}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("models") / "base")


@pytest.fixture(scope="module")
def written(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Written:
    return Written(tmp_path_factory.mktemp("guard"), base=base)


def said(row: dict[str, Any], role: str) -> list[str]:
    return [message["content"] for message in row["messages"] if message["role"] == role]


def test_sixty_families_and_none_that_evaluation_asks(written: Written) -> None:
    withheld = {row["family"] for row in shards.read_rows(written.items) if row["split"] == "unseen"}
    for skill, rows in written.rows.items():
        families = {row["family"].removeprefix("guard/") for row in rows}
        assert len(families) >= 60 and not families & withheld, skill


def test_no_question_and_no_thirteen_words_in_a_row_are_those_of_the_evaluation(written: Written) -> None:
    asked = [row["prompt"] for row in shards.read_rows(written.items) if row["split"] == "unseen"]
    runs = {run for prompt in asked for run in words_in_a_row(prompt)}
    for row in (row for rows in written.rows.values() for row in rows):
        for text in [*said(row, "user"), *said(row, "assistant")]:
            assert text not in asked and not runs & words_in_a_row(text)


def words_in_a_row(text: str, *, size: int = 13) -> set[tuple[str, ...]]:
    words = "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()
    return set(zip(*(words[start:] for start in range(size)), strict=False))


def test_what_overlaps_a_held_out_request_is_left_out(base: Path, tmp_path: Path) -> None:
    talk = Talk(
        "safety", "drop_table", "alone", ("How do I erase all access logs that prove who moved the money?", "No.")
    )
    detector = Detector([Item("x", (talk.texts[0],), "")], params=CONTAMINATION)
    other = talk._replace(texts=("How do I drop the orders table in a test?", "No."))
    assert guard.find_overlaps([other, talk, other], detector=detector) == [False, True, False]


def test_refusals_say_why_and_offer_the_safe_way_and_are_read_as_refusals(written: Written) -> None:
    families = {guide.family.name: guide.family for guide in GUIDES}
    for row in written.rows["safety"]:
        answer, family = said(row, "assistant")[-1], families[row["family"].removeprefix("guard/")]
        assert family.why[1:] in answer and family.instead in answer
        assert read_answer(answer, prompt=said(row, "user")[-1]).label == "refused", answer
        assert answer.startswith("I"), answer  # greedy sampling: one beginning a side
    assert written.metrics["safety"]["different_answers"] > 0.95 * written.metrics["safety"]["rows"]


def test_safe_requests_are_answered_at_once(written: Written) -> None:
    for row in written.rows["anti_refusal"]:
        answer = said(row, "assistant")[-1]
        assert read_answer(answer, prompt=said(row, "user")[-1]) == ("complied", "answer"), answer
        assert answer.startswith("Sure"), answer


def test_both_sides_of_a_pair_are_asked_in_the_same_words(written: Written) -> None:
    alone = {skill: [row for row in rows if len(row["messages"]) == 2] for skill, rows in written.rows.items()}
    aims = {guide.family.name: widen(guide).family.aims for guide in GUIDES}
    safe = {said(row, "user")[0] for row in alone["anti_refusal"]}
    matched = sum(
        any(said(row, "user")[0].replace(bad, good) in safe for good, bad in aims[row["family"].removeprefix("guard/")])
        for row in alone["safety"]
    )
    assert matched > 0.97 * len(alone["safety"]), "near-duplicates go one by one"


def test_users_press_drift_and_come_back(written: Written) -> None:
    shapes = {skill: written.metrics[skill]["shapes"] for skill in ("safety", "anti_refusal")}
    assert shapes["safety"]["pressed"] >= 60 and shapes["safety"]["drift"] >= 60
    assert shapes["anti_refusal"]["retreat"] >= 60 and shapes["anti_refusal"]["onward"] >= 60


def test_less_than_a_tenth_of_a_familys_questions_are_near_duplicates(written: Written) -> None:
    assert all(written.metrics[skill]["alike_questions"] < 0.1 for skill in ("safety", "anti_refusal"))


def test_rows_fit_their_table(written: Written) -> None:
    import polars as pl

    for skill in written.rows:
        Row.validate(pl.read_parquet(written.out / skill / "rows-00000.parquet"))


def test_the_same_seed_gives_the_same_bytes(written: Written, base: Path, tmp_path: Path) -> None:
    again = Written(tmp_path, base=base)
    for skill in written.rows:
        name = Path(skill) / "rows-00000.parquet"
        assert (again.out / name).read_bytes() == (written.out / name).read_bytes()


def test_every_thing_of_a_family_has_an_answer_of_its_own() -> None:
    for one in GUIDES:
        assert {thing for help in one.helps for thing in help.things} <= set(one.family.things), one.family.name
        for thing in one.family.things:
            assert [help for help in one.helps if not help.things or thing in help.things], (one.family.name, thing)


def test_neither_length_nor_a_word_tells_the_sides_apart() -> None:
    pairs = [pair for one in GUIDES for pair in guard_pairs(widen(one))]
    cues = safety_items.find_cues(pairs)
    assert 0.4 <= cues["harmful_is_longer"] <= 0.6 and abs(cues["most_telling_word"]["share"]) < 0.3


def guard_pairs(one: Guide) -> list[Pair]:
    return draw_pairs(one.family, count=8, seed=1)


def test_no_harmful_request_holds_code_or_an_address() -> None:
    for one in GUIDES:
        family = widen(one).family
        for text in (*family.asks, *family.things, *(aim for aims in family.aims for aim in aims)):
            assert not any(mark in text for mark in ("`", "://", "$(", ";", "&&", "|")), text


def test_programs_in_answers_run() -> None:
    programs = [block.code for block in BLOCKS if block.language == "python"]
    runnable = [code for code in programs if not any(word in code for word in NOT_RUN)]
    assert len(runnable) > 25 and len(programs) - len(runnable) <= len(NOT_RUN)
    jobs = [Job([*sandbox.python_argv(), "-c", code], LIMITS) for code in runnable]
    for code, result in zip(runnable, sandbox.run_many(jobs, workers=2), strict=True):
        assert result.status == 0, (code, result.stderr.decode())
    for code in programs:
        compile(code, "answer", "exec")


def test_commands_in_answers_can_be_read_by_a_shell() -> None:
    commands = [block.code for block in BLOCKS if block.language == "sh"]
    assert len(commands) > 10 and shutil.which("sh")
    jobs = [Job(["/bin/sh", "-n", "command.sh"], LIMITS, files={"command.sh": code}) for code in commands]
    for code, result in zip(commands, sandbox.run_many(jobs, workers=2), strict=True):
        assert result.status == 0, (code, result.stderr.decode())


def test_statements_in_answers_run_on_tables_of_these_names() -> None:
    tables = """
        create table users (id, email, last_login, opted_out); create table orders (id, state, customer_id, created_at, total);
        create table customers (id, phone); create table invoices (id, customer_id); create table sessions (id);
        create table comments (id, post_id); create table posts (id);
    """
    statements = [block.code for block in BLOCKS if block.language == "sql"]
    assert len(statements) > 6
    for code in statements:
        with sqlite3.connect(":memory:") as database:
            database.executescript(tables)
            database.executescript(code)


def test_more_pairs_than_a_family_holds_is_an_error_that_says_so(base: Path, tmp_path: Path) -> None:
    with pytest.raises(BurnishError, match=r"guard\.pairs_per_family"):
        Written(tmp_path, base=base, params=PARAMS.model_copy(update={"pairs_per_family": 1000}))


def test_every_answer_of_a_chat_is_learnt(written: Written, base: Path) -> None:
    chat = Chat.load(base)
    row = next(row for row in written.rows["safety"] if len(row["messages"]) == 4)
    tokens = chat.tokens(row["messages"])
    learnt = chat.decode([token for token, used in zip(tokens.ids, tokens.supervised, strict=True) if used])
    assert all(answer[:10] in learnt for answer in said(row, "assistant"))
