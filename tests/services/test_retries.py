"""When a delivery is tried again, and how slowly a backlog begins."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from services import retries
from services.retries import SlowStart

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 10), (2, 30), (3, 60), (4, 300), (8, 7200), (9, 14400), (40, 14400)]
)
def test_the_delays_grow_from_ten_seconds_to_four_hours(attempts: int, seconds: int) -> None:
    delays = [retries.backoff(attempts).total_seconds() for _ in range(50)]
    assert all(0.8 * seconds <= delay <= 1.2 * seconds for delay in delays)


def test_a_message_is_tried_once_more_before_it_is_given_up() -> None:
    soon = NOW + timedelta(minutes=7)
    assert retries.next_try_at(9, NOW, soon) == soon
    assert NOW < retries.next_try_at(1, NOW, soon) < soon
    assert retries.next_try_at(1, NOW, NOW - timedelta(hours=1)) > NOW


def test_it_is_given_up_when_it_was_tried_long_enough_and_often_enough() -> None:
    """A machine that was off for a week has not tried."""
    late = NOW + retries.KEEP_TRYING
    assert retries.is_over(retries.FEWEST_ATTEMPTS, late, late)
    assert not retries.is_over(retries.FEWEST_ATTEMPTS - 1, late, late)
    assert not retries.is_over(retries.FEWEST_ATTEMPTS, late - timedelta(seconds=1), late)


def test_after_an_outage_a_lane_doubles_its_speed_each_second(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: seconds[0])
    start = SlowStart()
    assert start.pause() == 0, "without an outage nothing waits"
    paused = []
    for seconds[0] in (100.0, 101.2, 102.5, 105.9):
        start.server_is_back()
        paused.append(start.pause())
    assert paused == [1, 1 / 2, 1 / 4, 1 / 32]


def test_a_long_backlog_begins_slowly_once_and_again_only_after_the_next_outage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: seconds[0])
    start = SlowStart()
    start.server_is_back()
    seconds[0] = 106.0
    start.server_is_back()  # so says each delivery of the backlog
    assert start.pause() == 0
    start.server_is_down()
    start.server_is_back()
    assert start.pause() == 1, "the next outage"
