"""`/propose`, the menu **Propose as source**: an address, a file or a text, to be judged."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import NotAllowed
from bot.features.moderation.common import name_of, post_card, review_of
from bot.press import Act, Form, Interaction, acknowledge, text_field
from bot.replies.text import label, one_line, short
from bot.scopes import scope_name
from index.errors import DocumentTooLarge, FileUnreadable
from index.model import Voice
from index.parsing.apart import parse_apart
from index.reading import slug
from index.review.arrival import propose_address, propose_bytes
from index.review.review import Review, Taken

if TYPE_CHECKING:
    from bot.client import ConcordBot

_WHY = 500
_TEXT = 4000
_TITLE = 200
_SHORTEST = 200  # characters of a message that can be a source
_WAITING = 10  # proposals of one person that may wait in a server
_LINK = re.compile(r"https?://[^\s<>|]+")
_AFTER_LINK = ".,;:!?'\"*_~)]}”’"

Take = Callable[[Review, dict[str, Any]], Awaitable[Taken]]


class Proposing(commands.Cog):
    def __init__(self, bot: ConcordBot) -> None:
        self.bot = bot
        bot.on_action("proposal-new", self._written)
        bot.tree.add_command(
            app_commands.ContextMenu(
                name="Propose as source",
                callback=self._propose_message,
                allowed_contexts=app_commands.AppCommandContext(
                    guild=True, dm_channel=False, private_channel=False
                ),
                allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            )
        )

    @app_commands.command(description="Propose a source; the moderators look at it first.")
    @app_commands.describe(
        address="Where it stands on the web",
        file="PDF, Word, EPUB, web page or text",
        voice="Whose claims it makes",
        why="Why it should be a source",
    )
    @app_commands.choices(voice=[app_commands.Choice(name=v.value, value=v.value) for v in Voice])
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    async def propose(
        self,
        interaction: Interaction,
        address: app_commands.Range[str, 1, 2000] | None = None,
        file: discord.Attachment | None = None,
        voice: str | None = None,
        why: app_commands.Range[str, 1, _WHY] | None = None,
    ) -> None:
        if address is not None and file is not None:
            raise NotAllowed(self.bot.words("moderation.one_of_both"))
        if file is not None:
            await self._take(interaction, self._file(file), voice or "", why or "")
        elif address is not None:
            await self._take(interaction, self._address(address), voice or "", why or "")
        else:
            await interaction.response.send_modal(self._form(voice or "", why or ""))

    def _form(self, voice: str, why: str) -> Form:
        words = self.bot.words
        fields = [
            text_field("title", words("moderation.form_of"), max_length=_TITLE),
            text_field("text", words("moderation.form_text"), long=True, max_length=_TEXT),
            text_field(
                "why",
                words("moderation.form_why"),
                long=True,
                required=False,
                max_length=_WHY,
                default=why or None,
            ),
        ]
        return Form("proposal-new", voice, title=words("moderation.form"), fields=fields)

    async def _written(self, interaction: Interaction, act: Act) -> None:
        take = self._text(act.field("title"), act.field("text"))
        await self._take(interaction, take, act.arg(0), act.field("why"))

    async def _propose_message(self, interaction: Interaction, message: discord.Message) -> None:
        """Its first file, else its first link, else its text."""
        text = message.content.strip()
        link = _LINK.search(text)
        if message.attachments:
            take = self._file(message.attachments[0])
        elif link is not None:
            take = self._address(link[0].rstrip(_AFTER_LINK))
        elif len(text) >= _SHORTEST:
            take = self._text(text.partition("\n")[0], text)
        else:
            raise NotAllowed(self.bot.words("moderation.nothing_there", least=_SHORTEST))
        await self._take(interaction, take, "", "")

    # ------------------------------------------------------------ how it is read
    def _file(self, file: discord.Attachment) -> Take:
        async def take(review: Review, arrival: dict[str, Any]) -> Taken:
            most = self.bot.settings.max_file_mb
            if file.size > most * 2**20:
                raise DocumentTooLarge(
                    f"{file.filename} has {file.size / 2**20:.0f} MB; Concord reads files of up to "
                    f"{most:.0f} MB. Propose the part that matters."
                )
            try:
                data = await file.read()
            except discord.NotFound as error:
                raise FileUnreadable(f"{file.filename} isn't at Discord any more.") from error
            return await asyncio.to_thread(
                propose_bytes, review, data, name=file.filename, **arrival
            )

        return take

    def _address(self, address: str) -> Take:
        async def take(review: Review, arrival: dict[str, Any]) -> Taken:
            options = self.bot.settings.index_options().fetch
            return await propose_address(review, address.strip(), options, **arrival)

        return take

    def _text(self, title: str, text: str) -> Take:
        async def take(review: Review, arrival: dict[str, Any]) -> Taken:
            return await asyncio.to_thread(_propose_text, review, title, text, arrival)

        return take

    # ------------------------------------------------------------ where it goes
    async def _take(self, interaction: Interaction, take: Take, voice: str, why: str) -> None:
        guild_id = interaction.guild_id
        if guild_id is None:
            raise NotAllowed(self.bot.words("moderation.servers_only"))
        await acknowledge(interaction)
        review, scope, who = review_of(self.bot), scope_name(guild_id), name_of(interaction.user)
        waiting = await self.bot.off.quick(review.waiting, scope)
        if sum(p.proposer == who for p in waiting) >= _WAITING:
            raise NotAllowed(self.bot.words("moderation.too_many", most=_WAITING))
        taken = await take(
            review,
            {
                "by": who,
                "why": " ".join(why.split())[:_WHY],
                "scope": scope,
                "voice": Voice(voice) if voice in list(Voice) else None,
            },
        )
        posted = await post_card(self.bot, taken.proposal)
        await interaction.edit_original_response(
            content=self._told(taken, posted=posted is not None)
        )

    def _told(self, taken: Taken, *, posted: bool) -> str:
        words, proposal = self.bot.words, taken.proposal
        title = short(proposal.source.title, 200)
        lines = [
            words("moderation.taken", id=proposal.id, title=title, passages=len(proposal.passages))
        ]
        if taken.likeness is not None:
            held = one_line(label(taken.likeness.source.title, 200))
            lines.append(words("moderation.taken_version", title=held))
        told = "moderation.seen" if posted else "moderation.unseen"
        lines.append(words(told))
        return "\n".join(lines)


def _propose_text(review: Review, title: str, text: str, arrival: dict[str, Any]) -> Taken:
    data = text.encode("utf-8", "replace")
    document = parse_apart(data, name="text.txt")
    named = label(title, _TITLE)
    return review.propose(
        replace(document, title=named), name=f"{slug(named)}.txt", size=len(data), **arrival
    )
