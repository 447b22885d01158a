"""The weighted sum that ranks."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from index.retrieval.fusion import Signals, Weights, fuse

NAMES = ("dense", "sentence", "hint", "lexical", "hint_lexical")


def signals(count: int = 1, **values: Any) -> Signals:
    """`count` candidates, 0.2 of everything unless told otherwise."""
    given: dict[str, Any] = {name: np.full(count, 0.2, np.float32) for name in NAMES}
    given |= {"hinted": np.ones(count, np.bool_), "note": np.zeros(count, np.bool_)}
    given |= {name: np.array(value) for name, value in values.items()}
    return Signals(**given)


@pytest.mark.parametrize("name", NAMES)
def test_more_of_any_signal_ranks_higher(name: str) -> None:
    low, high = fuse(signals(2, **{name: [0.1, 0.6]}), Weights())
    assert high - low == pytest.approx(0.5 * getattr(Weights(), name))
    assert high > low


def test_a_passage_without_hints_is_judged_by_its_own_text_in_their_place() -> None:
    own: dict[str, Any] = {"dense": [0.5] * 3, "sentence": [0.6] * 3, "lexical": [0.4] * 3}
    unhinted, badly_hinted, as_if_hinted = fuse(
        signals(3, **own, hint=[0, 0, 0.6], hint_lexical=[0, 0, 0.4], hinted=[False, True, True]),
        Weights(),
    )
    assert unhinted == pytest.approx(as_if_hinted)
    assert badly_hinted < unhinted, "hints that don't fit are no replacement"


def test_a_note_goes_behind_a_source_that_says_the_same() -> None:
    source, note = fuse(signals(2, note=[False, True]), Weights())
    assert source - note == pytest.approx(-Weights().note)
    assert source > note


def test_a_weight_of_zero_takes_a_signal_out() -> None:
    weights = Weights()
    of_both = [signals(note=[True]), signals(hint=[1.0])]
    for field in fields(Weights):
        without = replace(weights, **{field.name: 0.0})
        changed = [not np.allclose(fuse(s, weights), fuse(s, without)) for s in of_both]
        assert any(changed), field.name


def test_the_words_of_a_hint_lead_where_it_leads() -> None:
    """As long as it is no hint of our own notes: a source that says the same goes first."""
    known, near, note = fuse(
        signals(3, hint=[1.0, 0.95, 1.0], note=[False, False, True]), Weights()
    )
    assert known - near > Weights().known
    assert known - note == pytest.approx(Weights().known - Weights().note)


def test_similarity_is_the_best_cosine_of_passage_sentence_and_hint() -> None:
    made = signals(3, dense=[0.1, 0.7, 0.2], sentence=[0.5, 0.1, 0.2], hint=[0.2, 0.2, 0.9])
    assert made.similarity() == pytest.approx([0.5, 0.7, 0.9])
