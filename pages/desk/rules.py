"""The versions of the rules that orders were priced by: the list of them, and what one says."""

from collections.abc import Iterable

from fastapi import Request

from models import query_values
from models.errors import NotFoundError
from models.pricing import Terms
from models.text import _
from pages.components.elements import box, h2, link, paragraph
from pages.components.simple_table import Align, Cell, SimpleTable
from pages.desk import guard, rule_words, show
from pages.desk.desk_page import Visit, desk_page, frame
from pages.frame import page_head
from services import terms_versions

PATH = "/desk/rules"
TERMS_PATH = "/desk/terms-of-sale"


def register() -> None:
    """Declare the pages; staff may read by which rules an order was priced, and change none."""
    desk_page(PATH, every)
    desk_page(f"{PATH}/{{version}}", one)


async def every(visit: Visit, _request: Request) -> None:
    """Build the list."""
    versions = await terms_versions.every()
    with frame(visit, _("Versions of the rules"), TERMS_PATH, width="narrow"):
        if guard.may(visit.seller, TERMS_PATH):
            link(f"‹ {_('Terms of sale')}", TERMS_PATH, "crumb")
        with page_head(_("Versions of the rules"), _("A version begins with the first order that is priced by it.")):
            pass
        with box("panel"):
            columns: list[tuple[str, Align]] = [(_("Version"), "left"), (_("Since"), "left"), (_("Orders"), "right")]
            empty = _("No order has been priced yet.")
            table = SimpleTable(columns, label=_("Versions of the rules"), empty=empty)
            table.show(
                {
                    "id": used.version,
                    "cells": [
                        {"text": show.rules(used.version), "href": f"{PATH}/{used.version}"},
                        show.full_time(used.since, visit.shop),
                        show.number(used.orders, visit.shop) + "+" * used.is_more,
                    ],
                }
                for used in versions
            )


async def one(visit: Visit, request: Request) -> None:
    """Build the page of a version. Raises NotFoundError."""
    number = query_values.number(request.path_params["version"])
    if number is None:
        raise NotFoundError(_("There is no such version of the rules."))
    version = await terms_versions.get(number)
    terms, title = version.terms, show.rules(version.id)
    with frame(visit, title, TERMS_PATH, width="narrow"):
        link(_("‹ Versions of the rules"), PATH, "crumb")
        since = _("since {time}").format(time=show.full_time(version.created_at, visit.shop))
        with page_head(title, since):
            pass
        with box("stack"):
            paragraph(_("By these rules orders were priced. An order keeps what it was charged."), "muted small")
            with box("panel", tag="section"):
                h2(_("Surcharges and zones"))
                _fill([_("Title"), _("Surcharge")], _("Surcharges and zones"), _surcharges(terms))
            with box("panel", tag="section"):
                h2(_("Discount codes"))
                _fill([_("Code"), _("Discount"), _("Valid")], _("Discount codes"), _codes(terms))


def _fill(columns: Iterable[str], label: str, rows: Iterable[list[Cell]]) -> None:
    table = SimpleTable([(words, "left") for words in columns], label=label, empty=_("None."))
    table.show({"id": number, "cells": cells} for number, cells in enumerate(rows))


def _surcharges(terms: Terms) -> Iterable[list[Cell]]:
    for rule in terms.surcharges:
        steps = [(step.start, step.end, step.amount) for step in rule.tranches]
        words = rule_words.surcharge(rule.kind, rule.amount, steps, terms.currency)
        named = {"text": rule.zone or rule.title, "sub": rule.title if rule.zone else rule.code, "strong": True}
        yield [named, {"text": words, "sub": _(rule.kind.label)}]


def _codes(terms: Terms) -> Iterable[list[Cell]]:
    for rule in terms.codes:
        off = rule_words.discount(rule.kind, rule.amount, terms.currency)
        code = {"text": rule.code, "mono": True, "strong": True, "sub": rule.title}
        yield [code, off, rule_words.valid(rule.valid_from, rule.valid_to)]
