"""`/start` and the steps of a track: shown, asked, checked; visible to one person alone.

Where a press leads stands in the button's id, so that nobody gets stuck after a restart, on a
second device, or when a track was revised under way. What is kept is only where to go on another
day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.answering import keep_place, question_in, scope_of
from bot.desk import Repeated
from bot.errors import UNSENT, NotAllowed
from bot.features.onboarding.role import give_role
from bot.onboarding.model import Track
from bot.onboarding.shown import covered, evidence, reading
from bot.onboarding.tracks import Offered, Tracks
from bot.onboarding.walk import START, Part, Position, after, before, fitted, step_at
from bot.press import Act, Form, Interaction, Press, acknowledge, text_field
from bot.records.onboarding import OnboardingStore, Walk
from bot.records.store import NewQuestion
from bot.replies import onboarding as looks
from bot.replies.message import Layout
from bot.scopes import scope_name
from index.model import Answer

if TYPE_CHECKING:
    from bot.client import ConcordBot

_LONGEST = 300


class Walking(commands.Cog):
    def __init__(self, bot: ConcordBot) -> None:
        self.bot = bot
        bot.on_action("walk-menu", self._menu)
        bot.on_action("walk-track", self._chosen)
        bot.on_action("walk-go", self._go)
        bot.on_action("walk-next", self._next)
        bot.on_action("walk-back", self._back)
        bot.on_action("walk-ask", self._ask)
        bot.on_action("walk-own", self._own)
        bot.on_action("walk-owned", self._owned)
        bot.on_action("walk-term", self._term)
        bot.on_action("walk-choose", self._choose)
        bot.on_action("walk-leave", self._leave)
        bot.on_action("walk-forget", self._forget)
        bot.on_action("walk-direct", self._direct)

    @app_commands.command(description="A guided way in: ten minutes, one question at a time.")
    async def start(self, interaction: Interaction) -> None:
        await acknowledge(interaction, private=_private(interaction))
        await interaction.edit_original_response(view=await self._chooser(interaction))

    # ------------------------------------------------------------ choosing
    async def _menu(self, interaction: Interaction, act: Act) -> None:
        """From a welcome, or from the end of a track: always a message of one's own."""
        await acknowledge(interaction, private=_private(interaction))
        view = await self._chooser(interaction)
        await interaction.followup.send(view=view, ephemeral=_private(interaction))

    async def _chosen(self, interaction: Interaction, act: Act) -> None:
        await interaction.response.defer()
        track = (await self._offered(interaction)).get(act.chosen[0])
        if track is None:
            await self._gone(interaction)
            return
        user_id, guild_id = self._who(interaction)
        walk = await self.bot.off.quick(self._store.of, user_id, guild_id, track.id)
        at = fitted(track, walk.step, walk.part) if walk and not _over(walk) else START
        await self._show(interaction, track, at)

    async def _chooser(self, interaction: Interaction) -> ui.LayoutView:
        offered = await self._offered(interaction)
        if not offered.tracks:
            raise NotAllowed(self.bot.words("start.none"))
        user_id, guild_id = self._who(interaction)
        walk = await self.bot.off.quick(self._store.latest, user_id, guild_id)
        going_on = None
        track = offered.get(walk.track_id) if walk is not None else None
        if walk is not None and track is not None and not _over(walk):
            going_on = (track, fitted(track, walk.step, walk.part))
        view = looks.chooser(offered.tracks, self.bot.words, going_on)
        if interaction.guild is not None:
            direct = Press("walk-direct", label=self.bot.words("start.direct"), emoji="✉️")
            view.add_item(ui.ActionRow(direct))
        return view

    # ------------------------------------------------------------ moving
    async def _go(self, interaction: Interaction, act: Act) -> None:
        await interaction.response.defer()
        track = await self._track(interaction, act)
        if track is not None:
            await self._show(interaction, track, fitted(track, act.number(1), act.arg(2)))

    async def _next(self, interaction: Interaction, act: Act) -> None:
        """On a step the next takes its place; an answer is worth keeping, so there it follows."""
        new = act.args[3:] == ("new",)
        if new:
            await acknowledge(interaction, private=_private(interaction))
        else:
            await interaction.response.defer()
        track = await self._track(interaction, act)
        if track is not None:
            at = after(track, fitted(track, act.number(1), act.arg(2)))
            await self._show(interaction, track, at, new=new)

    async def _back(self, interaction: Interaction, act: Act) -> None:
        await interaction.response.defer()
        track = await self._track(interaction, act)
        if track is not None:
            at = before(track, fitted(track, act.number(1), act.arg(2)))
            await self._show(interaction, track, at)

    async def _show(
        self, interaction: Interaction, track: Track, at: Position, *, new: bool = False
    ) -> None:
        finished = at.part is Part.END
        user_id, guild_id = self._who(interaction)
        await self.bot.off.quick(
            self._store.stand,
            user_id,
            guild_id,
            track.id,
            at.step,
            at.part.value,
            finished=finished,
        )
        if finished:
            view = await self._end(interaction, track)
        else:
            look = looks.frame if at.part is Part.FRAME else looks.check
            view = look(track, at, self.bot.words)
        if new:
            await interaction.followup.send(view=view, ephemeral=_private(interaction))
        else:
            await interaction.edit_original_response(view=view)

    async def _end(self, interaction: Interaction, track: Track) -> ui.LayoutView:
        scope, library = scope_name(scope_of(interaction)), self.bot.library
        seen = await self.bot.off.quick(covered, library, track, scope=scope)
        more = await self.bot.off.quick(reading, library, track, scope=scope)
        role = await give_role(interaction)
        return looks.end(track, seen, more, self.bot.words, role)

    # ------------------------------------------------------------ asking
    async def _ask(self, interaction: Interaction, act: Act) -> None:
        with self.bot.desk.visit(interaction.user.id, scope_of(interaction)):
            await acknowledge(interaction, private=_private(interaction))
            track = await self._track(interaction, act)
            if track is None:
                return
            at, i = fitted(track, act.number(1), Part.FRAME), act.number(2)
            if at.part is Part.END:
                await self._show(interaction, track, at, new=True)
                return
            step = step_at(track, at)
            prompts = (step.prompt, *step.deeper)
            prompt = prompts[min(max(0, i), len(prompts) - 1)]
            await self._count(interaction, track, "pressed", prompt.text)
            await self._answer(interaction, track, at, prompt.text, asked=i)

    async def _own(self, interaction: Interaction, act: Act) -> None:
        track = await self._track(interaction, act, told=False)
        at = fitted(track, act.number(1), Part.FRAME) if track is not None else START
        begun = step_at(track, at).own if track is not None and at.part is not Part.END else ""
        field = text_field(
            "question",
            self.bot.words("start.own_label"),
            long=True,
            max_length=_LONGEST,
            default=begun or None,
        )
        title = self.bot.words("start.own_title")
        form = Form("walk-owned", act.arg(0), act.number(1), title=title, fields=[field])
        await interaction.response.send_modal(form)

    async def _owned(self, interaction: Interaction, act: Act) -> None:
        question = question_in(act.field("question"))
        if not question:
            raise NotAllowed(self.bot.words("answer.no_text"))
        with self.bot.desk.visit(interaction.user.id, scope_of(interaction)):
            await acknowledge(interaction, private=_private(interaction))
            track = await self._track(interaction, act)
            if track is None:
                return
            at = fitted(track, act.number(1), Part.FRAME)
            answer = await self._answer(interaction, track, at, question, asked=-1)
            if answer is not None:
                await self._count(interaction, track, "own" if answer.answered else "own-refused")

    async def _term(self, interaction: Interaction, act: Act) -> None:
        """A footnote: what a term of the framing means."""
        with self.bot.desk.visit(interaction.user.id, scope_of(interaction)):
            await acknowledge(interaction, private=_private(interaction))
            track = await self._track(interaction, act)
            if track is None:
                return
            at, i = fitted(track, act.number(1), Part.FRAME), act.number(2)
            terms = step_at(track, at).terms if at.part is not Part.END else ()
            if not 0 <= i < len(terms):
                await self._show(interaction, track, at, new=True)
                return
            term, scope = terms[i], scope_name(scope_of(interaction))

            def find() -> Answer:
                return self.bot.library.define(term, scope=scope)

            await self._answer(interaction, track, at, f"What is {term}?", asked=-1, find=find)

    async def _answer(
        self,
        interaction: Interaction,
        track: Track,
        at: Position,
        question: str,
        *,
        asked: int,
        find: Any = None,
    ) -> Answer | None:
        bot, guild_id = self.bot, scope_of(interaction)
        found = await bot.desk.ask(
            NewQuestion(
                trigger_id=interaction.id,
                guild_id=guild_id,
                channel_id=interaction.channel_id or 0,
                user_id=interaction.user.id,
                question=question,
                private=True,
            ),
            daily_limit=bot.server(guild_id).daily_limit,
            anew=True,
            find=find,
        )
        if found is None or isinstance(found, Repeated):
            return None
        below = looks.onward(track, at, bot.words, asked=asked) if at.part is not Part.END else ()
        made = bot.replies.reply(found.answer, (), question=question, onward=below)
        sent = await interaction.followup.send(
            view=made.view, ephemeral=_private(interaction), wait=True
        )
        await keep_place(bot, found, sent, heading=question, plain=False)
        return found.answer

    # ------------------------------------------------------------ checking
    async def _choose(self, interaction: Interaction, act: Act) -> None:
        await interaction.response.defer()
        track = await self._track(interaction, act)
        if track is None:
            return
        at = fitted(track, act.number(1), Part.CHECK)
        if at.part is not Part.CHECK:  # the check is gone from the track
            await self._show(interaction, track, at)
            return
        check = step_at(track, at).check
        assert check is not None
        told = f"{check.question} {check.choices[check.right]}"
        scope = scope_name(scope_of(interaction))
        shown = await self.bot.off.answer(
            evidence, self.bot.library, check.place, told, scope=scope
        )
        view = looks.verdict(track, at, act.number(2), shown, self.bot.words)
        await interaction.edit_original_response(view=view)

    # ------------------------------------------------------------ leaving
    async def _leave(self, interaction: Interaction, act: Act) -> None:
        await interaction.response.defer()
        track = await self._track(interaction, act, told=False)
        if track is not None:
            await self._count(interaction, track, "left", str(act.number(1)))
        text: ui.TextDisplay[Any] = ui.TextDisplay(self.bot.words("start.left"))
        await interaction.edit_original_response(view=Layout(text))

    async def _forget(self, interaction: Interaction, act: Act) -> None:
        await interaction.response.defer()
        user_id, guild_id = self._who(interaction)
        await self.bot.off.quick(self._store.forget, user_id, guild_id)
        text: ui.TextDisplay[Any] = ui.TextDisplay(self.bot.words("start.forgotten"))
        await interaction.edit_original_response(view=Layout(text))

    async def _direct(self, interaction: Interaction, act: Act) -> None:
        """Only ever on request."""
        await acknowledge(interaction)
        offered = self.bot.onboarding.offered
        tracks = await self.bot.off.quick(offered, None, self.bot.server(None))
        if not tracks.tracks:
            raise NotAllowed(self.bot.words("start.none"))
        view = looks.chooser(tracks.tracks, self.bot.words, None)
        try:
            await interaction.user.send(view=view)
            told = "start.direct_sent"
        except discord.Forbidden:
            told = "start.direct_closed"
        except UNSENT as error:
            self.bot.note(error)
            told = "start.direct_closed"
        await interaction.followup.send(self.bot.words(told), ephemeral=True)

    # ------------------------------------------------------------ what they share
    @property
    def _store(self) -> OnboardingStore:
        return self.bot.records.onboarding

    def _who(self, interaction: Interaction) -> tuple[int, int | None]:
        return interaction.user.id, scope_of(interaction)

    async def _offered(self, interaction: Interaction) -> Offered:
        guild_id = scope_of(interaction)
        tracks: Tracks = self.bot.onboarding
        return await self.bot.off.quick(tracks.offered, guild_id, self.bot.server(guild_id))

    async def _track(
        self, interaction: Interaction, act: Act, *, told: bool = True
    ) -> Track | None:
        """The track that a button is of. Where it isn't offered any more, the others are shown."""
        track = (await self._offered(interaction)).get(act.arg(0))
        if track is None and told:
            await self._gone(interaction)
        return track

    async def _gone(self, interaction: Interaction) -> None:
        offered = await self._offered(interaction)
        if not offered.tracks:
            raise NotAllowed(self.bot.words("start.none"))
        view = looks.chooser(offered.tracks, self.bot.words, None)
        text: ui.TextDisplay[Any] = ui.TextDisplay(self.bot.words("start.gone"))
        whole = Layout(text, *view.children)
        await interaction.followup.send(view=whole, ephemeral=_private(interaction))

    async def _count(
        self, interaction: Interaction, track: Track, event: str, what: str = ""
    ) -> None:
        guild_id = scope_of(interaction)
        await self.bot.off.quick(self._store.count, guild_id, track.id, event, what[:100])


def _private(interaction: Interaction) -> bool:
    """Whether others could see it: in direct messages it may stay."""
    return interaction.guild_id is not None


def _over(walk: Walk) -> bool:
    """Whether they stand at the end; who came through once may be on the way again."""
    return walk.part == Part.END
