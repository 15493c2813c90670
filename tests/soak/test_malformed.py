"""Malformed messages in short, and the same with a program that reads every message."""

from tests.soak import frame, malformed


def test_malformed_messages_break_nothing() -> None:
    outcome = malformed.run(malformed.SHORT, frame.new_seed())
    assert outcome.holds, frame.row("malformed", outcome)


def test_a_program_that_trusts_every_message_is_noticed() -> None:
    told = frame.row(
        "malformed", malformed.run(malformed.SHORT, frame.new_seed(), tampering=malformed.without_the_door)
    )
    assert "the log tells of a bug" in told
