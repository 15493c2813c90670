"""The shop's parameters: reading them, saving them, and what follows from them for mail and for the calendar."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from ipaddress import ip_address
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from models import AuditKind, OrderCounter, Shop
from models.buyer import VALUE_ANEW
from models.errors import FieldErrors, NotFoundError
from models.order_number import order_number
from models.shop import DEFAULT_COLOR
from models.text import _, shop_speaks, spoken
from services import audit, bell, database, keys, live, parameter_checks, pauses, settings
from services.database import unit_of_work
from services.parameter_checks import AWAY_TEXT, COVER_TEXT, Checked
from services.statements import Statement
from services.transports.smtp_server import Security, SmtpServer

SHOP_ID = 1
SHOP = Statement[Shop | None](lambda shop_id: Shop.get_or_none(id=shop_id))
FALLBACK_DOMAIN = "localhost.localdomain"
SECURITIES: dict[str, Security] = {"starttls": "starttls", "tls": "tls", "none": "none"}


@dataclass(frozen=True)
class Look:
    """What a page's frame needs to know of a shop."""

    name: str
    color: str
    logo_url: str
    contact: str
    language: str


async def exists() -> bool:
    """Whether the shop has been set up."""
    return await Shop.exists(id=SHOP_ID)


async def current() -> Shop:
    """The shop. Raises NotFoundError before it is set up."""
    shop = await SHOP.run(SHOP_ID)
    if shop is None:
        raise NotFoundError(_("This shop has not been set up yet."))
    shop_speaks(shop.language)
    return shop


async def save(values: Mapping[str, object], *, by: str = audit.SYSTEM) -> Shop:
    """Check and store the given parameters in the name of `by`; others stay as they are, unknown ones are dropped.

    `values` maps columns of the shop to what was typed: `management_emails` is text with an address per line, an
    empty `mail_password` keeps the saved one. Raises FieldErrors.
    """
    await _write(await _checked(values), by)
    live.offer_changed()
    bell.ring()
    return await current()


async def check(values: Mapping[str, object]) -> None:
    """Raise FieldErrors as `save` would, and store nothing."""
    await _checked(values)


async def _checked(values: Mapping[str, object]) -> dict[str, Checked]:
    checked, errors = parameter_checks.read(values, parameter_checks.CHECKS)
    if "mail_host" in checked:
        errors = _settle_login(checked, await current()) | errors
    else:
        checked.pop("mail_password", None)
    if errors:
        raise FieldErrors(errors)
    await _settle_texts(checked)
    return checked


async def set_logo(file_name: str, *, by: str = audit.SYSTEM) -> str:
    """Show the picture `file_name` of the media folder as the logo ("" for none); return the one shown before."""
    before = (await current()).logo
    await _write({"logo": file_name}, by)
    return before


@unit_of_work
async def _write(columns: Mapping[str, Checked], by: str) -> None:
    shop = await current()
    changed = [name for name, value in columns.items() if getattr(shop, name) != value]
    if changed:
        await Shop.filter(id=SHOP_ID).update(**columns)
        await audit.record(AuditKind.SETTINGS, by, ", ".join(changed))
    if "currency" in changed:
        await database.opened().execute_query(VALUE_ANEW)
    if "mail_host" in columns:
        await pauses.lift(pauses.MAIL_LANE)


async def _settle_texts(checked: dict[str, Checked]) -> None:
    """Lay texts in other languages into their one column; those that were not asked for stay."""
    names = [*COVER_TEXT.values(), *AWAY_TEXT.values()]
    typed = {name: str(checked.pop(name)) for name in names if name in checked}
    if typed:
        whole = {**((await current()).texts or {}), **typed}
        checked["texts"] = {name: text for name, text in whole.items() if text}


def cover_text(shop: Shop) -> str:
    """What stands above the catalogue, in the language of whoever is answered here, else in the shop's."""
    return _in_readers_language(shop, COVER_TEXT) or shop.cover_text


def away_text(shop: Shop) -> str:
    """What buyers are told today of the shop being out of office, in their language, else in the shop's; or ""."""
    now = today(shop)
    if not shop.away_text or (shop.away_from or now) > now or (shop.away_until or now) < now:
        return ""
    return _in_readers_language(shop, AWAY_TEXT) or shop.away_text


def _in_readers_language(shop: Shop, names: Mapping[str, str]) -> str:
    return (shop.texts or {}).get(names[spoken()], "") if spoken() != shop.language else ""


def _settle_login(checked: dict[str, Checked], shop: Shop) -> dict[str, str]:
    """Encrypt the password, or keep the saved one, which goes to the server it was saved for and nowhere else.

    Returns what is wrong with it.
    """
    typed = str(checked.pop("mail_password", ""))
    if not checked["mail_host"] or not checked.get("mail_username"):
        checked.update(mail_username="", mail_password="")
    elif typed:
        checked["mail_password"] = keys.encrypt(typed)
    elif not shop.mail_password:
        return {"mail_password": _("Enter the password of this user name.")}
    elif checked["mail_host"] != shop.mail_host:
        return {"mail_password": _("The server is another one: enter its password.")}
    return {}


def look(shop: Shop | None) -> Look:
    """The shop as frames, themes and mails show it to whoever is answered here; None before it is set up."""
    if shop is None:
        return Look("Pedido", DEFAULT_COLOR, "", "", spoken())
    logo_url = f"/media/{shop.logo}" if shop.logo else ""
    return Look(shop.name, shop.color, logo_url, shop.contact, spoken())


def today(shop: Shop, now: datetime | None = None) -> date:
    """The date in the shop's time zone; `now` is aware, the present if left out."""
    return (now or datetime.now(UTC)).astimezone(ZoneInfo(shop.time_zone)).date()


async def next_order_number(shop: Shop, prefix: str | None = None) -> str:
    """The number the next order would get, with another prefix if one is given."""
    year = today(shop).year
    counter = await OrderCounter.get_or_none(year=year)
    running = counter.last_number + 1 if counter else 1
    return order_number(shop.order_prefix if prefix is None else prefix, year, running)


def smtp_server(shop: Shop) -> SmtpServer | None:
    """The mail server: the environment's if it is set there, else the one entered here, else None.

    Raises ShopError if the saved password cannot be read with this key file.
    """
    if settings.current().smtp_url:
        return SmtpServer.from_url(settings.current().smtp_url)
    if not shop.mail_host:
        return None
    security = SECURITIES.get(shop.mail_security, "starttls")
    return SmtpServer(shop.mail_host, shop.mail_port, security, shop.mail_username, keys.decrypt(shop.mail_password))


def sender(shop: Shop) -> str:
    """The address the shop's mails come from; there is always one, so that mails can be written from the start."""
    return shop.mail_sender or next(iter(shop.management_emails), "") or f"orders@{_own_domain()}"


def _own_domain() -> str:
    host = urlsplit(settings.current().public_url).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return host if "." in host else FALLBACK_DOMAIN
    return FALLBACK_DOMAIN
