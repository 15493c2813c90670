"""Reports: what was asked for in a period, as charts, each with its table, its file and the orders behind it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_skeleton
from fastapi import Request
from nicegui import ui

from models import Shop, Status
from models.days import date_locale
from models.money import from_minor
from models.text import _, ngettext, spoken
from pages.components.chart import Bars, Series
from pages.components.elements import Words, box, h2, link_button, paragraph, text
from pages.components.filters import Filter, FilterButton, Filters
from pages.components.simple_table import Align, Cell, SimpleTable
from pages.desk import guard, show
from pages.desk.desk_page import Visit, desk_page, frame
from pages.frame import page_head
from services import parameters, reports
from services.reports import PartSums, Period, ProductSums, Report, Sums
from services.reports_csv import Table

PATH = "/desk/reports"
COLORS = {
    Status.PENDING: "--wait",
    Status.TO_BE_REVIEWED: "--look",
    Status.PROCESSED: "--ok",
    Status.ERROR: "--bad",
}
DRAWN = 10  # of the best, the table has more


def register() -> None:
    """Declare the page."""
    desk_page(PATH, report)


async def report(visit: Visit, request: Request) -> None:
    """Build the report of the period its address says."""
    shown = ReportPage(visit.shop, Period.parse(request.query_params, parameters.today(visit.shop)))
    with frame(visit, _("Reports"), PATH):
        await shown.build()


class ReportPage:
    """An open report: its period, and the elements that show it."""

    def __init__(self, shop: Shop, period: Period) -> None:
        self.shop, self.period = shop, period
        self.titles: dict[Table, Words] = {}
        self.files: dict[Table, ui.element] = {}

    async def build(self) -> None:
        """Make the elements and fill them."""
        with page_head(_("Reports"), _("Requests that have reached you, by the day they were sent.")):
            FilterButton()
        with box("cols"):
            with box("stack"):
                self._build_sections()
            self.panel = Filters(
                [Filter("date", _("Period"), "dates")],
                on_change=guard.signed_in(self._period_chosen),
                time_zone=self.shop.time_zone,
            )
        await self.refresh()

    def _build_sections(self) -> None:
        requests, value = _("Requests"), _("Value, {currency}").format(currency=self.shop.currency)
        with self._section(_("By status"), Table.STATUSES):
            with box("chart-and-table"):
                self.status_chart = Bars(label=_("Requests by status, as bars"), is_lying=True)
                self.statuses = _table(_("By status"), [_("Status")], [requests, value])
            self.no_value = paragraph("", "muted small pad")
        with self._section("", Table.DAYS):
            self.request_chart = Bars(label=_("Requests by day and status, as bars"))
            with box("as-table", tag="details"):
                text(_("As a table"), tag="summary")
                labels = [*(_(status.label) for status in Status), _("All")]
                self.days = _table(_("Requests by day"), [_("Day")], labels)
        with self._section("", Table.VALUES):
            self.value_chart = Bars(label=_("Value by day and status, as bars"))
            with box("as-table", tag="details"):
                text(_("As a table"), tag="summary")
                self.values = _table(_("Value by day"), [_("Day")], labels)
        with self._section(_("Best products"), Table.PRODUCTS):
            self.product_chart = Bars(label=_("Best products, as bars"), is_lying=True)
            columns = [_("Quantity"), requests, value]
            self.products = _table(_("Best products"), [_("Product")], columns)
        with self._section(_("Best buyers"), Table.BUYERS):
            self.buyer_chart = Bars(label=_("Best buyers, as bars"), is_lying=True)
            self.buyers = _table(_("Best buyers"), [_("Buyer")], [requests, value])

    @contextmanager
    def _section(self, title: str, table: Table) -> Iterator[None]:
        with box("panel", tag="section"):
            with box("panel-head"):
                self.titles[table] = h2(title)
                self.files[table] = link_button(_("CSV"), PATH, "quiet small", download=True)
            yield

    async def refresh(self) -> None:
        """Show the report of the period, unless another has been chosen meanwhile."""
        asked = self.period
        made = await reports.make(asked, self.shop)
        if asked != self.period:
            return
        self.panel.set_values({"date_from": asked.from_date.isoformat(), "date_to": asked.to_date.isoformat()})
        by_month = asked.is_by_month
        self.titles[Table.DAYS].set_text(_("Requests by month") if by_month else _("Requests by day"))
        self.titles[Table.VALUES].set_text(_("Value by month") if by_month else _("Value by day"))
        for table, file in self.files.items():
            file.props["href"] = f"{PATH}/{table}/csv?{urlencode(asked.query())}"
            file.props["aria-label"] = _("{title} as CSV").format(title=self.titles[table].text)
        self._show_statuses(made)
        self._show_parts(made)
        self._show_best(made)

    async def _period_chosen(self, values: Mapping[str, str]) -> None:
        query = {"from": values["date_from"], "to": values["date_to"]}
        self.period = Period.parse(query, parameters.today(self.shop))
        ui.navigate.history.replace(f"{PATH}?{urlencode(self.period.query())}")
        await self.refresh()

    def _show_statuses(self, made: Report) -> None:
        self.status_chart.show(
            [_(status.label) for status in Status],
            [Series(_("Requests"), "--brand-edge", [sums.requests for sums in made.by_status.values()])],
        )
        rows = [(_(status.label), sums, frozenset({status})) for status, sums in made.by_status.items()]
        rows.append((_("All"), made.all, frozenset()))
        self.statuses.show(
            _row(number, [words, *self._linked(sums, self._orders(made.period, status=status))])
            for number, (words, sums, status) in enumerate(rows)
        )
        self.no_value.set_text(_without_value(made.no_value))
        self.no_value.set_visibility(made.no_value > 0)

    def _show_parts(self, made: Report) -> None:
        names = [_named(part.period, made.period) for part in made.parts]
        counts = {status: [part.by_status[status].requests for part in made.parts] for status in Status}
        values = {status: [self._major(part.by_status[status]) for part in made.parts] for status in Status}
        self.request_chart.show(names, [Series(_(one.label), COLORS[one], counts[one]) for one in Status])
        self.value_chart.show(names, [Series(_(one.label), COLORS[one], values[one]) for one in Status])
        named = [(name, part) for name, part in zip(names, made.parts, strict=True) if part.all.requests]
        self.days.show(
            _row(number, [name, *(requests for requests, _value in self._cells(part))])
            for number, (name, part) in enumerate(named)
        )
        self.values.show(
            _row(number, [name, *(value for _requests, value in self._cells(part))])
            for number, (name, part) in enumerate(named)
        )

    def _cells(self, part: PartSums) -> Iterator[list[Cell]]:
        """The requests and the value of each status, and of all together."""
        for status, sums in part.by_status.items():
            yield self._linked(sums, self._orders(part.period, status=frozenset({status})))
        yield self._linked(part.all, self._orders(part.period))

    def _show_best(self, made: Report) -> None:
        for chart, best in ((self.product_chart, made.products), (self.buyer_chart, made.buyers)):
            drawn = best[:DRAWN]
            values = [self._major(one.sums) for one in drawn]
            chart.show([one.name for one in drawn], [Series(_("Value"), "--brand-edge", values)])
            chart.set_visibility(any(values))
        self.products.show(
            _row(number, [self._product(one), show.number(one.quantity, self.shop), *linked])
            for number, one in enumerate(made.products)
            for linked in [self._linked(one.sums, self._orders(made.period, sku=one.sku))]
        )
        self.buyers.show(
            _row(number, [{"text": one.name, "href": f"/desk/buyers/{one.id}"}, *linked])
            for number, one in enumerate(made.buyers)
            for linked in [self._linked(one.sums, self._orders(made.period, buyer=str(one.id)))]
        )

    def _product(self, product: ProductSums) -> Cell:
        return {"text": product.name, "sub": product.sku, "sub_mono": True}

    def _orders(
        self, period: Period, *, status: frozenset[Status] = frozenset(), buyer: str = "", sku: str = ""
    ) -> str:
        """The address of the orders that a number comes from."""
        behind = reports.orders_of(period, self.shop, status=status, buyer=buyer, sku=sku)
        return f"/desk?{urlencode(behind.query())}"

    def _linked(self, sums: Sums, address: str) -> list[Cell]:
        """Requests and value, each a link to its orders; nothing leads nowhere."""
        if not sums.requests:
            return [show.NOTHING, show.NOTHING]
        value = show.amount(sums.value, self.shop.currency, self.shop)
        return [{"text": show.number(sums.requests, self.shop), "href": address}, {"text": value, "href": address}]

    def _major(self, sums: Sums) -> float:
        return float(from_minor(sums.value, self.shop.currency))


def _without_value(count: int) -> str:
    words = ngettext(
        "{orders} without shown prices or in another currency is counted, but not in any value.",
        "{orders} without shown prices or in another currency are counted, but not in any value.",
        count,
    )
    return words.format(orders=show.orders(count))


def _named(part: Period, period: Period) -> str:
    locale = date_locale(spoken())
    return format_skeleton("yMMM" if period.is_by_month else "MMMd", part.from_date, locale=locale)


def _table(label: str, texts: Sequence[str], numbers: Sequence[str]) -> SimpleTable:
    columns: list[tuple[str, Align]] = [(words, "left") for words in texts]
    columns += [(words, "right") for words in numbers]
    return SimpleTable(columns, label=label, empty=_("Nothing was asked for in this period."))


def _row(number: int, cells: Sequence[Cell]) -> Mapping[str, Any]:
    return {"id": number, "cells": list(cells)}
