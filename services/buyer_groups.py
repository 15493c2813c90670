"""Groups of buyers and their price lists: listing, checking, saving, deleting."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tortoise.functions import Count

from models import AuditKind, Buyer, BuyerGroup, GroupPrice, Product
from models.buyer_group import MAX_GROUP_NAME
from models.errors import FieldErrors, NotFoundError
from models.money import MAX_UNIT_PRICE, parse_decimal, round_unit_price
from models.product import MAX_SKU_LENGTH
from models.text import _, fold, is_clean, ngettext
from services import amounts, audit, live, standings
from services.database import shielded, unit_of_work

PAGE_SIZE = 50
MAX_GROUPS = 200
ROWS_AT_ONCE = 500  # in one statement

Values = Mapping[str, object]


@dataclass(frozen=True)
class ListedGroup:
    """A group among the others: how many buyers are in it, and how many prices of its own it has."""

    id: int
    name: str
    percent: Decimal
    buyers: int
    prices: int


@dataclass(frozen=True)
class PriceRow:
    """A price of a group beside the product's list price; `id` is the price's own."""

    id: int
    product_id: int
    sku: str
    name: str
    list_price: Decimal | None
    price: Decimal


@dataclass(frozen=True)
class PricePage:
    """One page of a group's prices, counted from 1."""

    rows: tuple[PriceRow, ...]
    total: int
    page: int


@shielded
async def every() -> list[ListedGroup]:
    """All groups by name."""
    of_buyers = Buyer.filter(group_id__isnull=False).annotate(n=Count("id")).group_by("group_id")
    of_prices = GroupPrice.annotate(n=Count("id")).group_by("group_id")
    buyers = {row["group_id"]: row["n"] for row in await of_buyers.values("group_id", "n")}
    prices = {row["group_id"]: row["n"] for row in await of_prices.values("group_id", "n")}
    return [
        ListedGroup(group.id, group.name, group.off, buyers.get(group.id, 0), prices.get(group.id, 0))
        for group in await BuyerGroup.all()
    ]


async def names() -> dict[int, str]:
    """What each group is called, by id, in the order of their names."""
    return {group.id: group.name for group in await BuyerGroup.all()}


async def get(group_id: int) -> BuyerGroup:
    """One group. Raises NotFoundError."""
    found = await BuyerGroup.get_or_none(id=group_id)
    if found is None:
        raise NotFoundError(_("This group is no longer there."))
    return found


async def save(group_id: int | None, values: Values, *, by: str) -> BuyerGroup:
    """Check and store a group's `name` and `percent`, a new group for None. Raises FieldErrors."""
    saved = await _save(group_id, _checked(values), by)
    live.offer_changed()
    return saved


@unit_of_work
async def _save(group_id: int | None, columns: dict[str, str], by: str) -> BuyerGroup:
    others = [other for other in await BuyerGroup.all() if other.id != group_id]
    if fold(columns["name"]) in {fold(other.name) for other in others}:
        raise FieldErrors({"name": _("Another group has this name.")})
    await audit.record(AuditKind.BUYERS, by, _("group {name}").format(name=columns["name"]))
    if group_id is not None:
        await BuyerGroup.filter(id=group_id).update(**columns)
        return await get(group_id)
    if len(others) >= MAX_GROUPS:
        raise FieldErrors({"name": _("There are too many groups already.")})
    return await BuyerGroup.create(name=columns["name"], percent=columns["percent"])


async def delete(group_id: int, *, by: str) -> None:
    """Delete a group with its prices; its buyers pay the list prices from then on."""
    members = [row["id"] for row in await Buyer.filter(group_id=group_id).values("id")]
    await _delete(group_id, by)
    live.offer_changed()
    for buyer_id in members:
        await standings.tell_pages(buyer_id)


@unit_of_work
async def _delete(group_id: int, by: str) -> None:
    group = await get(group_id)
    await Buyer.filter(group_id=group.id).update(group_id=None)
    await BuyerGroup.filter(id=group.id).delete()
    await audit.record(AuditKind.BUYERS, by, _("group {name}: deleted").format(name=group.name))


async def put_in(buyer_id: int, group_id: int | None, *, by: str) -> None:
    """Put a buyer into a group, or into none. Raises NotFoundError or ShopError."""
    await _put_in(buyer_id, group_id, by)
    await standings.tell_pages(buyer_id)


@unit_of_work
async def _put_in(buyer_id: int, group_id: int | None, by: str) -> None:
    buyer = await standings.get(buyer_id)
    name = (await get(group_id)).name if group_id is not None else _("no group")
    await Buyer.filter(id=buyer.id).update(group_id=group_id)
    await audit.record(AuditKind.BUYERS, by, _("buyer {id}: {group}").format(id=buyer.id, group=name))


@shielded
async def prices(group_id: int, page: int = 1) -> PricePage:
    """A page of a group's prices by SKU, or the last one there is."""
    found = GroupPrice.filter(group_id=group_id)
    total = await found.count()
    number = min(max(page, 1), max(1, -(-total // PAGE_SIZE)))
    columns = (
        "id", "product_id", "price", "product__sku", "product__name", "product__price", "product__parent__price",
    )  # fmt: skip
    rows = found.order_by("product__sku").offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE).values(*columns)
    shown = [
        PriceRow(
            id=row["id"],
            product_id=row["product_id"],
            sku=row["product__sku"],
            name=row["product__name"],
            list_price=row["product__parent__price"] if row["product__price"] is None else row["product__price"],
            price=row["price"],
        )
        for row in await rows
    ]
    return PricePage(tuple(shown), total, number)


async def set_price(group_id: int, values: Values, *, by: str) -> str:
    """Give a product, found by its `sku`, a `price` in this group; return its SKU.

    Raises FieldErrors or NotFoundError.
    """
    sku = await _set_price(group_id, str(values.get("sku", "")).strip(), values.get("price", ""), by)
    live.offer_changed()
    return sku


@unit_of_work
async def _set_price(group_id: int, sku: str, price: object, by: str) -> str:
    group = await get(group_id)
    errors: dict[str, str] = {}
    product = await _sold_as(sku)
    if product is None:
        errors["sku"] = _("No product has this SKU.")
    elif product.is_parent:
        errors["sku"] = _("This product has variants: give each of them its price.")
    try:
        wanted = _price(price)
    except ValueError as error:
        errors["price"] = str(error)
    if errors or product is None:
        raise FieldErrors(errors)
    await write(group.id, {product.id: wanted})
    await audit.record(AuditKind.BUYERS, by, _("group {name}: price of {sku}").format(name=group.name, sku=product.sku))
    return product.sku


async def _sold_as(sku: str) -> Product | None:
    """The product with this SKU, else the one whose SKU differs in capitals alone."""
    if not sku or len(sku) > MAX_SKU_LENGTH or not is_clean(sku):
        return None
    return await Product.get_or_none(sku=sku) or await Product.filter(sku__iexact=sku).first()


async def write(group_id: int, new: Mapping[int, Decimal]) -> None:
    """Store prices by product id, in place of those the group has of these products. Call it in a unit of work."""
    ids = sorted(new)
    for start in range(0, len(ids), ROWS_AT_ONCE):
        some = ids[start : start + ROWS_AT_ONCE]
        await GroupPrice.filter(group_id=group_id, product_id__in=some).delete()
        await GroupPrice.bulk_create([GroupPrice(group_id=group_id, product_id=id_, price=new[id_]) for id_ in some])


async def take_out(group_id: int, price_ids: list[int] | None, *, by: str) -> int:
    """Take prices out of a group's list, all of them for None; return how many. Raises NotFoundError."""
    count = await _take_out(group_id, price_ids, by)
    live.offer_changed()
    return count


@unit_of_work
async def _take_out(group_id: int, price_ids: list[int] | None, by: str) -> int:
    group = await get(group_id)
    found = GroupPrice.filter(group_id=group.id)
    count = await (found if price_ids is None else found.filter(id__in=price_ids)).delete()
    words = ngettext("group {name}: {n} price taken out", "group {name}: {n} prices taken out", count)
    about = words.format(name=group.name, n=count)
    await audit.record(AuditKind.BUYERS, by, about)
    return count


def _checked(values: Values) -> dict[str, str]:
    errors: dict[str, str] = {}
    name = " ".join(str(values.get("name", "")).split())
    if not name or len(name) > MAX_GROUP_NAME or not is_clean(name):
        errors["name"] = _("Write a name of {n} letters at most.").format(n=MAX_GROUP_NAME)
    percent = str(values.get("percent", "")).strip() or "0"
    try:
        share = Decimal(0) if parse_decimal(percent) == 0 else amounts.percent(percent)
    except ValueError:
        errors["percent"] = _("Write a percentage from 0 to 100.")
    if errors:
        raise FieldErrors(errors)
    return {"name": name, "percent": amounts.stored(share)}


def _price(value: object) -> Decimal:
    try:
        price = parse_decimal(str(value))
    except ValueError:
        raise ValueError(_("Write a price, like 12.50.")) from None
    if price < 0 or price > MAX_UNIT_PRICE:
        raise ValueError(_("Write a price that is not negative, and not larger than can be meant."))
    if price != round_unit_price(price):
        raise ValueError(_("A price has four decimals at most."))
    return price
