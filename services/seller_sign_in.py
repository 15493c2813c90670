"""Sellers sign in: with a password, and with a code if they chose so; guessing is slow, and tells nothing."""

from dataclasses import dataclass
from datetime import timedelta

from models import AuditKind, Seller
from models.errors import ShopError
from models.text import _, is_clean
from services import audit, passwords, sealed, second_factor, seller_sessions, throttle, tokens
from services.database import unit_of_work

KNOWN_DEVICE_LIFETIME = timedelta(days=400)  # the longest a browser keeps a cookie
CODE_LIFETIME = timedelta(minutes=10)
KNOWN_DEVICE, PASSWORD_GIVEN = "known-device", "password-given"
LONGEST_ADDRESS = 254


@dataclass(frozen=True)
class Arrival:
    """Who knocks: from which network address, with which mark of a known device, in which browser (in words)."""

    address: str = ""
    known_device: str = ""
    browser: str = ""


@dataclass(frozen=True)
class SignedIn:
    """The token of the new session, and the mark by which this device is known from now on: both are for cookies."""

    token: str
    known_device: str


@dataclass(frozen=True)
class CodeAsked:
    """The password was right, and a code is asked for; `ticket` comes back with it."""

    ticket: str


async def sign_in(email: str, password: str, arrival: Arrival) -> SignedIn | CodeAsked:
    """Let a seller in. Raises ShopError, the same for an unknown address as for a wrong password.

    Raises TooManyError if the account or the network address was guessed at too often. A device on which this seller
    has signed in before is counted by itself, so that nobody can lock them out.
    """
    account = email.strip().lower()[:LONGEST_ADDRESS] if is_clean(email) else ""
    seller = await Seller.get_or_none(email=account)
    is_known = seller is not None and _is_known(seller, arrival)
    _count(account, arrival, is_known=is_known)
    is_right = await passwords.is_right(password, seller.password_hash if seller else "", is_known=is_known)
    if seller is None or not is_right:
        await audit.note(AuditKind.SIGN_IN_REFUSED, audit.STRANGER, seller.email if seller else "")
        raise ShopError(_("E-mail address and password do not belong together. Please try again."))
    if passwords.is_outdated(seller.password_hash):
        await _keep(seller, await passwords.hashed(password))
    if seller.has_second_factor:
        return CodeAsked(sealed.seal(PASSWORD_GIVEN, _marks(seller), CODE_LIFETIME))
    return await _let_in(seller, arrival)


async def enter_code(ticket: str, code: str, arrival: Arrival) -> SignedIn:
    """Let a seller in whose password was right. Raises ShopError for a wrong code, TooManyError after too many.

    Raises PermissionError if the ticket is no longer good: then the password is asked for again.
    """
    seller = await _seller_of(PASSWORD_GIVEN, ticket)
    if seller is None or not seller.has_second_factor:
        raise PermissionError("no ticket")
    throttle.spend(throttle.SIGN_IN_CODE, str(seller.id))
    if not await second_factor.is_right(seller, code):
        await audit.note(AuditKind.SIGN_IN_REFUSED, audit.STRANGER, seller.email)
        raise ShopError(_("This code is not right, or it was used before. Wait for the next one and try again."))
    return await _let_in(seller, arrival)


def _count(account: str, arrival: Arrival, *, is_known: bool) -> None:
    if is_known:
        throttle.spend(throttle.SIGN_IN_DEVICE, _device(arrival))
    else:
        throttle.check(throttle.SIGN_IN_ADDRESS, arrival.address)
        throttle.spend(throttle.SIGN_IN_ACCOUNT, account)
        throttle.spend(throttle.SIGN_IN_ADDRESS, arrival.address)


async def _let_in(seller: Seller, arrival: Arrival) -> SignedIn:
    token = await seller_sessions.open_session(seller.id, browser=arrival.browser, password_hash=seller.password_hash)
    if _is_known(seller, arrival):  # what strangers have guessed meanwhile still counts
        throttle.forgive(throttle.SIGN_IN_DEVICE, _device(arrival))
    else:
        throttle.forgive(throttle.SIGN_IN_ACCOUNT, seller.email)
    throttle.forgive(throttle.SIGN_IN_CODE, str(seller.id))
    await audit.note(AuditKind.SIGNED_IN, seller, arrival.browser)
    return SignedIn(
        token=token,
        known_device=sealed.seal(KNOWN_DEVICE, _marks(seller), KNOWN_DEVICE_LIFETIME),
    )


def _is_known(seller: Seller, arrival: Arrival) -> bool:
    return sealed.unseal(KNOWN_DEVICE, arrival.known_device) == _marks(seller)


def _device(arrival: Arrival) -> str:
    return tokens.digest(arrival.known_device, KNOWN_DEVICE)


async def _seller_of(purpose: str, mark: str) -> Seller | None:
    marks = sealed.unseal(purpose, mark)
    seller = await Seller.get_or_none(id=int(marks[0])) if marks else None
    return seller if seller and marks == _marks(seller) else None


def _marks(seller: Seller) -> list[str]:
    """Who it is, and with which password: a new password makes every device unknown."""
    return [str(seller.id), tokens.digest(seller.password_hash, KNOWN_DEVICE)]


@unit_of_work
async def _keep(seller: Seller, password_hash: str) -> None:
    """Unless it was changed meanwhile."""
    same = Seller.filter(id=seller.id, password_hash=seller.password_hash)
    if await same.update(password_hash=password_hash):
        seller.password_hash = password_hash
