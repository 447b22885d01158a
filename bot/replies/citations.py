"""How a citation is shown: its chip, its line, its link button."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.replies.message import LINK
from bot.replies.text import cut, escape, one_line
from bot.wording import Words
from index.model import Citation

_TITLE = 140
_HEADING = 120


def chip(n: int) -> str:
    """The number of a citation. Set as code, which escaped text can't forge."""
    return f"`[{n}]`"


def where(citation: Citation) -> str:
    """Author and year, heading and paragraph, escaped, on one line."""
    parts: list[str] = []
    if citation.authors:
        names = (
            citation.authors[0] if len(citation.authors) == 1 else f"{citation.authors[0]} et al."
        )
        parts.append(names)
    if citation.published:
        parts.append(citation.published[:4])
    if citation.heading:
        parts.append(citation.heading)
    if citation.paragraphs:
        parts.append("¶ " + ", ".join(str(n) for n in citation.paragraphs))
    return " · ".join(cut(one_line(p), _HEADING) for p in parts)


def line(citation: Citation, words: Words, *, number: bool = True) -> str:
    """Two short lines: what it is, and where in it."""
    mark = words.marks[citation.voice]
    title = cut(one_line(citation.source_title), _TITLE)
    head = f"{chip(citation.n)} {mark} **{title}**" if number else f"{mark} **{title}**"
    rest = where(citation)
    means = words.meanings[citation.voice]
    return f"{head}\n-# {means} · {rest}" if rest else f"{head}\n-# {means}"


def link_of(citation: Citation) -> str | None:
    """The address to open, if Discord takes it: http(s), at most 512 characters."""
    for address in (citation.link, citation.url):
        if address.startswith(("https://", "http://")) and len(address) <= LINK:
            return address
    return None


def row(text: str, citation: Citation) -> ui.Item[Any]:
    """The text, and beside it a button that opens the source at the quote."""
    address = link_of(citation)
    if address is None:
        return ui.TextDisplay(text)
    label = f"Open ¶ {citation.paragraphs[0]}" if citation.paragraphs else "Open"
    if citation.link == citation.url:
        label = "Open source"
    return ui.Section(
        ui.TextDisplay(text),
        accessory=ui.Button(style=discord.ButtonStyle.link, label=label, url=address),
    )


def plain_line(citation: Citation, words: Words) -> str:
    """For plain text: everything on one line, the address bare and without a preview."""
    address = link_of(citation)
    parts = [
        f"{chip(citation.n)} {words.marks[citation.voice]} "
        f"{cut(one_line(citation.source_title), _TITLE)}",
        where(citation),
        f"<{address}>" if address else "",
    ]
    return " · ".join(p for p in parts if p)


def marked(citation: Citation) -> str:
    """The whole passage as a block quote, its quote in bold."""
    before = citation.passage[: citation.start]
    after = citation.passage[citation.end :]
    open_, close = "\ue000", "\ue001"  # private characters: `visible` strips them from sources
    text = f"{_stripped(before)}{open_}{_stripped(citation.quote)}{close}{_stripped(after)}"
    lines: list[str] = []
    bold = False
    for raw in text.split("\n"):
        shown = "**" if bold else ""
        for part in _parts(raw, open_, close):
            if part in (open_, close):
                bold = part == open_
                shown += "**"
            else:
                shown += escape(part) if part.strip() else part
        if bold:
            shown += "**"
        shown = shown.replace("****", "")
        if shown.strip():
            lines.append(f"> {shown.strip()}")
    return "\n".join(lines)


def _stripped(text: str) -> str:
    return text.replace("\ue000", "").replace("\ue001", "")


def _parts(raw: str, *marks: str) -> list[str]:
    parts = [raw]
    for mark in marks:
        split: list[str] = []
        for part in parts:
            pieces = part.split(mark)
            for i, piece in enumerate(pieces):
                if i:
                    split.append(mark)
                if piece:
                    split.append(piece)
        parts = split
    return parts
