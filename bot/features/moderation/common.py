"""What proposing, judging and replying share: who may judge, where cards go, who is told."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import discord
from discord import ui

from bot.errors import UNSENT, NotAllowed
from bot.features.moderation.card import Facts, card
from bot.press import Interaction
from bot.records import ServerSettings
from bot.scopes import scope_name
from index.errors import UnknownProposal
from index.review import Act, ActKind, Proposal
from index.review.review import Review

if TYPE_CHECKING:
    from bot.client import ConcordBot

Channel = discord.TextChannel | discord.Thread
_LARGEST = 2**31  # what the registry's numbers can be
_TELLING = (ActKind.ASKED_BACK, ActKind.ACCEPTED, ActKind.REJECTED, ActKind.RETRACTED)


def review_of(bot: ConcordBot) -> Review:
    return Review(bot.library.registry, bot.library)


def name_of(user: discord.abc.Snowflake) -> str:
    """What the registry calls somebody of Discord."""
    return f"discord:{user.id}"


def user_of(name: str) -> int | None:
    """The id in such a name; None for somebody who isn't of Discord."""
    kind, _, number = name.partition(":")
    ours = kind == "discord" and number.isascii() and number.isdigit()
    return int(number) if ours else None


def server_of(proposal: Proposal) -> int | None:
    """The server that a proposal was made in; None for one of the operator's."""
    number = proposal.scope.removeprefix("server-")
    return int(number) if number.isascii() and number.isdigit() else None


def may_judge(interaction: Interaction, settings: ServerSettings) -> bool:
    if interaction.guild_id is None:
        return False
    if interaction.permissions.manage_guild:
        return True
    role, who = settings.moderator_role, interaction.user
    return (
        role is not None
        and isinstance(who, discord.Member)
        and role in {r.id for r in who.roles}
        and role != interaction.guild_id  # everybody has the role that is called like this
    )


async def to_be_judged(interaction: Interaction, number: int) -> Proposal:
    """A proposal of this server, for somebody who may judge here.

    Raises `NotAllowed`, and `UnknownProposal` also for one of another server: that there is such a
    number is nobody's business here.
    """
    bot = interaction.client
    if not may_judge(interaction, bot.server(interaction.guild_id)):
        raise NotAllowed(bot.words("moderation.not_allowed"))
    proposal = await proposal_of(bot, number)
    if proposal.scope != scope_name(interaction.guild_id):
        raise _unknown(number)
    return proposal


async def proposal_of(bot: ConcordBot, number: int) -> Proposal:
    """Raises `UnknownProposal`."""
    if not 0 < number < _LARGEST:
        raise _unknown(number)
    return await bot.off.quick(review_of(bot).get, number)


def _unknown(number: int) -> UnknownProposal:
    return UnknownProposal(f"There is no proposal {number}.")


# ---------------------------------------------------------------- cards
async def card_of(bot: ConcordBot, number: int) -> ui.LayoutView:
    """The card of a proposal as it stands now."""
    return card(await asyncio.to_thread(_facts, review_of(bot), number), bot.words)


def _facts(review: Review, number: int) -> Facts:
    proposal = review.get(number)
    acts = [a for a in review.history(proposal.source.id) if a.proposal_id == number]
    return Facts(
        proposal,
        tuple(review.warnings(number)),
        review.compare(number) if proposal.replaces else None,
        _latest(proposal, acts),
    )


def _latest(proposal: Proposal, acts: list[Act]) -> Act | None:
    """The act that brought it where it stands, where that is worth telling."""
    told = [a for a in acts if a.act in _TELLING and a.act.value == proposal.status.value]
    return told[-1] if told else None


def moderators_of(bot: ConcordBot, guild_id: int | None) -> Channel | None:
    """The channel that a server's managers chose for its moderators."""
    channel_id = bot.server(guild_id).moderator_channel
    channel = bot.get_channel(channel_id) if channel_id else None
    if not isinstance(channel, discord.TextChannel | discord.Thread):
        return None
    return channel if channel.guild.id == guild_id else None


async def post_card(bot: ConcordBot, proposal: Proposal) -> discord.Message | None:
    """Lay a proposal before the moderators; None where that can't be done, and it waits."""
    channel = moderators_of(bot, server_of(proposal))
    if channel is None:
        return None
    view = await card_of(bot, proposal.id)
    try:
        return await channel.send(view=view)
    except UNSENT as error:
        bot.note(error)
        return None


async def show_state(interaction: Interaction, number: int) -> None:
    """Bring the card that was pressed up to date."""
    message = interaction.message
    if message is None or message.flags.ephemeral:
        return
    view = await card_of(interaction.client, number)
    try:
        await message.edit(view=view, allowed_mentions=discord.AllowedMentions.none())
    except UNSENT as error:  # what was done is done
        interaction.client.note(error)


# ---------------------------------------------------------------- the proposer
async def tell_proposer(bot: ConcordBot, proposal: Proposal, view: ui.LayoutView) -> bool:
    """Send the proposer a direct message; whether it could be sent."""
    user_id = user_of(proposal.proposer)
    if user_id is None:
        return False
    try:
        channel = await bot.create_dm(discord.Object(user_id))
        await channel.send(view=view)
    except discord.Forbidden:  # they take no messages of ours, which is their right
        return False
    except UNSENT as error:
        bot.note(error)
        return False
    return True


def server_name(bot: ConcordBot, proposal: Proposal) -> str:
    guild = bot.get_guild(server_of(proposal) or 0)
    return guild.name if guild else "the server"
