"""The clock in short, and the same with a program that does not look whether it was set back."""

from tests.soak import clock, frame, tampered


def test_wherever_the_clock_jumps_everything_is_delivered_and_expires_by_its_rule() -> None:
    outcome = clock.run(frame.new_seed(), ("an hour back", "the next year"))
    assert outcome.holds, frame.row("clock", outcome)


def test_the_clock_notices_a_program_that_waits_for_the_hour_to_pass_again() -> None:
    outcome = clock.run(frame.new_seed(), ("an hour back",), tampering=tampered.blind_to_the_clock)
    assert any("deliveries still wait" in sentence for sentence in outcome.broken), frame.row("clock", outcome)
