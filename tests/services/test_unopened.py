"""What the bell rings for: requests that wait and that no seller has opened."""

from datetime import timedelta

import pytest

from models import Status, Verification
from services import live, orders, unopened
from services.unopened import Newest, Unopened
from tests import order_rows
from tests.order_rows import NOON

pytestmark = pytest.mark.usefixtures("database")


async def test_new_is_what_was_received_waits_and_was_not_opened() -> None:
    received = {"verification": Verification.VERIFIED}
    await order_rows.order(number="unverified")
    await order_rows.order(number="opened", **received, opened_at=NOON)
    await order_rows.order(number="confirmed", **received, confirmed_at=NOON)
    await order_rows.order(number="settled", **received, status=Status.PROCESSED)
    assert await unopened.current() == Unopened()

    later = NOON + timedelta(hours=1)
    first = await order_rows.order(number="sent first", company="", received_at=later, **received)
    await order_rows.order(number="received first", **received)
    live.order_changed(first.id)
    assert await unopened.current() == Unopened(2, Newest("sent first", "Marta Gil", later))

    await orders.mark_opened(first.id)
    assert await unopened.current() == Unopened(1, Newest("received first", "Ferretería Sol S.L.", NOON))
