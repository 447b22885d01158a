"""Questions in plain messages: mentions, replies, threads, direct messages, help channels.

`bot.listening` says which messages are for the bot; here they are answered.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

import discord
from discord.ext import commands

from bot.answering import INVALID_FORM, keep_place, repeated_message
from bot.desk import Repeated, Reply
from bot.errors import UNSENT, AskedTooOften, Busy, Stopping
from bot.listening import Spoken, heard
from bot.places import may_open_threads, may_send, pointing_at
from bot.records.store import NewQuestion
from bot.replies.text import label

if TYPE_CHECKING:
    from bot.client import ConcordBot

_THREAD_NAME = 90
_SEEN = 10_000  # the latest messages, by id
_ARCHIVE_MINUTES: Literal[1440] = 1440


class Conversation(commands.Cog):
    def __init__(self, bot: ConcordBot) -> None:
        self.bot = bot
        self._under_way: set[int] = set()
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._told: dict[int, datetime] = {}

    @commands.Cog.listener("on_message")
    async def _on_message(self, message: discord.Message) -> None:
        if message.author.bot or message.webhook_id is not None or message.is_system():
            return
        if message.id in self._seen:  # Discord may deliver an event twice
            return
        self._seen[message.id] = None
        while len(self._seen) > _SEEN:
            self._seen.popitem(last=False)
        spoken = None
        self._under_way.add(message.id)
        try:
            spoken = await heard(self.bot, message)
            if spoken is not None:
                await self._answer(message, spoken)
        except Exception as error:
            if not self._keep_quiet(message, spoken, error):
                await self.bot.report_to(message, error)
        finally:
            self._under_way.discard(message.id)

    @commands.Cog.listener("on_raw_message_delete")
    async def _on_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        """Who takes a question back while it is answered, wants no answer."""
        self._under_way.discard(event.message_id)
        await self.bot.off.quick(self.bot.records.unsent, [event.message_id])

    @commands.Cog.listener("on_raw_bulk_message_delete")
    async def _on_bulk_delete(self, event: discord.RawBulkMessageDeleteEvent) -> None:
        self._under_way -= event.message_ids
        await self.bot.off.quick(self.bot.records.unsent, event.message_ids)

    # ------------------------------------------------------------ answering
    async def _answer(self, message: discord.Message, spoken: Spoken) -> None:
        guild_id = message.guild.id if message.guild else None
        server = self.bot.server(guild_id)
        in_thread = server.threads and may_open_threads(message.channel)
        if not in_thread and not may_send(message.channel):
            return
        if not spoken.text:
            await self._say(message, content=self.bot.words("answer.empty_mention", ask="`/ask`"))
            return
        new = NewQuestion(
            trigger_id=message.id,
            guild_id=guild_id,
            channel_id=message.channel.id,
            user_id=message.author.id,
            question=spoken.text,
            parent_id=spoken.parent.id if spoken.parent else None,
        )
        with self.bot.desk.visit(message.author.id, guild_id, unasked=spoken.unasked):
            found = await self._ask(message, new, spoken, daily_limit=server.daily_limit)
            if found is None or message.id not in self._under_way:
                return
            if isinstance(found, Repeated):
                await self._say(message, **repeated_message(self.bot, found))
                return
            place = await self._place(message, spoken, threads=server.threads)
            sent, plain = await self._send(message, place, found, plain=server.plain)
            await keep_place(self.bot, found, sent, plain=plain)

    async def _ask(
        self, message: discord.Message, new: NewQuestion, spoken: Spoken, *, daily_limit: int
    ) -> Reply | Repeated | None:
        async with AsyncExitStack() as meanwhile:
            # Who wasn't asked may end in saying nothing, and doesn't announce it.
            if not spoken.unasked and may_send(message.channel):
                with suppress(*UNSENT):
                    await meanwhile.enter_async_context(message.channel.typing())
            return await self.bot.desk.ask(new, daily_limit=daily_limit, unsaid=spoken.noise)

    async def _place(
        self, message: discord.Message, spoken: Spoken, *, threads: bool
    ) -> discord.abc.Messageable:
        """A thread for a first question, where the server wants that and the bot may open one."""
        channel = message.channel
        if not threads or spoken.parent is not None or not may_open_threads(channel):
            return channel
        try:
            return await message.create_thread(
                name=label(spoken.text, _THREAD_NAME), auto_archive_duration=_ARCHIVE_MINUTES
            )
        except discord.NotFound:
            raise
        except discord.HTTPException:
            # Somebody opened one at the same time, or an admin closed the door: answer here.
            return channel

    async def _send(
        self,
        message: discord.Message,
        place: discord.abc.Messageable,
        reply: Reply,
        *,
        plain: bool,
    ) -> tuple[discord.Message, bool]:
        """The message, and whether it is plain text."""
        made = self.bot.replies.reply(reply.answer, reply.suggestions)
        how = pointing_at(message) if place is message.channel else {}
        if not plain:
            try:
                return await place.send(**made.sending(), **how), False
            except discord.HTTPException as error:
                if error.code != INVALID_FORM:
                    raise
        return await place.send(**made.sending(plain=True), **how), True

    async def _say(self, message: discord.Message, **what: Any) -> None:
        if may_send(message.channel):
            await message.channel.send(**what, **pointing_at(message))

    # ------------------------------------------------------------ trouble
    def _keep_quiet(
        self, message: discord.Message, spoken: Spoken | None, error: Exception
    ) -> bool:
        """Whether to say nothing: nobody asked, or the person was told to wait already."""
        if spoken is not None and spoken.unasked:
            return isinstance(error, AskedTooOften | Stopping) or isinstance(error.__cause__, Busy)
        if not isinstance(error, AskedTooOften):
            return False
        now, who = datetime.now(UTC), message.author.id
        self._told = {user: until for user, until in self._told.items() if until > now}
        told = who in self._told
        self._told.setdefault(who, error.again)
        return told
