"""Limits: counted for each key by itself, told in words, and forgotten when their time is over."""

import time

import pytest

from services import throttle
from services.throttle import Limit, TooManyError

TWICE = Limit("test-twice", 2, 60)
QUICK = Limit("test-quick", 1, 1)


def test_what_is_too_often_is_refused_with_the_time_to_wait() -> None:
    throttle.spend(TWICE, "a")
    throttle.spend(TWICE, "a")

    with pytest.raises(TooManyError, match="Please try again in ") as refusal:
        throttle.spend(TWICE, "a")

    assert 1 <= refusal.value.seconds <= 120


def test_each_key_is_counted_by_itself_and_nobody_is_not_counted() -> None:
    for _time in range(3):
        throttle.spend(TWICE, "")
    throttle.spend(TWICE, "a", "b")
    throttle.spend(TWICE, "a")

    throttle.spend(TWICE, "b")
    throttle.check(TWICE, "c")


def test_a_refusal_counts_nothing_for_the_others() -> None:
    throttle.spend(TWICE, "a")
    throttle.spend(TWICE, "a")
    for _time in range(5):
        with pytest.raises(TooManyError):
            throttle.spend(TWICE, "b", "a")

    throttle.spend(TWICE, "b")


def test_a_look_counts_nothing() -> None:
    for _time in range(5):
        throttle.check(TWICE, "a")

    throttle.spend(TWICE, "a")


def test_who_is_forgiven_begins_anew() -> None:
    throttle.spend(TWICE, "a")
    throttle.spend(TWICE, "a")

    throttle.forgive(TWICE, "a")

    throttle.spend(TWICE, "a")


def test_after_the_told_time_there_is_room_again() -> None:
    throttle.spend(QUICK, "a")
    with pytest.raises(TooManyError) as refusal:
        throttle.spend(QUICK, "a")

    time.sleep(refusal.value.seconds + 1)

    throttle.spend(QUICK, "a")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (59, "59 seconds"), (60, "1 minute"), (61, "2 minutes"), (3600, "60 minutes")],
)
def test_times_are_told_in_words(seconds: int, words: str) -> None:
    assert throttle.in_words(seconds) == words


def test_what_has_run_out_is_looked_for_once_in_a_while_and_not_with_each_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    storage = throttle.Storage()
    storage.acquire_entry("early", 5, 1)
    sweeping = storage.timer
    sweeping.join()
    for _time in range(5):
        storage.acquire_entry("early", 10, 1)
    assert storage.timer is sweeping

    time.sleep(1.1)
    monkeypatch.setattr(throttle, "SWEPT_EVERY_SECONDS", 0)
    storage.acquire_entry("late", 5, 60)
    storage.timer.join()

    assert storage.timer is not sweeping
    assert [key for key, counted in storage.events.items() if counted] == ["late"]
