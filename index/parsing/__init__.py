"""From the bytes of a document to its headings and paragraphs.

`parse` is the face: it looks at the bytes and the name, picks the reader for the format, and gives
a `Document`. Readers are one file a format; each raises typed errors with a sentence for the user.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from urllib.parse import urlsplit

from index.errors import DocumentBroken, UnsupportedFormat
from index.model import Document
from index.parsing.decode import decode

MARKDOWN_SUFFIXES = frozenset({".md", ".markdown", ".mdown"})
HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
TEXT_SUFFIXES = frozenset({".txt", ".text", ""})
READABLE_SUFFIXES = MARKDOWN_SUFFIXES | HTML_SUFFIXES | (TEXT_SUFFIXES - {""})

_TYPES = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "text/plain": "text",
}


def parse(
    data: bytes, *, name: str, content_type: str = "", charset: str | None = None
) -> Document:
    """Read a document.

    `name` is a file name or an address and is used in error sentences; `content_type` and `charset`
    are what a server declared, if one did. Raises `UnsupportedFormat` or `DocumentBroken`.
    """
    text = decode(data, name=name, declared=charset)
    document = _reader(_kind(text, name, content_type))(text, name)
    if not any(block.kind == "paragraph" for block in document.blocks):
        raise DocumentBroken(
            f"{name} holds no readable text. If it is a page that needs scripts or a login, "
            "save its text to a file and add that."
        )
    return document


def _kind(text: str, name: str, content_type: str) -> str:
    declared = content_type.partition(";")[0].strip().lower()
    # Of an address only the path tells: neither "example.org" nor "?v=1.2" is a file's type.
    suffix = PurePath(urlsplit(name).path if "://" in name else name).suffix.lower()
    looks_like_html = (
        text.lstrip()[:256].lower().startswith(("<!doctype html", "<html", "<head", "<body"))
    )
    if declared:
        kind = _TYPES.get(declared)
        if kind is None:
            raise UnsupportedFormat(
                f"{name} is of type {declared}; Concord reads HTML, Markdown and plain text."
            )
        if kind == "text" and suffix in MARKDOWN_SUFFIXES:  # many servers know no Markdown
            return "markdown"
        return "html" if looks_like_html else kind
    if suffix in HTML_SUFFIXES or looks_like_html:
        return "html"
    if suffix in MARKDOWN_SUFFIXES:
        return "markdown"
    if suffix in TEXT_SUFFIXES:
        return "text"
    raise UnsupportedFormat(
        f"{name} ends in {suffix}; Concord reads HTML (.html), Markdown (.md) and "
        "plain text (.txt)."
    )


def _reader(kind: str) -> Callable[[str, str], Document]:
    # Each reader brings a library; only the one that is needed gets imported.
    if kind == "html":
        from index.parsing.html import read_html

        return read_html
    if kind == "markdown":
        from index.parsing.markdown import read_markdown

        return read_markdown
    from index.parsing.plain import read_plain

    return read_plain
