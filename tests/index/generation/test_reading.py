"""JSON from a model that may write anything around it, within it, or instead of it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.generation.draft import Draft
from index.generation.reading import LONGEST, found_in

STATEMENT = {
    "text": "The wall is long.",
    "cites": [{"passage": "a1", "sentences": [1]}],
    "voice": "official",
    "kind": "said",
}
TEXT = json.dumps({"answered": True, "statements": [STATEMENT, STATEMENT | {"text": "Two."}]})


@pytest.mark.parametrize(
    "written",
    [
        TEXT,
        f"Here you are:\n```json\n{TEXT}\n```\nI hope this helps {{you}}!",
        f"<think>They ask {{about}} the wall.</think>{TEXT}",
        f"\ufeff  {TEXT} {TEXT}",
    ],
    ids=["alone", "in a fence", "after thoughts", "twice"],
)
def test_the_first_object_counts_whatever_stands_around_it(written: str) -> None:
    value, whole = found_in(written)
    assert whole and value is not None and len(value["statements"]) == 2


@pytest.mark.parametrize(
    "written",
    [
        "",
        "I can't help with that.",
        "[1, 2]",
        "{" * 100_000,
        '{"a":' * 50_000,
        "<think>" + TEXT,
        "\x00\ud800",
        '{"answered": tru',
    ],
)
def test_nonsense_is_no_statement(written: str) -> None:
    draft = Draft()
    assert draft.take(written) == []
    assert not draft.readable


@given(st.text(max_size=300))
def test_nothing_that_a_model_writes_makes_it_fail(written: str) -> None:
    Draft().take(written)
    Draft().take(TEXT[: len(TEXT) // 2] + written)


def test_what_comes_after_a_limit_is_not_looked_at() -> None:
    assert found_in(" " * LONGEST + TEXT) == (None, False)


def test_a_statement_is_taken_once_it_is_whole_and_only_once() -> None:
    draft = Draft()
    taken = [(end, s.text) for end in range(1, len(TEXT) + 1) for s in draft.take(TEXT[:end])]
    assert [text for _, text in taken] == ["The wall is long.", "Two."]
    # The first can't be known to be whole before the second begins.
    assert TEXT[: taken[0][0]].count('"text"') <= 2 and taken[1][0] == len(TEXT)
    assert draft.take(TEXT) == [] and draft.readable and draft.answered is True


def test_at_most_six_statements_are_taken() -> None:
    draft = Draft()
    many = json.dumps({"answered": True, "statements": [STATEMENT] * 50})
    assert len(draft.take(many)) == 6 and draft.full


def test_an_entry_that_does_not_fit_is_passed_over() -> None:
    wrong = [
        "The wall is long.",
        {"text": ""},
        {"text": "No numbers.", "cites": [{"passage": "a1", "sentences": ["one"]}]},
        {"text": "x" * 3_000, "cites": []},
        STATEMENT | {"cites": [{"passage": "a1", "sentences": [1]}] * 9},
        STATEMENT | {"kind": "invented", "link": "https://example.org"},
    ]
    draft = Draft()
    found = draft.take(json.dumps({"answered": True, "statements": wrong}))
    assert [(s.text, s.kind.value) for s in found] == [("The wall is long.", "said")]


def test_the_model_may_say_that_it_finds_no_answer() -> None:
    draft = Draft()
    assert draft.take('{"answered": false, "statements": []}') == []
    assert draft.answered is False and draft.readable
