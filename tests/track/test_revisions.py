"""Two states of a real repository are compared by their scores in DVC's cache, and never across different data."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.track.toy import Pipeline

from burnish.errors import BurnishError
from burnish.outcomes import Outcome, write_outcomes
from burnish.track.comparison_sections import build_page
from burnish.track.markdown import render_markdown
from burnish.track.mlflow_import import track
from burnish.track.revisions import compare_revisions
from burnish.track.sampling_settings import check_same_sampling, read_dtypes
from burnish.track.store import Store

NewStore = Callable[[], str]
pytestmark = pytest.mark.filterwarnings("ignore:.*noload.*:DeprecationWarning")
DVC_YAML = """
stages:
  comprehensive:
    cmd: mkdir -p data/eval && rm -rf data/eval/comprehensive && cp -r made data/eval/comprehensive
    deps: [made]
    params: [answers]
    outs: [data/eval/comprehensive]
"""


PARAMS = """
comprehensive: {{false_discovery_rate: 0.05}}
answers:
  held_out: {{sampling: {{temperature: {temperature}, parallel: 64}}}}
"""


def scores(signs: str, *, text: str = "q") -> list[Outcome]:
    own = [Outcome("humaneval", f"i{n:02}", 0, f"f{n}", "release", float(sign == "+"), False, text, "bubblewrap")
           for n, sign in enumerate(signs)]  # fmt: skip
    return [*own, *(one._replace(benchmark="seen", item="q", suspect=None) for one in own)]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four commits: `warmer`, `worse` by other settings, `better` on the same items, `moved` on others of HumanEval."""
    root = tmp_path_factory.mktemp("compared")
    pipeline = Pipeline(root)
    (root / "dvc.yaml").write_text(DVC_YAML)
    (root / ".gitignore").write_text("/data/\n")
    pipeline.call("git", "init", "-q", "-b", "main")
    pipeline.call("dvc", "init", "-q")
    states = {
        "warmer": scores("-" * 20), "worse": scores("-" * 20), "better": scores("+" * 19 + "-"),
        "moved": scores("+" * 20, text="other"),
    }  # fmt: skip
    for name, outcomes in states.items():
        write_outcomes(outcomes, folder=root / "made")
        (root / "params.yaml").write_text(PARAMS.format(temperature=0.7 if name == "warmer" else 0.0))
        pipeline.call("dvc", "repro", "-q")
        pipeline.commit(name)
        pipeline.call("git", "tag", name)
    return root


def compare(
    root: Path, first: str, second: str, *, only: tuple[str, ...] = (), model: str = "release", uri: str = ""
) -> str:
    figures = compare_revisions((first, second), model=model, benchmarks=only, root=root, uri=uri)
    return render_markdown(build_page(figures, title="t", subtitle="s"))


def test_a_commit_is_held_against_another_without_a_checkout(repository: Path) -> None:
    figures = compare_revisions(("worse", "better"), model="release", benchmarks=[], root=repository, uri="")
    change = figures["cells"]["humaneval"]["better"]["difference"]
    assert (change["mean"], change["pairs"], change["verdict"]) == (0.95, 20, "better")
    assert compare_revisions(("better", "worse"), model="release", benchmarks=[], root=repository, uri="")["cells"][
        "humaneval"]["worse"]["difference"]["verdict"] == "worse"  # fmt: skip
    shown = compare(repository, "worse", "better")
    assert "| HumanEval | better | worse | 20 | +95.0" in shown


def test_scores_of_different_data_are_refused_and_what_is_equal_can_be_compared(repository: Path) -> None:
    with pytest.raises(
        BurnishError, match=r"different data can't be compared: humaneval \w+ and \w+; .*--benchmark seen"
    ):
        compare(repository, "better", "moved")
    assert "Seen families" in compare(repository, "better", "HEAD", only=("seen",))
    with pytest.raises(BurnishError, match=r"different data can't be compared: humaneval .*; evaluate both again"):
        compare(repository, "better", "workspace", only=("humaneval",))


def test_answers_of_other_settings_are_refused_with_the_way_out(repository: Path) -> None:
    with pytest.raises(
        BurnishError,
        match=r"humaneval, seen: answers\.held_out\.sampling\.temperature = 0\.7 and 0\.0; evaluate better again with those",
    ):
        compare(repository, "warmer", "better")


def test_each_benchmark_is_held_against_the_settings_it_was_drawn_by() -> None:
    first = {"answers.held_out.sampling.dtype": "bf16", "answers.held_out.sampling.parallel": "64",
             "screen.sampling.max_new_tokens": "160", "answers.public.sampling.calls.top_p": "1.0"}  # fmt: skip
    every = ["fullstack_solved", "humaneval", "mbpp", "preference_unseen"]

    def check(second: dict[str, str], *, model: str = "release") -> None:
        check_same_sampling(("A", "B"), params=(first, {**first, **second}), model=model, benchmarks=every)

    check({"answers.held_out.sampling.parallel": "8", "screen.sampling.max_new_tokens": "80"})
    with pytest.raises(BurnishError, match=r"humaneval: .*bf16 and f32; compare .*: --benchmark fullstack_solved --b"):
        check({"answers.held_out.sampling.dtype": "f32"})
    with pytest.raises(BurnishError, match=r"mbpp: answers\.public\.sampling\.calls\.top_p = 1\.0 and 0\.9"):
        check({"answers.public.sampling.calls.top_p": "0.9"})
    with pytest.raises(
        BurnishError, match=r"humaneval, mbpp: screen.*160 and 80; compare .*--benchmark preference_uns"
    ):
        check({"screen.sampling.max_new_tokens": "80"}, model="step/sft")
    with pytest.raises(BurnishError, match=r"fullstack_solved: .* = nothing and 3"):
        check({"answers.fullstack.sampling.samples": "3"})


def test_auto_is_held_against_what_it_stood_for_where_the_answers_were_drawn() -> None:
    name, public = "answers.held_out.sampling.dtype", "answers.public.sampling.calls.dtype"

    def state(dtype: str) -> dict[str, str]:
        settings = f'{{"dtype": "{dtype}", "engine": "openvino"}}'
        metrics: dict[str, dict[str, Any]] = {
            "metrics/evaluate.json": {"settings": settings},
            "metrics/public.json": {"asked": {"settings": [settings]}},
        }
        return read_dtypes(metrics, params={name: "auto", public: "auto"})

    def check(*params: dict[str, str]) -> None:
        check_same_sampling(("A", "B"), params=(params[0], params[1]), model="release", benchmarks=["humaneval"])

    assert state("f32") == {name: "f32", public: "f32"}
    check(state("f32"), state("f32"))
    with pytest.raises(BurnishError, match="bf16 and f32"):
        check(state("bf16"), state("f32"))
    check(read_dtypes({}, params={name: "auto"}), state("f32"))  # a state that doesn't say


def test_names_that_nothing_has_are_told_with_what_there_is(repository: Path) -> None:
    for wrong, says in (
        ("nowhere", "'nowhere' is no git revision, experiment or MLflow run"),
        ("", "'' is no git revision"),
        ("HEAD:dvc.lock", "'HEAD:dvc.lock' is no git revision"),
        ("better", "given twice"),
    ):
        with pytest.raises(BurnishError, match=says):
            compare(repository, "better", wrong)
    with pytest.raises(BurnishError, match="no scores of 'base'; it has: release"):
        compare(repository, "worse", "better", model="base")
    with pytest.raises(BurnishError, match="no benchmark 'mmlu'; it has: humaneval, seen"):
        compare(repository, "worse", "better", only=("mmlu",))


def test_an_mlflow_run_is_found_by_its_id(repository: Path, new_store: NewStore) -> None:
    uri = new_store()
    track(uri, root=repository)
    store = Store(uri)
    (run,) = store.client.search_runs([store.experiment])
    assert "| Seen families |" in compare(repository, "better", str(run.info.run_id), only=("seen",), uri=uri)
    with pytest.raises(BurnishError, match="burnish track"):
        compare(repository, "better", "0" * 32, uri=uri)


def test_scores_that_the_cache_lost_are_named_with_the_way_to_them(repository: Path) -> None:
    pipeline = Pipeline(repository)
    write_outcomes(scores("+" * 20), folder=repository / "made")
    pipeline.call("dvc", "repro", "-q")
    pipeline.commit("lost")
    pipeline.call("git", "tag", "lost")
    pipeline.call("git", "checkout", "-q", "moved")
    pipeline.call("dvc", "checkout", "-q")
    pipeline.call("dvc", "gc", "-q", "-f", "-w")
    with pytest.raises(BurnishError, match=r"cache lacks data/eval/comprehensive .*dvc fetch"):
        compare(repository, "lost", "HEAD")
