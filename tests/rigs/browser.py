"""A real Chromium for tests: finding it, opening it, serving it pages, and seeing what it marks.

CONCORD_TEST_CHROMIUM names the program; otherwise the usual names are looked up. Where there is
none, or a package that the rig needs is missing, the test is skipped with the reason.
"""

from __future__ import annotations

import io
import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

Mask = npt.NDArray[np.bool_]

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Letters take the colour of their ground, so that a marked line is one solid rectangle.
MARKED = (255, 0, 255)
MARK_STYLE = "<style>::target-text{background:rgb(255,0,255);color:rgb(255,0,255)}</style>"


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome, or None."""
    named = os.environ.get("CONCORD_TEST_CHROMIUM")
    return named or next(filter(None, map(shutil.which, _NAMES)), None)


@contextmanager
def open_page(width: int = 1000, height: int = 800) -> Iterator[Page]:
    """A page of a fresh browser; skips the test where there is no browser."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright isn't installed")
    pytest.importorskip("PIL.Image", reason="pillow isn't installed")
    program = find_chromium()
    if program is None:
        pytest.skip("no Chromium found: install one or set CONCORD_TEST_CHROMIUM")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_ARGS)
        try:
            yield browser.new_page(viewport={"width": width, "height": height})
        finally:
            browser.close()


@contextmanager
def serve(pages: Mapping[str, str]) -> Iterator[str]:
    """Serve HTML by path on loopback; the address without a slash at its end. Queries are ignored,
    so that each test can make a new one and with it a new navigation."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path.partition("?")[0])
            content = (body or "").encode()
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def marked(page: Page) -> Mask:
    """Which pixels of the viewport are marked: bool, (height, width)."""
    from PIL import Image

    pixels = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB"), dtype=np.int16)
    near: Mask = np.abs(pixels - np.array(MARKED, dtype=np.int16)).max(axis=2) <= 8
    return near


def marks_exactly(mask: Mask, rectangles: list[list[float]], slack: int = 2) -> bool:
    """Whether what is marked is these rectangles (left, top, right, bottom; pixels of the
    viewport): all of each, and nothing beside them. slack: pixels that rounding may move an edge,
    less than the narrowest letter."""
    inner, outer = np.zeros_like(mask), np.zeros_like(mask)
    for left, top, right, bottom in rectangles:
        for target, grow in ((outer, slack), (inner, -slack)):
            rows = slice(max(0, round(top) - grow), max(0, round(bottom) + grow))
            target[rows, max(0, round(left) - grow) : max(0, round(right) + grow)] = True
    return bool(inner.any() and mask[inner].all() and not mask[~outer].any())
