"""The code inside an answer: found, and given back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnish.fences import extract_code, fence


@pytest.mark.parametrize(("answer", "code"), [
    ("```python\na\n```\nthen\n```py\nb\n```", "b"), ("```python\na\n```\n```sh\nrun\n```", "a"), ("```\na\n```", "a"),
    ("a = 1", "a = 1"), ("Sure:\n```python\na\nb", "a\nb"), ("~~~python\na\n~~~", "a"),
    ("````python\n```\ninner\n```\n````", "```\ninner\n```"), ("", ""),
])  # fmt: skip
def test_the_last_block_of_the_language_is_the_answer(answer: str, code: str) -> None:
    assert extract_code(answer, language="python") == code


@given(st.text(alphabet=st.sampled_from("ab`~# \n"), max_size=60))
def test_a_fence_gives_back_what_it_holds(code: str) -> None:
    code = code.strip("\n")
    assert extract_code(f"Text\n{fence(code, language='python')}\nmore", language="python") == code
