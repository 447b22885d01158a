"""Where a button may lead."""

from __future__ import annotations

import pytest

from bot.replies.address import LINK, safe_address


@pytest.mark.parametrize(
    "address",
    ["https://example.org/a?b=c#:~:text=one%20two", "http://example.org", "https://exämple.org/ü"],
)
def test_addresses_of_pages(address: str) -> None:
    assert safe_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://",
        "javascript:alert(1)",
        "discord://-/channels/1",
        "//example.org",
        "https://example.org@evil.example/x",
        "https://user:word@evil.example/",
        "https://exam ple.org",
        "https://example.org/\u202egnp.exe",
        "https://[::1",
        "https://example.org/" + "x" * LINK,
    ],
)
def test_what_no_button_leads_to(address: str) -> None:
    assert safe_address(address) is None
