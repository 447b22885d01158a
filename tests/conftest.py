"""Options and fixtures that all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--kills",
        type=int,
        default=2,
        help="how often each crash test kills its process (make crash: 50)",
    )


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the article and the evaluation's questions; without it the test skips."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    folder = Path(os.environ.get("CONCORD_SHARED", beside))
    if not (folder / "corpus").is_dir():
        pytest.skip("the article's text is not on this machine (set CONCORD_SHARED)")
    return folder
