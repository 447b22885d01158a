"""Proposals, the history of acts, and whom a source serves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("sources", sa.Column("scope", sa.String(60), nullable=False, server_default=""))
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("scope", sa.String(60), nullable=False, index=True),
        sa.Column("source_id", sa.String(120), nullable=False, index=True),
        sa.Column("status", sa.String(20), nullable=False, index=True),
        sa.Column("source", sa.JSON, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("paragraphs", sa.JSON, nullable=False),
        sa.Column("left_out", sa.JSON, nullable=False),
        sa.Column("replaces", sa.String(64), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("notes", sa.JSON, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("fetched_from", sa.Text, nullable=False),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("proposer", sa.String(120), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(40), nullable=False),
        sa.Column("changed_at", sa.String(40), nullable=False),
    )
    op.create_table(
        "acts",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("scope", sa.String(60), nullable=False),
        sa.Column("source_id", sa.String(120), nullable=False, index=True),
        sa.Column("proposal_id", sa.Integer, index=True),
        sa.Column("actor", sa.String(120), nullable=False, index=True),
        sa.Column("act", sa.String(20), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
