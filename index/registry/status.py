"""What a version can be to its source."""

from __future__ import annotations

from enum import StrEnum


class VersionStatus(StrEnum):
    ACCEPTED = "accepted"
    SUPERSEDED = "superseded"
