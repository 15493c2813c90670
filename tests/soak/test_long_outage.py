"""The long outage in its short form, and the same with a program that gives up after 22 minutes."""

from tests.soak import frame, long_outage, tampered


def test_what_is_back_in_time_gets_everything_and_what_is_too_late_is_told_and_tried_again() -> None:
    outcome = long_outage.run(frame.new_seed(), orders=2, hours=(50.0, 73.0))
    assert outcome.holds, frame.row("long outage", outcome)


def test_the_long_outage_notices_a_program_that_gives_up_early() -> None:
    outcome = long_outage.run(frame.new_seed(), orders=1, hours=(12.0,), tampering=tampered.gives_up_early)
    assert any("given up, not 0" in sentence for sentence in outcome.broken), frame.row("long outage", outcome)
