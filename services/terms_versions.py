"""The versions of the rules: which one an order is priced by, and what it says."""

from dataclasses import dataclass
from datetime import UTC, datetime

from models import Order, TermsVersion
from models.errors import NotFoundError
from models.pricing import Terms
from models.terms_version import digest, write
from models.text import _
from services import walk
from services.database import shielded
from services.statements import Statement
from services.walk import MOST_COUNTED

MOST_SHOWN = 200

VERSION = Statement[TermsVersion | None](lambda sha256: TermsVersion.get_or_none(sha256=sha256))


@dataclass(frozen=True)
class Used:
    """A version, since when there is one, and how many orders were priced by it, or more than that if `is_more`."""

    version: int
    since: datetime
    orders: int
    is_more: bool = False


async def of(terms: Terms) -> int | None:
    """The version of these rules, a new one if no order was priced by them yet; call it inside a unit of work.

    Where no prices are told, no rule is used, and there is none.
    """
    if terms.prices_hidden:
        return None
    rules = write(terms)
    sha256 = digest(rules)
    version = await VERSION.run(sha256)
    if version is None:
        version = await TermsVersion.create(sha256=sha256, rules=rules, created_at=datetime.now(UTC))
    return version.id


@shielded
async def get(version: int) -> TermsVersion:
    """A version. Raises NotFoundError."""
    found = await TermsVersion.get_or_none(id=version)
    if found is None:
        raise NotFoundError(_("There is no such version of the rules."))
    return found


@shielded
async def every() -> list[Used]:
    """The newest versions, the newest first."""
    versions = await TermsVersion.all().order_by("-id").limit(MOST_SHOWN)
    counts = [await walk.count(Order.filter(terms_version_id=version.id)) for version in versions]
    return [
        Used(version.id, version.created_at, min(orders, MOST_COUNTED), orders > MOST_COUNTED)
        for version, orders in zip(versions, counts, strict=True)
    ]
