"""Answers that outlive their sources: their messages get a notice, edited in place.

What is to be told follows from the registry (`bot.records.notices`), so that a kill at any moment
loses nothing: whatever wasn't carried out waits, and is carried out after the next start.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import discord
import structlog
from discord.ext import commands, tasks

from bot.answering import INVALID_FORM
from bot.errors import GONE, MISSING_ACCESS, MISSING_PERMISSIONS, UNSENT
from bot.features.moderation.common import moderators_of
from bot.records.model import Fate, Notice
from bot.replies.notices import notice, summary
from bot.scopes import scope_name
from index.model import Receipt
from index.review.recheck import Recheck, recheck

if TYPE_CHECKING:
    from bot.client import ConcordBot

_log: structlog.stdlib.BoundLogger = structlog.get_logger("concord.notices")
# Discord lets a bot edit five messages of a channel in five seconds; people come first.
PACE_S = 1.2
ARCHIVED = 50083
_OUT_OF_REACH = (GONE - {ARCHIVED}) | {MISSING_ACCESS, MISSING_PERMISSIONS}


class Notices(commands.Cog):
    """`pace_s`: seconds between two edits."""

    def __init__(self, bot: ConcordBot) -> None:
        self.bot = bot
        self.pace_s = PACE_S
        self._followed = ""
        self._busy = asyncio.Lock()

    async def cog_load(self) -> None:
        self._look.start()

    async def cog_unload(self) -> None:
        self._look.cancel()

    @tasks.loop(seconds=2)
    async def _look(self) -> None:
        """The loop must not end with an error; what it didn't carry out waits."""
        try:
            if self.bot.is_ready():
                await self.carry_out()
        except Exception as error:
            self.bot.note(error)

    async def carry_out(self) -> None:
        """Tell whatever is to be told by now; one round after the other."""
        async with self._busy:
            await self._carry_out()

    async def _carry_out(self) -> None:
        revision = self.bot.library.revision
        if revision != self._followed:
            lost = await self.bot.off.quick(self.bot.library.lost_receipts)
            await self.bot.off.quick(self.bot.records.notices.follow, lost)
            self._followed = revision
        while waiting := await self.bot.off.quick(self.bot.records.notices.waiting):
            for one in waiting:
                if not await self._tell(one):
                    return  # Discord can't be reached just now
        for told in await self.bot.off.quick(self.bot.records.notices.untold):
            channel = moderators_of(self.bot, told.guild_id)
            if channel is not None:
                try:
                    await channel.send(view=summary(told, self.bot.words))
                except UNSENT as error:
                    self.bot.note(error)
            await self.bot.off.quick(self.bot.records.notices.summed, told.guild_id)

    async def _tell(self, one: Notice) -> bool:
        """Bring one message up to date; whether that is over and done with."""
        store = self.bot.records.notices
        receipt = await self.bot.off.quick(self.bot.library.kept_receipt, one.receipt_id)
        if receipt is None or not receipt.statements:
            await self.bot.off.quick(store.drop, one.receipt_id)
            return True
        found = await self.bot.off.answer(
            recheck, self.bot.library, receipt, scope=scope_name(one.guild_id)
        )
        fate = Fate(found.became)
        if fate is Fate.STANDING and one.said is Fate.STANDING:
            await self.bot.off.quick(store.settle, one, fate, reached=True)
            return True
        if fate is not Fate.STANDING:
            await self.bot.off.quick(store.announce, one, fate)
        try:
            await self._edit(one, receipt, found)
            reached = True
        except discord.HTTPException as error:
            if error.code not in _OUT_OF_REACH and not isinstance(
                error, discord.NotFound | discord.Forbidden
            ):
                self.bot.note(error)
                return False
            reached = False
        except UNSENT as error:
            self.bot.note(error)
            return False
        await self.bot.off.quick(store.settle, one, fate, reached=reached)
        _log.info("looked again", receipt=receipt.id, became=found.became, reached=reached)
        await asyncio.sleep(self.pace_s)
        return True

    async def _edit(self, one: Notice, receipt: Receipt, found: Recheck) -> None:
        asked = one.asked
        assert asked.message_id is not None
        heading = asked.question if asked.heading is None else asked.heading
        made = self.bot.replies.reply(
            receipt.answer(),
            asked.suggestions,
            question=heading or None,
            notice=notice(found, asked.id, self.bot.words),
        )
        channel = self.bot.get_partial_messageable(asked.channel_id)
        message = channel.get_partial_message(asked.message_id)
        what: dict[str, Any] = {"allowed_mentions": discord.AllowedMentions.none()}
        what |= {"content": made.plain} if asked.plain else {"view": made.view}
        try:
            await message.edit(**what)
        except discord.HTTPException as error:
            if error.code == INVALID_FORM and not asked.plain:
                # What was laid out can't become plain text; better no notice than none at all.
                self.bot.note(error)
                return
            if error.code != ARCHIVED:
                raise
            await self._edit_archived(asked.channel_id, message, what)

    async def _edit_archived(
        self, channel_id: int, message: discord.PartialMessage, what: dict[str, Any]
    ) -> None:
        """Our threads are archived after a day: opened for the edit, and closed again."""
        thread = await self.bot.fetch_channel(channel_id)
        if not isinstance(thread, discord.Thread):
            return
        await thread.edit(archived=False)
        try:
            await message.edit(**what)
        finally:
            await thread.edit(archived=True)
