"""The audit log: written with what it tells about, read by owners, kept for a year."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models import AuditEntry, AuditKind, Seller, query_values
from models.audit import MAX_ABOUT_LENGTH
from models.formulas import guarded
from services.database import shielded, unit_of_work

KEPT = timedelta(days=365)
PAGE_SIZE = 50
MOST_SAVED = 100_000  # rows of a file
BUYER, SYSTEM, STRANGER = "buyer", "system", "stranger"  # who did it, when it was no seller
COLUMNS = ("at", "kind", "actor", "about")


@dataclass(frozen=True)
class AuditFilter:
    """Which entries, on which page; empty means any. `seller` is an address as it was then, `buyer` or `system`."""

    kind: AuditKind | None = None
    seller: str = ""
    page: int = 1

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> "AuditFilter":
        """Read a query string's values; whatever cannot be meant is ignored."""
        kind = query.get("kind", "")
        return cls(
            kind=AuditKind(kind) if kind in set(AuditKind) else None,
            seller=query_values.text(query.get("seller", "")),
            page=query_values.page(query.get("page", "")),
        )

    def query(self) -> dict[str, str]:
        """Write the filter as a query string's values; what is not set is left out."""
        values = {"kind": self.kind or "", "seller": self.seller, "page": str(self.page) if self.page > 1 else ""}
        return {name: value for name, value in values.items() if value}

    def select(self) -> QuerySet[AuditEntry]:
        """The entries that match, newest first, all pages."""
        wanted = Q()
        if self.kind:
            wanted &= Q(kind=self.kind)
        if self.seller:
            wanted &= Q(actor=self.seller)
        return AuditEntry.filter(wanted).order_by("-at", "-id")


@dataclass(frozen=True)
class AuditPage:
    """One page of the log, counted from 1."""

    rows: tuple[AuditEntry, ...]
    total: int
    page: int


async def record(kind: AuditKind, seller: Seller | str, about: str = "") -> None:
    """Write an entry; call it inside the unit of work that does what it tells.

    `seller` is who did it: a seller or their address, `BUYER`, `SYSTEM` or `STRANGER`. `about` says with what – an
    order's number, a buyer's id, the names of settings – and never holds a secret or personal data of a buyer.
    """
    known = seller if isinstance(seller, Seller) else await Seller.get_or_none(email=seller)
    actor = seller.email if isinstance(seller, Seller) else seller
    if len(about) > MAX_ABOUT_LENGTH:
        about = about[: MAX_ABOUT_LENGTH - 1] + "…"
    seller_id = known.id if known else None
    await AuditEntry.create(at=datetime.now(UTC), kind=kind, seller_id=seller_id, actor=actor, about=about)


note = unit_of_work(record)  # the same, for what writes nothing else


@shielded
async def page(audit_filter: AuditFilter) -> AuditPage:
    """The page of the log a filter asks for, or the last one there is."""
    total = await audit_filter.select().count()
    number = min(audit_filter.page, max(1, -(-total // PAGE_SIZE)))
    rows = await audit_filter.select().offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    return AuditPage(tuple(rows), total, number)


async def actors() -> list[str]:
    """Everybody the log tells of, by name."""
    return [row["actor"] for row in await AuditEntry.all().distinct().order_by("actor").values("actor")]


async def as_csv(audit_filter: AuditFilter) -> bytes:
    """The newest entries that match as CSV: UTF-8, times in UTC, nothing that a spreadsheet would run."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for entry in await audit_filter.select().limit(MOST_SAVED).values(*COLUMNS):
        at = entry["at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        writer.writerow([at, str(entry["kind"]), guarded(entry["actor"]), guarded(entry["about"])])
    return text.getvalue().encode()


async def forget(now: datetime) -> None:
    """Delete what has been kept long enough at `now`; call it inside a unit of work."""
    await AuditEntry.filter(at__lt=now - KEPT).delete()
