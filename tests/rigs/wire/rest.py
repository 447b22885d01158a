"""What the wire rig answers to REST calls that no script of a test speaks to."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from tests.rigs.wire.interactions import Interactions
from tests.rigs.wire.records import Answer, Payload, Recorded, Reply
from tests.rigs.wire.speech import LONGEST, TOO_LONG, UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, Speech
from tests.rigs.wire.world import World

Dispatch = Callable[[str, Any], Awaitable[None]]

_UNAUTHORISED = Reply(401, {"message": "401: Unauthorized", "code": 0})


class Rest:
    """The default answers. `dispatch` tells the gateway of what a call brought about."""

    def __init__(self, world: World, token: str, dispatch: Dispatch) -> None:
        self.world = world
        self.token = token
        self.gateway = ""
        self.unknown: list[Recorded] = []
        self._dispatch = dispatch
        self._speech = Speech(world)
        table: list[tuple[str, str, Answer]] = [
            ("GET", r"/users/@me", self._me),
            ("GET", r"/users/(\d+)", self._user),
            ("POST", r"/users/@me/channels", self._direct),
            ("GET", r"/applications/@me", self._application),
            ("GET", r"/oauth2/applications/@me", self._application),
            ("GET", r"/gateway(?:/bot)?", self._gateway),
            ("GET", r"/applications/\d+(?:/guilds/(\d+))?/commands", self._commands),
            ("PUT", r"/applications/\d+(?:/guilds/(\d+))?/commands", self._register),
            ("GET", r"/guilds/\d+", self._guild),
            ("GET", r"/guilds/\d+/members/(\d+)", self._member),
            ("GET", r"/channels/(\d+)", self._channel),
            ("PATCH", r"/channels/(\d+)", self._change_thread),
            ("POST", r"/channels/\d+/typing", self._nothing),
            ("PUT", r"/channels/\d+/messages/\d+/reactions/.+/@me", self._nothing),
            ("POST", r"/channels/(\d+)/messages", self._post),
            ("GET", r"/channels/(\d+)/messages", self._history),
            ("GET", r"/channels/\d+/messages/(\d+)", self._message),
            ("PATCH", r"/channels/\d+/messages/(\d+)", self._edit),
            ("DELETE", r"/channels/\d+/messages/(\d+)", self._delete),
            ("POST", r"/channels/(\d+)/messages/(\d+)/threads", self._thread),
            *Interactions(world, self._speech).table,
        ]
        self._table = [(method, re.compile(path), answer) for method, path, answer in table]

    async def answer(self, call: Recorded) -> Reply:
        by_token = call.path.startswith(("/webhooks/", "/interactions/"))
        if not by_token and call.authorization != f"Bot {self.token}":
            return _UNAUTHORISED
        for method, path, answer in self._table:
            if call.method == method and (match := path.fullmatch(call.path)):
                return await answer(call, match.groups())
        self.unknown.append(call)
        return Reply(404, {"message": "404: Not Found", "code": 0})

    # who and where

    async def _me(self, call: Recorded, _: tuple[str, ...]) -> Reply:
        return Reply(200, self.world.user(self.world.bot) | {"verified": True, "locale": "en-GB"})

    async def _user(self, call: Recorded, found: tuple[str, ...]) -> Reply:
        return Reply(200, self.world.user(int(found[0])))

    async def _direct(self, call: Recorded, _: tuple[str, ...]) -> Reply:
        return Reply(200, self.world.direct_channel(int(call.json["recipient_id"])))

    async def _application(self, call: Recorded, _: tuple[str, ...]) -> Reply:
        return Reply(200, self.world.application())

    async def _gateway(self, call: Recorded, _: tuple[str, ...]) -> Reply:
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return Reply(200, {"url": self.gateway, "shards": 1, "session_start_limit": limit})

    async def _guild(self, call: Recorded, _: tuple[str, ...]) -> Reply:
        return Reply(200, self.world.guild_payload())

    async def _member(self, call: Recorded, found: tuple[str, ...]) -> Reply:
        who = int(found[0])
        return Reply(200, self.world.guild_member(who) | {"user": self.world.user(who)})

    async def _channel(self, call: Recorded, found: tuple[str, ...]) -> Reply:
        place = self.world.place(int(found[0]))
        return Reply(200, place) if place else UNKNOWN_CHANNEL

    async def _change_thread(self, call: Recorded, found: tuple[str, ...]) -> Reply:
        thread = self.world.threads.get(int(found[0]))
        if thread is None:
            return UNKNOWN_CHANNEL
        thread["name"] = call.json.get("name", thread["name"])
        kept = thread["thread_metadata"]
        kept["archived"] = call.json.get("archived", kept["archived"])
        await self._dispatch("THREAD_UPDATE", thread)
        return Reply(200, thread)

    async def _nothing(self, call: Recorded, _: tuple[str, ...]) -> Reply:
        return Reply(204)

    # commands

    async def _commands(self, call: Recorded, found: tuple[str, ...]) -> Reply:
        return Reply(200, [each for each in self.world.commands if each["guild_id"] == found[0]])

    async def _register(self, call: Recorded, found: tuple[str, ...]) -> Reply:
        kept = [each for each in self.world.commands if each["guild_id"] != found[0]]
        made: list[Payload] = [
            {
                "type": 1,
                "description": "",
                "options": [],
                "default_member_permissions": None,
                "nsfw": False,
                **command,
                "id": str(self.world.new_id()),
                "application_id": str(self.world.bot),
                "guild_id": found[0],
                "version": str(self.world.new_id()),
            }
            for command in call.json
        ]
        self.world.commands = kept + made
        return Reply(200, made)

    # messages

    async def _post(self, call: Recorded, found: tuple[str, ...]) -> Reply:
        channel = int(found[0])
        if self.world.place(channel) is None:
            return UNKNOWN_CHANNEL
        if fault := self._speech.fault(call, call.json):
            return fault
        if call.json.get("enforce_nonce"):
            nonce = call.json["nonce"]
            for earlier in self.world.said:
                if earlier.get("nonce") == nonce:
                    return Reply(200, earlier)
        more: Payload = {}
        if reference := call.json.get("message_reference"):
            answered = self.world.messages.get(int(reference["message_id"]))
            kept = {"type": 0, "channel_id": str(channel), "guild_id": str(self.world.guild)}
            more["message_reference"] = kept | {"message_id": str(reference["message_id"])}
            more |= {"type": 19, "referenced_message": answered}
        return Reply(200, self._speech.say(call, call.json, channel, **more))

    async def _history(self, call: Recorded, found: tuple[str, ...]) -> Reply:
        here = [each for each in self.world.messages.values() if each["channel_id"] == found[0]]
        before = int(call.query.get("before", 1 << 63))
        after = int(call.query.get("after", 0))
        fit = [each for each in here if after < int(each["id"]) < before]
        fit.sort(key=lambda each: int(each["id"]), reverse="after" not in call.query)
        return Reply(200, fit[: int(call.query.get("limit", 50))])

    async def _message(self, call: Recorded, found: tuple[str, ...]) -> Reply:
        message = self.world.messages.get(int(found[0]))
        return Reply(200, message) if message else UNKNOWN_MESSAGE

    async def _edit(self, call: Recorded, found: tuple[str, ...]) -> Reply:
        message = self.world.messages.get(int(found[0]))
        if message is None:
            return UNKNOWN_MESSAGE
        if len(call.json.get("content") or "") > LONGEST:
            return TOO_LONG
        return Reply(200, self._speech.change(call, message, call.json))

    async def _delete(self, call: Recorded, found: tuple[str, ...]) -> Reply:
        return self._speech.delete(int(found[0]))

    async def _thread(self, call: Recorded, found: tuple[str, ...]) -> Reply:
        parent, start = int(found[0]), int(found[1])
        if start in self.world.threads:
            taken = "A thread has already been created for this message"
            return Reply(400, {"message": taken, "code": 160004})
        thread = self.world.thread(start, call.json["name"], parent)
        await self._dispatch("THREAD_CREATE", thread | {"newly_created": True})
        return Reply(201, thread)
