"""Stop and double start in short, and the same with programs that wait at their end, or share their data folder."""

from tests import earlier_versions
from tests.soak import frame, stop_and_start, tampered


def test_the_program_ends_in_time_and_loses_nothing_and_no_second_one_gets_its_folder() -> None:
    outcome = stop_and_start.run(frame.new_seed(), requests=15)
    assert outcome.holds, frame.row("stop and start", outcome)
    assert outcome.figures["acknowledged"] == 15


def test_a_migration_that_is_killed_leaves_a_database_with_which_the_program_starts() -> None:
    newest = earlier_versions.VERSIONS[-1:]
    outcome = stop_and_start.killed_migrations(frame.new_seed(), kills=1, versions=newest)
    assert outcome.holds, frame.row("killed migrations", outcome)


def test_it_notices_a_program_that_waits_for_what_hangs_and_shares_its_folder() -> None:
    outcome = stop_and_start.run(frame.new_seed(), requests=3, tampering=tampered.careless_start_and_end)
    for sentence in ("s to end", "did not refuse"):
        assert any(sentence in broken for broken in outcome.broken), frame.row("stop and start", outcome)
