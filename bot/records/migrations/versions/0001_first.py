"""The first records: servers, questions asked, ratings, cases, gaps, facts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    # Written out, not taken from `tables`: a migration must not change when the tables do.
    op.create_table(
        "servers",
        sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("changed_by", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.String(40), nullable=False),
    )
    op.create_table(
        "asked",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("trigger_id", sa.BigInteger, nullable=False, unique=True),
        sa.Column("guild_id", sa.BigInteger),
        sa.Column("asked_in", sa.BigInteger, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("parent_id", sa.Integer),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("receipt_id", sa.String(32), index=True),
        sa.Column("suggestions", sa.JSON, nullable=False),
        sa.Column("message_id", sa.BigInteger, index=True),
        sa.Column("jump_url", sa.Text),
        sa.Column("created_at", sa.String(40), nullable=False, index=True),
        sqlite_autoincrement=True,
    )
    op.create_index("asked_channel", "asked", ["channel_id", "created_at"])
    op.create_index("asked_here", "asked", ["guild_id", "asked_in"])
    op.create_index("asked_user", "asked", ["user_id", "created_at"])
    op.create_table(
        "ratings",
        sa.Column("receipt_id", sa.String(32), primary_key=True),
        sa.Column("user_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("guild_id", sa.BigInteger),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(40), nullable=False),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("guild_id", sa.BigInteger, index=True),
        sa.Column("receipt_id", sa.String(32), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("source_id", sa.String(120), nullable=False),
        sa.Column("passage_id", sa.String(24), nullable=False),
        sa.Column("user_id", sa.BigInteger, index=True),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("created_at", sa.String(40), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "gaps",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("guild_id", sa.BigInteger, index=True),
        sa.Column("receipt_id", sa.String(32), nullable=False, index=True),
        sa.Column("user_id", sa.BigInteger, nullable=False, index=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("sent_by", sa.BigInteger),
        sa.Column("created_at", sa.String(40), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "facts",
        sa.Column("name", sa.String(120), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
