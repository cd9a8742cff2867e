"""Every file of BFCL becomes items of its group; Java and JavaScript are left out; the rest is sound."""

from pathlib import Path

from tests.evaluate.bfcl_fixture import write_bfcl

from burnish.evaluate.call_items import LEFT_OUT, read_bfcl


def test_every_category_becomes_its_group_and_is_sound(tmp_path: Path) -> None:
    items = list(read_bfcl(write_bfcl(tmp_path)))
    groups = {item.id: item.group for item in items}
    assert groups["simple_python_0"] == "bfcl_simple"
    assert groups["multiple_0"] == "bfcl_multiple"
    assert groups["parallel_0"] == "bfcl_parallel"
    assert groups["parallel_multiple_0"] == "bfcl_parallel"
    assert groups["irrelevance_0"] == "bfcl_irrelevance"
    assert groups["live_relevance_0-0-0"] == "bfcl_relevance"
    assert len(items) == len(groups) == 11, "nothing is dropped, and ids don't repeat across files"


def test_java_and_javascript_are_never_read(tmp_path: Path) -> None:
    folder = write_bfcl(tmp_path)
    (folder / "BFCL_v4_simple_java.json").write_text('{"id": "x", "question": [[]], "function": []}')
    items = {item.category for item in read_bfcl(folder)}
    assert "simple_java" not in items and LEFT_OUT


def test_a_missing_file_is_an_error_that_says_how_to_get_it(tmp_path: Path) -> None:
    import pytest

    with pytest.raises(Exception, match="dvc repro fetch@benchmarks"):
        list(read_bfcl(tmp_path))
