"""A shop whose disk is full, with a real browser: the buyer is told, and sends again when there is room."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e import buying, seeding
from tests.e2e.people import Person
from tests.e2e.shop_process import ShopProcess, running_shop

NO_LIMIT = -1


@pytest.fixture(scope="module")
def pedido(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    """A shop of its own, so that nobody else meets its trouble."""
    with running_shop(tmp_path_factory.mktemp("full"), prepare=seeding.open_shop) as shop:
        yield shop


def test_a_buyer_is_told_that_nothing_was_sent_and_can_send_when_there_is_room(
    buyer: Person, pedido: ShopProcess
) -> None:
    buying.put_in_cart(buyer.page)
    page = buyer.visit("/checkout")
    buying.fill_form(page, buying.new_address())
    pedido.may_write((pedido.data / "pedido.db-wal").stat().st_size)
    page.get_by_role("button", name="Send request").click()
    expect(page.get_by_text(re.compile("nothing was sent.*try again"))).to_be_visible()
    assert pedido.read('SELECT count(*) FROM "order"') == [(0,)]
    assert pedido.read("SELECT count(*) FROM outbox_message") == [(0,)]
    assert "Nothing could be written" in pedido.log
    pedido.may_write(NO_LIMIT)
    buying.send(page)
    assert pedido.read('SELECT count(*) FROM "order"') == [(1,)]
    assert pedido.read("SELECT count(*) FROM outbox_message") == [(1,)]
