"""What the tests of the index share: one embedding model, and libraries that are made once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from index.embedding.minilm import MiniLM
from index.library import Library
from index.options import IndexOptions
from index.registry import Registry
from tests.rigs import harbour as town

# A busy machine is no fault of the code.
settings.register_profile("concord", deadline=None)
settings.load_profile("concord")


@pytest.fixture(scope="session")
def embedder() -> MiniLM:
    """The real model."""
    return MiniLM()


@pytest.fixture(scope="session")
def shelf_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder into which the shelf was read. Copy it before changing anything."""
    folder = tmp_path_factory.mktemp("shelf") / "data"
    Library.open(IndexOptions(folder)).close()
    return folder


@pytest.fixture(scope="session")
def shelf(shelf_folder: Path) -> Iterator[Library]:
    """A library with Concord's own shelf, for asking; it stays as it is."""
    with Library.open(IndexOptions(shelf_folder)) as library:
        yield library


@pytest.fixture(scope="session")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library with the sources of `tests.rigs.harbour` alone, for asking; it stays as it is."""
    with town.stocked(tmp_path_factory.mktemp("harbour") / "data") as library:
        yield library


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the checkout with what isn't ours to publish: the article, public packs."""
    beside = Path(__file__).resolve().parents[2].parent / "shared"
    folder = Path(os.environ.get("CONCORD_SHARED") or beside)
    if not folder.is_dir():
        pytest.skip("there is no folder `shared` beside the checkout (or CONCORD_SHARED)")
    return folder


@pytest.fixture(scope="session")
def article(shared: Path) -> Path:
    """The folder with the article's text in three formats and the list of its paragraphs."""
    folder = shared / "corpus"
    if not (folder / "article-paragraphs.json").is_file():
        pytest.skip("the folder `shared` holds no text of the article")
    return folder


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    """An empty registry on a database of its own."""
    opened = Registry(f"sqlite:///{tmp_path / 'registry.sqlite'}")
    yield opened
    opened.close()
