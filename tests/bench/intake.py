"""Requests that are placed in the program itself, beside plain SQLite that writes the same rows.

Each order has three lines, charges, its snapshot, its link and what goes out: for a stranger the mail that asks to
verify, for a buyer who is known and signed in the mails to both sides. The reference inserts the very rows that were
written, of one order in one durable transaction each, into a file with the same history and indexes.
"""

import asyncio
import logging
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from tortoise import Model

from models import Buyer, Cart, CartLine, Device, DiscountCode, Order, OrderLine, OutboxMessage, Product, Surcharge
from models.order_form import OrderForm
from models.text import fold
from services import carts, copying, database, orders, settings, visitors
from tests.bench import fill
from tests.bench.frame import Reading
from tests.servers.postgres import DURABLE, postgres

HISTORIES = (1_000, 100_000)  # orders that are there before
PRODUCTS = 2_000
PLACED, LINES = 100, 3
LEAST_TIMES_RAW, MOST_TIMES_SQLITE = 0.08, 2
# The rows of an order, in an order in which those a row belongs to are there before it.
ROWS = {
    "buyer": 'SELECT * FROM "buyer" WHERE id = :buyer_id',
    "order": 'SELECT * FROM "order" WHERE id = :id',
    **{
        table: f'SELECT * FROM "{table}" WHERE order_id = :id'
        for table in ("order_line", "order_charge", "order_event", "link", "outbox_message")
    },
}


Counts = dict[type[Model], int]
NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


@dataclass
class Placed:
    """Seconds of each order; how many statements one takes, and how much time of the processor."""

    seconds: list[float]
    statements: int
    processor_ms: float


def run() -> Iterator[Reading]:
    """Strangers and known buyers on SQLite with a short and a long history, then on PostgreSQL."""
    for is_known in (False, True):
        for history in HISTORIES:
            yield _on_sqlite(history, is_known=is_known)
        yield _on_postgres(is_known=is_known)


def _on_sqlite(history: int, *, is_known: bool) -> Reading:
    source = fill.shop(history, PRODUCTS)
    with tempfile.TemporaryDirectory(prefix="pedido-bench-") as folder:
        data, raw_data = fill.copy(source, Path(folder, "placed")), fill.copy(source, Path(folder, "raw"))
        placed = asyncio.run(_place(data, "", is_known=is_known))
        raw = _write_raw(data / "pedido.db", raw_data / "pedido.db")
    times = _rate(placed.seconds) / _rate(raw)
    return Reading(
        f"placing, {_who(is_known)}, {history:,} orders before",
        "1/s",
        [1 / one for one in placed.seconds],
        f"≥ {LEAST_TIMES_RAW} × raw",
        times >= LEAST_TIMES_RAW,
        f"raw {_rate(raw):,.0f}/s: {times:.3f} ×; {placed.statements} statements, {placed.processor_ms:.1f} ms of CPU",
    )


def _on_postgres(*, is_known: bool) -> Reading:
    source = fill.shop(HISTORIES[0], PRODUCTS)
    with tempfile.TemporaryDirectory(prefix="pedido-bench-") as folder, postgres(fsync=DURABLE) as server:
        own = asyncio.run(_place(fill.copy(source, Path(folder, "own")), "", is_known=is_known))
        data = fill.copy(source, Path(folder, "server"))
        url = server.url("postgres")
        asyncio.run(_fill_server(data / "pedido.db", url))
        placed = asyncio.run(_place(data, url, is_known=is_known))
    times = _rate(own.seconds) / _rate(placed.seconds)
    return Reading(
        f"placing, {_who(is_known)}, PostgreSQL",
        "1/s",
        [1 / one for one in placed.seconds],
        f"within {MOST_TIMES_SQLITE} × of SQLite",
        times <= MOST_TIMES_SQLITE,
        f"SQLite {_rate(own.seconds):.0f}/s: {times:.2f} × as long",
    )


async def _fill_server(file: Path, url: str) -> None:
    await database.bring_up_to_date(url)
    await copying.fill_server(file, url)


def _who(is_known: bool) -> str:
    return "known buyer" if is_known else "stranger"


def _rate(seconds: Sequence[float]) -> float:
    return len(seconds) / sum(seconds)


async def _place(data: Path, url: str, *, is_known: bool) -> Placed:
    settings.load(data=data, **({"database_url": url} if url else {}))
    await database.connect(settings.current().database_url)
    try:
        prepared = await _prepare(is_known=is_known)
        before: Counts = {table: await table.all().count() for table in (Order, OrderLine, OutboxMessage)}
        seconds, processor = [], time.process_time()
        for place, (token, cart_id, total) in enumerate(prepared[1:]):
            begin = time.perf_counter()
            await orders.place(cart_id, token, _form(0 if is_known else place), shown_total=total)
            seconds.append(time.perf_counter() - begin)
        processor = time.process_time() - processor
        await _check(before, mails=2 if is_known else 1)
        token, cart_id, total = prepared[0]
        with counted() as statements:
            await orders.place(cart_id, token, _form(0 if is_known else PLACED), shown_total=total)
        return Placed(seconds, len(statements), 1000 * processor / len(seconds))
    finally:
        await database.close_database()


async def _prepare(*, is_known: bool) -> list[tuple[str, int, Decimal]]:
    """Open carts, each of a browser of its own: by what that is known, the cart's id and its total."""
    await Surcharge.create(title="Small order", code="SMALL", kind="fixed", amount="7.50")
    await DiscountCode.create(code="TEN", folded=fold("TEN"), kind="percent", amount="10", title="Ten percent")
    buyer = await Buyer.create(email=_form(0).email, name="Marta", verified_at=NOW) if is_known else None
    sold = await Product.filter(active=True, is_parent=False, parent_id=None).order_by("id").limit(PLACED + LINES)
    prepared = []
    for place in range(PLACED):
        token = f"browser-{place}"
        device = await Device.create(token_hash=visitors.mark(token), buyer=buyer)
        cart = await Cart.create(device=device, discount_code="TEN")
        for one in sold[place : place + LINES]:
            quantity = 10 * one.minimum_quantity * one.pack_size
            await CartLine.create(cart=cart, product=one, quantity=quantity)
        prepared.append((token, cart.id, (await carts.load(token)).quote.total))
    return prepared


def _form(place: int) -> OrderForm:
    return OrderForm.checked(
        {
            "name": "Marta Gil",
            "company": "Ferretería Sol S.L.",
            "email": f"marta{place}@sol.example",
            "phone": "+34 600 123 456",
            "comments": "Please deliver in the morning.",
            "privacy_accepted": True,
        }
    )


async def _check(before: Counts, *, mails: int) -> None:
    """All of it was written."""
    wanted: Counts = {Order: 1, OrderLine: LINES, OutboxMessage: mails}
    for table, count in before.items():
        written = await table.all().count() - count
        if written != (PLACED - 1) * wanted[table]:
            raise AssertionError(f"{written} rows of {table.__name__} were written")


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that the database is asked to execute meanwhile."""
    told = logging.getLogger("tortoise.db_client")
    statements: list[str] = []

    class Counting(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            statements.append(record.getMessage())

    handler, level = Counting(), told.level
    told.addHandler(handler)
    told.setLevel(logging.DEBUG)
    try:
        yield statements
    finally:
        told.removeHandler(handler)
        told.setLevel(level)


def _write_raw(placed: Path, empty: Path) -> list[float]:
    """Seconds of each transaction that writes the rows of one order into a file without them."""
    with closing(sqlite3.connect(placed)) as source, closing(sqlite3.connect(empty, isolation_level=None)) as target:
        source.row_factory = sqlite3.Row
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = OFF", "secure_delete = ON"):
            target.execute(f"PRAGMA {pragma}")
        [(first,)] = target.execute('SELECT max(id) + 1 FROM "order"')
        for table in ("surcharge", "discount_code", "device", "cart", "cart_line", "terms_version"):
            _insert(target, table, _new(source, target, table))
        target.execute("PRAGMA foreign_keys = ON")
        seconds = []
        for order in source.execute('SELECT * FROM "order" WHERE id >= ? ORDER BY id', [first]).fetchall():
            rows = {name: source.execute(statement, dict(order)).fetchall() for name, statement in ROWS.items()}
            seconds.append(_transaction(target, rows))
        return seconds


def _new(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> Sequence[sqlite3.Row]:
    [(last,)] = target.execute(f'SELECT coalesce(max(id), 0) FROM "{table}"')
    return source.execute(f'SELECT * FROM "{table}" WHERE id > ?', [last]).fetchall()


def _transaction(target: sqlite3.Connection, rows: Mapping[str, Sequence[sqlite3.Row]]) -> float:
    begin = time.perf_counter()
    target.execute("BEGIN IMMEDIATE")
    for table, some in rows.items():
        _insert(target, table, some)
    target.execute("COMMIT")
    return time.perf_counter() - begin


def _insert(target: sqlite3.Connection, table: str, rows: Sequence[sqlite3.Row]) -> None:
    if rows:
        names = ", ".join(f'"{name}"' for name in rows[0].keys())  # noqa: SIM118 - of a row, not of a dict
        places = ", ".join("?" * len(rows[0]))
        how = "INSERT OR IGNORE" if table == "buyer" else "INSERT"  # a known one is there already
        target.executemany(f'{how} INTO "{table}" ({names}) VALUES ({places})', list(map(tuple, rows)))
