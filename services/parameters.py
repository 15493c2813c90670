"""The shop's parameters: reading them, and what follows from them for mail and for the calendar."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from ipaddress import ip_address
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from models import Shop
from models.errors import NotFoundError
from models.text import _
from services import keys, settings
from services.transports.smtp import Security, SmtpServer

SHOP_ID = 1
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
    shop = await Shop.get_or_none(id=SHOP_ID)
    if shop is None:
        raise NotFoundError(_("This shop has not been set up yet."))
    return shop


def look(shop: Shop) -> Look:
    """The shop as frames, themes and mails show it."""
    logo_url = f"/media/{shop.logo}" if shop.logo else ""
    return Look(shop.name, shop.color, logo_url, shop.contact, shop.language)


def today(shop: Shop, now: datetime | None = None) -> date:
    """The date in the shop's time zone; `now` is aware, the present if left out."""
    return (now or datetime.now(UTC)).astimezone(ZoneInfo(shop.time_zone)).date()


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
