"""Which addresses a button may lead to."""

from __future__ import annotations

from urllib.parse import urlsplit

LINK = 512  # Discord's limit
_ENDING = set('<>`\\"')  # what would end an address early in plain text: <https://example.org>


def safe_address(address: str) -> str | None:
    """The address, if it is http(s), names a host and nobody's login, and is short enough.

    A login before the host ("https://known.org@other.org") makes one site look like another.
    """
    if len(address) > LINK or _ENDING & set(address):
        return None
    if any(c.isspace() or not c.isprintable() for c in address):
        return None
    try:
        parts = urlsplit(address)
        hosted = bool(parts.hostname)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not hosted or "@" in parts.netloc:
        return None
    return address
