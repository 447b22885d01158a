"""The way of a question through the bot: limits, its turn, the library, the records.

One `Desk` a process. Nothing here knows how a message looks; nothing here waits on the event loop
for SQL, Chroma or a model.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from bot.errors import AskedTooOften, QuestionFailed, Stopping
from bot.limits import Buckets, FairGate
from bot.metrics import Metrics
from bot.records import Asked, Records
from bot.records.store import NewQuestion
from bot.settings import Settings
from index.library import Library
from index.model import Answer, RefusalReason, Turn

_log: structlog.stdlib.BoundLogger = structlog.get_logger("concord.desk")
BURST = 4
SERVER_BURST = 30
_DAY = timedelta(days=1)
# Refusals that say nothing about what the sources lack.
_NO_GAP = frozenset({RefusalReason.INSTRUCTION, RefusalReason.TOO_VAGUE})


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer or a refusal, with questions to ask next. `asked_id`: its entry in the records."""

    asked_id: int
    answer: Answer
    suggestions: Sequence[str]


@dataclass(frozen=True, slots=True)
class Repeated:
    """The same question was answered here a moment ago."""

    earlier: Asked


class Desk:
    """See the module."""

    def __init__(
        self,
        settings: Settings,
        library: Library,
        records: Records,
        metrics: Metrics,
        starters: Sequence[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._library = library
        self._records = records
        self._metrics = metrics
        self._starters = starters
        self.gate = FairGate(settings.answers_at_once, settings.waiting_at_most)
        self._members = Buckets(settings.member_per_minute, BURST, clock)
        self._servers = Buckets(settings.server_per_minute, SERVER_BURST, clock)
        self._open = True

    async def ask(
        self, new: NewQuestion, *, daily_limit: int, anew: bool = False
    ) -> Reply | Repeated | None:
        """Answer, refuse, or point to the answer given. None: this trigger was taken already.

        Raises `Stopping`, `AskedTooOften`, `Busy`, or `QuestionFailed` from what went wrong.
        """
        if not self._open:
            raise Stopping("I'm being restarted; please ask again in a minute.")
        self._count(new)
        since = datetime.now(UTC)
        await asyncio.to_thread(self._check_day, new, daily_limit, since)
        if not anew and new.parent_id is None and not new.private:
            minutes = timedelta(minutes=self._settings.repeat_minutes)
            earlier = await asyncio.to_thread(
                self._records.repeated, new.channel_id, new.question, since - minutes
            )
            if earlier is not None and earlier.trigger_id != new.trigger_id:
                self._metrics.questions.labels("repeated").inc()
                return Repeated(earlier)
        asked_id = await asyncio.to_thread(self._records.begin, new)
        if asked_id is None:
            return None
        began = time.perf_counter()
        try:
            async with self.gate.turn(new.user_id):
                reply = await asyncio.to_thread(self._answer, asked_id, new)
        except BaseException as error:
            self._metrics.questions.labels("failed").inc()
            await asyncio.shield(asyncio.to_thread(self._records.fail, asked_id))
            if isinstance(error, Exception):
                raise QuestionFailed(asked_id) from error
            raise
        self._measure(new, reply, time.perf_counter() - began)
        return reply

    async def close(self, wait_s: float) -> bool:
        """Take no more questions; wait for those under way. Whether all were finished."""
        self._open = False
        try:
            await asyncio.wait_for(self.gate.drained(), wait_s)
        except TimeoutError:
            return False
        return True

    def _count(self, new: NewQuestion) -> None:
        waits = [(self._members, new.user_id, "You have asked a lot in a short time.")]
        if new.guild_id is not None:
            waits.append((self._servers, new.guild_id, "This server has asked a lot just now."))
        for buckets, key, sentence in waits:
            wait = buckets.wait_for(key)
            if wait > 0:
                self._metrics.questions.labels("limited").inc()
                again = datetime.now(UTC) + timedelta(seconds=wait)
                raise AskedTooOften(sentence, again)
        for buckets, key, _ in waits:
            buckets.take(key)

    def _check_day(self, new: NewQuestion, limit: int, now: datetime) -> None:
        times = self._records.asked_since(new.guild_id, new.user_id, now - _DAY)
        if len(times) >= limit:
            self._metrics.questions.labels("limited").inc()
            again = datetime.fromisoformat(times[-limit]) + _DAY
            raise AskedTooOften(f"You have asked your {limit} questions for today.", again)

    def _answer(self, asked_id: int, new: NewQuestion) -> Reply:
        answer = self._library.ask(new.question, self._history(new))
        suggestions = self._library.suggest(answer, 3 if answer.answered else 2)
        if not answer.answered and not suggestions:
            # Nothing near it can be answered: show what this is about at all.
            suggestions = [q for q in self._starters if q != new.question][:2]
        self._records.finish(
            asked_id,
            answered=answer.answered,
            receipt_id=answer.receipt_id,
            suggestions=suggestions,
        )
        refusal = answer.refusal
        if refusal is not None and refusal.reason not in _NO_GAP:
            self._records.feedback.log_gap(
                answer.receipt_id,
                answer.standalone_question,
                refusal,
                new.user_id,
                new.guild_id,
            )
        return Reply(asked_id, answer, suggestions)

    def _history(self, new: NewQuestion) -> list[Turn]:
        turns: list[Turn] = []
        for earlier in self._records.conversation(new.parent_id):
            if earlier.receipt_id is None:
                continue
            receipt = self._library.registry.receipt(earlier.receipt_id)
            if receipt is not None:
                turns += [Turn("user", earlier.question), Turn("assistant", receipt.text)]
        return turns

    def _measure(self, new: NewQuestion, reply: Reply, seconds: float) -> None:
        answer = reply.answer
        self._metrics.questions.labels("answered" if answer.answered else "refused").inc()
        if answer.refusal is not None:
            self._metrics.refusals.labels(answer.refusal.reason.value).inc()
        for step, ms in answer.timings_ms.items():
            self._metrics.steps.labels(step).observe(ms / 1000)
        self._metrics.reply.observe(seconds)
        _log.info(
            "asked",
            asked=reply.asked_id,
            receipt=answer.receipt_id,
            server=new.guild_id,
            answered=answer.answered,
            ms=round(seconds * 1000, 1),
            question=new.question,
        )
