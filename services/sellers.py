"""Sellers: making them, signing them in and out, and knowing who comes with a cookie."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from tortoise.exceptions import IntegrityError

from models import Seller, SellerSession
from models.address import checked_address
from models.errors import FieldErrors, ShopError
from models.text import _
from services import live, tokens
from services.database import unit_of_work

MIN_PASSWORD_LENGTH = 12
MAX_PASSWORD_LENGTH = 200
SESSION_LIFETIME = timedelta(days=30)
MAX_TOKEN_LENGTH = 64
MAX_WAITING = 20
PURPOSE = "desk"

T = TypeVar("T")

_hasher = PasswordHasher()  # argon2id with the library's parameters
# Each hash takes a quarter of a second and 64 MB: two at a time, and never on the event loop.
_threads = ThreadPoolExecutor(2, thread_name_prefix="passwords")
_waiting = 0


async def any_exists() -> bool:
    """Whether there is a seller at all."""
    return await Seller.exists()


async def create(email: str, password: str) -> Seller:
    """Make a seller. Raises FieldErrors (`email`, `password`)."""
    address = checked_login(email, password)
    return await _create(address, await hashed(password))


def checked_login(email: str, password: str) -> str:
    """Return the address as it is stored, in small letters. Raises FieldErrors (`email`, `password`)."""
    errors: dict[str, str] = {}
    address = ""
    try:
        address = checked_address(email).lower()
    except ValueError as error:
        errors["email"] = str(error)
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        errors["password"] = _("Choose a password of at least {n} characters.").format(n=MIN_PASSWORD_LENGTH)
    elif password.casefold() == email.strip().casefold():
        errors["password"] = _("Choose a password that is not the e-mail address.")
    if errors:
        raise FieldErrors(errors)
    return address


async def hashed(password: str) -> str:
    """The argon2id hash of a password, worked out in a thread."""
    return await _in_thread(lambda: _hasher.hash(password.encode(errors="surrogatepass")))


async def sign_in(email: str, password: str) -> str:
    """Return the token of a new session. Raises ShopError, the same for an unknown address as for a wrong password."""
    seller = await Seller.get_or_none(email=email.strip().lower()[:254])
    known_hash = seller.password_hash if seller else await _nobodys_hash()
    if not await _in_thread(lambda: _is_right(known_hash, password)) or seller is None:
        raise ShopError(_("E-mail address and password do not belong together. Please try again."))
    return await open_session(seller.id)


@unit_of_work
async def open_session(seller_id: int) -> str:
    """Sign a seller in, whose password has been checked; return the token for the cookie."""
    now = datetime.now(UTC)
    await SellerSession.filter(expires_at__lte=now).delete()
    token = tokens.new()
    await SellerSession.create(
        seller_id=seller_id, token_hash=tokens.digest(token, PURPOSE), expires_at=now + SESSION_LIFETIME
    )
    return token


async def session_of(token: str) -> SellerSession | None:
    """The session a cookie belongs to, with its seller, while it lasts."""
    if not token or len(token) > MAX_TOKEN_LENGTH or not token.isascii():
        return None
    sessions = SellerSession.filter(token_hash=tokens.digest(token, PURPOSE), expires_at__gt=datetime.now(UTC))
    return await sessions.select_related("seller").first()


async def sign_out(token: str) -> None:
    """End a session; its open pages leave the desk."""
    session = await session_of(token)
    if session is not None:
        await _close_session(session.id)
        live.seller_signed_out(session.id)


@unit_of_work
async def _create(address: str, password_hash: str) -> Seller:
    try:
        return await Seller.create(email=address, password_hash=password_hash)
    except IntegrityError:
        raise FieldErrors({"email": _("There is already a seller with this address.")}) from None


@unit_of_work
async def _close_session(session_id: int) -> None:
    await SellerSession.filter(id=session_id).delete()


async def _nobodys_hash() -> str:
    """A hash no password fits, so that an unknown address takes as long to refuse as a known one."""
    global _dummy  # noqa: PLW0603 - made once, when it is first needed
    _dummy = _dummy or await hashed(tokens.new())
    return _dummy


_dummy = ""


def _is_right(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password.encode(errors="surrogatepass"))
    except (VerificationError, InvalidHashError):
        return False


async def _in_thread(work: Callable[[], T]) -> T:
    """Run `work` when it is its turn. Raises ShopError when too many wait, so that guessing cannot pile up."""
    global _waiting  # noqa: PLW0603 - one queue for the process
    if _waiting >= MAX_WAITING:
        raise ShopError(_("Too many people are signing in at this moment. Please try again in a minute."))
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work)
    finally:
        _waiting -= 1
