"""Sellers' passwords: which are good enough, their hashes, and the threads that work these out."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models.errors import FieldErrors, ShopError
from models.text import _, is_clean
from services import tokens
from services.later import Later

MIN_LENGTH = 12
MAX_LENGTH = 128
GOOD_SCORE = 3  # of 4: "safely unguessable", 10^8 guesses and more (zxcvbn)
RATED_LENGTH = 72  # zxcvbn takes no more, and its time grows with the square of the length
MAX_WAITING = 20
ROOM_FOR_KNOWN = 10  # more may wait on devices that are known: strangers cannot keep them out

T = TypeVar("T")

zxcvbn = Later("zxcvbn")  # its lists of words are 12 MB

# argon2id as RFC 9106 recommends it where memory is short; OWASP asks for 19 MiB and 2 passes at least.
_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
# Each hash takes a quarter of a second and 64 MiB: two at a time, and never on the event loop.
_threads = ThreadPoolExecutor(2, thread_name_prefix="passwords")
_waiting = 0
_dummy = ""


async def check(password: str, *, known: Sequence[str] = ()) -> None:
    """Refuse a password that is too short, too long or easy to guess. Raises FieldErrors (`password`).

    `known` is what a guesser knows of the seller: the e-mail address, the shop's name.
    """
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        sentence = _("Choose a password of {least} to {most} characters.")
        raise FieldErrors({"password": sentence.format(least=MIN_LENGTH, most=MAX_LENGTH)})
    if not is_clean(password):
        raise FieldErrors({"password": _("This password holds characters that cannot be typed everywhere.")})
    if await _in_thread(lambda: _score(password, known)) < GOOD_SCORE:
        raise FieldErrors({"password": _("This password is easy to guess. Three or four unrelated words are hard to.")})


async def hashed(password: str) -> str:
    """The argon2id hash of a password, worked out in a thread. Raises ShopError when too many wait."""
    return await _in_thread(lambda: _hasher.hash(_bytes(password)))


async def is_right(password: str, password_hash: str, *, is_known: bool = False) -> bool:
    """Whether the password is the one that was hashed; without a hash never, and that takes as long.

    Raises ShopError when too many wait, and later for a device that is known.
    """
    known_hash = password_hash or await _nobodys_hash()
    room = ROOM_FOR_KNOWN if is_known else 0
    return await _in_thread(lambda: _fits(password, known_hash), room) and bool(password_hash)


def is_outdated(password_hash: str) -> bool:
    """Whether a hash was made with other parameters than those in use now."""
    return _hasher.check_needs_rehash(password_hash)


def _score(password: str, known: Sequence[str]) -> int:
    words = [word for text in known for word in (text, *text.replace("@", " ").replace(".", " ").split())]
    return int(zxcvbn.zxcvbn(password[:RATED_LENGTH], user_inputs=words)["score"])


async def _nobodys_hash() -> str:
    """A hash no password fits, so that an unknown address takes as long to refuse as a known one."""
    global _dummy  # noqa: PLW0603 - made once, when it is first needed
    _dummy = _dummy or await hashed(tokens.new())
    return _dummy


def _fits(password: str, password_hash: str) -> bool:
    try:
        return _hasher.verify(password_hash, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False


def _bytes(password: str) -> bytes:
    return password[: 4 * MAX_LENGTH].encode(errors="surrogatepass")


async def _in_thread(work: Callable[[], T], room: int = 0) -> T:
    """Run `work` when it is its turn. Raises ShopError when too many wait, so that guessing cannot pile up."""
    global _waiting  # noqa: PLW0603 - one queue for the process
    if _waiting >= MAX_WAITING + room:
        raise ShopError(_("Too many people are signing in at this moment. Please try again in a minute."))
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work)
    finally:
        _waiting -= 1
