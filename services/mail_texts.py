"""The words of the mails to buyers, as the seller wants them: kept for each language, looked at before, taken back."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from models import AuditKind, Order, OrderCharge, OrderLine, Shop, Status, Verification
from models.errors import FieldErrors
from models.mail_wording import OF_STATUS, MailKind, Wording, unknown
from models.money import to_minor
from models.order_edit import Change
from models.text import LANGUAGES, _, is_clean, speaking
from services import audit, links, mails, parameters
from services.database import shielded, unit_of_work
from services.mails import Mail, wording

LONGEST = {"subject": 150, "title": 150, "body": 2000}
WRITERS = {
    MailKind.VERIFICATION: mails.verification,
    MailKind.RECEIVED: mails.received,
    MailKind.CONFIRMED: mails.confirmed,
}
STATUS_OF = {kind: status for status, kind in OF_STATUS.items()}


@dataclass(frozen=True)
class Preview:
    """A mail as a buyer would get it; `number` is the order it is about, "" for one that was made up for it."""

    mail: Mail
    number: str


def words(shop: Shop, kind: MailKind, language: str) -> Wording:
    """The words of a mail in a language, with their placeholders."""
    with speaking(language):
        return wording.chosen(shop, kind) or wording.ours(kind)


def changed(shop: Shop, kind: MailKind) -> list[str]:
    """The languages in which the seller chose other words than ours."""
    return [language for language in LANGUAGES if words(shop, kind, language) != _ours(kind, language)]


async def save(kind: MailKind, language: str, typed: Mapping[str, object], *, by: str) -> Shop:
    """Keep the words of a mail (`subject`, `title`, `body`) for a language; our own words are not kept.

    Raises FieldErrors.
    """
    chosen = _checked(kind, typed)
    parts = dict.fromkeys(wording.PARTS, "") if chosen == _ours(kind, language) else _parts(chosen)
    await _write(kind, language, parts, by)
    return await parameters.current()


async def reset(kind: MailKind, language: str, *, by: str) -> Shop:
    """Go back to our own words in a language."""
    await _write(kind, language, dict.fromkeys(wording.PARTS, ""), by)
    return await parameters.current()


async def preview(kind: MailKind, language: str, typed: Mapping[str, object]) -> Preview:
    """The mail with these words about the newest order there is, or a made-up one. Raises FieldErrors."""
    chosen = _checked(kind, typed)
    shop = copy.copy(await parameters.current())
    shop.texts = _with(shop, kind, language, _parts(chosen))
    order, lines, charges = await _newest(shop)
    number = order.number if order.id else ""
    order.language = language
    order.status = STATUS_OF.get(kind, order.status)
    with speaking(language):
        return Preview(_written(kind, shop, order, lines, charges), number if kind.is_about_an_order else "")


def _checked(kind: MailKind, typed: Mapping[str, object]) -> Wording:
    errors: dict[str, str] = {}
    parts: dict[str, str] = {}
    for name, longest in LONGEST.items():
        lines = [" ".join(line.split()) for line in str(typed.get(name, "")).splitlines()]
        parts[name] = "\n".join(lines).strip() if name == "body" else " ".join(filter(None, lines))
        known = kind.placeholders if name == "body" else kind.subject_placeholders
        if not parts[name]:
            errors[name] = _("Please write something, or go back to our own words.")
        elif len(parts[name]) > longest:
            errors[name] = _("At most {n} characters, please.").format(n=longest)
        elif not is_clean(parts[name]):
            errors[name] = _("This contains characters that cannot be stored.")
        elif strange := unknown(parts[name], known):
            may = ", ".join(f"{{{one}}}" for one in known)
            told = _("{placeholder} cannot stand here. What can: {placeholders}.")
            errors[name] = told.format(placeholder=strange[0], placeholders=may)
    if errors:
        raise FieldErrors(errors)
    return Wording(**parts)


def _ours(kind: MailKind, language: str) -> Wording:
    with speaking(language):
        return wording.ours(kind)


def _parts(chosen: Wording) -> dict[str, str]:
    return {name: getattr(chosen, name) for name in wording.PARTS}


def _with(shop: Shop, kind: MailKind, language: str, parts: Mapping[str, str]) -> dict[str, str]:
    """The shop's texts with these parts in their places; empty ones are taken out."""
    named = dict(zip(wording.names(kind, language), parts.values(), strict=True))
    return {name: text for name, text in {**(shop.texts or {}), **named}.items() if text}


@unit_of_work
async def _write(kind: MailKind, language: str, parts: Mapping[str, str], by: str) -> None:
    shop = await parameters.current()
    texts = _with(shop, kind, language, parts)
    if texts != (shop.texts or {}):
        await Shop.filter(id=shop.id).update(texts=texts)
        await audit.record(AuditKind.SETTINGS, by, f"mail.{kind}:{language}")


@shielded
async def _newest(shop: Shop) -> tuple[Order, list[OrderLine], list[OrderCharge]]:
    order = await Order.filter(received_at__isnull=False, locked_at__isnull=True).order_by("-id").first()
    if order is None:
        return _made_up(shop)
    return order, await OrderLine.filter(order_id=order.id), await OrderCharge.filter(order_id=order.id)


def _made_up(shop: Shop) -> tuple[Order, list[OrderLine], list[OrderCharge]]:
    price = Decimal("24.80")
    total = to_minor(price * 2, shop.currency)
    line = OrderLine(line_no=1, sku="A-1", name=_("A product"), quantity=2, unit_price=price, line_total=total)
    order = Order(
        number="2026-00001",
        name="Marta Gil",
        company="Ferretería Sol",
        email="marta@sol.example",
        currency=shop.currency,
        price_note=shop.price_note,
        lines_total=total,
        total=total,
        status=Status.PENDING,
        verification=Verification.VERIFIED,
        created_at=datetime.now(UTC),
    )
    return order, [line], []


def _written(kind: MailKind, shop: Shop, order: Order, lines: list[OrderLine], charges: list[OrderCharge]) -> Mail:
    url = links.url("/")
    if kind is MailKind.MESSAGE:
        return mails.message_from_seller(shop, order, _("The blue ones come on Tuesday."), url)
    if kind is MailKind.EDITED:
        told = [Change(line.name, str(line.quantity + 1), str(line.quantity)).words for line in lines[:1]]
        return mails.edited(shop, order, lines, charges, text="\n".join(told), request_url=url)
    if kind is MailKind.SIGN_IN:
        return mails.sign_in(shop, order.email, url)
    if not kind.is_about_an_order:
        return mails.standing(shop, url, is_approved=kind is MailKind.APPROVED)
    return WRITERS.get(kind, mails.status_changed)(shop, order, lines, charges, url)
