"""The data folder belongs to one process at a time; those of a shop on PostgreSQL share it."""

import fcntl
import os
from pathlib import Path
from typing import IO

from services.settings import SettingsError

_held: dict[Path, IO[str]] = {}  # kept open: the lock lasts as long as the file is open


def claim(folder: Path, *, shared: bool = False) -> None:
    """Take the data folder for this process, once, or for all that share it. Raises SettingsError if others have it."""
    if folder in _held:
        return
    file = (folder / "lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_NB | (fcntl.LOCK_SH if shared else fcntl.LOCK_EX))
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
