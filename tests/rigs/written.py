"""A library whose answers a scripted model writes, and what it says of given sentences."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.library import Library
from tests.rigs import harbour
from tests.rigs.drafting import blocks, statement
from tests.rigs.llm import Asked, LlmRig

STORM = "What did the storm do to the harbour wall?"


@contextmanager
def written(folder: Path, rig: LlmRig, **options: Any) -> Iterator[Library]:
    """The harbour's library with the rig's model."""
    with harbour.stocked(folder / "data", llm=rig.options(**options)) as library:
        yield library


def says(asked: Asked, words: str, text: str, **more: Any) -> dict[str, Any]:
    """A statement that cites the sentence with these words."""
    for block in blocks(asked):
        for n, sentence in enumerate(block.sentences, start=1):
            if words in sentence:
                return statement(text, (block.key, [n]), **more)
    raise AssertionError(f"the model wasn't given {words!r}")
