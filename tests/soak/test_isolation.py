"""Isolation in short, and the same with a program whose deliveries wait for each other."""

from dataclasses import replace

from tests.soak import frame, isolation, tampered


def test_a_target_that_swallows_everything_costs_the_others_nothing() -> None:
    outcome = isolation.run(isolation.SHORT, frame.new_seed())
    assert outcome.holds, frame.row("isolation", outcome)
    assert outcome.figures["deliveries"] == 60
    assert outcome.figures["swallowed"] == 15


def test_isolation_notices_deliveries_that_wait_for_each_other() -> None:
    size = replace(isolation.SHORT, orders=2, patience_seconds=4)
    told = frame.row("isolation", isolation.run(size, frame.new_seed(), tampering=tampered.one_lane))
    assert "beside a black hole deliveries take" in told
    assert "files have not come to the other four" in told
