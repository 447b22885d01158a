"""The Discord that the wire rig plays: one guild, one text channel, one member and the bot."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import discord

from tests.rigs.wire.records import Payload

EPHEMERAL, LOADING = 1 << 6, 1 << 7  # message flags
_EPOCH = 1_420_070_400_000  # Discord's, in milliseconds
_MAY = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    read_message_history=True,
    embed_links=True,
    attach_files=True,
    add_reactions=True,
    use_application_commands=True,
)
_OPTION_TYPES: dict[type, int] = {str: 3, int: 4, bool: 5, float: 10}


@dataclass
class Ticket:
    """An interaction as far as Discord remembers it."""

    id: int
    channel: int
    acknowledged: bool = False
    original: Payload | None = None


class World:
    """Ids, what was said, and the payloads that tell of it."""

    def __init__(self) -> None:
        self._last_id = 0
        self.bot = self.new_id()
        self.guild = self.new_id()
        self.channel = self.new_id()
        self.member = self.new_id()
        self.bot_role = self.new_id()
        self.messages: dict[int, Payload] = {}
        self.said: list[Payload] = []
        self.threads: dict[int, Payload] = {}
        self.direct: dict[int, Payload] = {}
        self.commands: list[Payload] = []
        self.tickets: dict[str, Ticket] = {}
        self.approved_intents = discord.Intents.default().value

    def new_id(self) -> int:
        """A snowflake of now, later than every one before."""
        now = (int(time.time() * 1000) - _EPOCH) << 22
        self._last_id = max(now, self._last_id + 1)
        return self._last_id

    # who and where

    def user(self, who: int) -> Payload:
        name = "concord" if who == self.bot else "ada"
        return {
            "id": str(who),
            "username": name,
            "global_name": None if who == self.bot else name.title(),
            "discriminator": "0",
            "avatar": None,
            "bot": who == self.bot,
            "public_flags": 0,
        }

    def guild_member(self, who: int) -> Payload:
        return {
            "roles": [str(self.bot_role)] if who == self.bot else [],
            "joined_at": "2024-01-01T00:00:00+00:00",
            "deaf": False,
            "mute": False,
            "flags": 0,
            "nick": None,
            "avatar": None,
            "premium_since": None,
            "pending": False,
        }

    def text_channel(self) -> Payload:
        return {
            "id": str(self.channel),
            "type": 0,
            "guild_id": str(self.guild),
            "name": "questions",
            "position": 0,
            "permission_overwrites": [],
            "parent_id": None,
            "topic": None,
            "nsfw": False,
            "rate_limit_per_user": 0,
            "last_message_id": None,
        }

    def thread(self, thread: int, name: str, parent: int) -> Payload:
        made = {
            "id": str(thread),
            "type": 11,
            "guild_id": str(self.guild),
            "parent_id": str(parent),
            "owner_id": str(self.bot),
            "name": name,
            "message_count": 0,
            "member_count": 1,
            "rate_limit_per_user": 0,
            "last_message_id": None,
            "total_message_sent": 0,
            "flags": 0,
            "thread_metadata": {
                "archived": False,
                "auto_archive_duration": 1440,
                "archive_timestamp": _now(),
                "locked": False,
                "create_timestamp": _now(),
            },
        }
        self.threads[thread] = made
        return made

    def direct_channel(self, who: int) -> Payload:
        """The one with somebody, made where there is none."""
        for made in self.direct.values():
            if made["recipients"][0]["id"] == str(who):
                return made
        channel = self.new_id()
        made = {
            "id": str(channel),
            "type": 1,
            "last_message_id": None,
            "recipients": [self.user(who)],
            "flags": 0,
        }
        self.direct[channel] = made
        return made

    def place(self, channel: int) -> Payload | None:
        if channel == self.channel:
            return self.text_channel()
        return self.threads.get(channel) or self.direct.get(channel)

    def _role(self, role: int, name: str) -> Payload:
        return {
            "id": str(role),
            "name": name,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "position": int(role != self.guild),
            "permissions": str(_MAY.value),
            "managed": role != self.guild,
            "mentionable": False,
            "flags": 0,
        }

    def guild_payload(self) -> Payload:
        return {
            "id": str(self.guild),
            "name": "Harbour",
            "owner_id": str(self.member),
            "unavailable": False,
            "large": False,
            "member_count": 2,
            "joined_at": "2024-01-01T00:00:00+00:00",
            "preferred_locale": "en-US",
            "roles": [self._role(self.guild, "@everyone"), self._role(self.bot_role, "Concord")],
            "channels": [self.text_channel()],
            "members": [
                self.guild_member(who) | {"user": self.user(who)} for who in (self.bot, self.member)
            ],
            "threads": list(self.threads.values()),
            **{key: [] for key in ("emojis", "stickers", "features", "presences")},
            **{key: [] for key in ("voice_states", "stage_instances", "guild_scheduled_events")},
        }

    def application(self) -> Payload:
        asked = discord.Intents._from_value(self.approved_intents)
        flags = discord.ApplicationFlags(
            gateway_presence_limited=asked.presences,
            gateway_guild_members_limited=asked.members,
            gateway_message_content_limited=asked.message_content,
        )
        return {
            "id": str(self.bot),
            "name": "Concord",
            "icon": None,
            "description": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "owner": self.user(self.member),
            "team": None,
            "flags": flags.value,
        }

    # messages

    def message(self, channel: int, author: int, content: str, **more: Any) -> Payload:
        """A message, and the record of it."""
        made = {
            "id": str(self.new_id()),
            "channel_id": str(channel),
            "type": 0,
            "author": self.user(author),
            "content": content,
            "timestamp": _now(),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            **{key: [] for key in ("mentions", "mention_roles", "attachments", "embeds")},
            "components": [],
            "pinned": False,
            "flags": 0,
        } | more
        self.messages[int(made["id"])] = made
        return made

    def mention(self, text: str, channel: int | None = None) -> Payload:
        """MESSAGE_CREATE of the member's message that mentions the bot, not yet dispatched."""
        bot = self.user(self.bot) | {"member": self.guild_member(self.bot)}
        where = self.channel if channel is None else channel
        said = self.message(where, self.member, f"<@{self.bot}> {text}", mentions=[bot])
        return said | {"guild_id": str(self.guild), "member": self.guild_member(self.member)}

    def interaction(self, name: str, options: Payload, channel: int | None) -> Payload:
        """INTERACTION_CREATE of a command; words after the first in `name` are subcommands."""
        ticket = Ticket(self.new_id(), self.channel if channel is None else channel)
        token = secrets.token_urlsafe(24)
        self.tickets[token] = ticket
        first, *below = name.split()
        given: list[Payload] = [
            {"name": key, "type": _OPTION_TYPES[type(value)], "value": value}
            for key, value in options.items()
        ]
        for depth, word in enumerate(reversed(below)):
            given = [{"name": word, "type": 1 if depth == 0 else 2, "options": given}]
        known = next((each for each in self.commands if each["name"] == first), {})
        data = {"id": known.get("id", str(self.new_id())), "name": first, "type": 1}
        if "guild_id" in known:
            data["guild_id"] = known["guild_id"]
        member = self.guild_member(self.member) | {"user": self.user(self.member)}
        return {
            "id": str(ticket.id),
            "application_id": str(self.bot),
            "type": 2,
            "token": token,
            "version": 1,
            "data": data | {"options": given, "resolved": {}},
            "guild_id": str(self.guild),
            "guild_locale": "en-US",
            "locale": "en-GB",
            "channel_id": str(ticket.channel),
            "channel": self.place(ticket.channel),
            "member": member | {"permissions": str(_MAY.value)},
            "app_permissions": str(_MAY.value),
            "attachment_size_limit": 10_485_760,
            "authorizing_integration_owners": {"0": str(self.guild)},
            "context": 0,
            "entitlements": [],
        }


def _now() -> str:
    return datetime.now(UTC).isoformat()
