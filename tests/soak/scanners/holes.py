"""Pages with holes, which a shop has besides its own so that scanners can show that they see: for all, and for sellers.

A page shows a word of its address as it came, another puts one into a query.
"""

import html

from fastapi import Depends
from fastapi.responses import HTMLResponse
from nicegui import app
from tortoise.connection import get_connection, get_connections

import main
from pages.desk import guard
from services import throttle

WORDS = {"/welcome": "name", "/desk/welcome": "name", "/stock": "sku", "/desk/stock": "sku"}


def register() -> None:
    """Declare them."""
    app.add_api_route("/welcome", _welcome)
    app.add_api_route("/stock", _stock)
    app.add_api_route("/desk/welcome", _welcome, dependencies=[Depends(guard.require)])
    app.add_api_route("/desk/stock", _stock, dependencies=[Depends(guard.require)])


async def _welcome(name: str) -> HTMLResponse:
    return HTMLResponse(f"<!doctype html><title>Welcome</title><p>Welcome, {name}!</p>")


async def _stock(sku: str) -> HTMLResponse:
    [name] = get_connections().db_config
    rows = await get_connection(name).execute_query_dict(f"SELECT name FROM product WHERE sku = '{sku}'")
    names = "".join(f"<li>{html.escape(row['name'])}</li>" for row in rows)
    return HTMLResponse(f"<!doctype html><title>Stock</title><ul>{names}</ul>")


def without_limits() -> None:
    """Nobody is told to wait, so that scanners get somewhere."""
    throttle.check = lambda _limit, *_keys: None


def with_holes() -> None:
    """The pages are there, and nobody is told to wait."""
    without_limits()
    main.PAGES = (*main.PAGES, __name__)
