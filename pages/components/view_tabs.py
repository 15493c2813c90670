"""The saved views of a list, as tabs above it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass

from nicegui import events, ui

from models.text import _
from pages.components.elements import own_address
from pages.components.table_values import Action

NO_VIEW = 0  # the tab of everything


@dataclass(frozen=True)
class ViewTab:
    """A view: where it leads, what is said of it on hover, and whether it is what one's desk opens with."""

    id: int
    name: str
    href: str
    title: str = ""
    first: bool = False


class ViewTabs(ui.element, component="view_tabs.js"):
    """Tabs, one button for what offers itself now, and a menu of what can be done with the view that is open."""

    def __init__(self, *, on_open: Callable[[int], Awaitable[None]], on_act: Callable[[str], Awaitable[None]]) -> None:
        """`on_open` gets the id of a tab, `on_act` the key of an action that was offered."""
        super().__init__()
        self._on_open, self._on_act = on_open, on_act
        self._ids: set[int] = set()
        self._keys: set[str] = set()
        self.props.update(views=[], active=-1, changed=False, offer=None, actions=[])
        self.props["words"] = {
            "views": _("Views"),
            "first": _("Opens first:"),
            "changed": _("changed"),
            "more": _("More about this view"),
        }
        self.on("open", self._opened)
        self.on("act", self._chosen)

    def show(
        self,
        tabs: Sequence[ViewTab],
        *,
        active: int | None,
        changed: bool,
        offer: Action | None,
        actions: Sequence[Action],
    ) -> None:
        """Show these; `active` is the tab that is open, `changed` whether what is looked at is not what it keeps."""
        self._ids = {tab.id for tab in tabs}
        self._keys = {action.key for action in (*actions, *filter(None, [offer]))}
        for tab in tabs:
            own_address(tab.href)
        self.props.update(
            views=[asdict(tab) for tab in tabs],
            active=-1 if active is None else active,
            changed=changed,
            offer=asdict(offer) if offer else None,
            actions=[asdict(action) for action in actions],
        )

    async def _opened(self, event: events.GenericEventArguments) -> None:
        if type(event.args) is int and event.args in self._ids:
            await self._on_open(event.args)

    async def _chosen(self, event: events.GenericEventArguments) -> None:
        if isinstance(event.args, str) and event.args in self._keys:
            await self._on_act(event.args)
