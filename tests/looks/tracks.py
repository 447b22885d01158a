"""The scenes of a guided track, from its start to its end, and of what moderators see of tracks."""

from __future__ import annotations

from typing import Any

from tests.looks.camera import Shot
from tests.looks.scenes import scene, seen
from tests.rigs.discord import World, answer_in, button, labels, select, shown

TRACK = "ten-minutes"


async def _begin(world: World) -> Any:
    chooser = answer_in(await world.alice.slash(world.channel, "start"))
    menu = select(chooser, "s:walk-track")
    return answer_in(await world.alice.select(chooser, [TRACK], custom_id=menu["custom_id"]))


async def _check(world: World) -> Any:
    return shown(await world.press(world.alice, await _begin(world), "Next"))[-1]


@scene
async def start(world: World) -> Shot:
    return seen(world, "start", answer_in(await world.alice.slash(world.channel, "start")))


@scene
async def step(world: World) -> Shot:
    return seen(world, "step", await _begin(world))


@scene
async def step_answer(world: World) -> Shot:
    step = await _begin(world)
    asked = next(text for text in labels(step) if text.endswith("?"))
    return seen(world, "step-answer", shown(await world.press(world.alice, step, asked))[-1])


@scene
async def check(world: World) -> Shot:
    return seen(world, "check", await _check(world))


@scene
async def verdict(world: World) -> Shot:
    check = await _check(world)
    choice = button(check, labels(check)[1])
    return seen(
        world, "verdict", shown(await world.alice.click(check, custom_id=choice["custom_id"]))[-1]
    )


@scene
async def track_end(world: World) -> Shot:
    at = await _begin(world)
    while "Next" in labels(at):
        at = shown(await world.press(world.alice, at, "Next"))[-1]
    return seen(world, "track-end", at)


@scene
async def onboarding_panel(world: World) -> Shot:
    panel = answer_in(await world.manager.slash(world.channel, "onboarding panel"))
    return seen(world, "onboarding-panel", panel, world.manager)


@scene
async def statistics(world: World) -> Shot:
    await track_end(world)
    panel = answer_in(await world.manager.slash(world.channel, "onboarding panel"))
    counts = answer_in(await world.press(world.manager, panel, "Statistics"))
    return seen(world, "statistics", counts, world.manager)


@scene
async def glossary(world: World) -> Shot:
    return seen(world, "glossary", answer_in(await world.alice.slash(world.channel, "glossary")))
