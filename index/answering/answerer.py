"""The way of a question, step by step, each timed into the receipt.

prepared -> ranked -> evidence -> enough? -> statements -> answer and receipt. No step knows the one
before it by more than its output.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from index.answering.evidence import Evidence, choose, quote_from
from index.answering.extractive import TextOf, cite, plain_text, state
from index.answering.rulings import NONE, Aside, Rulings
from index.answering.support import CALIBRATED, Model, Support, weigh
from index.asking import Asked, prepare
from index.corpus import Corpus
from index.model import (
    Answer,
    Found,
    Receipt,
    ReceiptCandidate,
    Refusal,
    RefusalReason,
    SearchResult,
    Turn,
)
from index.retrieval import Candidate, Form, Retriever
from index.text import terms
from index.wording import Wording

NEAREST = 3
RECEIPT_CANDIDATES = 20


class Stopwatch:
    """Milliseconds by step, in the order the steps ended."""

    def __init__(self) -> None:
        self._began = self._last = time.perf_counter()
        self.steps: dict[str, float] = {}

    def __call__(self, step: str) -> None:
        now = time.perf_counter()
        self.steps[step] = round(self.steps.get(step, 0.0) + (now - self._last) * 1000, 3)
        self._last = now

    def total(self) -> dict[str, float]:
        whole = round((time.perf_counter() - self._began) * 1000, 3)
        return {**self.steps, "total": whole}


@dataclass(frozen=True, slots=True)
class _Found:
    """What a question found. `aside`: what moderators don't want used for such questions."""

    ranked: Sequence[Candidate]
    aside: Sequence[Aside]
    evidence: Sequence[Evidence]
    support: Support


@dataclass(frozen=True)
class Answerer:
    """Answers from a corpus view. Thread-safe."""

    retriever: Retriever
    wording: Wording
    text_of: TextOf
    embedding_model: str
    software: str
    builtin: bool
    model: Model = CALIBRATED

    def answer(
        self,
        corpus: Corpus,
        question: str,
        history: Sequence[Turn] = (),
        rulings: Rulings = NONE,
    ) -> tuple[Answer, Receipt]:
        """Answer or refuse. Raises `QuestionTooLong`."""
        watch = Stopwatch()
        asked = prepare(question, history, corpus.speller)
        watch("prepare")
        ranked = self.retriever.rank(corpus, asked.forms, timed=watch)
        ranked, aside = rulings.part(ranked, [f.text for f in asked.forms])
        evidence = choose(corpus, ranked, _sought(asked))
        support = weigh(corpus, asked.standalone, ranked, evidence, self.model)
        watch("evidence")
        refusal = self._refusal(asked, corpus, support)
        found = _Found(ranked, aside, evidence, support)
        receipt = self._compose(corpus, asked, found, refusal, rulings, watch)
        return receipt.answer(), receipt

    def define(
        self,
        corpus: Corpus,
        question: str,
        note: int,
        span: tuple[int, int],
        likeness: float,
        rulings: Rulings = NONE,
    ) -> tuple[Answer, Receipt]:
        """Answer with characters `span` of the passage at position `note`, found by its name.

        `likeness`: of the name found and the one asked for, 0 to 1; the receipt's support.
        """
        watch = Stopwatch()
        asked = Asked(question, question, (Form(question),))
        watch("prepare")
        ranked = self.retriever.rank(corpus, asked.forms, timed=watch)
        found = next(
            (c for c in ranked if c.position == note),
            Candidate(note, corpus.passages[note], 0.0, {}, np.zeros(0, np.float32)),
        )
        ranked = [found, *(c for c in ranked if c.position != note)]
        evidence = [Evidence(found, *span, likeness)]
        support = Support(likeness, {"name": likeness}, likeness)
        watch("evidence")
        whole = _Found(ranked, [], evidence, support)
        receipt = self._compose(corpus, asked, whole, None, rulings, watch)
        return receipt.answer(), receipt

    def search(
        self, corpus: Corpus, question: str, k: int, history: Sequence[Turn] = ()
    ) -> SearchResult:
        """The `k` best passages alone. Raises `QuestionTooLong`."""
        asked = prepare(question, history, corpus.speller)
        ranked = self.retriever.rank(corpus, asked.forms)
        return SearchResult(
            question=question,
            passages=[
                Found(
                    source_id=c.passage.source_id,
                    source_title=corpus.sources[c.passage.source_id].title,
                    url=corpus.sources[c.passage.source_id].url,
                    heading=" › ".join(c.passage.heading),
                    paragraphs=list(c.passage.paragraphs),
                    passage_id=c.passage.id,
                    passage=c.passage.text,
                    score=round(c.score, 4),
                )
                for c in ranked[: max(0, k)]
            ],
        )

    def _refusal(self, asked: Asked, corpus: Corpus, support: Support) -> Refusal | None:
        reason = asked.refusal
        if not corpus.passages and reason is not RefusalReason.INSTRUCTION:
            return Refusal(reason=RefusalReason.NOT_IN_SOURCES, message=self.wording.empty)
        if reason is None and support.probability < self.model.threshold:
            near = support.nearness >= self.model.near
            reason = RefusalReason.NOT_IN_SOURCES if near else RefusalReason.OUTSIDE_SUBJECT
        if reason is None:
            return None
        message = self.wording.refusals[reason]
        if reason is RefusalReason.OUTSIDE_SUBJECT and not self.builtin:
            message = self.wording.outside_own_corpus
        return Refusal(reason=reason, message=message)

    def _compose(
        self,
        corpus: Corpus,
        asked: Asked,
        found: _Found,
        refusal: Refusal | None,
        rulings: Rulings,
        watch: Stopwatch,
    ) -> Receipt:
        ranked, evidence, support = found.ranked, found.evidence, found.support
        if refusal is None:
            cited = cite(corpus, evidence, self.text_of)
            citations = [rulings.noted(c) for c in cited]
            nearest = []
        else:
            citations = []
            sought = _sought(asked)
            near = [quote_from(c, sought, corpus.lexical) for c in ranked[:NEAREST]]
            nearest = cite(corpus, near, self.text_of)
        statements = state(corpus, citations, self.wording)
        text = refusal.message if refusal else plain_text(statements)
        watch("compose")
        quoted = {e.candidate.position for e in evidence} if refusal is None else set()
        best = max((c.score for c in ranked), default=0.0)
        shown = [
            *((c, _verdict(c, quoted, best, refused=refusal is not None)) for c in ranked),
            *((c, f"dropped: moderators set it aside ({by.case_ref})") for c, by in found.aside),
        ]
        shown.sort(key=lambda pair: -pair[0].score)
        return Receipt(
            id=secrets.token_hex(8),
            created_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            question=asked.question,
            standalone_question=asked.standalone,
            answered=refusal is None,
            refusal=refusal,
            mode="extractive",
            embedding_model=self.embedding_model,
            software=self.software,
            support=round(support.probability, 4),
            threshold=self.model.threshold,
            signals={k: round(v, 4) for k, v in support.signals.items()},
            candidates=[
                ReceiptCandidate(
                    passage_id=c.passage.id,
                    digest=c.passage.version,
                    source_id=c.passage.source_id,
                    paragraphs=list(c.passage.paragraphs),
                    score=round(c.score, 4),
                    scores={k: round(v, 4) for k, v in c.scores.items()},
                    verdict=verdict,
                )
                for c, verdict in shown[:RECEIPT_CANDIDATES]
            ],
            timings_ms=watch.total(),
            text=text,
            statements=statements,
            citations=citations,
            nearest=nearest,
        )


def _sought(asked: Asked) -> list[str]:
    """The stems that are looked for, each once."""
    return list(dict.fromkeys(t for f in asked.forms for t in terms(f.text)))


def _verdict(candidate: Candidate, quoted: set[int], best: float, *, refused: bool) -> str:
    if candidate.position in quoted:
        return "quoted"
    if refused:
        return "dropped: the evidence as a whole doesn't hold the answer"
    share = candidate.score / best if best else 0.0
    return f"dropped: {share:.0%} of the best score, or no room left"
