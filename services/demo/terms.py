"""The terms of sale of the demo shop: surcharges, discount codes and where orders may be transferred."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models import DiscountCode, DiscountKind, Protocol, Surcharge, SurchargeKind, TransferTarget, Trigger
from models.days import ONE_DAY
from models.text import fold
from services import keys

TARGET_NAME = "Warehouse (ERP)"


@dataclass(frozen=True)
class Code:
    """A discount code; the days are counted from today, None for no bound."""

    code: str
    title: str
    kind: DiscountKind
    amount: str
    from_day: int | None = None
    to_day: int | None = None
    active: bool = True


WELCOME = Code("WELCOME5", "Welcome", DiscountKind.PERCENT, "5")
AUTUMN = Code("AUTUMN", "Autumn offer", DiscountKind.FIXED, "10", -45, 30)
FAIR = Code("FAIR10", "Trade fair", DiscountKind.PERCENT, "10", -110, -46)
STAFF = Code("PARTNER", "Partner terms", DiscountKind.PERCENT, "7.5", active=False)
CAMPAIGNS = (AUTUMN, FAIR)


async def write(today: date) -> TransferTarget:
    """Write the terms as they are `today`, and return the target; call it inside a unit of work."""
    await Surcharge.bulk_create(_surcharges())
    await DiscountCode.bulk_create([_row(code, today) for code in (WELCOME, AUTUMN, FAIR, STAFF)])
    return await TransferTarget.create(
        name=TARGET_NAME,
        protocol=Protocol.SFTP,
        host="sftp.example.com",
        port=Protocol.SFTP.port,
        folder="/incoming/orders",
        username="norte",
        password=keys.encrypt("not the right one"),
        trigger=Trigger.BY_HAND,
        active=False,
    )


def _surcharges() -> list[Surcharge]:
    tranches = [["0", "100", "30"], ["100", "200", "15"], ["200", "300", "5"]]
    small: dict[str, Any] = {
        "title": "Small order",
        "code": "SMALL",
        "kind": SurchargeKind.TRANCHES,
        "tranches": tranches,
    }
    mainland = {"title": "Delivery", "code": "ZONE-M", "kind": SurchargeKind.ZONE, "zone": "Mainland", "amount": "0"}
    islands = {"title": "Sea freight", "code": "ZONE-I", "kind": SurchargeKind.ZONE, "zone": "Islands", "amount": "12"}
    return [Surcharge(position=n, **columns) for n, columns in enumerate((small, mainland, islands), start=1)]


def _row(code: Code, today: date) -> DiscountCode:
    return DiscountCode(
        code=code.code,
        folded=fold(code.code),
        title=code.title,
        kind=code.kind,
        amount=code.amount,
        valid_from_date=None if code.from_day is None else today + code.from_day * ONE_DAY,
        valid_to_date=None if code.to_day is None else today + code.to_day * ONE_DAY,
        active=code.active,
    )
