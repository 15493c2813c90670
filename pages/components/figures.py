"""The strip of figures above a list, each of which is a filter."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from nicegui import events, ui


@dataclass(frozen=True)
class Figure:
    """One number with its name and a note under it; `active` while the list is filtered by it."""

    key: str
    label: str
    value: str
    note: str = ""
    bad: bool = False
    active: bool = False


class Figures(ui.element, component="figures.js"):
    """A row of figures; on a phone it scrolls sideways."""

    def __init__(
        self, figures: Iterable[Figure], *, label: str, on_choose: Callable[[str], Awaitable[None]] | None = None
    ) -> None:
        """`label` names the strip for screen readers; `on_choose` gets the key of the figure that was clicked."""
        super().__init__()
        self._on_choose = on_choose
        self.props["label"] = label
        self.show(figures)
        self.on("choose", self._chosen)

    def show(self, figures: Iterable[Figure]) -> None:
        """Show other figures."""
        self._figures = list(figures)
        self.props["figures"] = tuple(vars(figure) for figure in self._figures)  # not watched, as a list would be

    async def _chosen(self, event: events.GenericEventArguments) -> None:
        if self._on_choose and event.args in [figure.key for figure in self._figures]:
            await self._on_choose(event.args)
