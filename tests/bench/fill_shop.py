"""The shop itself, its seller, and where its orders go."""

import json
import sqlite3
from typing import Any

SELLER, PASSWORD = "seller@bench.example", "bench-of-pedido"
PASSWORD_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$wqr26IU7/4mUNIjk1p5t6Q$VB+GNzpftfNlnFqsMt1G5Vvge/eOrmihbm3J2FBWxAk"  # of PASSWORD
)
OPENED_AT = "2023-01-02 08:00:00+00:00"
TARGET_ID = OWNER_ID = 1
FOR_EVER = 36_500  # days: housekeeping leaves the shop as it was made

SHOP: dict[str, Any] = {
    "id": 1,
    "name": "Norte Wholesale",
    "logo": "",
    "color": "#0f6b5c",
    "cover_text": "Everything for the building site.",
    "contact": "Norte Wholesale S.L.\nCalle del Taller 18\n28021 Madrid",
    "language": "en",
    "currency": "EUR",
    "time_zone": "Europe/Madrid",
    "price_note": "plus VAT",
    "prices_hidden": 0,
    "order_prefix": "",
    "management_emails": json.dumps(["orders@bench.example"]),
    "unverified_days": FOR_EVER,
    "mail_host": "",
    "mail_port": 587,
    "mail_security": "starttls",
    "mail_username": "",
    "mail_password": "",
    "mail_sender": "orders@bench.example",
    "mail_reply_to": "orders@bench.example",
    "created_at": OPENED_AT,
}
TARGET: dict[str, Any] = {
    "id": TARGET_ID,
    "name": "ERP",
    "protocol": "sftp",
    "host": "erp.bench.example",
    "port": 22,
    "folder": "/in",
    "username": "pedido",
    "password": "",
    "private_key": "",
    "host_key": "",
    "certificate": "",
    "file_name": "{number}.csv",
    "shape": "lines",
    "dialect": "machine",
    "trigger": "received",
    "active": 0,  # nothing leaves a shop that is made to be measured
    "last_seq": 0,
    "created_at": OPENED_AT,
}
OWNER: dict[str, Any] = {"id": OWNER_ID, "email": SELLER, "password_hash": PASSWORD_HASH, "created_at": OPENED_AT}


def fill_shop(connection: sqlite3.Connection) -> None:
    """Write the shop, its owner, and a transfer target that is switched off."""
    for table, row in (("shop", SHOP), ("seller", OWNER), ("transfer_target", TARGET)):
        insert(connection, table, [row])


def insert(connection: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    """Write rows that have the same columns."""
    names, places = ", ".join(f'"{name}"' for name in rows[0]), ", ".join(f":{name}" for name in rows[0])
    connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', rows)
    connection.commit()
