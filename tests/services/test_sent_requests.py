"""A buyer sees their own requests again, and nobody else's."""

from collections.abc import Awaitable, Callable
from decimal import Decimal

import pytest

from models import Buyer, Cart, Device, LegalKind, Link, LinkPurpose, Order, Product, Shop
from models.errors import NotFoundError
from models.order_form import OrderForm
from models.text import speaking
from services import carts, orders, sent_requests, tokens
from services.orders import Placed
from tests import legal_texts

TOKEN = tokens.new()
Send = Callable[[], Awaitable[Placed]]


@pytest.fixture
async def send(shop: Shop) -> Send:
    """A function that sends a request for one saw from this device."""
    await legal_texts.publish(LegalKind.PRIVACY, "en", "We keep what you send.")
    saw = await Product.create(sku="JS-F", name="Japanese saw", price=Decimal("24.80"))
    form = OrderForm.checked({"name": "Ana", "email": "ana@ruiz.example", "privacy_accepted": True})

    async def send_one() -> Placed:
        await carts.add(TOKEN, saw.id, 1)
        view = await carts.load(TOKEN)
        assert view.cart_id
        return await orders.place(view.cart_id, TOKEN, form, shown_total=view.quote.total)

    return send_one


async def test_a_request_keeps_the_privacy_text_in_the_language_its_buyer_read_it_in(shop: Shop, send: Send) -> None:
    await legal_texts.publish(LegalKind.PRIVACY, "es", "Guardamos lo que envía.")
    with speaking("es"):
        spanish = await send()
    with speaking("fr"):
        french = await send()
    rows = await Order.all().order_by("id").values_list("id", "privacy_text__text")
    assert rows == [(spanish.order_id, "Guardamos lo que envía."), (french.order_id, "We keep what you send.")]


async def found(buyer_id: int, **query: str) -> list[str]:
    """The numbers of a buyer's requests that match a query string's values."""
    wanted = sent_requests.RequestFilter.parse(query)
    assert wanted.query() == query
    return [order.number for order in (await sent_requests.page(buyer_id, wanted)).rows]


async def test_a_link_opens_the_request_as_it_was_sent(send: Send) -> None:
    placed = await send()
    sent = await sent_requests.behind_link(placed.request_token)
    assert (sent.order.number, [line.sku for line in sent.lines], sent.order.total) == (placed.number, ["JS-F"], 2480)


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 5000])
async def test_another_link_opens_nothing(send: Send, token: str) -> None:
    await send()
    with pytest.raises(NotFoundError):
        await sent_requests.behind_link(token)


async def test_a_link_opens_its_request_for_a_year(send: Send) -> None:
    placed = await send()
    link = await Link.get(order_id=placed.order_id, purpose=LinkPurpose.REQUEST)
    assert link.expires_at == link.created_at + sent_requests.LINK_LIFETIME
    await Link.filter(id=link.id).update(expires_at=link.created_at)
    with pytest.raises(NotFoundError, match="has expired"):
        await sent_requests.behind_link(placed.request_token)


async def test_a_link_made_for_something_else_opens_no_request(send: Send) -> None:
    placed = await send()
    await Link.filter(order_id=placed.order_id).update(purpose=LinkPurpose.CSV)
    with pytest.raises(NotFoundError):
        await sent_requests.behind_link(placed.request_token)


async def test_a_buyer_opens_their_own_requests_by_number_and_no_others(send: Send) -> None:
    placed = await send()
    buyer, other = await Buyer.get(email="ana@ruiz.example"), await Buyer.create(email="eve@ruiz.example")
    assert (await sent_requests.of_buyer(buyer.id, placed.number)).order.id == placed.order_id
    assert await found(buyer.id) == [placed.number]
    assert await found(other.id) == []
    assert await found(buyer.id, search="js-f ANA") == [placed.number]
    assert await found(buyer.id, search="hammer") == []
    assert await found(buyer.id, stage="unverified", page="7") == [placed.number]
    assert await found(buyer.id, stage="received") == []
    for buyer_id, number in ((other.id, placed.number), (buyer.id, "NONE"), (buyer.id, "x" * 500)):
        with pytest.raises(NotFoundError):
            await sent_requests.of_buyer(buyer_id, number)


async def test_who_goes_back_to_the_form_finds_what_was_just_sent(send: Send) -> None:
    assert await sent_requests.just_sent(None) == ""
    placed = await send()
    token = await sent_requests.just_sent((await Device.get()).id)
    assert (await sent_requests.behind_link(token)).order.id == placed.order_id
    stranger = await Device.create(token_hash="another")
    assert await sent_requests.just_sent(stranger.id) == ""


async def test_a_deleted_request_is_not_shown_again(send: Send) -> None:
    placed = await send()
    await Order.filter(id=placed.order_id).delete()
    with pytest.raises(NotFoundError):
        await sent_requests.again(placed.order_id)
    assert await Cart.all().count() == 1
