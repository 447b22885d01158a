"""A server with moderators over the made-up sources; what is to be told is told when a test says
so."""

from __future__ import annotations

import pytest

from index.library import Library
from tests.rigs.discord import World
from tests.rigs.moderation import Moderated
from tests.rigs.notices import alone


@pytest.fixture
def library(own_harbour: Library) -> Library:
    return own_harbour


@pytest.fixture
async def place(world: World) -> Moderated:
    made = Moderated(world)
    await made.choose()
    await alone(world)
    return made


@pytest.fixture
async def repeating(place: Moderated) -> Moderated:
    """The same question gets an answer each time."""
    await place.world.restart(repeat_minutes=0)
    await alone(place.world)
    return place
