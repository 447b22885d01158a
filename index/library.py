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
from functools import lru_cache
from types import TracebackType

from index import embedding, projection
from index.answering import Answerer
from index.chroma import ChromaIndex
from index.corpus import Corpus, active
from index.embedding import Embedder, Vectors
from index.errors import ReceiptGone, StorageFailed, UnknownSource
from index.ingest import Draft, Progress, accept
from index.model import Answer, Passage, Receipt, SearchResult, Source, SourceStatus, Turn
from index.options import IndexOptions
from index.owner import Owner
from index.projection import Mended
from index.registry import Registry
from index.retrieval import Retriever
from index.retrieval.retriever import VectorCache
from index.shelves import read_shelves
from index.wording import read_wording

# (what is being done, how much of it, of how much)
Report = Callable[[str, int, int], None]


def open_registry(options: IndexOptions) -> Registry:
    """The registry alone, for reading what sources there are: no lock, no model, no Chroma.

    Raises `StorageFailed`, `DataTooNew` or `IndexBroken`.
    """
    try:
        options.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageFailed(
            f"The data folder {options.data_dir} can't be made: {error.strerror}. "
            "Set CONCORD_DATA_DIR to a folder that you may write."
        ) from error
    return Registry(options.database_url)


class Library:
    """See the module. Made by `open`."""

    def __init__(
        self, options: IndexOptions, owner: Owner, registry: Registry, embedder: Embedder
    ) -> None:
        self.options = options
        self.registry = registry
        self.embedder = embedder
        self._owner = owner
        self._changing = threading.Lock()
        self._chroma = ChromaIndex(options.chroma_dir, model=embedder.name)
        self._text_of = lru_cache(maxsize=256)(self._load_text)
        cache = VectorCache(lambda keys: registry.vectors(keys, embedder.name))
        self._answerer = Answerer(
            retriever=Retriever(embedder, self._chroma, cache),
            wording=read_wording(),
            text_of=self._text_of,
            embedding_model=embedder.name,
            software=options.software,
            builtin=options.builtin,
        )
        self._corpus: Corpus
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
            embedder = embedding.load(options.embedding_model, threads=options.threads)
            library = cls(options, owner, registry, embedder)
            if options.builtin:
                projection.enter_shelf(registry, read_shelves(options.shelf))
            library.mended_at_start = library._refresh(report)
        except BaseException:
            if owner is not None:
                owner.close()
            registry.close()
            raise
        return library

    def close(self) -> None:
        self._chroma.close()
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
    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Answer or refuse; the receipt is kept. Raises `QuestionTooLong` or `StorageFailed`."""
        answer, receipt = self._answerer.answer(self._corpus, _whole(question), history)
        self.registry.keep_receipt(receipt)
        return answer

    def search(self, question: str, k: int = 10, history: Sequence[Turn] = ()) -> SearchResult:
        """The ranked passages alone. Raises `QuestionTooLong`."""
        return self._answerer.search(self._corpus, _whole(question), k, history)

    def nearest(self, vector: Vectors, n: int) -> list[tuple[str, float]]:
        """What Chroma alone gives: (passage id, cosine similarity), nearest first."""
        return self._chroma.query(vector, n)

    async def ask_async(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        return await asyncio.to_thread(self.ask, question, history)

    async def search_async(self, question: str, k: int = 10) -> SearchResult:
        return await asyncio.to_thread(self.search, question, k)

    def receipt(self, receipt_id: str) -> Receipt:
        """Raises `ReceiptGone`."""
        found = self.registry.receipt(receipt_id)
        if found is None:
            raise ReceiptGone(f"There is no receipt {receipt_id}; it may have been cleared.")
        return found

    # ------------------------------------------------------------ sources
    @property
    def corpus(self) -> Corpus:
        """The view that questions are asked of now."""
        return self._corpus

    def add(self, drafts: Sequence[Draft], *, by: str, progress: Progress | None = None) -> None:
        """Accept drafts, all or none, and make them searchable."""
        with self._changing:
            accept(self.registry, self.embedder, drafts, by=by, progress=progress)

    def refresh(self) -> None:
        """Make what was added or withdrawn since take effect in answers."""
        self._refresh(None)

    def remove(self, source_id: str) -> Source:
        """Withdraw a source; it is gone from answers on return. Raises `UnknownSource`."""
        found = self.registry.source(source_id)
        if found is None or found.status is not SourceStatus.ACCEPTED:
            raise UnknownSource(
                f"No source named {source_id} is held; `concord sources list` shows which are."
            )
        self.registry.withdraw([source_id])
        self._refresh(None)
        return found

    # ------------------------------------------------------------ the index
    def rebuild(self) -> int:
        """Build the Chroma index anew from the registry; the number of passages in it."""
        with self._changing:
            keys = dict(zip((p.id for p in self._corpus.passages), self._corpus.keys, strict=True))
            vectors = projection.passage_vectors(self.registry, keys, self.embedder.name)
            self._chroma.rebuild(vectors)
            return len(vectors)

    def check(self) -> Mended:
        """Compare registry and Chroma, vector by vector, and mend."""
        with self._changing:
            return projection.follow(
                self.registry, self._chroma, self._corpus, self.embedder.name, thorough=True
            )

    def stats(self) -> dict[str, int]:
        """Counts of the registry's rows and of what is active."""
        return {
            **self.registry.counts(),
            "active_sources": len(self._corpus.of_source),
            "active_passages": len(self._corpus.passages),
            "active_hints": len(self._corpus.hints),
            "chroma_vectors": self._chroma.count(),
        }

    def _refresh(self, report: Report | None) -> Mended:
        def embedding_progress(done: int, of: int) -> None:
            if report is not None:
                report("Reading the sources", done, of)

        with self._changing:
            held = self.registry.accepted()
            chosen = active(held, builtin=self.options.builtin)
            hints = self.registry.hints() if self.options.builtin else []
            projection.complete_vectors(
                self.registry, self.embedder, chosen, hints, embedding_progress
            )
            corpus = projection.load_corpus(
                self.registry, self.embedder, builtin=self.options.builtin
            ).warm()
            mended = projection.follow(self.registry, self._chroma, corpus, self.embedder.name)
            # Swapped last: until here questions are answered from the view before.
            self._corpus = corpus
            return mended

    def _load_text(self, source_id: str, digest: str) -> str | None:
        current = self.registry.current(source_id)
        if current is None or current.version.digest != digest:
            return None
        return current.version.text


def _whole(question: str) -> str:
    """The question with half surrogate pairs replaced: bytes that weren't text when they came."""
    return question.encode("utf-8", "replace").decode("utf-8")


def passages_of(registry: Registry, source_id: str) -> tuple[Source, list[Passage]]:
    """A source and its passages as they will be cited. Raises `UnknownSource`."""
    for source, passages in registry.accepted():
        if source.id == source_id:
            return source, passages
    found = registry.source(source_id)
    if found is None:
        raise UnknownSource(f"No source is named {source_id}; `concord sources list` shows all.")
    return found, []


def active_sources(options: IndexOptions, *, everything: bool = False) -> list[tuple[Source, int]]:
    """The sources that answers are drawn from, with their number of passages.

    `everything` adds those that the catalogue only lists, that stand back or were withdrawn.
    Reads the registry alone, so it works beside a running bot.
    """
    registry = open_registry(options)
    try:
        if options.builtin:
            projection.enter_shelf(registry, read_shelves(options.shelf))
        chosen = active(registry.accepted(), builtin=options.builtin)
        counts = {source.id: len(passages) for source, passages in chosen}
        return [
            (source, counts.get(source.id, 0))
            for source in registry.sources()
            if everything or source.id in counts
        ]
    finally:
        registry.close()


__all__ = ["Library", "Report", "active_sources", "open_registry", "passages_of"]
