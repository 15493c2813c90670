"""Strangers at mailed links in short, and the same with a program that lets them in or lets them guess."""

from tests.soak import frame, strangers


def test_scanners_change_nothing_and_random_tokens_open_nothing() -> None:
    outcome = strangers.run(strangers.SHORT, frame.new_seed())
    assert outcome.holds, frame.row("strangers", outcome)
    assert outcome.figures["links"] == len(strangers.KINDS)


def test_a_link_that_works_by_being_looked_at_is_noticed() -> None:
    size = strangers.Size(openings=2, tokens=1)
    told = frame.row("strangers", strangers.run(size, frame.new_seed(), tampering=strangers.looking_verifies))
    assert "opening links changed the table order" in told


def test_guesses_that_nobody_counts_are_noticed() -> None:
    size = strangers.Size(openings=2, tokens=300)
    told = frame.row("strangers", strangers.run(size, frame.new_seed(), tampering=strangers.guesses_for_free))
    assert "guesses were told to wait" in told
