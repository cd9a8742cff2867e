"""Every category by the same rules: conventions, room to draw, texts that say what is checked, proof by execution."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from burnish.cases import language_of
from burnish.generate.cases import CasesParams, draw_cases, make_cases
from burnish.generate.core import Category, family_key, fill, write_mutants, write_prompt
from burnish.generate.registry import CATEGORIES
from burnish.params import read_yaml
from burnish.seeds import fingerprint, rng

SOURCE = Path(__file__).parents[2] / "src"
ROOT = SOURCE.parent
EACH = pytest.mark.parametrize("category", CATEGORIES, ids=lambda category: str(category.name))
PARAMS = CasesParams(
    per_template=3, seen_per_template=1, unseen_per_template=0, withheld_categories=[], withheld_share=0.0,
    trained_families=None, cheat_sample=1, repeats=2, browser_sample=0, min_kill_rate=0.8,
)  # fmt: skip
# Draws, and how many different questions they give at least: a space of 1,000 gives 330 on average.
DRAWS, DISTINCT = 400, 310
MOST_PROMPT, MOST_ANSWER = 1_600, 1_600


def test_names_are_unique_and_families_are_those_of_the_pipeline() -> None:
    names = [category.name for category in CATEGORIES]
    assert len(set(names)) == len(names)
    assert all(name.startswith("fs_") for name in names)
    content = read_yaml(ROOT / "params.yaml")
    assert {category.family for category in CATEGORIES} == set(content["families"])
    assert set(content["cases"]["withheld_categories"]) <= set(names)
    families = {family_key(category, template) for category in CATEGORIES for template in category.templates}
    assert set(content["cases"]["trained_families"]) <= families


@EACH
def test_a_category_stands_in_modules_of_its_own_name_and_family(category: Category) -> None:
    folder = SOURCE / "burnish" / "generate"
    assert (folder / f"{category.name}.py").is_file()
    assert f"{category.name}.CATEGORY" in (folder / f"{category.family}.py").read_text()


@EACH
def test_a_category_has_several_tasks_with_phrasings_and_solutions(category: Category) -> None:
    assert len(category.templates) >= 3
    assert len({template.id for template in category.templates}) == len(category.templates)
    for template in category.templates:
        assert len(set(template.ask)) >= 3, template.id
        assert len({shape.name for shape in template.shapes}) >= 2, template.id
        assert len({str(shape.code) for shape in template.shapes}) == len(template.shapes), template.id


@EACH
def test_there_is_room_to_draw_from(category: Category) -> None:
    for template in category.templates:
        key = family_key(category, template)
        drawn = [template.draw(rng("room", key, number)) for number in range(DRAWS)]
        questions = {fill(template.ask[0], facts) + fill(template.starter, facts) for facts in drawn}
        assert len(questions) >= DISTINCT, f"{key}: {len(questions)} questions in {DRAWS} draws; widen draw()"


@EACH
def test_texts_are_whole_short_and_name_what_is_called(category: Category) -> None:
    for template in category.templates:
        for number in range(8):
            facts = template.draw(rng("texts", category.name, template.id, number))
            verifier = template.verifier(facts, rng("texts", number))
            for phrasing in range(len(template.ask)):
                prompt = write_prompt(template, facts, phrasing=phrasing, language=language_of(verifier))
                assert "«" not in prompt
                assert len(prompt) <= MOST_PROMPT
                assert (verifier.get("entry") or "") in prompt, (
                    f"{template.id}: phrasing {phrasing} doesn't name the answer"
                )
            for shape in template.shapes:
                code = fill(shape.code, facts)
                assert "«" not in code
                assert len(code) <= MOST_ANSWER, f"{template.id}: {shape.name} is long"
                assert len(write_mutants(template, shape, facts)) >= 3, f"{template.id}: {shape.name} has few mutants"
                assert code not in json.dumps(verifier)


@EACH
def test_every_case_is_proved_by_execution(category: Category) -> None:
    metrics = make_cases(category, params=PARAMS, seed=11, workers=2).metrics
    assert metrics["dropped"] == []
    assert metrics["kept"] == metrics["asked"] == 4 * len(category.templates)
    assert metrics["kill_rate"] >= 0.9
    assert metrics["false_accepts"] == 0


def digest_all(step: int) -> dict[str, str]:
    """Digest what each category draws, from the first on or, with -1, from the last."""
    found = {}
    for category in CATEGORIES[::step]:
        drawn = [case for one in category.templates for case in draw_cases(category, one, quotas={"train": 10}, seed=1)]
        found[category.name] = fingerprint(
            *((case.prompt, json.dumps(case.verifier), case.reference) for case in drawn)
        )
    return found


def test_cases_depend_neither_on_the_order_of_sets_nor_on_that_of_categories() -> None:
    digests = []
    for hash_seed, step in (("1", 1), ("2", -1)):
        program = f"import json; from test_categories import digest_all; print(json.dumps(digest_all({step})))"
        path = f"{SOURCE}:{Path(__file__).parent}"
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": path}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
        digests.append(json.loads(done.stdout))
    assert digests[0] == digests[1]
