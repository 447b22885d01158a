"""An evaluation as one HTML file that needs nothing else: no script, font or image from outside.

All text is data: it is escaped, and the page's own policy lets no script run but ours, which is
named by its digest.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from pathlib import Path

from index.evaluation.model import Evaluation, Measure
from index.evaluation.report.plots import latency_histogram, support_histogram, threshold_curves
from index.evaluation.report.questions import filter_buttons, question
from index.evaluation.report.svg import interval_bar


def page(evaluation: Evaluation) -> str:
    """The report: what was measured, the measures, figures, and every question."""
    style, script = _asset("page.css"), _asset("page.js")
    policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'"
    title = escape(f"Concord measured: {evaluation.name}")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{_head(evaluation)}
<h2>Measures</h2>
{_measures(evaluation)}
{_figures(evaluation)}
<h2>Questions</h2>
{filter_buttons(evaluation)}
{"".join(question(found) for found in evaluation.questions)}
</main>
<script>{script}</script>
</body>
</html>
"""


def _asset(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    hashed = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"sha256-{hashed}"


def _head(evaluation: Evaluation) -> str:
    corpus = evaluation.corpus
    facts = {
        "Questions": f"{len(evaluation.questions):,}",
        "Corpus": f"{corpus.sources:,} sources, {corpus.passages:,} passages, "
        f"{corpus.hints:,} hints",
        "Asked of": corpus.note.removeprefix("asked of "),
        "When": evaluation.date.replace("T", " ").replace("+00:00", " UTC"),
        "It took": f"{evaluation.duration_s:,.0f} s",
        "Software": evaluation.software,
        "Embedding model": evaluation.embedding_model,
        "Intervals": f"{evaluation.bootstrap.level:.0%}, percentile bootstrap by groups, "
        f"{evaluation.bootstrap.samples:,} resamples, seed {evaluation.bootstrap.seed}",
    }
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(told)}</dd></div>" for name, told in facts.items()
    )
    return f'<dl class="facts">{rows}</dl>'


def _measures(evaluation: Evaluation) -> str:
    rows = "".join(_measure(name, m) for name, m in evaluation.measures.items())
    return f"""<table>
<thead><tr><th>measure</th><th>value</th><th>from 0 to 1</th><th>interval</th>
<th class="number">n</th></tr></thead>
<tbody>{rows}</tbody>
</table>
<p class="muted small">An interval says where the value would likely lie for other questions of the
same kind. One of no width, at 0 or 1, only says that nothing else was seen among n.</p>"""


def _measure(name: str, measure: Measure) -> str:
    shares = measure.unit in ("share", "score")
    unit = " ms" if measure.unit == "ms" else ""

    def told(value: float | None) -> str:
        if value is None:
            return "–"
        return f"{value:.3f}" if shares else f"{value:,.1f}{unit}"

    plot = ""
    if shares and measure.value is not None:
        plot = interval_bar(measure.value, measure.low, measure.high)
    between = f"{told(measure.low)} – {told(measure.high)}" if measure.low is not None else ""
    return (
        f'<tr><td class="name"><b>{escape(name.replace("_", " "))}</b>'
        f"<span>{escape(measure.meaning)}</span></td>"
        f'<td class="value">{told(measure.value)}</td><td class="plot">{plot}</td>'
        f'<td class="between small">{between}</td><td class="number">{measure.n:,}</td></tr>'
    )


def _figures(evaluation: Evaluation) -> str:
    results = evaluation.questions
    answerable = [r for r in results if r.answerable]
    unanswerable = [r for r in results if r.answerable is False]
    figures: list[str] = []
    if answerable:
        figures.append(
            _figure(
                "Support",
                support_histogram(answerable, unanswerable),
                "How probable the evidence made an answer: the share of the answerable questions "
                "upwards, of the unanswerable ones downwards. Left of the threshold Concord "
                "refuses.",
                one=f"{len(answerable)} answerable",
                two=f"{len(unanswerable)} unanswerable" if unanswerable else "",
            )
        )
    if answerable and unanswerable:
        figures.append(
            _figure(
                "Other thresholds",
                threshold_curves(answerable, unanswerable),
                "What share would be answered and refused if the threshold were another.",
                one="answerable and answered",
                two="unanswerable and refused",
            )
        )
    if results:
        p50, p95 = _value(evaluation, "p50"), _value(evaluation, "p95")
        figures.append(
            _figure(
                "Latency",
                latency_histogram(results, p50, p95),
                "Share of the questions by the time from question to answer or refusal.",
                one=f"half within {p50:.0f} ms, 95 of 100 within {p95:.0f} ms",
            )
        )
    return f'<h2>Figures</h2><div class="plots">{"".join(figures)}</div>'


def _value(evaluation: Evaluation, percentile: str) -> float:
    found = evaluation.measures.get(f"latency_{percentile}_ms")
    return (found.value if found else None) or 0.0


def _figure(title: str, svg: str, caption: str, *, one: str = "", two: str = "") -> str:
    """`one`, `two`: what the two colours stand for."""
    colours = (("one", one), ("two", two))
    legend = "".join(f'<span class="{c}">{escape(told)}</span>' for c, told in colours if told)
    return (
        f'<figure><h3>{escape(title)}</h3><p class="legend">{legend}</p>{svg}'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )
