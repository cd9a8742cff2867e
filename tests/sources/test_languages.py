"""Prose in another language goes; programs and markup in a document don't count as prose."""

import pytest
from tests.sources.toy import LANGUAGES

from burnish.sources.languages import find_foreign
from burnish.sources.prose import take_prose

FOREIGN = {
    "de": "Diese Bibliothek liest Zahlen aus einer Datei und gibt sie sortiert wieder aus, wenn man sie darum bittet.",
    "fr": "Cette bibliothèque lit des nombres dans un fichier et les affiche ensuite dans l'ordre demandé par l'utilisateur.",
    "zh": "这个库从文件中读取数字，然后按照用户要求的顺序输出它们。" * 4,
    "ru": "Эта библиотека читает числа из файла и выводит их в том порядке, о котором просит пользователь.",
}
ENGLISH = "This library reads numbers from a file and writes them in the order that its user asks for, nothing else."


@pytest.mark.parametrize(("language", "prose"), FOREIGN.items())
def test_other_languages_are_named(language: str, prose: str) -> None:
    assert find_foreign(prose, params=LANGUAGES) == language
    assert find_foreign(prose, params=LANGUAGES.model_copy(update={"asked": ("en", language)})) is None


def test_english_and_what_says_too_little_stay() -> None:
    assert find_foreign(ENGLISH, params=LANGUAGES) is None
    assert find_foreign("Vielen Dank!", params=LANGUAGES) is None


def test_prose_is_what_stands_outside_of_programs_directives_and_markup() -> None:
    markdown = f"# A *title*\n\n{ENGLISH}\n\n```python\nx = 1\n```\n| a | b |\n[a page](https://x.org/y) here\n"
    assert take_prose(markdown) == f"A title\n{ENGLISH}\na page here"
    rst = f"Title\n=====\n\n.. toctree::\n\n   a\n   b\n\nSee this::\n\n   x = 1\n\n.. note::\n\n   {ENGLISH}\n"
    assert take_prose(rst) == f"Title\nSee this::\n{ENGLISH}"
