"""What a language model costs: never beyond the budget; it goes with the server and with time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from bot.records import Records
from bot.records.spending import Spent
from tests.bot.records.conftest import Ask

DAY, NEXT = "2026-07-01", "2026-07-02"


def test_a_day_of_a_server_is_a_budget_of_its_own(records: Records) -> None:
    spending = records.spending
    assert spending.reserve(1, DAY, 0.6, 1.0)
    assert not spending.reserve(1, DAY, 0.6, 1.0)
    assert spending.reserve(1, NEXT, 0.6, 1.0)
    assert spending.reserve(2, DAY, 0.6, 1.0)
    assert spending.reserve(None, DAY, 0.6, 1.0)
    assert spending.totals(1, DAY).reserved == pytest.approx(1.2)


def test_what_was_not_needed_is_free_again(records: Records) -> None:
    spending = records.spending
    assert spending.reserve(1, DAY, 0.6, 1.0)
    spending.settle(1, DAY, 0.6, Spent(2, 1000, 200, 0.1))
    assert spending.reserve(1, DAY, 0.9, 1.0), "to the last of it"
    assert not spending.reserve(1, DAY, 0.001, 1.0)
    total = spending.totals(1, DAY)
    assert (total.calls, total.tokens_in, total.tokens_out) == (2, 1000, 200)
    assert total.cost == pytest.approx(0.1) and total.reserved == pytest.approx(0.9)


def test_what_is_never_settled_stays_counted(records: Records, url: str) -> None:
    assert records.spending.reserve(1, DAY, 0.6, 1.0)
    after = Records(url)
    assert not after.spending.reserve(1, DAY, 0.6, 1.0)
    after.close()


def test_of_many_at_once_no_more_than_the_budget_are_let_in(records: Records) -> None:
    with ThreadPoolExecutor(8) as pool:
        let_in = list(pool.map(lambda _: records.spending.reserve(1, DAY, 0.1, 1.0), range(24)))
    assert sum(let_in) == 10


def test_without_a_reservation_it_is_counted_all_the_same(records: Records) -> None:
    for _ in range(2):
        records.spending.settle(None, DAY, 0.0, Spent(1, 500, 50, 0.0))
    assert records.spending.totals(None, DAY) == Spent(2, 1000, 100)
    assert records.spending.totals(None, NEXT) == records.spending.totals(1, DAY) == Spent()


def test_it_goes_with_its_server_and_with_time(records: Records) -> None:
    today = datetime.now(UTC)
    for guild in (1, 2):
        records.spending.settle(guild, DAY, 0.0, Spent(1, 1, 1, 1.0))
        records.spending.settle(guild, today.date().isoformat(), 0.0, Spent(1, 1, 1, 1.0))
    records.privacy.forget_server(1)
    assert records.spending.totals(1, "") == Spent()
    records.privacy.clear(datetime.fromisoformat(f"{NEXT}T00:00:00+00:00"))
    assert records.spending.totals(2, "").calls == 1
    records.privacy.clear(today + timedelta(days=1))
    assert records.spending.totals(2, "") == Spent()


def test_the_scorecard_tells_how_answers_were_made(records: Records, ask: Ask) -> None:
    ask("One?", receipt="a")
    key = ask("Two?")
    records.finish(key, answered=True, receipt_id="b", suggestions=(), mode="generated")
    card = records.feedback.scorecard(1)
    assert (card.answered, card.written) == (2, 1)
