"""The whole bot in a simulated Discord: the real discord.py, library, Chroma and SQLite.

Whatever a test makes the bot send is held against Discord's own description and limits at its end.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import simcord

from bot.client import ConcordBot
from index.library import Library
from tests.rigs.contract import Contract, check_requests
from tests.rigs.discord import World, build_bot


@pytest.fixture
def simcord_bot(library: Library, tmp_path: Path) -> ConcordBot:
    return build_bot(tmp_path / "records", library)


@pytest.fixture
async def world(simcord_env: simcord.Env, contract: Contract | None) -> AsyncIterator[World]:
    """A server with people in it. At the end every request must have been a right one."""
    yield World(simcord_env)
    if contract is None:
        pytest.skip("passed, but requests went unchecked: no ../shared/discord/openapi.json")
    assert check_requests(contract, simcord_env.http_requests) == []
