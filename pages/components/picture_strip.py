"""A product's pictures: seen small, put in order, taken away."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from nicegui import events, ui

from models.text import _

MAX_SHOWN = 40


class PictureStrip(ui.element, component="picture_strip.js"):
    """Pictures in a row; one is a dict with id, url ("" while it is not here) and note (why, or its source)."""

    def __init__(
        self,
        pictures: Iterable[Mapping[str, Any]],
        *,
        on_order: Callable[[Sequence[int]], Awaitable[None]],
        on_remove: Callable[[int], Awaitable[None]],
    ) -> None:
        """`on_order` gets all ids in their new order, `on_remove` one id; both only ids that are shown."""
        super().__init__()
        self._on_order, self._on_remove = on_order, on_remove
        self.props["words"] = {
            "pictures": _("Pictures"),
            "picture": _("Picture {n} of {total}"),
            "earlier": _("Show picture {n} earlier"),
            "later": _("Show picture {n} later"),
            "remove": _("Remove picture {n}"),
            "first": _("Shown in lists"),
        }
        self.show(pictures)
        self.on("order", self._ordered)
        self.on("remove", self._removed)

    def show(self, pictures: Iterable[Mapping[str, Any]]) -> None:
        """Show other pictures."""
        self.props["pictures"] = [dict(picture) for picture in pictures][:MAX_SHOWN]

    @property
    def _ids(self) -> list[int]:
        return [picture["id"] for picture in self.props["pictures"]]

    async def _ordered(self, event: events.GenericEventArguments) -> None:
        sent = event.args
        if isinstance(sent, list) and all(type(id_) is int for id_ in sent) and sorted(sent) == sorted(self._ids):
            await self._on_order(sent)

    async def _removed(self, event: events.GenericEventArguments) -> None:
        if type(event.args) is int and event.args in self._ids:
            await self._on_remove(event.args)
