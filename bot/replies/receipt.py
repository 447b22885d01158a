"""A receipt in plain words: what was searched, found, left out, and how long it took."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import discord
from discord import ui

from bot.replies.message import Layout
from bot.replies.text import cut, one_line
from bot.wording import Words
from index.model import Receipt, ReceiptCandidate

_LEFT_OUT = 6
_TITLE = 90
_QUESTION = 400


def why(receipt: Receipt, titles: Mapping[str, str], words: Words) -> ui.LayoutView:
    """`titles` by source id, for those sources that are still known."""
    lines = [f"**{words('why.title')}**"]
    searched = cut(one_line(receipt.standalone_question), _QUESTION)
    lines.append(words("why.searched", question=searched))
    if receipt.standalone_question.strip() != receipt.question.strip():
        asked = cut(one_line(receipt.question), _QUESTION)
        lines.append(f"-# {words('why.whole', asked=asked)}")
    if receipt.candidates:
        weighed = words(
            "why.found",
            count=len(receipt.candidates),
            support=f"{receipt.support:.2f}",
            threshold=f"{receipt.threshold:.2f}",
        )
        verdict = "why.enough" if receipt.answered else "why.too_little"
        lines.append(f"{weighed} {words(verdict)}")
    else:
        lines.append(words("why.by_intent"))
    quoted = [c for c in receipt.candidates if c.verdict == "quoted"]
    rest = [c for c in receipt.candidates if c.verdict != "quoted"]
    for name, group in (("why.quoted", quoted), ("why.left_out", rest[:_LEFT_OUT])):
        if group:
            lines.append(words(name))
            lines += [_candidate(c, titles) for c in group]
    if len(rest) > _LEFT_OUT:
        lines.append(f"-# and {len(rest) - _LEFT_OUT} more")
    steps = ", ".join(f"{k} {v:.1f}" for k, v in receipt.timings_ms.items() if k != "total")
    lines.append(
        words(
            "why.mode",
            mode=receipt.mode,
            embedding=one_line(receipt.embedding_model),
            software=one_line(receipt.software),
        )
    )
    total = f"{receipt.timings_ms.get('total', 0):.1f}"
    lines.append(words("why.times", total=total, steps=steps))
    when = discord.utils.format_dt(datetime.fromisoformat(receipt.created_at), "f")
    lines.append(f"-# {words('why.receipt', id=receipt.id, when=when)}")
    return Layout(ui.Container(ui.TextDisplay(cut("\n".join(lines), 3900))))


def _candidate(candidate: ReceiptCandidate, titles: Mapping[str, str]) -> str:
    title = cut(one_line(titles.get(candidate.source_id, candidate.source_id)), _TITLE)
    numbers = ", ".join(str(n) for n in candidate.paragraphs)
    reason = "" if candidate.verdict == "quoted" else f" · {one_line(candidate.verdict)}"
    return f"- {title} ¶ {numbers} · score {candidate.score:.2f}{reason}"
