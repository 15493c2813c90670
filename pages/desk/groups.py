"""The groups of buyers, each with its percentage and its price list."""

from collections.abc import Mapping

from fastapi import Request
from nicegui import ui

from models import BuyerGroup, Shop
from models.buyer_group import MAX_GROUP_NAME
from models.text import _
from pages.components.elements import Button, box, link, paragraph
from pages.components.form_values import Field, Values
from pages.components.simple_table import SimpleTable
from pages.desk import guard, show
from pages.desk.desk_page import Visit, desk_page, frame
from pages.desk.editing import edit
from pages.frame import page_head
from services import buyer_groups
from services.buyer_groups import ListedGroup

PATH = "/desk/groups"


def register() -> None:
    """Declare the page."""
    desk_page(PATH, groups)


async def groups(visit: Visit, _request: Request) -> None:
    """Build the list."""
    with frame(visit, _("Groups and price lists"), "/desk/buyers"):
        link(_("‹ Buyers"), "/desk/buyers", "crumb")
        with page_head(_("Groups and price lists")):
            Button(_("New group"), guard.signed_in(_add), "primary")
        with box("stack"):
            paragraph(
                _(
                    "Buyers of a group pay a percentage less than the list prices, or the prices of the group’s own "
                    "list. A buyer is put into a group on their page."
                ),
                "muted",
            )
            with box("panel"):
                table = SimpleTable(
                    [
                        (_("Group"), "left"),
                        (_("Off the list prices"), "right"),
                        (_("Own prices"), "right"),
                        (_("Buyers"), "right"),
                    ],
                    label=_("Groups"),
                    empty=_("None: all buyers pay the list prices."),
                )
                table.show(_row(group, visit.shop) for group in await buyer_groups.every())


def _row(group: ListedGroup, shop: Shop) -> Mapping[str, object]:
    cells: list[object] = [
        {"text": group.name, "href": f"{PATH}/{group.id}", "strong": True},
        show.percent(group.percent) if group.percent else show.NOTHING,
        show.number(group.prices, shop),
        {"text": show.number(group.buyers, shop), "href": f"/desk/buyers?group={group.id}"},
    ]
    return {"id": group.id, "cells": cells, "act": ""}


async def _add() -> None:
    made: list[BuyerGroup] = []

    async def save(values: Values) -> None:
        made.append(await buyer_groups.save(None, values, by=(await guard.seller()).email))

    if await edit(_("New group"), fields(None), save) and made:
        ui.navigate.to(f"{PATH}/{made[0].id}")


def fields(group: BuyerGroup | None) -> list[Field]:
    """The questions about a group; empty ones for None."""
    return [
        Field("name", _("Name"), value=group.name if group else "", required=True, max_length=MAX_GROUP_NAME),
        Field(
            "percent",
            _("Percent off the list prices"),
            "money",
            group.percent if group else "0",
            hint=_("0 for none. Quantity breaks get it as well; prices of the group’s own list do not."),
            max_length=10,
        ),
    ]
