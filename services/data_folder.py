"""The data folder belongs to one process at a time; those of a shop on PostgreSQL share it."""

import fcntl
import os
from pathlib import Path
from typing import IO

from services import engines, settings
from services.settings import SettingsError

_held: dict[Path, IO[str]] = {}  # kept open: the lock lasts as long as the file is open


def claim(folder: Path) -> None:
    """Take the data folder for this process, once. Raises SettingsError if another process has it for itself.

    A process on SQLite has it for itself, one on PostgreSQL shares it with others on PostgreSQL.
    """
    if folder in _held:
        return
    file = (folder / "lock").open("a+")
    is_shared = engines.is_postgres(settings.current().database_url)
    try:
        fcntl.flock(file, fcntl.LOCK_NB | (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX))
    except BlockingIOError:
        file.seek(0)
        owner = file.read().strip() or "?"
        file.close()
        raise SettingsError(f"PEDIDO_DATA: {folder} is in use by another Pedido (process {owner}).") from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    _held[folder] = file


def release(folder: Path) -> None:
    """Give the data folder back before the process ends."""
    _held.pop(folder).close()
