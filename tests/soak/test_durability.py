"""Durability order in short, and the same with commits that are not on the disk when they return."""

from tests.soak import durability, frame, tampered

CHECKOUTS = 8


def test_an_order_is_on_the_disk_before_the_buyer_is_told_that_it_is_sent() -> None:
    outcome = durability.run(frame.new_seed(), checkouts=CHECKOUTS)
    assert outcome.holds, frame.row("durability", outcome)
    assert outcome.figures["on disk before the answer"] == CHECKOUTS


def test_the_durability_order_notices_commits_that_are_not_on_the_disk() -> None:
    outcome = durability.run(frame.new_seed(), checkouts=CHECKOUTS, tampering=tampered.lazy_commits)
    assert any("no sync between" in sentence for sentence in outcome.broken), frame.row("durability", outcome)
