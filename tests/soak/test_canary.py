"""Canaries, and the same with a talkative log, passwords kept as they are, and deletions that leave traces."""

from tests.soak import canary, frame, tampered

FOUND = {
    "Marta's address is in the log",
    "the target's password is in the database and its journal",
    "the target's password is in a backup",
    "an erased buyer is in the database after an erasure",
}


def test_secrets_and_buyers_words_are_nowhere_they_must_not_be() -> None:
    outcome = canary.run(frame.new_seed())
    assert outcome.holds, frame.row("canary", outcome)
    assert int(outcome.figures["places"]) > 20


def test_the_canaries_are_found_where_guards_are_missing() -> None:
    outcome = canary.run(frame.new_seed(), tampering=tampered.careless_about_secrets)
    assert set(outcome.broken) >= FOUND, frame.row("canary", outcome)
