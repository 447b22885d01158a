"""What became of each item that was to be brought in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    ADDED = "added"
    FETCHED = "fetched"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"

    @property
    def failed(self) -> bool:
        return self in (Result.UNREACHABLE, Result.REFUSED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item. `name`: file or address; `detail`: a sentence where it failed."""

    name: str
    result: Result
    source_id: str | None = None
    title: str = ""
    passages: int = 0
    detail: str = ""
    code: str = ""


Told = Callable[[Outcome], None]
