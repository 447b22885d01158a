"""The face of the index: open a data folder, ask it, search it, add to it, keep it in step.

    with Library.open(options) as library:
        answer = library.ask("What are the four ends?")

One `Library` a process owns a data folder. Methods block and are safe to call from several threads;
an event loop calls `ask_async` and `search_async`, which never run anything on the loop itself.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING

from index import cards, embedding, glossary, llm, projection, surroundings
from index.answering.answerer import Answerer
from index.answering.extractive import cite_span
from index.answering.rulings import NONE, Rulings
from index.asking.prepare import MAX_QUESTION
from index.asking.suggest import Suggester
from index.beside import active_sources, open_registry, passages_of
from index.cards import SourceCard
from index.corpus import Corpus
from index.embedding import Embedder, Vectors
from index.embedding.remembering import Remembering
from index.errors import ReceiptGone, UnknownSource
from index.generation import USUAL, Write
from index.generation.prompts import read_prompts
from index.generation.writer import Writer
from index.ingest import Draft, Progress, accept
from index.llm import LanguageModel
from index.model import Answer, Citation, Receipt, SearchResult, Source, SourceStatus, Turn
from index.options import IndexOptions
from index.owner import Owner
from index.projection import Mended
from index.registry import Registry
from index.restoring import finish_owned_restore
from index.retrieval import Retriever
from index.retrieval.retriever import VectorCache
from index.shelves import read_shelves
from index.surroundings import Surroundings
from index.views import Views
from index.wording import read_wording

if TYPE_CHECKING:  # what measures is heavy, and only its latest result is read here
    from index.evaluation.latest import Latest

# (what is being done, how much of it, of how much)
Report = Callable[[str, int, int], None]


class Library:
    """See the module. Made by `open`."""

    def __init__(
        self, options: IndexOptions, owner: Owner, registry: Registry, embedder: Embedder
    ) -> None:
        self.options = options
        self.registry = registry
        self.embedder = embedder
        self._owner = owner
        self._views = Views(registry, embedder, options)
        self.text_of = lru_cache(maxsize=256)(self._load_text)
        # Questions, suggestions to check and rulings: much the same texts, again and again.
        self.asking = Remembering(embedder)
        self._writer = _writer(options, embedder, self.asking)
        cache = VectorCache(lambda keys: registry.vectors(keys, embedder.name))
        self._answerer = Answerer(
            retriever=Retriever(self.asking, self._views, cache),
            wording=read_wording(),
            text_of=self.text_of,
            embedding_model=embedder.name,
            software=options.software,
            builtin=options.builtin,
            writer=self._writer,
        )
        self._suggester = Suggester(self.asking, self.ask_on)
        self._aliases: glossary.Aliases = {}
        self._rulings: dict[str, Rulings] = {}
        self._reading = threading.Lock()
        # What an earlier process had left undone when this one opened the folder.
        self.mended_at_start: Mended

    @classmethod
    def open(cls, options: IndexOptions, *, report: Report | None = None) -> Library:
        """Open, bring the shelf in, and mend what an earlier process left undone.

        Raises `IndexBusy`, `DataTooNew`, `IndexBroken`, `StorageFailed` or `ModelUnavailable`.
        """
        registry = open_registry(options)
        owner: Owner | None = None
        try:
            owner = Owner(options.data_dir, wait_s=options.lock_wait_s)
            finish_owned_restore(options.data_dir)  # cut off since the line above looked
            embedder = embedding.load(options.embedding_model, threads=options.threads)
            library = cls(options, owner, registry, embedder)
            if options.builtin:
                shelves = read_shelves(options.shelf)
                projection.enter_shelf(registry, shelves)
                library._aliases = shelves.aliases
            library.mended_at_start = library._views.refresh(_told(report))
            library._read_rulings()
        except BaseException:
            if owner is not None:
                owner.close()
            registry.close()
            raise
        return library

    def close(self) -> None:
        if self._writer is not None:
            self._writer.model.close()
        self._views.close()
        self.registry.close()
        self._owner.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # ------------------------------------------------------------ asking
    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        scope: str = "",
        write: Write = USUAL,
    ) -> Answer:
        """Answer or refuse; the receipt is kept. Raises `QuestionTooLong` or `StorageFailed`.

        `scope`: whose own sources count beside those that serve everybody, here and below.
        `write`: how a language model is used, where one is set up.
        """
        answer, receipt = self._answerer.answer(
            self._views.of(scope), _whole(question), history, self._rulings_of(scope), write
        )
        self.registry.keep_receipt(receipt)
        return answer

    @property
    def language_model(self) -> LanguageModel | None:
        """The one that is set up to word answers, if any."""
        return self._writer.model if self._writer is not None else None

    def dearest(self) -> float:
        """The most that one answer can cost, in the language model's currency."""
        return self._writer.dearest() if self._writer is not None else 0.0

    def search(self, question: str, k: int = 10, history: Sequence[Turn] = ()) -> SearchResult:
        """The ranked passages alone. Raises `QuestionTooLong`."""
        return self._answerer.search(self._views.common, _whole(question), k, history)

    def nearest(self, vector: Vectors, n: int) -> list[tuple[str, float]]:
        """What Chroma alone gives: (passage id, cosine similarity), nearest first."""
        return self._views.nearest(vector, n)

    async def ask_async(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        return await asyncio.to_thread(self.ask, question, history)

    async def search_async(self, question: str, k: int = 10) -> SearchResult:
        return await asyncio.to_thread(self.search, question, k)

    # ------------------------------------------------------------ around an answer
    def suggest(self, answer: Answer, n: int = 3, *, scope: str = "") -> list[str]:
        """Up to `n` questions to ask next, each of which would be answered; keeps no receipt.

        Drawn from the hints of our own shelf: without them there are none.
        """
        kept = self.registry.receipt(answer.receipt_id)
        ranked = [c.passage_id for c in kept.candidates] if kept else []
        found = self._suggester.suggest(self._views.of(scope), answer, ranked, n)
        if not self._rulings_of(scope).restrict:
            return found
        return [q for q in found if self.would_answer(q, scope=scope).answered]

    def around(self, citation: Citation, *, scope: str = "") -> Surroundings:
        """What stands next to a cited passage, and whether it still stands. See `Surroundings`."""
        return surroundings.around(citation, self._views.of(scope), self.registry)

    def cite(self, passage_id: str, start: int, end: int, *, scope: str = "") -> Citation:
        """Characters `start` to `end` of a passage that answers are drawn from, as a citation.

        Raises `KeyError` for another passage.
        """
        corpus = self._views.of(scope)
        return cite_span(corpus, corpus.position[passage_id], start, end, self.text_of)

    def define(self, term: str, *, scope: str = "") -> Answer:
        """What a term means, by the note of that name, or else by asking; the receipt is kept.

        Raises `QuestionTooLong` or `StorageFailed`.
        """
        corpus, bare = self._views.of(scope), _whole(glossary.bare(term))
        question = f"What is {bare}?"
        found = glossary.define(corpus, self._aliases, bare)
        rulings = self._rulings_of(scope)
        if found is None or rulings.set_aside(corpus.passages[found.position], question):
            return self.ask(question, scope=scope)
        answer, receipt = self._answerer.define(
            corpus,
            question,
            found.position,
            (found.start, found.end),
            found.likeness,
            rulings,
        )
        self.registry.keep_receipt(receipt)
        return answer

    def explains(self, term: str) -> bool:
        """Whether a note is named so, or nearly so."""
        return glossary.define(self._views.common, self._aliases, glossary.bare(term)) is not None

    def terms(self) -> list[str]:
        """The terms that notes explain, sorted."""
        return glossary.terms(self._views.common)

    # ------------------------------------------------------------ receipts
    def kept_receipt(self, receipt_id: str) -> Receipt | None:
        """A receipt, if it is still kept."""
        return self.registry.receipt(receipt_id)

    def receipt(self, receipt_id: str) -> Receipt:
        """Raises `ReceiptGone`."""
        found = self.registry.receipt(receipt_id)
        if found is None:
            raise ReceiptGone(f"There is no receipt {receipt_id}; it may have been cleared.")
        return found

    def forget_receipts(self, ids: Sequence[str]) -> int:
        """Delete receipts for good; how many there were. Raises `StorageFailed`."""
        return self.registry.forget_receipts(ids)

    def clear_receipts(self, before: datetime) -> int:
        """Delete for good what was kept before a time (local, where it names no zone); how many
        there were. Raises `StorageFailed`."""
        return self.registry.clear_receipts(before)

    def lost_receipts(self) -> dict[str, str]:
        """Receipts that cite a passage which isn't held any more, with a key that stays the same
        as long as what became of its sources does."""
        return self.registry.lost_receipts()

    # ------------------------------------------------------------ sources
    @property
    def revision(self) -> str:
        """Which state of the registry answers are drawn from."""
        return self._views.revision

    @property
    def corpus(self) -> Corpus:
        """The view that questions without a scope are asked of now."""
        return self._views.common

    def corpus_of(self, scope: str) -> Corpus:
        """The view of a scope: what serves everybody and what serves it alone."""
        return self._views.of(scope)

    def add(self, drafts: Sequence[Draft], *, by: str, progress: Progress | None = None) -> None:
        """Accept drafts, all or none, and make them searchable."""
        accept(self.registry, self.embedder, drafts, by=by, progress=progress)

    def refresh(self) -> None:
        """Make what was added, withdrawn or ruled since take effect in answers."""
        self._views.refresh()
        self._read_rulings()

    def follow(self) -> bool:
        """Take in what another process has written to the registry; whether there was anything."""
        if not self._views.outdated():
            return False
        self.refresh()
        return True

    def remove(self, source_id: str) -> Source:
        """Withdraw a source; it is gone from answers on return. Raises `UnknownSource`."""
        found = self.registry.source(source_id)
        if found is None or found.status is not SourceStatus.ACCEPTED:
            raise UnknownSource(
                f"No source named {source_id} is held; `concord sources list` shows which are."
            )
        self.registry.withdraw([source_id])
        self._views.refresh()
        return found

    def source_cards(self, *, scope: str = "") -> list[SourceCard]:
        """Every source that is known in the scope, active ones first, then by title."""
        held, checks = self.registry.holdings(), self.registry.checks.all()
        found = cards.cards(held, self._views.of(scope).sources, checks)
        return [card for card in found if card.source.scope in ("", scope)]

    def source_card(self, source_id: str, *, scope: str = "") -> SourceCard:
        """Raises `UnknownSource`, also for what another scope holds."""
        held, checks = self.registry.holdings(source_id), self.registry.checks.all()
        found = cards.cards(held, self._views.of(scope).sources, checks)
        if not found or found[0].source.scope not in ("", scope):
            raise UnknownSource(f"No source is named {source_id}.")
        return found[0]

    # ------------------------------------------------------------ the index
    def rebuild(self) -> int:
        """Build the Chroma index anew from the registry; the number of passages in it."""
        return self._views.rebuild()

    def check(self) -> Mended:
        """Compare registry and Chroma, vector by vector, and mend."""
        return self._views.check()

    def stats(self) -> dict[str, int]:
        """Counts of the registry's rows and of what is active."""
        return {
            **self.registry.counts(),
            "active_sources": len(self.corpus.of_source),
            "active_passages": len(self.corpus.passages),
            "active_hints": len(self.corpus.hints),
            "chroma_vectors": self._views.count(),
        }

    def last_evaluation(self) -> Latest | None:
        """The figures of the latest `concord evaluate` on a gold file, if any were kept."""
        from index.evaluation.latest import read

        return read(self.options.data_dir)

    def ask_on(self, corpus: Corpus, question: str, *, scope: str = "") -> Answer:
        """What would be answered from a view; nothing is kept of it.

        `scope`: whose rulings hold. A question made whole may be longer than one that is typed:
        its beginning counts.
        """
        asked, rulings = _whole(question)[:MAX_QUESTION], self._rulings_of(scope)
        return self._answerer.answer(corpus, asked, rulings=rulings)[0]

    def would_answer(self, question: str, *, scope: str = "") -> Answer:
        """What `ask` would give; nothing is kept of it."""
        return self.ask_on(self._views.of(scope), question, scope=scope)

    def _rulings_of(self, scope: str) -> Rulings:
        return self._rulings.get(scope) or self._rulings.get("", NONE)

    def _read_rulings(self) -> None:
        with self._reading:  # of two at once the later one's list has to be the one that stays
            found = self.registry.rulings.all()
            self._rulings = {
                scope: Rulings([r for r in found if r.scope in ("", scope)], self.asking.embed)
                for scope in {r.scope for r in found}
            }

    def _load_text(self, source_id: str, digest: str) -> str | None:
        current = self.registry.current(source_id)
        if current is None or current.version.digest != digest:
            return None
        return current.version.text


def _writer(options: IndexOptions, embedder: Embedder, asking: Remembering) -> Writer | None:
    if options.llm is None:
        return None
    return Writer(llm.load(options.llm), read_prompts(), embedder, asking)


def _told(report: Report | None) -> Progress | None:
    return None if report is None else lambda done, of: report("Reading the sources", done, of)


def _whole(question: str) -> str:
    """The question with half surrogate pairs replaced: bytes that weren't text when they came."""
    return question.encode("utf-8", "replace").decode("utf-8")


__all__ = ["Library", "Report", "active_sources", "open_registry", "passages_of"]
