"""Pages that a shop in a cancel storm has besides its own: each is cut off while it writes."""

import asyncio
import random
import secrets

from nicegui import app, ui

from models import Category
from services.database import unit_of_work

LONGEST_WAIT_SECONDS = 0.02  # before a unit of work is cancelled
WRITE_AGAIN_SECONDS = 0.01
PAGE_SECONDS = 0.3  # until a page that is not built is given up
FORGOTTEN_SECONDS = 0.1  # after its tab was closed


def register() -> None:
    """Declare them."""
    ui.page("/storm/tab", reconnect_timeout=FORGOTTEN_SECONDS)(tab)
    ui.page("/storm/late", response_timeout=PAGE_SECONDS)(late)
    app.add_api_route("/storm/cancelled", cancelled)
    app.add_api_route("/storm/rows", rows)
    app.add_api_route("/storm/turn", turn)


@unit_of_work
async def write() -> None:
    """Write four rows of one name, two of them in bulk."""
    name = secrets.token_hex(8)
    for letter in "ab":
        await Category.create(path=f"{name}/{letter}", name=name)
    await Category.bulk_create([Category(path=f"{name}/{letter}", name=name) for letter in "cd"])


def tab() -> None:
    """A page with a timer that writes: whoever closes it cancels what the timer does."""
    ui.label("A storm")
    ui.timer(WRITE_AGAIN_SECONDS, write)


async def late() -> None:
    """A page that writes until it is given up, and is cancelled then."""
    while True:
        await write()


async def cancelled(seed: float) -> None:
    """Begin a unit of work and cancel it after a moment that follows from the seed."""
    task = asyncio.ensure_future(write())
    await asyncio.sleep(random.Random(seed).uniform(0, LONGEST_WAIT_SECONDS))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def rows() -> list[str]:
    """The names of all rows, as the program reads them."""
    return [row["name"] for row in await Category.all().order_by("path").values("name")]


@unit_of_work
async def turn() -> None:
    """What waits as everybody does who writes."""
