"""The history of a shop: orders of three years with their lines, charges, events, deliveries and exports.

SQLite makes the rows itself, from numbers that look thrown: a million orders would take Python many minutes.
"""

import sqlite3
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from models.buyer import folded
from tests.bench.fill_shop import OPENED_AT, SELLER, TARGET_ID, insert

UNTIL = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)  # when the newest order was sent
SPAN = timedelta(days=3 * 365)
ORDERS_OF_A_BUYER = 40
MOST_LINES = 5  # one to five, three on average
OPEN_DAYS = 3  # orders of these days are still worked on
UNVERIFIED_DAYS = 7
IN_AN_EXPORT = 1000
PRIME = 4294967291  # the largest below 2**32

FIRST = ("Ana", "Jürgen", "Zoë", "Łukasz", "María José", "Noël", "Søren", "Chloé", "Iñigo", "Greta", "Paul", "Emma")
LAST = ("Núñez", "Müller", "Lefèvre", "Kowalska", "O’Brien", "Ångström", "García", "Schäfer", "Rossi", "Weber", "Costa")
TRADES = ("Carpintería", "Bau", "Menuiserie", "Hardware", "Ferretería", "Dachdecker", "Plumbing", "Elektro", "Garden")
FORMS = ("S.L.", "GmbH", "SARL", "Ltd", "S.A.", "KG", "& Sons")
ZONES = ("Mainland", "Islands", "Abroad")
COMMENTS = ("", "", "", "Please deliver in the morning.", "Bitte anrufen, bevor Sie kommen.", "Llamar antes de llegar.")


def fill_orders(connection: sqlite3.Connection, orders: int, seed: int) -> None:
    """Write `orders` orders of the products that are there, three lines each on average."""
    connection.create_function("folded", 1, str.lower, deterministic=True)
    _write_buyers(connection, max(10, orders // ORDERS_OF_A_BUYER), seed)
    values = {
        "orders": orders,
        "buyers": max(10, orders // ORDERS_OF_A_BUYER),
        "until": UNTIL.timestamp(),
        "step": SPAN.total_seconds() / orders,
        "open": OPEN_DAYS * 86_400,
        "unverified": UNVERIFIED_DAYS * 86_400,
        "seller": SELLER,
        "target": TARGET_ID,
        "in_an_export": IN_AN_EXPORT,
    }
    for statement in _statements(seed):
        connection.execute(statement, {name: values[name] for name in values if f":{name}" in statement})
        connection.commit()
    connection.execute("DROP TABLE temp.asked")


def _write_buyers(connection: sqlite3.Connection, count: int, seed: int) -> None:
    dice = Random(seed)
    insert(connection, "buyer", [_buyer(n, dice) for n in range(1, count + 1)])


def _buyer(n: int, dice: Random) -> dict[str, Any]:
    last = dice.choice(LAST)
    known = {
        "name": f"{dice.choice(FIRST)} {last}",
        "company": f"{dice.choice(TRADES)} {last} {n} {dice.choice(FORMS)}",
        "email": f"buyer{n}@company{n % 997}.example",
        "phone": f"+34 {600 + n % 100} {dice.randint(100, 999)} {dice.randint(100, 999)}",
    }
    return {
        "id": n,
        **known,
        "zone": dice.choice(ZONES),
        **folded(**known),
        "verified_at": OPENED_AT,
        "created_at": OPENED_AT,
        "standing": "approved",
    }


def _thrown(number: str, salt: int, seed: int) -> str:
    """A number from 0 to some 268 million that looks thrown, the same for the same arguments."""
    return f"((({number}) * {2_654_435_761 + 97_402 * salt} + {seed * 7_919 + salt}) % {PRIME} / 16)"


def _time(epoch: str) -> str:
    """A moment as the ORM writes it, without a fraction for a whole second: written otherwise, it is sorted wrongly."""
    return f"replace(strftime('%Y-%m-%d %H:%M:%f', {epoch}, 'unixepoch') || '000', '.000000', '') || '+00:00'"


def _statements(seed: int) -> list[str]:
    def dice(number: str, salt: int) -> str:
        return _thrown(number, salt, seed)

    return [
        "CREATE TEMP TABLE sold (n INTEGER PRIMARY KEY, id, sku, name, unit, price, pack)",
        """
        INSERT INTO sold
        SELECT NULL, id, sku, name, unit, price, pack_size FROM "product" WHERE is_parent = 0 ORDER BY id
        """,
        f"""
        CREATE TEMP TABLE asked AS
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :orders)
        SELECT i, :until - (:orders - i) * :step AS sent, (:orders - i) * :step AS age,
               1 + {dice("i", 1)} % :buyers AS buyer, {dice("i", 2)} % 1000 AS fate FROM n
        """,
        f"""
        INSERT INTO "order_line" ("order_id", "line_no", "product_id", "sku", "name", "unit", "unit_price", "quantity",
            "line_total")
        WITH k(k) AS (VALUES (1), (2), (3), (4), (5)),
             wanted AS (
                SELECT i, k, {dice("i * 8 + k", 3)} AS a, {dice("i * 8 + k", 4)} AS b, {dice("i * 8 + k", 5)} AS c
                FROM asked CROSS JOIN k WHERE k <= 1 + i * 3 % {MOST_LINES}),
             size AS (SELECT max(n) AS goods FROM sold)
        SELECT i, k, sold.id, sku, name, unit, price, pack * (1 + c % 20), (pack * (1 + c % 20) * price + 50) / 100
        FROM size CROSS JOIN wanted CROSS JOIN sold ON sold.n = 1 + (a % goods) * (b % goods) / goods
        """,
        f"""
        INSERT INTO "order" ("id", "number", "name", "company", "email", "phone", "buyer_reference", "comments", "zone",
            "status", "verification", "currency", "price_note", "prices_hidden", "lines_total", "discounts",
            "surcharges", "total", "references", "search", "sort_name", "fingerprint", "privacy_sha256", "language",
            "created_at", "received_at", "confirmed_at", "confirmed_by", "opened_at", "exported_at", "revision",
            "buyer_id", "duplicate_of_id")
        WITH summed AS (
            SELECT order_id, sum(line_total) AS lines, group_concat(sku, ', ') AS skus FROM "order_line"
            GROUP BY order_id),
        told AS (
            SELECT asked.*, summed.*, strftime('%Y', sent + 3600, 'unixepoch') AS year,
                CASE WHEN i % 4 = 0 THEN -(lines / 10) ELSE 0 END AS discount,
                CASE WHEN lines < 10000 THEN 1500 ELSE 0 END AS surcharge,
                age < :unverified AND i % 40 = 0 AS stranger, age < :open AND fate < 600 AS waits,
                CASE WHEN fate % 3 = 0 THEN 'PO-' || fate || '-' || i ELSE '' END AS reference,
                (SELECT value FROM json_each('{_as_json(COMMENTS)}') WHERE key = fate % {len(COMMENTS)}) AS comment
            FROM asked CROSS JOIN summed ON order_id = i),
        numbered AS (
            SELECT *, printf('%s-%05d', year, row_number() OVER (PARTITION BY year ORDER BY i)) AS number FROM told)
        SELECT i, number, b.name, b.company, b.email, b.phone, reference, comment, b.zone,
            CASE WHEN stranger OR waits THEN iif(fate % 5 = 0, 'to_be_reviewed', 'pending')
                 WHEN fate > 990 THEN 'error' ELSE 'processed' END,
            CASE WHEN stranger THEN 'unverified' WHEN i % 97 = 0 THEN 'overridden' ELSE 'verified' END,
            'EUR', 'plus VAT', 0, lines, discount, surcharge, lines + discount + surcharge, skus,
            folded(number || ' ' || b.search || ' ' || replace(b.phone, ' ', '') || ' ' || reference || ' ' || skus
                || ' ' || comment), b.sort_name,
            printf('%064x', {dice("i", 6)} * {PRIME} + i), '', 'en', {_time("sent")},
            iif(stranger, NULL, {_time("sent + 60 + fate")}),
            iif(stranger OR waits, NULL, {_time("sent + 3600 + fate")}),
            iif(stranger OR waits, '', :seller), iif(stranger OR waits, NULL, {_time("sent + 1800 + fate")}),
            iif(age > :open, {_time("sent + 7200")}, NULL), 1, buyer, iif(i % 500 = 0, i - 1, NULL)
        FROM numbered CROSS JOIN "buyer" b ON b.id = buyer ORDER BY i
        """,
        """
        INSERT INTO "order_counter" ("year", "last_number")
        SELECT substr(number, 1, 4), count(*) FROM "order" GROUP BY 1
        """,
        """
        INSERT INTO "order_charge" ("position", "kind", "code", "title", "reason", "amount", "order_id")
        SELECT 1, 'discount', 'TEN', 'Ten percent', '10 % of ' || lines_total, discounts, id
        FROM "order" WHERE discounts
        UNION ALL
        SELECT 2, 'surcharge', '', 'Small order', 'below 100.00', surcharges, id FROM "order" WHERE surcharges
        """,
        """
        INSERT INTO "order_event" ("kind", "actor", "text", "created_at", "order_id")
        SELECT 'placed', 'buyer', '', created_at, id FROM "order"
        UNION ALL SELECT 'confirmed', :seller, '', confirmed_at, id FROM "order" WHERE confirmed_at IS NOT NULL
        """,
        """
        INSERT INTO "outbox_message" ("channel", "purpose", "identity", "order_id", "order_number", "target_id",
            "recipient", "title", "content", "status", "attempts", "due_at", "lease_token", "last_error", "created_at",
            "expires_at", "finished_at")
        SELECT 'mail', 'notice', '<' || id || '@bench.example>', id, number, NULL, 'orders@bench.example',
            'Request ' || number, x'', 'sent', 1, received_at, '', '', received_at, received_at, received_at
        FROM "order" WHERE received_at IS NOT NULL
        UNION ALL
        SELECT 'transfer', 'transfer', 'erp/' || number, id, number, :target, 'ERP', number || '.csv', x'',
            iif(id % 20000 = 7, 'failed', 'sent'), 1, received_at, '', iif(id % 20000 = 7, 'The folder is full.', ''),
            received_at, received_at, received_at
        FROM "order" WHERE received_at IS NOT NULL
        """,
        f"""
        INSERT INTO "export" ("id", "done_by", "order_filter", "shape", "dialect", "orders", "file_name", "sha256",
            "created_at")
        SELECT 1 + i / :in_an_export, :seller, '', 'lines', 'machine', count(*),
            printf('orders-%d.csv', 1 + i / :in_an_export), printf('%064x', i), {_time("max(sent) + 7200")}
        FROM asked WHERE age > :open GROUP BY i / :in_an_export
        """,
        """
        INSERT INTO "exported_order" ("export_id", "order_id")
        SELECT 1 + id / :in_an_export, id FROM "order" JOIN asked ON i = id WHERE age > :open ORDER BY id
        """,
    ]  # fmt: skip


def _as_json(texts: tuple[str, ...]) -> str:
    return "[" + ", ".join(f'"{text}"' for text in texts) + "]"
