"""The buyers of the demo shop, as `buyers.csv` tells of them."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.postal import BUSINESS_COLUMNS

FILE = Path(__file__).parent / "buyers.csv"

# What each trade buys, by the first name of a category's path.
TRADES: dict[str, tuple[str, ...]] = {
    "ironmonger": ("Fixings", "Measuring", "Cutting", "Hand tools", "Workwear", "Storage", "Painting"),
    "carpenter": ("Cutting", "Measuring", "Fixings", "Hand tools", "Workwear"),
    "builder": ("Fixings", "Workwear", "Site equipment", "Storage", "Measuring", "Hand tools"),
    "painter": ("Painting", "Workwear", "Site equipment", "Storage"),
    "electrician": ("Fixings", "Hand tools", "Site equipment", "Storage", "Workwear"),
    "school": ("Hand tools", "Measuring", "Cutting", "Workwear"),
    "gardener": ("Site equipment", "Workwear", "Storage", "Hand tools"),
}
WHOLESALE = "ironmonger"  # buys to sell


@dataclass(frozen=True)
class Person:
    """A buyer; `weight` is how often they order, `verified` whether they ever proved their address.

    `business` is where to deliver and the VAT number, by the names of the columns.
    """

    company: str
    name: str
    email: str
    phone: str
    zone: str
    language: str
    trade: str
    weight: int
    verified: bool
    business: dict[str, Any]


def load() -> list[Person]:
    """All of them, in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return [_person(row) for row in csv.DictReader(file)]


def _person(row: dict[str, str]) -> Person:
    words = {name: row[name] for name in ("company", "name", "email", "phone", "zone", "language", "trade")}
    business = {name: text for name, text in row.items() if name in BUSINESS_COLUMNS}
    return Person(**words, weight=int(row["weight"]), verified=row["verified"] == "yes", business=business)
