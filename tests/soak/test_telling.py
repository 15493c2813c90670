"""What answers tell of addresses in short, and the same with a program that takes its time for those it knows."""

from tests.soak import frame, telling


def test_known_and_unknown_addresses_are_answered_alike() -> None:
    outcome = telling.run(telling.SHORT, frame.new_seed())
    assert outcome.holds, frame.row("telling", outcome)


def test_a_program_that_returns_early_for_strangers_is_noticed() -> None:
    told = frame.row("telling", telling.run(telling.ONE, frame.new_seed(), tampering=telling.looking_up_first))
    assert "sign-in tells known from unknown addresses" in told
