"""Work in a thread that must not go on behind the back of whoever asked for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")


async def to_its_end(work: Callable[_P, _T], *args: _P.args, **more: _P.kwargs) -> _T:
    """`asyncio.to_thread` for work that writes: where the caller is cancelled it is waited for
    all the same, since a thread can't be stopped and would write beside what comes next."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *args, **more))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise
