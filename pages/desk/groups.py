"""The groups of buyers, each with its percentage and its price list; live."""

from fastapi import Request
from nicegui import ui

from models import BuyerGroup, Shop
from models.buyer_group import MAX_GROUP_NAME
from models.text import _, ngettext
from pages.components.elements import Button, box, link, paragraph
from pages.components.form_values import Field, Values
from pages.components.table import Column, PageRequest, Row, Table
from pages.desk import guard, show
from pages.desk.desk_page import Visit, desk_page, frame
from pages.desk.editing import edit
from pages.frame import page_head
from services import buyer_groups, live
from services.buyer_groups import ListedGroup

PATH = "/desk/groups"


def register() -> None:
    """Declare the page."""
    desk_page(PATH, groups)


async def groups(visit: Visit, _request: Request) -> None:
    """Build the list."""
    listed = GroupList(visit.shop)
    with frame(visit, _("Groups and price lists"), "/desk/buyers"):
        await listed.build()
    live.catalog.subscribe(guard.told(listed.refresh))


class GroupList:
    """An open list of the groups."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    async def build(self) -> None:
        """Make the elements and fill them."""
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
            self.table = Table(
                _columns(),
                label=_("Groups"),
                on_page=guard.signed_in(self._page_asked),
                empty=(_("No groups yet"), _("All buyers pay the list prices.")),
            )
        await self.refresh()

    async def refresh(self) -> None:
        """Show the groups as they are now, all on one page."""
        every = await buyer_groups.every()
        rows = [_row(group, self.shop) for group in every]
        self.table.show(rows, total=len(rows), page_size=buyer_groups.MAX_GROUPS)

    async def _page_asked(self, _asked: PageRequest) -> None:
        await self.refresh()


def _columns() -> list[Column]:
    return [
        Column("name", _("Group"), phone="title", width="40ch"),
        Column("percent", _("Off the list prices"), align="right", phone="right"),
        Column("prices", _("Own prices"), align="right"),
        Column("buyers", _("Buyers"), align="right", phone="right_sub"),
    ]


def _row(group: ListedGroup, shop: Shop) -> Row:
    return {
        "id": group.id,
        "href": f"{PATH}/{group.id}",
        "name": {"text": group.name, "strong": True},
        "percent": show.percent(group.percent) if group.percent else show.NOTHING,
        "prices": show.number(group.prices, shop),
        "buyers": ngettext("{n} buyer", "{n} buyers", group.buyers).format(n=show.number(group.buyers, shop)),
    }


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
