"""`/healthz`, `/readyz` and `/metrics` over HTTP, off by default."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web

from bot.metrics import Metrics

_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


class Health:
    """A small web server. `alive`: the process works; `ready`: it is connected and can answer."""

    def __init__(
        self, metrics: Metrics, *, alive: Callable[[], bool], ready: Callable[[], bool]
    ) -> None:
        self._metrics = metrics
        self._alive = alive
        self._ready = ready
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen; with port 0 a free one is taken and is in `port`. Raises `OSError`."""
        app = web.Application()
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._page)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _healthz(self, _request: web.Request) -> web.Response:
        return _say(self._alive())

    async def _readyz(self, _request: web.Request) -> web.Response:
        return _say(self._ready())

    async def _page(self, _request: web.Request) -> web.Response:
        return web.Response(body=self._metrics.page(), headers={"Content-Type": _PROMETHEUS})


def _say(good: bool) -> web.Response:
    return web.Response(text="ok\n" if good else "not ready\n", status=200 if good else 503)
