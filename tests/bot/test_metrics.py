"""The page that a Prometheus server reads."""

from __future__ import annotations

import math

from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import Metrics


def read(metrics: Metrics) -> dict[str, float]:
    """Every sample by its name and labels."""
    return {
        sample.name + "".join(f" {key}={value}" for key, value in sorted(sample.labels.items())): (
            sample.value
        )
        for family in text_string_to_metric_families(metrics.page().decode())
        for sample in family.samples
    }


def test_names_begin_alike_and_counts_start_at_nothing() -> None:
    samples = read(Metrics())
    assert all(name.startswith("concord_") for name in samples)
    for name in ("errors_total", "rate_limited_total", "waiting", "under_way"):
        assert samples[f"concord_{name}"] == 0


def test_what_happened_is_counted_by_kind() -> None:
    metrics = Metrics()
    for outcome in ("answered", "answered", "refused"):
        metrics.questions.labels(outcome).inc()
    metrics.refusals.labels("outside-subject").inc()
    metrics.steps.labels("search").observe(0.02)
    metrics.reply.observe(30)
    samples = read(metrics)
    assert samples["concord_questions_total outcome=answered"] == 2
    assert samples["concord_questions_total outcome=refused"] == 1
    assert samples["concord_refusals_total reason=outside-subject"] == 1
    assert samples["concord_step_seconds_bucket le=0.025 step=search"] == 1
    assert samples["concord_step_seconds_bucket le=0.01 step=search"] == 0
    assert samples["concord_reply_seconds_bucket le=10.0"] == 0
    assert samples["concord_reply_seconds_bucket le=+Inf"] == 1
    assert samples["concord_reply_seconds_sum"] == 30


def test_gauges_are_read_when_the_page_is_made() -> None:
    metrics = Metrics()
    waiting = [3.0]
    metrics.follow(waiting=lambda: waiting[0], inside=lambda: 2, latency=lambda: math.nan)
    assert read(metrics)["concord_waiting"] == 3
    waiting[0] = 4
    samples = read(metrics)
    assert samples["concord_waiting"] == 4 and samples["concord_under_way"] == 2
    assert math.isnan(samples["concord_gateway_seconds"])  # before there is a gateway


def test_two_bots_in_one_process_count_for_themselves() -> None:
    one, other = Metrics(), Metrics()
    one.errors.inc()
    assert read(one)["concord_errors_total"] == 1
    assert read(other)["concord_errors_total"] == 0
