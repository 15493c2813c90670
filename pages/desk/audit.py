"""The audit log: who did what, newest first, with the way to take it away as CSV."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlencode

from fastapi import Request
from nicegui import ui

from models import AuditEntry, AuditKind, Shop
from models.text import N_, _
from pages.components.elements import box, link, link_button
from pages.components.filters import Filter, FilterButton, Filters
from pages.components.table import Column, PageRequest, Row, Table
from pages.desk import guard, show
from pages.desk.desk_page import Visit, desk_page, frame
from pages.frame import page_head
from services import audit
from services.audit import AuditFilter

PATH, CSV_PATH = "/desk/audit", "/desk/audit/csv"
NOBODY = {audit.BUYER: N_("Buyer"), audit.SYSTEM: N_("Pedido itself"), audit.STRANGER: N_("Somebody unknown")}


def register() -> None:
    """Declare the page."""
    desk_page(PATH, audit_log)


async def audit_log(visit: Visit, request: Request) -> None:
    """Build the log as its address says."""
    shown = AuditLog(visit.shop, AuditFilter.parse(request.query_params), await audit.actors())
    with frame(visit, _("Audit log"), "/desk/parameters"):
        await shown.build()


class AuditLog:
    """An open page of the log: what it filters, and the elements that show it."""

    def __init__(self, shop: Shop, audit_filter: AuditFilter, actors: list[str]) -> None:
        self.shop, self.filter, self.actors = shop, audit_filter, actors

    async def build(self) -> None:
        """Make the elements and fill them."""
        link(_("‹ Parameters"), "/desk/parameters", "crumb")
        with page_head(_("Audit log"), _("Kept for {n} days.").format(n=audit.KEPT.days)):
            FilterButton()
            self.download = link_button(_("Download CSV"), CSV_PATH, download=True)
        with box("cols"):
            self.table = Table(_columns(), label=_("Audit log"), on_page=guard.signed_in(self._page_asked))
            Filters(
                _filters(self.actors),
                on_change=guard.signed_in(self._filter_changed),
                values={name: value for name, value in self.filter.query().items() if name not in {"page", "at"}},
            )
        await self.refresh()

    async def refresh(self) -> None:
        """Show what the filter finds now, unless another filter has been set meanwhile."""
        asked = self.filter
        page = await audit.page(asked)
        if asked != self.filter:
            return
        self.page = page
        self.download.props["href"] = _address(CSV_PATH, replace(asked, page=1, at=""))
        self.table.set_empty(_("No entry matches") if asked.query() else _("Nothing has been noted yet"))
        rows = [_row(entry, self.shop) for entry in page.rows]
        self.table.show(
            rows, total=page.total, page=page.page, page_size=audit.PAGE_SIZE, ends=page.ends, is_more=page.is_more
        )

    async def _set(self, audit_filter: AuditFilter) -> None:
        self.filter = audit_filter
        ui.navigate.history.replace(_address(PATH, audit_filter))
        await self.refresh()

    async def _page_asked(self, asked: PageRequest) -> None:
        await self._set(replace(self.filter, page=asked.page, at=self.page.place_of(asked.page)))

    async def _filter_changed(self, values: Mapping[str, str]) -> None:
        await self._set(AuditFilter.parse(values))


def _address(path: str, audit_filter: AuditFilter) -> str:
    query = urlencode(audit_filter.query())
    return f"{path}?{query}" if query else path


def _columns() -> list[Column]:
    return [
        Column("when", _("When"), phone="right"),
        Column("what", _("What"), phone="title"),
        Column("who", _("Who"), phone="subtitle", width="32ch"),
        Column("about", _("About"), width="60ch"),
    ]


def _row(entry: AuditEntry, shop: Shop) -> Row:
    return {
        "id": entry.id,
        "when": show.full_time(entry.at, shop),
        "what": _(entry.kind.label),
        "who": _who(entry.actor),
        "about": {"text": entry.about, "title": entry.about},
    }


def _filters(actors: list[str]) -> list[Filter]:
    return [
        Filter("kind", _("What"), "chips", tuple((kind.value, _(kind.label)) for kind in AuditKind)),
        Filter("seller", _("Who"), "chips", tuple((actor, _who(actor)) for actor in actors)),
    ]


def _who(actor: str) -> str:
    return _(NOBODY[actor]) if actor in NOBODY else actor
