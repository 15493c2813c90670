"""The crash loop in its short form, and the same with rows of the outbox that are written too late."""

from dataclasses import replace

from tests.soak import crash_loop, frame, tampered


def test_nothing_is_lost_and_everything_arrives_when_the_program_is_killed() -> None:
    outcome = crash_loop.run(crash_loop.SHORT, frame.new_seed())
    assert outcome.holds, frame.row("crash loop", outcome)


def test_nor_when_there_are_two_processes_and_the_server_of_their_database_is_stopped_at_once_besides() -> None:
    outcome = crash_loop.run_on_postgres(
        crash_loop.SHORT_PAIR, frame.new_seed(), stops=1, tampering=tampered.with_short_leases
    )
    assert outcome.holds, frame.row("crash loop of two processes", outcome)


def test_the_crash_loop_notices_rows_that_are_written_after_the_commit() -> None:
    size = replace(crash_loop.SHORT, requests=10, kills=1, settle_seconds=3)
    outcome = crash_loop.run(size, frame.new_seed(), tampering=tampered.rows_from_memory)
    assert any("without their rows" in sentence for sentence in outcome.broken), frame.row("crash loop", outcome)
