"""PostgreSQL, as Tortoise speaks to it (through asyncpg): lost servers are told in words, and no connection leaks.

Tortoise finds `client_class` here, because `engines.config` names this module as the engine.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import NestedTransactionContext, TransactionContext, TransactionContextPooled
from tortoise.connection import get_connections

from models.errors import StorageError
from models.text import _

LONGEST_CONNECT_SECONDS = 5.0
LONGEST_GOODBYE_SECONDS = 2.0
# A machine that is cut off holds its locks until the server has noticed.
NOTICED_SOON = {"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "3", "tcp_keepalives_count": "3"}

logger = logging.getLogger(__name__)

# The server is away, full, or shutting down: https://www.postgresql.org/docs/current/errcodes-appendix.html
TROUBLE = (
    OSError,  # also TimeoutError
    asyncpg.InterfaceError,  # the connection is closed
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # it stops, or starts, or takes no more
    asyncpg.InsufficientResourcesError,  # disk full, too many connections
    asyncpg.PostgresSystemError,  # its disk fails
    asyncpg.InternalServerError,
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)


def not_saved() -> str:
    """The sentence for whoever wanted to write."""
    return _("This could not be saved, so nothing was sent or changed. Please try again in a few minutes.")


class _Told(AsyncpgDBClient):
    """Turns what means that the server cannot work now into StorageError."""

    async def _translate_exceptions(self, func: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return await super()._translate_exceptions(func, *args, **kwargs)
        except TROUBLE as error:
            raise told(error) from error


@asynccontextmanager
async def session(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection beside the pool, for what lasts as long as a connection does: listening, and locks of a process.

    Raises one of TROUBLE.
    """
    opened = await asyncpg.connect(url, timeout=LONGEST_CONNECT_SECONDS, server_settings=NOTICED_SOON)
    try:
        yield opened
    finally:
        try:
            await opened.close(timeout=LONGEST_GOODBYE_SECONDS)
        except TROUBLE:  # it is gone already
            opened.terminate()


@asynccontextmanager
async def alone(url: str, lock: int) -> AsyncIterator[None]:
    """Let one process at a time do what is done here, the others wait. Raises StorageError."""
    async with AsyncExitStack() as held:
        try:
            opened = await held.enter_async_context(session(url))
            await opened.execute("SELECT pg_advisory_lock($1)", lock)
        except TROUBLE as error:
            raise told(error) from error
        yield


def told(error: BaseException) -> StorageError:
    """What to raise instead of an error that means that the server cannot work now."""
    logger.warning("The database does not answer as it should: %s: %s", type(error).__name__, error)
    return StorageError(not_saved())


class _Transaction(_Told, TransactionWrapper):
    """A transaction's connection."""

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(_Transaction(self))

    async def commit(self) -> None:
        try:
            await super().commit()
        except TROUBLE as error:
            raise told(error) from error

    async def rollback(self) -> None:
        try:
            await super().rollback()
        except TROUBLE:  # without its connection the server rolls back by itself
            self._finalized = True


class _TransactionContext(TransactionContextPooled):
    """A transaction on a connection of the pool, which gets it back also if the transaction cannot begin."""

    async def __aenter__(self) -> Any:
        try:
            return await super().__aenter__()
        except BaseException as error:  # also when cancelled: the pool gets it back
            if connection := getattr(self.client, "_connection", None):
                await self.client._parent._pool.release(connection)
            if isinstance(error, TROUBLE):
                raise told(error) from error
            raise

    async def __aexit__(self, *raised: Any) -> None:
        try:
            await super().__aexit__(*raised)
        except TROUBLE as error:  # of giving the connection back: what became of the transaction is settled
            logger.warning("A connection was lost after its work was done: %s", error)
            get_connections().reset(self.token)


class Client(_Told):
    """A pool of connections; one that is broken is replaced when it is asked for."""

    def _in_transaction(self) -> TransactionContext:
        return _TransactionContext(_Transaction(self), self._pool_init_lock)


client_class = Client
