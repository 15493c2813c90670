"""Logging: what the program tells its operator, without anybody's name or address."""

import json
import logging
import secrets
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

from models.errors import StorageError

QUIET = ("asyncssh", "aioftp", "aioftp.client", "aiosqlite", "httpx", "tortoise", "PIL")  # these tell hosts or rows
KNOWN_TROUBLE = ("asyncpg.pool",)  # a server that is away, which the program tells in a line of its own


TEXT = "%(asctime)s %(levelname)s %(name)s [%(request)s]: %(message)s"

request_id: ContextVar[str] = ContextVar("request_id", default="-")  # of the visit that is being answered


def new_request_id() -> str:
    """A random name for a visit, which says nothing about the visitor."""
    return secrets.token_hex(6)


class JsonLines(logging.Formatter):
    """One JSON object in each line: for programs that gather logs. Times are UTC."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as a line."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "room": record.name,
            "request": request_id.get(),
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def start(level: str, form: Literal["text", "json"]) -> None:
    """Log to standard error from `level` on."""
    logging.basicConfig(level=level, format=TEXT)
    for handler in logging.getLogger().handlers:
        handler.addFilter(name_request)
        if form == "json":
            handler.setFormatter(JsonLines())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in KNOWN_TROUBLE:
        logging.getLogger(name).setLevel(logging.ERROR)
    for handler in logging.getLogger().handlers:
        handler.addFilter(in_one_line)


def name_request(record: logging.LogRecord) -> bool:
    """Say in which visit it happened. A filter of the logging module; it lets everything through."""
    record.request = request_id.get()
    return True


def in_one_line(record: logging.LogRecord) -> bool:
    """Tell a disk that is full or a database that is away in a line: the program has no bug to look for.

    A filter of the logging module; it lets everything through.
    """
    if record.exc_info and isinstance(record.exc_info[1], StorageError):
        record.exc_info = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
    return True
