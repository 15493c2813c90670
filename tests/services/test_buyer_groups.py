"""Groups and their price lists: edited by hand, brought by a file, and only what can be meant."""

from decimal import Decimal
from typing import Any

import pytest

from models import AuditEntry, AuditKind, Buyer, BuyerGroup, GroupPrice, Product, Shop
from models.errors import FieldErrors, NotFoundError, ShopError
from services import buyer_groups, buyer_list, price_lists, prices
from services.buyer_list import BuyerFilter

BY = "nuria@norte.example"


async def product(sku: str, price: str | None = "10", **values: Any) -> Product:
    return await Product.create(sku=sku, name=f"Product {sku}", price=price and Decimal(price), **values)


async def group(name: str = "Resellers", percent: str = "0") -> BuyerGroup:
    return await buyer_groups.save(None, {"name": name, "percent": percent}, by=BY)


async def own(made: BuyerGroup) -> dict[str, Decimal]:
    return {row.sku: row.price for row in (await buyer_groups.prices(made.id)).rows}


async def test_a_group_has_a_name_of_its_own_and_a_percentage(shop: Shop) -> None:
    made = await group(" Re  sellers ", "12,5")
    assert (made.name, made.off) == ("Re sellers", Decimal("12.5"))
    for values, wrong in (
        ({"name": "re SELLERS"}, {"name"}),
        ({"name": "", "percent": "101"}, {"name", "percent"}),
        ({"name": "Other", "percent": "-1"}, {"percent"}),
        ({"name": "Other", "percent": "much"}, {"percent"}),
    ):
        with pytest.raises(FieldErrors) as refused:
            await buyer_groups.save(None, values, by=BY)
        assert refused.value.fields.keys() == wrong
    await buyer_groups.save(made.id, {"name": "Re Sellers", "percent": ""}, by=BY)
    assert not (await buyer_groups.get(made.id)).off


async def test_a_price_is_given_to_a_sku_changed_and_taken_out(shop: Shop) -> None:
    made = await group()
    await product("SAW")
    parent = await product("TS", None, is_parent=True)
    await product("TS-S", None, parent=parent)
    assert await buyer_groups.set_price(made.id, {"sku": "saw", "price": "7,5"}, by=BY) == "SAW"
    await buyer_groups.set_price(made.id, {"sku": "SAW", "price": "7.25"}, by=BY)
    assert await own(made) == {"SAW": Decimal("7.25")}
    for sku, price, wrong in (
        ("TS", "1", {"sku"}),
        ("NO", "x", {"sku", "price"}),
        ("SAW", "-1", {"price"}),
        ("SAW", "1e20", {"price"}),
        ("SAW", "0.00001", {"price"}),
        ("S\0", "1", {"sku"}),
    ):
        with pytest.raises(FieldErrors) as refused:
            await buyer_groups.set_price(made.id, {"sku": sku, "price": price}, by=BY)
        assert refused.value.fields.keys() == wrong
    other = await group("Others")
    await buyer_groups.set_price(other.id, {"sku": "SAW", "price": "1"}, by=BY)
    (row,) = (await buyer_groups.prices(made.id)).rows
    assert await buyer_groups.take_out(other.id, [row.id], by=BY) == 0
    assert await buyer_groups.take_out(made.id, [row.id], by=BY) == 1
    assert (await own(made), await own(other)) == ({}, {"SAW": Decimal(1)})


async def test_buyers_are_put_into_a_group_counted_found_and_left_without_it(shop: Shop) -> None:
    made = await group(percent="10")
    marta, jonas = await Buyer.create(email="marta@sol.example"), await Buyer.create(email="jonas@lang.example")
    await buyer_groups.put_in(marta.id, made.id, by=BY)
    (listed,) = await buyer_groups.every()
    assert (listed.name, listed.buyers, listed.prices) == ("Resellers", 1, 0)
    found = await buyer_list.page(BuyerFilter.parse({"group": str(made.id)}))
    assert [row.email for row in found.rows] == ["marta@sol.example"]
    told = await prices.of_buyer(shop, await Buyer.get(id=marta.id))
    assert told.of(1, Decimal(10))[0] == Decimal(9)
    with pytest.raises(NotFoundError):
        await buyer_groups.put_in(jonas.id, 99, by=BY)
    await buyer_groups.delete(made.id, by=BY)
    assert (await Buyer.get(id=marta.id)).group_id is None
    assert await AuditEntry.filter(kind=AuditKind.BUYERS, actor=BY).count() == 3


async def test_a_change_of_a_group_is_a_change_of_its_buyers_prices_at_once(shop: Shop) -> None:
    made, saw = await group(percent="10"), await product("SAW")
    marta = await Buyer.create(email="marta@sol.example", group=made)

    async def price() -> Decimal | None:
        return (await prices.of_buyer(shop, marta)).of(saw.id, saw.price)[0]

    seen = [await price()]
    await buyer_groups.save(made.id, {"name": "Resellers", "percent": "20"}, by=BY)
    seen.append(await price())
    await buyer_groups.set_price(made.id, {"sku": "SAW", "price": "5"}, by=BY)
    seen.append(await price())
    await buyer_groups.take_out(made.id, None, by=BY)
    assert [*seen, await price()] == [Decimal(9), Decimal(8), Decimal(5), Decimal(8)]


@pytest.mark.parametrize(
    "content",
    [
        "SKU;Price\nSAW;7,50\nnail;0,0125\n",
        "Artikelnummer\tBezeichnung\tPreis\nSAW\tSaw\t7,50 €\nnail\tNail\t0,0125 €\n",
        "SAW,7.50\nnail,0.0125\n",
    ],
)
async def test_a_file_becomes_prices_however_it_is_written(shop: Shop, content: str) -> None:
    made = await group()
    await product("SAW")
    await product("NAIL", "0.02")
    plan = await price_lists.plan(made.id, "list.csv", content.encode())
    assert (len(plan.new), len(plan.refused)) == (2, 0)
    assert await own(made) == {}
    assert await price_lists.apply(plan, with_odd=False, by=BY) == 2
    assert await own(made) == {"NAIL": Decimal("0.0125"), "SAW": Decimal("7.5")}


async def test_a_plan_says_what_is_new_changed_odd_and_refused(shop: Shop) -> None:
    made = await group()
    for sku in ("SAME", "OTHER", "NEW", "ODD"):
        await product(sku)
    await product("GONE", active=False)
    for sku in ("SAME", "OTHER"):
        await buyer_groups.set_price(made.id, {"sku": sku, "price": "8"}, by=BY)
    lines = "SKU;Price\nSAME;8\nOTHER;7\nNEW;9\nODD;100\nNOPE;1\nGONE;1\nNEW;4\nOTHER2;x\nNOTHING;\n"
    plan = await price_lists.plan(made.id, "list.csv", lines.encode())
    assert [row.sku for row in plan.new] == ["NEW"]
    assert [(row.sku, row.before, row.price) for row in plan.changed] == [("OTHER", Decimal(8), Decimal(7))]
    assert (plan.unchanged, [row.sku for row in plan.odd]) == (1, ["ODD"])
    assert [(row.number, row.text) for row in plan.refused] == [(6, "NOPE"), (7, "GONE"), (8, "NEW"), (9, "OTHER2")]
    assert "no longer sold" in plan.refused[1].reason and "row 4" in plan.refused[2].reason
    await price_lists.apply(plan, with_odd=False, by=BY)
    assert await own(made) == {"NEW": Decimal(9), "OTHER": Decimal(7), "SAME": Decimal(8)}
    await price_lists.apply(plan, with_odd=True, by=BY)
    assert (await own(made))["ODD"] == Decimal(100)


async def test_a_file_without_prices_is_refused_in_words(shop: Shop) -> None:
    made = await group()
    with pytest.raises(ShopError, match="SKU and price"):
        await price_lists.plan(made.id, "list.csv", b"SAW\nNAIL\n")


async def test_prices_go_with_their_product_and_their_group(shop: Shop) -> None:
    made, saw = await group(), await product("SAW")
    await product("NAIL")
    for sku in ("SAW", "NAIL"):
        await buyer_groups.set_price(made.id, {"sku": sku, "price": "8"}, by=BY)
    await saw.delete()
    assert list(await own(made)) == ["NAIL"]
    await buyer_groups.delete(made.id, by=BY)
    assert await GroupPrice.all().count() == 0
