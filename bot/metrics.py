"""What can be measured from outside, in a Prometheus registry of this bot's own."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from index.model import Answer, Writing

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """Counters and histograms; `page` is what a Prometheus server reads."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        r = self.registry
        self.questions = Counter(
            "concord_questions_total", "Questions by outcome", ["outcome"], registry=r
        )
        self.refusals = Counter(
            "concord_refusals_total", "Refusals by reason", ["reason"], registry=r
        )
        self.steps = Histogram(
            "concord_step_seconds", "Time of each step", ["step"], buckets=_SECONDS, registry=r
        )
        self.reply = Histogram(
            "concord_reply_seconds",
            "From a question's arrival to its message",
            buckets=_SECONDS,
            registry=r,
        )
        self.errors = Counter("concord_errors_total", "Unexpected errors", registry=r)
        self.rate_limited = Counter(
            "concord_rate_limited_total", "Waits that Discord asked for", registry=r
        )
        self.answers = Counter(
            "concord_answers_total", "Answers by how they were made", ["mode"], registry=r
        )
        self.fallbacks = Counter(
            "concord_fallbacks_total",
            "Quotes in place of a language model's words, by reason",
            ["reason"],
            registry=r,
        )
        self.tokens = Counter(
            "concord_llm_tokens_total", "Tokens of the language model", ["direction"], registry=r
        )
        self.cost = Counter(
            "concord_llm_cost_total", "Cost of the language model", ["currency"], registry=r
        )
        self.verdicts = Counter(
            "concord_gate_verdicts_total", "Drafted statements by verdict", ["verdict"], registry=r
        )
        self._waiting = Gauge("concord_waiting", "Questions waiting for a turn", registry=r)
        self._inside = Gauge("concord_under_way", "Questions being answered", registry=r)
        self._latency = Gauge("concord_gateway_seconds", "Gateway latency", registry=r)

    def follow(
        self,
        waiting: Callable[[], float],
        inside: Callable[[], float],
        latency: Callable[[], float],
    ) -> None:
        """Read these whenever the page is made."""
        self._waiting.set_function(waiting)
        self._inside.set_function(inside)
        self._latency.set_function(latency)

    def answered(self, answer: Answer, seconds: float) -> None:
        """An answer or a refusal; `seconds` from the question's arrival."""
        self.questions.labels("answered" if answer.answered else "refused").inc()
        if answer.answered:
            self.answers.labels(answer.mode).inc()
        if answer.refusal is not None:
            self.refusals.labels(answer.refusal.reason.value).inc()
        if answer.fallback is not None:
            self.fallbacks.labels(answer.fallback.value).inc()
        for step, ms in answer.timings_ms.items():
            self.steps.labels(step).observe(ms / 1000)
        self.reply.observe(seconds)

    def written(self, writing: Writing) -> None:
        """A language model's part in an answer."""
        self.tokens.labels("in").inc(writing.tokens_in)
        self.tokens.labels("out").inc(writing.tokens_out)
        if writing.cost:
            self.cost.labels(writing.currency).inc(writing.cost)
        for statement in writing.statements:
            self.verdicts.labels(statement.verdict).inc()

    def page(self) -> bytes:
        return generate_latest(self.registry)
