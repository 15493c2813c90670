"""The audit log: written with what it tells about, read by owners, kept for a year."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tortoise.expressions import Q

from models import AuditEntry, AuditKind, Seller, query_values
from models.audit import MAX_ABOUT_LENGTH
from models.formulas import guarded
from services import walk
from services.database import shielded, unit_of_work
from services.walk import Page, Way

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
    at: str = ""

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> "AuditFilter":
        """Read a query string's values; whatever cannot be meant is ignored."""
        kind, (page, at) = query.get("kind", ""), query_values.place(query)
        return cls(
            kind=AuditKind(kind) if kind in set(AuditKind) else None,
            seller=query_values.text(query.get("seller", "")),
            page=page,
            at=at,
        )

    def query(self) -> dict[str, str]:
        """Write the filter as a query string's values; what is not set is left out."""
        values = {"kind": self.kind or "", "seller": self.seller, **query_values.place_told(self.page, self.at)}
        return {name: value for name, value in values.items() if value}

    def way(self) -> Way:
        """The way through the entries that match, newest first."""
        served = Q(kind=self.kind) if self.kind else Q()
        wanted = (Q(actor=self.seller),) if self.seller else ()
        return Way(AuditEntry.all(), ("at", "id"), served=served, wanted=wanted)


AuditPage = Page[AuditEntry]


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
    return await walk.page(audit_filter.way(), audit_filter.page, audit_filter.at, PAGE_SIZE, _read)


async def _read(entry_ids: list[int]) -> list[AuditEntry]:
    return await AuditEntry.filter(id__in=entry_ids)


async def actors() -> list[str]:
    """Everybody the log tells of, by name."""
    return [row["actor"] for row in await AuditEntry.all().distinct().order_by("actor").values("actor")]


async def as_csv(audit_filter: AuditFilter) -> bytes:
    """The newest entries that match as CSV: UTF-8, times in UTC, nothing that a spreadsheet would run."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    newest = audit_filter.way().matching.order_by("-at", "-id").limit(MOST_SAVED)
    for entry in await newest.values(*COLUMNS):
        at = entry["at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        writer.writerow([at, str(entry["kind"]), guarded(entry["actor"]), guarded(entry["about"])])
    return text.getvalue().encode()


async def forget(now: datetime) -> None:
    """Delete what has been kept long enough at `now`; call it inside a unit of work."""
    await AuditEntry.filter(at__lt=now - KEPT).delete()
