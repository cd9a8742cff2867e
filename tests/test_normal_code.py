"""Layout and comments make no difference between two answers; anything else does."""

import pytest

from burnish.errors import BurnishError
from burnish.normal_code import normalise_code

SAME = [
    ("python", "def f(a):\n    '''Say.'''\n    return (a + 'x')  # one\n", 'def f(a):\n    return a + "x"'),
    ("python", "def f(:\n  return 1", "def f(:\n\n  return  1 # cut"),
    ("sql", "SELECT a,b FROM t -- all\nWHERE c = 1;", "SELECT a, b\nFROM t WHERE c=1;"),
    ("javascript", "const a = 1 // one\n/* two\nlines */ const b = 2", "const a=1\nconst b = 2"),
    ("css", ".a { color: red } /* x */", ".a{color:red}"),
    ("html", "<b>x</b><!-- y\nz -->", "<b> x </b>"),
    ("yaml", "a: 1 # one\nb: 2", "a: 1\nb:   2"),
]


@pytest.mark.parametrize(("language", "first", "second"), SAME)
def test_layout_and_comments_do_not_count(language: str, first: str, second: str) -> None:
    assert normalise_code(first, language=language) == normalise_code(second, language=language)


@pytest.mark.parametrize(("language", "first", "second"), [
    ("python", "def f(a):\n    return a + 1", "def f(b):\n    return b + 1"),
    ("sql", "SELECT a FROM t", "SELECT a FROM u"),
    ("javascript", "fetch('http://a')", "fetch('http://b')"),
])  # fmt: skip
def test_other_names_and_values_count(language: str, first: str, second: str) -> None:
    assert normalise_code(first, language=language) != normalise_code(second, language=language)


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(BurnishError, match="'cobol'"):
        normalise_code("x", language="cobol")
