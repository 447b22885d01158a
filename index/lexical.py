"""Lexical search: BM25 over stemmed content words (bm25s), held in memory.

Scores are given as a share of the best score that any text could reach for the question, so that
they mean the same for every question and corpus: 1.0 says that all its words stand there, often.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from index.text import terms

Scores = npt.NDArray[np.float32]

K1 = 1.5
B = 0.75


class LexicalIndex:
    """BM25 (Lucene's variant: Kamphuis et al. 2020) over `texts`; positions are their places."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.size = len(texts)
        tokens = [terms(text) for text in texts]
        self._frequency: dict[str, int] = {}
        for document in tokens:
            for term in set(document):
                self._frequency[term] = self._frequency.get(term, 0) + 1
        self._bm25: Any = None
        if any(tokens):
            import bm25s

            self._bm25 = bm25s.BM25(k1=K1, b=B, method="lucene")
            self._bm25.index(tokens, show_progress=False, create_empty_token=True)

    def frequency(self, term: str) -> int:
        """The number of texts that hold the stem."""
        return self._frequency.get(term, 0)

    def idf(self, term: str) -> float:
        """Inverse document frequency of a stem; a term that no text holds has the greatest."""
        n = self._frequency.get(term, 0)
        return float(np.log(1 + (self.size - n + 0.5) / (n + 0.5)))

    def __contains__(self, term: str) -> bool:
        return term in self._frequency

    def scores(self, question_terms: Sequence[str]) -> Scores:
        """(size,) from 0 to about 1, for the stems of a question."""
        known = [t for t in dict.fromkeys(question_terms) if t in self._frequency]
        if self._bm25 is None or not known:
            return np.zeros(self.size, np.float32)
        raw: Scores = np.asarray(self._bm25.get_scores(known), dtype=np.float32)
        # Terms that stand nowhere count too: a question half unknown is at best half matched.
        reachable = sum(self.idf(t) for t in dict.fromkeys(question_terms))
        return raw / np.float32(max(reachable, 1e-9))
