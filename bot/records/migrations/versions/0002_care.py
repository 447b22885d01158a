"""How answers were shown, what became of cases, notices on answers, cards of proposals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("asked", sa.Column("heading", sa.Text))
    op.add_column(
        "asked", sa.Column("plain", sa.Boolean, nullable=False, server_default=sa.false())
    )
    for name, kind in (
        ("question", sa.Text),
        ("citation", sa.JSON),
        ("outcome", sa.String(20)),
        ("reason", sa.Text),
        ("decided_by", sa.String(120)),
        ("decided_at", sa.String(40)),
        ("channel_id", sa.BigInteger),
        ("message_id", sa.BigInteger),
    ):
        op.add_column("cases", sa.Column(name, kind))
    op.create_table(
        "notices",
        sa.Column("receipt_id", sa.String(32), primary_key=True),
        sa.Column("guild_id", sa.BigInteger),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("fate", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False, index=True),
        sa.Column("summed", sa.Boolean, nullable=False),
        sa.Column("changed_at", sa.String(40), nullable=False),
    )
    op.create_table(
        "cards",
        sa.Column("proposal_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("guild_id", sa.BigInteger),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("message_id", sa.BigInteger, nullable=False),
    )
