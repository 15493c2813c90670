"""Values of a query string, read forgivingly: whatever cannot be meant is taken as not given."""

from datetime import date

from models.text import is_clean

MAX_TEXT = 100
MAX_NUMBER = 2**31 - 1
MAX_PAGE = 1_000_000
FIRST_YEAR, LAST_YEAR = 2000, 2999


def text(given: str) -> str:
    """Free text without what cannot be stored, at most `MAX_TEXT` characters."""
    return given.strip()[:MAX_TEXT].strip() if is_clean(given) else ""


def day(given: str) -> date | None:
    """A date like 2026-11-22 of this millennium."""
    try:
        read = date.fromisoformat(given)
    except ValueError:
        return None
    return read if FIRST_YEAR <= read.year <= LAST_YEAR else None


def number(given: str) -> int | None:
    """An id: a whole number from 1, in plain digits."""
    is_number = given.isascii() and given.isdigit() and len(given) <= len(str(MAX_NUMBER))
    return int(given) if is_number and 0 < int(given) <= MAX_NUMBER else None


def page(given: str) -> int:
    """The number of a page, counted from 1; the first if it is none."""
    return min(number(given) or 1, MAX_PAGE)


def page_from_either_end(given: str) -> int:
    """The number of a page, counted from 1, or from -1 at the end; the first if it is none."""
    return -page(given[1:]) if given.startswith("-") and number(given[1:]) else page(given)
