"""Every setting with its value and where that came from: what `concord config` prints."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import SecretStr

from bot.llm_settings import LlmSettings
from bot.settings import ENV_FILE, PREFIX, Settings


@dataclass(frozen=True, slots=True)
class Shown:
    """One setting as `concord config` prints it; secrets are masked."""

    name: str
    value: str
    default: str
    meaning: str
    origin: str


def explain(settings: Settings) -> list[Shown]:
    """Every setting with value, default, meaning and where its value came from."""
    file = (
        {k.upper() for k, v in dotenv_values(ENV_FILE).items() if v}
        if Path(ENV_FILE).is_file()
        else set()
    )
    environment = {k.upper() for k, v in os.environ.items() if v}
    shown: list[Shown] = []
    # The language model's last: most do without.
    fields = sorted(
        type(settings).model_fields.items(), key=lambda f: f[0] in LlmSettings.model_fields
    )
    for field, info in fields:
        name = PREFIX + field.upper()
        origin = "default"
        if name in environment:
            origin = "environment"
        elif name in file:
            origin = ENV_FILE
        default = info.get_default(call_default_factory=True, validated_data=dict(settings))
        shown.append(
            Shown(
                name,
                _plain(getattr(settings, field)),
                _plain(default),
                info.description or "",
                origin,
            )
        )
    return shown


def _plain(value: Any) -> str:
    if isinstance(value, SecretStr):
        return "********" if value.get_secret_value() else ""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
