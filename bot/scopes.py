"""The names that the index knows servers by."""

from __future__ import annotations


def scope_name(guild_id: int | None) -> str:
    """What the index calls those sources that serve a server alone; "" outside of servers."""
    return "" if guild_id is None else f"server-{guild_id}"
