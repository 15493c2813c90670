"""The one filter of orders: read from a query string, written back to it, and applied to the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from babel.dates import format_date
from tortoise.expressions import Q, RawSQL, Subquery
from tortoise.queryset import QuerySet

from models import query_values
from models.days import date_locale, day_of, end_of, monday_of, start_of, working_days_before
from models.order import VERIFIED_WORDS, Order, OrderLine, Status, Verification
from models.outbox import MessageStatus, OutboxMessage, Purpose
from models.product import MAX_SKU_LENGTH
from models.text import N_, _, fold, spoken

WAITING = (Status.PENDING, Status.TO_BE_REVIEWED)
NEWEST_FIRST = "created"
BY_STATUS = "status"  # as the statuses stand in the life of an order, not as their words do in the alphabet
ANSWERS = (Purpose.MESSAGE, Purpose.EDITED, Purpose.STATUS_CHANGED)  # mails that a seller sent, beside the confirmation
ANSWERED_WITHIN = 2  # working days

# What the desk sorts by, and the columns it means, each with an index; numbers are given in the order of placing.
SORTS = {
    "created": ("created_at", "id"),
    "number": ("id",),
    "buyer": ("sort_name", "id"),
    "status": ("status", "created_at", "id"),
    "price": ("lines_total", "id"),
    "discounts": ("discounts", "id"),
    "surcharges": ("surcharges", "id"),
    "total": ("total", "id"),
}
BELOW_ZERO = {"discounts"}  # the largest of these is the least number
DATED = ("buyer", "status", "verified")  # conditions on a column that has an index together with the date
THIS_ORDER = RawSQL('"order"."id"')  # in what is looked up for each order, so that it is not read for all of them


class Flag(StrEnum):
    """One of the desk's figures, as a filter."""

    NEW_TODAY = "new_today"
    WAITING = "waiting"
    UNANSWERED = "unanswered"
    UNVERIFIED = "unverified"
    DUPLICATES = "duplicates"
    FAILED = "failed"
    THIS_WEEK = "this_week"
    RECEIVED = "received"  # what the reports count

    @property
    def label(self) -> str:
        """The message to show (translate it with `_`)."""
        return {
            "new_today": N_("New today"),
            "waiting": N_("Waiting for you"),
            "unanswered": N_("Without answer"),
            "unverified": N_("Not verified"),
            "duplicates": N_("Possible duplicates"),
            "failed": N_("Failed deliveries"),
            "this_week": N_("This week"),
            "received": N_("Received"),
        }[self.value]


EXPORTED_WORDS = {"yes": N_("Exported"), "no": N_("Received, not exported yet")}


@dataclass(frozen=True)
class OrderFilter:
    """Which orders, in which order, on which page; dates are whole days of `time_zone`, both included.

    `buyer` is a buyer's id or a part of an address; `exported` is "yes" or "no", where "no" means requests that were
    received and that no standing export took out; `sku` is a whole one. An empty value filters nothing.
    Pages count from 1, or from the end: -1 is the last. `at` is where the page begins or ends: "after-7" says after the
    order with this id, "before-7" before it; where it is empty, the number of the page says it.
    """

    time_zone: str
    search: str = ""
    from_date: date | None = None
    to_date: date | None = None
    status: frozenset[Status] = frozenset()
    buyer: str = ""
    verified: Verification | None = None
    flag: Flag | None = None
    exported: str = ""
    sku: str = ""
    sort: str = NEWEST_FIRST
    descending: bool = True
    page: int = 1
    at: str = ""

    @classmethod
    def parse(cls, query: Mapping[str, str], time_zone: str) -> OrderFilter:
        """Read a query string's values; whatever cannot be meant is ignored."""
        sort, (page, at) = query.get("sort", ""), query_values.place(query)
        from_date, to_date = query_values.day(query.get("from", "")), query_values.day(query.get("to", ""))
        if from_date and to_date and from_date > to_date:
            from_date, to_date = to_date, from_date
        return cls(
            time_zone=time_zone,
            search=query_values.text(query.get("search", "")),
            from_date=from_date,
            to_date=to_date,
            status=frozenset(Status(word) for word in query.get("status", "").split(",") if word in set(Status)),
            buyer=query_values.text(query.get("buyer", "")),
            verified=VERIFIED_WORDS.get(query.get("verified", "")),
            flag=Flag(query["flag"]) if query.get("flag") in set(Flag) else None,
            exported=query.get("exported", "") if query.get("exported") in EXPORTED_WORDS else "",
            sku=query_values.text(query.get("sku", ""))[:MAX_SKU_LENGTH].strip(),
            sort=sort if sort in SORTS else NEWEST_FIRST,
            descending=query.get("order") != "up" if sort in SORTS else True,
            page=page,
            at=at,
        )

    def query(self) -> dict[str, str]:
        """Write the filter as a query string's values; what is not set is left out."""
        newest_first = self.sort == NEWEST_FIRST and self.descending
        values = self.criteria() | {
            "sort": "" if newest_first else self.sort,
            "order": "" if self.descending else "up",
            **query_values.place_told(self.page, self.at),
        }
        return {name: value for name, value in values.items() if value}

    def criteria(self) -> dict[str, str]:
        """Which orders, without their order and page: all names, empty where nothing is set."""
        verified = next((word for word, kind in VERIFIED_WORDS.items() if kind is self.verified), "")
        return {
            "search": self.search,
            "from": self.from_date.isoformat() if self.from_date else "",
            "to": self.to_date.isoformat() if self.to_date else "",
            "status": ",".join(status for status in Status if status in self.status),
            "buyer": self.buyer,
            "verified": verified,
            "flag": self.flag or "",
            "exported": self.exported,
            "sku": self.sku,
        }

    def chips(self) -> list[tuple[str, str]]:
        """What is set, as (name in the query, words)."""
        chips = [("search", f"“{self.search}”")] if self.search else []
        if self.from_date:
            chips.append(("from", _("from {date}").format(date=_day(self.from_date))))
        if self.to_date:
            chips.append(("to", _("until {date}").format(date=_day(self.to_date))))
        if self.status:
            chips.append(("status", ", ".join(_(status.label) for status in Status if status in self.status)))
        if self.buyer:
            chips.append(("buyer", _("one buyer") if self.buyer_id else self.buyer))
        if self.verified:
            chips.append(("verified", _(self.verified.label)))
        if self.flag:
            chips.append(("flag", _(self.flag.label)))
        if self.exported:
            chips.append(("exported", _(EXPORTED_WORDS[self.exported])))
        if self.sku:
            chips.append(("sku", _("with {sku}").format(sku=self.sku)))
        return chips

    @property
    def buyer_id(self) -> int | None:
        """The id `buyer` holds, if it holds one."""
        return query_values.number(self.buyer)

    @property
    def goes_down(self) -> bool:
        """Whether the columns it is sorted by go down."""
        return self.descending is not (self.sort in BELOW_ZERO)

    def matching(self, now: datetime | None = None) -> QuerySet[Order]:
        """The orders that match at `now`, in no order, all pages."""
        return Order.filter(*self.conditions(now).values())

    def parts(self, now: datetime | None = None) -> list[QuerySet[Order]]:
        """The same in their order: parts that follow each other, through each of which an index leads."""
        found = self.matching(now)
        if self.sort != BY_STATUS:
            return [self._sorted(found)]
        way = reversed(Status) if self.goes_down else Status
        return [self._sorted(found.filter(status=status)) for status in way if status in self.possible]

    @property
    def possible(self) -> frozenset[Status]:
        """The statuses that orders which match can have."""
        return self.status or frozenset(Status)

    def conditions(self, now: datetime | None = None) -> dict[str, Q]:
        """What must be so of an order at `now`, by name; first what leaves few orders. What is not set is left out."""
        every = {
            "product": self._product(),
            "words": self._words(),
            "buyer": self._buyer(),
            "dates": self._dates(),
            "exported": self._exported(),
            "flag": flagged(self.flag, self.time_zone, now),
            "status": Q(status__in=list(self.status)) if self.status else Q(),
            "verified": Q(verification=self.verified) if self.verified else Q(),
        }
        return {name: wanted for name, wanted in every.items() if wanted != Q()}

    def served(self) -> frozenset[str]:
        """The conditions that the index of the sorting serves, too: all that it leads through fulfils them."""
        if self.sort == BY_STATUS:
            return frozenset(["status"])
        if self.sort != NEWEST_FIRST:
            return frozenset()
        single = {"buyer": self.buyer_id, "status": len(self.status) == 1, "verified": self.verified}
        return frozenset(["dates", *[name for name in DATED if single[name]][:1]])

    def _sorted(self, found: QuerySet[Order]) -> QuerySet[Order]:
        sign = "-" if self.goes_down else ""
        return found.order_by(*(f"{sign}{column}" for column in SORTS[self.sort]))

    def _dates(self) -> Q:
        wanted = Q()
        if self.from_date:
            wanted &= Q(created_at__gte=start_of(self.from_date, self.time_zone))
        if self.to_date:
            wanted &= Q(created_at__lt=end_of(self.to_date, self.time_zone))
        return wanted

    def _words(self) -> Q:
        return Q(*(Q(search__contains=word) for word in fold(self.search).split()))

    def _buyer(self) -> Q:
        if not self.buyer:
            return Q()
        return Q(buyer_id=self.buyer_id) if self.buyer_id else Q(email__icontains=self.buyer)

    def _exported(self) -> Q:
        if not self.exported:
            return Q()
        is_new = Q(exported_at__isnull=True, received_at__isnull=False)
        return Q(exported_at__isnull=False) if self.exported == "yes" else is_new

    def _product(self) -> Q:
        if not self.sku:
            return Q()
        return Q(id__in=Subquery(OrderLine.filter(order_id=THIS_ORDER, sku=self.sku).values("order_id")))


def flagged(flag: Flag | None, time_zone: str, now: datetime | None = None) -> Q:
    """The condition behind one of the desk's figures at `now`; nothing for no flag."""
    at = now or datetime.now(UTC)
    today = day_of(at, time_zone)
    match flag:
        case None:
            wanted = Q()
        case Flag.NEW_TODAY:
            wanted = Q(created_at__gte=start_of(today, time_zone), created_at__lt=end_of(today, time_zone))
        case Flag.WAITING:
            wanted = Q(received_at__isnull=False) & is_open()
        case Flag.UNANSWERED:
            long_ago = working_days_before(at, ANSWERED_WITHIN, time_zone)
            answers = OutboxMessage.filter(order_id=THIS_ORDER, purpose__in=list(ANSWERS))
            wanted = Q(received_at__lte=long_ago, id__not_in=Subquery(answers.values("order_id"))) & is_open()
        case Flag.UNVERIFIED:
            wanted = Q(verification=Verification.UNVERIFIED)
        case Flag.DUPLICATES:
            wanted = Q(duplicate_of_id__isnull=False) & is_open()
        case Flag.FAILED:
            failed = OutboxMessage.filter(order_id=THIS_ORDER, status=MessageStatus.FAILED)
            wanted = Q(id__in=Subquery(failed.values("order_id")))
        case Flag.THIS_WEEK:
            wanted = Q(received_at__isnull=False, created_at__gte=start_of(monday_of(today), time_zone))
        case Flag.RECEIVED:
            wanted = Q(received_at__isnull=False)
    return wanted


def is_open() -> Q:
    """The condition to be neither confirmed nor settled by its status."""
    return Q(confirmed_at__isnull=True, status__in=list(WAITING))


def _day(day: date) -> str:
    """A day in the language of whoever reads."""
    return format_date(day, "medium", date_locale(spoken()))
