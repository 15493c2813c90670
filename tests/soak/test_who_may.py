"""Nobody sees or does what is not theirs, at any route and by any handler; and the experiment would notice."""

from tests.soak import who_may

PAGES = ("/desk", "/desk/orders/{number}", "/desk/products/{product_id}", "/desk/parameters")


def test_everybody_may_what_they_may_and_nothing_else() -> None:
    outcome = who_may.run(seed=1)
    assert outcome.holds, outcome.broken
    assert int(outcome.figures["live pages"]) >= 16


def test_handlers_that_ask_nobody_are_found() -> None:
    """The control."""
    outcome = who_may.run(seed=1, pages=PAGES, tampering=who_may.without_the_door)
    assert any("was written" in sentence for sentence in outcome.broken), outcome.broken
    assert any("was shown" in sentence for sentence in outcome.broken)
