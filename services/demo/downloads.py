"""The exports of the demo shop: its seller downloads once a week what is new, and once took the wrong form."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from models import Dialect, Order, Shape, Shop
from models.days import ONE_DAY, ONE_WEEK, day_of
from services import exports

FIRST_WEEKS_AGO, LAST_DAYS_AGO = 11, 2  # the first one holds all that had come by then
AT = time(17, 40)
WRONG_WEEKS_AGO = 4
NOTICED_AFTER, RIGHT_AFTER = timedelta(minutes=6), timedelta(minutes=8)


async def make(shop: Shop, seller: str, now: datetime) -> None:
    """Make the exports of the last months before `now` (aware), the oldest first."""
    before = shop.created_at
    for weeks_ago in range(FIRST_WEEKS_AGO, -1, -1):
        at = _moment(shop, now, weeks_ago)
        order_ids = await _received(before, at)
        if weeks_ago == WRONG_WEEKS_AGO:
            wrong = await _download(order_ids, Shape.ORDERS, shop, seller, at)
            await exports.undo(wrong, by=seller, now=at + NOTICED_AFTER)
            await _download(order_ids, Shape.LINES, shop, seller, at + RIGHT_AFTER)
        else:
            await _download(order_ids, Shape.LINES, shop, seller, at)
        before = at


def _moment(shop: Shop, now: datetime, weeks_ago: int) -> datetime:
    """The seller's time to export, so many weeks before the last export."""
    day = day_of(now, shop.time_zone) - LAST_DAYS_AGO * ONE_DAY - weeks_ago * ONE_WEEK
    return datetime.combine(day, AT, tzinfo=ZoneInfo(shop.time_zone)).astimezone(UTC)


async def _received(after: datetime, until: datetime) -> list[int]:
    found = Order.filter(received_at__gt=after, received_at__lte=until).order_by("-created_at", "-id")
    return [row["id"] for row in await found.values("id")]


async def _download(order_ids: list[int], shape: Shape, shop: Shop, seller: str, at: datetime) -> int:
    export = await exports.download(
        order_ids, shape, Dialect.SPREADSHEET, shop, by=seller, order_filter=exports.NEW, now=at
    )
    return export.id
