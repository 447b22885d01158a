"""Each cited passage whole, its quote marked, with what stands before and after it."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.replies import citations as cited
from bot.replies.message import TEXT_IN_ALL, Layout
from bot.replies.text import cut, one_line, size
from bot.wording import Words
from index.model import Citation
from index.surroundings import Surroundings

_NEIGHBOUR = 350
_PASSAGE = 3000
_MESSAGES = 5


def passages(found: Sequence[tuple[Citation, Surroundings]], words: Words) -> list[ui.LayoutView]:
    """As many messages as it takes, five at most; a passage is never split over two."""
    blocks = [_block(citation, around, words) for citation, around in found]
    views: list[ui.LayoutView] = []
    at = 0
    while at < len(blocks) and len(views) < _MESSAGES:
        head = [f"**{words('passages.title')}**"] if not views else []
        room = TEXT_IN_ALL - 100
        taken: list[tuple[str, Citation]] = []
        while at < len(blocks) and len(taken) < 8:
            text, citation = blocks[at]
            if taken and size(text) > room:
                break
            room -= size(text)
            taken.append((text, citation))
            at += 1
        items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(h) for h in head]
        for i, (text, citation) in enumerate(taken):
            if i or head:
                items.append(ui.Separator())
            items.append(cited.row(text, citation))
        views.append(Layout(ui.Container(*items)))
    return views


def _block(citation: Citation, around: Surroundings, words: Words) -> tuple[str, Citation]:
    lines = [cited.line(citation, words)]
    if around.state != "current":
        lines.append(f"-# ⚠️ {words(f'passages.{around.state}')}")
    if around.before:
        lines.append(f"-# … {_end_of(around.before)}")
    lines.append(_whole(citation))
    if around.after:
        lines.append(f"-# {cut(one_line(around.after), _NEIGHBOUR)} …")
    return "\n".join(lines), citation


def _end_of(text: str) -> str:
    flat = " ".join(text.split())
    if len(flat) > _NEIGHBOUR:
        flat = flat[-_NEIGHBOUR:].partition(" ")[2]
    return cut(one_line(flat), _NEIGHBOUR * 2)


def _whole(citation: Citation) -> str:
    shown = cited.marked(citation)
    if size(shown) <= _PASSAGE:
        return shown
    # Too long for a message: the quote with as much around it as there is room for.
    spare = max(0, (_PASSAGE // 2 - len(citation.quote)) // 2)
    start = max(0, citation.start - spare)
    part = citation.passage[start : citation.end + spare]
    near = citation.model_copy(
        update={
            "passage": part,
            "start": citation.start - start,
            "end": citation.end - start,
        }
    )
    return cut(cited.marked(near), _PASSAGE)
