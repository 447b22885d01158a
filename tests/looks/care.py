"""The scenes of what moderators look after: sources, cases, gaps, answers that outlive a source."""

from __future__ import annotations

from typing import Any, cast

from bot.features.notices import Notices
from tests.looks.camera import Shot
from tests.looks.scenes import proposal, scene, seen
from tests.rigs.discord import REFUSED, World, answer_in
from tests.rigs.moderation import QUESTION, TIDES, id_here


async def _held(world: World) -> None:
    """The tide tables, as a source of this server."""
    await world.press(world.manager, (await proposal(world)).target, "Accept")


async def _looked_again(world: World) -> None:
    notices = cast(Notices, world.bot.get_cog("Notices"))
    notices.pace_s = 0
    await notices.carry_out()


def _now(world: World, message: Any) -> Any:
    return next(m for m in world.channel.history() if m.id == message.id)


@scene
async def notice_changed(world: World) -> Shot:
    await _held(world)
    answer = await world.ask(world.alice, QUESTION)
    changed = TIDES.replace("six metres", "seven metres").encode()
    await world.alice.slash(world.channel, "source add", file=("tides.md", changed))
    await world.press(world.manager, world.channel.last_message, "Accept")
    await _looked_again(world)
    return seen(world, "notice-changed", _now(world, answer))


@scene
async def notice_withdrawn(world: World) -> Shot:
    answer = await world.ask(world.alice, QUESTION)
    await world.manager.slash(
        world.channel, "source withdraw", source=id_here(world), why="Out of date"
    )
    await _looked_again(world)
    return seen(world, "notice-withdrawn", _now(world, answer))


@scene
async def summary(world: World) -> Shot:
    """The moderators' summary of what was just looked at again."""
    return seen(world, "summary", world.channel.last_message, world.manager)


@scene
async def source_care(world: World) -> Shot:
    await world.manager.slash(world.channel, "source restore", source=id_here(world))
    shown = answer_in(
        await world.manager.slash(world.channel, "source show", source=id_here(world))
    )
    return seen(world, "source-care", shown, world.manager)


@scene
async def history(world: World) -> Shot:
    shown = answer_in(
        await world.manager.slash(world.channel, "source history", source=id_here(world))
    )
    return seen(world, "history", shown, world.manager)


@scene
async def case_upheld(world: World) -> Shot:
    answer = await world.ask(world.alice, QUESTION)
    form = await world.press(world.bob, answer, "Challenge")
    await world.bob.submit_modal(form, {"which": ["1"], "words": "The gauge was moved in 2020."})
    card = world.channel.last_message
    form = await world.press(world.manager, card, "Uphold")
    words = {"outcome": ["noted"], "words": "Measured before the gauge was moved."}
    await world.manager.submit_modal(form, words)
    return seen(world, "case-upheld", _now(world, card), world.manager)


@scene
async def noted(world: World) -> Shot:
    return seen(world, "noted", await world.ask(world.bob, QUESTION + " "))


@scene
async def gaps(world: World) -> Shot:
    for who, question in (
        (world.alice, REFUSED),
        (world.bob, "Which city is Mongolia's capital?"),
        (world.bob, "Who won the tide race at Aldry in 2019?"),
    ):
        await world.ask(who, question)
    shown = answer_in(await world.manager.slash(world.channel, "gaps"))
    return seen(world, "gaps", shown, world.manager)
