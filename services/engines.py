"""The two engines, SQLite and PostgreSQL: what an address says, and how Tortoise is to open it."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tortoise.backends.base.config_generator import expand_db_url

LONGEST_WRITE_MS = 20_000  # of another process, as of an import on the command line, which is waited for
CONNECTIONS = 10  # to a PostgreSQL server, at most
LONGEST_CONNECT_SECONDS = 5.0
PASSWORD = re.compile(r"(://[^/@:]*:)[^/@]*(?=@)|([?&]password=)[^&]*")
APPLICATION = "pedido"  # what a server calls our connections
LONGEST_STATEMENT_SECONDS = 60.0  # so that a server that is cut off is noticed


def config(url: str) -> dict[str, Any]:
    """Tortoise's configuration for a database `url`."""
    # Tortoise keeps the statements it has made under a connection's name, and they differ from engine to engine.
    name, connection = ("postgres", _postgres(url)) if is_postgres(url) else ("sqlite", _sqlite(url))
    return {
        "connections": {name: connection},
        "apps": {"models": {"models": ["models"], "migrations": "models.migrations", "default_connection": name}},
        "use_tz": True,
        "timezone": "UTC",
    }


def is_postgres(url: str) -> bool:
    """Whether a database `url` names a PostgreSQL server rather than a SQLite file."""
    return url.startswith(("postgres:", "postgresql:"))


def _sqlite(url: str) -> dict[str, Any]:
    return expand_db_url(url) | {"engine": "services.sqlite"}


def _postgres(url: str) -> dict[str, Any]:
    connection = expand_db_url(url)
    connection["engine"] = "services.postgres"
    connection["credentials"] |= {
        "maxsize": CONNECTIONS,
        "timeout": LONGEST_CONNECT_SECONDS,
        "command_timeout": LONGEST_STATEMENT_SECONDS,
        # Durable before the answer, whatever the server's own default is.
        "server_settings": {
            "synchronous_commit": "on",
            "lock_timeout": str(LONGEST_WRITE_MS),
            # A plan for whatever is asked for would be one for the most common: a search took two to ten times as long.
            "plan_cache_mode": "force_custom_plan",
            "application_name": APPLICATION,
        },
    }
    return connection


def file_of(url: str) -> Path:
    """The file of a SQLite database `url`."""
    parts = urlsplit(url)
    return Path(parts.netloc + parts.path)


def shown(url: str) -> str:
    """The address as people may read it: without its password."""
    return PASSWORD.sub(r"\1\2…", url)


def durable(url: str) -> str:
    """The address that opens a SQLite file so that a commit is on the disk when it returns; others as they are.

    What is deleted is overwritten with zeros: an erased buyer is not to be found in the file.
    """
    options = f"journal_mode=WAL&synchronous=FULL&foreign_keys=ON&secure_delete=ON&busy_timeout={LONGEST_WRITE_MS}"
    return _with_options(url, options)


def without_foreign_keys(url: str) -> str:
    """The address for migrations: a SQLite table that one rebuilds would otherwise delete its child rows."""
    return _with_options(url, "foreign_keys=OFF")


def _with_options(url: str, options: str) -> str:
    if not url.startswith("sqlite:"):
        return url
    return f"{url}{'&' if '?' in url else '?'}{options}"
