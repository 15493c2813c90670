"""The seller's live desk: the figures, and the table of purchase orders with its filters."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from nicegui import ui

from models import Shop
from models.errors import ShopError
from models.money import MINUS
from models.order_filter import Flag, OrderFilter
from models.text import _, ngettext
from pages.components.checklist import Checklist
from pages.components.columns_menu import ColumnsMenu
from pages.components.elements import Button, box, link_button
from pages.components.figures import Figure, Figures
from pages.components.filters import FilterButton, Filters
from pages.components.table import PageRequest, Selection, Table
from pages.components.toasts import toast
from pages.desk import desk_view, guard, order_actions, order_table, show
from pages.desk.desk_page import Visit, desk_page, frame
from pages.desk.desk_view import DeskView
from pages.desk.notices import Notices
from pages.desk.sums import FilteredSums
from pages.desk.view_bar import ViewBar
from pages.frame import page_head
from services import buyer_list, checklist, desk_notices, live, order_list, saved_views, shared_reads
from services.saved_views import View


def register() -> None:
    """Declare the page."""
    desk_page("/desk", dashboard)


async def dashboard(visit: Visit, request: Request) -> Response | None:
    """Build the desk as its address says; the one that says nothing leads to the seller's own view."""
    views = await saved_views.of_seller(visit.seller)
    if address := desk_view.leads_to(request.query_params, views, visit.shop.time_zone):
        return RedirectResponse(address, 303)
    desk = OrderDesk(visit.shop, DeskView.parse(request.query_params, visit.shop.time_zone), views)
    with frame(visit, _("Purchase orders"), "/desk"):
        await desk.build()
    live.orders.subscribe(desk.changed)
    live.deliveries.subscribe(desk.changed)
    live.views.subscribe(guard.signed_in(desk.views.reload))
    return None


class OrderDesk:
    """One open desk: what it filters, and the elements that show it."""

    def __init__(self, shop: Shop, looked_at: DeskView, views: Sequence[View]) -> None:
        self.shop = shop
        self.looked_at = looked_at
        self._views = views
        self._shown: tuple[order_list.OrderPage, order_list.Figures] | None = None
        self._is_behind = self._catches_up = False

    async def build(self) -> None:
        """Make the elements and fill them."""
        with page_head(_("Purchase orders")):
            link_button(_("Exports"), "/desk/exports", "quiet")
            link_button(_("New order"), "/desk/new-order", "quiet")
            self.new_button = Button("", guard.signed_in(self._export_new))
            FilterButton()
        self.notices = Notices()
        steps = await checklist.steps(self.shop)
        if steps:
            Checklist(steps)
        self.figures = Figures([], label=_("Figures"), on_choose=guard.signed_in(self._figure_chosen))
        self.views = ViewBar(self.shop, self._views, self.looked_at, guard.signed_in(self._view_opened))
        with box("cols"):
            with box("listed"):
                self.table = Table(
                    order_table.columns(),
                    label=_("Purchase orders"),
                    on_page=guard.signed_in(self._page_asked),
                    on_action=guard.signed_in(self._action_chosen),
                    actions=order_actions.offered(),
                )
                with self.table:
                    self.columns = ColumnsMenu(
                        order_table.columns(),
                        shown=self.looked_at.columns,
                        usual=order_table.columns_from(()),
                        fixed={order_table.ALWAYS_SHOWN},
                        on_choose=guard.signed_in(self._columns_chosen),
                    )
                self.table.show_columns(self.looked_at.columns)
                self.sums = FilteredSums(self.shop, self.table.set_total)
            self.panel = Filters(
                order_table.filters(),
                on_change=guard.signed_in(self._filter_changed),
                values=order_table.panel_values(self.filter),
                pick_labels=await self._buyer_label(),
                on_suggest=self._suggest,
                time_zone=self.shop.time_zone,
            )
        await self.refresh()

    @property
    def filter(self) -> OrderFilter:
        """Which orders are looked at."""
        return self.looked_at.filter

    async def refresh(self, *, is_live: bool = False) -> None:
        """Show what the filter finds now, unless another filter has been set meanwhile."""
        asked = self.filter
        self.notices.show(await desk_notices.current(self.shop))
        page, rows = await order_table.find(asked, self.shop, self._told_to_orders())
        figures, strip = await _found_figures(self.shop, asked.flag)
        if asked != self.filter:
            return
        self.sums.show_soon(asked)
        if is_live and (page, figures) == self._shown:
            return
        self._shown = page, figures
        self.new_button.set_text(
            _("New since last export · {n}").format(n=show.number(figures.not_exported, self.shop))
        )
        self.new_button.set_enabled(figures.not_exported > 0)
        self.figures.show(strip)
        self.table.set_empty(*_empty(asked))
        order_table.show_page(
            self.table,
            page,
            rows,
            asked,
            total=self.sums.counted(asked),
            is_live=is_live,
        )

    def _told_to_orders(self) -> str:
        return self.looked_at.address(self.views.views).partition("?")[2]

    async def changed(self) -> None:
        """Something happened to orders or deliveries; what happens while that is read is shown together, after it."""
        self._is_behind = True
        if self._catches_up:
            return
        self._catches_up = True
        try:
            while self._is_behind:
                self._is_behind = False
                await guard.told(self._refresh_live)()
        finally:
            self._catches_up = False

    async def _refresh_live(self) -> None:
        await self.refresh(is_live=True)

    async def _set(self, order_filter: OrderFilter) -> None:
        self._look_at(replace(self.looked_at, filter=order_filter))
        await self.refresh()

    def _look_at(self, looked_at: DeskView) -> None:
        self.looked_at = looked_at
        self.views.show(looked_at)
        ui.navigate.history.replace(looked_at.address(self.views.views))

    async def _view_opened(self, opened: DeskView) -> None:
        self._look_at(opened)
        self.columns.show(opened.columns)
        self.table.show_columns(opened.columns)
        self.panel.set_values(order_table.panel_values(opened.filter), await self._buyer_label())
        self.table.clear_selection()
        await self.refresh()

    async def _columns_chosen(self, names: list[str]) -> None:
        self._look_at(replace(self.looked_at, columns=order_table.columns_from(names)))
        self.columns.show(self.looked_at.columns)
        self.table.show_columns(self.looked_at.columns)

    async def _page_asked(self, asked: PageRequest) -> None:
        shown = self._shown[0] if self._shown else None
        await self._set(order_table.turned(self.filter, asked, shown))

    async def _filter_changed(self, values: dict[str, str]) -> None:
        self.table.clear_selection()
        await self._set(order_table.from_panel(values, self.filter))

    async def _figure_chosen(self, key: str) -> None:
        flag = None if self.filter.flag == key else Flag(key)
        chosen = replace(self.filter, flag=flag, page=1, at="")
        self.panel.set_values(order_table.panel_values(chosen), await self._buyer_label())
        self.table.clear_selection()
        await self._set(chosen)

    async def _action_chosen(self, key: str, selection: Selection) -> None:
        await order_actions.run_on(key, self.shop, selection, self.filter)

    async def _export_new(self) -> None:
        try:
            await order_actions.download_new(self.shop)
        except ShopError as error:
            toast(str(error), "bad")

    async def _suggest(self, _name: str, text: str) -> list[tuple[str, str]]:
        return await buyer_list.suggest(text) if await guard.current_session() else []

    async def _buyer_label(self) -> dict[str, str]:
        buyer_id = self.filter.buyer_id
        return {"buyer": await buyer_list.name_of(buyer_id)} if buyer_id else {}


def _empty(order_filter: OrderFilter) -> tuple[str, str]:
    if any(order_filter.criteria().values()):
        return _("No order matches"), _("Take a filter away, or reset them all.")
    return _("No requests yet"), _("Share the link to your shop: each request a buyer sends appears here by itself.")


async def _found_figures(shop: Shop, chosen: Flag | None) -> tuple[order_list.Figures, list[Figure]]:
    """The figures, and as they are shown; desks that show the same share both."""

    async def found() -> tuple[order_list.Figures, list[Figure]]:
        figures = await order_list.figures(shop)
        return figures, figure_strip(figures, shop, chosen)

    told_by = shop.time_zone, shop.currency, shop.prices_hidden, shop.unverified_days
    return await shared_reads.once(("figure strip", told_by, chosen), found)


def figure_strip(figures: order_list.Figures, shop: Shop, chosen: Flag | None) -> list[Figure]:
    """The figures in words, each with what it is measured against."""
    now = datetime.now(UTC)
    words = {
        Flag.NEW_TODAY: (show.number(figures.new_today, shop), _compared(figures, shop, now)),
        Flag.WAITING: (show.number(figures.waiting, shop), _oldest(figures, now)),
        Flag.UNANSWERED: (show.number(figures.unanswered, shop), _("for two working days")),
        Flag.UNVERIFIED: (show.number(figures.unverified, shop), _next_to_go(figures, shop, now)),
        Flag.DUPLICATES: (show.number(figures.duplicates, shop), _("sent twice?")),
        Flag.FAILED: (show.number(figures.failed, shop), figures.last_failure),
        Flag.THIS_WEEK: _week(figures, shop),
    }
    return [
        Figure(
            flag.value,
            _(flag.label),
            value,
            note,
            bad=flag is Flag.FAILED and figures.failed > 0,
            active=flag is chosen,
        )
        for flag, (value, note) in words.items()
    ]


def _compared(figures: order_list.Figures, shop: Shop, now: datetime) -> str:
    difference = figures.new_today - figures.new_a_week_ago
    day = show.weekday(now - timedelta(days=7), shop)
    if not difference:
        return _("as many as last {day}").format(day=day)
    return _("{difference} on last {day}").format(difference=f"{difference:+}".replace("-", MINUS), day=day)


def _oldest(figures: order_list.Figures, now: datetime) -> str:
    if figures.oldest_waiting_at is None:
        return _("nothing waits")
    return _("oldest {time}").format(time=show.span(now - figures.oldest_waiting_at))


def _next_to_go(figures: order_list.Figures, shop: Shop, now: datetime) -> str:
    """When the oldest request that nobody verified is deleted."""
    if figures.oldest_unverified_at is None:
        return ngettext("{n} day kept", "{n} days kept", shop.unverified_days).format(n=shop.unverified_days)
    left = figures.oldest_unverified_at + timedelta(days=shop.unverified_days) - now
    if left < show.ONE_HOUR:  # housekeeping comes every hour
        return _("next goes within the hour")
    return _("next goes in {time}").format(time=show.rough_span(left))


def _week(figures: order_list.Figures, shop: Shop) -> tuple[str, str]:
    count = show.orders(figures.week_orders)
    if shop.prices_hidden:
        return show.number(figures.week_orders, shop), ""
    return show.rough_amount(figures.week_value, shop.currency), count
