"""The picture of the stages: which boxes there are, what they say, and what is left out."""

from xml.etree import ElementTree

from burnish.track.drawing import standalone
from burnish.track.graph import draw_graph, find_edges, group_stages
from burnish.track.snapshots import Declared


def stage(name: str, module: str, reads: tuple[str, ...] = (), writes: tuple[str, ...] = ()) -> Declared:
    return Declared(name, f"about {name}", module, reads, writes)


STAGES = [
    stage("codehash", "codehash", (), ("code.lock.json",)),
    stage("cases@crud", "generate.crud", (), ("data/cases/crud",)),
    stage("cases@forms", "generate.forms", (), ("data/cases/forms",)),
    stage("base", "sources.base", (), ("models/base",)),
    stage("mix", "mix.mixer", ("data/cases", "models/base/tokenizer.json"), ("data/mix",)),
    stage("train@sft", "train.sft", ("data/mix", "models/base"), ("models/sft",)),
    stage("train@dpo", "train.dpo", ("models/sft",), ("models/dpo",)),
]


def words() -> list[str]:
    root = ElementTree.fromstring(standalone(draw_graph(STAGES)))
    return [str(element.text) for element in root.iter("{http://www.w3.org/2000/svg}text")]


def test_edges_follow_paths_inside_and_around_outputs() -> None:
    assert set(find_edges(STAGES)) == {
        ("cases@crud", "mix"), ("cases@forms", "mix"), ("base", "mix"), ("base", "train@sft"), ("mix", "train@sft"),
        ("train@sft", "train@dpo"),
    }  # fmt: skip


def test_a_path_that_only_begins_alike_is_another_path() -> None:
    assert find_edges([stage("a", "", (), ("data/case",)), stage("b", "", ("data/cases",))]) == []


def test_a_group_is_one_box_unless_its_stages_need_each_other() -> None:
    boxes = group_stages(STAGES)
    assert boxes["cases@crud"] == boxes["cases@forms"] == "cases"
    assert boxes["train@sft"] == "train@sft" and boxes["train@dpo"] == "train@dpo"


def test_a_group_that_needs_itself_through_another_stage_is_not_one_box() -> None:
    export = [
        stage("export@base", "", (), ("gguf/base",)), stage("replay", "", ("gguf/base",), ("replay",)),
        stage("export@release", "", ("replay",), ("gguf/release",)),
    ]  # fmt: skip
    assert set(group_stages(export).values()) == {"export@base", "replay", "export@release"}


def test_the_picture_names_every_box_and_hides_codehash() -> None:
    shown = words()
    assert {"cases", "crud, forms", "base", "mix", "train@sft", "train@dpo"} <= set(shown)
    assert "codehash" not in shown
    assert {"sources", "generate", "train"} <= set(shown), "the legend names the phases"


def test_boxes_of_many_stages_say_how_many() -> None:
    many = [stage(f"cases@family_number_{number}", "generate.x", (), (f"data/{number}",)) for number in range(11)]
    assert "11 stages" in standalone(draw_graph(many))


def test_no_stage_at_all_is_an_empty_picture() -> None:
    ElementTree.fromstring(standalone(draw_graph([])))
