"""What the order form does besides what a browser shows of it (see tests/e2e/test_requests.py)."""

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from nicegui import ui

from models import Shop
from models.order_form import OrderForm
from pages.shop import visitor
from pages.shop.checkout import Checkout
from services import carts, orders


def giving(answer: object) -> Callable[..., Any]:
    async def give(*_asked: object, **_named: object) -> object:
        return answer

    return give


async def test_a_form_that_was_sent_does_not_read_its_cart_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told that the cart has changed, as all pages of the device are."""
    checkout = Checkout.__new__(Checkout)
    shown: list[object] = []
    visit = SimpleNamespace(token="", shop=Shop(time_zone="Europe/Madrid"))
    vars(checkout).update(_visit=visit, _cart_id=1, _shown_total=Decimal(0), _is_sent=False, _usual_country="ES")
    vars(checkout)["_show"] = shown.append
    view = SimpleNamespace(cart_id=1)
    monkeypatch.setattr(carts, "load", giving(view))
    monkeypatch.setattr(orders, "place", giving(SimpleNamespace(request_token="token")))
    monkeypatch.setattr(OrderForm, "checked", lambda *_given, **_named: None)
    monkeypatch.setattr(visitor, "spend", lambda *_what: None)
    monkeypatch.setattr(ui.navigate, "to", lambda _address: None)
    await checkout.reload()
    await checkout._send({})
    await checkout.reload()
    assert shown == [view]
