"""The report's figures: support, what another threshold would do, and latency."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10

from index.evaluation.model import QuestionResult
from index.evaluation.report.svg import Plot

Results = Sequence[QuestionResult]
_BINS = 20
_LATENCY_BINS_A_DECADE = 12
_SHARES = [(s / 4, f"{25 * s} %") for s in range(5)]
_TENTHS = [(t / 5, f"{t / 5:.1f}") for t in range(6)]


def support_histogram(answerable: Results, unanswerable: Results) -> str:
    """Shares of the answerable by support, upwards; of the unanswerable, downwards."""
    up, down = _shares(answerable), _shares(unanswerable)
    reach = _rounded_up(max(up + down))
    low = -reach if unanswerable else 0.0
    plot = Plot("Support by answerability", x=(0, 1), y=(low, reach))
    steps = [reach, reach / 2, 0.0, *([-reach / 2, -reach] if unanswerable else [])]
    plot.y_ticks([(s, f"{abs(s):.0%}".replace("%", " %")) for s in steps])
    for i, (above, below) in enumerate(zip(up, down, strict=True)):
        plot.bar("one", i / _BINS, (i + 1) / _BINS, 0, above)
        plot.bar("two", i / _BINS, (i + 1) / _BINS, 0, -below)
    plot.baseline(0)
    plot.x_ticks(_TENTHS, "support (estimated probability)")
    _mark_threshold(plot, answerable)
    return plot.svg()


def threshold_curves(answerable: Results, unanswerable: Results) -> str:
    """The answerable that would be answered and the unanswerable refused, by threshold."""
    plot = Plot("What another threshold would do", x=(0, 1), y=(0, 1))
    plot.y_ticks(_SHARES)
    plot.baseline(0)
    plot.x_ticks(_TENTHS, "threshold")
    thresholds = [i / 100 for i in range(101)]
    kept = [(t, _share(answerable, t)) for t in thresholds]
    refused = [(t, 1 - _share(unanswerable, t)) for t in thresholds]
    plot.curve("one", kept)
    plot.curve("two", refused)
    _mark_threshold(plot, answerable)
    return plot.svg()


def latency_histogram(results: Results, p50: float, p95: float) -> str:
    """How long answers took, in milliseconds, on a logarithmic axis."""
    # Below a tenth of a millisecond nothing was searched; the axis need not go there.
    took = [log10(max(r.timings_ms.get("total", 0.0), 0.1)) for r in results]
    first = floor(min(took) * _LATENCY_BINS_A_DECADE)
    last = max(ceil(max(took) * _LATENCY_BINS_A_DECADE), first + 1)
    counts = [0] * (last - first)
    for exponent in took:
        counts[min(int(exponent * _LATENCY_BINS_A_DECADE - first), len(counts) - 1)] += 1
    x0, x1 = first / _LATENCY_BINS_A_DECADE, last / _LATENCY_BINS_A_DECADE
    reach = _rounded_up(max(counts) / len(results))
    plot = Plot("Latency", x=(x0, x1), y=(0, reach))
    plot.y_ticks([(s, f"{s:.0%}".replace("%", " %")) for s in (reach, reach / 2, 0.0)])
    for i, count in enumerate(counts):
        edges = [(first + i + k) / _LATENCY_BINS_A_DECADE for k in (0, 1)]
        plot.bar("one", edges[0], edges[1], 0, count / len(results))
    plot.baseline(0)
    plot.x_ticks(_decimal_ticks(x0, x1), "milliseconds (logarithmic)")
    for name, value in (("p50", p50), ("p95", p95)):
        plot.vertical(log10(max(value, 0.1)), name, leftwards=name == "p50")
    return plot.svg()


def _shares(results: Results) -> list[float]:
    counts = [0] * _BINS
    for r in results:
        counts[min(int(r.support * _BINS), _BINS - 1)] += 1
    return [count / max(len(results), 1) for count in counts]


def _share(results: Results, threshold: float) -> float:
    return sum(r.support >= threshold for r in results) / max(len(results), 1)


def _mark_threshold(plot: Plot, results: Results) -> None:
    threshold = results[0].threshold
    plot.vertical(threshold, f"threshold {threshold:.2f}", leftwards=threshold > 0.6)


def _rounded_up(share: float) -> float:
    """The next share that reads well on an axis."""
    return next((s for s in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8) if s >= share), 1.0)


def _decimal_ticks(x0: float, x1: float) -> list[tuple[float, str]]:
    found = [
        (log10(step * 10.0**power), f"{step * 10.0**power:g}")
        for power in range(floor(x0) - 1, ceil(x1) + 1)
        for step in (1, 2, 5)
    ]
    return [(at, told) for at, told in found if x0 <= at <= x1]
