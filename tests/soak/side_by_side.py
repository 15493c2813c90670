"""Guards of what happens at the same moment, to be taken out of the program by `tampered.program`."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.connection import get_connection, get_connections
from tortoise.queryset import QuerySet

from models import Order
from services import database, verification
from services.exports import sheets

A_MOMENT_SECONDS = 0.2


def without_turns() -> None:
    """Units of work are no transactions that wait for each other; an order is changed whatever has become of it.

    A buyer is verified a moment after it was looked whether that is still to be done.
    """
    found, verify = Order.filter, verification._verify

    @contextlib.asynccontextmanager
    async def no_transaction(_name: str | None = None) -> AsyncIterator[BaseDBAsyncClient]:
        [name] = get_connections().db_config
        yield get_connection(name)

    def found_by_id(*conditions: Any, **values: Any) -> QuerySet[Order]:
        return found(id=values["id"]) if "id" in values else found(*conditions, **values)

    async def verify_later(order: Order, now: datetime) -> bool:
        await asyncio.sleep(A_MOMENT_SECONDS)
        return await verify(order, now)

    vars(database)["in_transaction"] = no_transaction
    database._taking_turns = contextlib.nullcontext  # type: ignore[assignment] # a guard is taken out
    Order.filter = found_by_id  # type: ignore[method-assign] # a guard is taken out
    verification._verify = verify_later


def exports_read_on() -> None:
    """An export reads a few orders, and the next few once others have written."""
    database._reading = contextlib.nullcontext  # type: ignore[assignment] # a guard is taken out
    sheets.ORDERS_AT_ONCE = 10
