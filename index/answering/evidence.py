"""The one place where evidence is chosen: which sentences of which passages bear on the question.

Within a passage the best sentence is found (cosine, and the question's rare words that stand in
it), then widened: to the sentence before where it would be torn from what it refers to, and to
neighbours that bear on the question nearly as well. Between passages: the best, and others close
behind it, as long as the whole stays readable in chat.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.addressed import addressed
from index.asking.intent import is_order
from index.corpus import Corpus
from index.lexical import LexicalIndex
from index.model import Passage
from index.retrieval import Candidate
from index.text import terms

MAX_CITATIONS = 4
MAX_CHARACTERS = 900
MAX_SENTENCES = 3
MAX_QUOTE = 480
CLOSE_PASSAGE = 0.82  # of the best passage's score
CLOSE_SENTENCE = 0.85  # of the best sentence's score
FILL_CHARACTERS = 350  # a shorter answer is widened within its passages
FILLED_CHARACTERS = 700  # as far as one passage alone is widened
FILL_SENTENCE = 0.4  # of the best sentence's score
NAMED = 1.0  # for a sentence of the very paragraph that the question is known to ask for
LEXICAL_SHARE = 0.6

# A sentence that opens like this leans on the one before it. "The" and names don't.
_LEANS = re.compile(
    r"^[\W_]*(?:(?:this|that|these|those|such|it|its|they|their|them|he|his|she|her|both|neither|"
    r"the (?:former|latter|same|result|consequences?|answer|reason))\b|"
    r"(?:and|but|or|so|yet|still|also|then|thus|hence|therefore|however|moreover|furthermore|"
    r"nevertheless|nonetheless|instead|otherwise|likewise|similarly|consequently|accordingly|"
    r"for (?:this|these|that|them|example|instance)|in (?:this|these|that|doing|so|such|contrast)|"
    r"by (?:this|these|that|doing|contrast)|as (?:such|a result|part of this)|with (?:them|this|"
    r"these)|on (?:this|these|the other)|when this|if so|to this|at the same time)\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of a candidate's passage, and how well its best sentence bears on the question."""

    candidate: Candidate
    start: int
    end: int
    score: float

    @property
    def quote(self) -> str:
        return self.candidate.passage.text[self.start : self.end]


def choose(
    corpus: Corpus, ranked: Sequence[Candidate], question_terms: Sequence[str]
) -> list[Evidence]:
    """The evidence for a question, best passage first: 1 to 4 spans, about 900 characters."""
    if not ranked:
        return []
    chosen: list[Evidence] = []
    length = 0
    for candidate in ranked:
        # The best is always looked at: where all scores lie below zero, none is close to it.
        far = candidate.score < CLOSE_PASSAGE * ranked[0].score
        if chosen and (far or len(chosen) == MAX_CITATIONS):
            break
        evidence = quote_from(candidate, question_terms, corpus.lexical)
        if chosen and length + (evidence.end - evidence.start) > MAX_CHARACTERS:
            break
        chosen.append(evidence)
        length += evidence.end - evidence.start
    if length < FILL_CHARACTERS:
        # One short sentence rarely says enough: let the best passages speak a little longer.
        room = max(MAX_QUOTE, FILLED_CHARACTERS // len(chosen))
        for i, e in enumerate(chosen):
            wider = quote_from(
                e.candidate, question_terms, corpus.lexical, close=FILL_SENTENCE, longest=room
            )
            more = (wider.end - wider.start) - (e.end - e.start)
            if length + more <= MAX_CHARACTERS:
                chosen[i] = wider
                length += more
    return chosen


def quote_from(
    candidate: Candidate,
    question_terms: Sequence[str],
    lexical: LexicalIndex,
    *,
    close: float = CLOSE_SENTENCE,
    longest: int = MAX_QUOTE,
) -> Evidence:
    """The best span of one passage: whole sentences, self-contained as far as can be told.

    `close`: the share of the best sentence's score from which a neighbour is taken along;
    `longest`: characters beyond which none is.
    """
    passage = candidate.passage
    spans = passage.sentences
    if not spans:
        return Evidence(candidate, 0, len(passage.text), 0.0)
    scores = sentence_scores(candidate, question_terms, lexical)
    best = max(range(len(spans)), key=lambda i: (scores[i], -i))
    first, last = upright(passage, best), best
    while True:
        options: list[tuple[float, int, int]] = []
        for i in (first - 1, last + 1):
            if 0 <= i < len(spans) and scores[i] >= close * scores[best] > 0:
                low, high = min(first, upright(passage, i)), max(last, i)
                within = spans[high][1] - spans[low][0] <= longest
                if within and high - low < MAX_SENTENCES:
                    options.append((scores[i], low, high))
        if not options:
            return Evidence(candidate, spans[first][0], spans[last][1], scores[best])
        _, first, last = max(options)


def sentence_scores(
    candidate: Candidate, question_terms: Sequence[str], lexical: LexicalIndex
) -> list[float]:
    """How well each sentence of a passage bears on the question; 0 for one that gives orders."""
    weights = {t: lexical.idf(t) for t in question_terms}
    total = sum(weights.values()) or 1.0
    scores: list[float] = []
    for (a, b), cosine in zip(candidate.passage.sentences, candidate.sentences, strict=False):
        sentence = candidate.passage.text[a:b]
        if is_order(sentence) or addressed(
            sentence
        ):  # planted for an assistant: no evidence, and not taken along
            scores.append(0.0)
            continue
        inside = set(terms(sentence))
        shared = sum(w for t, w in weights.items() if t in inside) / total
        named = not candidate.named.isdisjoint(candidate.passage.paragraphs_of(a, b))
        scores.append(float(cosine) + LEXICAL_SHARE * shared + (NAMED if named else 0.0))
    return scores + [0.0] * (len(candidate.passage.sentences) - len(scores))


def upright(passage: Passage, sentence: int) -> int:
    """The sentence itself or, where it leans, the one before that it can't do without: back to
    one that stands alone, but not into another paragraph."""
    spans = passage.sentences
    while (
        sentence > 0
        and leans_back(passage.text[slice(*spans[sentence])])
        and _same_paragraph(passage.numbered, spans[sentence - 1], spans[sentence])
    ):
        sentence -= 1
    return sentence


def leans_back(sentence: str) -> bool:
    """Whether it opens like one that needs the sentence before it to be understood."""
    return bool(_LEANS.match(sentence))


def _same_paragraph(
    numbered: Sequence[tuple[int, int, int]], one: tuple[int, int], other: tuple[int, int]
) -> bool:
    return any(a <= one[0] and other[1] <= b for _, a, b in numbered)
