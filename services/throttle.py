"""How often is too often: limits per address, per account and per device, kept in memory while the program runs.

Where a shop has several processes, each hears what the others have counted, and of whom by a mark alone.
"""

import hashlib
import math
import time
from collections import OrderedDict, defaultdict, deque
from dataclasses import dataclass

from models.errors import ShopError
from models.text import _, ngettext
from services.signals import everywhere

MINUTE = 60
HOUR = 60 * MINUTE
MARK_BYTES = 16


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

Moments = deque[float]  # by a clock that nobody sets, the oldest first

# By the limit's name and by the mark of whom it counts for, those counted last at the end.
_counted: defaultdict[str, OrderedDict[str, Moments]] = defaultdict(OrderedDict)


def check(limit: Limit, *keys: str) -> None:
    """Raise TooManyError if `limit` is used up for one of `keys`; an empty key counts for nobody. Counts nothing."""
    for key in filter(None, keys):
        if len(_moments(limit, _mark(key))) >= limit.times:
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
    _counted.clear()


@everywhere
def _count(name: str, times: int, seconds: int, mark: str) -> None:
    limit = Limit(name, times, seconds)
    moments = _moments(limit, mark)
    if len(moments) < times:
        moments.append(time.monotonic())
    _counted[name][mark] = moments
    _counted[name].move_to_end(mark)
    _forget_who_stays_away(limit)


@everywhere
def _forgive(name: str, times: int, seconds: int, mark: str) -> None:
    _counted[name].pop(mark, None)


def _moments(limit: Limit, mark: str) -> Moments:
    """When it was counted for somebody, as far as that still matters."""
    moments = _counted[limit.name].get(mark) or Moments()
    while moments and moments[0] <= time.monotonic() - limit.seconds:
        moments.popleft()
    return moments


def _forget_who_stays_away(limit: Limit) -> None:
    """Each count forgets those who have not come for long: a look through all would take longer the more there are."""
    known = _counted[limit.name]
    while not _moments(limit, next(iter(known))):
        known.popitem(last=False)


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
    oldest = next(iter(_moments(limit, _mark(key))), 0.0)
    return max(1, math.ceil(oldest + limit.seconds - time.monotonic()))
