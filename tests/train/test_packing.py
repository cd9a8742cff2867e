"""Which tokens are learnt, what happens to long documents, and how steps are cut."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from burnish.train.packing import Document, fit_document, pack, plan_steps

masks = st.lists(st.booleans(), min_size=1, max_size=40)


def document(mask: list[bool]) -> Document:
    return Document(np.arange(100, 100 + len(mask), dtype=np.int32), np.array(mask, dtype=np.bool_))


@given(masks, st.integers(2, 40))
@settings(max_examples=500, deadline=None)
def test_a_fitted_document_keeps_its_last_answer_whole_or_is_dropped(mask: list[bool], context: int) -> None:
    whole = document(mask)
    fitted = fit_document(whole, context=context)
    learnable = np.array([False, *mask[1:]])
    if fitted is None:
        if learnable.any():
            end = int(np.flatnonzero(learnable)[-1]) + 1
            begin = int(np.flatnonzero(~learnable[:end])[-1]) + 1
            assert end - begin + 1 > context, "a whole answer with one token before it would have fitted"
        return
    assert len(fitted.ids) <= context
    assert fitted.supervised.any() and fitted.supervised[-1] and not fitted.supervised[0]
    last = int(np.flatnonzero(learnable)[-1])
    assert fitted.ids[-1] == whole.ids[last]
    run = len(fitted.supervised) - 1 - int(np.flatnonzero(~fitted.supervised)[-1])
    begin = int(np.flatnonzero(~learnable[: last + 1])[-1]) + 1
    assert run == last + 1 - begin


def test_a_long_document_loses_the_prompt_s_beginning() -> None:
    fitted = fit_document(document([False] * 6 + [True] * 3 + [False]), context=5)
    assert fitted is not None
    assert fitted.ids.tolist() == [104, 105, 106, 107, 108]
    assert fitted.supervised.tolist() == [False, False, True, True, True]


def test_an_earlier_answer_cut_in_the_middle_is_not_learnt() -> None:
    fitted = fit_document(document([False, True, True, True, False, True, True]), context=5)
    assert fitted is not None
    assert fitted.ids.tolist() == [102, 103, 104, 105, 106]
    assert fitted.supervised.tolist() == [False, False, False, True, True]


def test_an_answer_longer_than_the_context_drops_the_row() -> None:
    assert fit_document(document([False] + [True] * 5), context=5) is None
    assert fit_document(document([False] * 5), context=5) is None


def test_each_label_is_the_token_after_its_target_and_a_supervised_one() -> None:
    documents = [document([False, True, True]), document([False, False, True, False, True])]
    packed = pack(documents)
    assert packed.lengths == (2, 4)
    assert packed.ids.tolist() == [100, 101, 100, 101, 102, 103]
    assert packed.positions.tolist() == [0, 1, 0, 1, 2, 3]
    assert packed.labels.tolist() == [101, 102, 102, 104]
    assert (packed.ids[packed.targets] + 1).tolist() == packed.labels.tolist()


def draw(length: int, *, beginning: int = 0) -> Document:
    """Return a document that ends in one answer token and begins with 20 tokens of the kind `beginning`."""
    ids = np.arange(length, dtype=np.int32) + 1000 * length
    ids[:20] = beginning
    return Document(ids, np.arange(length) == length - 1)


@given(st.lists(st.tuples(st.integers(2, 30), st.integers(0, 2)), min_size=1, max_size=60), st.integers(30, 100),
       st.integers(1, 3), st.integers(1, 4))  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_steps_hold_every_document_in_order_and_within_both_sizes(sizes: list[tuple[int, int]], step_tokens: int,
                                                                  epochs: int, workers: int) -> None:  # fmt: skip
    documents = [draw(length, beginning=kind) for length, kind in sizes]
    order = list(range(len(documents))) * epochs
    steps = plan_steps(documents, order=order, step_tokens=step_tokens, sequence_tokens=30, tokens=None,
                       workers=workers)  # fmt: skip
    taken = 0
    for step in steps:
        members = [number for sequence in step.sequences for number in sequence]
        assert sorted(members) == sorted(order[taken : taken + len(members)])
        assert step.tokens == sum(sizes[n][0] for n in members) <= step_tokens
        assert step.supervised == len(members)
        assert all(0 < sum(sizes[n][0] for n in sequence) <= 30 for sequence in step.sequences)
        taken += len(members)
    assert taken == len(order)


def test_the_token_limit_ends_the_last_step_early() -> None:
    steps = plan_steps([draw(10)] * 9, order=range(9), step_tokens=30, sequence_tokens=20, tokens=45, workers=1)
    assert [step.tokens for step in steps] == [30, 10]


def test_sequences_of_a_step_are_equally_full_for_its_workers() -> None:
    documents = [draw(length) for length in (30, 21, 50, 29, 40, 22)]
    (step,) = plan_steps(documents, order=range(6), step_tokens=400, sequence_tokens=256, tokens=None, workers=2)
    assert [sum(len(documents[n].ids) for n in sequence) for sequence in step.sequences] == [100, 92]
    (step,) = plan_steps(documents[:1], order=[0], step_tokens=400, sequence_tokens=256, tokens=None, workers=2)
    assert step.sequences == ((0,),)


def test_a_document_with_another_beginning_stands_behind_those_that_share_theirs() -> None:
    documents = [draw(30 + kind, beginning=kind == 2) for kind in (1, 2, 3, 4)]
    (step,) = plan_steps(documents, order=range(4), step_tokens=400, sequence_tokens=256, tokens=None, workers=1)
    assert step.sequences == ((0, 2, 3, 1),)
    packed = pack([documents[number] for number in step.sequences[0]])
    assert (packed.prefix, packed.sharing, packed.lengths) == (20, 3, (10, 12, 13, 31))
    assert packed.positions.tolist() == [*range(20), *range(20, 30), *range(20, 32), *range(20, 33), *range(31)]
    assert packed.ids[packed.targets].tolist() == [documents[number].ids[-2] for number in step.sequences[0]]


def test_a_common_beginning_stands_once_and_every_label_stays() -> None:
    documents = [draw(30, beginning=1), draw(34, beginning=1)]
    packed = pack(documents)
    assert (packed.prefix, packed.lengths, len(packed.ids)) == (20, (9, 13), 42)
    assert packed.positions.tolist() == [*range(20), *range(20, 29), *range(20, 33)]
    assert packed.labels.tolist() == [document.ids[-1] for document in documents]
    assert packed.ids[packed.targets].tolist() == [document.ids[-2] for document in documents]


@pytest.mark.parametrize("change", ["alone", "short", "answered"])
def test_no_beginning_is_shared_where_that_would_not_be_exact_or_not_pay(change: str) -> None:
    documents = [draw(30, beginning=1), draw(34, beginning=1)]
    if change == "alone":
        documents.pop()
    if change == "short":
        documents[1].ids[11:] += 1
    if change == "answered":
        documents[1].supervised[12] = True
    assert pack(documents).prefix == 0
