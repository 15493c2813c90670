"""Backups under load in short, and the same with plain copies of the database's file."""

from dataclasses import replace

from tests.soak import backup, frame, tampered


def test_a_backup_holds_what_was_acknowledged_and_nothing_of_it_goes_out_before_it_is_released() -> None:
    outcome = backup.run(backup.SHORT, frame.new_seed(), tampering=tampered.at_full_speed)
    assert outcome.holds, frame.row("backup", outcome)
    assert outcome.figures["held"]


def test_the_backups_notice_plain_copies() -> None:
    outcome = backup.run(replace(backup.SHORT, backups=1), frame.new_seed(), tampering=tampered.plain_copies)
    assert any("told as sent, but not there" in sentence for sentence in outcome.broken), frame.row("backup", outcome)
