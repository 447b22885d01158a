"""Answering an interaction: acknowledged at once, asked at the desk, put in place of the wait."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Any

import discord

from bot.desk import Repeated, Reply
from bot.press import Interaction, Press
from bot.records.store import NewQuestion
from bot.replies import Message
from bot.replies.message import Layout

if TYPE_CHECKING:
    from bot.client import ConcordBot

INVALID_FORM = 50035


def scope_of(interaction: Interaction) -> int | None:
    """The server whose settings and counts apply: none where only the person installed the bot."""
    alone = interaction.is_user_integration() and not interaction.is_guild_integration()
    return None if alone else interaction.guild_id


def channels_of(channel: object) -> tuple[int | None, int | None]:
    """The ids of a channel and of what it is a thread of."""
    return getattr(channel, "id", None), getattr(channel, "parent_id", None)


async def answer_interaction(
    interaction: Interaction,
    question: str,
    *,
    private: bool | None = None,
    anew: bool = False,
) -> None:
    """Answer a question that came by command, menu or button. Raises what `Desk.ask` raises."""
    bot = interaction.client
    guild_id = scope_of(interaction)
    server = bot.server(guild_id)
    if private is None:
        private = server.private
    note = None
    if guild_id is not None and not server.may_answer_in(*channels_of(interaction.channel)):
        if not private:
            note = bot.words("answer.in_private")
        private = True
    await interaction.response.defer(ephemeral=private, thinking=True)
    found = await bot.desk.ask(
        NewQuestion(
            trigger_id=interaction.id,
            guild_id=guild_id,
            channel_id=interaction.channel_id or 0,
            user_id=interaction.user.id,
            question=question,
            private=private,
        ),
        daily_limit=server.daily_limit,
        anew=anew,
    )
    if found is None:
        return
    if isinstance(found, Repeated):
        await interaction.edit_original_response(view=repeated_view(bot, found))
        return
    message = bot.replies.reply(found.answer, found.suggestions, question=question, note=note)
    sent = await _put(interaction, message, plain=server.plain)
    await keep_place(bot, found, sent.channel.id, sent.id)


async def _put(
    interaction: Interaction, message: Message, *, plain: bool
) -> discord.InteractionMessage:
    if not plain:
        try:
            return await interaction.edit_original_response(view=message.view)
        except discord.HTTPException as error:
            if error.code != INVALID_FORM:
                raise
    return await interaction.edit_original_response(content=message.plain)


async def keep_place(bot: ConcordBot, reply: Reply, channel_id: int, message_id: int) -> None:
    """Remember where the answer stands, so that a reply to it is understood."""
    await asyncio.to_thread(bot.records.sent, reply.asked_id, channel_id, message_id)


def repeated_view(bot: ConcordBot, found: Repeated) -> discord.ui.LayoutView:
    earlier = found.earlier
    when = discord.utils.format_dt(datetime.fromisoformat(earlier.created_at), "R")
    text = bot.words("answer.repeated", when=when, link=earlier.link or "")
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow(
        Press("anew", earlier.id, label="Ask anew", emoji="🔁")
    )
    return Layout(discord.ui.TextDisplay(text), row)
