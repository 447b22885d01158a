"""The messages: answer, refusal, passages, receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot.press import Press
from bot.replies import citations as cited
from bot.replies.message import COMPONENTS, PLAIN_TEXT, TEXT_IN_ALL, Layout, Message
from bot.replies.text import cut, label, one_line, size
from bot.wording import Words
from index.model import Answer, Citation, Statement

_QUESTION = 300
_STATEMENT = 2600  # with its frame and one citation it fits one message
_PLAIN_QUESTION = 150
_PLAIN_STATEMENT = (800, 400, 200, 100)
_NEAR_QUOTE = 280
_ANSWER_COLOUR = discord.Colour(0x2F7D6B)
_REFUSAL_COLOUR = discord.Colour(0xB7791F)
# Buttons, their rows, the containers and the lines that are always there.
_FRAME_TEXT = 500
_FRAME_COMPONENTS = 20
_PER_CITATION = 3


@dataclass(frozen=True)
class Replies:
    """Makes messages. `keep_days`: for how long a receipt is kept, to tell of one that is gone."""

    words: Words
    keep_days: int

    # ------------------------------------------------------------ answers
    def reply(
        self,
        answer: Answer,
        suggestions: Sequence[str] = (),
        *,
        question: str | None = None,
        note: str | None = None,
    ) -> Message:
        """An answer or a refusal. `question` is shown above it where nobody could see it else."""
        if answer.answered:
            return self._answer(answer, suggestions, question, note)
        return self._refusal(answer, suggestions, question, note)

    def _answer(
        self, answer: Answer, suggestions: Sequence[str], question: str | None, note: str | None
    ) -> Message:
        shown = self._fitting(answer)
        numbers = {n for s in shown for n in s.citations}
        used = [c for c in answer.citations if c.n in numbers]
        items: list[ui.Item[Any]] = [
            *self._above(question, note),
            ui.TextDisplay(said(shown)),
            ui.Separator(),
            *(cited.row(cited.line(c, self.words), c) for c in used),
        ]
        if any("as our briefing retells" in s.lead for s in shown):
            items.append(ui.TextDisplay(f"-# {self.words('answer.standing_in')}"))
        buttons = answer_buttons(answer)
        rows: list[ui.Item[Any]] = [ui.ActionRow(*buttons)]
        if len(shown) < len(answer.statements):
            items.append(ui.TextDisplay(f"-# {self.words('answer.cut')}"))
            rest = Press("rest", answer.receipt_id, len(shown), label="Show the rest", emoji="➕")
            rows.append(ui.ActionRow(rest))
        rows += self._next(answer, suggestions)
        view = Layout(ui.Container(*items, accent_colour=_ANSWER_COLOUR), *rows)
        return Message(view, self._plain_answer(answer, question, note))

    def rest(self, answer: Answer, start: int) -> Message:
        """The statements from number `start` on, as many as fit."""
        part = answer.model_copy(update={"statements": answer.statements[start:]})
        shown = self._fitting(part)
        numbers = {n for s in shown for n in s.citations}
        items: list[ui.Item[Any]] = [
            ui.TextDisplay(said(shown)),
            ui.Separator(),
            *(cited.row(cited.line(c, self.words), c) for c in answer.citations if c.n in numbers),
        ]
        after = start + len(shown)
        view = Layout(ui.Container(*items, accent_colour=_ANSWER_COLOUR))
        if after < len(answer.statements):
            more = Press("rest", answer.receipt_id, after, label="Show the rest", emoji="➕")
            view.add_item(ui.ActionRow(more))
        return Message(view, self._plain_answer(part, None, None))

    def _fitting(self, answer: Answer) -> list[Statement]:
        """Statements from the first on that fit one message with their citations; at least one."""
        by_number = {c.n: c for c in answer.citations}
        text, components = _FRAME_TEXT, _FRAME_COMPONENTS
        shown: list[Statement] = []
        seen: set[int] = set()
        for statement in answer.statements:
            new = set(statement.citations) - seen
            text += size(said([statement])) + 2
            text += sum(size(cited.line(by_number[n], self.words)) for n in new)
            components += _PER_CITATION * len(new)
            if shown and (text > TEXT_IN_ALL or components > COMPONENTS):
                break
            shown.append(statement)
            seen |= new
        return shown

    def _plain_answer(self, answer: Answer, question: str | None, note: str | None) -> str:
        head = [f"**{cut(one_line(question), _PLAIN_QUESTION)}**"] if question else []
        head += [f"-# {note}"] if note else []
        by_number = {c.n: c for c in answer.citations}
        tail = f"-# {self.words('answer.cut')}"
        best = ""
        # Never a statement without its citations: a long one is shortened, not they.
        for limit in _PLAIN_STATEMENT:
            for k in range(1, len(answer.statements) + 1):
                part = _plain(answer.statements[:k], by_number, self.words, limit)
                rest = [tail] if k < len(answer.statements) else []
                text = "\n".join([*head, *part, *rest])
                if size(text) <= PLAIN_TEXT:
                    best = text
            if best:
                return best
        return best

    # ------------------------------------------------------------ refusals
    def _refusal(
        self, answer: Answer, suggestions: Sequence[str], question: str | None, note: str | None
    ) -> Message:
        assert answer.refusal is not None
        items: list[ui.Item[Any]] = [
            *self._above(question, note),
            ui.TextDisplay(answer.refusal.message),
        ]
        plain = answer.refusal.message
        if answer.nearest:
            heading = f"**{self.words('refusal.nearest')}**"
            items += [ui.Separator(), ui.TextDisplay(heading)]
            plain += f"\n{heading}"
        for citation in answer.nearest:
            quote = f"> {cut(one_line(citation.quote), _NEAR_QUOTE)}"
            items.append(
                cited.row(f"{cited.line(citation, self.words, number=False)}\n{quote}", citation)
            )
            more = f"\n{cited.plain_line(citation, self.words)}\n{quote}"
            plain += more if size(plain + more) <= PLAIN_TEXT else ""
        buttons = [Press("why", answer.receipt_id, label="Why?", emoji="🔎")]
        if answer.nearest:
            buttons.append(
                Press("gap", answer.receipt_id, label="Send to the moderators", emoji="📮")
            )
        view = Layout(
            ui.Container(*items, accent_colour=_REFUSAL_COLOUR),
            ui.ActionRow(*buttons),
            *self._next(answer, suggestions, lead=self.words("refusal.instead")),
        )
        return Message(view, plain)

    # ------------------------------------------------------------ parts
    def _above(self, question: str | None, note: str | None) -> list[ui.Item[Any]]:
        lines = [f"**{cut(one_line(question), _QUESTION)}**"] if question else []
        if note:
            lines.append(f"-# {note}")
        return [ui.TextDisplay("\n".join(lines))] if lines else []

    def _next(
        self, answer: Answer, suggestions: Sequence[str], lead: str | None = None
    ) -> list[ui.Item[Any]]:
        if not suggestions:
            return []
        buttons = [
            Press(
                "follow",
                answer.receipt_id,
                i,
                label=label(question),
                style=discord.ButtonStyle.primary,
            )
            for i, question in enumerate(suggestions[:3])
        ]
        return [
            ui.TextDisplay(f"-# {lead or self.words('answer.follow')}"),
            ui.ActionRow(*buttons),
        ]


def answer_buttons(answer: Answer) -> list[Press]:
    receipt = answer.receipt_id
    return [
        Press("passages", receipt, label="Passages", emoji="📖"),
        Press("why", receipt, label="Why this answer?", emoji="🔎"),
        Press("helpful", receipt, label="Helpful", emoji="👍"),
        Press("not-helpful", receipt, label="Not helpful", emoji="👎"),
        Press("challenge", receipt, label="Challenge", emoji="🚩"),
    ]


def said(statements: Sequence[Statement], limit: int = _STATEMENT) -> str:
    """Each statement as a block quote under whose claim it is, with its chips."""
    lines: list[str] = []
    announced = ""
    for statement in statements:
        if statement.lead and statement.lead != announced:
            lines.append(f"**{one_line(statement.lead)}**")
            announced = statement.lead
        chips = " ".join(cited.chip(n) for n in statement.citations)
        lines.append(f"> “{cut(one_line(statement.text), limit)}” {chips}")
    return "\n".join(lines)


def _plain(
    statements: Sequence[Statement], by_number: dict[int, Citation], words: Words, limit: int
) -> list[str]:
    numbers = {n for s in statements for n in s.citations}
    return [
        said(statements, limit),
        *(cited.plain_line(c, words) for n, c in by_number.items() if n in numbers),
    ]
