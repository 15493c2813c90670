"""Import of a hundred thousand products from CSV and XLSX, beside `csv.reader` and `executemany` of plain `sqlite3`."""

import asyncio
import csv
import gc
import io
import json
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from services import catalog_import, database, settings
from tests.bench import fill
from tests.bench.frame import Reading, quantile
from tests.bench.watch import Watched, watched
from tests.catalogue_files import Cell, xlsx

ORDERS, PRODUCTS = 1000, 100_000
PREVIEW_SECONDS, WRITE_SECONDS, MOST_MB, MOST_LAG_MS = 45.0, 90.0, 300.0, 100.0
HEADER = (
    "SKU", "Name", "Description", "Category", "Price", "Unit", "Pack size", "Minimum quantity", "Quantity breaks",
    "Stock", "EAN", "Active", "Parent SKU", "Option 1 name", "Option 1 value", "Option 2 name", "Option 2 value",
)  # fmt: skip
OPTION_CELLS = 4
PRICE = HEADER.index("Price")

ROWS = """
    SELECT p.sku, p.name, p.description, c.path, p.price, p.unit, p.pack_size, p.minimum_quantity, p.breaks, p.stock,
           p.ean, p.active, parent.sku, p.options
    FROM product p LEFT JOIN category c ON c.id = p.category_id LEFT JOIN product parent ON parent.id = p.parent_id
    ORDER BY p.id
"""
WRITTEN = """
    SELECT p.sku, p.name, c.path, p.price, p.unit, p.pack_size, p.minimum_quantity, p.stock, p.ean, p.is_parent,
           parent.sku, p.options
    FROM product p LEFT JOIN category c ON c.id = p.category_id LEFT JOIN product parent ON parent.id = p.parent_id
    ORDER BY p.sku
"""
INSERT = (
    "INSERT INTO product (sku, name, description, search, price, unit, pack_size, minimum_quantity, breaks, stock, "
    "ean, active, options, is_parent, sort_name, created_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, '[]', ?, ?, ?, '{}', 0, ?, '2026-01-01 00:00:00+00:00')"
)


@dataclass(frozen=True)
class Imported:
    """What a file cost: to be looked at, to be written, and both together."""

    preview: Watched
    write: Watched
    whole: Watched


def run() -> Iterator[Reading]:
    """Each file in a process of its own, so that one does not find the memory that another has left."""
    source = fill.shop(ORDERS, PRODUCTS) / "pedido.db"
    rows = _rows(source)
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as at,
    ):
        for name, content in (("csv", _csv(rows)), ("xlsx", xlsx([HEADER, *map(_typed, rows)]))):
            file = Path(folder) / f"catalogue.{name}"
            file.write_bytes(content)
            imported = at.submit(_imported, file, source).result()
            plain = _plain(Path(folder), rows, f"plain-{name}.db")
            yield from _told(name.upper(), imported, plain)


def _told(name: str, imported: Imported, plain: float) -> Iterator[Reading]:
    parts = (("looked at", imported.preview, PREVIEW_SECONDS), ("written", imported.write, WRITE_SECONDS))
    for what, seen, most in parts:
        beside = f"processor time {seen.processor:.1f} s; csv.reader and executemany {plain:.1f} s"
        yield Reading(f"import: {name} {what}", "s", [seen.wall], f"≤ {most:.0f} s", seen.wall <= most, beside)
    memory, lags = imported.whole.memory, [1000 * late for late in imported.whole.lags]
    yield Reading(f"import: {name} memory added", "MB", [memory], f"≤ {MOST_MB:.0f} MB", memory <= MOST_MB)
    late = quantile(lags, 0.99)
    must = f"p99 ≤ {MOST_LAG_MS:.0f} ms"
    yield Reading(f"import: {name} loop lag", "ms", lags, must, late <= MOST_LAG_MS, f"p99 {late:.1f} ms")


def _imported(file: Path, source: Path) -> Imported:
    data = Path(tempfile.mkdtemp(dir=file.parent))
    settings.load(data=data).make_folders()
    return asyncio.run(_import(file, data / "pedido.db", source))


async def _import(file: Path, written: Path, source: Path) -> Imported:
    await database.open_database(f"sqlite:///{written}")
    try:
        gc.freeze()  # as the program does once it has started
        async with watched() as whole:
            async with watched() as preview:
                table = await catalog_import.read(file.name, await asyncio.to_thread(file.read_bytes))
                plan = await catalog_import.plan(table, catalog_import.recognise(table, None), currency="EUR")
            async with watched() as write:
                await catalog_import.apply(plan, by="bench")
        assert plan.imported == len(plan.products) == PRODUCTS
    finally:
        await database.close_database()
    assert _contents(written) == _contents(source), "what was written is what the file says"
    return Imported(preview, write, whole)


def _contents(file: Path) -> list[Sequence[Any]]:
    with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as connection:
        return [(*row[:-1], json.loads(row[-1])) for row in connection.execute(WRITTEN)]


def _rows(source: Path) -> list[list[str]]:
    """The rows of a file that makes the products of the shop."""
    with closing(sqlite3.connect(f"file:{source}?immutable=1", uri=True)) as connection:
        return [_row(*row) for row in connection.execute(ROWS)]


def _row(*columns: Any) -> list[str]:
    *texts, price, unit, pack, least, breaks, stock, ean, active, parent, options = columns
    told = "|".join(f"{quantity}:{one}" for quantity, one in json.loads(breaks))
    chosen = [cell for option in json.loads(options).items() for cell in option]
    cells = [*texts, f"{price / 10_000:.2f}", unit, pack, least, told, "" if stock is None else stock, ean]
    cells += ["yes" if active else "no", parent or "", *chosen, *[""] * (OPTION_CELLS - len(chosen))]
    return [str(cell) for cell in cells]


def _typed(row: Sequence[str]) -> list[Cell]:
    """A row as a spreadsheet keeps it: numbers as numbers."""
    return [float(cell) if place == PRICE else cell for place, cell in enumerate(row)]


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *rows])
    return text.getvalue().encode()


def _plain(folder: Path, rows: Sequence[Sequence[str]], name: str) -> float:
    """Seconds that reading a CSV and writing its rows takes, with no look at what they mean."""
    asyncio.run(database.bring_up_to_date(f"sqlite:///{folder / name}"))
    content = _csv(rows).decode()
    with closing(sqlite3.connect(folder / name)) as connection, connection:
        began = time.perf_counter()
        reader = csv.reader(io.StringIO(content))
        next(reader)
        connection.executemany(INSERT, map(_inserted, reader))
        connection.commit()
        taken = time.perf_counter() - began
        assert connection.execute("SELECT count(*) FROM product").fetchone() == (PRODUCTS,)
    return taken


def _inserted(row: Sequence[str]) -> Sequence[Any]:
    sku, name, description, _category, price, unit, pack, least, _breaks, stock, ean, active, *_rest = row
    cents = round(float(price) * 10_000)
    return sku, name, description, " ".join(row), cents, unit, pack, least, stock or None, ean, active == "yes", name
