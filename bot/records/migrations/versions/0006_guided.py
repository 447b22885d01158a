"""Which questions a guided track asked: they don't use up a member's day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column(
        "asked", sa.Column("guided", sa.Boolean, nullable=False, server_default=sa.false())
    )
