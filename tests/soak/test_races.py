"""The races in short on both databases, and the same with programs whose guards are taken out."""

from dataclasses import replace

from tests.soak import frame, races, side_by_side


def test_what_many_want_at_the_same_moment_happens_once() -> None:
    outcome = races.run(races.SHORT, frame.new_seed())
    assert outcome.holds, frame.row("races", outcome)


def test_and_so_it_does_when_the_database_is_a_server() -> None:
    outcome = races.run_on_postgres(races.SHORT, frame.new_seed())
    assert outcome.holds, frame.row("races on PostgreSQL", outcome)


def test_the_races_notice_units_of_work_that_do_not_wait_for_each_other() -> None:
    size = replace(races.SHORT, carts=1)
    told = frame.row("races", races.run(size, frame.new_seed(), tampering=side_by_side.without_turns))
    for sentence in ("a tab of", "of the link of"):  # two presses change something, or one of them is lost
        assert sentence in told, told
    assert "histories with a gap" in told or "as often as that was told" in told, told


def test_the_races_notice_exports_that_read_while_others_write() -> None:
    size = replace(races.SHORT, carts=1, tabs=1, links=1, presses=1)
    told = frame.row("races", races.run(size, frame.new_seed(), tampering=side_by_side.exports_read_on))
    assert "exports of a state that never was" in told, told
