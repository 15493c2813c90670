"""How often is too often: limits per address, per account and per device, kept in memory while the program runs.

Where a shop has several processes, each hears what the others have counted, and of whom by a mark alone.
"""

import hashlib
import math
import time
from dataclasses import dataclass

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from models.errors import ShopError
from models.text import _, ngettext
from services.signals import everywhere

MINUTE = 60
HOUR = 60 * MINUTE
MARK_BYTES = 16
SWEPT_EVERY_SECONDS = 60.0


class TooManyError(ShopError):
    """Something was done too often; the sentence says how long to wait, `seconds` says it to programs."""

    def __init__(self, seconds: int) -> None:
        super().__init__(_("That was too often. Please try again in {wait}.").format(wait=in_words(seconds)))
        self.seconds = seconds


@dataclass(frozen=True)
class Limit:
    """So many times in so many seconds, for each key by itself."""

    name: str
    times: int
    seconds: int

    @property
    def item(self) -> RateLimitItemPerSecond:
        """The limit as the library knows it."""
        return RateLimitItemPerSecond(self.times, self.seconds, namespace=self.name)


# A whole office comes from one address: what is counted by address leaves room for the colleagues.
SEARCH = Limit("search", 120, MINUTE)
SUGGEST = Limit("suggest", 900, MINUTE)  # each pause in typing
SEARCH_ADDRESS = Limit("search-address", 600, MINUTE)
CART = Limit("cart", 120, MINUTE)
CART_ADDRESS = Limit("cart-address", 600, MINUTE)
QUICK_ORDER = Limit("quick-order", 120, MINUTE)  # a scanner reads two products a second at most
QUICK_ORDER_ADDRESS = Limit("quick-order-address", 400, MINUTE)
ORDER_FILE = Limit("order-file", 30, 10 * MINUTE)
DRAFT = Limit("draft", 300, MINUTE)  # what is typed into the order form, kept at each pause
DRAFT_ADDRESS = Limit("draft-address", 1500, MINUTE)
CHECKOUT = Limit("checkout", 10, 10 * MINUTE)
CHECKOUT_ADDRESS = Limit("checkout-address", 30, 10 * MINUTE)
PROFILE = Limit("profile", 20, 10 * MINUTE)
PROFILE_ADDRESS = Limit("profile-address", 60, 10 * MINUTE)
PDF = Limit("pdf", 20, 10 * MINUTE)  # each is drawn, which takes the time of several pages
PDF_ADDRESS = Limit("pdf-address", 60, 10 * MINUTE)
PICKING_LISTS = Limit("picking-lists", 60, 10 * MINUTE)
RESEND = Limit("resend", 10, HOUR)
RESEND_ADDRESS = Limit("resend-address", 30, HOUR)
BUYER_SIGN_IN_ADDRESS = Limit("buyer-sign-in-address", 30, HOUR)
SIGN_IN_ACCOUNT = Limit("sign-in-account", 10, 15 * MINUTE)
SIGN_IN_ADDRESS = Limit("sign-in-address", 30, 15 * MINUTE)
SIGN_IN_DEVICE = Limit("sign-in-device", 10, 15 * MINUTE)
SIGN_IN_CODE = Limit("sign-in-code", 5, 15 * MINUTE)
RESET_ADDRESS = Limit("reset-address", 10, HOUR)
REFUSAL_NOTED = Limit("refusal-noted", 10, HOUR)  # so that nobody fills the audit log
UPLOAD = Limit("upload", 120, 10 * MINUTE)
UNKNOWN_LINK = Limit("unknown-link", 20, 10 * MINUTE)  # links that open nothing; who has a true one never comes here


class Storage(MemoryStorage):
    """What was counted; what has run out is swept out once a minute.

    The library starts a thread with each count, which looks through all that was ever counted.
    """

    _swept_at = 0.0

    def _MemoryStorage__schedule_expiry(self) -> None:  # noqa: N802 - the library's name, called with each count
        if time.monotonic() - self._swept_at >= SWEPT_EVERY_SECONDS:
            self._swept_at = time.monotonic()
            super()._MemoryStorage__schedule_expiry()  # type: ignore[misc] # a private name


_storage = Storage()
_limiter = MovingWindowRateLimiter(_storage)


def check(limit: Limit, *keys: str) -> None:
    """Raise TooManyError if `limit` is used up for one of `keys`; an empty key counts for nobody. Counts nothing."""
    for key in filter(None, keys):
        if not _limiter.test(limit.item, _mark(key)):
            raise TooManyError(_seconds_to_wait(limit, key))


def count(limit: Limit, *keys: str) -> None:
    """Count once for each of `keys`, whether or not there is room."""
    for key in filter(None, keys):
        _count(limit.name, limit.times, limit.seconds, _mark(key))


def spend(limit: Limit, *keys: str) -> None:
    """Count once for each of `keys` (an address, an account, a device), or count nothing and raise TooManyError."""
    check(limit, *keys)
    count(limit, *keys)


def forgive(limit: Limit, *keys: str) -> None:
    """Forget what was counted for `keys`, as after the right password."""
    for key in filter(None, keys):
        _forgive(limit.name, limit.times, limit.seconds, _mark(key))


def forget_all() -> None:
    """Begin to count anew, as a program that starts does."""
    _storage.reset()


@everywhere
def _count(name: str, times: int, seconds: int, mark: str) -> None:
    _limiter.hit(Limit(name, times, seconds).item, mark)


@everywhere
def _forgive(name: str, times: int, seconds: int, mark: str) -> None:
    _limiter.clear(Limit(name, times, seconds).item, mark)


def _mark(key: str) -> str:
    """What an address or a name is known by between the processes: it cannot be read from it."""
    return hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=MARK_BYTES).hexdigest()


def in_words(seconds: int) -> str:
    """A time to wait: "1 second", "40 seconds", "2 minutes"."""
    if seconds < MINUTE:
        return ngettext("{n} second", "{n} seconds", seconds).format(n=seconds)
    minutes = math.ceil(seconds / MINUTE)
    return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)


def _seconds_to_wait(limit: Limit, key: str) -> int:
    free_at = _limiter.get_window_stats(limit.item, _mark(key)).reset_time
    return max(1, math.ceil(free_at - time.time()))
