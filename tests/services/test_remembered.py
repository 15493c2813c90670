"""What an order form is filled in with, for whom, and when no longer; and where its answers show."""

import csv
import io
import json
import re
from datetime import date
from decimal import Decimal

import pytest

from models import Buyer, Device, Dialect, Order, OrderEvent, OutboxMessage, Product, Purpose, Shape, Shop
from models.errors import FieldErrors, ShopError
from models.order_form import OrderForm
from services import (
    buyer_profile,
    carts,
    exports,
    orders,
    privacy,
    remembered,
    sent_requests,
    tokens,
    verification,
    visitors,
)
from services.database import unit_of_work
from tests.mailbox import last_mail, link_in, plain_text

BUSINESS = {
    "vat_number": "ESB58378431",
    "delivery_street": "Calle Mayor 1",
    "delivery_postcode": "28013",
    "delivery_city": "Madrid",
    "delivery_country": "ES",
    "invoice_differs": True,
    "invoice_street": "Rua Augusta 3",
    "invoice_postcode": "1100",
    "invoice_city": "Lisboa",
    "invoice_country": "PT",
}
RECIPIENTS = {Purpose.RECEIVED: "marta@sol.example", Purpose.NOTICE: "orders@norte.example"}
PERSONAL = ("ESB58378431", "Calle Mayor", "28013", "Madrid", "Rua Augusta", "1100", "Lisboa", "Green gate")


@pytest.fixture
async def saw(shop: Shop) -> Product:
    return await Product.create(sku="JS-F", name="Japanese saw", price=Decimal("24.80"))


async def send(saw: Product, device: str, **typed: object) -> Order:
    known: dict[str, object] = {"name": "Marta Gil", "email": "marta@sol.example", "requested_date": "2099-01-02"}
    form = OrderForm.checked({**known, **BUSINESS, **typed, "privacy_accepted": True}, today=date(2099, 1, 1))
    await carts.add(device, saw.id, 1)
    view = await carts.load(device)
    assert view.cart_id
    placed = await orders.place(view.cart_id, device, form, shown_total=view.quote.total)
    return await orders.get(placed.order_id)


async def filled_in(device: str) -> dict[str, str | bool]:
    return await remembered.answers(await visitors.load(device))


async def prove(order: Order, device: str) -> str:
    """Press the mailed button on a device; return the cookie that it goes by from then on."""
    link = await link_in(Purpose.VERIFY, order.email)
    await verification.confirm(link, device)
    return await visitors.successor(device, by=link)


async def test_a_browser_remembers_what_it_sent_until_it_is_told_to_forget(saw: Product) -> None:
    device, other = tokens.new(), tokens.new()
    assert await filled_in(device) == {}
    await send(saw, device)
    assert (await filled_in(device)).items() >= {"name": "Marta Gil", **BUSINESS}.items()
    assert await filled_in(other) == {}
    await visitors.forget(device)
    assert await filled_in(device) == {}
    await send(saw, device, name="Pau Serra")
    assert (await filled_in(device))["name"] == "Pau Serra"
    await visitors.sign_out(device)
    assert await filled_in(device) == {}


async def test_a_verified_buyer_finds_what_they_sent_on_every_device(saw: Product) -> None:
    device, phone = tokens.new(), tokens.new()
    device = await prove(await send(saw, device), device)
    buyer = await Buyer.get(email="marta@sol.example")
    await unit_of_work(visitors.sign_in)(phone, buyer.id)
    assert (await filled_in(phone)).items() >= BUSINESS.items()
    await send(saw, phone, delivery_street="Calle Nueva 7", invoice_differs=False)
    found = await filled_in(device)
    assert (found["delivery_street"], found["invoice_street"], found["invoice_differs"]) == ("Calle Nueva 7", "", False)


async def test_typing_a_known_address_neither_shows_nor_changes_what_is_known(saw: Product) -> None:
    device, stranger = tokens.new(), tokens.new()
    device = await prove(await send(saw, device), device)
    await send(saw, stranger, delivery_street="Elsewhere 1", name="Mallory", vat_number="")
    assert (await filled_in(stranger))["delivery_street"] == "Elsewhere 1"
    assert (await filled_in(device))["delivery_street"] == "Calle Mayor 1"


async def test_what_was_typed_is_in_the_mails_the_data_and_the_file_and_leaves_with_an_erasure(
    saw: Product, shop: Shop
) -> None:
    await Shop.filter(id=shop.id).update(management_emails=["orders@norte.example"], retention_years=0)
    device = tokens.new()
    order = await send(saw, device)
    device = await prove(order, device)
    await orders.send_message(order.id, "Green gate,\nplease.", by="nuria@norte.example")
    for purpose in (Purpose.RECEIVED, Purpose.NOTICE):
        mail = plain_text(await last_mail(purpose, RECIPIENTS[purpose]))
        for words in ("Calle Mayor 1, 28013 Madrid, Spain", "Rua Augusta 3, 1100 Lisboa, Portugal", "2 January 2099"):
            assert words in " ".join(mail.split()), purpose
    buyer = await Buyer.get(email="marta@sol.example")
    told = json.loads(await privacy.buyer_data(buyer.id))
    expected = {name: answer for name, answer in BUSINESS.items() if name != "invoice_differs"}
    assert told["profile"].items() >= expected.items()
    assert told["orders"][0].items() >= {**expected, "requested_date": "2099-01-02"}.items()
    assert [message["text"] for message in told["orders"][0]["messages"]] == ["Green gate,\nplease."]
    content = await exports.order_csv(order.id, exports.layout(Shape.LINES, Dialect.MACHINE, shop))
    [row] = csv.DictReader(io.StringIO(content.decode()))
    assert row.items() >= {**expected, "requested_date": "2099-01-02"}.items()

    await privacy.erase(buyer.id, by="nuria@norte.example")
    left = [await model.all().values() for model in (Order, OrderEvent, Buyer, Device, OutboxMessage)]
    # As whole words: four digits also occur by chance in a digest or a fraction of a second.
    assert [words for words in PERSONAL if re.search(rf"\b{words}\b", str(left))] == []
    kept = await Order.get(id=order.id)
    assert (kept.delivery_country, kept.invoice_country, kept.total) == ("ES", "PT", 2480)
    assert await filled_in(device) == {}


async def test_a_message_goes_to_received_buyers_alone_and_is_read_on_the_request(saw: Product) -> None:
    device = tokens.new()
    order = await send(saw, device)
    for wrong in (" ", "x" * 4001, "too early"):
        with pytest.raises(ShopError):
            await orders.send_message(order.id, wrong, by="nuria@norte.example")
    device = await prove(order, device)
    await orders.send_message(order.id, "=?utf-8?q?Bcc?=\nBcc: x@y.example", by="nuria@norte.example")
    mail = await last_mail(Purpose.MESSAGE, "marta@sol.example")
    assert "> Bcc: x@y.example" in plain_text(mail)
    assert mail["Bcc"] is None
    sent = await sent_requests.behind_link(await link_in(Purpose.MESSAGE, order.email, "request"))
    assert [one.text for one in sent.messages] == ["=?utf-8?q?Bcc?=\nBcc: x@y.example"]
    await Order.filter(id=order.id).update(locked_at=order.created_at)
    with pytest.raises(ShopError):
        await orders.send_message(order.id, "after an erasure", by="nuria@norte.example")


async def test_a_buyer_changes_their_profile_and_signs_out_elsewhere(saw: Product) -> None:
    device, phone = tokens.new(), tokens.new()
    device = await prove(await send(saw, device), device)
    buyer = await Buyer.get(email="marta@sol.example")
    await unit_of_work(visitors.sign_in)(phone, buyer.id)
    with pytest.raises(FieldErrors) as refusal:
        await buyer_profile.save(buyer.id, {**BUSINESS, "name": "", "invoice_city": "", "phone": "x" * 41})
    assert set(refusal.value.fields) == {"name", "invoice_city", "phone"}
    await buyer_profile.save(buyer.id, {**BUSINESS, "name": "Marta Ruiz", "invoice_differs": False, "email": "a@b.c"})
    here = await visitors.load(phone)
    known = await remembered.answers(here)
    assert (known["name"], known["email"], known["invoice_street"]) == ("Marta Ruiz", "marta@sol.example", "")
    assert await buyer_profile.open_requests(buyer.id) == 1
    assert await visitors.others(here) == 1
    await visitors.sign_out_others(here)
    assert await visitors.others(here) == 0
    assert (await visitors.load(phone)).buyer == buyer
    assert await Device.filter(buyer_id=buyer.id).count() == 1
    assert await filled_in(device) == {}
