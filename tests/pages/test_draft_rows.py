"""What a seller types into an order's rows: taken as far as it makes sense, and kept where it does not."""

from decimal import Decimal

import pytest

from models import ChargeKind
from models.errors import ShopError
from models.order_edit import DraftCharge, DraftLine, OrderDraft
from models.order_form import OrderForm
from models.pricing import Charge, QuantityBreak, WantedLine
from models.text import speaking
from pages.desk.draft_rows import DraftRows

SAW = WantedLine(7, "SAW", "Saw", 1, Decimal("24.80"), (QuantityBreak(10, Decimal(22)),), "piece")


@pytest.fixture
def base() -> OrderDraft:
    form = OrderForm.by_seller({"name": "Marta", "email": "marta@sol.example"})
    lines = (DraftLine("A", "One", 2, Decimal("1.5")), DraftLine("B", "Two", 1, None))
    discount = Charge(ChargeKind.DISCOUNT, "TEN", "Ten off", "10 % of 3.00", Decimal("-0.30"))
    return OrderDraft("EUR", form, lines, (DraftCharge(4, discount),))


def typed(rows: DraftRows, base: OrderDraft) -> list[tuple[str, int, Decimal | None]]:
    return [(line.sku, line.quantity, line.unit_price) for line in rows.onto(base).lines]


def test_untouched_rows_are_the_order_itself(base: OrderDraft) -> None:
    rows = DraftRows(base)
    assert rows.onto(base) == base
    assert [row["price"] for row in rows.shown_lines()] == ["1.50", ""]
    assert not any(row["changed"] for row in rows.shown_lines())
    with speaking("de"):
        assert next(DraftRows(base).shown_lines())["price"] == "1,50"


def test_what_is_typed_counts_and_what_makes_no_sense_stays_with_a_sentence(base: OrderDraft) -> None:
    rows = DraftRows(base)
    rows.type_line("A", "12", "0,0125")
    rows.type_line("nowhere", "12", "1")
    assert typed(rows, base)[0] == ("A", 12, Decimal("0.0125"))
    for quantity, price in (("0", None), ("-1", None), ("1.5", None), ("١", None), ("9" * 9, None), ("", None)):
        rows.type_line("A", quantity, price)
        shown = next(rows.shown_lines())
        assert (shown["wrong"], shown["quantity"]) == ("quantity", quantity)
        with pytest.raises(ShopError, match="marked"):
            rows.check()
    for price in ("x", "-1", "1e99", "nan", "0.00001", "1,000.5"):
        rows.type_line("A", "3", price)
        shown = next(rows.shown_lines())
        assert (shown["wrong"], shown["price"]) == ("price", price)
    rows.type_line("A", "3", "")
    rows.check()
    assert typed(rows, base)[0] == ("A", 3, None)


def test_the_price_of_a_new_product_follows_its_quantity_until_one_is_typed(base: OrderDraft) -> None:
    rows = DraftRows(base)
    assert "added" in rows.add(SAW)
    assert "already" in rows.add(SAW)
    rows.type_line("SAW", "10", None)
    assert typed(rows, base)[-1] == ("SAW", 10, Decimal(22))
    rows.type_line("SAW", "1", "20")
    rows.type_line("SAW", "30", None)
    assert typed(rows, base)[-1] == ("SAW", 30, Decimal(20))
    rows.remove_line("SAW", is_removed=True)
    rows.remove_line("A", is_removed=True)
    assert typed(rows, base) == [("B", 1, None)]
    assert [row["removed"] for row in rows.shown_lines()] == [True, False]
    rows.remove_line("A", is_removed=False)
    assert rows.onto(base) == base


def test_charges_are_typed_without_their_sign_and_lose_the_reason_of_another_amount(base: OrderDraft) -> None:
    rows = DraftRows(base)
    rows.type_charge(4, "Ten off", "0.30")
    assert rows.onto(base) == base
    rows.type_charge(4, "A friend", "1,5")
    assert rows.onto(base).charges[0].charge == Charge(ChargeKind.DISCOUNT, "TEN", "A friend", "", Decimal("-1.5"))
    key = rows.add_charge(ChargeKind.SURCHARGE)
    with pytest.raises(ShopError, match="marked"):
        rows.check()
    for amount in ("x", "0", "-2", "0.001"):
        rows.type_charge(key, "Freight", amount)
        assert list(rows.shown_charges())[-1]["wrong"] == "amount"
    rows.type_charge(key, " ", "2")
    assert list(rows.shown_charges())[-1]["wrong"] == "title"
    rows.type_charge(key, "Freight", "2")
    rows.remove_charge(4, is_removed=True)
    rows.check()
    assert [one.charge.amount for one in rows.onto(base).charges] == [2]
    while len(rows.charges) < 20:
        rows.add_charge(ChargeKind.SURCHARGE)
    with pytest.raises(ShopError, match="at most"):
        rows.add_charge(ChargeKind.SURCHARGE)


def test_one_draft_typed_into_another_order_shows_what_is_changed_removed_and_new(base: OrderDraft) -> None:
    mine = OrderDraft(
        base.currency, base.form, (DraftLine("A", "One", 9, Decimal("1.5")), DraftLine("C", "New", 1, None))
    )
    rows = DraftRows(base, mine)
    assert rows.onto(base).lines == mine.lines
    assert [(row["key"], row["changed"], row["removed"]) for row in rows.shown_lines()] == [
        ("A", True, False),
        ("B", True, True),
        ("C", True, False),
    ]
    assert [row["removed"] for row in rows.shown_charges()] == [True]
