"""JSON lines in, JSON lines out, in order; a bad line becomes an error line, not an end."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.cli.common import print_json_line, progress_bar
from index.errors import ConcordError, FileUnreadable, WrongUse
from index.model import Turn


class _Turn(BaseModel):
    role: str = Field(pattern="^(user|assistant)$")
    text: str


class Line(BaseModel):
    """A line in: `id` (anything), `question`, and the conversation before it, oldest first."""

    model_config = ConfigDict(extra="ignore")

    id: Any = None
    question: str
    history: list[_Turn] = Field(default=[])

    def turns(self) -> list[Turn]:
        return [Turn("user" if t.role == "user" else "assistant", t.text) for t in self.history]


class BadLine(WrongUse):
    code = "bad-line"


def run_batch(path: Path, handle: Callable[[Line], dict[str, Any]]) -> int:
    """Write one line out for each line in; the exit status: 0, or 2 if a line couldn't be read."""
    status = 0
    with _reading(path) as lines, progress_bar() as bar:
        task = bar.add_task("Questions", total=None)
        for number, raw in enumerate(lines, start=1):
            if not raw.strip():
                continue
            line_id: Any = None
            try:
                line = _parse(raw, number)
                line_id = line.id
                result = {"id": line_id, **handle(line)}
            except WrongUse as error:
                line_id = _id_of(raw) if line_id is None else line_id
                result = {"id": line_id, "error": {"code": error.code, "message": error.sentence}}
                status = error.exit_status
            except ConcordError:
                raise
            print_json_line(result)
            bar.update(task, advance=1)
    return status


def _parse(raw: str, number: int) -> Line:
    try:
        return Line.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(p) for p in first["loc"]) or "the line"
        raise BadLine(f"Line {number} can't be used: {where}: {first['msg']}.") from error


def _id_of(raw: str) -> Any:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):  # the latter for "[[[[…"
        return None
    return found.get("id") if isinstance(found, dict) else None


@contextmanager
def _reading(path: Path) -> Iterator[IO[str]]:
    if str(path) == "-":
        yield sys.stdin
        return
    try:
        file = path.open(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise FileUnreadable(f"{path} can't be read: {error.strerror}.") from error
    with file:
        yield file
