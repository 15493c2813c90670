"""What is too often is refused in words, for whom it is too often, and nothing is lost; on the program itself."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from services import throttle
from tests.e2e import seeding
from tests.e2e.shop_process import ShopProcess, running_shop
from tests.form_token import FormToken
from tests.soak import buying, tampered
from tests.soak.frame import wait_for
from tests.soak.wire import Device

FEW = 8
AGAIN = "That was too often. Please try again in "


@pytest.fixture(scope="module")
def pedido(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    """A shop behind a proxy on the same machine, which has little patience: a test has not much time."""
    folder = tmp_path_factory.mktemp("shop")
    with running_shop(folder, prepare=seeding.open_shop, program=tampered.program(few_are_too_many)) as shop:
        yield shop


def few_are_too_many() -> None:
    """The limits that take long to reach are lower, and otherwise as they are."""
    for name in ("SEARCH", "UPLOAD", "BUYER_SIGN_IN_ADDRESS"):
        setattr(throttle, name, replace(getattr(throttle, name), times=FEW))


def at(address: str) -> dict[str, str]:
    return {"x-forwarded-for": address}


def statuses(pedido: ShopProcess, path: str, times: int, **asked: Any) -> list[int]:
    """Ask for a page again and again."""
    with httpx.Client(base_url=pedido.address) as browser:
        return [browser.get(path, **asked).status_code for _time in range(times)]


def test_searching_too_often_is_refused_with_the_time_to_wait(pedido: ShopProcess) -> None:
    most = FEW
    answers = statuses(pedido, "/?q=saw", most + 1, headers=at("203.0.113.1"))
    assert answers == [200] * most + [429]
    refused = httpx.get(f"{pedido.address}/?q=saw", headers=at("203.0.113.1"))
    assert AGAIN in refused.text and 1 <= int(refused.headers["retry-after"]) <= 2 * throttle.MINUTE
    assert httpx.get(pedido.address, headers=at("203.0.113.1")).status_code == 200  # without a search
    assert httpx.get(f"{pedido.address}/?q=saw", headers=at("203.0.113.2")).status_code == 200


def test_asking_for_sign_in_mails_too_often_is_refused(pedido: ShopProcess) -> None:
    most = FEW
    with httpx.Client(base_url=pedido.address, auth=FormToken(), headers=at("203.0.113.3")) as browser:
        browser.get("/sign-in")
        answers = [browser.post("/sign-in", data={"email": f"a{n}@sol.example"}) for n in range(most + 1)]
    assert [answer.status_code for answer in answers] == [200] * most + [429]
    assert AGAIN in answers[-1].text and "retry-after" in answers[-1].headers


def test_uploads_too_often_are_refused_in_json(pedido: ShopProcess) -> None:
    cookies = {"pedido_desk": pedido.owner_token}
    headers = at("203.0.113.4") | {"accept": "application/json"}
    with httpx.Client(base_url=pedido.address, auth=FormToken(), headers=headers, cookies=cookies) as browser:
        browser.get("/desk")
        for _time in range(FEW):
            assert browser.post("/desk/import/file", files={"file": ("x.csv", b"")}).status_code == 422
        refused = browser.post("/desk/import/file", files={"file": ("x.csv", b"")})
    assert refused.status_code == 429 and AGAIN in refused.json()["error"]


async def test_changing_the_cart_too_often_is_told_and_the_cart_stays(pedido: ShopProcess) -> None:
    device = Device(pedido.address)
    async with device.open("/product/FR-200") as page:
        product = page.props("product_panel")["variants"][0]["id"]
        for _time in range(throttle.CART.times + 1):
            await page.send("product_panel", "add", {"id": product, "quantity": 1})
        await page.until(lambda: any(AGAIN in toast for toast in page.toasts))
        newest = "SELECT quantity FROM cart_line ORDER BY id DESC LIMIT 1"
        assert await wait_for(lambda: pedido.read(newest) == [(throttle.CART.times,)], time.monotonic() + 10)
    await device.leave()


async def test_sending_too_often_is_told_and_the_form_keeps_what_was_typed(pedido: ShopProcess) -> None:
    device = Device(pedido.address)
    for _time in range(throttle.CHECKOUT.times):
        await buying.send_request(device, "often@sol.example")
        await buying.put_in_cart(device, "SAW-240")
    async with device.open("/checkout") as page:
        with pytest.raises(buying.RefusedError, match=AGAIN):
            await buying.press_send(page, "often@sol.example")
    await device.leave()
    [(sent,)] = pedido.read("SELECT count(*) FROM \"order\" WHERE email = 'often@sol.example'")
    assert sent == throttle.CHECKOUT.times


async def test_a_program_that_fills_in_everything_is_told_and_sends_nothing(pedido: ShopProcess) -> None:
    device = Device(pedido.address)
    await buying.put_in_cart(device, "FR-200")
    async with device.open("/checkout") as page:
        filled = buying.ANSWERS | {"email": "robot@sol.example", "homepage": "https://spam.example"}
        await page.send("form", "send", filled)
        await page.until(lambda: page.props("form")["summary"])
        assert "Nothing was sent yet" in page.props("form")["summary"]
        assert pedido.read("SELECT count(*) FROM \"order\" WHERE email = 'robot@sol.example'") == [(0,)]
        assert await buying.press_send(page, "robot@sol.example")  # a person presses once more
    await device.leave()
