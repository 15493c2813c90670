"""The plain pages behind mailed links: looking changes nothing, one button does, and strangers learn nothing."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from fastapi import FastAPI

from models import (
    Buyer,
    Device,
    EventKind,
    Link,
    LinkPurpose,
    Order,
    OrderEvent,
    OutboxMessage,
    Product,
    Purpose,
    Shop,
    Status,
    Verification,
)
from models.order_form import OrderForm
from pages import http
from pages.shop import mailed_links, sign_in, verify
from services import carts, dispatch, exports, orders, settings, verification, visitors
from tests.form_token import FormToken
from tests.mailbox import last_mail, link_in

MARTA = "marta@sol.example"
MANAGEMENT = "orders@norte.example"
DEVICE = "the-device-of-marta"
BUTTON = re.compile(r"<button[^>]*>([^<]*)</button>")


@pytest.fixture
async def web(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without JavaScript at the shop's plain pages, with a device of its own."""
    application = FastAPI()
    for module in (http, verify, sign_in, mailed_links):
        monkeypatch.setattr(module, "app", application)
        module.register()
    net = httpx.ASGITransport(app=application)
    async with httpx.AsyncClient(transport=net, auth=FormToken(), base_url=settings.current().public_url) as browser:
        yield browser


@pytest.fixture
async def order(shop: Shop) -> Order:
    """A request that waits for its verification."""
    product = await Product.create(sku="FR-200", name="Rule <b>2 m</b>", price=Decimal("6.40"), sort_name="rule")
    await carts.add(DEVICE, product.id, 2)
    cart_id = (await carts.load(DEVICE)).cart_id
    assert cart_id is not None
    form = OrderForm.checked(
        {"name": "Marta <i>Gil</i>", "email": MARTA, "comments": "<script>1</script>", "privacy_accepted": True}
    )
    placed = await orders.place(cart_id, DEVICE, form, shown_total=Decimal("12.80"))
    return await orders.get(placed.order_id)


@pytest.fixture
async def received(order: Order) -> Order:
    """A request that its buyer has verified, so that the management was told."""
    await verification.confirm(await link_in(Purpose.VERIFY, MARTA), DEVICE)
    return await orders.get(order.id)


async def everything() -> list[object]:
    """What a look at a page must not change."""
    return [
        [list(row.items()) for row in await table.all().order_by("id").values()]
        for table in (Order, OrderEvent, OutboxMessage, Link, Buyer, Device)
    ]


async def expire(purpose: LinkPurpose) -> None:
    await Link.filter(purpose=purpose).update(expires_at=datetime.now(UTC) - timedelta(seconds=1))


def buttons(page: httpx.Response) -> list[str]:
    """What can be pressed, besides the languages at the page's foot."""
    return BUTTON.findall(page.text.partition('class="languages"')[0])


async def test_opening_the_verification_link_changes_nothing(web: httpx.AsyncClient, order: Order) -> None:
    path = f"/verify/{await link_in(Purpose.VERIFY, MARTA)}"
    before = await everything()
    for _again in range(3):
        page = await web.get(path)
        assert page.status_code == 200
        assert buttons(page) == ["Verify user"]
        assert (await web.head(path)).status_code == 200
    assert await everything() == before


async def test_the_page_needs_no_script_and_is_kept_by_nobody(web: httpx.AsyncClient, order: Order) -> None:
    page = await web.get(f"/verify/{await link_in(Purpose.VERIFY, MARTA)}")
    assert "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-robots-tag"] == "noindex"
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["content-security-policy"].startswith("default-src 'none'; img-src 'self' data:; style-src")
    assert "unsafe" not in page.headers["content-security-policy"]


async def test_the_button_verifies_and_signs_this_device_in(web: httpx.AsyncClient, order: Order) -> None:
    page = await web.post(f"/verify/{await link_in(Purpose.VERIFY, MARTA)}")
    assert "Verified" in page.text
    assert f"/request/{await link_in(Purpose.RECEIVED, MARTA)}" not in page.text  # each place has a link of its own
    assert "/request/" in page.text
    assert (await orders.get(order.id)).verification is Verification.VERIFIED
    visitor = await visitors.load(web.cookies[http.DEVICE_COOKIE])
    assert visitor.buyer is not None
    assert visitor.buyer.email == MARTA


async def test_a_second_press_is_harmless(web: httpx.AsyncClient, order: Order) -> None:
    path = f"/verify/{await link_in(Purpose.VERIFY, MARTA)}"
    await web.post(path)
    mails = await OutboxMessage.all().count()
    page = await web.post(path)
    assert "Already verified" in page.text
    assert await OutboxMessage.all().count() == mails
    assert buttons(await web.get(path)) == ["See your request"]


async def test_a_used_link_signs_no_other_device_in(web: httpx.AsyncClient, received: Order) -> None:
    token = await link_in(Purpose.VERIFY, MARTA)
    await web.post(f"/verify/{token}")
    assert (await visitors.load(web.cookies[http.DEVICE_COOKIE])).buyer is None


async def test_an_expired_link_offers_a_new_one_which_ends_it(web: httpx.AsyncClient, order: Order) -> None:
    old = await link_in(Purpose.VERIFY, MARTA)
    await expire(LinkPurpose.VERIFY)
    assert buttons(await web.get(f"/verify/{old}")) == ["Mail me a new link"]
    assert "has expired" in (await web.post(f"/verify/{old}")).text
    assert (await orders.get(order.id)).verification is Verification.UNVERIFIED
    assert MARTA in (await web.post(f"/verify/{old}/renew")).text
    new = await link_in(Purpose.VERIFY, MARTA)
    assert new != old
    assert (await web.get(f"/verify/{old}")).status_code == 404
    assert "Verified" in (await web.post(f"/verify/{new}")).text


async def test_new_links_are_not_mailed_without_end(web: httpx.AsyncClient, order: Order) -> None:
    answers = []
    for _again in range(dispatch.MOST_VERIFICATIONS_AN_HOUR):
        answers.append((await web.post(f"/verify/{await link_in(Purpose.VERIFY, MARTA)}/renew")).status_code)
    assert answers == [200] * (dispatch.MOST_VERIFICATIONS_AN_HOUR - 1) + [429]


@pytest.mark.parametrize(
    "path", ["/verify/nothing", "/verify/" + "x" * 500, "/orders/confirm/nothing", "/orders/csv/nothing"]
)
async def test_an_unknown_link_says_so(web: httpx.AsyncClient, path: str) -> None:
    for answer in (await web.get(path), await web.head(path)):
        assert answer.status_code == 404
    assert "not known here" in (await web.get(path)).text


async def test_a_wrong_address_is_corrected_and_the_order_stays(web: httpx.AsyncClient, order: Order) -> None:
    old = await link_in(Purpose.VERIFY, MARTA)
    assert buttons(await web.get(f"/verify/{old}/address")) == ["Send the mail there"]
    page = await web.post(f"/verify/{old}/address", data={"email": " Gil@Sol.example "})
    assert "gil@sol.example" in page.text
    assert (await orders.get(order.id)).number == order.number
    assert (await web.post(f"/verify/{old}")).status_code == 404
    assert "Verified" in (await web.post(f"/verify/{await link_in(Purpose.VERIFY, 'gil@sol.example')}")).text


@pytest.mark.parametrize("typed", ["", "nobody", "a@b.example,c@d.example", '"><script>1</script>', "x" * 3000])
async def test_an_address_that_is_none_is_told_at_its_field(web: httpx.AsyncClient, order: Order, typed: str) -> None:
    page = await web.post(f"/verify/{await link_in(Purpose.VERIFY, MARTA)}/address", data={"email": typed})
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert "<script>" not in page.text
    assert (await orders.get(order.id)).email == MARTA


async def test_another_sites_page_cannot_press_a_button(web: httpx.AsyncClient, order: Order) -> None:
    token = await link_in(Purpose.VERIFY, MARTA)
    before = await everything()
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
        for path in (f"/verify/{token}", f"/verify/{token}/renew", "/sign-in", "/sign-out"):
            assert (await web.post(path, headers=headers)).status_code == 403, (path, headers)
    assert await everything() == before


async def test_the_answer_to_a_sign_in_never_tells_who_is_known(web: httpx.AsyncClient, received: Order) -> None:
    known = await web.post("/sign-in", data={"email": MARTA})
    unknown = await web.post("/sign-in", data={"email": "nobody@sol.example"})
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace(MARTA, "") == unknown.text.replace("nobody@sol.example", "")
    assert [mail.recipient for mail in await OutboxMessage.filter(purpose=Purpose.SIGN_IN)] == [MARTA]


async def test_a_sign_in_link_works_once_by_its_button(web: httpx.AsyncClient, received: Order) -> None:
    await web.post("/sign-in", data={"email": MARTA.upper()})
    path = f"/sign-in/{await link_in(Purpose.SIGN_IN, MARTA)}"
    before = await everything()
    for _again in range(2):
        assert buttons(await web.get(path)) == ["Sign in"]
        await web.head(path)
    assert await everything() == before
    answer = await web.post(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert "signed in as" in (await web.get("/sign-in")).text
    for used in (await web.get(path), await web.post(path)):
        assert used.status_code == 410


async def test_a_sign_in_gives_the_browser_a_new_cookie_also_if_its_button_is_pressed_twice(
    web: httpx.AsyncClient, received: Order
) -> None:
    await web.post("/sign-in", data={"email": MARTA})
    old = web.cookies[http.DEVICE_COOKIE]
    path = f"/sign-in/{await link_in(Purpose.SIGN_IN, MARTA)}"
    await web.post(path)
    new = web.cookies[http.DEVICE_COOKIE]
    assert new != old
    assert (await visitors.load(old)).buyer is None
    web.cookies = httpx.Cookies()
    again = await web.post(path, headers={"cookie": f"{http.DEVICE_COOKIE}={old}"})
    assert (again.status_code, again.cookies[http.DEVICE_COOKIE]) == (410, new)
    web.cookies = httpx.Cookies()
    stranger = await web.post(path, headers={"cookie": f"{http.DEVICE_COOKIE}=another"})
    assert http.DEVICE_COOKIE not in stranger.cookies


async def test_signing_out_leaves_the_device_to_nobody(web: httpx.AsyncClient, received: Order) -> None:
    await web.post("/sign-in", data={"email": MARTA})
    await web.post(f"/sign-in/{await link_in(Purpose.SIGN_IN, MARTA)}")
    assert buttons(await web.get("/sign-out")) == ["Sign out"]
    assert (await web.post("/sign-out")).headers["location"] == "/"
    assert (await visitors.load(web.cookies[http.DEVICE_COOKIE])).buyer is None
    assert buttons(await web.get("/sign-in")) == ["Mail me a link"]


async def test_an_expired_sign_in_link_signs_nobody_in(web: httpx.AsyncClient, received: Order) -> None:
    await web.post("/sign-in", data={"email": MARTA})
    await expire(LinkPurpose.SIGN_IN)
    answer = await web.post(f"/sign-in/{await link_in(Purpose.SIGN_IN, MARTA)}")
    assert answer.status_code == 410
    assert (await visitors.load(web.cookies[http.DEVICE_COOKIE])).buyer is None


async def test_sign_in_mails_are_few_and_the_answer_stays_the_same(web: httpx.AsyncClient, received: Order) -> None:
    answers = {(await web.post("/sign-in", data={"email": MARTA})).text for _again in range(6)}
    assert len(answers) == 1
    assert await OutboxMessage.filter(purpose=Purpose.SIGN_IN).count() == 3


async def test_a_sign_in_proves_the_address(web: httpx.AsyncClient, order: Order) -> None:
    await web.post("/sign-in", data={"email": MARTA})
    await web.post(f"/sign-in/{await link_in(Purpose.SIGN_IN, MARTA)}")
    assert (await Buyer.get(email=MARTA)).verified_at is not None
    assert (await orders.get(order.id)).verification is Verification.UNVERIFIED  # that is for its own link


async def test_the_csv_link_gives_the_very_attachment(web: httpx.AsyncClient, received: Order) -> None:
    (attached,) = (await last_mail(Purpose.NOTICE, MANAGEMENT)).iter_attachments()
    path = f"/orders/csv/{await link_in(Purpose.NOTICE, MANAGEMENT, 'orders/csv')}"
    await orders.confirm(received.id, by="seller@norte.example")  # what the file was made of moves on
    answer = await web.get(path)
    assert answer.content == attached.get_payload(decode=True)
    assert answer.headers["content-disposition"] == f'attachment; filename="{attached.get_filename()}"'
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert (await web.head(path)).content == b""


async def test_each_mail_has_a_link_to_its_own_attachment(web: httpx.AsyncClient, received: Order) -> None:
    first = await link_in(Purpose.NOTICE, MANAGEMENT, "orders/csv")
    before = (await web.get(f"/orders/csv/{first}")).content
    await orders.confirm(received.id, by="seller@norte.example")
    await orders.resend_mails([received.id], by="seller@norte.example")
    second = await link_in(Purpose.NOTICE, MANAGEMENT, "orders/csv")
    assert (await web.get(f"/orders/csv/{first}")).content == before
    assert (await web.get(f"/orders/csv/{second}")).content != before


async def test_the_csv_link_outlives_the_mails_content(web: httpx.AsyncClient, received: Order, shop: Shop) -> None:
    token = await link_in(Purpose.NOTICE, MANAGEMENT, "orders/csv")
    await OutboxMessage.all().update(content=b"")
    content = (await web.get(f"/orders/csv/{token}")).content
    assert content == await exports.order_csv(
        received.id, exports.layout(dispatch.NOTICE_SHAPE, dispatch.NOTICE_DIALECT, shop)
    )


async def test_an_expired_csv_link_gives_nothing(web: httpx.AsyncClient, received: Order) -> None:
    token = await link_in(Purpose.NOTICE, MANAGEMENT, "orders/csv")
    await expire(LinkPurpose.CSV)
    answer = await web.get(f"/orders/csv/{token}")
    assert answer.status_code == 410
    assert "FR-200" not in answer.text


async def test_a_link_opens_only_what_it_was_made_for(web: httpx.AsyncClient, received: Order) -> None:
    csv, confirm = [await link_in(Purpose.NOTICE, MANAGEMENT, f"orders/{kind}") for kind in ("csv", "confirm")]
    assert (await web.get(f"/orders/csv/{confirm}")).status_code == 404
    assert (await web.post(f"/orders/confirm/{csv}")).status_code == 404
    assert (await web.post(f"/verify/{confirm}")).status_code == 404
    assert (await web.post(f"/sign-in/{confirm}")).status_code == 410


async def test_the_management_confirms_by_the_button_behind_the_mail(web: httpx.AsyncClient, received: Order) -> None:
    path = f"/orders/confirm/{await link_in(Purpose.NOTICE, MANAGEMENT)}"
    before = await everything()
    page = await web.get(path)
    assert buttons(page) == ["Confirm order processing"]
    assert "€12.80" in page.text
    await web.head(path)
    assert await everything() == before
    assert "is confirmed" in (await web.post(path)).text
    order = await orders.get(received.id)
    assert (order.status, order.confirmed_by) == (Status.PROCESSED, MANAGEMENT)
    assert await OrderEvent.filter(order_id=order.id, kind=EventKind.CONFIRMED, actor=MANAGEMENT).count() == 1


async def test_a_confirmed_order_says_who_and_when_and_mails_nobody_again(
    web: httpx.AsyncClient, received: Order
) -> None:
    path = f"/orders/confirm/{await link_in(Purpose.NOTICE, MANAGEMENT)}"
    await orders.confirm(received.id, by="seller@norte.example")
    mails = await OutboxMessage.all().count()
    for page in (await web.get(path), await web.post(path)):
        assert "Confirmed by seller@norte.example on" in page.text
        assert buttons(page) == []
    assert await OutboxMessage.all().count() == mails


async def test_an_expired_confirmation_link_confirms_nothing(web: httpx.AsyncClient, received: Order) -> None:
    path = f"/orders/confirm/{await link_in(Purpose.NOTICE, MANAGEMENT)}"
    await expire(LinkPurpose.CONFIRM)
    assert buttons(await web.get(path)) == []
    assert (await web.post(path)).status_code == 409
    assert (await orders.get(received.id)).confirmed_at is None


async def test_an_unverified_order_is_not_confirmed_by_a_link(web: httpx.AsyncClient, received: Order) -> None:
    path = f"/orders/confirm/{await link_in(Purpose.NOTICE, MANAGEMENT)}"
    await Order.filter(id=received.id).update(verification=Verification.UNVERIFIED)
    assert "not verified" in (await web.get(path)).text
    assert (await web.post(path)).status_code == 409
    assert (await orders.get(received.id)).confirmed_at is None


async def test_what_people_typed_is_shown_as_they_typed_it(web: httpx.AsyncClient, received: Order) -> None:
    page = await web.get(f"/orders/confirm/{await link_in(Purpose.NOTICE, MANAGEMENT)}")
    for typed in ("Marta &lt;i&gt;Gil&lt;/i&gt;", "&lt;script&gt;1&lt;/script&gt;", "Rule &lt;b&gt;2 m&lt;/b&gt;"):
        assert typed in page.text


async def test_an_unknown_address_gets_a_plain_page(web: httpx.AsyncClient) -> None:
    page = await web.get("/nothing-here")
    assert page.status_code == 404
    assert "Norte Tools" in page.text
    assert "<script" not in page.text
