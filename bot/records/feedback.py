"""What people say of answers: ratings, cases for the moderators, gaps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.records.model import AskedStatus, Case, Gap, Scorecard
from bot.records.tables import asked, cases, gaps, ratings
from index.database import Guarded, writing
from index.model import Citation, Refusal

UPHELD = "upheld"


class Feedback:
    """Part of `Records`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def rate(
        self, receipt_id: str, user_id: int, guild_id: int | None, *, helpful: bool, words: str = ""
    ) -> None:
        """A person's word on an answer; a later one replaces an earlier one."""
        row = {
            "receipt_id": receipt_id,
            "user_id": user_id,
            "guild_id": guild_id,
            "helpful": helpful,
            "words": words,
            "created_at": _now(),
        }
        mine = (ratings.c.receipt_id == receipt_id) & (ratings.c.user_id == user_id)
        with Guarded(writing(self._engine).begin()) as db:
            db.execute(sa.delete(ratings).where(mine))
            db.execute(sa.insert(ratings), row)

    def open_case(
        self, receipt_id: str, citation: Citation, user_id: int, guild_id: int | None, words: str
    ) -> Case:
        """Open a case on a citation. The same person's case on the same citation is updated."""
        row: dict[str, Any] = {
            "guild_id": guild_id,
            "receipt_id": receipt_id,
            "n": citation.n,
            "source_id": citation.source_id,
            "passage_id": citation.passage_id,
            "user_id": user_id,
            "words": words,
            "status": "open",
            "created_at": _now(),
        }
        same = (
            (cases.c.receipt_id == receipt_id)
            & (cases.c.n == citation.n)
            & (cases.c.user_id == user_id)
            & (cases.c.status == "open")
        )
        with Guarded(writing(self._engine).begin()) as db:
            known = db.execute(sa.select(cases.c.id).where(same)).scalar()
            if known is not None:
                db.execute(sa.update(cases).where(cases.c.id == known).values(words=words))
            else:
                key = db.execute(sa.insert(cases), row).inserted_primary_key
                assert key is not None
                known = key[0]
            return Case(**db.execute(sa.select(cases).where(cases.c.id == known)).one()._mapping)

    def log_gap(
        self, receipt_id: str, question: str, refusal: Refusal, user_id: int, guild_id: int | None
    ) -> None:
        """Keep a question that wasn't answered."""
        row = {
            "guild_id": guild_id,
            "receipt_id": receipt_id,
            "user_id": user_id,
            "question": question,
            "reason": refusal.reason.value,
            "created_at": _now(),
        }
        with Guarded(writing(self._engine).begin()) as db:
            db.execute(sa.insert(gaps), row)

    def send_gap(self, receipt_id: str, user_id: int) -> tuple[Gap | None, bool]:
        """Mark a gap as sent to the moderators: the gap, and whether this was the first time."""
        where = gaps.c.receipt_id == receipt_id
        with Guarded(writing(self._engine).begin()) as db:
            row = db.execute(sa.select(gaps).where(where)).first()
            if row is None:
                return None, False
            if row.sent_by is None:
                db.execute(sa.update(gaps).where(where).values(sent_by=user_id))
            gap = Gap(
                id=row.id,
                guild_id=row.guild_id,
                receipt_id=row.receipt_id,
                question=row.question,
                reason=row.reason,
                sent_by=row.sent_by or user_id,
                created_at=row.created_at,
            )
            return gap, row.sent_by is None

    def scorecard(self, guild_id: int) -> Scorecard:
        def number(table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
            query = (
                sa.select(sa.func.count()).select_from(table).where(table.c.guild_id == guild_id)
            )
            return db.execute(query.where(*where)).scalar_one()

        with Guarded(self._engine.connect()) as db:
            first = sa.select(sa.func.min(asked.c.created_at)).where(asked.c.guild_id == guild_id)
            answered = number(asked, asked.c.status == AskedStatus.ANSWERED)
            refused = number(asked, asked.c.status == AskedStatus.REFUSED)
            return Scorecard(
                asked=answered + refused,
                answered=answered,
                refused=refused,
                helpful=number(ratings, ratings.c.helpful),
                not_helpful=number(ratings, ~ratings.c.helpful),
                challenged=number(cases),
                upheld=number(cases, cases.c.status == UPHELD),
                since=db.execute(first).scalar(),
            )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
