"""Search of a hundred thousand products as somebody types, beside SQLite's own ways on the same file."""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random

from models import Product
from models.catalog_search import Search, Sort
from models.pricing import PriceList
from models.text import LANGUAGES, speak
from services import catalog, catalog_editing, catalog_upkeep, database
from tests.bench import fill
from tests.bench.frame import Reading, quantile
from tests.bench.watch import watched

ORDERS, PRODUCTS = 1000, 100_000
TYPED = 80  # names and codes, each typed letter by letter
TYPO_SHARE = 0.2
MOST_MS = 15.0
MOST_LAG_MS = 100.0
CHECKED = 60  # beginnings of words whose number of products is counted otherwise, too
MOST_LOOKS, LOOK_SECONDS = 1200, 0.05  # for a change

LISTED = PriceList("EUR")
REDUCED = PriceList("EUR", percent=Decimal("7.5"), mark="a group of buyers")

DOCUMENTS = (
    "SELECT DISTINCT coalesce(parent.id, p.id) FROM product p LEFT JOIN product parent ON parent.id = p.parent_id "
    "WHERE p.active AND (p.parent_id IS NULL OR parent.active)"
)
FTS_TABLE = "CREATE VIRTUAL TABLE words USING fts5(text, tokenize = 'unicode61', prefix = '1 2 3 4')"
FTS_FILL = "INSERT INTO words (rowid, text) SELECT id, search FROM product WHERE active"
FTS = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT 10"


@dataclass(frozen=True)
class Typing:
    """What somebody types in the end, and which product they want; a typo may stand between."""

    words: str
    product_id: int
    has_typo: bool


def run() -> Iterator[Reading]:
    """Make the index, type, look at pages, change a product."""
    with tempfile.TemporaryDirectory() as folder:
        data = fill.copy(fill.shop(ORDERS, PRODUCTS), Path(folder) / "data")
        yield from asyncio.run(_measured(data / "pedido.db"))


async def _measured(file: Path) -> list[Reading]:
    await database.connect(f"sqlite:///{file}")
    try:
        return [*await _build(), *await _type(file), await _pages(), await _change()]
    finally:
        await database.close_database()


async def _build() -> list[Reading]:
    async with watched() as seen:
        index = await catalog_upkeep.current()
    assert index.size > PRODUCTS / 2, "parents and what has none"
    lag = [1000 * late for late in seen.lags]
    return [
        Reading("search: index made", "s", [seen.wall], beside=f"processor time {seen.processor:.1f} s"),
        Reading("search: memory of the index", "MB", [seen.memory]),
        _within("search: loop lag while it is made", lag, MOST_LAG_MS, share=0.99),
    ]


async def _type(file: Path) -> list[Reading]:
    with closing(sqlite3.connect(file)) as raw:
        await _check(raw)
        typed = [typing for typing in _typings(raw, Random(TYPED)) if typing.words]
        like, fts = _references(raw, [typing.words for typing in typed])
    wall, processor, closely = [], [], []
    for number, typing in enumerate(typed):
        speak(list(LANGUAGES)[number % len(LANGUAGES)])
        prices = (LISTED, REDUCED)[number % 2]
        for length in range(1, len(typing.words) + 1):
            began, worked = time.perf_counter(), time.process_time()
            found, _total = await catalog.suggestions(typing.words[:length].strip(), prices)
            wall.append(1000 * (time.perf_counter() - began))
            processor.append(1000 * (time.process_time() - worked))
            if typing.has_typo:
                closely.append(wall[-1])
        assert typing.has_typo or typing.product_id in {product.id for product in found}, typing
    speak("")
    beside = f"the same file by sqlite3: LIKE {like:.0f} ms, FTS5 by beginnings {fts:.1f} ms (medians of whole texts)"
    return [
        _within("search: suggestions for each letter typed", wall, MOST_MS, beside=beside),
        _within("search: of this, processor time", processor, MOST_MS),
        Reading("search: with two letters exchanged", "ms", closely),
    ]


def _typings(raw: sqlite3.Connection, dice: Random) -> Iterator[Typing]:
    """Names, some of their words, and SKUs; as typed by people."""
    rows = raw.execute("SELECT id, sku, sort_name FROM product WHERE active AND parent_id IS NULL ORDER BY id")
    for number, (product_id, sku, name) in enumerate(dice.sample(rows.fetchall(), TYPED)):
        words = sku if number % 5 == 0 else f"{name} {sku}" if number % 5 == 1 else name
        has_typo = number % 5 != 0 and dice.random() < TYPO_SHARE
        if has_typo:
            place = dice.randrange(1, 5)
            words = words[:place] + words[place + 1] + words[place] + words[place + 2 :]
        if number % 5 > 1 and not has_typo:
            words = f"{words} {sku.split('-')[1]}"
        yield Typing(words[:100], product_id, has_typo)


async def _check(raw: sqlite3.Connection) -> None:
    """Each number of products found lies between those with such a beginning and those with such a piece of text."""
    raw.execute(FTS_TABLE.replace("VIRTUAL TABLE", "VIRTUAL TABLE temp."))
    raw.execute(FTS_FILL)
    words = sorted({word[: 2 + place % 4] for place, word in enumerate(_words(raw)) if word.isalnum()})
    for word in Random(CHECKED).sample(words, min(CHECKED, len(words))):
        found = (await catalog.page(Search(words=word), LISTED)).found
        begins = f"{DOCUMENTS} AND p.id IN (SELECT rowid FROM words WHERE words MATCH ?)"
        least = len(raw.execute(begins, (f'"{word}"*',)).fetchall())
        most = len(raw.execute(f"{DOCUMENTS} AND p.search LIKE ?", (f"%{word}%",)).fetchall())
        assert least <= found <= most, (word, least, found, most)


def _words(raw: sqlite3.Connection) -> Sequence[str]:
    rows = raw.execute("SELECT sort_name FROM product WHERE active ORDER BY id LIMIT 500")
    return [word for (name,) in rows for word in name.split() if word.isascii()]


def _references(raw: sqlite3.Connection, texts: Sequence[str]) -> tuple[float, float]:
    """Milliseconds that `LIKE` and FTS5 take for some whole texts, in the middle."""
    like, fts = [], []
    for text in texts[::8]:
        words = text.replace('"', "").split()
        began = time.perf_counter()
        conditions = " AND ".join(["search LIKE ?"] * len(words))
        like_ = f"SELECT id FROM product WHERE active AND {conditions} ORDER BY sort_name LIMIT 10"
        raw.execute(like_, [f"%{word}%" for word in words]).fetchall()
        between = time.perf_counter()
        raw.execute(FTS, (" ".join(f'"{word}"*' for word in words),)).fetchall()
        like.append(1000 * (between - began))
        fts.append(1000 * (time.perf_counter() - between))
    return quantile(like, 0.5), quantile(fts, 0.5)


async def _pages() -> Reading:
    """Whole pages, with counts of categories and options to narrow by: words, a category, an option, each sort."""
    times = []
    for number, word in enumerate(("hex", "stainless", "screw", "m", "löwe", "40", "oak brush", "")):
        for sort in Sort:
            search = Search(words=word, sort=sort, in_stock=number % 2 == 1, page_size=48)
            began = time.perf_counter()
            page = await catalog.page(search, (LISTED, REDUCED)[number % 2])
            times.append(1000 * (time.perf_counter() - began))
            assert page.total <= page.found
            assert len(page.products) == min(page.total, 48)
    return Reading("search: whole pages of the catalogue, 48 products", "ms", times)


async def _change() -> Reading:
    """A product's new name is found by everybody."""
    times = []
    for name in ("Zyxwvu", "Qjkxqz", "Vwkzhj"):
        product = await Product.filter(active=True, parent_id=None, is_parent=False).order_by("-id").first()
        assert product
        began = time.perf_counter()
        await catalog_editing.save(product.id, {"sku": product.sku, "name": name, "price": "4"})
        for _look in range(MOST_LOOKS):
            found, _total = await catalog.suggestions(name, LISTED)
            if [one.id for one in found] == [product.id]:
                break
            await asyncio.sleep(LOOK_SECONDS)
        else:
            raise AssertionError("the new name was never found")
        times.append(time.perf_counter() - began)
        await asyncio.sleep(1)
    return Reading("search: a change of a product is found", "s", times)


def _within(what: str, values: Sequence[float], most: float, *, share: float = 0.95, beside: str = "") -> Reading:
    reached = quantile(values, share)
    must = f"p{100 * share:.0f} ≤ {most:.0f} ms"
    told = beside or ("" if share == 0.95 else f"p99 {reached:.1f} ms")
    return Reading(what, "ms", values, must, reached <= most, told)
