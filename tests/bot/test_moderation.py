"""`concord sources propose|review|accept|…`: a second pair of eyes, at the terminal."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index.library import Library
from index.options import IndexOptions
from tests.rigs.cli import Typed

TIDES = """---
title: Tides at Aldry
---
# Tides at Aldry

The spring tide at Aldry rises by six metres, measured at the old pilot station since 1911.
"""
QUESTION = "How high does the spring tide rise at Aldry?"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tides.md"
    path.write_text(TIDES, encoding="utf-8")
    return path


def test_from_a_proposal_to_an_answer(concord: Typed, stocked: Path, file: Path) -> None:
    proposed = concord("sources", "propose", str(file), "--why", "Often asked", "--by", "ann")
    assert "Proposal 1" in proposed.out
    assert concord("ask", QUESTION).status == 3
    assert "Tides at Aldry" in concord("sources", "review").out
    shown = concord("sources", "review", "1", "--ask", QUESTION)
    assert "six metres" in shown.out and "changes" in shown.out
    assert concord("sources", "accept", "1", "--voice", "evidence", "--by", "ben").status == 0
    answer = concord("ask", QUESTION, "--json").json
    assert answer["citations"][0]["voice"] == "evidence"
    acts = concord("sources", "history", "tides", "--json").json["acts"]
    assert [(a["actor"], a["act"]) for a in acts] == [
        ("ann", "proposed"),
        ("ben", "revised"),
        ("ben", "accepted"),
    ]


def test_a_new_version_shows_its_changed_words(concord: Typed, stocked: Path, file: Path) -> None:
    concord("sources", "propose", str(file))
    concord("sources", "accept", "1")
    file.write_text(TIDES.replace("six", "seven"), encoding="utf-8")
    assert "as a new version" in concord("sources", "propose", str(file)).out
    assert "[-six-][+seven+]" in concord("sources", "review", "2").out
    concord("sources", "reject", "2", "--reason", "Unproven")
    assert "Nothing waits" in concord("sources", "review").out


def test_withdrawn_restored_edited_exported(concord: Typed, stocked: Path) -> None:
    wall = "How long is the new wall?"
    concord("sources", "withdraw", "harbour-wall", "--why", "Out of date")
    assert concord("ask", wall).status == 3
    concord("sources", "restore", "harbour-wall")
    assert concord("ask", wall).status == 0
    concord("sources", "edit", "harbour-wall", "--licence", "CC BY 4.0")
    exported = concord("sources", "export", "harbour-wall").out
    assert "licence: CC BY 4.0" in exported and "640 metres" in exported


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["accept", "7"], "There is no proposal 7."),
        (["reject", "7", "--reason", "x"], "There is no proposal 7."),
        (["review", "7"], "There is no proposal 7."),
        (["history", "nowhere"], "No source is named nowhere."),
        (["withdraw", "nowhere"], "No source is named nowhere."),
        (["restore", "harbour-wall", "--version", "zz"], "has no version zz"),
        (["edit", "harbour-wall"], "Say what to change"),
        (["refresh", "lighthouse"], "came from no address"),
        (["propose", "nowhere.md"], "can't be read"),
    ],
)
def test_what_cannot_be_done_is_said(
    typed: list[str], says: str, concord: Typed, stocked: Path
) -> None:
    done = concord("sources", *typed)
    assert done.status != 0
    assert says in done.err


def test_beside_a_running_bot_the_owner_follows(concord: Typed, stocked: Path, file: Path) -> None:
    with Library.open(IndexOptions(stocked, builtin=False)) as running:
        concord("sources", "propose", str(file))
        told = concord("sources", "accept", "1").out
        assert "running bot takes it in" in told
        assert not running.ask(QUESTION).answered
        assert running.follow()
        assert running.ask(QUESTION).answered
        assert not running.follow()
        concord("sources", "withdraw", "tides")
        assert running.follow()
        assert not running.ask(QUESTION).answered
        assert running.check().sound


def test_an_acceptance_without_vectors_is_completed_at_the_next_start(
    concord: Typed, stocked: Path, file: Path, tmp_path: Path
) -> None:
    """As a kill between acceptance and index leaves it."""
    with Library.open(IndexOptions(stocked, builtin=False)):
        concord("sources", "propose", str(file))
        concord("sources", "accept", "1")
    copy = shutil.copytree(stocked, tmp_path / "copy")
    with Library.open(IndexOptions(Path(copy), builtin=False)) as library:
        assert library.ask(QUESTION).answered
