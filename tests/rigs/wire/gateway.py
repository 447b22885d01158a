"""The gateway of the wire rig: sessions that outlive connections, and ways to lose either."""

from __future__ import annotations

import asyncio
import json
import secrets
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.rigs.wire.records import Bell, Payload
from tests.rigs.wire.world import World

_ENDS_SESSION = {4007, 4009}  # close codes of Discord after which no RESUME is accepted


@dataclass
class Frame:
    """A dispatch. `welcome`: once it is sent, the client counts as connected."""

    seq: int
    event: str
    data: Any
    welcome: bool = False


@dataclass
class Session:
    """What Discord keeps of a client between its connections: everything dispatched so far."""

    id: str = field(default_factory=lambda: secrets.token_hex(16))
    log: list[Frame] = field(default_factory=list)
    seq: int = 0

    def add(self, event: str, data: Any, *, welcome: bool = False) -> None:
        self.seq += 1
        self.log.append(Frame(self.seq, event, data, welcome))


class Connection:
    """One socket. `sent` is the sequence number up to which it was told its session's log."""

    def __init__(self, ws: web.WebSocketResponse, request: web.Request) -> None:
        self.ws = ws
        self.transport = request.transport
        self.session: Session | None = None
        self.sent = 0
        self.greeted = False
        self.passed_over = False
        self.pumping = asyncio.Lock()
        squeezed = request.query.get("compress") == "zlib-stream"
        self._zlib = zlib.compressobj() if squeezed else None

    async def send(self, op: int, data: Any, frame: Frame | None = None) -> None:
        payload: Payload = {"op": op, "d": data, "s": None, "t": None}
        if frame is not None:
            payload |= {"s": frame.seq, "t": frame.event}
        text = json.dumps(payload)
        try:
            if self._zlib is None:
                await self.ws.send_str(text)
            else:
                packed = self._zlib.compress(text.encode())
                await self.ws.send_bytes(packed + self._zlib.flush(zlib.Z_SYNC_FLUSH))
        except ConnectionError:
            pass  # it is gone; a RESUME brings the rest

    def abort(self) -> None:
        if self.transport is not None:
            self.transport.abort()


class Gateway:
    """Serves the sockets. `resume_url` is filled in by whoever owns the server."""

    def __init__(self, world: World, bell: Bell, token: str, heartbeat_interval: int) -> None:
        self.world = world
        self.bell = bell
        self.token = token
        self.heartbeat_interval = heartbeat_interval
        self.resume_url = ""
        self.identifies: list[Payload] = []
        self.resumes: list[Payload] = []
        self.heartbeats: list[int | None] = []
        self.closes: list[int | None] = []
        self.welcomed = 0
        self.left = 0
        self.session: Session | None = None
        self._connections: list[Connection] = []
        self._speaking = asyncio.Event()
        self._speaking.set()
        self._tasks: set[asyncio.Task[None]] = set()

    # a connection

    async def serve(self, request: web.Request) -> web.StreamResponse:
        ws = web.WebSocketResponse(autoclose=False, max_msg_size=0)
        await ws.prepare(request)
        connection = Connection(ws, request)
        self._connections.append(connection)
        self.bell.ring()
        try:
            await self._pump(connection)
            await self._listen(connection)
        finally:
            self._connections.remove(connection)
            self.left += 1
            self.bell.ring()
        return ws

    async def _listen(self, connection: Connection) -> None:
        while True:
            message = await connection.ws.receive()
            if message.type is WSMsgType.TEXT:
                await self._take(connection, json.loads(message.data))
            elif message.type is WSMsgType.CLOSE:
                self.closes.append(message.data)
                if message.data in (1000, 1001) and connection.session is self.session:
                    self.session = None
                await self._speaking.wait()
                await connection.ws.close()
                return
            elif message.type in (WSMsgType.CLOSED, WSMsgType.CLOSING, WSMsgType.ERROR):
                return

    async def _take(self, connection: Connection, payload: Payload) -> None:
        op, data = payload["op"], payload["d"]
        if op == 1:
            self.heartbeats.append(data)
            if self._speaking.is_set():
                await connection.send(11, None)
        elif op == 2:
            self.identifies.append(data)
            await self._identify(connection, data)
        elif op == 6:
            self.resumes.append(data)
            await self._resume(connection, data)
        elif op == 8 and connection.session is not None:
            members = self.world.guild_payload()["members"]
            chunk = {"guild_id": str(self.world.guild), "members": members, "chunk_index": 0}
            chunk |= {"chunk_count": 1, "not_found": [], "nonce": data.get("nonce")}
            connection.session.add("GUILD_MEMBERS_CHUNK", chunk)
            await self._pump(connection)
        self.bell.ring()

    async def _identify(self, connection: Connection, data: Payload) -> None:
        if data["token"] != self.token:
            await connection.ws.close(code=4004, message=b"Authentication failed.")
            return
        if data["intents"] & ~self.world.approved_intents:
            await connection.ws.close(code=4014, message=b"Disallowed intent(s).")
            return
        session = self.session = connection.session = Session()
        application = self.world.application()
        ready = {
            "v": 10,
            "user": self.world.user(self.world.bot) | {"verified": True, "mfa_enabled": False},
            "guilds": [{"id": str(self.world.guild), "unavailable": True}],
            "session_id": session.id,
            "resume_gateway_url": self.resume_url,
            "session_type": "normal",
            "private_channels": [],
            "relationships": [],
            "application": {"id": application["id"], "flags": application["flags"]},
        }
        if "shard" in data:
            ready["shard"] = data["shard"]
        session.add("READY", ready)
        session.add("GUILD_CREATE", self.world.guild_payload(), welcome=True)
        await self._pump(connection)

    async def _resume(self, connection: Connection, data: Payload) -> None:
        session, seq = self.session, data["seq"]
        known = session is not None and session.id == data["session_id"]
        if session is None or not known or seq is None or seq > session.seq:
            await connection.send(9, False)
            return
        if data["token"] != self.token:
            await connection.ws.close(code=4004, message=b"Authentication failed.")
            return
        session.log = [frame for frame in session.log if frame.event != "RESUMED"]
        session.add("RESUMED", {"_trace": []}, welcome=True)
        connection.sent = seq
        connection.session = session
        await self._pump(connection)

    async def _pump(self, connection: Connection) -> None:
        """Send what is due: HELLO to a new connection, then its session's log from `sent` on."""
        async with connection.pumping:
            if self._speaking.is_set() and not connection.greeted:
                connection.greeted = True
                await connection.send(10, {"heartbeat_interval": self.heartbeat_interval})
            while self._speaking.is_set() and not connection.passed_over:
                log = connection.session.log if connection.session else []
                frame = next((each for each in log if each.seq > connection.sent), None)
                if frame is None:
                    return
                connection.sent = frame.seq
                await connection.send(0, frame.data, frame)
                if frame.welcome:
                    frame.welcome = False
                    self.welcomed += 1
                    self.bell.ring()

    # what a test makes happen

    def _current(self) -> Connection:
        for connection in reversed(self._connections):
            if not connection.ws.closed:
                return connection
        raise RuntimeError("no gateway connection is open")

    def keep(self, event: str, data: Any) -> None:
        if self.session is None:
            raise RuntimeError("the bot has no session; wait for connected() first")
        if event == "MESSAGE_CREATE":
            self.world.messages.setdefault(int(data["id"]), data)
        self.session.add(event, data)

    async def dispatch(self, event: str, data: Any) -> None:
        self.keep(event, data)
        for connection in list(self._connections):
            if connection.session is self.session:
                await self._pump(connection)

    def missed(self, payloads: Iterable[tuple[str, Any]]) -> None:
        for connection in self._connections:
            connection.passed_over = True
        for event, data in payloads:
            self.keep(event, data)

    async def order(self, op: int, data: Any) -> None:
        if op == 9 and data is False:
            self.session = None
        await self._current().send(op, data)

    async def drop(self) -> None:
        before = self.left
        connection = self._current()
        connection.abort()
        await self.bell.until(lambda: self.left > before, lambda: "the connection stayed")

    async def close(self, code: int, reason: str) -> None:
        if code in _ENDS_SESSION:
            self.session = None
        await self._current().ws.close(code=code, message=reason.encode())

    def silence(self) -> None:
        self._speaking.clear()

    def speak(self) -> None:
        self._speaking.set()
        for connection in self._connections:
            task = asyncio.ensure_future(self._pump(connection))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def hang_up(self) -> None:
        for connection in list(self._connections):
            connection.abort()
