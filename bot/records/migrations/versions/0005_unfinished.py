"""Which questions may have a message that shows less than their answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column(
        "asked", sa.Column("unfinished", sa.Boolean, nullable=False, server_default=sa.false())
    )
