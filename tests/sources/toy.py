"""A small package with everything that the reading of packages must tell apart, as text."""

from pathlib import Path

from burnish.sources.drafts import TaskParams
from burnish.sources.languages import LanguageParams
from burnish.sources.origins import Origin
from burnish.sources.quality import CodeQuality, DocumentQuality
from burnish.sources.texts import TextParams

ORIGIN = Origin("toy", "MIT", "pypi:toy==1.0/toy-1.0.tar.gz")
PARAMS = TaskParams(
    max_context_chars=1_500, max_reference_chars=1_500, max_prompt_chars=2_600, max_checks=16, min_checks=2, mutants=8,
    min_kill_rate=0.8, withheld_share=0.0, seen_share=0.0,
)  # fmt: skip
CODE = CodeQuality(max_line_chars=200, max_mean_line_chars=80, min_alphanumeric=0.25, head_lines=5)
DOCUMENTS = DocumentQuality(
    max_line_chars=400, min_words=2, min_run_words=20, min_mean_word_chars=2, max_mean_word_chars=10,
    max_hash_and_ellipsis_words=0.1, min_words_with_a_letter=0.8, max_bullet_lines=0.9, max_ellipsis_lines=0.3,
    max_repeated_lines=0.5, max_top_runs={2: 0.2}, max_repeated_runs={5: 0.15},
)  # fmt: skip
LANGUAGES = LanguageParams(asked=("en",), min_confidence=0.9, min_chars=60, max_chars=1_000)
TEXTS = TextParams(min_chars=20, max_chars=5_000, code=CODE, documents=DOCUMENTS, languages=LANGUAGES)

STRINGS = '''"""Text."""

import re
from itertools import islice

import requests

from .shared import clean

SEPARATOR = "-"


def join_words(words, separator=SEPARATOR):
    """Join words, cleaned.

    >>> join_words(["a ", " b"])
    'a-b'
    >>> join_words(["x"], separator="+")
    'x'
    >>> join_words([])
    \'\'

    The separator stands between:

    >>> join_words(["p", "q", "r"], "::")
    'p::q::r'

    .. versionadded:: 1.0
    """
    # the cleaning is shared
    return separator.join(clean(word) for word in words)


def fetch(url):
    """Fetch a page.

    >>> fetch("a")
    1
    >>> fetch("b")
    2
    """
    return requests.get(url).status_code


def count_up(n):
    """Count up to n, starting at one; a negative n raises ValueError.

    >>> list(count_up(3))
    [1, 2, 3]
    """
    if n < 0:
        raise ValueError("negative")
    return islice(range(1, n + 1), None)


def weak(n):
    """Say whether n is large.

    >>> weak(1)
    False
    >>> weak(1000)
    True
    """
    return n > 500


def constant(n):
    """Return one thing.

    >>> constant(1)
    7
    >>> constant(2)
    7
    """
    return 7 + 0 * n


def wrong(n):
    """Double n, says the docstring.

    >>> wrong(1)
    2
    >>> wrong(2)
    4
    """
    return 3 * n
'''
SHARED = '''"""Shared."""


def clean(word):
    """Strip white space.

    Long explanation that nobody needs in a prompt.
    """
    return word.strip()
'''
TESTS = """from itertools import count

import pytest

from toy.strings import count_up
from toy import strings


def test_count_up():
    assert list(count_up(0)) == []
    n = 2
    assert list(count_up(n)) == [1, 2]
    assert [1] == list(strings.count_up(1))
    with pytest.raises(ValueError):
        list(count_up(-1))
    assert unknown(count_up(1)) == 5


@pytest.mark.parametrize("n, wanted", [(4, [1, 2, 3, 4]), (5, [1, 2, 3, 4, 5])])
def test_table(n, wanted):
    assert list(count_up(n)) == wanted
"""
SCRIPT = """import { isOdd } from "./isOdd.mjs";
// src/sumOdd.ts
/**
* Adds the odd numbers.
*
* @template T
* @param numbers - The numbers.
* @returns Their sum.
*
* @example
* sumOdd([1, 2, 3]);
* // Returns: 4
*
* @example
* const total = sumOdd([5, 5]);
* console.log(total); // 10
* console.log(sumOdd([])); // => 0
*/
function sumOdd(numbers) {
\tlet sum = 0;
\tfor (const number of numbers) if (isOdd(number)) sum = sum + number;
\treturn sum;
}
export { sumOdd };
"""
HELPER = """/**
* Tells odd numbers.
*/
function isOdd(n) {
\treturn n % 2 === 1;
}
export { isOdd };
"""


def write_package(folder: Path) -> Path:
    files = {
        "src/toy/__init__.py": "from .strings import join_words\n", "src/toy/strings.py": STRINGS,
        "src/toy/shared.py": SHARED, "tests/test_strings.py": TESTS, 
        "docs/conf.py": "def f():\n    'x'\n    return 1\n",
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def write_scripts(folder: Path) -> Path:
    (folder / "dist/math").mkdir(parents=True)
    (folder / "dist/math/sumOdd.mjs").write_text(SCRIPT)
    (folder / "dist/math/isOdd.mjs").write_text(HELPER)
    return folder
