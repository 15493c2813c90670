"""The cancel storm in its short form, and the same with units of work that a cancellation reaches."""

from tests.soak import cancel_storm, frame, tampered


def test_cancelled_work_neither_blocks_the_database_nor_leaves_halves() -> None:
    outcome = cancel_storm.run(cancel_storm.SHORT, frame.new_seed())
    assert outcome.holds, frame.row("cancel storm", outcome)


def test_without_the_shield_the_storm_blocks_it() -> None:
    outcome = cancel_storm.run(cancel_storm.LONG, frame.new_seed(), tampering=tampered.in_a_storm_without_shield)
    assert "it hangs" in outcome.broken, frame.row("cancel storm", outcome)
