"""Statistics over weighted rows, and their intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.evaluation import bootstrap
from index.evaluation.bootstrap import Statistic, interval

ROWS = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.integers(0, 4), st.integers(0, 3)),
    min_size=1,
    max_size=12,
)
STATISTICS: list[Callable[[Sequence[bool], Sequence[bool], Sequence[int]], Statistic]] = [
    lambda a, b, s: bootstrap.mean(s),
    lambda a, b, s: bootstrap.quantile(s, 0.5),
    lambda a, b, s: bootstrap.quantile(s, 0.95),
    lambda a, b, s: bootstrap.precision(a, b),
    lambda a, b, s: bootstrap.recall(a, b),
    lambda a, b, s: bootstrap.f1(a, b),
    lambda a, b, s: bootstrap.auroc(s, b),
]


def plainly(statistic: Statistic, n: int) -> float:
    return float(statistic(np.ones((1, n)))[0])


@given(ROWS)
def test_a_weight_counts_like_a_row_drawn_so_many_times(
    rows: list[tuple[bool, bool, int, int]],
) -> None:
    weights = np.array([[w for *_, w in rows]], dtype=np.float64)
    drawn = [row for row in rows for _ in range(row[3])]
    for make in STATISTICS:
        weighted = make(*zip(*(r[:3] for r in rows), strict=True))(weights)[0]
        if not drawn:
            continue
        repeated = plainly(make(*zip(*(r[:3] for r in drawn), strict=True)), len(drawn))
        assert weighted == pytest.approx(repeated, nan_ok=True)


@given(ROWS)
def test_auroc_is_the_share_of_pairs_that_stand_right(
    rows: list[tuple[bool, bool, int, int]],
) -> None:
    up = [s for positive, _, s, _ in rows if positive]
    down = [s for positive, _, s, _ in rows if not positive]
    won = [(u > d) + (u == d) / 2 for u in up for d in down]
    expected = sum(won) / len(won) if won else float("nan")
    found = plainly(bootstrap.auroc([r[2] for r in rows], [r[0] for r in rows]), len(rows))
    assert found == pytest.approx(expected, nan_ok=True)


def test_precision_recall_and_f1_by_hand() -> None:
    predicted, actual = [True, True, False, False, True], [True, False, True, False, True]
    assert plainly(bootstrap.precision(predicted, actual), 5) == pytest.approx(2 / 3)
    assert plainly(bootstrap.recall(predicted, actual), 5) == pytest.approx(2 / 3)
    assert plainly(bootstrap.f1(predicted, actual), 5) == pytest.approx(2 / 3)
    assert plainly(bootstrap.f1([False], [True]), 1) == 0.0


def test_quantiles_are_values_that_occurred() -> None:
    values = [5.0, 1.0, 2.0, 100.0]
    assert plainly(bootstrap.quantile(values, 0.5), 4) == 2.0
    assert plainly(bootstrap.quantile(values, 0.95), 4) == 100.0
    assert plainly(bootstrap.quantile(values, 1.0), 4) == 100.0


def test_the_interval_of_a_mean_is_about_as_wide_as_theory_says() -> None:
    values = np.random.default_rng(0).random(400)
    value, low, high = interval(bootstrap.mean(values.tolist()), [str(i) for i in range(400)])
    assert value == pytest.approx(values.mean())
    assert low is not None and high is not None
    assert low < values.mean() < high
    assert high - low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1)


def test_rows_that_hang_together_widen_the_interval() -> None:
    values = np.repeat(np.random.default_rng(1).random(40), 10).tolist()
    _, low, high = interval(bootstrap.mean(values), [str(i) for i in range(400)])
    _, low_of_groups, high_of_groups = interval(
        bootstrap.mean(values), [str(i // 10) for i in range(400)]
    )
    assert None not in (low, high, low_of_groups, high_of_groups)
    assert high_of_groups - low_of_groups > 2 * (high - low)  # type: ignore[operator]


def test_the_same_questions_give_the_same_interval() -> None:
    groups = [str(i) for i in range(30)]
    statistic = bootstrap.mean([i % 3 for i in range(30)])
    assert interval(statistic, groups) == interval(statistic, groups)
    assert interval(statistic, groups) != interval(statistic, groups, seed=1)


def test_what_is_undefined_has_no_value_and_a_single_group_no_interval() -> None:
    assert interval(bootstrap.precision([False], [True]), ["a"]) == (None, None, None)
    assert interval(bootstrap.mean([1.0, 0.0]), ["a", "a"]) == (0.5, None, None)
    # In some resamples no positive is drawn: they are left out.
    value, low, high = interval(bootstrap.auroc([1, 2, 3], [False, False, True]), list("abc"))
    assert (value, low, high) == (1.0, 1.0, 1.0)


def test_many_rows_are_resampled_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def statistic(weights: bootstrap.Values) -> bootstrap.Values:
        sizes.append(weights.size)
        return np.asarray(weights.mean(axis=1), np.float64)

    monkeypatch.setattr(bootstrap, "_BLOCK", 1000)
    interval(statistic, [str(i) for i in range(100)], samples=95)
    assert max(sizes) <= 1000
    assert sum(sizes) == 100 + 95 * 100
