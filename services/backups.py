"""Backups: one file with the database, the pictures and the exports, made while the shop runs.

The key file is never in it, so saved passwords are of no use to whoever finds a backup.
"""

import asyncio
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from models.errors import NotFoundError, ShopError
from models.text import _
from services import copying, database, engines, settings

FORMAT = 1
ABOUT = "about.json"
DATABASE = "pedido.db"
PREFIX, DAILY_PREFIX, SUFFIX = "pedido-", "daily-", ".zip"
KEPT = 14  # of the daily ones, and as many of those made by hand
TOO_OLD = timedelta(days=2)
HALF_WRITTEN = ".part"  # in the names of files, and of folders, that are still at work
TIME_IN_NAME = "%Y-%m-%d-%H%M%S"
UNFINISHED = ".unfinished-"


@dataclass(frozen=True)
class Backup:
    """A backup that was opened and found whole when it was made. `size` is in bytes."""

    path: Path
    made_at: datetime
    size: int


async def make() -> Backup:
    """Make a backup in the data folder, as a seller asks for it. Raises ShopError."""
    return await asyncio.to_thread(make_at_once)


def make_at_once() -> Backup:
    """The same, blocking, for the command line."""
    return _make_in_folder(PREFIX, datetime.now(UTC))


async def make_daily(now: datetime) -> Backup | None:
    """Make today's backup (by UTC), unless it is there; None if it was. Raises ShopError."""
    if any(backup.made_at.date() == now.date() for backup in _every(DAILY_PREFIX)):
        return None
    return await asyncio.to_thread(_make_in_folder, DAILY_PREFIX, now)


def _make_in_folder(prefix: str, now: datetime) -> Backup:
    folder = settings.current().backups
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise ShopError(_not_written(folder, error)) from error
    _remove_unfinished(folder, now)
    made = write(folder / f"{prefix}{now.strftime(TIME_IN_NAME)}{SUFFIX}")
    for old in _every(prefix)[KEPT:]:
        old.path.unlink(missing_ok=True)
    return find(made.path.name)


def _remove_unfinished(folder: Path, now: datetime) -> None:
    """What a process that died in the middle left behind."""
    for path in folder.glob(f"{UNFINISHED}*"):
        if path.stat().st_mtime < (now - timedelta(days=1)).timestamp():
            shutil.rmtree(path, ignore_errors=True)


def last() -> Backup | None:
    """The last good backup in the data folder."""
    return max(_every(PREFIX) + _every(DAILY_PREFIX), key=lambda backup: backup.made_at, default=None)


def find(file_name: str) -> Backup:
    """A backup in the data folder by its file's name. Raises NotFoundError."""
    for backup in _every(PREFIX) + _every(DAILY_PREFIX):
        if backup.path.name == file_name:
            return backup
    raise NotFoundError(_("This backup is no longer kept."))


def is_too_old(backup: Backup | None, since: datetime, now: datetime) -> bool:
    """Whether the last good backup is too long ago; without one, whether the shop began (`since`) too long ago."""
    return now - (backup.made_at if backup else since) > TOO_OLD


def _every(prefix: str) -> list[Backup]:
    """The finished backups whose names begin with `prefix`, newest first."""
    found = []
    for path in settings.current().backups.glob(f"{prefix}*{SUFFIX}"):
        with suppress(ValueError, FileNotFoundError):  # not named by us, or removed just now
            made_at = datetime.strptime(path.name, f"{prefix}{TIME_IN_NAME}{SUFFIX}").replace(tzinfo=UTC)
            found.append(Backup(path, made_at, path.stat().st_size))
    return sorted(found, key=lambda backup: backup.made_at, reverse=True)


def write(path: Path) -> Backup:
    """Make a backup at `path`, which appears only when it is whole. Raises ShopError, and leaves nothing then.

    It blocks: call it in a thread, or where nothing else runs.
    """
    if path.exists():
        raise ShopError(_("{file} is there already. A backup never overwrites a file.").format(file=path))
    try:
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=path.parent) as folder:
            archive, copy = Path(folder) / "archive", Path(folder) / DATABASE
            _copy_database(copy)
            _pack(archive, copy)
            copy.unlink()
            _check(archive, Path(folder))
            archive.rename(path)
        sync(path.parent)
    except OSError as error:
        raise ShopError(_not_written(path, error)) from error
    except (sqlite3.Error, copying.CopyError) as error:
        raise ShopError(_("The database could not be copied: {reason}.").format(reason=error)) from error
    return Backup(path, datetime.now(UTC), path.stat().st_size)


def _not_written(path: Path, error: OSError) -> str:
    reason = error.strerror or str(error)
    return _("The backup could not be written to {file}: {reason}.").format(file=path, reason=reason)


def _copy_database(copy: Path) -> None:
    url = settings.current().database_url
    if not engines.is_postgres(url):
        source = engines.file_of(url)
        if not source.exists() or not source.stat().st_size:
            raise ShopError(_("There is no shop in {folder} yet.").format(folder=settings.current().data))
    database.copy_to(url, copy)


def _pack(archive: Path, copy: Path) -> None:
    """Everything into one file. What the rows name was there before them, so the database goes first."""
    about = {"format": FORMAT, "made_at": datetime.now(UTC).isoformat(), "counts": checked_counts(copy)}
    with os.fdopen(os.open(archive, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3, strict_timestamps=False) as packed:
            packed.writestr(ABOUT, json.dumps(about))
            packed.write(copy, DATABASE)
            for found, name in _files():
                try:
                    packed.write(found, name, zipfile.ZIP_STORED)
                except FileNotFoundError:
                    continue  # removed meanwhile, because nothing needs it any more
        file.flush()
        os.fsync(file.fileno())


def _files() -> Iterator[tuple[Path, str]]:
    """The finished pictures and exports, each with its name in the backup."""
    for folder in (settings.current().media, settings.current().exports):
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and not path.name.startswith(".") and HALF_WRITTEN not in name:
                yield path, f"{folder.name}/{name}"


def _check(archive: Path, folder: Path) -> None:
    """Open a new backup and see that everything can be read back."""
    with zipfile.ZipFile(archive) as packed:
        broken = packed.testzip()
        about = json.loads(packed.read(ABOUT))
        copy = Path(packed.extract(DATABASE, folder))
    if broken or checked_counts(copy) != about["counts"]:
        raise ShopError(_("The backup could not be read back, so it was thrown away. Please look at the disk."))


def checked_counts(file: Path) -> dict[str, int]:
    """How many rows each table of a database file has. Raises sqlite3.DatabaseError if it is damaged."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)) as opened:
        [(verdict,), *_more] = opened.execute("PRAGMA integrity_check").fetchall()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        tables = [name for (name,) in opened.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {name: opened.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608 - its own tables


def sync(folder: Path) -> None:
    """Make a new name in a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
