"""What is left to do after set-up, until the shop can run by itself."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from models import DiscountCode, LegalText, Product, Shop, Surcharge, TransferTarget
from models.text import _
from services import parameters
from services.database import shielded

SHOWN_FOR = timedelta(days=30)  # who needs no transfer target need not be told for ever
FIRST_VERSION = 1


@dataclass(frozen=True)
class Step:
    """One thing to do, and the page to do it on."""

    text: str
    address: str
    is_done: bool


@shielded
async def steps(shop: Shop, now: datetime | None = None) -> list[Step]:
    """What there is to do, done or not; nothing once all is done or the shop's first month is over."""
    if (now or datetime.now(UTC)) - shop.created_at > SHOWN_FOR:
        return []
    listed = [
        Step(_("Bring your catalogue"), "/desk/import", await Product.exists()),
        Step(_("Set up mail"), "/desk/parameters", parameters.smtp_server(shop) is not None),
        Step(_("Send orders to FTP or SFTP"), "/desk/terms-of-sale", await TransferTarget.exists()),
        Step(_("Check your terms of sale"), "/desk/terms-of-sale", await _has_own_terms()),
    ]
    return [] if all(step.is_done for step in listed) else listed


async def _has_own_terms() -> bool:
    own_texts = LegalText.filter(version__gt=FIRST_VERSION).exists()
    return await Surcharge.exists() or await DiscountCode.exists() or await own_texts
