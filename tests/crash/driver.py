"""The process that the crash tests kill: it adds, syncs or rebuilds, and says what it has done.

    python driver.py add DATA FOLDER
    python driver.py sync DATA HOST:PORT SHELF
    python driver.py rebuild DATA

A line "ok ID" is printed after a source was accepted: from then on it must never be lost.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from index import intake
from index.fetching import FetchOptions
from index.intake import Outcome, add_files, sync
from index.library import Library
from index.options import IndexOptions

# Many small transactions instead of one: more moments at which a kill could tear something.
intake.BATCH_PASSAGES = 3
REBUILDS = 40


def options(data: Path, host: str = "", shelf: Path | None = None) -> IndexOptions:
    fetch = FetchOptions(
        user_agent="ConcordTest/1",
        allow_hosts=frozenset({host} if host else ()),
        respect_robots=False,
        delay_per_host_s=0,
    )
    return IndexOptions(data, builtin=shelf is not None, shelf=shelf, fetch=fetch)


def _told(outcome: Outcome) -> None:
    if not outcome.result.failed:
        print("ok", outcome.source_id, flush=True)


def main(mode: str, data: str, *rest: str) -> None:
    host, shelf = (rest[0], Path(rest[1])) if mode == "sync" else ("", None)
    with Library.open(options(Path(data), host, shelf)) as library:
        print("open", flush=True)
        if mode == "add":
            add_files(library, [Path(rest[0])], told=_told)
        elif mode == "sync":
            asyncio.run(sync(library, told=_told))
        else:
            for _ in range(REBUILDS):
                library.rebuild()
                print("rebuilt", flush=True)
    print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
