"""What all rows of a list come to, on all its pages."""

from collections.abc import Sequence

from nicegui import ui

Amounts = Sequence[tuple[str, str]]  # (name, amount) pairs


class OrderSums(ui.element, component="order_sums.js"):
    """How many there are and what they come to, a line for each currency; empty until it is known."""

    def __init__(self, *, label: str) -> None:
        super().__init__()
        self.props.update(label=label, count="", note="", rows=[], pending=True)

    def wait(self) -> None:
        """Show nothing: what stood there is not so any more."""
        self.props["pending"] = True

    def show(self, count: str, note: str, rows: Sequence[Amounts]) -> None:
        """Show these."""
        self.props.update(count=count, note=note, rows=[[list(pair) for pair in row] for row in rows], pending=False)
