"""Where the moderators' cards of proposals stand."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.records.tables import cards
from index.database import Guarded, writing


class CardStore:
    """Part of `Records`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(
        self, proposal_id: int, guild_id: int | None, channel_id: int, message_id: int
    ) -> None:
        """The latest card of a proposal counts."""
        row = {
            "proposal_id": proposal_id,
            "guild_id": guild_id,
            "channel_id": channel_id,
            "message_id": message_id,
        }
        with Guarded(writing(self._engine).begin()) as db:
            db.execute(sa.delete(cards).where(cards.c.proposal_id == proposal_id))
            db.execute(sa.insert(cards), row)

    def of(self, proposal_id: int) -> tuple[int, int] | None:
        """(channel id, message id), if a card was posted."""
        query = sa.select(cards.c.channel_id, cards.c.message_id)
        with Guarded(self._engine.connect()) as db:
            row = db.execute(query.where(cards.c.proposal_id == proposal_id)).first()
        return (row.channel_id, row.message_id) if row else None
