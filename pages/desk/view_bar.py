"""The saved views above the table of orders: opened, kept, renamed, shared, deleted, and one to begin with."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from models import Shop
from models.errors import ShopError
from models.order_filter import OrderFilter
from models.saved_view import MAX_VIEW_NAME
from models.text import _
from pages.components.form import Field, Values
from pages.components.table import Action
from pages.components.toasts import toast
from pages.components.view_tabs import NO_VIEW, ViewTab, ViewTabs
from pages.desk import guard, order_table
from pages.desk.desk_view import DeskView
from pages.desk.editing import Removal, confirmed, edit
from services import saved_views
from services.saved_views import View, Wishes


class ViewBar:
    """The views of one open desk. `on_open` looks at something else."""

    def __init__(
        self, shop: Shop, views: Sequence[View], looked_at: DeskView, on_open: Callable[[DeskView], Awaitable[None]]
    ) -> None:
        self._shop, self.views, self._looked_at, self._on_open = shop, views, looked_at, on_open
        self._tabs = ViewTabs(on_open=guard.signed_in(self._opened), on_act=guard.signed_in(self._act))
        self.show(looked_at)

    def show(self, looked_at: DeskView) -> None:
        """Show which view is open, and what can be done with it."""
        self._looked_at = looked_at
        view = self._open_view()
        changed = view is not None and DeskView.of(view, self._shop.time_zone).query != looked_at.query
        self._tabs.show(
            self._entries(),
            active=view.id if view else None if looked_at.query else NO_VIEW,
            changed=changed,
            offer=_offer(view, changed=changed, is_all=not looked_at.query),
            actions=_actions(view, changed=changed) if view else [],
        )

    async def reload(self) -> None:
        """The views are not as they were."""
        self.views = await saved_views.of_seller(await guard.seller())
        self.show(self._looked_at)

    def _open_view(self) -> View | None:
        return next((view for view in self.views if view.id == self._looked_at.saved), None)

    def _entries(self) -> list[ViewTab]:
        everything = ViewTab(NO_VIEW, _("All orders"), self._everything().address(self.views))
        return [everything, *(_tab(view, self.views, self._shop) for view in self.views)]

    def _everything(self) -> DeskView:
        return DeskView(OrderFilter(self._shop.time_zone), order_table.columns_from(()))

    async def _opened(self, view_id: int) -> None:
        view = next((view for view in self.views if view.id == view_id), None)
        await self._on_open(DeskView.of(view, self._shop.time_zone) if view else self._everything())

    async def _act(self, key: str) -> None:
        view = self._open_view()
        try:
            if key == "new":
                await self._save_new()
            elif view:
                await self._act_on(key, view)
        except ShopError as error:
            toast(str(error), "bad")

    async def _act_on(self, key: str, view: View) -> None:
        match key:
            case "keep":
                await saved_views.keep(await guard.seller(), view.id, self._looked_at.query)
                toast(_("The view is saved."))
            case "change":
                await self._change(view)
            case "default":
                await saved_views.make_default(await guard.seller(), view.id, is_default=not view.is_default)
            case "delete":
                await confirmed(self._removal(view))

    async def _save_new(self) -> None:
        looked_at = self._looked_at
        made = 0

        async def save(values: Values) -> None:
            nonlocal made
            made = await saved_views.save(await guard.seller(), _wishes(values), looked_at.query)

        words = _("A view keeps the filters, the columns and the order of rows.")
        if await edit(_("Save view"), _fields(), save, text=words) and made:
            self.views = await saved_views.of_seller(await guard.seller())
            await self._on_open(replace(looked_at, saved=made))

    async def _change(self, view: View) -> None:
        async def save(values: Values) -> None:
            await saved_views.change(await guard.seller(), view.id, _wishes(values))

        await edit(view.name, _fields(view), save)

    def _removal(self, view: View) -> Removal:
        async def remove() -> None:
            await saved_views.delete(await guard.seller(), view.id)
            await self._on_open(replace(self._looked_at, saved=None))

        words = _("It goes for all sellers. The orders stay.") if view.shared else _("The orders stay.")
        return Removal(_("Delete the view “{name}”?").format(name=view.name), words, remove)


def _tab(view: View, views: Sequence[View], shop: Shop) -> ViewTab:
    told = _("shared by {who}").format(who=view.by) if view.shared else ""
    return ViewTab(view.id, view.name, DeskView.of(view, shop.time_zone).address(views), told, first=view.is_default)


def _offer(view: View | None, *, changed: bool, is_all: bool) -> Action | None:
    """The one thing to do with what is looked at, if there is one."""
    if view and changed:
        return Action("keep", _("Save changes")) if view.may_change else Action("new", _("Save view"))
    return None if view or is_all else Action("new", _("Save view"))


def _actions(view: View, *, changed: bool) -> list[Action]:
    opens_first = _("Do not open the desk with it") if view.is_default else _("Open the desk with it")
    mine = [Action("change", _("Name and sharing")), Action("delete", _("Delete"), danger=True)]
    return [
        *([Action("new", _("Save as a new view"))] if changed else []),
        Action("default", opens_first),
        *(mine if view.may_change else []),
    ]


def _fields(view: View | None = None) -> list[Field]:
    return [
        Field("name", _("Name"), value=view.name if view else "", required=True, max_length=MAX_VIEW_NAME),
        Field("shared", _("All sellers have it"), "checkbox", value=bool(view and view.shared)),
        Field("default", _("My desk opens with it"), "checkbox", value=bool(view and view.is_default)),
    ]


def _wishes(values: Values) -> Wishes:
    return Wishes(str(values["name"]), shared=bool(values["shared"]), is_default=bool(values["default"]))
