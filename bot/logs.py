"""Structured lines on standard error, ours and discord.py's alike. Set up once, by `main`."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

import structlog

from bot.settings import Settings


def set_up(settings: Settings, on_rate_limit: Callable[[], None] | None = None) -> None:
    """Text for people or JSON for machines; no question's words unless the settings allow it."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    last: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0)
    )
    structlog.configure(
        processors=[
            *([] if settings.log_questions else [_without_questions]),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    if on_rate_limit is not None:
        handler.addFilter(_RateLimits(on_rate_limit))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for chatty in ("chromadb", "alembic", "trafilatura", "httpx", "urllib3", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _without_questions(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    event.pop("question", None)
    return event


class _RateLimits(logging.Filter):
    """discord.py tells of a wait that Discord asked for in its log alone."""

    def __init__(self, seen: Callable[[], None]) -> None:
        super().__init__()
        self._seen = seen

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == "discord.http" and "rate limit" in str(record.msg).lower():
            self._seen()
        return True
