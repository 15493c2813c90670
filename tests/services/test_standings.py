"""The standing of buyers: who waits, who is told, and what a decision does."""

from decimal import Decimal

import pytest

from models import Buyer, Device, OutboxMessage, PricesFor, Product, Purpose, Shop, Standing
from models.errors import ShopError
from models.order_form import OrderForm
from services import buyer_list, buyer_sign_in, carts, desk_notices, live, orders, privacy, standings, tokens
from services import verification as verifying
from services.buyer_list import BuyerFilter
from tests.mailbox import last_mail, link_in, plain_text

TOKEN = tokens.new()
MARTA = "marta@sol.example"
NURIA = "nuria@norte.example"
FORM = {"name": "Marta Gil", "email": MARTA, "privacy_accepted": True}


@pytest.fixture
async def asking(shop: Shop) -> Shop:
    await Shop.filter(id=1).update(prices_for=PricesFor.APPROVED, management_emails=[NURIA])
    await Product.create(sku="SAW", name="Saw", price=Decimal(20))
    return await Shop.get(id=1)


async def send_and_verify() -> Buyer:
    """A request sent and verified on a new device, at the prices shown there."""
    await carts.add(TOKEN, (await Product.get()).id, 1)
    view = await carts.load(TOKEN)
    assert view.cart_id
    await orders.place(view.cart_id, TOKEN, OrderForm.checked(FORM), shown_total=view.quote.total)
    await verifying.confirm(await link_in(Purpose.VERIFY, MARTA), TOKEN)
    return await Buyer.get(email=MARTA)


async def test_a_new_buyer_waits_and_the_management_and_the_desk_are_told(asking: Shop) -> None:
    buyer = await send_and_verify()
    assert buyer.standing is Standing.WAITING
    told = await last_mail(Purpose.NEW_BUYER, NURIA)
    assert f"/desk/buyers/{buyer.id}" in plain_text(told) and "Marta" not in str(told) and MARTA not in str(told)
    notices = await desk_notices.current(asking)
    assert ("1 buyer waits for your approval.", "/desk/buyers?standing=waiting") in [
        (notice.text, notice.address) for notice in notices
    ]
    (row,) = (await buyer_list.page(BuyerFilter.parse({"standing": "waiting"}))).rows
    assert (row.email, row.standing) == (MARTA, Standing.WAITING)
    await buyer_sign_in.ask(MARTA)
    await buyer_sign_in.use(await link_in(Purpose.SIGN_IN, MARTA), tokens.new())
    assert await OutboxMessage.filter(purpose=Purpose.NEW_BUYER).count() == 1


async def test_where_nobody_is_looked_at_a_proven_buyer_is_approved(asking: Shop) -> None:
    await Shop.filter(id=1).update(prices_for=PricesFor.EVERYBODY)
    assert (await send_and_verify()).standing is Standing.APPROVED
    assert not await OutboxMessage.filter(purpose=Purpose.NEW_BUYER).exists()


@pytest.mark.parametrize(
    ("standing", "words"), [(Standing.APPROVED, "has approved you"), (Standing.REFUSED, "has not approved you")]
)
async def test_a_decision_is_mailed_once_and_the_buyers_pages_load_again(
    asking: Shop, standing: Standing, words: str
) -> None:
    buyer = await send_and_verify()
    renewed: list[str] = []
    live.devices.subscribe(renewed.append)
    assert await standings.decide(buyer.id, standing, by=NURIA, mail_buyer=True)
    assert not await standings.decide(buyer.id, standing, by=NURIA, mail_buyer=True)
    assert renewed == [(await Device.get(buyer_id=buyer.id)).token_hash]
    assert words in str((await last_mail(Purpose.STANDING, MARTA))["subject"])
    assert await OutboxMessage.filter(purpose=Purpose.STANDING).count() == 1


async def test_a_buyer_whose_address_is_not_proven_is_approved_without_a_mail(asking: Shop) -> None:
    buyer = await Buyer.create(email=MARTA)
    assert await standings.decide(buyer.id, Standing.APPROVED, by=NURIA, mail_buyer=True)
    assert not await OutboxMessage.filter(purpose=Purpose.STANDING).exists()
    with pytest.raises(ShopError):
        await standings.decide(buyer.id, Standing.WAITING, by=NURIA)


async def test_an_erased_buyer_has_no_standing_and_no_group(asking: Shop) -> None:
    buyer = await send_and_verify()
    await standings.decide(buyer.id, Standing.APPROVED, by=NURIA, mail_buyer=True)
    await privacy.erase(buyer.id, by=NURIA)
    erased = await Buyer.get(id=buyer.id)
    assert (erased.standing, erased.group_id) == (Standing.NEW, None)
    assert not await OutboxMessage.filter(recipient=MARTA).exists()
    with pytest.raises(ShopError, match="erased"):
        await standings.decide(buyer.id, Standing.APPROVED, by=NURIA)
