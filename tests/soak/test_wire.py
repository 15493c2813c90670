"""The browser without a browser: it buys as people do, and says when the shop is gone."""

import asyncio
import time
from pathlib import Path

import pytest

from tests.e2e import seeding
from tests.e2e.shop_process import ShopProcess, running_shop
from tests.servers import Door, smtp_server
from tests.soak import buying, frame
from tests.soak.post_office import PostOffice
from tests.soak.wire import Device, LostError

EMAIL = "marta@sol.example"


def test_a_request_is_sent_verified_and_confirmed_over_the_wire(tmp_path: Path) -> None:
    with smtp_server() as server:
        post = PostOffice(server)
        with running_shop(tmp_path, smtp_url=f"smtp://127.0.0.1:{server.port}", prepare=seeding.open_shop) as shop:
            asyncio.run(buy_and_confirm(shop, post))
            assert shop.read('SELECT email, status FROM "order"') == [(EMAIL, "processed")]


async def buy_and_confirm(shop: ShopProcess, post: PostOffice) -> None:
    device = Device(shop.address)
    assert f"-{1:05}" in (await device.get(await buying.send_request(device, EMAIL))).text
    assert f"-{1:05}" in (await device.get(await buying.send_request(device, EMAIL))).text  # it is not sent again
    await press_button_in_mail(device, post, EMAIL, "verify")
    await press_button_in_mail(device, post, seeding.MANAGEMENT, "orders/confirm")
    await device.leave()


async def press_button_in_mail(device: Device, post: PostOffice, recipient: str, room: str) -> None:
    (path,) = await frame.wait_for(lambda: post.links(recipient, room), time.monotonic() + 10)
    assert (await device.get(path)).status_code == 200
    assert (await device.post(path)).status_code == 200


async def test_a_shop_behind_a_shut_door_is_lost() -> None:
    door = Door(leads_to=1)
    device = Device(f"http://127.0.0.1:{door.port}")
    with pytest.raises(LostError):
        await device.get("/health")
    await door.open()
    await door.shut()
    with pytest.raises(LostError):
        await device.get("/health")
    await device.leave()
    await door.close()
