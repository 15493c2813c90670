"""The lists of a buyer: kept under a name, changed, and shown as what they would bring into the cart today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from tortoise.functions import Count

from models import OrderList, OrderListLine, Product
from models.cart import MAX_CART_LINES
from models.errors import FieldErrors, NotFoundError, ShopError
from models.order_list import MAX_LIST_NAME
from models.pricing import PriceList
from models.text import _, fold, is_clean
from services import quick_order
from services.database import shielded, unit_of_work
from services.product_texts import said, said_options
from services.product_view import full_name
from services.quick_order import Preview

MAX_LISTS = 100


@dataclass(frozen=True)
class ListedList:
    """A list among the others, with how many products are on it."""

    id: int
    name: str
    products: int
    changed_at: datetime


@dataclass(frozen=True)
class OpenedList:
    """A list, with what it would bring into the cart today."""

    id: int
    name: str
    preview: Preview


async def all_of_buyer(buyer_id: int) -> list[ListedList]:
    """A buyer's lists by name."""
    found = OrderList.filter(buyer_id=buyer_id).annotate(products=Count("lines"))
    rows = await found.values("id", "name", "changed_at", "products")
    lists = [ListedList(row["id"], row["name"], row["products"], row["changed_at"]) for row in rows]
    return sorted(lists, key=lambda one: fold(one.name))


@shielded
async def load(buyer_id: int, list_id: int, prices: PriceList) -> OpenedList:
    """One list of a buyer. Raises NotFoundError, also if it is another buyer's."""
    found = await _of_buyer(buyer_id, list_id)
    columns = ("product_id", "quantity", "product__name", "product__texts", "product__options")
    rows = await OrderListLine.filter(list_id=found.id).order_by("id").values(*columns)
    names = {
        row["product_id"]: full_name(
            said(row, "name", "product__"), said_options(row["product__options"], row["product__texts"])
        )
        for row in rows
    }
    quantities = {row["product_id"]: row["quantity"] for row in rows}
    return OpenedList(found.id, found.name, await quick_order.of_quantities(quantities, names, prices))


@unit_of_work
async def save(buyer_id: int, name: str, quantities: Mapping[int, int]) -> int:
    """Keep products under a new name; returns the list's id. Raises FieldErrors or ShopError."""
    if not quantities:
        raise ShopError(_("There is nothing here to keep in a list."))
    if await OrderList.filter(buyer_id=buyer_id).count() >= MAX_LISTS:
        raise ShopError(_("You have {n} lists already. Please delete one first.").format(n=MAX_LISTS))
    called = await _free_name(buyer_id, name)
    made = await OrderList.create(buyer_id=buyer_id, name=called, changed_at=datetime.now(UTC))
    await _write(made.id, quantities)
    return made.id


@unit_of_work
async def rename(buyer_id: int, list_id: int, name: str) -> None:
    """Give a list another name. Raises FieldErrors or NotFoundError."""
    found = await _of_buyer(buyer_id, list_id)
    called = await _free_name(buyer_id, name, but=found.id)
    await OrderList.filter(id=found.id).update(name=called, changed_at=datetime.now(UTC))


@unit_of_work
async def change(buyer_id: int, list_id: int, quantities: Mapping[int, int]) -> None:
    """Have so many of these products on a list, 0 for none; what else is on it stays. Raises NotFoundError."""
    found = await _of_buyer(buyer_id, list_id)
    lines = OrderListLine.filter(list_id=found.id)
    there = {row["product_id"] for row in await lines.filter(product_id__in=list(quantities)).values("product_id")}
    for id_ in there:
        line = lines.filter(product_id=id_)
        await (line.update(quantity=quantities[id_]) if quantities[id_] else line.delete())
    await _write(found.id, {id_: n for id_, n in quantities.items() if n and id_ not in there})
    await OrderList.filter(id=found.id).update(changed_at=datetime.now(UTC))


@unit_of_work
async def delete(buyer_id: int, list_id: int) -> None:
    """Delete a list. Raises NotFoundError."""
    await OrderList.filter(id=(await _of_buyer(buyer_id, list_id)).id).delete()


async def _of_buyer(buyer_id: int, list_id: int) -> OrderList:
    found = await OrderList.get_or_none(id=list_id, buyer_id=buyer_id)
    if found is None:
        raise NotFoundError(_("This list is not here any more."))
    return found


async def _free_name(buyer_id: int, name: str, *, but: int = 0) -> str:
    called = " ".join(name.split())
    if not called or len(called) > MAX_LIST_NAME or not is_clean(called):
        raise FieldErrors({"name": _("Please give the list a name of {n} letters at most.").format(n=MAX_LIST_NAME)})
    others = await OrderList.filter(buyer_id=buyer_id).exclude(id=but).values("name")
    if fold(called) in {fold(other["name"]) for other in others}:
        raise FieldErrors({"name": _("You have a list of this name already.")})
    return called


async def _write(list_id: int, quantities: Mapping[int, int]) -> None:
    there = {row["id"] for row in await Product.filter(id__in=list(quantities)).values("id")}
    lines = [
        OrderListLine(list_id=list_id, product_id=id_, quantity=n) for id_, n in quantities.items() if id_ in there
    ]
    await OrderListLine.bulk_create(lines[:MAX_CART_LINES])
