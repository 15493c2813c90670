"""Quick order: what was pasted, dropped or scanned is found, doubted or unknown, and nothing is written before."""

import time
from decimal import Decimal
from typing import Any

import pytest
from tortoise import Tortoise

from models import CartLine, Order, OrderLine, Product, Shop
from models.cart import MAX_CART_LINES, MAX_QUANTITY
from models.errors import NotFoundError, ShopError
from models.pricing import PriceList
from models.text import fold, speaking
from services import carts, quick_order, tokens
from services.quick_order import Kind, Row, pasted
from services.quick_order.finding import differ_in_one
from tests import order_rows

LISTED = PriceList("EUR")  # the catalogue's own prices

TOKEN = tokens.new()
ODD = "“{}” is not a whole number: please say how many."
KNOWN = {fold(code) for code in ("FR-200", "SAW-240", "WS-440", "GL-M", "4006381333931", "AB 12", "10")}


async def make(sku: str, price: str | None = "1", **values: Any) -> Product:
    name = values.pop("name", f"Product {sku}")
    decimal = None if price is None else Decimal(price)
    return await Product.create(sku=sku, name=name, price=decimal, sort_name=fold(name), **values)


async def rows_of(text: str) -> list[Row]:
    return list((await quick_order.preview(text, LISTED)).rows)


def told(text: str) -> list[tuple[str, int | None]]:
    """What the lines of a text ask for, were these codes in the catalogue."""
    cut = pasted.cut(text)
    known = KNOWN & {fold(name) for name in cut.names()}
    return [(wish.code, wish.quantity) for wish in pasted.wishes(cut, known).wishes]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("FR-200;10\nSAW-240;2\nNOPE;3", [("FR-200", 10), ("SAW-240", 2), ("NOPE", 3)]),
        ("FR-200\t10\r\nSAW-240\t2\r\n", [("FR-200", 10), ("SAW-240", 2)]),
        ("SKU,Qty\nFR-200,10\nWS-440,", [("FR-200", 10)]),
        ("12;FR-200\n3;SAW-240", [("FR-200", 12), ("SAW-240", 3)]),
        ("FR-200|Rule|1,000\nSAW-240|Saw|2.000", [("FR-200", 1000), ("SAW-240", 2000)]),
        ("Art.-Nr.\tName\tMenge\tPreis\nFR-200\tMeterstab\t12\t6,40\nSAW-240\tSäge\t0\t24,80", [("FR-200", 12)]),
        ('"FR-200";"3 pcs"\n"SAW-240";"2.5"', [("FR-200", 3), ("SAW-240", None)]),
        ("FR-200\nSAW-240\n4006381333931", [("FR-200", None), ("SAW-240", None), ("4006381333931", None)]),
        ("10 x FR-200\nSAW-240 x5\n5*GL-M\nWS-440: 7", [("FR-200", 10), ("SAW-240", 5), ("GL-M", 5), ("WS-440", 7)]),
        ("Hello,\nplease send 3 pcs WS-440 and 2 GL-M.\nThank you\nMarta", [("WS-440", 3), ("GL-M", 2)]),
        ("FR-200;10\nSAW-240     2\n5 x 4006381333931", [("FR-200", 10), ("SAW-240", 2), ("4006381333931", 5)]),
        ("GL-M|3\nFR-200\t2\nNOPE-1;4\nAB 12;5", [("GL-M", 3), ("FR-200", 2), ("NOPE-1", 4), ("AB 12", 5)]),
        ("GL-M x 2\nFR-200;0\n0 x SAW-240", [("GL-M", 2)]),
        ("FR-200 Folding rule 2 m 12", [("FR-200", 12)]),
        ("AB 12 5", [("AB 12", 5)]),
        ("10 10", [("10", 10)]),
        ("FR-200\n fr-200 3", [("FR-200", 4)]),
        ("5 folding rules", [("folding rules", 5)]),
        ("FR-200;-5", [("FR-200", None)]),
        ("FR-200;2\nSAW-240 5\nGL-M;1", [("FR-200", 2), ("SAW-240", 5), ("GL-M", 1)]),
        ("FR-200;2\nOrder 4711\nGL-M;1", [("FR-200", 2), ("GL-M", 1)]),
        ("AB 12,5\nFR-200,3", [("AB 12", 5), ("FR-200", 3)]),
        ("1. FR-200\n2. SAW-240\n3) 5 x GL-M", [("FR-200", None), ("SAW-240", None), ("GL-M", 5)]),
    ],
)
def test_lists_tables_and_mails_are_read(text: str, asked: list[tuple[str, int | None]]) -> None:
    assert told(text) == asked


def test_lines_that_order_nothing_are_counted() -> None:
    cut = pasted.cut("SKU;Qty\nFR-200;\nSAW-240;0\nWS-440;5")
    assert pasted.wishes(cut, KNOWN).left_out == 2


@pytest.mark.parametrize(
    "text",
    [
        "x" * (pasted.MAX_TEXT + 1),
        "a\n" * (pasted.MAX_LINES + 1),
        "FR\x00200",
        "\n".join(" ".join(f"{line:x}-{n:x}" for n in range(15)) for line in range(1500)),
    ],
)
def test_what_cannot_be_a_list_is_refused_in_words(text: str) -> None:
    with pytest.raises(ShopError, match="paste it in parts"):
        pasted.cut(text).names()


def test_one_mistake_is_one_sign_put_in_left_out_mistaken_or_swapped() -> None:
    assert all(differ_in_one("fr200", other) for other in ("fr20", "fr2000", "fr201", "rf200", "xfr200"))
    assert not any(differ_in_one("fr200", other) for other in ("fr200", "fr11", "gr201", "rf2000"))


async def test_rows_are_found_by_sku_and_ean_with_price_and_whole_packs(shop: Shop) -> None:
    await make("FR-200", "6.40", ean="4006381333931", breaks=[[10, "5.90"]])
    await make("WS-440", "0.0125", pack_size=500)
    first, second = await rows_of("fr-200 10\nWS-440 7")
    assert first.line
    assert second.line
    assert (first.line.wanted.quantity, first.line.unit_price, first.remarks) == (10, Decimal("5.90"), ())
    assert second.line.wanted.quantity == 500
    assert "7 became 500" in second.remarks[0]
    (scanned,) = await rows_of("4006381333931")
    assert scanned.line
    assert scanned.line.wanted.sku == "FR-200"
    assert await CartLine.all().count() == 0


async def test_a_code_written_otherwise_is_the_same_and_one_mistake_is_a_guess(shop: Shop) -> None:
    await make("FR-200", name="Folding rule")
    same, near, words, unknown = await rows_of("fr200;1\nFR-201;2\nfolding rule;3\nZZZ-9;4")
    assert same.kind is Kind.FOUND
    assert (near.kind, [line.wanted.sku for line in near.choices]) == (Kind.UNKNOWN, ["FR-200"])
    assert [line.wanted.sku for line in words.choices] == ["FR-200"]
    assert (unknown.kind, unknown.choices) == (Kind.UNKNOWN, ())
    chosen = near.chosen(near.choices[0].wanted.product_id)
    assert chosen.line
    assert (chosen.kind, chosen.line.wanted.quantity) == (Kind.FOUND, 2)
    with pytest.raises(ShopError):
        near.chosen(999)


async def test_what_may_be_several_products_is_to_be_chosen(shop: Shop) -> None:
    parent = await make("GL", None, is_parent=True)
    for size in "ML":
        await make(f"GL-{size}", "9.50", parent=parent, options={"Size": size})
    await make("A", ean="4006381333931")
    await make("B", ean="4006381333931")
    by_parent, by_ean = await rows_of("GL;2\n4006381333931;1")
    assert (by_parent.kind, [line.wanted.sku for line in by_parent.choices]) == (Kind.AMBIGUOUS, ["GL-M", "GL-L"])
    assert (by_ean.kind, [line.wanted.sku for line in by_ean.choices]) == (Kind.AMBIGUOUS, ["A", "B"])


async def test_what_is_no_longer_sold_is_said_to_be_so(shop: Shop) -> None:
    await make("OFF", active=False)
    await make("Q", is_parent=True, active=False)
    await make("V", parent=await Product.get(sku="Q"))
    for row in await rows_of("OFF;1\nV;1"):
        assert (row.kind, row.choices) == (Kind.UNKNOWN, ())
        assert "no longer sold" in row.remarks[0]


async def test_the_same_product_by_sku_and_by_ean_is_one_row(shop: Shop) -> None:
    await make("FR-200", ean="4006381333931")
    (row,) = await rows_of("FR-200;2\n4006381333931;3")
    assert row.line
    assert row.line.wanted.quantity == 5
    assert "Lines 1, 2" in row.remarks[0]


async def test_a_quantity_that_is_none_is_said_and_the_row_waits_to_be_taken(shop: Shop) -> None:
    await make("FR-200")
    await make("SAW")
    first, second = await rows_of("SKU;Qty\nFR-200;many\nSAW;2,00")
    assert (first.kind, first.line, first.remarks) == (Kind.AMBIGUOUS, None, (ODD.format("many"),))
    assert second.line
    assert second.line.wanted.quantity == 2
    chosen = first.chosen(first.choices[0].wanted.product_id)
    assert chosen.line
    assert (chosen.line.wanted.quantity, chosen.remarks) == (1, first.remarks)


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("FR-200;2,5", "2,5"),
        ("FR-200;-3", "-3"),
        ("SKU;Qty\nFR-200;0.5\nSAW;2", "0.5"),
        ("FR-200;Folding rule;2,5;6,40\nSAW;Saw;2;24,80", "2,5"),
        ("FR-200;Folding rule;-3\nSAW;Saw;2", "-3"),
        ("FR-200 2,5", "2,5"),
        ("2,5 x FR-200", "2,5"),
        ("-3 x FR-200", "-3"),
        ("FR-200;2\nFR-200;2,5", "2,5"),
        ("SAW;2\nFR-200 2.5\nSAW;2", "2.5"),
    ],
)
async def test_a_quantity_that_is_not_whole_is_said_and_not_guessed(shop: Shop, text: str, odd: str) -> None:
    await make("FR-200")
    await make("SAW")
    row = next(row for row in await rows_of(text) if "FR-200" in row.text)
    assert (row.kind, row.line, row.remarks) == (Kind.AMBIGUOUS, None, (ODD.format(odd),))


async def test_a_quantity_that_is_not_whole_is_said_of_a_code_nobody_knows(shop: Shop) -> None:
    (row,) = await rows_of("NOPE-1 2,5")
    assert (row.kind, row.remarks) == (Kind.UNKNOWN, (ODD.format("2,5"),))


async def test_more_than_a_request_takes_is_said_and_not_asked_for(shop: Shop) -> None:
    nails = await make("NAILS", pack_size=300)
    for text in ("NAILS;2000000", f"NAILS;{'9' * 40}", "NAILS;600000\nNAILS;600000"):
        (row,) = await rows_of(text)
        assert row.line
        assert (row.line.wanted.quantity, "is the most" in row.remarks[-1]) == (MAX_QUANTITY // 300 * 300, True)
    await carts.add(TOKEN, nails.id, 600_000)
    (sentence,) = await carts.add_many(TOKEN, {nails.id: 600_000})
    assert "is the most" in sentence


async def test_everything_comes_into_the_cart_at_once_beside_what_is_there(shop: Shop) -> None:
    saw, screw, gone = await make("SAW"), await make("WS", pack_size=500), await make("OFF", active=False)
    await carts.add(TOKEN, saw.id, 1)
    sentences = await carts.add_many(TOKEN, {saw.id: 2, screw.id: 7, gone.id: 1, 999: 1})
    view = await carts.load(TOKEN)
    assert {line.quoted.wanted.sku: line.quoted.wanted.quantity for line in view.lines} == {"SAW": 3, "WS": 500}
    assert ["7 became 500" in sentences[0], "no longer available" in sentences[1]] == [True, True]
    with pytest.raises(NotFoundError):
        await carts.add_many(TOKEN, {gone.id: 1})
    with pytest.raises(ShopError, match="at most"):
        await carts.add_many(TOKEN, dict.fromkeys(range(1, MAX_CART_LINES + 2), 1))


async def test_five_hundred_rows_take_less_than_a_second(shop: Shop) -> None:
    names = [f"Product {n}" for n in range(600)]
    await Product.bulk_create(
        Product(sku=f"SKU-{n:05}", name=name, price=Decimal("1.25"), sort_name=fold(name))
        for n, name in enumerate(names)
    )
    text = "\n".join(f"SKU-{n:05}\tsome name\t{n + 1}" for n in range(480)) + "\n" + "SKU-99999\tx\t1\n" * 20
    begun = time.process_time()  # of our own: the machine may be busy with other things
    preview = await quick_order.preview(text, LISTED)
    await carts.add_many(TOKEN, {row.line.wanted.product_id: 1 for row in preview.rows if row.line})
    assert time.process_time() - begun < 1
    assert sum(row.kind is Kind.FOUND for row in preview.rows) == 480


async def test_an_earlier_request_is_shown_with_what_has_changed_since(shop: Shop) -> None:
    saw, screw = await make("SAW", "25.00"), await make("WS", "0.0125", pack_size=500)
    gone, same = await make("OFF", active=False), await make("OK", "3")
    order = await order_rows.order(number="2026-00001")
    for line_no, (product, quantity, price) in enumerate(
        [(saw, 2, "24.80"), (screw, 100, "0.0125"), (gone, 1, "5"), (same, 1, "3")], 1
    ):
        await OrderLine.create(
            order=order, line_no=line_no, product=product, sku=product.sku, name=product.name, quantity=quantity,
            unit_price=Decimal(price),
        )  # fmt: skip
    await OrderLine.filter(sku="OK").update(product_id=None)  # it was deleted, and came back with an import
    rows = await again(order)
    assert [row.kind for row in rows] == [Kind.FOUND, Kind.FOUND, Kind.UNKNOWN, Kind.FOUND]
    assert [row.remarks for row in rows] == [
        ("The price was €24.80, it is now €25.00.",),
        ("“Product WS” is sold in packs of 500: 100 became 500.",),
        ("“Product OFF” is no longer sold.",),
        (),
    ]


async def again(order: Order) -> list[Row]:
    lines = await OrderLine.filter(order_id=order.id).order_by("line_no")
    return list((await quick_order.again(lines, LISTED, language="en", tell_prices=True)).rows)


async def test_a_file_becomes_the_text_that_could_have_been_pasted(shop: Shop) -> None:
    await make("FR-200")
    text = await quick_order.read_file(
        "../order.csv", "SKU;Name;Menge\nFR-200;Maßstab;5\nX;Y;\nZ;Q;0\n".encode("cp1252")
    )
    assert text == "SKU\tName\tMenge\nFR-200\tMaßstab\t5"
    (row,) = await rows_of(text)
    assert row.line
    assert row.line.wanted.quantity == 5
    with pytest.raises(ShopError):
        await quick_order.read_file("order.pdf", b"%PDF-1.7 \x00\x01")


async def test_the_sample_can_be_read_here(shop: Shop) -> None:
    await make("FR-200", minimum_quantity=10)
    await make("=SUM(A1)")
    text = await quick_order.read_file("sample.csv", await quick_order.sample(shop))
    assert [row.kind for row in await rows_of(text)] == [Kind.FOUND, Kind.FOUND]
    with speaking("de"):
        assert "FR-200;Product FR-200;10" in (await quick_order.sample(shop)).decode()


async def test_every_database_tells_what_is_sold_alike(shop: Shop) -> None:
    assert Tortoise._inited
    await make("Fr-Mixed")
    (row,) = await rows_of("FR-MIXED")
    assert row.kind is Kind.FOUND
