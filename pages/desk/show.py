"""Orders, times and amounts in words, as the desk writes them."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal, get_currency_precision

from models import Channel, MessageStatus, Shop, Verification
from models.days import ONE_DAY, date_locale
from models.money import MINUS, from_minor, show_amount, show_rough_amount
from models.text import _, ngettext, spoken
from services.deliveries import DeliveryRow
from services.order_list import Delivered, Errand, Exported, OrderRow

NOTHING = "–"
PICKING_LISTS = "/desk/picking-lists/pdf"
ONE_HOUR = timedelta(hours=1)
MOMENTS_KEPT = 4096  # as they were written
TICKS = {Verification.VERIFIED: "yes", Verification.UNVERIFIED: "no", Verification.OVERRIDDEN: "override"}
PLACE_WORDS: dict[str, Callable[[int], str]] = {  # of deliveries, as `Delivered` counts them
    "failed": lambda n: ngettext("{n} failed", "{n} failed", n),
    "held": lambda n: ngettext("{n} held", "{n} held", n),
    "waiting": lambda n: ngettext("{n} waiting", "{n} waiting", n),
    "done": lambda n: ngettext("{n} delivered", "{n} delivered", n),
    "kept": lambda n: ngettext("{n} kept here", "{n} kept here", n),
}

Cell = dict[str, Any]


def order_address(number: str) -> str:
    """The page of an order."""
    return f"/desk/orders/{quote(number, safe='')}"


def picking_lists_address(numbers: Sequence[str]) -> str:
    """Where the picking lists of several orders are downloaded."""
    return f"{PICKING_LISTS}?{urlencode([('order', number) for number in numbers])}"


@lru_cache(maxsize=4096)
def plain_amount(minor: int, currency: str, language: str) -> str:
    """An amount without its currency, as it stands in columns."""
    digits = "0" * get_currency_precision(currency)
    pattern = f"#,##0.{digits}" if digits else "#,##0"
    return format_decimal(from_minor(minor, currency), format=f"{pattern};{MINUS}{pattern}", locale=language)


def amount(minor: int, currency: str, shop: Shop) -> str:
    """An amount for a column: the currency only where it is not the shop's."""
    plain = plain_amount(minor, currency, spoken())
    return plain if currency == shop.currency else f"{currency} {plain}"


def full_amount(minor: int, currency: str, shop: Shop) -> str:
    """An amount with its currency."""
    return show_amount(from_minor(minor, currency), currency, spoken())


def rough_amount(minor: int, currency: str) -> str:
    """An amount with its currency where there is little room."""
    return show_rough_amount(from_minor(minor, currency), currency, spoken())


def number(count: int, shop: Shop) -> str:
    """A whole number with the language's thousands sign."""
    return format_decimal(count, locale=spoken())


def percent(share: Decimal) -> str:
    """A percentage in the language of whoever looks."""
    return f"{format_decimal(share, locale=spoken())} %"


def signed_percent(share: Decimal) -> str:
    """A change in percent with its sign and one decimal, "+5.2 %"."""
    return f"{format_decimal(share, format=f'+#,##0.0;{MINUS}#,##0.0', locale=spoken())} %"


def short_time(moment: datetime, shop: Shop, now: datetime | None = None) -> str:
    """When, as short as it can be understood today: "12:41", "Yesterday", "20 Nov", "20 Nov 2025"."""
    today = _local(now or datetime.now(UTC), shop.time_zone).date()
    return _short_time(_minute(moment), today, shop.time_zone, spoken())


def full_time(moment: datetime, shop: Shop) -> str:
    """When, to the minute, on the shop's clock: "20 Nov 2026, 12:41"."""
    return _full_time(_minute(moment), shop.time_zone, spoken())


def day(wanted: date, shop: Shop) -> str:
    """A day in the shop's language."""
    return format_date(wanted, "medium", date_locale(spoken()))


def weekday(moment: datetime, shop: Shop) -> str:
    """The name of a day of the week, "Sunday"."""
    return format_date(_local(moment, shop.time_zone).date(), "EEEE", locale=spoken())


def span(length: timedelta) -> str:
    """A length of time in its two biggest units: "1 day 4 h", "25 min"."""
    minutes = max(int(length.total_seconds() // 60), 0)
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        in_days = ngettext("{n} day", "{n} days", days).format(n=days)
        return " ".join(filter(None, [in_days, _("{n} h").format(n=hours) if hours else ""]))
    if hours:
        return " ".join([_("{n} h").format(n=hours), _("{n} min").format(n=minutes % 60)])
    return _("{n} min").format(n=minutes)


def rough_span(length: timedelta) -> str:
    """A length of time in its biggest unit: "27 days", "4 h"."""
    if length >= ONE_DAY:
        return ngettext("{n} day", "{n} days", length.days).format(n=length.days)
    return span(length) if length < ONE_HOUR else _("{n} h").format(n=length // ONE_HOUR)


def dialled(phone: str) -> str:
    """A phone number as a telephone dials it."""
    return "".join(c for c in phone if c.isascii() and (c.isdigit() or c in "+#*"))


def orders(count: int) -> str:
    """So many orders, in words."""
    return ngettext("{n} order", "{n} orders", count).format(n=format_decimal(count, locale=spoken()))


def marks(order: OrderRow, shop: Shop) -> list[dict[str, str]]:
    """What became of an order as the marks of its row: one for each errand of its deliveries, one for its export."""
    delivered = [
        {"state": _mark(one), "label": _mark_label(errand, one, shop)}
        for errand, one in zip(Errand, order.deliveries, strict=True)
    ]
    return [*delivered, _export_mark(order.exported, shop)]


def making_address(token: str) -> str:
    """Where the file of an export is downloaded while it is made."""
    return f"/desk/exports/making/{token}"


def export_address(export_id: int) -> str:
    """Where the file of an export is downloaded."""
    return f"/desk/exports/{export_id}"


def rules(version: int) -> str:
    """A version of the rules that orders are priced by."""
    return _("Rules, version {n}").format(n=version)


def _export_mark(exported: Exported | None, shop: Shop) -> dict[str, str]:
    if exported is None:
        return {"state": "none", "label": _("Export: not yet")}
    words = _("Export: {time}, {file} ({who})")
    at = full_time(exported.at, shop)
    return {"state": "ok", "label": words.format(time=at, file=exported.file_name, who=exported.by)}


def _mark(delivered: Delivered) -> str:
    if delivered.failed:
        return "bad"
    if delivered.waiting or delivered.held:
        return "wait"
    return "ok" if delivered.total else "none"


def _mark_label(errand: Errand, delivered: Delivered, shop: Shop) -> str:
    counts = [(getattr(delivered, place), words) for place, words in PLACE_WORDS.items()]
    words = ", ".join(words(count).format(n=count) for count, words in counts if count) or _("nothing yet")
    told = [f"{_(errand.label)}: {words}", full_time(delivered.at, shop) if delivered.at else "", delivered.reason]
    return " · ".join(filter(None, told))


def channel(channel: Channel) -> str:
    """The way a delivery goes."""
    return {Channel.MAIL: _("Mail"), Channel.TRANSFER: _("Transfer")}[channel]


def next_try(row: DeliveryRow, shop: Shop) -> str:
    """When a delivery that failed is tried again by itself, or nothing."""
    is_waiting = row.status is MessageStatus.PENDING and row.attempts and not row.paused_by
    return _("again {time}").format(time=short_time(row.due_at, shop)) if is_waiting else ""


def delivery_tag(row: DeliveryRow) -> Cell:
    """Where a delivery is, as a coloured tag."""
    if row.paused_by:
        return {"text": _("Paused"), "tag": "bad"}
    return {"text": _(row.status.label), "tag": row.status.tone}


def _local(moment: datetime, time_zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(time_zone))


def _minute(moment: datetime) -> datetime:
    """A moment as precise as it is shown: what was written once is found again."""
    return moment.replace(second=0, microsecond=0)


@lru_cache(maxsize=MOMENTS_KEPT)
def _full_time(minute: datetime, time_zone: str, language: str) -> str:
    local = _local(minute, time_zone)
    return f"{_written('yMMMd', local, language)}, {_written('Hm', local, language)}"


@lru_cache(maxsize=MOMENTS_KEPT)
def _short_time(minute: datetime, today: date, time_zone: str, language: str) -> str:
    local = _local(minute, time_zone)
    if local.date() == today:
        return _written("Hm", local, language)
    if local.date() == today - ONE_DAY:
        return _("Yesterday")
    return _written("MMMd" if local.year == today.year else "yMMMd", local, language)


def _written(skeleton: str, local: datetime, language: str) -> str:
    return format_skeleton(skeleton, local.replace(tzinfo=None), locale=date_locale(language))
