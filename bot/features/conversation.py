"""Questions in plain messages: mentions, replies, threads, direct messages, help channels.

The bot speaks when spoken to: it was mentioned, its own message was replied to, the message stands
in a thread that it answers in, or in a direct message. A server may name channels in which new
posts are answered unasked.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import discord
from discord.ext import commands

from bot.answering import INVALID_FORM, channels_of, keep_place, repeated_view
from bot.desk import Repeated, Reply
from bot.records import Asked
from bot.records.store import NewQuestion
from bot.replies.text import label
from index.model import RefusalReason

if TYPE_CHECKING:
    from bot.client import ConcordBot

_THREAD_NAME = 90
_ARCHIVE_MINUTES: Literal[1440] = 1440
_LONGEST = 2000
# What nobody asked for is answered, or left alone: a refusal of these kinds would be noise.
_NOT_UNASKED = frozenset({RefusalReason.TOO_VAGUE, RefusalReason.INSTRUCTION})
_NOT_IN_CHAT = _NOT_UNASKED | {RefusalReason.OUTSIDE_SUBJECT}
_THANKS = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|thanks?|thank you|thx|cheers|great|nice|perfect|cool|got it|i see|lol|"
    r"yes|no|yep|nope|sure|very|so|much|a lot|helpful|that(?:'s|s| is)|good|point|wow)\W*)+$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message that is for the bot. `unasked`: nobody turned to it, so it keeps quiet sooner."""

    text: str
    parent: Asked | None = None
    unasked: bool = False
    in_thread: bool = False


class Conversation(commands.Cog):
    def __init__(self, bot: ConcordBot) -> None:
        self.bot = bot

    @commands.Cog.listener("on_message")
    async def _on_message(self, message: discord.Message) -> None:
        if message.author.bot or message.webhook_id is not None or message.is_system():
            return
        try:
            spoken = await self._for_me(message)
            if spoken is not None:
                await self._answer(message, spoken)
        except Exception as error:
            await self.bot.report_to(message, error)

    # ------------------------------------------------------------ is it for the bot?
    async def _for_me(self, message: discord.Message) -> Spoken | None:
        text = self._without_mention(message)
        replied = await self._replied_to(message)
        if message.guild is None:
            last = await asyncio.to_thread(self.bot.records.last_in, message.channel.id)
            return Spoken(text, replied or last) if text else None
        server = self.bot.server(message.guild.id)
        if not server.may_answer_in(*channels_of(message.channel)):
            return None
        in_thread = isinstance(message.channel, discord.Thread)
        if self._mentioned(message):
            parent = replied or (await self._last_here(message) if in_thread else None)
            return Spoken(text, parent, in_thread=in_thread)
        if not text or _THANKS.match(text):
            return None
        if replied is not None:
            return Spoken(text, replied, in_thread=in_thread)
        to_others = message.reference is not None or bool(
            message.mentions or message.role_mentions or message.mention_everyone
        )
        if to_others:
            return None
        if isinstance(message.channel, discord.Thread):
            if self._new_post(message, server.help_channels):
                return Spoken(f"{message.channel.name}\n{text}", unasked=True, in_thread=True)
            last = await self._last_here(message)
            return Spoken(text, last, unasked=True, in_thread=True) if last else None
        if message.channel.id in server.help_channels and "?" in text:
            return Spoken(text, unasked=True)
        return None

    def _mentioned(self, message: discord.Message) -> bool:
        me = self.bot.user
        return me is not None and bool(re.search(rf"<@!?{me.id}>", message.content))

    def _without_mention(self, message: discord.Message) -> str:
        me = self.bot.user
        text = re.sub(rf"<@!?{me.id}>", " ", message.content) if me else message.content
        return " ".join(text.split())[:_LONGEST]

    async def _replied_to(self, message: discord.Message) -> Asked | None:
        reference = message.reference
        if reference is None or reference.message_id is None:
            return None
        return await asyncio.to_thread(self.bot.records.of_message, reference.message_id)

    async def _last_here(self, message: discord.Message) -> Asked | None:
        return await asyncio.to_thread(self.bot.records.last_in, message.channel.id)

    @staticmethod
    def _new_post(message: discord.Message, help_channels: tuple[int, ...]) -> bool:
        """Whether this is what opened a post in a forum that is a help channel."""
        thread = message.channel
        return (
            isinstance(thread, discord.Thread)
            and thread.parent_id in help_channels
            and isinstance(thread.parent, discord.ForumChannel)
            and thread.id == message.id
        )

    # ------------------------------------------------------------ answering
    async def _answer(self, message: discord.Message, spoken: Spoken) -> None:
        if not spoken.text:
            ask = self._command("ask")
            text = self.bot.words("answer.empty_mention", ask=ask)
            await message.reply(text, mention_author=False)
            return
        guild_id = message.guild.id if message.guild else None
        server = self.bot.server(guild_id)
        new = NewQuestion(
            trigger_id=message.id,
            guild_id=guild_id,
            channel_id=message.channel.id,
            user_id=message.author.id,
            question=spoken.text,
            parent_id=spoken.parent.id if spoken.parent else None,
        )
        async with message.channel.typing():
            found = await self.bot.desk.ask(new, daily_limit=server.daily_limit)
        if found is None or self._better_quiet(found, spoken):
            return
        if isinstance(found, Repeated):
            await message.reply(view=repeated_view(self.bot, found), mention_author=False)
            return
        place = await self._place(message, spoken, threads=server.threads)
        sent = await self._send(message, place, found, plain=server.plain)
        await keep_place(self.bot, found, sent.channel.id, sent.id)

    @staticmethod
    def _better_quiet(found: Reply | Repeated, spoken: Spoken) -> bool:
        if not spoken.unasked:
            return False
        if isinstance(found, Repeated):
            return True
        refusal = found.answer.refusal
        quiet = _NOT_UNASKED if spoken.in_thread and spoken.parent is None else _NOT_IN_CHAT
        return refusal is not None and refusal.reason in quiet

    async def _place(
        self, message: discord.Message, spoken: Spoken, *, threads: bool
    ) -> discord.abc.Messageable:
        """A thread for a first question, where the server wants that and the bot may open one."""
        channel = message.channel
        if (
            not threads
            or spoken.parent is not None
            or not isinstance(channel, discord.TextChannel)
            or not self._may_open_threads(channel)
        ):
            return channel
        try:
            return await message.create_thread(
                name=label(spoken.text, _THREAD_NAME), auto_archive_duration=_ARCHIVE_MINUTES
            )
        except discord.HTTPException as error:
            # Somebody opened one at the same time, or an admin closed the door: answer here.
            if isinstance(error, discord.NotFound):
                raise
            return channel

    @staticmethod
    def _may_open_threads(channel: discord.TextChannel) -> bool:
        mine = channel.permissions_for(channel.guild.me)
        return mine.create_public_threads and mine.send_messages_in_threads

    async def _send(
        self,
        message: discord.Message,
        place: discord.abc.Messageable,
        reply: Reply,
        *,
        plain: bool,
    ) -> discord.Message:
        made = self.bot.replies.reply(reply.answer, reply.suggestions)
        how: dict[str, Any] = {"mention_author": False}
        if place is message.channel:
            # Deleted in the meantime: answer without pointing at it.
            how["reference"] = message.to_reference(fail_if_not_exists=False)
        if not plain:
            try:
                return await place.send(**made.sending(), **how)
            except discord.HTTPException as error:
                if error.code != INVALID_FORM:
                    raise
        return await place.send(**made.sending(plain=True), **how)

    def _command(self, name: str) -> str:
        return f"`/{name}`"
