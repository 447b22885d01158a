"""The form in which people put right what is said of a source."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.press import Act, Form, text_field
from bot.replies.text import cut, label
from bot.wording import Words
from index.model import Source, Voice

_FIELDS = {"title": 300, "authors": 500, "published": 40, "licence": 200}


def source_form(source: Source, words: Words, action: str, *args: object) -> Form:
    """A form for an action, filled in with what is said now."""
    now = _now(source)
    fields: list[ui.Label[Any]] = [
        text_field(
            name,
            words(f"moderation.change_{name}"),
            required=name == "title",
            max_length=most,
            default=now[name] or None,
        )
        for name, most in _FIELDS.items()
    ]
    voices = [
        discord.SelectOption(
            label=v.value,
            description=label(words.meanings[v], 100),
            value=v.value,
            emoji=words.marks[v],
            default=v is source.voice,
        )
        for v in Voice
    ]
    select: ui.Select[Any] = ui.Select(custom_id="voice", options=voices)
    fields.append(ui.Label(text=words("moderation.change_voice"), component=select))
    return Form(action, *args, title=words("moderation.change"), fields=fields)


def given(act: Act, source: Source) -> dict[str, Any]:
    """What the form changes. What was shown and sent back as it was isn't touched: forms cut and
    flatten."""
    now = _now(source)
    found: dict[str, Any] = {
        name: act.field(name) for name in _FIELDS if act.field(name) != now[name].strip()
    }
    if "authors" in found:
        found["authors"] = [a.strip() for a in found["authors"].split(";") if a.strip()]
    voice = next((v for v in Voice if v.value in act.chosen), source.voice)
    return found if voice is source.voice else {**found, "voice": voice}


def _now(source: Source) -> dict[str, str]:
    """The fields as a form shows them."""
    whole = {
        "title": source.title,
        "authors": "; ".join(source.authors),
        "published": source.published,
        "licence": source.licence,
    }
    return {name: cut(" ".join(text.split()), _FIELDS[name]) for name, text in whole.items()}
