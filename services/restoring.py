"""Restoring a backup into an empty data folder, so that nothing in it goes out twice."""

import asyncio
import json
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

import asyncpg
from cryptography.fernet import Fernet, InvalidToken
from tortoise.expressions import Q

from models import (
    ExportProfile,
    MessageStatus,
    Order,
    OutboxMessage,
    RecoveryCode,
    Rhythm,
    Seller,
    SellerSession,
    Shop,
    TransferTarget,
)
from models.errors import ShopError
from models.text import _
from services import backups, copying, data_folder, database, engines, keys, privacy, settings
from services.database import unit_of_work
from services.privacy import erasure_list
from services.privacy.erasure_list import Erasure

FOLDERS = ("media", "exports")
STAGING = ".restoring"
MIGRATIONS = Path(__file__).parents[1] / "models" / "migrations"


@dataclass(frozen=True)
class Restored:
    """What was brought back, and what the seller has to look at."""

    made_at: datetime
    orders: int
    held: int
    passwords_lost: int
    erased: int = 0  # buyers who had been erased since the backup was made


def restore(path: Path, key_file: Path | None, erasures_file: Path | None = None) -> Restored:
    """Bring a backup back; it blocks, and runs an event loop of its own. Raises ShopError, and leaves nothing then.

    `key_file` reads the saved passwords; without it they are forgotten, unless the key file of the settings reads them.
    `erasures_file` is the list of the lost shop: who was erased since is erased again, before anything is in its place.
    """
    chosen = settings.current()
    _check_empty(chosen)
    try:
        with zipfile.ZipFile(path) as packed, _staging(chosen.data) as staging:
            about = _checked_contents(packed)
            _unpack(packed, staging)
            if backups.checked_counts(staging / backups.DATABASE) != about["counts"]:
                raise zipfile.BadZipFile
            erasures = erasure_list.read(erasures_file) if erasures_file else []
            restored, files = asyncio.run(_prepare(staging / backups.DATABASE, key_file, about["made_at"], erasures))
            for name in files:
                (staging / "exports" / name).unlink(missing_ok=True)
            _keep_key(key_file)
            if erasures:
                erasure_list.keep(erasures)
            _move_in(staging, chosen.database_url)
    except (zipfile.BadZipFile, EOFError, sqlite3.DatabaseError) as error:
        raise ShopError(_("{file} is not a whole backup of Pedido. Nothing was restored.").format(file=path)) from error
    except asyncpg.PostgresError as error:
        raise ShopError(_("The database server refused: {reason}").format(reason=error)) from error
    except OSError as error:
        raise ShopError(f"{error.filename or path}: {error.strerror or error}") from error
    return restored


def _check_empty(chosen: settings.Settings) -> None:
    is_postgres = engines.is_postgres(chosen.database_url)
    is_taken = not is_postgres and engines.file_of(chosen.database_url).exists()
    if is_taken or (chosen.data.exists() and any(chosen.data.iterdir())):
        raise ShopError(
            _("{folder} is not empty. A backup is restored into an empty folder.").format(folder=chosen.data)
        )
    if is_postgres:
        settings.check_database(chosen.database_url)
        if not asyncio.run(copying.is_empty(chosen.database_url)):
            raise ShopError(_("The database is not empty. A backup is restored into an empty one."))


@contextmanager
def _staging(data: Path) -> Iterator[Path]:
    """A folder to unpack into, inside the data folder; whatever goes wrong leaves the data folder empty."""
    data.mkdir(parents=True, exist_ok=True)
    data_folder.claim(data)
    staging = data / STAGING
    try:
        staging.mkdir()
        yield staging
        staging.rmdir()
    except BaseException:  # also when interrupted
        for found in data.iterdir():
            shutil.rmtree(found) if found.is_dir() else found.unlink()
        raise
    finally:
        data_folder.release(data)


def _checked_contents(packed: zipfile.ZipFile) -> dict[str, Any]:
    """What the backup says of itself. Raises BadZipFile if anything in it is damaged, or is not ours."""
    names = packed.namelist()
    if backups.ABOUT not in names or backups.DATABASE not in names or not all(map(_is_ours, names)):
        raise zipfile.BadZipFile
    if len(names) != len(set(names)) or packed.testzip() is not None:
        raise zipfile.BadZipFile
    try:
        about = json.loads(packed.read(backups.ABOUT))
        if about["format"] > backups.FORMAT:
            raise ShopError(_too_new())
        return {"counts": about["counts"], "made_at": datetime.fromisoformat(about["made_at"])}
    except (ValueError, KeyError, TypeError):
        raise zipfile.BadZipFile from None


def _is_ours(name: str) -> bool:
    parts = PurePosixPath(name).parts
    if len(parts) == 1:
        return name in {backups.ABOUT, backups.DATABASE}
    return len(parts) > 1 and parts[0] in FOLDERS and ".." not in parts and "\\" not in name


def _unpack(packed: zipfile.ZipFile, staging: Path) -> None:
    for folder in FOLDERS:
        (staging / folder).mkdir()
    for name in packed.namelist():
        if name != backups.ABOUT:
            with packed.open(name) as source, _new_file(staging / name) as file:
                shutil.copyfileobj(source, file)


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that is on disk, not only in memory, when the block ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


async def _prepare(
    file: Path, key_file: Path | None, made_at: datetime, erasures: Sequence[Erasure]
) -> tuple[Restored, Sequence[str]]:
    """Make the restored database ready to be opened by the shop; return the names of the exports that must go, too."""
    if _migrations_of(file) - {path.stem for path in MIGRATIONS.glob("[0-9]*.py")}:
        raise ShopError(_too_new())
    await database.open_database(f"sqlite://{file}")
    try:
        restored = await _make_safe(_key(key_file), made_at)
        if restored.passwords_lost and key_file is not None:
            raise ShopError(_("The saved passwords were not encrypted with this key file. Nothing was restored."))
        listed = await privacy.erase_listed(erasures)
        held = await OutboxMessage.filter(status=MessageStatus.HELD).count()
        return replace(restored, erased=listed.buyers, held=held), [f"{sha256}.csv" for sha256 in listed.files]
    finally:
        await database.close_database()


def _migrations_of(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as opened:
        return {name for (name,) in opened.execute("SELECT name FROM tortoise_migrations")}


@unit_of_work
async def _make_safe(key: Fernet | None, made_at: datetime) -> Restored:
    """Hold what has not gone out, end the sellers' sessions, and forget the passwords the key does not read."""
    await SellerSession.all().delete()
    await _switch_off_second_factors(key)
    unsent = OutboxMessage.filter(status__in=(MessageStatus.PENDING, MessageStatus.SENDING, MessageStatus.FAILED))
    has_gone = Q(status=MessageStatus.FAILED) & Q(content=b"")  # given up long ago: there is nothing to release
    await unsent.filter(~has_gone).update(status=MessageStatus.HELD, lease_token="")
    # What was received between its last run and the backup may have gone out since, too.
    await ExportProfile.exclude(rhythm=Rhythm.NEVER).update(is_restored=True)
    return Restored(
        made_at=made_at,
        orders=await Order.all().count(),
        held=await OutboxMessage.filter(status=MessageStatus.HELD).count(),
        passwords_lost=await _forget_passwords(key),
    )


async def _forget_passwords(key: Fernet | None) -> int:
    lost = 0
    for shop in await Shop.exclude(mail_password=""):
        if not _reads(key, shop.mail_password):
            lost += await Shop.filter(id=shop.id).update(mail_password="")
    for target in await TransferTarget.all():
        if not all(_reads(key, secret) for secret in (target.password, target.private_key)):
            lost += await TransferTarget.filter(id=target.id).update(password="", private_key="")
    return lost


async def _switch_off_second_factors(key: Fernet | None) -> None:
    """Where the key does not read the secret, no code would ever be right."""
    for seller in await Seller.exclude(totp_secret=""):
        if not _reads(key, seller.totp_secret):
            await Seller.filter(id=seller.id).update(totp_secret="")
            await RecoveryCode.filter(seller_id=seller.id).delete()


def _reads(key: Fernet | None, secret: str) -> bool:
    try:
        return not secret or (key is not None and bool(key.decrypt(secret.encode())))
    except InvalidToken:
        return False


def _key(key_file: Path | None) -> Fernet | None:
    """The key in a file, or in the settings' key file if that is there. Raises ShopError if it is none."""
    path = key_file or settings.current().key_file
    if path is None or (key_file is None and not path.exists()):
        return None
    try:
        return Fernet(path.read_bytes())
    except ValueError:
        raise ShopError(_("{file} is not a key file of Pedido. Nothing was restored.").format(file=path)) from None


def _keep_key(key_file: Path | None) -> None:
    """Put the key where the settings look for it."""
    kept = settings.current().key_file
    if key_file is None or kept is None or (kept.exists() and kept.read_bytes() == key_file.read_bytes()):
        return
    if kept.exists():
        raise ShopError(_("There is another key at {file}. Nothing was restored.").format(file=kept))
    keys.keep(key_file.read_bytes())


def _move_in(staging: Path, url: str) -> None:
    """Put everything in its place; the database last, so that there is a shop only when all of it is there."""
    for folder in FOLDERS:
        (staging / folder).rename(staging.parent / folder)
    backups.sync(staging.parent)
    if engines.is_postgres(url):
        asyncio.run(_fill_server(staging / backups.DATABASE, url))
    else:
        _move_file(staging / backups.DATABASE, engines.file_of(url))
    for left in staging.iterdir():  # what migrating it left beside it
        left.unlink()


async def _fill_server(file: Path, url: str) -> None:
    await database.bring_up_to_date(url)
    await copying.fill_server(file, url)


def _move_file(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(file, target)
    backups.sync(target.parent)


def _too_new() -> str:
    return _("This backup was made by a newer Pedido. Please bring this one up to date first; nothing was restored.")
