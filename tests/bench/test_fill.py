import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from services import database
from tests.bench import fill

ORDERS, PRODUCTS = 400, 200
ONE_ORDER = """
    SELECT count(*) FROM "order" o WHERE lines_total <> (SELECT sum(line_total) FROM order_line WHERE order_id = o.id)
    OR total <> lines_total + discounts + surcharges
    OR discounts + surcharges <> (SELECT coalesce(sum(amount), 0) FROM order_charge WHERE order_id = o.id)
"""


@pytest.fixture
async def empty(tmp_path: Path) -> Path:
    await database.bring_up_to_date(f"sqlite:///{tmp_path / fill.DATABASE}")
    return tmp_path / fill.DATABASE


def _filled(empty: Path, name: str, *, seed: int) -> Path:
    data = empty.parent / name
    data.mkdir()
    (data / fill.DATABASE).write_bytes(empty.read_bytes())
    fill.fill(data, ORDERS, PRODUCTS, seed)
    return data / fill.DATABASE


def _dumped(file: Path) -> Iterator[str]:
    with closing(sqlite3.connect(file)) as opened:
        yield from opened.iterdump()


async def test_the_same_seed_makes_the_same_shop(empty: Path) -> None:
    file = _filled(empty, "one", seed=1)
    with closing(sqlite3.connect(file)) as opened:
        assert opened.execute('SELECT count(*) FROM "order"').fetchone() == (ORDERS,)
        assert opened.execute("SELECT count(*) FROM order_line").fetchone() == (3 * ORDERS,)
        assert opened.execute("SELECT count(*) FROM product").fetchone() == (PRODUCTS,)
        assert opened.execute(ONE_ORDER).fetchone() == (0,)
        assert opened.execute("SELECT count(*) FROM \"order\" WHERE created_at LIKE '%.000000%'").fetchone() == (0,)
        assert not opened.execute("PRAGMA foreign_key_check").fetchall()
        assert opened.execute("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'idx_order_%'").fetchone()[0] > 5
    first = list(_dumped(file))
    assert list(_dumped(_filled(empty, "again", seed=1))) == first
    assert list(_dumped(_filled(empty, "other", seed=2))) != first
