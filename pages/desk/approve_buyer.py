"""The questions before a buyer is approved, refused, or put into a group."""

from collections.abc import Awaitable

from models import Standing
from models.errors import ShopError
from models.text import _
from pages.components.dialog import ask
from pages.components.form_values import Field, Values
from pages.components.toasts import toast
from pages.desk import guard
from services import buyer_groups, buyer_list, standings
from services.buyer_list import BuyerRow

NO_GROUP = "0"


async def approve(row: BuyerRow) -> bool:
    """Ask for the buyer's group and whether to tell them, and approve them; return whether that was done."""
    title = _("Approve {name}?").format(name=buyer_list.called(row))
    text = _("They see the prices that are for approved buyers, and those of their group.")
    answer = await _ask(title, text, _("Approve"), [*await _group_fields(row), *_mail_fields(row)])
    return answer is not None and await _tried(_decide(row, Standing.APPROVED, answer), _("The buyer is approved."))


async def refuse(row: BuyerRow) -> bool:
    """Ask whether to tell the buyer, and refuse them; return whether that was done."""
    title = _("Refuse {name}?").format(name=buyer_list.called(row))
    text = _(
        "They see the prices that everybody sees, and none of their group. They can still send requests: you decide "
        "on each of them. You can approve them later."
    )
    answer = await _ask(title, text, _("Refuse"), _mail_fields(row), danger=True)
    return answer is not None and await _tried(_decide(row, Standing.REFUSED, answer), _("The buyer is refused."))


async def choose_group(row: BuyerRow) -> bool:
    """Ask for the buyer's group, and put them into it; return whether that was done."""
    fields = await _group_fields(row)
    if not fields:
        toast(_("There is no group yet. Make one under Buyers, Groups and price lists."))
        return False
    title = _("Group of {name}").format(name=buyer_list.called(row))
    answer = await _ask(title, _("Requests already sent keep their prices."), _("Save"), fields)
    return answer is not None and await _tried(_put_in(row, answer), _("Saved."))


async def _ask(title: str, text: str, confirm: str, fields: list[Field], *, danger: bool = False) -> Values | None:
    return await guard.answered(ask(title, text, confirm=confirm, fields=fields, danger=danger))


async def _group_fields(row: BuyerRow) -> list[Field]:
    names = await buyer_groups.names()
    options = ((NO_GROUP, _("No group: list prices")), *((str(id_), name) for id_, name in names.items()))
    chosen = str(row.group_id or NO_GROUP)
    return [Field("group", _("Group"), "select", chosen, required=True, options=options)] if names else []


def _mail_fields(row: BuyerRow) -> list[Field]:
    """Nobody is mailed whose address is not proven."""
    return [Field("mail_buyer", _("Tell the buyer by mail"), "checkbox", value=True)] if row.verified_at else []


async def _decide(row: BuyerRow, standing: Standing, answer: Values) -> None:
    by = (await guard.seller()).email
    await _put_in(row, answer)  # first, so that the pages of the buyer load again with the prices of their group
    await standings.decide(row.id, standing, by=by, mail_buyer=answer.get("mail_buyer") is True)


async def _put_in(row: BuyerRow, answer: Values) -> None:
    wanted = int(str(answer.get("group", row.group_id or NO_GROUP))) or None
    if wanted != row.group_id:
        await buyer_groups.put_in(row.id, wanted, by=(await guard.seller()).email)


async def _tried(act: Awaitable[None], done: str) -> bool:
    try:
        await act
    except ShopError as error:
        toast(str(error), "bad")
        return False
    toast(done)
    return True
