"""What the desk tells before anything else, and when it falls silent again."""

from datetime import UTC, datetime, timedelta

import pytest

from models import MessageStatus, Protocol, Shop, TransferTarget, Trigger
from services import backups, database, desk_notices, disk, held, live, pauses, settings
from tests import order_rows


async def told(shop: Shop) -> list[str]:
    """The pages the notices lead to, or how bad one is that leads nowhere; read anew."""
    live.catalog_changed()
    return [notice.address or notice.tone for notice in await desk_notices.current(shop)]


async def test_a_new_shop_is_told_nothing(shop: Shop) -> None:
    assert await told(shop) == []


async def test_held_deliveries_are_told_until_they_are_released(shop: Shop) -> None:
    await order_rows.message(None, MessageStatus.HELD)
    assert await told(shop) == ["/desk/deliveries?status=held"]
    await held.release()
    assert await told(shop) == []


async def test_a_shop_without_a_backup_for_days_is_told_until_there_is_one(shop: Shop) -> None:
    shop.created_at = datetime.now(UTC) - timedelta(days=3)
    assert await told(shop) == ["/desk/parameters"]
    await backups.make()
    assert await told(shop) == []


async def test_a_disk_with_less_than_500_mb_is_told(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "free_bytes", lambda: 499_000_000)
    [notice] = await desk_notices.current(shop)
    assert (notice.tone, "499 MB" in notice.text) == ("bad", True)
    monkeypatch.setattr(disk, "free_bytes", lambda: 500_000_000)
    assert await told(shop) == []


async def test_a_mail_password_that_was_forgotten_is_asked_for_again(shop: Shop) -> None:
    shop.mail_host, shop.mail_username, shop.mail_password = "mail.norte.example", "shop", ""
    assert await told(shop) == ["/desk/parameters"]
    settings.load(data=settings.current().data, smtp_url="smtp://mail.norte.example")
    assert await told(shop) == [], "the server of the environment has its own password"


async def test_the_password_of_a_target_that_was_forgotten_is_asked_for_again(shop: Shop) -> None:
    await TransferTarget.create(
        name="ERP",
        protocol=Protocol.SFTP,
        host="erp.example",
        port=22,
        username="erp",
        folder="in",
        trigger=Trigger.RECEIVED,
    )
    [notice] = await desk_notices.current(shop)
    assert (notice.address, "ERP" in notice.text) == ("/desk/terms-of-sale", True)


@database.unit_of_work
async def paused(lane: int) -> None:
    await pauses.begin(lane, "auth", "The login was not accepted.")


@database.unit_of_work
async def lifted(lane: int) -> None:
    await pauses.lift(lane)


async def test_a_paused_lane_is_told_with_its_reason_until_it_goes_on(shop: Shop) -> None:
    target = await TransferTarget.create(name="ERP", protocol=Protocol.FTP, host="h", port=21, password="encrypted")
    await paused(target.id)
    assert await told(shop) == [f"/desk/terms-of-sale/targets/{target.id}"]
    assert [notice.text for notice in await desk_notices.current(shop)] == [
        "Transfers to ERP are paused until this is mended: The login was not accepted."
    ]
    await lifted(target.id)
    assert await told(shop) == []
    await paused(pauses.MAIL_LANE)
    assert await told(shop) == ["/desk/parameters"]


async def test_what_was_given_up_within_a_week_is_told(shop: Shop) -> None:
    now = datetime.now(UTC)
    await order_rows.message(None, MessageStatus.FAILED, finished_at=now - timedelta(days=8))
    assert await told(shop) == []
    await order_rows.message(None, MessageStatus.FAILED, finished_at=now)
    assert await told(shop) == ["/desk/deliveries?status=failed"]
