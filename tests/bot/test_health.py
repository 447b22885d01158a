"""`/healthz`, `/readyz` and `/metrics`, asked over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest

from bot.health import Health
from bot.metrics import Metrics


@dataclass
class State:
    alive: bool = True
    ready: bool = False


@pytest.fixture
def state() -> State:
    return State()


@pytest.fixture
async def health(state: State) -> AsyncIterator[Health]:
    health = Health(Metrics(), alive=lambda: state.alive, ready=lambda: state.ready)
    await health.start("127.0.0.1", 0)
    yield health
    await health.stop()


async def ask(health: Health, path: str, method: str = "GET") -> tuple[int, str, str]:
    url = f"http://127.0.0.1:{health.port}{path}"
    async with aiohttp.ClientSession() as http, http.request(method, url) as response:
        return response.status, await response.text(), response.headers["Content-Type"]


async def test_alive_and_ready_are_told_apart_and_asked_anew_each_time(
    health: Health, state: State
) -> None:
    assert (await ask(health, "/healthz"))[:2] == (200, "ok\n")
    assert (await ask(health, "/readyz"))[:2] == (503, "not ready\n")
    state.ready = True
    assert (await ask(health, "/readyz"))[:2] == (200, "ok\n")
    state.alive = False
    assert (await ask(health, "/healthz"))[0] == 503


async def test_metrics_have_the_type_that_prometheus_knows(health: Health) -> None:
    status, page, kind = await ask(health, "/metrics")
    assert status == 200 and kind.startswith("text/plain; version=0.0.4")
    assert "# TYPE concord_questions_total counter" in page


async def test_nothing_else_is_there(health: Health) -> None:
    for path, method, status in (
        ("/", "GET", 404),
        ("/metrics/x", "GET", 404),
        ("/healthz", "POST", 405),
    ):
        assert (await ask(health, path, method))[0] == status


async def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_behind(health: Health) -> None:
    second = Health(Metrics(), alive=bool, ready=bool)
    with pytest.raises(OSError):  # noqa: PT011
        await second.start("127.0.0.1", health.port)
    await second.stop()
    assert (await ask(health, "/healthz"))[0] == 200


async def test_after_the_end_nobody_listens(health: Health) -> None:
    await health.stop()
    with pytest.raises(aiohttp.ClientConnectionError):
        await ask(health, "/healthz")


async def test_stopping_what_never_started_is_nothing() -> None:
    await Health(Metrics(), alive=bool, ready=bool).stop()
