"""The audit log: what is noted, by whom, and nothing secret in it."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from models import (
    AuditEntry,
    AuditKind,
    Dialect,
    DiscountKind,
    LegalKind,
    Protocol,
    Seller,
    Shape,
    Shop,
    SurchargeKind,
    Trigger,
)
from models.errors import FieldErrors
from services import audit, discount_codes, exports, housekeeping, parameters, surcharges, targets
from services.audit import AuditFilter
from services.database import unit_of_work
from tests import legal_texts, order_rows

NURIA, BEN = "nuria@norte.example", "ben@norte.example"
SECRET = "a-very-secret-word"
MAIL = {
    "mail_host": "mail.example.com",
    "mail_port": "587",
    "mail_security": "starttls",
    "mail_username": "shop",
    "mail_password": SECRET,
}
TARGET = {
    "name": "Depot",
    "host": "erp.example.com",
    "port": "21",
    "folder": "in",
    "username": "erp",
    "password": SECRET,
    "file_name": "{order_number}.csv",
    "shape": Shape.LINES,
    "dialect": Dialect.MACHINE,
    "trigger": Trigger.RECEIVED,
}


async def told() -> list[tuple[AuditKind, str, str]]:
    """The log, oldest first."""
    return [(entry.kind, entry.actor, entry.about) for entry in await AuditEntry.all().order_by("id")]


async def test_changed_settings_are_named_and_their_values_never(shop: Shop) -> None:
    await parameters.save({"name": "Norte Tools", "contact": "Calle Mayor 1", "order_prefix": "N-"}, by=NURIA)
    await parameters.save(MAIL, by=NURIA)
    await parameters.save({"contact": "Calle Mayor 1"}, by=BEN)
    await parameters.set_logo("saw.webp", by=BEN)
    assert await told() == [
        (AuditKind.SETTINGS, NURIA, "contact, order_prefix"),
        (AuditKind.SETTINGS, NURIA, "mail_host, mail_username, mail_password"),
        (AuditKind.SETTINGS, BEN, "logo"),
    ]
    assert SECRET not in repr(await AuditEntry.all().values())


async def test_what_is_refused_is_not_noted_as_changed(shop: Shop) -> None:
    with pytest.raises(FieldErrors):
        await parameters.save({"name": ""}, by=NURIA)
    assert await told() == []


async def test_transfer_targets_terms_and_legal_texts_are_noted(shop: Shop) -> None:
    target = await targets.save(None, Protocol.FTP, TARGET, by=NURIA)
    await targets.save(target.id, Protocol.FTP, TARGET | {"host": "new.example.com", "password": SECRET + "2"}, by=BEN)
    await targets.delete(target.id, by=BEN)
    packing = {"title": "Packing", "code": "PACK", "amount": "2.50"}
    surcharge = await surcharges.save(None, SurchargeKind.FIXED, packing, by=NURIA)
    await surcharges.delete(surcharge.id, by=NURIA)
    code = await discount_codes.save(None, {"code": "A5", "kind": DiscountKind.PERCENT, "amount": "5"}, by=NURIA)
    await discount_codes.delete(code.id, by=NURIA)
    for _again in range(2):
        await legal_texts.publish(LegalKind.TERMS, "en", "Pay soon.", by=NURIA)
    assert await told() == [
        (AuditKind.TARGET, NURIA, "Depot: new"),
        (AuditKind.TARGET, BEN, "Depot: host, password"),
        (AuditKind.TARGET, BEN, "Depot: deleted"),
        (AuditKind.SETTINGS, NURIA, "surcharge PACK"),
        (AuditKind.SETTINGS, NURIA, "surcharge PACK: deleted"),
        (AuditKind.SETTINGS, NURIA, "discount code A5"),
        (AuditKind.SETTINGS, NURIA, "discount code A5: deleted"),
        (AuditKind.SETTINGS, NURIA, "terms 1"),
    ]
    assert SECRET not in repr(await AuditEntry.all().values())


async def test_exports_are_noted_without_what_they_were_searched_by(shop: Shop) -> None:
    order = await order_rows.order()
    export = await exports.download(
        [order.id], Shape.ORDERS, Dialect.MACHINE, shop, by=NURIA, order_filter="search=marta"
    )
    await exports.undo(export.id, by=BEN)
    name = export.file_name
    assert await told() == [(AuditKind.EXPORTED, NURIA, f"{name} (1)"), (AuditKind.UNEXPORTED, BEN, name)]


async def test_an_entry_goes_with_what_it_tells_when_that_is_taken_back(shop: Shop) -> None:
    @unit_of_work
    async def fails() -> None:
        await audit.record(AuditKind.SETTINGS, NURIA, "name")
        raise ValueError("taken back")

    with pytest.raises(ValueError, match="taken back"):
        await fails()
    assert await told() == []


async def test_a_seller_is_known_by_the_address_of_then_even_when_gone(shop: Shop) -> None:
    nuria = await Seller.create(email=NURIA, password_hash="x")
    await audit.note(AuditKind.SIGNED_IN, nuria)
    await audit.note(AuditKind.BACKED_UP, NURIA, "x" * 500)
    await audit.note(AuditKind.SIGN_IN_REFUSED, audit.SYSTEM)
    assert [entry.seller_id for entry in await AuditEntry.all().order_by("id")] == [nuria.id, nuria.id, None]
    await Seller.filter(id=nuria.id).delete()
    page = await audit.page(AuditFilter(seller=NURIA))
    assert [(entry.seller_id, entry.actor) for entry in page.rows] == [(None, NURIA)] * 2
    assert len(page.rows[0].about) == 200


async def test_the_log_is_filtered_paged_and_saved(shop: Shop) -> None:
    for number in range(audit.PAGE_SIZE + 1):
        await audit.note(AuditKind.DOWNLOADED, NURIA, f"=file {number}")
    await audit.note(AuditKind.ERASED, BEN, "buyer 1")
    assert await audit.actors() == [BEN, NURIA]
    newest = await audit.page(AuditFilter())
    assert (newest.total, newest.rows[0].about) == (audit.PAGE_SIZE + 2, "buyer 1")
    last = await audit.page(AuditFilter.parse({"kind": "downloaded", "page": "99"}))
    assert (last.page, [entry.about for entry in last.rows]) == (2, ["=file 0"])
    asked = AuditFilter.parse({"kind": "erased", "seller": BEN, "page": "x"})
    assert AuditFilter.parse(asked.query()) == asked == AuditFilter(AuditKind.ERASED, BEN)
    assert AuditFilter.parse({"kind": "nonsense"}) == AuditFilter()
    rows = list(csv.DictReader(io.StringIO((await audit.as_csv(AuditFilter())).decode())))
    assert [rows[0][name] for name in ("kind", "actor", "about")] == ["erased", BEN, "buyer 1"]
    assert rows[1]["about"] == f"'=file {audit.PAGE_SIZE}"
    assert datetime.fromisoformat(rows[0]["at"]).tzinfo == UTC


async def test_the_log_is_kept_for_a_year(shop: Shop) -> None:
    await audit.note(AuditKind.ERASED, NURIA, "buyer 1")
    now = datetime.now(UTC)
    await housekeeping.clean_up(now + audit.KEPT - timedelta(hours=1))
    assert len(await told()) == 1
    await housekeeping.clean_up(now + audit.KEPT + timedelta(hours=1))
    assert await told() == []
