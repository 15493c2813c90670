"""What is left to do after set-up."""

from datetime import timedelta

from models import Product, Protocol, Shop, Surcharge, SurchargeKind, TransferTarget
from services import checklist


async def left(shop: Shop) -> list[str]:
    return [step.address for step in await checklist.steps(shop) if not step.is_done]


async def test_a_new_shop_is_told_all_four_things_and_each_goes_when_it_is_done(shop: Shop) -> None:
    assert await left(shop) == ["/desk/import", "/desk/parameters", "/desk/terms-of-sale", "/desk/terms-of-sale"]

    await Product.create(sku="FR-200", name="Screwdriver")
    shop.mail_host = "mail.example"
    assert await left(shop) == ["/desk/terms-of-sale", "/desk/terms-of-sale"]

    await TransferTarget.create(name="ERP", protocol=Protocol.SFTP, host="erp.example", port=22)
    await Surcharge.create(title="Small order", code="SO", kind=SurchargeKind.FIXED)
    assert await checklist.steps(shop) == []


async def test_after_a_month_nobody_is_reminded(shop: Shop) -> None:
    assert await checklist.steps(shop, shop.created_at + timedelta(days=31)) == []
