"""Transfer targets: keeping them, getting to know their servers, and delivering files to them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from models import (
    CSV_DIALECTS,
    AuditKind,
    Channel,
    ExportProfile,
    MessageStatus,
    OutboxMessage,
    Protocol,
    TransferTarget,
)
from models.errors import FieldErrors, NotFoundError, ShopError
from models.text import _
from services import audit, bell, keys, live, pauses, target_checks
from services.database import unit_of_work
from services.later import Later
from services.transports import TransportError, sftp, ssh_key
from services.transports.remote_file import RemoteFile
from services.transports.sftp import HostKey

if TYPE_CHECKING:
    from services.transports import ftp
else:
    ftp = Later("services.transports.ftp")

TLS: dict[Protocol, ftp.Tls] = {
    Protocol.FTP: "none",
    Protocol.FTPS_EXPLICIT: "explicit",
    Protocol.FTPS_IMPLICIT: "implicit",
}


@dataclass(frozen=True)
class Tested:
    """What came of trying a connection, in words."""

    works: bool
    text: str


async def every() -> list[TransferTarget]:
    """All targets, active or not, by name, with their profiles."""
    return await TransferTarget.all().select_related("profile")


async def get(target_id: int) -> TransferTarget:
    """One target. Raises NotFoundError."""
    found = await TransferTarget.get_or_none(id=target_id)
    if found is None:
        raise NotFoundError(_("This transfer target is no longer there."))
    return found


async def save(
    target_id: int | None, protocol: Protocol, values: Mapping[str, object], *, by: str = audit.SYSTEM
) -> TransferTarget:
    """Check and store a target in the name of `by`, a new one for None; return it.

    `values` is named as the table's columns, plus `passphrase` (of the private key, used once). An empty password and
    private key keep the saved ones, as long as the server stays the same. Raises FieldErrors.
    """
    columns = target_checks.checked(protocol, values)
    before = await get(target_id) if target_id is not None else None
    columns.update(await _secrets(protocol, columns, before))
    if before and (before.host, before.port) != (columns["host"], columns["port"]):
        columns["host_key"] = ""
    written = await _write(target_id, protocol, columns, by)
    _told_of_mending()
    return written


async def delete(target_id: int, *, by: str = audit.SYSTEM) -> None:
    """Delete a target. What went there stays in the ledger; what was still to go there is given up."""
    for order_id in await _delete(target_id, by):
        live.delivery_changed(order_id)


async def fetch_host_key(target_id: int) -> HostKey:
    """Ask the target's server for its host key. Raises ShopError with what went wrong."""
    target = await get(target_id)
    try:
        return await sftp.fetch_host_key(target.host, target.port)
    except TransportError as error:
        raise ShopError(str(error)) from error


async def accept_host_key(target_id: int, key: HostKey, *, host: str, port: int, by: str = audit.SYSTEM) -> None:
    """Pin the key that was shown for `host` and `port`. Raises ShopError if the target leads elsewhere by now."""
    if not await _pin(target_id, key.line, host, port, by):
        raise ShopError(_("The server was changed meanwhile. Fetch its host key again."))
    _told_of_mending()


def fingerprint(target: TransferTarget) -> str:
    """The fingerprint of the pinned host key as `SHA256:…`, or nothing."""
    parts = target.host_key.split()
    if len(parts) < 2:
        return ""
    digest = hashlib.sha256(base64.b64decode(parts[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


async def test(target_id: int) -> Tested:
    """Write, check and delete a small file on the target; say in words what came of it."""
    target = await get(target_id)
    try:
        server = _server(target)
        if isinstance(server, sftp.SftpServer):
            await sftp.probe(server, target.folder)
        else:
            await ftp.probe(server, target.folder)
    except (TransportError, ShopError) as error:
        return Tested(False, str(error))
    await _go_on(target_id)
    _told_of_mending()
    return Tested(True, _("It works: a small file was written, checked and deleted."))


async def deliver(target: TransferTarget, file_name: str, content: bytes) -> str:
    """Put a file on the target and return in words what happened.

    Raises TransportError, or ShopError if a saved secret cannot be read.
    """
    server, file = _server(target), RemoteFile(target.folder, file_name, content)
    outcome = await (sftp.upload(server, file) if isinstance(server, sftp.SftpServer) else ftp.upload(server, file))
    if outcome == "already there":
        return _("The very same file was already there.")
    return _("Uploaded, checked and renamed.")


def _server(target: TransferTarget) -> sftp.SftpServer | ftp.FtpServer:
    password = keys.decrypt(target.password)
    if target.protocol is Protocol.SFTP:
        private_key = keys.decrypt(target.private_key)
        return sftp.SftpServer(
            target.host, target.port, target.username, password, private_key, host_key=target.host_key
        )
    tls = TLS[target.protocol]
    return ftp.FtpServer(target.host, target.port, target.username, password, tls, target.certificate)


async def _secrets(protocol: Protocol, columns: dict[str, Any], before: TransferTarget | None) -> dict[str, str]:
    """The secrets to store, encrypted: those typed now instead of all saved ones, or none to keep the saved ones.

    A saved secret goes to the server it was saved for and nowhere else.
    """
    password, typed_key, passphrase = (columns.pop(name, "") for name in ("password", "private_key", "passphrase"))
    private_key = await _opened(typed_key, passphrase) if typed_key else ""
    if password or private_key:
        return {"password": keys.encrypt(password), "private_key": keys.encrypt(private_key)}
    if before is None or not (before.password or before.private_key):
        sentence = _("Enter a password or a private key.") if protocol is Protocol.SFTP else _("Enter the password.")
        raise FieldErrors({"password": sentence})
    if before.host != columns["host"]:
        raise FieldErrors({"password": _("The server is another one: enter the password or key again.")})
    return {}


async def _opened(private_key: str, passphrase: str) -> str:
    try:
        return await ssh_key.opened(private_key, passphrase)
    except TransportError as error:
        name = "passphrase" if error.code == "passphrase" else "private_key"
        raise FieldErrors({name: str(error)}) from error


@unit_of_work
async def _write(target_id: int | None, protocol: Protocol, columns: dict[str, Any], by: str) -> TransferTarget:
    await _check_profile(columns["profile_id"])
    if target_id is None:
        await audit.record(AuditKind.TARGET, by, _("{target}: new").format(target=columns["name"]))
        return await TransferTarget.create(protocol=protocol, **columns)
    before = await get(target_id)
    changed = [name for name, value in columns.items() if getattr(before, name) != value]
    if changed:
        await audit.record(AuditKind.TARGET, by, f"{before.name}: {', '.join(changed)}")
    await TransferTarget.filter(id=target_id, protocol=protocol).update(**columns)
    await pauses.lift(target_id)
    return await get(target_id)


async def _check_profile(profile_id: int | None) -> None:
    """Whether the profile its files follow is there, and makes one CSV at a time."""
    if profile_id and not await ExportProfile.exists(id=profile_id, dialect__in=list(CSV_DIALECTS), per_order=False):
        raise FieldErrors({"dialect": _("This export profile is no longer there, or makes no CSV any more.")})


@unit_of_work
async def _pin(target_id: int, line: str, host: str, port: int, by: str) -> int:
    pinned = await TransferTarget.filter(id=target_id, host=host, port=port).update(host_key=line)
    if pinned:
        await audit.record(AuditKind.TARGET, by, f"{(await get(target_id)).name}: host_key")
        await pauses.lift(target_id)
    return pinned


@unit_of_work
async def _go_on(target_id: int) -> None:
    await pauses.lift(target_id)


def _told_of_mending() -> None:
    """What was paused goes on, and the desk's notices no longer tell of it."""
    live.delivery_changed(None)
    bell.ring()


@unit_of_work
async def _delete(target_id: int, by: str) -> list[int | None]:
    """Return the orders whose files are given up."""
    if target := await TransferTarget.get_or_none(id=target_id):
        await audit.record(AuditKind.TARGET, by, _("{target}: deleted").format(target=target.name))
    await pauses.lift(target_id)
    messages = OutboxMessage.filter(target_id=target_id, channel=Channel.TRANSFER)
    waiting = messages.filter(status__in=(MessageStatus.PENDING, MessageStatus.HELD))
    order_ids = [row["order_id"] for row in await waiting.values("order_id")]
    await waiting.update(
        status=MessageStatus.FAILED,
        last_error=_("The transfer target was deleted."),
        finished_at=datetime.now(UTC),
    )
    await messages.update(target_id=None)
    await TransferTarget.filter(id=target_id).delete()
    return order_ids
