"""E-mail addresses: a strict grammar, because crafted ones redirect mail or write headers."""

import re
from email.utils import parseaddr
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from models.text import _

MAX_ADDRESS_LENGTH = 254
MOST_REMEMBERED = 256
PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9.!#$&'*+/=_{}~-]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+")


def checked_address(text: str) -> str:
    """Return an address as it is stored and written on the envelope: trimmed, its domain in small ASCII letters.

    Refused with a ValueError that carries a sentence: what is no address, quoted local parts, comments, routes,
    national letters before the @, and domains without a dot. Nothing is looked up on the network.
    """
    wanted = text.strip()
    if not (address := _stored(wanted)):
        raise ValueError(_("“{text}” is not an e-mail address that mail can be sent to.").format(text=wanted[:80]))
    return address


@lru_cache(maxsize=MOST_REMEMBERED)
def _stored(text: str) -> str:
    """An address as it is stored, "" for what is none. Remembered: one request has the same address read five times."""
    try:
        valid = validate_email(
            text,
            check_deliverability=False,
            allow_smtputf8=False,
            globally_deliverable=False,
            test_environment=True,  # a shop may be tried out with addresses under .test
        )
    except EmailNotValidError:
        return ""
    address = valid.ascii_email or ""
    is_plain = PLAIN_ADDRESS.fullmatch(address) and parseaddr(address)[1] == address
    return address if is_plain and len(address) <= MAX_ADDRESS_LENGTH else ""


def checked_addresses(text: str) -> list[str]:
    """Return the addresses of a list, one per line or divided by commas or semicolons, each once.

    Raises ValueError with a sentence about the first that is none.
    """
    written = [part for part in re.split(r"[\s,;]+", text) if part]
    addresses: dict[str, str] = {}
    for address in map(checked_address, written):
        addresses.setdefault(address.casefold(), address)
    return list(addresses.values())
