"""Codes in the catalogue: which products are meant exactly, and which ones nearly."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tortoise.connection import get_connection, get_connections
from tortoise.expressions import Q

from models import Product
from models.product import MAX_EAN_LENGTH
from models.text import fold
from services.database import on_one_state

AT_ONCE = 300  # codes in one query
MOST_NEAR = 4
MOST_COMPARED = 200  # codes that nobody knows, each held against everything that is sold
SHORTEST_NEAR = 4  # signs of a code in which one may be wrong
UPC, EAN = 12, 13  # digits: the one is the other without its leading zero
STRANGE = re.compile(r"[\W_]+")
NO_STRANGE = {number: None for number in range(128) if not chr(number).isalnum()}  # the same for ASCII, and quicker
EVERYTHING_SOLD = (
    'SELECT "p"."id", "p"."sku", "p"."sort_name" FROM "product" "p" '
    'LEFT JOIN "product" "parent" ON "parent"."id" = "p"."parent_id" '
    'WHERE "p"."active" AND NOT "p"."is_parent" AND ("p"."parent_id" IS NULL OR "parent"."active") ORDER BY "p"."id"'
)

Sold = Mapping[str, Any]  # a row of the query


@dataclass
class Match:
    """What a code means: products by id (of several somebody has to choose), or the name of one no longer sold."""

    ids: list[int] = field(default_factory=list)
    gone: str = ""


async def exactly(codes: Collection[str]) -> dict[str, Match]:
    """The products with these SKUs or EANs, by folded code; the SKU of a parent means each of its variants."""
    wanted = sorted(codes)
    matches: dict[str, Match] = defaultdict(Match)
    parents: dict[int, list[str]] = defaultdict(list)
    asked: set[str] = set()
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        asked |= {fold(code) for code in some}
        for row in await _rows_with(some):
            for code in _codes_of(row):
                if row["is_parent"] and row["active"]:
                    parents[row["id"]].append(code)
                else:
                    _note(matches[code], row)
    for row in await Product.filter(parent_id__in=list(parents), active=True).order_by("id").values("id", "parent_id"):
        for code in parents[row["parent_id"]]:
            matches[code].ids.append(row["id"])
    return {code: match for code, match in matches.items() if code in asked and (match.ids or match.gone)}


async def loosely(codes: Collection[str]) -> tuple[dict[str, Match], dict[str, Match]]:
    """What unknown codes mean, by folded code: the same but for spaces and dashes, and what is almost the same.

    Everything that is sold is looked through once, off the event loop.
    """
    wanted = sorted({fold(code) for code in codes} - {""})[:MOST_COMPARED]
    if not wanted:
        return {}, {}
    return await asyncio.to_thread(_compare, wanted, await _sold())


def squash(code: str) -> str:
    """A code without capitals, accents, spaces and dashes."""
    return code.lower().translate(NO_STRANGE) if code.isascii() else STRANGE.sub("", fold(code))


async def _rows_with(codes: Sequence[str]) -> list[dict[str, Any]]:
    skus = {spelled for code in codes for spelled in (code, code.upper(), code.lower())}
    eans = {ean for code in codes for ean in _eans(code)}
    is_one = Q(sku__in=list(skus))
    if eans:
        is_one |= Q(ean__in=list(eans))
    columns = ("id", "sku", "ean", "name", "active", "is_parent", "parent_id", "parent__active")
    return await Product.filter(is_one).order_by("id").values(*columns)


def _eans(code: str) -> set[str]:
    """The EANs a number may stand for: with and without the zero that scanners add or leave out."""
    if not code.isdecimal() or len(code) > MAX_EAN_LENGTH:
        return {code} if code and len(code) <= MAX_EAN_LENGTH else set()
    return {code, "0" + code} if len(code) == UPC else {code, code.removeprefix("0")} if len(code) == EAN else {code}


def _codes_of(row: Mapping[str, Any]) -> set[str]:
    """The folded codes a product goes by."""
    return {fold(row["sku"]), *(fold(ean) for ean in _eans(row["ean"]))}


def _note(match: Match, row: Mapping[str, Any]) -> None:
    is_sold = row["active"] and not row["is_parent"] and (row["parent_id"] is None or row["parent__active"])
    if is_sold and row["id"] not in match.ids:
        match.ids.append(row["id"])
    elif not is_sold:
        match.gone = row["name"]


@on_one_state
async def _sold() -> Sequence[Sold]:
    [name] = get_connections().db_config
    _count, rows = await get_connection(name).execute_query(EVERYTHING_SOLD)
    return rows  # a hundred thousand are not looked at on the event loop


def _compare(codes: Sequence[str], sold: Sequence[Sold]) -> tuple[dict[str, Match], dict[str, Match]]:
    squashed = {code: squash(code) for code in codes}
    by_key: dict[str, list[str]] = defaultdict(list)
    for code, key in squashed.items():
        by_key[key].append(code)
    pieces = _Pieces(key for key in by_key if len(key) >= SHORTEST_NEAR)
    words = _Words({code: fold(code).split() for code in codes})
    same: dict[str, Match] = defaultdict(Match)
    near: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for product_id, sku, name in ((row["id"], row["sku"], row["sort_name"]) for row in sold):
        key = squash(sku)
        for code in by_key.get(key, ()):
            same[code].ids.append(product_id)
        for other, rank in pieces.near(key):
            for code in by_key[other]:
                near[code].append((rank, product_id))
        for code in words.all_in(name):
            near[code].append((3, product_id))
    nearest = {code: list(dict.fromkeys(id_ for _rank, id_ in sorted(ranked))) for code, ranked in near.items()}
    return dict(same), {code: Match(ids[:MOST_NEAR]) for code, ids in nearest.items() if code not in same}


class _Pieces:
    """Keys by the halves of them: of two keys that differ in one place, one half is the same in both."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._heads: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._tails: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for key in keys:
            half = len(key) // 2
            self._heads[half][key[:half]].append(key)
            self._tails[len(key) - half][key[half:]].append(key)

    def near(self, key: str) -> list[tuple[str, int]]:
        """The keys that this one almost is, with how far it is from them: 1 for one difference, 2 if one begins so."""
        found = {}
        for length, heads in self._heads.items():
            for other in heads.get(key[:length], ()):
                if differ_in_one(key, other):
                    found[other] = 1
                elif key.startswith(other) or (len(key) >= SHORTEST_NEAR and other.startswith(key)):
                    found[other] = 2
        for length, tails in self._tails.items():
            for other in tails.get(key[-length:], ()):
                if differ_in_one(key, other):
                    found[other] = 1
        found.pop(key, None)
        return list(found.items())


class _Words:
    """Codes that are words of a name rather: those with several words, or one long one without a digit."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._by_longest: dict[str, list[tuple[str, Sequence[str]]]] = defaultdict(list)
        for code, some in words.items():
            telling = [word for word in some if len(word) >= 3]
            if telling and (len(some) > 1 or not any(c.isdecimal() for c in code)):
                self._by_longest[max(telling, key=len)].append((code, telling))

    def all_in(self, name: str) -> list[str]:
        """The codes of which all telling words are in a name."""
        if not self._by_longest:
            return []
        return [
            code
            for longest, several in self._by_longest.items()
            if longest in name
            for code, telling in several
            if all(word in name for word in telling)
        ]


def differ_in_one(one: str, other: str) -> bool:
    """Whether two texts differ in one sign: put in, left out, mistaken, or swapped with its neighbour."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if len(one) == len(other):
        is_swapped = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
        return is_swapped or one[at + 1 :] == other[at + 1 :]
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[at + 1 :] == shorter[at:]
