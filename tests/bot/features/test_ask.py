"""`/ask`: acknowledged at once, answered in one message, checked without leaving Discord."""

from __future__ import annotations

from tests.rigs.discord import ANSWERED, REFUSED, World, answer_in, labels, text_of


async def test_an_answer_stands_in_one_message_with_its_citations(world: World) -> None:
    result = await world.alice.slash(world.channel, "ask", question=ANSWERED)
    assert result.acknowledged and not result.ephemeral
    answer = answer_in(result)
    shown = text_of(answer)
    assert "`[1]`" in shown
    assert "¶" in shown
    assert labels(answer)[:1] == ["Open source"]
    assert "Passages" in labels(answer)


async def test_a_private_answer_is_seen_by_the_asker_alone(world: World) -> None:
    result = await world.alice.slash(world.channel, "ask", question=ANSWERED, private=True)
    assert result.ephemeral
    assert world.channel.history(viewer=world.bob) == []


async def test_a_refusal_says_so_and_shows_what_is_nearest(world: World) -> None:
    answer = await world.ask(world.alice, REFUSED)
    assert "outside what my sources cover" in text_of(answer)
    assert "Nearest passages" in text_of(answer)
    assert "Send to the moderators" in labels(answer)
    asked = world.bot.records.of_message(answer.id)
    assert asked is not None and asked.receipt_id is not None
    gap, first = world.bot.records.feedback.send_gap(asked.receipt_id, world.alice.id)
    assert gap is not None and first
    assert gap.question == REFUSED


async def test_passages_shows_the_quote_in_its_place(world: World) -> None:
    answer = await world.ask(world.alice, ANSWERED)
    shown = answer_in(await world.press(world.bob, answer, "Passages"))
    assert shown.ephemeral
    assert "**When empires compete aggressively" in text_of(shown)


async def test_why_tells_how_the_answer_came_about(world: World) -> None:
    answer = await world.ask(world.alice, ANSWERED)
    shown = answer_in(await world.press(world.bob, answer, "Why this answer?"))
    assert shown.ephemeral
    for word in ("Searched for", "Weighed", "Quoted", "Left out", "ms"):
        assert word in text_of(shown)
