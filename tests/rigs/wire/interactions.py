"""Interactions on the wire rig: one callback each, then edits and follow-ups by token."""

from __future__ import annotations

from tests.rigs.wire.records import Answer, Payload, Recorded, Reply
from tests.rigs.wire.speech import LONGEST, TOO_LONG, UNKNOWN_MESSAGE, Speech
from tests.rigs.wire.world import EPHEMERAL, LOADING, Ticket, World

_UNKNOWN_WEBHOOK = Reply(404, {"message": "Unknown Webhook", "code": 10015})
_UNKNOWN_INTERACTION = Reply(404, {"message": "Unknown interaction", "code": 10062})
_ACKNOWLEDGED = Reply(400, {"message": "Interaction has already been acknowledged.", "code": 40060})


class Interactions:
    """`table`: which call is answered by what."""

    def __init__(self, world: World, speech: Speech) -> None:
        self.world = world
        self._speech = speech
        self.table: list[tuple[str, str, Answer]] = [
            ("POST", r"/interactions/\d+/([^/]+)/callback", self._callback),
            ("POST", r"/webhooks/\d+/([^/]+)", self._follow_up),
            ("GET", r"/webhooks/\d+/([^/]+)/messages/(@original|\d+)", self._webhook_get),
            ("PATCH", r"/webhooks/\d+/([^/]+)/messages/(@original|\d+)", self._webhook_edit),
            ("DELETE", r"/webhooks/\d+/([^/]+)/messages/(@original|\d+)", self._webhook_delete),
        ]

    async def _callback(self, call: Recorded, found: tuple[str, ...]) -> Reply:
        ticket = self.world.tickets.get(found[0])
        if ticket is None:
            return _UNKNOWN_INTERACTION
        if ticket.acknowledged:
            return _ACKNOWLEDGED
        kind, given = call.json["type"], call.json.get("data") or {}
        if kind == 4 and (fault := self._speech.fault(call, given)):
            return fault
        ticket.acknowledged = True
        told: Payload = {"id": str(ticket.id), "type": 2}
        resource: Payload = {"type": kind}
        if kind in (4, 5):
            flags = given.get("flags", 0) | (LOADING if kind == 5 else 0)
            if kind == 4:
                message = self._speech.say(call, given, ticket.channel, flags=flags)
            else:
                message = self.world.message(ticket.channel, self.world.bot, "", flags=flags)
            ticket.original = resource["message"] = message
            told["response_message_id"] = message["id"]
            told["response_message_loading"] = kind == 5
            told["response_message_ephemeral"] = bool(flags & EPHEMERAL)
        if not call.query.get("with_response"):
            return Reply(204)
        return Reply(200, {"interaction": told, "resource": resource})

    def _find(self, found: tuple[str, ...]) -> tuple[Ticket, Payload] | Reply:
        ticket = self.world.tickets.get(found[0])
        if ticket is None or not ticket.acknowledged:
            return _UNKNOWN_WEBHOOK
        which = found[1]
        message = ticket.original
        if which != "@original":
            message = self.world.messages.get(int(which))
        return (ticket, message) if message else UNKNOWN_MESSAGE

    def _complete(self, call: Recorded, message: Payload) -> Reply:
        """An edit; one that ends "is thinking …" counts as saying it."""
        before = message["flags"]
        self._speech.change(call, message, call.json)
        message["flags"] = (message["flags"] | before & EPHEMERAL) & ~LOADING
        if before & LOADING:
            self.world.said.append(message)
        return Reply(200, message)

    async def _follow_up(self, call: Recorded, found: tuple[str, ...]) -> Reply:
        ticket = self.world.tickets.get(found[0])
        if ticket is None or not ticket.acknowledged:
            return _UNKNOWN_WEBHOOK
        if fault := self._speech.fault(call, call.json):
            return fault
        if ticket.original and ticket.original["flags"] & LOADING:
            return self._complete(call, ticket.original)
        return Reply(200, self._speech.say(call, call.json, ticket.channel))

    async def _webhook_get(self, call: Recorded, found: tuple[str, ...]) -> Reply:
        there = self._find(found)
        return there if isinstance(there, Reply) else Reply(200, there[1])

    async def _webhook_edit(self, call: Recorded, found: tuple[str, ...]) -> Reply:
        there = self._find(found)
        if isinstance(there, Reply):
            return there
        if len(call.json.get("content") or "") > LONGEST:
            return TOO_LONG
        return self._complete(call, there[1])

    async def _webhook_delete(self, call: Recorded, found: tuple[str, ...]) -> Reply:
        there = self._find(found)
        if isinstance(there, Reply):
            return there
        return self._speech.delete(int(there[1]["id"]))
