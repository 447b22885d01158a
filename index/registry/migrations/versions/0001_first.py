"""The first schema: sources, versions, passages, hints, embeddings, receipts, facts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    # Written out, not taken from `tables`: a migration must not change when the tables do.
    op.create_table(
        "sources",
        sa.Column("id", sa.String(120), primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("authors", sa.JSON, nullable=False),
        sa.Column("publisher", sa.Text, nullable=False),
        sa.Column("published", sa.String(40), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("licence", sa.Text, nullable=False),
        sa.Column("voice", sa.String(20), nullable=False),
        sa.Column("origin", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("stands_in_for", sa.String(120)),
        sa.Column("relates_to", sa.JSON, nullable=False),
        sa.Column("updated_at", sa.String(40), nullable=False),
    )
    op.create_table(
        "versions",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column(
            "source_id", sa.String(120), sa.ForeignKey("sources.id"), nullable=False, index=True
        ),
        sa.Column("digest", sa.String(64), nullable=False, index=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("paragraphs", sa.JSON, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("added_at", sa.String(40), nullable=False),
        sa.Column("added_by", sa.String(120), nullable=False),
        sa.Column("fetched_from", sa.Text, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
    )
    op.create_table(
        "passages",
        sa.Column("key", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column(
            "version_id", sa.Integer, sa.ForeignKey("versions.id"), nullable=False, index=True
        ),
        sa.Column("id", sa.String(24), nullable=False, index=True),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("heading", sa.JSON, nullable=False),
        sa.Column("numbered", sa.JSON, nullable=False),
        sa.Column("sentences", sa.JSON, nullable=False),
        sa.UniqueConstraint("version_id", "id"),
    )
    op.create_table(
        "hints",
        sa.Column("key", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("source_id", sa.String(120), nullable=False, index=True),
        sa.Column("paragraph", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "embeddings",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("model", sa.String(200), primary_key=True),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("vectors", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "receipts",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("receipts_created_at", "receipts", ["created_at"])
    op.create_table(
        "facts",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for table in ("facts", "receipts", "embeddings", "hints", "passages", "versions", "sources"):
        op.drop_table(table)
