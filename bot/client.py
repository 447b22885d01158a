"""The Discord client: wiring, start and stop, and the one way to handlers and from errors.

bot = build(settings)      # wired, not connected
await bot.start(token)     # or simulated by tests
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import structlog
from discord import app_commands
from discord.ext import commands, tasks

from bot import press
from bot.desk import Desk
from bot.errors import UNSENT, Failure, Gone, describe
from bot.health import Health
from bot.metrics import Metrics
from bot.press import Act, Handler, Press
from bot.records import Records, ServerSettings
from bot.replies import Replies
from bot.settings import Settings
from bot.wording import read_words
from index.library import Library

_log: structlog.stdlib.BoundLogger = structlog.get_logger("concord.client")
_SYNCED = "commands_synced"


def build(
    settings: Settings, *, library: Library | None = None, metrics: Metrics | None = None
) -> ConcordBot:
    """The bot, wired and not connected.

    `library`: an open one to use, which stays the caller's to close; else the settings' own data
    folder is opened when the bot logs in.
    """
    return ConcordBot(settings, library, metrics or Metrics())


def intents_for(settings: Settings) -> discord.Intents:
    """Servers and messages; the text of messages only if the settings ask for it."""
    intents = discord.Intents.none()
    intents.guilds = True
    intents.guild_messages = True
    intents.dm_messages = True
    intents.message_content = settings.message_content
    return intents


class _Tree(app_commands.CommandTree["ConcordBot"]):
    async def on_error(
        self,
        interaction: discord.Interaction[ConcordBot],
        error: app_commands.AppCommandError,
        /,
    ) -> None:
        await self.client.report(interaction, error)


class ConcordBot(commands.AutoShardedBot):
    """See the module. Features are cogs; what they share hangs here."""

    desk: Desk
    library: Library
    records: Records
    replies: Replies

    def __init__(self, settings: Settings, library: Library | None, metrics: Metrics) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=_Tree,
            intents=intents_for(settings),
            allowed_mentions=discord.AllowedMentions.none(),
            shard_count=settings.shards or None,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self.settings = settings
        self.metrics = metrics
        self.words = read_words()
        self.health: Health | None = None
        self._given = library
        self._actions: dict[str, Handler] = {}
        self._servers: dict[int, ServerSettings] = {}
        self._stopped = False
        self.add_dynamic_items(press.Press, press.Choice)

    # ------------------------------------------------------------ start and stop
    async def setup_hook(self) -> None:
        """Open the stores and load the features; called by discord.py once, after login."""
        await asyncio.to_thread(self._open_stores)
        self.desk = Desk(
            self.settings,
            self.library,
            self.records,
            self.metrics,
            # Ours are about the sources that came with us.
            self.words.starters if self.settings.builtin_sources else (),
        )
        self.replies = Replies(self.words, keep_days=self.settings.keep_days)
        self.metrics.follow(
            waiting=lambda: self.desk.gate.waiting,
            inside=lambda: self.desk.gate.inside,
            latency=lambda: self.latency,
        )
        from bot.features import FEATURES

        for feature in FEATURES:
            await self.add_cog(feature(self))
        await self._sync_if_changed()
        self._forget_the_old.start()
        if self.settings.health_port:
            await self.start_health(self.settings.health_host, self.settings.health_port)

    def _open_stores(self) -> None:
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        self.records = Records(self.settings.records_url)
        self._servers = self.records.servers()
        self.records.fail_unfinished()
        self.library = self._given or Library.open(self.settings.index_options())

    async def start_health(self, host: str, port: int) -> Health:
        self.health = Health(
            self.metrics, alive=lambda: not self.is_closed(), ready=lambda: self.is_ready()
        )
        await self.health.start(host, port)
        _log.info("health", host=host, port=self.health.port)
        return self.health

    async def close(self) -> None:
        """Finish what is under way, then let go of the gateway and the stores."""
        if self._stopped:
            return
        self._stopped = True
        opened = hasattr(self, "desk")
        if opened:
            self._forget_the_old.cancel()
            finished = await self.desk.close(self.settings.stop_wait_s)
            _log.info("stopping", finished=finished)
        await super().close()
        if self.health is not None:
            await self.health.stop()
        if hasattr(self, "records"):
            await asyncio.to_thread(self.records.close)
        if hasattr(self, "library") and self._given is None:
            await asyncio.to_thread(self.library.close)

    async def _sync_if_changed(self) -> None:
        """Register the commands where Discord doesn't have this very set yet."""
        where = discord.Object(self.settings.test_server) if self.settings.test_server else None
        if where is not None:
            self.tree.copy_global_to(guild=where)
        payload = [c.to_dict(self.tree) for c in self.tree.get_commands(guild=where)]
        text = json.dumps(payload, sort_keys=True, default=str)
        mark = f"{self.application_id}:{hashlib.sha256(text.encode()).hexdigest()}"
        name = f"{_SYNCED}:{where.id if where else 'everywhere'}"
        if await asyncio.to_thread(self.records.fact, name) == mark:
            return
        await self.tree.sync(guild=where)
        await asyncio.to_thread(self.records.remember, name, mark)
        _log.info("commands registered", commands=len(payload), server=where and where.id)

    @tasks.loop(hours=24)
    async def _forget_the_old(self) -> None:
        """What is older than the settings allow is removed, at start and every day."""
        before = datetime.now(UTC) - timedelta(days=self.settings.keep_days)
        questions = await asyncio.to_thread(self.records.privacy.clear, before)
        receipts = await asyncio.to_thread(self.library.clear_receipts, before)
        _log.info("cleared", questions=questions, receipts=receipts)

    # ------------------------------------------------------------ servers
    def server(self, guild_id: int | None) -> ServerSettings:
        """A server's settings, or the defaults; from memory."""
        return self._servers.get(guild_id or 0) or ServerSettings()

    async def save_server(self, guild_id: int, settings: ServerSettings, by: int) -> None:
        await asyncio.to_thread(self.records.save_server, guild_id, settings, by)
        self._servers[guild_id] = settings

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """A server that put the bot out is forgotten."""
        self._servers.pop(guild.id, None)
        receipts = await asyncio.to_thread(self.records.privacy.forget_server, guild.id)
        await asyncio.to_thread(self.library.forget_receipts, receipts)

    # ------------------------------------------------------------ actions and errors
    def on_action(self, name: str, handler: Handler) -> None:
        """Say what buttons, selects and forms with this action do."""
        assert name not in self._actions, name
        self._actions[name] = handler

    async def dispatch_act(
        self, interaction: discord.Interaction[ConcordBot], action: str, act: Act
    ) -> None:
        try:
            handler = self._actions.get(action)
            if handler is None:
                raise Gone("That button is from another version of me.")
            await handler(interaction, act)
        except Exception as error:
            await self.report(interaction, error)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        if interaction.type is discord.InteractionType.modal_submit:
            await press.submitted(interaction)

    async def on_message(self, message: discord.Message, /) -> None:
        """Nothing: there are no text commands, and `features.conversation` listens itself."""

    async def report(
        self, interaction: discord.Interaction[ConcordBot], error: BaseException
    ) -> None:
        """Tell the person, privately, what went wrong."""
        failure = self.note(error)
        if failure.silent:
            return
        try:
            if interaction.response.is_done():
                await interaction.followup.send(**self.failure_message(failure), ephemeral=True)
            else:
                await interaction.response.send_message(
                    **self.failure_message(failure), ephemeral=True
                )
        except UNSENT as second:
            _log.warning("untold", error=repr(second), error_id=failure.error_id)

    async def report_to(self, message: discord.Message, error: BaseException) -> None:
        """The same where there is no interaction: a reply to the message."""
        failure = self.note(error)
        if failure.silent:
            return
        try:
            await message.reply(**self.failure_message(failure), mention_author=False)
        except UNSENT as second:
            _log.warning("untold", error=repr(second), error_id=failure.error_id)

    def note(self, error: BaseException) -> Failure:
        failure = describe(error)
        if failure.error_id is not None:
            self.metrics.errors.inc()
        return failure

    @staticmethod
    def failure_message(failure: Failure) -> dict[str, Any]:
        """Arguments for sending: one sentence and, where asking again may help, a button."""
        if failure.retry is None:
            return {"content": failure.sentence}
        view = discord.ui.View(timeout=None)
        view.add_item(Press("retry", failure.retry, label="Try again", emoji="🔁"))
        return {"content": failure.sentence, "view": view}

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        _log.exception("listener failed", listener=event_method)
        self.metrics.errors.inc()
