"""Takes pictures of what somebody sees in the simulated Discord."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import simcord
from PIL import Image, ImageChops
from playwright.async_api import BrowserType

from tests.rigs.browser import find_chromium

DESKTOP = 960
PHONE = 400
_TALL = 4000  # what doesn't fit the window would be cut off
_COLOURS = 128
_MARGIN = 16


@dataclass(frozen=True, slots=True)
class Shot:
    """What to take a picture of: a message, or a whole channel with its last message."""

    name: str
    target: Any
    viewer: Any
    channel: Any
    whole_channel: bool = False


@asynccontextmanager
async def browser_found() -> AsyncIterator[None]:
    """Lets the preview start the Chromium that is installed here."""
    program = find_chromium()
    if program is None:
        raise SystemExit("No Chromium found: install one or set CONCORD_TEST_CHROMIUM.")
    launch = BrowserType.launch

    async def launched(self: BrowserType, **options: Any) -> Any:
        return await launch(self, executable_path=program, args=["--no-sandbox"], **options)

    with patch.object(BrowserType, "launch", launched):
        yield


async def take(env: simcord.Env, shot: Shot, width: int) -> bytes:
    """A PNG of the shot in a window of this width."""
    async with env.preview(shot.channel, viewers=[shot.viewer]) as preview:
        made = await preview.screenshot(
            viewer=shot.viewer,
            target=shot.target,
            viewport=(width, _TALL if not shot.whole_channel else 1400),
            mode="viewport" if shot.whole_channel else "surface",
            layout="channel" if shot.whole_channel else "message",
            allow_incomplete=True,
        )
    assert made.png is not None
    return made.png


def save(png: bytes, path: Path, *, small: bool = False) -> None:
    """`small`: without empty margins and with few colours, for a page that people load."""
    if not small:
        path.write_bytes(png)
        return
    picture = _trimmed(Image.open(io.BytesIO(png)).convert("RGB"))
    picture.quantize(_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def _trimmed(picture: Image.Image) -> Image.Image:
    """Without what is empty at the right, and with a margin there and at the bottom."""
    ground = picture.getpixel((0, 0))
    empty = Image.new("RGB", picture.size, ground)
    box = ImageChops.difference(picture, empty).getbbox()
    if box is None:
        return picture
    framed = Image.new("RGB", (box[2] + _MARGIN, box[3] + _MARGIN), ground)
    framed.paste(picture, (0, 0))
    return framed
