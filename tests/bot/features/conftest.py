"""The whole bot in a simulated Discord: the real discord.py, library, Chroma and SQLite.

Whatever a test makes the bot send is held against Discord's own description and limits at its end.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import simcord

from bot.client import ConcordBot
from index.library import Library
from index.options import IndexOptions
from tests.rigs.contract import Contract, check_requests
from tests.rigs.discord import World, build_bot


@pytest.fixture(scope="session")
def contract() -> Contract | None:
    """Discord's own description; None where the folder `shared` is missing."""
    path = Path(__file__).resolve().parents[4] / "shared" / "discord" / "openapi.json"
    return Contract.load(path) if path.is_file() else None


@pytest.fixture(scope="session")
def library(shelf_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Concord's own shelf, open. Shared: tests add receipts to it and change nothing else."""
    folder = tmp_path_factory.mktemp("open") / "data"
    shutil.copytree(shelf_folder, folder)
    with Library.open(IndexOptions(folder, software="concord/test")) as opened:
        yield opened


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
