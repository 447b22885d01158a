"""The things Concord speaks of: documents, sources, passages, citations, answers, receipts.

Plain frozen values without behaviour beyond what follows from their own fields. What leaves the
index (answers, search results) is pydantic, so that its JSON form is checked and documented; what
stays inside is a dataclass, because thousands of them are held in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from index.document import Block as Block  # part of the same vocabulary
from index.document import Document as Document
from index.written import Fallback as Fallback
from index.written import StatementKind as StatementKind
from index.written import Writing as Writing

ANSWER_SCHEMA = "concord.answer/1"
SEARCH_SCHEMA = "concord.search/1"


class Voice(StrEnum):
    """Whose claim a passage is. An answer names it, so that an argument is never told as a fact."""

    ARTICLE = "article"
    OFFICIAL = "official"
    EVIDENCE = "evidence"
    SUPPORTS = "supports"
    COUNTERPOINT = "counterpoint"
    BACKGROUND = "background"


class Origin(StrEnum):
    """Where a source entered: our own writing, the catalogue that travels with it, or a person."""

    OWN = "own"
    CATALOGUE = "catalogue"
    ADDED = "added"


class SourceStatus(StrEnum):
    LISTED = "listed"  # known by the catalogue, its text not held on this machine
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class RefusalReason(StrEnum):
    NOT_IN_SOURCES = "not_in_sources"
    OUTSIDE_SUBJECT = "outside_subject"
    INSTRUCTION = "instruction"
    TOO_VAGUE = "too_vague"


# ---------------------------------------------------------------- sources and passages
@dataclass(frozen=True, slots=True)
class Source:
    """A document that somebody published or that we wrote; its texts are versions.

    `language`: a tag of BCP 47 as stated, "und" where it isn't English, "" where nothing is said.
    `scope`: whom it serves; "" everybody, else the one community whose moderators added it.
    """

    id: str
    title: str
    authors: tuple[str, ...] = ()
    publisher: str = ""
    published: str = ""
    url: str = ""
    licence: str = ""
    language: str = ""
    voice: Voice = Voice.BACKGROUND
    origin: Origin = Origin.ADDED
    status: SourceStatus = SourceStatus.ACCEPTED
    stands_in_for: str | None = None
    relates_to: tuple[int, ...] = ()
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A numbered paragraph: characters `start` to `end` of its version's text."""

    number: int
    start: int
    end: int
    heading: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A source's text as held at one time. `digest`: sha256 of `text`, in hex."""

    source_id: str
    digest: str
    text: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """What is retrieved. `version_text[start:end] == text`; sentence spans count from `start`.

    `numbered` gives each paragraph within the passage as (number, start, end), from `start` too.
    """

    id: str
    source_id: str
    version: str
    start: int
    end: int
    text: str
    heading: tuple[str, ...]
    numbered: tuple[tuple[int, int, int], ...]
    sentences: tuple[tuple[int, int], ...]

    @property
    def paragraphs(self) -> tuple[int, ...]:
        return tuple(number for number, _, _ in self.numbered)

    def paragraphs_of(self, start: int, end: int) -> list[int]:
        """Numbers of the paragraphs that the span `start` to `end` of this passage touches."""
        return [n for n, a, b in self.numbered if a < end and start < b]


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    text: str


# ---------------------------------------------------------------- what leaves the index
class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class Citation(_Out):
    """A passage and the span of it that is quoted: `passage[start:end] == quote`, always.

    `note`: what moderators added to these words when they were challenged; mostly "".
    """

    n: int
    source_id: str
    source_title: str
    authors: list[str]
    published: str
    voice: Voice
    url: str
    link: str
    heading: str
    paragraphs: list[int]
    passage_id: str
    start: int
    end: int
    quote: str
    passage: str
    score: float
    note: str = ""

    @model_validator(mode="after")
    def _quote_stands_in_passage(self) -> Citation:
        if self.passage[self.start : self.end] != self.quote:
            raise ValueError("a quote must be the characters of its span")
        return self


class Statement(_Out):
    """One thing that an answer says, with the numbers of the citations that bear it out.

    `lead`: whose claim it is, in words ("The article argues"), for whoever lays the answer out.
    `kind`: QUOTED where the text is the passage's own; the rest are a language model's words, which
    passed the gate.
    """

    text: str
    citations: list[int] = Field(min_length=1)
    voice: Voice
    lead: str = ""
    kind: StatementKind = StatementKind.QUOTED


class Refusal(_Out):
    reason: RefusalReason
    message: str


class Answer(_Out):
    """An answer or a refusal. Refused: `answered` is false, `refusal` and `nearest` are filled.

    `mode`: "extractive" (quotes) or "generated". `fallback`: why an extractive answer came although
    a language model is set up.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)

    schema_: str = Field(default=ANSWER_SCHEMA, alias="schema")
    question: str
    standalone_question: str
    answered: bool
    refusal: Refusal | None
    text: str
    statements: list[Statement]
    citations: list[Citation]
    nearest: list[Citation]
    mode: str
    timings_ms: dict[str, float]
    receipt_id: str
    fallback: Fallback | None = None


class Found(_Out):
    source_id: str
    source_title: str
    url: str
    heading: str
    paragraphs: list[int]
    passage_id: str
    passage: str
    score: float


class SearchResult(_Out):
    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)

    schema_: str = Field(default=SEARCH_SCHEMA, alias="schema")
    question: str
    passages: list[Found]


class ReceiptCandidate(_Out):
    """One passage that was considered: its rank, its scores by name, and what became of it."""

    passage_id: str
    digest: str
    source_id: str
    paragraphs: list[int]
    score: float
    scores: dict[str, float]
    verdict: str


class Receipt(_Out):
    """The immutable record of how one answer came about, and of the answer itself.

    `support`: the estimated probability that the evidence holds the answer; of a definition, how
    like (0 to 1) the name that was found is to the term that was asked for. `writing`: a language
    model's part, where one is set up. The last five fields are empty in receipts that were kept
    before they were added.
    """

    id: str
    created_at: str
    question: str
    standalone_question: str
    answered: bool
    refusal: Refusal | None
    mode: str
    embedding_model: str
    software: str
    support: float
    threshold: float
    signals: dict[str, float]
    candidates: list[ReceiptCandidate]
    timings_ms: dict[str, float]
    text: str = ""
    statements: list[Statement] = []
    citations: list[Citation] = []
    nearest: list[Citation] = []
    writing: Writing | None = None

    def answer(self) -> Answer:
        """The answer that this is the receipt of."""
        return Answer(
            question=self.question,
            standalone_question=self.standalone_question,
            answered=self.answered,
            refusal=self.refusal,
            text=self.text,
            statements=self.statements,
            citations=self.citations,
            nearest=self.nearest,
            mode=self.mode,
            timings_ms=self.timings_ms,
            receipt_id=self.id,
            fallback=self.writing.why if self.writing else None,
        )
