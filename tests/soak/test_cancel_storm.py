"""The cancel storm in its short form, and the same with units of work that a cancellation reaches."""

from dataclasses import replace

from tests.soak import cancel_storm, frame, tampered


def test_cancelled_work_neither_blocks_the_database_nor_leaves_halves() -> None:
    outcome = cancel_storm.run(cancel_storm.SHORT, frame.new_seed())
    assert outcome.holds, frame.row("cancel storm", outcome)


def test_without_the_shield_the_storm_blocks_it() -> None:
    size = replace(cancel_storm.LONG, cancelled=2000)  # one in some sixty begins its transaction when it is cancelled
    outcome = cancel_storm.run(size, frame.new_seed(), tampering=tampered.in_a_storm_without_shield)
    assert "it hangs" in outcome.broken, frame.row("cancel storm", outcome)
