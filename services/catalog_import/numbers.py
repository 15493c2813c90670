"""Numbers as people write them: which sign is the decimal one, and what the number is."""

import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from services.catalog_import.source import NumberText

Sign = Literal[".", ","]

CURRENCY = re.compile(r"(?i:\beuros?\b|\beur\b|\busd\b|\bgbp\b|\bchf\b)|[A-Z]{0,2}\$|[€£¥]|\b[A-Z]{3}\b")
NUMBER = re.compile(r"([-+]?)(\d[\d.,' ]*|[.,]\d+)", re.ASCII)
SEPARATORS = re.compile(r"[.,]")
GROUPS = re.compile(r"[' ]")
SYMBOLS = {"€": "EUR", "EURO": "EUR", "EUROS": "EUR", "£": "GBP", "US$": "USD"}


def decimal_sign(texts: Iterable[str], otherwise: Sign) -> Sign:
    """Return the decimal sign of a column: what most of its unmistakable numbers use, or `otherwise` without any."""
    votes = Counter(sign for sign in map(_evident_sign, texts) if sign)
    if not votes or votes["."] == votes[","]:
        return otherwise
    return "," if votes[","] > votes["."] else "."


def parse(text: str, sign: Sign) -> Decimal:
    """Read one number; `sign` settles what the text itself leaves open ("1.234").

    A currency before or behind it is allowed. Raises ValueError if it is not a number.
    """
    if isinstance(text, NumberText):
        return Decimal(text)
    bare = CURRENCY.sub("", text, count=1).strip() if not text.isdigit() else text
    match = NUMBER.fullmatch(bare.replace("\u2019", "'").replace("\u202f", " "))
    if not match:
        raise ValueError(text)
    digits = GROUPS.sub("", match[2])
    own = _evident_sign(digits) or sign
    other = "," if own == "." else "."
    whole = digits.replace(other, "")
    if whole.count(own) > 1 or not _grouped_well(digits, other, own):
        raise ValueError(text)
    return Decimal(match[1] + whole.replace(own, "."))


def currency_of(text: str) -> str:
    """The currency a price names ("EUR", "€ 4.20"), or "" if it names none or an ambiguous one like `$`."""
    match = CURRENCY.search(text)
    name = match[0].upper() if match else ""
    return SYMBOLS.get(name, name if name.isalpha() and len(name) == 3 else "")


def looks_numeric(text: str) -> bool:
    """Whether a cell is a number, by itself or with a currency."""
    try:
        parse(text, ".")
    except ValueError:
        return False
    return True


def _evident_sign(text: str) -> Sign | None:
    """The decimal sign of a number that can be read in one way only; None if it has none or can be read in two."""
    if isinstance(text, NumberText):
        return None
    signs = SEPARATORS.findall(text)
    if not signs:
        return None
    last: Sign = "," if signs[-1] == "," else "."
    other: Sign = "." if last == "," else ","
    if len(set(signs)) == 2:
        return last if signs.count(last) == 1 else other
    if len(signs) > 1:
        return other
    before, behind = SEPARATORS.split(text, maxsplit=1)
    digits_behind = re.match(r"\d*", behind)[0]  # type: ignore[index] # it matches nothing at least
    digits_before = re.findall(r"\d+", before)
    leading = digits_before[-1] if digits_before else ""
    is_group = len(digits_behind) == 3 and 1 <= len(leading) <= 3 and not leading.startswith("0")
    return None if is_group else last


def _grouped_well(digits: str, group: str, sign: str) -> bool:
    """Whether thousands are grouped in threes, so that `4,20` is never read as 420."""
    whole = digits.split(sign, maxsplit=1)[0]
    first, *groups = whole.split(group)
    return all(len(part) == 3 for part in groups) and (not groups or 1 <= len(first) <= 3)
