"""The buttons that let people check: **Passages**, **Why this answer?**, **Show the rest**."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from discord.ext import commands

from bot.errors import Gone
from bot.press import Act, Interaction
from bot.replies.passages import passages
from bot.replies.receipt import why
from index.errors import ReceiptGone
from index.model import Citation, Receipt
from index.surroundings import Surroundings

if TYPE_CHECKING:
    from bot.client import ConcordBot


class Receipts(commands.Cog):
    def __init__(self, bot: ConcordBot) -> None:
        self.bot = bot
        bot.on_action("passages", self._passages)
        bot.on_action("why", self._why)
        bot.on_action("rest", self._rest)

    async def _passages(self, interaction: Interaction, act: Act) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        receipt = await receipt_of(self.bot, act.args[0])
        found = await asyncio.to_thread(self._around, receipt.citations or receipt.nearest)
        for view in passages(found, self.bot.words):
            await interaction.followup.send(view=view, ephemeral=True)

    async def _why(self, interaction: Interaction, act: Act) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        receipt = await receipt_of(self.bot, act.args[0])
        sources = self.bot.library.corpus.sources
        titles = {c.source_id: c.source_title for c in [*receipt.citations, *receipt.nearest]}
        titles |= {key: source.title for key, source in sources.items()}
        await interaction.followup.send(view=why(receipt, titles, self.bot.words), ephemeral=True)

    async def _rest(self, interaction: Interaction, act: Act) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        receipt = await receipt_of(self.bot, act.args[0])
        message = self.bot.replies.rest(receipt.answer(), int(act.args[1]))
        await interaction.followup.send(view=message.view, ephemeral=True)

    def _around(self, citations: list[Citation]) -> list[tuple[Citation, Surroundings]]:
        return [(c, self.bot.library.around(c)) for c in citations]


async def receipt_of(bot: ConcordBot, receipt_id: str) -> Receipt:
    """Raises `Gone` with a sentence for the message's reader."""
    try:
        return await asyncio.to_thread(bot.library.receipt, receipt_id)
    except ReceiptGone as error:
        raise Gone(bot.words("answer.gone", days=bot.settings.keep_days)) from error
