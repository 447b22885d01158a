"""Which passages receipts cite, rulings on challenged citations, checks of pages."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    cited = op.create_table(
        "cited",
        sa.Column("receipt_id", sa.String(32), primary_key=True),
        sa.Column("source_id", sa.String(120), primary_key=True),
        sa.Column("passage_id", sa.String(24), primary_key=True),
    )
    op.create_index("cited_source", "cited", ["source_id", "passage_id"])
    op.create_table(
        "rulings",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("scope", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("source_id", sa.String(120), nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("case_ref", sa.String(60), nullable=False),
        sa.UniqueConstraint("scope", "case_ref"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "checks",
        sa.Column("source_id", sa.String(120), primary_key=True),
        sa.Column("checked_at", sa.String(40), nullable=False),
        sa.Column("fault", sa.Text, nullable=False),
        sa.Column("since", sa.String(40), nullable=False),
    )
    # Receipts that are kept already; one at a time, for there may be many of them.
    receipts = sa.table("receipts", sa.column("id", sa.String), sa.column("body", sa.Text))
    db = op.get_bind()
    ids = list(db.execute(sa.select(receipts.c.id)).scalars())
    for receipt_id in ids:
        query = sa.select(receipts.c.body).where(receipts.c.id == receipt_id)
        body = db.execute(query).scalar_one()
        pairs = {(c["source_id"], c["passage_id"]) for c in json.loads(body).get("citations", [])}
        values = [
            {"receipt_id": receipt_id, "source_id": source_id, "passage_id": passage_id}
            for source_id, passage_id in pairs
        ]
        if values:
            db.execute(sa.insert(cited), values)
