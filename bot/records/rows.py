"""Between the records' rows and their values."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.records.model import Asked, AskedStatus


def to_asked(row: sa.Row[Any]) -> Asked:
    return Asked(
        id=row.id,
        trigger_id=row.trigger_id,
        guild_id=row.guild_id,
        channel_id=row.channel_id,
        user_id=row.user_id,
        parent_id=row.parent_id,
        question=row.question,
        private=row.private,
        status=AskedStatus(row.status),
        receipt_id=row.receipt_id,
        suggestions=tuple(row.suggestions),
        message_id=row.message_id,
        created_at=row.created_at,
        asked_in=row.asked_in,
        jump_url=row.jump_url,
        heading=row.heading,
        plain=row.plain,
        unfinished=row.unfinished,
    )
