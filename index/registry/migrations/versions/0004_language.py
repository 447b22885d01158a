"""The language of a source, which until now only its proposal knew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column(
        "sources", sa.Column("language", sa.String(40), nullable=False, server_default="")
    )
    sources = sa.table(
        "sources", sa.column("id", sa.String), sa.column("origin"), sa.column("language")
    )
    proposals = sa.table(
        "proposals",
        sa.column("id", sa.Integer),
        sa.column("source_id", sa.String),
        sa.column("status", sa.String),
        sa.column("changed_at", sa.String),
        sa.column("source", sa.JSON),
        sa.column("language", sa.String),
    )
    db = op.get_bind()
    db.execute(sa.update(sources).where(sources.c.origin == "own").values(language="en"))
    # Without the texts, which are large. The latest proposal that was accepted counts.
    order = (proposals.c.changed_at, proposals.c.id)
    for row in db.execute(sa.select(proposals).order_by(*order)).all():
        said = {**row.source, "language": row.language}
        db.execute(sa.update(proposals).where(proposals.c.id == row.id).values(source=said))
        if row.status == "accepted":
            where = sources.c.id == row.source_id
            db.execute(sa.update(sources).where(where).values(language=row.language))
    op.drop_column("proposals", "language")
