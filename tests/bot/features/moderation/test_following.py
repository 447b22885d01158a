"""What is done at the terminal, or was cut off by a kill, is brought into Discord."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from unittest import mock

import pytest

from bot.features.moderation import Following
from bot.records.model import Outcome
from index.library import Library
from index.parsing import parse
from index.review import Proposal
from index.review.care import Care
from index.review.review import Review
from tests.rigs import harbour
from tests.rigs.discord import World, labels, said, text_of
from tests.rigs.moderation import TIDES, Moderated, told

LENGTH = "How long is the new wall?"
ACTED = "acts followed"


@pytest.fixture
def library(harbour_folder: Path, tmp_path: Path) -> Iterator[Library]:
    with harbour.bare(Path(shutil.copytree(harbour_folder, tmp_path / "own"))) as opened:
        yield opened


@pytest.fixture
async def place(world: World) -> Moderated:
    made = Moderated(world)
    await made.choose()
    await alone(world)
    return made


async def alone(world: World) -> Following:
    """The feature, which follows only when the test says so."""
    cog = cast(Following, world.bot.get_cog("Following"))
    await cog.cog_unload()
    return cog


async def follow(world: World) -> None:
    await (await alone(world)).follow()


async def restarted(place: Moderated) -> None:
    """Killed, and started again: nothing but the stores is left."""
    await place.world.restart()
    await alone(place.world)


def terminal(place: Moderated) -> Review:
    """The review as `concord review` has it: another process, which only shares the registry."""
    return Review(place.world.bot.library.registry)


def proposed(place: Moderated, *, by: str = "operator", scope: str | None = None) -> Proposal:
    document = parse(TIDES.encode(), name="tides.md")
    where = f"server-{place.world.guild.id}" if scope is None else scope
    review = terminal(place)
    return review.propose(document, name="tides.md", by=by, why="Why not", scope=where).proposal


def name_of(who: Any) -> str:
    return f"discord:{who.id}"


def cards(place: Moderated) -> list[Any]:
    return [m for m in place.channel.history() if "Tides at Aldry" in text_of(m)]


def written_to(who: Any) -> list[str]:
    """What the bot wrote to somebody directly; nothing where there was no reason to."""
    return told(who) if who.user.dm_channel is not None else []


# ------------------------------------------------------------ at the terminal
async def test_what_the_operator_proposes_gets_a_card_to_be_judged_by(place: Moderated) -> None:
    proposed(place)
    await follow(place.world)
    (card,) = cards(place)
    assert "operator" in text_of(card) and "Accept" in labels(card)
    assert "is accepted" in said(await place.press(place.mod, "Accept", card))
    assert "six metres" in await place.answer()
    await follow(place.world)
    assert len(cards(place)) == 1


@pytest.mark.parametrize(
    ("act", "words", "card_says", "person_hears"),
    [
        ("accept", "", "✅ **Accepted**", "is accepted"),
        ("reject", "A hoax", "A hoax", "A hoax"),
        ("ask_back", "Who measured?", "asked the proposer", "Who measured?"),
    ],
)
async def test_what_the_operator_decides_shows_on_the_card_and_is_told(
    place: Moderated, act: str, words: str, card_says: str, person_hears: str
) -> None:
    world = place.world
    await place.propose(world.alice)
    name = {"accept": "words", "reject": "reason", "ask_back": "question"}[act]
    getattr(terminal(place), act)(1, by="operator", **{name: words})
    await follow(world)
    assert card_says in text_of(place.card)
    assert ("Accept" in labels(place.card)) == (act == "ask_back")
    (heard,) = written_to(world.alice)
    assert person_hears in heard and "Peace" in heard
    assert ("Reply" in labels(world.alice.user.dm_channel.last_message)) == (act == "ask_back")
    await follow(world)
    await restarted(place)
    await follow(world)
    assert len(written_to(world.alice)) == 1, "whoever was told isn't told again"


async def test_who_decides_on_their_own_proposal_is_told_nothing(place: Moderated) -> None:
    me = name_of(place.mod)
    terminal(place).reject(proposed(place, by=me).id, by=me, reason="A mistake of mine")
    await restarted(place)
    await follow(place.world)
    assert written_to(place.mod) == []
    assert cards(place) == [], "what is settled already needs no card"


async def test_what_serves_everybody_is_the_operator_s_alone(place: Moderated) -> None:
    proposed(place, scope="")
    await follow(place.world)
    assert cards(place) == []


async def test_hostile_words_from_the_terminal_do_nothing(place: Moderated) -> None:
    world = place.world
    await place.propose(world.alice)
    terminal(place).reject(1, by="operator", reason="@everyone [x](https://evil.example) `[1]`")
    await follow(world)
    (heard,) = written_to(world.alice)
    assert r"\[x\](https:\//evil.example) \`\[1\]\`" in heard and "@everyone" not in heard


async def test_a_page_that_is_gone_is_told_to_the_moderators(place: Moderated) -> None:
    await place.propose()
    await place.press(place.mod, "Accept")
    registry = place.world.bot.library.registry
    (source,) = [s for s in registry.sources() if s.scope]
    registry.proposals.record(source, "page-gone", "concord", "404")  # type: ignore[arg-type]
    await follow(place.world)
    assert "Tides at Aldry" in text_of(place.card) and "⚠️" in text_of(place.card)


# ------------------------------------------------------------ cut off by a kill
async def test_a_proposal_that_a_kill_left_without_a_card_gets_one(place: Moderated) -> None:
    world = place.world
    proposed(place, by=name_of(world.alice))
    await follow(world)
    assert cards(place) == [], "whoever pressed here is served at once, not by this"
    await restarted(place)
    await follow(world)
    (card,) = cards(place)
    assert world.alice.mention in text_of(card)
    await restarted(place)
    await follow(world)
    assert len(cards(place)) == 1


async def test_a_decision_that_a_kill_left_untold_is_told(place: Moderated) -> None:
    world = place.world
    await place.propose(world.alice)
    terminal(place).reject(1, by=name_of(place.mod), reason="A hoax")
    await follow(world)
    assert "Accept" in labels(place.card)
    await restarted(place)
    await follow(world)
    assert "Accept" not in labels(place.card)
    assert "A hoax" in written_to(world.alice)[-1]


async def test_what_is_long_past_is_not_made_up_for_again(place: Moderated) -> None:
    """An act by somebody here is behind the bot once it is old, restarts or not."""
    world = place.world
    with mock.patch("bot.features.moderation.following._UNDER_WAY", -timedelta(hours=1)):
        proposed(place, by=name_of(world.alice))
        await follow(world)
    await restarted(place)
    await follow(world)
    assert cards(place) == []


async def test_a_bot_that_just_learned_to_follow_passes_over_what_is_past(
    place: Moderated,
) -> None:
    world = place.world
    proposed(place)
    world.bot.records.remember(ACTED, str(world.bot.library.registry.proposals.last_act()))
    await restarted(place)
    await follow(world)
    assert cards(place) == []
    terminal(place).revise(1, by="operator", title="Tides at Aldry, revised")
    await follow(world)
    assert len(cards(place)) == 1


async def test_what_comes_right_after_the_first_start_is_followed(place: Moderated) -> None:
    """The first look may come seconds after the start: what was done before it still counts."""
    assert place.world.bot.records.fact(ACTED) == "0"
    proposed(place)
    await restarted(place)
    await follow(place.world)
    assert len(cards(place)) == 1


async def test_more_acts_than_are_read_at_once_are_followed_in_order(place: Moderated) -> None:
    proposed(place)
    for n in range(120):
        terminal(place).revise(1, by="operator", title=f"Tides at Aldry {n}")
    for _ in range(2):
        await follow(place.world)
    assert len(cards(place)) == 1 and "Tides at Aldry 119" in text_of(place.card)
    last = place.world.bot.library.registry.proposals.last_act()
    assert place.world.bot.records.fact(ACTED) == str(last)


async def test_trouble_with_one_act_is_tried_again(place: Moderated) -> None:
    proposed(place)
    cog = await alone(place.world)
    broken = mock.patch(
        "bot.features.moderation.following.post_card", side_effect=[RuntimeError("odd")]
    )
    with broken as post:
        await cog._look()
        assert post.called and place.world.bot.records.fact(ACTED) == "0"
    await cog._look()
    assert len(cards(place)) == 1


# ------------------------------------------------------------ cases
async def challenged(place: Moderated) -> int:
    """Alice challenges an answer; the case's number."""
    world = place.world
    answer = await world.ask(world.bob, LENGTH)
    form = await world.press(world.alice, answer, "Challenge")
    await world.alice.submit_modal(form, {"which": ["1"], "words": "Measured wrongly."})
    (case,) = world.bot.records.cases.find()
    return case.id


@pytest.mark.parametrize("upheld", [True, False])
async def test_a_case_that_the_operator_decides_is_shown_and_told(
    place: Moderated, upheld: bool
) -> None:
    world = place.world
    number = await challenged(place)
    await follow(world)
    assert "Uphold" in labels(place.card)
    cases = world.bot.records.cases
    if upheld:
        cases.uphold(number, Outcome.EDITED, by="operator", reason="You are right.")
    else:
        cases.dismiss(number, by="operator", reason="It stands as it stood.")
    for _ in range(2):
        await follow(world)
    await restarted(place)
    await follow(world)
    assert "Uphold" not in labels(place.card)
    (heard,) = written_to(world.alice)
    assert ("**upheld**" if upheld else "It stands as it stood.") in heard
    assert LENGTH in heard


async def test_a_case_decided_by_a_button_is_told_once(place: Moderated) -> None:
    world = place.world
    await challenged(place)
    await place.fill(place.mod, "Dismiss", words="It stands as it stood.")
    await follow(world)
    assert len(written_to(world.alice)) == 1


async def test_a_case_that_a_kill_left_untold_is_told(place: Moderated) -> None:
    world = place.world
    number = await challenged(place)
    await follow(world)
    world.bot.records.cases.dismiss(number, by=name_of(place.mod), reason="It stands.")
    await restarted(place)
    await follow(world)
    assert len(written_to(world.alice)) == 1 and "Uphold" not in labels(place.card)


async def test_what_happens_to_sources_without_a_proposal_needs_no_card(place: Moderated) -> None:
    Care(place.world.bot.library.registry).withdraw("ferry", by="operator")
    await follow(place.world)
    assert place.channel.history() == []
