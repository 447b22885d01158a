"""A proposal as a document again, and a source with other fields."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from index.document import Block, Document
from index.errors import WrongUse
from index.model import Origin, Source, Voice
from index.review.model import Proposal

EDITABLE = frozenset({"title", "authors", "publisher", "published", "url", "licence", "voice"})


def as_document(proposal: Proposal) -> Document:
    """The proposal's text as a document, for what looks at documents."""
    version = proposal.version
    return Document(
        blocks=tuple(
            Block("paragraph", version.text[p.start : p.end], number=p.number)
            for p in version.paragraphs
        ),
        title=proposal.source.title,
        language=proposal.language,
        notes=proposal.notes,
    )


def edited(source: Source, fields: dict[str, Any]) -> Source:
    wrong = sorted(set(fields) - EDITABLE)
    if wrong:
        raise WrongUse(f"Of a source {', '.join(wrong)} can't be changed.")
    if source.origin is not Origin.ADDED:
        raise WrongUse("What the catalogue says of its sources can't be changed here.")
    if "voice" in fields:
        fields = {**fields, "voice": Voice(fields["voice"])}
    if "authors" in fields:
        fields = {**fields, "authors": tuple(fields["authors"])}
    if not str(fields.get("title", source.title)).strip():
        raise WrongUse("A source needs a title.")
    return replace(source, **fields)
