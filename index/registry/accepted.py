"""Reading what is accepted: each version's passages once, however often the list is asked for."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from index.model import Passage, Source, SourceStatus
from index.registry import rows, tables
from index.registry.status import VersionStatus


class AcceptedPassages:
    """What is in a stored version never changes, so it is kept for as long as it is accepted."""

    def __init__(self) -> None:
        self._of_version: dict[int, tuple[Passage, ...]] = {}

    def read(self, db: Connection) -> list[tuple[Source, list[Passage]]]:
        """Every accepted source with the passages of its accepted version, in reading order."""
        s, v = tables.sources, tables.versions
        found = db.execute(sa.select(s).where(s.c.status == SourceStatus.ACCEPTED).order_by(s.c.id))
        held = {row.id: (rows.to_source(row), list[Passage]()) for row in found}
        accepted = sa.select(v.c.id, v.c.source_id).where(v.c.status == VersionStatus.ACCEPTED)
        known, now = self._of_version, dict[int, tuple[Passage, ...]]()
        for version_id, source_id in db.execute(accepted).all():
            if source_id in held:
                now[version_id] = known.get(version_id) or _passages(db, version_id)
                held[source_id][1].extend(now[version_id])
        self._of_version = now
        return list(held.values())


def _passages(db: Connection, version_id: int) -> tuple[Passage, ...]:
    v, p = tables.versions, tables.passages
    version = rows.to_version(db.execute(sa.select(v).where(v.c.id == version_id)).one())
    found = db.execute(sa.select(p).where(p.c.version_id == version_id).order_by(p.c.start))
    return tuple(rows.to_passage(row, version) for row in found)
