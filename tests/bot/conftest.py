"""Every test of the command starts in an empty folder, with settings of its own."""

from __future__ import annotations

import functools
import os
import shutil
from pathlib import Path

import pytest

from index import embedding
from tests.rigs.cli import Typed

# The real model, read from the disk once: most of what a short command takes is reading it.
_load_once = functools.cache(embedding.load)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of the settings, not made yet; without Concord's own shelf."""
    for name in [name for name in os.environ if name.startswith("CONCORD_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "data"
    monkeypatch.setenv("CONCORD_DATA_DIR", str(folder))
    monkeypatch.setenv("CONCORD_BUILTIN_SOURCES", "false")
    monkeypatch.setenv("CONCORD_LOCK_WAIT_S", "0")
    monkeypatch.setenv("CONCORD_FETCH_DELAY_S", "0")
    monkeypatch.setattr(embedding, "load", _load_once)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    return folder


@pytest.fixture
def concord(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """The command."""
    return Typed(monkeypatch, capsys)


@pytest.fixture
def stocked(data: Path, harbour_folder: Path) -> Path:
    """The data folder, holding the sources of `tests.rigs.harbour`."""
    shutil.copytree(harbour_folder, data)
    return data


@pytest.fixture
def on_shelf(
    data: Path, shelf_folder: Path, concord: Typed, monkeypatch: pytest.MonkeyPatch
) -> Typed:
    """The command over Concord's own shelf."""
    shutil.copytree(shelf_folder, data)
    monkeypatch.setenv("CONCORD_BUILTIN_SOURCES", "true")
    return concord
