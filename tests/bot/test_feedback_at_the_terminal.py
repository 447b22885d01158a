"""`concord cases` and `concord gaps`: what people in Discord left for the moderators."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.records import Records
from index.library import Library
from index.model import Refusal, RefusalReason
from index.options import IndexOptions
from tests.rigs.cli import Typed

QUESTION = "How long is the new wall?"


@pytest.fixture
def challenged(stocked: Path) -> Path:
    """A data folder in which a citation was challenged, and two questions went unanswered."""
    with Library.open(IndexOptions(stocked, builtin=False)) as library:
        answer = library.ask(QUESTION)
    records = Records(f"sqlite:///{stocked / 'records.sqlite'}")
    records.feedback.open_case(answer.receipt_id, answer.citations[0], 3, 1, "Out of date")
    refusal = Refusal(reason=RefusalReason.NOT_IN_SOURCES, message="No.")
    for receipt, question in (("a", "Who paid?"), ("b", "who paid?"), ("c", "Why granite?")):
        records.feedback.log_gap(receipt, question, refusal, 3, 1)
    records.close()
    return stocked


def test_a_case_is_shown_with_what_it_is_about_and_decided(
    concord: Typed, challenged: Path
) -> None:
    shown = concord("cases").out
    for part in ("Case 1", QUESTION, "640 metres", "harbour-wall", "Out of date"):
        assert part in shown
    concord("cases", "--uphold", "1")
    assert "No case is open" in concord("cases").out
    assert concord("cases", "--all", "--json").json[0]["status"] == "upheld"
    again = concord("cases", "--dismiss", "1")
    assert again.status == 2 and "no open case 1" in again.err


def test_gaps_are_gathered_most_asked_first(concord: Typed, challenged: Path) -> None:
    found = concord("gaps", "--json").json
    assert [(g["question"].casefold(), g["times"]) for g in found] == [
        ("who paid?", 2),
        ("why granite?", 1),
    ]
    assert "2 ×" in concord("gaps").out


def test_where_nothing_happened_yet(concord: Typed, stocked: Path) -> None:
    assert "No case is open" in concord("cases").out
    assert "Nothing was left unanswered" in concord("gaps").out
