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

OPEN, UPHELD, DISMISSED = "open", "upheld", "dismissed"


class Feedback:
    """Part of `Records`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def rate(
        self, receipt_id: str, user_id: int, guild_id: int | None, *, helpful: bool, words: str = ""
    ) -> bool:
        """A person's word on an answer; False if it replaces an earlier one."""
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
            earlier = db.execute(sa.delete(ratings).where(mine)).rowcount
            db.execute(sa.insert(ratings), row)
            return not earlier

    def open_case(
        self, receipt_id: str, citation: Citation, user_id: int, guild_id: int | None, words: str
    ) -> tuple[Case, bool]:
        """Open a case on a citation, and whether it is new.

        The same person's open case on the same citation gets the new words.
        """
        row: dict[str, Any] = {
            "guild_id": guild_id,
            "receipt_id": receipt_id,
            "n": citation.n,
            "source_id": citation.source_id,
            "passage_id": citation.passage_id,
            "user_id": user_id,
            "words": words,
            "status": OPEN,
            "created_at": _now(),
        }
        same = (
            (cases.c.receipt_id == receipt_id)
            & (cases.c.n == citation.n)
            & (cases.c.user_id == user_id)
            & (cases.c.status == OPEN)
        )
        with Guarded(writing(self._engine).begin()) as db:
            known = db.execute(sa.select(cases.c.id).where(same)).scalar()
            new = known is None
            if not new:
                db.execute(sa.update(cases).where(cases.c.id == known).values(words=words))
            else:
                key = db.execute(sa.insert(cases), row).inserted_primary_key
                assert key is not None
                known = key[0]
            row_ = db.execute(sa.select(cases).where(cases.c.id == known)).one()
            return Case(**row_._mapping), new

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

    def cases(self, *, pending: bool = True) -> list[Case]:
        """Oldest first."""
        query = sa.select(cases).order_by(cases.c.id)
        if pending:
            query = query.where(cases.c.status == OPEN)
        with Guarded(self._engine.connect()) as db:
            return [Case(**row._mapping) for row in db.execute(query)]

    def decide(self, case_id: int, *, upheld: bool) -> bool:
        """Close an open case; whether there was one."""
        mine = (cases.c.id == case_id) & (cases.c.status == OPEN)
        status = UPHELD if upheld else DISMISSED
        with Guarded(writing(self._engine).begin()) as db:
            return db.execute(sa.update(cases).where(mine).values(status=status)).rowcount == 1

    def gaps(self) -> list[tuple[str, int, str]]:
        """Questions that weren't answered: the words, how often, when last; most asked first."""
        n = sa.func.count().label("n")
        query = (
            sa.select(sa.func.max(gaps.c.question), n, sa.func.max(gaps.c.created_at))
            .group_by(sa.func.lower(gaps.c.question))
            .order_by(n.desc(), sa.func.max(gaps.c.created_at).desc())
        )
        with Guarded(self._engine.connect()) as db:
            return [(question, times, at) for question, times, at in db.execute(query)]

    def latest_gaps(self, guild_id: int, n: int) -> list[str]:
        """A server's latest questions that weren't answered, each once.

        Only those asked openly or sent to the moderators: what somebody asked in private stays so.
        """
        seen = sa.exists().where(asked.c.receipt_id == gaps.c.receipt_id, ~asked.c.private)
        query = (
            sa.select(sa.func.max(gaps.c.question))
            .where(gaps.c.guild_id == guild_id, seen | gaps.c.sent_by.is_not(None))
            .group_by(sa.func.lower(gaps.c.question))
            .order_by(sa.func.max(gaps.c.id).desc())
            .limit(n)
        )
        with Guarded(self._engine.connect()) as db:
            return list(db.execute(query).scalars())

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
