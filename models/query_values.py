"""Values of a query string, read forgivingly: whatever cannot be meant is taken as not given."""

from collections.abc import Mapping
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


def place(query: Mapping[str, str]) -> tuple[int, str]:
    """Which page of a list, counted from 1, or from -1 at the end, and where it begins or ends.

    "after-7" says after the row with this id, "before-7" before it; where that is empty, the page's number says it.
    """
    given = query.get("page", "")
    wanted = -page(given[1:]) if given.startswith("-") and number(given[1:]) else page(given)
    side, _dash, row_id = query.get("at", "").partition("-")
    is_told = side in {"after", "before"} and wanted not in {1, -1} and number(row_id)
    return wanted, f"{side}-{number(row_id)}" if is_told else ""


def place_told(page: int, at: str) -> dict[str, str]:
    """The values of a query that tell the same; empty where nothing need be told."""
    return {"page": str(page) if page != 1 else "", "at": at}
