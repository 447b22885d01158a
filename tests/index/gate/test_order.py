"""Who did what to whom."""

from __future__ import annotations

from index.gate.order import swapped


def test_names_that_have_changed_places_are_noticed() -> None:
    told = "In 1667 Holland attacked England."
    assert swapped("In 1667 England attacked Holland.", told) == ("England", "Holland")
    assert swapped("In 1667 Holland attacked England.", told) is None


def test_the_passive_turns_a_sentence_and_means_the_same() -> None:
    told = "In 1667 Holland attacked England."
    assert swapped("In 1667 England was attacked by Holland.", told) is None


def test_a_list_may_be_told_in_any_order() -> None:
    told = "England and Holland signed the treaty."
    assert swapped("Holland and England signed the treaty.", told) is None
