"""The checks of what a seller enters on Parameters: text in, values of the shop's columns out."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum

from models import PricesFor, StockShown
from models.address import checked_address, checked_addresses
from models.errors import FieldErrors
from models.text import LANGUAGES, N_, _, is_clean
from services import choices

MAX_MANAGEMENT_EMAILS = 20
MAX_UNVERIFIED_DAYS = 365
MAX_RETENTION_YEARS = 30
MAX_FEW_LEFT = 10_000
MAX_PORT = 65535
MAX_COVER_TEXT, MAX_AWAY_TEXT = 2000, 500
COVER_TEXT = {language: f"cover_text:{language}" for language in LANGUAGES}  # in another language than the shop's
AWAY_TEXT = {language: f"away_text:{language}" for language in LANGUAGES}
MAX_SECRET_LENGTH = 1000
SECURITIES = ("starttls", "tls", "none")
COLOR = re.compile(r"#[0-9a-f]{6}")
ORDER_PREFIX = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,11}")
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\[?[0-9A-Fa-f:]{2,45}\]?")

Checked = str | int | bool | list[str] | list[list[str]] | dict[str, str] | date | None
Check = Callable[[object], Checked]


def checked(values: Mapping[str, object], names: Mapping[str, Check] | None = None) -> dict[str, Checked]:
    """Return the known ones of `values` as the shop's columns hold them; others are dropped.

    Raises FieldErrors with a sentence for each that cannot be taken.
    """
    found, errors = read(values, names or CHECKS)
    if errors:
        raise FieldErrors(errors)
    return found


def read(values: Mapping[str, object], names: Mapping[str, Check]) -> tuple[dict[str, Checked], dict[str, str]]:
    """Return those of `values` that can be taken, and a sentence for each that cannot."""
    found: dict[str, Checked] = {}
    errors: dict[str, str] = {}
    for name, check in names.items():
        if name in values:
            try:
                found[name] = check(values[name])
            except ValueError as error:
                errors[name] = str(error)
    if _ends_before_it_begins(found.get("away_from"), found.get("away_until")):
        errors["away_until"] = _("This is before the first day.")
    return found, errors


def _ends_before_it_begins(first: Checked, last: Checked) -> bool:
    return isinstance(first, date) and isinstance(last, date) and last < first


def text(longest: int, *, required: str = "", lines: bool = False) -> Check:
    """A check for text of at most `longest` characters; `required` is the sentence for an empty one."""

    def check(value: object) -> str:
        wanted = str(value).strip() if lines else " ".join(str(value).split())
        if not wanted and required:
            raise ValueError(_(required))
        if len(wanted) > longest:
            raise ValueError(_("At most {n} characters, please.").format(n=longest))
        if not is_clean(wanted):
            raise ValueError(_("This contains characters that cannot be stored."))
        return wanted

    return check


def whole_number(lowest: int, highest: int) -> Check:
    """A check for a whole number between two bounds, both included."""

    def check(value: object) -> int:
        try:
            number = int(str(value).strip())
        except ValueError:
            number = lowest - 1
        if not lowest <= number <= highest:
            raise ValueError(_("Write a whole number from {a} to {b}.").format(a=lowest, b=highest))
        return number

    return check


def one_of(known: Callable[[], choices.Choices]) -> Check:
    """A check for one of a list of choices."""

    def check(value: object) -> str:
        if not value:
            raise ValueError(_("Please choose one."))
        if value not in dict(known()):
            raise ValueError(_("This answer is not one of the choices."))
        return str(value)

    return check


def member(kind: type[StrEnum]) -> Check:
    """A check for one of the words of `kind`."""

    def check(value: object) -> str:
        try:
            return kind(str(value))
        except ValueError:
            raise ValueError(_("This answer is not one of the choices.")) from None

    return check


def host(value: object) -> str:
    """A server's name or address; empty is allowed."""
    wanted = str(value).strip()
    if wanted and not HOST.fullmatch(wanted):
        raise ValueError(_("Write the name of the server alone, like mail.example.com."))
    return wanted.strip("[]").lower()


def secret(value: object) -> str:
    """A password, exactly as it was typed; empty is allowed."""
    wanted = str(value)
    if len(wanted) > MAX_SECRET_LENGTH or not is_clean(wanted) or "\n" in wanted or "\r" in wanted:
        raise ValueError(_("This contains characters that cannot be stored."))
    return wanted


def _color(value: object) -> str:
    color = str(value).strip().lower()
    if not COLOR.fullmatch(color):
        raise ValueError(_("Choose a colour, like #0f6b5c."))
    return color


def _order_prefix(value: object) -> str:
    prefix = str(value).strip()
    if prefix and not ORDER_PREFIX.fullmatch(prefix):
        raise ValueError(_("At most 12 letters, digits, dots, dashes or underscores, with a letter or digit first."))
    return prefix


def _addresses(value: object) -> list[str]:
    addresses = checked_addresses(str(value))
    if len(addresses) > MAX_MANAGEMENT_EMAILS:
        raise ValueError(_("At most {n} addresses, please.").format(n=MAX_MANAGEMENT_EMAILS))
    return addresses


def optional_day(value: object) -> date | None:
    """A day, written like 2026-11-22; empty is allowed."""
    try:
        return date.fromisoformat(str(value).strip()) if value else None
    except ValueError:
        raise ValueError(_("Write a date, like 2026-11-22.")) from None


def _optional_address(value: object) -> str:
    return checked_address(str(value)) if str(value).strip() else ""


def _security(value: object) -> str:
    if value not in SECURITIES:
        raise ValueError(_("This answer is not one of the choices."))
    return str(value)


CHECKS: dict[str, Check] = {
    "name": text(80, required=N_("Write the shop's name.")),
    "color": _color,
    "cover_text": text(MAX_COVER_TEXT, lines=True),
    **dict.fromkeys(COVER_TEXT.values(), text(MAX_COVER_TEXT, lines=True)),
    "away_text": text(MAX_AWAY_TEXT, lines=True),
    **dict.fromkeys(AWAY_TEXT.values(), text(MAX_AWAY_TEXT, lines=True)),
    "away_from": optional_day,
    "away_until": optional_day,
    "contact": text(1000, lines=True),
    "language": one_of(choices.languages),
    "currency": one_of(choices.currencies),
    "time_zone": one_of(choices.zones),
    "price_note": text(120),
    "prices_hidden": lambda value: value is True,
    "prices_for": member(PricesFor),
    "approves_buyers": lambda value: value is True,
    "stock_shown": member(StockShown),
    "few_left": whole_number(1, MAX_FEW_LEFT),
    "order_prefix": _order_prefix,
    "management_emails": _addresses,
    "unverified_days": whole_number(1, MAX_UNVERIFIED_DAYS),
    "retention_years": whole_number(0, MAX_RETENTION_YEARS),
    "mail_host": host,
    "mail_port": whole_number(1, MAX_PORT),
    "mail_security": _security,
    "mail_username": text(255),
    "mail_password": secret,
    "mail_sender": _optional_address,
    "mail_reply_to": _optional_address,
}
