"""What a test sees of the wire rig, and how it waits for it."""

from __future__ import annotations

import re

from tests.rigs.wire.gateway import Gateway
from tests.rigs.wire.records import Bell, Payload, Recorded
from tests.rigs.wire.rest import Rest
from tests.rigs.wire.world import World


class Watching:
    """`requests`: the REST calls so far. `handshakes`: requests for a gateway connection.

    `waits`: the seconds that discord.py meant to sleep.
    """

    def __init__(self, token: str, heartbeat_interval: int) -> None:
        self.token = token
        self.requests: list[Recorded] = []
        self.handshakes: list[Recorded] = []
        self.waits: list[float] = []
        self._bell = Bell()
        self._world = World()
        self.bot, self.member = self._world.bot, self._world.member
        self.guild, self.channel = self._world.guild, self._world.channel
        self._gateway = Gateway(self._world, self._bell, token, heartbeat_interval)
        self._rest = Rest(self._world, token, self._gateway.dispatch)

    @property
    def identifies(self) -> list[Payload]:
        return self._gateway.identifies

    @property
    def resumes(self) -> list[Payload]:
        return self._gateway.resumes

    @property
    def heartbeats(self) -> list[int | None]:
        """The sequence numbers that came with heartbeats."""
        return self._gateway.heartbeats

    @property
    def closes(self) -> list[int | None]:
        """The codes with which the client closed connections."""
        return self._gateway.closes

    @property
    def unknown(self) -> list[Recorded]:
        return self._rest.unknown

    @property
    def said(self) -> list[Payload]:
        """The bot's messages as the channel shows them, edits in place, whatever route they took.

        "Is thinking …" is none until it is replaced.
        """
        return self._world.said

    @property
    def commands(self) -> list[Payload]:
        return self._world.commands

    @property
    def threads(self) -> dict[int, Payload]:
        return self._world.threads

    @property
    def approved_intents(self) -> int:
        return self._world.approved_intents

    @approved_intents.setter
    def approved_intents(self, value: int) -> None:
        self._world.approved_intents = value

    @property
    def heartbeat_interval(self) -> int:
        return self._gateway.heartbeat_interval

    @heartbeat_interval.setter
    def heartbeat_interval(self, value: int) -> None:
        self._gateway.heartbeat_interval = value

    def calls(self, method: str, path: str) -> list[Recorded]:
        """The REST calls whose whole path matches."""
        return [
            each
            for each in self.requests
            if each.method == method and re.fullmatch(path, each.path)
        ]

    async def connected(self, n: int = 1) -> None:
        """Until the n-th READY (with the guild) or RESUMED was sent, counted together."""
        await self._bell.until(
            lambda: self._gateway.welcomed >= n,
            lambda: f"connected {self._gateway.welcomed} times, not {n}",
        )

    async def handshake(self, n: int = 1) -> None:
        """Until n times a gateway connection was asked for, be it refused."""
        await self._bell.until(
            lambda: len(self.handshakes) >= n,
            lambda: f"asked to connect {len(self.handshakes)} times, not {n}",
        )

    async def left(self, n: int = 1) -> None:
        """Until n gateway connections have ended."""
        await self._bell.until(
            lambda: self._gateway.left >= n, lambda: f"left {self._gateway.left} times, not {n}"
        )

    async def heard(self, n: int = 1) -> list[Payload]:
        """`said`, once it has n messages."""
        await self._bell.until(
            lambda: len(self.said) >= n, lambda: f"not {n} messages: {self.said}"
        )
        return self.said

    async def seen(self, method: str, path: str, n: int = 1) -> list[Recorded]:
        """`calls`, once n have arrived; they may not be answered yet."""
        await self._bell.until(
            lambda: len(self.calls(method, path)) >= n,
            lambda: f"not {n} times {method} {path}: {self.requests}",
        )
        return self.calls(method, path)
