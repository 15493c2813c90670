"""Logging: what the program tells its operator, without anybody's name or address."""

import logging

from models.errors import StorageError

QUIET = ("asyncssh", "aioftp", "aioftp.client", "aiosqlite", "httpx", "tortoise", "PIL")  # these tell hosts or rows
KNOWN_TROUBLE = ("asyncpg.pool",)  # a server that is away, which the program tells in a line of its own


def start(level: str) -> None:
    """Log to standard error from `level` on."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in KNOWN_TROUBLE:
        logging.getLogger(name).setLevel(logging.ERROR)
    for handler in logging.getLogger().handlers:
        handler.addFilter(in_one_line)


def in_one_line(record: logging.LogRecord) -> bool:
    """Tell a disk that is full or a database that is away in a line: the program has no bug to look for.

    A filter of the logging module; it lets everything through.
    """
    if record.exc_info and isinstance(record.exc_info[1], StorageError):
        record.exc_info = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
    return True
