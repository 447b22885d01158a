"""The projection of the registry in Chroma: one collection of passage vectors, embedded here.

Kept within what was found safe for chromadb 1.5.9: it never persists its graph by itself
(`sync_threshold` above any size; reopening replays its log), changes are upserts in place, and
whatever would delete much is built anew in a fresh directory, verified, and switched to by one
atomic rename. A killed process leaves either the old directory current or the new one.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.embedding import Vectors
from index.errors import ConcordError, IndexBroken, StorageFailed

log = logging.getLogger(__name__)

COLLECTION = "passages"
_POINTER = "CURRENT"
_BATCH = 500  # each write holds the interpreter lock; small ones let others run between
_CONFIGURATION = {
    "hnsw": {"space": "cosine", "sync_threshold": 100_000_000, "batch_size": 1000, "ef_search": 100}
}


class ChromaIndex:
    """Vectors by passage id. One process at a time (see `index.owner`); queries from any thread."""

    def __init__(self, folder: Path, *, model: str) -> None:
        """Open the current directory or begin an empty one.

        A directory that can't be opened, or that holds another model's vectors, is left behind and
        an empty one begun: the registry fills it. Raises `StorageFailed`.
        """
        self._base = folder
        self._model = model
        self._collection: Any = None
        self._client: Any = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            current = self._current()
            if current is not None:
                try:
                    self._open(current)
                except Exception:
                    # Whatever Chroma raises over a damaged directory: it is derived, so replace it.
                    log.warning(
                        "the index directory can't be opened and is built anew", exc_info=True
                    )
                    self._shut()
            if self._collection is None:
                self._begin()
            self._sweep()
        except OSError as error:
            raise _storage(error) from error

    # ------------------------------------------------------------ reading
    def ids(self) -> set[str]:
        return set(_guard(lambda: self._collection.get(include=[]))["ids"])

    def count(self) -> int:
        return int(_guard(lambda: self._collection.count()))

    def query(self, vector: Vectors, n: int) -> list[tuple[str, float]]:
        """The `n` nearest passages as (id, cosine similarity), nearest first."""
        # Asking for more than there is makes Chroma look for what isn't there.
        n = min(n, self.count())
        if n == 0:
            return []
        found = _guard(
            lambda: self._collection.query(
                query_embeddings=[vector], n_results=n, include=["distances"]
            )
        )
        return [
            (i, 1.0 - float(d)) for i, d in zip(found["ids"][0], found["distances"][0], strict=True)
        ]

    def stored(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors that Chroma holds for these ids."""
        out: dict[str, Vectors] = {}
        for chunk in _chunks(ids):
            got = _guard(lambda c=chunk: self._collection.get(ids=c, include=["embeddings"]))
            for i, vector in zip(got["ids"], got["embeddings"], strict=True):
                out[i] = np.asarray(vector, np.float32)
        return out

    # ------------------------------------------------------------ writing
    def upsert(self, vectors: Mapping[str, Vectors]) -> None:
        for chunk in _chunks(list(vectors)):
            rows = np.stack([vectors[i] for i in chunk])
            _guard(lambda c=chunk, r=rows: self._collection.upsert(ids=c, embeddings=r))

    def delete(self, ids: Sequence[str]) -> None:
        for chunk in _chunks(ids):
            _guard(lambda c=chunk: self._collection.delete(ids=c))

    def rebuild(self, vectors: Mapping[str, Vectors]) -> None:
        """Build a new directory with these vectors, verify it, switch to it, drop the old one."""
        try:
            self._shut()
            name = self._fresh()
            self._open(name)
            self.upsert(vectors)
            if self.ids() != set(vectors):
                raise IndexBroken("The new index did not hold what was written to it; try again.")
            self._point_to(name)
            self._sweep()
        except OSError as error:
            raise _storage(error) from error

    def close(self) -> None:
        self._shut()

    # ------------------------------------------------------------ directories
    def _current(self) -> str | None:
        try:
            name = (self._base / _POINTER).read_text(encoding="ascii").strip()
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        return name if name and (self._base / name).is_dir() and "/" not in name else None

    def _begin(self) -> None:
        name = self._fresh()
        self._open(name)
        self._point_to(name)

    def _fresh(self) -> str:
        name = f"index-{secrets.token_hex(6)}"
        (self._base / name).mkdir()
        return name

    def _open(self, name: str) -> None:
        import chromadb
        from chromadb.config import Settings

        self._client = chromadb.PersistentClient(
            path=str(self._base / name), settings=Settings(anonymized_telemetry=False)
        )
        self._collection = self._client.get_or_create_collection(
            COLLECTION,
            embedding_function=None,
            configuration=_CONFIGURATION,
            metadata={"model": self._model},
        )
        if (self._collection.metadata or {}).get("model") != self._model:
            self._shut()  # never mix the vectors of two models

    def _shut(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = self._collection = None

    def _point_to(self, name: str) -> None:
        temporary = self._base / f"{_POINTER}.new"
        with temporary.open("w", encoding="ascii") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._base / _POINTER)

    def _sweep(self) -> None:
        """Remove directories that aren't current: earlier ones, and what a kill left half built."""
        keep = self._current()
        for entry in self._base.iterdir():
            if entry.is_dir() and entry.name != keep:
                shutil.rmtree(entry, ignore_errors=True)


def _chunks(ids: Sequence[str]) -> Iterator[list[str]]:
    for at in range(0, len(ids), _BATCH):
        yield list(ids[at : at + _BATCH])


def _guard(call: Any) -> Any:
    """Run a Chroma call; its errors (of many types) come out as ours."""
    try:
        return call()
    except ConcordError:
        raise
    except Exception as error:
        raise _storage(error) from error


def _storage(error: Exception) -> ConcordError:
    said = str(error).lower()
    if "no space" in said or "full" in said or "file too large" in said:
        return StorageFailed("The disk is full; free some space, then run `concord index check`.")
    if isinstance(error, OSError):
        return StorageFailed(
            "The data folder can't be written. Check CONCORD_DATA_DIR and its permissions."
        )
    return IndexBroken("The search index failed. Run `concord index rebuild`; no source is lost.")
